//! A box of longitudes and latitudes, as ground in the official projection.

use geo::{BoundingRect, CoordsIter, Intersects};
use geo_types::{Coord, Geometry, LineString, Point, Polygon, Rect};

/// The ground that a client's box covers. Its sides are curves in EPSG:32718, so it is not a box here: it leans by
/// a third of a degree around Moyobamba, thirty metres on the side of a town.
#[derive(Clone, Debug)]
pub struct Window {
    ground: Geometry<f64>,
    bounds: Rect<f64>,
    /// A box inside the ground: what lies in it needs no closer look.
    core: Option<Rect<f64>>,
}

impl Window {
    /// The ground within four sides in EPSG:32718: the southern from west to east, the eastern from south to north, the
    /// northern from east to west, the western from north to south. `None` where they surround no place at all.
    pub fn new([south, east, north, west]: [Vec<Coord<f64>>; 4]) -> Option<Self> {
        // The innermost of each side's points.
        let min = Coord {
            x: west.iter().map(|at| at.x).fold(f64::NEG_INFINITY, f64::max),
            y: south
                .iter()
                .map(|at| at.y)
                .fold(f64::NEG_INFINITY, f64::max),
        };
        let max = Coord {
            x: east.iter().map(|at| at.x).fold(f64::INFINITY, f64::min),
            y: north.iter().map(|at| at.y).fold(f64::INFINITY, f64::min),
        };
        let core = (min.x < max.x && min.y < max.y).then(|| Rect::new(min, max));
        let mut ring = [south, east, north, west].concat();
        ring.dedup();
        let first = *ring.first()?;
        let ground = match ring.iter().filter(|at| **at != first).count() {
            0 => Geometry::Point(Point(first)),
            // A box without width or height is a line there and back.
            _ if core.is_none() && is_there_and_back(&ring) => {
                ring.truncate(ring.len().div_ceil(2));
                Geometry::LineString(LineString(ring))
            }
            _ => Geometry::Polygon(Polygon::new(LineString(ring), Vec::new())),
        };
        Some(Self {
            bounds: ground.bounding_rect()?,
            ground,
            core,
        })
    }

    /// The ground itself, in EPSG:32718.
    pub fn ground(&self) -> &Geometry<f64> {
        &self.ground
    }

    /// The box around it.
    pub fn bounds(&self) -> Rect<f64> {
        self.bounds
    }

    /// Whether a shape with this box around it surely has a point in common with it, without a look at the shape: a
    /// shape touches each side of its box, and one of these sides lies in the ground from end to end.
    pub fn surely_meets(&self, bounds: Rect<f64>) -> bool {
        let (low, high) = (bounds.min(), bounds.max());
        self.core.is_some_and(|core| {
            let (min, max) = (core.min(), core.max());
            let ends_x = (
                min.x <= low.x && low.x <= max.x,
                min.x <= high.x && high.x <= max.x,
            );
            let ends_y = (
                min.y <= low.y && low.y <= max.y,
                min.y <= high.y && high.y <= max.y,
            );
            (ends_x == (true, true) && (ends_y.0 || ends_y.1))
                || (ends_y == (true, true) && (ends_x.0 || ends_x.1))
        })
    }

    /// Whether a shape has a point in common with it.
    pub fn meets(&self, shape: &Geometry<f64>) -> bool {
        // Most shapes at its corners have a vertex well inside, which is soon found.
        self.core.is_some_and(|core| has_corner_in(shape, core)) || self.ground.intersects(shape)
    }
}

/// Whether a shape of area has a corner in a box. Asked for each shape at the edge of a page, and so without the
/// iterator that goes through any shape.
fn has_corner_in(shape: &Geometry<f64>, core: Rect<f64>) -> bool {
    let (min, max) = (core.min(), core.max());
    let inside = |at: &Coord<f64>| min.x <= at.x && at.x <= max.x && min.y <= at.y && at.y <= max.y;
    let any = |polygon: &Polygon<f64>| polygon.exterior().0.iter().any(inside);
    match shape {
        Geometry::MultiPolygon(polygons) => polygons.iter().any(any),
        Geometry::Polygon(polygon) => any(polygon),
        other => other.coords_iter().any(|at| inside(&at)),
    }
}

fn is_there_and_back(ring: &[Coord<f64>]) -> bool {
    ring.iter().eq(ring.iter().rev())
}

#[cfg(test)]
mod tests {
    use geo::{Intersects, Rotate};
    use proptest::prelude::*;

    use super::*;

    /// A leaning window of 100 m by 60 m, as a box of longitudes and latitudes is.
    fn window() -> Window {
        let sides = [
            [(0.0, 0.0), (100.0, 1.0)],
            [(100.0, 1.0), (99.0, 61.0)],
            [(99.0, 61.0), (-1.0, 60.0)],
            [(-1.0, 60.0), (0.0, 0.0)],
        ];
        Window::new(sides.map(|side| side.map(Coord::from).to_vec())).expect("a window")
    }

    proptest! {
        #[test]
        fn what_surely_meets_does(
            x in -40.0..120.0, y in -40.0..80.0, width in 0.5..150.0, height in 0.5..90.0, degrees in 0.0..90.0,
        ) {
            let lot = Rect::new((x, y), (x + width, y + height)).to_polygon().rotate_around_center(degrees);
            let bounds = lot.bounding_rect().expect("a box");
            let lot = Geometry::Polygon(lot);
            let window = window();
            let meets = window.ground().intersects(&lot);
            prop_assert!(meets || !window.surely_meets(bounds));
            prop_assert_eq!(window.surely_meets(bounds) || window.meets(&lot), meets);
        }
    }

    #[test]
    fn a_lot_across_a_side_is_known_by_its_box_and_one_at_a_corner_is_not() {
        let sure = |low, high| window().surely_meets(Rect::<f64>::new(low, high));
        assert!(sure((10.0, 10.0), (20.0, 20.0)));
        assert!(sure((10.0, -10.0), (20.0, 20.0)));
        assert!(sure((90.0, 10.0), (120.0, 20.0)));
        assert!(!sure((-10.0, -10.0), (20.0, 20.0)));
        assert!(!sure((10.0, -10.0), (20.0, 70.0)), "it may be two parts");
        assert!(!sure((10.0, -10.0), (20.0, -5.0)));
    }
}
