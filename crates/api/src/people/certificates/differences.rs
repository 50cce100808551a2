//! What two answers to one question say differently.

use super::verdict::{Share, Verdict};

/// Something that is said in two ways.
pub struct Difference {
    /// What.
    pub what: String,
    /// What the certificate says.
    pub then: String,
    /// What is answered today.
    pub now: String,
}

/// All of it, in the order in which a verdict is read.
pub fn differences(then: &Verdict, now: &Verdict) -> Vec<Difference> {
    let [then, now] = [then, now].map(said);
    let names = then.iter().chain(&now).map(|(name, _)| name);
    let mut found: Vec<Difference> = Vec::new();
    for what in names {
        let value = |all: &[(String, String)]| {
            let same = all.iter().find(|(name, _)| name == what);
            same.map_or_else(|| "nada".to_owned(), |(_, value)| value.clone())
        };
        let (then, now) = (value(&then), value(&now));
        if then != now && found.iter().all(|known| known.what != *what) {
            found.push(Difference {
                what: what.clone(),
                then,
                now,
            });
        }
    }
    found
}

/// What a verdict says, by name.
fn said(verdict: &Verdict) -> Vec<(String, String)> {
    let mut said = vec![("Resultado".to_owned(), verdict.outcome.1.to_owned())];
    if let Some(area) = &verdict.area {
        said.push(("Área del predio".to_owned(), area.clone()));
    }
    let share = |kind: &str, one: &Share| {
        let name = format!("{kind} {}", one.name);
        (name, format!("{}, {}", one.area, one.part))
    };
    said.extend(verdict.zones.iter().map(|zone| share("Zona", zone)));
    let overlays = verdict.overlays.iter();
    said.extend(overlays.map(|overlay| share("Restricción", overlay)));
    let limits = verdict.limits.iter();
    said.extend(limits.map(|limit| {
        let value = format!("{} ({})", limit.value, limit.basis);
        (limit.name.clone(), value)
    }));
    let findings = verdict.findings.iter();
    said.extend(findings.map(|found| {
        let name = format!("Evaluación: {}", found.name);
        (name, format!("{}. {}", found.state.1, found.sentence))
    }));
    let themes = verdict.themes.iter();
    said.extend(themes.map(|theme| (format!("Tema {}", theme.0), theme.1.to_owned())));
    said
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_named_with_both_values() {
        let said = |floors: f64, outcome: &str| {
            let said = json!({"resultado": outcome, "zonificacion": [{"codigo": "RDM", "proporcion": 1.0}], "restricciones": [],
                "parametros": {"altura_maxima_pisos": {"valor": floors, "unidad": "pisos", "zona": "RDM",
                    "base_legal": {"norma": "Ordenanza 1", "articulo": "Artículo 2"}}}});
            Verdict::of(&said, &[])
        };
        assert!(differences(&said(4.0, "conforme"), &said(4.0, "conforme")).is_empty());
        let found = differences(&said(4.0, "conforme"), &said(3.0, "no_conforme"));
        let found: Vec<[&str; 3]> = found
            .iter()
            .map(|one| [one.what.as_str(), &one.then, &one.now])
            .collect();
        assert_eq!(
            found,
            [
                ["Resultado", "Conforme", "No conforme"],
                [
                    "Altura máxima, en pisos",
                    "4 pisos (Artículo 2, Ordenanza 1)",
                    "3 pisos (Artículo 2, Ordenanza 1)"
                ]
            ]
        );
    }
}
