//! Projects of the cadastre over the year: three towns, some of their sectors.

use domain::{
    collection::Collection,
    institute::{DossierKind, FigureKind, Period},
};
use serde_json::{Value, json};

use super::{DemoDossier, DemoFigure, Year};
use crate::Town;

/// Sectors of a project, at most.
const SECTORS: usize = 2;

/// What differs between the three: state, first and last days of field and desk work, agreed and spent by quarter.
type Script = (
    &'static str,
    [[&'static str; 2]; 2],
    [(&'static str, f64, f64); 3],
);

const SCRIPTS: [Script; 3] = [
    (
        "terminado",
        [["2026-01-12", "2026-03-31"], ["2026-04-01", "2026-05-29"]],
        [
            ("2026-T1", 84_000.0, 79_350.0),
            ("2026-T2", 61_000.0, 60_120.5),
            ("2026-T3", 0.0, 4_200.0),
        ],
    ),
    (
        "en_marcha",
        [["2026-06-01", "2026-09-30"], ["2026-09-15", "2026-12-18"]],
        [
            ("2026-T2", 20_000.0, 12_000.0),
            ("2026-T3", 72_000.0, 58_400.0),
            ("2026-T4", 48_000.0, 15_750.0),
        ],
    ),
    (
        "previsto",
        [["2026-11-02", "2027-02-26"], ["2027-02-15", "2027-04-30"]],
        [
            ("2026-T4", 36_000.0, 0.0),
            ("2027-T1", 90_000.0, 0.0),
            ("2027-T2", 40_000.0, 0.0),
        ],
    ),
];

/// Puts them into the year.
pub fn put(year: &mut Year, towns: &[Town]) {
    for (number, (town, script)) in (1..).zip(towns.iter().zip(SCRIPTS)) {
        let (state, days, funds) = script;
        let code = format!("PC-2026-{number:02}-DEMO");
        let sectors: Vec<String> = town
            .features(&Collection::Sectors)
            .take(SECTORS)
            .map(|sector| sector.code)
            .collect();
        let lots: Vec<u64> = town
            .features(&Collection::Manzanas)
            .filter(|block| sectors.iter().any(|sector| block.code.starts_with(sector)))
            .map(|block| {
                block
                    .attributes
                    .get("lotes")
                    .and_then(Value::as_u64)
                    .unwrap_or_default()
            })
            .collect();
        let brigades: Vec<Value> = (1..)
            .zip(&sectors)
            .map(|(brigade, sector)| {
                json!({"nombre": format!("Brigada {brigade}"), "personas": 3 + brigade, "manzanas": [sector]})
            })
            .collect();
        let [field, desk] = days;
        let name = format!("Levantamiento de {} (demostración)", town.name());
        year.dossiers.push(DemoDossier {
            kind: DossierKind::CadastralProject,
            code: code.clone(),
            ubigeo: Some(town.ubigeo()),
            content: json!({
                "nombre": name,
                "estado": state,
                "sectores": sectors,
                "brigadas": brigades,
                "metas": {"predios": lots.iter().sum::<u64>(), "manzanas": lots.len()},
                "calendario": [
                    {"nombre": "Campo", "inicio": field[0], "fin": field[1]},
                    {"nombre": "Gabinete y publicación", "inicio": desk[0], "fin": desk[1]},
                ],
                "descripcion": "Proyecto inventado. Su avance se calcula de lo que se publique con un levantamiento en sus días: al instalar la demostración no hay nada.",
                "demostracion": true,
            }),
        });
        for (quarter, agreed, spent) in funds {
            // A quarter as it is written here is one: a test reads the year.
            let Ok(period) = quarter.parse::<Period>() else {
                continue;
            };
            for (measure, value) in [("fondo_acordado", agreed), ("fondo_gastado", spent)] {
                year.figures.push(DemoFigure {
                    kind: FigureKind::CadastralProject,
                    code: code.clone(),
                    measure,
                    period,
                    ubigeo: Some(town.ubigeo()),
                    value,
                    content: json!({"demostracion": true}),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Plan, towns};

    #[test]
    fn three_projects_with_their_ground_and_money() {
        let towns = towns(&Plan {
            parcels: 300,
            ..Plan::default()
        });
        let mut year = Year::default();
        put(&mut year, &towns);
        assert_eq!(year.dossiers.len(), 3);
        assert_eq!(year.figures.len(), 3 * 3 * 2);
        for dossier in &year.dossiers {
            assert_eq!(dossier.content["demostracion"], true);
            assert!(
                dossier.content["sectores"]
                    .as_array()
                    .is_some_and(|sectors| !sectors.is_empty())
            );
            assert!(dossier.content["metas"]["predios"].as_u64() > Some(0));
        }
    }
}
