//! A plan in draft: what it would change is seen by anybody before it is voted on; in force it comes all at once.

use std::{collections::BTreeMap, fs, process::Command};

use catastro_tests::{Call, Office, Reply, Service, norms::two_floors, wait_until_examined};
use serde_json::{Value, json};

const DRAFTS: &str = "/api/planes/borradores";

struct Institute {
    office: Office,
    service: Service,
    /// Who uploads zones and loads drafts.
    planner: String,
    /// Who decides on them.
    other: String,
}

fn institute() -> Institute {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let all = ["subir_plan", "decidir_plan", "leer_levantamientos"];
    Institute {
        planner: office.planner("planificadora", &all),
        other: office.planner("directora", &all),
        office,
        service,
    }
}

impl Institute {
    fn send(&self, token: &str, path: &str, body: &Value) -> Reply {
        self.service.send_as(token, "POST", path, body)
    }

    fn load(&self, body: &Value) -> String {
        let reply = self.send(&self.planner, DRAFTS, body);
        assert_eq!(reply.status, 201, "{reply:?}");
        reply.header("location")[0].to_owned()
    }

    fn impact(&self, draft: &str, query: &str) -> Value {
        let reply = self.service.get(&format!("{draft}/impacto{query}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// A check of every parcel of the capital, by its code.
    fn checks(&self, proposal: Option<&Value>) -> BTreeMap<String, Value> {
        let mut question = json!({"ubigeo": "220101"});
        if let Some(proposal) = proposal {
            question["propuesta"] = proposal.clone();
        }
        let reply = self
            .service
            .post("/api/control-urbano/verificaciones/masivas", &question);
        reply
            .text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter_map(|line| Some((line["predio"]["codigo"].as_str()?.to_owned(), line)))
            .collect()
    }

    /// A survey in which the zone with most of the capital's lots is of another class: the zone, the survey's link and id.
    fn rezoning(&self) -> (String, String, String) {
        let Self {
            office, service, ..
        } = self;
        let zone = office.sql(
            "select z.code from parcel p join zone z on st_covers(z.geom, p.geom)
         where p.ubigeo = '220101' and z.attributes->>'codigo' in ('RDM', 'RDB')
         group by 1 order by count(*) desc, 1 limit 1",
        )[0]
        .clone();
        let item = service
            .get(&format!("/ogc/collections/zonificacion/items/{zone}"))
            .json();
        let old = item["properties"]["codigo"].as_str().expect("a class");
        let new = if old == "RDM" { "RDB" } else { "RDM" };
        let mut changed = json!({"type": "Feature", "geometry": item["geometry"], "properties": {"id_zona": zone}});
        for name in ["codigo", "nombre", "instrumento", "norma", "articulo"] {
            changed["properties"][name] = item["properties"][name].clone();
        }
        changed["properties"]["codigo"] = json!(new);
        let file = json!({"type": "FeatureCollection", "features": [changed]}).to_string();
        let upload = Call::new("POST", "/api/levantamientos")
            .upload(
                ("zonas.geojson", file.as_bytes()),
                &[
                    ("coleccion", "zonificacion"),
                    ("ubigeo", "220101"),
                    ("alcance", "parcial"),
                ],
            )
            .token(&self.planner);
        let reply = service.send(&upload);
        assert_eq!(reply.status, 202, "{reply:?}");
        let link = reply.header("location")[0].to_owned();
        let survey = wait_until_examined(service, &self.planner, &link);
        assert_eq!(survey["informe"]["cambios"]["modificacion"], 1, "{survey}");
        let survey_id = survey["id"].as_str().expect("an id").to_owned();
        (zone, link, survey_id)
    }
}

fn codes(impact: &Value) -> Vec<&str> {
    let rows = impact["predios"].as_array().expect("parcels");
    rows.iter()
        .filter_map(|row| row["codigo"].as_str())
        .collect()
}

#[test]
fn who_votes_sees_every_parcel_that_a_norm_would_change_and_nothing_is_in_force() {
    let institute = institute();
    let before = institute.checks(None);
    let draft = institute.load(&json!({
        "ubigeo": "220101", "nombre": "Modificación del PDU: dos pisos", "norma": two_floors(),
    }));
    let impact = institute.impact(&draft, "");
    // Those with another number of floors today, and no other.
    let expected: Vec<&str> = before
        .iter()
        .filter(|(_, check)| {
            let floors = &check["parametros"]["altura_maxima_pisos"];
            floors.is_object() && floors["valor"] != json!(2.0)
        })
        .map(|(code, _)| code.as_str())
        .collect();
    assert!(expected.len() > 20, "{}", expected.len());
    assert_eq!(codes(&impact), expected);
    let summary = &impact["resumen"];
    assert_eq!(summary["predios"], json!(before.len()));
    assert_eq!(summary["cambian"], json!(expected.len()));
    assert_eq!(
        summary["parametros"],
        json!({"altura_maxima_pisos": expected.len()})
    );
    assert_eq!(summary["cambia_m2"], 0.0, "no zone is another");
    let area_m2: f64 = expected
        .iter()
        .filter_map(|code| before[*code]["predio"]["area_m2"].as_f64())
        .sum();
    let told = summary["area_m2"].as_f64().expect("an area");
    assert!((told - area_m2).abs() < 0.02, "{told} {area_m2}");
    let row = &impact["predios"][0];
    assert!(
        row["cambios"][0].as_str().is_some_and(
            |words| words.starts_with("altura_maxima_pisos: ") && words.ends_with("→ 2 pisos")
        ),
        "{row}"
    );

    // With a proposal, its verdict too: three floors go no more.
    let proposal = json!({"uso": "vivienda", "pisos": 3});
    let now = institute.checks(Some(&proposal));
    let query = "?propuesta=%7B%22uso%22%3A%22vivienda%22%2C%22pisos%22%3A3%7D";
    let judged = institute.impact(&draft, query);
    for row in judged["predios"].as_array().expect("parcels") {
        let code = row["codigo"].as_str().expect("a code");
        assert_eq!(row["resultado_antes"], now[code]["resultado"], "{row}");
        assert_eq!(row["resultado_despues"], "no_conforme", "{row}");
    }

    // A table and a map of the same.
    let table = institute
        .service
        .get(&format!("{draft}/impacto?f=csv"))
        .text;
    assert_eq!(table.lines().count(), expected.len() + 1);
    let folder = tempfile::TempDir::new().expect("a folder");
    let map = folder.path().join("impacto.geojson");
    let text = institute
        .service
        .get(&format!("{draft}/impacto?f=geojson"))
        .text;
    fs::write(&map, text).expect("a file");
    let seen = Command::new("ogrinfo")
        .args(["-so", "-al"])
        .arg(&map)
        .output()
        .expect("GDAL");
    let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
    assert!(
        seen.contains(&format!("Feature Count: {}", expected.len())),
        "{seen}"
    );

    // Nothing is in force, and withdrawn it never will be.
    assert_eq!(institute.checks(None).len(), before.len());
    let first = expected[0];
    let checked = institute.checks(None);
    assert_eq!(
        checked[first]["recibo"]["sha256"],
        before[first]["recibo"]["sha256"]
    );
    let decision = json!({"decision": "retirar", "sustento": "el concejo pidió otro estudio"});
    let reply = institute.send(&institute.planner, &format!("{draft}/decision"), &decision);
    assert_eq!(reply.json()["estado"], "retirado", "{reply:?}");
    let late = institute.service.get(&format!("{draft}/impacto"));
    assert_eq!(late.status, 409, "{late:?}");
}

#[test]
fn a_plan_comes_into_force_all_at_once_and_those_who_follow_a_place_are_told() {
    let institute = institute();
    let Institute {
        office, service, ..
    } = &institute;
    let (zone, link, survey_id) = institute.rezoning();
    let draft = institute.load(&json!({
        "ubigeo": "220101", "nombre": "PDU con otra zona y dos pisos", "norma": two_floors(), "zonificacion": survey_id,
    }));
    // Another of the same norm alone. While nothing changes, what it would do is not reckoned anew.
    let other = institute.load(&json!({
        "ubigeo": "220101", "nombre": "PDU con dos pisos y nada más", "norma": two_floors(),
    }));
    let of_other = institute.impact(&other, "");
    assert!(codes(&of_other).len() > 20);
    assert_eq!(institute.impact(&other, ""), of_other);
    let impact = institute.impact(&draft, "");
    let rezoned: f64 = office.sql(&format!(
        "select sum(st_area(st_intersection(p.geom, z.geom))) from parcel p, zone z
         where p.ubigeo = '220101' and z.code = '{zone}' and st_intersects(p.geom, z.geom)
             and upper_inf(p.valid) and upper_inf(p.recorded)"
    ))[0]
        .parse()
        .expect("an area");
    let told = impact["resumen"]["cambia_m2"].as_f64().expect("an area");
    assert!((told - rezoned).abs() < 1.0, "{told} {rezoned}");
    let changes = codes(&impact);

    // Somebody follows a lot that changes, another a place around it, and a third a lot that does not change.
    let lot = office.sql(&format!(
        "select p.code from parcel p join zone z on st_covers(z.geom, p.geom) where z.code = '{zone}' order by 1 limit 1"
    ))[0]
    .clone();
    assert!(changes.contains(&lot.as_str()));
    let quiet =
        office.sql("select code from parcel where ubigeo = '220102' order by 1 limit 1")[0].clone();
    let shape = service
        .get(&format!("/ogc/collections/lotes/items/{lot}"))
        .json()["geometry"]
        .clone();
    let follower = |login: &str, place: &Value| {
        let _ = office.account(login, &["comite"]);
        let token = office.token(login, &["leer_auditoria"]);
        let reply = institute.send(&token, "/api/seguimientos", place);
        assert_eq!(reply.status, 201, "{reply:?}");
        token
    };
    let of_lot = follower("vecina", &json!({"predio": lot}));
    let of_area = follower("barrio", &json!({"geometria": shape}));
    let of_quiet = follower("lejano", &json!({"predio": quiet}));
    let notices = |token: &str| {
        service
            .send(&Call::new("GET", "/api/avisos").token(token))
            .json()["avisos"]
            .as_array()
            .expect("notices")
            .clone()
    };
    assert!(notices(&of_lot).is_empty());

    // Who loaded it does not put it in force; another does, zones and norm in one change.
    let decision = json!({"decision": "aprobar", "sustento": "Ordenanza 012-2026, sesión del 20 de noviembre"});
    let path = format!("{draft}/decision");
    let own = institute.send(&institute.planner, &path, &decision);
    assert_eq!(own.status, 403, "{own:?}");
    assert!(notices(&of_lot).is_empty());
    let approved = institute.send(&institute.other, &path, &decision);
    assert_eq!(approved.status, 200, "{approved:?}");
    let approved = approved.json();
    let version = approved["decision"]["version_datos"]
        .as_i64()
        .expect("a change");
    assert_eq!(
        office.sql(&format!(
            "select (select count(*) from norm where change_from = {version} and upper_inf(valid))
                 || ' ' || (select count(*) from zone where change_from = {version} and upper_inf(valid))"
        )),
        ["1 1"]
    );
    let published = service
        .send(&Call::new("GET", &*link).token(&institute.planner))
        .json();
    assert_eq!(published["estado"], "publicado", "{published}");
    // The other would change nothing any more, and says so at once.
    let of_other = institute.impact(&other, "");
    assert_eq!(codes(&of_other), [""; 0], "{}", of_other["resumen"]);
    assert_eq!(of_other["version_datos"], json!(version));
    // What was foreseen came true.
    let after = institute.checks(None);
    for row in impact["predios"].as_array().expect("parcels") {
        let code = row["codigo"].as_str().expect("a code");
        for parameter in row["parametros"].as_array().expect("parameters") {
            let name = parameter["parametro"].as_str().expect("a name");
            assert_eq!(
                after[code]["parametros"][name]["valor"], parameter["despues"]["valor"],
                "{code} {name}"
            );
        }
    }
    let told = notices(&of_lot);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["aviso"]["cambian"], 1);
    assert_eq!(told[0]["aviso"]["predios"][0]["codigo"], json!(lot));
    assert_eq!(told[0]["version_datos"], json!(version));
    assert_eq!(notices(&of_area).len(), 1);
    assert!(notices(&of_quiet).is_empty());
    let again = institute.send(&institute.other, &path, &decision);
    assert_eq!(again.status, 409, "{again:?}");
}

#[test]
fn a_draft_that_cannot_be_is_refused_in_words() {
    let institute = institute();
    let refused = |body: Value, status: u16, words: &str| {
        let reply = institute.send(&institute.planner, DRAFTS, &body);
        assert_eq!(reply.status, status, "{reply:?}");
        assert!(reply.text.contains(words), "{words}: {}", reply.text);
    };
    let nameless = json!({"ubigeo": "220101", "nombre": "x", "norma": two_floors()});
    refused(nameless, 400, "nombre");
    refused(
        json!({"ubigeo": "220101", "nombre": "Plan vacío"}),
        400,
        "no cambia nada",
    );
    let mut broken = two_floors();
    broken["clases"][0]["articulo"] = json!("a999");
    refused(
        json!({"ubigeo": "220101", "nombre": "Plan roto", "norma": broken}),
        422,
        "/clases/0/articulo",
    );
    refused(
        json!({"ubigeo": "220102", "nombre": "Plan de otro", "norma": two_floors()}),
        422,
        "220101",
    );
    refused(
        json!({"ubigeo": "220101", "nombre": "Plan sin zonas", "zonificacion": "00000000-0000-4000-8000-000000000000"}),
        422,
        "levantamiento de zonas",
    );
    // A golden parcel stops it, unless somebody says why.
    let lot = institute.office.sql(
        "select p.code from parcel p join zone z on st_covers(z.geom, p.geom)
         where p.ubigeo = '220101' and z.attributes->>'codigo' in ('RDM', 'RDB') order by 1 limit 1",
    )[0]
    .clone();
    let sheet = format!(
        "caso;predio;pisos;esperado;hallazgos\nbajo;{lot};2;no_conforme;altura_maxima=no_cumple\n"
    );
    let mut golden = json!({
        "ubigeo": "220101", "nombre": "Plan con casos", "norma": two_floors(), "casos": sheet,
    });
    refused(golden.clone(), 422, "bajo: se esperaba no_conforme");
    golden["sustento"] = json!("la hoja es de la versión anterior");
    let _ = institute.load(&golden);

    let nobody = institute.service.post(
        DRAFTS,
        &json!({"ubigeo": "220101", "nombre": "Plan anónimo", "norma": two_floors()}),
    );
    assert_eq!(nobody.status, 401, "{nobody:?}");
    let absent = institute.service.get(&format!(
        "{DRAFTS}/00000000-0000-4000-8000-000000000000/impacto"
    ));
    assert_eq!(absent.status, 404, "{absent:?}");
}
