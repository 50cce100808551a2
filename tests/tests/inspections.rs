//! An inspection from the map to its end, with its evidence; seen by who inspects there and by nobody else.

use catastro_tests::{Call, Reply, window::Window};
use serde_json::{Value, json};

/// A photograph, more or less.
const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 una foto";
const ELSEWHERE: &str = "220102";

fn open(window: &Window) -> Reply {
    let issued = window.issued();
    window.desk.service.send(
        &Call::new("POST", "/api/fiscalizacion")
            .token(&window.issuer)
            .json(&json!({"predio": window.parcel, "asunto": "obra sin licencia", "certificado": issued["numero"]})),
    )
}

fn step(window: &Window, link: &str, body: &Value) -> Reply {
    let call = Call::new("POST", format!("{link}/paso"));
    window
        .desk
        .service
        .send(&call.token(&window.drafter).json(body))
}

#[test]
fn an_inspection_goes_from_the_map_to_its_end() {
    let window = Window::new();
    let opened = open(&window);
    assert_eq!(opened.status, 201, "{opened:?}");
    let link = opened.header("location")[0].to_owned();
    assert_eq!(opened.json()["geometry"]["type"], "Point");
    assert_eq!(opened.json()["properties"]["predio"], window.parcel);
    assert!(opened.json()["properties"]["certificado"].is_string());

    // Nothing is ordered before somebody went.
    let order = json!({"paso": "ordenar", "orden": "paralizacion", "plazo": "2099-12-14"});
    assert_eq!(step(&window, &link, &order).status, 409);
    let visit = json!({"paso": "realizar", "acta": "ACTA-0012", "fecha": "2026-11-25"});
    assert_eq!(step(&window, &link, &visit).status, 200);
    let accuse = json!({"paso": "con_infraccion", "codigo": "05-0101", "infraccion": "edificar sin licencia"});
    assert_eq!(step(&window, &link, &accuse).status, 200);
    let late = json!({"paso": "ordenar", "orden": "paralizacion", "plazo": "2020-01-01"});
    assert_eq!(step(&window, &link, &late).status, 400);
    let ordered = step(&window, &link, &order).json();
    assert_eq!(ordered["properties"]["estado"], "en_plazo", "{ordered}");
    assert_eq!(ordered["properties"]["acta"], "ACTA-0012");

    // Evidence is kept as it came, with its digest, its place and its time.
    let call = Call::new("POST", format!("{link}/pruebas")).upload(
        ("foto.jpg", PHOTO),
        &[
            ("lugar", "-76.97,-6.03"),
            ("tomada_a", "2026-11-25T15:04:05Z"),
        ],
    );
    let kept = window
        .desk
        .service
        .send(&call.clone().token(&window.issuer));
    assert_eq!(kept.status, 201, "{kept:?}");
    let evidence = kept.json()["properties"]["pruebas"][0].clone();
    assert_eq!(evidence["bytes"], PHOTO.len());
    assert_eq!(evidence["tomada_a"], "2026-11-25T15:04:05Z");
    let [lon, lat] = [0, 1].map(|index| evidence["lugar"][index].as_f64().unwrap_or_default());
    assert!(
        (lon + 76.97).abs() < 1e-9 && (lat + 6.03).abs() < 1e-9,
        "{evidence}"
    );
    let id = evidence["id"].as_str().expect("an id");
    let file = Call::new("GET", format!("{link}/pruebas/{id}")).token(&window.issuer);
    assert_eq!(window.desk.service.bytes(&file), PHOTO);
    // A file that was changed on the disk is not given as the one that came.
    let path = window
        .desk
        .office
        .folder()
        .join("datos/fiscalizacion")
        .join(id)
        .join("archivo");
    std::fs::write(&path, b"otra cosa").expect("written");
    assert_eq!(window.desk.service.send(&file).status, 500);

    let mended = step(
        &window,
        &link,
        &json!({"paso": "subsanar", "documento": "Informe 33-2026"}),
    )
    .json();
    assert_eq!(mended["properties"]["estado"], "subsanada");
    let again = json!({"paso": "resolver", "documento": "Resolución 9-2026"});
    assert_eq!(step(&window, &link, &again).status, 409);
    let all = window
        .desk
        .service
        .send(&Call::new("GET", "/api/fiscalizacion").token(&window.issuer))
        .json();
    assert_eq!(all["features"].as_array().map(Vec::len), Some(1));

    // An acta has its number once.
    let other = open(&window);
    let twice = step(&window, other.header("location")[0], &visit);
    assert!(
        twice.status == 409 && twice.text.contains("ACTA-0012"),
        "{twice:?}"
    );
}

#[test]
fn the_public_and_another_municipality_see_nothing() {
    let window = Window::new();
    let opened = open(&window);
    let link = opened.header("location")[0].to_owned();
    let service = &window.desk.service;
    for path in ["/api/fiscalizacion", &link] {
        assert_eq!(service.get(path).status, 401, "{path}");
    }
    let _ = window
        .desk
        .office
        .account("ajena", &[&format!("control_urbano@{ELSEWHERE}")]);
    let stranger = window.desk.office.token("ajena", &["fiscalizar"]);
    let all = service.send(&Call::new("GET", "/api/fiscalizacion").token(&stranger));
    assert_eq!(all.json()["features"], json!([]));
    // Row security does not even show that it is there.
    let one = service.send(&Call::new("GET", &*link).token(&stranger));
    assert_eq!(one.status, 404, "{one:?}");
    let technician = service.send(&Call::new("GET", &*link).token(&window.desk.technician));
    assert_eq!(technician.status, 403);
}
