//! The one operation that brings a file to the official system.

use gdal::spatial_ref::SpatialRef;
use geo_types::{Coord, Geometry};
use proj::{Area, Proj};

use super::{
    CRS84, Crs, OFFICIAL,
    vertices::{OutOfDomain, check_degrees, convert, each_run},
};

/// From one reference system to EPSG:32718: chosen once for a whole file, and named.
///
/// PROJ by itself picks an operation for each point where a datum has several, so that two corners of one lot may
/// move differently. Here one is picked, at one place, for all.
pub struct ToOfficial {
    swapped: bool,
    steps: Vec<Proj>,
    from: Unit,
    operation: String,
    accuracy_m: Option<f64>,
}

/// What the file's coordinates are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Degrees,
    Lengths,
}

/// There is no operation to the official system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoOperation {
    /// Heights only.
    #[error("{crs} is a vertical system")]
    Vertical {
        /// Its label.
        crs: String,
    },
    /// Coordinates from the centre of the Earth.
    #[error("{crs} is a geocentric system")]
    Geocentric {
        /// Its label.
        crs: String,
    },
    /// A drawing's own coordinates, tied to no place.
    #[error("{crs} is a local system")]
    Local {
        /// Its label.
        crs: String,
    },
    /// PROJ cannot read its definition.
    #[error("{crs} has a definition that PROJ cannot read")]
    Unreadable {
        /// Its label.
        crs: String,
    },
    /// PROJ finds no way.
    #[error("no operation from {crs}: {detail}")]
    NoPath {
        /// Its label.
        crs: String,
        /// What PROJ said.
        detail: String,
    },
}

/// PSAD56 to WGS 84 (8), Peru: the parameters that IGN published, EPSG:1208, after PSAD56 degrees.
const PSAD56_TO_OFFICIAL: &str = "+proj=pipeline \
    +step +proj=unitconvert +xy_in=deg +xy_out=rad \
    +step +proj=push +v_3 \
    +step +proj=cart +ellps=intl \
    +step +proj=helmert +x=-279 +y=175 +z=-379 \
    +step +inv +proj=cart +ellps=WGS84 \
    +step +proj=pop +v_3 \
    +step +proj=utm +zone=18 +south +ellps=WGS84";
/// The same the other way.
pub(super) const PSAD56_FROM_OFFICIAL: &str = "+proj=pipeline \
    +step +inv +proj=utm +zone=18 +south +ellps=WGS84 \
    +step +proj=push +v_3 \
    +step +proj=cart +ellps=WGS84 \
    +step +proj=helmert +x=279 +y=-175 +z=379 \
    +step +inv +proj=cart +ellps=intl \
    +step +proj=pop +v_3 \
    +step +proj=unitconvert +xy_in=rad +xy_out=deg";
const PSAD56_OPERATION: &str = "PSAD56 to WGS 84 (8), EPSG:1208, exactitud 16 m";
const PSAD56_ACCURACY_M: f64 = 16.0;
/// Geographic PSAD56: any PSAD56 system reaches it without a change of datum, hence without a choice.
pub(super) const PSAD56: &str = "EPSG:4248";

/// Where the operation is to be good: Peru from its western border to the edge of zone 18's neighbour.
const AREA: (f64, f64, f64, f64) = (-78.0, -14.0, -72.0, 0.0);
/// The place whose operation is taken for the whole file: the middle of that area.
const PLACE: Coord<f64> = Coord { x: -75.0, y: -7.0 };

impl ToOfficial {
    /// Chooses the operation.
    pub fn new(crs: &Crs) -> Result<Self, NoOperation> {
        let mut chosen = Self::straight(crs)?;
        if crs.swapped {
            chosen.swapped = true;
            chosen.operation.push_str(", con los ejes al revés");
        }
        Ok(chosen)
    }

    fn straight(crs: &Crs) -> Result<Self, NoOperation> {
        let label = || crs.label().to_owned();
        let system = crs
            .spatial_ref()
            .map_err(|_| NoOperation::Unreadable { crs: label() })?;
        if system.is_vertical() && !system.is_compound() {
            return Err(NoOperation::Vertical { crs: label() });
        }
        if system.is_geocentric() {
            return Err(NoOperation::Geocentric { crs: label() });
        }
        if system.is_local() {
            return Err(NoOperation::Local { crs: label() });
        }
        let from = if system.is_geographic() {
            Unit::Degrees
        } else {
            Unit::Lengths
        };
        if crs.definition == OFFICIAL {
            return Ok(Self {
                swapped: false,
                steps: Vec::new(),
                from,
                operation: "sin transformación".to_owned(),
                accuracy_m: Some(0.0),
            });
        }
        if is_psad56(&system) {
            return Self::from_psad56(crs, from);
        }
        Self::chosen_by_proj(crs, from)
    }

    /// What is done to the coordinates, for the report.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// How far a point may be off after it, in metres, where that is known.
    pub fn accuracy_m(&self) -> Option<f64> {
        self.accuracy_m
    }

    /// Brings a geometry over, in place. After an error it is good for nothing.
    pub fn apply(&self, geometry: &mut Geometry<f64>) -> Result<(), OutOfDomain> {
        if self.steps.is_empty() && !self.swapped {
            return Ok(());
        }
        each_run(geometry, &mut |run| self.apply_coords(run))
    }

    /// Brings coordinates over, in place. After an error they are good for nothing.
    pub fn apply_coords(&self, coords: &mut [Coord<f64>]) -> Result<(), OutOfDomain> {
        if self.swapped {
            for coord in &mut *coords {
                *coord = Coord {
                    x: coord.y,
                    y: coord.x,
                };
            }
        }
        if self.from == Unit::Degrees {
            check_degrees(coords)?;
        }
        self.steps.iter().try_for_each(|step| convert(step, coords))
    }

    fn from_psad56(crs: &Crs, from: Unit) -> Result<Self, NoOperation> {
        let mut steps = Vec::new();
        if crs.definition != PSAD56 {
            steps.push(between(crs, &crs.definition, PSAD56)?);
        }
        steps.push(Proj::new(PSAD56_TO_OFFICIAL).map_err(|error| no_path(crs, &error))?);
        Ok(Self {
            swapped: false,
            steps,
            from,
            operation: PSAD56_OPERATION.to_owned(),
            accuracy_m: Some(PSAD56_ACCURACY_M),
        })
    }

    fn chosen_by_proj(crs: &Crs, from: Unit) -> Result<Self, NoOperation> {
        let proj = between(crs, &crs.definition, OFFICIAL)?;
        // PROJ decides among its candidates when it converts: after the place is converted, its choice has a name and
        // a definition of its own, and that one goes for all points.
        let mut place = [PLACE];
        convert(&between(crs, CRS84, &crs.definition)?, &mut place)
            .and_then(|()| convert(&proj, &mut place))
            .map_err(|OutOfDomain| NoOperation::NoPath {
                crs: crs.label().to_owned(),
                detail: "not defined in Peru".to_owned(),
            })?;
        let chosen = proj.proj_info();
        let accuracy_m = (chosen.accuracy >= 0.0).then_some(chosen.accuracy);
        let name = chosen
            .description
            .unwrap_or_else(|| format!("{} a {OFFICIAL}", crs.label()));
        let operation = match accuracy_m {
            Some(accuracy_m) if accuracy_m > 0.0 => format!("{name}, exactitud {accuracy_m} m"),
            _ => name,
        };
        let step = match chosen.definition {
            Some(definition) => Proj::new(&definition).map_err(|error| no_path(crs, &error))?,
            None => proj,
        };
        Ok(Self {
            swapped: false,
            steps: vec![step],
            from,
            operation,
            accuracy_m,
        })
    }
}

/// Whether its datum is the Provisional South American Datum of 1956, under EPSG's or ESRI's name.
fn is_psad56(system: &SpatialRef) -> bool {
    let Ok(Some(datum)) = system.get_attr_value("DATUM", 0) else {
        return false;
    };
    let datum = datum.to_ascii_lowercase();
    datum.contains("provisional_s_american_1956")
        || datum.contains("provisional_south_american_datum_1956")
}

fn between(crs: &Crs, from: &str, to: &str) -> Result<Proj, NoOperation> {
    let (west, south, east, north) = AREA;
    Proj::new_known_crs(from, to, Some(Area::new(west, south, east, north)))
        .map_err(|error| no_path(crs, &error))
}

fn no_path(crs: &Crs, error: &proj::ProjCreateError) -> NoOperation {
    NoOperation::NoPath {
        crs: crs.label().to_owned(),
        detail: error.to_string(),
    }
}
