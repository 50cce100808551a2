//! Literal shapes of a filter.

use cql2::Expr;
use geo::Validation;
use geo_types::{Geometry, MultiLineString, MultiPoint, MultiPolygon, Polygon, Rect};

use super::{Fault, Scope};

/// A literal shape, on the ground of the land.
pub(super) fn literal(tree: &Expr, scope: &Scope<'_>) -> Result<Geometry<f64>, Fault> {
    let shape = match tree {
        Expr::BBox { bbox } => boxed(bbox, scope.degrees)?,
        Expr::Geometry(written) => of_one_kind(read(written)?)?,
        _ => return Err(Fault::Shape),
    };
    if !shape.is_valid() {
        return Err(Fault::Shape);
    }
    Ok((scope.ground)(shape)?)
}

/// Of both encodings the crate makes GeoJSON; heights and measures are dropped.
fn read(written: &cql2::Geometry) -> Result<Geometry<f64>, Fault> {
    let written = serde_json::to_value(written).map_err(|_| Fault::Shape)?;
    let written: geojson::Geometry = serde_json::from_value(written).map_err(|_| Fault::Shape)?;
    Geometry::try_from(written).map_err(|_| Fault::Shape)
}

/// A collection as one shape of several parts. PostGIS asks nothing of collections of points, lines and areas together.
fn of_one_kind(shape: Geometry<f64>) -> Result<Geometry<f64>, Fault> {
    let Geometry::GeometryCollection(collection) = shape else {
        return Ok(shape);
    };
    let (mut points, mut lines, mut areas) = (Vec::new(), Vec::new(), Vec::new());
    for part in collection.0 {
        match part {
            Geometry::Point(point) => points.push(point),
            Geometry::MultiPoint(many) => points.extend(many.0),
            Geometry::LineString(line) => lines.push(line),
            Geometry::MultiLineString(many) => lines.extend(many.0),
            Geometry::Polygon(area) => areas.push(area),
            Geometry::MultiPolygon(many) => areas.extend(many.0),
            _ => return Err(Fault::MixedCollection),
        }
    }
    match (points.is_empty(), lines.is_empty(), areas.is_empty()) {
        (_, true, true) => Ok(MultiPoint(points).into()),
        (true, false, true) => Ok(MultiLineString(lines).into()),
        (true, true, false) => Ok(MultiPolygon(areas).into()),
        _ => Err(Fault::MixedCollection),
    }
}

/// A box as an area. One whose west lies east of its east goes across the antimeridian.
fn boxed(sides: &[Box<Expr>], degrees: bool) -> Result<Geometry<f64>, Fault> {
    let sides: Vec<f64> = sides
        .iter()
        .map(|side| match side.as_ref() {
            Expr::Float(side) if side.is_finite() => Ok(*side),
            _ => Err(Fault::Arguments("bbox".to_owned())),
        })
        .collect::<Result<_, _>>()?;
    let ([west, south, east, north] | [west, south, _, east, north, _]) = sides[..] else {
        return Err(Fault::Arguments("bbox".to_owned()));
    };
    let area = |west: f64, east: f64| -> Polygon<f64> {
        Rect::new((west, south), (east, north)).to_polygon()
    };
    if south > north || (west > east && !degrees) {
        return Err(Fault::Arguments("bbox".to_owned()));
    }
    if west > east {
        return Ok(MultiPolygon(vec![area(west, 180.0), area(-180.0, east)]).into());
    }
    // Without width or height it is a line or a point.
    Ok(match (west < east, south < north) {
        (true, true) => area(west, east).into(),
        (false, false) => geo_types::Point::new(west, south).into(),
        _ => geo_types::LineString::from(vec![(west, south), (east, north)]).into(),
    })
}
