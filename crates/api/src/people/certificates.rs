//! `/certificados`: those that somebody drafts or issues, in a list; a new one; one with its way and what comes next.

mod differences;
mod new;
mod one;
mod proposal;
mod verdict;
mod words;

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use domain::{
    certificate::{Kind, State as Way},
    people::Action,
};
use office::{
    Office,
    certificates::{Search, kinds},
    view::CertificateShape,
};

use super::{
    shell::{Shell, page},
    spanish,
};
use crate::{
    doors::Doors,
    ogc::encoded,
    problem::{Parameters, Refusal},
    session::Caller,
};

/// Certificates of a page.
const PAGE: i64 = 200;

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/certificados", get(list))
        .route("/certificados/nuevo", get(new::form).post(new::draft))
        .route("/certificados/{id}", get(one::certificate))
        .route("/certificados/{id}/paso", get(one::back).post(one::step))
        .route(
            "/certificados/{id}/solicitante",
            get(one::back).post(one::applicant),
        )
}

#[derive(Template)]
#[template(path = "certificados.html")]
struct List {
    shell: Shell,
    may_draft: bool,
    /// Where one is drafted, of the parcel whose certificates are asked for.
    new: String,
    asked: String,
    state: &'static str,
    kind: &'static str,
    states: Vec<(&'static str, &'static str)>,
    kinds: Vec<(&'static str, String)>,
    groups: Vec<Group>,
    /// Those after the last of this page.
    next: Option<String>,
}

/// Those in one state.
struct Group {
    heading: &'static str,
    state: (&'static str, &'static str),
    count: String,
    is_issued: bool,
    lines: Vec<Line>,
}

/// One of them.
struct Line {
    href: String,
    title: String,
    parcel: Option<(String, String)>,
    case: String,
    drafted: String,
    issued: Option<Issued>,
}

/// What it became when it was issued.
struct Issued {
    number: String,
    verify: String,
    on: String,
    until: String,
}

async fn list(
    State(office): State<Arc<Office>>,
    Caller(actor): Caller,
    shell: Shell,
    parameters: Parameters,
) -> Result<Response, Refusal> {
    parameters.only(&["q", "predio", "estado", "tipo", "despues"])?;
    let known = "borrador, en_revision, emitido, anulado o retirado";
    let state: Option<Way> = parameters.read("estado", known)?;
    let kind: Option<Kind> = parameters.read("tipo", "el nombre de una clase de certificado")?;
    // Other pages ask for those of a parcel.
    let parcel = parameters.get("predio").unwrap_or_default().trim();
    let asked = parameters.get("q").unwrap_or(parcel).trim().to_owned();
    let search = Search {
        state,
        kind,
        text: (!asked.is_empty()).then(|| asked.clone()),
        after: parameters.read("despues", "el identificador de un certificado")?,
        limit: Some(PAGE + 1),
    };
    let mut found = office.find_certificates(&actor, &search).await?;
    let next = super::next_of(
        "/certificados",
        &parameters,
        super::cut(&mut found, PAGE).map(|last| last.id.as_str()),
    );
    let titles: BTreeMap<String, String> = kinds()?
        .into_iter()
        .map(|rules| (rules.kind, rules.title))
        .collect();
    let title = |kind: &str| titles.get(kind).cloned().unwrap_or_default();
    let groups = [
        Way::InReview,
        Way::Draft,
        Way::Issued,
        Way::Annulled,
        Way::Withdrawn,
    ]
    .into_iter()
    .map(|way| {
        let those = found.iter().filter(|one| one.estado == way.name());
        let lines = those.map(|one| Line::of(one, title(one.tipo)));
        Group::of(way, lines.collect())
    })
    .filter(|group| !group.lines.is_empty())
    .collect();
    Ok(page(&List {
        new: if parcel.is_empty() {
            "/certificados/nuevo".to_owned()
        } else {
            format!("/certificados/nuevo?predio={}", encoded(parcel))
        },
        may_draft: shell.may(Action::DraftCertificate),
        asked,
        state: state.map_or("", Way::name),
        kind: kind.map_or("", Kind::name),
        states: Way::ALL
            .iter()
            .map(|way| (way.name(), words::state(way.name()).0))
            .collect(),
        kinds: Kind::ALL
            .iter()
            .map(|kind| (kind.name(), title(kind.name())))
            .collect(),
        groups,
        next,
        shell,
    }))
}

impl Group {
    fn of(way: Way, lines: Vec<Line>) -> Self {
        Self {
            heading: words::heading(way),
            state: words::state(way.name()),
            count: spanish::count(lines.len()),
            is_issued: matches!(way, Way::Issued | Way::Annulled),
            lines,
        }
    }
}

impl Line {
    fn of(one: &CertificateShape, title: String) -> Self {
        let day = spanish::moment(one.redactado_a);
        Self {
            href: format!("/certificados/{}", one.id),
            title,
            parcel: one.predio.as_ref().map(|code| parcel_link(code)),
            case: one.expediente.clone().unwrap_or_default(),
            drafted: format!("{}, {day}", one.redactado_por),
            issued: Issued::of(one),
        }
    }
}

impl Issued {
    fn of(one: &CertificateShape) -> Option<Self> {
        let (number, code) = one.numero.clone().zip(one.codigo.as_deref())?;
        Some(Self {
            number,
            verify: format!("/verificar/{code}"),
            on: one.emitido.map(spanish::day).unwrap_or_default(),
            until: one
                .vence
                .map_or_else(|| "no vence".to_owned(), spanish::day),
        })
    }
}

/// A parcel's code and its page.
pub(super) fn parcel_link(code: &str) -> (String, String) {
    (code.to_owned(), format!("/predios/{}", encoded(code)))
}
