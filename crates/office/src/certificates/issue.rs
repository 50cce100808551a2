//! Issuing: judged again, numbered, signed and recorded in one act.

use chrono::NaiveDate;
use domain::{
    audit::Head,
    certificate::{CertificateNumber, ShortCode, Step, canonical, expiry},
    people::Actor,
    time::ChangeNumber,
};
use serde_json::{Value, json};
use store::{
    Act,
    certificates::{CertificateRow, Issue},
    people::accounts::By,
};
use uuid::Uuid;

use super::{
    Decision,
    decision::{deed, open_to, question_of},
    draft::{Judged, kind},
    keys, signature, words,
};
use crate::{Kind, Office, Problem, problem};

/// How often an issue begins again because the land has changed under it.
const TRIES_MAX: usize = 5;

/// What goes into a certificate besides the verdict.
struct Particulars<'a> {
    row: &'a CertificateRow,
    number: CertificateNumber,
    code: ShortCode,
    expires: Option<NaiveDate>,
    municipality: String,
    signatory: (&'a str, &'a str),
    head: Head,
}

impl Office {
    pub(super) async fn issue(
        &self,
        actor: &Actor,
        account: Uuid,
        row: &CertificateRow,
        decision: &Decision,
    ) -> Result<(), Problem> {
        let post = post(decision.post.as_deref())?;
        let municipality = self.municipality_name(row)?;
        let question = question_of(row)?;
        for _ in 0..TRIES_MAX {
            let judged = self.judged(&question).await?;
            let mut act = self.store.begin(actor).await?;
            // Nothing is published while we hold the act: what was judged is what is in force, or it is judged again.
            let last = ChangeNumber(act.number().0 - 1);
            if judged.version != last.0 || judged.day != act.day() {
                drop(act);
                self.feed.wait_for(last).await;
                continue;
            }
            let found = act.certificate(row.id).await?;
            open_to(found.as_ref(), Step::Issue)?;
            if found.is_none_or(|found| found.substance != judged.substance) {
                return Err(words::stale());
            }
            let (_, rules) = kind(row.kind.name())?;
            if let Some(need) = rules.lacking(&judged.verdict) {
                return Err(words::nothing_to_certify(&rules, need));
            }
            return sign_and_commit(self, act, account, row, &judged, (municipality, post)).await;
        }
        Err(words::busy())
    }

    fn municipality_name(&self, row: &CertificateRow) -> Result<String, Problem> {
        let snapshot = self.feed.snapshot();
        let land = snapshot.municipalities.get(&row.ubigeo);
        land.map(|land| land.municipality.name.clone())
            .ok_or_else(words::busy)
    }
}

async fn sign_and_commit(
    office: &Office,
    mut act: Act,
    account: Uuid,
    row: &CertificateRow,
    judged: &Judged,
    (municipality, post): (String, &str),
) -> Result<(), Problem> {
    let (_, rules) = kind(row.kind.name())?;
    let signer = act
        .account(By::Id(account))
        .await?
        .ok_or_else(problem::people::no_account)?;
    let key = keys::in_use(&mut act, &office.signing.folder).await?;
    let particulars = Particulars {
        row,
        number: act.next_certificate_number(row.ubigeo).await?,
        code: random_code()?,
        expires: rules.months.and_then(|months| expiry(act.day(), months)),
        municipality,
        signatory: (&signer.full_name, post),
        head: act.audit_head().await?,
    };
    let content = content(&particulars, &rules, judged, &act)?;
    let seal = signature::sign(&key, &content);
    act.issue_certificate(&Issue {
        id: row.id,
        number: particulars.number,
        code: particulars.code,
        by: account,
        expires: particulars.expires,
        verdict: &canonical::text(&judged.verdict),
        seal: &seal,
    })
    .await?;
    let said = json!({
        "numero": particulars.number.to_string(),
        "tipo": row.kind.name(),
        "predio": row.parcel,
        "vence": particulars.expires,
        "llave": seal.key,
        "contenido_sha256": sha256(&seal.payload),
    });
    act.commit(&deed("certificado.emision", row.ubigeo, row.id, said))
        .await?;
    Ok(())
}

/// What is signed.
fn content(
    of: &Particulars<'_>,
    rules: &domain::certificate::Rules,
    judged: &Judged,
    act: &Act,
) -> Result<Value, Problem> {
    let json_of =
        |text: &str| serde_json::from_str::<Value>(text).map_err(|error| words::unreadable(&error));
    let (name, post) = of.signatory;
    Ok(json!({
        "numero": of.number.to_string(),
        "codigo": of.code.to_string(),
        "tipo": of.row.kind.name(),
        "titulo": rules.title,
        "base_legal": rules.basis,
        "municipio": {"ubigeo": of.row.ubigeo.as_str(), "nombre": of.municipality},
        "predio": of.row.parcel,
        "expediente": of.row.case,
        "emitido": act.day(),
        "emitido_a": act.recorded_at(),
        "vence": of.expires,
        "prevalece": rules.prevails,
        "elaborado_por": of.row.drafter_name,
        "firmado_por": {"nombre": name, "cargo": post},
        "consulta": json_of(&of.row.request)?,
        "datos": json_of(&of.row.stated)?,
        "veredicto": judged.verdict,
        "auditoria": of.head.to_string(),
    }))
}

pub(super) fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    format!("{:x}", Sha256::digest(text))
}

/// A code that nobody guesses.
pub(crate) fn random_code() -> Result<ShortCode, Problem> {
    let mut bytes = [0; 15];
    getrandom::fill(&mut bytes).map_err(|error| words::unreadable(&error))?;
    Ok(ShortCode::from_random(bytes))
}

fn post(text: Option<&str>) -> Result<&str, Problem> {
    let text = text.unwrap_or_default().trim();
    if (3..=120).contains(&text.chars().count()) {
        return Ok(text);
    }
    Err(Problem::new(
        Kind::BadRequest,
        "Falta «cargo».",
        "El cargo de quien firma, como va debajo de la firma: Subgerente de Control Urbano.",
    ))
}
