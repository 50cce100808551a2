//! The card of a parcel: what anybody sees of it today, on another day, on paper, and after it is no more.

use std::process::Command;

use catastro_tests::{
    Browser, Call, Service,
    desk::{Desk, GROUND, Lot, PLACE, approve},
    encoded, wait_until_examined,
};
use serde_json::{Value, json};

const BLOCK: [Lot<'static>; 3] = [
    ("22010171001001", [0.0, 0.0, 10.0, 20.0]),
    ("22010171001002", [10.0, 0.0, 10.0, 20.0]),
    ("22010171001003", [20.0, 0.0, 10.0, 20.0]),
];

fn demonstration_lot(service: &Service) -> String {
    let page = service.get("/ogc/collections/lotes/items?limit=1").json();
    page["features"][0]["id"]
        .as_str()
        .expect("a code")
        .to_owned()
}

/// Does an operation with the second person's approval.
fn done(desk: &Desk, operation: &Value) {
    let body = json!({"operacion": operation, "documento": "Resolución 012-2026-MPM"});
    let call = Call::new("POST", "/api/operaciones")
        .token(&desk.technician)
        .json(&body);
    let reply = desk.service.send(&call);
    assert_eq!(reply.status, 202, "{reply:?}");
    let link = reply.header("location")[0].to_owned();
    let survey = wait_until_examined(&desk.service, &desk.technician, &link);
    assert_eq!(survey["estado"], "conforme", "{survey}");
    assert_eq!(desk.decide(&desk.chief, &link, &approve()).0, 200);
}

/// The words of a PDF, and how many sheets it has.
fn on_paper(pdf: &[u8]) -> (String, usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ficha.pdf");
    std::fs::write(&file, pdf).expect("a file");
    let run = |program: &str, words: &[&str]| {
        let told = Command::new(program)
            .args(words)
            .arg(&file)
            .args(if program == "pdftotext" {
                &["-"][..]
            } else {
                &[]
            })
            .output();
        String::from_utf8_lossy(&told.expect("poppler").stdout).into_owned()
    };
    let pages = run("pdfinfo", &[]);
    let pages = pages
        .lines()
        .find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok());
    (run("pdftotext", &["-layout"]), pages.expect("a count"))
}

#[test]
fn anybody_reads_the_card_of_a_parcel_and_prints_it() {
    let desk = Desk::new();
    let service = &desk.service;
    let code = demonstration_lot(service);
    let mut browser = Browser::start(1280, 900, &[]);
    browser.go(&service.url(&format!("/predios/{code}")));
    let words = browser.words();
    for word in [
        &*code,
        "Áreas y medidas",
        "Linderos",
        "Zonificación",
        "Balance",
        "Restricciones",
        "Sin datos en el municipio",
        "Parámetros urbanísticos",
        "Certificados en vigor",
        "plano perimétrico",
        "Linaje",
        "Historia en los dos tiempos",
    ] {
        assert!(words.contains(word), "{word}: {words}");
    }
    assert!(
        !words.contains("Mantenimiento") && !words.contains("Inspecciones"),
        "{words}"
    );
    browser.look("predio");
    let page =
        service.send(&Call::new("GET", format!("/predios/{code}")).header("accept", "text/html"));
    assert!(page.text.len() < 110_000, "{}", page.text.len());

    let (paper, sheets) = on_paper(&browser.printed());
    for word in [
        &*code,
        "Zonificación",
        "Linderos",
        "Parámetros urbanísticos",
    ] {
        assert!(paper.contains(word), "{word}: {paper}");
    }
    assert!(sheets <= 2, "{sheets} sheets");

    // A neighbour is a link on the plan.
    let neighbour = browser.value("document.querySelector('.plano a').getAttribute('href')");
    browser.follow(".plano a");
    assert_eq!(browser.path(), neighbour.as_str().expect("an address"));

    // Before there was any land, and a code that never was.
    browser.go(&service.url(&format!("/predios/{code}")));
    browser.value("document.querySelector('#fecha').value = '1999-05-06'");
    browser.follow("form.hoja button");
    let words = browser.words();
    assert!(
        words.contains("no estaba en vigor ese día") && words.contains("06/05/1999"),
        "{words}"
    );
    for (path, status, said) in [
        ("/predios/22010199999999", 404, "No se encontró el predio"),
        ("/predios/%3Cscript%3E", 400, "&#60;script&#62;"),
        (
            &format!("/predios/{code}?conocido_a=2999-01-01T00:00"),
            400,
            "está en el futuro",
        ),
        (
            &format!("/predios/{code}?fecha=ayer"),
            400,
            "Se espera un día",
        ),
    ] {
        let reply = service.send(&Call::new("GET", path).header("accept", "text/html"));
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.text.contains(said), "{path}: {}", reply.text);
    }
}

#[test]
fn a_divided_parcel_shows_what_came_of_it_and_text_from_outside_is_text() {
    let desk = Desk::new();
    let service = &desk.service;
    desk.publish(&BLOCK);
    done(
        &desk,
        &json!({"tipo": "subdividir", "predio": BLOCK[0].0, "areas_m2": [80.0], "rumbo_grados": 90.0}),
    );
    let mut browser = Browser::start(1280, 900, &[]);
    browser.go(&service.url(&format!("/predios/{}", BLOCK[0].0)));
    let words = browser.words();
    assert!(
        words.contains("ya no está en vigor") && words.contains("Lo que vino después"),
        "{words}"
    );
    browser.look("predio-retirado");
    // As it was known to be: the first version, on its first day.
    browser.follow("#v1 a");
    let words = browser.words();
    assert!(
        words.contains("Así era el") && words.contains("200.00 m²"),
        "{words}"
    );
    browser.go(&service.url(&format!("/predios/{}", BLOCK[0].0)));
    browser.follow("#despues + ul a");
    let child = browser.path();
    assert!(child.starts_with("/predios/22010171001"), "{child}");
    let words = browser.words();
    assert!(
        words.contains("Subdivisión del") && words.contains(BLOCK[0].0),
        "{words}"
    );
    let graph = browser.value("document.querySelector('svg.linaje').textContent");
    assert!(
        graph
            .as_str()
            .is_some_and(|text| text.contains(BLOCK[0].0) && text.contains("Subdivisión · ")),
        "{graph}"
    );
    browser.look("predio-linaje");

    let hostile = format!(
        "<script>document.title='x'</script>\u{202e}abc🌿{}",
        "ñ".repeat(10_000)
    );
    let [x, y] = GROUND;
    let [south, north] = [y + 40.0, y + 60.0];
    let east = x + 10.0;
    let file = format!(
        "codigo_catastral;direccion;wkt\n22010171002001;\"{hostile}\";\"POLYGON(({x} {south}, {east} {south}, {east} {north}, {x} {north}, {x} {south}))\"\n"
    );
    let (link, survey) = desk.examined(
        ("lotes.csv", file.as_bytes()),
        &[("crs_origen", "EPSG:32718")],
    );
    assert_eq!(survey["estado"], "conforme", "{survey}");
    assert_eq!(desk.decide(&desk.chief, &link, &approve()).0, 200);
    browser.go(&service.url("/predios/22010171002001"));
    let title = browser.value("document.title");
    assert!(
        title
            .as_str()
            .is_some_and(|title| title.starts_with("Predio 2201")),
        "{title}"
    );
    assert!(browser.words().contains("<script>document.title="));
    assert_eq!(
        browser.value("document.querySelectorAll('main script').length"),
        0
    );
    browser.look("predio-hostil");
    let (paper, sheets) = on_paper(&browser.printed());
    assert!(
        paper.contains("22010171002001") && sheets <= 2,
        "{sheets}: {paper}"
    );

    // Inspections are for who inspects.
    desk.office
        .settled(service, "fiscal", &[&format!("control_urbano@{PLACE}")]);
    let token = desk.office.token("fiscal", &["fiscalizar"]);
    let visit = json!({"predio": "22010171002001", "asunto": "Obra sin licencia"});
    let opened = service.send(
        &Call::new("POST", "/api/fiscalizacion")
            .token(&token)
            .json(&visit),
    );
    assert!(opened.status < 300, "{opened:?}");
    assert!(!browser.words().contains("Obra sin licencia"));
    browser.sign_in(service, "fiscal");
    browser.go(&service.url(&format!("/predios/{}", encoded("22010171002001"))));
    let words = browser.words();
    assert!(
        words.contains("Obra sin licencia") && !words.contains("Mantenimiento"),
        "{words}"
    );
    browser.look("predio-fiscal");
}
