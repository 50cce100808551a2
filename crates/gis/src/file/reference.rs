//! The reference system that a file declares.

use gdal::spatial_ref::SpatialRef;

/// What a file says of its coordinates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileCrs {
    /// `EPSG:32718` where the definition is a registered one, whether or not the file gives its number.
    pub authority: Option<String>,
    /// The name that the file gives.
    pub name: String,
    /// The whole definition.
    pub wkt: String,
}

/// Systems that Peruvian files use, to be recognised where the file has a definition without a number and GDAL found
/// none either: PSAD56, WGS 84, Peru96, SIRGAS 2000.
const USUAL: [u32; 20] = [
    32718, 32717, 32719, 24878, 24877, 24879, 24892, 24891, 24893, 4248, 4326, 5387, 5839, 5389,
    5373, 31978, 31977, 31979, 4674, 3857,
];

impl FileCrs {
    /// Reads a layer's system. `None` where it has none, or one that says nothing (`GeoPackage`'s `-1` and `0`).
    pub(super) fn of(declared: Option<SpatialRef>) -> Option<Self> {
        let mut declared = declared?;
        let wkt = declared.to_wkt().ok().filter(|wkt| !wkt.is_empty())?;
        let name = declared.name().unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("undefined") || lower.starts_with("unknown") && declared.is_local() {
            return None;
        }
        let authority = declared
            .authority()
            .ok()
            .or_else(|| {
                declared.auto_identify_epsg().ok()?;
                declared.authority().ok()
            })
            .or_else(|| usual(&declared));
        Some(Self {
            authority,
            name,
            wkt,
        })
    }
}

fn usual(declared: &SpatialRef) -> Option<String> {
    USUAL
        .into_iter()
        .find(|code| SpatialRef::from_epsg(*code).is_ok_and(|known| known == *declared))
        .map(|code| format!("EPSG:{code}"))
}
