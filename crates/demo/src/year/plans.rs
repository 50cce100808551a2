//! Plans: that of the province, the one in force of each town, one that is shown to the public and one that is begun.

use domain::{id::Ubigeo, institute::DossierKind};
use serde_json::{Value, json};

use super::{DemoDossier, Year};
use crate::{Town, layers};

/// The plan of the province.
pub const PROVINCIAL: &str = "PAT-2201-DEMO";

/// Objectives of each plan; each has two axes, and each axis two programmes.
const OBJECTIVES: [&str; 3] = [
    "Un territorio seguro y una ciudad ordenada",
    "Servicios para todos y una economía que crece",
    "Una sociedad que participa y un gobierno que responde",
];

/// Thematic axes, two an objective, in the order of `data/reglas/ejes.json`, with their programmes.
const AXES: [(&str, &str, [&str; 2]); 6] = [
    (
        "fisico_ambiental",
        "Ambiente y riesgo",
        ["Riberas y quebradas", "Suelo protegido"],
    ),
    (
        "urbano",
        "Ciudad y vivienda",
        ["Espacios públicos", "Vivienda y barrios"],
    ),
    (
        "servicios",
        "Servicios y movilidad",
        ["Agua y desagüe", "Vías y veredas"],
    ),
    (
        "economico",
        "Economía y producción",
        ["Mercados", "Turismo y orquídeas"],
    ),
    (
        "social",
        "Salud, educación y cultura",
        ["Colegios", "Salud"],
    ),
    (
        "institucional",
        "Gobierno del territorio",
        ["Catastro", "Participación"],
    ),
];

/// The programmes of every plan of the demonstration, `OE1.E1.P1` to `OE3.E2.P2`, each with the code of its thematic axis:
/// what a project names in `nodo` and in `eje`.
pub fn nodes() -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (objective, axis, code) in places() {
        for programme in 1..=2 {
            found.push((format!("OE{objective}.E{axis}.P{programme}"), code));
        }
    }
    found
}

/// Number of the objective, of the axis in it, and code of the axis.
fn places() -> impl Iterator<Item = (usize, usize, &'static str)> {
    AXES.iter()
        .enumerate()
        .map(|(at, (code, _, _))| (at / 2 + 1, at % 2 + 1, *code))
}

fn tree() -> Vec<Value> {
    let mut nodes = Vec::new();
    for (at, name) in OBJECTIVES.iter().enumerate() {
        let objective = format!("OE{}", at + 1);
        nodes.push(json!({"id": objective, "clase": "objetivo", "nombre": name}));
        for (number, (code, name, programmes)) in AXES.iter().skip(at * 2).take(2).enumerate() {
            let axis = format!("{objective}.E{}", number + 1);
            nodes.push(
                json!({"id": axis, "clase": "eje", "nombre": name, "padre": objective, "eje": code}),
            );
            for (number, name) in programmes.iter().enumerate() {
                let programme = format!("{axis}.P{}", number + 1);
                nodes.push(
                    json!({"id": programme, "clase": "programa", "nombre": name, "padre": axis, "eje": code}),
                );
            }
        }
    }
    nodes
}

/// What a plan went through.
#[derive(Clone, Copy)]
enum Life {
    /// In force since years ago.
    InForce,
    /// In force, and being made anew.
    Updating,
    /// Made anew within the year.
    Renewed,
    /// Shown to the public now.
    Consultation,
    /// Begun within the year.
    Drafting,
}

impl Life {
    fn milestones(self, ordinance: &str) -> Vec<Value> {
        let old = json!({"estado": "vigente", "fecha": "2019-08-01", "norma": ordinance});
        let again = json!({"estado": "en_actualizacion", "fecha": "2025-12-15",
            "nota": "Pasaron cinco años y la ciudad creció (demostración)"});
        match self {
            Self::InForce => vec![old],
            Self::Updating => vec![old, again],
            Self::Renewed => vec![
                old,
                again,
                json!({"estado": "vigente", "fecha": "2026-08-20",
                    "norma": "Ordenanza 15-2026 (demostración)"}),
            ],
            Self::Consultation => vec![
                json!({"estado": "elaboracion", "fecha": "2026-02-02"}),
                json!({"estado": "consulta_publica", "fecha": "2026-11-02", "hasta": "2026-12-15"}),
            ],
            Self::Drafting => vec![json!({"estado": "elaboracion", "fecha": "2026-06-01"})],
        }
    }
}

/// One plan.
fn plan(
    (code, kind): (String, &str),
    name: &str,
    ubigeo: Option<Ubigeo>,
    (life, ordinance): (Life, &str),
) -> DemoDossier {
    let milestones = life.milestones(ordinance);
    let last = |member: &str| {
        let mut said = milestones.iter().rev().map(|one| &one[member]);
        said.find(|value| !value.is_null()).cloned()
    };
    let mut content = json!({
        "tipo": kind,
        "nombre": format!("{name} (demostración)"),
        "estado": last("estado"),
        "hitos": milestones,
        "nodos": tree(),
        "demostracion": true,
    });
    if let (Some(norm), Some(members)) = (last("norma"), content.as_object_mut()) {
        members.insert("norma".to_owned(), norm);
    }
    DemoDossier {
        kind: DossierKind::Plan,
        code,
        ubigeo,
        content,
    }
}

pub(super) fn add(year: &mut Year, towns: &[Town]) {
    let ordinance = layers::ORDINANCE;
    year.dossiers.push(plan(
        (PROVINCIAL.to_owned(), "pat"),
        "Plan de Acondicionamiento Territorial de la provincia",
        None,
        (Life::InForce, ordinance),
    ));
    for (at, town) in towns.iter().enumerate() {
        let instrument = town.place.instrument;
        let life = match at {
            0 => Life::Updating,
            2 => Life::Renewed,
            _ => Life::InForce,
        };
        year.dossiers.push(plan(
            (layers::plans::code(town), &instrument.code().to_lowercase()),
            &format!("{} de {}", instrument.title(), town.name()),
            Some(town.ubigeo),
            (life, ordinance),
        ));
        let specific = match at {
            0 => Life::Consultation,
            1 => Life::Drafting,
            _ => continue,
        };
        year.dossiers.push(plan(
            (format!("PE-{}-DEMO", town.ubigeo), "especifico"),
            &format!("Plan específico del centro de {}", town.name()),
            Some(town.ubigeo),
            (specific, ordinance),
        ));
    }
}

#[cfg(test)]
mod tests {
    use domain::institute::{
        Period,
        instrument::{self, Milestone},
        plan_tree::{self, Node},
    };

    use super::*;
    use crate::{Plan, towns};

    #[test]
    fn plans_have_a_life_and_a_tree() {
        let mut year = Year::default();
        add(
            &mut year,
            &towns(&Plan {
                seed: 2201,
                parcels: 300,
            }),
        );
        assert_eq!(year.dossiers.len(), 9);
        let today = "2026-11".parse::<Period>().expect("a month").last();
        for one in &year.dossiers {
            let milestones: Vec<Milestone> =
                serde_json::from_value(one.content["hitos"].clone()).expect("milestones");
            assert_eq!(instrument::life(&milestones, today), Ok(()), "{}", one.code);
            assert_eq!(
                milestones.last().map(|last| last.state.name()),
                one.content["estado"].as_str()
            );
            let nodes: Vec<Node> =
                serde_json::from_value(one.content["nodos"].clone()).expect("nodes");
            assert_eq!(plan_tree::check(&nodes), Ok(()));
            for (id, axis) in super::nodes() {
                let node = nodes
                    .iter()
                    .find(|node| node.id == id)
                    .expect("a programme");
                assert_eq!(node.axis.as_deref(), Some(axis));
            }
        }
        assert_eq!(super::nodes().len(), 12);
    }
}
