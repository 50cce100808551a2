//! Participation: who observes, who answers, and a service that sends mail.

use serde_json::{Value, json};

use crate::{Call, Mailbox, Office, Reply, Service};

/// Where the links of mails begin. Nothing is there: the tests take the path.
pub const PUBLIC: &str = "http://catastro.prueba";

/// Somebody observes, without an account.
pub fn observe(service: &Service, observed: &Value) -> Reply {
    service.send(&Call::new("POST", "/api/observaciones").json(observed))
}

/// The code of something in a layer.
pub fn code_of(service: &Service, layer: &str) -> String {
    let page = service
        .get(&format!("/ogc/collections/{layer}/items?limit=1"))
        .json();
    let code = page["features"][0]["id"].as_str();
    code.expect("something in the layer").to_owned()
}

/// Somebody of the Comité: a token.
pub fn committee(office: &Office) -> String {
    let _ = office.account("vocal", &["comite"]);
    office.token("vocal", &["responder_observaciones"])
}

/// A step with an observation, which must go well.
pub fn step(service: &Service, token: &str, id: &str, step: &str, words: &str) {
    let call = Call::new("POST", format!("/api/observaciones/{id}/pasos"));
    let done = service.send(
        &call
            .token(token)
            .json(&json!({"paso": step, "texto": words})),
    );
    assert_eq!(done.status, 200, "{done:?}");
}

/// The identity of a new observation about a lot.
pub fn observed(service: &Service, more: &[(&str, &str)]) -> String {
    let mut body = json!({"sobre": "predio", "objeto": code_of(service, "lotes"),
        "texto": "El cerco está corrido hacia la calle."});
    for (name, value) in more {
        body[*name] = json!(value);
    }
    let taken = observe(service, &body);
    assert_eq!(taken.status, 201, "{taken:?}");
    let link = taken.json()["enlace"].as_str().expect("a link").to_owned();
    link.rsplit('/').next().expect("an identity").to_owned()
}

/// The service of an office that sends its mail to a mailbox.
pub fn with_mail(office: &Office, mailbox: &Mailbox) -> Service {
    let mut command = office.command(["serve", "--listen", "127.0.0.1:0"]);
    command
        .env("CATASTRO_SERVICIO_DIRECCION_PUBLICA", PUBLIC)
        .env("CATASTRO_CORREO_SERVIDOR", "127.0.0.1")
        .env("CATASTRO_CORREO_PUERTO", mailbox.port().to_string())
        .env(
            "CATASTRO_CORREO_REMITENTE",
            "Catastro <catastro@ejemplo.pe>",
        )
        .env("CATASTRO_CORREO_CIFRADO", "ninguno");
    Service::start(command)
}
