//! Rows of land into PostGIS by binary COPY.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{collection::Collection, id::Ubigeo, time::ChangeNumber};
use geo_types::Geometry;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, PgConnection, postgres::PgCopyIn};
use uuid::Uuid;

use crate::{Act, Draft, Error, geometry::write_ewkb};

/// What all rows of one load share; makes the bytes of each row. Works on any thread, without the database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowEncoder {
    /// Layer, ubigeo: the fields before the code.
    head: Vec<u8>,
    /// Validity, recording, change numbers: the fields between the code and the content.
    middle: Vec<u8>,
}

/// One new version of a feature.
#[derive(Debug)]
pub struct NewVersion<'a> {
    /// Stable identifier in its layer.
    pub code: &'a str,
    /// Digest of attributes and shape.
    pub content: u128,
    /// The text of a JSON object.
    pub attributes: &'a str,
    /// Shape in EPSG:32718.
    pub geometry: &'a Geometry<f64>,
}

/// Begins every COPY in binary format: signature, flags, no extension.
const PREFIX: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Where rows wait that row security has yet to let through.
const STAGED: &str = "pg_temp.staged";
/// Ends it.
const SUFFIX: [u8; 2] = (-1_i16).to_be_bytes();
const COLUMNS: i16 = 10;
const STAGED_COLUMNS: i16 = 7;
/// The length of a value that is none.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();

impl RowEncoder {
    /// For rows of `collection` in `ubigeo` that hold from `valid_from` on and are recorded by `change` at `recorded`.
    pub fn new(
        collection: &Collection,
        ubigeo: Ubigeo,
        valid_from: NaiveDate,
        change: ChangeNumber,
        recorded: DateTime<Utc>,
    ) -> Self {
        let mut head = COLUMNS.to_be_bytes().to_vec();
        field(&mut head, collection.name().as_bytes());
        field(&mut head, ubigeo.as_str().as_bytes());
        let mut middle = Vec::new();
        field(
            &mut middle,
            &open_range(&days_since_2000(valid_from).to_be_bytes()),
        );
        field(
            &mut middle,
            &open_range(&micros_since_2000(recorded).to_be_bytes()),
        );
        field(&mut middle, &change.0.to_be_bytes());
        middle.extend_from_slice(&(-1_i32).to_be_bytes());
        Self { head, middle }
    }

    /// Appends the bytes of one row.
    ///
    /// # Errors
    /// When the geometry cannot be written.
    pub fn push(
        &self,
        row: &NewVersion<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), geozero::error::GeozeroError> {
        out.extend_from_slice(&self.head);
        field(out, row.code.as_bytes());
        out.extend_from_slice(&self.middle);
        content(row, out)
    }
}

/// Makes the bytes of rows that wait for a decision. Works on any thread, without the database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StagedEncoder {
    /// Number of columns, and the survey.
    head: Vec<u8>,
}

impl StagedEncoder {
    /// For the rows of a survey.
    pub fn new(survey: Uuid) -> Self {
        let mut head = STAGED_COLUMNS.to_be_bytes().to_vec();
        field(&mut head, survey.as_bytes());
        Self { head }
    }

    /// Appends the bytes of the row with this number in its file, and the change on which it is based.
    ///
    /// # Errors
    /// When the geometry cannot be written.
    pub fn push(
        &self,
        number: u64,
        base: Option<i64>,
        row: &NewVersion<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), geozero::error::GeozeroError> {
        out.extend_from_slice(&self.head);
        field(out, &number.to_be_bytes());
        match base {
            Some(base) => field(out, &base.to_be_bytes()),
            None => out.extend_from_slice(&NULL),
        }
        field(out, row.code.as_bytes());
        content(row, out)
    }
}

/// Digest, attributes and shape, which end every row.
fn content(row: &NewVersion<'_>, out: &mut Vec<u8>) -> Result<(), geozero::error::GeozeroError> {
    field(out, &row.content.to_be_bytes());
    // Version 1 of the binary form of jsonb is a byte and the text.
    length(out, row.attributes.len() + 1);
    out.push(1);
    out.extend_from_slice(row.attributes.as_bytes());
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    write_ewkb(row.geometry, out)?;
    let written = i32::try_from(out.len() - start - 4).unwrap_or(i32::MAX);
    out[start..start + 4].copy_from_slice(&written.to_be_bytes());
    Ok(())
}

fn field(out: &mut Vec<u8>, bytes: &[u8]) {
    length(out, bytes.len());
    out.extend_from_slice(bytes);
}

fn length(out: &mut Vec<u8>, bytes: usize) {
    // Values are limited to far below 2 GiB where they are read.
    out.extend_from_slice(&i32::try_from(bytes).unwrap_or(i32::MAX).to_be_bytes());
}

/// `[lower, infinity)`: flags "lower inclusive" and "upper infinite", then the lower bound.
fn open_range(lower: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x02 | 0x10];
    field(&mut bytes, lower);
    bytes
}

/// PostgreSQL counts days and microseconds from 2000-01-01.
fn days_since_2000(day: NaiveDate) -> i32 {
    use chrono::Datelike;
    day.num_days_from_ce() - 730_120
}

fn micros_since_2000(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros() - 946_684_800_000_000
}

/// The table that holds a layer.
pub(crate) fn partition(collection: &Collection) -> &'static str {
    match collection {
        Collection::Sectors => "sector",
        Collection::Manzanas => "manzana",
        Collection::Parcels => "parcel",
        Collection::Zones => "zone",
        Collection::Overlays => "overlay",
        Collection::Roads => "road",
        Collection::Plans => "plan",
        Collection::Municipalities
        | Collection::Investments
        | Collection::Services
        | Collection::Other(_) => "further_layer",
    }
}

/// A COPY under way.
pub struct Copy<'a> {
    sink: PgCopyIn<&'a mut PgConnection>,
}

impl Act {
    /// Begins to take rows made by a [`RowEncoder`] of this layer.
    pub async fn copy(&mut self, collection: &Collection) -> Result<Copy<'_>, Error> {
        let columns = "layer, ubigeo, code, valid, recorded, change_from, change_to, content, attributes, geom";
        self.draft.copy(partition(collection), columns).await
    }
}

impl Draft {
    /// Begins to take rows made by a [`StagedEncoder`].
    pub async fn copy_staged(&mut self) -> Result<Copy<'_>, Error> {
        let columns = "survey, row, base, code, content, attributes, geom";
        self.copy("survey_row", columns).await
    }

    async fn copy(&mut self, table: &'static str, columns: &str) -> Result<Copy<'_>, Error> {
        self.settle().await?;
        let target = if self.guarded {
            self.stage(table).await?;
            STAGED
        } else {
            table
        };
        let statement = format!("copy {target} ({columns}) from stdin (format binary)");
        let mut sink = (*self.tx).copy_in_raw(&statement).await?;
        sink.send(&PREFIX[..]).await?;
        Ok(Copy { sink })
    }

    /// `PostgreSQL` takes no COPY into a table with row security: the rows wait in a table of this transaction.
    async fn stage(&mut self, table: &'static str) -> Result<(), Error> {
        let statement = format!("create temp table {STAGED} (like {table}) on commit drop");
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *self.tx)
            .await?;
        self.staged = Some(table);
        Ok(())
    }

    /// Writes the rows that wait to where they belong, past row security.
    pub(crate) async fn settle(&mut self) -> Result<(), Error> {
        let Some(table) = self.staged.take() else {
            return Ok(());
        };
        let statement = format!("insert into {table} select * from {STAGED}");
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *self.tx)
            .await?;
        sqlx::query(AssertSqlSafe(format!("drop table {STAGED}")))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

impl Copy<'_> {
    /// Sends whole rows, best about a mebibyte at a time.
    pub async fn send(&mut self, rows: &[u8]) -> Result<(), Error> {
        self.sink.send(rows).await?;
        Ok(())
    }

    /// Ends the COPY; gives how many rows came in.
    pub async fn finish(mut self) -> Result<u64, Error> {
        self.sink.send(&SUFFIX[..]).await?;
        Ok(self.sink.finish().await?)
    }

    /// Gives the COPY up; the act can only be dropped after this.
    pub async fn abort(self) -> Result<(), Error> {
        self.sink.abort("refused").await?;
        Ok(())
    }
}
