//! What may be built and divided is judged by the norms that hold, the same at every door.

use catastro_tests::{
    Call, Office,
    desk::Desk,
    norms::{check, residential},
};
use serde_json::json;

#[test]
fn a_proposal_is_judged_the_same_at_every_door() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let lot = residential(&office);
    let judged = check(
        &service,
        &json!({"predio": lot, "propuesta": {"pisos": 40, "uso": "vivienda", "area_libre_pct": 60, "retiros_m": {"frontal": 5}}}),
    );
    assert_eq!(judged["resultado"], "no_conforme", "{judged}");
    let floors = judged["hallazgos"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|finding| finding["id"] == "altura_maxima")
        .expect("floors");
    assert_eq!(floors["estado"], "no_cumple");
    assert!(
        floors["base_legal"]["articulo"]
            .as_str()
            .is_some_and(|article| article.contains("demostración"))
    );
    assert!(
        floors["causado_por"][0]
            .as_str()
            .is_some_and(|cause| cause.starts_with("zonificacion/220101-Z"))
    );
    let typed = office
        .run([
            "check",
            &lot,
            "--floors",
            "40",
            "--use",
            "vivienda",
            "--coverage",
            "40",
            "--front-setback",
            "5",
            "--format",
            "json",
        ])
        .done()
        .json();
    assert_eq!(typed["recibo"]["sha256"], judged["recibo"]["sha256"]);
    let parcel = service.get(&format!("/api/predios/{lot}")).json();
    let drawn = check(
        &service,
        &json!({"predio": lot, "propuesta": {"pisos": 1, "huella": parcel["geometry"]}}),
    );
    let ids: Vec<(&str, &str)> = drawn["hallazgos"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            (
                finding["id"].as_str().unwrap_or_default(),
                finding["estado"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    for expected in [
        ("huella_en_predio", "cumple"),
        ("area_libre", "no_cumple"),
        ("retiro_frontal", "no_cumple"),
    ] {
        assert!(ids.contains(&expected), "{expected:?}: {ids:?}");
    }
}

#[test]
fn an_impossible_proposal_is_refused_in_words() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let lot = residential(&office);
    for (proposal, said) in [
        (json!({"pisos": -1}), "no puede ser -1"),
        (json!({"pisos": 1e9}), "no puede ser 1000000000"),
        (json!({"pisos": 1.5}), "entero"),
        (json!({"altura": 3}), "miembro que no existe"),
        (json!({"pisos": "tres"}), "no es del tipo"),
        (json!({}), "no propone nada"),
        (json!({"actividad_ciiu": "tienda"}), "CIIU"),
        (json!({"uso": "x".repeat(5000)}), "demasiado largo"),
        (
            json!({"huella": {"type": "Point", "coordinates": [0, 0]}}),
            "polígono",
        ),
        (
            json!({"huella": {"type": "Polygon", "coordinates": [[[-76.97, -6.03], [-76.96, -6.02], [-76.96, -6.03], [-76.97, -6.02], [-76.97, -6.03]]]}}),
            "se cruza a sí mismo",
        ),
    ] {
        let call = Call::new("POST", "/api/control-urbano/verificaciones")
            .json(&json!({"predio": lot, "propuesta": proposal}));
        let reply = service.send(&call);
        assert_eq!(
            reply.status,
            400,
            "{said}: {}",
            reply.text.chars().take(300).collect::<String>()
        );
        assert!(
            reply.text.contains(said),
            "{said}: {}",
            reply.text.chars().take(300).collect::<String>()
        );
    }
    let corners = 15_000_u32;
    let ring: Vec<[f64; 2]> = (0..=corners)
        .map(|step| f64::from(step % corners) / f64::from(corners) * std::f64::consts::TAU)
        .map(|turn| [-76.97 + 1e-4 * turn.cos(), -6.03 + 1e-4 * turn.sin()])
        .collect();
    let footprint = json!({"type": "Polygon", "coordinates": [ring]});
    let call = Call::new("POST", "/api/control-urbano/verificaciones")
        .json(&json!({"predio": lot, "propuesta": {"huella": footprint}}));
    let reply = service.send(&call);
    assert_eq!(reply.status, 400, "{:?}", reply.text.get(..300));
    assert!(reply.text.contains("15001 vértices"), "{}", reply.text);
}

#[test]
fn a_division_is_held_against_the_smallest_lot_of_its_zone() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let desk = Desk::of(office, service);
    let lot = residential(&desk.office);
    let area: f64 = desk.office.sql(&format!(
        "select st_area(geom) from parcel where code = '{lot}'"
    ))[0]
        .parse()
        .expect("an area");
    let call = Call::new("POST", "/api/operaciones/ensayo").token(&desk.technician).json(&json!({
        "documento": "Resolución 1",
        "operacion": {"tipo": "subdividir", "predio": lot, "areas_m2": [area / 2.0], "rumbo_grados": 0},
    }));
    let reply = desk.service.send(&call);
    assert_eq!(reply.status, 200, "{reply:?}");
    let rehearsed = reply.json();
    let lots = rehearsed["plan"]["lotes"]
        .as_array()
        .or(rehearsed["lotes"].as_array())
        .expect("lots");
    for child in lots {
        let asked = child["exige"]["lote_normativo_m2"]
            .as_f64()
            .expect("the norm's lot");
        let expected = if child["area_m2"].as_f64().expect("an area") < asked * 0.99 {
            "no_cumple"
        } else {
            "cumple"
        };
        assert!(
            child["lote_minimo"] == expected || child["lote_minimo"] == "no_cumple",
            "{child}"
        );
        assert!(
            child["exige"]["articulo"]
                .as_str()
                .is_some_and(|article| article.starts_with("Artículo 9")),
            "{child}"
        );
    }
}
