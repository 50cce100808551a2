//! Sessions, agreements and contributions: what is decided, by whom, and what is owed.

use catastro_tests::{Call, Reply, desk::Desk};
use serde_json::{Value, json};

struct Secretary {
    desk: Desk,
    token: String,
}

impl Secretary {
    fn new() -> Self {
        let desk = Desk::new();
        let token = desk.office.planner("secretaria", &["llevar_registros"]);
        Self { desk, token }
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        self.desk.service.send_as(&self.token, "POST", path, body)
    }

    fn get(&self, path: &str) -> Value {
        self.desk.service.read(path)
    }
}

fn votes(list: &[(&str, &str)]) -> Value {
    list.iter()
        .map(|(ubigeo, vote)| json!({"ubigeo": ubigeo, "voto": vote}))
        .collect()
}

#[test]
fn an_agreement_is_what_more_than_half_of_those_present_want_and_leads_to_what_it_changed() {
    let secretary = Secretary::new();
    let new = json!({"fecha": "2026-11-05", "clase": "extraordinaria", "agenda": ["El plan de la capital"],
        "presentes": ["220101", "220102", "220103", "220104"]});
    let stranger = secretary.desk.service.post("/api/sesiones", &new);
    assert_eq!(stranger.status, 401, "{stranger:?}");
    let session = secretary.post("/api/sesiones", &new);
    assert_eq!(session.status, 201, "{session:?}");
    let session = session.json();
    assert_eq!(session["codigo"], "S-2026-05", "{session}");
    assert_eq!(session["quorum"], true);

    let agree = |votes: Value, about: Value| {
        secretary.post(
            "/api/acuerdos",
            &json!({"sesion": "S-2026-05", "texto": "Poner al día el plan.", "votos": votes, "sobre": about}),
        )
    };
    let plan =
        json!([{"clase": "plan", "codigo": "PDU-220101-DEMO"}, {"clase": "cambio", "codigo": "1"}]);
    let yes = [
        ("220101", "a_favor"),
        ("220102", "a_favor"),
        ("220103", "a_favor"),
    ];
    let agreed = agree(votes(&yes), plan);
    assert_eq!(agreed.status, 201, "{agreed:?}");
    let agreed = agreed.json();
    assert_eq!(agreed["codigo"], "A-2026-009", "{agreed}");
    assert_eq!(agreed["resultado"], "aprobado");
    assert_eq!(
        agreed["cuenta"],
        json!({"a_favor": 3, "en_contra": 0, "abstenciones": 1})
    );
    assert_eq!(agreed["sobre"][0]["enlace"], "/planes/PDU-220101-DEMO");
    let rejected = agree(votes(&yes[..2]), json!([])).json();
    assert_eq!(rejected["resultado"], "rechazado", "{rejected}");

    for (cast, about, word) in [
        (votes(&[("220106", "a_favor")]), json!([]), "no estuvo"),
        (votes(&[yes[0], yes[0]]), json!([]), "dos veces"),
        (
            votes(&yes),
            json!([{"clase": "plan", "codigo": "PDU-9"}]),
            "No existe",
        ),
        (
            votes(&yes),
            json!([{"clase": "cambio", "codigo": "999999999"}]),
            "No existe",
        ),
    ] {
        let refused = agree(cast, about);
        assert!(
            refused.status == 422 && refused.text.contains(word),
            "{refused:?}"
        );
    }

    let follow = |code: &str, body: Value| {
        secretary.post(&format!("/api/acuerdos/{code}/seguimiento"), &body)
    };
    let step = json!({"version": 1, "fecha": "2026-11-10", "estado": "en_curso", "nota": "Se formó el equipo."});
    let refused = follow("A-2026-010", step.clone());
    assert!(
        refused.status == 409 && refused.text.contains("no se aprobó"),
        "{refused:?}"
    );
    let done = follow("A-2026-009", step.clone());
    assert_eq!(done.json()["estado"], "en_curso", "{done:?}");
    assert_eq!(follow("A-2026-009", step).status, 409);
    let early = json!({"version": 2, "fecha": "2026-11-01", "estado": "cumplido", "nota": "Antes de tiempo."});
    assert_eq!(follow("A-2026-009", early).status, 422);

    // Who was there is corrected; what was agreed stays as it was voted.
    let mut corrected = new;
    corrected["codigo"] = json!("S-2026-05");
    assert_eq!(secretary.post("/api/sesiones", &corrected).status, 409);
    corrected["version"] = json!(1);
    corrected["presentes"] = json!(["220101", "220102"]);
    let corrected = secretary.post("/api/sesiones", &corrected).json();
    assert_eq!(corrected["quorum"], false, "{corrected}");
    assert_eq!(corrected["acuerdos"][0]["resultado"], "aprobado");
    let refused = agree(votes(&yes[..1]), json!([]));
    assert!(
        refused.status == 422 && refused.text.contains("quórum"),
        "{refused:?}"
    );
    let of_session = secretary.get("/api/acuerdos?sesion=S-2026-05&estado=en_curso");
    assert_eq!(of_session["acuerdos"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_no_session_is_refused() {
    let secretary = Secretary::new();
    let good = json!({"fecha": "2026-11-05", "clase": "ordinaria", "agenda": ["Aportes"], "presentes": ["220101"]});
    for (name, value, word) in [
        ("fecha", json!("2999-01-01"), "todavía no ocurre"),
        ("codigo", json!("sesion 5"), "S-2026"),
        ("agenda", json!([" "]), "agenda"),
        ("presentes", json!(["150101"]), "no está en este servicio"),
        (
            "clase",
            json!("otra"),
            "se espera ordinaria, extraordinaria",
        ),
    ] {
        let mut body = good.clone();
        body[name] = value;
        let refused = secretary.post("/api/sesiones", &body);
        assert!(
            refused.status == 400 && refused.text.contains(word),
            "{name}: {refused:?}"
        );
    }
    assert_eq!(
        secretary.desk.service.get("/api/sesiones/S-2026-99").status,
        404
    );
    assert_eq!(
        secretary.desk.service.get("/api/acuerdos?estado=x").status,
        400
    );
}

#[test]
fn contributions_are_agreed_paid_and_owed() {
    let secretary = Secretary::new();
    let whole = secretary.get("/api/aportes");
    assert_eq!(
        whole["aportes"].as_array().map(Vec::len),
        Some(24),
        "{whole}"
    );
    assert!(
        whole["total"]["saldo"]
            .as_f64()
            .is_some_and(|owed| owed > 0.0),
        "{whole}"
    );
    let new = json!({"periodo": "2026-T4", "ubigeo": "220102", "acordado_fijo": 1000.5, "acordado_variable": 500,
        "pagado_fijo": 400, "sustento": "Acuerdo A-2026-001"});
    let chief = Call::new("POST", "/api/aportes").token(&secretary.desk.chief);
    assert_eq!(secretary.desk.service.send(&chief.json(&new)).status, 403);
    let kept = secretary.post("/api/aportes", &new);
    assert_eq!(kept.status, 201, "{kept:?}");
    assert_eq!(kept.json()["total"]["saldo"], 1_100.5, "{kept:?}");
    // Corrected by the next; what is left out stays.
    let paid = json!({"periodo": "2026-T4", "ubigeo": "220102", "pagado_fijo": 1000.5, "sustento": "Comprobante 12"});
    let kept = secretary.post("/api/aportes", &paid).json();
    assert_eq!(kept["total"]["saldo"], 500.0, "{kept}");
    let of_period = secretary.get("/api/aportes?periodo=2026-T4&ubigeo=220102");
    assert_eq!(
        of_period["aportes"][0]["sustentos"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let table = secretary
        .desk
        .service
        .get("/api/aportes?periodo=2026-T4&f=csv");
    assert!(table.kind.starts_with("text/csv"), "{table:?}");
    assert!(
        table.text.contains("2026-T4,220102,")
            && table.text.contains(",1000.50,1000.50,500.00,0.00,"),
        "{table:?}"
    );
    for (name, value) in [
        ("periodo", json!("2026-09")),
        ("ubigeo", json!("150101")),
        ("sustento", json!("")),
        ("pagado_fijo", json!(-1)),
        ("pagado_fijo", json!(1e12)),
        ("pagado_fijo", json!(null)),
    ] {
        let mut body = paid.clone();
        body[name] = value;
        let refused = secretary.post("/api/aportes", &body);
        assert_eq!(refused.status, 400, "{name}: {refused:?}");
    }
    for path in [
        "/api/aportes?periodo=2026",
        "/api/aportes?f=xml",
        "/api/aportes?otro=1",
    ] {
        assert_eq!(secretary.desk.service.get(path).status, 400, "{path}");
    }
}
