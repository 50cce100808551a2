//! GeoJSON (RFC 7946): longitude and latitude, shells against the clock, written straight into bytes.

use std::{borrow::Cow, io::Write};

use domain::{collection::Collection, feature::Feature, geometry::area_m2, id::CadastralCode};
use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use serde_json::{Map, Value};

/// Decimals of a degree: nine are a tenth of a millimetre, so that areas and borders survive.
const DECIMALS: usize = 9;

/// Coordinates that PROJ could not bring to longitude and latitude; land in force has none.
#[derive(Debug, thiserror::Error)]
#[error("a coordinate has no longitude and latitude")]
pub struct NoSuchPlace;

/// Writes features as the members of a JSON array, without its brackets.
pub fn features(
    collection: &Collection,
    features: &[&Feature],
    out: &mut Vec<u8>,
) -> Result<(), NoSuchPlace> {
    // One conversion for the whole page: a call into PROJ costs more than a vertex.
    let mut places = Vec::new();
    for feature in features {
        collect(&feature.geometry, &mut places);
    }
    gis::crs::to_lon_lat(&mut places).map_err(|_| NoSuchPlace)?;
    let mut places = places.into_iter();
    for (index, feature) in features.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(br#"{"type":"Feature","id":"#);
        string(&feature.code, out);
        out.extend_from_slice(br#","geometry":"#);
        geometry(&feature.geometry, &mut places, out);
        out.extend_from_slice(br#","properties":"#);
        properties(collection, feature, out);
        out.push(b'}');
    }
    Ok(())
}

/// Writes the outline of a municipality or any other shape in EPSG:32718 as a geometry.
pub fn shape(official: &Geometry<f64>, out: &mut Vec<u8>) -> Result<(), NoSuchPlace> {
    let mut places = Vec::new();
    collect(official, &mut places);
    gis::crs::to_lon_lat(&mut places).map_err(|_| NoSuchPlace)?;
    geometry(official, &mut places.into_iter(), out);
    Ok(())
}

/// Writes the properties of a feature: what the service knows of it, then its attributes.
pub fn properties(collection: &Collection, feature: &Feature, out: &mut Vec<u8>) {
    let attributes = own_names_freed(collection, &feature.attributes);
    out.push(b'{');
    // In the zoning, `codigo` is the zone class and comes with the attributes; the unit's own code is the id.
    if !has_member(&attributes, "codigo") {
        member("codigo", out);
        string(&feature.code, out);
        out.push(b',');
    }
    member("ubigeo", out);
    string(feature.ubigeo.as_str(), out);
    if *collection == Collection::Parcels {
        let provisional = matches!(feature.code.parse(), Ok(CadastralCode::Provisional(_)));
        let _ = write!(out, r#","provisional":{provisional}"#);
    }
    if let Geometry::MultiPolygon(shape) = &feature.geometry {
        let _ = write!(out, r#","area_m2":{:.2}"#, area_m2(shape));
    }
    if *collection != Collection::Municipalities {
        let _ = write!(
            out,
            r#","vigente_desde":"{}","version_datos":{}"#,
            feature.valid_from, feature.change.0
        );
    }
    let inside = attributes
        .trim()
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or_default();
    if !inside.trim().is_empty() {
        out.push(b',');
        out.extend_from_slice(inside.as_bytes());
    }
    out.push(b'}');
}

/// Members that the service writes itself. In the land register's own layers that goes for the code too.
const OWN: [&str; 5] = [
    "area_m2",
    "provisional",
    "ubigeo",
    "version_datos",
    "vigente_desde",
];

/// The attributes with no member that bears one of our own names: a name that is there twice has no meaning in JSON.
/// What a file brought under such a name stays, as `…_origen`.
fn own_names_freed<'a>(collection: &Collection, attributes: &'a str) -> Cow<'a, str> {
    let code = match collection {
        Collection::Sectors | Collection::Manzanas | Collection::Parcels => Some("codigo"),
        _ => None,
    };
    let own = || OWN.into_iter().chain(code);
    if !own().any(|name| has_member(attributes, name)) {
        return Cow::Borrowed(attributes);
    }
    let Ok(members) = serde_json::from_str::<Map<String, Value>>(attributes) else {
        return Cow::Borrowed(attributes);
    };
    let members: Map<String, Value> = members
        .into_iter()
        .map(|(name, value)| {
            if own().any(|own| own == name) {
                (format!("{name}_origen"), value)
            } else {
                (name, value)
            }
        })
        .collect();
    Cow::Owned(Value::Object(members).to_string())
}

/// Whether a JSON object, as PostgreSQL writes it, has a member. Quotes inside texts are escaped, so the name between
/// quotes and before a colon is a name.
fn has_member(object: &str, name: &str) -> bool {
    object.contains(&format!("\"{name}\":"))
}

/// Writes a text as JSON.
pub fn string(text: &str, out: &mut Vec<u8>) {
    // Writing text into memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}

fn member(name: &str, out: &mut Vec<u8>) {
    let _ = write!(out, "\"{name}\":");
}

fn collect(geometry: &Geometry<f64>, places: &mut Vec<Coord<f64>>) {
    use geo::CoordsIter;
    places.extend(geometry.coords_iter());
}

type Places<'a> = &'a mut std::vec::IntoIter<Coord<f64>>;

/// Writes a geometry with the coordinates that `places` gives in its order.
fn geometry(geometry: &Geometry<f64>, places: Places<'_>, out: &mut Vec<u8>) {
    let kind = |name: &str, out: &mut Vec<u8>| {
        let _ = write!(out, r#"{{"type":"{name}","coordinates":"#);
    };
    match geometry {
        Geometry::Point(_) => {
            kind("Point", out);
            position(places.next(), out);
        }
        Geometry::MultiPoint(points) => {
            kind("MultiPoint", out);
            array(&points.0, out, |_: &Point<f64>, out| {
                position(places.next(), out);
            });
        }
        Geometry::LineString(line) => {
            kind("LineString", out);
            positions(line, places, out);
        }
        Geometry::MultiLineString(lines) => {
            kind("MultiLineString", out);
            array(&lines.0, out, |line, out| positions(line, places, out));
        }
        Geometry::Polygon(one) => {
            kind("Polygon", out);
            polygon(one, places, out);
        }
        Geometry::MultiPolygon(many) => {
            kind("MultiPolygon", out);
            array(&many.0, out, |one, out| polygon(one, places, out));
        }
        // The rules of a survey let no other kind in.
        _ => {
            out.extend_from_slice(b"null");
            return;
        }
    }
    out.push(b'}');
}

fn polygon(polygon: &Polygon<f64>, places: Places<'_>, out: &mut Vec<u8>) {
    out.push(b'[');
    ring(polygon.exterior(), Turn::AgainstTheClock, places, out);
    for hole in polygon.interiors() {
        out.push(b',');
        ring(hole, Turn::WithTheClock, places, out);
    }
    out.push(b']');
}

#[derive(Clone, Copy, PartialEq)]
enum Turn {
    AgainstTheClock,
    WithTheClock,
}

fn ring(ring: &LineString<f64>, wanted: Turn, places: Places<'_>, out: &mut Vec<u8>) {
    let coords: Vec<Coord<f64>> = places.take(ring.0.len()).collect();
    let signed = domain::geometry::area::signed_ring_area_m2(ring);
    let turn = if signed >= 0.0 {
        Turn::AgainstTheClock
    } else {
        Turn::WithTheClock
    };
    out.push(b'[');
    let mut first = true;
    let mut write = |coord: &Coord<f64>| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        position(Some(*coord), out);
    };
    if turn == wanted {
        coords.iter().for_each(&mut write);
    } else {
        coords.iter().rev().for_each(&mut write);
    }
    out.push(b']');
}

fn positions(line: &LineString<f64>, places: Places<'_>, out: &mut Vec<u8>) {
    array(&line.0, out, |_, out| position(places.next(), out));
}

fn array<T>(items: &[T], out: &mut Vec<u8>, mut each: impl FnMut(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        each(item, out);
    }
    out.push(b']');
}

fn position(coord: Option<Coord<f64>>, out: &mut Vec<u8>) {
    let coord = coord.unwrap_or_default();
    let _ = write!(out, "[{:.DECIMALS$},{:.DECIMALS$}]", coord.x, coord.y);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lot of 10 m by 20 m in Moyobamba with a courtyard; its rings turn the wrong way.
    fn lot(attributes: &str) -> Feature {
        let ring = |x: f64, y: f64, width: f64, height: f64| {
            let (x, y) = (279_000.0 + x, 9_331_000.0 + y);
            LineString::from(vec![
                (x, y),
                (x, y + height),
                (x + width, y + height),
                (x + width, y),
                (x, y),
            ])
        };
        let mut hole = ring(2.0, 2.0, 3.0, 3.0);
        hole.0.reverse();
        let shape = Polygon::new(ring(0.0, 0.0, 10.0, 20.0), vec![hole]);
        Feature {
            ubigeo: "220101".parse().expect("six digits"),
            code: "22010101001001".into(),
            geometry: Geometry::MultiPolygon(vec![shape].into()),
            attributes: attributes.into(),
            valid_from: "2026-01-01".parse().expect("a day"),
            change: domain::time::ChangeNumber(7),
        }
    }

    fn written(collection: &Collection, feature: &Feature) -> Value {
        let mut out = Vec::new();
        features(collection, &[feature], &mut out).expect("a place");
        let text = String::from_utf8(out).expect("UTF-8");
        for own in OWN {
            assert!(text.matches(&format!("\"{own}\":")).count() < 2, "{text}");
        }
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn shells_turn_against_the_clock_and_holes_with_it() {
        let feature = written(&Collection::Parcels, &lot("{}"));
        let rings = feature["geometry"]["coordinates"][0]
            .as_array()
            .expect("rings");
        let signed = |ring: &Value| {
            let at: Vec<(f64, f64)> = ring
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|at| Some((at[0].as_f64()?, at[1].as_f64()?)))
                .collect();
            at.windows(2)
                .map(|edge| edge[0].0 * edge[1].1 - edge[1].0 * edge[0].1)
                .sum::<f64>()
        };
        assert_eq!(rings.len(), 2);
        assert!(signed(&rings[0]) > 0.0 && signed(&rings[1]) < 0.0);
        assert_eq!(rings[0][0], rings[0][4], "a ring ends where it began");
        let (lon, lat) = (rings[0][0][0].as_f64(), rings[0][0][1].as_f64());
        assert!(
            lon.is_some_and(|lon| (lon + 76.996).abs() < 0.01),
            "{lon:?}"
        );
        assert!(lat.is_some_and(|lat| (lat + 6.048).abs() < 0.01), "{lat:?}");
    }

    #[test]
    fn a_lot_says_what_the_service_knows_of_it() {
        let feature = written(&Collection::Parcels, &lot(r#"{"uso": "vivienda"}"#));
        assert_eq!(feature["id"], "22010101001001");
        assert_eq!(
            feature["properties"],
            serde_json::json!({"codigo": "22010101001001", "ubigeo": "220101", "provisional": false, "area_m2": 191.0,
                "vigente_desde": "2026-01-01", "version_datos": 7, "uso": "vivienda"})
        );
    }

    #[test]
    fn the_code_of_a_zone_is_its_class_and_that_of_a_lot_its_own() {
        let attributes = r#"{"codigo": "RDM"}"#;
        let zone = written(&Collection::Zones, &lot(attributes));
        assert_eq!(zone["properties"]["codigo"], "RDM");
        let lot = written(&Collection::Parcels, &lot(attributes));
        assert_eq!(lot["properties"]["codigo"], "22010101001001");
        assert_eq!(lot["properties"]["codigo_origen"], "RDM");
    }

    #[test]
    fn no_name_is_there_twice_whatever_a_file_brings() {
        let feature = written(
            &Collection::Parcels,
            &lot(r#"{"ubigeo": "999999", "area_m2": 1, "nota": "dice \"ubigeo\": nada"}"#),
        );
        assert_eq!(feature["properties"]["ubigeo"], "220101");
        assert_eq!(feature["properties"]["ubigeo_origen"], "999999");
        assert_eq!(feature["properties"]["area_m2"], 191.0);
        assert_eq!(feature["properties"]["nota"], r#"dice "ubigeo": nada"#);
    }
}
