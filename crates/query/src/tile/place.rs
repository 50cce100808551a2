//! Where a tile is.

use std::f64::consts::PI;

use geo_types::{Coord, Rect};
use gis::crs::OutOfDomain;

use super::{BUFFER, EXTENT};

/// Deepest zoom: its unit is a centimetre of the ground, finer than any survey.
pub const ZOOM_MAX: u8 = 20;

/// A tile of the grid `WebMercatorQuad`: columns from the antimeridian to the east, rows from the north.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    zoom: u8,
    column: u32,
    row: u32,
}

/// Longitudes and latitudes around Peru: outside of them nothing is ours, and the projection means nothing.
const WEST_SOUTH: (f64, f64) = (-84.0, -20.0);
const EAST_NORTH: (f64, f64) = (-66.0, 2.0);

/// Steps along each side of a tile, whose sides are curves on the projection.
const STEPS: u32 = 8;

impl Place {
    /// The tile at a zoom, a row and a column, where the grid has one.
    pub fn new(zoom: u8, row: u32, column: u32) -> Option<Self> {
        if zoom > ZOOM_MAX {
            return None;
        }
        let side = 1_u32 << zoom;
        (row < side && column < side).then_some(Self { zoom, column, row })
    }

    /// The tile that a place lies in, in degrees.
    pub fn around(zoom: u8, lon_lat: Coord<f64>) -> Option<Self> {
        let [x, y] = dot(lon_lat);
        let shift = 32_u8.checked_sub(zoom)?;
        let cut = |value: u32| u32::try_from(u64::from(value) >> shift).unwrap_or_default();
        Self::new(zoom, cut(y), cut(x))
    }

    /// Its zoom.
    pub fn zoom(self) -> u8 {
        self.zoom
    }

    /// Its row, from the north.
    pub fn row(self) -> u32 {
        self.row
    }

    /// Its column, from the antimeridian.
    pub fn column(self) -> u32 {
        self.column
    }

    /// Its north-western corner, in its own units from that of the world.
    pub(super) fn origin(self) -> [i64; 2] {
        [
            i64::from(self.column) * EXTENT,
            i64::from(self.row) * EXTENT,
        ]
    }

    /// The box around it in degrees, `units` of its own beyond its sides.
    pub fn degrees(self, units: i64) -> Rect<f64> {
        let side = (EXTENT << self.zoom) as f64;
        let [x, y] = self.origin();
        let lon = |units: i64| units as f64 / side * 360.0 - 180.0;
        let lat = |units: i64| {
            (PI * (1.0 - 2.0 * units as f64 / side))
                .sinh()
                .atan()
                .to_degrees()
        };
        Rect::new(
            (lon(x - units), lat(y + EXTENT + units)),
            (lon(x + EXTENT + units), lat(y - units)),
        )
    }

    /// A box in EPSG:32718 around all that can be drawn on it; none where nothing of ours can be.
    pub fn ground(self) -> Result<Option<Rect<f64>>, OutOfDomain> {
        let degrees = self.degrees(BUFFER);
        let (min, max) = (degrees.min(), degrees.max());
        let (west, south) = (min.x.max(WEST_SOUTH.0), min.y.max(WEST_SOUTH.1));
        let (east, north) = (max.x.min(EAST_NORTH.0), max.y.min(EAST_NORTH.1));
        if west > east || south > north {
            return Ok(None);
        }
        let along =
            |from: f64, to: f64, step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
        let mut sides: Vec<Coord<f64>> = (0..=STEPS)
            .flat_map(|step| {
                let (x, y) = (along(west, east, step), along(south, north, step));
                [(x, south), (x, north), (west, y), (east, y)].map(Coord::from)
            })
            .collect();
        gis::crs::from_lon_lat(&mut sides)?;
        let around = sides
            .iter()
            .map(|at| Rect::new(*at, *at))
            .reduce(domain::geometry::joined);
        // Between two of the steps a side bends by less than a hundredth of the box.
        Ok(around.map(|around| {
            let (x, y) = (around.width() * 0.01, around.height() * 0.01);
            Rect::new(
                (around.min().x - x, around.min().y - y),
                (around.max().x + x, around.max().y + y),
            )
        }))
    }
}

/// A place in degrees as a dot of the world: 2^32 of them along each side, from the north-west.
pub(super) fn dot(lon_lat: Coord<f64>) -> [u32; 2] {
    let x = lon_lat.x / 360.0 + 0.5;
    let sine = lon_lat.y.to_radians().sin();
    let y = 0.5 - ((1.0 + sine) / (1.0 - sine)).ln() / (4.0 * PI);
    [x, y].map(|part| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of a float stays between the least and the greatest number"
        )]
        let dot = (part * 4_294_967_296.0).round() as u32;
        dot
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_has_as_many_tiles_as_it_should() {
        assert!(Place::new(0, 0, 0).is_some());
        assert!(Place::new(0, 1, 0).is_none());
        assert!(Place::new(20, (1 << 20) - 1, 0).is_some());
        assert!(Place::new(20, 0, 1 << 20).is_none());
        assert!(Place::new(21, 0, 0).is_none());
        assert!(Place::new(255, 0, 0).is_none());
    }

    #[test]
    fn places_are_in_the_tile_around_them() {
        let moyobamba = Coord {
            x: -76.97,
            y: -6.03,
        };
        // As the public grid of web maps numbers it.
        assert_eq!(Place::around(14, moyobamba), Place::new(14, 8466, 4689));
        for zoom in 0..=ZOOM_MAX {
            let place = Place::around(zoom, moyobamba).expect("a tile");
            let degrees = place.degrees(0);
            assert!(degrees.min().x <= moyobamba.x && moyobamba.x <= degrees.max().x);
            assert!(degrees.min().y <= moyobamba.y && moyobamba.y <= degrees.max().y);
        }
    }

    #[test]
    fn the_ground_holds_the_corners_and_is_nowhere_elsewhere() {
        let moyobamba = Coord {
            x: -76.97,
            y: -6.03,
        };
        for zoom in 6..=ZOOM_MAX {
            let place = Place::around(zoom, moyobamba).expect("a tile");
            let ground = place.ground().expect("a place").expect("ours");
            let degrees = place.degrees(BUFFER);
            let mut corners = [degrees.min(), degrees.max()];
            for corner in &mut corners {
                corner.x = corner.x.clamp(WEST_SOUTH.0, EAST_NORTH.0);
                corner.y = corner.y.clamp(WEST_SOUTH.1, EAST_NORTH.1);
            }
            gis::crs::from_lon_lat(&mut corners).expect("a place");
            for corner in corners {
                assert!(ground.min().x <= corner.x && corner.x <= ground.max().x);
                assert!(ground.min().y <= corner.y && corner.y <= ground.max().y);
            }
        }
        let paris = Place::around(10, Coord { x: 2.3, y: 48.8 }).expect("a tile");
        assert_eq!(paris.ground(), Ok(None));
        assert!(
            Place::new(0, 0, 0).is_some_and(|world| world.ground().is_ok_and(|at| at.is_some()))
        );
    }
}
