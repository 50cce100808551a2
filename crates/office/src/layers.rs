//! Layers as clients ask for them: what is in force and asks for no filter is answered by the snapshot; what is
//! filtered, sorted or past is asked of the database.

mod file;
mod ground;
mod words;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    collection::Collection,
    feature::Feature,
    filter::{Comparison, Filter, Kind as ValueKind, Queryable, SortKey, Value},
    id::Ubigeo,
    time::ChangeNumber,
};
use geo_types::Geometry;
use gis::crs::Served;
use query::{Equal, cql2};
use store::pages::{Question, When, refused};

pub use file::layer_file;
pub use ground::{AROUND, ground};

use crate::{Kind, Office, Problem, moment};

/// At which time a layer is asked; both open for what is in force.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Times {
    /// The days on some of which a feature held, both included; none for today.
    pub days: Option<(Option<NaiveDate>, Option<NaiveDate>)>,
    /// What was known at this moment; now, where none is named.
    pub known_at: Option<DateTime<Utc>>,
}

/// Which features of a layer are asked for.
#[derive(Clone, Debug, Default)]
pub struct LayerQuestion {
    /// At which time.
    pub times: Times,
    /// Those with a point in common with this ground, in EPSG:32718.
    pub area: Option<Geometry<f64>>,
    /// Those of which this holds.
    pub filter: Option<Filter>,
    /// In which order.
    pub sort: Vec<SortKey>,
    /// Those after this key.
    pub after: Option<(Ubigeo, String)>,
    /// After so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
}

/// A page, all of it of one change number.
pub struct LayerPage {
    /// The features.
    pub features: Vec<Feature>,
    /// How many there are in all.
    pub matched: u64,
    /// Whether there are more.
    pub more: bool,
    /// The last change that it could know of.
    pub change: ChangeNumber,
}

impl Office {
    /// A page of a layer from the database.
    pub async fn page(
        &self,
        collection: &Collection,
        question: &LayerQuestion,
    ) -> Result<LayerPage, Problem> {
        let Times { days, known_at } = question.times;
        moment::of(None, known_at)?;
        let when = match (days, known_at) {
            (None, None) => When::Now,
            (days, known_at) => {
                let today = Some(moment::day_at(known_at.unwrap_or_else(Utc::now)));
                let (from, to) = days.unwrap_or((today, today));
                When::Past {
                    from,
                    to,
                    known_at: known_at.unwrap_or_else(Utc::now),
                }
            }
        };
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let mut page = self
            .store
            .page(
                collection,
                &Question {
                    when,
                    area: question.area.as_ref(),
                    filter: question.filter.as_ref(),
                    sort: &question.sort,
                    after: question
                        .after
                        .as_ref()
                        .map(|(ubigeo, code)| (*ubigeo, code.as_str())),
                    // One more than asked for tells whether there is more.
                    limit: number(question.limit.saturating_add(1)),
                    offset: number(question.offset),
                },
            )
            .await
            .map_err(|error| match refused(&error) {
                Some(why) if question.filter.is_some() => words::refused(why),
                _ => error.into(),
            })?;
        let more = page.features.len() > question.limit;
        page.features.truncate(question.limit);
        Ok(LayerPage {
            features: page.features,
            matched: page.matched,
            more,
            change: page.change,
        })
    }
}

/// Reads a filter over what can be asked of a layer, with the coordinates of its shapes in a reference system.
pub fn filter(
    text: &str,
    language: cql2::Language,
    queryables: &[Queryable],
    crs: &'static Served,
) -> Result<Filter, Problem> {
    let scope = cql2::Scope {
        queryables,
        ground: &|shape| ground(shape, crs).map_err(|_| cql2::NoSuchPlace),
        degrees: crs.degrees && !crs.north_first,
    };
    cql2::read(text, language, &scope).map_err(|fault| words::fault(&fault, queryables))
}

/// Reads `name=value` over what can be asked of a layer: for the snapshot, and for the database.
pub fn equal(of: &Queryable, value: &str) -> Result<(Equal, Filter), Problem> {
    let wrong = |expected: &str| {
        Problem::new(
            Kind::BadRequest,
            format!("«{value}» no vale para «{}».", of.name),
            format!("Se espera {expected}."),
        )
    };
    let asked = match of.kind {
        ValueKind::Text => Value::Text(value.to_owned()),
        ValueKind::Number => value
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(Value::Number)
            .ok_or_else(|| wrong("un número, como 120.5"))?,
        ValueKind::Truth => value
            .parse()
            .map(Value::Truth)
            .map_err(|_| wrong("«true» o «false»"))?,
        ValueKind::Day => value
            .parse()
            .ok()
            .filter(|day| moment::has_a_plain_year(*day))
            .map(Value::Day)
            .ok_or_else(|| wrong("un día, como 2026-11-23"))?,
        ValueKind::Instant => DateTime::parse_from_rfc3339(value)
            .map(|at| Value::Instant(at.to_utc()))
            .map_err(|_| wrong("un momento, como 2026-11-23T15:04:05Z"))?,
        ValueKind::Shape => {
            return Err(Problem::new(
                Kind::BadRequest,
                format!("«{}» no se compara con un valor.", of.name),
                "Por lugar se pregunta con «bbox» o con un filtro como S_INTERSECTS(geometry, …).",
            ));
        }
    };
    let filter = Filter::Compare(Comparison::Equal, Value::Property(of.clone()), asked);
    let equal = Equal {
        of: of.clone(),
        value: value.to_owned(),
    };
    Ok((equal, filter))
}
