//! A row of the table as a certificate.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{audit::Hash, certificate::Annulment, id::Ubigeo};
use uuid::Uuid;

use super::{Annulled, CertificateRow, Issued, Seal, broken, numbered};
use crate::{Error, land::parse};

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    ubigeo: String,
    kind: String,
    parcel: Option<String>,
    case_number: Option<String>,
    two_persons: bool,
    state: String,
    drafted_by: Uuid,
    drafted_at: DateTime<Utc>,
    drafter: String,
    drafter_name: String,
    request: String,
    stated: String,
    verdict: String,
    substance: Vec<u8>,
    year: Option<i32>,
    sequence: Option<i32>,
    code: Option<String>,
    issuer: Option<String>,
    issued_at: Option<DateTime<Utc>>,
    issued_on: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    payload: Option<String>,
    protected: Option<String>,
    signature: Option<Vec<u8>>,
    key: Option<String>,
    annulled_at: Option<DateTime<Utc>>,
    annulled_why: Option<String>,
    annulled_document: Option<String>,
    annulment_payload: Option<String>,
    annulment_protected: Option<String>,
    annulment_signature: Option<Vec<u8>>,
    annulment_key: Option<String>,
}

pub(super) fn parsed(row: Row) -> Result<CertificateRow, Error> {
    let key = row.id.to_string();
    let ubigeo: Ubigeo = parse(&row.ubigeo, "ubigeo")?;
    Ok(CertificateRow {
        kind: row.kind.parse().map_err(|_| broken(&key, "kind"))?,
        state: row.state.parse().map_err(|()| broken(&key, "state"))?,
        substance: Hash(
            row.substance
                .as_slice()
                .try_into()
                .map_err(|_| broken(&key, "substance"))?,
        ),
        issued: issued(&row, ubigeo, &key)?,
        id: row.id,
        ubigeo,
        parcel: row.parcel,
        case: row.case_number,
        two_persons: row.two_persons,
        drafter: row.drafted_by,
        drafter_login: row.drafter,
        drafter_name: row.drafter_name,
        drafted_at: row.drafted_at,
        request: row.request,
        stated: row.stated,
        verdict: row.verdict,
    })
}

fn issued(row: &Row, ubigeo: Ubigeo, key: &str) -> Result<Option<Issued>, Error> {
    // The database holds that an issued row has all of these.
    let (Some(year), Some(sequence), Some(code)) = (row.year, row.sequence, &row.code) else {
        return Ok(None);
    };
    let seal = seal(
        (&row.payload, &row.protected, &row.signature, &row.key),
        key,
    )?;
    let seal = seal.ok_or_else(|| broken(key, "issued without a signature"))?;
    let (Some(by), Some(at), Some(on)) = (&row.issuer, row.issued_at, row.issued_on) else {
        return Err(broken(key, "issued by nobody"));
    };
    Ok(Some(Issued {
        number: numbered(ubigeo, year, sequence)?,
        code: code.parse().map_err(|_| broken(key, "code"))?,
        by: by.clone(),
        at,
        on,
        expires: row.expires_on,
        seal,
        annulled: annulled(row, key)?,
    }))
}

fn annulled(row: &Row, key: &str) -> Result<Option<Annulled>, Error> {
    let (Some(at), Some(reason), Some(document)) =
        (row.annulled_at, &row.annulled_why, &row.annulled_document)
    else {
        return Ok(None);
    };
    let signed = (
        &row.annulment_payload,
        &row.annulment_protected,
        &row.annulment_signature,
        &row.annulment_key,
    );
    Ok(Some(Annulled {
        annulment: Annulment {
            at,
            reason: reason.clone(),
            document: document.clone(),
        },
        seal: seal(signed, key)?,
    }))
}

type Signed<'a> = (
    &'a Option<String>,
    &'a Option<String>,
    &'a Option<Vec<u8>>,
    &'a Option<String>,
);

fn seal(signed: Signed<'_>, key: &str) -> Result<Option<Seal>, Error> {
    let (Some(payload), Some(protected), Some(signature), Some(by)) = signed else {
        return Ok(None);
    };
    Ok(Some(Seal {
        payload: payload.clone(),
        protected: protected.clone(),
        signature: signature
            .as_slice()
            .try_into()
            .map_err(|_| broken(key, "signature"))?,
        key: by.clone(),
    }))
}
