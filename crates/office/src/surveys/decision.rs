//! A second person decides on a survey; approving publishes it.

use domain::{
    id::Ubigeo,
    people::{Action, Actor, Decider},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{
    Act, Deed,
    surveys::{SurveyRow, Verdict},
};
use uuid::Uuid;

use super::{OnErrors, Purpose, Survey, received::rules_with_errors};
use crate::{Kind, Office, Problem, people::require, problem, view::SurveyShape};

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

/// What a publication carries of the decision behind it.
#[derive(Clone, Debug)]
pub struct Approval {
    pub(super) survey: Uuid,
    pub(super) ubigeo: Ubigeo,
    pub(super) decider: Decider,
    pub(super) reason: String,
    pub(super) exceptions: Value,
    /// The file that was examined, and no other.
    pub(super) file_sha256: Vec<u8>,
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

impl Office {
    /// Decides on a survey that somebody else uploaded.
    pub async fn decide(
        &self,
        actor: &Actor,
        id: Uuid,
        decision: &Decision,
    ) -> Result<SurveyShape, Problem> {
        let row = self.found(id).await?;
        let action = Action::decide_on(&row.collection);
        require(actor, action, Some(row.ubigeo))?;
        let decider = Decider::new(actor, row.uploaded_by.0)
            .map_err(|_| problem::people::same_person(&row.uploaded_by.1, action, row.ubigeo))?;
        check_reason(&decision.reason, "sustento")?;
        if !matches!(row.state.as_str(), "observado" | "conforme") {
            return Err(closed(&row.state));
        }
        let exceptions = exceptions(decision, row.report.as_ref())?;
        let approval = Approval {
            survey: id,
            ubigeo: row.ubigeo,
            decider,
            reason: decision.reason.trim().to_owned(),
            exceptions,
            file_sha256: row.file_sha256.clone(),
        };
        if decision.decision == Choice::Aprobar {
            self.publish(actor, &row, approval).await?;
        } else {
            let mut act = self.store.begin(actor).await?;
            approval.write(&mut act, decision.decision).await?;
            act.commit(&approval.deed(decision.decision)).await?;
        }
        Ok(SurveyShape::of(&self.found(id).await?))
    }

    async fn publish(
        &self,
        actor: &Actor,
        row: &SurveyRow,
        approval: Approval,
    ) -> Result<(), Problem> {
        if row.report.is_none() {
            return Err(Problem::new(
                Kind::Refused,
                "El archivo no se pudo leer: no hay qué publicar.",
                "Obsérvelo o rechácelo, y que se envíe otro.",
            ));
        }
        let on_errors = if approval
            .exceptions
            .as_array()
            .is_some_and(|all| !all.is_empty())
        {
            OnErrors::Skip
        } else {
            OnErrors::Refuse
        };
        let request = self.request(row, Purpose::Approve(Box::new(approval)), on_errors);
        let survey = Survey::begin(request, |_| {})?;
        let report = survey.ingest(&self.store, actor).await?;
        if report.state == super::State::Refused {
            return Err(Problem::new(
                Kind::Conflict,
                "Desde que se examinó cambió lo que está en vigor, y ahora hay errores que nadie exceptuó.",
                "No se publicó nada. Pida que se envíe otra vez.",
            ));
        }
        // Who decides sees what was decided.
        self.feed.wait_for(report.version).await;
        Ok(())
    }
}

impl Approval {
    /// Writes the decision; somebody else may have been first.
    pub(super) async fn write(&self, act: &mut Act, choice: Choice) -> Result<(), Problem> {
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
        };
        if act.decide_survey(&verdict).await? {
            Ok(())
        } else {
            Err(closed("decidido"))
        }
    }

    /// What the audit trail keeps of it.
    pub(super) fn deed(&self, choice: Choice) -> Deed {
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

fn check_reason(text: &str, what: &str) -> Result<(), Problem> {
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
