//! A survey's whole way: what a file brings is compared with what is in force, decided on, published, and remembered.

use std::io::Read;

use catastro_tests::{
    Call,
    desk::{Desk, Lot, approve},
};
use serde_json::{Value, json};

/// Two rows of three lots that share their borders.
const BLOCK: [Lot<'static>; 6] = [
    ("22010171001001", [0.0, 0.0, 10.0, 20.0]),
    ("22010171001002", [10.0, 0.0, 10.0, 20.0]),
    ("22010171001003", [20.0, 0.0, 10.0, 20.0]),
    ("22010171001004", [0.0, 20.0, 10.0, 20.0]),
    ("22010171001005", [10.0, 20.0, 10.0, 20.0]),
    ("22010171001006", [20.0, 20.0, 10.0, 20.0]),
];

fn count(survey: &Value, rule: &str) -> u64 {
    catastro_tests::count(&survey["informe"], rule)
}

#[test]
fn what_a_file_does_is_told_published_and_remembered_both_ways() {
    let desk = Desk::new();
    let first = desk.publish(&BLOCK);
    assert_eq!(desk.changes(&first).len(), 6);

    // 001 is divided, 002 and 003 are joined, 005 is numbered anew, 006 gains a metre to the east; 004 stays.
    let file = [
        ("22010171001011", [0.0, 0.0, 10.0, 8.0]),
        ("22010171001012", [0.0, 8.0, 10.0, 12.0]),
        ("22010171001013", [10.0, 0.0, 20.0, 20.0]),
        ("22010171001004", [0.0, 20.0, 10.0, 20.0]),
        ("22010171001015", [10.0, 20.0, 10.0, 20.0]),
        ("22010171001006", [20.0, 20.0, 11.0, 20.0]),
    ];
    let (link, survey) = desk.survey(&file, &[]);
    assert_eq!(survey["estado"], "conforme", "{survey}");
    assert_eq!(
        desk.changes(&link),
        [
            "acumulacion[] 22010171001002+22010171001003>22010171001013",
            "modificacion[codigo] 22010171001005>22010171001015",
            "modificacion[geometria] 22010171001006>22010171001006",
            "subdivision[] 22010171001001>22010171001011+22010171001012",
        ]
    );
    let changes = desk.get(&desk.technician, &format!("{link}/cambios"));
    let stretched = changes["features"]
        .as_array()
        .expect("features")
        .iter()
        .find(|feature| feature["properties"]["cambia"] == json!(["geometria"]))
        .expect("the one that moves");
    assert_eq!(stretched["properties"]["desplazamiento_m"], 1.0);
    assert_eq!(stretched["properties"]["diferencia_m2"], 20.0);
    assert_eq!(stretched["geometry"]["type"], "MultiPolygon");

    let (status, published) = desk.decide(&desk.chief, &link, &approve());
    assert_eq!(status, 200, "{published}");
    // What is gone is gone, what comes after is there.
    assert_eq!(desk.service.get("/api/predios/22010171001001").status, 404);
    assert_eq!(desk.service.get("/api/predios/22010171001011").status, 200);

    remembers(&desk, &link);

    // A retired code is never given again, and one that stays elsewhere is not taken.
    let (_, again) = desk.survey(&[("22010171001001", [100.0, 0.0, 10.0, 20.0])], &[]);
    assert_eq!(again["estado"], "observado");
    assert_eq!(count(&again, "codigo_en_uso"), 1, "{again}");
}

/// Which came from which, and what was where when.
fn remembers(desk: &Desk, link: &str) {
    let parent = desk
        .service
        .get("/api/predios/22010171001001/historia")
        .json();
    let kin: Vec<&str> = parent["sucesores"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|kin| kin["nuevo"].as_str().expect("a code"))
        .collect();
    assert_eq!(kin, ["22010171001011", "22010171001012"]);
    assert!(
        parent["versiones"][0]["conocido_hasta"].is_string(),
        "{parent}"
    );
    let child = desk
        .service
        .get("/api/predios/22010171001013/historia")
        .json();
    assert_eq!(child["antecesores"].as_array().map(Vec::len), Some(2));
    assert_eq!(child["antecesores"][0]["operacion"], "acumulacion");
    assert_eq!(
        child["antecesores"][0]["documento"],
        format!(
            "levantamiento/{}",
            link.rsplit('/').next().unwrap_or_default()
        )
    );
    let renumbered = desk
        .service
        .get("/api/predios/22010171001015/historia")
        .json();
    assert_eq!(renumbered["antecesores"][0]["operacion"], "renumeracion");

    // All that was at a place, and what was there then.
    let somewhere = child["versiones"][0]["geometria"]["coordinates"][0][0][0].clone();
    let (lon, lat) = (
        somewhere[0].as_f64().expect("a longitude") + 0.00002,
        somewhere[1].as_f64().expect("a latitude") + 0.00002,
    );
    let all = desk
        .service
        .get(&format!("/api/historia?punto={lon},{lat}"))
        .json();
    let codes: Vec<&str> = all["versiones"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|version| version["codigo"].as_str().expect("a code"))
        .collect();
    assert_eq!(codes, ["22010171001002", "22010171001013"]);
    let before = parent["versiones"][0]["conocido_hasta"]
        .as_str()
        .and_then(|at| at.parse::<chrono::DateTime<chrono::Utc>>().ok())
        .expect("a moment")
        - chrono::Duration::milliseconds(1);
    let before = before.to_rfc3339().replace('+', "%2B");
    let then = desk
        .service
        .get(&format!(
            "/api/historia?punto={lon},{lat}&conocido_a={before}"
        ))
        .json();
    assert_eq!(
        then["versiones"].as_array().map(Vec::len),
        Some(1),
        "{then}"
    );
    assert_eq!(then["versiones"][0]["codigo"], "22010171001002");
}

#[test]
fn the_same_file_again_changes_nothing_and_a_part_of_it_leaves_the_rest_in_force() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let (link, same) = desk.survey(&BLOCK, &[]);
    assert_eq!(same["informe"]["cambios"]["sin_cambio"], 6, "{same}");
    assert_eq!(desk.changes(&link), [""; 0]);
    let (link, _) = desk.survey(&BLOCK[..4], &[]);
    assert_eq!(desk.changes(&link), [""; 0]);
    let (link, whole) = desk.survey(&BLOCK[..4], &[("alcance", "manzanas")]);
    assert_eq!(
        desk.changes(&link),
        ["baja[] 22010171001005>", "baja[] 22010171001006>"]
    );
    assert_eq!(whole["informe"]["cambios"]["baja"], 2);
    assert_eq!(desk.decide(&desk.chief, &link, &approve()).0, 200);
    assert_eq!(desk.service.get("/api/predios/22010171001006").status, 404);
    assert_eq!(desk.service.get("/api/predios/22010171001004").status, 200);
}

#[test]
fn parcels_do_not_overlap_neither_in_a_file_nor_with_what_is_in_force() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let (link, survey) = desk.survey(
        &[
            ("22010171002001", [29.0, 0.0, 10.0, 20.0]),
            ("22010171002002", [38.0, 0.0, 10.0, 20.0]),
            ("22010171002003", [48.0 - 0.02, 0.0, 10.0, 20.0]),
            ("22010171002004", [70.0, 0.0, 10.0, 20.0]),
        ],
        &[],
    );
    assert_eq!(survey["estado"], "observado");
    assert_eq!(count(&survey, "traslape"), 3, "{survey}");
    let found = desk.get(&desk.technician, &format!("{link}/hallazgos"));
    let overlaps: Vec<&Value> = found["features"]
        .as_array()
        .expect("features")
        .iter()
        .filter(|feature| feature["properties"]["regla"] == "traslape")
        .collect();
    let told: Vec<(&str, &str)> = overlaps
        .iter()
        .map(|feature| {
            let p = &feature["properties"];
            (
                p["severidad"].as_str().expect("a word"),
                p["otros"][0].as_str().expect("a code"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("error", "22010171001003"),
            ("error", "22010171002002"),
            ("observacion", "22010171002003"),
        ]
    );
    assert!(
        overlaps
            .iter()
            .all(|f| f["geometry"]["type"] == "MultiPolygon")
    );
    let message = overlaps[0]["properties"]["mensaje"]
        .as_str()
        .expect("words");
    assert!(
        message.contains("en vigor") && message.contains("20.00 m²"),
        "{message}"
    );

    // The exception leaves out what overlaps, and only that.
    let decision = json!({"decision": "aprobar", "sustento": "se corrige en campo lo demás",
        "excepciones": [{"regla": "traslape", "motivo": "los vecinos no se ponen de acuerdo"}]});
    let (status, published) = desk.decide(&desk.chief, &link, &decision);
    assert_eq!(status, 200, "{published}");
    let there = |code: &str| desk.service.get(&format!("/api/predios/{code}")).status;
    assert_eq!(
        [1, 2, 3, 4].map(|lot| there(&format!("2201017100200{lot}"))),
        [404, 404, 200, 200]
    );
}

#[test]
fn children_make_up_their_parent_or_somebody_says_why_not() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let (_, survey) = desk.survey(
        &[
            ("22010171001011", [0.0, 0.0, 10.0, 8.0]),
            ("22010171001012", [0.0, 8.0, 10.0, 9.0]),
        ],
        &[],
    );
    assert_eq!(survey["estado"], "observado");
    let line = &survey["informe"]["hallazgos"][0];
    assert_eq!(line["regla"], "hijos_no_completan", "{survey}");
    let message = line["ejemplos"][0]["mensaje"].as_str().expect("words");
    assert!(
        message.contains("200.00")
            && message.contains("170.00")
            && message.contains("30.00 m² quedan sin lote"),
        "{message}"
    );
}

#[test]
fn what_was_published_since_is_compared_again_before_anything_is() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let (stale, survey) = desk.survey(&[("22010171001021", [40.0, 0.0, 10.0, 20.0])], &[]);
    assert_eq!(survey["estado"], "conforme");
    // Somebody publishes the ground under it, and something that has nothing to do with it.
    let (fine, _) = desk.survey(&[("22010171009001", [200.0, 0.0, 10.0, 20.0])], &[]);
    desk.publish(&[("22010171001022", [45.0, 0.0, 10.0, 20.0])]);
    let (status, refused) = desk.decide(&desk.chief, &stale, &approve());
    assert_eq!(status, 409, "{refused}");
    assert!(
        refused["title"]
            .as_str()
            .is_some_and(|title| title.contains("cambia lo que este levantamiento hace"))
    );
    let again = desk.get(&desk.technician, &stale);
    assert_eq!(again["estado"], "observado", "{again}");
    assert_eq!(count(&again, "traslape"), 1, "{again}");
    assert_eq!(desk.service.get("/api/predios/22010171001021").status, 404);
    // Compared again without anybody asking, since nothing of it changed.
    assert_eq!(desk.decide(&desk.chief, &fine, &approve()).0, 200);
}

#[test]
fn progress_is_told_as_it_happens() {
    let desk = Desk::new();
    let file = catastro_tests::desk::table(&BLOCK);
    let link = desk.upload(
        &desk.technician,
        ("lotes.csv", file.as_bytes()),
        &[("crs_origen", "EPSG:32718")],
    );
    let mut reply = ureq::get(desk.service.url(&format!("{link}/eventos")))
        .header("Authorization", format!("Bearer {}", desk.technician))
        .call()
        .expect("a stream");
    assert_eq!(
        reply.headers()["content-type"].to_str().ok(),
        Some("text/event-stream")
    );
    let mut text = String::new();
    // It ends by itself when the survey waits for a person.
    reply
        .body_mut()
        .as_reader()
        .read_to_string(&mut text)
        .expect("events");
    assert!(text.contains("event: estado"), "{text}");
    assert!(text.contains("\"estado\":\"conforme\""), "{text}");
    let nobody = desk
        .service
        .send(&Call::new("GET", format!("{link}/eventos")));
    assert_eq!(nobody.status, 401);
    let attempts = desk.get(&desk.technician, &format!("{link}/intentos"));
    assert_eq!(attempts["intentos"][0]["resultado"], "hecho", "{attempts}");
}

#[test]
fn what_two_surveys_both_claim_is_shown_until_one_is_decided() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    // One divides 001 and adds a lot to the east, the other stretches 001 and adds another lot on the same ground.
    let (one, _) = desk.survey(
        &[
            ("22010171001011", [0.0, 0.0, 10.0, 8.0]),
            ("22010171001012", [0.0, 8.0, 10.0, 12.0]),
            ("22010171001021", [30.0, 0.0, 10.0, 20.0]),
        ],
        &[],
    );
    let (other, _) = desk.survey(
        &[
            ("22010171001001", [-1.0, 0.0, 11.0, 20.0]),
            ("22010171001022", [34.0, 0.0, 10.0, 20.0]),
        ],
        &[],
    );
    let claims = |link: &str| -> Vec<(String, String, String)> {
        let page = desk.get(&desk.technician, &format!("{link}/conflictos"));
        let features = page["features"].as_array().expect("features").iter();
        let word = |value: &Value| value.as_str().expect("a word").to_owned();
        features
            .map(|feature| {
                let p = &feature["properties"];
                (word(&p["por"]), word(&p["predio"]), word(&p["otro"]))
            })
            .collect()
    };
    let named = |by: &str, ours: &str, theirs: &str| (by.into(), ours.into(), theirs.into());
    assert_eq!(
        claims(&one),
        [
            named("codigo", "22010171001001", "22010171001001"),
            named("terreno", "22010171001011", "22010171001001"),
            named("terreno", "22010171001012", "22010171001001"),
            named("terreno", "22010171001021", "22010171001022"),
        ]
    );
    assert_eq!(claims(&other).len(), 4);
    let page = desk.get(&desk.technician, &format!("{one}/conflictos"));
    assert_eq!(page["features"][3]["properties"]["area_m2"], 120.0);
    assert_eq!(page["features"][3]["geometry"]["type"], "MultiPolygon");
    assert_eq!(desk.decide(&desk.chief, &one, &approve()).0, 200);
    assert_eq!(claims(&other), []);
}
