//! The reference systems in which clients may ask for the land and name places, by their addresses at the OGC.

use std::{cell::RefCell, collections::HashMap};

use geo_types::{Coord, Geometry};
use proj::Proj;

use super::{
    CRS84, Crs, OFFICIAL, ToOfficial,
    operation::{PSAD56, PSAD56_FROM_OFFICIAL},
    vertices::{OutOfDomain, convert, each_run},
};

/// A reference system at the door.
#[derive(Debug, PartialEq, Eq)]
pub struct Served {
    /// Its address.
    pub uri: &'static str,
    /// What PROJ calls it.
    pub code: &'static str,
    /// Its registry puts north before east, or latitude before longitude: so do clients that ask for it.
    pub north_first: bool,
    /// Its coordinates are degrees; metres otherwise.
    pub degrees: bool,
    /// Its datum is PSAD56, hundreds of metres away, known to 16 m.
    psad56: bool,
}

/// The one that the land is kept in.
pub const STORAGE: &Served = &SERVED[2];
/// The one that is meant where none is named.
pub const DEFAULT: &Served = &SERVED[0];

/// All of them: WGS 84 in degrees, on the web's map and in our zones; Peru96; PSAD56 with its zones and belts.
pub static SERVED: [Served; 17] = [
    Served {
        uri: "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        code: CRS84,
        north_first: false,
        degrees: true,
        psad56: false,
    },
    degrees("http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326"),
    metres("http://www.opengis.net/def/crs/EPSG/0/32718", OFFICIAL),
    metres("http://www.opengis.net/def/crs/EPSG/0/32717", "EPSG:32717"),
    metres("http://www.opengis.net/def/crs/EPSG/0/32719", "EPSG:32719"),
    metres("http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:3857"),
    degrees("http://www.opengis.net/def/crs/EPSG/0/5373", "EPSG:5373"),
    metres("http://www.opengis.net/def/crs/EPSG/0/5387", "EPSG:5387"),
    metres("http://www.opengis.net/def/crs/EPSG/0/5839", "EPSG:5839"),
    metres("http://www.opengis.net/def/crs/EPSG/0/5389", "EPSG:5389"),
    old(degrees(
        "http://www.opengis.net/def/crs/EPSG/0/4248",
        PSAD56,
    )),
    old(metres(
        "http://www.opengis.net/def/crs/EPSG/0/24877",
        "EPSG:24877",
    )),
    old(metres(
        "http://www.opengis.net/def/crs/EPSG/0/24878",
        "EPSG:24878",
    )),
    old(metres(
        "http://www.opengis.net/def/crs/EPSG/0/24879",
        "EPSG:24879",
    )),
    old(metres(
        "http://www.opengis.net/def/crs/EPSG/0/24891",
        "EPSG:24891",
    )),
    old(metres(
        "http://www.opengis.net/def/crs/EPSG/0/24892",
        "EPSG:24892",
    )),
    old(metres(
        "http://www.opengis.net/def/crs/EPSG/0/24893",
        "EPSG:24893",
    )),
];

const fn degrees(uri: &'static str, code: &'static str) -> Served {
    Served {
        uri,
        code,
        north_first: true,
        degrees: true,
        psad56: false,
    }
}

const fn metres(uri: &'static str, code: &'static str) -> Served {
    Served {
        uri,
        code,
        north_first: false,
        degrees: false,
        psad56: false,
    }
}

const fn old(mut served: Served) -> Served {
    served.psad56 = true;
    served
}

impl Served {
    /// The one with an address, or with a name that people use for it: `EPSG:4326`, `[EPSG:4326]`, a URN.
    pub fn find(text: &str) -> Option<&'static Self> {
        let bare = text
            .trim()
            .trim_start_matches(['<', '['])
            .trim_end_matches(['>', ']']);
        let code = bare
            .strip_prefix("urn:ogc:def:crs:EPSG::")
            .map(|digits| format!("EPSG:{digits}"))
            .or_else(|| (bare == "urn:ogc:def:crs:OGC:1.3:CRS84").then(|| CRS84.to_owned()));
        let code = code.as_deref().unwrap_or(bare);
        SERVED
            .iter()
            .find(|served| served.uri == bare || served.code.eq_ignore_ascii_case(code))
    }

    /// Official coordinates in it, in place, in the order that its registry says.
    ///
    /// # Errors
    /// A coordinate has no place in it.
    pub fn from_official(&self, coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
        self.east_first(coords)?;
        if self.north_first {
            swap(coords);
        }
        Ok(())
    }

    fn east_first(&self, coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
        if self.code == OFFICIAL {
            return Ok(());
        }
        ways(self, |ways| {
            ways.from.iter().try_for_each(|step| convert(step, coords))
        })
    }

    /// Coordinates in it, in the order that its registry says, to official ones, in place.
    ///
    /// # Errors
    /// A coordinate has no place in the official system.
    pub fn to_official(&self, coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
        if self.code == OFFICIAL {
            return if coords.iter().all(|at| at.x.is_finite() && at.y.is_finite()) {
                Ok(())
            } else {
                Err(OutOfDomain)
            };
        }
        if self.north_first {
            swap(coords);
        }
        ways(self, |ways| ways.to.apply_coords(coords))
    }

    /// A shape in it, on the official system.
    ///
    /// # Errors
    /// As [`Self::to_official`].
    pub fn geometry_to_official(&self, shape: &mut Geometry<f64>) -> Result<(), OutOfDomain> {
        each_run(shape, &mut |run| self.to_official(run))
    }

    /// An official shape in it.
    ///
    /// # Errors
    /// As [`Self::from_official`].
    pub fn geometry_from_official(&self, shape: &mut Geometry<f64>) -> Result<(), OutOfDomain> {
        each_run(shape, &mut |run| self.from_official(run))
    }

    /// An official shape in it, with east before north whatever its registry says: as files hold it.
    ///
    /// # Errors
    /// As [`Self::from_official`].
    pub fn geometry_from_official_east_first(
        &self,
        shape: &mut Geometry<f64>,
    ) -> Result<(), OutOfDomain> {
        each_run(shape, &mut |run| self.east_first(run))
    }
}

fn swap(coords: &mut [Coord<f64>]) {
    for at in coords {
        *at = Coord { x: at.y, y: at.x };
    }
}

/// Both ways between a system and the official one.
struct Ways {
    from: Vec<Proj>,
    to: ToOfficial,
}

impl Ways {
    fn new(served: &Served) -> Option<Self> {
        let known = |from: &str, to: &str| Proj::new_known_crs(from, to, None).ok();
        let from = match (served.psad56, served.code) {
            (false, code) => vec![known(OFFICIAL, code)?],
            (true, PSAD56) => vec![Proj::new(PSAD56_FROM_OFFICIAL).ok()?],
            (true, code) => vec![Proj::new(PSAD56_FROM_OFFICIAL).ok()?, known(PSAD56, code)?],
        };
        let to = ToOfficial::new(&Crs::parse(served.code).ok()?).ok()?;
        Some(Self { from, to })
    }
}

thread_local! {
    /// Those that this thread was asked for: PROJ's objects do not travel.
    static MINE: RefCell<HashMap<&'static str, Ways>> = RefCell::new(HashMap::new());
}

fn ways<T>(
    served: &Served,
    f: impl FnOnce(&Ways) -> Result<T, OutOfDomain>,
) -> Result<T, OutOfDomain> {
    MINE.with_borrow_mut(|mine| {
        if !mine.contains_key(served.code) {
            let Some(made) = Ways::new(served) else {
                tracing::error!(
                    code = served.code,
                    "PROJ does not know it: is its database (proj-data) installed?"
                );
                return Err(OutOfDomain);
            };
            mine.insert(served.code, made);
        }
        f(mine.get(served.code).ok_or(OutOfDomain)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A corner in Moyobamba.
    const HERE: Coord<f64> = Coord {
        x: 279_000.0,
        y: 9_331_000.0,
    };

    #[test]
    fn there_and_back_is_the_same_place() {
        for served in &SERVED {
            let mut at = [HERE];
            served.from_official(&mut at).expect("a place");
            served.to_official(&mut at).expect("a place");
            let off = (at[0].x - HERE.x).hypot(at[0].y - HERE.y);
            // The inverse of a change of datum is one of the first order.
            assert!(off < 0.01, "{}: {off} m", served.code);
        }
    }

    #[test]
    fn the_order_of_axes_is_that_of_the_registry() {
        for served in &SERVED {
            let mut at = [HERE];
            served.from_official(&mut at).expect("a place");
            match (served.degrees, served.north_first) {
                (true, true) => assert!(at[0].x > -7.0 && at[0].y < -76.0, "{}", served.code),
                (true, false) => assert!(at[0].x < -76.0 && at[0].y > -7.0, "{}", served.code),
                (false, _) => assert!(at[0].x.abs() > 1000.0, "{}", served.code),
            }
        }
    }

    #[test]
    fn psad56_is_hundreds_of_metres_away() {
        // The reference pair of IGN's parameters near Lima.
        let mut at = [Coord {
            x: 278_779.024_332,
            y: 8_664_631.457_549,
        }];
        let zone = Served::find("EPSG:24878").expect("served");
        zone.from_official(&mut at).expect("a place");
        assert!((at[0].x - 279_000.0).abs() < 0.02, "{:?}", at[0]);
        assert!((at[0].y - 8_665_000.0).abs() < 0.02, "{:?}", at[0]);
    }

    #[test]
    fn one_system_has_several_names() {
        for name in [
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            "EPSG:4326",
            "epsg:4326",
            "[EPSG:4326]",
            "<http://www.opengis.net/def/crs/EPSG/0/4326>",
            "urn:ogc:def:crs:EPSG::4326",
        ] {
            assert_eq!(
                Served::find(name).map(|one| one.code),
                Some("EPSG:4326"),
                "{name}"
            );
        }
        assert_eq!(Served::find("EPSG:25830"), None);
        assert_eq!(STORAGE.code, OFFICIAL);
        assert_eq!(DEFAULT.code, CRS84);
    }
}
