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

    /// Whether all of a box surely lies in it.
    pub fn surrounds(&self, bounds: Rect<f64>) -> bool {
        self.core.is_some_and(|core| {
            core.min().x <= bounds.min().x
                && core.min().y <= bounds.min().y
                && core.max().x >= bounds.max().x
                && core.max().y >= bounds.max().y
        })
    }

    /// Whether a shape has a point in common with it.
    pub fn meets(&self, shape: &Geometry<f64>) -> bool {
        // Most shapes at its edge have a corner well inside, which is soon found.
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
