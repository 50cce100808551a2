//! `/gobierno/acuerdos`: an agreement with its votes and what was done about it, and the sheet of a new one.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{Redirect, Response},
};
use domain::{
    institute::agreement::{Outcome, Vote},
    people::Action,
};
use office::{
    Kind, Office, Problem,
    government::{
        About, AgreementShape, Cast, Fulfilment, NewAgreement, NewFollowUp, Seat, SessionShape,
    },
};

use super::{
    super::{
        done,
        filled::Filled,
        papers::{Papers, address},
        shell::{Shell, page_after},
        spanish,
    },
    words,
};
use crate::problem::{Answer, Parameters, Segments};

/// What they are called among what has papers.
const KIND: &str = "acuerdo";

#[derive(Template)]
#[template(path = "acuerdo.html")]
struct Seen {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    one: AgreementShape,
    papers: Papers,
    /// Whether who is there may say what was done about it.
    follows: bool,
    typed: Filled,
}

impl Seen {
    fn states() -> [(&'static str, &'static str); 4] {
        Fulfilment::ALL.map(|state| (state.name(), words::state(state).0))
    }
}

pub(super) async fn agreement(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho"])?;
    let told = parameters.told(&[
        ("alta", "El acuerdo quedó registrado."),
        ("seguimiento", "El paso quedó registrado."),
    ]);
    show(&office, shell, &code, (told, None), Filled::default()).await
}

async fn show(
    office: &Office,
    shell: Shell,
    code: &str,
    (told, problem): (Option<&'static str>, Option<Problem>),
    typed: Filled,
) -> Answer<Response> {
    let one = office.agreement(code).await?;
    let keeps = shell.may(Action::KeepRegister);
    let page = Seen {
        problem,
        told,
        papers: Papers::of(office, (KIND, &one.codigo), keeps).await?,
        follows: keeps && one.resultado == Some(Outcome::Approved),
        one,
        typed,
        shell,
    };
    Ok(page_after(page.problem.as_ref(), &page))
}

pub(super) async fn follow(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let followed = match step(&typed) {
        Ok(step) => office.follow_agreement(&actor, &code, &step).await,
        Err(problem) => Err(problem),
    };
    match followed {
        Ok(one) => Ok(done(&address(KIND, &one.codigo), "seguimiento")),
        Err(problem) => {
            office::plans::may_keep(&actor)?;
            show(&office, shell, &code, (None, Some(problem)), typed).await
        }
    }
}

/// Who signs in to send a form is led here: to the page that has it.
pub(super) async fn back(Segments(code): Segments<String>) -> Redirect {
    Redirect::to(&address(KIND, &code))
}

fn step(typed: &Filled) -> Result<NewFollowUp, Problem> {
    Ok(NewFollowUp {
        version: typed.version()?,
        fecha: typed
            .day("fecha")?
            .ok_or_else(|| missing("Falta la fecha.", "Escriba el día en que se hizo."))?,
        estado: typed
            .typed("estado")
            .parse()
            .map_err(|_| missing("Falta el estado.", "Elija cómo queda el acuerdo."))?,
        nota: typed.typed("nota").to_owned(),
    })
}

#[derive(Template)]
#[template(path = "acuerdo_nuevo.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    session: SessionShape,
    /// Those that were there, each with the vote that was typed.
    votes: Vec<(Seat, String)>,
    typed: Filled,
}

impl Sheet {
    fn kinds() -> [(&'static str, &'static str); 3] {
        Vote::ALL.map(|vote| (vote.name(), words::vote(Some(vote))))
    }

    async fn show(
        office: &Office,
        shell: Shell,
        typed: Filled,
        problem: Option<Problem>,
    ) -> Answer<Response> {
        let session = office.session(typed.typed("sesion")).await?;
        let votes = session.municipalidades.iter().map(|seat| {
            let vote = typed.typed(&format!("voto_{}", seat.ubigeo)).to_owned();
            (seat.clone(), vote)
        });
        let sheet = Self {
            votes: votes.collect(),
            shell,
            problem,
            session,
            typed,
        };
        Ok(page_after(sheet.problem.as_ref(), &sheet))
    }
}

pub(super) async fn blank(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["sesion"])?;
    office::plans::may_keep(&shell.visitor().actor)?;
    Sheet::show(&office, shell, Filled::of(parameters.0), None).await
}

pub(super) async fn write(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let written = match new(&office, &typed) {
        Ok(new) => office.write_agreement(&actor, new).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(one) => Ok(done(&address(KIND, &one.codigo), "alta")),
        Err(problem) => {
            office::plans::may_keep(&actor)?;
            Sheet::show(&office, shell, typed, Some(problem)).await
        }
    }
}

fn new(office: &Office, typed: &Filled) -> Result<NewAgreement, Problem> {
    let votes = office.seats().into_iter().filter_map(|seat| {
        let vote = typed.said(&format!("voto_{}", seat.ubigeo))?;
        let vote: Vote = vote.parse().ok()?;
        Some(Cast {
            ubigeo: seat.ubigeo,
            voto: vote,
        })
    });
    Ok(NewAgreement {
        codigo: typed.owned("codigo"),
        sesion: typed.typed("sesion").to_owned(),
        texto: typed.typed("texto").to_owned(),
        votos: votes.collect(),
        sobre: about(typed.typed("decide_sobre"))?,
    })
}

/// What an agreement is about: a line each, as `plan PDU-220101-DEMO`.
fn about(text: &str) -> Result<Vec<About>, Problem> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (class, code) = line.split_once(char::is_whitespace).ok_or_else(|| {
                missing(
                    "No se entiende sobre qué decide el acuerdo.",
                    "Escriba una línea por cosa: su clase (plan, inversion, informe o cambio), un espacio y su código.",
                )
            })?;
            Ok(About {
                clase: class.to_owned(),
                codigo: code.trim().to_owned(),
            })
        })
        .collect()
}

fn missing(title: &str, detail: &str) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}
