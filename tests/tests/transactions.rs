//! OGC API Features Part 4: a write lands in its author's draft, is checked at once, and is published by another person's
//! decision. Each test stands beside its requirements in `docs/conformance.md`.

use catastro_tests::{
    Call,
    desk::{Desk, GROUND, PLACE, approve},
    edits::{
        LEFT, LOTS, NEXT, OFFICIAL, RIGHT, check, create, delete, desk, feature, item, put, square,
        tag, with, written,
    },
};
use serde_json::{Value, json};

fn allowed(desk: &Desk, path: &str, token: Option<&str>, agent: &str) -> String {
    let mut call = Call::new("OPTIONS", path).header("user-agent", agent);
    if let Some(token) = token {
        call = call.token(token);
    }
    let reply = desk.service.send(&call);
    assert_eq!(reply.status, 204, "{reply:?}");
    reply.header("allow").join(", ")
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

/// What keeps a feature out, of what was found in it.
fn errors(written: &Value) -> Vec<&Value> {
    let found = written["hallazgos"].as_array().into_iter().flatten();
    found.filter(|one| one["severidad"] == "error").collect()
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
    assert_eq!(made["estado"], "conforme", "{made}");
    assert!(errors(&made).is_empty(), "{made}");
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
    let found = errors(&wrong);
    assert_eq!(found.len(), 1, "{wrong}");
    assert_eq!(found[0]["regla"], "traslape", "{wrong}");
    let said = found[0]["mensaje"].as_str();
    assert!(said.is_some_and(|said| said.contains(RIGHT)), "{wrong}");
    let link = wrong["enlace"].as_str().expect("a link");
    let (status, _) = desk.decide(&desk.chief, link, &approve());
    assert_eq!(status, 422);
    let call = Call::new("PUT", format!("{LOTS}/{NEXT}"))
        .token(token)
        .header("content-crs", OFFICIAL)
        .header("if-match", &*tag)
        .body("application/geo+json", &lot(20.0));
    let (right, _) = written(&desk.service.send(&call));
    assert_eq!(right["estado"], "conforme", "{right}");
    assert!(errors(&right).is_empty(), "{right}");
    let found = desk.get(token, &format!("{link}/hallazgos"));
    assert!(!found.to_string().contains("traslape"), "{found}");
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
    // What names a person is left out, and that is said.
    let named = json!({"codigo": NEXT, "uso": "vivienda", "DNI": "01234567", "version_datos": right["version_datos"]});
    let named = feature(&named, &square([20.0, 0.0, 10.0, 20.0]));
    let call = Call::new("PUT", format!("{LOTS}/{NEXT}"))
        .token(token)
        .header("content-crs", OFFICIAL)
        .body("application/geo+json", &named);
    let (right, _) = written(&desk.service.send(&call));
    assert_eq!(right["atributos_omitidos"], json!(["DNI"]), "{right}");
    let kept = desk
        .office
        .sql("select count(*) from survey_row where attributes::text like '%01234567%'");
    assert_eq!(kept, ["0"]);
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
    // QGIS writes the address without its brackets.
    let bare = "http://www.opengis.net/def/crs/EPSG/0/32718";
    let (_, tag) = written(&sent(&official, bare, &tag));
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
    let tokens = ["plan1", "plan2"].map(|login| desk.office.planner(login, &actions));
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
    let (nameless, tag) = written(&new(json!({"ubigeo": PLACE})));
    assert_eq!(
        nameless["hallazgos"][0]["regla"], "atributo_requerido",
        "{nameless}"
    );
    let path_of = |made: &Value| format!("{zones}/{}", made["id"].as_str().expect("an id"));
    let call = Call::new("DELETE", path_of(&nameless))
        .token(&tokens[0])
        .header("if-match", tag);
    let _ = written(&desk.service.send(&call));
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
