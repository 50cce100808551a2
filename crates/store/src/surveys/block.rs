//! The lots of a block: those in force, and every code that it ever gave.

use domain::{collection::Collection, id::Ubigeo};
use geo_types::Geometry;

use crate::{Error, Store, geometry::Official};

/// A lot in force: its code, its attributes as JSON, its shape in EPSG:32718.
pub type LotInForce = (String, String, Geometry<f64>);

impl Store {
    /// Lots in force whose codes begin with some digits, by code.
    pub async fn lots_of(&self, ubigeo: Ubigeo, digits: &str) -> Result<Vec<LotInForce>, Error> {
        let rows: Vec<(String, String, Official)> = sqlx::query_as(
            "select code, attributes::text, geom from spatial_unit
             where layer = $1 and ubigeo = $2 and upper_inf(valid) and upper_inf(recorded)
                 and code >= $3 and code < $3 || '~'
             order by code",
        )
        .bind(Collection::Parcels.name())
        .bind(ubigeo.as_str())
        .bind(digits)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(code, attributes, shape)| (code, attributes, shape.0))
            .collect())
    }

    /// Codes of lots that begin with some digits, of today and of any day before.
    pub async fn codes_given(&self, ubigeo: Ubigeo, digits: &str) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(
            "select distinct code from spatial_unit
             where layer = $1 and ubigeo = $2 and code >= $3 and code < $3 || '~' order by 1",
        )
        .bind(Collection::Parcels.name())
        .bind(ubigeo.as_str())
        .bind(digits)
        .fetch_all(&self.pool)
        .await?)
    }
}
