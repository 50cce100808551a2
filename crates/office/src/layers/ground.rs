//! Shapes that clients name, as ground of the official projection.

use geo::{BooleanOps, BoundingRect, Intersects, MapCoords};
use geo_types::{
    Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Polygon, Rect,
};
use gis::crs::{OutOfDomain, Served};

/// Longitudes and latitudes around Peru. Outside of them nothing is ours, and the projection means nothing.
pub const AROUND: ([f64; 2], [f64; 2]) = ([-84.0, -20.0], [-66.0, 2.0]);

/// Longest piece of an edge of degrees, in degrees: straight there, it leaves the straight line of the projection by less
/// than three millimetres.
const PIECE: f64 = 0.01;
/// Most pieces of one edge: on longer ones the pieces are longer, and the line is off by some metres at most.
const PIECES_MAX: f64 = 64.0;

/// A shape in a client's reference system as ground in EPSG:32718. Of one in degrees, the part that lies around Peru:
/// it may come out empty.
///
/// # Errors
/// A coordinate is in no place.
pub fn ground(shape: Geometry<f64>, crs: &Served) -> Result<Geometry<f64>, OutOfDomain> {
    let mut shape = if crs.degrees {
        // East first, while it is cut.
        let turn = |at: Coord<f64>| Coord { x: at.y, y: at.x };
        let east_first = if crs.north_first {
            shape.map_coords(turn)
        } else {
            shape
        };
        let cut = in_pieces(&within(east_first)?);
        if crs.north_first {
            cut.map_coords(turn)
        } else {
            cut
        }
    } else {
        shape
    };
    crs.geometry_to_official(&mut shape)?;
    Ok(shape)
}

fn around() -> Rect<f64> {
    let (min, max) = AROUND;
    Rect::new(min, max)
}

/// The part of a shape of degrees that lies around Peru.
fn within(shape: Geometry<f64>) -> Result<Geometry<f64>, OutOfDomain> {
    let around = around();
    let Some(bounds) = shape.bounding_rect() else {
        return Ok(shape);
    };
    if [bounds.min(), bounds.max()]
        .iter()
        .any(|at| at.x.abs() > 360.0 || at.y.abs() > 90.0)
    {
        return Err(OutOfDomain);
    }
    if around.min().x <= bounds.min().x
        && around.min().y <= bounds.min().y
        && bounds.max().x <= around.max().x
        && bounds.max().y <= around.max().y
    {
        return Ok(shape);
    }
    let frame = around.to_polygon();
    Ok(match shape {
        Geometry::Polygon(area) => area.intersection(&frame).into(),
        Geometry::MultiPolygon(areas) => areas.intersection(&frame).into(),
        Geometry::LineString(line) => frame.clip(&MultiLineString(vec![line]), false).into(),
        Geometry::MultiLineString(lines) => frame.clip(&lines, false).into(),
        Geometry::Point(point) => MultiPoint(
            Some(point)
                .filter(|point| around.intersects(point))
                .into_iter()
                .collect(),
        )
        .into(),
        Geometry::MultiPoint(points) => MultiPoint(
            points
                .into_iter()
                .filter(|point| around.intersects(point))
                .collect(),
        )
        .into(),
        _ => return Err(OutOfDomain),
    })
}

/// A shape with its edges of degrees in pieces, so that each goes on the projection where it went before.
fn in_pieces(shape: &Geometry<f64>) -> Geometry<f64> {
    let area = |area: &Polygon<f64>| {
        Polygon::new(
            line(area.exterior()),
            area.interiors().iter().map(line).collect(),
        )
    };
    match shape {
        Geometry::LineString(one) => line(one).into(),
        Geometry::MultiLineString(many) => {
            MultiLineString(many.0.iter().map(line).collect()).into()
        }
        Geometry::Polygon(one) => area(one).into(),
        Geometry::MultiPolygon(many) => MultiPolygon(many.0.iter().map(area).collect()).into(),
        other => other.clone(),
    }
}

fn line(line: &LineString<f64>) -> LineString<f64> {
    let mut points: Vec<Coord<f64>> = line.0.first().copied().into_iter().collect();
    for edge in line.lines() {
        let along = edge.delta();
        let pieces = (along.x.abs().max(along.y.abs()) / PIECE)
            .ceil()
            .clamp(1.0, PIECES_MAX);
        let mut piece = 1.0;
        while piece < pieces {
            points.push(edge.start + along * (piece / pieces));
            piece += 1.0;
        }
        points.push(edge.end);
    }
    LineString(points)
}

#[cfg(test)]
mod tests {
    use geo::Area;
    use gis::crs::{DEFAULT, STORAGE};

    use super::*;

    fn boxed(west: f64, south: f64, east: f64, north: f64) -> Geometry<f64> {
        Rect::new((west, south), (east, north)).to_polygon().into()
    }

    #[test]
    fn a_shape_is_the_same_ground_in_either_order_of_axes() {
        let east_first = ground(boxed(-77.0, -6.1, -76.9, -6.0), DEFAULT).expect("ground");
        let north_first = Served::find("EPSG:4326").expect("served");
        let turned = ground(boxed(-6.1, -77.0, -6.0, -76.9), north_first).expect("ground");
        let off = (east_first.unsigned_area() - turned.unsigned_area()).abs();
        assert!(off < 0.01, "{off}");
        assert!((east_first.unsigned_area() - 11_060.0 * 11_065.0).abs() < 2e6);
    }

    #[test]
    fn the_whole_world_is_what_lies_around_peru_and_elsewhere_is_nothing() {
        let world = ground(boxed(-180.0, -90.0, 180.0, 90.0), DEFAULT).expect("ground");
        assert!(world.unsigned_area() > 4e12);
        let elsewhere = ground(boxed(2.0, 40.0, 3.0, 41.0), DEFAULT).expect("ground");
        assert!(elsewhere.unsigned_area() < 1.0);
        assert!(ground(boxed(0.0, 0.0, 1.0, 400.0), DEFAULT).is_err());
    }

    #[test]
    fn metres_of_the_land_are_taken_as_they_are() {
        let shape = boxed(279_000.0, 9_331_000.0, 279_100.0, 9_331_100.0);
        assert_eq!(ground(shape.clone(), STORAGE), Ok(shape));
    }
}
