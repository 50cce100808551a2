//! `/fuentes` in a real browser, by keys alone: a source is added, harvested, fails, and is changed.

use catastro_tests::{
    Browser, Office,
    federation::serving,
    shelf::{Served, Shelf},
};
use serde_json::json;

/// Three lines through the middle of the province.
fn rivers() -> Vec<u8> {
    let features: Vec<_> = [-6.05, -6.03, -6.01]
        .iter()
        .map(|north| {
            json!({"type": "Feature", "properties": {"nombre": format!("Quebrada {north}")},
                "geometry": {"type": "LineString", "coordinates": [[-77.0, north], [-76.9, north]]}})
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features, "numberMatched": 3})
        .to_string()
        .into_bytes()
}

#[test]
fn by_keys_alone_a_source_is_added_harvested_and_changed() {
    let office = Office::with_demonstration(300);
    let service = serving(&office);
    office.settled(&service, "planificadora", &["planificador"]);
    let shelf = Shelf::new(|_| Served::Body("application/geo+json", rivers()));
    let mut browser = Browser::start(1440, 900, &[]);

    // Anybody sees the list, with those of the demonstration, and no form.
    browser.go(&service.url("/fuentes"));
    let said = browser.words();
    assert!(
        said.contains("(demostración)") && said.contains("pausada"),
        "{said}"
    );
    assert!(!said.contains("Agregar una fuente"), "{said}");
    browser.look("fuentes-todos");

    browser.sign_in(&service, "planificadora");
    browser.go(&service.url("/fuentes"));
    browser.follow("main a.boton");
    browser.look("fuente-nueva");
    browser.fill("#codigo", "rios-prueba");
    browser.fill("#nombre", "Ríos de prueba");
    browser.fill("#titular", "Autoridad del agua");
    browser.fill("#licencia", "CC BY 4.0");
    browser.fill("#capa", "rios");
    browser.fill("#direccion", &format!("{}/ogc", shelf.address));
    browser.fill("#cada_horas", "cada día");
    browser.choose("#estado", "pausada");
    browser.choose("#eje", "fisico_ambiental");
    browser.follow("form[data-guardar^=fuente] button");
    let said = browser.words();
    assert!(said.contains("«cada_horas» no es un número."), "{said}");
    assert_eq!(
        browser.value("document.querySelector('#titular').value"),
        "Autoridad del agua"
    );
    browser.fill("#cada_horas", "24");
    browser.follow("form[data-guardar^=fuente] button");
    let said = browser.words();
    assert!(said.contains("La fuente está guardada."), "{said}");
    assert!(said.contains("sin cosechar"), "{said}");
    browser.look("fuente-sin-cosechar");

    browser.follow("[data-guardar=cosecha] button");
    let said = browser.words();
    assert!(said.contains("La cosecha terminó bien."), "{said}");
    assert!(said.contains("3 entidades"), "{said}");
    let drawn = browser.value("document.querySelectorAll('svg.plano path.despues').length");
    assert!(drawn.as_u64() >= Some(3), "{drawn}");
    browser.look("fuente-cosechada");

    shelf.change(|_| Served::Status(503));
    browser.follow("[data-guardar=cosecha] button");
    let said = browser.words();
    assert!(said.contains("La cosecha falló"), "{said}");
    assert!(
        said.contains("estado HTTP 503") && said.contains("última copia buena"),
        "{said}"
    );
    let still = browser.value("document.querySelectorAll('svg.plano path.despues').length");
    assert_eq!(still, drawn);
    browser.look("fuente-con-falla");

    browser.follow("[data-guardar=cosecha] a");
    browser.look("fuente-editar");
    browser.fill("#nombre", "Ríos y quebradas de prueba");
    browser.follow("form[data-guardar^=fuente] button");
    let said = browser.words();
    assert!(
        said.contains("El cambio está guardado.") && said.contains("Ríos y quebradas de prueba"),
        "{said}"
    );
    browser.go(&service.url("/fuentes"));
    let said = browser.words();
    assert!(
        said.contains("Ríos y quebradas de prueba") && said.contains("falló"),
        "{said}"
    );
    browser.look("fuentes");
    browser.go(&service.url("/ogc/collections/catalogo/items?f=html&q=quebradas"));
    assert!(browser.words().contains("Ríos y quebradas de prueba"));
}
