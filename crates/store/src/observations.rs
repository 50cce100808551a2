//! Observations of citizens, and what the Comité de Gestión did with them.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::{
    id::Ubigeo,
    observation::{About, ObservationNumber, State, Step},
};
use geo_types::{Coord, Geometry, Point};
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

/// Which observations are asked for.
#[derive(Clone, Default, Debug)]
pub struct ObservationQuestion {
    /// This one.
    pub id: Option<Uuid>,
    /// The one with this receipt.
    pub receipt: Option<[u8; 32]>,
    /// Of a municipality.
    pub ubigeo: Option<Ubigeo>,
    /// In one of these states; in any, where it is empty.
    pub states: Vec<State>,
    /// About this.
    pub about: Option<About>,
    /// About this one.
    pub object: Option<String>,
    /// Older than this one.
    pub before: Option<(DateTime<Utc>, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    year: i32,
    number: i32,
    ubigeo: String,
    place: Official,
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
        sqlx::query_as::<_, Row>(include_str!("../sql/observations.sql"))
            .bind(question.id)
            .bind(question.receipt.as_ref().map(<[u8; 32]>::as_slice))
            .bind(question.ubigeo.as_ref().map(Ubigeo::as_str))
            .bind(states)
            .bind(question.about.map(About::name))
            .bind(question.object.as_deref())
            .bind(question.before.map(|(at, _)| at))
            .bind(question.before.map(|(_, id)| id))
            .bind(question.limit)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
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
    let Geometry::Point(Point(place)) = row.place.0 else {
        return Err(broken("place"));
    };
    Ok(ObservationRow {
        number: ObservationNumber {
            year: row.year,
            number: row.number,
        },
        ubigeo: parse(&row.ubigeo, "ubigeo")?,
        about: row.about.parse().map_err(|_| broken("about"))?,
        state: row.state.parse().map_err(|_| broken("state"))?,
        place,
        id: row.id,
        object: row.object,
        words: row.words,
        made_at: row.made_at,
        due_on: row.due_on,
        moved_at: row.moved_at,
    })
}
