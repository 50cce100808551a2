//! The register of plans: its life, its tree, its progress, and what it was at another moment.

use catastro_tests::{Call, Office, Reply, Service, desk::Desk};
use serde_json::{Value, json};

struct Planners {
    desk: Desk,
    token: String,
}

impl Planners {
    fn new() -> Self {
        let desk = Desk::new();
        let token = desk.office.planner("plana", &["llevar_registros"]);
        Self { desk, token }
    }

    fn service(&self) -> &Service {
        &self.desk.service
    }

    fn office(&self) -> &Office {
        &self.desk.office
    }

    fn send(&self, method: &'static str, path: &str, body: &Value) -> Reply {
        self.service().send_as(&self.token, method, path, body)
    }

    fn plan(&self, code: &str) -> Value {
        let reply = self.service().get(&format!("/api/planes/{code}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }
}

fn tree() -> Value {
    json!([
        {"id": "OE1", "clase": "objetivo", "nombre": "Vivir mejor"},
        {"id": "OE1.E1", "clase": "eje", "nombre": "Agua", "padre": "OE1", "eje": "servicios"},
        {"id": "OE1.E1.P1", "clase": "programa", "nombre": "Redes", "padre": "OE1.E1"},
    ])
}

#[test]
fn a_plan_goes_from_the_first_meeting_to_the_ordinance_and_says_what_it_was_before() {
    let planners = Planners::new();
    let new = json!({"codigo": "PDU-220101-2027", "tipo": "pdu", "nombre": "PDU de prueba", "ubigeo": "220101",
        "nodos": tree(), "hitos": [{"estado": "elaboracion", "fecha": "2026-01-05"}]});
    let stranger = planners
        .service()
        .send(&Call::new("POST", "/api/planes").json(&new));
    assert_eq!(stranger.status, 401, "{stranger:?}");
    let chief = Call::new("POST", "/api/planes").token(&planners.desk.chief);
    assert_eq!(planners.service().send(&chief.json(&new)).status, 403);
    let made = planners.send("POST", "/api/planes", &new);
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.header("location"), ["/api/planes/PDU-220101-2027"]);
    assert_eq!(planners.send("POST", "/api/planes", &new).status, 409);

    let path = "/api/planes/PDU-220101-2027/estado";
    let step = |body: Value| planners.send("POST", path, &body);
    // Not without its days, not past the consultation, not twice from one reading.
    let refused = step(json!({"version": 1, "estado": "consulta_publica", "fecha": "2026-02-01"}));
    assert_eq!(refused.status, 422, "{refused:?}");
    let refused =
        step(json!({"version": 1, "estado": "vigente", "fecha": "2026-02-01", "norma": "O"}));
    assert_eq!(refused.status, 409, "{refused:?}");
    let consulted = step(
        json!({"version": 1, "estado": "consulta_publica", "fecha": "2026-02-01", "hasta": "2026-03-01"}),
    );
    assert_eq!(consulted.status, 200, "{consulted:?}");
    assert_eq!(consulted.json()["version"], 2);
    assert_eq!(consulted.json()["consulta"]["abierta"], false);
    let between = consulted.json()["registrado"]
        .as_str()
        .expect("a moment")
        .to_owned();
    let approve = json!({"version": 1, "estado": "aprobado", "fecha": "2026-04-01", "norma": "Ordenanza 7-2026"});
    assert_eq!(step(approve.clone()).status, 409);
    let mut approve = approve;
    approve["version"] = json!(2);
    let approved = step(approve);
    assert_eq!(approved.status, 200, "{approved:?}");
    assert_eq!(approved.json()["norma"], "Ordenanza 7-2026");
    assert_eq!(approved.json()["sigue"], json!(["vigente"]));
    let refused = step(json!({"version": 3, "estado": "vigente", "fecha": "2026-03-01"}));
    assert!(
        refused.status == 422 && refused.text.contains("anterior al hito anterior"),
        "{refused:?}"
    );

    // What the service knew when the consultation was written.
    let then = planners
        .service()
        .get(&format!("/api/planes/PDU-220101-2027?conocido_a={between}"));
    assert_eq!(then.json()["estado"], "consulta_publica", "{then:?}");
    assert_eq!(then.json()["avance"]["proyectos"], 0);
    let list = planners.service().get(&format!(
        "/api/planes?estado=consulta_publica&conocido_a={between}"
    ));
    assert!(list.text.contains("PDU-220101-2027"), "{list:?}");
    let list = planners
        .service()
        .get("/api/planes?estado=consulta_publica");
    assert!(!list.text.contains("PDU-220101-2027"), "{list:?}");
    let told = planners
        .office()
        .sql("select action from audit where object = 'plan/PDU-220101-2027' order by number");
    assert_eq!(told, ["plan.alta", "plan.estado", "plan.estado"]);
}

#[test]
fn what_is_no_plan_is_refused_with_what_to_mend() {
    let planners = Planners::new();
    let with = |change: Value| {
        let mut new = json!({"codigo": "PDU-1", "tipo": "pdu", "nombre": "PDU de prueba", "ubigeo": "220101"});
        for (name, value) in change.as_object().expect("members") {
            new[name] = value.clone();
        }
        planners.send("POST", "/api/planes", &new)
    };
    for (change, status, word) in [
        (json!({"codigo": "borradores"}), 400, "Empieza con PDU-"),
        (json!({"codigo": "EOU-1"}), 400, "Empieza con PDU-"),
        (json!({"nombre": " a "}), 400, "Falta el nombre"),
        (json!({"ubigeo": null}), 400, "Falta el municipio"),
        (json!({"ubigeo": "150101"}), 400, "no está en este servicio"),
        (json!({"otro": 1}), 400, "otro"),
        (
            json!({"borrador": "00000000-0000-0000-0000-000000000000"}),
            404,
            "borrador",
        ),
        (
            json!({"nodos": [{"id": "X", "clase": "programa", "nombre": "x", "padre": "X"}]}),
            422,
            "más arriba",
        ),
        (
            json!({"nodos": [{"id": "X", "clase": "eje", "nombre": "x", "padre": "Y"}]}),
            422,
            "uno que no está",
        ),
        (
            json!({"nodos": [{"id": "X", "clase": "objetivo", "nombre": "x", "eje": "lunar"}]}),
            400,
            "lunar",
        ),
        (
            json!({"hitos": [{"estado": "vigente", "fecha": "2012-01-01"}]}),
            422,
            "Hito 1",
        ),
        (
            json!({"hitos": [{"estado": "elaboracion", "fecha": "2999-01-01"}]}),
            422,
            "todavía no llega",
        ),
    ] {
        let refused = with(change.clone());
        assert!(
            refused.status == status && refused.text.contains(word),
            "{change}: {refused:?}"
        );
    }
    for path in [
        "/api/planes?tipo=x",
        "/api/planes?otro=1",
        "/api/planes/PDU-220101-DEMO?otro=1",
    ] {
        assert_eq!(planners.service().get(path).status, 400, "{path}");
    }
    assert_eq!(planners.service().get("/api/planes/PDU-9").status, 404);
    let changed = json!({"version": 7, "nombre": "Otro nombre", "nodos": []});
    let stale = planners.send("PUT", "/api/planes/PDU-220101-DEMO", &changed);
    assert_eq!(stale.status, 409, "{stale:?}");
    let changed = json!({"version": 1, "nombre": "Otro nombre", "nodos": tree()});
    let changed = planners.send("PUT", "/api/planes/PDU-220101-DEMO", &changed);
    assert_eq!(changed.json()["nombre"], "Otro nombre", "{changed:?}");
}

#[test]
fn the_tree_carries_the_progress_of_its_projects() {
    let planners = Planners::new();
    let made = planners.send(
        "POST",
        "/api/planes",
        &json!({"codigo": "PDU-ARBOL", "tipo": "pdu", "nombre": "PDU con árbol", "ubigeo": "220101", "nodos": tree()}),
    );
    assert_eq!(made.status, 201, "{made:?}");
    let change = planners.office().sql("select max(number) + 1 from change");
    let change = &change[0];
    // Two projects of a programme, one of the axis, one of no node; written as their register leaves them.
    planners.office().sql(&format!(
        "with new as (insert into change (number, at, ubigeo, layer, kind, actor, reason, counts)
             values ({change}, now(), '220101', 'inversiones', 'registro', 'x', 'x', '{{}}') returning number)
         insert into spatial_unit (layer, ubigeo, code, valid, recorded, change_from, content, attributes, geom)
         select 'inversiones', '220101', p.code, daterange('2026-01-01', null), tstzrange(now(), null), new.number,
             gen_random_uuid(),
             jsonb_build_object('nombre', 'Proyecto ' || p.code, 'fase', 'ejecucion', 'plan', 'PDU-ARBOL', 'nodo', p.node,
                 'costo_soles', p.cost), st_setsrid(st_makepoint(281700, 9332800), 32718)
         from new, (values ('9000001', 'OE1.E1.P1', 300), ('9000002', 'OE1.E1.P1', 100), ('9000003', 'OE1.E1', 100),
             ('9000004', 'OE9', 50)) p (code, node, cost)"
    ));
    planners.office().sql(
        "insert into figure (kind, code, measure, period, value, recorded) values
             ('inversion', '9000001', 'fisico_pct', '2026-T1', 10, tstzrange(now(), null)),
             ('inversion', '9000001', 'fisico_pct', '2026-09', 100, tstzrange(now(), null)),
             ('inversion', '9000001', 'fisico_pct', '2026-T2', 50, tstzrange(now(), null)),
             ('inversion', '9000001', 'financiero_soles', '2026-09', 290, tstzrange(now(), null)),
             ('inversion', '9000003', 'fisico_pct', '2026-S1', 50, tstzrange(now(), null))",
    );
    planners
        .office()
        .sql(&format!("select pg_notify('catastro_change', '{change}')"));
    let service = planners.service();
    service.wait_for_version(change.parse().expect("a number"));
    let tree = service.get("/api/planes/PDU-ARBOL/arbol");
    assert_eq!(tree.status, 200, "{tree:?}");
    let tree = tree.json();
    let node = |at: usize| tree["nodos"][at]["avance"].clone();
    assert_eq!(node(2)["proyectos"], 2, "{tree}");
    assert_eq!(node(2)["fisico_pct"], 75.0, "{tree}");
    assert_eq!(node(0)["fisico_pct"], 70.0, "{tree}");
    assert_eq!(node(0)["financiero_soles"], 290.0, "{tree}");
    assert_eq!(tree["fuera_del_arbol"]["proyectos"], 1, "{tree}");
    assert_eq!(tree["total"]["costo_soles"], 550.0, "{tree}");
    // The same from the archive.
    let plan = service.get("/api/planes/PDU-ARBOL").json();
    assert_eq!(plan["avance"]["proyectos"], 4, "{plan}");
    let now = planners
        .office()
        .sql("select to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    let past = service
        .get(&format!(
            "/api/planes/PDU-ARBOL/arbol?conocido_a={}",
            now[0]
        ))
        .json();
    assert_eq!(past["nodos"], tree["nodos"]);
    let list = service.get("/api/planes?tipo=pdu").json();
    let lines = list["planes"].as_array().expect("plans");
    let line = lines.iter().find(|line| line["codigo"] == "PDU-ARBOL");
    assert_eq!(
        line.map(|line| &line["proyectos"]),
        Some(&json!(4)),
        "{list}"
    );
}

#[test]
fn the_demonstration_has_plans_in_all_their_ways() {
    let planners = Planners::new();
    let list = planners.service().get("/api/planes").json();
    let plans = list["planes"].as_array().expect("plans");
    assert_eq!(plans.len(), 9, "{list}");
    for state in [
        "vigente",
        "en_actualizacion",
        "consulta_publica",
        "elaboracion",
    ] {
        assert!(
            plans.iter().any(|plan| plan["estado"] == state),
            "{state}: {list}"
        );
    }
    let capital = planners.plan("PDU-220101-DEMO");
    assert!(
        capital["area_ha"].as_f64().is_some_and(|area| area > 1.0),
        "{capital}"
    );
    assert_eq!(capital["demostracion"], true);
    // Who observes a plan that has a perimeter need not say where it is.
    let observed = planners.service().post(
        "/api/observaciones",
        &json!({"sobre": "plan", "objeto": "PDU-220101-DEMO", "texto": "Falta la ribera del río en el plano."}),
    );
    assert_eq!(observed.status, 201, "{observed:?}");
}
