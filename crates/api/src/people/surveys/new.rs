//! `/levantamientos/nuevo`: a file is uploaded, whole or in pieces.

use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    collection::Collection,
    people::{Action, Actor},
};
use office::{
    Kind, Office, Problem,
    surveys::{Load, Said},
};

use super::words;
use crate::{
    doors::Doors,
    people::{
        shell::{Shell, page_with},
        spanish,
    },
    problem::{Parameters, Refusal, Segments, status},
    programs::brought::Brought,
    session::Caller,
};

#[derive(Template)]
#[template(path = "levantamiento_nuevo.html")]
struct New {
    shell: Shell,
    problem: Option<Problem>,
    layers: Vec<words::Choice>,
    places: Vec<words::Choice>,
    said: Typed,
    /// Files that came in pieces and are whole.
    whole: Vec<Waiting>,
    /// Those of which something is missing.
    broken: Vec<Waiting>,
    systems: [(&'static str, &'static str); 7],
    largest: String,
    login: String,
}

/// What was typed.
#[derive(Default)]
struct Typed {
    source_crs: String,
    profile: String,
    file_layer: String,
    whole_blocks: bool,
    /// Whether any of it is not as usual.
    unusual: bool,
}

/// A file that came in pieces.
struct Waiting {
    id: String,
    name: String,
    words: String,
    until: String,
    chosen: bool,
}

/// Reference systems that people here meet, with what they are called.
const SYSTEMS: [(&str, &str); 7] = [
    ("EPSG:32718", "WGS 84 / UTM 18 sur"),
    ("EPSG:32717", "WGS 84 / UTM 17 sur"),
    ("EPSG:24878", "PSAD56 / UTM 18 sur"),
    ("EPSG:24877", "PSAD56 / UTM 17 sur"),
    ("EPSG:5387", "Perú96 / UTM 18 sur"),
    ("EPSG:4326", "WGS 84, longitud y latitud"),
    ("EPSG:4326-yx", "WGS 84, latitud y longitud"),
];

/// The form.
pub async fn form(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    parameters.only(&["coleccion", "ubigeo"])?;
    let said = Said {
        collection: parameters.get("coleccion").map(str::to_owned),
        ubigeo: parameters.get("ubigeo").map(str::to_owned),
        ..Said::default()
    };
    shown(doors.office(), shell, &actor, None, (&said, None)).await
}

/// Takes a file in.
pub async fn upload(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    let office = doors.office();
    let mut brought = Brought::default();
    let read = brought.read(office, &actor, multipart).await;
    let (said, load) = (brought.said.clone(), brought.load.clone());
    let submitted = match read {
        Ok(()) => brought.submit(office, &actor).await,
        Err(problem) => Err(problem),
    };
    match submitted {
        Ok(survey) => Ok(Redirect::to(&format!("/levantamientos/{}", survey.id)).into_response()),
        Err(problem) if problem.kind == Kind::NoAccount => Err(problem.into()),
        Err(problem) => {
            shown(
                office,
                shell,
                &actor,
                Some(problem),
                (&said, load.as_deref()),
            )
            .await
        }
    }
}

/// Away with a file that came in part.
pub async fn drop_load(
    State(doors): State<Doors>,
    Caller(actor): Caller,
    Segments(id): Segments<String>,
) -> Result<Redirect, Refusal> {
    if let Ok(id) = id.parse() {
        match doors.office().drop_load(&actor, id).await {
            // Gone is gone.
            Err(problem) if problem.kind != Kind::NotFound => return Err(problem.into()),
            _ => {}
        }
    }
    Ok(Redirect::to("/levantamientos/nuevo"))
}

async fn shown(
    office: &Office,
    shell: Shell,
    actor: &Actor,
    problem: Option<Problem>,
    (said, load): (&Said, Option<&str>),
) -> Result<Response, Refusal> {
    let loads = office.loads(actor).await?;
    let (whole, broken): (Vec<Load>, Vec<Load>) = loads.into_iter().partition(Load::is_whole);
    let mut places = office.places_to_upload(actor, &Collection::Parcels)?;
    places.extend(office.places_to_upload(actor, &Collection::Zones)?);
    let status = problem.as_ref().map_or(StatusCode::OK, status);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let typed = Typed {
        source_crs: text(&said.source_crs),
        profile: text(&said.profile),
        file_layer: text(&said.file_layer),
        whole_blocks: said.scope.as_deref() == Some("manzanas"),
        unusual: [&said.source_crs, &said.profile, &said.file_layer]
            .iter()
            .any(|text| text.is_some())
            || said.scope.as_deref() == Some("manzanas"),
    };
    let waiting = |loads: Vec<Load>| loads.into_iter().map(|one| waiting(one, load)).collect();
    Ok(page_with(
        status,
        &New {
            layers: words::choices(
                layers(&shell),
                said.collection.as_deref().unwrap_or("lotes"),
            ),
            places: words::choices(&places, said.ubigeo.as_deref().unwrap_or_default()),
            said: typed,
            whole: waiting(whole),
            broken: waiting(broken),
            systems: SYSTEMS,
            largest: format!("{} MB", spanish::count(office.upload_bytes_max >> 20)),
            login: actor.name().to_owned(),
            problem,
            shell,
        },
    ))
}

fn layers(shell: &Shell) -> Vec<(&'static str, &'static str)> {
    let mut layers = Vec::new();
    if shell.may(Action::UploadSurvey) {
        layers.extend(["lotes", "manzanas", "sectores"]);
    }
    if shell.may(Action::UploadPlan) {
        layers.extend(["zonificacion", "restricciones", "vias", "planes"]);
    }
    layers
        .into_iter()
        .map(|name| (name, words::layer(name)))
        .collect()
}

fn waiting(load: Load, chosen: Option<&str>) -> Waiting {
    let id = load.id.to_string();
    let share = load.offset as f64 / load.length.max(1) as f64;
    Waiting {
        chosen: chosen == Some(id.as_str()),
        words: if load.is_whole() {
            words::megabytes(load.length)
        } else {
            format!(
                "{} de {} ({})",
                words::megabytes(load.offset),
                words::megabytes(load.length),
                spanish::percent(share)
            )
        },
        until: spanish::moment(load.expires_at),
        name: load.name,
        id,
    }
}
