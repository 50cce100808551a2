//! Coming in by an identity provider, from the page of our service to a session in it.

use std::net::TcpListener;

use catastro_tests::{Call, IdentityProvider, Office, Reply, Service};

/// A port that was free a moment ago: the provider has to know our address before we are there.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}

fn serve(office: &Office, port: u16, issuer: &str) -> Service {
    let public = format!("http://127.0.0.1:{port}");
    let mut command = office.command(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    command
        .env("CATASTRO_SERVICIO_DIRECCION_PUBLICA", public)
        .env("CATASTRO_OIDC_NOMBRE", "la cuenta de la región")
        .env("CATASTRO_OIDC_EMISOR", issuer)
        .env("CATASTRO_OIDC_CLIENTE", IdentityProvider::CLIENT)
        .env("CATASTRO_OIDC_SECRETO", IdentityProvider::SECRET);
    Service::start(command)
}

struct Journey {
    /// Where the browser is sent to.
    url: String,
    /// What the browser keeps meanwhile.
    kept: String,
}

fn depart(service: &Service) -> Journey {
    let reply = service.send(&Call::new("GET", "/ingresar/oidc"));
    assert_eq!(reply.status, 303, "{reply:?}");
    Journey {
        url: reply.header("location")[0].to_owned(),
        kept: reply.cookie("catastro-ida").expect("a cookie"),
    }
}

fn arrive(service: &Service, back: &str, kept: &str) -> Reply {
    let path = back
        .strip_prefix(&service.url(""))
        .expect("our own address")
        .to_owned();
    service.send(&Call::new("GET", path).cookies(&[("catastro-ida", kept)]))
}

#[test]
fn a_person_with_an_account_comes_in_by_a_real_provider() {
    let port = free_port();
    let back_to = format!("http://127.0.0.1:{port}/ingresar/oidc/regreso");
    let Some(provider) = IdentityProvider::start(&back_to) else {
        return;
    };
    let office = Office::with_demonstration(200);
    let service = serve(&office, port, provider.issuer());
    assert!(
        service
            .get("/ingresar")
            .text
            .contains("Ingresar con la cuenta de la región")
    );

    // The provider says who somebody is; without an account that is not enough.
    let journey = depart(&service);
    let back = provider.sign_in(&journey.url, "rosa");
    let stranger = arrive(&service, &back, &journey.kept);
    assert_eq!(
        (stranger.status, stranger.cookie("catastro")),
        (403, None),
        "{stranger:?}"
    );
    assert!(stranger.text.contains("No hay una cuenta para usted."));

    let words = [
        "user",
        "add",
        "rosa.h",
        "--name",
        "Rosa Huamán",
        "--email",
        "Rosa@example.org",
        "--role",
        "jefe_catastro@220101",
    ];
    let _ = office.run(words).done();
    let inside = |login: &str| {
        let journey = depart(&service);
        let back = provider.sign_in(&journey.url, login);
        arrive(&service, &back, &journey.kept)
    };
    let reply = inside("rosa");
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, vec!["/"]),
        "{reply:?}"
    );
    let session = reply.cookie("catastro").expect("a session");
    let me = service
        .send(&Call::new("GET", "/api/yo").cookies(&[("catastro", &session)]))
        .json();
    assert_eq!(me["usuario"], "rosa.h");
    // From now on by the identity itself, also with another address here.
    let _ = office.sql("update account set email = 'otra@example.org' where login = 'rosa.h'");
    assert_eq!(inside("rosa").status, 303);
    // Whoever is given the address later is somebody else.
    let _ = office.sql("update account set email = 'rosa@example.org', oidc_subject = 'la-de-antes' where login = 'rosa.h'");
    assert_eq!(inside("rosa").status, 403);
    let _ = office.sql("update account set oidc_subject = 'rosa' where login = 'rosa.h'");

    // An address that the provider has not verified is nobody's.
    let words = [
        "user",
        "add",
        "julio.r",
        "--name",
        "Julio Ríos",
        "--email",
        "julio@example.org",
        "--role",
        "comite",
    ];
    let _ = office.run(words).done();
    assert_eq!(inside("julio").status, 403);

    // The answer belongs to the browser that asked, once.
    let journey = depart(&service);
    let back = provider.sign_in(&journey.url, "rosa");
    let another = depart(&service);
    assert_eq!(
        arrive(&service, &back, &another.kept).cookie("catastro"),
        None
    );
    assert_eq!(arrive(&service, &back, "inventado").status, 400);
    assert_eq!(arrive(&service, &back, &journey.kept).status, 303);
    assert_eq!(arrive(&service, &back, &journey.kept).status, 400);
    let journey = depart(&service);
    let cancelled = arrive(&service, &provider.cancel(&journey.url), &journey.kept);
    assert!(
        cancelled.text.contains("El ingreso se canceló."),
        "{cancelled:?}"
    );
    // An account out of use stays out.
    let _ = office.run(["user", "disable", "rosa.h"]).done();
    assert_eq!(inside("rosa").status, 403);
    assert!(!service.log().contains(IdentityProvider::SECRET) && !service.log().contains("Rosa"));
}

#[test]
fn the_service_starts_and_works_without_its_provider() {
    let office = Office::with_demonstration(200);
    let port = free_port();
    let service = serve(&office, port, "http://127.0.0.1:9");
    assert_eq!(
        service.get("/ogc/collections/lotes/items?limit=1").status,
        200
    );
    let away = service.send(&Call::new("GET", "/ingresar/oidc"));
    assert_eq!(away.status, 503, "{away:?}");
    assert!(
        away.text.contains("name=\"contrasena\""),
        "the other way in is still there"
    );
    drop(service);
    // And without one configured there is none to choose.
    let service = office.serve();
    assert!(!service.get("/ingresar").text.contains("/ingresar/oidc"));
    assert_eq!(
        service.send(&Call::new("GET", "/ingresar/oidc")).status,
        404
    );
}
