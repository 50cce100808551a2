//! The paper of a certificate, read as any office would: `pdftotext` for the words, `zbarimg` for the QR of the page.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use catastro_tests::{
    Call, Office, Reply, Service,
    desk::Desk,
    window::{Window, issue},
};
use serde_json::{Value, json};

/// How people write the service's address, in these tests.
const ADDRESS: &str = "https://catastro.example.pe";

/// A window of a service that knows its address.
fn window() -> Window {
    let office = Office::with_demonstration(300);
    let mut command = office.command(["serve", "--listen", "127.0.0.1:0"]);
    command.env("CATASTRO_SERVICIO_DIRECCION_PUBLICA", ADDRESS);
    let service = Service::start(command);
    Window::beside(Desk::of(office, service))
}

/// The paper of a certificate, as a file beside the office.
fn paper(window: &Window, certificate: &Value) -> PathBuf {
    let number = certificate["numero"].as_str().expect("a number");
    let pdf = window
        .desk
        .service
        .bytes(&Call::new("GET", format!("/api/certificados/{number}.pdf")));
    let path = window.desk.office.folder().join(format!("{number}.pdf"));
    std::fs::write(&path, pdf).expect("written");
    path
}

/// What a tool says of it.
fn told(tool: &str, words: &[&str], path: &std::path::Path) -> String {
    let words = words.iter().map(|word| match *word {
        "ARCHIVO" => path.as_os_str().to_owned(),
        other => other.into(),
    });
    let output = Command::new(tool)
        .args(words)
        .stderr(Stdio::inherit())
        .output();
    let output = output.expect("poppler-utils, qpdf and zbar-tools");
    assert!(output.status.success(), "{tool}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Its words in the order in which they are read, without what is between them: a cell breaks its lines where it likes.
fn words(path: &std::path::Path) -> String {
    closed(&told("pdftotext", &["-raw", "ARCHIVO", "-"], path))
}

fn closed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// All texts below these names.
fn texts<'a>(value: &'a Value, names: &[&str], found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if let (true, Some(text)) = (names.contains(&name.as_str()), member.as_str()) {
                    found.push(text);
                }
                texts(member, names, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, names, found)),
        _ => {}
    }
}

/// Each text of the verdict that a reader needs is on the paper.
fn check_said(window: &Window, certificate: &Value) -> String {
    let paper = paper(window, certificate);
    let _ = told("qpdf", &["--check", "ARCHIVO"], &paper);
    let info = told("pdfinfo", &["ARCHIVO"], &paper);
    assert!(info.contains("Tagged:          yes"), "{info}");
    let said = words(&paper);
    let signed = window.signed(certificate).json()["contenido"].clone();
    let mut expected = vec![ADDRESS, "DEMOSTRACIÓN: sin valor legal"];
    let names = [
        "norma",
        "articulo",
        "zona",
        "unidad",
        "explicacion",
        "nombre",
        "cargo",
        "elaborado_por",
        "numero",
        "auditoria",
    ];
    texts(&signed, &names, &mut expected);
    assert!(expected.len() > 20, "{signed}");
    for text in expected {
        assert!(said.contains(&closed(text)), "no {text:?} in {said}");
    }
    let limits = signed["veredicto"]["parametros"]
        .as_object()
        .expect("parameters");
    assert!(!limits.is_empty());
    for (name, limit) in limits {
        let unit = limit["unidad"].as_str().expect("a unit");
        let value = match limit["valor"].as_f64() {
            Some(value) => closed(&format!("{value}{unit}")),
            None => closed(&format!("No se sabe ({unit}): falta")),
        };
        assert!(said.contains(&value), "no {name}, {value:?}, in {said}");
    }
    for zone in signed["veredicto"]["zonificacion"]
        .as_array()
        .expect("zones")
    {
        let area = zone["area_m2"].as_f64().expect("an area");
        let share = zone["proporcion"].as_f64().expect("a share") * 100.0;
        assert!(
            said.contains(&format!("{area:.2}m²{share:.2}%")),
            "{zone} in {said}"
        );
    }
    let themes = signed["veredicto"]["temas"].as_array().expect("themes");
    let unknown = themes
        .iter()
        .filter(|theme| theme["estado"] == "sin_datos")
        .count();
    assert!(unknown > 0);
    assert_eq!(said.matches("SINDATOS:nosesabe").count(), unknown, "{said}");
    said
}

#[test]
fn the_paper_says_what_was_signed_and_its_qr_is_the_address_that_verifies_it() {
    const NAME: &str = "Zoraida Marcada Quinteros";
    let window = window();
    let mut request = window.request();
    request["expediente"] = json!("EXP-2026-004512");
    request["solicitante"] =
        json!({"nombre": NAME, "documento_tipo": "DNI", "documento_numero": "48151623"});
    request["datos"] = json!({"bien_cultural": "No es bien cultural inmueble."});
    let issued = window.issued_as(&request);
    let said = check_said(&window, &issued);
    let code = issued["codigo"].as_str().expect("a code");
    for text in [
        code,
        &window.parcel,
        "EXP-2026-004512",
        "No es bien cultural inmueble.",
        "aunque la norma haya cambiado después",
        window.verify(&issued)["llave"].as_str().expect("a key"),
    ] {
        assert!(said.contains(&closed(text)), "no {text:?} in {said}");
    }
    assert!(!said.contains("Zoraida") && !said.contains("48151623"));
    assert!(!said.contains("ANULADO") && !said.contains("VENCIDO"));

    // The digest is that of the signed payload, by other tools.
    let signed = window.signed(&issued).json();
    let payload = window.desk.office.folder().join("payload");
    std::fs::write(&payload, signed["payload"].as_str().expect("a payload")).expect("written");
    let digest = Command::new("sh")
        .args([
            "-c",
            "tr '_-' '/+' <\"$1\" | base64 -d 2>/dev/null | sha256sum",
            "sh",
        ])
        .arg(&payload)
        .output()
        .expect("coreutils");
    let digest = String::from_utf8_lossy(&digest.stdout)[..64].to_owned();
    assert!(said.contains(&digest), "no {digest} in {said}");

    let page = window.desk.office.folder().join("hoja");
    let pdf = paper(&window, &issued);
    let drawn = Command::new("pdftoppm")
        .args(["-r", "110", "-f", "1", "-singlefile", "-png"])
        .args([&pdf, &page])
        .status();
    assert!(drawn.expect("poppler-utils").success());
    let read = told(
        "zbarimg",
        &["--raw", "--quiet", "ARCHIVO"],
        &page.with_extension("png"),
    );
    assert_eq!(read.trim(), format!("{ADDRESS}/verificar/{code}"));
}

#[test]
fn a_certificate_of_use_says_what_fails_and_an_annulled_one_that_it_is() {
    let window = window();
    let request = json!({"tipo": "compatibilidad_uso", "consulta": {"predio": window.parcel,
        "propuesta": {"pisos": 90, "actividad_ciiu": "4711", "uso": "comercio", "retiros_m": {"frontal": 0.5}}}});
    let link = window.sent(&request);
    let issued = window.step(&window.issuer, &link, &issue()).json();
    let said = check_said(&window, &issued);
    for text in [
        "NO CONFORME",
        "NO CUMPLE",
        "90 pisos",
        "0.5 m",
        "Actividad (CIIU Rev. 4)4711",
    ] {
        assert!(said.contains(&closed(text)), "no {text:?} in {said}");
    }
    let number = issued["numero"].as_str().expect("a number");
    let path = format!("/api/certificados/{number}.pdf");
    let tag = |reply: &Reply| reply.header("etag")[0].to_owned();
    let before = tag(&window.desk.service.send(&Call::new("HEAD", &path)));

    let annul = json!({"decision": "anular", "sustento": "error material en el área", "documento": "R.G. 12-2026-MPM"});
    assert_eq!(window.step(&window.issuer, &link, &annul).status, 200);
    let said = check_said(&window, &issued);
    for text in [
        "ANULADO",
        "se anuló y no vale",
        "R.G. 12-2026-MPM",
        "error material en el área",
    ] {
        assert!(said.contains(&closed(text)), "no {text:?} in {said}");
    }
    // Who has the paper from before is told that there is another.
    let call = Call::new("HEAD", &path).header("if-none-match", &before);
    let after = window.desk.service.send(&call);
    assert!(
        after.status == 200 && tag(&after) != before,
        "{}",
        after.status
    );
}

#[test]
fn the_paper_is_one_of_two_forms_of_a_certificate() {
    let window = window();
    let issued = window.issued();
    let number = issued["numero"].as_str().expect("a number");
    let path = format!("/api/certificados/{number}");
    let ask = |method, path: &str, accept: &str| {
        let call = Call::new(method, path).header("accept", accept);
        window.desk.service.send(&call)
    };
    for (path, accept, kind) in [
        (path.as_str(), "*/*", "application/json"),
        (&path, "application/json", "application/json"),
        (&path, "application/pdf", "application/pdf"),
        (&path, "application/pdf, */*;q=0.1", "application/pdf"),
        (&format!("{path}.pdf"), "*/*", "application/pdf"),
    ] {
        let reply = ask("HEAD", path, accept);
        assert_eq!(
            (reply.status, reply.kind.as_str()),
            (200, kind),
            "{path} {accept}"
        );
        let vary = reply.header("vary").join(",");
        assert!(
            vary.split(',').any(|name| name == "accept"),
            "{path} {accept}: {vary}"
        );
    }
    let direct = Call::new("GET", format!("{path}.pdf"));
    assert!(window.desk.service.bytes(&direct) == window.desk.service.bytes(&direct));
    let reply = ask("HEAD", &format!("{path}.pdf"), "*/*");
    let tag = reply.header("etag")[0];
    let again = Call::new("GET", format!("{path}.pdf")).header("if-none-match", tag);
    assert_eq!(window.desk.service.send(&again).status, 304);
    for wrong in ["220101-2026-999999", "x", ""] {
        let reply = ask("GET", &format!("/api/certificados/{wrong}.pdf"), "*/*");
        assert!(
            reply.status == 404 && reply.text.contains("No hay un certificado emitido"),
            "{wrong}: {reply:?}"
        );
    }
    // What is not what was signed is not printed.
    let _ = window.desk.office.sql(
        "alter table certificate disable trigger certificate_stays;
         update certificate set expires_on = '2099-01-01';
         alter table certificate enable trigger certificate_stays",
    );
    let refused = ask("GET", &format!("{path}.pdf"), "*/*");
    assert!(
        refused.status == 500 && refused.text.contains("no es lo que se firmó"),
        "{refused:?}"
    );
}
