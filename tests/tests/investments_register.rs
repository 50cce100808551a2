//! Projects of investment: registered, changed, brought in a file, and followed by period.

use catastro_tests::{
    Call, count, encoded,
    institute::{Institute, NOW, cui, number, park},
    wait_until_examined,
};
use serde_json::{Value, json};

#[test]
fn a_project_is_registered_changed_and_found_and_nobody_overwrites_another() {
    let institute = Institute::new(&["llevar_registros"]);
    let (office, service) = (&institute.office, &institute.service);
    let _ = office.account("tecnica", &["tecnico_catastro@220101"]);
    let stranger = office.token("tecnica", &["leer_levantamientos"]);
    let post = |token: Option<&str>| {
        let call = Call::new("POST", "/api/inversiones").json(&park());
        service
            .send(&match token {
                Some(token) => call.token(token),
                None => call,
            })
            .status
    };
    assert_eq!(post(None), 401);
    assert_eq!(post(Some(&stranger)), 403);
    for (member, value) in [
        ("cui", json!("299900")),
        ("fase", json!("paralizada")),
        ("eje", json!("nada")),
        ("plan", json!("PDU-NINGUNO")),
        ("costo_soles", json!(-1)),
        ("costo_soles", json!(850_000)),
        ("fin", json!("2026-12-31")),
        ("area_influencia_m", json!(-1)),
        (
            "huella",
            json!({"type": "Point", "coordinates": [500, 500]}),
        ),
        ("huella", json!({"type": "Nada"})),
        ("nombre", json!("x")),
        ("dueño", json!("x")),
    ] {
        let mut wrong = park();
        wrong[member] = value.clone();
        let refused = institute.send("POST", "/api/inversiones", &wrong);
        assert!((400..=422).contains(&refused.status), "{refused:?}");
        assert!(
            refused.kind.contains("problem+json"),
            "{member} {value}: {refused:?}"
        );
    }
    let created = institute.send("POST", "/api/inversiones", &park());
    assert_eq!(created.status, 201, "{created:?}");
    assert_eq!(created.header("location")[0], "/api/inversiones/2999001");
    assert_eq!(
        institute.send("POST", "/api/inversiones", &park()).status,
        409
    );

    let seen = institute.read("/api/inversiones/2999001");
    // JSON has one kind of number, its reader two.
    let soles = |project: &Value| -> Vec<Option<f64>> {
        let sources = project["fuentes"].as_array().into_iter().flatten();
        sources.map(|source| source["soles"].as_f64()).collect()
    };
    assert_eq!(soles(&seen), soles(&park()));
    assert_eq!(soles(&seen).len(), 2);
    assert_eq!(seen["huella"]["type"], "Point");
    let feature = institute.read("/ogc/collections/inversiones/items/2999001");
    assert_eq!(feature["properties"]["fase"], "formulacion");

    let mut next = park();
    next["fase"] = json!("ejecucion");
    next["version"] = seen["version"].clone();
    next.as_object_mut().expect("an object").remove("huella");
    assert_eq!(
        institute
            .send("PUT", "/api/inversiones/2999001", &next)
            .status,
        400,
        "no reason"
    );
    next["motivo"] = json!("Empezó la obra");
    let changed = institute.send("PUT", "/api/inversiones/2999001", &next);
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.json()["huella"], seen["huella"]);
    let stale = institute.send("PUT", "/api/inversiones/2999001", &next);
    assert_eq!(stale.status, 409, "{stale:?}");

    let ask = |question: &str| institute.read(&format!("/api/inversiones?{question}"));
    assert_eq!(ask(&format!("q={}", encoded("ribereño")))["total"], 1);
    assert_eq!(ask("q=RIBERENO&fase=ejecucion")["total"], 1);
    assert_eq!(ask("q=ribereno&fase=idea")["total"], 0);
    assert_eq!(
        ask("nodo=OE1&plan=PDU-220101-DEMO&eje=urbano&abierto=true")["total"],
        1
    );
    let all = ask("");
    assert_eq!(all["total"], 49);
    let by_phase = all["por_fase"].as_array().expect("totals");
    let counted: u64 = by_phase
        .iter()
        .filter_map(|one| one["cantidad"].as_u64())
        .sum();
    assert_eq!(counted, 49);
    let truth = office.sql(&format!(
        "select sum((attributes->>'costo_soles')::numeric) from spatial_unit where layer = 'inversiones' and {NOW}"
    ));
    assert!((all["costo_soles"].as_f64().expect("soles") - number(&truth[0])).abs() < 0.005);
    assert_eq!(service.get("/api/inversiones?color=rojo").status, 400);
    assert_eq!(service.get("/api/inversiones?fase=nada").status, 400);
}

#[test]
fn progress_is_cumulative_is_corrected_and_what_was_said_stays_known() {
    let institute = Institute::new(&["llevar_registros"]);
    let created = institute.send("POST", "/api/inversiones", &park());
    assert_eq!(created.status, 201, "{created:?}");
    let path = "/api/inversiones/2999001/avances";
    let report = |period: &str, share: f64, why: Option<&str>| {
        let mut body =
            json!({"periodo": period, "fisico_pct": share, "financiero_soles": share * 1_000.0});
        if let Some(why) = why {
            body["motivo"] = json!(why);
        }
        institute.send("POST", path, &body)
    };
    assert_eq!(report("2026-01", 10.0, None).status, 201);
    assert_eq!(report("2026-T1", 30.0, None).status, 201);
    let back = report("2026-04", 20.0, None);
    assert!(
        back.status == 422 && back.text.contains("primer trimestre de 2026"),
        "{back:?}"
    );
    let before = institute.read(path);
    assert_eq!(
        report("2026-04", 20.0, Some("Se midió mal en marzo")).status,
        201
    );
    let corrected = report("2026-01", 12.0, None);
    assert_eq!(corrected.status, 201, "{corrected:?}");
    let lines = corrected.json()["avances"].clone();
    let shares: Vec<(&str, f64)> = lines
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| {
            (
                line["periodo"].as_str().expect("a period"),
                line["fisico_pct"].as_f64().expect("a share"),
            )
        })
        .collect();
    assert_eq!(
        shares,
        [("2026-01", 12.0), ("2026-T1", 30.0), ("2026-04", 20.0)]
    );
    assert_eq!(lines[2]["motivo"], "Se midió mal en marzo");
    let last = before["avances"][1]["registrado"]
        .as_str()
        .expect("a moment");
    let then = institute.read(&format!("{path}?conocido_a={}", encoded(last)));
    assert_eq!(then, before);
    for (period, share) in [
        ("2026", 50.0),
        ("2026-S1", 50.0),
        ("nunca", 50.0),
        ("2999-01", 50.0),
        ("2026-05", 101.0),
        ("2026-05", -1.0),
    ] {
        let refused = report(period, share, Some("porque sí"));
        assert!(
            [400, 422].contains(&refused.status),
            "{period} {share}: {refused:?}"
        );
    }
    let project = institute.read("/api/inversiones/2999001");
    assert_eq!(project["avance"]["periodo"], "2026-04");
    // The demonstration has a year of it.
    let built = institute
        .projects()
        .into_iter()
        .filter(|one| one["avance"]["fisico_pct"].is_number());
    assert_eq!(built.count(), 3 * 6 + 1);
}

/// A project as the Banco de Inversiones names its columns.
const FROM_BANCO: &str = "codigo_unico;nombre_inversion;fase;monto_viable;unidad_ejecutora;influencia_m;wkt\n\
    2999002;Mirador;Formulación y evaluación;120000,50;Gerencia de Turismo;80;POINT(-76.971 -6.031)\n";

/// Projects of Moyobamba are sent in a file: where their survey is, and what came of it.
fn sent(institute: &Institute, name: &str, file: &str) -> (String, Value) {
    let call = Call::new("POST", "/api/levantamientos")
        .token(&institute.planner)
        .upload(
            (name, file.as_bytes()),
            &[
                ("coleccion", "inversiones"),
                ("ubigeo", "220101"),
                ("perfil", "inversiones"),
                ("alcance", "parcial"),
                ("crs_origen", "EPSG:4326"),
            ],
        );
    let reply = institute.service.send(&call);
    assert_eq!(reply.status, 202, "{reply:?}");
    let link = reply.header("location")[0].to_owned();
    let survey = wait_until_examined(&institute.service, &institute.planner, &link);
    (link, survey)
}

#[test]
fn a_project_of_another_municipality_is_not_taken_from_it() {
    let institute = Institute::new(&["subir_plan", "leer_levantamientos"]);
    institute.office.sql(
        "with new as (insert into change (number, at, ubigeo, layer, kind, actor, reason, counts)
             select max(number) + 1, now(), '220102', 'inversiones', 'registro', 'x', 'x', '{}' from change returning number)
         insert into spatial_unit (layer, ubigeo, code, valid, recorded, change_from, content, attributes, geom)
         select 'inversiones', '220102', '2999002', daterange('2026-01-01', null), tstzrange(now(), null), new.number,
             gen_random_uuid(), '{}', st_setsrid(st_makepoint(281700, 9332800), 32718)
         from new",
    );
    let (_, survey) = sent(&institute, "banco.csv", FROM_BANCO);
    assert_eq!(survey["estado"], "observado", "{survey}");
    assert_eq!(count(&survey["informe"], "codigo_en_uso"), 1, "{survey}");
}

#[test]
fn projects_go_out_in_a_file_come_back_in_it_and_two_persons_publish_them() {
    let all = [
        "llevar_registros",
        "subir_plan",
        "decidir_plan",
        "leer_levantamientos",
    ];
    let institute = Institute::new(&all);
    let (service, planner) = (&institute.service, &institute.planner);
    let other = &institute.office.planner("directora", &all);
    let one = institute
        .projects()
        .into_iter()
        .find(|one| one["ubigeo"] == "220101");
    let one = one.expect("a project of Moyobamba");
    let code = cui(&one);
    let filter = encoded(&format!(
        "nombre = '{}'",
        one["nombre"].as_str().expect("a name")
    ));
    let out = service.get(&format!(
        "/ogc/collections/inversiones/items?f=csv&filter={filter}"
    ));
    assert_eq!(out.status, 200, "{out:?}");
    assert_eq!(out.text.lines().count(), 2, "{}", out.text);
    let package = service.bytes(&Call::new(
        "GET",
        "/ogc/collections/inversiones/items?f=gpkg",
    ));
    assert!(package.starts_with(b"SQLite format 3"));

    // What came out goes in with another name, and a project beside it under the names of the Banco de Inversiones.
    let again = out.text.replace(
        one["nombre"].as_str().expect("a name"),
        "Plaza con otro nombre",
    );
    for (name, file) in [("proyectos.csv", again.as_str()), ("banco.csv", FROM_BANCO)] {
        let (link, survey) = sent(&institute, name, file);
        assert_eq!(survey["estado"], "conforme", "{survey}");
        let decision =
            json!({"decision": "aprobar", "sustento": "contrastado con el Banco de Inversiones"});
        let decide = |token: &str| {
            let call = Call::new("POST", format!("{link}/decision")).token(token);
            service.send(&call.json(&decision)).status
        };
        assert_eq!(decide(planner), 403, "nobody approves their own");
        assert_eq!(decide(other), 200);
    }
    let back = institute.read(&format!("/api/inversiones/{code}"));
    assert_eq!(back["nombre"], "Plaza con otro nombre");
    for member in [
        "fase",
        "eje",
        "plan",
        "nodo",
        "costo_soles",
        "fuentes",
        "responsable",
        "inicio",
        "fin",
        "area_influencia_m",
        "abierto_a_inversionistas",
        "demostracion",
    ] {
        assert_eq!(back[member], one[member], "{member}");
    }
    let moved = institute.office.sql(&format!(
        "select max(st_distance(a.geom, b.geom)) < 0.001 from spatial_unit a join spatial_unit b using (layer, code)
         where layer = 'inversiones' and code = '{code}'"
    ));
    assert_eq!(moved, ["t"], "it stays where it is");
    let fresh = institute.read("/api/inversiones/2999002");
    assert_eq!(fresh["fase"], "formulacion");
    assert_eq!(fresh["costo_soles"], 120_000.5);
    assert_eq!(fresh["area_influencia_m"], 80.0);
}
