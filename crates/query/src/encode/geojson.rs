//! GeoJSON (RFC 7946), written straight into bytes: shells against the clock; longitude and latitude, or the reference
//! system that a client asked for.

use std::io::Write;

use domain::{collection::Collection, feature::Feature, geometry::area_m2, id::CadastralCode};
use geo::CoordsIter;
use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use gis::crs::{self, Served};
use serde_json::{Map, Value};

use crate::{
    Entry,
    attributes::{has_member, own_names_freed},
    layer::Sheet,
};

/// Coordinates that PROJ could not bring to the system that was asked for; land in force has a longitude and a latitude.
#[derive(Debug, thiserror::Error)]
#[error("a coordinate has no place in the reference system")]
pub struct NoSuchPlace;

/// How features are written.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    /// In which reference system.
    pub crs: &'static Served,
    /// With which properties; all where none are named.
    pub only: Option<&'a [String]>,
}

impl Default for Form<'_> {
    fn default() -> Self {
        Self {
            crs: crs::DEFAULT,
            only: None,
        }
    }
}

impl Form<'_> {
    /// Whether it is that in which features are kept written.
    fn is_kept(&self) -> bool {
        self.only.is_none() && self.crs.code == crs::DEFAULT.code
    }
}

/// Features that are written at once: a call into PROJ costs more than a vertex, a large page should not stand twice
/// in memory.
const BATCH: usize = 500;

/// Writes features in force as the members of a JSON array, without its brackets. In the usual form each is written
/// once, and kept.
pub fn in_force(
    collection: &Collection,
    entries: &[Entry<'_>],
    form: &Form<'_>,
    out: &mut Vec<u8>,
) -> Result<(), NoSuchPlace> {
    if !form.is_kept() {
        let found: Vec<&Feature> = entries.iter().map(|entry| entry.feature()).collect();
        return features(collection, &found, form, out);
    }
    for entry in entries {
        let spot = entry.spot();
        let sheet = if let Some(known) = spot.sheet.get() {
            known
        } else {
            let new = sheet(collection, &spot.on_it(), form)?;
            // Who came first wrote the same.
            spot.sheet.get_or_init(|| new)
        };
        out.extend_from_slice(sheet.member(spot.place));
    }
    if !entries.is_empty() {
        out.pop();
    }
    Ok(())
}

fn sheet(
    collection: &Collection,
    on_it: &[&Feature],
    form: &Form<'_>,
) -> Result<Sheet, NoSuchPlace> {
    let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(on_it.len()));
    each(collection, on_it, form, |member| {
        bytes.extend_from_slice(member);
        bytes.push(b',');
        ends.push(bytes.len());
    })?;
    Ok(Sheet {
        bytes: bytes.into(),
        ends: ends.into(),
    })
}

/// Writes features as the members of a JSON array, without its brackets.
pub fn features(
    collection: &Collection,
    features: &[&Feature],
    form: &Form<'_>,
    out: &mut Vec<u8>,
) -> Result<(), NoSuchPlace> {
    let mut first = true;
    for batch in features.chunks(BATCH) {
        each(collection, batch, form, |bytes| {
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            out.extend_from_slice(bytes);
        })?;
    }
    Ok(())
}

/// Hands each feature to `take`, written.
fn each(
    collection: &Collection,
    features: &[&Feature],
    form: &Form<'_>,
    mut take: impl FnMut(&[u8]),
) -> Result<(), NoSuchPlace> {
    let mut places = Places::of(features, form.crs)?;
    let mut out = Vec::with_capacity(1024);
    for feature in features {
        out.clear();
        out.extend_from_slice(br#"{"type":"Feature","id":"#);
        string(&feature.code, &mut out);
        out.extend_from_slice(br#","geometry":"#);
        geometry(&feature.geometry, &mut places, &mut out);
        out.extend_from_slice(br#","properties":"#);
        properties_only(collection, feature, form.only, &mut out);
        out.push(b'}');
        take(&out);
    }
    Ok(())
}

/// Writes the outline of a municipality or any other shape in EPSG:32718 as a geometry.
pub fn shape(official: &Geometry<f64>, out: &mut Vec<u8>) -> Result<(), NoSuchPlace> {
    let mut places = Places::of_shapes([official], crs::DEFAULT)?;
    geometry(official, &mut places, out);
    Ok(())
}

/// Writes the properties of a feature, or those of them that are named.
pub(super) fn properties_only(
    collection: &Collection,
    feature: &Feature,
    only: Option<&[String]>,
    out: &mut Vec<u8>,
) {
    let Some(only) = only else {
        return properties(collection, feature, out);
    };
    let mut all = members(collection, feature);
    all.retain(|name, _| only.contains(name));
    // Writing into memory cannot fail.
    let _ = serde_json::to_writer(out, &all);
}

/// The properties of a feature, by their names.
pub fn members(collection: &Collection, feature: &Feature) -> Map<String, Value> {
    let mut written = Vec::new();
    properties(collection, feature, &mut written);
    serde_json::from_slice(&written).unwrap_or_default()
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

/// Writes a text as JSON.
pub fn string(text: &str, out: &mut Vec<u8>) {
    // Writing text into memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}

fn member(name: &str, out: &mut Vec<u8>) {
    let _ = write!(out, "\"{name}\":");
}

/// The coordinates of features in the order of their vertices, in a client's reference system.
pub(super) struct Places {
    coords: std::vec::IntoIter<Coord<f64>>,
    decimals: usize,
}

impl Places {
    /// Those of features.
    pub(super) fn of(features: &[&Feature], crs: &Served) -> Result<Self, NoSuchPlace> {
        Self::of_shapes(features.iter().map(|feature| &feature.geometry), crs)
    }

    fn of_shapes<'a>(
        shapes: impl IntoIterator<Item = &'a Geometry<f64>>,
        crs: &Served,
    ) -> Result<Self, NoSuchPlace> {
        let mut coords: Vec<Coord<f64>> = Vec::new();
        for shape in shapes {
            coords.extend(shape.coords_iter());
        }
        crs.from_official(&mut coords).map_err(|_| NoSuchPlace)?;
        Ok(Self {
            coords: coords.into_iter(),
            // A tenth of a millimetre in any case, so that areas and borders survive.
            decimals: if crs.degrees { 9 } else { 4 },
        })
    }

    fn next(&mut self) -> Option<Coord<f64>> {
        self.coords.next()
    }
}

/// Writes a geometry with the coordinates that `places` gives in its order.
pub(super) fn geometry(geometry: &Geometry<f64>, places: &mut Places, out: &mut Vec<u8>) {
    let kind = |name: &str, out: &mut Vec<u8>| {
        let _ = write!(out, r#"{{"type":"{name}","coordinates":"#);
    };
    match geometry {
        Geometry::Point(_) => {
            kind("Point", out);
            position(places, out);
        }
        Geometry::MultiPoint(points) => {
            kind("MultiPoint", out);
            array(&points.0, out, |_: &Point<f64>, out| {
                position(places, out);
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

fn polygon(polygon: &Polygon<f64>, places: &mut Places, out: &mut Vec<u8>) {
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

fn ring(ring: &LineString<f64>, wanted: Turn, places: &mut Places, out: &mut Vec<u8>) {
    let coords: Vec<Coord<f64>> = places.coords.by_ref().take(ring.0.len()).collect();
    let signed = domain::geometry::area::signed_ring_area_m2(ring);
    let turn = if signed >= 0.0 {
        Turn::AgainstTheClock
    } else {
        Turn::WithTheClock
    };
    let decimals = places.decimals;
    out.push(b'[');
    let mut first = true;
    let mut write = |coord: &Coord<f64>| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        write_position(*coord, decimals, out);
    };
    if turn == wanted {
        coords.iter().for_each(&mut write);
    } else {
        coords.iter().rev().for_each(&mut write);
    }
    out.push(b']');
}

fn positions(line: &LineString<f64>, places: &mut Places, out: &mut Vec<u8>) {
    array(&line.0, out, |_, out| position(places, out));
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

fn position(places: &mut Places, out: &mut Vec<u8>) {
    let coord = places.next().unwrap_or_default();
    write_position(coord, places.decimals, out);
}

fn write_position(coord: Coord<f64>, decimals: usize, out: &mut Vec<u8>) {
    let _ = write!(out, "[{:.decimals$},{:.decimals$}]", coord.x, coord.y);
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
        features(collection, &[feature], &Form::default(), &mut out).expect("a place");
        let text = String::from_utf8(out).expect("UTF-8");
        for own in crate::attributes::OWN {
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
