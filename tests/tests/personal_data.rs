//! Names of owners stay private (Ley 29733): marked names are planted, and everything that is public is searched.

use std::process::Command;

use catastro_tests::{Call, Office, Service, wait_until_examined};
use serde_json::{Value, json};

/// What no answer, log, error or record may hold.
const NAME: &str = "Zoraida Marcada Quinteros";
const NUMBER: &str = "48151623";
const PLACE: &str = "220101";

struct Searched {
    office: Office,
    service: Service,
    chief: String,
    technician: String,
    stranger: String,
    committee: String,
    parcel: String,
}

fn searched() -> Searched {
    let office = Office::with_demonstration(600);
    // All that there is to log.
    let mut command = office.command(["serve", "--listen", "127.0.0.1:0"]);
    command.env("CATASTRO_REGISTRO_NIVEL", "debug");
    let service = Service::start(command);
    for (login, role) in [
        ("jefa", "jefe_catastro@220101"),
        ("tecnica", "tecnico_catastro@220101"),
        ("ajena", "jefe_catastro@220102"),
        ("comite", "comite"),
    ] {
        let _ = office.account(login, &[role]);
    }
    let all = [
        "leer_titulares",
        "escribir_titulares",
        "leer_levantamientos",
        "subir_levantamiento",
        "decidir_levantamiento",
    ];
    let page = service.get("/ogc/collections/lotes/items?limit=1").json();
    Searched {
        chief: office.token("jefa", &all),
        technician: office.token("tecnica", &all),
        stranger: office.token("ajena", &all),
        committee: office.token("comite", &["leer_auditoria"]),
        parcel: page["features"][0]["id"]
            .as_str()
            .expect("a parcel")
            .to_owned(),
        office,
        service,
    }
}

fn clean(text: &str, where_it_is: &str) {
    for mark in [NAME, "Zoraida", "ZORAIDA", NUMBER] {
        assert!(!text.contains(mark), "{mark} in {where_it_is}: {text}");
    }
}

impl Searched {
    fn holders(&self) -> String {
        format!("/api/predios/{}/titulares", self.parcel)
    }

    fn plant(&self) {
        let holders = json!({"titulares": [{
            "nombre": NAME, "documento_tipo": "DNI", "documento_numero": NUMBER, "derecho": "propietario", "cuota": 1.0,
        }]});
        let path = format!("{}?motivo=ficha+catastral+0123", self.holders());
        let written = self
            .service
            .send(&Call::new("PUT", path).token(&self.chief).json(&holders));
        assert_eq!(written.status, 204, "{written:?}");
        // A file from a careless office, with the names in it.
        let mut file: Value =
            serde_json::from_slice(&catastro_tests::sample(PLACE, 90, [-76.97, -6.03]))
                .expect("JSON");
        for feature in file["features"].as_array_mut().expect("features") {
            feature["properties"]["titular"] = json!(NAME);
            feature["properties"]["dni"] = json!(NUMBER);
        }
        let upload = Call::new("POST", "/api/levantamientos")
            .upload(
                (
                    &format!("lotes de {NAME}.geojson"),
                    file.to_string().as_bytes(),
                ),
                &[("coleccion", "lotes"), ("ubigeo", PLACE)],
            )
            .token(&self.technician);
        let link = self.service.send(&upload).header("location")[0].to_owned();
        let survey = wait_until_examined(&self.service, &self.technician, &link);
        assert_eq!(
            survey["informe"]["columnas_omitidas"],
            json!(["titular", "dni"]),
            "{survey}"
        );
        let decision = json!({"decision": "aprobar", "sustento": "contrastado con el plano"});
        let decided = self.service.send(
            &Call::new("POST", format!("{link}/decision"))
                .token(&self.chief)
                .json(&decision),
        );
        assert_eq!(decided.status, 200, "{decided:?}");
    }
}

#[test]
fn names_are_read_by_role_and_purpose_and_each_reading_is_recorded() {
    let town = searched();
    town.plant();
    let read = |token: &str, purpose: &str| {
        let path = format!("{}?finalidad={purpose}", town.holders());
        town.service.send(&Call::new("GET", path).token(token))
    };
    let seen = read(&town.technician, "notificacion+de+la+ficha+0123");
    assert_eq!(seen.status, 200, "{seen:?}");
    assert_eq!(seen.json()["titulares"][0]["nombre"], NAME);
    assert_eq!(seen.header("cache-control"), ["no-store"]);
    assert_eq!(read(&town.technician, "").status, 400);
    let refused = read(&town.stranger, "curiosidad+de+otro+sitio");
    assert_eq!(refused.status, 403);
    clean(&refused.text, "a refusal");
    let trail = town.service.send(
        &Call::new(
            "GET",
            format!("/api/auditoria?objeto=predio/{}", town.parcel),
        )
        .token(&town.committee),
    );
    let records = trail.json()["registros"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let deeds: Vec<&str> = records
        .iter()
        .filter_map(|record| record["accion"].as_str())
        .collect();
    // The reading without a purpose and the refused one gave nothing, and are no readings.
    assert_eq!(deeds, ["titulares.cambio", "titulares.lectura"]);
    assert_eq!(records[1]["quien"], "tecnica");
    assert_eq!(
        records[1]["contenido"]["finalidad"],
        "notificacion de la ficha 0123"
    );

    // Who held it before stays in the history.
    let path = format!("{}?motivo=se+vendio+el+predio", town.holders());
    let sold = json!({"titulares": []});
    assert_eq!(
        town.service
            .send(&Call::new("PUT", path).token(&town.chief).json(&sold))
            .status,
        204
    );
    assert_eq!(
        read(&town.technician, "notificacion+de+la+ficha+0123").json()["titulares"],
        json!([])
    );
    assert_eq!(
        town.office
            .sql("select count(*) from personal.holder where not upper_inf(recorded)"),
        ["1"]
    );
}

#[test]
fn no_marked_name_is_in_anything_that_is_public() {
    let town = searched();
    town.plant();
    let service = &town.service;
    let code = &town.parcel;
    let mut paths: Vec<String> = [
        "/",
        "/ingresar",
        "/cuenta",
        "/ogc",
        "/ogc/conformance",
        "/ogc/openapi",
        "/ogc/collections",
        "/api/auditoria/cabeza",
        "/api/auditoria",
        "/api/levantamientos",
        "/api/cuentas",
        "/api/tokens",
        "/api/yo",
        "/api/salud/listo",
        "/metrics",
    ]
    .map(str::to_owned)
    .to_vec();
    for collection in [
        "municipios",
        "sectores",
        "manzanas",
        "lotes",
        "zonificacion",
        "restricciones",
        "vias",
        "planes",
    ] {
        paths.push(format!("/ogc/collections/{collection}"));
        paths.push(format!("/ogc/collections/{collection}/items?limit=10000"));
        paths.push(format!(
            "/ogc/collections/{collection}/items?limit=10000&datetime=2026-11-01T00:00:00Z"
        ));
    }
    for code in [code.as_str(), "22010190001001", "22010190001003"] {
        paths.extend([
            format!("/ogc/collections/lotes/items/{code}"),
            format!("/api/predios/{code}"),
            format!("/api/predios/{code}?fecha=2026-06-01"),
            format!("/api/predios/{code}/historia"),
            format!("/api/predios/{PLACE}90001001/historia"),
            "/api/historia?punto=-76.96995,-6.02995".to_owned(),
            format!("/api/predios/{code}/titulares"),
            format!("/api/predios/{code}/titulares?finalidad=sin+cuenta+ninguna"),
        ]);
    }
    for path in &paths {
        let reply = service.get(path);
        clean(&reply.text, path);
        clean(&format!("{:?}", reply.headers), path);
    }
    let check = service.post(
        "/api/control-urbano/verificaciones",
        &json!({"predio": code}),
    );
    clean(&check.text, "the check");

    // GDAL, as a client sees it.
    let dump = Command::new("ogr2ogr")
        .args([
            "-f",
            "GeoJSON",
            "/vsistdout/",
            &format!("OAPIF:{}", service.url("/ogc")),
            "lotes",
        ])
        .output()
        .expect("ogr2ogr");
    clean(&String::from_utf8_lossy(&dump.stdout), "ogr2ogr");
}

#[test]
fn no_marked_name_is_in_an_error_a_log_or_a_record() {
    let town = searched();
    town.plant();
    let service = &town.service;
    // Errors answer with what is wrong, never with what was sent.
    let path = format!("{}?motivo=ficha+catastral+0123", town.holders());
    for broken in [
        json!({"titulares": [{"nombre": NAME, "documento_tipo": "DNI", "documento_numero": format!("{NUMBER}9"), "derecho": "propietario"}]}),
        json!({"titulares": [{"nombre": NAME, "documento_tipo": "LIBRETA", "documento_numero": NUMBER, "derecho": "propietario"}]}),
        json!({"titulares": [{"nombre": NAME, "documento_tipo": "DNI", "documento_numero": NUMBER, "derecho": "propietario", "cuota": 7}]}),
        json!({"titulares": NAME}),
        json!({"titulares": [{"nombre": NAME, "documento": NUMBER}]}),
    ] {
        let refused = service.send(&Call::new("PUT", &*path).token(&town.chief).json(&broken));
        assert!((400..500).contains(&refused.status), "{refused:?}");
        clean(&refused.text, "an error");
    }
    for lost in [
        format!("/api/predios/{NUMBER}"),
        format!("/{}", NAME.replace(' ', "%20")),
        format!("/ogc/collections/lotes/items?titular={NUMBER}"),
    ] {
        let _ = service.get(&lost);
    }

    // The record that the committee reads, what the log keeps, and all tables but the one that names are for.
    let trail = service.send(&Call::new("GET", "/api/auditoria?limit=1000").token(&town.committee));
    clean(&trail.text, "the audit trail");
    // The last lines may be on their way.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let log = service.log();
    assert!(
        log.contains("/api/predios/{codigo}/titulares"),
        "the log has the pattern of each path: {log}"
    );
    clean(&log, "the log");
    let database_log =
        std::fs::read_to_string(town.office.folder().join("datos/pg.log")).unwrap_or_default();
    clean(&database_log, "the database's log");
    for table in town.office.sql("select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname = 'public'") {
        // Staff alone reads the name that a file was given.
        let columns = if table == "survey" { "ubigeo, (report - 'archivo')::text, problem::text, reason, exceptions::text" } else { "t" };
        let rows = town.office.sql(&format!("select ({columns})::text from {table} t where ({columns})::text ~ 'Zoraida|{NUMBER}' limit 1").replace("(t)::text", "t::text"));
        assert!(rows.is_empty(), "{table}: {rows:?}");
    }
}
