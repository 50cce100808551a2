//! `/planes` and `/gobierno` in a real browser, by keys alone; and as forms without script.

use catastro_tests::{Browser, Call, desk::Desk};

const HOSTILE: &str = "<script>document.title='robado'</script> \"comillas\" <img src=x> {{7*7}}";
const TREE: &str = "OE1 | objetivo | Vivir mejor\nOE1.E1 | eje | Agua | OE1 | servicios\nOE1.E1.P1 | programa | Redes | OE1.E1";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.office
        .settled(&desk.service, "plana", &["planificador"]);
    desk
}

#[test]
fn by_keys_alone_a_plan_is_inscribed_and_goes_to_its_consultation() {
    let desk = desk();
    let service = &desk.service;
    let mut browser = Browser::start(1440, 900, &[]);
    browser.sign_in(service, "plana");
    browser.go(&service.url("/planes"));
    browser.look("planes");
    browser.follow("main a.boton");
    browser.look("plan-nuevo");
    browser.choose("#tipo", "pdu");
    browser.fill("#codigo", "EOU-1");
    browser.choose("#ubigeo", "220101");
    browser.fill("#nombre", "PDU de prueba");
    browser.choose("#nodos", TREE);
    browser.follow("form[data-guardar] button");
    assert!(
        browser.words().contains("Empieza con PDU-"),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#nodos').value"),
        TREE
    );
    browser.fill("#codigo", "PDU-220101-2027");
    browser.follow("form[data-guardar] button");
    let said = browser.words();
    assert!(
        said.contains("El plan quedó inscrito.") && said.contains("En elaboración"),
        "{said}"
    );
    browser.press("details summary");
    browser.look("plan-en-elaboracion");

    // Past every day: a consultation may be announced, and the register begins today.
    browser.choose("#fecha", "2099-02-01");
    browser.follow("[data-guardar^=estado] button");
    assert!(
        browser
            .words()
            .contains("Falta el último día de la consulta"),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#fecha').value"),
        "2099-02-01"
    );
    browser.choose("#hasta", "2099-03-01");
    browser.follow("[data-guardar^=estado] button");
    assert!(
        browser.words().contains("El plan pasó de estado."),
        "{}",
        browser.words()
    );
    browser.look("plan-en-consulta");
    browser.follow("section.nota a.boton");
    assert_eq!(
        browser.value("document.querySelector('#sobre').value"),
        "plan"
    );
    assert_eq!(
        browser.value("document.querySelector('#objeto').value"),
        "PDU-220101-2027"
    );
    browser.go(&service.url("/planes/PDU-220101-2027/editar"));
    browser.look("plan-editar");
    browser.fill("#nombre", "PDU de prueba, segunda vuelta");
    browser.follow("form[data-guardar] button");
    assert!(
        browser.words().contains("segunda vuelta"),
        "{}",
        browser.words()
    );

    browser.go(&service.url("/planes/PDU-220101-DEMO"));
    assert!(
        browser.words().contains("Acuerdos de la Asamblea sobre él"),
        "{}",
        browser.words()
    );
    assert_eq!(browser.value("!!document.querySelector('svg.plano')"), true);
    browser.look("plan-demostracion");
    browser.go(&service.url("/planes/PDU-220101-DEMO/nodos/OE1"));
    browser.look("plan-nodo");
}

#[test]
fn by_keys_alone_a_session_an_agreement_and_a_contribution_are_registered() {
    let desk = desk();
    let service = &desk.service;
    let mut browser = Browser::start(1440, 900, &[]);
    browser.sign_in(service, "plana");
    browser.go(&service.url("/gobierno"));
    assert!(
        browser.words().contains("Quién decide qué"),
        "{}",
        browser.words()
    );
    browser.look("gobierno");
    browser.follow("main a.boton");
    browser.look("sesion-nueva");
    assert_eq!(
        browser.value("!!document.querySelector('#codigo').value"),
        true
    );
    browser.fill("#codigo", "S-2026-77");
    browser.choose("#fecha", "2026-11-05");
    for place in ["220101", "220102", "220103", "220104"] {
        browser.value(&format!(
            "document.querySelector('[name=presente_{place}]').checked = true"
        ));
    }
    browser.choose("#agenda", "El plan de la capital\nLos aportes");
    browser.follow("form[data-guardar] button");
    let said = browser.words();
    assert!(
        said.contains("La sesión quedó registrada.") && said.contains("4 de 6 municipalidades"),
        "{said}"
    );
    browser.look("sesion");
    browser.go(&service.url("/gobierno/sesiones/S-2026-77/editar"));
    browser.look("sesion-corregir");
    browser.choose("#clase", "extraordinaria");
    browser.follow("form[data-guardar] button");
    assert!(
        browser.words().contains("extraordinaria"),
        "{}",
        browser.words()
    );
    browser.follow("main a.boton.segundo");
    browser.look("acuerdo-nuevo");
    browser.choose("#texto", "Poner al día el plan de la capital.");
    browser.choose("#voto_220104", "en_contra");
    browser.choose("#decide_sobre", "plan PDU-9");
    browser.follow("form[data-guardar] button");
    assert!(
        browser.words().contains("No existe: plan PDU-9."),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#voto_220104').value"),
        "en_contra"
    );
    browser.choose("#decide_sobre", "plan PDU-220101-DEMO");
    browser.follow("form[data-guardar] button");
    let said = browser.words();
    assert!(
        said.contains("El acuerdo quedó registrado.") && said.contains("3 a favor, 1 en contra"),
        "{said}"
    );
    browser.look("acuerdo");
    browser.choose("#fecha", "2026-11-10");
    browser.choose("#estado", "en_curso");
    browser.fill("#nota", "Se formó el equipo.");
    browser.follow("[data-guardar^=seguimiento] button");
    assert!(
        browser.words().contains("El paso quedó registrado."),
        "{}",
        browser.words()
    );
    browser.look("acuerdo-en-curso");

    browser.go(&service.url("/gobierno/aportes"));
    browser.look("aportes");
    browser.fill("#trimestre", "2026-T4");
    browser.choose("#municipio", "220102");
    browser.fill("#acordado_fijo", "mucho");
    browser.fill("#sustento", "Acuerdo de prueba");
    browser.follow("form[data-guardar] button");
    assert!(
        browser.words().contains("no se entiende"),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#sustento').value"),
        "Acuerdo de prueba"
    );
    browser.fill("#acordado_fijo", "12,500.50");
    browser.follow("form[data-guardar] button");
    let said = browser.words();
    assert!(
        said.contains("El aporte quedó registrado.") && said.contains("12,500.50"),
        "{said}"
    );
}

#[test]
fn hostile_texts_are_texts_and_strangers_write_nothing() {
    let desk = desk();
    let service = &desk.service;
    let session = service.session("plana");
    let kept = service.form(
        &session,
        "/planes/nuevo",
        &[
            ("tipo", "pdu"),
            ("codigo", "PDU-HOSTIL"),
            ("ubigeo", "220101"),
            ("nombre", HOSTILE),
            ("borrador", ""),
            (
                "nodos",
                &format!("OE1 | objetivo | {}", HOSTILE.replace('|', "")),
            ),
        ],
    );
    assert_eq!(kept.status, 303, "{kept:?}");
    let mut browser = Browser::start(1440, 900, &[]);
    browser.go(&service.url("/planes/PDU-HOSTIL"));
    assert_ne!(browser.value("document.title"), "robado");
    assert!(browser.words().contains("comillas"), "{}", browser.words());
    browser.look("plan-hostil");
    for path in [
        "/planes/nuevo",
        "/planes/PDU-HOSTIL/editar",
        "/gobierno/sesiones/nueva",
        "/gobierno/acuerdos/nuevo?sesion=S-2026-01",
    ] {
        let seen = service.send(&Call::new("GET", path).header("accept", "text/html"));
        assert!([303, 401].contains(&seen.status), "{path}: {seen:?}");
    }
    for path in [
        "/planes/PDU-HOSTIL/estado",
        "/gobierno/aportes",
        "/gobierno/sesiones/nueva",
    ] {
        let call = Call::new("POST", path).header("accept", "text/html");
        let refused = service.send(&call.form(&[("fecha", "2026-11-05"), ("version", "1")]));
        assert!([303, 401].contains(&refused.status), "{path}: {refused:?}");
    }
    for path in [
        "/planes",
        "/gobierno",
        "/gobierno/aportes",
        "/gobierno/acuerdos/A-2026-001",
    ] {
        let seen = service.send(&Call::new("GET", path).header("accept", "text/html"));
        assert_eq!(seen.status, 200, "{path}: {seen:?}");
        assert!(!seen.text.contains("data-guardar"), "{path}");
    }
}
