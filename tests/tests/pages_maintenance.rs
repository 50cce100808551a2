//! A technician divides, joins and corrects parcels on the page: by keys, by mouse, and without script.

use catastro_tests::{
    Browser, Call, Reply, Service,
    desk::{Desk, GROUND, Lot, PLACE},
};

const BLOCK: [Lot<'static>; 6] = [
    ("22010171001001", [0.0, 0.0, 10.0, 20.0]),
    ("22010171001002", [10.0, 0.0, 10.0, 20.0]),
    ("22010171001003", [20.0, 0.0, 10.0, 20.0]),
    ("22010171001004", [0.0, 20.0, 10.0, 20.0]),
    ("22010171001005", [10.0, 20.0, 10.0, 20.0]),
    ("22010171001006", [20.0, 20.0, 10.0, 20.0]),
];

const ARROWS: [(&str, u32); 4] = [
    ("ArrowLeft", 37),
    ("ArrowUp", 38),
    ("ArrowRight", 39),
    ("ArrowDown", 40),
];

fn arrow(browser: &mut Browser, name: &str, times: usize) {
    let code = ARROWS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("an arrow")
        .1;
    for _ in 0..times {
        browser.key(name, code);
    }
}

fn value(browser: &mut Browser, selector: &str) -> String {
    let value = browser.value(&format!("document.querySelector({selector:?}).value"));
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_technician_divides_joins_and_corrects_by_keys_and_sends_it() {
    let desk = Desk::new();
    let service = &desk.service;
    desk.publish(&BLOCK);
    desk.office
        .settled(service, "tania", &[&format!("tecnico_catastro@{PLACE}")]);
    let mut browser = Browser::start(1280, 900, &[]);
    browser.go(&service.url("/mantenimiento"));
    assert!(
        browser.path().starts_with("/ingresar"),
        "{}",
        browser.path()
    );
    browser.sign_in(service, "tania");

    // From the card to the plan.
    browser.go(&service.url(&format!("/predios/{}", BLOCK[0].0)));
    browser.follow("a[href^='/mantenimiento?predio=']");
    browser.look("mantenimiento");
    browser.follow("a[href$='operacion=linea']");
    browser.look("mantenimiento-linea");

    // A line across the lot, by keys alone: the cross begins in its middle.
    browser.value("document.querySelector('svg.plano').focus()");
    arrow(&mut browser, "ArrowLeft", 6);
    browser.key("Enter", 13);
    arrow(&mut browser, "ArrowRight", 12);
    browser.key("Enter", 13);
    let line = value(&mut browser, "#linea");
    assert_eq!(line.lines().count(), 2, "{line}");
    let beside = browser.value("document.querySelector('.partes').textContent");
    assert!(
        beside
            .as_str()
            .is_some_and(|said| said.contains("Partes: 100.00 m² y 100.00 m²")),
        "{beside} {line}"
    );
    browser.fill("#documento", "Resolución 012-2026-MPM");
    browser.follow("button[value=ensayar]");
    let words = browser.words();
    for word in [
        "Ensayo: lo que saldría",
        "22010171001007",
        "22010171001008",
        "100.00 m²",
        "Dejan de estar en vigor",
        "subdivisiones: 1",
    ] {
        assert!(words.contains(word), "{word}: {words}");
    }
    browser.look("mantenimiento-ensayo");
    assert_eq!(value(&mut browser, "#documento"), "Resolución 012-2026-MPM");
    browser.follow("button[value=enviar]");
    let sent = browser.path();
    assert!(sent.starts_with("/levantamientos/"), "{sent}");
    let survey = desk.get(&desk.technician, &format!("/api{sent}"));
    assert!(
        survey["archivo"]
            .as_str()
            .is_some_and(|name| name.contains("Resolución 012-2026-MPM")),
        "{survey}"
    );

    joins(&mut browser, service);
    corrects(&mut browser, service);
    is_refused(&mut browser, service);
}

/// Joined with a neighbour: its box on the list, and on the plan by a click.
fn joins(browser: &mut Browser, service: &Service) {
    browser.go(&service.url(&format!(
        "/mantenimiento?predio={}&operacion=acumular",
        BLOCK[1].0
    )));
    browser.value("document.querySelector('a[href=\"#v-22010171001003\"]').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))");
    assert_eq!(
        browser.value("document.querySelector('[id=\"v-22010171001003\"]').checked"),
        true
    );
    assert_eq!(
        browser.value("document.querySelectorAll('.elegido').length"),
        1
    );
    browser.look("mantenimiento-acumular");
    browser.fill("#documento", "Expediente 7");
    browser.follow("button[value=ensayar]");
    let words = browser.words();
    assert!(
        words.contains("400.00 m²") && words.contains("acumulaciones: 1"),
        "{words}"
    );
}

/// Another border between two: its first corner two metres to the east.
fn corrects(browser: &mut Browser, service: &Service) {
    browser.go(&service.url(&format!(
        "/mantenimiento?predio={}&operacion=rectificar",
        BLOCK[4].0
    )));
    browser.look("mantenimiento-vecinos");
    browser.follow("a[href$='colindante=22010171001006']:not(svg a)");
    let before = value(browser, "#linea");
    assert_eq!(before.lines().count(), 2, "{before}");
    browser.value("document.querySelector('svg.plano').focus()");
    browser.key("PageDown", 34);
    browser.key(" ", 32);
    arrow(browser, "ArrowRight", 2);
    browser.key(" ", 32);
    let after = value(browser, "#linea");
    assert_ne!(before, after);
    let beside = browser.value("document.querySelector('.partes').textContent");
    assert!(
        beside
            .as_str()
            .is_some_and(|said| said.contains("220.00 m²") && said.contains("180.00 m²")),
        "{beside} {before} {after}"
    );
    browser.look("mantenimiento-rectificar");
    browser.fill("#documento", "Acta 3");
    browser.follow("button[value=ensayar]");
    let words = browser.words();
    assert!(
        words.contains("220.00 m²") && words.contains("modificaciones: 2"),
        "{words}"
    );
}

/// What is refused keeps what was typed.
fn is_refused(browser: &mut Browser, service: &Service) {
    browser.go(&service.url(&format!(
        "/mantenimiento?predio={}&operacion=areas",
        BLOCK[3].0
    )));
    browser.fill("#areas", "900");
    browser.fill("#documento", "Acta 4");
    browser.follow("button[value=ensayar]");
    let words = browser.words();
    assert!(
        words.contains("Se piden 900.00 m² y el predio mide 200.00 m²"),
        "{words}"
    );
    assert_eq!(
        [value(browser, "#areas"), value(browser, "#documento")],
        ["900", "Acta 4"]
    );
}

fn posted(service: &Service, session: &str, fields: &[(&str, &str)]) -> Reply {
    let call = Call::new("POST", "/mantenimiento").header("accept", "text/html");
    service.send(&call.cookies(&[("catastro", session)]).form(fields))
}

#[test]
fn every_operation_works_without_script_and_only_for_its_people() {
    let desk = Desk::new();
    let service = &desk.service;
    desk.publish(&BLOCK);
    desk.office
        .settled(service, "tania", &[&format!("tecnico_catastro@{PLACE}")]);
    desk.office
        .settled(service, "fiscal", &[&format!("control_urbano@{PLACE}")]);
    let (own, other) = (service.session("tania"), service.session("fiscal"));
    check_rehearsals(service, &own);
    check_refusals(service, &own);
    let code = |lot: usize| ("predio", BLOCK[lot - 1].0);
    let document = ("documento", "Resolución 1");
    let sent = posted(
        service,
        &own,
        &[
            code(6),
            ("operacion", "iguales"),
            ("partes", "2"),
            document,
            ("paso", "enviar"),
        ],
    );
    assert_eq!(sent.status, 303, "{sent:?}");
    let address = sent.header("location")[0].to_owned();
    assert!(address.starts_with("/levantamientos/"), "{address}");
    let survey =
        catastro_tests::wait_until_examined(service, &desk.technician, &format!("/api{address}"));
    assert_eq!(survey["estado"], "conforme", "{survey}");
    let refused = posted(service, &other, &[code(6), ("operacion", "baja"), document]);
    assert_eq!(refused.status, 403, "{refused:?}");
    let unknown = service.send(
        &Call::new("POST", "/mantenimiento")
            .header("accept", "text/html")
            .form(&[code(6)]),
    );
    assert!(
        unknown.status == 401 && unknown.text.contains("Lo que escribió se conserva"),
        "{unknown:?}"
    );
}

/// Each operation, rehearsed.
fn check_rehearsals(service: &Service, own: &str) {
    let [x, y] = GROUND;
    let cut = format!("{} {}\n{} {}", x - 1.0, y + 8.0, x + 11.0, y + 8.0);
    let border = format!("{} {}\n{} {}", x + 21.0, y - 0.2, x + 21.0, y + 20.2);
    let code = |lot: usize| ("predio", BLOCK[lot - 1].0);
    let document = ("documento", "Resolución 1");
    for (fields, said) in [
        (
            vec![code(1), ("operacion", "linea"), ("linea", &cut)],
            "80.00 m²",
        ),
        (
            vec![
                code(1),
                ("operacion", "areas"),
                ("areas", "50\n30"),
                ("rumbo", "90"),
            ],
            "120.00 m²",
        ),
        (
            vec![
                code(1),
                ("operacion", "iguales"),
                ("partes", "4"),
                ("lado", "90.0000"),
            ],
            "50.00 m²",
        ),
        (
            vec![
                code(1),
                ("operacion", "acumular"),
                ("predios", BLOCK[1].0),
                ("predios", BLOCK[2].0),
            ],
            "600.00 m²",
        ),
        (
            vec![
                code(2),
                ("operacion", "rectificar"),
                ("colindante", BLOCK[2].0),
                ("linea", &border),
            ],
            "220.00 m²",
        ),
        (
            vec![
                code(1),
                ("operacion", "renumerar"),
                ("codigo", "22010171001050"),
            ],
            "22010171001050",
        ),
        (vec![code(1), ("operacion", "baja")], "queda sin vigencia"),
    ] {
        let mut fields = fields;
        fields.extend([document, ("paso", "ensayar")]);
        let reply = posted(service, own, &fields);
        assert_eq!(reply.status, 200, "{fields:?}: {}", reply.text);
        assert!(
            reply.text.contains(said) && reply.text.contains("Enviar como levantamiento"),
            "{fields:?}: {}",
            reply.text
        );
    }
}

/// Each way to ask for one wrongly.
fn check_refusals(service: &Service, own: &str) {
    let code = |lot: usize| ("predio", BLOCK[lot - 1].0);
    let document = ("documento", "Resolución 1");
    for (fields, status, said) in [
        (
            vec![
                code(1),
                ("operacion", "linea"),
                ("linea", "1 2\n3 4"),
                document,
            ],
            400,
            "El vértice 1 no se entiende",
        ),
        (
            vec![code(1), ("operacion", "areas"), ("areas", "doce"), document],
            400,
            "«doce» no es un área",
        ),
        (
            vec![code(1), ("operacion", "iguales"), ("partes", "1"), document],
            400,
            "en cuántas partes",
        ),
        (
            vec![code(1), ("operacion", "acumular"), document],
            422,
            "La acumulación nombra un solo predio",
        ),
        (
            vec![
                code(1),
                ("operacion", "acumular"),
                ("predios", BLOCK[5].0),
                document,
            ],
            422,
            "Los predios no colindan",
        ),
        (
            vec![code(1), ("operacion", "rectificar"), document],
            400,
            "Falta elegir el colindante",
        ),
        (
            vec![code(1), ("operacion", "baja")],
            422,
            "Falta el documento",
        ),
        (
            vec![code(1), ("operacion", "volar"), document],
            400,
            "Falta elegir la operación",
        ),
        (
            vec![
                ("predio", "22010199999999"),
                ("operacion", "baja"),
                document,
            ],
            404,
            "22010199999999",
        ),
    ] {
        let reply = posted(service, own, &fields);
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.text);
        assert!(reply.text.contains(said), "{fields:?}: {}", reply.text);
    }
}
