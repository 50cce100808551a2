//! From GDAL's geometry to ours, through one copy of its well-known binary: a call per vertex would cost more than
//! reading the file.

use gdal::vector::{Geometry as Shape, OGRwkbGeometryType as Kind};
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

use super::ShapeValue;
use crate::limits::VERTICES_MAX;

/// Reads a shape. `Err` says what is wrong with the bytes; GDAL should never give such.
pub(super) fn read(shape: &Shape) -> Result<ShapeValue, String> {
    if let Some(kind) = unsupported(shape) {
        return Ok(ShapeValue::Unsupported(kind));
    }
    let vertices = vertices(shape);
    if vertices > VERTICES_MAX as u64 {
        return Ok(ShapeValue::TooManyVertices(vertices));
    }
    if vertices == 0 {
        return Ok(ShapeValue::Empty);
    }
    // ISO's form, because the older one writes a point without numbers as the origin.
    let bytes = shape.iso_wkb().map_err(|error| error.to_string())?;
    let mut reader = Reader { bytes: &bytes };
    let geometry = reader
        .geometry()
        .ok_or("well-known binary that ends too soon")?;
    if is_empty_point(&geometry) {
        return Ok(ShapeValue::Empty);
    }
    Ok(ShapeValue::Geometry(geometry))
}

/// The kind's name, where it is one that we cannot hold.
fn unsupported(shape: &Shape) -> Option<String> {
    match flat(shape.geometry_type()) {
        Kind::wkbPoint
        | Kind::wkbLineString
        | Kind::wkbPolygon
        | Kind::wkbMultiPoint
        | Kind::wkbMultiLineString
        | Kind::wkbMultiPolygon => None,
        Kind::wkbGeometryCollection => {
            (0..shape.geometry_count()).find_map(|n| unsupported(&shape.get_geometry(n)))
        }
        _ => Some(shape.geometry_name()),
    }
}

/// Counted before the copy is made, so that the limit bounds the copy too.
fn vertices(shape: &Shape) -> u64 {
    match flat(shape.geometry_type()) {
        Kind::wkbPoint => u64::from(!shape.is_empty()),
        Kind::wkbLineString => shape.point_count() as u64,
        _ => (0..shape.geometry_count())
            .map(|n| vertices(&shape.get_geometry(n)))
            .sum(),
    }
}

/// An empty point is a point without numbers.
fn is_empty_point(geometry: &Geometry<f64>) -> bool {
    matches!(geometry, Geometry::Point(point) if point.x().is_nan() || point.y().is_nan())
}

const OLD_Z: u32 = 0x8000_0000;

/// The two-dimensional kind of a code: old style has a flag for heights, ISO adds 1000, 2000 or 3000.
fn flat(kind: u32) -> u32 {
    (kind & !OLD_Z) % 1000
}

/// Numbers a vertex of a kind has.
fn dimensions(kind: u32) -> usize {
    let old = usize::from(kind & OLD_Z != 0);
    let iso = match (kind & !OLD_Z) / 1000 {
        1 | 2 => 1,
        3 => 2,
        _ => 0,
    };
    2 + old + iso
}

/// Reads little-endian well-known binary, as GDAL writes it here. `None`: it ends too soon or is of another kind.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn geometry(&mut self) -> Option<Geometry<f64>> {
        let kind = self.head()?;
        let dimensions = dimensions(kind);
        Some(match flat(kind) {
            Kind::wkbPoint => Point(self.coord(dimensions)?).into(),
            Kind::wkbLineString => self.line(dimensions)?.into(),
            Kind::wkbPolygon => self.polygon(dimensions)?.into(),
            // Parts without a point add nothing to a shape that has some.
            Kind::wkbMultiPoint => {
                let mut points = self.parts(|reader, numbers| reader.coord(numbers).map(Point))?;
                points.retain(|point| !point.x().is_nan() && !point.y().is_nan());
                MultiPoint(points).into()
            }
            Kind::wkbMultiLineString => {
                let mut lines = self.parts(Self::line)?;
                lines.retain(|line| !line.0.is_empty());
                MultiLineString(lines).into()
            }
            Kind::wkbMultiPolygon => {
                let mut polygons = self.parts(Self::polygon)?;
                polygons.retain(|polygon| !polygon.exterior().0.is_empty());
                MultiPolygon(polygons).into()
            }
            Kind::wkbGeometryCollection => {
                let count = self.count(5)?;
                let parts: Option<Vec<_>> = (0..count).map(|_| self.geometry()).collect();
                let mut parts = parts?;
                parts.retain(|part| !is_empty_point(part));
                Geometry::GeometryCollection(GeometryCollection(parts))
            }
            _ => return None,
        })
    }

    /// The parts of a collection of one kind, each with a head of its own.
    fn parts<T>(&mut self, part: impl Fn(&mut Self, usize) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count(5)?;
        (0..count)
            .map(|_| {
                let kind = self.head()?;
                part(self, dimensions(kind))
            })
            .collect()
    }

    fn polygon(&mut self, dimensions: usize) -> Option<Polygon<f64>> {
        let count = self.count(4)?;
        if count == 0 {
            return Some(Polygon::new(LineString(Vec::new()), Vec::new()));
        }
        let exterior = self.line(dimensions)?;
        let interiors: Option<Vec<_>> = (1..count).map(|_| self.line(dimensions)).collect();
        Some(Polygon::new(exterior, interiors?))
    }

    fn line(&mut self, dimensions: usize) -> Option<LineString<f64>> {
        let count = self.count(8 * dimensions)?;
        let (line, rest) = self.bytes.split_at_checked(count * 8 * dimensions)?;
        self.bytes = rest;
        let coords = line.chunks_exact(8 * dimensions).map(coord).collect();
        Some(LineString(coords))
    }

    fn coord(&mut self, dimensions: usize) -> Option<Coord<f64>> {
        let (numbers, rest) = self.bytes.split_at_checked(8 * dimensions)?;
        self.bytes = rest;
        Some(coord(numbers))
    }

    fn head(&mut self) -> Option<u32> {
        let (order, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        if *order == 1 { self.number() } else { None }
    }

    /// A count of things of at least so many bytes: no more than there is room for.
    fn count(&mut self, bytes_each: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count.checked_mul(bytes_each)? <= self.bytes.len()).then_some(count)
    }

    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.bytes.split_first_chunk::<4>()?;
        self.bytes = rest;
        Some(u32::from_le_bytes(*number))
    }
}

fn coord(numbers: &[u8]) -> Coord<f64> {
    let number = |at: usize| {
        numbers
            .get(at..)
            .and_then(|tail| tail.first_chunk::<8>())
            .map_or(f64::NAN, |bytes| f64::from_le_bytes(*bytes))
    };
    Coord {
        x: number(0),
        y: number(8),
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{line_string, point, polygon};

    use super::*;

    fn read_wkt(wkt: &str) -> ShapeValue {
        read(&Shape::from_wkt(wkt).expect("a shape")).expect("sound bytes")
    }

    #[track_caller]
    fn check(wkt: &str, expected: impl Into<Geometry<f64>>) {
        assert_eq!(read_wkt(wkt), ShapeValue::Geometry(expected.into()));
    }

    #[test]
    fn every_plain_kind_is_read_in_two_dimensions() {
        check("POINT (1 2)", point!(x: 1.0, y: 2.0));
        check("POINT ZM (1 2 3 4)", point!(x: 1.0, y: 2.0));
        check(
            "LINESTRING M (1 2 9, 3 4 9)",
            line_string![(x: 1.0, y: 2.0), (x: 3.0, y: 4.0)],
        );
        let block = polygon![
            exterior: [(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0), (x: 0.0, y: 0.0)],
            interiors: [[(x: 5.0, y: 1.0), (x: 6.0, y: 1.0), (x: 6.0, y: 2.0), (x: 5.0, y: 1.0)]],
        ];
        let rings = "((0 0 7, 9 0 7, 9 9 7, 0 0 7), (5 1 7, 6 1 7, 6 2 7, 5 1 7))";
        check(&format!("POLYGON Z {rings}"), block.clone());
        check(
            &format!("MULTIPOLYGON Z ({rings}, {rings})"),
            MultiPolygon(vec![block.clone(), block]),
        );
        check(
            "MULTIPOINT (1 2, 3 4)",
            MultiPoint(vec![point!(x: 1.0, y: 2.0), point!(x: 3.0, y: 4.0)]),
        );
        check(
            "MULTILINESTRING ((1 2, 3 4))",
            MultiLineString(vec![line_string![(x: 1.0, y: 2.0), (x: 3.0, y: 4.0)]]),
        );
        let parts = GeometryCollection(vec![point!(x: 1.0, y: 2.0).into()]);
        check(
            "GEOMETRYCOLLECTION Z (POINT Z (1 2 3))",
            Geometry::GeometryCollection(parts),
        );
    }

    #[test]
    fn a_ring_is_closed_and_not_mended() {
        let bow_tie = "POLYGON ((0 0, 9 9, 9 0, 0 9))";
        let ShapeValue::Geometry(Geometry::Polygon(read)) = read_wkt(bow_tie) else {
            unreachable!("a polygon");
        };
        assert_eq!(read.exterior().0.len(), 5);
    }

    #[test]
    fn shapes_without_a_point_are_empty() {
        for wkt in [
            "POINT EMPTY",
            "POLYGON EMPTY",
            "MULTIPOLYGON EMPTY",
            "MULTIPOLYGON (EMPTY)",
            "MULTIPOINT (EMPTY)",
            "LINESTRING Z EMPTY",
            "GEOMETRYCOLLECTION EMPTY",
            "GEOMETRYCOLLECTION (POINT EMPTY)",
        ] {
            assert_eq!(read_wkt(wkt), ShapeValue::Empty, "{wkt}");
        }
    }

    #[test]
    fn other_kinds_are_named_also_inside_a_collection() {
        for (wkt, kind) in [
            ("CIRCULARSTRING (0 0, 1 1, 2 0)", "CIRCULARSTRING"),
            (
                "GEOMETRYCOLLECTION (POINT (0 0), CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 0 0)))",
                "CURVEPOLYGON",
            ),
            ("TIN Z (((0 0 0, 0 0 1, 0 1 0, 0 0 0)))", "TIN"),
            (
                "POLYHEDRALSURFACE Z (((0 0 0, 0 0 1, 0 1 0, 0 0 0)))",
                "POLYHEDRALSURFACE",
            ),
        ] {
            assert_eq!(
                read_wkt(wkt),
                ShapeValue::Unsupported(kind.to_owned()),
                "{wkt}"
            );
        }
    }

    #[test]
    fn a_million_vertices_and_no_more() {
        let line = |vertices: u32| {
            let mut bytes = vec![1, 2, 0, 0, 0];
            bytes.extend(vertices.to_le_bytes());
            bytes.resize(9 + vertices as usize * 16, 0);
            read(&Shape::from_wkb(&bytes).expect("a line"))
        };
        assert!(matches!(line(1_000_000), Ok(ShapeValue::Geometry(_))));
        assert_eq!(line(1_000_001), Ok(ShapeValue::TooManyVertices(1_000_001)));
    }

    #[test]
    fn bytes_that_end_too_soon_are_no_shape() {
        let whole = Shape::from_wkt("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)))").expect("a shape");
        let whole = whole.wkb().expect("its bytes");
        for length in 0..whole.len() {
            let mut reader = Reader {
                bytes: &whole[..length],
            };
            assert_eq!(reader.geometry(), None, "{length}");
        }
    }
}
