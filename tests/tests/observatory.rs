//! The observatory: series offered by one and published by another, and figures that say where they come from.

use catastro_tests::{Call, Office, Reply, Service};
use serde_json::{Value, json};

const HOME: &str = "220101";

struct Observatory {
    office: Office,
    service: Service,
    partner: String,
    stranger: String,
    planner: String,
}

fn series(code: &str) -> Value {
    json!({
        "codigo": code, "nombre": "Lluvia mensual", "organizacion": "Universidad del Alto Mayo",
        "eje": "fisico_ambiental", "unidad": "mm", "metodo": "Pluviómetro, a las siete",
        "fuente": "Estación propia", "licencia": "CC BY 4.0",
    })
}

impl Observatory {
    fn new() -> Self {
        let office = Office::with_demonstration(300);
        let service = office.serve();
        for (login, role) in [
            ("universidad", "aliado"),
            ("colegio", "aliado"),
            ("planificadora", "planificador"),
        ] {
            let _ = office.account(login, &[role]);
        }
        let scope = ["ofrecer_series", "llevar_registros"];
        Self {
            partner: office.token("universidad", &scope),
            stranger: office.token("colegio", &scope),
            planner: office.token("planificadora", &scope),
            service,
            office,
        }
    }

    fn send(&self, token: &str, method: &'static str, path: &str, body: &Value) -> Reply {
        self.service.send_as(token, method, path, body)
    }

    fn get(&self, token: &str, path: &str) -> Reply {
        self.service.send(&Call::new("GET", path).token(token))
    }

    fn review(&self, token: &str, code: &str, step: &str, version: i32) -> Reply {
        let body = json!({"paso": step, "motivo": "mirado contra el método", "version": version});
        self.send(
            token,
            "POST",
            &format!("/api/series/{code}/revision"),
            &body,
        )
    }
}

#[test]
fn a_series_is_offered_by_one_and_published_by_another() {
    let here = Observatory::new();
    let path = "/api/series/lluvia-prueba";
    let made = here.send(
        &here.partner,
        "POST",
        "/api/series",
        &series("lluvia-prueba"),
    );
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.json()["estado"], "ofrecida");
    let figures = json!({"cifras": [
        {"periodo": "2026-01", "ubigeo": HOME, "valor": 120.5},
        {"periodo": "2026-02", "ubigeo": HOME, "valor": 98.0},
        {"periodo": "2026-02", "valor": 90.0},
    ]});
    let kept = here.send(&here.partner, "POST", &format!("{path}/cifras"), &figures);
    assert_eq!(kept.status, 200, "{kept:?}");

    // Unpublished: its author and planners see it, and nobody else.
    assert_eq!(here.get(&here.partner, path).status, 200);
    assert_eq!(here.get(&here.planner, path).status, 200);
    for unseen in [
        here.service.get(path),
        here.service.get(&format!("{path}/cifras")),
        here.get(&here.stranger, path),
        here.service
            .get("/api/observatorio/mapa?serie=lluvia-prueba"),
    ] {
        assert_eq!(unseen.status, 404, "{unseen:?}");
    }
    let all = here
        .service
        .get("/api/observatorio/cifras?f=csv&clase=serie")
        .text;
    assert!(!all.contains("lluvia-prueba"), "{all}");

    // Neither its author nor another partner publishes it; nor does another change it.
    assert_eq!(
        here.review(&here.partner, "lluvia-prueba", "publicar", 1)
            .status,
        403
    );
    assert_eq!(
        here.review(&here.stranger, "lluvia-prueba", "publicar", 1)
            .status,
        403
    );
    let mut change = series("lluvia-prueba");
    change["version"] = json!(1);
    assert_eq!(here.send(&here.stranger, "PUT", path, &change).status, 404);
    let observed = here.review(&here.planner, "lluvia-prueba", "observar", 1);
    assert_eq!(observed.json()["estado"], "observada", "{observed:?}");
    assert_eq!(
        here.review(&here.planner, "lluvia-prueba", "publicar", 2)
            .status,
        409
    );

    // Its author mends it after the planner's version, and a planner publishes that.
    change["version"] = json!(2);
    change["metodo"] = json!("Pluviómetro de cubeta, a las siete y a las diecinueve");
    let mended = here.send(&here.partner, "PUT", path, &change);
    assert_eq!(
        (mended.status, &mended.json()["estado"]),
        (200, &json!("ofrecida")),
        "{mended:?}"
    );
    assert_eq!(
        here.review(&here.planner, "lluvia-prueba", "publicar", 2)
            .status,
        409
    );
    let published = here.review(&here.planner, "lluvia-prueba", "publicar", 3);
    assert_eq!(published.json()["estado"], "publicada", "{published:?}");
    let read = here.service.get(&format!("{path}/cifras")).json();
    assert_eq!(read["cifras"].as_array().map(Vec::len), Some(3), "{read}");
    assert_eq!(read["licencia"], "CC BY 4.0");
    assert!(read["version_datos"].as_i64() > Some(0));
    let table = here.service.get(&format!("{path}/cifras?f=csv"));
    assert!(
        table.text.contains("2026-01,220101,") && table.text.contains("120.5,mm,"),
        "{table:?}"
    );

    corrected_and_withdrawn(&here, path);
}

fn corrected_and_withdrawn(here: &Observatory, path: &str) {
    // A correction waits again.
    let corrected = json!({"cifras": [{"periodo": "2026-01", "ubigeo": HOME, "valor": 121.0}]});
    let kept = here.send(&here.partner, "POST", &format!("{path}/cifras"), &corrected);
    assert_eq!(kept.status, 200, "{kept:?}");
    assert_eq!(here.service.get(path).status, 404);
    assert_eq!(
        here.review(&here.planner, "lluvia-prueba", "publicar", 5)
            .status,
        200
    );
    let read = here.service.get(&format!("{path}/cifras")).json();
    assert_eq!(read["cifras"][0]["valor"], 121.0, "{read}");

    let withdrawn = here.review(&here.partner, "lluvia-prueba", "retirar", 6);
    assert_eq!(withdrawn.json()["estado"], "retirada", "{withdrawn:?}");
    assert_eq!(here.service.get(path).status, 404);
    let kinds = here
        .office
        .sql("select action from audit where object = 'serie/lluvia-prueba' order by number");
    assert_eq!(
        kinds.first().map(String::as_str),
        Some("serie.oferta"),
        "{kinds:?}"
    );
    assert_eq!(
        kinds.last().map(String::as_str),
        Some("serie.retiro"),
        "{kinds:?}"
    );
}

#[test]
fn what_is_wrong_in_a_series_is_said() {
    let here = Observatory::new();
    let with = |member: &str, value: &str| {
        let mut changed = series("otra-serie");
        changed[member] = json!(value);
        changed
    };
    for (wrong, word) in [
        (with("codigo", "Con Espacios"), "código"),
        (with("eje", "astral"), "eje"),
        (with("licencia", " "), "licencia"),
        (with("apodo", "x"), "apodo"),
    ] {
        let refused = here.send(&here.partner, "POST", "/api/series", &wrong);
        assert!(
            refused.status == 400 && refused.text.contains(word),
            "{word}: {refused:?}"
        );
    }
    let made = here.send(&here.partner, "POST", "/api/series", &series("otra-serie"));
    assert_eq!(made.status, 201, "{made:?}");
    for (figures, word) in [
        (json!([]), "No hay cifras"),
        (
            json!([{"periodo": "2026-13", "valor": 1.0}]),
            "no es un periodo",
        ),
        (
            json!([{"periodo": "2026", "ubigeo": "150101", "valor": 1.0}]),
            "no está en el servicio",
        ),
        (
            json!([{"periodo": "2026", "valor": 1.0}, {"periodo": "2026", "valor": 2.0}]),
            "dos veces",
        ),
    ] {
        let body = json!({"cifras": figures});
        let refused = here.send(
            &here.partner,
            "POST",
            "/api/series/otra-serie/cifras",
            &body,
        );
        assert!(
            refused.status == 400 && refused.text.contains(word),
            "{word}: {refused:?}"
        );
    }
    let twice = here.send(&here.stranger, "POST", "/api/series", &series("otra-serie"));
    assert_eq!(twice.status, 409, "{twice:?}");
    assert_eq!(here.service.post("/api/series", &series("x-1")).status, 401);
    assert_eq!(here.service.get("/api/series?apodo=1").status, 400);
}

#[test]
fn figures_go_out_with_their_version_their_query_and_their_licence() {
    let here = Observatory::new();
    let digest = "a".repeat(64);
    here.office.sql(&format!(
        "insert into dossier (kind, code, version, recorded, content) values ('indicador', 'prueba_verde', 1,
             tstzrange(now() - interval '1 minute', null),
             '{{\"nombre\": \"Áreas verdes de prueba\", \"eje\": \"urbano\", \"unidad\": \"m2\", \"formula\": \"x\", \"fuente\": \"x\", \"sentido\": \"mas\", \"periodicidad\": \"anual\", \"metas\": []}}');
         insert into figure (kind, code, measure, period, ubigeo, value, recorded, content)
             select 'indicador', 'prueba_verde', 'valor', p, u, v, tstzrange(now() - interval '1 minute', null),
                 '{{\"consulta_sha256\": \"{digest}\", \"version_datos\": 7}}'
             from (values ('2025', null, 5.0), ('2026', null, 6.5), ('2026', '{HOME}', 9.25)) as f (p, u, v)"
    ));
    let table = here
        .service
        .get("/api/observatorio/cifras?f=csv&clase=indicador&codigo=prueba_verde");
    assert_eq!(table.status, 200, "{table:?}");
    assert_eq!(table.text.lines().count(), 4, "{table:?}");
    for word in [digest.as_str(), ",9.25,m2,", "CC BY 4.0", ",7,"] {
        assert!(table.text.contains(word), "no {word} in {table:?}");
    }
    let page = here
        .service
        .get("/api/observatorio/cifras?codigo=prueba_verde&periodo=2026")
        .json();
    assert_eq!(page["cifras"].as_array().map(Vec::len), Some(2), "{page}");
    let front = here.service.get("/api/observatorio?eje=urbano").json();
    let line = front["indicadores"].as_array().expect("a list").iter();
    let line = line
        .clone()
        .find(|one| one["codigo"] == "prueba_verde")
        .expect("it");
    assert_eq!(line["ultimo"]["valor"], 6.5, "{line}");
    assert_eq!(line["ultimo"]["consulta_sha256"], digest.as_str());

    let layer = here
        .service
        .get("/api/observatorio/mapa?indicador=prueba_verde&f=geojson")
        .json();
    assert_eq!(layer["periodo"], "2026", "{layer}");
    assert_eq!(layer["consulta_sha256"], digest.as_str());
    assert!(
        layer["licencia"]
            .as_str()
            .is_some_and(|text| text.contains("CC BY"))
    );
    let features = layer["features"].as_array().expect("features");
    let home = features
        .iter()
        .find(|one| one["id"] == HOME)
        .expect("the capital");
    assert_eq!(home["properties"]["valor"], 9.25);
    let elsewhere = features
        .iter()
        .find(|one| one["id"] == "220102")
        .expect("another");
    assert!(elsewhere["properties"]["valor"].is_null());
    let package = here.service.bytes(&Call::new(
        "GET",
        "/api/observatorio/mapa?indicador=prueba_verde&periodo=2026&f=gpkg",
    ));
    assert!(
        package.starts_with(b"SQLite format 3\0"),
        "{} bytes",
        package.len()
    );
    let holds = |text: &str| {
        package
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds(&digest) && holds("municipios"));
    assert_eq!(here.service.get("/api/observatorio/mapa").status, 400);
    assert_eq!(
        here.service
            .get("/api/observatorio/mapa?indicador=nada")
            .status,
        404
    );
}

#[test]
fn the_demonstration_shows_the_series_that_are_published() {
    let here = Observatory::new();
    let public = here.service.get("/api/series").json();
    let codes: Vec<&str> = public["series"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["codigo"].as_str())
        .collect();
    assert_eq!(codes, ["consultas-salud-demo", "lluvia-mensual-demo"]);
    let planners = here.get(&here.planner, "/api/series").json();
    assert_eq!(
        planners["series"].as_array().map(Vec::len),
        Some(4),
        "{planners}"
    );
    // Of what the console wrote no account is the author: a planner publishes it.
    assert_eq!(
        here.review(&here.planner, "precio-arroz-demo", "publicar", 1)
            .status,
        200
    );
}

#[test]
fn what_is_not_published_is_seen_nowhere_else_either() {
    let here = Observatory::new();
    let offered = here.send(&here.partner, "POST", "/api/series", &series("rio-prueba"));
    assert_eq!(offered.status, 201, "{offered:?}");
    let figures = json!({"cifras": [{"periodo": "2026-01", "valor": 1.5}]});
    let kept = here.send(
        &here.partner,
        "POST",
        "/api/series/rio-prueba/cifras",
        &figures,
    );
    assert_eq!(kept.status, 200, "{kept:?}");
    let papers = "/api/documentos/serie/rio-prueba";
    let brought = here.service.send(
        &Call::new("POST", papers)
            .token(&here.partner)
            .upload(("metodo.txt", b"a las siete"), &[("sobre", "El método")]),
    );
    assert_eq!(brought.status, 201, "{brought:?}");
    let file = brought.json()["enlace"]
        .as_str()
        .expect("a link")
        .to_owned();
    let told = "select (select count(*) from consulta.cifras where codigo = 'rio-prueba'),
        (select count(*) from consulta.expedientes where codigo = 'rio-prueba')";

    assert_eq!(here.get(&here.partner, papers).status, 200);
    assert_eq!(here.get(&here.planner, &file).status, 200);
    let observed = here.review(&here.planner, "rio-prueba", "observar", 1);
    assert_eq!(observed.json()["estado"], "observada", "{observed:?}");
    assert!(
        !here
            .service
            .get("/novedades.atom")
            .text
            .contains("rio-prueba")
    );
    let mut mended = series("rio-prueba");
    mended["version"] = json!(2);
    let mended = here.send(&here.partner, "PUT", "/api/series/rio-prueba", &mended);
    assert_eq!(mended.json()["estado"], "ofrecida", "{mended:?}");
    for path in [papers, &file] {
        assert_eq!(here.service.get(path).status, 404, "{path}");
        assert_eq!(here.get(&here.stranger, path).status, 404, "{path}");
    }
    assert_eq!(here.office.sql(told), ["0|0"]);

    let version = here.get(&here.planner, "/api/series/rio-prueba").json()["version"].clone();
    let version = i32::try_from(version.as_i64().expect("a version")).expect("a version");
    let published = here.review(&here.planner, "rio-prueba", "publicar", version);
    assert_eq!(published.json()["estado"], "publicada", "{published:?}");
    for path in [papers, &file] {
        assert_eq!(here.service.get(path).status, 200, "{path}");
    }
    assert_eq!(here.office.sql(told), ["1|1"]);
    assert!(
        here.service
            .get("/novedades.atom")
            .text
            .contains("rio-prueba")
    );
}
