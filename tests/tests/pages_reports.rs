//! `/indicadores` and `/informes` in a real browser, by keys alone: a value with its note, an indicator that is computed, a
//! report from draft to signature, and what proves it.

use catastro_tests::{Browser, Call, Office};

const HOSTILE: &str =
    "<script>document.title='robado'</script> \"comillas\" {{7*7}} \u{202e}al revés";

#[test]
fn by_keys_alone_indicators_are_filled_and_a_report_is_signed() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    for login in ["ana", "bea"] {
        office.settled(&service, login, &["planificador"]);
    }
    let mut browser = Browser::start(1440, 900, &[]);

    // Without an account all is read, and nothing is offered.
    browser.go(&service.url("/indicadores"));
    assert!(!browser.words().contains("Para planificadores"));
    browser.look("indicadores");
    browser.follow("a[href='/indicadores/demo_agua_potable_pct']");
    assert_eq!(
        browser.value("!!document.querySelector('svg.grafico')"),
        true
    );
    browser.look("indicador-publico");
    browser.go(&service.url("/informes/2026-T2/verificacion"));
    assert!(
        browser.words().contains("es el que se selló"),
        "{}",
        browser.words()
    );
    browser.look("informe-verificacion");

    browser.sign_in(&service, "ana");
    value(
        &mut browser,
        &service.url("/indicadores/participantes_talleres"),
    );
    computed(&mut browser, &service.url("/indicadores/nuevo"));

    browser.go(&service.url("/informes"));
    browser.follow("main a.boton");
    browser.look("informe-nuevo");
    browser.fill("#periodo", "2026-09");
    browser.follow("main form button");
    assert!(
        browser.words().contains("Un informe es de un trimestre"),
        "{}",
        browser.words()
    );
    browser.fill("#periodo", "2026-T3");
    browser.follow("main form button");
    assert!(browser.words().contains("El borrador está guardado."));
    browser.follow("a[href='/informes/2026-T3/editar']");
    browser.fill("#texto_urbano", HOSTILE);
    browser.look("informe-editar");
    browser.follow("main form button");
    assert_ne!(browser.value("document.title"), "robado");
    assert!(browser.words().contains("{{7*7}}"), "{}", browser.words());
    browser.look("informe-borrador");
    // Who drafted it does not sign it.
    browser.fill("#cargo", "Directora");
    browser.follow("form[action='/informes/2026-T3'] button");
    assert!(
        browser.words().contains("no lo firma"),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#cargo').value"),
        "Directora"
    );

    let bea = service.session("bea");
    let seen = service.page(&bea, "/informes/2026-T3");
    let mark = seen
        .text
        .split("name=\"huella\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a mark")
        .to_owned();
    let signed = service.form(
        &bea,
        "/informes/2026-T3",
        &[("cargo", "Directora del Instituto"), ("huella", &mark)],
    );
    assert_eq!(signed.status, 303, "{signed:?}");
    browser.go(&service.url("/informes/2026-T3"));
    let said = browser.words();
    assert!(
        said.contains("firmado") && said.contains("Directora del Instituto"),
        "{said}"
    );
    browser.look("informe-firmado");
    let (reply, pdf) = service.fetch(&Call::new("GET", "/api/informes/2026-T3/pdf"));
    assert!(reply.status == 200 && pdf.starts_with(b"%PDF"), "{reply:?}");
    let words = catastro_tests::pages::words_of_paper(&office, &pdf);
    assert!(
        words.contains("Prediosregistrados") && words.contains("{{7*7}}"),
        "{words}"
    );
    browser.go(&service.url("/informes"));
    browser.look("informes");
}

/// A value that is typed in: refused without what proves it, with all that was typed kept.
fn value(browser: &mut Browser, address: &str) {
    browser.go(address);
    browser.look("indicador-vacio");
    browser.fill("#periodo", "2026-T3");
    browser.fill("#valor", "1,234.5");
    browser.follow("main section form[action^='/indicadores'] button");
    assert!(
        browser.words().contains("Falta lo que respalda"),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#valor').value"),
        "1,234.5"
    );
    browser.fill("#nota", HOSTILE);
    browser.follow("main section form[action^='/indicadores'] button");
    let said = browser.words();
    assert!(
        said.contains("El valor está guardado.") && said.contains("1,234.5"),
        "{said}"
    );
    assert_ne!(browser.value("document.title"), "robado");
    browser.look("indicador-con-valor");
}

/// A new indicator with its question: a wrong one is refused, a right one computed and asked again.
fn computed(browser: &mut Browser, address: &str) {
    browser.go(address);
    browser.look("indicador-nuevo");
    for (field, text) in [
        ("#codigo", "lotes_prueba"),
        ("#nombre", "Lotes de prueba"),
        ("#unidad", "predios"),
        ("#formula", "Los que haya"),
        ("#fuente", "Catastro"),
        ("#base_periodo", "2025-T4"),
        ("#base_valor", "10"),
        ("#metas", "2026-T4 = 500"),
        ("#consulta", "select null as ubigeo, pg_sleep(9) as valor"),
    ] {
        browser.fill(field, text);
    }
    browser.choose("#periodicidad", "trimestral");
    browser.follow("main form button");
    assert!(
        browser.words().contains("La consulta no se admite."),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#metas').value"),
        "2026-T4 = 500"
    );
    browser.fill(
        "#consulta",
        "select null as ubigeo, count(*) as valor from lotes",
    );
    browser.follow("main form button");
    assert!(
        browser.words().contains("El indicador está guardado."),
        "{}",
        browser.words()
    );
    browser.fill("#periodo", "2026-T2");
    browser.follow("main section form[action^='/indicadores'] button");
    assert!(
        browser.words().contains("El periodo se calculó."),
        "{}",
        browser.words()
    );
    browser.look("indicador-calculado");
    browser.follow("a[href*='verificacion?periodo=2026-T2']");
    assert!(browser.words().contains("igual"), "{}", browser.words());
    browser.look("indicador-verificacion");
}
