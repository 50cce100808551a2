use serde::Deserialize;

use super::Tolerance;

/// By how much two measurements of the area of one urban parcel may differ: `data/reglas/tolerancias_area.json`.
///
/// Source: Directiva 01-2008-SNCP/CNC.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct AreaBands {
    /// By rising size; the last one holds for all larger parcels.
    #[serde(rename = "urbano")]
    urban: Vec<Band>,
}

#[derive(Clone, PartialEq, Debug, Deserialize)]
struct Band {
    /// Up to this area, in square metres.
    #[serde(default, rename = "hasta_m2")]
    up_to: Option<Tolerance>,
    /// This share of it.
    #[serde(rename = "proporcion")]
    share: Tolerance,
}

impl AreaBands {
    /// The difference that is accepted for an area, both in square metres.
    pub fn accepted_m2(&self, area_m2: f64) -> f64 {
        let band = self
            .urban
            .iter()
            .find(|band| band.up_to.is_none_or(|up_to| area_m2 <= up_to.get()));
        band.map_or(0.0, |band| band.share.get() * area_m2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_are_those_of_the_directive() {
        let json = include_str!("../../../../data/reglas/tolerancias_area.json");
        let bands: AreaBands = serde_json::from_str(json).expect("bands");
        for (area, share) in [
            (200.0, 0.025),
            (200.1, 0.02),
            (1_000.0, 0.02),
            (1_000.1, 0.01),
            (1e6, 0.01),
        ] {
            assert!(
                (bands.accepted_m2(area) - share * area).abs() < 1e-9,
                "{area}"
            );
        }
    }
}
