//! Indicators whose values people type in: a year of them, for the province and for each town.

use domain::institute::{DossierKind, FigureKind, Period};
use serde_json::json;

use super::{DemoDossier, DemoFigure, Year};
use crate::Town;

/// What one is, and how it goes.
struct Series {
    code: &'static str,
    name: &'static str,
    axis: &'static str,
    formula: &'static str,
    unit: &'static str,
    better: &'static str,
    /// Value of the last quarter of 2025 and what each quarter adds.
    from: f64,
    each: f64,
    /// At the end of 2026.
    target: f64,
    /// Whether the province's is the sum of the towns', or lies among theirs.
    adds_up: bool,
}

const SERIES: [Series; 5] = [
    Series {
        code: "demo_agua_potable_pct",
        name: "Viviendas con agua potable (demostración)",
        axis: "servicios",
        formula: "Viviendas conectadas entre las del ámbito, por cien",
        unit: "%",
        better: "mas",
        from: 78.4,
        each: 1.3,
        target: 85.0,
        adds_up: false,
    },
    Series {
        code: "demo_residuos_dispuestos_pct",
        name: "Residuos dispuestos en un relleno (demostración)",
        axis: "fisico_ambiental",
        formula: "Toneladas dispuestas entre las recogidas, por cien",
        unit: "%",
        better: "mas",
        from: 41.0,
        each: 2.5,
        target: 60.0,
        adds_up: false,
    },
    Series {
        code: "demo_licencias_funcionamiento",
        name: "Licencias de funcionamiento otorgadas (demostración)",
        axis: "economico",
        formula: "Licencias otorgadas en el trimestre",
        unit: "licencias",
        better: "mas",
        from: 22.0,
        each: 3.0,
        target: 240.0,
        adds_up: true,
    },
    Series {
        code: "demo_accidentes_transito",
        name: "Accidentes de tránsito (demostración)",
        axis: "servicios",
        formula: "Accidentes con heridos en el trimestre",
        unit: "accidentes",
        better: "menos",
        from: 14.0,
        each: -1.0,
        target: 30.0,
        adds_up: true,
    },
    Series {
        code: "demo_participantes_talleres",
        name: "Participantes en talleres y audiencias (demostración)",
        axis: "social",
        formula: "Personas que firmaron la asistencia en el trimestre",
        unit: "personas",
        better: "mas",
        from: 35.0,
        each: 6.0,
        target: 400.0,
        adds_up: true,
    },
];

/// The quarters of the year.
const QUARTERS: [&str; 4] = ["2025-T4", "2026-T1", "2026-T2", "2026-T3"];

/// Adds the indicators and their values.
pub fn add(year: &mut Year, towns: &[Town]) {
    for series in &SERIES {
        let base = province(series, 0, towns.len());
        year.dossiers.push(DemoDossier {
            kind: DossierKind::Indicator,
            code: series.code.to_owned(),
            ubigeo: None,
            content: json!({
                "nombre": series.name,
                "eje": series.axis,
                "formula": series.formula,
                "unidad": series.unit,
                "fuente": "Serie inventada, para mostrar cómo se llena",
                "sentido": series.better,
                "periodicidad": "trimestral",
                "linea_base": {"periodo": QUARTERS[0], "valor": base},
                "metas": [{"periodo": "2026-T4", "valor": series.target}],
                "demostracion": true,
            }),
        });
        for (at, quarter) in QUARTERS.iter().enumerate() {
            let Ok(period) = quarter.parse::<Period>() else {
                continue;
            };
            let mut put = |ubigeo, value: f64| {
                year.figures.push(DemoFigure {
                    kind: FigureKind::Indicator,
                    code: series.code.to_owned(),
                    measure: "valor",
                    period,
                    ubigeo,
                    value,
                    content: json!({"nota": "Valor inventado (demostración)", "demostracion": true}),
                });
            };
            put(None, province(series, at, towns.len()));
            for (index, town) in towns.iter().enumerate() {
                put(Some(town.ubigeo()), one(series, at, index));
            }
        }
    }
}

/// The value of a town in a quarter.
fn one(series: &Series, quarter: usize, town: usize) -> f64 {
    // Towns differ a little, the first one is ahead.
    let apart = if series.adds_up {
        (20.0 - 3.0 * town as f64) / 20.0
    } else {
        1.0 - 0.04 * town as f64
    };
    let value = (series.from + series.each * quarter as f64) * apart;
    if series.adds_up {
        value.round()
    } else {
        (value * 10.0).round() / 10.0
    }
}

fn province(series: &Series, quarter: usize, towns: usize) -> f64 {
    let sum: f64 = (0..towns).map(|town| one(series, quarter, town)).sum();
    if series.adds_up || towns == 0 {
        sum
    } else {
        (sum / towns as f64 * 10.0).round() / 10.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Plan, towns};

    #[test]
    fn each_series_has_every_quarter_everywhere_and_a_definition_in_order() {
        let towns = towns(&Plan {
            seed: 1,
            parcels: 60,
        });
        let mut year = Year::default();
        add(&mut year, &towns);
        assert_eq!(year.dossiers.len(), SERIES.len());
        let values = SERIES.len() * QUARTERS.len() * (towns.len() + 1);
        assert_eq!(year.figures.len(), values);
        for dossier in &year.dossiers {
            let read: domain::institute::indicator::Indicator =
                serde_json::from_value(dossier.content.clone()).expect("an indicator");
            let axes = SERIES.iter().map(|series| series.axis);
            assert_eq!(read.check(axes), Ok(()), "{}", dossier.code);
        }
    }
}
