//! Indicators: a catalogue by thematic axis, values that are typed in with their evidence or computed by a stored question,
//! and each computed value asked again as of what it was computed from.

mod catalogue;
mod computing;
mod shape;
mod typed;
mod verification;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use domain::{
    id::Ubigeo,
    institute::{
        DossierCode, DossierKind, FigureKind, Period, Span,
        indicator::{Fault, Indicator},
    },
    people::{Action, Actor},
};
use serde::Deserialize;
use store::figures::{FigureQuestion, FigureRow};

pub use catalogue::put_catalogue;
pub use computing::{Calculation, compute_all};
pub(crate) use computing::{all, compute_missing, values};
pub use shape::{
    AxisShape, FigureShape, IndicatorLine, IndicatorShape, Indicators, LastShape, VersionShape,
};
pub use typed::TypedFigure;
pub(crate) use verification::Recomputed;
pub use verification::{Checked, FigureChecks};

use crate::{
    Kind, Office, Problem, data,
    dossiers::{Kept, Written},
    people::require,
    stored_queries,
};

/// What is measured.
pub(crate) const MEASURE: &str = "valor";

/// Indicators of one page of the list.
const PAGE: usize = 200;

/// An indicator as somebody writes it.
#[derive(Clone, Debug, Deserialize)]
pub struct NewIndicator {
    /// What it is known by; it does not change. Where the address says it, it need not be here.
    #[serde(default)]
    pub codigo: String,
    /// The version that its author has read; none for a new one.
    #[serde(default)]
    pub version: i32,
    /// What it is.
    #[serde(flatten)]
    pub indicator: Definition,
}

/// What an indicator is, as it comes: the same members as [`Indicator`].
pub type Definition = serde_json::Map<String, serde_json::Value>;

impl Office {
    /// Indicators with their last values, by code; of one axis, where one is named; after a code.
    pub async fn indicators(
        &self,
        axis: Option<&str>,
        after: Option<&str>,
    ) -> Result<Indicators, Problem> {
        let mut lines = self.indicator_lines().await?;
        lines.retain(|line| {
            axis.is_none_or(|axis| line.eje == axis)
                && after.is_none_or(|after| *line.codigo > *after)
        });
        let more = lines.len() > PAGE;
        lines.truncate(PAGE);
        Ok(Indicators {
            siguiente: more
                .then(|| lines.last().map(|line| line.codigo.clone()))
                .flatten(),
            indicadores: lines,
        })
    }

    /// All indicators, by axis.
    pub async fn indicators_by_axis(&self) -> Result<Vec<AxisShape>, Problem> {
        let mut of: HashMap<String, Vec<IndicatorLine>> = HashMap::new();
        for line in self.indicator_lines().await? {
            of.entry(line.eje.clone()).or_default().push(line);
        }
        Ok(data::axes()
            .iter()
            .map(|axis| AxisShape {
                codigo: axis.code.clone(),
                nombre: axis.name.clone(),
                indicadores: of.remove(&axis.code).unwrap_or_default(),
            })
            .collect())
    }

    async fn indicator_lines(&self) -> Result<Vec<IndicatorLine>, Problem> {
        let kept: Vec<Kept<Indicator>> = self.dossiers(DossierKind::Indicator, None).await?;
        let mut last: HashMap<String, Vec<(Period, f64)>> = HashMap::new();
        for figure in self.store.last_figures().await? {
            let of = last.entry(figure.code).or_default();
            of.push((figure.period, figure.value));
        }
        Ok(kept
            .iter()
            .map(|one| IndicatorLine::of(one, last.get(&one.code).map_or(&[], Vec::as_slice)))
            .collect())
    }

    /// One indicator with its series and its versions.
    pub async fn indicator(&self, code: &str) -> Result<IndicatorShape, Problem> {
        let kept = self.kept_indicator(code).await?;
        let figures = self.indicator_figures(code).await?;
        let code: DossierCode = code.parse().map_err(|_| absent(code))?;
        let versions = self
            .store
            .dossier_versions(DossierKind::Indicator, &code)
            .await?;
        Ok(IndicatorShape::of(kept, figures, &versions))
    }

    pub(crate) async fn kept_indicator(&self, code: &str) -> Result<Kept<Indicator>, Problem> {
        self.dossier(DossierKind::Indicator, code, None).await
    }

    /// Its values in force, by period, the newest first, the province before its municipalities.
    pub async fn indicator_figures(&self, code: &str) -> Result<Vec<FigureShape>, Problem> {
        let codes = [code.to_owned()];
        let question = FigureQuestion {
            codes: Some(&codes),
            ..FigureQuestion::default()
        };
        let rows = self.store.figures(FigureKind::Indicator, &question).await?;
        let names = self.place_names();
        let mut figures: Vec<FigureShape> = current(rows)
            .iter()
            .map(|row| FigureShape::of(row, &names))
            .collect();
        figures.sort_by(|a, b| {
            b.period
                .cmp(&a.period)
                .then_with(|| a.ubigeo.cmp(&b.ubigeo))
        });
        Ok(figures)
    }

    /// All that was ever written of it, the newest first.
    pub async fn indicator_history(&self, code: &str) -> Result<Vec<FigureShape>, Problem> {
        let names = self.place_names();
        let rows = self
            .store
            .figure_versions(FigureKind::Indicator, code)
            .await?;
        Ok(rows
            .iter()
            .map(|row| FigureShape::of(row, &names))
            .collect())
    }

    pub(crate) fn place_names(&self) -> BTreeMap<Ubigeo, String> {
        self.feed
            .snapshot()
            .municipalities
            .iter()
            .map(|(ubigeo, land)| (*ubigeo, land.municipality.name.clone()))
            .collect()
    }

    /// Writes an indicator: a new one, or the next version of one.
    pub async fn write_indicator(
        &self,
        actor: &Actor,
        new: NewIndicator,
    ) -> Result<IndicatorShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let code: DossierCode = new.codigo.parse().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                "El código no vale.",
                "Empieza con una letra o un número y tiene letras sin tilde, números, «.», «_» y «-», hasta 80.",
            )
        })?;
        let indicator: Indicator =
            serde_json::from_value(new.indicator.into()).map_err(|error| not_one(&error))?;
        indicator
            .check(data::axes().iter().map(|axis| axis.code.as_str()))
            .map_err(|fault| faulty(&fault))?;
        if let Some(query) = &indicator.query {
            let question = stored_queries::parse(query)?;
            let as_of = stored_queries::now(&self.store).await?;
            // Tried once before it is kept.
            let period = Period::of(as_of.day, indicator.span);
            let answer = stored_queries::ask(
                &self.store,
                &question,
                as_of,
                Some((period.first(), period.last())),
                Some(code.as_str()),
            )
            .await?;
            values(&answer.rows, self.place_names().keys())?;
        }
        let written = Written {
            kind: DossierKind::Indicator,
            code: &code,
            ubigeo: None,
            content: &indicator,
            after: new.version,
            action: if new.version == 0 {
                "indicador.alta"
            } else {
                "indicador.cambio"
            },
        };
        self.write_dossier(actor, Action::KeepRegister, &written)
            .await?;
        self.indicator(code.as_str()).await
    }
}

/// Of values that were computed together, those of the last time: a place that had one before and has none now has none.
pub(crate) fn current(rows: Vec<FigureRow>) -> Vec<FigureRow> {
    let mut last: HashMap<(String, Period), DateTime<Utc>> = HashMap::new();
    for row in rows.iter().filter(|row| is_computed(row)) {
        let since = last
            .entry((row.code.clone(), row.period))
            .or_insert(row.since);
        *since = row.since.max(*since);
    }
    rows.into_iter()
        .filter(|row| {
            !is_computed(row)
                || last
                    .get(&(row.code.clone(), row.period))
                    .is_none_or(|since| row.since >= *since)
        })
        .collect()
}

fn is_computed(row: &FigureRow) -> bool {
    row.content.get("origen").is_some()
}

/// A period from outside.
pub(crate) fn period(text: &str) -> Result<Period, Problem> {
    text.trim().parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            format!("«{text}» no es un periodo."),
            "Escríbalo como 2026 (año), 2026-S1 (semestre), 2026-T3 (trimestre) o 2026-09 (mes).",
        )
    })
}

/// How long a period is, from outside.
pub(crate) fn span(text: &str) -> Result<Span, Problem> {
    text.trim().parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            format!("«{text}» no es una periodicidad."),
            "Se admiten: anual, semestral, trimestral, mensual.",
        )
    })
}

fn absent(code: &str) -> Problem {
    Problem::new(
        Kind::NotFound,
        format!("No existe: indicador {code}."),
        "Compruebe el código; los que hay están en /indicadores.",
    )
}

/// The words of serde stay inside but for the names of members, which are ours.
fn not_one(error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    let member = said.split('`').nth(1).unwrap_or_default();
    let title = if said.starts_with("missing field") {
        format!("Falta «{member}».")
    } else if said.starts_with("unknown field") {
        format!("No se conoce el miembro «{member}».")
    } else {
        "La definición del indicador no se entiende.".to_owned()
    };
    Problem::new(
        Kind::BadRequest,
        title,
        "Un indicador tiene nombre, eje, formula, unidad, fuente, sentido (mas, menos), periodicidad (anual, semestral, \
         trimestral, mensual), y si hay: linea_base y metas (periodo, valor), consulta.",
    )
}

fn faulty(fault: &Fault) -> Problem {
    let (title, detail) = match fault {
        Fault::Text(name, least, most) => (
            format!("«{name}» falta o es demasiado largo."),
            format!("Escriba de {least} a {most} letras."),
        ),
        Fault::Axis(axis) => {
            let known: Vec<&str> = data::axes().iter().map(|axis| axis.code.as_str()).collect();
            (
                format!("No hay un eje «{axis}»."),
                format!("Se admiten: {}.", known.join(", ")),
            )
        }
        Fault::Targets => (
            "Las metas no valen.".to_owned(),
            "Una meta por periodo, y hasta 60.".to_owned(),
        ),
        Fault::Value => (
            "Un valor no es un número.".to_owned(),
            "Escriba los valores con punto decimal, sin separar los miles.".to_owned(),
        ),
        Fault::Backwards(period) => (
            format!("La meta de {period} es peor que la línea de base."),
            "Revise el sentido (mas: mejor si sube; menos: mejor si baja), la meta o la línea de base."
                .to_owned(),
        ),
    };
    Problem::new(Kind::Refused, title, detail)
}
