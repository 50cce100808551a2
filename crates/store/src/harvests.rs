//! Harvests of sources, and the copies of layers of others that they brought.
//!
//! Who harvests a source holds its advisory lock on a connection of their own, as with jobs: should they die, it is free.

use chrono::{DateTime, Utc};
use geo_types::{Geometry, Rect};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, Postgres, Transaction, types::Json};

use crate::{Error, Store, geometry::Official};

/// Space of the advisory locks of sources. Any number would do.
const LOCK_SPACE: i32 = 2_202;

/// A harvest, as it ended.
#[derive(sqlx::FromRow, Clone, PartialEq, Debug)]
pub struct HarvestRow {
    /// Which, from 1.
    pub number: i32,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended.
    pub ended: DateTime<Utc>,
    /// `bien`, `fallo`.
    pub outcome: String,
    /// Why it failed.
    pub failure: Option<String>,
    /// Features that came.
    pub features: i64,
    /// Bytes that came.
    pub bytes: i64,
    /// Digest of the features.
    pub sha256: Option<Vec<u8>>,
    /// Whether it brought a copy of its own.
    pub kept: bool,
}

/// How the harvests of a source went.
#[derive(sqlx::FromRow, Clone, PartialEq, Debug)]
pub struct HarvestState {
    /// The source.
    pub source: String,
    /// Number of the last harvest.
    pub number: i32,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended.
    pub ended: DateTime<Utc>,
    /// `bien`, `fallo`.
    pub outcome: String,
    /// Why it failed.
    pub failure: Option<String>,
    /// How many failed since the last that went well.
    pub failures: i64,
    /// When the last that went well ended.
    pub good_at: Option<DateTime<Utc>>,
    /// How many features it found.
    pub good_features: Option<i64>,
    /// The harvest whose copy is shown.
    pub copy: Option<i32>,
}

/// A feature of others, as it is kept.
#[derive(Clone, PartialEq, Debug)]
pub struct OutsideRow {
    /// Its place in the copy, from 1.
    pub position: i32,
    /// What its owner knows it by.
    pub fid: String,
    /// Its attributes.
    pub attributes: Value,
    /// In EPSG:32718.
    pub geometry: Geometry<f64>,
}

/// A feature of others, as it comes: attributes are the text of a JSON object.
#[derive(Clone, PartialEq, Debug)]
pub struct NewOutside {
    /// What its owner knows it by.
    pub fid: String,
    /// Its attributes.
    pub attributes: String,
    /// In EPSG:32718.
    pub geometry: Geometry<f64>,
}

/// How a harvest ended, to be written down.
#[derive(Clone, PartialEq, Debug)]
pub struct Harvested {
    /// When it began.
    pub started: DateTime<Utc>,
    /// Why it failed; none where it went well.
    pub failure: Option<String>,
    /// Features that came.
    pub features: i64,
    /// Bytes that came.
    pub bytes: i64,
    /// Digest of the features.
    pub sha256: Option<[u8; 32]>,
}

/// A source that nobody else harvests meanwhile.
pub struct Harvesting {
    connection: PgConnection,
    source: String,
}

/// A copy that is being written. Dropped, it never was.
pub struct NewCopy<'a> {
    tx: Transaction<'a, Postgres>,
    source: &'a str,
    number: i32,
    position: i32,
}

type Read = (i32, String, Json<Value>, Official);

impl Store {
    /// How the harvests of the sources went, by code; of one, or of all that were ever harvested.
    pub async fn harvest_states(&self, source: Option<&str>) -> Result<Vec<HarvestState>, Error> {
        Ok(sqlx::query_as(include_str!("../sql/harvest_states.sql"))
            .bind(source)
            .fetch_all(&self.pool)
            .await?)
    }

    /// Harvests of a source, the last one first; before a number, at most so many.
    pub async fn harvests(
        &self,
        source: &str,
        before: Option<i32>,
        limit: i64,
    ) -> Result<Vec<HarvestRow>, Error> {
        Ok(sqlx::query_as(
            "select number, started, ended, outcome, failure, features, bytes, sha256, kept from harvest
             where source = $1 and ($2::int is null or number < $2) order by number desc limit $3",
        )
        .bind(source)
        .bind(before)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Features of the copy that a source has, in their order; after a place, within a box of EPSG:32718, at most so many.
    pub async fn outside_features(
        &self,
        (source, copy): (&str, i32),
        within: Option<Rect<f64>>,
        after: i32,
        limit: i64,
    ) -> Result<Vec<OutsideRow>, Error> {
        let sides = within.map(|within| {
            let (least, most) = (within.min(), within.max());
            vec![least.x, least.y, most.x, most.y]
        });
        let rows: Vec<Read> = sqlx::query_as(
            "select position, fid, attributes, geom from outside_feature
             where source = $1 and harvest = $2 and position > $3
                 and ($4::float8[] is null
                      or st_intersects(geom, st_makeenvelope($4[1], $4[2], $4[3], $4[4], 32718)))
             order by position limit $5",
        )
        .bind(source)
        .bind(copy)
        .bind(after)
        .bind(sides)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(position, fid, attributes, geometry)| OutsideRow {
                position,
                fid,
                attributes: attributes.0,
                geometry: geometry.0,
            })
            .collect())
    }

    /// The box around each copy that is shown, in EPSG:32718, by source: west, south, east, north.
    pub async fn outside_extents(&self) -> Result<Vec<(String, [f64; 4])>, Error> {
        let rows: Vec<(String, Option<Vec<f64>>)> = sqlx::query_as(
            "select distinct on (source) source, bounds from harvest where kept order by source, number desc",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .filter_map(|(source, bounds)| Some((source, bounds?.try_into().ok()?)))
            .collect())
    }

    /// Takes a source, so that nobody else harvests it; none where somebody does.
    pub async fn claim_source(&self, source: &str) -> Result<Option<Harvesting>, Error> {
        let mut connection = self.pool.acquire().await?;
        let taken: bool = sqlx::query_scalar("select pg_try_advisory_lock($1, hashtext($2))")
            .bind(LOCK_SPACE)
            .bind(source)
            .fetch_one(&mut *connection)
            .await?;
        Ok(taken.then(|| Harvesting {
            // Not one of the pool any more: closed at the end, or with us, it lets go of the lock.
            connection: connection.detach(),
            source: source.to_owned(),
        }))
    }
}

impl Harvesting {
    /// Begins a copy.
    pub async fn copy(&mut self) -> Result<NewCopy<'_>, Error> {
        let mut tx = self.connection.begin().await?;
        let number = next(&mut tx, &self.source).await?;
        Ok(NewCopy {
            tx,
            source: &self.source,
            number,
            position: 0,
        })
    }

    /// Writes down a harvest that brought nothing to keep: it failed, or found what is there already.
    pub async fn note(&mut self, harvested: &Harvested) -> Result<i32, Error> {
        let mut tx = self.connection.begin().await?;
        let number = next(&mut tx, &self.source).await?;
        write(&mut tx, (&self.source, number), harvested, false).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// Lets go of the source.
    pub async fn release(self) -> Result<(), Error> {
        Ok(self.connection.close().await?)
    }
}

impl NewCopy<'_> {
    /// Writes some of its features.
    pub async fn push(&mut self, features: Vec<NewOutside>) -> Result<(), Error> {
        let mut positions = Vec::with_capacity(features.len());
        let mut fids = Vec::with_capacity(features.len());
        let mut attributes = Vec::with_capacity(features.len());
        let mut shapes: Vec<Vec<u8>> = Vec::with_capacity(features.len());
        for feature in features {
            self.position += 1;
            positions.push(self.position);
            fids.push(feature.fid);
            attributes.push(feature.attributes);
            let mut shape = Vec::new();
            crate::geometry::write_ewkb(&feature.geometry, &mut shape)
                .map_err(|error| Error::Sql(sqlx::Error::Encode(Box::new(error))))?;
            shapes.push(shape);
        }
        sqlx::query(
            "insert into outside_feature (source, harvest, position, fid, attributes, geom)
             select $1, $2, f.position, f.fid, f.attributes::jsonb, st_geomfromewkb(f.shape)
             from unnest($3::int[], $4::text[], $5::text[], $6::bytea[]) as f (position, fid, attributes, shape)",
        )
        .bind(self.source)
        .bind(self.number)
        .bind(positions)
        .bind(fids)
        .bind(attributes)
        .bind(shapes)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// It came whole: from now on it is the one that is shown. Of the earlier ones the last stays.
    pub async fn keep(mut self, harvested: &Harvested) -> Result<i32, Error> {
        write(&mut self.tx, (self.source, self.number), harvested, true).await?;
        sqlx::query(
            "delete from outside_feature where source = $1 and harvest < (
                 select number from harvest where source = $1 and kept order by number desc offset 1 limit 1)",
        )
        .bind(self.source)
        .execute(&mut *self.tx)
        .await?;
        self.tx.commit().await?;
        Ok(self.number)
    }
}

async fn next(tx: &mut Transaction<'_, Postgres>, source: &str) -> Result<i32, Error> {
    Ok(
        sqlx::query_scalar("select coalesce(max(number), 0) + 1 from harvest where source = $1")
            .bind(source)
            .fetch_one(&mut **tx)
            .await?,
    )
}

async fn write(
    tx: &mut Transaction<'_, Postgres>,
    (source, number): (&str, i32),
    harvested: &Harvested,
    kept: bool,
) -> Result<(), Error> {
    let outcome = if harvested.failure.is_some() {
        "fallo"
    } else {
        "bien"
    };
    // The clock of who harvests and that of the database are not one.
    sqlx::query(
        "insert into harvest (source, number, started, ended, outcome, failure, features, bytes, sha256, kept, bounds)
         select $1, $2, least($3, clock_timestamp()), clock_timestamp(), $4, $5, $6, $7, $8, $9,
             case when count(*) > 0 then
                 array[min(st_xmin(geom)), min(st_ymin(geom)), max(st_xmax(geom)), max(st_ymax(geom))] end
         from outside_feature where source = $1 and harvest = $2",
    )
    .bind(source)
    .bind(number)
    .bind(harvested.started)
    .bind(outcome)
    .bind(&harvested.failure)
    .bind(harvested.features)
    .bind(harvested.bytes)
    .bind(harvested.sha256.map(|digest| digest.to_vec()))
    .bind(kept)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
