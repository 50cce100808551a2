//! `/control-urbano`: what may be built on a place, asked by keys alone, without an account, and without script.

use catastro_tests::{Browser, Call, Office, Reply, Service, encoded, norms::check as checked};
use serde_json::json;

/// A lot of the capital whose floors are limited, and how many there may be.
fn lot(office: &Office, service: &Service) -> (String, f64) {
    let codes = office.sql(
        "select p.code from parcel p join zone z on st_covers(z.geom, p.geom)
         where p.ubigeo = '220101' and z.attributes->>'codigo' in ('RDM', 'RDB', 'CZ') order by 1 limit 40",
    );
    let floors = |code: &String| {
        let check = checked(service, &json!({"predio": code}));
        check["parametros"]["altura_maxima_pisos"]["valor"].as_f64()
    };
    let mut found = codes
        .iter()
        .filter_map(|code| Some((code.clone(), floors(code)?)));
    found.next().expect("a lot whose floors are limited")
}

/// A page, as a browser without script asks for it.
fn page(service: &Service, path: &str) -> Reply {
    service.send(&Call::new("GET", path).header("accept", "text/html"))
}

fn posted(service: &Service, path: &str, fields: &[(&str, &str)]) -> Reply {
    service.send(
        &Call::new("POST", path)
            .header("accept", "text/html")
            .form(fields),
    )
}

/// What stands between two marks of a page.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let found = text.split_once(from);
    assert!(found.is_some(), "{from} is not in {text}");
    let rest = found.map(|(_, rest)| rest).unwrap_or_default();
    rest.split_once(to).expect("an end").0
}

fn sha256(text: &str) -> &str {
    between(text, "id=\"sha256\">", "<")
}

#[test]
fn a_neighbour_asks_by_keys_alone_and_everybody_gets_the_same_answer() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let (code, floors) = lot(&office, &service);
    let mut browser = Browser::start(1_280, 900, &[]);

    // Where: the code is enough.
    browser.go(&service.url("/control-urbano"));
    browser.look("control-lugar");
    browser.fill("#q", &code);
    browser.leave(|browser| browser.key("Enter", 13));
    assert_eq!(
        browser.path(),
        format!("/control-urbano/propuesta?predio={code}")
    );
    browser.look("control-propuesta");

    // What: a corner shop; whatever comes out is what programs are told.
    browser.fill("#actividad_ciiu", "4711");
    browser.leave(|browser| browser.key("Enter", 13));
    let shop = checked(
        &service,
        &json!({"predio": code, "propuesta": {"actividad_ciiu": "4711"}}),
    );
    assert_eq!(
        browser.value("document.getElementById('sha256').textContent"),
        shop["recibo"]["sha256"]
    );
    assert!(browser.words().contains("Actividad"), "{}", browser.words());
    browser.look("control-respuesta-bodega");

    // Back without loss, and a tower instead: its article is named.
    browser.follow(".pasos li:nth-child(2) a");
    assert_eq!(
        browser.value("document.getElementById('actividad_ciiu').value"),
        "4711"
    );
    browser.fill("#pisos", "30");
    browser.leave(|browser| browser.key("Enter", 13));
    let words = browser.words();
    assert!(words.contains("No conforme"), "{words}");
    let told = browser.value(
        "[...document.querySelectorAll('.hallazgos li')].map((one) => one.innerText).find((one) => one.includes('Altura en pisos'))",
    );
    let told = told.as_str().expect("a finding");
    assert!(
        told.contains("No cumple") && told.contains("Artículo"),
        "{told}"
    );
    assert!(told.contains(&format!("{floors} pisos")), "{told}");
    // Its ground is on the plan.
    browser.press(".hallazgos li a[href^='#suelo']");
    assert_eq!(
        browser.value("!!document.querySelector('.plano g:target path')"),
        true
    );
    browser.look("control-respuesta-torre");

    // One floor and no more said: what nobody said is not compliance.
    browser.go(&service.url(&format!(
        "/control-urbano/respuesta?predio={code}&uso=vivienda&pisos=1"
    )));
    let words = browser.words();
    assert!(
        words.contains("No concluyente") && words.contains("Falta saber"),
        "{words}"
    );
    assert!(words.contains("No saber no es cumplir"), "{words}");

    // A building drawn by keys: three corners around the middle, its figures while it grows.
    browser.go(&service.url(&format!(
        "/control-urbano/propuesta?predio={code}&uso=vivienda&pisos=1"
    )));
    browser.wait_until("document.querySelector('svg.para-trazar')");
    browser.value("document.querySelector('svg.para-trazar').focus()");
    browser.key("Enter", 13);
    for (key, number) in [("ArrowRight", 39), ("ArrowDown", 40)] {
        for _ in 0..3 {
            browser.key(key, number);
        }
        browser.key("Enter", 13);
    }
    let drawn = browser.value("document.getElementById('huella').value.trim().split('\\n').length");
    assert_eq!(drawn, 3);
    let figures = browser.value("document.querySelector('figure output').textContent");
    assert!(
        figures.as_str().is_some_and(|said| said.contains("Área")),
        "{figures}"
    );
    browser.follow("form[action='/control-urbano/respuesta'] .acciones button");
    let words = browser.words();
    assert!(
        words.contains("Huella dentro del predio") && words.contains("Retiro"),
        "{words}"
    );
    assert_eq!(
        browser.value("!!document.querySelector('.plano path.trazo')"),
        true
    );
    browser.look("control-respuesta-huella");

    // The link of the answer gives the same answer, whoever follows it.
    let proof = browser.value("document.getElementById('sha256').textContent");
    browser.follow("#la-misma");
    assert!(browser.path().contains("conocido_a="), "{}", browser.path());
    assert_eq!(
        browser.value("document.getElementById('sha256').textContent"),
        proof
    );
    assert!(browser.printed().len() > 5_000);
}

#[test]
fn without_script_all_is_forms_and_addresses() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let (code, _) = lot(&office, &service);

    places_without_script(&service, &code);
    proposals_without_script(&service, &code);
}

fn places_without_script(service: &Service, code: &str) {
    // By address, by what is found; and by the plan, town by town.
    let lot = service
        .get(&format!("/ogc/collections/lotes/items/{code}"))
        .json();
    if let Some(address) = lot["properties"]["direccion"].as_str() {
        let found = page(
            service,
            &format!("/control-urbano?q={}&pisos=2", encoded(address)),
        );
        let link = format!("/control-urbano/propuesta?pisos=2&amp;predio={code}");
        assert!(
            found.text.contains(&link) || found.text.replace("&#38;", "&amp;").contains(&link),
            "{}",
            found.text
        );
    }
    let town = page(service, "/control-urbano?ubigeo=220101");
    assert!(town.text.contains("<svg class=\"plano\""), "{}", town.text);
    let nowhere = page(service, "/control-urbano?caja=1,2,3");
    assert_eq!(nowhere.status, 400);
    assert!(
        nowhere.text.contains("no está en ninguna parte")
            || nowhere.text.contains("Más de control urbano")
    );

    // By a point, and by a polygon of the lot's corners.
    let ring = lot["geometry"]["coordinates"][0][0]
        .as_array()
        .or_else(|| lot["geometry"]["coordinates"][0].as_array());
    let corners: Vec<String> = ring
        .expect("a ring")
        .iter()
        .map(|at| format!("{} {}", at[0], at[1]))
        .collect();
    let middle: Vec<f64> = (0..2)
        .map(|axis| {
            let ring = ring.expect("a ring");
            let sum: f64 = ring[1..].iter().filter_map(|at| at[axis].as_f64()).sum();
            sum / f64::from(u32::try_from(ring.len() - 1).expect("few"))
        })
        .collect();
    let point = page(
        service,
        &format!(
            "/control-urbano/propuesta?punto={}",
            encoded(&format!("{} {}", middle[0], middle[1]))
        ),
    );
    assert!(point.text.contains(code), "{}", point.text);
    let sent = posted(
        service,
        "/control-urbano/propuesta",
        &[("poligono", &corners.join("\r\n")), ("pisos", "2")],
    );
    assert_eq!(sent.status, 303, "{sent:?}");
    let free = page(service, sent.header("location")[0]);
    assert!(free.text.contains("un polígono dibujado"), "{}", free.text);
}

fn proposals_without_script(service: &Service, code: &str) {
    // The proposal is a form; its answer has an address with what was filled in, and no more.
    let fields = [
        ("predio", code),
        ("uso", "vivienda"),
        ("pisos", ""),
        ("altura_m", "1,200.5"),
        ("fecha", ""),
    ];
    let sent = posted(service, "/control-urbano/respuesta", &fields);
    assert_eq!(sent.status, 303, "{sent:?}");
    let address = sent.header("location")[0].to_owned();
    assert_eq!(
        address,
        format!("/control-urbano/respuesta?predio={code}&uso=vivienda&altura_m=1%2C200.5")
    );
    let refused = page(service, &address);
    assert_eq!(
        refused.status, 400,
        "nobody builds so high: {}",
        refused.text
    );
    assert!(
        refused.text.contains("value=\"1,200.5\""),
        "{}",
        refused.text
    );
    let answered = page(
        service,
        &format!("/control-urbano/respuesta?predio={code}&uso=vivienda&pisos=2"),
    );
    assert_eq!(answered.status, 200, "{answered:?}");
    let told = checked(
        service,
        &json!({"predio": code, "propuesta": {"uso": "vivienda", "pisos": 2}}),
    );
    assert_eq!(sha256(&answered.text), told["recibo"]["sha256"]);
    let same = between(&answered.text, "id=\"la-misma\" href=\"", "\"")
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    let again = page(service, &same);
    assert_eq!(sha256(&again.text), told["recibo"]["sha256"]);
    let program = service.get(&format!("{same}&f=json")).json();
    assert_eq!(program["recibo"]["sha256"], told["recibo"]["sha256"]);

    // Another day: its law, or a plain word that there was nothing.
    let day = page(
        service,
        &format!("/control-urbano/respuesta?predio={code}&uso=vivienda&fecha=2026-11-01"),
    );
    let then = checked(
        service,
        &json!({"predio": code, "propuesta": {"uso": "vivienda"}, "fecha": "2026-11-01"}),
    );
    assert_eq!(day.status, 200, "{}", day.text);
    assert_eq!(sha256(&day.text), then["recibo"]["sha256"]);
    assert!(day.text.contains("01/11/2026"), "{}", day.text);
    let before = page(
        service,
        &format!("/control-urbano/respuesta?predio={code}&fecha=1990-01-01"),
    );
    assert_eq!(before.status, 404);
    assert!(
        before
            .text
            .contains(&format!("No hay un predio {code} en esa fecha.")),
        "{}",
        before.text
    );
    let never = page(
        service,
        &format!("/control-urbano/propuesta?predio={code}&fecha=ayer&pisos=2"),
    );
    assert_eq!(never.status, 400);
    assert!(
        never.text.contains("«ayer» no es un día") && never.text.contains("value=\"ayer\""),
        "{}",
        never.text
    );
}

#[test]
fn whatever_is_typed_comes_back_as_text() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let (code, _) = lot(&office, &service);
    let script = "<script>alert(1)</script>";
    let hostile = [
        script.to_owned(),
        "\u{202e}dlarevni 🏚\u{fe0f}".to_owned(),
        "ñ".repeat(10_000),
        "\"><img src=x onerror=alert(1)>".to_owned(),
        "'; drop table parcel; --".to_owned(),
    ];
    for text in &hostile {
        for field in ["uso", "pisos", "huella", "fecha", "conocido_a"] {
            let fields = [("predio", code.as_str()), (field, text.as_str())];
            let mut reply = posted(&service, "/control-urbano/respuesta", &fields);
            if reply.status == 303 {
                reply = page(&service, reply.header("location")[0]);
            }
            assert!([200, 400].contains(&reply.status), "{field}: {reply:?}");
            assert!(
                !reply.text.contains(script) && !reply.text.contains("<img"),
                "{field}: {}",
                reply.text
            );
        }
        let query = encoded(text);
        if query.len() < 20_000 {
            for path in [
                "/control-urbano?q=",
                "/control-urbano?caja=",
                "/control-urbano?ubigeo=",
                "/control-urbano/propuesta?predio=",
                "/control-urbano/propuesta?punto=",
                "/control-urbano/alcance?ubigeo=220101&por=clase&valor=",
                "/control-urbano/respuesta?nada=",
            ] {
                let reply = page(&service, &format!("{path}{query}"));
                assert!(reply.status < 500, "{path}: {reply:?}");
                assert!(
                    !reply.text.contains(script) && !reply.text.contains("<img"),
                    "{path}: {}",
                    reply.text
                );
            }
        }
    }
    // A page with them does not break.
    let mut browser = Browser::start(1_280, 900, &[]);
    let shown = format!(
        "/control-urbano/respuesta?predio={code}&uso={}",
        encoded(&hostile[3])
    );
    browser.go(&service.url(&shown));
    browser.look("control-respuesta-hostil");
    let long = format!("/control-urbano?q={}", encoded(&"M".repeat(80)));
    browser.go(&service.url(&long));
    browser.look("control-lugar-largo");

    // A footprint of six hundred corners fits in no address: it is answered all the same, and leads back whole.
    let corners: Vec<String> = (0..600_u32)
        .map(|step| {
            let turn = f64::from(step) / 600.0 * std::f64::consts::TAU;
            format!(
                "{:.3} {:.3}",
                284_000.0 + 10.0 * turn.cos(),
                9_340_000.0 + 10.0 * turn.sin()
            )
        })
        .collect();
    let fields = [
        ("predio", code.as_str()),
        ("pisos", "1"),
        ("huella", &corners.join("\n")),
    ];
    let reply = posted(&service, "/control-urbano/respuesta", &fields);
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(
        reply.text.contains("con 600 esquinas") && reply.text.contains("No conforme"),
        "{}",
        reply.text
    );
    assert!(
        reply.text.contains(&corners[599]),
        "the way back has it all"
    );
}
