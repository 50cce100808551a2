//! What a certificate says, row by row.

use domain::{
    certificate::Sheet,
    plan::{Theme, parameter::Parameter},
};
use serde::Serialize;
use serde_json::Value;

use super::{
    verdict::{Basis, Finding, Limit, Verdict},
    words,
};
use crate::{
    text::whole,
    words::{day, two},
};

/// Letters of a name in a table.
const NAME_MAX: usize = 120;
/// Letters of a sentence in a table.
const SENTENCE_MAX: usize = 700;

/// A limit of the norm.
#[derive(Serialize)]
pub(super) struct Parameters {
    nombre: String,
    valor: String,
    zona: String,
    exige: String,
    base: String,
}

pub(super) fn parameters(verdict: &Verdict) -> Vec<Parameters> {
    let known = Parameter::ALL.into_iter().filter_map(|parameter| {
        let limit = verdict.parameters.get(parameter.name())?;
        Some((words::parameter(parameter).to_owned(), limit))
    });
    let is_known = |name: &str| Parameter::ALL.iter().any(|known| known.name() == name);
    let others = verdict
        .parameters
        .iter()
        .filter(|(name, _)| !is_known(name))
        .map(|(name, limit)| (words::sentence_case(&name.replace('_', " ")), limit));
    known
        .chain(others)
        .map(|(name, limit)| Parameters {
            nombre: whole(&name, NAME_MAX),
            valor: value(limit),
            zona: whole(&limit.zone, NAME_MAX),
            exige: match limit.asked_of.as_str() {
                "subdivision" => "Subdivisión".to_owned(),
                "edificacion" => "Edificación".to_owned(),
                other => whole(other, NAME_MAX),
            },
            base: words::basis(&limit.basis),
        })
        .collect()
}

fn value(limit: &Limit) -> String {
    match (limit.value, &limit.words) {
        (Some(value), _) => format!("{} {}", words::number(value), limit.unit),
        (None, Some(said)) => format!("{} ({})", whole(said, SENTENCE_MAX), limit.unit),
        (None, None) => format!(
            "No se sabe ({}): falta {}",
            limit.unit,
            whole(&limit.missing.join(", "), NAME_MAX)
        ),
    }
}

/// A share of the ground.
#[derive(Serialize)]
pub(super) struct Share {
    nombre: String,
    efecto: String,
    area: String,
    porcentaje: String,
    base: String,
}

pub(super) fn zones(verdict: &Verdict) -> Vec<Share> {
    let zones = verdict.zones.iter();
    zones
        .map(|zone| {
            let parts = [&zone.class, &zone.name];
            let name: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            let plan = zone.instrument.code.as_deref();
            let basis = words::basis(&zone.instrument.basis);
            Share {
                nombre: named(&name.join(" "), "sin clase", zone.significant),
                efecto: String::new(),
                area: area(zone.area_m2),
                porcentaje: share(zone.share),
                base: plan.map_or_else(
                    || basis.clone(),
                    |plan| format!("{}: {basis}", whole(plan, NAME_MAX)),
                ),
            }
        })
        .collect()
}

pub(super) fn overlays(verdict: &Verdict, themes: &[Theme]) -> Vec<Share> {
    let overlays = verdict.overlays.iter();
    overlays
        .map(|overlay| {
            let theme = overlay.theme.as_deref().map(|code| theme(code, themes));
            let parts = [theme.as_deref(), overlay.name.as_deref()];
            let name: Vec<&str> = parts.into_iter().flatten().collect();
            Share {
                nombre: named(&name.join(": "), "sin tema", overlay.significant),
                efecto: words::effect(overlay.effect).to_owned(),
                area: area(overlay.area_m2),
                porcentaje: share(overlay.share),
                base: words::basis(&overlay.basis),
            }
        })
        .collect()
}

fn named(name: &str, without: &str, significant: bool) -> String {
    let name = if name.is_empty() { without } else { name };
    let remark = if significant {
        ""
    } else {
        " (no significativa: dentro del error de medición)"
    };
    format!("{}{remark}", whole(name, NAME_MAX))
}

fn area(area_m2: Option<f64>) -> String {
    area_m2.map_or_else(|| "—".to_owned(), |area_m2| format!("{} m²", two(area_m2)))
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(
        || "—".to_owned(),
        |share| format!("{} %", two(share * 100.0)),
    )
}

/// The name of a theme.
fn theme(code: &str, themes: &[Theme]) -> String {
    let known = themes.iter().find(|theme| theme.code == code);
    known.map_or_else(
        || words::sentence_case(&code.replace('_', " ")),
        |theme| theme.name.clone(),
    )
}

/// How much of the ground the zones cover.
pub(super) fn balance(verdict: &Verdict) -> Option<String> {
    let balance = verdict.balance.as_ref()?;
    let mut parts = vec![format!("Con zona: {} m²", two(balance.zoned))];
    if balance.unzoned > 0.0 {
        parts.push(format!("sin zona: {} m²", two(balance.unzoned)));
    }
    if balance.twice > 0.0 {
        parts.push(format!(
            "en más de una zona a la vez: {} m²",
            two(balance.twice)
        ));
    }
    Some(format!("{}.", parts.join("; ")))
}

/// What is known of a theme: its name, its state, the day of its data.
pub(super) fn themes(verdict: &Verdict, themes: &[Theme]) -> Vec<[String; 3]> {
    let said = verdict.themes.iter();
    said.map(|said| {
        [
            whole(&theme(&said.theme, themes), NAME_MAX),
            words::theme_state(&said.state).to_owned(),
            said.known_on.map_or_else(|| "—".to_owned(), day),
        ]
    })
    .collect()
}

/// Something that was judged of the proposal.
#[derive(Serialize)]
pub(super) struct Judged {
    nombre: String,
    estado: String,
    /// Whether the state is one to be looked at.
    falla: bool,
    valor: String,
    limite: String,
    base: String,
    explicacion: String,
}

pub(super) fn findings(verdict: &Verdict, themes: &[Theme]) -> Vec<Judged> {
    let findings = verdict.findings.iter();
    findings
        .map(|finding| Judged {
            nombre: words::finding(&finding.id, |code| whole(&theme(code, themes), NAME_MAX)),
            estado: words::state(&finding.state).to_owned(),
            falla: finding.state == "no_cumple",
            valor: quantity(finding, finding.value),
            limite: quantity(finding, finding.limit),
            base: finding
                .basis
                .as_ref()
                .map_or_else(|| "—".to_owned(), |basis: &Basis| words::basis(basis)),
            explicacion: whole(&finding.sentence, SENTENCE_MAX),
        })
        .collect()
}

fn quantity(finding: &Finding, value: Option<f64>) -> String {
    let unit = finding.unit.as_deref().unwrap_or_default();
    value.map_or_else(
        || "—".to_owned(),
        |value| {
            format!("{} {unit}", words::number(value))
                .trim_end()
                .to_owned()
        },
    )
}

/// What was proposed, name by name.
pub(super) fn proposal(sheet: &Sheet) -> Vec<[String; 2]> {
    let Value::Object(members) = &sheet.proposal else {
        return Vec::new();
    };
    let told = |name: &str, value: &Value| {
        let value = match value {
            Value::String(text) => whole(text, SENTENCE_MAX),
            Value::Number(number) => number.as_f64().map_or_else(String::new, words::number),
            // A drawing; the digest holds it.
            _ => "dibujada en la solicitud".to_owned(),
        };
        [proposed(name), value]
    };
    members
        .iter()
        .filter(|(_, value)| !value.is_null())
        .flat_map(|(name, value)| match (name.as_str(), value) {
            ("retiros_m", Value::Object(setbacks)) => setbacks
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(side, value)| told(&format!("retiro_{side}_m"), value))
                .collect(),
            _ => vec![told(name, value)],
        })
        .collect()
}

/// A member of a proposal.
fn proposed(name: &str) -> String {
    let known = match name {
        "actividad_ciiu" => "Actividad (CIIU Rev. 4)",
        "altura_m" => "Altura (m)",
        "area_techada_m2" => "Área techada (m²)",
        "area_libre_pct" => "Área libre (%)",
        "lote_frente_m" => "Frente del lote (m)",
        "huella" => "Huella del edificio",
        "retiro_frontal_m" => "Retiro frontal (m)",
        "retiro_lateral_m" => "Retiro lateral (m)",
        "retiro_posterior_m" => "Retiro posterior (m)",
        other => return words::sentence_case(&whole(&other.replace('_', " "), NAME_MAX)),
    };
    known.to_owned()
}

/// Other certificates of the parcel that held when this one was issued.
pub(super) fn live(verdict: &Verdict) -> Vec<String> {
    let live = verdict.live.iter().flatten();
    live.map(|one| format!("{} {}", one.number, whole(&one.title, NAME_MAX)))
        .collect()
}
