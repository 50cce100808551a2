//! The past: features as they held on a day, as known at a moment.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    collection::Collection,
    feature::Feature,
    id::Ubigeo,
    time::{AsOf, ChangeNumber},
};
use futures_util::TryStreamExt;
use geo_types::Geometry;

use crate::{
    Error, Store,
    geometry::Official,
    land::{Row, feature},
};

impl Store {
    /// One feature by its code, as of both times.
    pub async fn feature_as_of(
        &self,
        collection: &Collection,
        ubigeo: Ubigeo,
        code: &str,
        as_of: AsOf,
    ) -> Result<Option<Feature>, Error> {
        let row = sqlx::query_as::<_, Row>(include_str!("../sql/feature_as_of.sql"))
            .bind(collection.name())
            .bind(ubigeo.as_str())
            .bind(as_of.day)
            .bind(as_of.known_at)
            .bind(code)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| feature(ubigeo, row)))
    }

    /// The features of a layer whose box meets that of `place` (EPSG:32718), as of both times, by code.
    pub async fn features_as_of(
        &self,
        collection: &Collection,
        ubigeo: Ubigeo,
        place: &Geometry<f64>,
        as_of: AsOf,
    ) -> Result<Vec<Feature>, Error> {
        let rows = sqlx::query_as::<_, Row>(
            "select code, attributes::text, lower(valid), change_from, geom from spatial_unit
             where layer = $1 and ubigeo = $2 and valid @> $3 and recorded @> $4 and geom && $5
             order by code",
        )
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .bind(as_of.day)
        .bind(as_of.known_at)
        .bind(Official(place.clone()))
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| feature(ubigeo, row)).collect())
    }

    /// A whole layer of a municipality, as of both times, by code: as it comes off the wire.
    pub async fn layer_as_of(
        &self,
        collection: &Collection,
        ubigeo: Ubigeo,
        as_of: AsOf,
    ) -> Result<Vec<Feature>, Error> {
        let mut rows = sqlx::query_as::<_, Row>(
            "select code, attributes::text, lower(valid), change_from, geom from spatial_unit
             where layer = $1 and ubigeo = $2 and valid @> $3 and recorded @> $4
             order by code",
        )
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .bind(as_of.day)
        .bind(as_of.known_at)
        .fetch(&self.pool);
        let mut features = Vec::new();
        while let Some(row) = rows.try_next().await? {
            features.push(feature(ubigeo, row));
        }
        Ok(features)
    }

    /// The last day on which each theme of overlays of a municipality was brought up to date, as of both times.
    /// A theme that is missing has no data.
    pub async fn theme_days_as_of(
        &self,
        ubigeo: Ubigeo,
        as_of: AsOf,
    ) -> Result<BTreeMap<String, NaiveDate>, Error> {
        let days: Vec<(String, NaiveDate)> = sqlx::query_as(
            "select attributes->>'tipo', max(lower(valid)) from spatial_unit
             where layer = 'restricciones' and ubigeo = $1 and valid @> $2 and recorded @> $3
                 and attributes ? 'tipo'
             group by 1",
        )
        .bind(ubigeo.as_str())
        .bind(as_of.day)
        .bind(as_of.known_at)
        .fetch_all(&self.pool)
        .await?;
        Ok(days.into_iter().collect())
    }

    /// The last change that was known at a moment.
    pub async fn change_as_of(&self, as_of: AsOf) -> Result<ChangeNumber, Error> {
        let (number,): (i64,) =
            sqlx::query_as("select coalesce(max(number), 0) from change where at <= $1")
                .bind(as_of.known_at)
                .fetch_one(&self.pool)
                .await?;
        Ok(ChangeNumber(number))
    }
}
