//! Progress of cadastral projects, from what was published, block by block.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{id::Ubigeo, time::AsOf};
use geo_types::Geometry;
use serde_json::{Value, json};

use crate::{Error, Store, geometry::write_ewkb};

/// The ground and the days of a project.
#[derive(Clone, Debug)]
pub struct ProjectGround {
    /// Its municipality.
    pub ubigeo: Ubigeo,
    /// Its area in EPSG:32718; none where it is said by sectors.
    pub area: Option<Geometry<f64>>,
    /// Codes of its sectors.
    pub sectors: Vec<String>,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

/// A block of a project.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct BlockRow {
    /// Which of the projects asked for, from zero.
    pub n: i32,
    /// Its code.
    pub code: String,
    /// Parcels in force.
    pub parcels: i32,
    /// Of those, with a version that a survey published within the project's days.
    pub published: i32,
    /// When the last of these was published.
    pub last_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The blocks of projects with what was published of them, as of a point in time; by project and code.
    pub async fn cadastral_progress(
        &self,
        projects: &[ProjectGround],
        as_of: AsOf,
    ) -> Result<Vec<BlockRow>, Error> {
        let asked: Vec<Value> = projects
            .iter()
            .enumerate()
            .map(|(n, project)| {
                Ok(json!({
                    "n": n,
                    "ubigeo": project.ubigeo.as_str(),
                    "area": project.area.as_ref().map(hexadecimal).transpose()?,
                    "sectors": project.sectors,
                    "first": project.first,
                    "last": project.last,
                }))
            })
            .collect::<Result<_, Error>>()?;
        Ok(
            sqlx::query_as(include_str!("../sql/cadastral_progress.sql"))
                .bind(Value::Array(asked))
                .bind(as_of.known_at)
                .bind(as_of.day)
                .fetch_all(&self.pool)
                .await?,
        )
    }
}

fn hexadecimal(shape: &Geometry<f64>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    write_ewkb(shape, &mut bytes).map_err(|error| Error::Row {
        table: "dossier",
        key: "area".to_owned(),
        what: error.to_string(),
    })?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
