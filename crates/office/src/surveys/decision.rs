//! A second person decides on a survey; approving publishes it.

use domain::{
    id::Ubigeo,
    people::{Action, Actor, Decider},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{
    Act, Deed, Entry,
    surveys::{SurveyRow, Verdict},
};
use uuid::Uuid;

use super::{
    Report, Scope,
    comparison::{Subject, is_stale},
    place::place,
    publication::{Publication, counts},
    queue::{examined, state_after},
    reading::catalogue_of,
    received::rules_with_errors,
};
use crate::{
    Kind, Office, Problem, drafts::PlanApproval, people::require, problem, view::SurveyShape,
};

/// A decision, as somebody sends it.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Which.
    pub decision: Choice,
    /// Why.
    #[serde(rename = "sustento")]
    pub reason: String,
    /// Rules whose findings are overridden: their rows stay out, the rest is published.
    #[serde(default, rename = "excepciones")]
    pub exceptions: Vec<Exception>,
    /// The comparison that who decides has looked at: what was written or published since is not decided on.
    #[serde(default, rename = "comparacion")]
    pub comparison: Option<i32>,
}

/// What can be decided.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// It is published.
    Aprobar,
    /// It goes back to who uploaded it.
    Observar,
    /// It ends here.
    Rechazar,
}

/// A rule whose findings are overridden.
#[derive(Clone, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Code of the rule.
    #[serde(rename = "regla")]
    pub rule: String,
    /// Why.
    #[serde(rename = "motivo")]
    pub reason: String,
}

/// A decision on its way into the record.
#[derive(Clone, Debug)]
struct Approval {
    survey: Uuid,
    ubigeo: Ubigeo,
    decider: Decider,
    reason: String,
    exceptions: Value,
    comparison: i32,
    /// Its author may be writing in it.
    edition: bool,
}

/// Shortest reason: `visto en campo`.
const REASON_MIN: usize = 10;
const REASON_MAX: usize = 2_000;

impl Choice {
    fn word(self) -> &'static str {
        match self {
            Self::Aprobar => "aprobar",
            Self::Observar => "observar",
            Self::Rechazar => "rechazar",
        }
    }
}

/// How often an approval begins again because the land has changed under it.
const APPROVALS_MAX: usize = 5;

impl Office {
    /// Decides on a survey that somebody else uploaded.
    pub async fn decide(
        &self,
        actor: &Actor,
        id: Uuid,
        decision: &Decision,
    ) -> Result<SurveyShape, Problem> {
        self.decide_with(actor, id, decision, None).await
    }

    /// Decides on a survey; with it a plan in draft may be put in force, all of it or nothing.
    pub(crate) async fn decide_with(
        &self,
        actor: &Actor,
        id: Uuid,
        decision: &Decision,
        plan: Option<&PlanApproval>,
    ) -> Result<SurveyShape, Problem> {
        let mut row = self.found(id).await?;
        let action = Action::decide_on(&row.collection);
        require(actor, action, Some(row.ubigeo))?;
        let (uploader, login) = row.uploaded_by.clone().unwrap_or_default();
        let decider = Decider::new(actor, uploader)
            .map_err(|_| problem::people::same_person(&login, action, row.ubigeo))?;
        check_reason(&decision.reason, "sustento")?;
        let mut left = APPROVALS_MAX;
        loop {
            if !matches!(row.state.as_str(), "observado" | "conforme") {
                return Err(closed(&row.state));
            }
            if decision
                .comparison
                .is_some_and(|seen| seen != row.comparison)
            {
                return Err(another_comparison());
            }
            let approval = Approval {
                survey: id,
                ubigeo: row.ubigeo,
                decider,
                reason: decision.reason.trim().to_owned(),
                exceptions: exceptions(decision, row.report.as_ref())?,
                comparison: row.comparison,
                edition: row.edition,
            };
            if decision.decision != Choice::Aprobar {
                let mut act = self.store.begin(actor).await?;
                approval.write(&mut act, decision.decision).await?;
                act.commit(&approval.deed(decision.decision)).await?;
                break;
            }
            if self.publish(actor, &row, &approval, plan).await? {
                break;
            }
            left -= 1;
            if left == 0 {
                return Err(busy());
            }
            row = self.compare_again(&row).await?;
        }
        Ok(SurveyShape::of(&self.found(id).await?))
    }

    /// Publishes what was compared. Does nothing, and says so, where the land has changed since.
    async fn publish(
        &self,
        actor: &Actor,
        row: &SurveyRow,
        approval: &Approval,
        plan: Option<&PlanApproval>,
    ) -> Result<bool, Problem> {
        let Some(report) = row.report.clone() else {
            return Err(Problem::new(
                Kind::Refused,
                "El archivo no se pudo leer: no hay qué publicar.",
                "Obsérvelo o rechácelo, y que se envíe otro.",
            ));
        };
        let report: Report = serde_json::from_value(report).map_err(|error| unreadable(&error))?;
        let place = place(&self.store, row.ubigeo).await?;
        let mut act = self.store.begin(actor).await?;
        if is_stale(&mut act, row.compared_to, row.ubigeo, &row.collection).await? {
            return Ok(false);
        }
        let publication = Publication {
            survey: row.id,
            comparison: row.comparison,
            collection: &row.collection,
            ubigeo: row.ubigeo,
            place: &place,
            entry: Entry {
                ubigeo: Some(row.ubigeo),
                collection: Some(row.collection.clone()),
                kind: "levantamiento",
                reason: approval.reason.clone(),
                document: Some(format!("levantamiento/{}", row.id)),
                document_sha256: row.file_sha256.as_slice().try_into().ok(),
            },
        };
        publication.run(&mut act).await?;
        approval.write(&mut act, Choice::Aprobar).await?;
        if let Some(plan) = plan {
            plan.write(&mut act).await?;
        }
        act.record(&approval.deed(Choice::Aprobar)).await?;
        let (version, _) = act.publish(counts(&report)).await?;
        // Who decides sees what was decided.
        self.feed.wait_for(version).await;
        Ok(true)
    }

    /// Compares a survey with what has been published meanwhile. Where that changes what it does, who decides has to
    /// look again.
    async fn compare_again(&self, row: &SurveyRow) -> Result<SurveyRow, Problem> {
        let Some(uploader) = self.uploader(row).await? else {
            return Err(Problem::new(
                Kind::Conflict,
                "Desde que se examinó cambió lo que está en vigor, y la cuenta que lo subió ya no está en uso.",
                "Recházelo, y que se envíe otra vez.",
            ));
        };
        let report = row.report.clone().unwrap_or_default();
        let mut report: Report =
            serde_json::from_value(report).map_err(|error| unreadable(&error))?;
        let before = (report.changes, report.accepted);
        let catalogue = catalogue_of(row.profile.as_deref())?;
        let mut draft = self.store.draft(&uploader).await?;
        if let (true, Some(author)) = (row.edition, uploader.account()) {
            // Both would write the same comparison.
            draft.lock_editions(author, &row.collection).await?;
            if self.found(row.id).await?.comparison != row.comparison {
                return Err(another_comparison());
            }
        }
        let compared = Subject {
            survey: row.id,
            comparison: row.comparison + 1,
            collection: &row.collection,
            ubigeo: row.ubigeo,
            scope: Scope::of(&row.scope).unwrap_or_default(),
            is_edition: row.edition,
        }
        .compare_again(&mut draft, &catalogue)
        .await?;
        report.compared(&compared, &catalogue);
        let state = state_after(report.has_errors());
        let outcome = compared.outcome(state, json!(report));
        let mut act = draft.begin().await?;
        // Somebody else may have compared it meanwhile, or decided: what they wrote counts.
        if act.conclude_survey(row.id, &outcome).await? {
            act.commit(&examined(row, state)).await?;
        }
        let row = self.found(row.id).await?;
        if before == (report.changes, report.accepted) {
            return Ok(row);
        }
        Err(Problem::new(
            Kind::Conflict,
            "Desde que se examinó se publicó algo que cambia lo que este levantamiento hace.",
            "No se publicó nada. Se comparó otra vez con lo que está en vigor: vea su informe y decida de nuevo.",
        ))
    }
}

fn another_comparison() -> Problem {
    Problem::new(
        Kind::Conflict,
        "El levantamiento cambió desde que usted lo vio.",
        "No se decidió nada. Vea otra vez su informe y decida con la «comparacion» que trae.",
    )
}

fn busy() -> Problem {
    Problem::new(
        Kind::Conflict,
        "Lo que está en vigor cambia mientras se publica.",
        "No se publicó nada. Vuelva a decidir en un momento.",
    )
}

fn unreadable(error: &serde_json::Error) -> Problem {
    tracing::error!(%error, "report of a survey");
    Problem::new(
        Kind::Internal,
        "El informe del levantamiento no se puede leer.",
        "Recházelo, y que se envíe otra vez; avise a quien opera el servidor.",
    )
}

impl Approval {
    /// Writes the decision; somebody else may have been first.
    async fn write(&self, act: &mut Act, choice: Choice) -> Result<(), Problem> {
        let (state, change) = match choice {
            Choice::Aprobar => ("publicado", Some(act.number())),
            Choice::Observar => ("observado", None),
            Choice::Rechazar => ("rechazado", None),
        };
        let verdict = Verdict {
            survey: self.survey,
            decider: self.decider,
            decision: choice.word(),
            reason: &self.reason,
            exceptions: self.exceptions.clone(),
            state,
            change,
            comparison: self.comparison,
        };
        match act.decide_survey(&verdict).await? {
            true => Ok(()),
            false if self.edition => Err(another_comparison()),
            false => Err(closed("decidido")),
        }
    }

    /// What the audit trail keeps of it.
    fn deed(&self, choice: Choice) -> Deed {
        Deed {
            action: "levantamiento.decision",
            ubigeo: Some(self.ubigeo),
            object: format!("levantamiento/{}", self.survey),
            content: serde_json::json!({
                "decision": choice.word(),
                "sustento": self.reason,
                "excepciones": self.exceptions,
            }),
        }
    }
}

pub(crate) fn check_reason(text: &str, what: &str) -> Result<(), Problem> {
    let length = text.trim().chars().count();
    if (REASON_MIN..=REASON_MAX).contains(&length) {
        return Ok(());
    }
    Err(Problem::new(
        Kind::BadRequest,
        format!("Falta «{what}»."),
        format!(
            "Diga por qué, entre {REASON_MIN} y {REASON_MAX} letras y sin nombres de titulares: queda en la auditoría."
        ),
    ))
}

/// The overridden rules, each with its reason. All that keep the survey out, and no other.
fn exceptions(decision: &Decision, report: Option<&Value>) -> Result<Value, Problem> {
    let errors = report.map(rules_with_errors).unwrap_or_default();
    for exception in &decision.exceptions {
        if decision.decision != Choice::Aprobar || !errors.contains(&exception.rule) {
            return Err(Problem::new(
                Kind::BadRequest,
                format!("No hay errores de «{}» que exceptuar.", exception.rule),
                "Se exceptúan, al aprobar, las reglas que el informe da como error.",
            ));
        }
        check_reason(&exception.reason, "motivo")?;
    }
    let open: Vec<&str> = errors
        .iter()
        .map(String::as_str)
        .filter(|rule| {
            !decision
                .exceptions
                .iter()
                .any(|exception| exception.rule == **rule)
        })
        .collect();
    if decision.decision == Choice::Aprobar && !open.is_empty() {
        return Err(Problem::new(
            Kind::Refused,
            format!("El levantamiento tiene errores: {}.", open.join(", ")),
            "Obsérvelo para que se corrija; o apruébelo con «excepciones», cada regla con su motivo: sus filas quedan fuera y consta en la auditoría.",
        ));
    }
    Ok(serde_json::json!(decision.exceptions))
}

fn closed(state: &str) -> Problem {
    Problem::new(
        Kind::Conflict,
        format!("El levantamiento está {state}: ya no se decide sobre él."),
        "Uno recibido se decide cuando termina su examen; uno publicado o rechazado, con un levantamiento nuevo.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(choice: Choice, rules: &[&str]) -> Decision {
        Decision {
            decision: choice,
            reason: "visto en campo".to_owned(),
            exceptions: rules
                .iter()
                .map(|rule| Exception {
                    rule: (*rule).to_owned(),
                    reason: "se corrige en la próxima".to_owned(),
                })
                .collect(),
            comparison: None,
        }
    }

    #[test]
    fn every_error_is_overridden_by_name_or_keeps_the_survey_out() {
        let report = serde_json::json!({"hallazgos": [
            {"regla": "geometria_invalida", "severidad": "error", "cantidad": 2},
            {"regla": "codigo_duplicado", "severidad": "error", "cantidad": 1},
            {"regla": "fuera_de_municipio", "severidad": "observacion", "cantidad": 1},
        ]});
        let kind = |choice, rules: &[&str]| {
            exceptions(&decision(choice, rules), Some(&report)).map_err(|p| p.kind)
        };
        assert_eq!(kind(Choice::Aprobar, &[]), Err(Kind::Refused));
        assert_eq!(
            kind(Choice::Aprobar, &["geometria_invalida"]),
            Err(Kind::Refused)
        );
        assert!(kind(Choice::Aprobar, &["geometria_invalida", "codigo_duplicado"]).is_ok());
        assert_eq!(
            kind(Choice::Aprobar, &["fuera_de_municipio"]),
            Err(Kind::BadRequest)
        );
        assert_eq!(
            kind(Choice::Observar, &["geometria_invalida"]),
            Err(Kind::BadRequest)
        );
        assert!(kind(Choice::Observar, &[]).is_ok());
        let mut hasty = decision(Choice::Aprobar, &["geometria_invalida", "codigo_duplicado"]);
        hasty.exceptions[0].reason = "sí".to_owned();
        assert_eq!(
            exceptions(&hasty, Some(&report)).map_err(|p| p.kind),
            Err(Kind::BadRequest)
        );
    }
}
