//! What is said of the evidence.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{feature::Feature, geometry::area_m2, id::CadastralCode, plan::Theme, urban::Outcome};
use geo_types::Geometry;
use query::Share;
use serde_json::{Map, Value};

use super::{Evidence, judged};
use crate::{
    data::{self, Sliver},
    view::{
        self, Balance, BasisView, Check, InstrumentView, OverlayView, ParcelView, Receipt,
        ThemeState, ThemeView, ZoneView,
    },
};

/// The newest day of each theme among overlays.
pub(super) fn theme_days(overlays: &[Feature]) -> Vec<(String, NaiveDate)> {
    let mut days = std::collections::BTreeMap::new();
    for overlay in overlays {
        if let Some(theme) = text(&attributes(overlay), "tipo") {
            let day = days.entry(theme).or_insert(overlay.valid_from);
            *day = (*day).max(overlay.valid_from);
        }
    }
    days.into_iter().collect()
}

/// The answer.
pub(super) fn check(evidence: &Evidence<'_>) -> Check {
    let sliver = data::sliver();
    let ground_m2 = evidence
        .shares
        .as_ref()
        .map(|shares| shares.balance.parcel_area_m2);
    let mut zones = Vec::new();
    let mut overlays = Vec::new();
    match (&evidence.shares, &evidence.at_point) {
        (Some(shares), _) => {
            zones.extend(
                shares
                    .zones
                    .iter()
                    .map(|share| zone(share.feature, &part(share, ground_m2, &sliver))),
            );
            overlays.extend(shares.overlays.iter().map(|share| {
                overlay(
                    share.feature,
                    &part(share, ground_m2, &sliver),
                    evidence.themes,
                )
            }));
        }
        (None, Some((at_zones, at_overlays))) => {
            zones.extend(at_zones.iter().map(|feature| zone(feature, &Part::POINT)));
            overlays.extend(
                at_overlays
                    .iter()
                    .map(|feature| overlay(feature, &Part::POINT, evidence.themes)),
            );
        }
        (None, None) => {}
    }
    zones.sort_by(|a, b| {
        b.area_m2
            .partial_cmp(&a.area_m2)
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    overlays.sort_by(|a, b| {
        b.area_m2
            .partial_cmp(&a.area_m2)
            .unwrap_or(std::cmp::Ordering::Equal)
    });

    let mut check = Check {
        predio: parcel(evidence, ground_m2),
        fecha: evidence.as_of.day,
        conocido_a: evidence.as_of.known_at,
        demostracion: evidence.municipality.demonstration.then_some(true),
        temas: themes(evidence, &overlays),
        zonificacion: zones,
        restricciones: overlays,
        balance: evidence.shares.as_ref().map(|shares| Balance {
            area_predio_m2: to_cm2(shares.balance.parcel_area_m2),
            con_zona_m2: to_cm2(shares.balance.covered_m2),
            sin_zona_m2: to_cm2(shares.balance.uncovered_m2),
            doble_zona_m2: to_cm2(shares.balance.doubly_covered_m2),
        }),
        parametros: BTreeMap::new(),
        resultado: view::outcome(Outcome::Inconclusive),
        hallazgos: Vec::new(),
        certificados_vigentes: None,
        recibo: Receipt {
            version_datos: evidence.version,
            version_normas: Some(evidence.norms.version().to_owned())
                .filter(|version| !version.is_empty()),
            ..Receipt::default()
        },
    };
    if let (Some(shape), Some(shares)) = (evidence.ground, &evidence.shares) {
        let ruling = judged::ruling(evidence, shape, shares, &check.temas, &sliver);
        check.parametros = view::parameters(&ruling);
        check.hallazgos = view::findings(&ruling);
        check.resultado = view::outcome(ruling.outcome);
    }
    check.seal();
    check
}

fn parcel(evidence: &Evidence<'_>, ground_m2: Option<f64>) -> Option<ParcelView> {
    let area = match (ground_m2, evidence.parcel.map(|parcel| &parcel.geometry)) {
        (Some(area), _) => area,
        (None, Some(Geometry::MultiPolygon(shape))) => area_m2(shape),
        _ => return None,
    };
    Some(ParcelView {
        codigo: evidence.parcel.map(|parcel| parcel.code.to_string()),
        ubigeo: evidence.municipality.ubigeo.to_string(),
        area_m2: to_cm2(area),
        provisional: evidence
            .parcel
            .is_some_and(|parcel| matches!(parcel.code.parse(), Ok(CadastralCode::Provisional(_)))),
    })
}

/// A share in numbers.
struct Part {
    area_m2: Option<f64>,
    proportion: Option<f64>,
    significant: bool,
}

impl Part {
    /// A point lies in an area or not; it has no share.
    const POINT: Self = Self {
        area_m2: None,
        proportion: None,
        significant: true,
    };
}

fn part(share: &Share<'_>, ground_m2: Option<f64>, sliver: &Sliver) -> Part {
    let proportion = ground_m2
        .filter(|ground| *ground > 0.0)
        .map_or(0.0, |ground| share.area_m2 / ground);
    Part {
        area_m2: Some(to_cm2(share.area_m2)),
        proportion: Some((proportion * 1e6).round() / 1e6),
        significant: share.area_m2 >= sliver.area_m2 || proportion >= sliver.proportion,
    }
}

fn zone(feature: &Feature, part: &Part) -> ZoneView {
    let attributes = attributes(feature);
    ZoneView {
        id: feature.code.to_string(),
        codigo: text(&attributes, "codigo"),
        nombre: text(&attributes, "nombre"),
        area_m2: part.area_m2,
        proporcion: part.proportion,
        significativa: part.significant,
        instrumento: InstrumentView {
            codigo: text(&attributes, "instrumento"),
            norma: text(&attributes, "norma"),
            articulo: text(&attributes, "articulo"),
        },
    }
}

fn overlay(feature: &Feature, part: &Part, themes: &[Theme]) -> OverlayView {
    let attributes = attributes(feature);
    let kind = text(&attributes, "tipo");
    let theme = themes
        .iter()
        .find(|theme| Some(&theme.code) == kind.as_ref());
    let own = BasisView {
        norma: text(&attributes, "norma"),
        articulo: text(&attributes, "articulo"),
    };
    let basis = match theme {
        Some(theme) if own.norma.is_none() => BasisView::from(&theme.base_legal),
        _ => own,
    };
    OverlayView {
        id: feature.code.to_string(),
        tipo: kind,
        nombre: text(&attributes, "nombre"),
        area_m2: part.area_m2,
        proporcion: part.proportion,
        significativa: part.significant,
        efecto: theme.map(|theme| theme.effect),
        base_legal: basis,
    }
}

fn themes(evidence: &Evidence<'_>, overlays: &[OverlayView]) -> Vec<ThemeView> {
    evidence
        .themes
        .iter()
        .map(|theme| {
            let day = evidence
                .theme_days
                .iter()
                .find(|(code, _)| *code == theme.code)
                .map(|(_, day)| *day);
            let touched = overlays
                .iter()
                .any(|overlay| overlay.tipo.as_ref() == Some(&theme.code));
            let estado = match (touched, day) {
                (true, _) => ThemeState::Affected,
                (false, Some(_)) => ThemeState::Unaffected,
                (false, None) => ThemeState::NoData,
            };
            ThemeView {
                tipo: theme.code.clone(),
                estado,
                vigente_al: day,
            }
        })
        .collect()
}

pub(super) fn attributes(feature: &Feature) -> Map<String, Value> {
    serde_json::from_str(&feature.attributes).unwrap_or_default()
}

/// An attribute as text; numbers are written as they are.
pub(super) fn text(attributes: &Map<String, Value>, name: &str) -> Option<String> {
    match attributes.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Rounded to a square centimetre: far below what can be surveyed, and the sums still add up.
fn to_cm2(area_m2: f64) -> f64 {
    (area_m2 * 1e4).round() / 1e4
}
