//! Certificates from draft to annulment, and the keys that sign them.

mod keys;
mod live;
mod row;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    audit::Hash,
    certificate::{Annulment, CertificateNumber, Kind, ShortCode, State, Step},
    id::Ubigeo,
};
use uuid::Uuid;

pub use keys::KeyRow;
pub use live::{LiveRow, Protected};

use self::row::{Row, parsed};
use crate::{Act, Error, Store};

/// A certificate as it is drafted.
#[derive(Clone, Debug)]
pub struct NewCertificate<'a> {
    /// Its identity.
    pub id: Uuid,
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Its kind.
    pub kind: Kind,
    /// The parcel that it is of.
    pub parcel: Option<&'a str>,
    /// Number of the file at the municipality's desk.
    pub case: Option<&'a str>,
    /// Whether another has to issue it.
    pub two_persons: bool,
    /// Who drafts it.
    pub drafter: Uuid,
    /// What it says.
    pub words: Words<'a>,
}

/// What a draft says: JSON texts.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// What was asked.
    pub request: &'a str,
    /// What the officer states.
    pub stated: &'a str,
    /// What the service answers.
    pub verdict: &'a str,
    /// Of what the verdict states.
    pub substance: Hash,
}

/// Who asked for a certificate. Personal data (Ley 29733).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applicant {
    /// The person's or company's name.
    pub full_name: String,
    /// `DNI`, `RUC`, `CE`, `PASAPORTE`.
    pub document_kind: String,
    /// Its number.
    pub document_number: String,
}

/// A certificate as it is kept.
#[derive(Clone, Debug)]
pub struct CertificateRow {
    /// Its identity.
    pub id: Uuid,
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Its kind.
    pub kind: Kind,
    /// The parcel that it is of.
    pub parcel: Option<String>,
    /// Number of the file at the municipality's desk.
    pub case: Option<String>,
    /// Whether another has to issue it.
    pub two_persons: bool,
    /// Where it is on its way.
    pub state: State,
    /// Who drafted it.
    pub drafter: Uuid,
    /// Their login.
    pub drafter_login: String,
    /// Their name.
    pub drafter_name: String,
    /// When.
    pub drafted_at: DateTime<Utc>,
    /// What was asked, as JSON.
    pub request: String,
    /// What the officer states, as JSON.
    pub stated: String,
    /// What the service answered, as JSON.
    pub verdict: String,
    /// Of what the verdict states.
    pub substance: Hash,
    /// What it became when it was issued.
    pub issued: Option<Issued>,
}

/// What a certificate became when it was issued.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its number.
    pub number: CertificateNumber,
    /// Its code.
    pub code: ShortCode,
    /// Login of who issued it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// That day in the province.
    pub on: NaiveDate,
    /// Its last day.
    pub expires: Option<NaiveDate>,
    /// What was signed.
    pub seal: Seal,
    /// That it was taken back.
    pub annulled: Option<Annulled>,
}

/// That a certificate was taken back.
#[derive(Clone, Debug)]
pub struct Annulled {
    /// When and why.
    pub annulment: Annulment,
    /// What was signed of it; none of those from before annulments were signed.
    pub seal: Option<Seal>,
}

/// A signature and what was signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seal {
    /// The signed JSON.
    pub payload: String,
    /// The header of the signature, as JSON.
    pub protected: String,
    /// The signature.
    pub signature: [u8; 64],
    /// The key.
    pub key: String,
}

/// A certificate that is being issued.
#[derive(Clone, Debug)]
pub struct Issue<'a> {
    /// Which.
    pub id: Uuid,
    /// Its number.
    pub number: CertificateNumber,
    /// Its code.
    pub code: ShortCode,
    /// Who issues it.
    pub by: Uuid,
    /// Its last day.
    pub expires: Option<NaiveDate>,
    /// The verdict that was signed, as JSON.
    pub verdict: &'a str,
    /// The signature.
    pub seal: &'a Seal,
}

/// A step on the way of a certificate.
#[derive(sqlx::FromRow, Debug)]
pub struct EventRow {
    /// Which, from 1.
    pub number: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// Login of who did it.
    pub login: String,
    /// `redactar`, `enviar`…
    pub step: String,
    /// The state after it.
    pub state: String,
    /// Why.
    pub reason: Option<String>,
}

/// Which certificates are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// One by its identity.
    Id(Uuid),
    /// One by its code.
    Code(ShortCode),
    /// One by its number.
    Number(CertificateNumber),
    /// The last ones of these municipalities; of all, where none is named.
    Places(Option<&'a [Ubigeo]>, Sought<'a>, i64),
}

/// What a list is narrowed to; all, where nothing is said.
#[derive(Clone, Copy, Default, Debug)]
pub struct Sought<'a> {
    /// Where they are on their way.
    pub state: Option<State>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Part of the number, the code, the parcel's code or the number of the file at the desk, in small letters.
    pub text: Option<&'a str>,
    /// After this one, as a page before ended.
    pub after: Option<Uuid>,
}

impl Store {
    /// Certificates.
    pub async fn certificates(&self, which: Which<'_>) -> Result<Vec<CertificateRow>, Error> {
        read(&self.pool, which).await
    }

    /// The way of a certificate.
    pub async fn certificate_events(&self, id: Uuid) -> Result<Vec<EventRow>, Error> {
        Ok(sqlx::query_as(
            "select e.number, e.at, a.login, e.step, e.state, e.reason
             from certificate_event e join account a on a.id = e.account
             where e.certificate = $1 order by e.number",
        )
        .bind(id)
        .fetch_all(&self.pool)
        .await?)
    }
}

async fn read(
    executor: impl sqlx::PgExecutor<'_>,
    which: Which<'_>,
) -> Result<Vec<CertificateRow>, Error> {
    let (mut id, mut code, mut number, mut places, mut limit) = (None, None, None, None, 1);
    let mut sought = Sought::default();
    match which {
        Which::Id(asked) => id = Some(asked),
        Which::Code(asked) => code = Some(asked.to_string()),
        Which::Number(asked) => number = Some(asked),
        Which::Places(asked, narrowed, most) => {
            sought = narrowed;
            places = asked.map(|asked| asked.iter().map(Ubigeo::to_string).collect::<Vec<_>>());
            limit = most;
        }
    }
    sqlx::query_as::<_, Row>(include_str!("../sql/certificates.sql"))
        .bind(id)
        .bind(code)
        .bind(number.map(|number| number.ubigeo().to_string()))
        .bind(number.map(|number| i32::from(number.year())))
        .bind(number.and_then(|number| i32::try_from(number.sequence()).ok()))
        .bind(places)
        .bind(limit)
        .bind(sought.state.map(State::name))
        .bind(sought.kind.map(Kind::name))
        .bind(sought.text)
        .bind(sought.after)
        .fetch_all(executor)
        .await?
        .into_iter()
        .map(parsed)
        .collect()
}

impl Act {
    /// A certificate, as it is within this act.
    pub async fn certificate(&mut self, id: Uuid) -> Result<Option<CertificateRow>, Error> {
        Ok(read(&mut *self.draft.tx, Which::Id(id)).await?.pop())
    }

    /// Drafts a certificate.
    pub async fn draft_certificate(&mut self, new: &NewCertificate<'_>) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query(
            "insert into certificate (id, ubigeo, kind, parcel, case_number, two_persons, drafted_by, drafted_at,
                                      request, stated, verdict, substance)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9::json, $10::json, $11::json, $12)",
        )
        .bind(new.id)
        .bind(new.ubigeo.as_str())
        .bind(new.kind.name())
        .bind(new.parcel)
        .bind(new.case)
        .bind(new.two_persons)
        .bind(new.drafter)
        .bind(at)
        .bind(new.words.request)
        .bind(new.words.stated)
        .bind(new.words.verdict)
        .bind(&new.words.substance.0[..])
        .execute(&mut *self.draft.tx)
        .await?;
        self.note_certificate(new.id, new.drafter, "redactar", None)
            .await
    }

    /// Writes who asked for it.
    pub async fn write_applicant(
        &mut self,
        certificate: Uuid,
        ubigeo: Ubigeo,
        applicant: &Applicant,
    ) -> Result<(), Error> {
        sqlx::query(
            "insert into personal.applicant (certificate, ubigeo, full_name, document_kind, document_number, written_by,
                                             written_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(certificate)
        .bind(ubigeo.as_str())
        .bind(&applicant.full_name)
        .bind(&applicant.document_kind)
        .bind(&applicant.document_number)
        .bind(self.actor_name().to_owned())
        .bind(self.recorded_at())
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }

    /// Who asked for it.
    pub async fn applicant(&mut self, certificate: Uuid) -> Result<Option<Applicant>, Error> {
        let row: Option<(String, String, String)> = sqlx::query_as(
            "select full_name, document_kind, document_number from personal.applicant where certificate = $1",
        )
        .bind(certificate)
        .fetch_optional(&mut *self.draft.tx)
        .await?;
        Ok(
            row.map(|(full_name, document_kind, document_number)| Applicant {
                full_name,
                document_kind,
                document_number,
            }),
        )
    }

    /// Writes a draft's state after a step, and its new verdict where it was judged again.
    pub async fn move_certificate(
        &mut self,
        id: Uuid,
        account: Uuid,
        (step, state): (Step, State),
        reason: Option<&str>,
        judged: Option<(&str, Hash)>,
    ) -> Result<(), Error> {
        sqlx::query(
            "update certificate set state = $2, verdict = coalesce($3::json, verdict), substance = coalesce($4, substance)
             where id = $1",
        )
        .bind(id)
        .bind(state.name())
        .bind(judged.map(|(verdict, _)| verdict))
        .bind(judged.map(|(_, substance)| substance.0.to_vec()))
        .execute(&mut *self.draft.tx)
        .await?;
        self.note_certificate(id, account, step.name(), reason)
            .await
    }

    /// The number that a certificate of a municipality has if it is issued in this act, which keeps others out.
    pub async fn next_certificate_number(
        &mut self,
        ubigeo: Ubigeo,
    ) -> Result<CertificateNumber, Error> {
        let year = chrono::Datelike::year(&self.day());
        let next: i32 = sqlx::query_scalar(
            "select coalesce(max(sequence), 0) + 1 from certificate where ubigeo = $1 and year = $2",
        )
        .bind(ubigeo.as_str())
        .bind(year)
        .fetch_one(&mut *self.draft.tx)
        .await?;
        numbered(ubigeo, year, next)
    }

    /// Issues a certificate with the number of this act.
    pub async fn issue_certificate(&mut self, issue: &Issue<'_>) -> Result<(), Error> {
        let (at, on) = (self.recorded_at(), self.day());
        sqlx::query(
            "update certificate
             set state = 'emitido', year = $2, sequence = $3, code = $4, issued_by = $5, issued_at = $6, issued_on = $7,
                 expires_on = $8, verdict = $9::json, payload = $10, protected = $11, signature = $12, key = $13
             where id = $1",
        )
        .bind(issue.id)
        .bind(i32::from(issue.number.year()))
        .bind(i32::try_from(issue.number.sequence()).unwrap_or(i32::MAX))
        .bind(issue.code.to_string())
        .bind(issue.by)
        .bind(at)
        .bind(on)
        .bind(issue.expires)
        .bind(issue.verdict)
        .bind(&issue.seal.payload)
        .bind(&issue.seal.protected)
        .bind(&issue.seal.signature[..])
        .bind(&issue.seal.key)
        .execute(&mut *self.draft.tx)
        .await?;
        self.announce().await?;
        self.note_certificate(issue.id, issue.by, Step::Issue.name(), None)
            .await
    }

    /// Annuls an issued one.
    pub async fn annul_certificate(
        &mut self,
        id: Uuid,
        account: Uuid,
        annulment: &Annulment,
        seal: &Seal,
    ) -> Result<(), Error> {
        sqlx::query(
            "update certificate
             set state = 'anulado', annulled_by = $2, annulled_at = $3, annulled_why = $4, annulled_document = $5,
                 annulment_payload = $6, annulment_protected = $7, annulment_signature = $8, annulment_key = $9
             where id = $1",
        )
        .bind(id)
        .bind(account)
        .bind(annulment.at)
        .bind(&annulment.reason)
        .bind(&annulment.document)
        .bind(&seal.payload)
        .bind(&seal.protected)
        .bind(&seal.signature[..])
        .bind(&seal.key)
        .execute(&mut *self.draft.tx)
        .await?;
        self.announce().await?;
        self.note_certificate(id, account, Step::Annul.name(), Some(&annulment.reason))
            .await
    }

    /// Adds to its way the step that was just written.
    async fn note_certificate(
        &mut self,
        id: Uuid,
        account: Uuid,
        step: &str,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query(
            "insert into certificate_event (certificate, number, at, account, step, state, reason, substance)
             select c.id, (select coalesce(max(number), 0) + 1 from certificate_event where certificate = c.id),
                 $2, $3, $4, c.state, $5, c.substance
             from certificate c where c.id = $1",
        )
        .bind(id)
        .bind(at)
        .bind(account)
        .bind(step)
        .bind(reason)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }
}

fn numbered(ubigeo: Ubigeo, year: i32, sequence: i32) -> Result<CertificateNumber, Error> {
    let parts = (u16::try_from(year).ok(), u32::try_from(sequence).ok());
    let number = match parts {
        (Some(year), Some(sequence)) => CertificateNumber::new(ubigeo, year, sequence).ok(),
        _ => None,
    };
    number.ok_or_else(|| broken(&format!("{ubigeo}-{year}-{sequence}"), "number"))
}

fn broken(key: &str, what: &str) -> Error {
    Error::Row {
        table: "certificate",
        key: key.to_owned(),
        what: what.to_owned(),
    }
}
