//! What every request passes: limits, headers, ids; and a configuration that says what is wrong with it.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use catastro_tests::{Call, Office, Service};
use serde_json::json;

fn service(office: &Office, settings: &[(&str, &str)]) -> Service {
    let mut command = office.command(["serve", "--listen", "127.0.0.1:0"]);
    command.envs(settings.iter().copied());
    Service::start(command)
}

#[test]
fn every_answer_carries_its_headers_and_an_id_of_ours() {
    let office = Office::with_demonstration(200);
    let https = (
        "CATASTRO_SERVICIO_DIRECCION_PUBLICA",
        "https://catastro.example.gob.pe",
    );
    let service = service(
        &office,
        &[
            https,
            ("CATASTRO_REGISTRO_FORMATO", "json"),
            ("CATASTRO_REGISTRO_NIVEL", "debug"),
        ],
    );
    let mut ids = BTreeSet::new();
    for path in [
        "/",
        "/ingresar",
        "/observaciones",
        "/mapa",
        "/ogc",
        "/api/salud/vivo",
        "/api/yo",
        "/nada/de/nada",
        "/api/auditoria",
        "/ogc/collections/lotes/items?limit=x",
    ] {
        let reply = service.send(&Call::new("GET", path).header("x-request-id", "de-otro"));
        let policy = reply.header("content-security-policy").concat();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"),
            "{path}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            // Stricter, and browsers send `Origin: null` with our own forms, which are then refused.
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), [value], "{path}");
        }
        assert!(
            reply.header("strict-transport-security")[0].starts_with("max-age="),
            "{path}"
        );
        let id = reply.header("x-request-id").concat();
        assert_eq!(id.len(), 36, "{path}");
        assert!(ids.insert(id), "{path}: an id twice");
    }
    // With https the cookie is bound to it.
    let password = office.account("jefa", &["jefe_catastro@220101"]);
    let reply = service.send(
        &Call::new("POST", "/ingresar").form(&[("usuario", "jefa"), ("contrasena", &password)]),
    );
    let cookie = reply
        .header("set-cookie")
        .into_iter()
        .find(|cookie| cookie.starts_with("__Host-catastro="));
    assert!(
        cookie.is_some_and(|cookie| cookie.contains("Secure") && cookie.contains("HttpOnly")),
        "{reply:?}"
    );
    // The log: one JSON object a line, with the pattern of the path and the id.
    std::thread::sleep(Duration::from_millis(300));
    let log = service.log();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let known = lines.iter().filter(|line| {
        line["message"] == "answered"
            && ids.contains(line["span"]["id"].as_str().unwrap_or_default())
    });
    assert_eq!(known.count(), ids.len(), "{log}");
    assert!(!log.contains("de-otro") && !log.contains(&password));
}

#[test]
fn who_asks_too_much_waits_and_others_do_not() {
    let office = Office::with_demonstration(200);
    let settings = [
        ("CATASTRO_SERVICIO_PROXIES", "127.0.0.1"),
        ("CATASTRO_LIMITES_LECTURAS_POR_MINUTO", "20"),
        ("CATASTRO_LIMITES_ESCRITURAS_POR_MINUTO", "5"),
        ("CATASTRO_LIMITES_POR_CUENTA_POR_MINUTO", "8"),
    ];
    let service = service(&office, &settings);
    let read = |from: &str| service.send(&Call::new("GET", "/ogc").header("x-forwarded-for", from));
    let statuses: Vec<u16> = (0..25).map(|_| read("198.51.100.1").status).collect();
    assert_eq!(statuses[..20], [200; 20]);
    let refused = read("198.51.100.1");
    assert_eq!(
        (refused.status, refused.kind.as_str()),
        (429, "application/problem+json")
    );
    assert_eq!(refused.json()["type"], "/problemas/demasiadas-solicitudes");
    let wait: u32 = refused
        .header("retry-after")
        .concat()
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait));
    assert_eq!(read("198.51.100.2").status, 200);
    // What a stranger writes before the proxy's own entry counts for nothing.
    assert_eq!(read("203.0.113.77, 198.51.100.1").status, 429);
    let send = |path: &str, from: &str| {
        let call = Call::new("POST", path).header("x-forwarded-for", from);
        service
            .send(&call.json(&json!({"punto": [-76.97, -6.03]})))
            .status
    };
    let written: Vec<u16> = (0..8)
        .map(|_| send("/api/operaciones", "198.51.100.3"))
        .collect();
    assert!(
        written[..5].iter().all(|status| *status != 429) && written[6] == 429,
        "{written:?}"
    );
    // A question that is sent is a reading.
    let asked = (0..8).map(|_| send("/api/control-urbano/verificaciones", "198.51.100.4"));
    assert!(asked.into_iter().all(|status| status == 200));
    // By account, wherever it is.
    let _ = office.account("tecnica", &["tecnico_catastro@220101"]);
    let token = office.token("tecnica", &["leer_levantamientos"]);
    let by_account: Vec<u16> = (0..12)
        .map(|n| {
            service
                .send(
                    &Call::new("GET", "/api/yo")
                        .token(&token)
                        .header("x-forwarded-for", format!("203.0.113.{n}")),
                )
                .status
        })
        .collect();
    assert_eq!(
        (by_account[0], by_account[11]),
        (200, 429),
        "{by_account:?}"
    );
    // The machine itself is its operator's.
    assert!((0..60).all(|_| service.get("/api/salud/listo").status == 200));
}

#[test]
fn what_is_too_large_is_refused_while_it_comes() {
    let office = Office::with_demonstration(200);
    let service = service(
        &office,
        &[("CATASTRO_SERVICIO_MEGABYTES_POR_LEVANTAMIENTO", "1")],
    );
    let _ = office.account("tecnica", &["tecnico_catastro@220101"]);
    let token = office.token("tecnica", &["subir_levantamiento"]);
    let upload = |bytes: usize| {
        let call = Call::new("POST", "/api/levantamientos")
            .upload(
                ("lotes.zip", &vec![0; bytes]),
                &[("coleccion", "lotes"), ("ubigeo", "220101")],
            )
            .token(&token);
        service.send(&call)
    };
    let reply = upload((1 << 20) + 1);
    assert_eq!(
        (reply.status, reply.json()["type"].as_str()),
        (413, Some("/problemas/demasiado-grande")),
        "{reply:?}"
    );
    let left =
        std::fs::read_dir(office.folder().join("datos/levantamientos")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
    assert_eq!(upload(1 << 20).status, 202);
}

#[test]
fn who_never_says_what_they_ask_for_is_hung_up_on() {
    let office = Office::with_demonstration(200);
    let service = service(&office, &[]);
    let address = service.url("").replace("http://", "");
    let mut slow = TcpStream::connect(&*address).expect("connected");
    slow.set_read_timeout(Some(Duration::from_mins(1)))
        .expect("a limit for the test itself");
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        .expect("sent");
    let mut said = String::new();
    // Ends with what was said, or with nothing: an error here is the limit of the test.
    slow.read_to_string(&mut said)
        .expect("the service hangs up");
    assert!(said.is_empty() || said.contains(" 408 "), "{said}");
    assert_eq!(service.get("/").status, 200);
}

#[test]
fn a_configuration_that_is_wrong_stops_the_start_and_names_its_key() {
    let office = Office::new();
    let file = office.folder().join("catastro.toml");
    let start = |toml: &str, variable: Option<(&str, &str)>| {
        std::fs::write(&file, toml).expect("written");
        let mut command = office.command(["serve", "--listen", "127.0.0.1:0", "--config"]);
        command.arg(&file).envs(variable);
        let output = command.output().expect("the binary runs");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    for (toml, variable, expected) in [
        (
            "[servicio]\nsegundos_por_respuesta = \"diez\"",
            None,
            "«[servicio] segundos_por_respuesta»",
        ),
        ("[servicio]\npuerto = 80", None, "«[servicio] puerto»"),
        ("[servicio", None, "línea 1"),
        (
            "",
            Some(("CATASTRO_SESIONES_HORAS", "0")),
            "CATASTRO_SESIONES_HORAS",
        ),
        (
            "[oidc]\nemisor = \"http://identidad.example\"\ncliente = \"x\"\n[servicio]\ndireccion_publica = \"https://x.pe\"",
            None,
            "https",
        ),
        (
            "[oidc]\nemisor = \"https://i.pe\"\ncliente = \"x\"\nsecreto_archivo = \"/no/hay\"\n[servicio]\ndireccion_publica = \"https://x.pe\"",
            None,
            "«[oidc] secreto_archivo»",
        ),
    ] {
        let (code, said) = start(toml, variable);
        assert_eq!(code, Some(2), "{toml}: {said}");
        assert!(said.contains(expected), "{toml}: {said}");
    }
}
