//! Who may do what: every cell of the permission table, asked at the doors, made from the table itself.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use catastro_tests::{Call, Office, Reply, Service, sample, wait_until_examined};
use domain::people::{Action, Role, permission::TABLE};
use serde_json::{Value, json};

const HOME: &str = "220101";
const ELSEWHERE: &str = "220102";
/// In the middle of each town.
const AT_HOME: [f64; 2] = [-76.97, -6.03];

/// What there is to do something to, in the municipality of [`HOME`].
struct Fixture {
    survey: String,
    plan: String,
    parcel: String,
    /// In review.
    certificate: String,
}

/// A file of a plan's layer.
fn overlays() -> Vec<u8> {
    json!({"type": "FeatureCollection", "features": [{
        "type": "Feature",
        "properties": {"tipo": "faja_marginal", "nombre": "Río de prueba", "codigo": "FM-1"},
        "geometry": {"type": "Polygon", "coordinates": [[
            [-76.97, -6.03], [-76.969, -6.03], [-76.969, -6.029], [-76.97, -6.029], [-76.97, -6.03]
        ]]},
    }]})
    .to_string()
    .into_bytes()
}

fn upload(layer: &str, file: &[u8]) -> Call {
    Call::new("POST", "/api/levantamientos").upload(
        ("prueba.geojson", file),
        &[("coleccion", layer), ("ubigeo", HOME)],
    )
}

fn decision(survey: &str) -> Call {
    Call::new("POST", format!("{survey}/decision"))
        .json(&json!({"decision": "observar", "sustento": "falta el plano de ubicación"}))
}

fn draft(parcel: &str) -> Call {
    Call::new("POST", "/api/control-urbano/certificados")
        .json(&json!({"tipo": "parametros", "consulta": {"predio": parcel}}))
}

/// A certificate that waits for who issues it; gives its link.
fn in_review(service: &Service, token: &str, parcel: &str) -> String {
    let reply = service.send(&draft(parcel).token(token));
    assert_eq!(reply.status, 201, "{reply:?}");
    let link = reply.header("location")[0].to_owned();
    let sent = Call::new("POST", format!("{link}/decision"))
        .token(token)
        .json(&json!({"decision": "enviar"}));
    let reply = service.send(&sent);
    assert_eq!(reply.status, 200, "{reply:?}");
    link
}

/// The request that does something in [`HOME`]; none for what has no door yet.
fn door(action: Action, fixture: &Fixture) -> Option<Call> {
    let holders = format!("/api/predios/{}/titulares", fixture.parcel);
    Some(match action {
        Action::UploadSurvey => upload("lotes", &sample(HOME, 91, AT_HOME)),
        Action::ReadSurveys => Call::new("GET", &*fixture.survey),
        Action::DecideSurvey => decision(&fixture.survey),
        Action::UploadPlan => upload("restricciones", &overlays()),
        Action::DecidePlan => decision(&fixture.plan),
        Action::ReadHolders => Call::new("GET", format!("{holders}?finalidad=prueba+de+permisos")),
        Action::WriteHolders => Call::new("PUT", format!("{holders}?motivo=prueba+de+permisos"))
            .json(&json!({"titulares": []})),
        Action::ReadAudit => Call::new("GET", "/api/auditoria"),
        Action::ManageAccounts => Call::new("GET", "/api/cuentas"),
        Action::DraftCertificate => draft(&fixture.parcel),
        Action::IssueCertificate => Call::new("POST", format!("{}/decision", fixture.certificate))
            .json(&json!({"decision": "devolver", "sustento": "falta el expediente"})),
        Action::Inspect => Call::new("POST", "/api/fiscalizacion")
            .json(&json!({"predio": fixture.parcel, "asunto": "obra sin licencia"})),
        // A report that another drafted has its own tests.
        Action::AnswerObservations | Action::SignReport => return None,
        Action::KeepRegister => Call::new("POST", "/api/proyectos-catastrales")
            .json(&cadastral_project(&fresh("PC-2026"))),
        Action::OfferSeries => Call::new("POST", "/api/series").json(&series(&fresh("serie"))),
    })
}

/// A code that nothing has yet: what may be made is made by each who may.
fn fresh(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(100);
    format!("{prefix}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn cadastral_project(code: &str) -> Value {
    json!({
        "codigo": code, "ubigeo": HOME, "nombre": "prueba de permisos", "estado": "previsto",
        "sectores": [format!("{HOME}01")], "metas": {"predios": 10, "manzanas": 1},
        "calendario": [{"nombre": "Campo", "inicio": "2026-01-01", "fin": "2026-12-31"}],
    })
}

fn series(code: &str) -> Value {
    json!({
        "codigo": code, "nombre": "prueba de permisos", "organizacion": "Universidad", "eje": "social",
        "unidad": "personas", "metodo": "conteo", "fuente": "encuesta", "licencia": "CC BY 4.0",
    })
}

fn grant(role: Role, place: &str) -> String {
    if role.is_municipal() {
        format!("{role}@{place}")
    } else {
        role.to_string()
    }
}

/// A token with every action that there is: the role alone decides.
fn holder(office: &Office, login: &str, role: &str) -> String {
    let _ = office.account(login, &[role]);
    let all: Vec<&str> = Action::all().map(Action::name).collect();
    office.token(login, &all)
}

fn uploaded(service: &Service, token: &str, call: &Call) -> String {
    let reply = service.send(&call.clone().token(token));
    assert_eq!(reply.status, 202, "{reply:?}");
    let link = reply.header("location")[0].to_owned();
    let reader = wait_until_examined(service, token, &link);
    assert!(reader["estado"].is_string(), "{reader}");
    link
}

fn check(reply: &Reply, allowed: bool, problem: &str, cell: &str) {
    if allowed {
        assert!((200..300).contains(&reply.status), "{cell}: {reply:?}");
    } else {
        assert_eq!(reply.json()["type"], problem, "{cell}: {reply:?}");
    }
}

#[test]
fn every_cell_of_the_table_holds_at_the_doors() {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    let author = holder(&office, "autora", &format!("tecnico_catastro@{HOME}"));
    let planner = holder(&office, "otro.plan", "planificador");
    let drafter = holder(&office, "redactora", &format!("control_urbano@{HOME}"));
    let parcel = first_parcel(&service);
    let fixture = Fixture {
        survey: uploaded(
            &service,
            &author,
            &upload("lotes", &sample(HOME, 90, AT_HOME)),
        ),
        plan: uploaded(&service, &planner, &upload("restricciones", &overlays())),
        certificate: in_review(&service, &drafter, &parcel),
        parcel,
    };
    let mut people: BTreeMap<(Role, &str), String> = BTreeMap::new();
    for role in Role::ALL {
        for (place, login) in [(HOME, "aqui"), (ELSEWHERE, "alla")] {
            let login = format!("{login}.{}", role.name().replace('_', "."));
            people.insert((role, place), holder(&office, &login, &grant(role, place)));
        }
    }
    let mut cells = 0;
    let mut closed = Vec::new();
    for (action, able) in TABLE {
        let Some(call) = door(action, &fixture) else {
            closed.push(action);
            continue;
        };
        let public = service.send(&call);
        assert_eq!(public.status, 401, "{action}: {public:?}");
        check(
            &public,
            false,
            "/problemas/sin-cuenta",
            &format!("public {action}"),
        );
        for ((role, place), token) in &people {
            // What makes something anew makes another one each time.
            let call = door(action, &fixture).expect("a door");
            let reply = service.send(&call.token(token));
            let reaches = !role.is_municipal() || *place == HOME;
            let allowed = able.contains(role) && reaches;
            check(
                &reply,
                allowed,
                "/problemas/sin-permiso",
                &format!("{role} of {place} {action}"),
            );
            cells += 1;
        }
    }
    assert_eq!(cells, (TABLE.len() - closed.len()) * Role::ALL.len() * 2);
    // What has no door yet is known by name: a new action is not forgotten here.
    assert_eq!(closed, [Action::AnswerObservations, Action::SignReport]);
}

fn first_parcel(service: &Service) -> String {
    let page = service.get("/ogc/collections/lotes/items?limit=1").json();
    page["features"][0]["id"]
        .as_str()
        .expect("a parcel")
        .to_owned()
}

#[test]
fn a_token_does_what_it_says_and_no_more() {
    let office = Office::with_demonstration(500);
    let service = office.serve();
    let _ = office.account("tecnica", &["tecnico_catastro@220101"]);
    let reads = office.token("tecnica", &["leer_levantamientos"]);
    assert_eq!(
        service
            .send(&Call::new("GET", "/api/levantamientos").token(&reads))
            .status,
        200
    );
    let refused = service.send(&upload("lotes", &sample(HOME, 90, AT_HOME)).token(&reads));
    assert_eq!(refused.status, 403);
    assert!(
        refused.text.contains("El token no vale para"),
        "{refused:?}"
    );
    // Neither are tokens made with tokens, nor passwords changed.
    let made = service.send(
        &Call::new("POST", "/api/tokens")
            .token(&reads)
            .json(&json!({"nombre": "otro"})),
    );
    assert_eq!(made.status, 403, "{made:?}");
    for path in ["/ogc", "/ogc/collections/lotes/items?limit=1", "/api/yo"] {
        assert_eq!(
            service.send(&Call::new("GET", path).token(&reads)).status,
            200,
            "{path}"
        );
        assert_eq!(
            service
                .send(&Call::new("GET", path).token("catastro_inventado"))
                .status,
            401,
            "{path}"
        );
    }

    let listed: Value =
        serde_json::from_str(&office.run(["token", "list", "tecnica"]).done().output)
            .expect("JSON");
    let id = listed[0]["id"].as_str().expect("an id");
    let _ = office.run(["token", "revoke", id]).done();
    let after = service.send(&Call::new("GET", "/api/levantamientos").token(&reads));
    assert_eq!(
        (after.status, after.json()["type"].as_str()),
        (401, Some("/problemas/sin-cuenta"))
    );

    // An account out of use takes its tokens with it.
    let again = office.token("tecnica", &["leer_levantamientos"]);
    let _ = office.run(["user", "disable", "tecnica"]).done();
    assert_eq!(
        service
            .send(&Call::new("GET", "/api/levantamientos").token(&again))
            .status,
        401
    );
    let _ = office.run(["user", "enable", "tecnica"]).done();
    assert_eq!(
        service
            .send(&Call::new("GET", "/api/levantamientos").token(&again))
            .status,
        401
    );
}

#[test]
fn the_manual_has_the_same_table() {
    let page = include_str!("../../docs/manual/permisos.md");
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let mut rows = page.lines().filter(|line| line.starts_with('|')).map(cells);
    let header: Vec<Role> = rows
        .next()
        .expect("a header")
        .iter()
        .skip(1)
        .map(|name| name.parse().expect("a role"))
        .collect();
    let written: BTreeMap<String, Vec<Role>> = rows
        .skip(1)
        .map(|row| {
            let action = row[0].split('`').nth(1).unwrap_or_default().to_owned();
            let able = header
                .iter()
                .zip(&row[1..])
                .filter(|(_, cell)| *cell == "sí");
            (action, able.map(|(role, _)| *role).collect())
        })
        .collect();
    let ours: BTreeMap<String, Vec<Role>> = TABLE
        .iter()
        .map(|(action, able)| (action.name().to_owned(), able.to_vec()))
        .collect();
    assert_eq!(written, ours);
}
