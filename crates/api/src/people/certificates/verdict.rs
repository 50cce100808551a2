//! What a check answered, as a page says it: the same members and the same words whether it was asked now or is kept in a
//! certificate.

use domain::plan::{Theme, parameter::Parameter};
use serde_json::Value;

use super::super::spanish;

/// A verdict in rows.
pub struct Verdict {
    /// The whole, in a word, and the look of its sign.
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
    /// How it is, and the look of its sign.
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
            outcome: outcome(text(&said["resultado"])),
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

fn outcome(word: &str) -> (&'static str, &'static str) {
    match word {
        "conforme" => ("Conforme", "bien"),
        "no_conforme" => ("No conforme", "mal"),
        _ => ("No concluyente", "duda"),
    }
}

fn state(word: &str) -> (&'static str, &'static str) {
    match word {
        "cumple" => ("Cumple", "bien"),
        "no_cumple" => ("No cumple", "mal"),
        "no_aplica" => ("No aplica", ""),
        _ => ("No se puede afirmar", "duda"),
    }
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
        theme_name(text(&said["tipo"]), themes),
        text(&said["nombre"]).to_owned(),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Share {
        name: named(&parts.join(": "), "Sin tema", said),
        effect: match text(&said["efecto"]) {
            "prohibe" => "Prohíbe edificar",
            "condiciona" => "Condiciona",
            "informa" => "Informa",
            _ => "Efecto no conocido",
        },
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

fn theme_name(code: &str, themes: &[Theme]) -> String {
    let known = themes.iter().find(|theme| theme.code == code);
    known.map_or_else(
        || sentence_case(&code.replace('_', " ")),
        |theme| theme.name.clone(),
    )
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
    let name = theme_name(text(&said["tipo"]), themes);
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
            let known = Parameter::ALL
                .into_iter()
                .find(|known| known.name() == name);
            Limit {
                name: known.map_or_else(
                    || sentence_case(&name.replace('_', " ")),
                    |known| parameter(known).to_owned(),
                ),
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
            let missing: Vec<&str> = list(&limit["falta"]).iter().map(text).collect();
            format!("No se sabe ({unit}): falta {}", missing.join(", "))
        }
    }
}

fn found(said: &Value, themes: &[Theme]) -> Found {
    let id = text(&said["id"]);
    let known = Parameter::ALL
        .into_iter()
        .find(|known| known.finding() == id);
    let name = match (
        id.strip_prefix("tema:"),
        id.strip_prefix("restriccion:"),
        known,
    ) {
        (Some(code), ..) => theme_name(code, themes),
        (_, Some(code), _) => format!("Restricción {code}"),
        (.., Some(known)) => parameter(known).to_owned(),
        _ => sentence_case(&id.replace('_', " ")),
    };
    Found {
        name,
        state: state(text(&said["estado"])),
        sentence: text(&said["explicacion"]).to_owned(),
        basis: if said["base_legal"].is_object() {
            basis(&said["base_legal"])
        } else {
            String::new()
        },
    }
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A parameter, as the law lists it and the paper calls it.
fn parameter(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::MaxFloors => "Altura máxima en pisos",
        Parameter::MaxHeight => "Altura máxima",
        Parameter::MinHeight => "Altura mínima",
        Parameter::MaxRatio => "Coeficiente máximo de edificación",
        Parameter::MinRatio => "Coeficiente mínimo de edificación",
        Parameter::MinOpen => "Área libre mínima",
        Parameter::FrontSetback => "Retiro frontal",
        Parameter::SideSetback => "Retiro lateral",
        Parameter::RearSetback => "Retiro posterior",
        Parameter::MinLot => "Área de lote normativo",
        Parameter::MinFront => "Frente mínimo",
        Parameter::MaxDensity => "Densidad neta máxima",
        Parameter::Parking => "Estacionamientos",
    }
}
