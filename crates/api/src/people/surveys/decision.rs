//! `/levantamientos/{id}/decision`: a second person decides, on what they saw and with a reason.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use office::{
    Kind, Problem,
    surveys::{Choice, Decision, Exception, Sheet},
};

use super::{
    one::{Refused, back, shown, told},
    words,
};
use crate::{
    doors::Doors,
    people::shell::Shell,
    problem::{Refusal, Segments},
    programs::surveys::parse,
    session::Caller,
};

/// What was typed of a decision.
#[derive(Clone, Default)]
pub struct DecisionTyped {
    choice: String,
    reason: String,
    comparison: Option<i32>,
    /// Rules, each with why it is overridden.
    exceptions: Vec<(String, String)>,
}

/// The form of a decision.
pub struct DecisionForm {
    /// The comparison that is on the page.
    pub comparison: i32,
    /// What can be decided.
    pub choices: Vec<words::Choice>,
    /// Why.
    pub reason: String,
    /// Rules that would have to be overridden.
    pub exceptions: Vec<Overridden>,
    /// Whether there is something to publish.
    pub has_report: bool,
}

/// A rule that keeps the survey out.
pub struct Overridden {
    /// Its code.
    pub rule: String,
    /// Why it is overridden.
    pub reason: String,
}

/// What stands before the code of a rule in the name of its field.
const REASON_OF: &str = "motivo:";

impl DecisionForm {
    /// For a survey, with what was typed.
    pub fn of(sheet: &Sheet, typed: DecisionTyped) -> Self {
        let mut choices = vec![
            ("aprobar", "Aprobar: se publica"),
            ("observar", "Observar: vuelve a quien lo subió"),
            ("rechazar", "Rechazar: termina aquí"),
        ];
        let has_report = sheet.report.is_some();
        if !has_report {
            choices.remove(0);
        }
        let reason_of = |rule: &str| {
            let mut typed = typed.exceptions.iter();
            typed
                .find(|(known, _)| known == rule)
                .map_or_else(String::new, |(_, reason)| reason.clone())
        };
        let rules = sheet.rules_with_errors.iter();
        Self {
            comparison: sheet.shape.comparison,
            exceptions: rules
                .map(|rule| Overridden {
                    reason: reason_of(rule),
                    rule: rule.clone(),
                })
                .collect(),
            choices: words::choices(choices, &typed.choice),
            reason: typed.reason,
            has_report,
        }
    }
}

impl DecisionTyped {
    fn of(fields: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "decision" => typed.choice = value,
                "sustento" => typed.reason = value,
                "comparacion" => typed.comparison = value.parse().ok(),
                name => {
                    if let Some(rule) = name.strip_prefix(REASON_OF) {
                        typed.exceptions.push((rule.to_owned(), value));
                    }
                }
            }
        }
        typed
    }

    fn decision(&self) -> Result<Decision, Problem> {
        let choice = match self.choice.as_str() {
            "aprobar" => Choice::Aprobar,
            "observar" => Choice::Observar,
            "rechazar" => Choice::Rechazar,
            _ => {
                return Err(Problem::new(
                    Kind::BadRequest,
                    "Falta elegir qué se decide.",
                    "Elija aprobar, observar o rechazar. Lo que escribió sigue en su sitio.",
                ));
            }
        };
        let overridden = self
            .exceptions
            .iter()
            .filter(|(_, reason)| !reason.trim().is_empty());
        Ok(Decision {
            decision: choice,
            reason: self.reason.clone(),
            // Only what is approved overrides anything.
            exceptions: overridden
                .filter(|_| choice == Choice::Aprobar)
                .map(|(rule, reason)| Exception {
                    rule: rule.clone(),
                    reason: reason.clone(),
                })
                .collect(),
            comparison: self.comparison,
        })
    }
}

/// Decides.
pub async fn decide(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Refusal> {
    let (office, id) = (doors.office(), parse(&id)?);
    let typed = DecisionTyped::of(form.map_or_else(|_| Vec::new(), |Form(fields)| fields));
    let decided = match typed.decision() {
        Ok(decision) => office.decide(&actor, id, &decision).await,
        Err(problem) => Err(problem),
    };
    match decided {
        Ok(_) => Ok(back(id)),
        Err(problem) => {
            let refused = Refused {
                problem: Some(told(problem)?),
                decision: typed,
                ..Refused::default()
            };
            shown(office, shell, &actor, id, refused).await
        }
    }
}
