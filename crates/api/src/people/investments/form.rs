//! `/inversiones/nuevo` and `/inversiones/{cui}/editar`.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use domain::institute::Phase;
use geo_types::Geometry;
use office::{
    Kind, Office, Problem,
    data::{self, Axis},
    investments::{ProjectShape, ProposedProject, SourceShape, may_keep},
};

use super::{
    super::{
        filled::Filled,
        shell::{Shell, page_with},
    },
    done, footprint, places, words,
};
use crate::{
    problem::{Answer, Parameters, Segments, status},
    session::Caller,
};

#[derive(Template)]
#[template(path = "inversion_editar.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    typed: Filled,
    /// The project that is edited; none where it is new.
    cui: Option<String>,
    places: Vec<(String, String)>,
    form: &'static str,
    plan: Option<String>,
    /// Whether the footprint has parts or holes, which corners do not tell.
    has_parts: bool,
}

impl Sheet {
    fn phases() -> [&'static str; 4] {
        Phase::ALL.map(Phase::name)
    }

    fn axes() -> &'static [Axis] {
        data::axes()
    }

    fn forms() -> [(&'static str, &'static str); 3] {
        footprint::forms()
    }
}

pub(super) async fn blank(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    may_keep(&actor)?;
    let typed = Filled::of(parameters.0);
    Ok(shown(&office, shell, typed, None, None))
}

pub(super) async fn create(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    typed: Filled,
) -> Answer<Response> {
    let written = match read(&typed) {
        Ok(new) => office.create_project(&actor, &new).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(project) => Ok(done(&format!("/inversiones/{}", project.cui), "alta")),
        Err(problem) => {
            may_keep(&actor)?;
            Ok(shown(&office, shell, typed, None, Some(problem)))
        }
    }
}

pub(super) async fn filled(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    Segments(cui): Segments<String>,
) -> Answer<Response> {
    may_keep(&actor)?;
    let project = office.project(&cui).await?;
    let typed = standing(&project);
    Ok(shown(&office, shell, typed, Some(&project), None))
}

pub(super) async fn change(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    Segments(cui): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let written = match read(&typed) {
        Ok(new) => office.change_project(&actor, &cui, &new).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(project) => Ok(done(&format!("/inversiones/{}", project.cui), "cambio")),
        Err(problem) => {
            may_keep(&actor)?;
            let project = office.project(&cui).await?;
            Ok(shown(&office, shell, typed, Some(&project), Some(problem)))
        }
    }
}

/// What is there, as somebody would type it.
fn standing(project: &ProjectShape) -> Filled {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let (form, corners) = footprint::corners(&project.geometry).unwrap_or_default();
    let open = if project.abierto_a_inversionistas {
        "si"
    } else {
        ""
    };
    let fields = [
        ("cui", project.cui.clone()),
        ("ubigeo", project.ubigeo.clone()),
        ("nombre", project.nombre.clone()),
        ("fase", project.fase.clone()),
        ("eje", text(&project.eje)),
        ("plan", text(&project.plan)),
        ("nodo", text(&project.nodo)),
        ("costo_soles", format!("{:.2}", project.costo_soles)),
        ("fuentes", text(&project.sources_text).replace("; ", "\n")),
        ("responsable", text(&project.responsable)),
        ("inicio", day(project.inicio)),
        ("fin", day(project.fin)),
        ("area_influencia_m", project.area_influencia_m.to_string()),
        ("abierto_a_inversionistas", open.to_owned()),
        ("forma", form.to_owned()),
        ("huella", corners),
        ("version", project.version.to_string()),
    ];
    Filled::of(fields)
}

fn read(typed: &Filled) -> Result<ProposedProject, Problem> {
    let place = typed.said("ubigeo").map(|text| {
        text.parse().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                "El municipio no se entiende.",
                "Escójalo de la lista.",
            )
        })
    });
    Ok(ProposedProject {
        cui: typed.typed("cui").trim().to_owned(),
        ubigeo: place.transpose()?,
        nombre: typed.typed("nombre").to_owned(),
        fase: typed.typed("fase").to_owned(),
        eje: typed.typed("eje").to_owned(),
        plan: typed.owned("plan"),
        nodo: typed.owned("nodo"),
        costo_soles: number(typed, "costo_soles")?,
        fuentes: sources(typed.typed("fuentes"))?,
        responsable: typed.typed("responsable").to_owned(),
        inicio: typed.day("inicio")?,
        fin: typed.day("fin")?,
        area_influencia_m: number(typed, "area_influencia_m")?,
        abierto_a_inversionistas: !typed.typed("abierto_a_inversionistas").is_empty(),
        huella: footprint::read(typed)?,
        version: typed.said("version").and_then(|text| text.parse().ok()),
        motivo: typed.owned("motivo"),
    })
}

/// A number, with or without marks between thousands; zero where nothing was typed.
pub(super) fn number(typed: &Filled, name: &str) -> Result<f64, Problem> {
    let Some(text) = typed.said(name) else {
        return Ok(0.0);
    };
    let read: Option<f64> = text.replace([',', ' '], "").parse().ok();
    read.filter(|number| number.is_finite()).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            format!("«{text}» no es un número."),
            "Escriba solo la cifra, como 1,250.50.",
        )
    })
}

fn sources(text: &str) -> Result<Vec<SourceShape>, Problem> {
    let sources: domain::institute::investment::Sources = text.parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "Las fuentes no se entienden.",
            "Escriba una por línea, con su monto en soles, como canon: 120000.50.",
        )
    })?;
    let shape = |(fuente, soles)| SourceShape { fuente, soles };
    Ok(sources.0.into_iter().map(shape).collect())
}

fn shown(
    office: &Office,
    shell: Shell,
    typed: Filled,
    project: Option<&ProjectShape>,
    problem: Option<Problem>,
) -> Response {
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    let shape: Option<&Geometry<f64>> = project.map(|project| &project.geometry);
    let sheet = Sheet {
        problem,
        cui: project.map(|project| project.cui.clone()),
        places: places(office),
        form: footprint::form(&typed),
        plan: footprint::plan(office, typed.typed("ubigeo"), shape),
        has_parts: shape.is_some_and(|shape| footprint::corners(shape).is_none()),
        typed,
        shell,
    };
    page_with(shown, &sheet)
}
