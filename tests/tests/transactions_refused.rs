//! What is not written: what would lose another's work, what nobody may write, and what is no feature.

use std::thread;

use catastro_tests::{
    Call,
    desk::{Desk, GROUND, PLACE, approve},
    edits::{
        LEFT, LOTS, NEXT, RIGHT, check, create, delete, desk, feature, item, patch, put, square,
        tag, with, written,
    },
};
use serde_json::{Map, Value, json};

#[test]
fn who_does_not_say_what_they_read_writes_nothing() {
    let desk = desk();
    let token = desk.technician.as_str();
    let lot = item(&desk, LEFT);
    let own = tag(&lot);
    let there = desk.service.get(&format!("{LOTS}/{LEFT}"));
    assert_eq!(there.header("etag"), [&*own], "the tag is of the version");
    let mut silent = with(&lot, "uso", json!("comercio"));
    silent["properties"]
        .as_object_mut()
        .expect("an object")
        .remove("version_datos");
    let change = json!({"properties": {"uso": "comercio"}});
    // Nothing, or nothing that tells one version from another.
    for any in [None, Some("*")] {
        check(&put(&desk, token, LEFT, &silent, any), 428, "If-Match");
        check(&patch(&desk, token, LEFT, &change, any), 428, "If-Match");
        check(&delete(&desk, token, LEFT, any), 428, "If-Match");
    }
    // Another version, or a tag that is none.
    let weak = format!("W/{own}");
    for stale in ["\"999999\"", "\"-1\"", "\"x\"", "7", &*weak] {
        check(
            &put(&desk, token, LEFT, &lot, Some(stale)),
            412,
            "En vigor está la versión",
        );
        check(
            &patch(&desk, token, LEFT, &change, Some(stale)),
            412,
            "No se cambió nada",
        );
        check(
            &delete(&desk, token, LEFT, Some(stale)),
            412,
            "No se cambió nada",
        );
    }
    check(
        &put(
            &desk,
            token,
            LEFT,
            &with(&lot, "version_datos", json!(1)),
            None,
        ),
        412,
        "leyó",
    );
    check(
        &put(
            &desk,
            token,
            LEFT,
            &with(&lot, "version_datos", json!("ayer")),
            None,
        ),
        412,
        "leyó",
    );
    check(
        &put(&desk, token, "22010171001099", &lot, Some(&own)),
        404,
        "22010171001099",
    );
    assert_eq!(
        desk.office.sql("select count(*) from survey where edition"),
        ["0"]
    );

    // The draft has a tag of its own, and keeps on what it is based.
    let (first, first_tag) = written(&patch(&desk, token, LEFT, &change, Some(&own)));
    assert_eq!(
        json!(first["version_base"]),
        lot["properties"]["version_datos"]
    );
    assert_ne!(first_tag, own);
    // Who read the version in force before that would lose it.
    let other = with(&lot, "pisos", json!(3));
    check(
        &put(&desk, token, LEFT, &other, Some(&own)),
        412,
        "en su propio borrador",
    );
    check(&put(&desk, token, LEFT, &other, None), 412, "borrador=si");
    // But who sends all of it back has seen it, as QGIS that saves twice; and a repeated request does no harm.
    let seen = with(&with(&lot, "uso", json!("comercio")), "pisos", json!(3));
    let (second, second_tag) = written(&put(&desk, token, LEFT, &seen, None));
    let _ = written(&put(&desk, token, LEFT, &seen, Some(&own)));
    assert_eq!(second["enlace"], first["enlace"]);
    // A patch loses nothing that it does not name.
    let more = json!({"properties": {"nota": "esquina"}});
    let (third, third_tag) = written(&patch(&desk, token, LEFT, &more, Some(&second_tag)));
    let again = json!({"properties": {"nota": "otra"}});
    check(
        &patch(&desk, token, LEFT, &again, Some(&first_tag)),
        412,
        "leyó",
    );
    let _ = written(&patch(&desk, token, LEFT, &again, Some(&third_tag)));
    let kept = desk.office.sql(&format!(
        "select attributes->>'uso', attributes->>'pisos', attributes->>'nota' from survey_row
         where code = '{LEFT}' and survey = '{}' and replaced_by is null",
        third["levantamiento"].as_str().expect("an id")
    ));
    assert_eq!(kept, ["comercio|3|otra"]);
    assert_eq!(item(&desk, LEFT), lot);
}

/// The same lot by many at once: gives the answers.
fn all_at_once(desk: &Desk, token: &str, tag: Option<&str>) -> Vec<u16> {
    let lot = item(desk, LEFT);
    thread::scope(|scope| {
        let lot = &lot;
        let writers: Vec<_> = (0..12)
            .map(|number| {
                scope.spawn(move || {
                    let sent = with(lot, "uso", json!(format!("uso {number}")));
                    put(desk, token, LEFT, &sent, tag).status
                })
            })
            .collect();
        let mut statuses: Vec<u16> = writers
            .into_iter()
            .map(|writer| writer.join().expect("an answer"))
            .collect();
        statuses.sort_unstable();
        statuses
    })
}

#[test]
fn of_many_who_write_at_once_one_does_and_the_rest_are_told() {
    let desk = desk();
    let own = tag(&item(&desk, LEFT));
    let once: Vec<u16> = [200].into_iter().chain([412; 11]).collect();
    // With a tag, and without one; each time by another account, which has a draft of its own.
    assert_eq!(all_at_once(&desk, &desk.technician, Some(&own)), once);
    let _ = desk
        .office
        .account("tecnica2", &[&format!("tecnico_catastro@{PLACE}")]);
    let second = desk
        .office
        .token("tecnica2", &["subir_levantamiento", "leer_levantamientos"]);
    assert_eq!(all_at_once(&desk, &second, None), once);
    let drafts = desk
        .office
        .sql("select count(*), count(distinct uploaded_by) from survey where edition");
    assert_eq!(drafts, ["2|2"]);

    // Both drafts may be; of the two decisions the second one meets what the first has published.
    let links = desk
        .office
        .sql("select '/api/levantamientos/' || id from survey where edition order by received_at");
    let conflicts = desk.get(&desk.technician, &format!("{}/conflictos", links[0]));
    assert!(
        conflicts["features"]
            .as_array()
            .is_some_and(|found| !found.is_empty()),
        "{conflicts}"
    );
    let (status, said) = desk.decide(&desk.chief, &links[0], &approve());
    assert_eq!(status, 200, "{said}");
    let published = item(&desk, LEFT);
    for expected in [409, 422] {
        let (status, said) = desk.decide(&desk.chief, &links[1], &approve());
        assert_eq!(status, expected, "{said}");
    }
    let found = desk.get(&second, &format!("{}/hallazgos", links[1]));
    assert_eq!(
        found["features"][0]["properties"]["regla"], "editado_a_la_vez",
        "{found}"
    );
    assert_eq!(item(&desk, LEFT), published);
    // Who reads again goes on from there, in the same draft.
    let sent = with(&published, "uso", json!("depósito"));
    let (written, _) = written(&put(&desk, &second, LEFT, &sent, None));
    assert_eq!(
        (&written["enlace"], &written["estado"]),
        (&json!(links[1]), &json!("conforme")),
        "{written}"
    );
    let (status, said) = desk.decide(&desk.chief, &links[1], &approve());
    assert_eq!(status, 200, "{said}");
    assert_eq!(item(&desk, LEFT)["properties"]["uso"], "depósito");
}

#[test]
fn what_another_created_meanwhile_is_not_overwritten() {
    let desk = desk();
    let lot = |use_: &str| {
        feature(
            &json!({"codigo": NEXT, "uso": use_}),
            &square([20.0, 0.0, 10.0, 20.0]),
        )
    };
    let (draft, _) = written(&create(&desk, &desk.technician, &lot("vivienda")));
    check(
        &create(&desk, &desk.technician, &lot("otro")),
        409,
        "Ya hay",
    );
    let _ = desk.publish(&[(NEXT, [20.0, 0.0, 10.0, 20.0])]);
    let published = item(&desk, NEXT);
    let link = draft["enlace"].as_str().expect("a link");
    for expected in [409, 422] {
        let (status, said) = desk.decide(&desk.chief, link, &approve());
        assert_eq!(status, expected, "{said}");
    }
    assert_eq!(item(&desk, NEXT), published);
    // A lot that changed is not taken away either.
    let stated = tag(&published);
    let _ = desk
        .office
        .account("tecnica2", &[&format!("tecnico_catastro@{PLACE}")]);
    let second = desk
        .office
        .token("tecnica2", &["subir_levantamiento", "leer_levantamientos"]);
    let (gone, _) = written(&delete(&desk, &second, NEXT, Some(&stated)));
    let _ = desk.publish(&[(NEXT, [20.0, 0.0, 12.0, 20.0])]);
    let link = gone["enlace"].as_str().expect("a link");
    for expected in [409, 422] {
        let (status, said) = desk.decide(&desk.chief, link, &approve());
        assert_eq!(status, expected, "{said}");
    }
    let _ = item(&desk, NEXT);
}

#[test]
fn only_who_may_upload_writes_and_only_at_home() {
    let desk = desk();
    let lot = item(&desk, LEFT);
    let own = tag(&lot);
    let body = feature(&json!({"codigo": NEXT}), &square([20.0, 0.0, 10.0, 20.0]));
    let stranger = Call::new("PUT", format!("{LOTS}/{LEFT}"))
        .header("if-match", &*own)
        .body("application/geo+json", &lot);
    check(&desk.service.send(&stranger), 401, "");
    let actions = [
        "subir_levantamiento",
        "leer_levantamientos",
        "decidir_levantamiento",
        "subir_plan",
    ];
    for (login, role) in [
        ("vecina", "tecnico_catastro@220102"),
        ("jefa2", "jefe_catastro@220101"),
        ("plan1", "planificador"),
        ("comite1", "comite"),
    ] {
        let _ = desk.office.account(login, &[role]);
        let token = desk.office.token(login, &actions);
        check(&create(&desk, &token, &body), 403, "");
        check(&put(&desk, &token, LEFT, &lot, Some(&own)), 403, "");
        check(&delete(&desk, &token, LEFT, Some(&own)), 403, "");
    }
    // Nobody brings a lot to another town, nor writes municipalities.
    let elsewhere = with(&lot, "ubigeo", json!("220102"));
    check(
        &put(&desk, &desk.technician, LEFT, &elsewhere, Some(&own)),
        422,
        "municipio",
    );
    let call = Call::new("POST", "/ogc/collections/municipios/items")
        .token(&desk.technician)
        .body("application/geo+json", &body);
    check(&desk.service.send(&call), 405, "");
    assert_eq!(
        desk.office.sql("select count(*) from survey where edition"),
        ["0"]
    );
}

/// Shapes that are none, each with the status of its refusal.
fn shapes() -> Vec<(Value, u16)> {
    let shaped = |geometry: Value| feature(&json!({"codigo": NEXT}), &geometry);
    // Short numbers, so that it is the corners that are too many and not the bytes.
    let corners: Vec<[i32; 2]> = (0..60_000).map(|n| [n % 10, 1]).collect();
    vec![
        (json!([]), 400),
        (json!({"type": "FeatureCollection", "features": []}), 400),
        (shaped(Value::Null), 422),
        (
            shaped(json!({"type": "Point", "coordinates": [GROUND[0], GROUND[1]]})),
            422,
        ),
        (
            shaped(json!({"type": "CircularString", "coordinates": []})),
            422,
        ),
        (shaped(json!({"type": "Polygon", "coordinates": []})), 422),
        (
            shaped(json!({"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]})),
            422,
        ),
        (
            shaped(json!({"type": "Polygon", "coordinates": "aquí"})),
            400,
        ),
        (
            shaped(
                json!({"type": "Polygon", "coordinates": [[[1, null], [2, 2], [3, 3], [1, null]]]}),
            ),
            400,
        ),
        (
            shaped(json!({"type": "LineString", "coordinates": [[1, 2, 3], [2, 3, 4]]})),
            422,
        ),
        (
            shaped(json!({"type": "LineString", "coordinates": corners})),
            413,
        ),
        (
            shaped(json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})),
            422,
        ),
        (
            shaped(
                json!({"type": "Polygon", "coordinates": [[[1e300, 0], [1e300, 1], [1, 1], [1e300, 0]]]}),
            ),
            422,
        ),
    ]
}

/// Properties that are none.
fn properties() -> Vec<(Value, u16)> {
    let square = square([20.0, 0.0, 10.0, 20.0]);
    let with_properties = |properties: Value| feature(&properties, &square);
    let many: Map<String, Value> = (0..300).map(|n| (format!("a{n}"), json!(n))).collect();
    vec![
        (with_properties(json!([])), 400),
        (
            with_properties(json!({"codigo": NEXT, "lista": [1, 2]})),
            422,
        ),
        (
            with_properties(json!({"codigo": NEXT, "objeto": {"a": 1}})),
            422,
        ),
        (
            with_properties(json!({"codigo": NEXT, "texto": "a\u{0}b"})),
            422,
        ),
        (
            with_properties(json!({"codigo": NEXT, "version_base": 7})),
            422,
        ),
        (with_properties(json!({"codigo": NEXT, "": 7})), 422),
        (with_properties(Value::Object(many)), 422),
        (
            with_properties(json!({"codigo": "2201017100100'; drop table parcel --"})),
            422,
        ),
        (with_properties(json!({"codigo": "../../etc/passwd"})), 422),
        (with_properties(json!({"codigo": "22010271001003"})), 403),
        (
            with_properties(json!({"codigo": NEXT, "ubigeo": "Moyobamba"})),
            422,
        ),
    ]
}

#[test]
fn hostile_bodies_are_refused_whole() {
    let desk = desk();
    let token = desk.technician.as_str();
    for (body, status) in shapes().into_iter().chain(properties()) {
        let reply = create(&desk, token, &body);
        let shown: String = body.to_string().chars().take(200).collect();
        assert_eq!(reply.status, status, "{shown}: {reply:?}");
        assert_eq!(reply.kind, "application/problem+json", "{shown}: {reply:?}");
    }
    // What is no request at all is refused as well.
    requests(&desk);
    let lot = item(&desk, LEFT);
    let own = tag(&lot);
    for id in [
        "%00",
        "..%2F..%2Fetc",
        "22010171001001%27%20or%20true",
        "%F0%9F%8F%A0",
    ] {
        let reply = put(&desk, token, id, &lot, Some(&own));
        assert!(matches!(reply.status, 400 | 404), "{id}: {reply:?}");
    }
    let renamed = with(&lot, "codigo", json!(RIGHT));
    check(
        &put(&desk, token, LEFT, &renamed, Some(&own)),
        422,
        "renumere",
    );
    assert_eq!(
        desk.office.sql("select count(*) from survey where edition"),
        ["0"]
    );
    assert_eq!(
        desk.office
            .sql("select count(*) from survey_row where base = 0"),
        ["0"]
    );
}

/// Bodies that break off, are too large or of another kind.
fn requests(desk: &Desk) {
    let token = desk.technician.as_str();
    let whole = feature(&json!({"codigo": NEXT}), &square([20.0, 0.0, 10.0, 20.0])).to_string();
    let send = |kind: &str, body: &[u8], crs: Option<&str>| {
        let mut call = Call::new("POST", LOTS).token(token).raw(kind, body);
        if let Some(crs) = crs {
            call = call.header("content-crs", crs);
        }
        desk.service.send(&call)
    };
    check(
        &send("application/geo+json", b"{\"type\": NaN}", None),
        400,
        "línea 1",
    );
    check(
        &send(
            "application/geo+json",
            b"{\"type\": \"Feature\", \"geometry\": 1e999}",
            None,
        ),
        400,
        "JSON",
    );
    check(
        &send("application/geo+json", "[".repeat(100_000).as_bytes(), None),
        400,
        "JSON",
    );
    check(
        &send("application/geo+json", &b" ".repeat((1 << 20) + 10), None),
        413,
        "demasiado grande",
    );
    check(
        &send("text/xml", whole.as_bytes(), None),
        415,
        "application/geo+json",
    );
    check(
        &send("application/geo+json", whole.as_bytes(), Some("<urn:x>")),
        400,
        "Content-Crs",
    );
    // In metres, and taken for degrees.
    check(
        &send("application/geo+json", whole.as_bytes(), None),
        422,
        "Content-Crs",
    );
}
