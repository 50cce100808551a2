//! Surveys as a list shows them: counted, without their reports.

use chrono::{DateTime, Utc};
use domain::{collection::Collection, id::Ubigeo};
use uuid::Uuid;

use crate::{Error, Store, land::parse};

/// Which surveys, and in which order.
#[derive(Clone, Copy, Default, Debug)]
pub struct Listing<'a> {
    /// Of these municipalities; of all, where none is named.
    pub places: Option<&'a [Ubigeo]>,
    /// In this state.
    pub state: Option<&'a str>,
    /// Uploaded by this account.
    pub uploaded_by: Option<Uuid>,
    /// Those alone that wait for a decision, the oldest first; otherwise all, the newest first.
    pub waiting: bool,
    /// How many.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct ListedRow {
    /// Its identity.
    pub id: Uuid,
    /// The municipality that it is for.
    pub ubigeo: Ubigeo,
    /// The layer that it is for.
    pub collection: Collection,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Who uploaded it, and their login; nobody where the operator of the server brought it.
    pub uploaded_by: Option<(Uuid, String)>,
    /// The file's name, as the person calls it.
    pub file_name: String,
    /// Its state.
    pub state: String,
    /// What an open one waits for: `sistema` where its reference system has to be confirmed, `correccion` where it was sent
    /// back, `otro` where nothing could be read of it, `envio` where its author still writes in it, `decision`.
    pub waits_for: Option<String>,
    /// Errors.
    pub errors: i64,
    /// Findings of less weight.
    pub others: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    ubigeo: String,
    layer: String,
    received_at: DateTime<Utc>,
    uploaded_by: Option<Uuid>,
    uploader: Option<String>,
    file_name: String,
    state: String,
    waits_for: Option<String>,
    errors: i64,
    others: i64,
}

impl Store {
    /// A list of surveys.
    pub async fn surveys_listed(&self, listing: &Listing<'_>) -> Result<Vec<ListedRow>, Error> {
        let places: Option<Vec<&str>> = listing
            .places
            .map(|places| places.iter().map(Ubigeo::as_str).collect());
        sqlx::query_as::<_, Row>(include_str!("../../sql/surveys_listed.sql"))
            .bind(places)
            .bind(listing.state)
            .bind(listing.uploaded_by)
            .bind(listing.waiting)
            .bind(listing.limit)
            .bind(listing.offset)
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(|row| {
                Ok(ListedRow {
                    id: row.id,
                    ubigeo: parse(&row.ubigeo, "ubigeo")?,
                    collection: parse(&row.layer, "layer")?,
                    received_at: row.received_at,
                    uploaded_by: row.uploaded_by.zip(row.uploader),
                    file_name: row.file_name,
                    state: row.state,
                    waits_for: row.waits_for,
                    errors: row.errors,
                    others: row.others,
                })
            })
            .collect()
    }
}
