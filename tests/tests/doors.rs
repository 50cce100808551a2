//! The doors over HTTP, on the demonstration province: what is promised is there, and what is wrong is said.

use std::{collections::BTreeSet, process::Command};

use catastro_tests::{Office, Service, ids};
use serde_json::{Value, json};

fn with_demonstration(look: impl FnOnce(&Office, &Service)) {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    look(&office, &service);
}

#[test]
fn gis_clients_find_everything_from_the_landing_page() {
    with_demonstration(|_, service| {
        let landing = service.get("/ogc").json();
        for rel in ["self", "service-desc", "conformance", "data"] {
            let link = landing["links"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|link| link["rel"] == rel);
            let href = link.and_then(|link| link["href"].as_str()).expect(rel);
            let path = href
                .strip_prefix(&service.url(""))
                .expect("our own address");
            assert_eq!(service.get(path).status, 200, "{path}");
        }
        let classes = service.get("/ogc/conformance").json();
        let core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core";
        assert!(
            classes["conformsTo"]
                .as_array()
                .is_some_and(|all| all.iter().any(|class| class == core))
        );
        let layers = service.get("/ogc/collections").json();
        let names: Vec<&str> = layers["collections"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|layer| layer["id"].as_str())
            .collect();
        for name in [
            "municipios",
            "sectores",
            "manzanas",
            "lotes",
            "zonificacion",
            "restricciones",
            "vias",
            "planes",
        ] {
            assert!(names.contains(&name), "{name}");
            let one = service.get(&format!("/ogc/collections/{name}")).json();
            assert!(
                one["description"]
                    .as_str()
                    .is_some_and(|text| text.contains("DEMOSTRACIÓN")),
                "{one}"
            );
            assert_eq!(
                one["extent"]["spatial"]["bbox"][0].as_array().map(Vec::len),
                Some(4)
            );
        }
        let described = service.get("/ogc/openapi").json();
        for path in [
            "/ogc/collections/{c}/items",
            "/api/control-urbano/verificaciones",
            "/api/predios/{codigo}",
        ] {
            assert!(described["paths"][path].is_object(), "{path}");
        }
    });
}

#[test]
fn pages_by_key_and_by_offset_give_every_feature_once() {
    with_demonstration(|_, service| {
        let mut path = "/ogc/collections/lotes/items?limit=300".to_owned();
        let mut all = Vec::new();
        loop {
            let page = service.get(&path).json();
            assert_eq!(page["numberMatched"], 1_000);
            all.extend(ids(&page));
            let links = page["links"].as_array().expect("links");
            let Some(next) = links.iter().find(|link| link["rel"] == "next") else {
                break;
            };
            path = next["href"]
                .as_str()
                .expect("a link")
                .replace(&service.url(""), "");
        }
        assert_eq!(all.len(), 1_000);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 1_000);
        let jumped = service
            .get("/ogc/collections/lotes/items?limit=5&offset=997")
            .json();
        assert_eq!(ids(&jumped), all[997..]);
        let ten = service.get("/ogc/collections/lotes/items?limit=10").json();
        assert_eq!(ids(&ten), all[..10]);
        assert_eq!(ten["features"][0]["properties"]["demostracion"], true);
    });
}

#[test]
fn boxes_times_and_ids_choose_features() {
    with_demonstration(|office, service| {
        let first = service.get("/ogc/collections/lotes/items?limit=1").json();
        let code = ids(&first).remove(0);
        let one = service.get(&format!("/ogc/collections/lotes/items/{code}"));
        assert_eq!(
            (one.status, one.kind.as_str()),
            (200, "application/geo+json")
        );
        assert_eq!(one.json()["id"], code.as_str());

        let corner = &one.json()["geometry"]["coordinates"][0][0][0];
        let (lon, lat) = (
            corner[0].as_f64().expect("a longitude"),
            corner[1].as_f64().expect("a latitude"),
        );
        let near = format!(
            "{},{},{},{}",
            lon - 5e-4,
            lat - 5e-4,
            lon + 5e-4,
            lat + 5e-4
        );
        let found = service
            .get(&format!(
                "/ogc/collections/lotes/items?bbox={near}&limit=1000"
            ))
            .json();
        let theirs = office.sql(&format!(
            "select count(*) from parcel where st_intersects(st_transform(st_makeenvelope({near}, 4326), 32718), geom)"
        ));
        assert!(ids(&found).contains(&code));
        assert!(
            ids(&found).len().to_string() == theirs[0],
            "{} and {}",
            ids(&found).len(),
            theirs[0]
        );
        assert_eq!(
            service
                .get("/ogc/collections/lotes/items?bbox=2,40,3,41")
                .json()["numberMatched"],
            0
        );

        let count = |when: &str| {
            ids(&service
                .get(&format!(
                    "/ogc/collections/lotes/items?limit=2000&datetime={when}"
                ))
                .json())
            .len()
        };
        assert_eq!(
            count("2026-06-01"),
            1_000,
            "the demonstration holds since the first of January"
        );
        assert_eq!(count("2025-06-01"), 0);
        assert_eq!(count("2025-06-01/.."), 1_000);
    });
}

#[test]
fn gdal_reads_the_layers() {
    with_demonstration(|_, service| {
        for (layer, count) in [("lotes", 1_000), ("municipios", 6)] {
            let output = Command::new("ogrinfo")
                .args(["-so", &format!("OAPIF:{}", service.url("/ogc")), layer])
                .output()
                .expect("ogrinfo");
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(said.contains(&format!("Feature Count: {count}")), "{said}");
        }
    });
}

#[test]
fn a_check_adds_up_and_is_the_same_at_every_door() {
    with_demonstration(|office, service| {
        let lots = service
            .get("/ogc/collections/lotes/items?limit=1000")
            .json();
        let mut affected = 0;
        for code in ids(&lots).iter().step_by(7) {
            let check = service
                .post(
                    "/api/control-urbano/verificaciones",
                    &json!({"predio": code}),
                )
                .json();
            let number = |path: &str| {
                check
                    .pointer(path)
                    .and_then(Value::as_f64)
                    .expect("a number")
            };
            let area = number("/predio/area_m2");
            assert!(
                (number("/balance/con_zona_m2") + number("/balance/sin_zona_m2") - area).abs()
                    < 1e-3,
                "{check}"
            );
            let zones: f64 = check["zonificacion"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|z| z["area_m2"].as_f64())
                .sum();
            let counted = number("/balance/con_zona_m2") + number("/balance/doble_zona_m2");
            assert!((zones - counted).abs() < 1e-3, "{check}");
            assert_eq!(check["demostracion"], true);
            assert_eq!(check["resultado"], "no_concluyente", "nothing was judged");
            let themes = check["temas"].as_array().expect("themes");
            affected += themes
                .iter()
                .filter(|theme| theme["estado"] == "afectado")
                .count();
            assert_eq!(
                themes
                    .iter()
                    .filter(|theme| theme["estado"] == "afectado")
                    .count()
                    > 0,
                !check["restricciones"]
                    .as_array()
                    .expect("overlays")
                    .is_empty()
            );
        }
        assert!(affected > 0, "some lot lies in an overlay");

        let code = ids(&lots).remove(0);
        let digest = |check: &Value| {
            check["recibo"]["sha256"]
                .as_str()
                .expect("a digest")
                .to_owned()
        };
        let here = service
            .post(
                "/api/control-urbano/verificaciones",
                &json!({"predio": code}),
            )
            .json();
        let typed = office
            .run(["check", &code, "--format", "json"])
            .done()
            .json();
        assert_eq!(
            digest(&here),
            digest(&typed),
            "memory and archive say the same"
        );

        let shape = service.get(&format!("/api/predios/{code}")).json()["geometry"].clone();
        let free = service
            .post(
                "/api/control-urbano/verificaciones",
                &json!({"geometria": shape}),
            )
            .json();
        let area = |check: &Value| check["predio"]["area_m2"].as_f64().expect("an area");
        assert!((area(&free) - area(&here)).abs() < 1e-2);
    });
}

#[test]
fn what_is_asked_wrong_is_said_in_spanish_and_never_breaks_the_service() {
    with_demonstration(|_, service| {
        let problem = |reply: catastro_tests::Reply, status: u16| {
            assert_eq!(
                (reply.status, reply.kind.as_str()),
                (status, "application/problem+json"),
                "{}",
                reply.text
            );
            let body = reply.json();
            assert!(
                body["type"]
                    .as_str()
                    .is_some_and(|kind| kind.starts_with("/problemas/"))
            );
            assert!(!body["title"].as_str().unwrap_or_default().is_empty());
        };
        for (path, status) in [
            ("/nada", 404),
            ("/ogc/collections/nada", 404),
            ("/ogc/collections/lotes/items/nada", 404),
            ("/ogc/collections/lotes/items?limite=3", 400),
            ("/ogc/collections/lotes/items?limit=0", 400),
            ("/ogc/collections/lotes/items?limit=-1", 400),
            ("/ogc/collections/lotes/items?bbox=1,2,3", 400),
            ("/ogc/collections/lotes/items?datetime=ayer", 400),
            ("/ogc/collections/lotes/items?desde=x", 400),
            ("/ogc/collections/lotes/items?f=shp", 400),
            ("/api/predios/123", 400),
            ("/api/predios/22010199999999", 404),
            ("/api/predios/22010101001001?fecha=ayer", 400),
        ] {
            problem(service.get(path), status);
        }
        let path = "/api/control-urbano/verificaciones";
        for (body, status) in [
            ("", 400),
            ("{", 400),
            ("[]", 400),
            ("{}", 400),
            (r#"{"predio": 3}"#, 400),
            (r#"{"lote": "x"}"#, 400),
            (
                r#"{"predio": "22010101001001", "punto": [-76.97, -6.03]}"#,
                400,
            ),
            (r#"{"punto": [-6.03, 95.0]}"#, 400),
            (r#"{"punto": [2.0, 41.0]}"#, 404),
            (
                r#"{"geometria": {"type": "Point", "coordinates": [-76.97, -6.03]}}"#,
                400,
            ),
            (
                r#"{"geometria": {"type": "Polygon", "coordinates": []}}"#,
                400,
            ),
            (
                r#"{"geometria": {"type": "Polygon", "coordinates": [[[-76.97, -6.03], [-76.96, -6.02], [-76.96, -6.03], [-76.97, -6.02], [-76.97, -6.03]]]}}"#,
                400,
            ),
            (
                r#"{"predio": "22010101001001", "fecha": "2026-02-30"}"#,
                400,
            ),
            (
                r#"{"predio": "22010101001001", "conocido_a": "2999-01-01T00:00:00Z"}"#,
                400,
            ),
            (
                r#"{"predio": "22010101001001", "propuesta": {"pisos": -5}}"#,
                400,
            ),
        ] {
            problem(service.post_text(path, body), status);
        }
        problem(service.post_text(path, &" ".repeat((1 << 20) + 10)), 413);
        problem(service.get(path), 405);
        assert_eq!(service.get("/api/salud/vivo").status, 200);
        let home = service.get("/");
        assert!(
            home.text.contains("demostración") && home.text.contains("Soritor"),
            "{}",
            home.text
        );
    });
}
