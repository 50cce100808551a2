//! The runs of coordinates that a shape is made of.

use geo_types::{Coord, Geometry, Polygon};

/// What a run of coordinates is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Run {
    /// One point.
    Point,
    /// A line.
    Line,
    /// The shell of a polygon, closed.
    Shell,
    /// A hole of the polygon whose shell came before, closed.
    Hole,
}

/// Hands each run of a shape to `each`, always in the same order.
pub(super) fn each_run(geometry: &Geometry<f64>, each: &mut impl FnMut(Run, &[Coord<f64>])) {
    match geometry {
        Geometry::Point(point) => each(Run::Point, &[point.0]),
        Geometry::MultiPoint(points) => {
            for point in points {
                each(Run::Point, &[point.0]);
            }
        }
        Geometry::Line(line) => each(Run::Line, &[line.start, line.end]),
        Geometry::LineString(line) => each(Run::Line, &line.0),
        Geometry::MultiLineString(lines) => {
            for line in lines {
                each(Run::Line, &line.0);
            }
        }
        Geometry::Polygon(polygon) => rings(polygon, each),
        Geometry::MultiPolygon(polygons) => {
            for polygon in polygons {
                rings(polygon, each);
            }
        }
        Geometry::Rect(rect) => rings(&rect.to_polygon(), each),
        Geometry::Triangle(triangle) => rings(&triangle.to_polygon(), each),
        Geometry::GeometryCollection(parts) => {
            for part in parts {
                each_run(part, each);
            }
        }
    }
}

fn rings(polygon: &Polygon<f64>, each: &mut impl FnMut(Run, &[Coord<f64>])) {
    each(Run::Shell, &polygon.exterior().0);
    for hole in polygon.interiors() {
        each(Run::Hole, &hole.0);
    }
}
