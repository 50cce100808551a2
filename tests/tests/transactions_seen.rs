//! What is seen of what was written: one's own draft, all versions of a feature, and what came of a write beside a decision.

use std::thread;

use catastro_tests::{
    Call,
    desk::{PLACE, approve},
    edits::{
        LEFT, LOTS, NEXT, RIGHT, check, create, delete, desk, feature, item, put, square, tag,
        with, written,
    },
};
use serde_json::{Value, json};

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

#[test]
fn an_author_sees_their_own_draft_and_nobody_else_does() {
    let desk = desk();
    let token = desk.technician.as_str();
    let lot = item(&desk, LEFT);
    let new = feature(&json!({"codigo": NEXT}), &square([20.0, 0.0, 10.0, 20.0]));
    let (made, made_tag) = written(&create(&desk, token, &new));
    let _ = written(&put(
        &desk,
        token,
        LEFT,
        &with(&lot, "uso", json!("comercio")),
        None,
    ));
    let _ = written(&delete(
        &desk,
        token,
        RIGHT,
        Some(&tag(&item(&desk, RIGHT))),
    ));
    let get = |token: &str, path: String| desk.service.send(&Call::new("GET", path).token(token));
    let seen = |token: &str, query: &str| {
        let reply = get(token, format!("{LOTS}?{query}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        let page = reply.json();
        let features = page["features"].as_array().expect("features").clone();
        let next = page["links"].as_array().expect("links").iter();
        let next = next.into_iter().find(|link| link["rel"] == "next");
        let next = next.and_then(|link| Some(link["href"].as_str()?.split_once('?')?.1.to_owned()));
        (features, next)
    };
    // All of the layer, by pages.
    let mut query = "borrador=si&limit=50".to_owned();
    let mut all: Vec<Value> = Vec::new();
    loop {
        let (features, next) = seen(token, &query);
        all.extend(features);
        let Some(next) = next else { break };
        query = next;
    }
    let matched = desk.service.get(&format!("{LOTS}?limit=1")).json()["numberMatched"].clone();
    assert_eq!(json!(all.len()), matched, "one more, and one less");
    let of = |code: &str| all.iter().find(|feature| feature["id"] == code);
    assert_eq!(of(LEFT).expect("the lot")["properties"]["uso"], "comercio");
    assert_eq!(
        of(NEXT).expect("the lot")["properties"]["version_datos"],
        made["version_datos"]
    );
    assert!(of(RIGHT).is_none());
    // And one by one; what it reads there is what it names when it writes again.
    let reply = get(token, format!("{LOTS}/{NEXT}?borrador=si"));
    assert_eq!(reply.header("etag"), [&*made_tag]);
    assert!(
        reply.header("cache-control")[0].contains("private"),
        "{reply:?}"
    );
    let read = reply.json();
    let _ = written(&put(
        &desk,
        token,
        NEXT,
        &with(&read, "uso", json!("vivienda")),
        None,
    ));
    assert_eq!(
        get(token, format!("{LOTS}/{RIGHT}?borrador=si")).status,
        404
    );
    // Nobody else.
    let _ = desk
        .office
        .account("tecnica2", &[&format!("tecnico_catastro@{PLACE}")]);
    let second = desk.office.token("tecnica2", &["subir_levantamiento"]);
    assert_eq!(
        get(&second, format!("{LOTS}/{NEXT}?borrador=si")).status,
        404
    );
    check(&get(&desk.chief, format!("{LOTS}?borrador=si")), 403, "");
    check(&desk.service.get(&format!("{LOTS}?borrador=si")), 401, "");
    check(
        &get(token, format!("{LOTS}?borrador=quizas")),
        400,
        "borrador",
    );
    assert_eq!(desk.service.get("/ogc?borrador=si").status, 200);
    assert_eq!(item(&desk, LEFT), lot);
}

#[test]
fn a_write_beside_a_decision_is_in_one_draft_or_the_next() {
    let desk = desk();
    let token = desk.technician.as_str();
    for round in 0..12 {
        let lot = item(&desk, LEFT);
        let first = put(
            &desk,
            token,
            LEFT,
            &with(&lot, "uso", json!(format!("a{round}"))),
            None,
        );
        let (draft, own) = written(&first);
        let link = draft["enlace"].as_str().expect("a link").to_owned();
        let again = with(&lot, "uso", json!(format!("b{round}")));
        let (status, reply) = thread::scope(|scope| {
            let decided = scope.spawn(|| desk.decide(&desk.chief, &link, &approve()).0);
            let reply = put(&desk, token, LEFT, &again, Some(&own));
            (decided.join().expect("an answer"), reply)
        });
        // Decided first, the version that the write names is no more; written first, the decision is on something else,
        // or on what was written, where it came after.
        assert!(
            matches!((status, reply.status), (200, 412) | (200 | 409, 200)),
            "{status} {reply:?}"
        );
        if status == 409 {
            let (status, said) = desk.decide(&desk.chief, &link, &approve());
            assert_eq!(status, 200, "{said}");
        }
        let uses = item(&desk, LEFT)["properties"]["uso"].clone();
        let expected = if reply.status == 200 { "b" } else { "a" };
        assert_eq!(uses, format!("{expected}{round}"), "{status} {reply:?}");
    }
    let proved = desk.office.run(["audit", "verify"]);
    assert_eq!(proved.code, 0, "{proved:?}");
}
