//! Cadastral projects: progress is what was published of each block, as of any moment.

use catastro_tests::{
    Office, Reply,
    desk::{Desk, PLACE},
};
use serde_json::{Value, json};

/// A project of any year: these tests do not depend on the day.
fn project(code: &str, sectors: &[String]) -> Value {
    json!({
        "codigo": code, "ubigeo": PLACE, "nombre": "Levantamiento del centro", "estado": "en_marcha",
        "sectores": sectors,
        "brigadas": [{"nombre": "Brigada 1", "personas": 4, "manzanas": sectors.first().into_iter().collect::<Vec<_>>()}],
        "metas": {"predios": 10, "manzanas": 1},
        "calendario": [
            {"nombre": "Campo", "inicio": "2020-01-01", "fin": "2020-12-31"},
            {"nombre": "Gabinete", "inicio": "2021-01-01", "fin": "2099-12-31"},
        ],
    })
}

struct Institute {
    desk: Desk,
    planner: String,
    /// A block of the demonstration with its lots.
    block: String,
    lots: Vec<Value>,
}

impl Institute {
    fn new() -> Self {
        let desk = Desk::new();
        let planner = desk.office.planner("planificadora", &["llevar_registros"]);
        let found = desk
            .service
            .get("/ogc/collections/lotes/items?limit=10000")
            .json();
        let lots: Vec<Value> = found["features"]
            .as_array()
            .expect("lots")
            .iter()
            .filter(|lot| {
                lot["id"]
                    .as_str()
                    .is_some_and(|code| code.starts_with(PLACE))
            })
            .cloned()
            .collect();
        let block = lots[0]["id"].as_str().expect("a code")[..11].to_owned();
        let lots = lots
            .into_iter()
            .filter(|lot| {
                lot["id"]
                    .as_str()
                    .is_some_and(|code| code.starts_with(&block))
            })
            .collect();
        Self {
            desk,
            planner,
            block,
            lots,
        }
    }

    fn send(&self, method: &'static str, path: &str, body: &Value) -> Reply {
        self.desk.service.send_as(&self.planner, method, path, body)
    }

    fn progress(&self, query: &str) -> Value {
        let path = format!("/api/proyectos-catastrales/PC-2026-90/avance{query}");
        let reply = self.desk.service.get(&path);
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// The lots of the block with an attribute of a new survey, published by two persons.
    fn publish_block(&self) {
        let features: Vec<Value> = self
            .lots
            .iter()
            .map(|lot| {
                let code = lot["id"].as_str().expect("a code");
                json!({
                    "type": "Feature", "geometry": lot["geometry"],
                    "properties": {
                        "cod_sector": &code[6..8], "cod_mzna": &code[8..11], "cod_lote": &code[11..14],
                        "uso": lot["properties"]["uso"], "direccion": "Calle levantada de nuevo",
                        "area_declarada_m2": lot["properties"]["area_declarada_m2"],
                    },
                })
            })
            .collect();
        let file = json!({"type": "FeatureCollection", "features": features}).to_string();
        let (link, survey) = self
            .desk
            .examined(("manzana.geojson", file.as_bytes()), &[]);
        let (status, published) =
            self.desk
                .decide(&self.desk.chief, &link, &catastro_tests::desk::approve());
        assert_eq!(status, 200, "{survey}: {published}");
    }
}

fn block<'a>(progress: &'a Value, code: &str) -> &'a Value {
    progress["detalle"]
        .as_array()
        .expect("blocks")
        .iter()
        .find(|block| block["codigo"] == code)
        .expect("the block")
}

#[test]
fn of_the_demonstrations_projects_one_is_finished_one_is_under_way_and_one_is_to_come() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let listed = service.read("/api/proyectos-catastrales");
    let projects = listed["proyectos"].as_array().expect("a list");
    assert_eq!(projects.len(), 3, "{listed}");
    let [finished, under_way, planned] = [0, 1, 2].map(|at| &projects[at]);
    let stands = |project: &Value| project["avance"]["real"].as_f64().expect("a share");
    assert_eq!(finished["estado"], "terminado", "{finished}");
    assert_eq!(finished["avance"]["real"], 1.0, "{finished}");
    assert_eq!(
        finished["avance"]["manzanas_actualizadas"],
        finished["avance"]["manzanas"]
    );
    assert_eq!(under_way["estado"], "en_marcha", "{under_way}");
    assert!(
        0.0 < stands(under_way) && stands(under_way) < 1.0,
        "{under_way}"
    );
    assert_eq!(planned["estado"], "previsto", "{planned}");
    assert_eq!(planned["avance"]["real"], 0.0, "{planned}");
    // What counts as surveyed says that it is made up, and each lot came in once.
    assert_eq!(
        office.sql("select reason from change where kind = 'ingesta'"),
        ["Provincia de demostración: datos inventados, sin valor legal"; 2]
    );
    assert_eq!(
        office.sql("select count(*), count(distinct code) from parcel"),
        ["300|300"]
    );
}

#[test]
fn publishing_a_block_moves_its_progress_and_not_that_of_before() {
    let institute = Institute::new();
    let sector = institute.block[..8].to_owned();
    let made = institute.send(
        "POST",
        "/api/proyectos-catastrales",
        &project("PC-2026-90", &[sector]),
    );
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        made.header("location"),
        ["/api/proyectos-catastrales/PC-2026-90"]
    );
    let before = institute.progress("");
    let blocks = before["manzanas"].as_u64().expect("a number");
    assert!(blocks > 0, "{before}");
    let untouched = block(&before, &institute.block);
    assert_eq!(untouched["estado"], "sin_empezar");
    assert_eq!(untouched["predios"], institute.lots.len());
    assert_eq!(untouched["brigada"], "Brigada 1");
    assert_eq!(before["predios_publicados"], 0);
    let known_at = before["conocido_a"].as_str().expect("a moment").to_owned();

    institute.publish_block();
    let after = institute.progress("");
    let updated = block(&after, &institute.block);
    assert_eq!(updated["estado"], "actualizada", "{updated}");
    assert_eq!(updated["publicados"], institute.lots.len());
    assert!(updated["ultima_publicacion"].is_string(), "{updated}");
    assert_eq!(after["manzanas_actualizadas"], 1);
    assert_eq!(after["predios_publicados"], institute.lots.len());
    assert!(after["version_datos"].as_i64() > before["version_datos"].as_i64());
    assert_eq!(after["brigadas"][0]["publicados"], institute.lots.len());
    // The others were not touched.
    let others = after["detalle"].as_array().expect("blocks").iter();
    let others = others.filter(|one| one["codigo"] != institute.block.as_str());
    assert!(others.into_iter().all(|one| one["publicados"] == 0));

    // As of before, nothing of it is there.
    let then = institute.progress(&format!("?conocido_a={known_at}"));
    assert_eq!(then["predios_publicados"], 0, "{then}");
    assert_eq!(block(&then, &institute.block)["estado"], "sin_empezar");

    // The calendar expects more the later the day.
    let early = institute.progress("?fecha=2020-01-01")["esperado"].as_f64();
    let late = institute.progress("?fecha=2099-12-31")["esperado"].as_f64();
    assert!(early < late && late == Some(1.0), "{early:?} {late:?}");

    let layer = institute
        .desk
        .service
        .get("/api/proyectos-catastrales/PC-2026-90/avance?f=geojson");
    assert_eq!(layer.kind, "application/geo+json");
    let layer = layer.json();
    assert_eq!(
        layer["features"].as_array().map(Vec::len),
        usize::try_from(blocks).ok()
    );
    assert_eq!(layer["features"][0]["geometry"]["type"], "MultiPolygon");
    let table = institute
        .desk
        .service
        .get("/api/proyectos-catastrales/PC-2026-90/avance?f=csv");
    assert!(
        table
            .text
            .contains(&format!("{},actualizada,", institute.block)),
        "{table:?}"
    );
    let listed = institute
        .desk
        .service
        .get("/api/proyectos-catastrales")
        .json();
    let ours = listed["proyectos"].as_array().expect("a list").iter();
    let ours = ours.filter(|one| one["codigo"] == "PC-2026-90").count();
    assert_eq!(ours, 1, "{listed}");
}

#[test]
fn days_outside_the_project_do_not_count_and_an_area_finds_its_blocks() {
    let institute = Institute::new();
    let mut past = project("PC-2026-90", &[]);
    past["sectores"] = json!([]);
    past["brigadas"] = json!([]);
    past["calendario"] = json!([{"nombre": "Campo", "inicio": "2020-01-01", "fin": "2020-12-31"}]);
    let found = institute
        .desk
        .service
        .get("/ogc/collections/manzanas/items?limit=10000")
        .json();
    let features = found["features"].as_array().expect("blocks");
    let own = features
        .iter()
        .find(|one| one["id"] == institute.block.as_str())
        .expect("the block");
    past["area"] = own["geometry"].clone();
    let made = institute.send("POST", "/api/proyectos-catastrales", &past);
    assert_eq!(made.status, 201, "{made:?}");
    institute.publish_block();
    let progress = institute.progress("");
    assert_eq!(progress["manzanas"], 1, "{progress}");
    assert_eq!(progress["predios_publicados"], 0, "{progress}");
}

#[test]
fn what_cannot_be_is_refused_and_versions_and_funds_are_kept() {
    let institute = Institute::new();
    let sector = format!("{PLACE}01");
    let fine = project("PC-2026-91", &[sector]);
    let with = |member: &str, value: Value| {
        let mut changed = fine.clone();
        changed[member] = value;
        changed
    };
    for (wrong, word) in [
        (with("codigo", json!("X-1")), "PC-2026-01"),
        (with("sectores", json!([])), "Falta el lugar"),
        (with("sectores", json!(["99010101"])), "99010101"),
        (
            with(
                "brigadas",
                json!([{"nombre": "Juana Pérez", "personas": 3, "manzanas": []}]),
            ),
            "nunca el nombre de una persona",
        ),
        (with("calendario", json!([])), "no tiene etapas"),
        (
            with("metas", json!({"predios": 0, "manzanas": 0})),
            "no tiene metas",
        ),
        (with("ubigeo", json!("150101")), "no está en el servicio"),
        (with("estado", json!("volando")), "no tiene la forma"),
    ] {
        let refused = institute.send("POST", "/api/proyectos-catastrales", &wrong);
        assert!(
            refused.status == 400 && refused.text.contains(word),
            "{word}: {refused:?}"
        );
    }
    let made = institute.send("POST", "/api/proyectos-catastrales", &fine);
    assert_eq!(
        (made.status, &made.json()["version"]),
        (201, &json!(1)),
        "{made:?}"
    );
    let again = institute.send("POST", "/api/proyectos-catastrales", &fine);
    assert_eq!(again.status, 409, "{again:?}");
    let path = "/api/proyectos-catastrales/PC-2026-91";
    let mut next = with("estado", json!("terminado"));
    next["version"] = json!(1);
    let changed = institute.send("PUT", path, &next);
    assert_eq!(
        (changed.status, &changed.json()["version"]),
        (200, &json!(2))
    );
    let stale = institute.send("PUT", path, &next);
    assert_eq!(stale.status, 409, "{stale:?}");
    next["version"] = json!(2);
    next["estado"] = json!("en_marcha");
    let over = institute.send("PUT", path, &next);
    assert!(
        over.status == 409 && over.text.contains("no vuelve a empezar"),
        "{over:?}"
    );

    let funds = format!("{path}/fondos");
    let said = json!({"fondos": [
        {"periodo": "2026-T1", "ubigeo": PLACE, "acordado": 1000.0, "gastado": 250.5},
        {"periodo": "2026-T2", "ubigeo": PLACE, "acordado": 500.0},
    ]});
    let kept = institute.send("POST", &funds, &said);
    assert_eq!(kept.status, 200, "{kept:?}");
    let corrected = json!({"fondos": [{"periodo": "2026-T1", "ubigeo": PLACE, "gastado": 300.0}]});
    let kept = institute.send("POST", &funds, &corrected).json();
    assert_eq!(kept["acordado"], 1500.0, "{kept}");
    assert_eq!(kept["gastado"], 300.0, "{kept}");
    let month = json!({"fondos": [{"periodo": "2026-03", "ubigeo": PLACE, "gastado": 1.0}]});
    assert_eq!(institute.send("POST", &funds, &month).status, 400);
    let nobody = institute.desk.service.post(&funds, &said);
    assert_eq!(nobody.status, 401, "{nobody:?}");
}
