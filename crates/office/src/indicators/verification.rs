//! Computed values asked again: as of what they were computed from, and with the data of today.

use std::collections::{BTreeMap, HashMap};

use domain::{
    id::Ubigeo,
    institute::{
        DossierCode, DossierKind, FigureKind, Period, StoredQuery,
        indicator::{Indicator, equal},
    },
    time::AsOf,
};
use serde::Serialize;
use store::{Store, figures::FigureQuestion};

use super::{computing, current, shape};
use crate::{
    Kind, Office, Problem,
    stored_queries::{self, Origin},
};

/// What values are when they are asked again.
#[derive(Clone, Serialize, Debug)]
pub struct FigureChecks {
    /// Of which indicator.
    pub codigo: String,
    /// Of which period.
    pub periodo: String,
    /// The province before its municipalities.
    pub cifras: Vec<Checked>,
}

/// A value that was asked again.
#[derive(Clone, Serialize, Debug)]
pub struct Checked {
    /// The municipality; none for the province.
    pub ubigeo: Option<String>,
    /// What people call it.
    pub lugar: String,
    /// As it was written.
    pub valor: f64,
    /// What it was computed from; none where it was typed in.
    pub origen: Option<Origin>,
    /// As of what it was computed from; none where that has no answer.
    pub recalculado: Option<f64>,
    /// Whether both are the same; none where it was typed in.
    pub igual: Option<bool>,
    /// With the data of today; of one that was typed in, the value in force.
    pub hoy: Option<f64>,
    /// Whether today's is another.
    pub cambio: bool,
}

/// Values by place.
type Values = BTreeMap<Option<Ubigeo>, f64>;

/// Questions that were asked again: each once, whoever asks for its values.
pub(crate) struct Recomputed<'a> {
    store: &'a Store,
    places: Vec<Ubigeo>,
    then: HashMap<(String, Period, String, i64), Option<Values>>,
    today: HashMap<(String, Period), Option<Values>>,
}

impl<'a> Recomputed<'a> {
    pub(crate) fn new(store: &'a Store, places: Vec<Ubigeo>) -> Self {
        Self {
            store,
            places,
            then: HashMap::new(),
            today: HashMap::new(),
        }
    }

    /// The value as of what it was computed from; none where its question is no more to be found or gives none.
    pub(crate) async fn then(
        &mut self,
        code: &str,
        period: Period,
        place: Option<Ubigeo>,
        origin: &Origin,
    ) -> Result<Option<f64>, Problem> {
        let key = (
            code.to_owned(),
            period,
            origin.consulta_sha256.clone(),
            origin.conocido_a.timestamp_micros(),
        );
        if let Some(known) = self.then.get(&key) {
            return Ok(at(known.as_ref(), place));
        }
        let question = asked_then(self.store, code, &origin.consulta_sha256).await?;
        let as_of = AsOf {
            day: origin.fecha,
            known_at: origin.conocido_a,
        };
        let values = self.values(question, code, period, as_of).await?;
        let found = at(values.as_ref(), place);
        self.then.insert(key, values);
        Ok(found)
    }

    /// The value that the question of now gives for the period with the data of today.
    pub(crate) async fn today(
        &mut self,
        code: &str,
        period: Period,
        place: Option<Ubigeo>,
    ) -> Result<Option<f64>, Problem> {
        let key = (code.to_owned(), period);
        if let Some(known) = self.today.get(&key) {
            return Ok(at(known.as_ref(), place));
        }
        let question = asked_now(self.store, code).await?;
        let as_of = computing::as_of(self.store, period).await?;
        let values = self.values(question, code, period, as_of).await?;
        let found = at(values.as_ref(), place);
        self.today.insert(key, values);
        Ok(found)
    }

    async fn values(
        &self,
        question: Option<StoredQuery>,
        code: &str,
        period: Period,
        as_of: AsOf,
    ) -> Result<Option<Values>, Problem> {
        let Some(question) = question else {
            return Ok(None);
        };
        let days = Some(computing::days(period));
        let answer = stored_queries::ask(self.store, &question, as_of, days, Some(code)).await;
        match answer.and_then(|answer| super::values(&answer.rows, self.places.iter())) {
            Ok(values) => Ok(Some(values.into_iter().collect())),
            // It says that it is not the same, which is what is asked.
            Err(problem) if problem.kind == Kind::Refused => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

fn at(values: Option<&Values>, place: Option<Ubigeo>) -> Option<f64> {
    values?.get(&place).copied()
}

/// The question with this digest, in whatever version of the indicator it was.
async fn asked_then(
    store: &Store,
    code: &str,
    digest: &str,
) -> Result<Option<StoredQuery>, Problem> {
    Ok(versions(store, code)
        .await?
        .into_iter()
        .find(|question| question.digest() == digest))
}

async fn asked_now(store: &Store, code: &str) -> Result<Option<StoredQuery>, Problem> {
    Ok(versions(store, code).await?.into_iter().next())
}

/// The questions of all versions of an indicator, the newest first.
async fn versions(store: &Store, code: &str) -> Result<Vec<StoredQuery>, Problem> {
    let Ok(code) = code.parse::<DossierCode>() else {
        return Ok(Vec::new());
    };
    let rows = store
        .dossier_versions(DossierKind::Indicator, &code)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let indicator: Indicator = serde_json::from_value(row.content).ok()?;
            StoredQuery::parse(indicator.query.as_deref()?).ok()
        })
        .collect())
}

impl Office {
    /// The values of an indicator in a period, asked again.
    pub async fn check_figures(&self, code: &str, text: &str) -> Result<FigureChecks, Problem> {
        let period = super::period(text)?;
        self.kept_indicator(code).await?;
        let codes = [code.to_owned()];
        let question = FigureQuestion {
            codes: Some(&codes),
            periods: Some(&[period.to_string()]),
            known_at: None,
        };
        let rows = current(self.store.figures(FigureKind::Indicator, &question).await?);
        let names = self.place_names();
        let mut again = Recomputed::new(&self.store, names.keys().copied().collect());
        let mut checked = Vec::new();
        for row in &rows {
            let shape = shape::FigureShape::of(row, &names);
            let (then, today) = match &shape.origen {
                Some(origin) => (
                    again.then(code, period, row.ubigeo, origin).await?,
                    again.today(code, period, row.ubigeo).await?,
                ),
                None => (None, Some(row.value)),
            };
            checked.push(Checked {
                ubigeo: shape.ubigeo,
                lugar: shape.lugar,
                valor: row.value,
                igual: shape
                    .origen
                    .as_ref()
                    .map(|_| then.is_some_and(|then| equal(then, row.value))),
                origen: shape.origen,
                recalculado: then,
                hoy: today,
                cambio: !today.is_some_and(|today| equal(today, row.value)),
            });
        }
        Ok(FigureChecks {
            codigo: code.to_owned(),
            periodo: period.to_string(),
            cifras: checked,
        })
    }
}
