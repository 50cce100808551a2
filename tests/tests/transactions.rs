//! OGC API Features Part 4: a write lands in its author's draft, is checked at once, is published by another person's
//! decision, and loses nothing that somebody else has written. Each test names its requirements in
//! `docs/conformance.md`.

use std::thread;

use catastro_tests::{
    Call, Reply,
    desk::{Desk, GROUND, PLACE, approve},
};
use serde_json::{Map, Value, json};

const LOTS: &str = "/ogc/collections/lotes/items";
const OFFICIAL: &str = "<http://www.opengis.net/def/crs/EPSG/0/32718>";
const LEFT: &str = "22010171001001";
const RIGHT: &str = "22010171001002";
const NEXT: &str = "22010171001003";

/// Two lots beside each other, in force.
fn desk() -> Desk {
    let desk = Desk::new();
    let _ = desk.publish(&[
        (LEFT, [0.0, 0.0, 10.0, 20.0]),
        (RIGHT, [10.0, 0.0, 10.0, 20.0]),
    ]);
    desk
}

/// The shape of a box of the ground of tests, in EPSG:32718.
fn square([x, y, width, depth]: [f64; 4]) -> Value {
    let [west, south] = [GROUND[0] + x, GROUND[1] + y];
    let [east, north] = [west + width, south + depth];
    json!({"type": "Polygon", "coordinates": [[
        [west, south], [east, south], [east, north], [west, north], [west, south]
    ]]})
}

fn feature(properties: &Value, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

fn item(desk: &Desk, code: &str) -> Value {
    let reply = desk.service.get(&format!("{LOTS}/{code}"));
    assert_eq!(reply.status, 200, "{reply:?}");
    let mut item = reply.json();
    if let Some(item) = item.as_object_mut() {
        item.remove("links");
    }
    item
}

fn tag(item: &Value) -> String {
    format!("\"{}\"", item["properties"]["version_datos"])
}

fn create(desk: &Desk, token: &str, feature: &Value) -> Reply {
    let call = Call::new("POST", LOTS)
        .token(token)
        .header("content-crs", OFFICIAL)
        .body("application/geo+json", feature);
    desk.service.send(&call)
}

fn put(desk: &Desk, token: &str, code: &str, feature: &Value, tag: Option<&str>) -> Reply {
    let mut call = Call::new("PUT", format!("{LOTS}/{code}"))
        .token(token)
        .body("application/geo+json", feature);
    if let Some(tag) = tag {
        call = call.header("if-match", tag);
    }
    desk.service.send(&call)
}

fn patch(desk: &Desk, token: &str, code: &str, patch: &Value, tag: Option<&str>) -> Reply {
    let mut call = Call::new("PATCH", format!("{LOTS}/{code}"))
        .token(token)
        .header("content-crs", OFFICIAL)
        .body("application/merge-patch+json", patch);
    if let Some(tag) = tag {
        call = call.header("if-match", tag);
    }
    desk.service.send(&call)
}

fn delete(desk: &Desk, token: &str, path: &str, tag: Option<&str>) -> Reply {
    let mut call = Call::new("DELETE", format!("{LOTS}/{path}")).token(token);
    if let Some(tag) = tag {
        call = call.header("if-match", tag);
    }
    desk.service.send(&call)
}

fn check(reply: &Reply, status: u16, word: &str) {
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(reply.text.contains(word), "{word}: {reply:?}");
    if status >= 400 {
        assert_eq!(reply.kind, "application/problem+json", "{reply:?}");
    }
}

/// What somebody wrote: the answer and its own tag.
fn written(reply: &Reply) -> (Value, String) {
    assert!(matches!(reply.status, 200 | 201), "{reply:?}");
    let tag = reply.header("etag").first().copied().unwrap_or_default();
    (reply.json(), tag.to_owned())
}

fn allowed(desk: &Desk, path: &str, token: Option<&str>, agent: &str) -> String {
    let mut call = Call::new("OPTIONS", path).header("user-agent", agent);
    if let Some(token) = token {
        call = call.token(token);
    }
    let reply = desk.service.send(&call);
    assert_eq!(reply.status, 204, "{reply:?}");
    reply.header("allow").join(", ")
}

fn with(item: &Value, name: &str, value: Value) -> Value {
    let mut item = item.clone();
    item["properties"][name] = value;
    item
}

/// As QGIS writes what it has read: with six decimals, the ring from wherever it likes, and attributes that are empty.
fn of_qgis(item: &Value) -> Value {
    fn rounded(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(rounded),
            Value::Number(number) => {
                let degrees = number.as_f64().unwrap_or_default();
                *value = json!((degrees * 1e6).round() / 1e6);
            }
            _ => {}
        }
    }
    let mut item = item.clone();
    rounded(&mut item["geometry"]["coordinates"]);
    item["properties"]["direccion"] = Value::Null;
    item
}

#[test]
fn a_layer_is_edited_as_qgis_does() {
    let desk = desk();
    // It asks what it may do, and offers no more than that.
    let one = format!("{LOTS}/{LEFT}");
    for path in [LOTS, &one] {
        assert_eq!(
            allowed(&desk, path, None, "QGIS/33400"),
            "GET, HEAD, OPTIONS"
        );
        let reads = desk.office.token("tecnica", &["leer_levantamientos"]);
        assert_eq!(
            allowed(&desk, path, Some(&reads), "x"),
            "GET, HEAD, OPTIONS"
        );
    }
    let token = desk.technician.as_str();
    assert!(allowed(&desk, LOTS, Some(token), "QGIS/33400").contains("POST"));
    assert_eq!(
        allowed(&desk, &one, Some(token), "Mozilla/5.0 QGIS/33400/Linux"),
        "GET, HEAD, OPTIONS, PUT"
    );
    assert!(allowed(&desk, &one, Some(token), "curl/8").contains("PUT, PATCH, DELETE"));
    let of_a_browser = Call::new("OPTIONS", LOTS)
        .header("origin", "https://mapa.example")
        .header("access-control-request-method", "PUT");
    let reply = desk.service.send(&of_a_browser);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(
        !reply.header("access-control-allow-methods").is_empty(),
        "{reply:?}"
    );

    // Create: it reads the id behind /items/.
    let reply = create(
        &desk,
        token,
        &feature(
            &json!({"codigo": NEXT, "uso": "vivienda", "version_datos": null, "area_m2": null}),
            &square([20.0, 0.0, 10.0, 20.0]),
        ),
    );
    assert_eq!(reply.status, 201, "{reply:?}");
    let location = reply.header("location")[0].to_owned();
    assert_eq!(location.rsplit("/items/").next(), Some(NEXT), "{location}");
    let (made, _) = written(&reply);
    let survey = made["enlace"].as_str().expect("a link").to_owned();
    assert!(reply.header("link")[0].contains(&survey), "{reply:?}");
    assert_eq!(
        (&made["estado"], &made["hallazgos"]),
        (&json!("conforme"), &json!([])),
        "{made}"
    );
    assert_eq!(desk.service.get(&format!("{LOTS}/{NEXT}")).status, 404);

    // Replace, with all that it read: only the attribute changes, not a millimetre of the border.
    let before = item(&desk, LEFT);
    let sent = with(&of_qgis(&before), "uso", json!("comercio"));
    let (second, _) = written(&put(&desk, token, LEFT, &sent, None));
    assert_eq!(second["enlace"], made["enlace"], "one draft");
    assert_eq!(item(&desk, LEFT), before, "nothing is published");
    assert_eq!(
        desk.changes(&survey),
        [
            format!("alta[] >{NEXT}"),
            format!("modificacion[atributos] {LEFT}>{LEFT}"),
        ]
    );

    // Its author does not decide on it; somebody else does, on what they saw.
    let (status, _) = desk.decide(token, &survey, &approve());
    assert_eq!(status, 403);
    let mut decision = approve();
    decision["comparacion"] = json!(1);
    let (status, said) = desk.decide(&desk.chief, &survey, &decision);
    assert_eq!(status, 409, "{said}");
    decision["comparacion"] = second["comparacion"].clone();
    let (status, said) = desk.decide(&desk.chief, &survey, &decision);
    assert_eq!(status, 200, "{said}");
    let after = item(&desk, LEFT);
    assert_eq!(after["properties"]["uso"], "comercio");
    assert_eq!(after["geometry"], before["geometry"]);
    assert_eq!(item(&desk, NEXT)["properties"]["uso"], "vivienda");
    assert_eq!(
        item(&desk, RIGHT)["properties"]["version_datos"],
        before["properties"]["version_datos"]
    );

    // What comes next is of another draft. DELETE names what was read.
    check(&delete(&desk, token, NEXT, None), 428, "version_datos");
    let gone = item(&desk, NEXT);
    let stated = format!(
        "{NEXT}?version_datos={}",
        gone["properties"]["version_datos"]
    );
    let (third, _) = written(&delete(&desk, token, &stated, None));
    assert_ne!(third["enlace"], made["enlace"]);
    assert_eq!(item(&desk, NEXT), gone);
    let survey = third["enlace"].as_str().expect("a link");
    assert_eq!(desk.changes(survey), [format!("baja[] {NEXT}>")]);
    let (status, said) = desk.decide(&desk.chief, survey, &approve());
    assert_eq!(status, 200, "{said}");
    assert_eq!(desk.service.get(&format!("{LOTS}/{NEXT}")).status, 404);
    let _ = (item(&desk, LEFT), item(&desk, RIGHT));
    let proved = desk.office.run(["audit", "verify"]);
    assert_eq!(proved.code, 0, "{proved:?}");
}

#[test]
fn a_write_is_checked_at_once() {
    let desk = desk();
    let token = desk.technician.as_str();
    let lot = |east: f64| feature(&json!({"codigo": NEXT}), &square([east, 0.0, 10.0, 20.0]));
    let (wrong, tag) = written(&create(&desk, token, &lot(15.0)));
    assert_eq!(wrong["estado"], "observado", "{wrong}");
    let found = &wrong["hallazgos"][0];
    assert_eq!(
        (&found["regla"], &found["severidad"]),
        (&json!("traslape"), &json!("error")),
        "{wrong}"
    );
    assert!(
        found["mensaje"]
            .as_str()
            .is_some_and(|said| said.contains(RIGHT)),
        "{found}"
    );
    let link = wrong["enlace"].as_str().expect("a link");
    let (status, _) = desk.decide(&desk.chief, link, &approve());
    assert_eq!(status, 422);
    let call = Call::new("PUT", format!("{LOTS}/{NEXT}"))
        .token(token)
        .header("content-crs", OFFICIAL)
        .header("if-match", &*tag)
        .body("application/geo+json", &lot(20.0));
    let (right, _) = written(&desk.service.send(&call));
    assert_eq!(
        (&right["estado"], &right["hallazgos"]),
        (&json!("conforme"), &json!([])),
        "{right}"
    );
    let found = desk.get(token, &format!("{link}/hallazgos"));
    assert_eq!(found["numberReturned"], 0, "{found}");
    // What can never be published is not even kept.
    let bow = json!({"type": "Polygon", "coordinates": [[
        [GROUND[0] + 40.0, GROUND[1]], [GROUND[0] + 50.0, GROUND[1] + 10.0], [GROUND[0] + 50.0, GROUND[1]],
        [GROUND[0] + 40.0, GROUND[1] + 10.0], [GROUND[0] + 40.0, GROUND[1]]
    ]]});
    let reply = create(
        &desk,
        token,
        &feature(&json!({"codigo": "22010171001009"}), &bow),
    );
    check(&reply, 422, "tiene errores");
    assert_eq!(desk.changes(link), [format!("alta[] >{NEXT}")]);
    // And what was new is withdrawn by taking it away again.
    let (gone, _) = written(&delete(
        &desk,
        token,
        NEXT,
        Some(&format!("\"{}\"", right["version_datos"])),
    ));
    assert_eq!(gone["version_datos"], Value::Null);
    assert!(desk.changes(link).is_empty());
}

#[test]
fn who_does_not_say_what_they_read_writes_nothing() {
    let desk = desk();
    let token = desk.technician.as_str();
    let lot = item(&desk, LEFT);
    let own = tag(&lot);
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
fn a_draft_that_was_sent_is_closed() {
    let desk = desk();
    let token = desk.technician.as_str();
    let lot = item(&desk, LEFT);
    let (first, _) = written(&put(
        &desk,
        token,
        LEFT,
        &with(&lot, "uso", json!("a")),
        None,
    ));
    let link = first["enlace"].as_str().expect("a link");
    assert_eq!(desk.get(token, link)["edicion"], "abierta");
    let send = |token: &str| {
        desk.service
            .send(&Call::new("POST", format!("{link}/envio")).token(token))
    };
    assert_eq!(send(&desk.chief).status, 403);
    assert_eq!(send(token).json()["edicion"], "enviada");
    assert_eq!(send(token).status, 409);
    let (next, _) = written(&put(
        &desk,
        token,
        LEFT,
        &with(&lot, "uso", json!("b")),
        None,
    ));
    assert_ne!(next["enlace"], first["enlace"]);
    let (status, said) = desk.decide(&desk.chief, link, &approve());
    assert_eq!(status, 200, "{said}");
    assert_eq!(item(&desk, LEFT)["properties"]["uso"], "a");
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

#[test]
fn hostile_bodies_are_refused_whole() {
    let desk = desk();
    let token = desk.technician.as_str();
    let lot = item(&desk, LEFT);
    let square = square([20.0, 0.0, 10.0, 20.0]);
    let with_properties = |properties: Value| feature(&properties, &square);
    let shaped = |geometry: Value| feature(&json!({"codigo": NEXT}), &geometry);
    let corners: Vec<[f64; 2]> = (0..60_000)
        .map(|n| [GROUND[0] + f64::from(n) / 1e3, GROUND[1]])
        .collect();
    let many: Map<String, Value> = (0..300).map(|n| (format!("a{n}"), json!(n))).collect();
    for (body, status) in [
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
    ] {
        let reply = create(&desk, token, &body);
        let shown: String = body.to_string().chars().take(200).collect();
        assert_eq!(reply.status, status, "{shown}: {reply:?}");
        assert_eq!(reply.kind, "application/problem+json", "{shown}: {reply:?}");
    }
    let send = |kind: &str, body: &[u8], crs: Option<&str>| {
        let mut call = Call::new("POST", LOTS).token(token).raw(kind, body);
        if let Some(crs) = crs {
            call = call.header("content-crs", crs);
        }
        desk.service.send(&call)
    };
    let whole = with_properties(json!({"codigo": NEXT})).to_string();
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

#[test]
fn coordinates_come_in_the_system_that_is_named() {
    let desk = desk();
    let token = desk.technician.as_str();
    let before = item(&desk, LEFT);
    let own = tag(&before);
    let uri = |code: u32| format!("<http://www.opengis.net/def/crs/EPSG/0/{code}>");
    let mut swapped = before.clone();
    for ring in swapped["geometry"]["coordinates"][0]
        .as_array_mut()
        .expect("rings")
    {
        for position in ring.as_array_mut().expect("positions") {
            position.as_array_mut().expect("a position").reverse();
        }
    }
    let sent = |body: &Value, crs: &str, tag: &str| {
        let call = Call::new("PUT", format!("{LOTS}/{LEFT}"))
            .token(token)
            .header("content-crs", crs)
            .header("if-match", tag)
            .body("application/geo+json", body);
        desk.service.send(&call)
    };
    // The same shape, however it is written: nothing changes.
    let (first, tag) = written(&sent(&swapped, &uri(4326), &own));
    let link = first["enlace"].as_str().expect("a link").to_owned();
    let mut official = before.clone();
    official["geometry"] = square([0.0, 0.0, 10.0, 20.0]);
    let (_, tag) = written(&sent(&official, &uri(32718), &tag));
    assert!(desk.changes(&link).is_empty());
    // A corner that moves by a metre.
    official["geometry"] = square([0.0, -1.0, 10.0, 21.0]);
    let (_, tag) = written(&sent(&official, &uri(32718), &tag));
    assert_eq!(
        desk.changes(&link),
        [format!("modificacion[geometria] {LEFT}>{LEFT}")]
    );
    check(&sent(&swapped, &uri(4326 + 1), &tag), 400, "Content-Crs");
}

#[test]
fn plans_are_edited_by_planners() {
    let desk = Desk::new();
    let zones = "/ogc/collections/zonificacion/items";
    let actions = ["subir_plan", "decidir_plan", "leer_levantamientos"];
    let tokens = ["plan1", "plan2"].map(|login| {
        let _ = desk.office.account(login, &["planificador"]);
        desk.office.token(login, &actions)
    });
    let page = desk.service.get(&format!("{zones}?limit=1")).json();
    let zone = &page["features"][0];
    let id = zone["id"].as_str().expect("a zone");
    let path = format!("{zones}/{id}");
    let changed = with(zone, "nota", json!("revisada"));
    let call = Call::new("PUT", &*path)
        .token(&desk.technician)
        .body("application/geo+json", &changed);
    check(&desk.service.send(&call), 403, "");
    // All that it read comes back: nothing changes.
    let call = Call::new("PUT", &*path)
        .token(&tokens[0])
        .body("application/geo+json", zone);
    let (same, tag) = written(&desk.service.send(&call));
    let link = same["enlace"].as_str().expect("a link");
    assert!(
        desk.changes_as(&tokens[0], link).is_empty(),
        "{:?}",
        desk.changes_as(&tokens[0], link)
    );
    let call = Call::new("PUT", &*path)
        .token(&tokens[0])
        .header("if-match", tag)
        .body("application/geo+json", &changed);
    let _ = written(&desk.service.send(&call));
    // A zone without its class is none; the place has to be said.
    let new = |properties: Value| {
        let call = Call::new("POST", zones)
            .token(&tokens[0])
            .header("content-crs", OFFICIAL)
            .body(
                "application/geo+json",
                &feature(&properties, &square([0.0, 0.0, 10.0, 20.0])),
            );
        desk.service.send(&call)
    };
    check(&new(json!({"codigo": "RDM"})), 422, "ubigeo");
    check(&new(json!({"ubigeo": PLACE})), 422, "codigo");
    let reply = new(json!({"ubigeo": PLACE, "codigo": "RDM", "nombre": "de prueba"}));
    let (made, _) = written(&reply);
    assert!(
        made["id"]
            .as_str()
            .is_some_and(|id| id.starts_with("P220101-")),
        "{made}"
    );
    let (status, said) = desk.decide(&tokens[1], link, &approve());
    assert_eq!(status, 200, "{said}");
    assert_eq!(
        desk.service.get(&path).json()["properties"]["nota"],
        "revisada"
    );
    // And the conflict is met where nobody shares a border too.
    let zone = desk.service.get(&path).json();
    let drafts = tokens.each_ref().map(|token| {
        let call = Call::new("PUT", &*path)
            .token(token)
            .body("application/geo+json", &with(&zone, "nota", json!(token)));
        written(&desk.service.send(&call)).0["enlace"]
            .as_str()
            .expect("a link")
            .to_owned()
    });
    let (status, said) = desk.decide(&tokens[1], &drafts[0], &approve());
    assert_eq!(status, 200, "{said}");
    for expected in [409, 422] {
        let (status, said) = desk.decide(&tokens[0], &drafts[1], &approve());
        assert_eq!(status, expected, "{said}");
    }
    assert_eq!(
        desk.service.get(&path).json()["properties"]["nota"],
        json!(tokens[0])
    );
}

#[test]
fn all_versions_of_a_feature_are_told_the_newest_first() {
    let desk = desk();
    let token = desk.technician.as_str();
    let lot = item(&desk, LEFT);
    let (draft, _) = written(&put(
        &desk,
        token,
        LEFT,
        &with(&lot, "uso", json!("comercio")),
        None,
    ));
    let link = draft["enlace"].as_str().expect("a link");
    let (status, said) = desk.decide(&desk.chief, link, &approve());
    assert_eq!(status, 200, "{said}");
    let path = format!("{LOTS}/{LEFT}/versions");
    let all = desk.service.get(&path).json();
    let versions = all["features"].as_array().expect("features");
    assert_eq!(all["numberMatched"], json!(versions.len()));
    let now = &versions[0]["properties"];
    assert_eq!(now["atributos"]["uso"], "comercio");
    assert_eq!(now["levantamiento"], link);
    assert_eq!(
        (&now["vigente_hasta"], &now["registrado_hasta"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        now["version_datos"],
        item(&desk, LEFT)["properties"]["version_datos"]
    );
    let first = &versions.last().expect("a version")["properties"];
    assert_eq!(first["version_datos"], lot["properties"]["version_datos"]);
    assert_eq!(first["cerrado_por"], now["version_datos"]);
    assert!(first["registrado_hasta"].is_string(), "{first}");
    assert_eq!(versions[0]["geometry"]["type"], "MultiPolygon");
    // By pages, as many as there are.
    let mut next = format!("{path}?limit=1");
    let mut seen = 0;
    loop {
        let page = desk.service.get(&next).json();
        assert_eq!(page["numberReturned"], 1);
        assert_eq!(page["features"][0], versions[seen]);
        seen += 1;
        let links = page["links"].as_array().expect("links");
        let Some(link) = links.iter().find(|link| link["rel"] == "next") else {
            break;
        };
        next = link["href"]
            .as_str()
            .expect("an address")
            .split_once("/ogc")
            .map(|(_, rest)| format!("/ogc{rest}"))
            .expect("ours");
    }
    assert_eq!(seen, versions.len());
    check(
        &desk.service.get(&format!("{LOTS}/22010171001099/versions")),
        404,
        "nunca",
    );
    check(&desk.service.get(&format!("{path}?limit=0")), 400, "limit");
}
