//! Coming in: what is said to whoever guesses, what a guesser cannot do to the owner, and what ends with a session.

use std::time::{Duration, Instant};

use catastro_tests::{Call, Office, Reply, Service};
use serde_json::json;

/// A service behind a proxy, so that the tests can come from many addresses.
fn service(office: &Office) -> Service {
    let mut command = office.command(["serve", "--listen", "127.0.0.1:0"]);
    command.env("CATASTRO_SERVICIO_PROXIES", "127.0.0.1");
    Service::start(command)
}

fn attempt(from: &str, login: &str, password: &str) -> Call {
    Call::new("POST", "/ingresar")
        .header("x-forwarded-for", from)
        .form(&[("usuario", login), ("contrasena", password)])
}

/// What a page says to whoever did not get in.
fn said(reply: &Reply) -> String {
    let (_, rest) = reply.text.split_once("role=\"alert\">").unwrap_or_default();
    rest.lines().next().unwrap_or_default().to_owned()
}

/// Cookies of a session that has its own password.
struct Inside {
    session: String,
    device: String,
}

const NEW: &str = "la yuca del patio creció";

fn sign_in(service: &Service, from: &str, login: &str, password: &str) -> Inside {
    let reply = service.send(&attempt(from, login, password));
    assert_eq!(reply.status, 303, "{reply:?}");
    Inside {
        session: reply.cookie("catastro").expect("a session"),
        device: reply.cookie("catastro-equipo").expect("a device"),
    }
}

fn change(session: &str, current: &str, new: &str) -> Call {
    Call::new("POST", "/cuenta/contrasena")
        .cookies(&[("catastro", session)])
        .form(&[("actual", current), ("nueva", new), ("otra_vez", new)])
}

/// Signs in for the first time and changes the provisional password.
fn settle(service: &Service, login: &str, password: &str) -> Inside {
    let first = sign_in(service, "203.0.113.1", login, password);
    let reply = service.send(&change(&first.session, password, NEW));
    assert_eq!(reply.status, 303, "{reply:?}");
    Inside {
        session: reply.cookie("catastro").expect("a session"),
        device: reply.cookie("catastro-equipo").expect("a device"),
    }
}

fn me(service: &Service, session: &str) -> String {
    let reply = service.send(&Call::new("GET", "/api/yo").cookies(&[("catastro", session)]));
    reply.json()["usuario"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn an_unknown_name_and_a_wrong_password_read_and_take_the_same() {
    let office = Office::with_demonstration(200);
    let service = service(&office);
    let password = office.account("jefa", &["jefe_catastro@220101"]);
    let _ = office.account("inactiva", &["jefe_catastro@220101"]);
    let _ = office.run(["user", "disable", "inactiva"]).done();
    let mut quickest = [Duration::MAX; 2];
    for round in 0..4 {
        // An address for each round: nobody is locked out.
        let from = format!("198.51.100.{round}");
        let mut replies = Vec::new();
        for (kind, login) in ["jefa", "nadie"].into_iter().enumerate() {
            let begun = Instant::now();
            let reply = service.send(&attempt(&from, login, "esta no es la clave"));
            quickest[kind] = quickest[kind].min(begun.elapsed());
            replies.push(reply);
        }
        replies.push(service.send(&attempt(&from, "inactiva", &password)));
        for reply in &replies {
            assert_eq!((reply.status, said(reply)), (401, said(&replies[0])));
            assert_eq!(reply.text, replies[0].text);
            assert!(reply.header("set-cookie").is_empty());
        }
        assert!(said(&replies[0]).contains("El usuario o la contraseña no son correctos."));
    }
    // One hash is most of the time of each; a name that is looked up and not hashed would take a tenth.
    let [known, unknown] = quickest.map(|time| time.as_secs_f64());
    assert!(
        unknown > known * 0.5 && known > unknown * 0.5,
        "{quickest:?}"
    );
    // The log tells nobody who was tried.
    assert!(!service.log().contains("nadie") && !service.log().contains("jefa"));
}

#[test]
fn who_guesses_is_locked_out_and_the_owner_is_not() {
    let office = Office::with_demonstration(200);
    let service = service(&office);
    let password = office.account("jefa", &["jefe_catastro@220101"]);
    let owner = settle(&service, "jefa", &password);
    let guess =
        |from: &str, login: &str| service.send(&attempt(from, login, "esta no es la clave"));
    let statuses: Vec<u16> = (0..20)
        .map(|_| guess("198.51.100.7", "jefa").status)
        .collect();
    assert_eq!(statuses, [&[401; 5][..], &[429; 15]].concat());
    // The right password helps no more from there, and an unknown name is locked just the same.
    assert_eq!(
        service.send(&attempt("198.51.100.7", "jefa", NEW)).status,
        429
    );
    let locked: Vec<u16> = (0..7)
        .map(|_| guess("198.51.100.8", "nadie").status)
        .collect();
    assert_eq!(locked, [401, 401, 401, 401, 401, 429, 429]);
    // One address that tries many names runs out as well.
    let spread: Vec<u16> = (0..25)
        .map(|n| guess("198.51.100.9", &format!("nombre{n}")).status)
        .collect();
    assert_eq!(spread, [&[401; 20][..], &[429; 5]].concat());
    // The owner comes in from elsewhere, and from the guesser's own address with a browser that was in before.
    let _ = sign_in(&service, "203.0.113.50", "jefa", NEW);
    let behind_the_same_wall =
        attempt("198.51.100.7", "jefa", NEW).cookies(&[("catastro-equipo", &owner.device)]);
    assert_eq!(service.send(&behind_the_same_wall).status, 303);
    // A device that somebody made up is a stranger's.
    let made_up = attempt("198.51.100.7", "jefa", NEW).cookies(&[("catastro-equipo", "inventado")]);
    assert_eq!(service.send(&made_up).status, 429);
    // And the session that was open all the while still is.
    assert_eq!(me(&service, &owner.session), "jefa");
}

#[test]
fn many_guesses_at_once_count_each() {
    let office = Office::with_demonstration(200);
    let service = service(&office);
    let _ = office.account("jefa", &["jefe_catastro@220101"]);
    let tried: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..24)
            .map(|_| scope.spawn(|| service.send(&attempt("198.51.100.7", "jefa", "no")).status))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("an answer"))
            .collect()
    });
    let checked = tried.iter().filter(|status| **status == 401).count();
    assert_eq!(checked, 5, "{tried:?}");
    assert_eq!(
        service.send(&attempt("198.51.100.7", "jefa", "no")).status,
        429
    );
}

#[test]
fn a_provisional_password_opens_nothing_but_its_change() {
    let office = Office::with_demonstration(200);
    let service = service(&office);
    let password = office.account("jefa", &["jefe_catastro@220101"]);
    let reply = service.send(&attempt("203.0.113.1", "jefa", &password));
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, vec!["/cuenta"])
    );
    let session = reply.cookie("catastro").expect("a session");
    let list = Call::new("GET", "/api/levantamientos").cookies(&[("catastro", &session)]);
    let refused = service.send(&list);
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("provisional"), "{refused:?}");
    for (new, expected) in [
        ("corta", "demasiado corta"),
        ("jefa jefa jefa jefa", "se adivina"),
        (&*password, "es la misma"),
    ] {
        let reply = service.send(&change(&session, &password, new));
        assert!(
            reply.status == 422 && said(&reply).contains(expected),
            "{new}: {reply:?}"
        );
    }
    assert!(
        said(&service.send(&change(&session, "otra", NEW)))
            .contains("La contraseña actual no es correcta.")
    );
    let reply = service.send(&change(&session, &password, NEW));
    let settled = reply.cookie("catastro").expect("a new session");
    assert_eq!(
        service
            .send(&Call::new("GET", "/api/levantamientos").cookies(&[("catastro", &settled)]))
            .status,
        200
    );
    // The old password and the old session are good no more.
    assert_eq!(
        service
            .send(&attempt("203.0.113.2", "jefa", &password))
            .status,
        401
    );
    assert_eq!(me(&service, &session), "publico");
    // One that was not changed in its week is good no more either.
    let late = office.account("tarde", &["comite"]);
    let _ = office.sql("update account set password_expires_at = now() - interval '1 minute' where login = 'tarde'");
    assert_eq!(
        service.send(&attempt("203.0.113.3", "tarde", &late)).status,
        401
    );
}

#[test]
fn a_session_is_its_own_and_ends() {
    let office = Office::with_demonstration(200);
    let service = service(&office);
    let password = office.account("jefa", &["jefe_catastro@220101"]);
    let planted = "0".repeat(64);
    // Fixation: a cookie that somebody put there first is not the one that signs in.
    let reply =
        service.send(&attempt("203.0.113.1", "jefa", &password).cookies(&[("catastro", &planted)]));
    let own = reply.cookie("catastro").expect("a session");
    assert_ne!(own, planted);
    assert_eq!(me(&service, &planted), "publico");
    let attributes = reply.header("set-cookie").join("\n");
    assert!(
        attributes.contains("HttpOnly")
            && attributes.contains("SameSite=Lax")
            && attributes.contains("Path=/")
    );
    let inside = settle(&service, "jefa", &password);
    assert_eq!(
        me(&service, &own),
        "publico",
        "changing the password ends the other sessions"
    );
    // Signing in again ends the session that the browser had.
    let again = service
        .send(&attempt("203.0.113.1", "jefa", NEW).cookies(&[("catastro", &inside.session)]));
    let newer = again.cookie("catastro").expect("a session");
    assert_eq!(
        (me(&service, &inside.session), me(&service, &newer)),
        ("publico".to_owned(), "jefa".to_owned())
    );
    // Signing out ends it for good, whoever kept the cookie.
    let out = service.send(&Call::new("POST", "/salir").cookies(&[("catastro", &newer)]));
    assert_eq!(out.status, 303);
    assert_eq!(me(&service, &newer), "publico");
    // Idle, too old, or of an account that is out of use: each is nobody's.
    for statement in [
        "update session set last_seen_at = now() - interval '61 minutes'",
        "update session set expires_at = now() - interval '1 second'",
        "update account set expires_at = now() - interval '1 second' where login = 'jefa'",
    ] {
        let inside = sign_in(&service, "203.0.113.4", "jefa", NEW);
        assert_eq!(me(&service, &inside.session), "jefa");
        let _ = office.sql(statement);
        assert_eq!(me(&service, &inside.session), "publico", "{statement}");
    }
    // The database holds no cookie that could be used.
    assert_eq!(
        office.sql(&format!(
            "select count(*) from session where encode(token_hash, 'hex') = '{newer}'"
        )),
        ["0"]
    );
}

#[test]
fn another_sites_page_writes_nothing_with_our_cookie() {
    let office = Office::with_demonstration(200);
    let service = service(&office);
    let password = office.account("admin.prueba", &["administrador"]);
    let inside = settle(&service, "admin.prueba", &password);
    let disable = |headers: &[(&str, &str)]| {
        let call = Call::new("POST", "/api/cuentas/tecnico.demo/inhabilitacion")
            .cookies(&[("catastro", &inside.session)]);
        let call = headers
            .iter()
            .fold(call, |call, (name, value)| call.header(name, *value));
        service.send(&call)
    };
    for headers in [
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://malo.example"),
        ][..],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://otro.municipio.gob.pe"),
        ],
        &[("origin", "https://malo.example")],
        &[("origin", "null")],
    ] {
        let reply = disable(headers);
        assert_eq!(
            (reply.status, reply.json()["type"].as_str()),
            (403, Some("/problemas/sin-permiso")),
            "{headers:?}"
        );
    }
    assert_eq!(
        office.sql("select count(*) from account where disabled_at is not null"),
        ["0"]
    );
    // Nor are people signed in as somebody else unawares.
    let forged = attempt("203.0.113.1", "admin.prueba", NEW).header("sec-fetch-site", "cross-site");
    let reply = service.send(&forged);
    assert_eq!((reply.status, reply.cookie("catastro")), (403, None));
    // Our own pages do, and so do programs with a token from anywhere.
    assert_eq!(disable(&[("sec-fetch-site", "same-origin")]).status, 204);
    let _ = office.account("tecnica", &["tecnico_catastro@220101"]);
    let token = office.token("tecnica", &["leer_levantamientos"]);
    let elsewhere = Call::new("GET", "/api/levantamientos")
        .token(&token)
        .header("sec-fetch-site", "cross-site");
    assert_eq!(service.send(&elsewhere).status, 200);
    let check = Call::new("POST", "/api/control-urbano/verificaciones")
        .header("sec-fetch-site", "cross-site")
        .json(&json!({"punto": [-76.97, -6.03]}));
    assert_ne!(service.send(&check).status, 403);
    // And no page elsewhere reads what our cookie would show.
    let reply = service.send(
        &Call::new("GET", "/api/yo")
            .cookies(&[("catastro", &inside.session)])
            .header("origin", "https://malo.example"),
    );
    assert_eq!(reply.header("access-control-allow-origin"), ["*"]);
    assert!(reply.header("access-control-allow-credentials").is_empty());
}

#[test]
fn tokens_made_and_revoked_by_their_owner() {
    let office = Office::with_demonstration(200);
    let service = service(&office);
    let password = office.account("tecnica", &["tecnico_catastro@220101"]);
    let inside = settle(&service, "tecnica", &password);
    let own = |call: Call| service.send(&call.cookies(&[("catastro", &inside.session)]));
    let made = own(Call::new("POST", "/api/tokens")
        .json(&json!({"nombre": "QGIS", "acciones": ["leer_levantamientos"], "dias": 30})));
    assert_eq!(made.status, 201, "{made:?}");
    let (secret, id) = (
        made.json()["secreto"]
            .as_str()
            .expect("a secret")
            .to_owned(),
        made.json()["token"]["id"].clone(),
    );
    let with_it = || {
        service
            .send(&Call::new("GET", "/api/levantamientos").token(&secret))
            .status
    };
    assert_eq!(with_it(), 200);
    let listed = own(Call::new("GET", "/api/tokens"));
    assert!(
        listed.text.contains("QGIS") && !listed.text.contains(&secret),
        "{listed:?}"
    );
    let wrong =
        own(Call::new("POST", "/api/tokens").json(&json!({"nombre": "x", "acciones": ["todo"]})));
    assert!(
        wrong.status == 422 && wrong.text.contains("subir_levantamiento"),
        "{wrong:?}"
    );
    let gone = format!("/api/tokens/{}", id.as_str().expect("an id"));
    let _ = office.account("otra", &["comite"]);
    let stranger = office.token("otra", &[]);
    assert_eq!(
        service
            .send(&Call::new("DELETE", &*gone).token(&stranger))
            .status,
        404
    );
    assert_eq!(own(Call::new("DELETE", &*gone)).status, 204);
    assert_eq!(with_it(), 401);
    let short = own(Call::new("POST", "/api/tokens").json(&json!({"nombre": "corto"})));
    let _ = office
        .sql("update api_token set expires_at = now() - interval '1 second' where name = 'corto'");
    let expired = short.json()["secreto"]
        .as_str()
        .expect("a secret")
        .to_owned();
    assert_eq!(
        service
            .send(&Call::new("GET", "/ogc").token(&expired))
            .status,
        401
    );
}

#[test]
fn the_first_start_makes_somebody_who_administers() {
    let office = Office::new();
    let service = office.serve();
    let log = service.log();
    let (_, rest) = log
        .split_once("Cuenta «administrador», contraseña provisional: ")
        .unwrap_or_else(|| unreachable!("{log}"));
    let password = rest.lines().next().unwrap_or_default().to_owned();
    drop(service);
    let service = self::service(&office);
    assert!(
        !service.log().contains("contraseña provisional"),
        "it is said once"
    );
    let inside = settle(&service, "administrador", &password);
    let own = |call: Call| service.send(&call.cookies(&[("catastro", &inside.session)]));
    let person =
        json!({"usuario": "jperez", "nombre": "Juana Pérez", "roles": ["tecnico_catastro@220101"]});
    let made = own(Call::new("POST", "/api/cuentas").json(&person));
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        own(Call::new("POST", "/api/cuentas").json(&person)).status,
        409
    );
    let given = made.json()["contrasena_provisional"]
        .as_str()
        .expect("a password")
        .to_owned();
    assert_eq!(
        service
            .send(&attempt("203.0.113.9", "jperez", &given))
            .status,
        303
    );
    // The administrator gives roles to others, and none to itself.
    let roles = |login: &str, roles: &[&str]| {
        own(Call::new("PUT", format!("/api/cuentas/{login}/roles")).json(&json!({"roles": roles})))
            .status
    };
    assert_eq!(
        roles(
            "jperez",
            &["jefe_catastro@220101", "tecnico_catastro@220101"]
        ),
        204
    );
    assert_eq!(roles("jperez", &["jefe_catastro"]), 422);
    assert_eq!(
        roles("jperez", &["administrador", "jefe_catastro@220101"]),
        422
    );
    assert_eq!(roles("administrador", &["jefe_catastro@220101"]), 403);
    assert_eq!(
        own(Call::new(
            "POST",
            "/api/cuentas/administrador/inhabilitacion"
        ))
        .status,
        422
    );
    assert_eq!(
        own(Call::new("POST", "/api/cuentas/jperez/inhabilitacion")).status,
        204
    );
    assert_eq!(
        service
            .send(&attempt("203.0.113.10", "jperez", &given))
            .status,
        401
    );
    assert_eq!(
        own(Call::new("DELETE", "/api/cuentas/jperez/inhabilitacion")).status,
        204
    );
    let again = own(Call::new("POST", "/api/cuentas/jperez/contrasena"));
    let newer = again.json()["contrasena_provisional"]
        .as_str()
        .expect("a password")
        .to_owned();
    assert_eq!(
        service
            .send(&attempt("203.0.113.11", "jperez", &newer))
            .status,
        303
    );
    let deeds = office.sql(
        "select string_agg(action, ' ' order by number) from audit where object = 'cuenta/jperez'",
    );
    assert_eq!(
        deeds,
        ["cuenta.alta cuenta.roles cuenta.baja cuenta.reposicion cuenta.contrasena_provisional"]
    );
}
