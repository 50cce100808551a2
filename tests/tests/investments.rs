//! Projects of investment: registered, changed, brought in a file, followed by period; and their evidence, which PostGIS
//! finds too when it is asked in other words.

use std::collections::{BTreeMap, BTreeSet};

use catastro_tests::{
    Call, Office, Reply, Service, encoded, pages::words_of_paper, wait_until_examined,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

struct Institute {
    office: Office,
    service: Service,
    planner: String,
    other: String,
}

fn institute() -> Institute {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    for login in ["planificadora", "directora"] {
        let _ = office.account(login, &["planificador"]);
    }
    let all = [
        "llevar_registros",
        "subir_plan",
        "decidir_plan",
        "leer_levantamientos",
    ];
    Institute {
        planner: office.token("planificadora", &all),
        other: office.token("directora", &all),
        office,
        service,
    }
}

impl Institute {
    fn send(&self, method: &'static str, path: &str, body: &Value) -> Reply {
        let call = Call::new(method, path).token(&self.planner);
        self.service.send(&call.json(body))
    }

    fn read(&self, path: &str) -> Value {
        let reply = self.service.get(path);
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        reply.json()
    }

    /// All projects of the province.
    fn projects(&self) -> Vec<Value> {
        let (mut all, mut path) = (Vec::new(), "/api/inversiones".to_owned());
        loop {
            let page = self.read(&path);
            all.extend(page["inversiones"].as_array().expect("a list").clone());
            match page["siguiente"].as_str() {
                Some(after) => path = format!("/api/inversiones?despues={after}"),
                None => return all,
            }
        }
    }
}

fn cui(project: &Value) -> String {
    project["cui"].as_str().expect("a CUI").to_owned()
}

/// A new project, in the corner of Moyobamba where there are no lots.
fn park() -> Value {
    json!({
        "cui": "2999001", "nombre": "Parque ribereño", "fase": "formulacion", "eje": "urbano",
        "plan": "PDU-220101-DEMO", "nodo": "OE1.E1.P1", "costo_soles": 850_000.5,
        "fuentes": [{"fuente": "canon", "soles": 800_000}, {"fuente": "foncomun", "soles": 50_000.5}],
        "responsable": "Gerencia de Desarrollo Urbano", "inicio": "2027-01-15", "fin": "2027-12-15",
        "area_influencia_m": 150, "abierto_a_inversionistas": true, "ubigeo": "220101",
        "huella": {"type": "Point", "coordinates": [-76.97, -6.03]},
    })
}

/// Rows of a question by their first column.
fn rows(office: &Office, statement: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut found: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for line in office.sql(statement) {
        let mut cells = line.split('|').map(str::to_owned);
        let key = cells.next().expect("a key");
        found.entry(key).or_default().push(cells.collect());
    }
    found
}

const NOW: &str = "upper_inf(valid) and upper_inf(recorded)";

fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}

/// What is measured, to the centimetre of each of its parts.
fn check_close(found: &Value, truth: &str, parts: f64, what: &str) {
    let found = found.as_f64().expect("a number");
    assert!(
        (found - number(truth)).abs() <= 0.01 * parts.max(1.0),
        "{what}: {found}, and PostGIS says {truth}"
    );
}

#[test]
fn the_evidence_of_every_project_is_what_postgis_finds_in_other_words() {
    let institute = institute();
    let office = &institute.office;
    let projects = institute.projects();
    assert_eq!(projects.len(), 48);
    let reach = "(p.attributes->>'area_influencia_m')::float8";
    let all = format!("(select * from spatial_unit where {NOW})");
    let lots = rows(
        office,
        &format!(
            "select p.code, count(l.code), coalesce(sum(st_area(l.geom)), 0) from {all} p
         left join {all} l on l.layer = 'lotes' and st_distance(l.geom, p.geom) <= {reach}
         where p.layer = 'inversiones' group by 1"
        ),
    );
    let crossed = |layer: &str, name: &str| {
        rows(office, &format!(
            "select p.code, o.attributes->>'{name}', count(*), sum(st_area(st_intersection(p.geom, o.geom))),
                 sum(st_length(st_intersection(p.geom, o.geom)))
             from {all} p join {all} o on o.layer = '{layer}' and not st_disjoint(o.geom, p.geom)
             where p.layer = 'inversiones' group by 1, 2 order by 1, 2"
        ))
    };
    let (zones, overlays) = (
        crossed("zonificacion", "codigo"),
        crossed("restricciones", "tipo"),
    );
    let term = |one: &str| {
        format!(
            "daterange(({one}.attributes->>'inicio')::date, ({one}.attributes->>'fin')::date, '[]')"
        )
    };
    let others = rows(office, &format!(
        "select p.code, o.code from {all} p join {all} o on o.layer in ('inversiones', 'servicios') and o.code <> p.code
             and o.attributes ? 'inicio' and {} && {} and st_distance(o.geom, p.geom) <= {reach}
         where p.layer = 'inversiones'",
        term("p"),
        term("o"),
    ));
    let (mut served, mut met) = (0, 0);
    for project in &projects {
        let cui = cui(project);
        let evidence = institute.read(&format!("/api/inversiones/{cui}/evidencia"));
        let of = |code: &str| -> Value {
            let list = evidence["evidencias"].as_array().expect("a list");
            let found = list.iter().find(|one| one["codigo"] == code);
            found.expect("the evidence")["filas"].clone()
        };
        let (found, truth) = (of("lotes"), &lots[&cui][0]);
        let count = found[0]["lotes"].as_u64().expect("a count");
        assert_eq!(count.to_string(), truth[0], "{cui}");
        check_close(&found[0]["area_m2"], &truth[1], count as f64, &cui);
        served += count;
        for (code, name, truth) in [
            ("zonas", "zona", &zones),
            ("restricciones", "tipo", &overlays),
        ] {
            let found = of(code);
            let found: BTreeMap<&str, &Value> = found
                .as_array()
                .expect("rows")
                .iter()
                .map(|row| (row[name].as_str().expect("a name"), row))
                .collect();
            let truth = truth.get(&cui).map_or(&[][..], Vec::as_slice);
            assert_eq!(
                found.len(),
                truth.len(),
                "{cui} {code}: {found:?} {truth:?}"
            );
            for row in truth {
                let one = found[row[0].as_str()];
                assert_eq!(one["cantidad"].to_string(), row[1], "{cui} {code}");
                check_close(&one["area_m2"], &row[2], number(&row[1]), &cui);
                check_close(&one["largo_m"], &row[3], number(&row[1]), &cui);
            }
        }
        let found = of("coincidencias");
        let found: BTreeSet<&str> = found
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["codigo"].as_str().expect("a code"))
            .collect();
        let truth: BTreeSet<&str> = others
            .get(&cui)
            .into_iter()
            .flatten()
            .map(|row| row[0].as_str())
            .collect();
        assert_eq!(found, truth, "{cui}");
        met += truth.len();
    }
    assert!(served > 100 && met > 5, "{served} lots, {met} meetings");
}

#[test]
fn evidence_says_which_question_and_which_data_and_is_the_same_when_asked_again() {
    let institute = institute();
    let project = cui(&institute.projects()[2]);
    let path = format!("/api/inversiones/{project}/evidencia");
    let first = institute.read(&path);
    let version = institute.read("/api/salud/listo")["version_datos"].clone();
    for one in first["evidencias"].as_array().expect("a list") {
        let text = one["consulta"].as_str().expect("a question");
        let digest = format!("{:x}", Sha256::digest(text));
        assert_eq!(one["origen"]["consulta_sha256"], digest.as_str());
        assert_eq!(one["origen"]["version_datos"], version);
    }
    let created = institute.send("POST", "/api/inversiones", &park());
    assert_eq!(created.status, 201, "{created:?}");
    let origin = &first["evidencias"][0]["origen"];
    let moment = origin["conocido_a"].as_str().expect("a moment");
    let day = origin["fecha"].as_str().expect("a day");
    let then = format!("?fecha={day}&conocido_a={}", encoded(moment));
    assert_eq!(institute.read(&format!("{path}{then}")), first);
    let unknown = institute
        .service
        .get(&format!("/api/inversiones/2999001/evidencia{then}"));
    assert_eq!(unknown.status, 404, "{unknown:?}");
    assert_eq!(
        institute
            .service
            .get("/api/inversiones/2999002/evidencia")
            .status,
        404
    );
}

#[test]
fn a_project_is_registered_changed_and_found_and_nobody_overwrites_another() {
    let institute = institute();
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
    let institute = institute();
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

#[test]
fn projects_go_out_in_a_file_come_back_in_it_and_two_persons_publish_them() {
    let institute = institute();
    let service = &institute.service;
    let (planner, other) = (&institute.planner, &institute.other);
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
    let fresh = "codigo_unico;nombre_inversion;fase;monto_viable;unidad_ejecutora;influencia_m;wkt\n\
                 2999002;Mirador;Formulación y evaluación;120000,50;Gerencia de Turismo;80;POINT(-76.971 -6.031)\n";
    for (name, file) in [("proyectos.csv", again.as_str()), ("banco.csv", fresh)] {
        let call = Call::new("POST", "/api/levantamientos")
            .token(planner)
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
        let reply = service.send(&call);
        assert_eq!(reply.status, 202, "{reply:?}");
        let link = reply.header("location")[0].to_owned();
        let survey = wait_until_examined(service, planner, &link);
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

#[test]
fn the_sheet_is_the_same_to_the_byte_and_tells_the_evidence() {
    let institute = institute();
    for project in institute.projects().into_iter().take(8) {
        let code = cui(&project);
        let path = format!("/inversiones/{code}/ficha.pdf");
        let paper = institute.service.bytes(&Call::new("GET", path.as_str()));
        assert_eq!(
            paper,
            institute.service.bytes(&Call::new("GET", path.as_str())),
            "{code}"
        );
        let words = words_of_paper(&institute.office, &paper);
        let evidence = institute.read(&format!("/api/inversiones/{code}/evidencia"));
        let origin = &evidence["evidencias"][0]["origen"];
        for text in [
            code.as_str(),
            "Lotesservidos",
            origin["consulta_sha256"].as_str().expect("a digest"),
        ] {
            assert!(words.contains(text), "{code} lacks {text}: {words}");
        }
        assert!(
            words.contains(&format!("versióndedatos{}", origin["version_datos"])),
            "{words}"
        );
    }
    assert_eq!(
        institute
            .service
            .get("/inversiones/2999009/ficha.pdf")
            .status,
        404
    );
}
