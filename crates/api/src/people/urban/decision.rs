//! A planner decides on a plan in draft.

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use office::{
    Kind, Problem,
    drafts::{DraftChoice, DraftDecision},
    surveys::Exception,
};
use serde::Deserialize;

use super::{super::shell::Shell, impact};
use crate::{
    doors::Doors,
    problem::{Answer, Segments},
    session::Caller,
};

/// What was typed.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    pub(super) decision: String,
    #[serde(default)]
    pub(super) sustento: String,
    #[serde(default)]
    pub(super) excepciones: String,
}

pub(super) async fn decide(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let office = doors.office();
    let draft = impact::parse(&id)?;
    let decided = match typed.read() {
        Ok(decision) => office.decide_draft(&actor, draft, &decision).await,
        Err(problem) => Err(problem),
    };
    match decided {
        Ok(_) => Ok(Redirect::to(&format!("/control-urbano/borradores/{draft}")).into_response()),
        // Who has no account signs in, and comes back to what they wrote.
        Err(problem) if problem.kind == Kind::NoAccount => Err(problem.into()),
        Err(problem) => impact::again(office, shell, draft, typed, problem).await,
    }
}

impl Typed {
    fn read(&self) -> Result<DraftDecision, Problem> {
        let decision = match self.decision.as_str() {
            "aprobar" => DraftChoice::Approve,
            "retirar" => DraftChoice::Withdraw,
            _ => {
                return Err(Problem::new(
                    Kind::BadRequest,
                    "Falta la decisión.",
                    "Elija aprobar o retirar.",
                ));
            }
        };
        let lines = self
            .excepciones
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let exceptions = lines.map(|line| {
            let (rule, reason) = line.split_once(':').ok_or_else(|| {
                Problem::new(
                    Kind::BadRequest,
                    "Una excepción no se entiende.",
                    "Escriba una por línea: la regla, dos puntos y el motivo.",
                )
            })?;
            Ok::<_, Problem>(Exception {
                rule: rule.trim().to_owned(),
                reason: reason.trim().to_owned(),
            })
        });
        Ok(DraftDecision {
            decision,
            sustento: self.sustento.clone(),
            excepciones: exceptions.collect::<Result<_, _>>()?,
        })
    }
}
