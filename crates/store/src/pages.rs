//! Pages of a layer from the database: filtered, sorted, or of the past. What is in force and asks for no filter is
//! answered from memory, by `query`.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    collection::Collection,
    feature::Feature,
    filter::{Filter, SortKey},
    id::Ubigeo,
    time::ChangeNumber,
};
use geo_types::Geometry;
use sqlx::{Executor, Postgres, QueryBuilder, Transaction};

use crate::{
    Error, Store,
    changes::HEADS,
    filter,
    geometry::Official,
    land::{feature, parse},
};

/// At which time a layer is asked.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// What is in force.
    Now,
    /// What held on some day of a period, both days included, as known at a moment: of each feature the newest version.
    Past {
        /// First day; none where the period has no beginning.
        from: Option<NaiveDate>,
        /// Last day; none where it has no end.
        to: Option<NaiveDate>,
        /// What was known at this moment.
        known_at: DateTime<Utc>,
    },
}

/// Which features of a layer are asked for.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// At which time.
    pub when: When,
    /// Those with a point in common with this ground, in EPSG:32718.
    pub area: Option<&'a Geometry<f64>>,
    /// Those of which this holds.
    pub filter: Option<&'a Filter>,
    /// In which order; then by municipality and code.
    pub sort: &'a [SortKey],
    /// Those after this key. It means something only where no order is asked for.
    pub after: Option<(Ubigeo, &'a str)>,
    /// At most so many.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
}

/// A page, all of it of one change number.
pub struct Page {
    /// The features.
    pub features: Vec<Feature>,
    /// How many there are without key, limit and offset.
    pub matched: u64,
    /// The last change that the page could know of.
    pub change: ChangeNumber,
}

/// A question that takes longer holds a connection that others wait for.
const TIME_MAX: &str = "set local statement_timeout = '8s'";

type Row = (String, Box<str>, String, NaiveDate, i64, Official);

impl Store {
    /// A page of a layer over all municipalities.
    ///
    /// # Errors
    /// Also when the filter has no value for some row, or takes too long; see [`refused`].
    pub async fn page(
        &self,
        collection: &Collection,
        question: &Question<'_>,
    ) -> Result<Page, Error> {
        let mut tx = self.pool.begin().await?;
        tx.execute("set transaction isolation level repeatable read read only")
            .await?;
        tx.execute(TIME_MAX).await?;
        let page = answer(&mut tx, collection, question).await;
        // The connection goes back before anybody reads the answer.
        tx.rollback().await?;
        page
    }
}

async fn answer(
    tx: &mut Transaction<'_, Postgres>,
    collection: &Collection,
    question: &Question<'_>,
) -> Result<Page, Error> {
    let (change, _): (i64, i64) = sqlx::query_as(HEADS).fetch_one(&mut **tx).await?;
    let mut count = QueryBuilder::new("select count(*)");
    source(collection, question, &mut count);
    let (matched,): (i64,) = count.build_query_as().fetch_one(&mut **tx).await?;
    let mut select =
        QueryBuilder::new("select ubigeo, code, attributes::text, lower(valid), change_from, geom");
    source(collection, question, &mut select);
    if let Some((ubigeo, code)) = question.after {
        select.push(" and (ubigeo, code) > (");
        select.push_bind(ubigeo.to_string()).push("::text, ");
        select.push_bind(code.to_owned()).push("::text)");
    }
    filter::order(question.sort, &mut select);
    select.push(" limit ").push_bind(question.limit);
    select.push(" offset ").push_bind(question.offset);
    let features = select
        .build_query_as::<Row>()
        .fetch_all(&mut **tx)
        .await?
        .into_iter()
        .map(|(ubigeo, code, attributes, from, change, geometry)| {
            let ubigeo = parse(&ubigeo, "ubigeo")?;
            Ok(feature(ubigeo, (code, attributes, from, change, geometry)))
        })
        .collect::<Result<_, Error>>()?;
    Ok(Page {
        features,
        matched: u64::try_from(matched).unwrap_or_default(),
        change: ChangeNumber(change),
    })
}

/// Which rows, with a condition that others can be put behind.
fn source(collection: &Collection, question: &Question<'_>, sql: &mut QueryBuilder<Postgres>) {
    match question.when {
        // They come from the provinces' files and have no versions.
        _ if *collection == Collection::Municipalities => {
            sql.push(" from (")
                .push(include_str!("../sql/municipalities_as_units.sql"));
            sql.push(") as held where true");
        }
        When::Now => {
            sql.push(" from spatial_unit where layer = ");
            sql.push_bind(collection.name().to_owned());
            sql.push(" and upper_inf(valid) and upper_inf(recorded)");
        }
        When::Past { from, to, known_at } => {
            sql.push(" from (select distinct on (ubigeo, code) * from spatial_unit where layer = ");
            sql.push_bind(collection.name().to_owned());
            sql.push(" and valid && daterange(").push_bind(from);
            sql.push(", ").push_bind(to);
            sql.push(", '[]') and recorded @> ").push_bind(known_at);
            sql.push("::timestamptz order by ubigeo, code, lower(valid) desc) as held where true");
        }
    }
    if let Some(area) = question.area {
        sql.push(" and st_intersects(geom, ");
        sql.push_bind(Official(area.clone())).push(")");
    }
    if let Some(condition) = question.filter {
        sql.push(" and ");
        filter::condition(condition, sql);
    }
}

/// Why the database had no answer to a filter, where the filter is to blame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// It takes too long.
    TooSlow,
    /// It has no value for some row: a number beyond all bounds, shapes that cannot be compared.
    NoValue,
}

/// Whether the filter is to blame for an error.
pub fn refused(error: &Error) -> Option<Refused> {
    let Error::Sql(sqlx::Error::Database(said)) = error else {
        return None;
    };
    match said.code()?.as_ref() {
        // query_canceled: the statement's time is over.
        "57014" => Some(Refused::TooSlow),
        // stack_depth_limit_exceeded, and what PostGIS says of shapes.
        "54001" | "XX000" => Some(Refused::NoValue),
        // Data exceptions.
        code if code.starts_with("22") => Some(Refused::NoValue),
        _ => None,
    }
}
