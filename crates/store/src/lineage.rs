//! What a parcel was, and which it came from.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{collection::Collection, time::AsOf};
use geo_types::{Coord, Point};

use crate::{Error, Store, geometry::Official};

/// A version of a parcel on both time axes, with the change that opened it.
#[derive(sqlx::FromRow, Debug)]
pub struct VersionRow {
    /// Municipality.
    pub ubigeo: String,
    /// Code.
    pub code: String,
    /// First day on which it held.
    pub valid_from: NaiveDate,
    /// First day on which it held no more.
    pub valid_to: Option<NaiveDate>,
    /// Since when the service says so.
    pub recorded_from: DateTime<Utc>,
    /// Since when it says so no more.
    pub recorded_to: Option<DateTime<Utc>>,
    /// The change that opened it.
    pub change_from: i64,
    /// The change that closed it.
    pub change_to: Option<i64>,
    /// What the change was: `levantamiento`, `ingesta`…
    pub kind: String,
    /// Why.
    pub reason: String,
    /// The document behind it.
    pub document: Option<String>,
    /// Attributes, as the text of a JSON object.
    pub attributes: String,
    /// Area in the projection, in square metres.
    pub area_m2: f64,
    /// Shape as GeoJSON in CRS84.
    pub shape: String,
}

/// A link between two parcels, with the change that made it.
#[derive(sqlx::FromRow, Debug)]
pub struct LinkRow {
    /// `subdivision`, `acumulacion`, `reajuste`, `renumeracion`.
    pub operation: String,
    /// It came before.
    pub parent: String,
    /// It came after.
    pub child: String,
    /// The change.
    pub change: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// The document behind it.
    pub document: Option<String>,
    /// How many steps away, from 1.
    pub steps: i32,
}

impl Store {
    /// All versions of a feature, the first one first.
    pub async fn versions(
        &self,
        collection: &Collection,
        code: &str,
    ) -> Result<Vec<VersionRow>, Error> {
        Ok(sqlx::query_as(include_str!("../sql/versions.sql"))
            .bind(collection.name())
            .bind(code)
            .bind(None::<Official>)
            .bind(None::<NaiveDate>)
            .bind(None::<DateTime<Utc>>)
            .fetch_all(&self.pool)
            .await?)
    }

    /// All that ever was at a place in EPSG:32718; where a moment is named, what held then as it was known then.
    pub async fn versions_at(
        &self,
        collection: &Collection,
        place: Coord<f64>,
        as_of: Option<AsOf>,
    ) -> Result<Vec<VersionRow>, Error> {
        Ok(sqlx::query_as(include_str!("../sql/versions.sql"))
            .bind(collection.name())
            .bind(None::<&str>)
            .bind(Some(Official(Point(place).into())))
            .bind(as_of.map(|as_of| as_of.day))
            .bind(as_of.map(|as_of| as_of.known_at))
            .fetch_all(&self.pool)
            .await?)
    }

    /// The parcels that a parcel comes from, as far back as is known: the nearest ones first.
    pub async fn ancestors(
        &self,
        collection: &Collection,
        code: &str,
    ) -> Result<Vec<LinkRow>, Error> {
        self.links(include_str!("../sql/ancestors.sql"), collection, code)
            .await
    }

    /// The parcels that came from a parcel: the nearest ones first.
    pub async fn descendants(
        &self,
        collection: &Collection,
        code: &str,
    ) -> Result<Vec<LinkRow>, Error> {
        self.links(include_str!("../sql/descendants.sql"), collection, code)
            .await
    }

    async fn links(
        &self,
        statement: &'static str,
        collection: &Collection,
        code: &str,
    ) -> Result<Vec<LinkRow>, Error> {
        Ok(sqlx::query_as(statement)
            .bind(collection.name())
            .bind(code)
            .fetch_all(&self.pool)
            .await?)
    }
}
