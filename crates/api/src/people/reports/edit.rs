//! The forms of a draft.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use office::{
    Kind, Office, Problem,
    reports::{EditedReport, NewReport, Section},
};

use crate::{
    people::{
        done,
        filled::Filled,
        papers::address,
        shell::{Shell, page, page_with},
    },
    problem::{Answer, Segments, status},
};

#[derive(Template)]
#[template(path = "informe_nuevo.html")]
struct Blank {
    shell: Shell,
    problem: Option<Problem>,
    typed: Filled,
}

pub async fn blank(shell: Shell) -> Response {
    page(&Blank {
        shell,
        problem: None,
        typed: Filled::default(),
    })
}

pub async fn create(
    State(office): State<Arc<Office>>,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    let new = NewReport {
        periodo: typed.typed("periodo").to_owned(),
        eje: typed.owned("eje"),
        titulo: typed.owned("titulo"),
    };
    match office.new_report(&actor, &new).await {
        Ok(one) => Ok(done(&address("informe", &one.codigo), "borrador")),
        Err(problem) if problem.kind == Kind::NoAccount => Err(problem.into()),
        Err(problem) => Ok(page_with(
            status(&problem),
            &Blank {
                shell,
                problem: Some(problem),
                typed,
            },
        )),
    }
}

#[derive(Template)]
#[template(path = "informe_editar.html")]
struct Form {
    shell: Shell,
    problem: Option<Problem>,
    code: String,
    version: String,
    title: String,
    sections: Vec<Text>,
}

/// The text of an axis.
struct Text {
    axis: String,
    name: String,
    words: String,
}

pub async fn form(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
) -> Answer<Response> {
    let one = office.report(&code).await?;
    Ok(page(&Form {
        shell,
        problem: None,
        version: one.version.to_string(),
        title: one.titulo,
        sections: one
            .secciones
            .into_iter()
            .map(|section| Text {
                axis: section.eje.codigo,
                name: section.eje.nombre,
                words: section.texto,
            })
            .collect(),
        code: one.codigo,
    }))
}

pub async fn save(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let actor = shell.visitor().actor.clone();
    // Those of its axes are in the form.
    let sections = office::data::axes().iter().filter_map(|axis| {
        let text = typed.typed(&format!("texto_{}", axis.code));
        let is_there = typed.said(&format!("eje_{}", axis.code)).is_some();
        is_there.then(|| Text {
            axis: axis.code.clone(),
            name: axis.name.clone(),
            words: text.to_owned(),
        })
    });
    let sections: Vec<Text> = sections.collect();
    let edited = EditedReport {
        version: typed.typed("version").parse().unwrap_or_default(),
        titulo: typed.typed("titulo").to_owned(),
        secciones: sections
            .iter()
            .map(|one| Section {
                eje: one.axis.clone(),
                texto: one.words.clone(),
            })
            .collect(),
    };
    match office.edit_report(&actor, &code, &edited).await {
        Ok(one) => Ok(done(&address("informe", &one.codigo), "borrador")),
        Err(problem) if matches!(problem.kind, Kind::NoAccount | Kind::NotFound) => {
            Err(problem.into())
        }
        Err(problem) => Ok(page_with(
            status(&problem),
            &Form {
                shell,
                problem: Some(problem),
                code,
                version: typed.typed("version").to_owned(),
                title: typed.typed("titulo").to_owned(),
                sections,
            },
        )),
    }
}
