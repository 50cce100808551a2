//! `borrador=si`: a layer as its author would leave it. What is in force with what they have written over it, for them
//! and for nobody else.

use std::collections::HashMap;

use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use domain::{collection::Collection, feature::Feature, id::Ubigeo, people::Actor};
use office::{Kind, Office, Problem, place::DEFAULT, surveys::edits::Own};
use query::{
    Page,
    encode::geojson::{self, Form},
};
use serde_json::{Value, json};

use super::{
    base,
    extent::{self, Asked},
    items::internal,
    links::{encoded, with_query},
    question::{LIMIT, LIMIT_MAX, key},
    tag,
};
use crate::problem::{Answer, Parameters};

const KNOWN: [&str; 6] = ["bbox", "borrador", "crs", "desde", "f", "limit"];

/// Whether a request is for the author's own draft.
pub fn is_asked(parameters: &Parameters) -> Result<bool, Problem> {
    match parameters.get("borrador") {
        None | Some("no") => Ok(false),
        Some("si" | "sí") => Ok(true),
        Some(other) => Err(Problem::new(
            Kind::BadRequest,
            format!("«{other}» no vale para «borrador»."),
            "Es «si» o «no».",
        )),
    }
}

/// A page of a layer with the author's draft over it.
pub async fn items(
    office: &Office,
    actor: &Actor,
    collection: &Collection,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Answer<Response> {
    parameters.only_json(&KNOWN)?;
    check_crs(parameters)?;
    let limit: usize = parameters
        .read("limit", "un número entero de 1 en adelante")?
        .unwrap_or(LIMIT);
    let limit = limit.clamp(1, LIMIT_MAX);
    let after = parameters.get("desde").map(key).transpose()?;
    let area = match parameters
        .get("bbox")
        .map(|text| extent::bbox(text, DEFAULT))
        .transpose()?
    {
        Some(Asked::Nowhere) => return page(collection, &[], headers, parameters, None),
        Some(Asked::Ground(window)) => Some(window),
        None => None,
    };
    let own = office.own_draft(actor, collection).await?;
    let snapshot = office.feed.snapshot();
    let found = snapshot.page(
        collection,
        &Page {
            area: area.clone(),
            after: after.clone(),
            limit,
            ..Page::default()
        },
    );
    let place = |feature: &Feature| (feature.ubigeo, feature.code.to_string());
    let last = found
        .features
        .last()
        .map(|last| place(last))
        .filter(|_| found.more);
    let written: HashMap<&str, &Own> = own.iter().map(|own| (&*own.feature.code, own)).collect();
    let in_force = found
        .features
        .iter()
        .map(|entry| entry.feature())
        .filter(|feature| !written.contains_key(&*feature.code));
    let drawn = own.iter().filter(|own| {
        let here = place(&own.feature);
        !own.removed
            && after.as_ref().is_none_or(|after| here > *after)
            && last.as_ref().is_none_or(|last| here <= *last)
            && area.as_ref().is_none_or(|area| meets(area, &own.feature))
    });
    let mut features: Vec<&Feature> = in_force.collect();
    features.extend(drawn.map(|own| &own.feature));
    features.sort_by_cached_key(|feature| place(feature));
    page(collection, &features, headers, parameters, last)
}

/// One feature as its author would leave it.
pub async fn item(
    office: &Office,
    actor: &Actor,
    collection: &Collection,
    id: &str,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Answer<Response> {
    parameters.only_json(&["borrador", "crs", "f"])?;
    check_crs(parameters)?;
    let own = office.own_draft(actor, collection).await?;
    let snapshot = office.feed.snapshot();
    let feature = match own.iter().find(|own| &*own.feature.code == id) {
        Some(own) => Some(&own.feature).filter(|_| !own.removed),
        None => snapshot.feature(collection, id).map(query::Entry::feature),
    };
    let feature = feature.ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            format!("Ni la capa «{collection}» ni su borrador tienen ese elemento."),
            "Compruebe el código; puede que su borrador lo quite.",
        )
    })?;
    let mut body = Vec::new();
    geojson::features(collection, &[feature], &Form::default(), &mut body).map_err(internal)?;
    let url = format!("{}/ogc/collections/{collection}", base(headers));
    let links = json!([
        {"href": format!("{url}/items/{}?borrador=si", encoded(id)), "rel": "self", "type": GEOJSON},
        {"href": url, "rel": "collection", "type": "application/json"},
    ]);
    body.pop();
    body.extend_from_slice(format!(",\"links\":{links}}}").as_bytes());
    let said = [
        (header::CONTENT_TYPE, GEOJSON.to_owned()),
        (header::ETAG, tag::item(feature.change, "")),
        (header::CACHE_CONTROL, PRIVATE.to_owned()),
    ];
    Ok((said, body).into_response())
}

const GEOJSON: &str = "application/geo+json";
/// One person's, and only as long as they write no more.
const PRIVATE: &str = "private, no-store";

fn check_crs(parameters: &Parameters) -> Result<(), Problem> {
    match parameters.get("crs") {
        None => Ok(()),
        Some(uri) if uri == DEFAULT.uri => Ok(()),
        Some(other) => Err(Problem::new(
            Kind::BadRequest,
            format!("No se admite «{other}» en «crs» con «borrador»."),
            format!("Un borrador se muestra en {}.", DEFAULT.uri),
        )),
    }
}

/// Whether the box around a feature meets the box that was asked for.
fn meets(area: &query::Window, feature: &Feature) -> bool {
    let asked = area.bounds();
    domain::geometry::bounds(&feature.geometry).is_some_and(|own| {
        own.min().x <= asked.max().x
            && own.max().x >= asked.min().x
            && own.min().y <= asked.max().y
            && own.max().y >= asked.min().y
    })
}

fn page(
    collection: &Collection,
    features: &[&Feature],
    headers: &HeaderMap,
    parameters: &Parameters,
    last: Option<(Ubigeo, String)>,
) -> Answer<Response> {
    let url = format!("{}/ogc/collections/{collection}/items", base(headers));
    let mut links =
        vec![json!({"href": with_query(&url, &parameters.0), "rel": "self", "type": GEOJSON})];
    if let Some((ubigeo, code)) = last {
        let mut next = parameters.0.clone();
        next.retain(|(name, _)| name != "desde");
        next.push(("desde".to_owned(), format!("{ubigeo}~{code}")));
        links.push(json!({"href": with_query(&url, &next), "rel": "next", "type": GEOJSON}));
    }
    let mut body = format!(
        "{{\"type\":\"FeatureCollection\",\"numberReturned\":{},\"links\":{},\"features\":[",
        features.len(),
        Value::from(links)
    )
    .into_bytes();
    geojson::features(collection, features, &Form::default(), &mut body).map_err(internal)?;
    body.extend_from_slice(b"]}");
    let said = [
        (header::CONTENT_TYPE, GEOJSON),
        (header::CACHE_CONTROL, PRIVATE),
    ];
    Ok((said, body).into_response())
}
