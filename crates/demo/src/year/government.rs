//! Sessions and agreements of the Asamblea, and what each municipality agreed to give and gave.

use domain::{
    id::Ubigeo,
    institute::{DossierKind, FigureKind, Period},
};
use serde_json::{Value, json};

use super::{DemoDossier, DemoFigure, Year, plans::PROVINCIAL};
use crate::{Town, layers};

/// Code, day, kind, which towns were not there, and what was dealt with.
type Session = (
    &'static str,
    &'static str,
    &'static str,
    &'static [usize],
    &'static [&'static str],
);

const SESSIONS: [Session; 4] = [
    (
        "S-2026-01",
        "2026-01-22",
        "ordinaria",
        &[],
        &["Aportes del año", "Actualización del plan de la capital"],
    ),
    (
        "S-2026-02",
        "2026-04-23",
        "ordinaria",
        &[4],
        &["Levantamiento catastral", "Obras de la temporada seca"],
    ),
    (
        "S-2026-03",
        "2026-07-16",
        "extraordinaria",
        &[3, 5],
        &["Cesión de un local al Instituto", "Vías entre distritos"],
    ),
    (
        "S-2026-04",
        "2026-10-22",
        "ordinaria",
        &[5],
        &["Consulta del plan específico", "Aportes por pagar"],
    ),
];

/// Session, words, how the towns voted (one letter each: for, against, neither; a dash for who was not there), what was done.
type Agreed = (usize, &'static str, &'static str, &'static [Step]);

/// Day, state, what was done.
type Step = (&'static str, &'static str, &'static str);

const AGREEMENTS: [Agreed; 8] = [
    (
        0,
        "Aprobar los aportes fijos y variables del año.",
        "ffffff",
        &[
            ("2026-02-10", "en_curso", "Se pagó el primer trimestre."),
            (
                "2026-05-12",
                "en_curso",
                "Dos municipalidades deben el segundo.",
            ),
        ],
    ),
    (
        0,
        "Empezar la actualización del plan de la capital.",
        "fffffa",
        &[(
            "2026-03-02",
            "en_curso",
            "El equipo técnico presentó su plan de trabajo.",
        )],
    ),
    (
        1,
        "Levantar el catastro de los centros poblados a la vera de la carretera.",
        "ffff-f",
        &[(
            "2026-09-30",
            "cumplido",
            "Se publicaron las manzanas acordadas.",
        )],
    ),
    (
        1,
        "Dar prioridad a las obras de drenaje antes de las lluvias.",
        "fffa-c",
        &[("2026-08-03", "cumplido", "Se terminaron dos obras.")],
    ),
    (2, "Ceder un local para el Instituto.", "ffc-c-", &[]),
    (
        2,
        "Mantener juntas las vías entre distritos.",
        "fff-f-",
        &[(
            "2026-08-15",
            "en_curso",
            "Se hizo el inventario de las vías.",
        )],
    ),
    (
        3,
        "Abrir la consulta pública del plan específico del centro.",
        "fffff-",
        &[("2026-11-02", "cumplido", "La consulta empezó.")],
    ),
    (
        3,
        "Pagar antes de fin de año los aportes que se deben.",
        "ffffa-",
        &[],
    ),
];

/// Quarter, and which towns did not pay it.
const QUARTERS: [(&str, &[usize]); 4] = [
    ("2025-T4", &[]),
    ("2026-T1", &[]),
    ("2026-T2", &[3, 5]),
    ("2026-T3", &[2, 3, 5]),
];

pub(super) fn add(year: &mut Year, towns: &[Town]) {
    let places: Vec<Ubigeo> = towns.iter().map(|town| town.ubigeo).collect();
    let there = |absent: &[usize]| -> Vec<Ubigeo> {
        let seats = places.iter().enumerate();
        seats
            .filter(|(at, _)| !absent.contains(at))
            .map(|(_, place)| *place)
            .collect()
    };
    for (code, day, class, absent, agenda) in SESSIONS {
        year.dossiers.push(DemoDossier {
            kind: DossierKind::Session,
            code: code.to_owned(),
            ubigeo: None,
            content: json!({"fecha": day, "clase": class, "presentes": there(absent), "agenda": agenda,
                "demostracion": true}),
        });
    }
    for (at, (session, text, votes, steps)) in AGREEMENTS.iter().enumerate() {
        let Some((code, _, _, absent, _)) = SESSIONS.get(*session) else {
            continue;
        };
        let cast = places
            .iter()
            .zip(votes.chars())
            .filter_map(|(place, vote)| {
                let vote = match vote {
                    'f' => "a_favor",
                    'c' => "en_contra",
                    'a' => "abstencion",
                    _ => return None,
                };
                Some(json!({"ubigeo": place, "voto": vote}))
            });
        let steps = steps
            .iter()
            .map(|(day, state, note)| json!({"fecha": day, "estado": state, "nota": note}));
        year.dossiers.push(DemoDossier {
            kind: DossierKind::Agreement,
            code: format!("A-2026-{:03}", at + 1),
            ubigeo: None,
            content: json!({
                "sesion": code,
                "texto": format!("{text} (Demostración)"),
                "presentes": there(absent),
                "votos": cast.collect::<Vec<Value>>(),
                "sobre": about(at, towns),
                "seguimiento": steps.collect::<Vec<Value>>(),
                "demostracion": true,
            }),
        });
    }
    contributions(year, towns);
}

/// What an agreement is about.
fn about(at: usize, towns: &[Town]) -> Value {
    let capital = towns.first();
    let plan = match at {
        1 => capital.map(layers::plans::code),
        3 => Some(PROVINCIAL.to_owned()),
        6 => capital.map(|town| format!("PE-{}-DEMO", town.ubigeo)),
        _ => None,
    };
    plan.map_or_else(
        || json!([]),
        |code| json!([{"clase": "plan", "codigo": code}]),
    )
}

fn contributions(year: &mut Year, towns: &[Town]) {
    for (quarter, unpaid) in QUARTERS {
        let Ok(period) = quarter.parse::<Period>() else {
            continue;
        };
        for (at, town) in towns.iter().enumerate() {
            let fixed = 4_000.0 + 200.0 * f64::from(town.place.weight);
            // Studies and works come in the dry months.
            let varies = if quarter.ends_with("T2") || quarter.ends_with("T3") {
                500.0 * f64::from(town.place.weight)
            } else {
                0.0
            };
            let pays = !unpaid.contains(&at);
            let paid = |agreed: f64| if pays { agreed } else { 0.0 };
            for (measure, soles, proof) in [
                ("acordado_fijo", fixed, "Acuerdo A-2026-001"),
                ("acordado_variable", varies, "Acuerdo A-2026-001"),
                ("pagado_fijo", paid(fixed), "Comprobante de demostración"),
                (
                    "pagado_variable",
                    paid(varies) / 2.0,
                    "Comprobante de demostración",
                ),
            ] {
                year.figures.push(DemoFigure {
                    kind: FigureKind::Contribution,
                    code: "aportes".to_owned(),
                    measure,
                    period,
                    ubigeo: Some(town.ubigeo),
                    value: soles,
                    content: json!({"sustento": proof, "demostracion": true}),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::institute::agreement::{Outcome, Vote, decide};

    use super::*;
    use crate::{Plan, towns};

    #[test]
    fn agreements_were_voted_by_who_was_there() {
        let towns = towns(&Plan {
            seed: 2201,
            parcels: 300,
        });
        let seats: Vec<Ubigeo> = towns.iter().map(|town| town.ubigeo).collect();
        let mut year = Year::default();
        add(&mut year, &towns);
        let mut rejected = 0;
        let agreements = year
            .dossiers
            .iter()
            .filter(|one| one.kind == DossierKind::Agreement);
        for one in agreements {
            let present: Vec<Ubigeo> =
                serde_json::from_value(one.content["presentes"].clone()).expect("places");
            let votes: Vec<(Ubigeo, Vote)> = one.content["votos"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|cast| {
                    let place = cast["ubigeo"].as_str().and_then(|text| text.parse().ok());
                    let vote = cast["voto"].as_str().and_then(|text| text.parse().ok());
                    (place.expect("a place"), vote.expect("a vote"))
                })
                .collect();
            assert_eq!(votes.len(), present.len(), "{}", one.code);
            let (outcome, _) = decide(&seats, &present, &votes).expect("a quorum");
            rejected += usize::from(outcome == Outcome::Rejected);
        }
        assert_eq!(rejected, 1);
        assert_eq!(year.figures.len(), 4 * 6 * 4);
        assert_eq!(year.dossiers.len(), 12);
    }
}
