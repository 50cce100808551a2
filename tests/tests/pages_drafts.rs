//! What a plan in draft would change, its decision, the norms and whom they reach: as pages.

use std::fs;

use catastro_tests::{
    Browser, Call, Office, Service,
    norms::{INSTRUMENT, two_floors},
};
use serde_json::json;

#[test]
fn a_planner_loads_a_draft_sees_its_impact_and_another_decides() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    for login in ["planificadora", "directora"] {
        office.settled(&service, login, &["planificador"]);
    }
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("norma.json");
    fs::write(&file, two_floors().to_string()).expect("a file");
    let mut browser = Browser::start(1_280, 900, &[]);
    browser.sign_in(&service, "planificadora");

    // It is loaded with its file; a name that is too short is said, and what was typed stays.
    browser.go(&service.url("/control-urbano/borradores"));
    browser.look("control-borradores");
    browser.follow("main a.boton");
    browser.look("control-borrador-nuevo");
    browser.choose("#ubigeo", "220101");
    browser.fill("#nombre", "PDU");
    browser.give_files("#norma", &[&file]);
    browser.follow("main form button");
    assert!(
        browser.words().contains("Falta «nombre»"),
        "{}",
        browser.words()
    );
    browser.fill("#nombre", "PDU con dos pisos <b>");
    browser.give_files("#norma", &[&file]);
    browser.follow("main form button");
    let draft = browser.path();
    // In another window, in which nothing was refused.
    let mut reader = Browser::start(1_280, 900, &[]);
    reader.go(&service.url(&draft));
    reader.look("control-borrador");
    assert!(draft.starts_with("/control-urbano/borradores/"), "{draft}");

    // Its impact: the totals of the interface for programs, parcels, a plan, downloads.
    let id = draft.rsplit('/').next().expect("an id");
    let impact = service
        .get(&format!("/api/planes/borradores/{id}/impacto"))
        .json();
    let changes = impact["resumen"]["cambian"].as_u64().expect("a count");
    assert!(changes > 20, "{changes}");
    let words = browser.words();
    assert!(
        words.contains("PDU con dos pisos <b>") && words.contains("En borrador"),
        "{words}"
    );
    assert!(
        words.contains("Altura máxima, en pisos") && words.contains(&format!("Todos: {changes}")),
        "{words}"
    );
    let drawn = browser.value("document.querySelectorAll('figure > .plano .cambia-norma').length");
    assert_eq!(drawn.as_u64(), Some(changes), "all of them are on the plan");
    browser.follow("a[href*='cambio=zonas']");
    assert!(browser.words().contains("Ninguno."), "{}", browser.words());
    browser.go(&service.url(&format!("{draft}?pisos=3&uso=vivienda&cambio=resultado")));
    assert!(
        browser.words().contains("No conforme"),
        "{}",
        browser.words()
    );
    let table =
        browser.value("document.querySelector('a[download=\"impacto.csv\"]').getAttribute('href')");
    let table = service.get(table.as_str().expect("an address"));
    assert!(
        table.kind.starts_with("text/csv") && table.text.contains("no_conforme"),
        "{table:?}"
    );

    only_another_decides(&service, &mut browser, &draft);
}

fn only_another_decides(service: &Service, browser: &mut Browser, draft: &str) {
    // Who loaded it does not put it in force: it is said, and what was typed stays.
    browser.go(&service.url(draft));
    browser.value("document.querySelector('[value=aprobar]').focus()");
    browser.key(" ", 32);
    browser.value("document.querySelector('[value=aprobar]').checked = true");
    browser.fill(
        "form[action$='decision'] textarea",
        "Ordenanza 012-2026, sesión del 20 de noviembre",
    );
    browser.follow("form[action$='decision'] button");
    let words = browser.words();
    assert!(
        words.contains("otra persona") || words.contains("misma persona"),
        "{words}"
    );
    assert_eq!(
        browser.value("document.querySelector('form[action$=decision] textarea').value"),
        "Ordenanza 012-2026, sesión del 20 de noviembre"
    );

    // Another does, without script.
    let cookie = service.session("directora");
    let decided = service.send(
        &Call::new("POST", format!("{draft}/decision"))
            .cookies(&[("catastro", &cookie)])
            .form(&[
                ("decision", "aprobar"),
                ("sustento", "Ordenanza 012-2026, sesión del 20 de noviembre"),
            ]),
    );
    assert_eq!(decided.status, 303, "{decided:?}");
    let shown = service.get(draft);
    assert!(
        shown.text.contains("Aprobado, en vigor") && shown.text.contains("directora"),
        "{}",
        shown.text
    );
    assert!(!shown.text.contains("/decision"), "nobody decides again");

    // Nobody else loads or decides.
    let nobody = service.send(
        &Call::new("POST", format!("{draft}/decision"))
            .header("accept", "text/html")
            .form(&[("decision", "retirar"), ("sustento", "porque sí")]),
    );
    assert_eq!(nobody.status, 401, "{nobody:?}");
    assert!(
        nobody.text.contains("porque+s%C3%AD") || nobody.text.contains("pendiente"),
        "{}",
        nobody.text
    );
}

#[test]
fn norms_are_read_tried_and_followed_to_whom_they_reach() {
    let office = Office::with_demonstration(900);
    let service = office.serve();
    office.settled(&service, "planificadora", &["planificador"]);
    let mut browser = Browser::start(1_280, 900, &[]);
    browser.go(&service.url("/control-urbano/normas"));
    browser.look("control-normas");
    let link = format!("/control-urbano/normas/220101/{INSTRUMENT}");
    browser.follow(&format!("a[href='{link}']"));
    let words = browser.words();
    assert!(
        words.contains("Clases de zonas") && words.contains("Artículos"),
        "{words}"
    );
    assert!(
        !words.contains("Probar predios de oro"),
        "a neighbour tries nothing"
    );
    browser.look("control-norma");

    // The class of a zone with lots, and the article that defines it.
    let class = office.sql(
        "select z.attributes->>'codigo' from parcel p join zone z on st_covers(z.geom, p.geom)
         where p.ubigeo = '220101' group by 1 order by count(*) desc, 1 limit 1",
    )[0]
    .clone();
    let norm = two_floors();
    let classes = norm["clases"].as_array().expect("classes");
    let defined = classes.iter().find(|known| known["codigo"] == json!(class));
    let defines = defined.and_then(|known| known["articulo"].as_str());
    let defines = defines.expect("an article");

    // From an article to the parcels that it reaches, as programs are told.
    let article = browser.value(
        &format!("[...document.querySelectorAll('tr td:last-child a')].map((one) => one.getAttribute('href')).find((one) => one.includes('valor={defines}&'))"),
    );
    let article = article.as_str().expect("an article").to_owned();
    browser.go(&service.url(&article));
    let told = service
        .get(&format!(
            "/api/control-urbano/alcance?ubigeo=220101&articulo={defines}&instrumento={INSTRUMENT}"
        ))
        .json();
    let count = told["resumen"]["predios"].as_u64().expect("a count");
    assert!(
        browser.words().contains(&format!("{count} predios")),
        "{}",
        browser.words()
    );
    browser.look("control-alcance");
    browser.choose("#por", "clase");
    browser.fill("#valor", &class);
    browser.leave(|browser| browser.key("Enter", 13));
    assert!(
        browser.words().contains("zonificacion/"),
        "{}",
        browser.words()
    );

    // Golden parcels, tried by a planner on what is in force.
    let lot = office.sql(
        "select p.code from parcel p join zone z on st_covers(z.geom, p.geom)
         where p.ubigeo = '220101' and z.attributes->>'codigo' in ('RDM', 'RDB') order by 1 limit 1",
    )[0]
    .clone();
    browser.sign_in(&service, "planificadora");
    browser.go(&service.url(&link));
    let sheet = format!(
        "caso;predio;pisos;esperado;hallazgos;sustento\ntorre;{lot};30;no_conforme;altura_maxima=no_cumple;artículo 11\nal revés;{lot};30;conforme;;\n"
    );
    browser.fill("#casos", &sheet);
    browser.follow("form[action$='/casos'] button");
    let words = browser.words();
    assert!(
        words.contains("2 casos: 1 de otra manera que la esperada."),
        "{words}"
    );
    browser.look("control-casos");
    browser.fill("#casos", "caso;plantas\nx;3\n");
    browser.follow("form[action$='/casos'] button");
    assert!(browser.words().contains("«plantas»"), "{}", browser.words());
    browser.go(&service.url("/control-urbano/alcance"));
    browser.choose("#por", "tema");
    browser.fill("#valor", "nada_de_eso");
    browser.leave(|browser| browser.key("Enter", 13));
    assert!(
        browser.words().contains("Eso no existe"),
        "{}",
        browser.words()
    );
}
