//! `/gobierno/sesiones`: a session with its agreements, and the sheet of a new one.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use domain::people::Action;
use office::{
    Kind, Office, Problem,
    government::{NewSession, Seat, SessionClass, SessionShape},
};

use super::{
    super::{
        done,
        filled::Filled,
        papers::{Papers, address},
        shell::{Shell, page, page_after},
        spanish,
    },
    words,
};
use crate::problem::{Answer, Parameters, Segments};

#[derive(Template)]
#[template(path = "sesion.html")]
struct Seen {
    shell: Shell,
    told: Option<&'static str>,
    session: SessionShape,
    papers: Papers,
    keeps: bool,
}

pub(super) async fn session(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho"])?;
    let session = office.session(&code).await?;
    let keeps = shell.may(Action::KeepRegister);
    Ok(page(&Seen {
        told: parameters.told(&[("alta", "La sesión quedó registrada.")]),
        papers: Papers::of(&office, ("sesion", &session.codigo), keeps).await?,
        keeps,
        session,
        shell,
    }))
}

#[derive(Template)]
#[template(path = "sesion_nueva.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    seats: Vec<(Seat, bool)>,
    typed: Filled,
}

impl Sheet {
    fn show(office: &Office, shell: Shell, typed: Filled, problem: Option<Problem>) -> Response {
        let seats = office.seats().into_iter().map(|seat| {
            let was_there = typed.said(&format!("presente_{}", seat.ubigeo)).is_some();
            (seat, was_there)
        });
        let sheet = Self {
            seats: seats.collect(),
            shell,
            problem,
            typed,
        };
        page_after(sheet.problem.as_ref(), &sheet)
    }
}

pub(super) async fn blank(State(office): State<Arc<Office>>, shell: Shell) -> Answer<Response> {
    office::plans::may_keep(&shell.visitor().actor)?;
    let code = office.next_session().await?;
    let typed = Filled::of([("codigo", code)]);
    Ok(Sheet::show(&office, shell, typed, None))
}

/// The sheet of a session that is there already, to correct it.
pub(super) async fn correct(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    office::plans::may_keep(&shell.visitor().actor)?;
    let session = office.session(&code).await?;
    let content = session.contenido;
    let mut fields = vec![
        ("codigo".to_owned(), session.codigo),
        ("version".to_owned(), session.version.to_string()),
        ("fecha".to_owned(), content.fecha.to_string()),
        ("clase".to_owned(), content.clase.name().to_owned()),
        ("agenda".to_owned(), content.agenda.join("\n")),
    ];
    let present = content.presentes.iter();
    fields.extend(present.map(|ubigeo| (format!("presente_{ubigeo}"), "si".to_owned())));
    Ok(Sheet::show(&office, shell, Filled::of(fields), None))
}

pub(super) async fn write(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    let written = match read(&office, &typed) {
        Ok(new) => office.write_session(&shell.visitor().actor, new).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(session) => Ok(done(&address("sesion", &session.codigo), "alta")),
        Err(problem) => {
            office::plans::may_keep(&shell.visitor().actor)?;
            Ok(Sheet::show(&office, shell, typed, Some(problem)))
        }
    }
}

fn read(office: &Office, typed: &Filled) -> Result<NewSession, Problem> {
    let missing = |title: &str, detail: &str| Problem::new(Kind::BadRequest, title, detail);
    let seats = office.seats().into_iter();
    let present = seats
        .map(|seat| seat.ubigeo)
        .filter(|ubigeo| typed.said(&format!("presente_{ubigeo}")).is_some());
    Ok(NewSession {
        codigo: typed.owned("codigo"),
        version: match typed.said("version") {
            None => 0,
            Some(_) => typed.version()?,
        },
        fecha: typed
            .day("fecha")?
            .ok_or_else(|| missing("Falta la fecha.", "Escriba el día de la sesión."))?,
        clase: match typed.typed("clase") {
            "ordinaria" => SessionClass::Ordinaria,
            "extraordinaria" => SessionClass::Extraordinaria,
            _ => {
                return Err(missing(
                    "Falta la clase.",
                    "Elija ordinaria o extraordinaria.",
                ));
            }
        },
        presentes: present.collect(),
        agenda: typed.typed("agenda").lines().map(str::to_owned).collect(),
    })
}
