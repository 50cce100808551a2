//! From a client's coordinates to ours, and back to the very vertices that it read.
//!
//! A client gets coordinates rounded, and sends back what it did not touch rounded too. Such a vertex is the one that is
//! there, not another a tenth of a millimetre beside it.

use std::collections::HashMap;

use geo::CoordsIter;
use geo_types::{Coord, Geometry, LineString};
use gis::crs::{CRS84, Crs, OFFICIAL, ToOfficial};

use super::words;
use crate::Problem;

/// A reference system that clients may write in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ContentCrs {
    /// Longitude and latitude.
    #[default]
    Crs84,
    /// Latitude and longitude, as EPSG has them.
    Wgs84,
    /// What web maps are drawn in.
    WebMercator,
    /// The official projection.
    Official,
}

impl ContentCrs {
    /// The system that a `Content-Crs` header names, in angle brackets.
    pub fn of_header(text: &str) -> Result<Self, Problem> {
        let uri = text
            .trim()
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'))
            .unwrap_or_else(|| text.trim());
        let path = uri
            .strip_prefix("http://www.opengis.net/def/crs/")
            .or_else(|| uri.strip_prefix("https://www.opengis.net/def/crs/"));
        match path {
            Some("OGC/1.3/CRS84") => Ok(Self::Crs84),
            Some("EPSG/0/4326") => Ok(Self::Wgs84),
            Some("EPSG/0/3857") => Ok(Self::WebMercator),
            Some("EPSG/0/32718") => Ok(Self::Official),
            _ => Err(words::unknown_crs(text)),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Crs84 | Self::Wgs84 => CRS84,
            Self::WebMercator => "EPSG:3857",
            Self::Official => OFFICIAL,
        }
    }

    fn in_degrees(self) -> bool {
        matches!(self, Self::Crs84 | Self::Wgs84)
    }
}

/// Vertices as near as this are one: a client's nine decimals of a degree are a tenth of a millimetre.
const SAME_M: f64 = 0.001;
/// No coordinate of the projection is larger.
const EARTH_M: f64 = 1e8;
/// Decimals to which clients are known to round degrees. QGIS writes six.
const DECIMALS: [f64; 3] = [1e6, 1e7, 1e8];

/// Brings a shape to the official projection; what of it was there already stays exactly as it was.
pub(super) fn official(
    mut geometry: Geometry<f64>,
    crs: ContentCrs,
    known: &[Geometry<f64>],
) -> Result<Geometry<f64>, Problem> {
    if crs == ContentCrs::Wgs84 {
        each(&mut geometry, &mut |at| {
            *at = Coord { x: at.y, y: at.x };
        });
    }
    let sent = crs.in_degrees().then(|| geometry.clone());
    let nowhere = || words::not_a_geometry();
    let from = Crs::parse(crs.label()).map_err(|_| nowhere())?;
    let to_official = ToOfficial::new(&from).map_err(|_| nowhere())?;
    to_official
        .apply(&mut geometry)
        .map_err(|_| words::no_such_place())?;
    let on_earth = |at: Coord<f64>| at.x.abs() < EARTH_M && at.y.abs() < EARTH_M;
    if !geometry.coords_iter().all(on_earth) {
        return Err(words::no_such_place());
    }
    let vertices: Vec<Coord<f64>> = known.iter().flat_map(CoordsIter::coords_iter).collect();
    let near = Near::of(&vertices);
    let rounded = sent.is_some().then(|| Rounded::of(&vertices));
    let mut sent = sent.iter().flat_map(CoordsIter::coords_iter);
    each(&mut geometry, &mut |at| {
        let as_sent = sent.next();
        let of_rounding = || rounded.as_ref()?.find(as_sent?);
        if let Some(same) = near.find(*at).or_else(of_rounding) {
            *at = same;
        }
    });
    let same = known.iter().find(|known| is_same(known, &geometry));
    Ok(same.cloned().unwrap_or(geometry))
}

/// Vertices by the millimetre.
struct Near(HashMap<(i64, i64), Coord<f64>>);

#[expect(
    clippy::cast_possible_truncation,
    reason = "the projection is some thousand kilometres wide"
)]
fn cell(at: Coord<f64>) -> (i64, i64) {
    (
        (at.x / SAME_M).floor() as i64,
        (at.y / SAME_M).floor() as i64,
    )
}

impl Near {
    fn of(vertices: &[Coord<f64>]) -> Self {
        let mut places = HashMap::new();
        for at in vertices {
            places.entry(cell(*at)).or_insert(*at);
        }
        Self(places)
    }

    fn find(&self, at: Coord<f64>) -> Option<Coord<f64>> {
        let (x, y) = cell(at);
        (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)))
            .filter_map(|cell| self.0.get(&cell).copied())
            .find(|known| (known.x - at.x).hypot(known.y - at.y) <= SAME_M)
    }
}

/// Vertices by their degrees, rounded; none where two are rounded to one.
struct Rounded([Places; 3]);

type Places = HashMap<(i64, i64), Option<Coord<f64>>>;

#[expect(clippy::cast_possible_truncation, reason = "degrees are below 360")]
fn rounded(at: Coord<f64>, unit: f64) -> (i64, i64) {
    ((at.x * unit).round() as i64, (at.y * unit).round() as i64)
}

impl Rounded {
    fn of(vertices: &[Coord<f64>]) -> Self {
        let mut degrees = vertices.to_vec();
        if gis::crs::to_lon_lat(&mut degrees).is_err() {
            degrees.clear();
        }
        Self(DECIMALS.map(|unit| {
            let mut places = Places::new();
            for (at, exact) in degrees.iter().zip(vertices) {
                places
                    .entry(rounded(*at, unit))
                    .and_modify(|known| *known = known.filter(|known| known == exact))
                    .or_insert(Some(*exact));
            }
            places
        }))
    }

    /// Only a coordinate of no more decimals can be a rounded one.
    fn find(&self, sent: Coord<f64>) -> Option<Coord<f64>> {
        self.0.iter().zip(DECIMALS).find_map(|(places, unit)| {
            let whole = |n: f64| (n * unit - (n * unit).round()).abs() < 1e-4;
            if !(whole(sent.x) && whole(sent.y)) {
                return None;
            }
            places.get(&rounded(sent, unit)).copied().flatten()
        })
    }
}

fn each(geometry: &mut Geometry<f64>, change: &mut impl FnMut(&mut Coord<f64>)) {
    let mut line = |line: &mut LineString<f64>| line.0.iter_mut().for_each(&mut *change);
    match geometry {
        Geometry::Point(point) => change(&mut point.0),
        Geometry::MultiPoint(points) => points.0.iter_mut().for_each(|point| change(&mut point.0)),
        Geometry::LineString(one) => line(one),
        Geometry::MultiLineString(lines) => lines.0.iter_mut().for_each(line),
        Geometry::Polygon(polygon) => {
            polygon.exterior_mut(&mut line);
            polygon.interiors_mut(|rings| rings.iter_mut().for_each(&mut line));
        }
        Geometry::MultiPolygon(polygons) => {
            for polygon in &mut polygons.0 {
                polygon.exterior_mut(&mut line);
                polygon.interiors_mut(|rings| rings.iter_mut().for_each(&mut line));
            }
        }
        _ => {}
    }
}

/// Whether two shapes are one, wherever their rings begin and whichever way they turn.
pub(super) fn is_same(a: &Geometry<f64>, b: &Geometry<f64>) -> bool {
    a == b || matches!((outlines(a), outlines(b)), (Some(a), Some(b)) if a == b)
}

/// The rings of each polygon in one order.
fn outlines(geometry: &Geometry<f64>) -> Option<Vec<Vec<Vec<[u64; 2]>>>> {
    let polygons = match geometry {
        Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
        Geometry::MultiPolygon(polygons) => &polygons.0[..],
        _ => return None,
    };
    let mut all: Vec<_> = polygons
        .iter()
        .map(|polygon| {
            let mut holes: Vec<_> = polygon.interiors().iter().map(outline).collect();
            holes.sort_unstable();
            holes.insert(0, outline(polygon.exterior()));
            holes
        })
        .collect();
    all.sort_unstable();
    Some(all)
}

fn outline(ring: &LineString<f64>) -> Vec<[u64; 2]> {
    let bits = |at: &Coord<f64>| [at.x.to_bits(), at.y.to_bits()];
    let mut ring: Vec<[u64; 2]> = ring.0.iter().map(bits).collect();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    let first = (0..ring.len())
        .min_by_key(|at| ring[*at])
        .unwrap_or_default();
    ring.rotate_left(first);
    // Of both ways round the one whose second vertex comes first.
    if ring.len() > 2 && ring[ring.len() - 1] < ring[1] {
        ring[1..].reverse();
    }
    ring
}

#[cfg(test)]
mod tests {
    use geo_types::{MultiPolygon, Polygon};

    use super::*;

    fn square(at: [f64; 2], turned: bool) -> Geometry<f64> {
        let [x, y] = at;
        let [east, north] = [x + 10.0, y + 20.0];
        let ring = if turned {
            vec![(east, north), (east, y), (x, y), (x, north), (east, north)]
        } else {
            vec![(x, y), (east, y), (east, north), (x, north), (x, y)]
        };
        Geometry::MultiPolygon(MultiPolygon(vec![Polygon::new(ring.into(), Vec::new())]))
    }

    fn lon_lat(geometry: &Geometry<f64>, decimals: i32) -> Geometry<f64> {
        let mut degrees = gis::crs::geometry_to_lon_lat(geometry).expect("degrees");
        let unit = 10_f64.powi(decimals);
        each(&mut degrees, &mut |at| {
            *at = Coord {
                x: (at.x * unit).round() / unit,
                y: (at.y * unit).round() / unit,
            };
        });
        degrees
    }

    #[test]
    fn what_a_client_did_not_touch_comes_back_as_it_was() {
        let known = square([284_000.123_4, 9_340_000.567_8], false);
        for decimals in [6, 7, 9, 12] {
            let sent = lon_lat(&known, decimals);
            let back = official(
                sent.clone(),
                ContentCrs::Crs84,
                std::slice::from_ref(&known),
            );
            assert_eq!(back.expect("a place"), known, "{decimals} decimals");
            let mut swapped = sent;
            each(&mut swapped, &mut |at| *at = Coord { x: at.y, y: at.x });
            let back = official(swapped, ContentCrs::Wgs84, std::slice::from_ref(&known));
            assert_eq!(
                back.expect("a place"),
                known,
                "{decimals} decimals, swapped"
            );
        }
        let turned = square([284_000.123_4, 9_340_000.567_8], true);
        assert_ne!(turned, known);
        let back = official(turned, ContentCrs::Official, std::slice::from_ref(&known));
        assert_eq!(back.expect("a place"), known);
    }

    #[test]
    fn one_vertex_that_moved_moves_alone() {
        let known = square([284_000.0, 9_340_000.0], false);
        let mut moved = known.clone();
        let mut first = true;
        each(&mut moved, &mut |at| {
            if std::mem::take(&mut first) || (at.x, at.y) == (284_000.0, 9_340_000.0) {
                at.x -= 1.5;
            }
        });
        let back = official(
            lon_lat(&moved, 9),
            ContentCrs::Crs84,
            std::slice::from_ref(&known),
        );
        let back = back.expect("a place");
        let same = back
            .coords_iter()
            .filter(|at| known.coords_iter().any(|k| k == *at))
            .count();
        assert_eq!(same, 3);
    }
}
