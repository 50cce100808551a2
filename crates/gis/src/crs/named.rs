//! Which reference system is meant.

use std::{fmt, str::FromStr};

use gdal::spatial_ref::SpatialRef;

use super::CRS84;
use crate::{file::FileCrs, library};

/// A reference system that PROJ knows or that a file defines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Crs {
    label: String,
    /// What PROJ is given: a registered code, or a whole definition.
    pub(super) definition: String,
    /// The file writes north before east.
    pub(super) swapped: bool,
}

/// After a code: the file writes north before east, or latitude before longitude.
const SWAPPED: &str = "-YX";

/// Registered systems in which surveys of the province may be, those of lengths: WGS 84, Peru96 and PSAD56, UTM zones
/// 18, 17 and 19 south. The official one comes first.
const PROJECTED: [u32; 9] = [32718, 5387, 24878, 32717, 5839, 24877, 32719, 5389, 24879];
/// Those of degrees: WGS 84, Peru96, PSAD56.
const GEOGRAPHIC: [u32; 3] = [4326, 5373, 4248];

/// The text names no reference system that PROJ knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown reference system {0:?}")]
pub struct UnknownCrs(pub String);

/// Digits of the longest EPSG code; the registry's private range ends at 32 767 and few codes go beyond.
const CODE_DIGITS_MAX: usize = 8;

impl Crs {
    /// Reads `EPSG:24878`, `epsg:24878`, `24878` or `OGC:CRS84`; with `-yx` behind it where the file writes north before
    /// east. Nothing else: a definition could name files.
    pub fn parse(text: &str) -> Result<Self, UnknownCrs> {
        library::prepare();
        let unknown = || UnknownCrs(text.chars().take(100).collect());
        let upper = text.trim().to_ascii_uppercase();
        if let Some(straight) = upper.strip_suffix(SWAPPED) {
            return Self::parse_straight(straight)
                .map(Self::swapped)
                .ok_or_else(unknown);
        }
        Self::parse_straight(&upper).ok_or_else(unknown)
    }

    fn parse_straight(upper: &str) -> Option<Self> {
        if upper == CRS84 || upper == "CRS84" {
            return Some(Self::registered(CRS84.to_owned()));
        }
        let digits = upper.strip_prefix("EPSG:").unwrap_or(upper);
        if digits.is_empty()
            || digits.len() > CODE_DIGITS_MAX
            || !digits.bytes().all(|b| b.is_ascii_digit())
        {
            return None;
        }
        let code: u32 = digits.parse().ok()?;
        let known = SpatialRef::from_epsg(code).is_ok();
        library::heed();
        known.then(|| Self::registered(format!("EPSG:{code}")))
    }

    /// The systems in which coordinates like these may be, the likeliest first.
    pub fn candidates(are_degrees: bool) -> Vec<Self> {
        library::prepare();
        let codes = if are_degrees {
            &GEOGRAPHIC[..]
        } else {
            &PROJECTED[..]
        };
        let straight = || {
            codes
                .iter()
                .map(|code| Self::registered(format!("EPSG:{code}")))
        };
        straight().chain(straight().map(Self::swapped)).collect()
    }

    /// The same system in a file that writes its axes the other way round.
    fn swapped(mut self) -> Self {
        self.label.push_str("-yx");
        self.swapped = true;
        self
    }

    /// The system that a file declares: by its registered code if it has one, else by its definition.
    pub fn from_file(declared: &FileCrs) -> Self {
        match &declared.authority {
            Some(authority) => Self::registered(authority.clone()),
            None => Self {
                label: declared.name.clone(),
                definition: declared.wkt.clone(),
                swapped: false,
            },
        }
    }

    /// `EPSG:24878`, or the name that a file gives to a system without a code.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// GDAL's view of it.
    pub(super) fn spatial_ref(&self) -> Result<SpatialRef, UnknownCrs> {
        library::prepare();
        let found = SpatialRef::from_definition(&self.definition);
        library::heed();
        found.map_err(|_| UnknownCrs(self.label.clone()))
    }

    fn registered(code: String) -> Self {
        Self {
            label: code.clone(),
            definition: code,
            swapped: false,
        }
    }
}

impl FromStr for Crs {
    type Err = UnknownCrs;

    fn from_str(text: &str) -> Result<Self, UnknownCrs> {
        Self::parse(text)
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}
