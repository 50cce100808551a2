//! The words of surveys for people.

use chrono::{DateTime, Utc};
use office::surveys::{Candidate, ListedRow};

use crate::people::spanish;

/// The look and the word of a state.
pub fn state(state: &str) -> (&'static str, &'static str) {
    match state {
        "recibido" => ("dato", "Recibido"),
        "en_proceso" => ("dato", "En examen"),
        "conforme" => ("bien", "Conforme"),
        "observado" => ("duda", "Observado"),
        "aprobado" => ("bien", "Aprobado"),
        "publicado" => ("bien", "Publicado"),
        "rechazado" => ("mal", "Rechazado"),
        _ => ("dato", "Otro"),
    }
}

/// The states that a list is filtered by.
pub const STATES: [&str; 6] = [
    "recibido",
    "en_proceso",
    "observado",
    "conforme",
    "publicado",
    "rechazado",
];

/// Whether a survey is still being worked on by the service.
pub fn is_under_way(state: &str) -> bool {
    matches!(state, "recibido" | "en_proceso")
}

/// What a survey in a list waits for.
pub fn waits_for(row: &ListedRow) -> Option<&'static str> {
    Some(match row.waits_for.as_deref()? {
        "sistema" => "falta confirmar su sistema de referencia",
        "correccion" => "devuelto para corregir",
        "otro" => "no se pudo tomar",
        "envio" => "borrador abierto",
        _ => "espera una decisión",
    })
}

/// The look and the word of a severity.
pub fn severity(severity: &str) -> (&'static str, &'static str) {
    match severity {
        "error" => ("mal", "Error"),
        "observacion" => ("duda", "Observación"),
        _ => ("dato", "Aviso"),
    }
}

/// All severities.
pub const SEVERITIES: [&str; 3] = ["error", "observacion", "aviso"];

/// A layer for people.
pub fn layer(name: &str) -> &str {
    match name {
        "lotes" => "Lotes",
        "manzanas" => "Manzanas",
        "sectores" => "Sectores",
        "zonificacion" => "Zonificación",
        "restricciones" => "Restricciones",
        "vias" => "Vías",
        "planes" => "Planes",
        other => other,
    }
}

/// A kind of change for people, many of them.
pub fn change(kind: &str) -> &'static str {
    match kind {
        "alta" => "Altas",
        "baja" => "Bajas",
        "modificacion" => "Modificaciones",
        "subdivision" => "Subdivisiones",
        "acumulacion" => "Acumulaciones",
        "reajuste" => "Reajustes",
        _ => "Otros",
    }
}

/// What of a parcel changes.
pub fn aspect(aspect: &str) -> &str {
    match aspect {
        "geometria" => "lindero",
        "atributos" => "datos",
        "codigo" => "código",
        other => other,
    }
}

/// A decision for people.
pub fn decision(decision: &str) -> &str {
    match decision {
        "aprobar" => "Aprobado",
        "observar" => "Observado",
        "rechazar" => "Rechazado",
        other => other,
    }
}

/// How well a reference system fits.
pub fn verdict(verdict: &str) -> &str {
    match verdict {
        "coincide" => "coincide con lo que está en vigor",
        "desplazado" => "queda corrido",
        "posible" => "cae en el municipio",
        "fuera" => "cae fuera del municipio",
        "imposible" => "sus coordenadas no existen ahí",
        other => other,
    }
}

/// How far from where it is in force a reference system puts a file.
pub fn shift(candidate: &Candidate) -> String {
    candidate.shift_m.map_or_else(String::new, |[east, north]| {
        format!(
            "{} m, {} m",
            spanish::number(east, 1),
            spanish::number(north, 1)
        )
    })
}

/// A moment that a shape has as text.
pub fn moment(text: &str) -> String {
    text.parse::<DateTime<Utc>>()
        .map_or_else(|_| text.to_owned(), spanish::moment)
}

/// How many of something, with its word in one and in many.
pub fn so_many(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    let count: u64 = count.try_into().unwrap_or_default();
    format!(
        "{} {}",
        spanish::count(count),
        if count == 1 { one } else { many }
    )
}

/// Bytes as people say them.
pub fn megabytes(bytes: u64) -> String {
    match bytes {
        0..100_000 => format!("{} KB", spanish::number(bytes as f64 / 1_000.0, 1)),
        _ => format!("{} MB", spanish::number(bytes as f64 / 1_000_000.0, 1)),
    }
}

/// An entry of a list to choose from.
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub name: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Entries to choose from, by value and name.
pub fn choices<V: ToString, N: ToString>(
    entries: impl IntoIterator<Item = (V, N)>,
    chosen: &str,
) -> Vec<Choice> {
    let entries = entries.into_iter();
    let entries = entries.map(|(value, name)| (value.to_string(), name.to_string()));
    entries
        .map(|(value, name)| Choice {
            chosen: value == chosen,
            value,
            name,
        })
        .collect()
}

/// A page of a list, and the ways to those beside it.
pub struct Pager {
    /// What is shown, in words.
    pub words: String,
    /// The page before.
    pub before: Option<String>,
    /// The page after.
    pub after: Option<String>,
}

impl Pager {
    /// Of a page from 1 that has so many lines of so many.
    pub fn of(
        page: u32,
        lines: usize,
        count: usize,
        size: u32,
        href: impl Fn(u32) -> String,
    ) -> Self {
        let first = (page.saturating_sub(1) as usize) * size as usize;
        let words = match lines {
            0 => "No hay más.".to_owned(),
            _ => format!(
                "Del {} al {} de {}.",
                spanish::count(first + 1),
                spanish::count(first + lines),
                spanish::count(count)
            ),
        };
        Self {
            words,
            before: (page > 1).then(|| href(page - 1)),
            after: (first + lines < count && lines > 0).then(|| href(page + 1)),
        }
    }
}

/// An address with what it is asked, without what is empty.
pub fn address(path: &str, asked: &[(&str, &str)]) -> String {
    let asked: Vec<_> = asked
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    match serde_urlencoded::to_string(&asked) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_to_those_beside_them() {
        let pager = Pager::of(2, 50, 120, 50, |page| page.to_string());
        assert_eq!(pager.words, "Del 51 al 100 de 120.");
        assert_eq!(
            (pager.before.as_deref(), pager.after.as_deref()),
            (Some("1"), Some("3"))
        );
        assert!(
            Pager::of(1, 3, 3, 50, |page| page.to_string())
                .after
                .is_none()
        );
        assert_eq!(address("/x", &[("a", ""), ("b", "ñ &")]), "/x?b=%C3%B1+%26");
        assert_eq!(address("/x", &[("a", "")]), "/x");
    }
}
