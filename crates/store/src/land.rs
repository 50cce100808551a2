//! The land in force: what snapshots are made of, and what a publication closes.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    collection::Collection, feature::Feature, id::Ubigeo, plan::Theme, province::Municipality,
    time::ChangeNumber,
};
use futures_util::TryStreamExt;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::{
    Act, Error, Store,
    changes::{HEADS, Heads},
    geometry::Official,
};

/// Digest of each feature in force by its code.
pub type InForce = HashMap<Box<str>, u128>;

/// A reading of the database at one moment: all that comes from it belongs to one change number.
pub struct Reading {
    pub(crate) tx: Transaction<'static, Postgres>,
    heads: Heads,
}

impl Store {
    /// Begins to read what is in force now.
    pub async fn read(&self) -> Result<Reading, Error> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("set transaction isolation level repeatable read read only")
            .execute(&mut *tx)
            .await?;
        let (change, certificates) = sqlx::query_as(HEADS).fetch_one(&mut *tx).await?;
        Ok(Reading {
            tx,
            heads: Heads {
                change: ChangeNumber(change),
                certificates,
            },
        })
    }

    /// The digests in force of one layer of a municipality, to tell what a file would change.
    pub async fn in_force(
        &self,
        collection: &Collection,
        ubigeo: Ubigeo,
    ) -> Result<InForce, Error> {
        in_force(&self.pool, collection, ubigeo).await
    }
}

async fn in_force<'c>(
    executor: impl sqlx::PgExecutor<'c>,
    collection: &Collection,
    ubigeo: Ubigeo,
) -> Result<InForce, Error> {
    let mut rows = sqlx::query_as::<_, (Box<str>, Uuid)>(
        "select code, content from spatial_unit
         where layer = $1 and ubigeo = $2 and upper_inf(valid) and upper_inf(recorded)",
    )
    .bind(collection.name())
    .bind(ubigeo.as_str())
    .fetch(executor);
    let mut found = InForce::new();
    while let Some((code, content)) = rows.try_next().await? {
        found.insert(code, content.as_u128());
    }
    Ok(found)
}

impl Reading {
    /// How far this reading goes.
    pub fn heads(&self) -> Heads {
        self.heads
    }

    /// The layers that changes after `since` touched, by municipality.
    pub async fn touched_since(
        &mut self,
        since: ChangeNumber,
    ) -> Result<Vec<(Ubigeo, Collection)>, Error> {
        sqlx::query_as::<_, (String, String)>(
            "select distinct ubigeo, layer from change
             where number > $1 and ubigeo is not null and layer is not null order by ubigeo, layer",
        )
        .bind(since.0)
        .fetch_all(&mut *self.tx)
        .await?
        .into_iter()
        .map(|(ubigeo, layer)| Ok((parse(&ubigeo, "ubigeo")?, parse(&layer, "layer")?)))
        .collect()
    }

    /// All municipalities of the service, by ubigeo.
    pub async fn municipalities(&mut self) -> Result<Vec<Municipality>, Error> {
        crate::places::municipalities(&mut *self.tx).await
    }

    /// All themes of overlays, by code.
    pub async fn themes(&mut self) -> Result<Vec<Theme>, Error> {
        crate::themes::themes(&mut *self.tx).await
    }

    /// Hands each feature in force of a layer to `each`, in the order of their codes, as it comes off the wire.
    pub async fn features(
        &mut self,
        ubigeo: Ubigeo,
        collection: &Collection,
        mut each: impl FnMut(Feature),
    ) -> Result<(), Error> {
        let mut rows = sqlx::query_as::<_, Row>(
            "select code, attributes::text, lower(valid), change_from, geom from spatial_unit
             where layer = $1 and ubigeo = $2 and upper_inf(valid) and upper_inf(recorded)
             order by code",
        )
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .fetch(&mut *self.tx);
        while let Some(row) = rows.try_next().await? {
            each(feature(ubigeo, row));
        }
        Ok(())
    }
}

/// A feature as every statement of this crate selects it: code, attributes, first day, change, shape.
pub(crate) type Row = (Box<str>, String, NaiveDate, i64, Official);

pub(crate) fn feature(
    ubigeo: Ubigeo,
    (code, attributes, valid_from, change, geometry): Row,
) -> Feature {
    Feature {
        ubigeo,
        code,
        geometry: geometry.0,
        attributes: attributes.into_boxed_str(),
        valid_from,
        change: ChangeNumber(change),
    }
}

pub(crate) fn parse<T: std::str::FromStr>(text: &str, column: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::Row {
        table: "spatial_unit",
        key: text.to_owned(),
        what: format!("column {column} holds what it cannot hold"),
    })
}

impl Act {
    /// The digests in force of one layer of a municipality, which nobody changes until this act ends.
    pub async fn in_force(
        &mut self,
        collection: &Collection,
        ubigeo: Ubigeo,
    ) -> Result<InForce, Error> {
        in_force(&mut *self.draft.tx, collection, ubigeo).await
    }

    /// The change that wrote what is in force under a code, which nobody changes until this act ends.
    pub async fn version_in_force(
        &mut self,
        collection: &Collection,
        ubigeo: Ubigeo,
        code: &str,
    ) -> Result<Option<i64>, Error> {
        Ok(sqlx::query_scalar(
            "select change_from from spatial_unit
             where layer = $1 and ubigeo = $2 and code = $3 and upper_inf(valid) and upper_inf(recorded)",
        )
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .bind(code)
        .fetch_optional(&mut *self.draft.tx)
        .await?)
    }

    /// Closes what is in force under these codes: it is no longer said, and from `valid_to` on it no longer holds.
    /// Until that day it is recorded again as what held.
    pub async fn close(
        &mut self,
        collection: &Collection,
        ubigeo: Ubigeo,
        codes: &[String],
        valid_to: NaiveDate,
    ) -> Result<u64, Error> {
        let done = sqlx::query(include_str!("../sql/close_versions.sql"))
            .bind(collection.name())
            .bind(ubigeo.as_str())
            .bind(codes)
            .bind(valid_to)
            .bind(self.recorded_at())
            .bind(self.number().0)
            .fetch_one(&mut *self.draft.tx)
            .await?;
        let closed: i64 = sqlx::Row::try_get(&done, 0)?;
        Ok(u64::try_from(closed).unwrap_or_default())
    }
}
