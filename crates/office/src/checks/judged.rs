//! From the evidence to a ruling.

use domain::{
    feature::Feature,
    plan::{Effect, LegalBasis},
    urban::{Around, Case, Overlay, Ruling, Street, Zone, border, judge},
};
use geo_types::{Geometry, MultiPolygon};
use query::Shares;

use super::{Evidence, said};
use crate::{
    data::Sliver,
    view::{ThemeState, ThemeView},
};

/// Judges what is proposed, or says the parameters. A point without ground is not judged.
pub(super) fn ruling(
    evidence: &Evidence<'_>,
    shape: &MultiPolygon<f64>,
    shares: &Shares<'_>,
    themes: &[ThemeView],
    sliver: &Sliver,
) -> Ruling {
    let words = zone_words(shares);
    let zones = zones(shares, &words);
    let told: Vec<Told> = shares
        .overlays
        .iter()
        .map(|share| Told::of(evidence, share.feature))
        .collect();
    let overlays: Vec<Overlay<'_>> = shares
        .overlays
        .iter()
        .zip(&told)
        .map(|(share, told)| Overlay {
            id: &share.feature.code,
            theme: told.theme.as_deref(),
            name: told.name.as_deref().unwrap_or("restricción"),
            effect: told.effect,
            basis: told.basis.clone(),
            area_m2: share.area_m2,
            area: Some(share.ground),
        })
        .collect();
    let without_data: Vec<(&str, &str, Effect, LegalBasis)> = themes
        .iter()
        .filter(|theme| theme.estado == ThemeState::NoData)
        .filter_map(|state| {
            evidence
                .themes
                .iter()
                .find(|theme| theme.code == state.tipo)
        })
        .map(|theme| {
            (
                theme.code.as_str(),
                theme.name.as_str(),
                theme.effect,
                theme.base_legal.clone(),
            )
        })
        .collect();
    let names: Vec<Option<String>> = evidence
        .streets
        .iter()
        .map(|street| said::text(&said::attributes(street), "nombre"))
        .collect();
    let streets: Vec<Street<'_>> = evidence
        .streets
        .iter()
        .zip(&names)
        .map(|(street, name)| Street {
            name: name.as_deref(),
            width_m: said::attributes(street)
                .get("seccion_m")
                .and_then(serde_json::Value::as_f64),
            axis: &street.geometry,
        })
        .collect();
    let code = evidence.parcel.map(|parcel| &*parcel.code);
    let block = block(evidence, code);
    // Without its block nobody knows which of its sides are on a street.
    let border = match (block, shape.0.as_slice()) {
        (Some(block), [ground]) => border(
            ground,
            &Around {
                parcels: &[],
                block: Some(block),
                streets: &streets,
            },
        ),
        _ => Vec::new(),
    };
    judge(&Case {
        shape,
        balance: &shares.balance,
        zones: &zones,
        overlays: &overlays,
        themes_without_data: &without_data,
        border: &border,
        streets: &streets,
        sector: code
            .filter(|code| code.len() == 14)
            .and_then(|code| code.get(6..8)),
        norms: evidence.norms,
        proposal: evidence.proposal.as_ref(),
        sliver: (sliver.area_m2, sliver.proportion),
    })
}

/// Class and instrument of each zone.
pub(super) fn zone_words(shares: &Shares<'_>) -> Vec<[Option<String>; 2]> {
    let members = shares
        .zones
        .iter()
        .map(|share| said::attributes(share.feature));
    members
        .map(|members| {
            [
                said::text(&members, "codigo"),
                said::text(&members, "instrumento"),
            ]
        })
        .collect()
}

/// Zones as the judge takes them.
pub(super) fn zones<'a>(shares: &'a Shares<'a>, words: &'a [[Option<String>; 2]]) -> Vec<Zone<'a>> {
    shares
        .zones
        .iter()
        .zip(words)
        .map(|(share, [class, instrument])| Zone {
            id: &share.feature.code,
            class: class.as_deref(),
            instrument: instrument.as_deref(),
            area_m2: share.area_m2,
            area: Some(share.ground),
        })
        .collect()
}

/// The block of a parcel's code.
fn block<'a>(evidence: &Evidence<'a>, code: Option<&str>) -> Option<&'a MultiPolygon<f64>> {
    let code = code?;
    let block = evidence
        .blocks
        .iter()
        .find(|block| code.starts_with(&*block.code))?;
    match &block.geometry {
        Geometry::MultiPolygon(shape) => Some(shape),
        _ => None,
    }
}

/// What an overlay says, and what the norms and its theme say of it.
struct Told {
    theme: Option<String>,
    name: Option<String>,
    effect: Option<Effect>,
    basis: Option<LegalBasis>,
}

impl Told {
    fn of(evidence: &Evidence<'_>, feature: &Feature) -> Self {
        let members = said::attributes(feature);
        let code = said::text(&members, "tipo");
        let theme = evidence
            .themes
            .iter()
            .find(|theme| Some(&theme.code) == code.as_ref());
        let by_norm = code.as_deref().and_then(|code| evidence.norms.effect(code));
        let own = said::text(&members, "norma").map(|norma| LegalBasis {
            norma,
            articulo: said::text(&members, "articulo"),
        });
        Self {
            name: said::text(&members, "nombre").or_else(|| theme.map(|theme| theme.name.clone())),
            effect: by_norm
                .map(|(effect, _)| *effect)
                .or(theme.map(|theme| theme.effect)),
            basis: own
                .or_else(|| by_norm.map(|(_, basis)| basis.clone()))
                .or_else(|| theme.map(|theme| theme.base_legal.clone())),
            theme: code,
        }
    }
}
