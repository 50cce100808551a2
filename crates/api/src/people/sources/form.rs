//! The form of a source: a new one, and the next version of one.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use domain::institute::source::{SourceKind, SourceState};
use office::{
    Kind, Office, Problem,
    sources::{Offered, may_keep},
};

use crate::{
    people::{
        done,
        filled::Filled,
        papers::address,
        shell::{Shell, page_after},
    },
    problem::{Answer, Segments},
};

#[derive(Template)]
#[template(path = "fuente_nueva.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    typed: Filled,
    /// The code of one that is there; none for a new one.
    code: Option<String>,
}

impl Sheet {
    fn kinds() -> [(&'static str, &'static str); 3] {
        SourceKind::ALL.map(|kind| (kind.name(), kind.words()))
    }
}

/// The form of a new one.
pub(super) async fn blank(shell: Shell) -> Answer<Response> {
    may_keep(&shell.visitor().actor)?;
    let usual = [
        ("clase", "oapif"),
        ("cada_horas", "24"),
        ("megabytes_max", "50"),
        ("entidades_max", "50000"),
        ("estado", "activa"),
    ];
    Ok(shown(shell, Filled::of(usual), None, None))
}

/// Takes a new one in.
pub(super) async fn add(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    write(&office, shell, typed, None).await
}

/// The form with what is said of one.
pub(super) async fn edited(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    may_keep(&shell.visitor().actor)?;
    let one = office.outside_source(&code).await?;
    let source = one.fuente;
    let typed = [
        ("version", one.version.to_string()),
        ("nombre", source.name),
        ("titular", source.owner),
        ("licencia", source.license),
        ("clase", source.kind.name().to_owned()),
        ("direccion", source.address),
        ("capa", source.layer.unwrap_or_default()),
        ("cada_horas", source.every_hours.to_string()),
        ("megabytes_max", source.megabytes_max.to_string()),
        ("entidades_max", source.features_max.to_string()),
        ("eje", source.axis.unwrap_or_default()),
        ("tema", source.topic.unwrap_or_default()),
        ("estado", source.state.name().to_owned()),
    ];
    Ok(shown(shell, Filled::of(typed), Some(one.codigo), None))
}

/// Writes its next version.
pub(super) async fn change(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    write(&office, shell, typed, Some(code)).await
}

async fn write(
    office: &Office,
    shell: Shell,
    typed: Filled,
    code: Option<String>,
) -> Answer<Response> {
    let actor = &shell.visitor().actor;
    let named = code
        .clone()
        .unwrap_or_else(|| typed.typed("codigo").trim().to_owned());
    let written = match offered(&typed, code.is_some()) {
        Ok(offered) => office.write_source(actor, &named, offered).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(one) => {
            let what = if code.is_some() { "cambio" } else { "alta" };
            Ok(done(&address("fuente", &one.codigo), what))
        }
        Err(problem) if matches!(problem.kind, Kind::NoAccount | Kind::Forbidden) => {
            Err(problem.into())
        }
        Err(problem) => Ok(shown(shell, typed, code, Some(problem))),
    }
}

fn offered(typed: &Filled, is_there: bool) -> Result<Offered, Problem> {
    let number = |name: &str| {
        typed.typed(name).trim().parse().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                format!("«{name}» no es un número."),
                "Escriba un número entero, sin separadores.",
            )
        })
    };
    let version: u32 = if is_there { number("version")? } else { 0 };
    Ok(Offered {
        codigo: String::new(),
        version: i32::try_from(version)
            .unwrap_or(i32::MAX)
            .max(i32::from(is_there)),
        nombre: typed.typed("nombre").to_owned(),
        titular: typed.typed("titular").to_owned(),
        licencia: typed.typed("licencia").to_owned(),
        clase: SourceKind::ALL
            .into_iter()
            .find(|kind| kind.name() == typed.typed("clase"))
            .unwrap_or(SourceKind::Features),
        direccion: typed.typed("direccion").to_owned(),
        capa: typed.owned("capa"),
        cada_horas: number("cada_horas")?,
        megabytes_max: number("megabytes_max")?,
        entidades_max: number("entidades_max")?,
        eje: typed.owned("eje"),
        tema: typed.owned("tema"),
        estado: if typed.typed("estado") == "pausada" {
            SourceState::Paused
        } else {
            SourceState::Active
        },
    })
}

fn shown(shell: Shell, typed: Filled, code: Option<String>, problem: Option<Problem>) -> Response {
    let sheet = Sheet {
        shell,
        problem,
        typed,
        code,
    };
    page_after(sheet.problem.as_ref(), &sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_a_source_or_says_what_is_not_a_number() {
        let typed = |hours: &str| {
            Filled::of([
                ("cada_horas", hours),
                ("megabytes_max", " 5 "),
                ("entidades_max", "10"),
                ("clase", "wfs"),
                ("version", "0"),
            ])
        };
        let read = offered(&typed("24"), true).expect("a source");
        assert_eq!((read.clase, read.version), (SourceKind::Wfs, 1));
        let said = offered(&typed("diario"), false).err();
        assert!(said.is_some_and(|said| said.title.contains("cada_horas")));
    }
}
