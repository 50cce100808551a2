//! Papers of dossiers: ordinances, acts, evidence. The files lie in the data folder.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Act, Error, Store};

/// A paper as it is kept.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct AttachmentRow {
    /// Its identity, and the name of its file.
    pub id: Uuid,
    /// What it belongs to: kind and code of a dossier or a project.
    pub kind: String,
    /// Its code.
    pub code: String,
    /// Name of the file, as its sender calls it.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Its length.
    pub bytes: i64,
    /// Its digest.
    pub sha256: Vec<u8>,
    /// When it came.
    pub at: DateTime<Utc>,
}

/// A paper to be kept.
#[derive(Clone, Debug)]
pub struct NewAttachment<'a> {
    /// Its identity.
    pub id: Uuid,
    /// What it belongs to.
    pub kind: &'a str,
    /// Its code.
    pub code: &'a str,
    /// Name of the file.
    pub name: &'a str,
    /// What it is.
    pub about: &'a str,
    /// Its length.
    pub bytes: i64,
    /// Its digest.
    pub sha256: [u8; 32],
}

const COLUMNS: &str = "select id, kind, code, name, about, bytes, sha256, at from attachment";

impl Store {
    /// Papers of a dossier or a project, the oldest first.
    pub async fn attachments(&self, kind: &str, code: &str) -> Result<Vec<AttachmentRow>, Error> {
        let statement = format!("{COLUMNS} where kind = $1 and code = $2 order by at, id");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(kind)
            .bind(code)
            .fetch_all(&self.pool)
            .await?)
    }

    /// One paper.
    pub async fn attachment(&self, id: Uuid) -> Result<Option<AttachmentRow>, Error> {
        let statement = format!("{COLUMNS} where id = $1");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(id)
            .fetch_optional(&self.pool)
            .await?)
    }
}

impl Act {
    /// Keeps a paper.
    pub async fn attach(&mut self, new: &NewAttachment<'_>) -> Result<(), Error> {
        let (at, account) = (self.recorded_at(), self.draft.account());
        sqlx::query(
            "insert into attachment (id, kind, code, name, about, bytes, sha256, account, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new.id)
        .bind(new.kind)
        .bind(new.code)
        .bind(new.name)
        .bind(new.about)
        .bind(new.bytes)
        .bind(&new.sha256[..])
        .bind(account)
        .bind(at)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }
}
