//! Parcels in force around those of a file.

use domain::{collection::Collection, id::Ubigeo};
use geo_types::{Geometry, Rect};

use crate::{Error, Store, geometry::Official};

/// A parcel in force: its code, and its shape in EPSG:32718.
pub type Standing = (String, Geometry<f64>);

impl Store {
    /// Parcels in force with some codes, and up to `limit` others whose boxes come within some metres of a box in
    /// EPSG:32718.
    pub async fn standing(
        &self,
        collection: &Collection,
        ubigeo: Ubigeo,
        codes: &[String],
        (around, reach_m): (Rect<f64>, f64),
        limit: i64,
    ) -> Result<Vec<Standing>, Error> {
        let rows: Vec<(String, Official)> = sqlx::query_as(include_str!("../../sql/standing.sql"))
            .bind(collection.name())
            .bind(ubigeo.as_str())
            .bind(codes)
            .bind(around.min().x - reach_m)
            .bind(around.min().y - reach_m)
            .bind(around.max().x + reach_m)
            .bind(around.max().y + reach_m)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(code, shape)| (code, shape.0))
            .collect())
    }
}
