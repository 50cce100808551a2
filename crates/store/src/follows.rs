//! Places that people follow, and what they are told of them.

use chrono::{DateTime, Utc};
use domain::id::Ubigeo;
use geo_types::{Geometry, MultiPolygon};
use uuid::Uuid;

use crate::{Act, Draft, Error, geometry::Official, land::parse};

/// A place.
#[derive(Clone, PartialEq, Debug)]
pub enum Followed {
    /// A parcel by its code.
    Parcel(String),
    /// Ground in EPSG:32718.
    Area(MultiPolygon<f64>),
}

/// A place that somebody follows.
#[derive(Clone, Debug)]
pub struct FollowRow {
    /// Its identity.
    pub id: Uuid,
    /// Who follows it.
    pub account: Uuid,
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// The place.
    pub place: Followed,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Something that somebody is told.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct NoticeRow {
    /// Its number: later ones are greater.
    pub id: i64,
    /// What it is about.
    pub follow: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The change that it tells of.
    pub change: i64,
    /// What is told, as JSON.
    pub content: String,
}

type Row = (
    Uuid,
    Uuid,
    String,
    Option<String>,
    Option<Official>,
    DateTime<Utc>,
);

const COLUMNS: &str =
    "select id, account, ubigeo, parcel, area, since from follow where ended_at is null and";

impl Draft {
    /// What an account follows, the newest first.
    pub async fn follows(&mut self, account: Uuid) -> Result<Vec<FollowRow>, Error> {
        let statement = format!("{COLUMNS} account = $1 order by since desc");
        sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
            .bind(account)
            .fetch_all(&mut *self.tx)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
    }

    /// What anybody follows in a municipality.
    pub async fn follows_in(&mut self, ubigeo: Ubigeo) -> Result<Vec<FollowRow>, Error> {
        let statement = format!("{COLUMNS} ubigeo = $1 order by since");
        sqlx::query_as::<_, Row>(sqlx::AssertSqlSafe(statement))
            .bind(ubigeo.as_str())
            .fetch_all(&mut *self.tx)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
    }

    /// Follows a place.
    pub async fn follow(
        &mut self,
        id: Uuid,
        account: Uuid,
        ubigeo: Ubigeo,
        place: &Followed,
    ) -> Result<(), Error> {
        let (parcel, area) = match place {
            Followed::Parcel(code) => (Some(code.as_str()), None),
            Followed::Area(area) => (None, Some(Official(Geometry::MultiPolygon(area.clone())))),
        };
        sqlx::query(
            "insert into follow (id, account, ubigeo, parcel, area) values ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(account)
        .bind(ubigeo.as_str())
        .bind(parcel)
        .bind(area)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Follows a place no more. Says whether the account did.
    pub async fn unfollow(&mut self, id: Uuid, account: Uuid) -> Result<bool, Error> {
        let done = sqlx::query(
            "update follow set ended_at = clock_timestamp()
             where id = $1 and account = $2 and ended_at is null",
        )
        .bind(id)
        .bind(account)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// What an account was told before a number, the newest first.
    pub async fn notices(
        &mut self,
        account: Uuid,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<NoticeRow>, Error> {
        Ok(sqlx::query_as(
            "select id, follow, at, change, content::text as content from notice
             where account = $1 and ($2::bigint is null or id < $2) order by id desc limit $3",
        )
        .bind(account)
        .bind(before)
        .bind(limit)
        .fetch_all(&mut *self.tx)
        .await?)
    }
}

impl Act {
    /// Tells those who follow some places, each in words of their own as JSON.
    pub async fn tell(&mut self, told: &[(&FollowRow, String)]) -> Result<(), Error> {
        let (at, change) = (self.recorded_at(), self.number().0);
        let accounts: Vec<Uuid> = told.iter().map(|(follow, _)| follow.account).collect();
        let follows: Vec<Uuid> = told.iter().map(|(follow, _)| follow.id).collect();
        let contents: Vec<&str> = told.iter().map(|(_, content)| content.as_str()).collect();
        sqlx::query(
            "insert into notice (account, follow, at, change, content)
             select account, follow, $1, $2, content::json
             from unnest($3::uuid[], $4::uuid[], $5::text[]) as told (account, follow, content)",
        )
        .bind(at)
        .bind(change)
        .bind(accounts)
        .bind(follows)
        .bind(contents)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }
}

fn parsed((id, account, ubigeo, parcel, area, since): Row) -> Result<FollowRow, Error> {
    let place = match (parcel, area.map(|area| area.0)) {
        (Some(code), _) => Followed::Parcel(code),
        (None, Some(Geometry::MultiPolygon(area))) => Followed::Area(area),
        _ => {
            return Err(Error::Row {
                table: "follow",
                key: id.to_string(),
                what: "it names no place".to_owned(),
            });
        }
    };
    Ok(FollowRow {
        id,
        account,
        ubigeo: parse(&ubigeo, "ubigeo")?,
        place,
        since,
    })
}
