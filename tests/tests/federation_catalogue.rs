//! Sources have an owner and a licence and are kept by planners; and the catalogue tells of all that is published.

use catastro_tests::{
    Call, Office,
    federation::{Federation, source},
};
use serde_json::{Value, json};

#[test]
fn a_source_has_an_owner_and_a_licence_and_only_planners_keep_it() {
    let federation = Federation::of(Office::new());
    let good = source("rios", "oapif", "https://datos.example/ogc", Some("rios"));
    let post = |token: Option<&str>, body: &Value| {
        let call = Call::new("POST", "/api/fuentes");
        let call = match token {
            Some(token) => call.token(token),
            None => call,
        };
        federation.service.send(&call.json(body))
    };
    assert_eq!(post(None, &good).status, 401);
    let _ = federation.office.account("comite", &["comite"]);
    let other = federation
        .office
        .token("comite", &["responder_observaciones"]);
    assert_eq!(post(Some(&other), &good).status, 403);
    let own = Some(federation.token.as_str());
    for (member, value, words) in [
        ("titular", json!(" "), "titular"),
        ("licencia", json!(""), "licencia"),
        ("direccion", json!("file:///etc/passwd"), "dirección"),
        (
            "direccion",
            json!("https://yo:clave@x.example/"),
            "dirección",
        ),
        ("capa", Value::Null, "capa"),
        ("eje", json!("otro"), "eje"),
        ("cada_horas", json!(0), "cada_horas"),
        ("codigo", json!("Ríos"), "código"),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        let reply = post(own, &bad);
        assert_eq!(reply.status, 400, "{member}: {reply:?}");
        assert!(reply.text.contains(words), "{member}: {reply:?}");
    }
    assert_eq!(post(own, &good).status, 201);
    assert_eq!(post(own, &good).status, 409);
    let mut next = good;
    next["version"] = json!(1);
    next["nombre"] = json!("Ríos y quebradas");
    let put = |body: &Value| {
        let call = Call::new("PUT", "/api/fuentes/rios").token(&federation.token);
        federation.service.send(&call.json(body))
    };
    let changed = put(&next);
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.json()["version"], 2);
    assert_eq!(put(&next).status, 409);
    assert_eq!(federation.service.get("/api/fuentes/no-hay").status, 404);
}

#[test]
fn the_catalogue_tells_of_all_that_is_published() {
    let federation = Federation::new();
    federation.add(&source(
        "rios",
        "oapif",
        "https://datos.example/ogc",
        Some("rios"),
    ));
    let landing = federation.get("/ogc?f=json");
    let relation = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog";
    let links = landing["links"].as_array().expect("links");
    assert!(
        links.iter().any(|link| link["rel"] == relation),
        "{landing}"
    );
    let classes = federation.get("/ogc/conformance?f=json");
    for class in ["record-core", "record-core-query-parameters", "json"] {
        let uri = format!("http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/{class}");
        let all = classes["conformsTo"].as_array().expect("classes");
        assert!(all.contains(&json!(uri)), "{uri}");
    }
    let catalogue = federation.get("/ogc/collections/catalogo");
    assert_eq!(catalogue["itemType"], "record");
    assert_eq!(catalogue["type"], "Collection");

    // Through all pages, each once.
    let mut next = Some("/ogc/collections/catalogo/items?f=json&limit=3".to_owned());
    let mut records: Vec<Value> = Vec::new();
    let mut matched = 0;
    while let Some(path) = next.take() {
        let page = federation.get(&path);
        matched = page["numberMatched"].as_u64().expect("a number");
        let features = page["features"].as_array().expect("records");
        assert!(features.len() <= 3 && !features.is_empty());
        records.extend(features.iter().cloned());
        let links = page["links"].as_array().expect("links");
        next = links
            .iter()
            .find(|link| link["rel"] == "next")
            .and_then(|link| link["href"].as_str())
            .map(|href| href.replace(&federation.service.url(""), ""));
    }
    assert_eq!(records.len() as u64, matched);
    for record in &records {
        let id = record["id"].as_str().expect("an id");
        assert_eq!(record["type"], "Feature");
        assert!(
            record["conformsTo"][0]
                .as_str()
                .is_some_and(|uri| uri.ends_with("record-core"))
        );
        assert!(
            record.get("time").is_some() && record.get("geometry").is_some(),
            "{id}"
        );
        for member in [
            "type",
            "title",
            "description",
            "license",
            "formats",
            "keywords",
        ] {
            assert!(
                !record["properties"][member].is_null(),
                "{id} has no {member}"
            );
        }
        assert_eq!(record["properties"]["language"]["code"], "es");
        assert!(
            record["properties"]["contacts"][0]["name"].is_string(),
            "{id}"
        );
        let links = record["links"].as_array().expect("links");
        assert!(links.iter().any(|link| link["rel"] == "self"), "{id}");
        let one = federation.get(&format!("/ogc/collections/catalogo/items/{id}?f=json"));
        assert_eq!(one["properties"]["title"], record["properties"]["title"]);
    }
    let ids = |query: &str| -> Vec<String> {
        let page = federation.get(&format!("/ogc/collections/catalogo/items?f=json&{query}"));
        catastro_tests::ids(&page)
    };
    assert_eq!(
        ids("ids=capa-lotes,fuente-rios"),
        ["capa-lotes", "fuente-rios"]
    );
    assert_eq!(ids("externalIds=rios"), ["fuente-rios"]);
    assert_eq!(
        ids("q=HUMEDAL%20%20TINGANA-7,nada%20de%20eso"),
        ["fuente-rios"]
    );
    assert_eq!(ids("q=autoridad%20agua"), Vec::<String>::new());
    assert!(ids("q=zonificacion").contains(&"capa-zonificacion".to_owned()));
    assert!(ids("bbox=2,40,3,41").is_empty());
    let here = ids("bbox=-77.0,-6.1,-76.9,-6.0&type=dataset");
    assert!(
        here.contains(&"capa-lotes".to_owned()) && !here.contains(&"fuente-rios".to_owned()),
        "{here:?}"
    );
    assert!(ids("type=plan").iter().all(|id| id.starts_with("plan-")));
    check_refusals(&federation);
}

fn check_refusals(federation: &Federation) {
    for (path, status) in [
        ("/ogc/collections/catalogo/items?limit=0", 400),
        ("/ogc/collections/catalogo/items?otro=1", 400),
        ("/ogc/collections/catalogo/items/no-hay", 404),
    ] {
        assert_eq!(federation.service.get(path).status, status, "{path}");
    }
}
