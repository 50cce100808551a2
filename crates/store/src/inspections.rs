//! Inspections and their evidence: read and written as somebody, since row security shows them to who inspects there.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{audit::Hash, id::Ubigeo, inspection::State};
use geo_types::{Coord, Geometry, Point};
use serde_json::Value;
use uuid::Uuid;

use crate::{Act, Draft, Error, geometry::Official, land::parse};

/// An inspection as it is opened.
#[derive(Clone, Debug)]
pub struct NewInspection<'a> {
    /// Its identity.
    pub id: Uuid,
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Where, in EPSG:32718.
    pub place: Coord<f64>,
    /// The parcel.
    pub parcel: Option<&'a str>,
    /// The certificate that it is held against.
    pub certificate: Option<Uuid>,
    /// The receipt of the check that it is held against.
    pub receipt: Option<[u8; 32]>,
    /// What is to be looked at.
    pub subject: &'a str,
    /// Who opens it.
    pub opener: Uuid,
}

/// What a step writes; what is none stays as it is.
#[derive(Clone, Default, Debug)]
pub struct Written<'a> {
    /// Number of the acta.
    pub acta: Option<&'a str>,
    /// The day of the visit.
    pub visited_on: Option<NaiveDate>,
    /// Code of the infraction in the municipality's table.
    pub infraction_code: Option<&'a str>,
    /// What it is.
    pub infraction: Option<&'a str>,
    /// What is ordered.
    pub ordered: Option<&'a str>,
    /// Until when.
    pub deadline: Option<NaiveDate>,
    /// The document that ends it.
    pub resolution: Option<&'a str>,
}

/// An inspection as it is kept.
#[derive(Clone, Debug)]
pub struct InspectionRow {
    /// Its identity.
    pub id: Uuid,
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Where, in EPSG:32718.
    pub place: Coord<f64>,
    /// The parcel.
    pub parcel: Option<String>,
    /// The certificate that it is held against.
    pub certificate: Option<Uuid>,
    /// The receipt of the check that it is held against.
    pub receipt: Option<Hash>,
    /// Where it is on its way.
    pub state: State,
    /// Login of who opened it.
    pub opener: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// What is to be looked at.
    pub subject: String,
    /// Number of the acta.
    pub acta: Option<String>,
    /// The day of the visit.
    pub visited_on: Option<NaiveDate>,
    /// Code of the infraction in the municipality's table.
    pub infraction_code: Option<String>,
    /// What it is.
    pub infraction: Option<String>,
    /// What is ordered.
    pub ordered: Option<String>,
    /// Until when.
    pub deadline: Option<NaiveDate>,
    /// The document that ends it.
    pub resolution: Option<String>,
}

/// A piece of evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its identity, under which its file lies.
    pub id: Uuid,
    /// The file's name, as the person calls it.
    pub file_name: String,
    /// Its size.
    pub bytes: i64,
    /// Its digest.
    pub sha256: [u8; 32],
    /// Where it was taken, in EPSG:32718.
    pub place: Option<Coord<f64>>,
    /// When it was taken.
    pub taken_at: Option<DateTime<Utc>>,
    /// When it came.
    pub uploaded_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    ubigeo: String,
    place: Official,
    parcel: Option<String>,
    certificate: Option<Uuid>,
    receipt_sha256: Option<Vec<u8>>,
    state: String,
    opener: String,
    opened_at: DateTime<Utc>,
    subject: String,
    acta: Option<String>,
    visited_on: Option<NaiveDate>,
    infraction_code: Option<String>,
    infraction: Option<String>,
    ordered: Option<String>,
    deadline: Option<NaiveDate>,
    resolution: Option<String>,
}

/// A step on the way of an inspection.
#[derive(sqlx::FromRow, Debug)]
pub struct InspectionEventRow {
    /// When.
    pub at: DateTime<Utc>,
    /// Login of who did it.
    pub login: String,
    /// `programar`, `realizar`…
    pub step: String,
    /// The state after it.
    pub state: String,
}

type EvidenceRow = (
    Uuid,
    String,
    i64,
    Vec<u8>,
    Option<Official>,
    Option<DateTime<Utc>>,
    DateTime<Utc>,
);

impl Draft {
    /// One inspection, or the last ones, of those that who acts may see.
    pub async fn inspections(
        &mut self,
        id: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<InspectionRow>, Error> {
        self.inspections_that(id, (None, None, None), limit).await
    }

    /// The last inspections in a state, and with a part of the subject, the acta, the parcel's code or the infraction in
    /// them (in small letters), of those that who acts may see; after one of them, where a page goes on.
    pub async fn find_inspections(
        &mut self,
        state: Option<State>,
        text: Option<&str>,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<InspectionRow>, Error> {
        self.inspections_that(None, (state, text, after), limit)
            .await
    }

    async fn inspections_that(
        &mut self,
        id: Option<Uuid>,
        (state, text, after): (Option<State>, Option<&str>, Option<Uuid>),
        limit: i64,
    ) -> Result<Vec<InspectionRow>, Error> {
        sqlx::query_as::<_, Row>(include_str!("../sql/inspections.sql"))
            .bind(id)
            .bind(limit)
            .bind(state.map(State::name))
            .bind(text)
            .bind(after)
            .fetch_all(&mut *self.tx)
            .await?
            .into_iter()
            .map(parsed)
            .collect()
    }

    /// The way of an inspection, the first step first.
    pub async fn inspection_events(
        &mut self,
        inspection: Uuid,
    ) -> Result<Vec<InspectionEventRow>, Error> {
        Ok(sqlx::query_as(
            "select e.at, a.login, e.step, e.state
             from inspection_event e join account a on a.id = e.account
             where e.inspection = $1 order by e.number",
        )
        .bind(inspection)
        .fetch_all(&mut *self.tx)
        .await?)
    }

    /// The evidence of an inspection, the first one first.
    pub async fn evidence(&mut self, inspection: Uuid) -> Result<Vec<Evidence>, Error> {
        sqlx::query_as::<_, EvidenceRow>(
            "select id, file_name, bytes, sha256, place, taken_at, uploaded_at from inspection_evidence
             where inspection = $1 order by uploaded_at, id",
        )
        .bind(inspection)
        .fetch_all(&mut *self.tx)
        .await?
        .into_iter()
        .map(evidence)
        .collect()
    }
}

impl Act {
    /// Opens an inspection.
    pub async fn open_inspection(&mut self, new: &NewInspection<'_>) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query(
            "insert into inspection (id, ubigeo, place, parcel, certificate, receipt_sha256, opened_by, opened_at, subject)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new.id)
        .bind(new.ubigeo.as_str())
        .bind(dot(new.place))
        .bind(new.parcel)
        .bind(new.certificate)
        .bind(new.receipt.as_ref().map(<[u8; 32]>::as_slice))
        .bind(new.opener)
        .bind(at)
        .bind(new.subject)
        .execute(&mut *self.draft.tx)
        .await?;
        self.note_inspection(new.id, new.opener, "programar", &Value::Null)
            .await
    }

    /// Writes a step of an inspection.
    pub async fn move_inspection(
        &mut self,
        id: Uuid,
        account: Uuid,
        (step, state): (&str, State),
        written: &Written<'_>,
        content: &Value,
    ) -> Result<(), Error> {
        sqlx::query(
            "update inspection
             set state = $2, acta = coalesce($3, acta), visited_on = coalesce($4, visited_on),
                 infraction_code = coalesce($5, infraction_code), infraction = coalesce($6, infraction),
                 ordered = coalesce($7, ordered), deadline = coalesce($8, deadline), resolution = coalesce($9, resolution)
             where id = $1",
        )
        .bind(id)
        .bind(state.name())
        .bind(written.acta)
        .bind(written.visited_on)
        .bind(written.infraction_code)
        .bind(written.infraction)
        .bind(written.ordered)
        .bind(written.deadline)
        .bind(written.resolution)
        .execute(&mut *self.draft.tx)
        .await?;
        self.note_inspection(id, account, step, content).await
    }

    /// Whether an acta has this number already in a municipality.
    pub async fn has_acta(&mut self, ubigeo: Ubigeo, acta: &str) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "select exists (select from inspection where ubigeo = $1 and acta = $2)",
        )
        .bind(ubigeo.as_str())
        .bind(acta)
        .fetch_one(&mut *self.draft.tx)
        .await?)
    }

    /// Adds evidence.
    pub async fn add_evidence(
        &mut self,
        inspection: Uuid,
        account: Uuid,
        evidence: &Evidence,
    ) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query(
            "insert into inspection_evidence (id, inspection, file_name, bytes, sha256, place, taken_at, uploaded_by,
                                              uploaded_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(evidence.id)
        .bind(inspection)
        .bind(&evidence.file_name)
        .bind(evidence.bytes)
        .bind(&evidence.sha256[..])
        .bind(evidence.place.map(dot))
        .bind(evidence.taken_at)
        .bind(account)
        .bind(at)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }

    async fn note_inspection(
        &mut self,
        id: Uuid,
        account: Uuid,
        step: &str,
        content: &Value,
    ) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query(
            "insert into inspection_event (inspection, number, at, account, step, state, content)
             select i.id, (select coalesce(max(number), 0) + 1 from inspection_event where inspection = i.id),
                 $2, $3, $4, i.state, $5
             from inspection i where i.id = $1",
        )
        .bind(id)
        .bind(at)
        .bind(account)
        .bind(step)
        .bind(content)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }
}

fn dot(place: Coord<f64>) -> Official {
    Official(Geometry::Point(Point(place)))
}

fn coord(place: &Official, key: Uuid) -> Result<Coord<f64>, Error> {
    match place.0 {
        Geometry::Point(Point(place)) => Ok(place),
        _ => Err(broken(key, "place")),
    }
}

fn broken(key: Uuid, what: &str) -> Error {
    Error::Row {
        table: "inspection",
        key: key.to_string(),
        what: what.to_owned(),
    }
}

fn parsed(row: Row) -> Result<InspectionRow, Error> {
    Ok(InspectionRow {
        id: row.id,
        ubigeo: parse(&row.ubigeo, "ubigeo")?,
        place: coord(&row.place, row.id)?,
        parcel: row.parcel,
        certificate: row.certificate,
        receipt: row
            .receipt_sha256
            .map(|bytes| bytes.as_slice().try_into().map(Hash))
            .transpose()
            .map_err(|_| broken(row.id, "receipt_sha256"))?,
        state: row.state.parse().map_err(|_| broken(row.id, "state"))?,
        opener: row.opener,
        opened_at: row.opened_at,
        subject: row.subject,
        acta: row.acta,
        visited_on: row.visited_on,
        infraction_code: row.infraction_code,
        infraction: row.infraction,
        ordered: row.ordered,
        deadline: row.deadline,
        resolution: row.resolution,
    })
}

fn evidence(row: EvidenceRow) -> Result<Evidence, Error> {
    let (id, file_name, bytes, sha256, place, taken_at, uploaded_at) = row;
    Ok(Evidence {
        id,
        file_name,
        bytes,
        sha256: sha256
            .as_slice()
            .try_into()
            .map_err(|_| broken(id, "sha256"))?,
        place: place.map(|place| coord(&place, id)).transpose()?,
        taken_at,
        uploaded_at,
    })
}
