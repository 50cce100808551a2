//! `/certificados` in a real browser, by keys alone, from the draft to the annulment; and as forms without script.

use catastro_tests::{
    Browser, Call, Service,
    desk::PLACE,
    pages::{closed, words_of_paper},
    window::Window,
};
use serde_json::Value;

const APPLICANT: &str = "Hermelinda Vásquez Tuanama";
const POST: &str = "Subgerenta de Control Urbano";

/// A window with two officers who sign in on the pages.
fn window() -> Window {
    let window = Window::new();
    let (office, service) = (&window.desk.office, &window.desk.service);
    for login in ["dora", "irene"] {
        office.settled(service, login, &[&format!("control_urbano@{PLACE}")]);
    }
    window
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
#[expect(
    clippy::too_many_lines,
    reason = "one walk over the pages, from signing in to its end"
)]
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

    // Annulled, after a reason that was too short.
    browser.go(&service.url(&path));
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
    sign_out(&mut browser);
    browser.go(&service.url(&verify));
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

/// Text that means to be more than text.
const HOSTILE: &str = "<script>document.title='robado'</script> \"comillas\" 'simples' & <b>negrita</b> \u{202e}al revés\u{202c} #let x = 1 $y$ *z* {{7*7}} ñandú";

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one walk over the pages, from signing in to its end"
)]
fn hostile_texts_are_texts_on_the_pages_and_on_the_paper() {
    let window = window();
    let service = &window.desk.service;
    let (dora, irene) = (service.session("dora"), service.session("irene"));
    let long = "x".repeat(10_000);
    let emoji = format!("{HOSTILE} 🌽");
    let parcel = window.parcel.as_str();
    let draft = |plans: &str, case: &str| {
        let fields = [
            ("tipo", "visacion_planos"),
            ("predio", parcel),
            ("dato.planos", plans),
            ("expediente", case),
        ];
        service.form(&dora, "/certificados/nuevo", &fields)
    };
    // Refused, and nothing of it lost.
    for (plans, case) in [(long.as_str(), ""), ("uno", HOSTILE), ("uno", &long)] {
        let refused = draft(plans, case);
        assert_eq!(refused.status, 422, "{refused:?}");
        let kept = if plans == "uno" { case } else { plans };
        assert!(
            refused.text.contains(&kept[..7].replace('<', "&#60;"))
                && !refused.text.contains("<script>doc"),
            "{refused:?}"
        );
    }
    let refused = draft(&long, "");
    assert!(refused.text.contains(&long) && refused.text.contains("pasa de 500 letras"));

    let kept = draft(&emoji, "EXP 1");
    assert_eq!(kept.status, 303, "{kept:?}");
    let path = kept.header("location")[0]
        .split('?')
        .next()
        .expect("a path")
        .to_owned();
    let steps = format!("{path}/paso");
    assert_eq!(
        service
            .form(&dora, &steps, &[("decision", "enviar")])
            .status,
        303
    );
    let too_long = service.form(
        &irene,
        &steps,
        &[("decision", "devolver"), ("sustento", &long)],
    );
    assert!(
        too_long.status == 400 && too_long.text.contains(&long),
        "{too_long:?}"
    );
    assert_eq!(
        service
            .form(
                &irene,
                &steps,
                &[("decision", "devolver"), ("sustento", HOSTILE)]
            )
            .status,
        303
    );
    assert_eq!(
        service
            .form(&dora, &steps, &[("decision", "enviar")])
            .status,
        303
    );
    let post = "<script>1</script> \u{202e}x\u{202c} «Subgerente» & Cía \"A\"";
    assert_eq!(
        service
            .form(&irene, &steps, &[("decision", "emitir"), ("cargo", post)])
            .status,
        303
    );

    let mut browser = Browser::start(1440, 900, &[]);
    browser.sign_in(service, "irene");
    browser.go(&service.url(&path));
    let said = browser.words();
    for text in [
        "<script>document.title='robado'</script>",
        "{{7*7}}",
        "🌽",
        "<b>negrita</b>",
    ] {
        assert!(said.contains(text), "no {text} in {said}");
    }
    assert_ne!(browser.value("document.title"), "robado");
    browser.look("certificado-hostil");
    let number = browser.value("document.querySelector('dd.codigo').innerText");
    let number = number.as_str().expect("a number").to_owned();
    let (reply, pdf) = service.fetch(&Call::new("GET", format!("/api/certificados/{number}.pdf")));
    assert_eq!(reply.status, 200, "{reply:?}");
    let printed = words_of_paper(&window.desk.office, &pdf);
    for text in [
        "<script>document.title='robado'</script>",
        "#let x = 1 $y$ *z* {{7*7}} ñandú",
        "<script>1</script>",
        "«Subgerente» & Cía \"A\"",
    ] {
        assert!(printed.contains(&closed(text)), "no {text} in {printed}");
    }
    let document = "Resolución <i>1</i> \u{202e}x\u{202c} 🌽";
    let annul = [
        ("decision", "anular"),
        ("sustento", HOSTILE),
        ("documento", document),
    ];
    assert_eq!(service.form(&irene, &steps, &annul).status, 303);
    browser.go(&service.url(&path));
    browser.look("certificado-hostil-anulado");
    browser.follow("main a.boton[href^='/verificar/']");
    assert!(
        browser.words().contains("<b>negrita</b>"),
        "{}",
        browser.words()
    );
    browser.look("verificar-hostil");
    let (reply, _) = service.fetch(&Call::new("GET", format!("/api/certificados/{number}.pdf")));
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one walk over the pages, from signing in to its end"
)]
fn a_verdict_that_moved_on_is_said_and_each_kind_asks_what_its_rules_ask() {
    let mut window = window();
    let lot = "22010171001001";
    window.desk.publish(&[(lot, [0.0, 0.0, 10.0, 20.0])]);
    window.parcel = lot.to_owned();
    window.kind = "catastro_positivo";
    let link = window.in_review();
    window.desk.publish(&[(lot, [0.0, 0.0, 12.0, 20.0])]);
    let service = &window.desk.service;
    let id = link.rsplit('/').next().expect("an id");
    let path = format!("/certificados/{id}");
    let mut browser = Browser::start(1440, 900, &[]);
    browser.sign_in(service, "irene");
    browser.go(&service.url(&path));
    let said = browser.words();
    assert!(
        said.contains("Desde que se redactó cambió lo que se responde.")
            && said.contains("200.00 m²")
            && said.contains("240.00 m²"),
        "{said}"
    );
    assert_eq!(
        browser.value("document.querySelectorAll('[data-guardar=emitir]').length"),
        0
    );
    browser.look("certificado-cambio");
    let irene = service.session("irene");
    let refused = service.form(
        &irene,
        &format!("{path}/paso"),
        &[("decision", "emitir"), ("cargo", POST)],
    );
    assert!(
        refused.status == 409 && refused.text.contains("No se emitió nada."),
        "{refused:?}"
    );
    let unknown = service.form(&irene, &format!("{path}/paso"), &[("decision", "quemar")]);
    assert!(
        unknown.status == 400 && unknown.text.contains("No se conoce esa decisión."),
        "{unknown:?}"
    );
    check_every_kind(service, &irene, lot);

    // What takes its place begins with what it said.
    let like = service.page(&irene, &format!("/certificados/nuevo?de={id}"));
    assert!(
        like.status == 200
            && like.text.contains(lot)
            && like.text.contains("Certificado positivo de catastro"),
        "{like:?}"
    );
    let use_ = service.form(
        &irene,
        "/certificados/nuevo",
        &[
            ("tipo", "compatibilidad_uso"),
            ("predio", lot),
            ("propuesta.actividad_ciiu", "4711"),
            ("propuesta.area_techada_m2", "1,200.50"),
        ],
    );
    assert_eq!(use_.status, 303, "{use_:?}");
    let shown = service.page(&irene, use_.header("location")[0]);
    assert!(
        shown.text.contains("1200.5") && shown.text.contains("No concluyente"),
        "{shown:?}"
    );
    let odd = service.form(
        &irene,
        "/certificados/nuevo",
        &[
            ("tipo", "compatibilidad_uso"),
            ("predio", lot),
            ("propuesta.area_techada_m2", "12,5"),
        ],
    );
    assert!(
        odd.status == 400 && odd.text.contains("«12,5» no es un número"),
        "{odd:?}"
    );
    // A point is enough where no parcel is needed, and one place is said once.
    let negative = [
        ("tipo", "catastro_negativo"),
        ("lugar", "284500 9340500"),
        ("dato.alcance", "toda la base gráfica"),
    ];
    let point = service.form(&irene, "/certificados/nuevo", &negative);
    assert_eq!(point.status, 303, "{point:?}");
    let corners = "284500 9340500\n284520 9340500\n284520 9340520";
    let polygon = service.form(
        &irene,
        "/certificados/nuevo",
        &[
            ("tipo", "catastro_negativo"),
            ("vertices", corners),
            ("dato.alcance", "toda la base gráfica"),
        ],
    );
    assert_eq!(polygon.status, 303, "{polygon:?}");
    browser.go(&service.url(polygon.header("location")[0]));
    browser.look("certificado-poligono");
    let twice = [
        ("tipo", "catastro_positivo"),
        ("predio", lot),
        ("lugar", "284500 9340500"),
    ];
    let twice = service.form(&irene, "/certificados/nuevo", &twice);
    assert!(
        twice.status == 400 && twice.text.contains("de varias maneras"),
        "{twice:?}"
    );
}

/// The form of each kind has the fields of its file.
fn check_every_kind(service: &Service, session: &str, parcel: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/certificados");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the kinds") {
        let text = std::fs::read_to_string(entry.expect("a file").path()).expect("readable");
        let rules: Value = serde_json::from_str(&text).expect("JSON");
        let kind = rules["tipo"].as_str().expect("a kind");
        let form = service.page(
            session,
            &format!("/certificados/nuevo?tipo={kind}&predio={parcel}"),
        );
        assert_eq!(form.status, 200, "{kind}: {form:?}");
        for field in rules["datos"].as_array().into_iter().flatten() {
            let name = format!(
                "name=\"dato.{}\"",
                field["dato"].as_str().unwrap_or_default()
            );
            assert!(form.text.contains(&name), "{kind}: no {name}");
        }
        for member in rules["propuesta"].as_array().into_iter().flatten() {
            let name = format!("name=\"propuesta.{}\"", member.as_str().unwrap_or_default());
            assert!(form.text.contains(&name), "{kind}: no {name}");
        }
        seen += 1;
    }
    assert_eq!(seen, 10);
    let wrong = service.page(session, "/certificados/nuevo?tipo=parametros&predio=12");
    assert!(
        wrong.status == 400
            && wrong.text.contains("no está bien formado")
            && wrong.text.contains("value=\"12\""),
        "{wrong:?}"
    );
}
