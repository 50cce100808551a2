//! The page `/mapa` in a real browser: by mouse and by keys, today's land and another day's, and without a map.

use catastro_tests::{Browser, Call, Office, Service};
use serde_json::{Value, json};

const DRAWN: &str = "document.documentElement.dataset.mapa === 'listo'";

/// A lot, and the middle of it.
fn lot(service: &Service) -> (String, f64, f64) {
    let page = service.get("/ogc/collections/lotes/items?limit=1").json();
    let lot = &page["features"][0];
    let ring = lot["geometry"]["coordinates"][0][0]
        .as_array()
        .expect("a ring");
    let corners = &ring[..ring.len() - 1];
    let middle = |axis: usize| {
        let parts = corners.iter().filter_map(|corner| corner[axis].as_f64());
        parts.sum::<f64>() / corners.len() as f64
    };
    let code = lot["id"].as_str().expect("a code").to_owned();
    (code, middle(0), middle(1))
}

fn text(browser: &mut Browser, id: &str) -> String {
    let text = browser.value(&format!("document.getElementById('{id}').innerText"));
    text.as_str().unwrap_or_default().to_owned()
}

fn address(browser: &mut Browser) -> String {
    let address = browser.value("location.href");
    address.as_str().unwrap_or_default().to_owned()
}

/// Waits until the map has drawn what an expression asks for, and stays so.
fn drawn(browser: &mut Browser) {
    for _ in 0..2 {
        std::thread::sleep(std::time::Duration::from_millis(400));
        browser.wait_until(DRAWN);
    }
}

/// The place of the middle of the map in the window.
fn middle(browser: &mut Browser) -> (f64, f64) {
    let at = browser.value(
        "(() => { const box = document.getElementById('lienzo').getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2]; })()",
    );
    let part = |axis: usize| at[axis].as_f64().expect("a number");
    (part(0), part(1))
}

#[test]
fn people_search_choose_and_print_by_mouse_and_by_keys() {
    let office = Office::with_demonstration(600);
    let service = office.serve();
    let (code, lon, lat) = lot(&service);
    let mut browser = Browser::start(1280, 800, &[]);
    browser.open(&service.url("/mapa"));
    browser.wait_until(DRAWN);
    let whole = browser.picture();

    // By keys alone: the search, its results, the card.
    browser.value("document.getElementById('q').focus()");
    browser.type_text(&code);
    browser.key("Enter", 13);
    browser.wait_until("document.activeElement.closest('#resultados')");
    browser.key("Enter", 13);
    browser.wait_until("document.querySelector('#ficha h3')");
    let card = text(&mut browser, "ficha");
    for word in [
        &*format!("Lote {code}"),
        "m²",
        "Zonas",
        "Restricciones",
        "Ficha (PDF)",
    ] {
        assert!(card.contains(word), "{word}: {card}");
    }
    drawn(&mut browser);
    assert!(address(&mut browser).ends_with(&format!("predio={code}")));
    assert_ne!(browser.picture(), whole);
    browser.value("[...document.querySelectorAll('#ficha button')].pop().click()");
    assert_eq!(
        browser.value("document.getElementById('ficha').hidden"),
        true
    );

    // The same address is the same map; a click on the lot in its middle opens the card.
    let place = format!("/mapa#z=18&lat={lat}&lon={lon}&capas=lotes,manzanas");
    browser.open("about:blank");
    browser.open(&service.url(&place));
    browser.wait_until(DRAWN);
    drawn(&mut browser);
    let here = address(&mut browser);
    assert!(
        here.contains("capas=manzanas,lotes") || here.contains("capas=lotes,manzanas"),
        "{here}"
    );
    assert_eq!(
        browser.value("document.getElementById('capa-zonificacion').checked"),
        false
    );
    let (x, y) = middle(&mut browser);
    browser.click(x, y);
    browser.wait_until("document.querySelector('#ficha h3')");
    assert!(text(&mut browser, "ficha").contains(&code));

    // The map by keys: Intro opens the lot in the middle, arrows move it.
    browser.value("document.querySelector('#ficha button').click()");
    browser.value("document.querySelector('.maplibregl-canvas').focus()");
    browser.key("Enter", 13);
    browser.wait_until("document.querySelector('#ficha h3')");
    assert!(text(&mut browser, "ficha").contains(&code));
    let before = address(&mut browser);
    browser.value("document.querySelector('.maplibregl-canvas').focus()");
    browser.key("ArrowRight", 39);
    browser.wait_until(&format!("location.href !== {}", json!(before)));

    // A layer that is switched off is not drawn, and the address says so.
    drawn(&mut browser);
    let with_lots = browser.picture();
    browser.value("document.getElementById('capa-lotes').click()");
    drawn(&mut browser);
    assert_ne!(browser.picture(), with_lots);
    assert!(address(&mut browser).contains("capas=manzanas"));

    // On paper there is the map and its legend, and nothing to fill in.
    browser.tell("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    let shown =
        |id: &str| format!("getComputedStyle(document.getElementById('{id}')).display !== 'none'");
    assert_eq!(browser.value(&shown("busqueda")), false);
    assert_eq!(browser.value(&shown("capas")), true);
    assert_eq!(browser.value(&shown("lienzo")), true);
    let paper = browser.tell("Page.printToPDF", &json!({"printBackground": true}));
    assert!(paper["data"].as_str().is_some_and(|pdf| pdf.len() > 10_000));

    // Nothing was asked of anybody else, and the page complained of nothing: the policy of the page held.
    let own = service.url("/");
    for asked in browser.asked() {
        let is_own =
            asked.starts_with(&own) || asked.starts_with("data:") || asked == "about:blank";
        assert!(is_own, "{asked}");
    }
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_map_of_another_day_is_the_land_of_that_day() {
    let office = Office::with_demonstration(600);
    let service = office.serve();
    let (code, lon, lat) = lot(&service);
    let mut browser = Browser::start(1000, 700, &[]);
    browser.open(&service.url(&format!("/mapa#z=17&lat={lat}&lon={lon}&capas=lotes")));
    browser.wait_until(DRAWN);
    drawn(&mut browser);
    let submit = |browser: &mut Browser, day: &str| {
        browser.value(&format!(
            "document.getElementById('fecha').value = '{day}'; document.getElementById('tiempo').requestSubmit()"
        ));
        drawn(browser);
    };
    let canvas = |browser: &mut Browser| -> Value {
        browser.value("document.querySelector('.maplibregl-canvas').toDataURL()")
    };
    let today = canvas(&mut browser);
    submit(&mut browser, "2001-02-03");
    assert!(address(&mut browser).contains("fecha=2001-02-03"));
    assert!(text(&mut browser, "aviso-fecha").contains("03/02/2001"));
    let then = canvas(&mut browser);
    assert_ne!(then, today);
    // There was no lot there yet.
    let (x, y) = middle(&mut browser);
    browser.click(x, y);
    assert_eq!(
        browser.value("document.getElementById('ficha').hidden"),
        true
    );
    browser.value("document.getElementById('hoy').click()");
    drawn(&mut browser);
    assert_eq!(canvas(&mut browser), today);
    browser.click(x, y);
    browser.wait_until("document.querySelector('#ficha h3')");
    assert!(text(&mut browser, "ficha").contains(&code));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn without_webgl_the_page_says_so_and_the_rest_works() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let (code, ..) = lot(&service);
    let mut browser = Browser::start(500, 900, &["--disable-3d-apis"]);
    browser.open(&service.url("/mapa"));
    browser.wait_until("document.documentElement.dataset.mapa === 'sin'");
    let said = text(&mut browser, "sin-mapa");
    assert!(
        said.contains("no puede dibujar el mapa") && said.contains("búsqueda"),
        "{said}"
    );
    browser.value("document.getElementById('q').focus()");
    browser.type_text(&code);
    browser.key("Enter", 13);
    browser.wait_until("document.activeElement.closest('#resultados')");
    browser.key("Enter", 13);
    browser.wait_until("document.querySelector('#ficha h3')");
    assert!(text(&mut browser, "ficha").contains(&code));
}

#[test]
fn codes_and_streets_are_found_and_what_is_too_short_is_refused() {
    let office = Office::with_demonstration(600);
    let service = office.serve();
    let (code, ..) = lot(&service);
    let found = |q: &str| service.get(&format!("/api/buscar?q={q}")).json();
    let exact = found(&code);
    assert_eq!(exact["resultados"][0]["codigo"], code.as_str());
    assert_eq!(exact["resultados"][0]["capa"], "lotes");
    assert_eq!(
        exact["resultados"][0]["caja"].as_array().map(Vec::len),
        Some(4)
    );
    let many = found("22");
    assert_eq!(many["hay_mas"], true);
    assert!(
        many["resultados"]
            .as_array()
            .is_some_and(|hits| hits.len() <= 30)
    );
    let page = service.get("/ogc/collections/vias/items?limit=500").json();
    let mut names = page["features"].as_array().into_iter().flatten();
    let name = names
        .find_map(|road| road["properties"]["nombre"].as_str())
        .expect("a street with a name");
    let word = name.split(' ').next_back().expect("a word");
    let letters: Vec<String> = word.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let query = letters.concat();
    let streets = found(&query);
    assert!(streets.to_string().contains(name), "{name}: {streets}");
    for (path, said) in [
        ("/api/buscar", "Falta el parámetro"),
        ("/api/buscar?q=a", "No se puede buscar eso"),
        ("/api/buscar?que=ab", "No existe el parámetro"),
    ] {
        let reply = service.get(path);
        assert!(
            reply.status == 400 && reply.text.contains(said),
            "{path}: {reply:?}"
        );
    }
}

#[test]
fn what_the_map_loads_is_light_and_kept() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let page = service.get("/mapa");
    assert!(page.text.contains("Datos de demostración"));
    let policy = page.header("content-security-policy").concat();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let folder = page
        .text
        .split('"')
        .find_map(|text| text.strip_suffix("/mapa.mjs"));
    let folder = folder.expect("the folder of scripts");
    let mut total = 0;
    for name in [
        "maplibre-gl.mjs",
        "maplibre-gl-worker.mjs",
        "maplibre-gl.css",
        "mapa.mjs",
        "mapa.css",
    ] {
        let call = Call::new("GET", format!("{folder}/{name}")).header("accept-encoding", "gzip");
        let (reply, bytes) = service.fetch(&call);
        assert_eq!(reply.status, 200, "{name}");
        assert_eq!(reply.header("content-encoding"), ["gzip"], "{name}");
        assert!(
            reply.header("cache-control")[0].contains("immutable"),
            "{name}"
        );
        total += bytes.len();
    }
    assert!(total < 470_000, "{total}");
    let old = service.get("/estaticos/0123456789abcdef/mapa.mjs");
    assert!(old.status == 404 && old.text.contains("Vuelva a cargar"));
}
