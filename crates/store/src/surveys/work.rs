//! What a survey brings, what is found in it and what it changes: written by who examines, published by who decides.

use chrono::NaiveDate;
use domain::{collection::Collection, id::Ubigeo, survey::ChangeKind, time::ChangeNumber};
use futures_util::TryStreamExt;
use geo_types::{Coord, Geometry, Point};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{
    Act, Draft, Error,
    copy::partition,
    geometry::{Official, write_ewkb},
};

/// A row of a survey as it waits.
#[derive(Debug)]
pub struct Staged {
    /// Its number in the file, from 1.
    pub row: u64,
    /// Its code.
    pub code: Box<str>,
    /// Digest of its attributes and shape.
    pub content: u128,
    /// Its shape, in EPSG:32718.
    pub geometry: Geometry<f64>,
}

/// A layer in force of one municipality: code, digest, shape.
pub type Areas = Vec<(Box<str>, u128, Geometry<f64>)>;

/// A row of a package whose parcel has changed since the package was made.
#[derive(sqlx::FromRow, Debug)]
pub struct Outdated {
    /// Its number in the file, from 1.
    pub row: i64,
    /// Its code.
    pub code: String,
    /// The change that had opened the parcel's version.
    pub base: i64,
    /// The change that opened the one in force; none where the parcel is no more.
    pub current: Option<i64>,
    /// The row is as it left: nobody edited it in the field.
    pub untouched: bool,
}

/// A finding as it is kept.
#[derive(Clone, Debug)]
pub struct FindingRow {
    /// Stable code of the rule.
    pub rule: &'static str,
    /// `error`, `observacion`, `aviso`.
    pub severity: &'static str,
    /// Row of the file; none where it is about more than a row.
    pub row: Option<i64>,
    /// Code of the row.
    pub code: Option<String>,
    /// Codes of the others that it names.
    pub others: Vec<String>,
    /// What is wrong, in words.
    pub message: String,
    /// Where, in EPSG:32718.
    pub point: Option<Coord<f64>>,
    /// The geometry of the fault.
    pub fault: Option<Geometry<f64>>,
    /// What would mend it.
    pub repair: Option<Geometry<f64>>,
}

/// A change as it is kept.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// What it is.
    pub kind: ChangeKind,
    /// Codes in force that it closes.
    pub parents: Vec<String>,
    /// Codes that it opens.
    pub children: Vec<String>,
    /// Rows of the file that it opens them with.
    pub rows: Vec<u64>,
    /// What of it changes: `geometria`, `atributos`, `codigo`.
    pub aspects: Vec<&'static str>,
    /// How far the border moves, in metres.
    pub displaced_m: f64,
    /// Area before, in square metres.
    pub area_before_m2: f64,
    /// Area after, in square metres.
    pub area_after_m2: f64,
    /// A row of it has an error: it stays out.
    pub spoiled: bool,
}

impl ChangeRow {
    /// A change of which nothing more is known.
    pub fn of(kind: ChangeKind) -> Self {
        Self {
            kind,
            parents: Vec::new(),
            children: Vec::new(),
            rows: Vec::new(),
            aspects: Vec::new(),
            displaced_m: 0.0,
            area_before_m2: 0.0,
            area_after_m2: 0.0,
            spoiled: false,
        }
    }
}

/// Rows of one statement: some megabytes.
const ROWS_AT_ONCE: usize = 10_000;

impl Draft {
    /// The rows that a survey brings, in the order of the file.
    pub async fn staged(&mut self, survey: Uuid) -> Result<Vec<Staged>, Error> {
        self.settle().await?;
        let mut rows = sqlx::query_as::<_, (i64, Box<str>, Uuid, Official)>(
            "select row, code, content, geom from survey_row
             where survey = $1 and replaced_by is null and removed is not true order by row",
        )
        .bind(survey)
        .fetch(&mut *self.tx);
        let mut staged = Vec::new();
        while let Some((row, code, content, geometry)) = rows.try_next().await? {
            staged.push(Staged {
                row: row.unsigned_abs(),
                code,
                content: content.as_u128(),
                geometry: geometry.0,
            });
        }
        Ok(staged)
    }

    /// A layer in force of a municipality, by code.
    pub async fn areas(&mut self, collection: &Collection, ubigeo: Ubigeo) -> Result<Areas, Error> {
        let mut rows = sqlx::query_as::<_, (Box<str>, Uuid, Official)>(
            "select code, content, geom from spatial_unit
             where layer = $1 and ubigeo = $2 and upper_inf(valid) and upper_inf(recorded)
             order by code",
        )
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .fetch(&mut *self.tx);
        let mut areas = Areas::new();
        while let Some((code, content, geometry)) = rows.try_next().await? {
            areas.push((code, content.as_u128(), geometry.0));
        }
        Ok(areas)
    }

    /// Of these codes those that were in force once and are no more: they are never given again.
    pub async fn retired(
        &mut self,
        collection: &Collection,
        ubigeo: Ubigeo,
        codes: &[String],
    ) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(
            "select distinct c.code from unnest($3::text[]) as c (code)
             join spatial_unit s on s.layer = $1 and s.ubigeo = $2 and s.code = c.code
                 and not (upper_inf(s.valid) and upper_inf(s.recorded))
             where not exists (
                 select from spatial_unit f where f.layer = $1 and f.ubigeo = $2 and f.code = c.code
                     and upper_inf(f.valid) and upper_inf(f.recorded))
             order by 1",
        )
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .bind(codes)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// Of these codes those that are in force in another municipality.
    pub async fn in_force_elsewhere(
        &mut self,
        collection: &Collection,
        ubigeo: Ubigeo,
        codes: &[String],
    ) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(
            "select code from spatial_unit
             where layer = $1 and ubigeo <> $2 and code = any ($3) and upper_inf(valid) and upper_inf(recorded)",
        )
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .bind(codes)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// The rows of a survey that change something, and have the attributes that are in force under their code.
    pub async fn alike(
        &mut self,
        survey: Uuid,
        collection: &Collection,
        ubigeo: Ubigeo,
    ) -> Result<Vec<u64>, Error> {
        // Nobody has counted rows that were written a moment ago: the planner takes them for a handful, and would compare
        // each with each.
        sqlx::query("set local enable_nestloop = off")
            .execute(&mut *self.tx)
            .await?;
        let rows: Vec<i64> = sqlx::query_scalar(
            "select r.row from survey_row r
             join spatial_unit s on s.layer = $2 and s.ubigeo = $3 and s.code = r.code
                 and upper_inf(s.valid) and upper_inf(s.recorded)
             where r.survey = $1 and r.content <> s.content and r.attributes = s.attributes",
        )
        .bind(survey)
        .bind(collection.name())
        .bind(ubigeo.as_str())
        .fetch_all(&mut *self.tx)
        .await?;
        sqlx::query("set local enable_nestloop = on")
            .execute(&mut *self.tx)
            .await?;
        Ok(rows.into_iter().map(i64::unsigned_abs).collect())
    }

    /// The rows of a package that came back, whose parcels have changed since it was made.
    pub async fn outdated(
        &mut self,
        survey: Uuid,
        collection: &Collection,
        ubigeo: Ubigeo,
    ) -> Result<Vec<Outdated>, Error> {
        Ok(sqlx::query_as(include_str!("../../sql/outdated.sql"))
            .bind(survey)
            .bind(collection.name())
            .bind(ubigeo.as_str())
            .fetch_all(&mut *self.tx)
            .await?)
    }

    /// The codes that the findings of a comparison name.
    pub async fn named(&mut self, survey: Uuid, comparison: i32) -> Result<Vec<String>, Error> {
        Ok(sqlx::query_scalar(
            "select distinct code from survey_finding
             where survey = $1 and comparison = $2 and code is not null",
        )
        .bind(survey)
        .bind(comparison)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// The last change committed, as this draft sees it.
    pub async fn last_change(&mut self) -> Result<ChangeNumber, Error> {
        let number = sqlx::query_scalar("select coalesce(max(number), 0) from change")
            .fetch_one(&mut *self.tx)
            .await?;
        Ok(ChangeNumber(number))
    }

    /// Whether any of these layers of a municipality changed after `since`.
    pub async fn changed_since(
        &mut self,
        since: ChangeNumber,
        ubigeo: Ubigeo,
        layers: &[&str],
    ) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "select exists (select from change where number > $1 and ubigeo = $2 and layer = any ($3))",
        )
        .bind(since.0)
        .bind(ubigeo.as_str())
        .bind(layers)
        .fetch_one(&mut *self.tx)
        .await?)
    }

    /// Takes over what the comparison before found, but for these rules and for what is of one feature. Gives how many
    /// there are.
    pub async fn repeat_findings(
        &mut self,
        survey: Uuid,
        comparison: i32,
        but_for: &[&str],
        but_of: Option<&str>,
    ) -> Result<usize, Error> {
        let done = sqlx::query(
            "insert into survey_finding (survey, comparison, number, rule, severity, row, code, others, message, point,
                                         fault, repair)
             select survey, $2, row_number() over (order by number), rule, severity, row, code, others, message, point,
                    fault, repair
             from survey_finding where survey = $1 and comparison = $2 - 1 and rule <> all ($3)
                 and ($4::text is null or code is distinct from $4)",
        )
        .bind(survey)
        .bind(comparison)
        .bind(but_for)
        .bind(but_of)
        .execute(&mut *self.tx)
        .await?;
        Ok(usize::try_from(done.rows_affected()).unwrap_or(usize::MAX))
    }

    /// Keeps what a comparison found, after as many as were kept `before`.
    pub async fn put_findings(
        &mut self,
        survey: Uuid,
        comparison: i32,
        before: usize,
        findings: &[FindingRow],
    ) -> Result<(), Error> {
        let mut first = i32::try_from(before).unwrap_or(i32::MAX);
        for some in findings.chunks(ROWS_AT_ONCE) {
            let bytes = |geometry: Option<&Geometry<f64>>| geometry.map(ewkb).transpose();
            let points = some
                .iter()
                .map(|f| bytes(f.point.map(|at| Point(at).into()).as_ref()))
                .collect::<Result<Vec<_>, _>>()?;
            let faults = some
                .iter()
                .map(|f| bytes(f.fault.as_ref()))
                .collect::<Result<Vec<_>, _>>()?;
            let repairs = some
                .iter()
                .map(|f| bytes(f.repair.as_ref()))
                .collect::<Result<Vec<_>, _>>()?;
            sqlx::query(include_str!("../../sql/put_findings.sql"))
                .bind(survey)
                .bind(comparison)
                .bind(first)
                .bind(column(some, |f| f.rule))
                .bind(column(some, |f| f.severity))
                .bind(column(some, |f| f.row))
                .bind(column(some, |f| f.code.as_deref()))
                .bind(column(some, |f| f.others.join(",")))
                .bind(column(some, |f| f.message.as_str()))
                .bind(points)
                .bind(faults)
                .bind(repairs)
                .execute(&mut *self.tx)
                .await?;
            first += i32::try_from(some.len()).unwrap_or(i32::MAX);
        }
        Ok(())
    }

    /// Keeps what a comparison found to change.
    pub async fn put_changes(
        &mut self,
        survey: Uuid,
        comparison: i32,
        changes: &[ChangeRow],
    ) -> Result<(), Error> {
        let joined = |rows: &[u64]| {
            let rows: Vec<String> = rows.iter().map(u64::to_string).collect();
            rows.join(",")
        };
        let mut first = 0;
        for some in changes.chunks(ROWS_AT_ONCE) {
            sqlx::query(include_str!("../../sql/put_changes.sql"))
                .bind(survey)
                .bind(comparison)
                .bind(first)
                .bind(column(some, |c| c.kind.name()))
                .bind(column(some, |c| c.parents.join(",")))
                .bind(column(some, |c| c.children.join(",")))
                .bind(column(some, |c| joined(&c.rows)))
                .bind(column(some, |c| c.aspects.join(",")))
                .bind(column(some, |c| c.displaced_m))
                .bind(column(some, |c| c.area_before_m2))
                .bind(column(some, |c| c.area_after_m2))
                .bind(column(some, |c| c.spoiled))
                .execute(&mut *self.tx)
                .await?;
            first += i32::try_from(some.len()).unwrap_or(i32::MAX);
        }
        Ok(())
    }
}

/// One column of some rows, as `unnest` takes it.
fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

fn ewkb(geometry: &Geometry<f64>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    write_ewkb(geometry, &mut bytes).map_err(|error| Error::Row {
        table: "survey_finding",
        key: String::new(),
        what: error.to_string(),
    })?;
    Ok(bytes)
}

impl Act {
    /// Says that a survey that the operator of the server brought is what this act publishes.
    pub async fn publish_of_operator(&mut self, survey: Uuid) -> Result<(), Error> {
        let number = self.number();
        sqlx::query("update survey set change = $2 where id = $1 and uploaded_by is null")
            .bind(survey)
            .bind(number.0)
            .execute(&mut *self.draft.tx)
            .await?;
        Ok(())
    }

    /// Publishes a comparison of a survey: closes what it replaces or retires, opens its rows, and keeps which came
    /// from which. Gives how many rows it opened.
    pub async fn publish_survey(
        &mut self,
        survey: Uuid,
        comparison: i32,
        collection: &Collection,
        ubigeo: Ubigeo,
    ) -> Result<u64, Error> {
        let (day, at, number): (NaiveDate, _, _) = (self.day(), self.recorded_at(), self.number());
        let closing: Vec<String> = sqlx::query_scalar(
            "select distinct unnest(parents) from survey_change
             where survey = $1 and comparison = $2 and not spoiled order by 1",
        )
        .bind(survey)
        .bind(comparison)
        .fetch_all(&mut *self.draft.tx)
        .await?;
        if !closing.is_empty() {
            self.close(collection, ubigeo, &closing, day).await?;
        }
        let insert =
            include_str!("../../sql/publish_rows.sql").replace("TABLE", partition(collection));
        let opened = sqlx::query(AssertSqlSafe(insert))
            .bind(survey)
            .bind(comparison)
            .bind(collection.name())
            .bind(ubigeo.as_str())
            .bind(day)
            .bind(at)
            .bind(number.0)
            .execute(&mut *self.draft.tx)
            .await?
            .rows_affected();
        sqlx::query(include_str!("../../sql/publish_lineage.sql"))
            .bind(survey)
            .bind(comparison)
            .bind(collection.name())
            .bind(ubigeo.as_str())
            .bind(number.0)
            .execute(&mut *self.draft.tx)
            .await?;
        Ok(opened)
    }
}
