//! `/api/informes`: drafted by one, signed by another, frozen to the byte; and what changed afterwards is told.

use catastro_tests::{Call, Reply, desk::Desk};
use serde_json::{Value, json};

const PERIOD: &str = "2026-T3";

struct Institute {
    desk: Desk,
    author: String,
    signer: String,
}

fn institute() -> Institute {
    let desk = Desk::new();
    let all = ["llevar_registros", "firmar_informes"];
    Institute {
        author: desk.office.planner("ana", &all),
        signer: desk.office.planner("bea", &all),
        desk,
    }
}

impl Institute {
    fn send(&self, token: &str, method: &'static str, path: &str, body: &Value) -> Reply {
        self.desk.service.send_as(token, method, path, body)
    }

    fn get(&self, path: &str) -> Value {
        self.desk.service.read(path)
    }

    fn type_in(&self, value: f64) {
        let body = json!({"periodo": PERIOD, "valor": value, "nota": "Actas de los talleres del trimestre"});
        let path = "/api/indicadores/participantes_talleres/cifras";
        let kept = self.send(&self.author, "POST", path, &body);
        assert_eq!(kept.status, 201, "{kept:?}");
    }

    /// What a municipality agreed to give and gave, as its own act would write it.
    fn contribution(&self, agreed: f64, paid: f64) {
        for (measure, value) in [("acordado_fijo", agreed), ("pagado_fijo", paid)] {
            self.desk.office.sql(&format!(
                "with closed as (
                     update figure set recorded = tstzrange(lower(recorded), clock_timestamp())
                     where kind = 'aporte' and code = 'aportes' and measure = '{measure}' and period = '{PERIOD}'
                         and ubigeo = '220101' and upper_inf(recorded) returning 1)
                 select count(*) from closed"
            ));
            self.desk.office.sql(&format!(
                "insert into figure (kind, code, measure, period, ubigeo, value, recorded)
                 values ('aporte', 'aportes', '{measure}', '{PERIOD}', '220101', {value},
                     tstzrange(clock_timestamp(), null))"
            ));
        }
    }

    fn pdf(&self) -> Vec<u8> {
        let (reply, bytes) = self
            .desk
            .service
            .fetch(&Call::new("GET", format!("/api/informes/{PERIOD}/pdf")));
        assert_eq!(reply.status, 200, "{reply:?}");
        bytes
    }
}

/// The figures of a report or of its verification, for one indicator and the province.
fn figure(check: &Value, code: &str) -> Value {
    check["cifras"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["indicador"] == code && one["ubigeo"].is_null())
        .cloned()
        .expect("a figure of the indicator")
}

#[test]
fn a_signed_report_stays_to_the_byte_and_tells_what_changed_since() {
    let institute = institute();
    institute.contribution(1_000.0, 400.0);
    institute.type_in(120.0);
    // What the demonstration computed did not know of it.
    let all = json!({"periodo": PERIOD});
    let computed = institute.send(&institute.author, "POST", "/api/indicadores/calculo", &all);
    assert_eq!(computed.status, 200, "{computed:?}");
    let drafted = institute.send(
        &institute.author,
        "POST",
        "/api/informes",
        &json!({"periodo": PERIOD}),
    );
    assert_eq!(drafted.status, 201, "{drafted:?}");
    let path = format!("/api/informes/{PERIOD}");
    let draft = drafted.json();
    assert_eq!(draft["estado"], "borrador");
    // The demonstration has signed the one before.
    assert_eq!(draft["anterior"], "2026-T2", "{draft}");
    let text = draft.to_string();
    for code in [
        "predios_registrados",
        "participantes_talleres",
        "aportes_pagados_pct",
    ] {
        assert!(text.contains(code), "no {code} in {text}");
    }
    assert!(text.contains("\"informe\":\"2026-T2\""), "{text}");
    let again = json!({"periodo": PERIOD});
    let again = institute.send(&institute.author, "POST", "/api/informes", &again);
    assert_eq!(again.status, 409, "{again:?}");

    let edited = json!({"version": 1, "titulo": "Informe de prueba", "secciones": [{"eje": "urbano", "texto": "Un párrafo.\n\nOtro."}]});
    let kept = institute.send(&institute.author, "PUT", &path, &edited);
    assert_eq!(kept.status, 200, "{kept:?}");
    let late = institute.send(&institute.author, "PUT", &path, &edited);
    assert_eq!(late.status, 409, "{late:?}");
    let mark = kept.json()["huella"].clone();

    sign(&institute, &path, &mark);
    let pdf = institute.pdf();
    assert!(pdf.starts_with(b"%PDF"));
    let signed = institute.get(&path);
    let proof = institute.get(&format!("{path}/verificacion"));
    assert_eq!(proof["firma"]["valida"], true, "{proof}");
    assert_eq!(proof["pdf"]["coincide"], true, "{proof}");
    assert_eq!(
        proof["resumen"]["reproducidas"], proof["resumen"]["calculadas"],
        "{proof}"
    );
    assert_eq!(proof["resumen"]["cambiadas"], 0, "{proof}");

    change(&institute);
    assert!(institute.pdf() == pdf, "the paper changed");
    assert_eq!(institute.get(&path), signed);
    let proof = institute.get(&format!("{path}/verificacion"));
    assert_eq!(proof["firma"]["valida"], true, "{proof}");
    assert_eq!(proof["pdf"]["coincide"], true, "{proof}");
    assert_eq!(
        proof["resumen"]["reproducidas"], proof["resumen"]["calculadas"],
        "{proof}"
    );
    let typed = figure(&proof, "participantes_talleres");
    assert_eq!(
        (&typed["valor"], &typed["hoy"]),
        (&json!(120.0), &json!(150.0))
    );
    assert_eq!(typed["cambio"], true, "{typed}");
    let paid = figure(&proof, "aportes_pagados_pct");
    assert_eq!(
        (&paid["reproducida"], &paid["cambio"]),
        (&json!(true), &json!(true)),
        "{paid}"
    );
    let lots = figure(&proof, "predios_registrados");
    // What was published today holds from today: the past quarter is what it was.
    assert_eq!(
        (&lots["reproducida"], &lots["cambio"]),
        (&json!(true), &json!(false)),
        "{lots}"
    );
    // Nothing in the database can be rewritten.
    let rewritten = institute.desk.office.try_sql(
        &institute.desk.office.database(),
        &format!("update sealed_report set payload = 'x' where code = '{PERIOD}'"),
    );
    assert!(rewritten.is_err());
    let deleted = institute.desk.office.try_sql(
        &institute.desk.office.database(),
        "delete from sealed_report",
    );
    assert!(deleted.is_err());
}

/// Only another signs, and only what they have read.
fn sign(institute: &Institute, path: &str, mark: &Value) {
    let firma = format!("{path}/firma");
    let body = json!({"cargo": "Directora del Instituto", "huella": mark});
    let own = institute.send(&institute.author, "POST", &firma, &body);
    assert!(
        own.status == 403 && own.text.contains("no lo firma"),
        "{own:?}"
    );
    let technician = institute.send(&institute.desk.technician, "POST", &firma, &body);
    assert_eq!(technician.status, 403, "{technician:?}");
    let unread = json!({"cargo": "Directora del Instituto", "huella": "0".repeat(64)});
    let unread = institute.send(&institute.signer, "POST", &firma, &unread);
    assert_eq!(unread.status, 409, "{unread:?}");
    assert_eq!(
        institute.desk.service.get(&format!("{path}/pdf")).status,
        404
    );
    let signed = institute.send(&institute.signer, "POST", &firma, &body);
    assert_eq!(signed.status, 200, "{signed:?}");
    assert_eq!(signed.json()["estado"], "firmado");
    let twice = institute.send(&institute.signer, "POST", &firma, &body);
    assert_eq!(twice.status, 409, "{twice:?}");
    let edited = json!({"version": 3, "titulo": "Otro título", "secciones": []});
    let edited = institute.send(&institute.author, "PUT", path, &edited);
    assert_eq!(edited.status, 409, "{edited:?}");
    let envelope = institute.get(&firma);
    assert_eq!(envelope["contenido"]["codigo"], PERIOD, "{envelope}");
}

/// Land is published, a contribution paid, a value corrected.
fn change(institute: &Institute) {
    institute
        .desk
        .publish(&[("22010199001001", [0.0, 0.0, 10.0, 20.0])]);
    institute.contribution(1_000.0, 10.0);
    institute.type_in(150.0);
}

#[test]
fn a_report_is_of_a_period_that_began_and_is_signed_when_it_is_over() {
    let institute = institute();
    for (body, status) in [
        (json!({"periodo": "2026"}), 400),
        (json!({"periodo": "2026-09"}), 400),
        (json!({"periodo": "2026-T2", "eje": "ninguno"}), 400),
        (json!({"periodo": "2199-T1"}), 422),
        (json!({"periodo": "2026-T2", "titulo": "x"}), 400),
    ] {
        let refused = institute.send(&institute.author, "POST", "/api/informes", &body);
        let expected = if body["titulo"] == "x" { 409 } else { status };
        assert_eq!(refused.status, expected, "{body}: {refused:?}");
    }
    let of_axis = json!({"periodo": "2026-S1", "eje": "urbano"});
    let drafted = institute.send(&institute.author, "POST", "/api/informes", &of_axis);
    assert_eq!(drafted.status, 201, "{drafted:?}");
    let drafted = drafted.json();
    assert_eq!(
        drafted["secciones"].as_array().map(Vec::len),
        Some(1),
        "{drafted}"
    );
    let list = institute.get("/api/informes");
    let codes: Vec<&str> = list["informes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["codigo"].as_str())
        .collect();
    assert!(
        codes.contains(&"2026-S1-urbano") && codes.contains(&"2026-T2"),
        "{codes:?}"
    );
    for path in [
        "/api/informes/2026-T9",
        "/api/informes/x",
        "/api/informes/2020-T1",
    ] {
        assert_eq!(institute.desk.service.get(path).status, 404, "{path}");
    }
    let unsigned = institute
        .desk
        .service
        .get("/api/informes/2026-S1-urbano/verificacion");
    assert_eq!(unsigned.status, 404, "{unsigned:?}");
}
