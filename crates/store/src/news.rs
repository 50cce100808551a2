//! What is new and public.

use chrono::{DateTime, Utc};
use domain::{id::Ubigeo, news::Topic};
use geo_types::Rect;

use crate::{Error, Store, land::parse};

/// What somebody wants to hear of.
#[derive(Clone, Copy, Debug)]
pub struct NewsQuestion {
    /// Of this topic; of all.
    pub topic: Option<Topic>,
    /// Of this municipality; of the province.
    pub ubigeo: Option<Ubigeo>,
    /// What touched this box of EPSG:32718.
    pub within: Option<Rect<f64>>,
    /// Recorded after this moment.
    pub since: DateTime<Utc>,
    /// And not after this one.
    pub until: DateTime<Utc>,
    /// At most so many.
    pub limit: i64,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct NewsRow {
    /// What tells it from all others, and stays: `cambio/12`.
    pub key: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub topic: Topic,
    /// What happened: the kind of a change, `plan.alta`, `observacion.responder`…
    pub kind: String,
    /// The municipality.
    pub ubigeo: Option<Ubigeo>,
    /// The layer that changed.
    pub layer: Option<String>,
    /// To what: a code or an identifier.
    pub code: Option<String>,
    /// How that is called.
    pub name: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    at: DateTime<Utc>,
    topic: String,
    kind: String,
    ubigeo: Option<String>,
    layer: Option<String>,
    code: Option<String>,
    name: Option<String>,
}

impl Store {
    /// What is new, the newest first.
    pub async fn public_news(&self, question: &NewsQuestion) -> Result<Vec<NewsRow>, Error> {
        let within = question.within;
        sqlx::query_as::<_, Row>(include_str!("../sql/news.sql"))
            .persistent(false)
            .bind(question.topic.map(Topic::name))
            .bind(question.ubigeo.as_ref().map(Ubigeo::as_str))
            .bind(within.map(|ground| ground.min().x))
            .bind(within.map(|ground| ground.min().y))
            .bind(within.map(|ground| ground.max().x))
            .bind(within.map(|ground| ground.max().y))
            .bind(question.since)
            .bind(question.until)
            .bind(question.limit)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(|row| {
                let broken = || Error::Row {
                    table: "change",
                    key: row.key.clone(),
                    what: "topic".to_owned(),
                };
                Ok(NewsRow {
                    topic: row.topic.parse().map_err(|_| broken())?,
                    ubigeo: row
                        .ubigeo
                        .as_deref()
                        .map(|text| parse(text, "ubigeo"))
                        .transpose()?,
                    at: row.at,
                    kind: row.kind,
                    layer: row.layer,
                    code: row.code,
                    name: row.name,
                    key: row.key,
                })
            })
            .collect()
    }
}
