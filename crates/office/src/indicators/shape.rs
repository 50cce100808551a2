//! Indicators and their values, as anybody sees them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    id::Ubigeo,
    institute::{
        Period,
        indicator::{Indicator, Point, compare, progress},
    },
};
use serde::Serialize;
use store::{dossiers::DossierRow, figures::FigureRow};
use uuid::Uuid;

use crate::{
    dossiers::Kept,
    stored_queries::{self, Origin},
};

/// A page of the list.
#[derive(Clone, Serialize, Debug)]
pub struct Indicators {
    /// By code.
    pub indicadores: Vec<IndicatorLine>,
    /// Where the list goes on.
    pub siguiente: Option<String>,
}

/// An axis with its indicators.
#[derive(Clone, Serialize, Debug)]
pub struct AxisShape {
    /// What it is known by.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// By code.
    pub indicadores: Vec<IndicatorLine>,
}

/// A value of a period.
#[derive(Clone, Serialize, Debug)]
pub struct LastShape {
    /// When.
    pub periodo: String,
    /// How much.
    pub valor: f64,
}

/// An indicator in a list, with its last value for the province.
#[derive(Clone, Serialize, Debug)]
pub struct IndicatorLine {
    /// What it is known by.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// Its axis.
    pub eje: String,
    /// Its unit.
    pub unidad: String,
    /// How often it is measured.
    pub periodicidad: &'static str,
    /// Whether a stored question computes it.
    pub calculado: bool,
    /// Its last value.
    pub ultimo: Option<LastShape>,
    /// The value before it.
    pub anterior: Option<LastShape>,
    /// `mejora`, `empeora`, `igual`.
    pub tendencia: Option<&'static str>,
    /// The target that counts in the period of the last value, or in the first one.
    pub meta: Option<Point>,
    /// Whether the last value reaches it.
    pub alcanzada: Option<bool>,
    /// Where it is.
    pub enlace: String,
}

impl IndicatorLine {
    /// With its last values for the province, the newest first.
    pub(super) fn of(kept: &Kept<Indicator>, last: &[(Period, f64)]) -> Self {
        let one = &kept.content;
        let shape = |value: Option<&(Period, f64)>| {
            value.map(|(period, value)| LastShape {
                periodo: period.to_string(),
                valor: *value,
            })
        };
        let meta = match last.first() {
            Some((period, _)) => one.target(*period),
            None => one.targets.first().copied(),
        };
        Self {
            codigo: kept.code.clone(),
            nombre: one.name.clone(),
            eje: one.axis.clone(),
            unidad: one.unit.clone(),
            periodicidad: one.span.name(),
            calculado: one.query.is_some(),
            ultimo: shape(last.first()),
            anterior: shape(last.get(1)),
            tendencia: match last {
                [now, before, ..] => Some(compare(before.1, now.1, one.direction).trend.name()),
                _ => None,
            },
            alcanzada: last.first().zip(meta).map(|((_, value), meta)| {
                progress(*value, None, meta.value, one.direction).reached
            }),
            meta,
            enlace: format!("/indicadores/{}", kept.code),
        }
    }
}

/// An indicator with its series.
#[derive(Clone, Serialize, Debug)]
pub struct IndicatorShape {
    /// What it is known by.
    pub codigo: String,
    /// Which version of its definition.
    pub version: i32,
    /// Since when.
    pub desde: DateTime<Utc>,
    /// Login of who wrote it; none where it came with the program.
    pub autor: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub indicator: Indicator,
    /// Digest of its question.
    pub consulta_sha256: Option<String>,
    /// Its last value for the province.
    pub ultimo: Option<LastShape>,
    /// The target that counts then.
    pub meta: Option<Point>,
    /// The share of the way from the baseline to the target.
    pub avance: Option<f64>,
    /// Whether the target is reached.
    pub alcanzada: Option<bool>,
    /// Its values, the newest period first.
    pub cifras: Vec<FigureShape>,
    /// Versions of its definition, the newest first.
    pub versiones: Vec<VersionShape>,
}

/// A version of a definition.
#[derive(Clone, Serialize, Debug)]
pub struct VersionShape {
    /// Which.
    pub version: i32,
    /// Since when.
    pub desde: DateTime<Utc>,
    /// Login of who wrote it.
    pub autor: Option<String>,
}

impl IndicatorShape {
    pub(super) fn of(
        kept: Kept<Indicator>,
        figures: Vec<FigureShape>,
        versions: &[DossierRow],
    ) -> Self {
        let one = kept.content;
        let last = figures
            .iter()
            .find(|figure| figure.ubigeo.is_none() && figure.period.span() == one.span);
        let meta = last
            .and_then(|last| one.target(last.period))
            .or_else(|| one.targets.first().copied());
        let way = last.zip(meta).map(|(last, meta)| {
            let baseline = one.baseline.map(|baseline| baseline.value);
            progress(last.valor, baseline, meta.value, one.direction)
        });
        let question = one.query.as_deref().map(stored_queries::parse);
        Self {
            codigo: kept.code,
            version: kept.version,
            desde: kept.since,
            autor: kept.login,
            consulta_sha256: question.and_then(|question| Some(question.ok()?.digest())),
            ultimo: last.map(|last| LastShape {
                periodo: last.periodo.clone(),
                valor: last.valor,
            }),
            meta,
            avance: way.and_then(|way| way.share),
            alcanzada: way.map(|way| way.reached),
            indicator: one,
            cifras: figures,
            versiones: versions
                .iter()
                .map(|row| VersionShape {
                    version: row.version,
                    desde: row.since,
                    autor: row.login.clone(),
                })
                .collect(),
        }
    }
}

/// A value of an indicator.
#[derive(Clone, Serialize, Debug)]
pub struct FigureShape {
    /// When it was measured.
    #[serde(skip)]
    pub period: Period,
    /// The same, as it is written.
    pub periodo: String,
    /// The municipality; none for the province.
    pub ubigeo: Option<String>,
    /// Its name.
    pub lugar: String,
    /// How much.
    pub valor: f64,
    /// Since when it is recorded.
    pub desde: DateTime<Utc>,
    /// Until when; none for the one in force.
    pub hasta: Option<DateTime<Utc>>,
    /// What it was computed from; none where it was typed in.
    pub origen: Option<Origin>,
    /// What its author says about it.
    pub nota: Option<String>,
    /// The paper that proves it.
    pub documento: Option<Uuid>,
}

impl FigureShape {
    pub(crate) fn of(row: &FigureRow, names: &BTreeMap<Ubigeo, String>) -> Self {
        let text = |name: &str| {
            let text = row.content.get(name)?.as_str()?;
            Some(text.to_owned())
        };
        Self {
            period: row.period,
            periodo: row.period.to_string(),
            lugar: place(row.ubigeo.as_ref(), names),
            ubigeo: row.ubigeo.map(|ubigeo| ubigeo.to_string()),
            valor: row.value,
            desde: row.since,
            hasta: row.until,
            origen: row
                .content
                .get("origen")
                .and_then(|origin| serde_json::from_value(origin.clone()).ok()),
            nota: text("nota"),
            documento: text("documento").and_then(|id| id.parse().ok()),
        }
    }
}

/// What people call a place.
pub(crate) fn place(ubigeo: Option<&Ubigeo>, names: &BTreeMap<Ubigeo, String>) -> String {
    match ubigeo {
        None => "Provincia".to_owned(),
        Some(ubigeo) => names
            .get(ubigeo)
            .cloned()
            .unwrap_or_else(|| ubigeo.to_string()),
    }
}
