//! `/gobierno/sesiones`: a session with its agreements, and the sheet of a new one.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{institute::DossierKind, people::Action};
use office::{
    Kind, Office, Problem,
    government::{NewSession, Seat, SessionClass, SessionShape},
    papers::Paper,
};

use super::{
    super::{
        filled::Filled,
        shell::{Shell, page, page_with},
        spanish,
    },
    words,
};
use crate::{
    ogc::encoded,
    problem::{Answer, Parameters, Segments, status},
};

#[derive(Template)]
#[template(path = "sesion.html")]
struct Seen {
    shell: Shell,
    told: Option<&'static str>,
    session: SessionShape,
    papers: Vec<Paper>,
    bring: Option<(&'static str, String)>,
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
    let kind = DossierKind::Session.name();
    Ok(page(&Seen {
        told: parameters.get("hecho").and_then(|done| match done {
            "alta" => Some("La sesión quedó registrada."),
            "documento" => Some("El documento quedó agregado."),
            _ => None,
        }),
        papers: office.papers(kind, &session.codigo).await?,
        bring: keeps.then(|| (kind, session.codigo.clone())),
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
        let shown = problem.as_ref().map_or(StatusCode::OK, status);
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
        page_with(shown, &sheet)
    }
}

pub(super) async fn blank(State(office): State<Arc<Office>>, shell: Shell) -> Answer<Response> {
    office::plans::may_keep(&shell.visitor().actor)?;
    let code = office.next_session().await?;
    let typed = Filled::of(vec![("codigo".to_owned(), code)]);
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
        Ok(session) => {
            let next = format!("/gobierno/sesiones/{}?hecho=alta", encoded(&session.codigo));
            Ok(Redirect::to(&next).into_response())
        }
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
            Some(version) => version.parse().map_err(|_| {
                missing(
                    "El formulario no dice qué versión se leyó.",
                    "Vuelva a cargar la página y repita su cambio.",
                )
            })?,
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
