//! What a check answered, as a page says it: the same members and the same words whether it was asked now or is kept in a
//! certificate.

use domain::plan::{Effect, Theme, parameter::Parameter};
use serde::Deserialize as _;
use serde_json::Value;

use super::super::{spanish, urban::words};

/// A verdict in rows.
pub struct Verdict {
    /// The look of the whole's sign, and its word.
    pub outcome: (&'static str, &'static str),
    /// Whether something was proposed.
    pub is_judged: bool,
    /// Area of the parcel.
    pub area: Option<String>,
    /// Zones.
    pub zones: Vec<Share>,
    /// Overlays.
    pub overlays: Vec<Share>,
    /// Themes: name, state, look of its sign, and of when its data are.
    pub themes: Vec<(String, &'static str, &'static str, String)>,
    /// The account of the ground.
    pub balance: Option<String>,
    /// Parameters.
    pub limits: Vec<Limit>,
    /// Findings.
    pub findings: Vec<Found>,
    /// Certificates in force then: number and title.
    pub live: Vec<(String, String)>,
    /// Digest of the answer, and version of its data.
    pub receipt: (String, String),
}

/// A zone's or an overlay's share of the ground.
pub struct Share {
    /// Its name.
    pub name: String,
    /// What it does.
    pub effect: &'static str,
    /// Its area.
    pub area: String,
    /// Its share.
    pub part: String,
    /// By which law.
    pub basis: String,
}

/// A parameter.
pub struct Limit {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The class of zone.
    pub zone: String,
    /// By which law.
    pub basis: String,
}

/// A finding.
pub struct Found {
    /// What was asked.
    pub name: String,
    /// The look of its sign, and how it is.
    pub state: (&'static str, &'static str),
    /// Why.
    pub sentence: String,
    /// By which law.
    pub basis: String,
}

impl Verdict {
    /// Reads an answer.
    pub fn of(said: &Value, themes: &[Theme]) -> Self {
        let receipt = &said["recibo"];
        Self {
            outcome: words::outcome(text(&said["resultado"])),
            is_judged: !list(&said["hallazgos"]).is_empty(),
            area: said["predio"]["area_m2"]
                .as_f64()
                .map(spanish::square_metres),
            zones: list(&said["zonificacion"]).iter().map(zone).collect(),
            overlays: list(&said["restricciones"])
                .iter()
                .map(|one| overlay(one, themes))
                .collect(),
            themes: list(&said["temas"])
                .iter()
                .map(|one| theme_said(one, themes))
                .collect(),
            balance: balance(&said["balance"]),
            limits: limits(&said["parametros"]),
            findings: list(&said["hallazgos"])
                .iter()
                .map(|one| found(one, themes))
                .collect(),
            live: list(&said["certificados_vigentes"])
                .iter()
                .map(|one| {
                    (
                        text(&one["numero"]).to_owned(),
                        text(&one["titulo"]).to_owned(),
                    )
                })
                .collect(),
            receipt: (
                text(&receipt["sha256"]).to_owned(),
                spanish::count(receipt["version_datos"].as_u64().unwrap_or_default()),
            ),
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn basis(said: &Value) -> String {
    let parts = [text(&said["articulo"]), text(&said["norma"])];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        "sin norma registrada".to_owned()
    } else {
        parts.join(", ")
    }
}

fn zone(said: &Value) -> Share {
    let name = [text(&said["codigo"]), text(&said["nombre"])].join(" ");
    let plan = text(&said["instrumento"]["codigo"]);
    let basis = basis(&said["instrumento"]);
    Share {
        name: named(name.trim(), "Sin clase", said),
        effect: "",
        area: area(said),
        part: share(said),
        basis: if plan.is_empty() {
            basis
        } else {
            format!("{plan}: {basis}")
        },
    }
}

fn overlay(said: &Value, themes: &[Theme]) -> Share {
    let parts = [
        words::theme(text(&said["tipo"]), themes),
        text(&said["nombre"]).to_owned(),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Share {
        name: named(&parts.join(": "), "Sin tema", said),
        effect: words::effect(Effect::deserialize(&said["efecto"]).ok()),
        area: area(said),
        part: share(said),
        basis: basis(&said["base_legal"]),
    }
}

fn named(name: &str, without: &str, said: &Value) -> String {
    let name = if name.is_empty() { without } else { name };
    if said["significativa"] == Value::Bool(false) {
        format!("{name} (no significativa: dentro del error de medición)")
    } else {
        name.to_owned()
    }
}

fn area(said: &Value) -> String {
    said["area_m2"]
        .as_f64()
        .map_or_else(|| "—".to_owned(), spanish::square_metres)
}

fn share(said: &Value) -> String {
    said["proporcion"]
        .as_f64()
        .map_or_else(|| "—".to_owned(), spanish::percent)
}

fn theme_said(said: &Value, themes: &[Theme]) -> (String, &'static str, &'static str, String) {
    let (word, look) = match text(&said["estado"]) {
        "afectado" => ("Afectado", "duda"),
        "no_afectado" => ("No afectado", "bien"),
        _ => ("Sin datos: no se sabe", "duda"),
    };
    let day = text(&said["vigente_al"])
        .parse::<chrono::NaiveDate>()
        .map(spanish::day);
    let name = words::theme(text(&said["tipo"]), themes);
    (name, word, look, day.unwrap_or_default())
}

fn balance(said: &Value) -> Option<String> {
    let metres = |name: &str| said[name].as_f64().map(spanish::square_metres);
    Some(format!(
        "Con zona {}, sin zona {}, contado dos veces {}.",
        metres("con_zona_m2")?,
        metres("sin_zona_m2")?,
        metres("doble_zona_m2")?
    ))
}

/// In the order in which the law lists them.
fn limits(said: &Value) -> Vec<Limit> {
    let Some(members) = said.as_object() else {
        return Vec::new();
    };
    let place = |name: &str| {
        let known = Parameter::ALL.iter();
        known
            .map(|known| known.name())
            .position(|known| known == name)
    };
    let mut names: Vec<&String> = members.keys().collect();
    names.sort_by_key(|name| (place(name).unwrap_or(usize::MAX), (*name).clone()));
    names
        .into_iter()
        .map(|name| {
            let limit = &members[name];
            Limit {
                name: words::parameter(name).to_owned(),
                value: value(limit),
                zone: text(&limit["zona"]).to_owned(),
                basis: basis(&limit["base_legal"]),
            }
        })
        .collect()
}

fn value(limit: &Value) -> String {
    let unit = text(&limit["unidad"]);
    match (limit["valor"].as_f64(), limit["segun"].as_str()) {
        (Some(number), _) => {
            let decimals = if number.fract() == 0.0 { 0 } else { 2 };
            format!("{} {unit}", spanish::number(number, decimals))
        }
        (None, Some(words)) => format!("{words} ({unit})"),
        (None, None) => {
            let missing = list(&limit["falta"]).iter();
            let missing: Vec<&str> = missing.map(|one| words::fact(text(one))).collect();
            format!("No se sabe ({unit}): falta {}", missing.join(", "))
        }
    }
}

fn found(said: &Value, themes: &[Theme]) -> Found {
    Found {
        name: words::finding(text(&said["id"]), themes),
        state: words::state(text(&said["estado"])),
        sentence: text(&said["explicacion"]).to_owned(),
        basis: if said["base_legal"].is_object() {
            basis(&said["base_legal"])
        } else {
            String::new()
        },
    }
}
