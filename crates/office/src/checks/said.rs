//! What is said of a place.

use std::{cmp::Ordering, collections::BTreeMap};

use domain::{
    collection::Collection, feature::Feature, geometry::Scratch, id::CadastralCode, urban::Outcome,
    urban::Proposal,
};
use geo_types::Coord;
use query::{Found, Share};
use serde_json::{Map, Value};

use super::{
    judged::{Judgement, Subject},
    world::World,
};
use crate::view::{
    self, Balance, BasisView, Check, InstrumentView, OverlayView, ParcelView, Receipt, ThemeState,
    ThemeView, ZoneView,
};

impl World {
    /// The whole answer about a piece of ground.
    pub(crate) fn check(
        &self,
        subject: Subject<'_>,
        proposal: Option<&Proposal>,
        scratch: &mut Scratch,
    ) -> Check {
        let judgement = self.judgement(subject, proposal, scratch);
        let mut check = self.blank();
        if let Some(judgement) = &judgement {
            let balance = &judgement.shares.balance;
            check.predio = Some(self.parcel(subject, balance.parcel_area_m2));
            self.shared(&mut check, judgement);
            check.balance = Some(Balance {
                area_predio_m2: to_cm2(balance.parcel_area_m2),
                con_zona_m2: to_cm2(balance.covered_m2),
                sin_zona_m2: to_cm2(balance.uncovered_m2),
                doble_zona_m2: to_cm2(balance.doubly_covered_m2),
            });
            check.parametros = view::parameters(&judgement.ruling);
            check.hallazgos = view::findings(&judgement.ruling);
            check.resultado = view::outcome(judgement.ruling.outcome);
        }
        check.temas = self.theme_states(&check.restricciones);
        check.seal();
        check
    }

    /// The answer about a point that lies in no parcel: in what it lies. It is not judged.
    pub(crate) fn check_at(&self, point: Coord<f64>) -> Check {
        let holding = |collection| -> Vec<Found<'_>> {
            let layer = self.land.layer(&collection);
            let near = layer.map(|layer| layer.ready_near(geo_types::Rect::new(point, point)));
            near.unwrap_or_default()
                .into_iter()
                .filter(|found| found.ready.ground.point_in(point))
                .collect()
        };
        let mut check = self.blank();
        check.zonificacion = holding(Collection::Zones)
            .into_iter()
            .map(|found| zone(found, &Part::POINT))
            .collect();
        check.restricciones = holding(Collection::Overlays)
            .into_iter()
            .map(|found| {
                let share = Share {
                    found,
                    area_m2: 0.0,
                };
                self.overlay_view(&share, &Part::POINT)
            })
            .collect();
        check.temas = self.theme_states(&check.restricciones);
        check.seal();
        check
    }

    /// An answer in which nothing is said yet.
    fn blank(&self) -> Check {
        Check {
            predio: None,
            fecha: self.as_of.day,
            conocido_a: self.as_of.known_at,
            demostracion: self.land.municipality.demonstration.then_some(true),
            zonificacion: Vec::new(),
            restricciones: Vec::new(),
            temas: Vec::new(),
            balance: None,
            parametros: BTreeMap::new(),
            resultado: view::outcome(Outcome::Inconclusive),
            hallazgos: Vec::new(),
            certificados_vigentes: None,
            recibo: Receipt {
                version_datos: self.version,
                version_normas: Some(self.norms.version().to_owned())
                    .filter(|version| !version.is_empty()),
                ..Receipt::default()
            },
        }
    }

    fn shared(&self, check: &mut Check, judgement: &Judgement<'_>) {
        let ground_m2 = judgement.shares.balance.parcel_area_m2;
        let largest = |a: Option<f64>, b: Option<f64>| b.partial_cmp(&a).unwrap_or(Ordering::Equal);
        check.zonificacion = judgement
            .shares
            .zones
            .iter()
            .map(|share| zone(share.found, &self.part(share, ground_m2)))
            .collect();
        check
            .zonificacion
            .sort_by(|a, b| largest(a.area_m2, b.area_m2));
        check.restricciones = judgement
            .shares
            .overlays
            .iter()
            .map(|share| self.overlay_view(share, &self.part(share, ground_m2)))
            .collect();
        check
            .restricciones
            .sort_by(|a, b| largest(a.area_m2, b.area_m2));
    }

    fn parcel(&self, subject: Subject<'_>, area_m2: f64) -> ParcelView {
        let code = subject.code();
        ParcelView {
            codigo: code.map(str::to_owned),
            ubigeo: self.land.municipality.ubigeo.to_string(),
            area_m2: to_cm2(area_m2),
            provisional: code
                .is_some_and(|code| matches!(code.parse(), Ok(CadastralCode::Provisional(_)))),
        }
    }

    fn part(&self, share: &Share<'_>, ground_m2: f64) -> Part {
        let proportion = if ground_m2 > 0.0 {
            share.area_m2 / ground_m2
        } else {
            0.0
        };
        Part {
            area_m2: Some(to_cm2(share.area_m2)),
            proportion: Some((proportion * 1e6).round() / 1e6),
            significant: self.is_significant(share.area_m2, ground_m2),
        }
    }

    fn overlay_view(&self, share: &Share<'_>, part: &Part) -> OverlayView {
        let told = self.overlay(share);
        OverlayView {
            id: told.id.to_owned(),
            tipo: told.theme.map(str::to_owned),
            nombre: share.found.ready.text("nombre").map(str::to_owned),
            area_m2: part.area_m2,
            proporcion: part.proportion,
            significativa: part.significant,
            efecto: told.effect,
            base_legal: told.basis.as_ref().map(BasisView::from).unwrap_or_default(),
        }
    }

    fn theme_states(&self, overlays: &[OverlayView]) -> Vec<ThemeView> {
        self.themes
            .iter()
            .map(|theme| {
                let day = self.land.theme_days.get(&theme.code).copied();
                let touched = overlays
                    .iter()
                    .any(|overlay| overlay.tipo.as_ref() == Some(&theme.code));
                // What is drawn goes before what a norm says is not there.
                let absent = self
                    .norms
                    .absent_theme(&theme.code)
                    .filter(|_| day.is_none());
                let estado = match (touched, day.is_some() || absent.is_some()) {
                    (true, _) => ThemeState::Affected,
                    (false, true) => ThemeState::Unaffected,
                    (false, false) => ThemeState::NoData,
                };
                ThemeView {
                    tipo: theme.code.clone(),
                    estado,
                    vigente_al: day,
                    base_legal: absent.map(BasisView::from),
                }
            })
            .collect()
    }
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

fn zone(found: Found<'_>, part: &Part) -> ZoneView {
    let text = |name| found.ready.text(name).map(str::to_owned);
    ZoneView {
        id: found.feature.code.to_string(),
        codigo: text("codigo"),
        nombre: text("nombre"),
        area_m2: part.area_m2,
        proporcion: part.proportion,
        significativa: part.significant,
        instrumento: InstrumentView {
            codigo: text("instrumento"),
            norma: text("norma"),
            articulo: text("articulo"),
        },
    }
}

/// An attribute of a feature as text; numbers are written as they are.
pub(crate) fn attribute(feature: &Feature, name: &str) -> Option<String> {
    let attributes: Map<String, Value> =
        serde_json::from_str(&feature.attributes).unwrap_or_default();
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
