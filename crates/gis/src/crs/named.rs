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
}

/// The text names no reference system that PROJ knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown reference system {0:?}")]
pub struct UnknownCrs(pub String);

/// Digits of the longest EPSG code; the registry's private range ends at 32 767 and few codes go beyond.
const CODE_DIGITS_MAX: usize = 8;

impl Crs {
    /// Reads `EPSG:24878`, `epsg:24878`, `24878` or `OGC:CRS84`. Nothing else: a definition could name files.
    pub fn parse(text: &str) -> Result<Self, UnknownCrs> {
        library::prepare();
        let unknown = || UnknownCrs(text.chars().take(100).collect());
        let upper = text.trim().to_ascii_uppercase();
        if upper == CRS84 || upper == "CRS84" {
            return Ok(Self::registered(CRS84.to_owned()));
        }
        let digits = upper.strip_prefix("EPSG:").unwrap_or(&upper);
        if digits.is_empty()
            || digits.len() > CODE_DIGITS_MAX
            || !digits.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(unknown());
        }
        let code: u32 = digits.parse().map_err(|_| unknown())?;
        let known = SpatialRef::from_epsg(code).is_ok();
        library::heed();
        if known {
            Ok(Self::registered(format!("EPSG:{code}")))
        } else {
            Err(unknown())
        }
    }

    /// The system that a file declares: by its registered code if it has one, else by its definition.
    pub fn from_file(declared: &FileCrs) -> Self {
        match &declared.authority {
            Some(authority) => Self::registered(authority.clone()),
            None => Self {
                label: declared.name.clone(),
                definition: declared.wkt.clone(),
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
