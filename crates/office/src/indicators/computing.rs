//! Computing indicators: each question is asked as of the last day of a period, or today where that is to come, and its
//! answers are written with what they were computed from. It needs a database and no snapshot.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use domain::{
    id::Ubigeo,
    institute::{DossierKind, FigureKind, Period, Span, StoredQuery, indicator::Indicator},
    people::{Action, Actor},
    time::AsOf,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{
    Deed, Store,
    figures::{FigureQuestion, NewFigure},
};

use super::{FigureShape, MEASURE};
use crate::{
    Kind, Office, Problem,
    dossiers::Kept,
    people::require,
    stored_queries::{self, Origin},
};

/// What came of computing indicators.
#[derive(Clone, Serialize, Debug)]
pub struct Calculation {
    /// Of which period.
    pub periodo: String,
    /// Values that were written.
    pub cifras: usize,
    /// Those that were computed.
    pub calculados: Vec<String>,
    /// Those whose question has no answer in that period.
    pub sin_datos: Vec<String>,
    /// Those whose question failed, and why.
    pub fallidos: Vec<Failure>,
}

/// An indicator that was not computed.
#[derive(Clone, Serialize, Debug)]
pub struct Failure {
    /// Which.
    pub codigo: String,
    /// Why.
    pub motivo: String,
}

/// What a question answered.
struct Answered {
    code: String,
    values: Vec<(Option<Ubigeo>, f64)>,
    origin: Origin,
}

/// Places of one answer.
const ROWS_MAX: usize = 2_000;

impl Office {
    /// Computes one indicator for a period, and writes its values. Gives those of the period.
    pub async fn compute_indicator(
        &self,
        actor: &Actor,
        code: &str,
        text: &str,
    ) -> Result<Vec<FigureShape>, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let period = super::period(text)?;
        let kept = self.kept_indicator(code).await?;
        fits(&kept, period)?;
        let as_of = as_of(&self.store, period).await?;
        let places = places(&self.store).await?;
        let answered = answer(&self.store, &kept, period, as_of, &places).await?;
        if answered.values.is_empty() {
            return Err(Problem::new(
                Kind::Refused,
                format!("La consulta de {code} no tiene valor para {text}."),
                "No hay datos de ese periodo: compruebe la fuente, o el periodo.",
            ));
        }
        write(&self.store, actor, period, &[answered]).await?;
        let mut figures = self.indicator_figures(code).await?;
        figures.retain(|figure| figure.period == period);
        Ok(figures)
    }

    /// Computes all indicators of a periodicity for a period.
    pub async fn compute_indicators(
        &self,
        actor: &Actor,
        text: &str,
        periodicity: Option<&str>,
    ) -> Result<Calculation, Problem> {
        let period = super::period(text)?;
        let span = periodicity.map_or(Ok(period.span()), super::span)?;
        compute_all(&self.store, actor, period, span).await
    }
}

/// Computes all indicators of a periodicity for a period, and writes them in one act. One that fails keeps no other back.
pub async fn compute_all(
    store: &Store,
    actor: &Actor,
    period: Period,
    span: Span,
) -> Result<Calculation, Problem> {
    require(actor, Action::KeepRegister, None)?;
    if period.span() > span {
        return Err(shorter(span, period));
    }
    let mut chosen = all(store, None).await?;
    chosen.retain(|one| one.content.span == span && one.content.query.is_some());
    compute(store, actor, period, &chosen).await
}

/// Computes those of these indicators of which a report of a period has no value yet.
pub(crate) async fn compute_missing(
    store: &Store,
    actor: &Actor,
    report: Period,
    indicators: &[Kept<Indicator>],
) -> Result<(), Problem> {
    let mut of: BTreeMap<Period, Vec<Kept<Indicator>>> = BTreeMap::new();
    for one in indicators.iter().filter(|one| one.content.query.is_some()) {
        if let Some(period) = one.content.measured_in(report) {
            of.entry(period).or_default().push(one.clone());
        }
    }
    for (period, mut chosen) in of {
        let codes: Vec<String> = chosen.iter().map(|one| one.code.clone()).collect();
        let question = FigureQuestion {
            codes: Some(&codes),
            periods: Some(&[period.to_string()]),
            known_at: None,
        };
        // A value from before the period ended is of another day: it is computed again.
        let day = as_of(store, period).await?.day.to_string();
        let there: HashSet<String> = store
            .figures(FigureKind::Indicator, &question)
            .await?
            .into_iter()
            .filter(|row| {
                row.content.pointer("/origen/fecha").and_then(Value::as_str) == Some(&*day)
            })
            .map(|row| row.code)
            .collect();
        chosen.retain(|one| !there.contains(&one.code));
        if !chosen.is_empty() {
            compute(store, actor, period, &chosen).await?;
        }
    }
    Ok(())
}

/// All indicators at a moment (now, where it is none), by code.
pub(crate) async fn all(
    store: &Store,
    known_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<Vec<Kept<Indicator>>, Problem> {
    const ALL_MAX: i64 = 20_000;
    let rows = store
        .dossiers(DossierKind::Indicator, known_at, None, ALL_MAX)
        .await?;
    rows.into_iter()
        .map(|row| crate::dossiers::read(DossierKind::Indicator, row))
        .collect()
}

async fn compute(
    store: &Store,
    actor: &Actor,
    period: Period,
    chosen: &[Kept<Indicator>],
) -> Result<Calculation, Problem> {
    let as_of = as_of(store, period).await?;
    let places = places(store).await?;
    let mut calculation = Calculation {
        periodo: period.to_string(),
        cifras: 0,
        calculados: Vec::new(),
        sin_datos: Vec::new(),
        fallidos: Vec::new(),
    };
    let mut answers = Vec::new();
    for one in chosen {
        match answer(store, one, period, as_of, &places).await {
            Ok(answered) if answered.values.is_empty() => {
                calculation.sin_datos.push(one.code.clone());
            }
            Ok(answered) => {
                calculation.calculados.push(one.code.clone());
                calculation.cifras += answered.values.len();
                answers.push(answered);
            }
            Err(problem) if problem.kind == Kind::Refused => {
                calculation.fallidos.push(Failure {
                    codigo: one.code.clone(),
                    motivo: format!("{} {}", problem.title, problem.detail),
                });
            }
            Err(problem) => return Err(problem),
        }
    }
    if !answers.is_empty() {
        write(store, actor, period, &answers).await?;
    }
    Ok(calculation)
}

async fn answer(
    store: &Store,
    kept: &Kept<Indicator>,
    period: Period,
    as_of: AsOf,
    places: &BTreeSet<Ubigeo>,
) -> Result<Answered, Problem> {
    let question = question(&kept.code, &kept.content)?;
    let computed = stored_queries::ask(
        store,
        &question,
        as_of,
        Some(days(period)),
        Some(&kept.code),
    )
    .await?;
    Ok(Answered {
        code: kept.code.clone(),
        values: values(&computed.rows, places.iter())?,
        origin: computed.origin,
    })
}

async fn write(
    store: &Store,
    actor: &Actor,
    period: Period,
    answers: &[Answered],
) -> Result<(), Problem> {
    let mut figures = Vec::new();
    for answered in answers {
        for (ubigeo, value) in &answered.values {
            figures.push(NewFigure {
                code: &answered.code,
                measure: MEASURE,
                period,
                ubigeo: *ubigeo,
                value: *value,
                content: json!({ "origen": answered.origin }),
            });
        }
    }
    let codes: Vec<&str> = answers.iter().map(|one| one.code.as_str()).collect();
    let mut act = store.begin(actor).await?;
    act.write_figures(FigureKind::Indicator, &figures).await?;
    act.commit(&Deed {
        action: "indicador.calculo",
        ubigeo: None,
        object: match codes.as_slice() {
            [one] => format!("indicador/{one}"),
            _ => "indicador".to_owned(),
        },
        content: json!({
            "periodo": period.to_string(),
            "indicadores": codes,
            "cifras": figures.len(),
            "version_datos": answers.first().map(|one| one.origin.version_datos),
        }),
    })
    .await?;
    Ok(())
}

/// The question of an indicator.
pub(crate) fn question(code: &str, indicator: &Indicator) -> Result<StoredQuery, Problem> {
    let query = indicator.query.as_deref().ok_or_else(|| {
        Problem::new(
            Kind::Refused,
            format!("El indicador {code} no se calcula."),
            "Sus valores se escriben, con el documento o la nota que los respalda.",
        )
    })?;
    stored_queries::parse(query)
}

/// First and last day of a period.
pub(super) fn days(period: Period) -> (NaiveDate, NaiveDate) {
    (period.first(), period.last())
}

/// As of when a period is computed: its last day, or today where that is to come; with what is known now.
pub(super) async fn as_of(store: &Store, period: Period) -> Result<AsOf, Problem> {
    let now = stored_queries::now(store).await?;
    if period.first() > now.day {
        return Err(Problem::new(
            Kind::Refused,
            format!("{period} todavía no empieza."),
            "Se calcula desde su primer día; antes de su último, con los datos de hoy.",
        ));
    }
    Ok(AsOf {
        day: period.last().min(now.day),
        known_at: now.known_at,
    })
}

async fn places(store: &Store) -> Result<BTreeSet<Ubigeo>, Problem> {
    let municipalities = store.municipalities().await?;
    Ok(municipalities.iter().map(|one| one.ubigeo).collect())
}

fn fits(kept: &Kept<Indicator>, period: Period) -> Result<(), Problem> {
    if period.span() > kept.content.span {
        return Err(shorter(kept.content.span, period));
    }
    Ok(())
}

fn shorter(span: Span, period: Period) -> Problem {
    Problem::new(
        Kind::Refused,
        format!(
            "{period} es más corto que lo que se mide ({}).",
            span.name()
        ),
        "Pase un periodo tan largo como la periodicidad del indicador, o más.",
    )
}

/// The values in the rows of an answer, by place. A value that is nothing is left out.
pub(crate) fn values<'a>(
    rows: &[Map<String, Value>],
    places: impl Iterator<Item = &'a Ubigeo>,
) -> Result<Vec<(Option<Ubigeo>, f64)>, Problem> {
    let wrong = |title: String| {
        Problem::new(
            Kind::Refused,
            title,
            "Cada fila lleva «ubigeo» (un municipio del servicio; nada para la provincia) y «valor» (un número), y cada lugar una sola vez.",
        )
    };
    if rows.len() > ROWS_MAX {
        return Err(wrong(format!("La consulta da más de {ROWS_MAX} filas.")));
    }
    let places: BTreeSet<&Ubigeo> = places.collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for row in rows {
        let (Some(place), Some(value)) = (row.get("ubigeo"), row.get("valor")) else {
            return Err(wrong(
                "La consulta no da las columnas «ubigeo» y «valor».".to_owned(),
            ));
        };
        let ubigeo: Option<Ubigeo> =
            match place {
                Value::Null => None,
                Value::String(text) => {
                    let ubigeo = text.parse().ok();
                    let known = ubigeo.filter(|ubigeo| places.contains(ubigeo));
                    Some(known.ok_or_else(|| {
                        wrong(format!("«{text}» no es el ubigeo de un municipio."))
                    })?)
                }
                other => return Err(wrong(format!("«{other}» no es un ubigeo."))),
            };
        if !seen.insert(ubigeo) {
            return Err(wrong("Un lugar está dos veces.".to_owned()));
        }
        match value {
            Value::Null => {}
            Value::Number(number) => {
                let number = number.as_f64().filter(|number| number.is_finite());
                let number = number.ok_or_else(|| wrong("Un valor no es un número.".to_owned()))?;
                found.push((ubigeo, number));
            }
            other => return Err(wrong(format!("«{other}» no es un número."))),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_places_with_numbers_and_nothing_else() {
        let place: Ubigeo = "220101".parse().expect("six digits");
        let read = |rows: Value| {
            let rows: Vec<Map<String, Value>> = serde_json::from_value(rows).expect("rows");
            values(&rows, std::iter::once(&place)).map_err(|problem| problem.title)
        };
        assert_eq!(
            read(json!([{"ubigeo": "220101", "valor": 2}, {"ubigeo": null, "valor": 2.5}])),
            Ok(vec![(Some(place), 2.0), (None, 2.5)])
        );
        assert_eq!(read(json!([{"ubigeo": null, "valor": null}])), Ok(vec![]));
        for wrong in [
            json!([{"valor": 1}]),
            json!([{"ubigeo": "220199", "valor": 1}]),
            json!([{"ubigeo": 220_101, "valor": 1}]),
            json!([{"ubigeo": null, "valor": "1"}]),
            json!([{"ubigeo": null, "valor": 1}, {"ubigeo": null, "valor": 2}]),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
