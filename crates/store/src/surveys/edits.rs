//! Editions: what somebody writes feature by feature, each write a row that replaces the one before it.

use domain::{collection::Collection, id::Ubigeo, province::Municipality, time::ChangeNumber};
use geo_types::Geometry;
use uuid::Uuid;

use super::{Areas, FoundRow, Outcome};
use crate::{Act, Draft, Error, Store, geometry::Official, land::parse};

/// A feature in one state: in force, or as somebody wrote it.
#[derive(Clone, Debug)]
pub struct FeatureState {
    /// Its municipality.
    pub ubigeo: Ubigeo,
    /// The change that opened it, or the number of the write.
    pub number: i64,
    /// Digest of attributes and shape.
    pub content: u128,
    /// Attributes, as the text of a JSON object.
    pub attributes: String,
    /// Shape in EPSG:32718.
    pub geometry: Geometry<f64>,
}

/// A feature as it stands in somebody's open edition.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The edition.
    pub survey: Uuid,
    /// The change of the version on which it is based; 0 where it is to be new.
    pub base: i64,
    /// It is to go.
    pub removed: bool,
    /// What it is.
    pub state: FeatureState,
}

/// An edition that is open.
#[derive(sqlx::FromRow, Clone, Copy, Debug)]
pub struct OpenEdition {
    /// Its identity.
    pub id: Uuid,
    /// How often it was compared.
    pub comparison: i32,
}

/// A feature that an edition takes away.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct Removal {
    /// The number of the write.
    pub row: i64,
    /// Its code.
    pub code: String,
}

/// A row of an edition, as its digest is made of.
#[derive(sqlx::FromRow, Clone, Debug)]
pub struct EditionRow {
    /// The number of the write.
    pub row: i64,
    /// Code.
    pub code: String,
    /// Digest of attributes and shape.
    pub content: Uuid,
    /// The change on which it is based.
    pub base: Option<i64>,
    /// It is to go.
    pub removed: bool,
}

type StateRow = (String, i64, Uuid, String, Official);

fn state((ubigeo, number, content, attributes, geometry): StateRow) -> Result<FeatureState, Error> {
    Ok(FeatureState {
        ubigeo: parse(&ubigeo, "ubigeo")?,
        number,
        content: content.as_u128(),
        attributes,
        geometry: geometry.0,
    })
}

/// What a feature in somebody's open edition is selected as: $1 account, $2 layer.
const DRAFTED: &str =
    "select s.id, r.base, coalesce(r.removed, false), s.ubigeo, r.row, r.content, r.attributes::text, r.geom, r.code
     from survey s join survey_row r on r.survey = s.id and r.replaced_by is null
     where s.uploaded_by = $1 and s.layer = $2 and s.edition and s.sent_at is null and s.decided_by is null";

type DraftedRow = (
    Uuid,
    Option<i64>,
    bool,
    String,
    i64,
    Uuid,
    String,
    Official,
    String,
);

fn drafted(row: DraftedRow) -> Result<(String, Drafted), Error> {
    let (survey, base, removed, ubigeo, number, content, attributes, geometry, code) = row;
    let drafted = Drafted {
        survey,
        base: base.unwrap_or_default(),
        removed,
        state: state((ubigeo, number, content, attributes, geometry))?,
    };
    Ok((code, drafted))
}

impl Store {
    /// What somebody has written in their open editions of a layer, by code.
    pub async fn drafted_by(
        &self,
        account: Uuid,
        collection: &Collection,
    ) -> Result<Vec<(String, Drafted)>, Error> {
        sqlx::query_as::<_, DraftedRow>(sqlx::AssertSqlSafe(format!("{DRAFTED} order by r.code")))
            .bind(account)
            .bind(collection.name())
            .fetch_all(&self.pool)
            .await?
            .into_iter()
            .map(drafted)
            .collect()
    }
}

impl Draft {
    /// Lets one write of an account into a layer in at a time, until this transaction ends.
    pub async fn lock_editions(
        &mut self,
        account: Uuid,
        collection: &Collection,
    ) -> Result<(), Error> {
        sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(format!("edicion/{account}/{collection}"))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// A municipality of the service.
    pub async fn municipality(&mut self, ubigeo: Ubigeo) -> Result<Option<Municipality>, Error> {
        let all = crate::places::municipalities(&mut *self.tx).await?;
        Ok(all.into_iter().find(|found| found.ubigeo == ubigeo))
    }

    /// A feature in force by its code, which names its municipality.
    pub async fn feature_in_force(
        &mut self,
        collection: &Collection,
        code: &str,
    ) -> Result<Option<FeatureState>, Error> {
        sqlx::query_as::<_, StateRow>(
            "select ubigeo, change_from, content, attributes::text, geom from spatial_unit
             where layer = $1 and code = $2 and upper_inf(valid) and upper_inf(recorded)",
        )
        .bind(collection.name())
        .bind(code)
        .fetch_optional(&mut *self.tx)
        .await?
        .map(state)
        .transpose()
    }

    /// A version of a feature by the change that opened it.
    pub async fn feature_at(
        &mut self,
        collection: &Collection,
        code: &str,
        change: ChangeNumber,
    ) -> Result<Option<FeatureState>, Error> {
        sqlx::query_as::<_, StateRow>(
            "select ubigeo, change_from, content, attributes::text, geom from spatial_unit
             where layer = $1 and code = $2 and change_from = $3 order by upper_inf(valid) desc limit 1",
        )
        .bind(collection.name())
        .bind(code)
        .bind(change.0)
        .fetch_optional(&mut *self.tx)
        .await?
        .map(state)
        .transpose()
    }

    /// A feature in the open edition of an account.
    pub async fn drafted(
        &mut self,
        account: Uuid,
        collection: &Collection,
        code: &str,
    ) -> Result<Option<Drafted>, Error> {
        let statement = format!("{DRAFTED} and r.code = $3");
        let row = sqlx::query_as::<_, DraftedRow>(sqlx::AssertSqlSafe(statement))
            .bind(account)
            .bind(collection.name())
            .bind(code)
            .fetch_optional(&mut *self.tx)
            .await?;
        Ok(row.map(drafted).transpose()?.map(|(_, drafted)| drafted))
    }

    /// What a write of an edition said of a feature, whatever came after it.
    pub async fn written(
        &mut self,
        survey: Uuid,
        code: &str,
        number: i64,
    ) -> Result<Option<FeatureState>, Error> {
        sqlx::query_as::<_, StateRow>(
            "select s.ubigeo, r.row, r.content, r.attributes::text, r.geom
             from survey_row r join survey s on s.id = r.survey
             where r.survey = $1 and r.code = $2 and r.row = $3",
        )
        .bind(survey)
        .bind(code)
        .bind(number)
        .fetch_optional(&mut *self.tx)
        .await?
        .map(state)
        .transpose()
    }

    /// What an edition first said of a feature.
    pub async fn first_written(
        &mut self,
        survey: Uuid,
        code: &str,
    ) -> Result<Option<FeatureState>, Error> {
        let first: Option<i64> =
            sqlx::query_scalar("select min(row) from survey_row where survey = $1 and code = $2")
                .bind(survey)
                .bind(code)
                .fetch_one(&mut *self.tx)
                .await?;
        match first {
            Some(number) => self.written(survey, code, number).await,
            None => Ok(None),
        }
    }

    /// The open edition of an account in a layer of a municipality.
    pub async fn open_edition(
        &mut self,
        account: Uuid,
        collection: &Collection,
        ubigeo: Ubigeo,
    ) -> Result<Option<OpenEdition>, Error> {
        Ok(sqlx::query_as(
            "select id, comparison from survey
             where uploaded_by = $1 and layer = $2 and ubigeo = $3
                 and edition and sent_at is null and decided_by is null",
        )
        .bind(account)
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .fetch_optional(&mut *self.tx)
        .await?)
    }

    /// Opens an edition.
    pub async fn begin_edition(
        &mut self,
        account: Uuid,
        collection: &Collection,
        ubigeo: Ubigeo,
        name: &str,
    ) -> Result<OpenEdition, Error> {
        Ok(sqlx::query_as(
            "insert into survey (id, ubigeo, layer, received_at, uploaded_by, file_name, file_bytes, file_sha256,
                                 source_crs, scope, state, edition)
             values (gen_random_uuid(), $1, $2, clock_timestamp(), $3, $4, 0, sha256(''), 'EPSG:32718', 'parcial',
                     'en_proceso', true)
             returning id, comparison",
        )
        .bind(ubigeo.as_str())
        .bind(collection.name())
        .bind(account)
        .bind(name)
        .fetch_one(&mut *self.tx)
        .await?)
    }

    /// The number of the next write.
    pub async fn next_edit(&mut self) -> Result<i64, Error> {
        Ok(sqlx::query_scalar("select nextval('edit_number')")
            .fetch_one(&mut *self.tx)
            .await?)
    }

    /// Says that what stands of a feature is replaced by a write.
    pub async fn replace_edit(&mut self, survey: Uuid, code: &str, by: i64) -> Result<(), Error> {
        sqlx::query(
            "update survey_row set replaced_by = $3 where survey = $1 and code = $2 and replaced_by is null and row <> $3",
        )
        .bind(survey)
        .bind(code)
        .bind(by)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Takes a feature away: what it was is kept.
    pub async fn put_removal(
        &mut self,
        survey: Uuid,
        number: i64,
        (code, base): (&str, i64),
        was: &FeatureState,
    ) -> Result<(), Error> {
        sqlx::query(
            "insert into survey_row (survey, row, code, content, attributes, geom, base, removed)
             values ($1, $2, $3, $4, $5::jsonb, $6, $7, true)",
        )
        .bind(survey)
        .bind(number)
        .bind(code)
        .bind(Uuid::from_u128(was.content))
        .bind(&was.attributes)
        .bind(Official(was.geometry.clone()))
        .bind(base)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// What is in force of a layer around what a survey of another, or the same, brings.
    pub async fn areas_near(
        &mut self,
        collection: &Collection,
        ubigeo: Ubigeo,
        (survey, of): (Uuid, &Collection),
        metres: f64,
    ) -> Result<Areas, Error> {
        let rows = sqlx::query_as::<_, (Box<str>, Uuid, Official)>(include_str!(
            "../../sql/areas_near.sql"
        ))
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .bind(survey)
        .bind(of.name())
        .bind(metres)
        .fetch_all(&mut *self.tx)
        .await?;
        let area = |(code, content, geometry): (Box<str>, Uuid, Official)| {
            (code, content.as_u128(), geometry.0)
        };
        Ok(rows.into_iter().map(area).collect())
    }

    /// What an edition takes away.
    pub async fn removals(&mut self, survey: Uuid) -> Result<Vec<Removal>, Error> {
        Ok(sqlx::query_as(
            "select row, code from survey_row where survey = $1 and removed and replaced_by is null order by row",
        )
        .bind(survey)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// What an edition says now, by code.
    pub async fn edition_rows(&mut self, survey: Uuid) -> Result<Vec<EditionRow>, Error> {
        self.settle().await?;
        Ok(sqlx::query_as(
            "select row, code, content, base, coalesce(removed, false) as removed
             from survey_row where survey = $1 and replaced_by is null order by code",
        )
        .bind(survey)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// The first findings of a comparison.
    pub async fn found(
        &mut self,
        survey: Uuid,
        comparison: i32,
        limit: i64,
    ) -> Result<Vec<FoundRow>, Error> {
        Ok(sqlx::query_as(include_str!("../../sql/findings.sql"))
            .bind(survey)
            .bind(comparison)
            .bind(0)
            .bind(limit)
            .fetch_all(&mut *self.tx)
            .await?)
    }
}

impl Act {
    /// Writes what came of comparing an edition that is open. Says whether it did: it may be decided on meanwhile.
    pub async fn conclude_edition(
        &mut self,
        id: Uuid,
        outcome: &Outcome,
        (bytes, sha256): (i64, [u8; 32]),
    ) -> Result<bool, Error> {
        let done = sqlx::query(
            "update survey set state = $2, report = $3, compared_to = $4, comparison = $5, file_bytes = $6,
                               file_sha256 = $7
             where id = $1 and edition and sent_at is null and decided_by is null and comparison = $5 - 1",
        )
        .bind(id)
        .bind(outcome.state)
        .bind(&outcome.report)
        .bind(outcome.compared_to.0)
        .bind(outcome.comparison)
        .bind(bytes)
        .bind(&sha256[..])
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Closes an edition to further writes: somebody else is to decide on it. Says whether it was open.
    pub async fn send_edition(&mut self, id: Uuid) -> Result<bool, Error> {
        let at = self.recorded_at();
        let done = sqlx::query(
            "update survey set sent_at = $2
             where id = $1 and edition and sent_at is null and decided_by is null",
        )
        .bind(id)
        .bind(at)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
