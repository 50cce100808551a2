//! Participation from outside: what an observation may be about, and all of them on a map and in figures.

use std::collections::BTreeSet;

use catastro_tests::{
    Office, Service,
    desk::Desk,
    participation::{code_of, observe},
};
use serde_json::json;

#[test]
fn an_observation_is_about_what_anybody_may_see() {
    let desk = Desk::new();
    let service = &desk.service;
    let texto = "No dice por dónde pasará la calle nueva.";
    // A plan has its ground: no place has to be given.
    let plan = code_of(service, "planes");
    let taken = observe(
        service,
        &json!({"sobre": "plan", "objeto": plan, "texto": texto}),
    );
    assert_eq!(taken.status, 201, "{taken:?}");

    // A survey that was found in order may be shown; another one, and one that is not there, are refused in the same words.
    let (fine, survey) = desk.survey(&[("22010171001021", [40.0, 0.0, 10.0, 20.0])], &[]);
    assert_eq!(survey["estado"], "conforme");
    let (wrong, survey) = desk.survey(
        &[
            ("22010171001031", [80.0, 0.0, 10.0, 20.0]),
            ("22010171001032", [82.0, 0.0, 10.0, 20.0]),
        ],
        &[],
    );
    assert_eq!(survey["estado"], "observado", "{survey}");
    let about_survey = |link: &str| {
        let id = link.rsplit('/').next().expect("an identity");
        observe(
            service,
            &json!({"sobre": "levantamiento", "objeto": id, "texto": texto}),
        )
    };
    assert_eq!(about_survey(&fine).status, 201);
    let hidden = about_survey(&wrong);
    let absent = about_survey("/x/00000000-0000-4000-8000-000000000000");
    assert_eq!(hidden.status, 404, "{hidden:?}");
    assert_eq!(hidden.text, absent.text);

    for (about, object) in [
        ("plan", "PDU-999999"),
        ("plan", "no es un código"),
        ("inversion", "9999999"),
        ("obra", "220101-OBR-9999"),
        ("levantamiento", "x"),
    ] {
        // Also where a place is given: what is not there is not observed.
        let refused = observe(
            service,
            &json!({"sobre": about, "objeto": object, "texto": texto, "lugar": [-76.97, -6.03]}),
        );
        assert_eq!(refused.status, 404, "{about} {object}: {refused:?}");
        assert!(
            refused.json()["detail"]
                .as_str()
                .is_some_and(|detail| detail.contains("objeto")),
            "{refused:?}"
        );
    }
    // Without an object a place says where.
    let somewhere = observe(service, &json!({"sobre": "obra", "texto": texto}));
    assert_eq!(somewhere.status, 400, "{somewhere:?}");
}

#[test]
fn thousands_are_paged_by_key_drawn_by_cells_and_counted() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let shown = |service: &Service| {
        let counts = service.get("/api/observaciones/cifras").json();
        let of = |name: &str| counts[name].as_u64().expect("a count");
        (
            of("publicadas") + of("respondidas"),
            of("respondidas"),
            of("respondidas_en_plazo"),
        )
    };
    let (before, answered, in_term) = shown(&service);
    // Many came in the same moment, and half of them were answered late.
    office.sql(
        "insert into observation (id, year, number, ubigeo, place, about, words, receipt, made_at, due_on, state, moved_at)
         select gen_random_uuid(), 2026, 100000 + n, '220101', st_translate(st_pointonsurface(p.geom), n % 50, n / 50 % 50),
             'otro', 'Una observación entre muchas.', sha256(n::text::bytea), timestamptz '2026-05-01 12:00-05',
             date '2026-05-31', 'respondida', timestamptz '2026-05-20 12:00-05' + (n % 2) * interval '40 days'
         from generate_series(1, 3000) n, lateral (select geom from parcel where ubigeo = '220101' limit 1) p",
    );
    let (after, now_answered, now_in_term) = shown(&service);
    assert_eq!(after, before + 3_000);
    assert_eq!(
        (now_answered - answered, now_in_term - in_term),
        (3_000, 1_500)
    );

    let mut seen = BTreeSet::new();
    let mut next = String::new();
    loop {
        let reply = service.get(&format!("/api/observaciones?f=geojson&limit=700{next}"));
        assert_eq!(reply.kind, "application/geo+json");
        let page = reply.json();
        let features = page["features"].as_array().expect("features");
        assert!(features.len() <= 700);
        for feature in features {
            assert!(
                seen.insert(feature["id"].as_str().expect("an id").to_owned()),
                "{feature} twice"
            );
        }
        let Some(last) = page["siguiente"].as_str() else {
            break;
        };
        next = format!("&despues={last}");
    }
    assert_eq!(seen.len() as u64, after);

    // A box has those within, the same as a list and on the plan.
    let first = service.get("/api/observaciones?f=geojson&limit=1&sobre=otro&estado=respondida");
    let at = first.json()["features"][0]["geometry"]["coordinates"].clone();
    let (lon, lat) = (
        at[0].as_f64().expect("degrees"),
        at[1].as_f64().expect("degrees"),
    );
    let within = format!(
        "bbox={},{},{},{}",
        lon - 0.01,
        lat - 0.01,
        lon + 0.01,
        lat + 0.01
    );
    let inside = service
        .get(&format!("/api/observaciones?f=geojson&limit=1&{within}"))
        .json();
    assert_eq!(inside["numberReturned"], 1);
    let nowhere = service
        .get("/api/observaciones?f=geojson&bbox=2,40,3,41")
        .json();
    assert_eq!(nowhere["numberReturned"], 0);
    let plan = service.get("/observaciones/mapa");
    assert_eq!(plan.status, 200);
    assert!(plan.text.len() < 400_000 && plan.text.contains("observaciones en"));
    let nearer = service.get(&format!("/observaciones/mapa?{within}"));
    assert!(nearer.text.contains("respondidas\""), "{}", nearer.text);
    for wrong in [
        "/api/observaciones?limit=0",
        "/api/observaciones?limit=1001",
        "/api/observaciones?bbox=1,2",
        "/api/observaciones/cifras?x=1",
        "/observaciones/mapa?bbox=a",
    ] {
        assert_eq!(service.get(wrong).status, 400, "{wrong}");
    }
}
