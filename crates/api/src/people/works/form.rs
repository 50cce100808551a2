//! `/obras/nueva` and `/obras/{codigo}/editar`.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use domain::institute::work::{Service, WorkClass, WorkState};
use geo_types::Geometry;
use office::{
    Kind, Office, Problem,
    investments::may_keep,
    works::{ProposedWork, WorkShape},
};

use super::super::{
    filled::Filled,
    investments::{done, footprint, places, words},
    shell::{Shell, page_with},
};
use crate::{
    problem::{Answer, Parameters, Segments, status},
    session::Caller,
};

#[derive(Template)]
#[template(path = "obra_editar.html")]
struct Sheet {
    shell: Shell,
    problem: Option<Problem>,
    typed: Filled,
    /// What is edited; none where it is new.
    code: Option<String>,
    places: Vec<(String, String)>,
    form: &'static str,
    plan: Option<String>,
    /// Whether it was refused for what it clashes with: then it can be written all the same.
    clashes: bool,
    /// Whether the footprint has parts or holes, which corners do not tell.
    has_parts: bool,
}

impl Sheet {
    fn classes() -> [(&'static str, &'static str); 2] {
        WorkClass::ALL.map(|class| match class {
            WorkClass::Network => (class.name(), "Red"),
            WorkClass::Work => (class.name(), "Obra"),
        })
    }

    fn services() -> [&'static str; 5] {
        Service::ALL.map(Service::name)
    }

    fn states() -> [&'static str; 5] {
        WorkState::ALL.map(WorkState::name)
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
        Ok(new) => office.create_work(&actor, &new).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(written) => Ok(done(&format!("/obras/{}", written.obra.codigo), "obra")),
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
    Segments(code): Segments<String>,
) -> Answer<Response> {
    may_keep(&actor)?;
    let work = office.street_work(&code)?;
    let typed = standing(&work);
    Ok(shown(&office, shell, typed, Some(&work), None))
}

pub(super) async fn change(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    Segments(code): Segments<String>,
    typed: Filled,
) -> Answer<Response> {
    let written = match read(&typed) {
        Ok(new) => office.change_work(&actor, &code, &new).await,
        Err(problem) => Err(problem),
    };
    match written {
        Ok(written) => Ok(done(&format!("/obras/{}", written.obra.codigo), "obra")),
        Err(problem) => {
            may_keep(&actor)?;
            let work = office.street_work(&code)?;
            Ok(shown(&office, shell, typed, Some(&work), Some(problem)))
        }
    }
}

/// What is there, as somebody would type it.
fn standing(work: &WorkShape) -> Filled {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let (form, corners) = footprint::corners(&work.geometry).unwrap_or_default();
    let fields = [
        ("codigo", work.codigo.clone()),
        ("ubigeo", work.ubigeo.clone()),
        ("clase", work.clase.clone()),
        ("servicio", work.servicio.clone()),
        ("prestador", text(&work.prestador)),
        ("nombre", work.nombre.clone()),
        ("estado", work.estado.clone()),
        ("inicio", day(work.inicio)),
        ("fin", day(work.fin)),
        ("inversion", text(&work.inversion)),
        ("forma", form.to_owned()),
        ("huella", corners),
        ("version", work.version.to_string()),
    ];
    Filled::of(fields)
}

fn read(typed: &Filled) -> Result<ProposedWork, Problem> {
    let place = typed.said("ubigeo").map(|text| {
        text.parse().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                "El municipio no se entiende.",
                "Escójalo de la lista.",
            )
        })
    });
    Ok(ProposedWork {
        codigo: typed.owned("codigo"),
        ubigeo: place.transpose()?,
        clase: typed.typed("clase").to_owned(),
        servicio: typed.typed("servicio").to_owned(),
        prestador: typed.typed("prestador").to_owned(),
        nombre: typed.typed("nombre").to_owned(),
        estado: typed.typed("estado").to_owned(),
        inicio: typed.day("inicio")?,
        fin: typed.day("fin")?,
        inversion: typed.owned("inversion"),
        huella: footprint::read(typed)?,
        version: typed.said("version").and_then(|text| text.parse().ok()),
        motivo: typed.owned("motivo"),
        aceptar_choques: !typed.typed("aceptar_choques").is_empty(),
    })
}

fn shown(
    office: &Office,
    shell: Shell,
    typed: Filled,
    work: Option<&WorkShape>,
    problem: Option<Problem>,
) -> Response {
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    let shape: Option<&Geometry<f64>> = work.map(|work| &work.geometry);
    let sheet = Sheet {
        clashes: problem
            .as_ref()
            .is_some_and(|problem| problem.detail.contains("aceptar_choques")),
        problem,
        code: work.map(|work| work.codigo.clone()),
        places: places(office),
        form: footprint::form(&typed),
        plan: footprint::plan(office, typed.typed("ubigeo"), shape),
        has_parts: shape.is_some_and(|shape| footprint::corners(shape).is_none()),
        typed,
        shell,
    };
    page_with(shown, &sheet)
}
