//! The second step: what somebody wants to build or do there. Beside the form, what is asked of the place.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use office::{
    Kind, Office, Problem,
    view::{Check, ThemeState},
};

use super::{
    super::{
        shell::{Shell, page_with},
        spanish,
    },
    answer::{ParameterLine, parameters},
    place, plan,
    question::{NUMBERS, Question, in_words},
    words,
};
use crate::problem::{Answer, Parameters, status};

const PAGE: &str = "/control-urbano/propuesta";

/// A form as browsers send it.
pub(super) type Sent = Result<Form<Vec<(String, String)>>, FormRejection>;

#[derive(Template)]
#[template(path = "control_propuesta.html")]
struct ProposalPage {
    shell: Shell,
    problem: Option<Problem>,
    question: Question,
    place: Vec<(&'static str, String)>,
    parcel: Option<String>,
    parameters: Vec<ParameterLine>,
    zones: Vec<String>,
    restrictions: Vec<String>,
    unknown: Vec<String>,
    plan: plan::Plan,
    /// Whether there is ground to draw a building on.
    has_ground: bool,
    fields: Vec<Entry>,
    back: String,
}

/// A number of the form.
struct Entry {
    name: &'static str,
    label: &'static str,
    unit: &'static str,
    value: String,
}

pub(super) async fn asked(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    let question = Question::read(&parameters.0)?;
    Ok(shown(&office, shell, question, None).await)
}

/// A place that was sent as a form: it becomes an address, where it is not too long for one.
pub(super) async fn sent(
    State(office): State<Arc<Office>>,
    shell: Shell,
    form: Sent,
) -> Answer<Response> {
    let question = read(form)?;
    Ok(match question.address(PAGE) {
        Some(address) => Redirect::to(&address).into_response(),
        None => shown(&office, shell, question, None).await,
    })
}

/// Reads a form.
pub(super) fn read(form: Sent) -> Result<Question, Problem> {
    let Form(pairs) = form.map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "El formulario llegó incompleto.",
            "Vuelva a la página anterior y envíelo otra vez.",
        )
    })?;
    Question::read(&pairs)
}

/// The second step; the first one again, where the place is none.
pub(super) async fn shown(
    office: &Office,
    shell: Shell,
    question: Question,
    problem: Option<Problem>,
) -> Response {
    if !question.has_place() {
        let problem = problem.unwrap_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                "Falta el lugar.",
                "Diga primero dónde: un código, una dirección, un punto o un polígono.",
            )
        });
        return place::again(office, shell, question, problem);
    }
    let mut problem = problem.map(in_words);
    let mut of_place = question.of_the_place();
    let mut looked = look(office, &of_place).await;
    // A day that is none is mended here, and not in the step before.
    if let Err(wrong) = &looked
        && wrong.kind == Kind::BadRequest
    {
        of_place = of_place.without(&["fecha", "conocido_a"]);
        let today = look(office, &of_place).await;
        if today.is_ok() {
            problem = problem.or(Some(wrong.clone()));
            looked = today;
        }
    }
    match looked {
        Ok((check, around)) => {
            let themes = &office.feed.snapshot().themes;
            let page = ProposalPage::of(shell, question, (&check, &around), themes, problem);
            let status = page.problem.as_ref().map_or(StatusCode::OK, status);
            page_with(status, &page)
        }
        Err(wrong) => place::again(office, shell, question, wrong),
    }
}

async fn look(
    office: &Office,
    question: &Question,
) -> Result<(Check, office::checks::Surroundings), Problem> {
    let request = question.request()?;
    let around = office.surroundings(request.clone()).await?;
    Ok((office.check(request).await?, around))
}

impl ProposalPage {
    fn of(
        shell: Shell,
        question: Question,
        (check, around): (&Check, &office::checks::Surroundings),
        themes: &[domain::plan::Theme],
        problem: Option<Problem>,
    ) -> Self {
        let zones = check.zonificacion.iter().map(|zone| {
            let code = zone.codigo.as_deref().unwrap_or("sin clase");
            let name = zone.nombre.as_deref().unwrap_or_default();
            let share = zone.proporcion.map_or_else(String::new, |share| {
                format!(", {} del terreno", spanish::percent(share))
            });
            format!("{code} {name}{share}")
        });
        let restrictions = check.restricciones.iter().map(|overlay| {
            let kind = overlay.tipo.as_deref().unwrap_or_default();
            let effect = words::effect(overlay.efecto);
            format!("{}: {effect}", words::theme(kind, themes))
        });
        let unknown = check
            .temas
            .iter()
            .filter(|theme| theme.estado == ThemeState::NoData);
        let fields = NUMBERS.iter().map(|number| Entry {
            name: number.name,
            label: number.label,
            unit: number.unit,
            value: question.get(number.name).to_owned(),
        });
        Self {
            place: place_lines(check, &around.municipality),
            parcel: around.parcel.clone(),
            parameters: parameters(check),
            zones: zones.collect(),
            restrictions: restrictions.collect(),
            unknown: unknown
                .map(|theme| words::theme(&theme.tipo, themes))
                .collect(),
            plan: plan::of_place(around, None, themes),
            has_ground: check.balance.is_some(),
            fields: fields.collect(),
            back: question
                .address("/control-urbano")
                .unwrap_or_else(|| "/control-urbano".to_owned()),
            shell,
            problem,
            question,
        }
    }
}

/// The place in a few lines.
pub(super) fn place_lines(check: &Check, municipality: &str) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Some(parcel) = &check.predio {
        let provisional = if parcel.provisional {
            " (código provisional)"
        } else {
            ""
        };
        lines.push((
            "Predio",
            match &parcel.codigo {
                Some(code) => format!("{code}{provisional}"),
                None => "un polígono dibujado".to_owned(),
            },
        ));
        lines.push((
            "Área",
            format!(
                "{} en proyección UTM",
                spanish::square_metres(parcel.area_m2)
            ),
        ));
    } else {
        lines.push((
            "Lugar",
            "un punto fuera de los lotes: se dice en qué está, y no se juzga".to_owned(),
        ));
    }
    lines.push(("Municipio", municipality.to_owned()));
    lines.push(("Suelo y norma del", spanish::day(check.fecha)));
    lines
}
