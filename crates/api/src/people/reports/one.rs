//! One report: its draft, or what was signed; signing it; what proves it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::people::Action;
use office::{
    Kind, Office, Problem,
    reports::{ReportCheck, ReportShape, Signature},
};

use crate::{
    people::{
        done,
        filled::Filled,
        indicators::words,
        papers::{Papers, address},
        shell::{Shell, page, page_after},
        spanish,
    },
    problem::{Answer, Parameters, Segments},
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
    papers: Papers,
}

pub async fn report(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["hecho"])?;
    let told = parameters.told(&[
        ("borrador", "El borrador está guardado."),
        ("firma", "El informe está firmado."),
    ]);
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
    let keeps = shell.may(Action::KeepRegister);
    let seen = Seen {
        problem,
        told,
        papers: Papers::of(office, ("informe", &one.codigo), keeps).await?,
        keeps: keeps && one.firma.is_none(),
        signs: shell.may(Action::SignReport) && one.firma.is_none(),
        one,
        shell,
        typed,
    };
    Ok(page_after(seen.problem.as_ref(), &seen))
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
        Ok(one) => Ok(done(&address("informe", &one.codigo), "firma")),
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
