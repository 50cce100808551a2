//! The area that a parcel's papers say is the measured one, within what is accepted.
//!
//! Source: Directiva 01-2008-SNCP/CNC. The table is `data/reglas/tolerancias_area.json`; the declared area chooses the
//! band, and the difference is taken as a share of it.

use serde::Deserialize;

use super::said;
use crate::{
    geometry::area_m2,
    survey::{
        Finding, RuleCode,
        fabric::Lot,
        tolerances::{Ratio, SquareMetres},
    },
};

/// What land a parcel is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nature {
    /// In a town.
    Urban,
    /// In the country.
    Rural,
}

/// How much declared and measured area may differ, by nature and size.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(try_from = "File")]
pub struct AreaTable {
    urban: Vec<Band>,
    rural: Vec<Band>,
}

/// A range of areas with one tolerance.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Declared area up to which it holds, that area included; none for the last.
    #[serde(rename = "hasta_m2", default)]
    pub up_to: Option<SquareMetres>,
    /// Accepted share of the declared area.
    #[serde(rename = "tolerancia")]
    pub tolerance: Ratio,
}

/// The bands of a nature do not rise to one without an end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("bands of areas must rise, and the last has no end")]
pub struct BrokenBands;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "$schema", default)]
    _schema: String,
    #[serde(rename = "fuente")]
    _source: String,
    #[serde(rename = "urbano")]
    urban: Vec<Band>,
    rural: Vec<Band>,
}

impl TryFrom<File> for AreaTable {
    type Error = BrokenBands;

    fn try_from(file: File) -> Result<Self, BrokenBands> {
        let rises = |bands: &[Band]| {
            let Some((last, ends)) = bands.split_last() else {
                return false;
            };
            last.up_to.is_none()
                && ends.iter().all(|band| band.up_to.is_some())
                && ends.windows(2).all(|pair| pair[0].up_to < pair[1].up_to)
        };
        if rises(&file.urban) && rises(&file.rural) {
            Ok(Self {
                urban: file.urban,
                rural: file.rural,
            })
        } else {
            Err(BrokenBands)
        }
    }
}

impl AreaTable {
    /// Reads the file.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The difference between two measurements that is accepted for an area, both in square metres.
    pub fn accepted_m2(&self, nature: Nature, area_m2: f64) -> f64 {
        let band = self.band(nature, area_m2);
        band.map_or(0.0, |band| band.tolerance.get() * area_m2)
    }

    /// The band of a declared area in square metres.
    pub fn band(&self, nature: Nature, declared_m2: f64) -> Option<&Band> {
        let bands = match nature {
            Nature::Urban => &self.urban,
            Nature::Rural => &self.rural,
        };
        bands
            .iter()
            .find(|band| band.up_to.is_none_or(|end| declared_m2 <= end.get()))
    }
}

/// Holds the declared area against the measured one. A parcel that declares none, or nothing above zero, is not asked.
pub fn declared_area(lot: &Lot<'_>, nature: Nature, table: &AreaTable) -> Option<Finding> {
    let declared = lot
        .declared_area_m2
        .filter(|area| area.is_finite() && *area > 0.0)?;
    let band = table.band(nature, declared)?;
    let measured = area_m2(lot.shape);
    let difference = measured - declared;
    let accepted = band.tolerance.get() * declared;
    // Declared areas have two decimals: what rounding alone makes is no difference.
    if difference.abs() <= accepted * (1.0 + 1e-12) {
        return None;
    }
    let named = match (nature, band.up_to) {
        (Nature::Urban, Some(end)) => format!("urbano hasta {} m²", end.get()),
        (Nature::Urban, None) => "urbano, banda mayor".to_owned(),
        (Nature::Rural, Some(end)) => format!("rural hasta {} m²", end.get()),
        (Nature::Rural, None) => "rural, banda mayor".to_owned(),
    };
    Some(
        Finding::new(RuleCode::DeclaredArea, lot.row)
            .of(lot.code)
            .with("codigo", lot.code)
            .with("declarada", said::square_metres(declared))
            .with("medida", said::square_metres(measured))
            .with("diferencia", format!("{difference:+.2}"))
            .with(
                "porcentaje",
                format!("{:+.2}", 100.0 * difference / declared),
            )
            .with("tolerancia", format!("{:.1}", 100.0 * band.tolerance.get()))
            .with("banda", named)
            .at(said::inside(lot.shape)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::rules::samples::rectangle;

    const FILE: &str = include_str!("../../../../../data/reglas/tolerancias_area.json");

    fn check(nature: Nature, declared: f64, measured: f64, expected: Option<(&str, &str)>) {
        let shape = rectangle(0.0, 0.0, 10.0, measured / 10.0);
        let lot = Lot {
            row: 1,
            code: "L1",
            shape: &shape,
            declared_area_m2: Some(declared),
        };
        let table = AreaTable::parse(FILE).expect("a table");
        let found = declared_area(&lot, nature, &table);
        let value = |finding: &Finding, name: &str| {
            let value = finding.values.iter().find(|(place, _)| place == name);
            value.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let words =
            found.map(|finding| (value(&finding, "porcentaje"), value(&finding, "tolerancia")));
        let words = words
            .as_ref()
            .map(|(share, band)| (share.as_str(), band.as_str()));
        assert_eq!(words, expected, "{nature:?} {declared} {measured}");
    }

    #[test]
    fn each_band_of_the_directive() {
        use Nature::{Rural, Urban};
        check(Urban, 200.0, 204.9, None);
        check(Urban, 200.0, 205.1, Some(("+2.55", "2.5")));
        check(Urban, 200.0, 194.9, Some(("-2.55", "2.5")));
        check(Urban, 201.0, 205.5, Some(("+2.24", "2.0")));
        check(Urban, 1_000.0, 1_019.0, None);
        check(Urban, 1_001.0, 1_012.0, Some(("+1.10", "1.0")));
        check(Rural, 10_000.0, 10_749.0, None);
        check(Rural, 10_001.0, 10_700.0, Some(("+6.99", "6.3")));
        check(Rural, 50_000.0, 53_100.0, None);
        check(Rural, 60_000.0, 61_900.0, Some(("+3.17", "3.0")));
        check(Urban, 0.0, 100.0, None);
        check(Urban, f64::NAN, 100.0, None);
    }

    #[test]
    fn bands_that_do_not_rise_or_end_are_refused() {
        for (good, bad) in [
            (r#""hasta_m2": 1000,"#, r#""hasta_m2": 100,"#),
            (
                r#"{ "tolerancia": 0.01 }"#,
                r#"{ "hasta_m2": 5000, "tolerancia": 0.01 }"#,
            ),
            ("0.025", "0"),
        ] {
            assert!(FILE.contains(good), "{good}");
            assert!(
                AreaTable::parse(&FILE.replacen(good, bad, 1)).is_err(),
                "{bad}"
            );
        }
    }
}
