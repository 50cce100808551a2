//! From an article, a class, a zone, a restriction or a theme to all parcels that it reaches.

use std::{collections::BTreeSet, sync::Arc};

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{collection::Collection, id::Ubigeo};
use office::{
    Kind, Office, Problem,
    checks::{Form, ReachRequest},
};
use serde::Deserialize;

use super::{
    super::{
        shell::{Shell, page_with},
        spanish,
    },
    plan,
    typed::shortened,
};
use crate::problem::{Answer, Parameters, status};

/// Ways to say what reaches, and what people call them.
const WAYS: [(&str, &str); 5] = [
    ("clase", "Una clase de zonas, como RDM"),
    ("zona", "Una zona, por su identificador"),
    ("tema", "Un tema de restricciones, como faja_marginal"),
    ("restriccion", "Una restricción, por su identificador"),
    ("articulo", "Un artículo, como a5, de un instrumento"),
];

/// Parcels on a page.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "control_alcance.html")]
struct ReachPage {
    shell: Shell,
    problem: Option<Problem>,
    towns: Vec<(String, String)>,
    ways: Vec<(&'static str, &'static str)>,
    classes: BTreeSet<String>,
    themes: Vec<(String, String)>,
    typed: Typed,
    told: Option<Told>,
}

/// What was typed.
#[derive(Default)]
struct Typed {
    town: String,
    way: String,
    value: String,
    instrument: String,
    day: String,
}

/// What was found.
struct Told {
    parcels: String,
    area: String,
    lines: Vec<Line>,
    pages: Pages,
    svg: String,
    on_plan: String,
    csv: String,
    geojson: String,
}

/// A parcel.
struct Line {
    code: String,
    area: String,
    reached: String,
    share: String,
    is_sliver: bool,
    by: String,
}

/// Where one is in a long list.
pub(super) struct Pages {
    /// From one.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) all: usize,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

#[derive(Deserialize)]
struct Answered {
    resumen: Summary,
    predios: Vec<Row>,
}

#[derive(Deserialize)]
struct Summary {
    predios: usize,
    alcanzada_m2: f64,
}

#[derive(Deserialize)]
struct Row {
    codigo: String,
    area_m2: f64,
    alcanzada_m2: f64,
    proporcion: f64,
    significativa: bool,
    por: Vec<String>,
}

pub(super) async fn page_of_reach(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["ubigeo", "por", "valor", "instrumento", "fecha", "pagina"])?;
    let text = |name: &str| parameters.get(name).unwrap_or_default().trim().to_owned();
    let typed = Typed {
        town: text("ubigeo"),
        way: text("por"),
        value: text("valor"),
        instrument: text("instrumento"),
        day: text("fecha"),
    };
    let at = parameters
        .read("pagina", "un número de página")?
        .unwrap_or(1);
    let (told, problem) = if typed.value.is_empty() && typed.town.is_empty() {
        (None, None)
    } else {
        match told(&office, &typed, at).await {
            Ok(told) => (Some(told), None),
            Err(problem) => (None, Some(problem)),
        }
    };
    let status = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        status,
        &ReachPage::of(&office, shell, typed, told, problem),
    ))
}

impl ReachPage {
    fn of(
        office: &Office,
        shell: Shell,
        typed: Typed,
        told: Option<Told>,
        problem: Option<Problem>,
    ) -> Self {
        const CLASSES_MAX: usize = 60;
        let snapshot = office.feed.snapshot();
        let lands = snapshot.municipalities.values();
        let towns = lands.clone().map(|land| {
            let town = &land.municipality;
            (town.ubigeo.to_string(), town.name.clone())
        });
        let zones = lands.filter_map(|land| land.layer(&Collection::Zones));
        let classes: BTreeSet<String> = zones
            .flat_map(query::Layer::ready)
            .filter_map(|zone| zone.ready.text("codigo").map(str::to_owned))
            .collect();
        let themes = snapshot.themes.iter();
        Self {
            towns: towns.collect(),
            ways: WAYS.to_vec(),
            classes: classes.into_iter().take(CLASSES_MAX).collect(),
            themes: themes
                .map(|theme| (theme.code.clone(), theme.name.clone()))
                .collect(),
            shell,
            problem,
            typed,
            told,
        }
    }
}

async fn told(office: &Office, typed: &Typed, at: usize) -> Result<Told, Problem> {
    let request = request(typed)?;
    let answer = office.reach(request, Form::Json).await?;
    let answer: Answered = serde_json::from_slice(&answer).map_err(|error| unread(&error))?;
    let range = range(at, answer.predios.len());
    let lines = answer.predios[range.clone()].iter().map(|row| Line {
        code: row.codigo.clone(),
        area: spanish::square_metres(row.area_m2),
        reached: spanish::square_metres(row.alcanzada_m2),
        share: spanish::percent(row.proporcion),
        is_sliver: !row.significativa,
        by: row.por.join(", "),
    });
    let looks = answer
        .predios
        .iter()
        .map(|row| (row.codigo.as_str(), "alcanzado"));
    let (svg, on_plan) = if typed.day.is_empty() {
        plan::of_parcels(&office.feed.snapshot(), looks, "Los predios que alcanza")
    } else {
        (String::new(), String::new())
    };
    let value_name = typed.way.as_str();
    let mut asked = vec![("ubigeo", typed.town.as_str()), (value_name, &typed.value)];
    if typed.way == "articulo" {
        asked.push(("instrumento", &typed.instrument));
    }
    if !typed.day.is_empty() {
        asked.push(("fecha", &typed.day));
    }
    let asked = serde_urlencoded::to_string(asked).unwrap_or_default();
    let own = [
        ("ubigeo", &typed.town),
        ("por", &typed.way),
        ("valor", &typed.value),
        ("instrumento", &typed.instrument),
        ("fecha", &typed.day),
    ];
    Ok(Told {
        parcels: spanish::count(answer.resumen.predios),
        area: spanish::square_metres(answer.resumen.alcanzada_m2),
        lines: lines.collect(),
        pages: Pages::of(&range, answer.predios.len(), at, |number| {
            let query = serde_urlencoded::to_string(own).unwrap_or_default();
            format!("/control-urbano/alcance?{query}&pagina={number}")
        }),
        svg,
        on_plan,
        csv: format!("/api/control-urbano/alcance?{asked}&f=csv"),
        geojson: format!("/api/control-urbano/alcance?{asked}&f=geojson"),
    })
}

fn request(typed: &Typed) -> Result<ReachRequest, Problem> {
    let ubigeo: Ubigeo = typed.town.parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            format!("«{}» no es un municipio.", shortened(&typed.town)),
            "Elija uno de la lista.",
        )
    })?;
    if typed.value.is_empty() {
        return Err(Problem::new(
            Kind::BadRequest,
            "Falta decir de qué se busca el alcance.",
            "Escriba una clase, una zona, un tema, una restricción o un artículo.",
        ));
    }
    let day = Some(&typed.day).filter(|day| !day.is_empty());
    let day = day.map(|day| {
        day.parse().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                format!("«{}» no es un día.", shortened(day)),
                "Elíjalo en el calendario, o escríbalo como 2026-11-26.",
            )
        })
    });
    let value = |way: &str| (typed.way == way).then(|| typed.value.clone());
    Ok(ReachRequest {
        ubigeo,
        zona: value("zona"),
        clase: value("clase"),
        restriccion: value("restriccion"),
        tema: value("tema"),
        articulo: value("articulo"),
        instrumento: Some(typed.instrument.clone())
            .filter(|text| typed.way == "articulo" && !text.is_empty()),
        fecha: day.transpose()?,
        conocido_a: None,
    })
}

/// What was told could not be read: it was written by us.
pub(super) fn unread(error: &serde_json::Error) -> Problem {
    tracing::error!(%error, "a list of parcels");
    Problem::new(
        Kind::Internal,
        "La lista no se pudo hacer.",
        "El detalle está en el registro del servicio.",
    )
}

/// What of a list is on a page, the first being one.
pub(super) fn range(at: usize, all: usize) -> std::ops::Range<usize> {
    let first = at.saturating_sub(1).saturating_mul(PAGE).min(all);
    first..first.saturating_add(PAGE).min(all)
}

impl Pages {
    pub(super) fn of(
        range: &std::ops::Range<usize>,
        all: usize,
        at: usize,
        address: impl Fn(usize) -> String,
    ) -> Self {
        Self {
            first: if range.is_empty() { 0 } else { range.start + 1 },
            last: range.end,
            all,
            before: (at > 1 && all > 0).then(|| address((at - 1).min(all.div_ceil(PAGE)))),
            after: (range.end < all).then(|| address(at.max(1) + 1)),
        }
    }
}
