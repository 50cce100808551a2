//! Steps on the way of a certificate, each an act.

use domain::{
    certificate::{Annulment, State, Step},
    id::Ubigeo,
    people::{Action, Actor},
};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Deed, certificates::CertificateRow};
use uuid::Uuid;

use super::{annulment, draft::Judged, issue::sha256, keys, signature, words};
use crate::{Kind, Office, Problem, people::require, problem, view::CertificateShape};

/// A step, as somebody sends it.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// `enviar`, `devolver`, `actualizar`, `retirar`, `emitir`, `anular`.
    pub decision: String,
    /// Why: to give it back, to give it up, to annul it.
    #[serde(default, rename = "sustento")]
    pub reason: Option<String>,
    /// The post of who issues it, as it is written below the signature.
    #[serde(default, rename = "cargo")]
    pub post: Option<String>,
    /// The document that annuls it.
    #[serde(default, rename = "documento")]
    pub document: Option<String>,
}

impl Office {
    /// Takes a step with a certificate.
    pub async fn decide_certificate(
        &self,
        actor: &Actor,
        id: Uuid,
        decision: &Decision,
    ) -> Result<CertificateShape, Problem> {
        let step: Step = decision.decision.parse().map_err(|()| unknown_step())?;
        let row = self.certificate_row(id).await?;
        let account = may(actor, &row, step)?;
        match step {
            Step::Issue => self.issue(actor, account, &row, decision).await?,
            Step::Annul => self.annul(actor, account, &row, decision).await?,
            Step::Send | Step::Return | Step::Refresh | Step::Withdraw => {
                self.move_on(actor, account, &row, step, decision).await?;
            }
        }
        // A check that follows shows it, or shows it no more.
        self.feed.catch_up(&self.store).await?;
        let row = self.certificate_row(id).await?;
        self.certificate_shape(&row).await
    }

    async fn move_on(
        &self,
        actor: &Actor,
        account: Uuid,
        row: &CertificateRow,
        step: Step,
        decision: &Decision,
    ) -> Result<(), Problem> {
        let reason = match step {
            Step::Return | Step::Withdraw => {
                Some(words::said(decision.reason.as_deref(), "sustento")?)
            }
            _ => None,
        };
        let judged: Option<Judged> = if step == Step::Refresh {
            Some(self.judged(&question_of(row)?).await?)
        } else {
            None
        };
        let verdict = judged
            .as_ref()
            .map(|judged| domain::certificate::canonical::text(&judged.verdict));
        let mut act = self.store.begin(actor).await?;
        let after = open_to(act.certificate(row.id).await?.as_ref(), step)?;
        let words = verdict
            .as_deref()
            .zip(judged.as_ref().map(|judged| judged.substance));
        act.move_certificate(row.id, account, (step, after), reason.as_deref(), words)
            .await?;
        let content = json!({
            "decision": step.name(),
            "sustento": reason,
            "veredicto_sha256": judged.map(|judged| judged.substance.to_string()),
        });
        act.commit(&deed("certificado.decision", row.ubigeo, row.id, content))
            .await?;
        Ok(())
    }

    async fn annul(
        &self,
        actor: &Actor,
        account: Uuid,
        row: &CertificateRow,
        decision: &Decision,
    ) -> Result<(), Problem> {
        let reason = words::said(decision.reason.as_deref(), "sustento")?;
        let document = decision.document.as_deref().unwrap_or_default().trim();
        if document.is_empty() || document.chars().count() > 200 {
            return Err(Problem::new(
                Kind::BadRequest,
                "Falta «documento».",
                "Un certificado se anula con un documento: Resolución de Gerencia 123-2026-MPM.",
            ));
        }
        let mut act = self.store.begin(actor).await?;
        let found = act.certificate(row.id).await?;
        open_to(found.as_ref(), Step::Annul)?;
        let issued = found.and_then(|found| found.issued);
        let issued = issued.ok_or_else(words::no_number)?;
        let annulment = Annulment {
            at: act.recorded_at(),
            reason,
            document: document.to_owned(),
        };
        let head = act.audit_head().await?;
        let key = keys::in_use(&mut act, &self.signing.folder).await?;
        let seal = signature::sign(&key, &annulment::statement(&issued, &annulment, head));
        act.annul_certificate(row.id, account, &annulment, &seal)
            .await?;
        let content = json!({
            "numero": issued.number.to_string(),
            "sustento": annulment.reason,
            "documento": annulment.document,
            "llave": seal.key,
            "contenido_sha256": sha256(&seal.payload),
        });
        act.commit(&deed("certificado.anulacion", row.ubigeo, row.id, content))
            .await?;
        Ok(())
    }
}

/// Whether somebody may take a step with a certificate, and with which account.
pub(super) fn may(actor: &Actor, row: &CertificateRow, step: Step) -> Result<Uuid, Problem> {
    let issuing = Action::IssueCertificate;
    let is_drafter = actor.account() == Some(row.drafter);
    let action = match step {
        Step::Send | Step::Refresh => Action::DraftCertificate,
        Step::Withdraw if is_drafter => Action::DraftCertificate,
        Step::Withdraw | Step::Return | Step::Issue | Step::Annul => issuing,
    };
    require(actor, action, Some(row.ubigeo))?;
    if action == Action::DraftCertificate && !is_drafter {
        return Err(words::not_the_drafter(&row.drafter_login));
    }
    if step == Step::Issue && row.two_persons && is_drafter {
        return Err(words::same_person(&row.drafter_login));
    }
    actor.account().ok_or_else(problem::people::no_account)
}

/// What a certificate asks.
pub(super) fn question_of(row: &CertificateRow) -> Result<Value, Problem> {
    serde_json::from_str(&row.request).map_err(|error| words::unreadable(&error))
}

pub(super) fn deed(action: &'static str, ubigeo: Ubigeo, id: Uuid, content: Value) -> Deed {
    Deed {
        action,
        ubigeo: Some(ubigeo),
        object: format!("certificado/{id}"),
        content,
    }
}

/// The state after a step with a certificate, as it is within an act: somebody may have been first.
pub(super) fn open_to(row: Option<&CertificateRow>, step: Step) -> Result<State, Problem> {
    let row = row.ok_or_else(words::no_draft)?;
    row.state.after(step).map_err(|_| words::closed(row.state))
}

fn unknown_step() -> Problem {
    let known: Vec<&str> = Step::ALL.iter().map(|step| step.name()).collect();
    Problem::new(
        Kind::BadRequest,
        "No se conoce esa decisión.",
        format!("Puede ser {}.", known.join(", ")),
    )
}
