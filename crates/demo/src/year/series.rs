//! Series of partners that do not exist: two that are published, one that waits, one that was observed.

use domain::institute::{DossierKind, FigureKind, Period};
use serde_json::json;

use super::{DemoDossier, DemoFigure, Year};
use crate::Town;

/// A series: code, name, organisation, axis, unit, state, what was said of it, the least value, and what it swings by.
type Script = (
    [&'static str; 5],
    &'static str,
    Option<&'static str>,
    f64,
    f64,
);

const SCRIPTS: [Script; 4] = [
    (
        [
            "lluvia-mensual-demo",
            "Lluvia mensual (demostración)",
            "Universidad del Valle (demostración)",
            "fisico_ambiental",
            "mm",
        ],
        "publicada",
        Some("Estaciones y método conformes."),
        60.0,
        140.0,
    ),
    (
        [
            "consultas-salud-demo",
            "Consultas en postas de salud (demostración)",
            "Colegio de Salud (demostración)",
            "social",
            "consultas",
        ],
        "publicada",
        Some("Cuadra con el registro que se acompaña."),
        220.0,
        90.0,
    ),
    (
        [
            "precio-arroz-demo",
            "Precio del arroz en chacra (demostración)",
            "Cámara Agraria (demostración)",
            "economico",
            "soles por kilo",
        ],
        "ofrecida",
        None,
        1.1,
        0.4,
    ),
    (
        [
            "turbidez-rio-demo",
            "Turbidez del río (demostración)",
            "ONG Aguas Claras (demostración)",
            "fisico_ambiental",
            "NTU",
        ],
        "observada",
        Some("Falta decir con qué equipo y a qué hora se mide."),
        8.0,
        30.0,
    ),
];

/// Months of the demonstration's year.
const MONTHS: u32 = 12;

/// Puts them into the year.
pub fn put(year: &mut Year, towns: &[Town]) {
    for ([code, name, organisation, axis, unit], state, reason, least, swing) in SCRIPTS {
        let mut content = json!({
            "nombre": name,
            "organizacion": organisation,
            "eje": axis,
            "unidad": unit,
            "metodo": "Serie inventada para la demostración: no mide nada.",
            "fuente": "Ninguna: cifras inventadas",
            "licencia": "CC0 1.0: datos inventados, de uso libre",
            "estado": state,
            "demostracion": true,
        });
        if let Some(reason) = reason {
            content["motivo"] = json!(reason);
        }
        year.dossiers.push(DemoDossier {
            kind: DossierKind::Series,
            code: code.to_owned(),
            ubigeo: None,
            content,
        });
        // A month as it is written here is one: a test reads the year.
        let Ok(mut period) = "2025-12".parse::<Period>() else {
            continue;
        };
        for month in 0..MONTHS {
            for (at, town) in (0_u32..).zip(towns) {
                // Up and down with the months, a little later in each town.
                let step = f64::from((month + at) % MONTHS) / f64::from(MONTHS);
                let wave = (step * std::f64::consts::TAU).sin();
                let value = least + swing * 0.5 * (1.0 + wave) + f64::from(at);
                year.figures.push(DemoFigure {
                    kind: FigureKind::Series,
                    code: code.to_owned(),
                    measure: "valor",
                    period,
                    ubigeo: Some(town.ubigeo()),
                    value: (value * 10.0).round() / 10.0,
                    content: json!({"demostracion": true}),
                });
            }
            period = period.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Plan, towns};

    #[test]
    fn four_series_in_their_states_with_a_year_of_months() {
        let towns = towns(&Plan {
            parcels: 300,
            ..Plan::default()
        });
        let mut year = Year::default();
        put(&mut year, &towns);
        let states: Vec<&str> = year
            .dossiers
            .iter()
            .filter_map(|dossier| dossier.content["estado"].as_str())
            .collect();
        assert_eq!(states, ["publicada", "publicada", "ofrecida", "observada"]);
        assert_eq!(year.figures.len(), 4 * 12 * towns.len());
        assert!(year.figures.iter().all(|figure| figure.value.is_finite()));
    }
}
