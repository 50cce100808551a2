//! The observatory: the last value of each indicator, maps of the municipalities, and all public figures to take along.

mod map;

use chrono::{DateTime, Utc};
use domain::institute::{FigureKind, Period};
use serde::Serialize;
use serde_json::Value;
use store::observatory::{IndicatorRow, LastValue, PublicFigure, PublicQuestion};

use crate::{Kind, Office, Problem, data, moment};

pub use map::{MapOf, MapQuestion, MapValue, classes};

/// On what terms the Institute's own figures may be used.
pub const LICENCE: &str = "Creative Commons Atribución 4.0 (CC BY 4.0): Instituto de Planificación; cite el indicador, la versión de los datos y la fecha.";

/// A thematic axis with how many indicators it has.
#[derive(Clone, Debug, Serialize)]
pub struct AxisLine {
    /// What it is known by.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// Indicators.
    pub indicadores: i64,
}

/// An indicator with its last value.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorLine {
    /// Its code.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// Its axis.
    pub eje: String,
    /// Unit of its values.
    pub unidad: String,
    /// Its last value, of the province where there is one.
    pub ultimo: Option<LastFigure>,
}

/// A value, and where it comes from.
#[derive(Clone, Debug, Serialize)]
pub struct LastFigure {
    /// When.
    pub periodo: String,
    /// Of which municipality; none for the province.
    pub ubigeo: Option<String>,
    /// What that is called.
    pub municipio: String,
    /// The number.
    pub valor: f64,
    /// SHA-256 of the stored question that computed it, if one did.
    pub consulta_sha256: Option<String>,
    /// The last change of the land that the question saw.
    pub version_datos: Option<i64>,
}

/// The front of the observatory.
#[derive(Clone, Debug, Serialize)]
pub struct Front {
    /// The axes, in their order.
    pub ejes: Vec<AxisLine>,
    /// Indicators by code.
    pub indicadores: Vec<IndicatorLine>,
    /// Where the next list goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
}

/// A public figure, as it goes out.
#[derive(Clone, Debug, Serialize)]
pub struct FigureLine {
    /// `indicador`, `serie`, `inversion`, `proyecto_catastral`, `aporte`.
    pub clase: String,
    /// Of which one.
    pub codigo: String,
    /// What that is called.
    pub nombre: Option<String>,
    /// What was measured.
    pub medida: String,
    /// When.
    pub periodo: String,
    /// Of which municipality; none for the whole.
    pub ubigeo: Option<String>,
    /// What that is called.
    pub municipio: String,
    /// The number.
    pub valor: f64,
    /// Its unit, where it is said.
    pub unidad: Option<String>,
    /// Since when it is recorded.
    pub desde: DateTime<Utc>,
    /// SHA-256 of the stored question that computed it, if one did.
    pub consulta_sha256: Option<String>,
    /// The last change of the land that the question saw, if one did.
    pub version_datos: Option<i64>,
    /// On what terms it may be used.
    pub licencia: String,
    /// Where it stands among all.
    #[serde(skip)]
    pub id: i64,
}

/// Which public figures are asked for.
#[derive(Clone, Default, Debug)]
pub struct FigureFilter {
    /// Of this kind.
    pub kind: Option<FigureKind>,
    /// Of this dossier or project.
    pub code: Option<String>,
    /// Of this period.
    pub period: Option<Period>,
    /// As known then.
    pub known_at: Option<DateTime<Utc>>,
}

/// Indicators of a page.
pub const PAGE: usize = 60;

impl Office {
    /// The axes and the indicators, of one axis or of all, with the last value of each; after a code.
    pub async fn observatory(
        &self,
        axis: Option<&str>,
        after: Option<&str>,
    ) -> Result<Front, Problem> {
        if axis.is_some_and(|axis| !data::axes().iter().any(|known| known.code == axis)) {
            return Err(Problem::new(
                Kind::BadRequest,
                "El eje no se conoce.",
                "Los ejes están en /observatorio.",
            ));
        }
        let counts = self.store.indicators_by_axis().await?;
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut rows = self
            .store
            .indicators_with_values(axis, after, limit)
            .await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        Ok(Front {
            ejes: data::axes()
                .iter()
                .map(|axis| AxisLine {
                    codigo: axis.code.clone(),
                    nombre: axis.name.clone(),
                    indicadores: counts
                        .iter()
                        .find(|(code, _)| *code == axis.code)
                        .map_or(0, |(_, count)| *count),
                })
                .collect(),
            siguiente: rows.last().filter(|_| more).map(|row| row.code.clone()),
            indicadores: rows
                .into_iter()
                .map(|row| self.indicator_line(row))
                .collect(),
        })
    }

    /// The next public figures after one, at most so many. Whether a series may be read is asked of now.
    pub async fn public_figures(
        &self,
        filter: &FigureFilter,
        after: i64,
        limit: i64,
    ) -> Result<Vec<FigureLine>, Problem> {
        moment::of(None, filter.known_at)?;
        let question = PublicQuestion {
            kind: filter.kind,
            code: filter.code.clone(),
            period: filter.period,
            known_at: filter.known_at,
            after,
            limit,
        };
        let rows = self.store.public_figures(&question).await?;
        Ok(rows.into_iter().map(|row| self.figure_line(row)).collect())
    }

    /// The last change of the land as known at a moment, and that moment: now, where it is none.
    pub async fn data_version(
        &self,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<(i64, DateTime<Utc>), Problem> {
        moment::of(None, known_at)?;
        let known_at = match known_at {
            Some(known_at) => known_at,
            None => self.store.recorded_until().await?,
        };
        Ok((self.store.change_at(known_at).await?.0, known_at))
    }

    fn indicator_line(&self, row: IndicatorRow) -> IndicatorLine {
        IndicatorLine {
            nombre: member(&row.content, "nombre").unwrap_or_else(|| row.code.clone()),
            eje: member(&row.content, "eje").unwrap_or_default(),
            unidad: member(&row.content, "unidad").unwrap_or_default(),
            codigo: row.code,
            ultimo: row.last.map(|last| self.last_figure(&last)),
        }
    }

    fn last_figure(&self, last: &LastValue) -> LastFigure {
        LastFigure {
            periodo: last.period.to_string(),
            ubigeo: last.ubigeo.map(|ubigeo| ubigeo.to_string()),
            municipio: self.name_of_place(last.ubigeo),
            valor: last.value,
            consulta_sha256: member(&last.content, "consulta_sha256"),
            version_datos: last.content["version_datos"].as_i64(),
        }
    }

    fn figure_line(&self, row: PublicFigure) -> FigureLine {
        let place = row.ubigeo.as_deref().and_then(|text| text.parse().ok());
        FigureLine {
            municipio: self.name_of_place(place),
            consulta_sha256: member(&row.content, "consulta_sha256"),
            version_datos: row.content["version_datos"].as_i64(),
            licencia: row.licence.unwrap_or_else(|| LICENCE.to_owned()),
            clase: row.kind,
            codigo: row.code,
            nombre: row.name,
            medida: row.measure,
            periodo: row.period,
            ubigeo: row.ubigeo,
            valor: row.value,
            unidad: row.unit,
            desde: row.since,
            id: row.id,
        }
    }
}

/// A kind of figures by its name.
pub fn figure_kind(name: &str) -> Option<FigureKind> {
    [
        FigureKind::Investment,
        FigureKind::Indicator,
        FigureKind::Series,
        FigureKind::CadastralProject,
        FigureKind::Contribution,
    ]
    .into_iter()
    .find(|kind| kind.name() == name)
}

/// A member of a dossier that is text.
fn member(content: &Value, name: &str) -> Option<String> {
    content[name].as_str().map(str::to_owned)
}
