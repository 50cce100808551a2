//! One report: its draft, or what was signed; signing it; what proves it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::people::Action;
use office::{
    Kind, Office, Problem,
    papers::Paper,
    reports::{ReportCheck, ReportShape, Signature},
};

use crate::{
    people::{
        filled::Filled,
        indicators::words,
        shell::{Shell, page, page_with},
        spanish,
    },
    problem::{Answer, Parameters, Segments, status},
};

#[derive(Template)]
#[template(path = "informe.html")]
struct Seen {
    shell: Shell,
    problem: Option<Problem>,
    told: Option<&'static str>,
    one: ReportShape,
    keeps: bool,
    signs: bool,
    typed: Filled,
    papers: Vec<Paper>,
    bring: Option<(&'static str, String)>,
}

pub async fn report(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho"])?;
    let told = match parameters.get("hecho") {
        Some("borrador") => Some("El borrador está guardado."),
        Some("firma") => Some("El informe está firmado."),
        Some("documento") => Some("El documento está guardado."),
        _ => None,
    };
    show(&office, shell, &code, told, None, Filled::default()).await
}

async fn show(
    office: &Office,
    shell: Shell,
    code: &str,
    told: Option<&'static str>,
    problem: Option<Problem>,
    typed: Filled,
) -> Answer<Response> {
    let one = office.report(code).await?;
    let papers = office.papers("informe", &one.codigo).await?;
    let keeps = shell.may(Action::KeepRegister);
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        shown,
        &Seen {
            problem,
            told,
            keeps: keeps && one.firma.is_none(),
            signs: shell.may(Action::SignReport) && one.firma.is_none(),
            bring: keeps.then(|| ("informe", one.codigo.clone())),
            one,
            shell,
            typed,
            papers,
        },
    ))
}

/// Signs it.
pub async fn sign(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let signature = Signature {
        cargo: typed.typed("cargo").to_owned(),
        huella: typed.typed("huella").to_owned(),
    };
    match office.sign_report(&actor, &code, &signature).await {
        Ok(one) => {
            let next = format!("/informes/{}?hecho=firma", one.codigo);
            Ok(Redirect::to(&next).into_response())
        }
        Err(problem) if matches!(problem.kind, Kind::NoAccount | Kind::NotFound) => {
            Err(problem.into())
        }
        Err(problem) => show(&office, shell, &code, None, Some(problem), typed).await,
    }
}

#[derive(Template)]
#[template(path = "informe_verificacion.html")]
struct Proof {
    shell: Shell,
    check: ReportCheck,
}

/// What proves it, for people; as JSON for who asks for that.
pub async fn verify(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["f"])?;
    let check = office.verify_report(&code).await?;
    match parameters.get("f") {
        None | Some("html") => Ok(page(&Proof { shell, check })),
        Some("json") => {
            Ok(([(header::CACHE_CONTROL, "no-cache")], axum::Json(check)).into_response())
        }
        Some(other) => Err(Problem::new(
            Kind::BadRequest,
            format!("No se ofrece el formato «{other}»."),
            "Se ofrecen html y json.",
        )
        .into()),
    }
}
