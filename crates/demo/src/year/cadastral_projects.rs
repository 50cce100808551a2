//! Projects of the cadastre over the year: three towns, some of their sectors.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use domain::{
    collection::Collection,
    id::Ubigeo,
    institute::{DossierKind, FigureKind, Period, Span},
};
use serde_json::{Value, json};

use super::{DemoDossier, DemoFigure, Year};
use crate::Town;

/// Sectors of a project, at most.
const SECTORS: usize = 2;

/// What differs between the three: state; first and last days of field and desk work, counted from today; agreed and
/// spent, by quarters from that of the first day; which share of its blocks has been surveyed.
struct Script {
    state: &'static str,
    days: [[i64; 2]; 2],
    funds: [(f64, f64); 3],
    surveyed_pct: usize,
}

/// One that ends today, one on its way, one to come.
const SCRIPTS: [Script; 3] = [
    Script {
        state: "terminado",
        days: [[-240, -120], [-119, 0]],
        funds: [(84_000.0, 79_350.0), (61_000.0, 60_120.5), (0.0, 4_200.0)],
        surveyed_pct: 100,
    },
    Script {
        state: "en_marcha",
        days: [[-170, -30], [-60, 30]],
        funds: [
            (20_000.0, 12_000.0),
            (72_000.0, 58_400.0),
            (48_000.0, 15_750.0),
        ],
        surveyed_pct: 50,
    },
    Script {
        state: "previsto",
        days: [[35, 150], [140, 210]],
        funds: [(36_000.0, 0.0), (90_000.0, 0.0), (40_000.0, 0.0)],
        surveyed_pct: 0,
    },
];

/// The towns with their projects. The capital has none: people who try the service publish there.
fn places(towns: &[Town]) -> impl Iterator<Item = (&Town, &'static Script)> {
    towns.iter().skip(1).zip(&SCRIPTS)
}

/// Codes of the sectors of a project.
fn sectors(town: &Town) -> Vec<String> {
    let all = town.features(&Collection::Sectors);
    all.take(SECTORS).map(|sector| sector.code).collect()
}

/// Codes of the blocks whose lots its project has surveyed, of a town; without a project none.
pub fn surveyed(towns: &[Town], ubigeo: Ubigeo) -> BTreeSet<String> {
    let Some((town, script)) = places(towns).find(|(town, _)| town.ubigeo() == ubigeo) else {
        return BTreeSet::new();
    };
    let sectors = sectors(town);
    let blocks: Vec<String> = town
        .features(&Collection::Manzanas)
        .map(|block| block.code)
        .filter(|code| sectors.iter().any(|sector| code.starts_with(sector)))
        .collect();
    let share = blocks.len() * script.surveyed_pct / 100;
    blocks.into_iter().take(share).collect()
}

/// Puts them into the year.
pub fn put(year: &mut Year, towns: &[Town], today: NaiveDate) {
    for (number, (town, script)) in (1..).zip(places(towns)) {
        let code = format!("PC-2026-{number:02}-DEMO");
        let sectors = sectors(town);
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
        let [field, desk] = script
            .days
            .map(|days| days.map(|days| today + TimeDelta::days(days)));
        let name = format!("Levantamiento de {} (demostración)", town.name());
        year.dossiers.push(DemoDossier {
            kind: DossierKind::CadastralProject,
            code: code.clone(),
            ubigeo: Some(town.ubigeo()),
            content: json!({
                "nombre": name,
                "estado": script.state,
                "sectores": sectors,
                "brigadas": brigades,
                "metas": {"predios": lots.iter().sum::<u64>(), "manzanas": lots.len()},
                "calendario": [
                    {"nombre": "Campo", "inicio": field[0], "fin": field[1]},
                    {"nombre": "Gabinete y publicación", "inicio": desk[0], "fin": desk[1]},
                ],
                "descripcion": "Proyecto inventado, de lotes inventados. Su avance se calcula de lo que se publica en sus días: lo primero, al instalar la demostración.",
                "demostracion": true,
            }),
        });
        let mut period = Period::of(field[0], Span::Quarter);
        for (agreed, spent) in script.funds {
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
            period = period.next();
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
        put(&mut year, &towns, "2026-11-20".parse().expect("a day"));
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
        assert_eq!(
            year.dossiers[0].content["calendario"][1]["fin"],
            "2026-11-20"
        );
        let done: Vec<usize> = towns
            .iter()
            .map(|town| surveyed(&towns, town.ubigeo()).len())
            .collect();
        let whole = |at: usize| year.dossiers[at].content["metas"]["manzanas"].as_u64();
        assert_eq!(Some(done[1] as u64), whole(0), "{done:?}");
        assert!(done[2] > 0 && Some(done[2] as u64) < whole(1), "{done:?}");
        assert_eq!([done[0], done[3]], [0, 0], "{done:?}");
    }
}
