//! `/api/indicadores`: what comes with the program computes what another statement finds, values are typed in with their
//! evidence, and a stored question that is not one asks nothing.

use catastro_tests::{Call, Office, Reply, Service};
use serde_json::{Value, json};

struct Institute {
    office: Office,
    service: Service,
    planner: String,
}

const ACTIONS: [&str; 2] = ["llevar_registros", "firmar_informes"];

fn institute() -> Institute {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    Institute {
        planner: office.planner("planea", &ACTIONS),
        office,
        service,
    }
}

impl Institute {
    fn send(&self, method: &'static str, path: &str, body: &Value) -> Reply {
        self.service.send_as(&self.planner, method, path, body)
    }

    fn get(&self, path: &str) -> Value {
        self.service.read(path)
    }

    /// The value of an indicator in a period for the province.
    fn value(&self, code: &str, period: &str) -> Option<f64> {
        let found = self.get(&format!("/api/indicadores/{code}/cifras"));
        let figures = found["cifras"].as_array().cloned().unwrap_or_default();
        figures
            .iter()
            .find(|one| one["periodo"] == period && one["ubigeo"].is_null())
            .and_then(|one| one["valor"].as_f64())
    }

    fn number(&self, statement: &str) -> f64 {
        self.office.sql(statement)[0].parse().expect("a number")
    }
}

/// What another statement finds, over the tables themselves, on the last day of a period.
fn independent(day: &str) -> Vec<(&'static str, String)> {
    let of = |table: &str| {
        format!(
            "(select * from {table} where valid @> date '{day}' and upper_inf(recorded)) as found"
        )
    };
    let lots = of("parcel");
    let touched = |kinds: &str| {
        format!(
            "select count(*) from parcel l where valid @> date '{day}' and upper_inf(recorded) and exists (
                 select 1 from overlay r where valid @> date '{day}' and upper_inf(recorded)
                     and r.attributes->>'tipo' in ({kinds}) and st_intersects(r.geom, l.geom))"
        )
    };
    let all = format!("(select count(*) from {lots})");
    let zones = |codes: &str| {
        format!(
            "select round((select coalesce(sum(st_area(geom)), 0) from {} where attributes->>'codigo' ~ '{codes}')::numeric
                 / {all}, 2)",
            of("zone")
        )
    };
    vec![
        (
            "predios_registrados",
            format!("select count(*) from {lots}"),
        ),
        (
            "predios_con_partida_pct",
            format!(
                "select round(100.0 * count(*) / {all}, 2) from {lots} where attributes->>'partida' <> ''"
            ),
        ),
        (
            "predios_en_riesgo_pct",
            format!(
                "select round(100.0 * ({}) / {all}, 2)",
                touched("'riesgo_alto', 'riesgo_muy_alto'")
            ),
        ),
        ("predios_en_faja_marginal", touched("'faja_marginal'")),
        (
            "predios_sin_construir_pct",
            format!(
                "select round(100.0 * count(*) / {all}, 2) from {lots} where attributes->>'uso' = 'sin construir'"
            ),
        ),
        ("areas_verdes_m2", zones("^ZRP$")),
        ("equipamiento_m2", zones("^[EH][1-4]$")),
        (
            "certificados_emitidos",
            format!(
                "select count(*) from certificate where issued_on <= '{day}' and state = 'emitido'"
            ),
        ),
    ]
}

#[test]
fn each_indicator_that_comes_with_the_program_runs_and_is_what_another_statement_finds() {
    let institute = institute();
    for (period, day) in [("2026-T2", "2026-06-30"), ("2026-S1", "2026-06-30")] {
        let done = institute.send(
            "POST",
            "/api/indicadores/calculo",
            &json!({"periodo": period}),
        );
        assert_eq!(done.status, 200, "{done:?}");
        let done = done.json();
        assert_eq!(done["fallidos"], json!([]), "{done}");
        assert!(done["cifras"].as_u64() > Some(0), "{done}");
        let computed = done["calculados"].as_array().cloned().unwrap_or_default();
        for (code, statement) in independent(day) {
            if computed.iter().any(|one| one == code) {
                let found = institute.value(code, period).expect("a value");
                let expected = institute.number(&statement);
                // Sums of binary and of decimal numbers, rounded to two places.
                assert!(
                    (found - expected).abs() < 0.011,
                    "{code}: {found}, not {expected}"
                );
            }
        }
    }
    let whole = institute.send(
        "POST",
        "/api/indicadores/calculo",
        &json!({"periodo": "2026"}),
    );
    assert_eq!(whole.json()["fallidos"], json!([]), "{whole:?}");

    // Asked again as of what it was computed from, each is the same.
    let list = institute.get("/api/indicadores");
    let list = list["indicadores"].as_array().cloned().unwrap_or_default();
    let computed: Vec<&Value> = list.iter().filter(|one| one["calculado"] == true).collect();
    assert!(computed.len() >= 12, "{}", computed.len());
    for one in computed {
        let code = one["codigo"].as_str().expect("a code");
        let again = institute.get(&format!(
            "/api/indicadores/{code}/cifras/verificacion?periodo=2026-T2"
        ));
        for figure in again["cifras"].as_array().into_iter().flatten() {
            assert_eq!(figure["igual"], true, "{code}: {figure}");
        }
    }
    let future = institute.send(
        "POST",
        "/api/indicadores/calculo",
        &json!({"periodo": "2199-T1"}),
    );
    assert_eq!(future.status, 422, "{future:?}");
    let short = institute.send(
        "POST",
        "/api/indicadores/predios_registrados/calculo",
        &json!({"periodo": "2026-06"}),
    );
    assert_eq!(short.status, 422, "{short:?}");
}

fn definition(code: &str, query: Option<&str>) -> Value {
    let mut value = json!({
        "codigo": code, "nombre": "Uno de prueba", "eje": "urbano", "formula": "Lo que diga", "unidad": "predios",
        "fuente": "Catastro", "sentido": "mas", "periodicidad": "trimestral",
        "linea_base": {"periodo": "2025", "valor": 1.0}, "metas": [{"periodo": "2026", "valor": 9.0}],
    });
    if let Some(query) = query {
        value["consulta"] = query.into();
    }
    value
}

#[test]
fn what_could_do_more_than_ask_is_refused_and_reads_and_writes_nothing() {
    let institute = institute();
    let dossiers = "select count(*) from dossier where kind = 'indicador'";
    let before = institute.number(dossiers);
    for query in [
        "select null as ubigeo, count(*) as valor from personal.holder",
        "select null as ubigeo, count(*) as valor from public.account",
        "select null as ubigeo, count(*) as valor from session",
        "select null as ubigeo, 1 as valor from spatial_unit",
        "select null as ubigeo, length(current_setting('catastro.account')) as valor",
        "select set_config('role', 'catastro_servicio', true) as ubigeo, 1 as valor",
        "select null as ubigeo, 1 as valor; delete from figure",
        "with x as (delete from figure returning 1) select null as ubigeo, count(*) as valor from x",
        "with x as (insert into figure default values returning 1) select null as ubigeo, 1 as valor from x",
        "update dossier set code = 'x'",
        "select null as ubigeo, pg_sleep(20) as valor",
        "select pg_read_file('/etc/passwd') as ubigeo, 1 as valor",
        "select query_to_xml('select 1', true, true, '')::text as ubigeo, 1 as valor",
        "select null as ubigeo, 1 as valor into robado from lotes",
        "select null as ubigeo, count(*) as valor from lotes for update",
        "select codigo as ubigeo, 1 as valor from lotes",
        "select ubigeo, 1 as valor from lotes",
        "select null as ubigeo, 'mucho' as valor",
        "select 1 as valor",
        "select",
        "",
    ] {
        let refused = institute.send("POST", "/api/indicadores", &definition("malo", Some(query)));
        assert_eq!(refused.status, 422, "{query}: {refused:?}");
        assert!(!refused.text.contains("root:"), "{refused:?}");
    }
    assert!((institute.number(dossiers) - before).abs() < f64::EPSILON);
    assert_eq!(institute.service.get("/api/indicadores/malo").status, 404);

    // A right one is taken, changed by who has read it, and refused to who may not.
    let right = "select ubigeo, count(*) as valor from lotes group by ubigeo";
    let made = institute.send(
        "POST",
        "/api/indicadores",
        &definition("bueno", Some(right)),
    );
    assert_eq!(made.status, 201, "{made:?}");
    let again = institute.send(
        "POST",
        "/api/indicadores",
        &definition("bueno", Some(right)),
    );
    assert_eq!(again.status, 409, "{again:?}");
    let mut changed = definition("bueno", Some(right));
    changed["version"] = 1.into();
    changed["nombre"] = "Otro nombre".into();
    let kept = institute.send("PUT", "/api/indicadores/bueno", &changed);
    assert_eq!(kept.json()["version"], 2, "{kept:?}");
    let late = institute.send("PUT", "/api/indicadores/bueno", &changed);
    assert_eq!(late.status, 409, "{late:?}");
    let backwards = json!({"metas": [{"periodo": "2026", "valor": 0.5}]});
    let mut worse = definition("peor", None);
    worse["metas"] = backwards["metas"].clone();
    let refused = institute.send("POST", "/api/indicadores", &worse);
    assert!(
        refused.status == 422 && refused.text.contains("peor que la línea de base"),
        "{refused:?}"
    );
    let stranger = institute
        .service
        .post("/api/indicadores", &definition("ajeno", None));
    assert_eq!(stranger.status, 401, "{stranger:?}");
    let _ = institute
        .office
        .account("tecno", &["tecnico_catastro@220101"]);
    let technician = institute.office.token("tecno", &["subir_levantamiento"]);
    let call = Call::new("POST", "/api/indicadores/bueno/calculo")
        .token(&technician)
        .json(&json!({"periodo": "2026-T2"}));
    assert_eq!(institute.service.send(&call).status, 403);
}

#[test]
fn values_are_typed_in_with_what_proves_them_and_corrected_without_being_lost() {
    let institute = institute();
    let path = "/api/indicadores/participantes_talleres/cifras";
    let typed = |value: f64, more: Value| {
        let mut body = json!({"periodo": "2026-T1", "valor": value});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        institute.send("POST", path, &body)
    };
    let bare = typed(40.0, json!({}));
    assert!(
        bare.status == 422 && bare.text.contains("Falta lo que respalda"),
        "{bare:?}"
    );
    let foreign = typed(
        40.0,
        json!({"documento": "00000000-0000-4000-8000-000000000001"}),
    );
    assert_eq!(foreign.status, 422, "{foreign:?}");
    let month = typed(
        40.0,
        json!({"periodo": "2026-01", "nota": "Actas del taller de enero"}),
    );
    assert_eq!(month.status, 422, "{month:?}");
    let nowhere = typed(
        40.0,
        json!({"ubigeo": "150101", "nota": "Actas del taller de enero"}),
    );
    assert_eq!(nowhere.status, 400, "{nowhere:?}");
    let computed = institute.send(
        "POST",
        "/api/indicadores/predios_registrados/cifras",
        &json!({"periodo": "2026-T1", "valor": 1, "nota": "Contados a mano en la plaza"}),
    );
    assert_eq!(computed.status, 422, "{computed:?}");

    let note = json!({"nota": "=Actas, \"dos talleres\""});
    assert_eq!(typed(40.0, note.clone()).status, 201);
    let paper = Call::new("POST", "/api/documentos/indicador/participantes_talleres")
        .token(&institute.planner)
        .upload(("acta.pdf", b"%PDF-1.7 acta"), &[("sobre", "Actas")]);
    let paper = institute.service.send(&paper).json();
    let corrected = typed(42.0, json!({"documento": paper["id"]}));
    assert_eq!(corrected.status, 201, "{corrected:?}");
    let place = typed(
        12.0,
        json!({"ubigeo": "220101", "nota": "Actas del taller de enero"}),
    );
    assert_eq!(place.status, 201, "{place:?}");

    let figures = institute.get(path);
    assert_eq!(
        figures["cifras"].as_array().map(Vec::len),
        Some(2),
        "{figures}"
    );
    assert_eq!(
        institute.value("participantes_talleres", "2026-T1"),
        Some(42.0)
    );
    let all = institute.get(&format!("{path}?historia=si"));
    assert_eq!(all["cifras"].as_array().map(Vec::len), Some(3), "{all}");
    let table = institute.service.get(&format!("{path}?f=csv&historia=si"));
    assert!(
        table.text.contains("\"'=Actas, \"\"dos talleres\"\"\"")
            && table.text.starts_with("periodo,ubigeo,"),
        "{table:?}"
    );
    let line = institute.get("/api/indicadores?eje=social");
    let line = line["indicadores"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["codigo"] == "participantes_talleres")
        .cloned()
        .unwrap_or_default();
    assert_eq!(line["ultimo"]["valor"], 42.0, "{line}");
}
