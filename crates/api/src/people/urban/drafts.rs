//! Plans in draft: the list, and loading one.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get},
};
use domain::{collection::Collection, people::Action};
use office::{
    Kind, Office, Problem,
    drafts::{DraftShape, NewDraftPlan},
};
use serde_json::value::RawValue;

use super::super::{
    shell::{Shell, page, page_with},
    spanish,
};
use super::{typed::shortened, words::Chip};
use crate::{
    doors::Doors,
    problem::{Answer, Parameters, status},
    session::Caller,
};

/// Bytes of a form with a norm and its sheet: the office says what is too much of either.
const FORM_BYTES_MAX: usize = 8 << 20;

#[derive(Template)]
#[template(path = "control_borradores.html")]
struct DraftsPage {
    shell: Shell,
    drafts: Vec<DraftRow>,
    loads: bool,
}

/// A draft in the list.
struct DraftRow {
    href: String,
    name: String,
    municipality: String,
    chip: Chip,
    loaded: String,
    by: String,
}

#[derive(Template)]
#[template(path = "control_borrador_nuevo.html")]
struct NewPage {
    shell: Shell,
    problem: Option<Problem>,
    towns: Vec<(String, String)>,
    /// Surveys of zones on which nobody has decided: identity and words.
    surveys: Vec<(String, String)>,
    typed: Typed,
}

/// What was typed; files are chosen again.
#[derive(Default)]
struct Typed {
    town: String,
    name: String,
    norm: String,
    survey: String,
    cases: String,
    reason: String,
}

/// The look and the word of a draft's state.
pub(super) fn state(state: &str) -> Chip {
    match state {
        "abierto" => ("dato", "En borrador"),
        "aprobado" => ("bien", "Aprobado, en vigor"),
        "retirado" => ("duda", "Retirado"),
        _ => ("duda", "Cerrado"),
    }
}

pub(super) async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&[])?;
    let drafts = office.drafts().await?;
    let rows = drafts.iter().map(|draft| DraftRow {
        href: format!("/control-urbano/borradores/{}", draft.id),
        name: draft.nombre.clone(),
        municipality: municipality(&office, draft),
        chip: state(&draft.estado),
        loaded: spanish::moment(draft.cargado),
        by: draft.cargado_por.clone(),
    });
    Ok(page(&DraftsPage {
        drafts: rows.collect(),
        loads: shell.may(Action::DecidePlan),
        shell,
    }))
}

/// Name of a draft's municipality.
pub(super) fn municipality(office: &Office, draft: &DraftShape) -> String {
    let snapshot = office.feed.snapshot();
    let land = snapshot.municipalities.get(&draft.ubigeo);
    land.map_or_else(
        || draft.ubigeo.to_string(),
        |land| land.municipality.name.clone(),
    )
}

/// Loading one: the page and its form.
pub(super) fn loading() -> MethodRouter<Doors> {
    get(new_page)
        .post(load)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

async fn new_page(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
) -> Answer<Response> {
    let surveys = zones_of(doors.office(), &actor).await;
    Ok(page(&NewPage::of(
        doors.office(),
        shell,
        surveys,
        Typed::default(),
        None,
    )))
}

/// Surveys of zones that wait for a decision; nothing for whom they are not.
async fn zones_of(office: &Office, actor: &domain::people::Actor) -> Vec<(String, String)> {
    let surveys = office.surveys(actor).await.unwrap_or_default();
    let waiting = surveys.into_iter().filter(|survey| {
        survey.collection == Collection::Zones.to_string()
            && matches!(survey.state.as_str(), "observado" | "conforme")
    });
    let told = waiting.map(|survey| {
        let words = format!(
            "{}, de {} ({})",
            shortened(&survey.file),
            survey.uploaded_by,
            survey.ubigeo
        );
        (survey.id.to_string(), words)
    });
    told.collect()
}

async fn load(
    State(doors): State<Doors>,
    shell: Shell,
    Caller(actor): Caller,
    multipart: Result<Multipart, MultipartRejection>,
) -> Answer<Response> {
    let office = doors.office();
    let typed = read(multipart.map_err(|_| broken())?).await?;
    let loaded = match typed.draft() {
        Ok(new) => office.load_draft(&actor, &new).await,
        Err(problem) => Err(problem),
    };
    match loaded {
        Ok(draft) => {
            let address = format!("/control-urbano/borradores/{}", draft.id);
            Ok(Redirect::to(&address).into_response())
        }
        Err(problem) => {
            let status: StatusCode = status(&problem);
            let surveys = zones_of(office, &actor).await;
            Ok(page_with(
                status,
                &NewPage::of(office, shell, surveys, typed, Some(problem)),
            ))
        }
    }
}

async fn read(mut multipart: Multipart) -> Result<Typed, Problem> {
    let mut typed = Typed::default();
    while let Some(field) = multipart.next_field().await.map_err(|_| broken())? {
        let name = field.name().unwrap_or_default().to_owned();
        let text = field.text().await.map_err(|_| broken())?;
        match name.as_str() {
            "ubigeo" => typed.town = text,
            "nombre" => typed.name = text,
            "norma" => typed.norm = text,
            "zonificacion" => typed.survey = text,
            "casos" => typed.cases = text,
            "sustento" => typed.reason = text,
            _ => return Err(broken()),
        }
    }
    Ok(typed)
}

impl Typed {
    fn draft(&self) -> Result<NewDraftPlan, Problem> {
        let bad = |title: &str, detail: &str| Problem::new(Kind::BadRequest, title, detail);
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        let norm = given(&self.norm).map(|text| {
            RawValue::from_string(text).map_err(|error| {
                Problem::new(
                    Kind::BadRequest,
                    "El archivo de la norma no es JSON.",
                    format!(
                        "Se deja de entender en la línea {}, columna {}.",
                        error.line(),
                        error.column()
                    ),
                )
            })
        });
        let survey = given(&self.survey).map(|text| {
            text.trim().parse().map_err(|_| {
                bad(
                    "Ese levantamiento no existe.",
                    "Elija uno de la lista, o ninguno.",
                )
            })
        });
        Ok(NewDraftPlan {
            ubigeo: self
                .town
                .parse()
                .map_err(|_| bad("Falta el municipio.", "Elija uno de la lista."))?,
            nombre: self.name.clone(),
            norma: norm.transpose()?,
            zonificacion: survey.transpose()?,
            casos: given(&self.cases),
            sustento: given(&self.reason),
        })
    }
}

impl NewPage {
    fn of(
        office: &Office,
        shell: Shell,
        surveys: Vec<(String, String)>,
        typed: Typed,
        problem: Option<Problem>,
    ) -> Self {
        let snapshot = office.feed.snapshot();
        let towns = snapshot.municipalities.values().map(|land| {
            let town = &land.municipality;
            (town.ubigeo.to_string(), town.name.clone())
        });
        Self {
            towns: towns.collect(),
            shell,
            problem,
            surveys,
            typed,
        }
    }
}

fn broken() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El formulario no se pudo leer.",
        "El archivo de la norma y la hoja de casos son texto en UTF-8, de unos 4 MB como máximo. Vuelva atrás y envíelos otra vez.",
    )
}
