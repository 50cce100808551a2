//! `/inversiones` and `/obras` in a real browser, by keys alone: from the blank form to the sheet, its evidence and its
//! progress; and a work that clashes.

use catastro_tests::{Browser, Call, Office, Service};

fn institute() -> (Office, Service) {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    office.settled(&service, "planificadora", &["planificador"]);
    (office, service)
}

const SEND: &str = "form[method=post][data-guardar] button:not([type=button])";

/// Marks a place on the plan with an arrow and Enter.
fn mark(browser: &mut Browser) -> String {
    browser.wait_until("document.querySelector('svg.plano.para-trazar')");
    browser.value("document.querySelector('svg.plano').focus()");
    browser.key("ArrowUp", 38);
    browser.key("Enter", 13);
    let marked = browser.value("document.querySelector('#huella').value");
    marked.as_str().unwrap_or_default().trim().to_owned()
}

#[test]
fn by_keys_alone_a_project_is_drawn_registered_followed_and_read() {
    let (office, service) = institute();
    let mut browser = Browser::start(1_440, 900, &[]);
    browser.sign_in(&service, "planificadora");
    browser.go(&service.url("/inversiones"));
    browser.look("inversiones");
    browser.follow("main a.boton");
    browser.look("inversion-nueva-1");
    browser.choose("#ver", "220101");
    browser.choose("#ver-forma", "punto");
    browser.follow("form[method=get] button");
    let marked = mark(&mut browser);
    assert_eq!(marked.split_whitespace().count(), 2, "{marked}");
    browser.fill("#cui", "2999001");
    browser.fill("#nombre", "Parque <b>ribereño</b> \"nuevo\"");
    browser.choose("#fase", "formulacion");
    browser.choose("#eje", "urbano");
    browser.fill("#plan", "PDU-220101-DEMO");
    browser.fill("#costo_soles", "850,000.50");
    browser.fill("#responsable", "Gerencia de Desarrollo Urbano");
    browser.choose("#inicio", "2027-01-15");
    browser.choose("#fin", "2027-12-15");
    browser.fill("#area_influencia_m", "150");
    browser.fill("#fuentes", "canon: 800000");
    browser.look("inversion-nueva-2");
    browser.follow(SEND);
    let said = browser.words();
    assert!(said.contains("Las fuentes no suman el costo."), "{said}");
    assert_eq!(
        browser.value("document.querySelector('#huella').value.trim()"),
        marked.as_str()
    );
    browser.fill("#fuentes", "canon: 800000; foncomun: 50000.50");
    browser.follow(SEND);
    let said = browser.words();
    assert!(
        said.contains("El proyecto está registrado.") && said.contains("Parque <b>ribereño</b>"),
        "{said}"
    );
    assert!(
        said.contains("850,000.50") && said.contains("Lotes servidos"),
        "{said}"
    );
    browser.look("inversion-nueva-hecha");

    // Its evidence shows the question that was asked.
    browser.press("#evidencia details summary");
    assert!(
        browser.words().contains("st_dwithin"),
        "{}",
        browser.words()
    );

    browser.go(&service.url("/inversiones/2999001/avance"));
    browser.fill("#periodo", "2026-09");
    browser.fill("#fisico_pct", "40");
    browser.fill("#financiero_soles", "300000");
    browser.look("inversion-avance");
    browser.follow(SEND);
    assert!(
        browser.words().contains("setiembre de 2026"),
        "{}",
        browser.words()
    );
    browser.go(&service.url("/inversiones/2999001/avance"));
    browser.fill("#periodo", "2026-10");
    browser.fill("#fisico_pct", "30");
    browser.fill("#financiero_soles", "310000");
    browser.follow(SEND);
    let said = browser.words();
    assert!(said.contains("El avance físico retrocede"), "{said}");
    browser.fill("#motivo", "Una pared se cayó");
    browser.follow(SEND);
    assert!(
        browser.words().contains("Una pared se cayó"),
        "{}",
        browser.words()
    );

    browser.go(&service.url("/inversiones/2999001/editar"));
    browser.look("inversion-editar");
    browser.choose("#fase", "ejecucion");
    browser.fill("#motivo", "Empezó la obra");
    browser.follow(SEND);
    let said = browser.words();
    assert!(
        said.contains("El cambio está registrado.")
            && said.contains("fase: «formulacion» → «ejecucion»"),
        "{said}"
    );

    let paper = office.folder().join("perfil ñ.txt");
    std::fs::write(&paper, "estudio").expect("written");
    browser.give_files("#archivo", &[&paper]);
    browser.fill("#sobre", "Perfil del proyecto");
    browser.follow("#documentos form button");
    assert!(
        browser.words().contains("perfil ñ.txt"),
        "{}",
        browser.words()
    );
    browser.look("inversion");

    check_readers(&service);
}

/// Anybody reads; nobody else writes.
fn check_readers(service: &Service) {
    let mut reader = Browser::start(1_440, 900, &[]);
    reader.go(&service.url("/inversiones?q=ribereño"));
    assert!(reader.words().contains("2999001"), "{}", reader.words());
    reader.go(&service.url("/inversiones/2010003"));
    reader.look("inversion-demostracion");
    assert!(!reader.words().contains("Registrar avance"));
    reader.go(&service.url("/inversiones/oportunidades"));
    reader.look("inversiones-oportunidades");
    let stranger =
        service.send(&Call::new("GET", "/inversiones/nuevo").header("accept", "text/html"));
    assert_eq!(stranger.status, 303, "{stranger:?}");
    let absent =
        service.send(&Call::new("GET", "/inversiones/0000000").header("accept", "text/html"));
    assert!(
        absent.status == 404 && absent.text.contains("<h1>"),
        "{absent:?}"
    );
}

#[test]
fn by_keys_alone_a_work_is_told_its_clash_and_is_registered_all_the_same() {
    let (_office, service) = institute();
    let mut browser = Browser::start(1_440, 900, &[]);
    browser.sign_in(&service, "planificadora");
    browser.go(&service.url("/obras"));
    let said = browser.words();
    assert!(
        said.contains("Se rompe lo recién hecho") && said.contains("220101-OBR-0004"),
        "{said}"
    );
    browser.look("obras");
    browser.go(&service.url("/obras/220101-OBR-0001/editar"));
    let corners = browser.value("document.querySelector('#huella').value");
    let corners = corners.as_str().expect("corners").to_owned();
    browser.look("obra-editar");
    browser.go(&service.url("/obras/nueva?ubigeo=220101&forma=linea"));
    browser.look("obra-nueva");
    browser.choose("#huella", &corners);
    browser.fill("#nombre", "Empalme de agua");
    browser.choose("#clase", "obra");
    browser.choose("#servicio", "agua");
    browser.choose("#estado", "prevista");
    browser.fill("#prestador", "EPS de prueba");
    browser.choose("#inicio", "2027-05-01");
    browser.choose("#fin", "2027-05-31");
    browser.follow(SEND);
    let said = browser.words();
    assert!(
        said.contains("La obra choca con otras: no se escribió.")
            && said.contains("220101-OBR-0001"),
        "{said}"
    );
    assert_eq!(
        browser.value("document.querySelector('#huella').value.trim()"),
        corners.trim()
    );
    browser.look("obra-choca");
    browser.value("document.querySelector('#aceptar_choques').focus()");
    browser.key(" ", 32);
    browser.value("document.querySelector('#aceptar_choques').checked = true");
    browser.follow(SEND);
    let said = browser.words();
    assert!(
        said.contains("La obra está registrada.") && said.contains("220101-OBR-0011"),
        "{said}"
    );
    browser.look("obra");
    browser.go(&service.url("/obras/cobertura"));
    browser.look("obras-cobertura");
    browser.choose("#ubigeo", "220101");
    browser.follow("main form button");
    assert!(
        browser
            .words()
            .contains("Manzanas a las que les falta algo"),
        "{}",
        browser.words()
    );
    browser.look("obras-cobertura-municipio");
}
