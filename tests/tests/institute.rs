//! The Institute's functions, one by one, as anybody walks through them in a browser: what each holds is there, and what
//! makes it real can be seen.

use catastro_tests::{Browser, Service, window::Window};
use serde_json::Value;

/// A page that a function has, and words without which it would be empty.
struct Room {
    function: &'static str,
    page: String,
    words: &'static [&'static str],
}

fn room(function: &'static str, page: impl Into<String>, words: &'static [&'static str]) -> Room {
    Room {
        function,
        page: page.into(),
        words,
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect("a text")
}

/// The first of a list of `/api`, whatever the list is called.
fn first(service: &Service, path: &str) -> Value {
    let answer = service.get(path).json();
    let list = answer
        .as_array()
        .or_else(|| answer.as_object()?.values().find_map(Value::as_array));
    list.and_then(|list| list.first())
        .expect("one of the list")
        .clone()
}

/// The rows of the Institute's table, with a parcel, the code of a certificate and the number of a project.
fn rooms(parcel: &str, code: &str, cui: &str) -> Vec<Room> {
    vec![
        room(
            "sistema de información provincial",
            "/ogc/collections/municipios/items?f=html",
            &[
                "Moyobamba",
                "Calzada",
                "Habana",
                "Jepelacio",
                "Soritor",
                "Yantalo",
            ],
        ),
        room(
            "control urbano",
            format!("/verificar/{code}"),
            &["Auténtico y vigente"],
        ),
        room(
            "información catastral y su mantenimiento",
            format!("/predios/{parcel}?fecha=2026-06-01"),
            &["01/06/2026", "m²"],
        ),
        room(
            "proyectos catastrales",
            "/proyectos-catastrales",
            &["se calcula de lo que se publicó", "Terminado", "100.00 %"],
        ),
        room(
            "coordinación de servicios públicos",
            "/obras",
            &["Choques", "Se rompe lo recién hecho", "Al mismo tiempo"],
        ),
        room(
            "coordinación de servicios públicos",
            "/obras/cobertura",
            &["Desagüe", "Con red"],
        ),
        room(
            "inversiones urbanas",
            "/inversiones",
            &["S/", "(demostración)"],
        ),
        room(
            "inversiones urbanas",
            format!("/inversiones/{cui}"),
            &["Lotes servidos", "Se calcula de las capas con consultas"],
        ),
        room(
            "formulación y promoción",
            "/inversiones/oportunidades",
            &["(demostración)"],
        ),
        room("planes", "/planes", &["PAT-2201-DEMO", "onsulta pública"]),
        room("planes", "/planes/PE-220101-DEMO", &["Observar este plan"]),
        room(
            "monitoreo",
            "/indicadores",
            &["Físico ambiental", "Catastro actualizado"],
        ),
        room("monitoreo", "/informes/2026-T2", &["firmado", "SHA-256"]),
        room("monitoreo", "/informes/2026-T2/verificacion", &["2026-T2"]),
        room(
            "observatorio territorial",
            "/observatorio",
            &["Ejes", "Último valor"],
        ),
        room(
            "observatorio territorial",
            "/observatorio/series",
            &["(demostración)"],
        ),
        room("Comité de Gestión", "/observaciones", &["respondida"]),
        room("Comité de Gestión", "/observaciones/mapa", &["bservaci"]),
        room(
            "Asamblea de Municipalidades",
            "/gobierno",
            &["A-2026-001", "Asamblea"],
        ),
        room(
            "Asamblea de Municipalidades",
            "/gobierno/acuerdos/A-2026-001",
            &["favor"],
        ),
        room(
            "aportes",
            "/gobierno/aportes",
            &["Acordado", "Pagado", "Saldo"],
        ),
        room(
            "articulación",
            "/fuentes",
            &["Ordenamiento Territorial del Alto Mayo", "antigüedad"],
        ),
    ]
}

#[test]
fn every_function_of_the_institute_is_walked_through() {
    let window = Window::new();
    let service = &window.desk.service;
    let certificate = window.issued();
    let project = first(service, "/api/inversiones");
    let rooms = rooms(
        &window.parcel,
        text(&certificate, "codigo"),
        text(&project, "cui"),
    );
    let mut browser = Browser::start(1440, 900, &[]);
    for room in rooms {
        browser.go(&service.url(&room.page));
        let said = browser.words();
        for word in room.words {
            assert!(
                said.contains(word),
                "{}: «{word}» in {}: {said}",
                room.function,
                room.page
            );
        }
    }
    let from_the_menu = [
        "/planes",
        "/inversiones",
        "/observatorio",
        "/gobierno",
        "/observaciones",
    ];
    browser.go(&service.url("/"));
    for page in from_the_menu {
        let there = browser.value(&format!(
            "!!document.querySelector('nav a[href=\"{page}\"]')"
        ));
        assert_eq!(there, Value::Bool(true), "{page}");
    }
    assert!(
        browser.complaints().is_empty(),
        "{:?}",
        browser.complaints()
    );
}
