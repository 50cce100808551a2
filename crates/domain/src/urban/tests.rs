//! Drawn scenes, their norm, and what is expected of them.

mod golden;
mod plainly;
mod scene;

use scene::Scene;

use super::*;
use crate::plan::norm::Norm;

/// The norm of the scenes; `RULE` is how a lot in several zones is judged.
const NORM: &str = r#"{
  "ubigeo": "220101",
  "instrumento": {"codigo": "PDU", "nombre": "Plan de prueba", "tipo": "PDU", "norma": "Ordenanza 1", "vigente_desde": "2026-01-01"},
  "articulos": [
    {"id": "r", "articulo": "Artículo 1"}, {"id": "c", "articulo": "Artículo 2"}, {"id": "w", "articulo": "Artículo 3"},
    {"id": "t", "articulo": "Artículo 4"}, {"id": "u", "articulo": "Artículo 5"}],
  "clases": [
    {"codigo": "R", "nombre": "Residencial", "articulo": "r",
     "usos": {"permitidos": ["Vivienda"], "compatibles": ["Educación inicial"], "prohibidos": ["Industria"]},
     "parametros": [
      {"parametro": "altura_maxima_pisos", "articulo": "r", "valores": [{"si": "ancho_via_m >= 20.0", "valor": 5}, {"si": "esquina", "valor": 4}, {"valor": 3}]},
      {"parametro": "area_libre_minima_pct", "articulo": "r", "valores": [{"valor": 30}]},
      {"parametro": "retiro_frontal_m", "articulo": "r", "valores": [{"valor": 3}]},
      {"parametro": "lote_normativo_m2", "articulo": "r", "valores": [{"valor": 90}]},
      {"parametro": "frente_minimo_m", "articulo": "r", "valores": [{"valor": 6}]}]},
    {"codigo": "C", "nombre": "Comercio", "articulo": "c",
     "usos": {"permitidos": ["Comercio"], "compatibles": ["Vivienda"]},
     "parametros": [
      {"parametro": "altura_maxima_pisos", "articulo": "c", "valores": [{"valor": 4}]},
      {"parametro": "altura_maxima_m", "articulo": "c", "valores": [{"formula": "1.5 * (ancho_via_m + retiro_frontal_m)"}]},
      {"parametro": "coeficiente_maximo", "articulo": "c", "valores": [{"valor": 2.8}]},
      {"parametro": "estacionamientos", "articulo": "c", "valores": [{"si": "uso == 'Vivienda'", "formula": "viviendas / 2.0"}, {"valor": 0}]}]},
    {"codigo": "W", "nombre": "Reglamentación especial", "articulo": "w",
     "parametros": [{"parametro": "altura_maxima_pisos", "articulo": "w", "valores": [{"segun": "Según el plan específico"}]}]}],
  "actividades": [
    {"ciiu": "4711", "clases": {"R": "condicionado", "C": "conforme"}, "condiciones": "Hasta 50 m²", "articulo": "u"},
    {"ciiu": "47", "clases": {"R": "no_conforme", "C": "conforme"}, "articulo": "u"}],
  "lote_en_varias_zonas": {"regla": "RULE", "articulo": "t"},
  "tolerancias": {"longitud_m": 0.05, "area_pct": 1.0}
}"#;

fn norms(rule: &str) -> NormBook {
    let text = NORM.replace("RULE", rule);
    let norm = Norm::parse(&text).expect("a norm");
    NormBook::new([(&norm, text.as_str())])
}

use crate::plan::book::NormBook;

#[test]
fn what_is_not_known_never_turns_into_what_complies() {
    use State::{Complies, Fails, NotApplicable, Unknown};
    let all = [Complies, Fails, Unknown, NotApplicable];
    for a in all {
        for b in all {
            assert_eq!(a.and(b), b.and(a));
            let complies = a.and(b) == Complies;
            assert_eq!(
                complies,
                ![a, b].iter().any(|s| matches!(s, Fails | Unknown)) && [a, b].contains(&Complies)
            );
        }
    }
}

#[test]
fn proposals_that_cannot_be_are_refused_by_member() {
    for (json, expected) in [
        ("{}", "empty"),
        (r#"{"pisos": 0}"#, "pisos is 0, and must be from 1 to 300"),
        (r#"{"pisos": -3}"#, "pisos is -3, and must be from 1 to 300"),
        (r#"{"pisos": 2.5}"#, "pisos is 2.5, and must be whole"),
        (
            r#"{"pisos": 1e9}"#,
            "pisos is 1000000000, and must be from 1 to 300",
        ),
        (
            r#"{"area_libre_pct": 101}"#,
            "area_libre_pct is 101, and must be from 0 to 100",
        ),
        (
            r#"{"retiros_m": {"frontal": -0.1}}"#,
            "retiros_m.frontal is -0.1, and must be from 0 to 1000",
        ),
        (r#"{"actividad_ciiu": "47"}"#, "no class of CIIU: 47"),
        (r#"{"actividad_ciiu": "9999x"}"#, "no class of CIIU: 9999x"),
        (r#"{"uso": "  "}"#, "a use has from 1 to 120 letters"),
    ] {
        let raw: RawProposal = serde_json::from_str(json).expect("a proposal");
        let refused = Proposal::parse(&raw, None).expect_err(json);
        assert_eq!(refused.to_string(), expected);
    }
    let bow_tie = scene::ring(&[(0., 0.), (5., 5.), (5., 0.), (0., 5.)]);
    let refused =
        Proposal::parse(&RawProposal::default(), Some(bow_tie)).expect_err("it crosses itself");
    assert!(matches!(refused, InvalidProposal::Footprint(_)));
    let many: Vec<(f64, f64)> = (0..100_000_u32)
        .map(|step| f64::from(step) / 100_000.0 * std::f64::consts::TAU)
        .map(|turn| (turn.cos(), turn.sin()))
        .collect();
    let refused =
        Proposal::parse(&RawProposal::default(), Some(scene::ring(&many))).expect_err("too many");
    assert!(matches!(refused, InvalidProposal::Vertices { .. }));
}

#[test]
fn a_finding_names_its_article_its_cause_and_how_it_was_chosen() {
    let scene = Scene::read(
        "R=0,0,6,20 C=6,0,10,20 S=12 rule=mas_restrictiva",
        r#"{"pisos": 5}"#,
    );
    let ruling = scene.ruling();
    let floors = ruling
        .findings
        .iter()
        .find(|finding| finding.id == "altura_maxima")
        .expect("floors");
    assert_eq!(floors.state, State::Fails);
    assert_eq!(
        (floors.value, floors.limit, floors.unit),
        (Some(5.0), Some(3.0), Some("pisos"))
    );
    assert_eq!(
        floors
            .basis
            .as_ref()
            .and_then(|basis| basis.articulo.as_deref()),
        Some("Artículo 1")
    );
    assert_eq!(floors.caused_by, ["zonificacion/R0"]);
    assert_eq!(floors.split, Some(crate::plan::norm::SplitRule::Strictest));
    assert_eq!(
        norms("por_frente").version().split(':').next(),
        Some("PDU@2026-01-01")
    );
}

#[test]
fn the_order_of_zones_and_overlays_changes_nothing() {
    for (there, back) in [
        (
            "R=0,0,6,20 C=6,0,10,20 S=12 prohibits=0,0,2,20 conditions=2,0,4,20",
            "C=6,0,10,20 R=0,0,6,20 S=12 conditions=2,0,4,20 prohibits=0,0,2,20",
        ),
        (
            "R=0,0,5,20 C=5,0,10,20 S=12 rule=mayor_proporcion",
            "C=5,0,10,20 R=0,0,5,20 S=12 rule=mayor_proporcion",
        ),
    ] {
        let json =
            r#"{"pisos": 3, "area_libre_pct": 40, "uso": "Vivienda", "actividad_ciiu": "4711"}"#;
        let states = |scene: &str| {
            let mut all: Vec<String> = Scene::read(scene, json)
                .ruling()
                .findings
                .iter()
                .map(|finding| {
                    format!(
                        "{} {:?} {:?}",
                        finding.id.trim_end_matches(|c: char| c.is_ascii_digit()),
                        finding.state,
                        finding.limit
                    )
                })
                .collect();
            all.sort();
            all
        };
        assert_eq!(states(there), states(back));
    }
}
