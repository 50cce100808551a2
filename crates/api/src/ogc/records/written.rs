//! A record as the standard has it.

use office::{
    Problem,
    catalogue::{About, Record},
    place::DEFAULT,
};
use serde_json::{Value, json};

use super::{CATALOG_TYPE, RECORD, TITLE};
use crate::ogc::{encoded, extent, format::Format};

/// The vocabulary of themes.
const AXES: &str = "urn:catastro:ejes";

/// The office.
pub(super) fn contact(base: &str) -> Value {
    json!({
        "name": "Instituto de Planificación de la provincia",
        "roles": ["publisher"],
        "links": [{"href": base, "rel": "about", "type": "text/html"}],
    })
}

/// A record as the standard has it.
pub(super) fn written(record: &Record, base: &str) -> Result<Value, Problem> {
    let own = format!(
        "{base}/ogc/collections/catalogo/items/{}",
        encoded(&record.id)
    );
    let geometry = match record.ground {
        None => Value::Null,
        Some(ground) => {
            let [west, south, east, north] = extent::lon_lat(ground)?;
            json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
        }
    };
    let mut links = vec![
        json!({"href": own, "rel": "self", "type": Format::Json.media_type(), "title": record.title}),
        json!({"href": format!("{own}?f=html"), "rel": "alternate", "type": "text/html", "title": record.title}),
        json!({"href": format!("{base}/ogc/collections/catalogo"), "rel": "collection", "type": CATALOG_TYPE, "title": TITLE}),
        json!({"href": format!("{base}/ayuda/fuentes"), "rel": "license", "type": "text/html", "title": "Términos"}),
    ];
    links.extend(leads(record, base).into_iter().map(
        |(href, rel, kind, title)| json!({"href": href, "rel": rel, "type": kind, "title": title}),
    ));
    let mut contacts = vec![contact(base)];
    if let Some(owner) = &record.owner {
        contacts.insert(0, json!({"name": owner, "roles": ["owner"]}));
    }
    let mut properties = json!({
        "type": record.about.name(),
        "title": record.title,
        "description": record.description,
        "keywords": record.keywords,
        "language": {"code": "es", "name": "Español"},
        "license": record.license.as_deref().unwrap_or("other"),
        "contacts": contacts,
        "formats": formats(record.about),
        "externalIds": [{"value": record.code}],
    });
    for (name, at) in [("created", record.created), ("updated", record.updated)] {
        if let Some(at) = at {
            properties[name] = json!(at);
        }
    }
    if let Some(axis) = &record.axis {
        properties["themes"] = json!([{"concepts": [{"id": axis}], "scheme": AXES}]);
    }
    if let Some(ground) = record.ground {
        properties["extent"] =
            json!({"spatial": {"bbox": [extent::lon_lat(ground)?], "crs": DEFAULT.uri}});
    }
    Ok(json!({
        "id": record.id,
        "type": "Feature",
        "conformsTo": [RECORD],
        "time": null,
        "geometry": geometry,
        "properties": properties,
        "links": links,
    }))
}

fn formats(about: About) -> Value {
    match about {
        About::Layer => Format::ALL
            .iter()
            .map(|format| json!({"name": format.title(), "mediaType": format.bare_type()}))
            .collect(),
        About::Source => json!([{"name": "GeoJSON", "mediaType": "application/geo+json"}]),
        About::Indicator | About::Plan => json!([{"name": "Página", "mediaType": "text/html"}]),
        About::Report => json!([{"name": "PDF", "mediaType": "application/pdf"}]),
    }
}

/// Where a record leads: address, relation, media type, title.
pub(super) fn leads(
    record: &Record,
    base: &str,
) -> Vec<(String, &'static str, &'static str, String)> {
    let code = encoded(&record.code);
    let page = |folder: &str| {
        let href = format!("{base}/{folder}/{code}");
        (href, "about", "text/html", "Su página".to_owned())
    };
    match record.about {
        About::Layer => {
            let own = format!("{base}/ogc/collections/{code}");
            vec![
                (
                    own.clone(),
                    "describedby",
                    "application/json",
                    "La capa".to_owned(),
                ),
                (
                    format!("{own}/items?f=json"),
                    "item",
                    "application/geo+json",
                    "Elementos".to_owned(),
                ),
                (
                    format!("{own}/items?f=gpkg"),
                    "enclosure",
                    "application/geopackage+sqlite3",
                    "GeoPackage".to_owned(),
                ),
                (
                    format!("{own}/tiles"),
                    "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
                    "application/json",
                    "Teselas".to_owned(),
                ),
                (
                    format!("{base}/ogc/styles"),
                    "http://www.opengis.net/def/rel/ogc/1.0/styles",
                    "application/json",
                    "Estilos".to_owned(),
                ),
            ]
        }
        About::Source => {
            let mut leads = vec![
                page("fuentes"),
                (
                    format!("{base}/api/fuentes/{code}/entidades"),
                    "item",
                    "application/geo+json",
                    "Entidades".to_owned(),
                ),
            ];
            leads.extend(record.origin.iter().map(|origin| {
                (
                    origin.clone(),
                    "via",
                    "application/octet-stream",
                    "De dónde viene".to_owned(),
                )
            }));
            leads
        }
        About::Indicator => vec![page("indicadores")],
        About::Report => vec![page("informes")],
        About::Plan => vec![page("planes")],
    }
}
