//! `/certificados` in a real browser, by keys alone, from the draft to the annulment; and as forms without script.

use catastro_tests::{
    Browser, Call, Service,
    pages::{closed, words_of_paper},
    window::Window,
};

const APPLICANT: &str = "Hermelinda Vásquez Tuanama";
const POST: &str = "Subgerenta de Control Urbano";

fn window() -> Window {
    Window::with_officers(&["dora", "irene"])
}

fn sign_out(browser: &mut Browser) {
    browser.follow(".quien button");
}

/// Somebody drafts and sends on the pages; gives the path of the certificate.
fn drafted(browser: &mut Browser, window: &Window) -> String {
    browser.go(&window.desk.service.url("/certificados"));
    assert!(
        browser.words().contains("Todavía no hay certificados"),
        "{}",
        browser.words()
    );
    browser.look("certificados-vacia");
    browser.follow("main a.boton");
    browser.choose("#elegir-tipo", "parametros");
    browser.fill("#elegir-predio", &window.parcel);
    browser.look("certificado-nuevo-1");
    browser.follow("form[method=get] button");
    let words = browser.words();
    assert!(
        words.contains("Calificación de bien cultural inmueble")
            && words.contains("Altura máxima, en pisos"),
        "{words}"
    );
    browser.look("certificado-nuevo-2");
    // A refusal keeps what was typed, and what is personal in the page only.
    browser.fill(
        "[name='dato.bien_cultural']",
        "No es bien cultural inmueble",
    );
    browser.fill("#expediente", "EXP-2026-<4>");
    browser.fill("#solicitante-nombre", APPLICANT);
    browser.fill("#solicitante-numero", "47021358");
    let kept = browser.value("JSON.stringify(sessionStorage)");
    let kept = kept.as_str().unwrap_or_default();
    assert!(
        kept.contains("bien cultural")
            && !kept.contains("Hermelinda")
            && !kept.contains("47021358"),
        "{kept}"
    );
    browser.follow("button[form=borrador]");
    assert!(
        browser
            .words()
            .contains("«expediente» no está bien formado"),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#solicitante-nombre').value"),
        APPLICANT
    );
    assert_eq!(
        browser.value("document.querySelector('#expediente').value"),
        "EXP-2026-<4>"
    );
    browser.look("certificado-nuevo-mal");
    browser.fill("#expediente", "EXP-2026-004512");
    browser.follow("button[form=borrador]");
    let words = browser.words();
    assert!(
        words.contains("El borrador está guardado") && words.contains("Usted lo redactó"),
        "{words}"
    );
    assert!(!words.contains("Emitir y firmar"), "{words}");
    browser.look("certificado-borrador");
    browser.follow("[data-guardar=enviar] button");
    let words = browser.words();
    assert!(
        words.contains("Quien redacta un certificado no lo emite."),
        "{words}"
    );
    assert_eq!(
        browser.value("document.querySelectorAll('[data-guardar=emitir]').length"),
        0
    );
    browser.look("certificado-en-revision");
    let path = browser.path();
    path.split('?').next().unwrap_or_default().to_owned()
}

#[test]
fn by_keys_alone_one_drafts_another_issues_and_anybody_sees_that_it_was_annulled() {
    let window = window();
    let service = &window.desk.service;
    let mut browser = Browser::start(1440, 900, &[]);
    browser.sign_in(service, "dora");
    let path = drafted(&mut browser, &window);

    // Who drafted it and sends the form all the same is told so, on a page.
    let dora = service.session("dora");
    let refused = service.form(
        &dora,
        &format!("{path}/paso"),
        &[("decision", "emitir"), ("cargo", POST)],
    );
    assert!(
        refused.status == 403
            && refused
                .text
                .contains("Quien redacta un certificado no lo emite."),
        "{refused:?}"
    );

    sign_out(&mut browser);
    browser.sign_in(service, "irene");
    browser.go(&service.url("/certificados?q=exp-2026-0045"));
    browser.look("certificados-en-revision");
    browser.follow("main td a");
    browser.fill("#cargo", POST);
    browser.follow("[data-guardar=emitir] button");
    let said = browser.words();
    assert!(
        said.contains("Se emitió: tiene número, firma y código."),
        "{said}"
    );
    assert!(!said.contains("Hermelinda"), "{said}");
    browser.look("certificado-emitido");

    // The paper, and the page on which anybody verifies it.
    let href = |browser: &mut Browser, selector: &str| -> String {
        let found = browser.value(&format!(
            "document.querySelector({selector:?}).getAttribute('href')"
        ));
        found.as_str().expect("a link").to_owned()
    };
    let paper = href(&mut browser, "main a[href$='.pdf']");
    let (reply, pdf) = service.fetch(&Call::new("GET", paper.as_str()));
    assert_eq!(
        (reply.status, reply.kind.as_str()),
        (200, "application/pdf")
    );
    let number = paper
        .trim_start_matches("/api/certificados/")
        .trim_end_matches(".pdf")
        .to_owned();
    let printed = words_of_paper(&window.desk.office, &pdf);
    assert!(
        printed.contains(&number) && printed.contains(&closed(POST)),
        "{printed}"
    );
    assert!(
        printed.contains(&closed("No es bien cultural inmueble"))
            && !printed.contains("Hermelinda"),
        "{printed}"
    );
    let verify = href(&mut browser, "main a[href^='/verificar/']");
    check_lists(
        service,
        &service.session("irene"),
        &number,
        verify.trim_start_matches("/verificar/"),
    );
    browser.follow("main a.boton[href^='/verificar/']");
    assert!(
        browser.words().contains("Auténtico y vigente"),
        "{}",
        browser.words()
    );
    browser.look("verificar-vigente");
    let printed = browser.printed();
    let printed = words_of_paper(&window.desk.office, &printed);
    assert!(
        printed.contains(&number) && !printed.contains("Verificarporcódigo"),
        "{printed}"
    );

    annulled(&mut browser, &window, &path, &verify);
}

/// Annuls it, after a reason that was too short; and anybody sees it.
fn annulled(browser: &mut Browser, window: &Window, path: &str, verify: &str) {
    let service = &window.desk.service;
    // Annulled, after a reason that was too short.
    browser.go(&service.url(path));
    browser.fill("#documento", "Resolución de Gerencia 123-2026-MPM");
    browser.fill("#sustento-anular", "error");
    browser.follow("[data-guardar=anular] button");
    assert!(
        browser.words().contains("Falta «sustento»."),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#documento').value"),
        "Resolución de Gerencia 123-2026-MPM"
    );
    browser.fill("#sustento-anular", "error material en el expediente");
    browser.follow("[data-guardar=anular] button");
    assert!(browser.words().contains("Se anuló."), "{}", browser.words());
    browser.look("certificado-anulado");
    sign_out(browser);
    browser.go(&service.url(verify));
    let said = browser.words();
    assert!(
        said.contains("ANULADO")
            && said.contains("error material en el expediente")
            && said.contains("123-2026-MPM"),
        "{said}"
    );
    browser.look("verificar-anulado");
}

/// What was issued is found by any part of what names it.
fn check_lists(service: &Service, session: &str, number: &str, code: &str) {
    for asked in [
        number,
        code,
        &code.replace('-', "").to_lowercase(),
        "EXP-2026-004512",
        &number[7..],
    ] {
        let found = service.page(session, &format!("/certificados?q={asked}"));
        assert!(
            found.status == 200 && found.text.contains(number),
            "{asked}: {found:?}"
        );
    }
    for none in [
        "?q=nada-de-eso",
        "?q=%25",
        "?estado=borrador",
        "?tipo=numeracion",
    ] {
        let found = service.page(session, &format!("/certificados{none}"));
        assert!(
            found.text.contains("Ninguno es así") && !found.text.contains(number),
            "{none}"
        );
    }
    let odd = service.page(session, "/certificados?estado=perdido");
    assert!(
        odd.status == 400 && odd.text.contains("«perdido» no vale"),
        "{odd:?}"
    );
}

#[test]
fn who_asked_is_shown_for_a_purpose_and_to_nobody_else() {
    let window = window();
    let (office, service) = (&window.desk.office, &window.desk.service);
    office.settled(service, "otra", &["control_urbano@220102"]);
    office.settled(service, "comite", &["comite"]);
    let dora = service.session("dora");
    let fields = [
        ("tipo", "parametros"),
        ("predio", window.parcel.as_str()),
        ("solicitante.nombre", APPLICANT),
        ("solicitante.tipo", "DNI"),
        ("solicitante.numero", "47021358"),
    ];
    // Without a session nothing is lost: what was typed waits behind the door.
    let call = Call::new("POST", "/certificados/nuevo").header("accept", "text/html");
    let stranger = service.send(&call.form(&fields));
    assert!(
        stranger.status == 401 && stranger.text.contains("Lo que escribió se conserva"),
        "{stranger:?}"
    );

    let kept = service.form(&dora, "/certificados/nuevo", &fields);
    assert_eq!(kept.status, 303, "{kept:?}");
    let path = kept.header("location")[0]
        .split('?')
        .next()
        .expect("a path")
        .to_owned();
    let shown = service.page(&dora, &path);
    assert!(
        shown.status == 200 && !shown.text.contains("Hermelinda"),
        "{shown:?}"
    );
    let applicant = format!("{path}/solicitante");
    let unsaid = service.form(&dora, &applicant, &[("finalidad", "x")]);
    assert!(
        unsaid.status == 400
            && unsaid.text.contains("Falta «finalidad».")
            && !unsaid.text.contains("Hermelinda")
    );
    let read = service.form(
        &dora,
        &applicant,
        &[("finalidad", "notificar que está listo")],
    );
    assert!(
        read.status == 200 && read.text.contains(APPLICANT) && read.text.contains("47021358"),
        "{read:?}"
    );
    assert_eq!(read.header("cache-control"), ["no-store"]);
    let noted = office.sql("select count(*) from audit where action = 'solicitante.lectura'");
    assert_eq!(noted, ["1"]);

    for login in ["otra", "comite"] {
        let stranger = service.session(login);
        let (seen, read) = (
            service.page(&stranger, &path),
            service.form(
                &stranger,
                &applicant,
                &[("finalidad", "notificar que está listo")],
            ),
        );
        for reply in [seen, read] {
            assert!(
                reply.status == 403 && !reply.text.contains("Hermelinda"),
                "{login}: {reply:?}"
            );
        }
    }
    let public = service.send(&Call::new("GET", path.as_str()).header("accept", "text/html"));
    assert_eq!(public.status, 303, "{public:?}");
    assert!(
        public.header("location")[0].starts_with("/ingresar?ir="),
        "{public:?}"
    );
    // Nothing is there, and an address that is none.
    for path in [
        "/certificados/00000000-0000-4000-8000-000000000000",
        "/certificados/nada",
    ] {
        assert_eq!(service.page(&dora, path).status, 404, "{path}");
    }
    let back = service.page(&dora, &applicant);
    assert_eq!(
        (back.status, back.header("location")[0]),
        (303, path.as_str())
    );
}
