//! Between the official system and longitude and latitude, for what clients send and get.

use std::cell::OnceCell;

use geo_types::{Coord, Geometry};
use proj::Proj;

use super::{
    CRS84, NoOperation, OFFICIAL,
    vertices::{OutOfDomain, check_degrees, convert, each_run},
};

/// Both directions between EPSG:32718 and CRS84, for the thread that made it. The same datum on both sides: the
/// operation is a projection, exact to well below a millimetre.
pub struct LonLat {
    to: Proj,
    from: Proj,
}

impl LonLat {
    /// Sets both directions up.
    pub fn new() -> Result<Self, NoOperation> {
        let between = |from: &str, to: &str| {
            Proj::new_known_crs(from, to, None).map_err(|error| NoOperation::NoPath {
                crs: from.to_owned(),
                detail: error.to_string(),
            })
        };
        Ok(Self {
            to: between(OFFICIAL, CRS84)?,
            from: between(CRS84, OFFICIAL)?,
        })
    }

    /// Official coordinates to longitude and latitude, in place.
    pub fn coords_to(&self, coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
        convert(&self.to, coords)
    }

    /// Longitude and latitude to official coordinates, in place.
    pub fn coords_from(&self, coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
        check_degrees(coords)?;
        convert(&self.from, coords)
    }

    /// An official geometry in longitude and latitude.
    pub fn apply(&self, official: &Geometry<f64>) -> Result<Geometry<f64>, OutOfDomain> {
        let mut geometry = official.clone();
        each_run(&mut geometry, &mut |run| convert(&self.to, run))?;
        Ok(geometry)
    }

    /// A geometry in longitude and latitude on the official system.
    pub fn from_lon_lat(&self, lon_lat: &Geometry<f64>) -> Result<Geometry<f64>, OutOfDomain> {
        let mut geometry = lon_lat.clone();
        each_run(&mut geometry, &mut |run| self.coords_from(run))?;
        Ok(geometry)
    }
}

thread_local! {
    /// One for each thread: PROJ's objects do not travel. `None`: PROJ's own database is missing.
    static MINE: OnceCell<Option<LonLat>> = const { OnceCell::new() };
}

/// Official coordinates to longitude and latitude, in place, with this thread's own operation.
pub fn to_lon_lat(coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
    mine(|lon_lat| lon_lat.coords_to(coords))
}

/// Longitude and latitude to official coordinates, in place, with this thread's own operation.
pub fn from_lon_lat(coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
    mine(|lon_lat| lon_lat.coords_from(coords))
}

/// An official geometry in longitude and latitude.
pub fn geometry_to_lon_lat(official: &Geometry<f64>) -> Result<Geometry<f64>, OutOfDomain> {
    mine(|lon_lat| lon_lat.apply(official))
}

/// A geometry in longitude and latitude on the official system.
pub fn geometry_from_lon_lat(lon_lat: &Geometry<f64>) -> Result<Geometry<f64>, OutOfDomain> {
    mine(|mine| mine.from_lon_lat(lon_lat))
}

fn mine<T>(f: impl FnOnce(&LonLat) -> Result<T, OutOfDomain>) -> Result<T, OutOfDomain> {
    MINE.with(|mine| {
        let made = mine.get_or_init(|| match LonLat::new() {
            Ok(made) => Some(made),
            Err(error) => {
                tracing::error!(%error, "PROJ does not know EPSG:32718: is its database (proj-data) installed?");
                None
            }
        });
        f(made.as_ref().ok_or(OutOfDomain)?)
    })
}
