//! Observations of citizens, and what the Comité de Gestión did with them.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::{
    id::Ubigeo,
    observation::{About, ObservationNumber, State, Step},
};
use geo_types::{Coord, Geometry, Point, Rect};
use uuid::Uuid;

use crate::{Act, Error, Store, geometry::Official, land::parse};

/// An observation as it comes in.
#[derive(Clone, Debug)]
pub struct NewObservation<'a> {
    /// Its identity.
    pub id: Uuid,
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Where, in EPSG:32718.
    pub place: Coord<f64>,
    /// What it is about.
    pub about: About,
    /// Which one.
    pub object: Option<&'a str>,
    /// What is observed.
    pub words: &'a str,
    /// Digest of the code on its receipt.
    pub receipt: [u8; 32],
    /// Last day for its answer.
    pub due_on: NaiveDate,
}

/// An observation as it is kept.
#[derive(Clone, Debug)]
pub struct ObservationRow {
    /// Its identity.
    pub id: Uuid,
    /// Its number.
    pub number: ObservationNumber,
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Where, in EPSG:32718.
    pub place: Coord<f64>,
    /// What it is about.
    pub about: About,
    /// Which one.
    pub object: Option<String>,
    /// What is observed.
    pub words: String,
    /// When it came.
    pub made_at: DateTime<Utc>,
    /// Last day for its answer.
    pub due_on: NaiveDate,
    /// Where it is on its way.
    pub state: State,
    /// Since when.
    pub moved_at: DateTime<Utc>,
}

/// What was done with an observation.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct ObservationStepRow {
    /// Which observation.
    pub observation: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// `publicar`, `archivar`, `responder`.
    pub step: String,
    /// In which words.
    pub words: String,
}

/// One observation.
#[derive(Clone, Copy, Debug)]
pub enum OneObservation {
    /// By its identity.
    Id(Uuid),
    /// By the digest of the code on its receipt.
    Receipt([u8; 32]),
}

/// Which observations are asked for.
#[derive(Clone, Default, Debug)]
pub struct ObservationQuestion {
    /// Of a municipality.
    pub ubigeo: Option<Ubigeo>,
    /// In one of these states; in any, where it is empty.
    pub states: Vec<State>,
    /// About this.
    pub about: Option<About>,
    /// About this one.
    pub object: Option<String>,
    /// In this box of EPSG:32718.
    pub within: Option<Rect<f64>>,
    /// Older than this one.
    pub before: Option<(DateTime<Utc>, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

/// Observations of one cell of a grid.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct ClusterRow {
    /// The middle of them, in EPSG:32718.
    pub x: f64,
    /// The same, to the north.
    pub y: f64,
    /// The box around them.
    pub west: f64,
    /// Its southern side.
    pub south: f64,
    /// Its eastern side.
    pub east: f64,
    /// Its northern side.
    pub north: f64,
    /// How many.
    pub count: i64,
    /// How many of them have their answer.
    pub answered: i64,
    /// Which, where it is one.
    pub id: Option<Uuid>,
}

/// How many observations there are, by state, and how they were answered.
#[derive(sqlx::FromRow, Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct CountsRow {
    /// Not read yet.
    pub received: i64,
    /// Shown, without an answer yet.
    pub published: i64,
    /// With their answer.
    pub answered: i64,
    /// Not shown.
    pub shelved: i64,
    /// Answered by their last day.
    pub in_term: i64,
    /// Open, their last day over.
    pub overdue: i64,
}

const COLUMNS: &str =
    "select id, year, number, ubigeo, st_x(place) as x, st_y(place) as y, about, object, words, made_at, due_on, state, moved_at
    from observation where";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    year: i32,
    number: i32,
    ubigeo: String,
    // As numbers: a shape's type would be looked up between the preparing of the statement and its running.
    x: f64,
    y: f64,
    about: String,
    object: Option<String>,
    words: String,
    made_at: DateTime<Utc>,
    due_on: NaiveDate,
    state: String,
    moved_at: DateTime<Utc>,
}

impl Store {
    /// Observations, the newest first.
    pub async fn observations(
        &self,
        question: &ObservationQuestion,
    ) -> Result<Vec<ObservationRow>, Error> {
        let states: Vec<&str> = question.states.iter().map(|state| state.name()).collect();
        let within = question.within;
        // Planned for what is asked: a plan for any question reads all of them.
        sqlx::query_as::<_, Row>(include_str!("../sql/observations.sql"))
            .persistent(false)
            .bind(question.ubigeo.as_ref().map(Ubigeo::as_str))
            .bind(states)
            .bind(question.about.map(About::name))
            .bind(question.object.as_deref())
            .bind(question.before.map(|(at, _)| at))
            .bind(question.before.map(|(_, id)| id))
            .bind(within.map(|ground| ground.min().x))
            .bind(within.map(|ground| ground.min().y))
            .bind(within.map(|ground| ground.max().x))
            .bind(within.map(|ground| ground.max().y))
            .bind(question.limit)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
    }

    /// One observation, where it is there.
    pub async fn observation(&self, one: OneObservation) -> Result<Option<ObservationRow>, Error> {
        let row = match one {
            OneObservation::Id(id) => {
                sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(format!("{COLUMNS} id = $1")))
                    .bind(id)
                    .fetch_optional(&self.pool)
                    .await?
            }
            OneObservation::Receipt(digest) => {
                sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(format!("{COLUMNS} receipt = $1")))
                    .bind(digest.to_vec())
                    .fetch_optional(&self.pool)
                    .await?
            }
        };
        row.map(parsed).transpose()
    }

    /// Observations of a question in a box, by cells of a grid (their side in metres). Pages and objects of the question
    /// do not count.
    pub async fn observation_clusters(
        &self,
        question: &ObservationQuestion,
        within: Rect<f64>,
        side_m: f64,
    ) -> Result<Vec<ClusterRow>, Error> {
        let states: Vec<&str> = question.states.iter().map(|state| state.name()).collect();
        Ok(
            sqlx::query_as(include_str!("../sql/observation_clusters.sql"))
                .persistent(false)
                .bind(question.ubigeo.as_ref().map(Ubigeo::as_str))
                .bind(states)
                .bind(question.about.map(About::name))
                .bind(within.min().x)
                .bind(within.min().y)
                .bind(within.max().x)
                .bind(within.max().y)
                .bind(side_m)
                .fetch_all(&self.pool)
                .await?,
        )
    }

    /// How many observations there are of a municipality and about something, as of a day.
    pub async fn observation_counts(
        &self,
        ubigeo: Option<Ubigeo>,
        about: Option<About>,
        today: NaiveDate,
    ) -> Result<CountsRow, Error> {
        Ok(
            sqlx::query_as(include_str!("../sql/observation_counts.sql"))
                .persistent(false)
                .bind(ubigeo.as_ref().map(Ubigeo::as_str))
                .bind(about.map(About::name))
                .bind(today)
                .fetch_one(&self.pool)
                .await?,
        )
    }

    /// Whether there is any.
    pub async fn has_observations(&self) -> Result<bool, Error> {
        Ok(
            sqlx::query_scalar("select exists (select from observation)")
                .fetch_one(&self.pool)
                .await?,
        )
    }

    /// The municipality and the middle (EPSG:32718) of a survey that was examined and found in order: what may be shown to
    /// the public. None of any other.
    pub async fn survey_shown(
        &self,
        id: Uuid,
    ) -> Result<Option<(Ubigeo, Option<Coord<f64>>)>, Error> {
        let row: Option<(String, Option<f64>, Option<f64>)> = sqlx::query_as(
            "select s.ubigeo, st_x(st_centroid(e.box)), st_y(st_centroid(e.box))
             from survey s,
                 lateral (select st_extent(geom)::geometry as box from survey_row
                          where survey = s.id and replaced_by is null and removed is not true) e
             where s.id = $1 and s.state in ('conforme', 'aprobado', 'publicado')",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|(ubigeo, x, y)| {
            let at = x.zip(y).map(Coord::from);
            Ok((parse(&ubigeo, "ubigeo")?, at))
        })
        .transpose()
    }

    /// What was done with some observations, the first step first.
    pub async fn observation_steps(&self, of: &[Uuid]) -> Result<Vec<ObservationStepRow>, Error> {
        Ok(sqlx::query_as(
            "select observation, at, step, words from observation_step where observation = any ($1)
             order by observation, number",
        )
        .bind(of)
        .fetch_all(&self.pool)
        .await?)
    }
}

impl Act {
    /// Takes an observation; gives its number.
    pub async fn observe(&mut self, new: &NewObservation<'_>) -> Result<ObservationNumber, Error> {
        let (at, year) = (self.recorded_at(), self.day().year());
        let number: i32 = sqlx::query_scalar(
            "insert into observation (id, year, number, ubigeo, place, about, object, words, receipt, made_at, due_on, moved_at)
             select $1, $2, (select coalesce(max(number), 0) + 1 from observation where year = $2), $3, $4, $5, $6, $7, $8,
                 $9, $10, $9
             returning number",
        )
        .bind(new.id)
        .bind(year)
        .bind(new.ubigeo.as_str())
        .bind(Official(Geometry::Point(Point(new.place))))
        .bind(new.about.name())
        .bind(new.object)
        .bind(new.words)
        .bind(&new.receipt[..])
        .bind(at)
        .bind(new.due_on)
        .fetch_one(&mut *self.draft.tx)
        .await?;
        Ok(ObservationNumber { year, number })
    }

    /// Takes a step with an observation, where it is still in the state that was read. Says whether it was.
    pub async fn move_observation(
        &mut self,
        id: Uuid,
        account: Uuid,
        (from, step, to): (State, Step, State),
        words: &str,
    ) -> Result<bool, Error> {
        let at = self.recorded_at();
        let moved = sqlx::query(
            "update observation set state = $3, moved_at = $4 where id = $1 and state = $2",
        )
        .bind(id)
        .bind(from.name())
        .bind(to.name())
        .bind(at)
        .execute(&mut *self.draft.tx)
        .await?;
        if moved.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "insert into observation_step (observation, number, at, account, step, words)
             select $1, (select coalesce(max(number), 0) + 1 from observation_step where observation = $1), $2, $3, $4, $5",
        )
        .bind(id)
        .bind(at)
        .bind(account)
        .bind(step.name())
        .bind(words)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(true)
    }
}

fn parsed(row: Row) -> Result<ObservationRow, Error> {
    let broken = |what: &str| Error::Row {
        table: "observation",
        key: row.id.to_string(),
        what: what.to_owned(),
    };
    Ok(ObservationRow {
        number: ObservationNumber {
            year: row.year,
            number: row.number,
        },
        ubigeo: parse(&row.ubigeo, "ubigeo")?,
        about: row.about.parse().map_err(|_| broken("about"))?,
        state: row.state.parse().map_err(|_| broken("state"))?,
        place: Coord { x: row.x, y: row.y },
        id: row.id,
        object: row.object,
        words: row.words,
        made_at: row.made_at,
        due_on: row.due_on,
        moved_at: row.moved_at,
    })
}
