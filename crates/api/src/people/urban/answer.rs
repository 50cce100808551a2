//! The third step: the answer, with what proves it and a link that gives it again.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use chrono::SecondsFormat;
use domain::plan::Theme;
use geo_types::Polygon;
use office::{
    Office, Problem,
    checks::Surroundings,
    view::{Check, LiveCertificate, ParameterView, RulingFinding, ThemeState},
};

use super::{
    super::{
        shell::{Shell, page},
        spanish,
    },
    plan,
    proposal::{self, Sent},
    question::Question,
    words::{self, Chip},
};
use crate::problem::{Answer, Parameters};

const PAGE: &str = "/control-urbano/respuesta";
const BEFORE: &str = "/control-urbano/propuesta";

#[derive(Template)]
#[template(path = "control_respuesta.html")]
struct AnswerPage {
    shell: Shell,
    question: Question,
    outcome: Chip,
    sentence: String,
    place: Vec<(&'static str, String)>,
    parcel: Option<String>,
    proposed: Vec<(&'static str, String)>,
    plan: plan::Plan,
    findings: Vec<FindingLine>,
    zones: Vec<GroundLine>,
    balance: Vec<(&'static str, String)>,
    restrictions: Vec<GroundLine>,
    unknown: Vec<String>,
    known: Vec<(String, Chip, String)>,
    parameters: Vec<ParameterLine>,
    /// None while nobody can tell.
    certificates: Option<Vec<LiveCertificate>>,
    receipt: Vec<(&'static str, String)>,
    /// The same land, law and knowledge: the same answer whenever it is asked for.
    same: Option<String>,
    json: Option<String>,
    /// The ways back, with all that was typed.
    back: Option<String>,
    to_place: Option<String>,
}

/// A finding.
struct FindingLine {
    chip: Chip,
    name: String,
    value: Option<String>,
    limit: Option<String>,
    basis: Option<String>,
    words: String,
    missing: String,
    /// Its ground: where on the plan, and what it is.
    grounds: Vec<(String, String)>,
}

/// A zone or a restriction.
struct GroundLine {
    place: String,
    code: String,
    name: String,
    area: String,
    share: String,
    basis: String,
    is_sliver: bool,
}

/// A parameter of the place.
pub(super) struct ParameterLine {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) class: String,
    pub(super) basis: String,
    pub(super) held: &'static str,
}

pub(super) async fn asked(
    State(office): State<Arc<Office>>,
    shell: Shell,
    parameters: Parameters,
) -> Answer<Response> {
    let as_json = parameters.get("f") == Some("json");
    let rest = parameters
        .0
        .into_iter()
        .filter(|(name, value)| !(name == "f" && value == "json"));
    let question = Question::read(&rest.collect::<Vec<_>>())?;
    if as_json {
        return Ok(Json(office.check(question.request()?).await?).into_response());
    }
    Ok(shown(&office, shell, question).await)
}

/// A proposal that was sent as a form: it becomes an address, where it is not too long for one.
pub(super) async fn sent(
    State(office): State<Arc<Office>>,
    shell: Shell,
    form: Sent,
) -> Answer<Response> {
    let question = proposal::read(form)?;
    Ok(match question.address(PAGE) {
        Some(address) => Redirect::to(&address).into_response(),
        None => shown(&office, shell, question).await,
    })
}

async fn shown(office: &Office, shell: Shell, question: Question) -> Response {
    match answered(office, &question).await {
        Ok((check, around, footprint)) => {
            let themes = &office.feed.snapshot().themes;
            let answer =
                AnswerPage::of(shell, question, check, &around, footprint.as_ref(), themes);
            page(&answer)
        }
        // Mended where it was typed.
        Err(problem) => proposal::shown(office, shell, question, Some(problem)).await,
    }
}

async fn answered(
    office: &Office,
    question: &Question,
) -> Result<(Check, Surroundings, Option<Polygon<f64>>), Problem> {
    let request = question.request()?;
    let footprint = question.footprint()?;
    let check = office.check(request.clone()).await?;
    Ok((check, office.surroundings(request).await?, footprint))
}

impl AnswerPage {
    fn of(
        shell: Shell,
        question: Question,
        check: Check,
        around: &Surroundings,
        footprint: Option<&Polygon<f64>>,
        themes: &[Theme],
    ) -> Self {
        let plan = plan::of_place(around, footprint, themes);
        let known_at = check.conocido_a.to_rfc3339_opts(SecondsFormat::Nanos, true);
        let fixed = question
            .with("fecha", check.fecha.to_string())
            .with("conocido_a", known_at);
        let unknown = check
            .temas
            .iter()
            .filter(|theme| theme.estado == ThemeState::NoData);
        Self {
            outcome: words::outcome(check.resultado),
            sentence: words::sentence(&check),
            place: proposal::place_lines(&check, &around.municipality),
            parcel: around.parcel.clone(),
            proposed: proposed(&question, footprint),
            findings: findings(&check, &plan, themes),
            zones: zones(&check, &plan),
            balance: balance(&check),
            restrictions: restrictions(&check, &plan, themes),
            unknown: unknown
                .map(|theme| words::theme(&theme.tipo, themes))
                .collect(),
            known: known(&check, themes),
            parameters: parameters(&check),
            receipt: receipt(&check),
            same: fixed.address(PAGE),
            json: fixed
                .address(PAGE)
                .map(|address| format!("{address}&f=json")),
            back: question.address(BEFORE),
            to_place: question.address("/control-urbano"),
            certificates: check.certificados_vigentes,
            plan,
            shell,
            question,
        }
    }
}

fn proposed(question: &Question, footprint: Option<&Polygon<f64>>) -> Vec<(&'static str, String)> {
    let mut lines = question.proposed();
    if let Some(footprint) = footprint {
        let corners = footprint.exterior().0.len().saturating_sub(1);
        lines.push(("Huella", format!("dibujada, con {corners} esquinas")));
    }
    lines
}

/// What decides comes first.
fn findings(check: &Check, plan: &plan::Plan, themes: &[Theme]) -> Vec<FindingLine> {
    let rank = |finding: &&RulingFinding| match finding.estado {
        "no_cumple" => 0,
        "no_concluyente" => 1,
        "cumple" => 2,
        _ => 3,
    };
    let mut found: Vec<&RulingFinding> = check.hallazgos.iter().collect();
    found.sort_by_key(rank);
    let figure = |value: Option<f64>, unit: Option<&str>| {
        value.map(|value| with_unit(value, unit.unwrap_or_default()))
    };
    let lines = found.into_iter().map(|finding| FindingLine {
        chip: words::state(finding.estado),
        name: name_of(finding, check, themes),
        value: figure(finding.valor, finding.unidad),
        limit: figure(finding.limite, finding.unidad),
        basis: finding.base_legal.as_ref().map(words::basis),
        words: finding.explicacion.clone(),
        missing: words::facts(&finding.falta),
        grounds: finding
            .causado_por
            .iter()
            .map(|cause| {
                let place = plan.grounds.get(cause).cloned().unwrap_or_default();
                (place, ground_name(cause, check, themes))
            })
            .collect(),
    });
    lines.collect()
}

fn name_of(finding: &RulingFinding, check: &Check, themes: &[Theme]) -> String {
    if finding.id.starts_with("restriccion:")
        && let Some(cause) = finding.causado_por.first()
    {
        return ground_name(cause, check, themes);
    }
    words::finding(&finding.id, themes)
}

/// What people call a zone or a restriction.
fn ground_name(cause: &str, check: &Check, themes: &[Theme]) -> String {
    if let Some(id) = cause.strip_prefix("zonificacion/") {
        let zone = check.zonificacion.iter().find(|zone| zone.id == id);
        let class = zone.and_then(|zone| zone.codigo.as_deref());
        return class.map_or_else(|| format!("Zona {id}"), |class| format!("Zona {class}"));
    }
    let id = cause.strip_prefix("restricciones/").unwrap_or(cause);
    let overlay = check.restricciones.iter().find(|overlay| overlay.id == id);
    let theme = overlay.and_then(|overlay| overlay.tipo.as_deref());
    let theme = theme.map_or_else(
        || "Restricción".to_owned(),
        |theme| words::theme(theme, themes),
    );
    match overlay.and_then(|overlay| overlay.nombre.as_deref()) {
        Some(name) => format!("{theme}: {name}"),
        None => format!("{theme} {id}"),
    }
}

/// Two decimals at most: `3 pisos`, `12.50 m`.
fn with_unit(value: f64, unit: &str) -> String {
    let is_whole = (value - value.round()).abs() < 1e-9;
    let figure = spanish::number(value, if is_whole { 0 } else { 2 });
    format!("{figure} {unit}").trim_end().to_owned()
}

fn zones(check: &Check, plan: &plan::Plan) -> Vec<GroundLine> {
    let lines = check.zonificacion.iter().map(|zone| {
        let source = [
            &zone.instrumento.articulo,
            &zone.instrumento.norma,
            &zone.instrumento.codigo,
        ];
        let source: Vec<&str> = source
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        GroundLine {
            place: plan
                .grounds
                .get(&format!("zonificacion/{}", zone.id))
                .cloned()
                .unwrap_or_default(),
            code: zone
                .codigo
                .clone()
                .unwrap_or_else(|| "sin clase".to_owned()),
            name: zone.nombre.clone().unwrap_or_default(),
            area: zone
                .area_m2
                .map_or_else(String::new, spanish::square_metres),
            share: zone.proporcion.map_or_else(String::new, spanish::percent),
            basis: source.join(", "),
            is_sliver: !zone.significativa,
        }
    });
    lines.collect()
}

fn restrictions(check: &Check, plan: &plan::Plan, themes: &[Theme]) -> Vec<GroundLine> {
    let lines = check.restricciones.iter().map(|overlay| GroundLine {
        place: plan
            .grounds
            .get(&format!("restricciones/{}", overlay.id))
            .cloned()
            .unwrap_or_default(),
        code: ground_name(&format!("restricciones/{}", overlay.id), check, themes),
        name: words::effect(overlay.efecto).to_owned(),
        area: overlay
            .area_m2
            .map_or_else(String::new, spanish::square_metres),
        share: overlay
            .proporcion
            .map_or_else(String::new, spanish::percent),
        basis: words::basis(&overlay.base_legal),
        is_sliver: !overlay.significativa,
    });
    lines.collect()
}

fn balance(check: &Check) -> Vec<(&'static str, String)> {
    let lines = check.balance.as_ref().map(|balance| {
        [
            ("Terreno", balance.area_predio_m2),
            ("Bajo alguna zona", balance.con_zona_m2),
            ("Sin zona", balance.sin_zona_m2),
            (
                "Contado dos veces, por zonas superpuestas",
                balance.doble_zona_m2,
            ),
        ]
        .map(|(name, area)| (name, spanish::square_metres(area)))
    });
    lines.into_iter().flatten().collect()
}

/// Themes of which something is known.
fn known(check: &Check, themes: &[Theme]) -> Vec<(String, Chip, String)> {
    let known = check
        .temas
        .iter()
        .filter(|theme| theme.estado != ThemeState::NoData);
    let lines = known.map(|theme| {
        let chip = if theme.estado == ThemeState::Affected {
            ("duda", "Lo toca")
        } else {
            ("bien", "No lo toca")
        };
        let source = match (theme.vigente_al, &theme.base_legal) {
            (Some(day), _) => format!("datos al {}", spanish::day(day)),
            (None, Some(basis)) => format!("no lo hay en el municipio: {}", words::basis(basis)),
            (None, None) => String::new(),
        };
        (words::theme(&theme.tipo, themes), chip, source)
    });
    lines.collect()
}

/// What the norm asks of the place.
pub(super) fn parameters(check: &Check) -> Vec<ParameterLine> {
    let line = |(name, view): (&&'static str, &ParameterView)| ParameterLine {
        name: words::parameter(name).to_owned(),
        value: match (view.valor, &view.segun) {
            (Some(value), _) => with_unit(value, view.unidad),
            (None, Some(said)) => format!("«{said}»"),
            (None, None) if view.falta.is_empty() => "no se pudo calcular".to_owned(),
            (None, None) => format!("falta saber {}", words::facts(&view.falta)),
        },
        class: view.zona.clone(),
        basis: words::basis(&view.base_legal),
        held: if view.se_exige_a == "subdivision" {
            "al subdividir"
        } else {
            "al edificar"
        },
    };
    check.parametros.iter().map(line).collect()
}

fn receipt(check: &Check) -> Vec<(&'static str, String)> {
    let norms = check.recibo.version_normas.clone();
    vec![
        ("Suelo y norma del", spanish::day(check.fecha)),
        ("Con lo que se sabía el", spanish::moment(check.conocido_a)),
        (
            "Versión de datos",
            spanish::count(u64::try_from(check.recibo.version_datos).unwrap_or_default()),
        ),
        (
            "Normas",
            norms.unwrap_or_else(|| "ninguna en vigor".to_owned()),
        ),
        ("SHA-256", check.recibo.sha256.clone()),
    ]
}
