//! Golden parcels: what an officer expects of each kind of rule, and at each of its edges.

use super::scene::Scene;
use crate::urban::{Outcome, State};

/// Scene, proposal, and what is expected: the outcome, then findings that must be so. `+` complies, `-` fails, `?` is not
/// known, `.` is not asked; a finding named with `!` must not be there.
const GOLDEN: &[(&str, &str, &str)] = &[
    // Floors: the limit, one more; by the street's width, by the corner.
    (
        "R=0,0,10,20 S=12",
        r#"{"uso": "Vivienda"}"#,
        "+ uso+ !altura_maxima",
    ),
    (
        "R=0,0,10,20 S=12 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "+ altura_maxima+ area_libre+ retiro_frontal+ lote_normativo+ frente_minimo+ huella_en_predio+",
    ),
    (
        "R=0,0,10,20 S=12 h=1,4,9,18",
        r#"{"pisos": 4}"#,
        "- altura_maxima-",
    ),
    (
        "R=0,0,10,20 S=20 h=1,4,9,18",
        r#"{"pisos": 5}"#,
        "+ altura_maxima+",
    ),
    (
        "R=0,0,10,20 S=20 h=1,4,9,18",
        r#"{"pisos": 6}"#,
        "- altura_maxima-",
    ),
    (
        "R=0,0,10,20 S=19.99 h=1,4,9,18",
        r#"{"pisos": 4}"#,
        "- altura_maxima-",
    ),
    (
        "R=0,0,10,20 S=? h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "? altura_maxima?",
    ),
    (
        "R=0,0,10,20 S=12 E=10 h=1,4,6,16",
        r#"{"pisos": 4}"#,
        "+ altura_maxima+",
    ),
    (
        "R=0,0,10,20 S=12 E=10 h=1,4,6,16",
        r#"{"pisos": 5}"#,
        "- altura_maxima-",
    ),
    (
        "R=0,0,10,20 E=10 h=1,4,6,16",
        r#"{"pisos": 4}"#,
        "- altura_maxima-",
    ),
    // A datum that the proposal lacks.
    (
        "R=0,0,10,20 S=12",
        r#"{"pisos": 3}"#,
        "? altura_maxima+ area_libre? retiro_frontal? lote_normativo+",
    ),
    (
        "R=0,0,10,20 S=12",
        r#"{"pisos": 4}"#,
        "- altura_maxima- area_libre?",
    ),
    (
        "R=0,0,10,20 S=12",
        r#"{"pisos": 3, "area_libre_pct": 30, "retiros_m": {"frontal": 3}}"#,
        "+ area_libre+ retiro_frontal+",
    ),
    (
        "R=0,0,10,20 S=12",
        r#"{"pisos": 3, "area_libre_pct": 29.99, "retiros_m": {"frontal": 3}}"#,
        "- area_libre-",
    ),
    (
        "R=0,0,10,20 S=12",
        r#"{"pisos": 3, "area_libre_pct": 30, "retiros_m": {"frontal": 2.96}}"#,
        "+ retiro_frontal+",
    ),
    (
        "R=0,0,10,20 S=12",
        r#"{"pisos": 3, "area_libre_pct": 30, "retiros_m": {"frontal": 2.94}}"#,
        "- retiro_frontal-",
    ),
    // The footprint is measured: what the proposal declares does not count beside it.
    (
        "R=0,0,10,20 S=12 h=0,3,10,17",
        r#"{"pisos": 3}"#,
        "+ area_libre+ retiro_frontal+",
    ),
    (
        "R=0,0,10,20 S=12 h=0,3,10,17.1",
        r#"{"pisos": 3}"#,
        "- area_libre-",
    ),
    (
        "R=0,0,10,20 S=12 h=0,3,10,17.1",
        r#"{"pisos": 3, "area_libre_pct": 40}"#,
        "- area_libre-",
    ),
    (
        "R=0,0,10,20 S=12 h=0,2,10,15",
        r#"{"pisos": 3, "retiros_m": {"frontal": 3}}"#,
        "- retiro_frontal-",
    ),
    (
        "R=0,0,10,20 S=12 h=0,2.96,10,15",
        r#"{"pisos": 3}"#,
        "+ retiro_frontal+",
    ),
    (
        "R=0,0,10,20 S=12 E=10 h=0,4,9,14",
        r#"{"pisos": 3}"#,
        "- retiro_frontal-",
    ),
    (
        "R=0,0,10,20 S=12 h=-2,4,8,14",
        r#"{"pisos": 3}"#,
        "- huella_en_predio-",
    ),
    (
        "R=0,0,10,20 S=12 h=-0.02,4,8,14",
        r#"{"pisos": 3}"#,
        "+ huella_en_predio+",
    ),
    (
        "R=0,0,10,20 S=12 h=-0.3,4,8,5.4",
        r#"{"pisos": 3}"#,
        "? huella_en_predio?",
    ),
    (
        "R=0,0,10,20 h=1,4,9,14",
        r#"{"pisos": 3}"#,
        "? retiro_frontal? altura_maxima?",
    ),
    // Lots: normative area and front.
    (
        "lot=6x15 R=0,0,6,15 S=12 h=0,3,6,13",
        r#"{"pisos": 3}"#,
        "+ lote_normativo+ frente_minimo+",
    ),
    (
        "lot=6x14.8 R=0,0,6,14.8 S=12 h=0,3,6,13",
        r#"{"pisos": 3}"#,
        "- lote_normativo-",
    ),
    (
        "lot=6x14.9 R=0,0,6,14.9 S=12 h=0,3,6,13",
        r#"{"pisos": 3}"#,
        "+ lote_normativo+",
    ),
    (
        "lot=5.9x20 R=0,0,5.9,20 S=12 h=0,3,5.9,13",
        r#"{"pisos": 3}"#,
        "- frente_minimo-",
    ),
    (
        "lot=5.96x20 R=0,0,5.96,20 S=12 h=0,3,5.96,13",
        r#"{"pisos": 3}"#,
        "+ frente_minimo+",
    ),
    (
        "R=0,0,10,20",
        r#"{"pisos": 3, "lote_frente_m": 8}"#,
        "? frente_minimo+",
    ),
    ("R=0,0,10,20", r#"{"pisos": 3}"#, "? frente_minimo?"),
    // Commerce: a formula, the coefficient, parking by dwellings.
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 18, "area_techada_m2": 560, "estacionamientos": 0, "uso": "Comercio"}"#,
        "+ altura_maxima_metros+ coeficiente_maximo+ estacionamientos+ uso+",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 18.04, "area_techada_m2": 560, "estacionamientos": 0, "uso": "Comercio"}"#,
        "+ altura_maxima_metros+",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 18.1, "area_techada_m2": 560, "estacionamientos": 0, "uso": "Comercio"}"#,
        "- altura_maxima_metros-",
    ),
    (
        "C=0,0,10,20 S=?",
        r#"{"pisos": 4, "altura_m": 9, "area_techada_m2": 560, "estacionamientos": 0, "uso": "Comercio"}"#,
        "? altura_maxima_metros?",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 18, "area_techada_m2": 566, "estacionamientos": 0, "uso": "Comercio"}"#,
        "- coeficiente_maximo-",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 18, "area_techada_m2": 565, "estacionamientos": 0, "uso": "Comercio"}"#,
        "+ coeficiente_maximo+",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 12, "area_techada_m2": 300, "estacionamientos": 2, "viviendas": 3, "uso": "Vivienda"}"#,
        "+ estacionamientos+",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 12, "area_techada_m2": 300, "estacionamientos": 1, "viviendas": 3, "uso": "Vivienda"}"#,
        "- estacionamientos-",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 12, "area_techada_m2": 300, "estacionamientos": 9, "uso": "Vivienda"}"#,
        "? estacionamientos?",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 12, "area_techada_m2": 300, "estacionamientos": 9}"#,
        "? estacionamientos?",
    ),
    // Uses and activities.
    ("R=0,0,10,20 S=12", r#"{"uso": "  VIVIENDA "}"#, "+ uso+"),
    (
        "R=0,0,10,20 S=12",
        r#"{"uso": "educacion inicial"}"#,
        "+ uso+",
    ),
    ("R=0,0,10,20 S=12", r#"{"uso": "Industria"}"#, "- uso-"),
    ("R=0,0,10,20 S=12", r#"{"uso": "Circo"}"#, "? uso?"),
    (
        "C=0,0,10,20 S=12",
        r#"{"actividad_ciiu": "4711"}"#,
        "+ actividad+",
    ),
    (
        "R=0,0,10,20 S=12",
        r#"{"actividad_ciiu": "4711"}"#,
        "? actividad?",
    ),
    (
        "R=0,0,10,20 S=12",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad-",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"actividad_ciiu": "4799"}"#,
        "+ actividad+",
    ),
    (
        "C=0,0,10,20 S=12",
        r#"{"actividad_ciiu": "5610"}"#,
        "? actividad?",
    ),
    (
        "R=0,0,10,20 S=12",
        r#"{"actividad_ciiu": "4721", "uso": "Vivienda"}"#,
        "- actividad- uso+",
    ),
    // Lots in several zones, by each rule.
    (
        "R=0,0,6,20 C=6,0,10,20 S=12",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad-",
    ),
    (
        "R=0,0,6,20 C=6,0,10,20 S=12 rule=mayor_proporcion",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad-",
    ),
    (
        "R=0,0,4,20 C=4,0,10,20 S=12 rule=mayor_proporcion",
        r#"{"actividad_ciiu": "4721"}"#,
        "+ actividad+",
    ),
    (
        "R=0,0,5,20 C=5,0,10,20 S=12 rule=mayor_proporcion",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad-",
    ),
    // What nobody knows may be more than what is known, and then rules in its place.
    (
        "R=0,0,4,20 S=12 rule=mayor_proporcion",
        r#"{"actividad_ciiu": "4721"}"#,
        "? actividad? zona?",
    ),
    (
        "R=0,0,6,20 S=12 rule=mayor_proporcion",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad- zona?",
    ),
    (
        "R=0,0,4,20 X=4,0,10,20 S=12 rule=mayor_proporcion",
        r#"{"actividad_ciiu": "4721"}"#,
        "? actividad? zona?",
    ),
    (
        "R=0,0,5,20 C=5,0,8,20 S=12 rule=mayor_proporcion",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad- zona?",
    ),
    (
        "R=0,0,4,20 C=4,0,6,20 X=6,0,10,20 S=12 rule=mayor_proporcion",
        r#"{"actividad_ciiu": "4721"}"#,
        "? actividad? zona?",
    ),
    (
        "R=0,0,4,20 S=12",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad- zona?",
    ),
    (
        "X=0,0,10,8 R=0,8,10,20 S=12 rule=por_frente",
        r#"{"actividad_ciiu": "4721"}"#,
        "? actividad? zona?",
    ),
    (
        "R=0,0,10,8 X=0,8,10,20 S=12 rule=por_frente",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad- zona?",
    ),
    (
        "C=0,0,10,8 R=0,8,10,20 S=12 rule=por_frente",
        r#"{"actividad_ciiu": "4721"}"#,
        "+ actividad+",
    ),
    (
        "R=0,0,10,8 C=0,8,10,20 S=12 rule=por_frente",
        r#"{"actividad_ciiu": "4721"}"#,
        "- actividad-",
    ),
    (
        "C=0,0,10,8 R=0,8,10,20 rule=por_frente",
        r#"{"actividad_ciiu": "4721"}"#,
        "? actividad? zona?",
    ),
    (
        "R=0,0,6,20 C=6,0,10,20 S=12",
        r#"{"pisos": 4, "altura_m": 9, "area_techada_m2": 300, "estacionamientos": 0, "uso": "Vivienda"}"#,
        "- altura_maxima-",
    ),
    (
        "R=0,0,10,20 C=9.98,0,10,20 S=12 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "+ altura_maxima+ !coeficiente_maximo",
    ),
    // Ground without a zone, with two, with one that nobody can read.
    ("S=12", r#"{"uso": "Vivienda"}"#, "? zona? uso?"),
    ("R=0,0,9,20 S=12", r#"{"uso": "Vivienda"}"#, "? zona? uso+"),
    (
        "R=0,0,9.98,20 S=12",
        r#"{"uso": "Vivienda"}"#,
        "+ uso+ !zona",
    ),
    (
        "R=0,0,10,20 C=8,0,10,20 S=12",
        r#"{"uso": "Vivienda"}"#,
        "? zona? uso+",
    ),
    (
        "R=0,0,10,20 R=8,0,10,20 S=12",
        r#"{"uso": "Vivienda"}"#,
        "+ uso+ !zona",
    ),
    ("X=0,0,10,20 S=12", r#"{"uso": "Vivienda"}"#, "? zona? uso?"),
    ("N=0,0,10,20 S=12", r#"{"uso": "Vivienda"}"#, "? zona? uso?"),
    ("U=0,0,10,20 S=12", r#"{"uso": "Vivienda"}"#, "? zona? uso?"),
    (
        "R=0,0,8,20 X=8,0,10,20 S=12",
        r#"{"uso": "Vivienda"}"#,
        "? zona? uso+",
    ),
    (
        "R=0,0,8,20 X=8,0,10,20 S=12",
        r#"{"uso": "Industria"}"#,
        "- zona? uso-",
    ),
    ("W=0,0,10,20 S=12", r#"{"pisos": 1}"#, "? altura_maxima?"),
    (
        "W=0,0,5,20 R=5,0,10,20 S=12",
        r#"{"pisos": 9}"#,
        "- altura_maxima-",
    ),
    (
        "W=0,0,5,20 R=5,0,10,20 S=12 h=1,4,9,18",
        r#"{"pisos": 2}"#,
        "? altura_maxima?",
    ),
    // Overlays: whole, part, within the error; with and without a footprint; conditions, information, unknown themes.
    (
        "R=0,0,10,20 S=12 prohibits=-5,-5,15,25 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "- restriccion:O0-",
    ),
    (
        "R=0,0,10,20 S=12 prohibits=0,16,10,25 h=1,4,9,15",
        r#"{"pisos": 3}"#,
        "+ restriccion:O0+",
    ),
    (
        "R=0,0,10,20 S=12 prohibits=0,16,10,25 h=1,4,9,17",
        r#"{"pisos": 3}"#,
        "- restriccion:O0-",
    ),
    (
        "R=0,0,10,20 S=12 prohibits=0,16,10,25",
        r#"{"pisos": 3, "area_libre_pct": 50, "retiros_m": {"frontal": 3}}"#,
        "? restriccion:O0?",
    ),
    (
        "R=0,0,10,20 S=12 prohibits=0,19.96,10,25 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "+ restriccion:O0.",
    ),
    (
        "R=0,0,10,20 S=12 prohibits=0,19.94,10,25 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "+ restriccion:O0+",
    ),
    (
        "R=0,0,10,20 S=12 prohibits=0,0,10,20",
        r#"{"uso": "Vivienda"}"#,
        "? restriccion:O0?",
    ),
    (
        "R=0,0,10,20 S=12 conditions=0,0,10,20 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "? restriccion:O0?",
    ),
    (
        "R=0,0,10,20 S=12 conditions=0,18.5,10,20 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "? restriccion:O0?",
    ),
    (
        "R=0,0,10,20 S=12 informs=0,0,10,20 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "+ restriccion:O0.",
    ),
    (
        "R=0,0,10,20 S=12 theme=0,0,10,20 h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "? restriccion:O0?",
    ),
    (
        "R=0,0,10,20 S=12 nodata h=1,4,9,18",
        r#"{"pisos": 3}"#,
        "? tema:riesgo?",
    ),
    (
        "R=0,0,10,20 S=12 nodata",
        r#"{"uso": "Vivienda"}"#,
        "+ !tema:riesgo",
    ),
    // Without a proposal the parameters are told and nothing is judged.
    ("R=0,0,10,20 S=12", "{}", "? !altura_maxima !uso"),
];

#[test]
fn golden_parcels_are_judged_as_an_officer_expects() {
    assert!(GOLDEN.len() >= 60, "{}", GOLDEN.len());
    let mut wrong = Vec::new();
    for (scene, proposal, expected) in GOLDEN {
        let ruling = Scene::read(scene, proposal).ruling();
        let mut words = expected.split_whitespace();
        let outcome = match words.next() {
            Some("+") => Outcome::Conforming,
            Some("-") => Outcome::NotConforming,
            _ => Outcome::Inconclusive,
        };
        if ruling.outcome != outcome {
            wrong.push(format!(
                "{scene} {proposal}: {:?}, {:#?}",
                ruling.outcome, ruling.findings
            ));
        }
        for word in words {
            let state = |id: &str| {
                ruling
                    .findings
                    .iter()
                    .find(|finding| finding.id == id)
                    .map(|finding| finding.state)
            };
            let right = if let Some(id) = word.strip_prefix('!') {
                state(id).is_none()
            } else {
                let (id, sign) = word.split_at(word.len() - 1);
                let expected = match sign {
                    "+" => State::Complies,
                    "-" => State::Fails,
                    "?" => State::Unknown,
                    _ => State::NotApplicable,
                };
                state(id) == Some(expected)
            };
            if !right {
                wrong.push(format!(
                    "{scene} {proposal}: {word}, {:#?}",
                    ruling.findings
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
