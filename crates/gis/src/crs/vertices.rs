//! Every vertex of a geometry, in runs: one call to PROJ for a ring, not for a point.

use geo_types::{Coord, Geometry, LineString, Polygon};
use proj::Proj;

/// A coordinate lies where the operation is not defined, or is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a coordinate outside of what the operation is defined for")]
pub struct OutOfDomain;

/// Converts in place. After an error the coordinates are partly converted and good for nothing.
pub(super) fn convert(proj: &Proj, coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
    if !coords.iter().all(finite) {
        return Err(OutOfDomain);
    }
    proj.convert_array(coords).map_err(|_| OutOfDomain)?;
    if coords.iter().all(finite) {
        Ok(())
    } else {
        Err(OutOfDomain)
    }
}

/// Whether all could be longitude and latitude in degrees. Asked before PROJ is, which writes to the standard error
/// stream for each one that could not.
pub(super) fn check_degrees(coords: &[Coord<f64>]) -> Result<(), OutOfDomain> {
    let all = coords
        .iter()
        .all(|coord| coord.x.abs() <= 360.0 && coord.y.abs() <= 90.0);
    if all { Ok(()) } else { Err(OutOfDomain) }
}

fn finite(coord: &Coord<f64>) -> bool {
    coord.x.is_finite() && coord.y.is_finite()
}

/// Hands every run of vertices to `f`.
pub(super) fn each_run(
    geometry: &mut Geometry<f64>,
    f: &mut impl FnMut(&mut [Coord<f64>]) -> Result<(), OutOfDomain>,
) -> Result<(), OutOfDomain> {
    match geometry {
        Geometry::Point(point) => f(std::slice::from_mut(&mut point.0)),
        Geometry::Line(line) => {
            let mut ends = [line.start, line.end];
            f(&mut ends)?;
            [line.start, line.end] = ends;
            Ok(())
        }
        Geometry::LineString(line) => f(&mut line.0),
        Geometry::Polygon(polygon) => rings(polygon, f),
        Geometry::MultiPoint(points) => {
            let mut coords: Vec<_> = points.0.iter().map(|point| point.0).collect();
            f(&mut coords)?;
            for (point, coord) in points.0.iter_mut().zip(coords) {
                point.0 = coord;
            }
            Ok(())
        }
        Geometry::MultiLineString(lines) => lines.0.iter_mut().try_for_each(|line| f(&mut line.0)),
        Geometry::MultiPolygon(polygons) => polygons
            .0
            .iter_mut()
            .try_for_each(|polygon| rings(polygon, f)),
        Geometry::GeometryCollection(parts) => {
            parts.0.iter_mut().try_for_each(|part| each_run(part, f))
        }
        // A rectangle and a triangle need not stay what they are: they go on as polygons.
        Geometry::Rect(rect) => {
            let mut polygon = rect.to_polygon();
            rings(&mut polygon, f)?;
            *geometry = polygon.into();
            Ok(())
        }
        Geometry::Triangle(triangle) => {
            let mut polygon = triangle.to_polygon();
            rings(&mut polygon, f)?;
            *geometry = polygon.into();
            Ok(())
        }
    }
}

fn rings(
    polygon: &mut Polygon<f64>,
    f: &mut impl FnMut(&mut [Coord<f64>]) -> Result<(), OutOfDomain>,
) -> Result<(), OutOfDomain> {
    polygon.try_exterior_mut(|ring: &mut LineString<f64>| f(&mut ring.0))?;
    polygon.try_interiors_mut(|interiors| interiors.iter_mut().try_for_each(|ring| f(&mut ring.0)))
}
