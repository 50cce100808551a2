//! From where on a rule finds anything: the `tolerancias` of `data/reglas/levantamiento.json`, read once.
//!
//! Each rule has a type of its own, so that a missing or misspelt number is an error when the program starts, and a
//! size is never zero by accident.

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{CatalogueError, RuleCode, RuleEntry};

/// A rule's tolerances as its file writes them.
pub type WrittenTolerances = Map<String, Value>;

/// The number is zero, negative, infinite or none at all.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
#[error("{0} is no size: a tolerance is a number above zero")]
pub struct NoSize(pub f64);

macro_rules! size {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Deserialize)]
        #[serde(try_from = "f64")]
        pub struct $name(f64);

        impl $name {
            /// The number.
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = NoSize;

            fn try_from(number: f64) -> Result<Self, NoSize> {
                if number.is_finite() && number > 0.0 {
                    Ok(Self(number))
                } else {
                    Err(NoSize(number))
                }
            }
        }
    };
}

size!(
    /// A length in metres, above zero.
    Metres
);
size!(
    /// An area in square metres, above zero.
    SquareMetres
);
size!(
    /// A share or a slope, above zero.
    Ratio
);

/// The tolerances of all rules that have any.
#[derive(Clone, PartialEq, Debug)]
pub struct Tolerances {
    /// `vertice_repetido`.
    pub repeated_vertex: RepeatedVertex,
    /// `espiga`.
    pub spike: Spike,
    /// `lado_corto`.
    pub short_side: ShortSide,
    /// `astilla`.
    pub sliver: Sliver,
    /// `traslape`.
    pub overlap: Overlap,
    /// `hueco`.
    pub gap: Gap,
    /// `borde_desigual`.
    pub uneven_border: UnevenBorder,
    /// `fuera_de_manzana`.
    pub outside_block: OutsideBlock,
    /// `sobre_via`.
    pub over_road: OverRoad,
    /// `hijos_no_completan`.
    pub children: Children,
    /// `crs_dudoso`.
    pub doubtful_crs: DoubtfulCrs,
}

macro_rules! tolerances {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $key:literal $field:ident: $kind:ty),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name {
                $($(#[$field_doc])* #[serde(rename = $key)] pub $field: $kind,)+
            }
        )+
    };
}

tolerances! {
    /// Of `vertice_repetido`.
    RepeatedVertex {
        /// Vertices in a row up to so far apart are one.
        "distancia_m" apart: Metres,
    }
    /// Of `espiga`.
    Spike {
        /// A spike is at most so wide where its shorter side begins.
        "ancho_m" width: Metres,
        /// A spike is at least so long.
        "largo_m" length: Metres,
    }
    /// Of `lado_corto`.
    ShortSide {
        /// Sides below this length are short.
        "largo_m" length: Metres,
    }
    /// Of `astilla`.
    Sliver {
        /// A parcel of less mean width (2 · area / perimeter) is a sliver.
        "ancho_m" width: Metres,
    }
    /// Of `traslape`.
    Overlap {
        /// Common ground up to this is rounding.
        "minima_m2" counted: SquareMetres,
        /// Common ground up to this is a lesser finding.
        "menor_m2" lesser: SquareMetres,
    }
    /// Of `hueco`.
    Gap {
        /// Borders up to so far apart are one border.
        "ajuste_m" snap: Metres,
        /// Empty ground up to this mean width is a gap; wider, it is a passage.
        "ancho_m" width: Metres,
        /// Two borders that face each other for less leave no gap.
        "largo_m" length: Metres,
        /// Ground enclosed by parcels up to this area is a gap, however wide.
        "area_m2" area: SquareMetres,
        /// Up to this area it is a lesser finding: no street leads there, so that a parcel may be missing.
        "cerrado_m2" enclosed: SquareMetres,
        /// Two borders face each other while they part by no more than so many metres a metre.
        "apertura_razon" opening: Ratio,
    }
    /// Of `borde_desigual`.
    UnevenBorder {
        /// A vertex up to so far from a side lies on it, and up to so far from a vertex is that vertex.
        "ajuste_m" snap: Metres,
    }
    /// Of `fuera_de_manzana`.
    OutsideBlock {
        /// Ground outside the block up to this is let pass.
        "area_m2" area: SquareMetres,
    }
    /// Of `sobre_via`.
    OverRoad {
        /// An axis may run up to so far inside a parcel.
        "largo_m" length: Metres,
        /// An area road may cover up to this of a parcel.
        "area_m2" area: SquareMetres,
    }
    /// Of `crs_dudoso`.
    DoubtfulCrs {
        /// A file that lies farther than this from the parcels in force is in another system.
        "desplazamiento_m" shift: Metres,
        /// Its parcels agree on that to so many metres.
        "dispersion_m" spread: Metres,
    }
    /// Of `hijos_no_completan`.
    Children {
        /// Ground missing or exceeding up to this is let pass.
        "area_m2" area: SquareMetres,
    }
}

impl Tolerances {
    pub(super) fn read(entries: &BTreeMap<RuleCode, RuleEntry>) -> Result<Self, CatalogueError> {
        let tolerances = Self {
            repeated_vertex: of(entries, RuleCode::RepeatedVertex)?,
            spike: of(entries, RuleCode::Spike)?,
            short_side: of(entries, RuleCode::ShortSide)?,
            sliver: of(entries, RuleCode::Sliver)?,
            overlap: of(entries, RuleCode::Overlap)?,
            gap: of(entries, RuleCode::Gap)?,
            uneven_border: of(entries, RuleCode::UnevenBorder)?,
            outside_block: of(entries, RuleCode::OutsideBlock)?,
            over_road: of(entries, RuleCode::OverRoad)?,
            children: of(entries, RuleCode::ChildrenIncomplete)?,
            doubtful_crs: of(entries, RuleCode::DoubtfulCrs)?,
        };
        let takes_some = |rule: RuleCode| {
            matches!(
                rule,
                RuleCode::RepeatedVertex
                    | RuleCode::Spike
                    | RuleCode::ShortSide
                    | RuleCode::Sliver
                    | RuleCode::Overlap
                    | RuleCode::Gap
                    | RuleCode::UnevenBorder
                    | RuleCode::OutsideBlock
                    | RuleCode::OverRoad
                    | RuleCode::ChildrenIncomplete
                    | RuleCode::DoubtfulCrs
            )
        };
        // A number that nothing reads would look as if it decided.
        match entries
            .values()
            .find(|entry| entry.tolerances.is_some() && !takes_some(entry.rule))
        {
            Some(entry) => Err(CatalogueError::Tolerances(
                entry.rule,
                serde::de::Error::custom("the rule takes none"),
            )),
            None => Ok(tolerances),
        }
    }
}

fn of<T: DeserializeOwned>(
    entries: &BTreeMap<RuleCode, RuleEntry>,
    rule: RuleCode,
) -> Result<T, CatalogueError> {
    let written = entries
        .get(&rule)
        .and_then(|entry| entry.tolerances.clone())
        .unwrap_or_default();
    serde_json::from_value(Value::Object(written))
        .map_err(|error| CatalogueError::Tolerances(rule, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::{Catalogue, Severity};

    const FILE: &str = include_str!("../../../../data/reglas/levantamiento.json");

    #[test]
    fn a_size_is_never_zero_by_accident() {
        for wrong in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Metres::try_from(wrong).is_err(), "{wrong}");
            assert!(SquareMetres::try_from(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Metres::try_from(0.01).map(Metres::get), Ok(0.01));
    }

    #[test]
    fn a_catalogue_with_a_zero_a_missing_or_a_misspelt_tolerance_is_refused() {
        assert!(Catalogue::parse(FILE).is_ok());
        for (written, wrong) in [
            (r#""minima_m2": 0.01"#, r#""minima_m2": 0"#),
            (r#""minima_m2": 0.01"#, r#""minima_m2": -1"#),
            (r#""minima_m2": 0.01"#, r#""minima": 0.01"#),
            (r#""minima_m2": 0.01, "#, ""),
        ] {
            assert!(FILE.contains(written), "{written}");
            let broken = FILE.replacen(written, wrong, 1);
            let refused = Catalogue::parse(&broken);
            assert!(
                matches!(
                    refused,
                    Err(CatalogueError::Tolerances(RuleCode::Overlap, _))
                ),
                "{wrong}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_lesser_finding_weighs_less() {
        use crate::survey::{Finding, Tally};
        let catalogue = Catalogue::parse(FILE).expect("a catalogue");
        let full = Finding::new(RuleCode::Overlap, 1);
        let lesser = Finding::new(RuleCode::Overlap, 2).lesser(true);
        assert_eq!(catalogue.severity_of(&full), Severity::Error);
        assert_eq!(catalogue.severity_of(&lesser), Severity::Observation);
        let mut tally = Tally::default();
        tally.add(lesser.clone());
        tally.add(lesser);
        assert_eq!(
            tally.worst(RuleCode::Overlap, &catalogue),
            Some(Severity::Observation)
        );
        tally.add(full);
        assert_eq!(tally.count_of(Severity::Error, &catalogue), 1);
        assert_eq!(tally.count_of(Severity::Observation, &catalogue), 2);
        assert_eq!(
            tally.worst(RuleCode::Overlap, &catalogue),
            Some(Severity::Error)
        );
    }
}
