//! Who uploads does not decide; what is overridden leaves its trace.

use catastro_tests::{Call, Office, Service, sample, wait_until_examined};
use serde_json::{Value, json};

const PLACE: &str = "220101";
const AT: [f64; 2] = [-76.97, -6.03];
const UPLOADS: [&str; 2] = ["subir_levantamiento", "leer_levantamientos"];
const DECIDES: [&str; 3] = [
    "subir_levantamiento",
    "leer_levantamientos",
    "decidir_levantamiento",
];

struct Town {
    office: Office,
    service: Service,
    technician: String,
    chief: String,
    both: String,
    committee: String,
}

impl Town {
    fn new() -> Self {
        let office = Office::with_demonstration(500);
        let service = office.serve();
        for (login, roles) in [
            ("tecnica", &["tecnico_catastro@220101"][..]),
            ("jefa", &["jefe_catastro@220101"]),
            (
                "ambas",
                &["tecnico_catastro@220101", "jefe_catastro@220101"],
            ),
            ("comite", &["comite"]),
        ] {
            let _ = office.account(login, roles);
        }
        Self {
            technician: office.token("tecnica", &UPLOADS),
            chief: office.token("jefa", &DECIDES),
            both: office.token("ambas", &DECIDES),
            committee: office.token("comite", &["leer_auditoria"]),
            office,
            service,
        }
    }

    fn upload(&self, token: &str, file: &[u8]) -> String {
        let call = Call::new("POST", "/api/levantamientos")
            .upload(
                ("lotes.geojson", file),
                &[("coleccion", "lotes"), ("ubigeo", PLACE)],
            )
            .token(token);
        let reply = self.service.send(&call);
        assert_eq!(reply.status, 202, "{reply:?}");
        reply.header("location")[0].to_owned()
    }

    fn decide(&self, token: &str, link: &str, decision: &Value) -> (u16, Value) {
        let call = Call::new("POST", format!("{link}/decision"))
            .token(token)
            .json(decision);
        let reply = self.service.send(&call);
        (reply.status, reply.json())
    }

    fn trail_of(&self, link: &str) -> Vec<Value> {
        let id = link.rsplit('/').next().unwrap_or_default();
        let path = format!("/api/auditoria?objeto=levantamiento/{id}");
        let reply = self
            .service
            .send(&Call::new("GET", path).token(&self.committee));
        reply.json()["registros"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }
}

fn approve() -> Value {
    json!({"decision": "aprobar", "sustento": "contrastado con el plano y la visita"})
}

#[test]
fn who_uploads_does_not_approve_and_another_does() {
    let town = Town::new();
    let link = town.upload(&town.both, &sample(PLACE, 90, AT));
    let examined = wait_until_examined(&town.service, &town.both, &link);
    assert_eq!(examined["estado"], "conforme", "{examined}");
    assert_eq!(examined["informe"]["cambios"]["alta"], 3);

    let (status, refused) = town.decide(&town.both, &link, &approve());
    assert_eq!(status, 403, "{refused}");
    assert_eq!(
        refused["title"],
        "Quien sube un levantamiento no decide sobre él."
    );
    let why = refused["detail"].as_str().unwrap_or_default();
    assert!(
        why.contains("«ambas»") && why.contains("jefe_catastro"),
        "{why}"
    );
    assert_eq!(town.service.get("/api/predios/22010190001001").status, 404);

    let (status, published) = town.decide(&town.chief, &link, &approve());
    assert_eq!(
        (status, &published["estado"]),
        (200, &json!("publicado")),
        "{published}"
    );
    assert_eq!(published["decision"]["decidido_por"], "jefa");
    // The writer sees what was written.
    assert_eq!(town.service.get("/api/predios/22010190001001").status, 200);
    let (status, again) = town.decide(&town.chief, &link, &approve());
    assert_eq!(
        (status, &again["type"]),
        (409, &json!("/problemas/conflicto"))
    );

    let trail = town.trail_of(&link);
    let deeds: Vec<(&str, &str)> = trail
        .iter()
        .filter_map(|record| Some((record["accion"].as_str()?, record["quien"].as_str()?)))
        .collect();
    assert_eq!(
        deeds,
        [
            ("levantamiento.recepcion", "ambas"),
            ("levantamiento.examen", "ambas"),
            ("levantamiento.decision", "jefa"),
        ]
    );
    assert_eq!(
        trail[2]["contenido"]["sustento"],
        "contrastado con el plano y la visita"
    );

    // Underneath, the database refuses it too, whoever asks.
    let id = link.rsplit('/').next().unwrap_or_default();
    let forged = town.office.try_sql(
        &town.office.database(),
        &format!("update survey set decided_by = uploaded_by where id = '{id}'"),
    );
    assert!(forged.is_err_and(|said| said.contains("survey_decided_by_another")));
}

#[test]
fn an_override_needs_its_reason_and_leaves_its_trace() {
    let town = Town::new();
    // Two rows of one code: an error that keeps both out.
    let mut file: Value = serde_json::from_slice(&sample(PLACE, 90, AT)).expect("JSON");
    file["features"][1]["properties"]["lote"] = json!("001");
    let link = town.upload(&town.technician, file.to_string().as_bytes());
    let examined = wait_until_examined(&town.service, &town.technician, &link);
    assert_eq!(examined["estado"], "observado", "{examined}");

    let (status, refused) = town.decide(&town.chief, &link, &approve());
    assert_eq!(status, 422, "{refused}");
    assert!(
        refused["title"]
            .as_str()
            .is_some_and(|title| title.contains("codigo_duplicado"))
    );
    let mut decision = approve();
    decision["excepciones"] = json!([{"regla": "codigo_duplicado", "motivo": ""}]);
    assert_eq!(town.decide(&town.chief, &link, &decision).0, 400);
    decision["excepciones"][0]["motivo"] = json!("el lote 001 se vuelve a medir el lunes");
    let (status, published) = town.decide(&town.chief, &link, &decision);
    assert_eq!(
        (status, &published["estado"]),
        (200, &json!("publicado")),
        "{published}"
    );

    assert_eq!(town.service.get("/api/predios/22010190001003").status, 200);
    assert_eq!(town.service.get("/api/predios/22010190001001").status, 404);
    let trail = town.trail_of(&link);
    assert_eq!(
        trail[2]["contenido"]["excepciones"],
        json!([{"regla": "codigo_duplicado", "motivo": "el lote 001 se vuelve a medir el lunes"}])
    );
}

#[test]
fn a_survey_goes_back_or_ends_and_a_decision_without_a_reason_is_none() {
    let town = Town::new();
    let link = town.upload(&town.technician, &sample(PLACE, 90, AT));
    let _ = wait_until_examined(&town.service, &town.technician, &link);
    let word = |word: &str, why: &str| json!({"decision": word, "sustento": why});
    assert_eq!(
        town.decide(&town.chief, &link, &word("rechazar", "no")).0,
        400
    );
    assert_eq!(
        town.decide(&town.chief, &link, &word("anular", "no corresponde a nada"))
            .0,
        400
    );
    let (_, back) = town.decide(
        &town.chief,
        &link,
        &word("observar", "falta el plano firmado"),
    );
    assert_eq!(back["estado"], "observado");
    let (_, ended) = town.decide(
        &town.chief,
        &link,
        &word("rechazar", "se envió otro en su lugar"),
    );
    assert_eq!(ended["estado"], "rechazado");
    assert_eq!(town.decide(&town.chief, &link, &approve()).0, 409);
    assert_eq!(town.service.get("/api/predios/22010190001001").status, 404);
}

#[test]
fn a_file_that_is_changed_on_the_disk_afterwards_changes_nothing_of_what_was_examined() {
    let town = Town::new();
    let link = town.upload(&town.technician, &sample(PLACE, 90, AT));
    let _ = wait_until_examined(&town.service, &town.technician, &link);
    let id = link.rsplit('/').next().unwrap_or_default();
    let kept = town
        .office
        .folder()
        .join("datos/levantamientos")
        .join(id)
        .join("archivo");
    std::fs::write(&kept, sample(PLACE, 91, AT)).expect("written");
    let (status, published) = town.decide(&town.chief, &link, &approve());
    assert_eq!(status, 200, "{published}");
    assert_eq!(town.service.get("/api/predios/22010190001001").status, 200);
    assert_eq!(town.service.get("/api/predios/22010191001001").status, 404);
}

#[test]
fn what_was_received_is_examined_after_a_power_cut() {
    let office = Office::with_demonstration(500);
    let service = office.serve();
    let _ = office.account("tecnica", &["tecnico_catastro@220101"]);
    let token = office.token("tecnica", &UPLOADS);
    let links: Vec<String> = (80..90)
        .map(|sector| {
            let call = Call::new("POST", "/api/levantamientos")
                .upload(
                    ("lotes.geojson", &sample(PLACE, sector, AT)),
                    &[("coleccion", "lotes"), ("ubigeo", PLACE)],
                )
                .token(&token);
            service.send(&call).header("location")[0].to_owned()
        })
        .collect();
    service.kill();
    let service = office.serve();
    for link in links {
        let examined = wait_until_examined(&service, &token, &link);
        assert_eq!(examined["estado"], "conforme", "{examined}");
    }
}

#[test]
fn what_cannot_be_a_survey_is_refused_and_leaves_nothing_behind() {
    let town = Town::new();
    let send = |fields: &[(&str, &str)], file: &[u8]| {
        let call = Call::new("POST", "/api/levantamientos")
            .upload(("x.geojson", file), fields)
            .token(&town.technician);
        town.service.send(&call)
    };
    let lots = sample(PLACE, 90, AT);
    for (fields, file, expected) in [
        (&[("coleccion", "lotes")][..], &lots[..], "Falta «ubigeo»"),
        (&[("ubigeo", PLACE)], &lots, "Falta «coleccion»"),
        (
            &[("coleccion", "lotes"), ("ubigeo", "2201")],
            &lots,
            "seis dígitos",
        ),
        (
            &[("coleccion", "LOTES"), ("ubigeo", PLACE)],
            &lots,
            "La colección no existe",
        ),
        (
            &[("coleccion", "lotes"), ("ubigeo", PLACE)],
            b"",
            "está vacío",
        ),
        (
            &[
                ("coleccion", "lotes"),
                ("ubigeo", PLACE),
                ("perfil", "../../etc/passwd"),
            ],
            &lots,
            "El perfil se nombra",
        ),
        (
            &[("coleccion", "lotes"), ("ubigeo", PLACE), ("color", "rojo")],
            &lots,
            "un campo que no se conoce",
        ),
    ] {
        let reply = send(fields, file);
        assert_eq!(reply.status, 400, "{expected}: {reply:?}");
        assert!(reply.text.contains(expected), "{expected}: {reply:?}");
    }
    let json = Call::new("POST", "/api/levantamientos")
        .token(&town.technician)
        .json(&json!({}));
    assert!(
        town.service
            .send(&json)
            .text
            .contains("El formulario no se pudo leer")
    );
    let left = std::fs::read_dir(town.office.folder().join("datos/levantamientos"))
        .map_or(0, Iterator::count);
    assert_eq!(left, 0);
}
