//! `/inspecciones` in a real browser, by keys alone, from the plan to the order; and as forms without script.

use base64::Engine as _;
use catastro_tests::{Browser, Call, desk::PLACE, pages::words_of_paper, window::Window};
use serde_json::json;
use sha2::{Digest, Sha256};

const HOSTILE: &str = "<script>document.title='robado'</script> \"comillas\" \u{202e}al revés\u{202c} <img src=x> 🌽 {{7*7}}";

fn window() -> Window {
    Window::with_officers(&["fausto"])
}

/// A photograph as a camera makes it: what the browser sees now, as JPEG.
fn photograph(browser: &mut Browser) -> Vec<u8> {
    let shot = browser.tell("Page.captureScreenshot", &json!({"format": "jpeg"}));
    let text = shot["data"].as_str().expect("a picture");
    let bytes = base64::engine::general_purpose::STANDARD.decode(text);
    bytes.expect("base64")
}

#[test]
fn by_keys_alone_an_inspection_goes_from_the_plan_to_the_order_with_its_photograph() {
    let window = window();
    let service = &window.desk.service;
    let issued = window.issued();
    let number = issued["numero"].as_str().expect("a number");
    let mut browser = Browser::start(1440, 900, &[]);
    browser.sign_in(service, "fausto");
    browser.go(&service.url("/inspecciones"));
    browser.look("inspecciones-vacia");
    browser.follow("main a.boton");
    browser.look("inspeccion-nueva-1");
    browser.fill("#ver", &window.parcel);
    browser.follow("form[method=get] button");

    // The place is marked on the plan with the arrows and Enter.
    browser.wait_until("document.querySelector('svg.plano.para-trazar')");
    browser.value("document.querySelector('svg.plano').focus()");
    browser.key("ArrowUp", 38);
    browser.key("Enter", 13);
    let marked = browser.value("document.querySelector('#lugar').value");
    assert!(
        marked
            .as_str()
            .is_some_and(|text| text.split(' ').count() == 2),
        "{marked}"
    );
    browser.fill("#asunto", "Obra sin licencia en el segundo piso");
    browser.fill("#certificado", "220101-2026-999999");
    browser.look("inspeccion-nueva-2");
    browser.follow("form[method=post][data-guardar] button");
    assert!(
        browser
            .words()
            .contains("No hay un certificado emitido con ese número."),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#lugar').value"),
        marked
    );
    browser.fill("#certificado", number);
    browser.follow("form[method=post][data-guardar] button");
    let said = browser.words();
    assert!(
        said.contains("La inspección está programada.") && said.contains(number),
        "{said}"
    );
    browser.look("inspeccion-programada");
    let path = browser.path();
    let path = path.split('?').next().unwrap_or_default().to_owned();

    check_acta(&mut browser, &window, &path);
    browser.go(&service.url(&path));
    browser.fill("#acta", "ACTA-0012");
    browser.choose("#fecha", "2099-11-25");
    browser.follow("[data-guardar=realizar] button");
    assert!(
        browser.words().contains("todavía no llega"),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#acta').value"),
        "ACTA-0012"
    );
    browser.choose("#fecha", "2026-11-25");
    browser.follow("[data-guardar=realizar] button");
    assert!(
        browser.words().contains("La visita quedó registrada."),
        "{}",
        browser.words()
    );
    browser.look("inspeccion-realizada");

    check_photograph(&mut browser, &window, &path);
    browser.fill("#codigo", "05-0101");
    browser.fill("#infraccion", "Edificar sin licencia");
    browser.follow("[data-guardar=con_infraccion] button");
    browser.choose("#orden", "paralizacion");
    browser.choose("#plazo", "2099-12-14");
    browser.follow("[data-guardar=ordenar] button");
    let said = browser.words();
    assert!(
        said.contains("Paralización de la obra") && said.contains("hasta el 14/12/2099"),
        "{said}"
    );
    browser.look("inspeccion-en-plazo");
    browser.fill("#documento-subsanar", "Informe 45-2026");
    browser.follow("[data-guardar=subsanar] button");
    let said = browser.words();
    assert!(
        said.contains("Nada: la inspección terminó.") && said.contains("Se programó la visita"),
        "{said}"
    );
    browser.look("inspeccion-subsanada");
    browser.go(&service.url("/inspecciones?estado=subsanada&q=acta-0012"));
    assert!(
        browser.words().contains("Obra sin licencia"),
        "{}",
        browser.words()
    );
    browser.look("inspecciones");
}

fn check_acta(browser: &mut Browser, window: &Window, path: &str) {
    browser.go(&window.desk.service.url(&format!("{path}/acta")));
    browser.look("inspeccion-acta");
    let pdf = browser.printed();
    let printed = words_of_paper(&window.desk.office, &pdf);
    for text in [
        "Actadeinspección",
        "Obrasinlicencia",
        "Fiscalizador:nombre",
        window.parcel.as_str(),
    ] {
        assert!(printed.contains(text), "no {text} in {printed}");
    }
    assert!(
        !printed.contains("Imprimir") && !printed.contains("Salir"),
        "{printed}"
    );
}

/// A photograph goes in by the file box, is listed with its digest, seen, and comes out as it went in.
fn check_photograph(browser: &mut Browser, window: &Window, path: &str) {
    let service = &window.desk.service;
    let photo = photograph(browser);
    let digest = format!("{:x}", Sha256::digest(&photo));
    let file = window.desk.office.folder().join("fachada ñ.jpg");
    std::fs::write(&file, &photo).expect("written");
    browser.give_files("#archivo", &[&file]);
    browser.choose("#tomada_a", "2026-11-25T10:04");
    browser.fill("#lugar", "-76.97, -6.03");
    browser.follow("[data-guardar=prueba] button");
    let said = browser.words();
    for text in [
        "La prueba está guardada",
        "fachada ñ.jpg",
        "25/11/2026 10:04",
        &digest,
    ] {
        assert!(said.contains(text), "no {text} in {said}");
    }
    browser.press(".tarjeta summary");
    browser.wait_until("document.querySelector('img.prueba')?.naturalWidth > 100");
    browser.look("inspeccion-con-prueba");
    let link = browser.value("document.querySelector('.tarjeta a').getAttribute('href')");
    let link = link.as_str().expect("a link").to_owned();
    let session = service.session("fausto");
    let (reply, bytes) =
        service.fetch(&Call::new("GET", link.as_str()).cookies(&[("catastro", &session)]));
    assert!(bytes == photo, "{reply:?}");
    assert!(
        reply.header("content-disposition")[0].contains("fachada%20%C3%B1.jpg"),
        "{reply:?}"
    );

    // Without script; and what only calls itself a picture is not shown as one.
    let call = Call::new("POST", format!("{path}/pruebas"))
        .header("accept", "text/html")
        .cookies(&[("catastro", &session)])
        .upload(
            ("falsa.png", b"<html><script>1</script>"),
            &[("tomada_a", ""), ("lugar", "")],
        );
    let kept = service.send(&call);
    assert_eq!(kept.status, 303, "{kept:?}");
    let shown = service.page(&session, path);
    let false_one = shown
        .text
        .rsplit("<img class=\"prueba\" src=\"")
        .next()
        .expect("a picture");
    let false_one = false_one.split('"').next().expect("an address");
    assert_eq!(service.page(&session, false_one).status, 404);
    for (file, fields, word) in [
        ("vacio.pdf", vec![], "El archivo está vacío"),
        (
            "a.pdf",
            vec![("lugar", "por ahí")],
            "El lugar no se entiende",
        ),
        (
            "a.pdf",
            vec![("tomada_a", "ayer")],
            "un campo que no se entiende",
        ),
    ] {
        let bytes: &[u8] = if file == "a.pdf" { b"%PDF-1.7" } else { b"" };
        let call = Call::new("POST", format!("{path}/pruebas"))
            .header("accept", "text/html")
            .cookies(&[("catastro", &session)])
            .upload((file, bytes), &fields);
        let refused = service.send(&call);
        assert!(
            refused.status == 400 && refused.text.contains(word) && refused.text.contains("<h1>"),
            "{refused:?}"
        );
    }
    let stranger = Call::new("POST", format!("{path}/pruebas")).header("accept", "text/html");
    let stranger = service.send(&stranger.upload(("a.pdf", b"%PDF-1.7"), &[]));
    assert!(
        stranger.status == 401 && stranger.text.contains("Ingresar"),
        "{stranger:?}"
    );
    browser.go(&service.url(path));
}

#[test]
fn hostile_texts_are_texts_and_others_see_nothing() {
    let window = window();
    let (office, service) = (&window.desk.office, &window.desk.service);
    office.settled(service, "otra", &["control_urbano@220102"]);
    office.settled(service, "tecno", &[&format!("tecnico_catastro@{PLACE}")]);
    let fausto = service.session("fausto");
    let parcel = window.parcel.as_str();
    let long = "y".repeat(10_000);
    let wide = "z".repeat(900);
    let open = |subject: &str, place: &str| {
        service.form(
            &fausto,
            "/inspecciones/nueva",
            &[
                ("asunto", subject),
                ("predio", parcel),
                ("lugar", place),
                ("recibo", ""),
            ],
        )
    };
    let refused = open(&long, "");
    assert!(
        refused.status == 400 && refused.text.contains(&long),
        "{refused:?}"
    );
    let refused = open("obra", HOSTILE);
    assert!(
        refused.status == 400
            && refused.text.contains("El lugar no se entiende")
            && !refused.text.contains("<script>doc")
    );
    let mut browser = Browser::start(1440, 900, &[]);
    browser.sign_in(service, "fausto");
    for (name, subject) in [("hostil", HOSTILE), ("ancha", &wide)] {
        let kept = open(subject, "");
        assert_eq!(kept.status, 303, "{kept:?}");
        let path = kept.header("location")[0]
            .split('?')
            .next()
            .expect("a path")
            .to_owned();
        let acta = if name == "hostil" { HOSTILE } else { &wide };
        let steps = format!("{path}/paso");
        let visit = [
            ("paso", "realizar"),
            ("acta", acta),
            ("fecha", "25/11/2026"),
        ];
        assert_eq!(service.form(&fausto, &steps, &visit).status, 303);
        let accuse = [
            ("paso", "con_infraccion"),
            ("codigo", acta),
            ("infraccion", subject),
        ];
        assert_eq!(service.form(&fausto, &steps, &accuse).status, 303);
        let call = Call::new("POST", format!("{path}/pruebas")).cookies(&[("catastro", &fausto)]);
        let kept = service.send(&call.upload(
            (&format!("<b>{}.jpg", "w".repeat(150)), b"\xff\xd8\xff nada"),
            &[],
        ));
        assert_eq!(kept.status, 303, "{kept:?}");
        for (suffix, view) in [("", "inspeccion"), ("/acta", "acta")] {
            browser.go(&service.url(&format!("{path}{suffix}")));
            assert_ne!(browser.value("document.title"), "robado");
            browser.look(&format!("{view}-{name}"));
        }
        assert!(
            browser.words().contains(&subject[..40]),
            "{}",
            browser.words()
        );
        let again = service.form(&fausto, &steps, &visit);
        assert!(
            again.status == 409 && again.text.contains("no admite «realizar»"),
            "{again:?}"
        );

        for login in ["otra", "tecno"] {
            let stranger = service.session(login);
            for path in [path.clone(), format!("{path}/acta")] {
                let seen = service.page(&stranger, &path);
                assert!(
                    [403, 404].contains(&seen.status) && !seen.text.contains("robado"),
                    "{login}: {seen:?}"
                );
            }
            let list = service.page(&stranger, "/inspecciones");
            assert!(!list.text.contains("robado"), "{login}: {list:?}");
        }
        let public = service.send(&Call::new("GET", path.as_str()).header("accept", "text/html"));
        assert_eq!(public.status, 303, "{public:?}");
    }
    browser.go(&service.url("/inspecciones"));
    browser.look("inspecciones-hostil");
}
