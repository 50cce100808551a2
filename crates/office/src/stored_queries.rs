//! Asking stored questions, and saying as of what they were answered.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    institute::{StoredQuery, stored_query::QueryFault},
    time::AsOf,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{
    Store,
    stored_queries::{Asked, NoAnswer},
};

use crate::{Kind, Office, Problem, moment};

/// Where a computed figure comes from: which question, and which data it read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// SHA-256 of the text of the question.
    pub consulta_sha256: String,
    /// The last change of the land that it saw.
    pub version_datos: i64,
    /// The day of land and law.
    pub fecha: NaiveDate,
    /// What was known.
    pub conocido_a: DateTime<Utc>,
}

/// An answer with its origin.
#[derive(Clone, Debug)]
pub struct Computed {
    /// Its rows, each a JSON object.
    pub rows: Vec<Map<String, Value>>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Longest that a question may take.
const WITHIN: Duration = Duration::from_secs(10);

impl Office {
    /// Asks a stored question as of a point in time (now, where it is none), about a period and about one thing.
    pub async fn compute(
        &self,
        question: &StoredQuery,
        as_of: Option<AsOf>,
        period: Option<(NaiveDate, NaiveDate)>,
        object: Option<&str>,
    ) -> Result<Computed, Problem> {
        let as_of = match as_of {
            Some(as_of) => as_of,
            None => now(&self.store).await?,
        };
        ask(&self.store, question, as_of, period, object).await
    }
}

/// Asks a stored question of a database, as of a point in time.
pub(crate) async fn ask(
    store: &Store,
    question: &StoredQuery,
    as_of: AsOf,
    period: Option<(NaiveDate, NaiveDate)>,
    object: Option<&str>,
) -> Result<Computed, Problem> {
    let asked = Asked {
        as_of,
        period,
        object,
        within: WITHIN,
    };
    let rows = store.ask(question, &asked).await.map_err(problem)?;
    Ok(Computed {
        rows,
        origin: Origin {
            consulta_sha256: question.digest(),
            version_datos: store.change_at(as_of.known_at).await?.0,
            fecha: as_of.day,
            conocido_a: as_of.known_at,
        },
    })
}

/// Now, up to the last act that has ended: asked again of that moment, nothing else is there.
pub(crate) async fn now(store: &Store) -> Result<AsOf, Problem> {
    let known_at = store.recorded_until().await?;
    Ok(AsOf {
        day: moment::now().day,
        known_at,
    })
}

/// A text as a question.
pub(crate) fn parse(text: &str) -> Result<StoredQuery, Problem> {
    StoredQuery::parse(text).map_err(|fault| {
        let why = match fault {
            QueryFault::TooLong => "Es demasiado larga.".to_owned(),
            QueryFault::NotAQuestion => "No empieza con «select» ni con «with».".to_owned(),
            QueryFault::Character(letter) => format!("El signo «{letter}» no se admite."),
            QueryFault::Unended => "Un texto o un comentario no termina.".to_owned(),
            QueryFault::Function(name) => {
                format!("La función «{name}» no está entre las admitidas.")
            }
            QueryFault::Word(word) => format!("La palabra «{word}» no se admite."),
        };
        Problem::new(
            Kind::Refused,
            "La consulta no se admite.",
            format!(
                "{why} Las vistas y las funciones que se pueden usar están en /ayuda/indicadores."
            ),
        )
    })
}

fn problem(error: NoAnswer) -> Problem {
    match error {
        NoAnswer::OutOfTime => Problem::new(
            Kind::Refused,
            format!("La consulta tardó más de {} segundos.", WITHIN.as_secs()),
            "Hágala más simple: que filtre antes de cruzar capas.",
        ),
        NoAnswer::Question(message) => Problem::new(
            Kind::Refused,
            "La base de datos no entiende la consulta.",
            message,
        ),
        NoAnswer::Store(error) => error.into(),
    }
}
