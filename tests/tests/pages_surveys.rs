//! `/levantamientos` in a real browser: who uploads by keys alone sees it examined and what is wrong where; who decides
//! gives a reason; and all of it without script.

use std::path::{Path, PathBuf};

use catastro_tests::{
    Browser, Call, Office, Reply, Service,
    desk::{Desk, Lot, PLACE, table},
};

/// A name and a code that would be more than text, if anybody let them.
const NAME: &str = "<img src=x onerror=alert(1)> \u{202e}lotes.csv";
const CODE: &str = "=HYPERLINK(<script>alert(2)</script>)";

/// Lots of which two lie on each other, one has a code that is none, and two are in order.
fn lots() -> String {
    let good: [Lot<'_>; 4] = [
        ("22010171001001", [0.0, 0.0, 10.0, 20.0]),
        ("22010171001002", [9.0, 0.0, 10.0, 20.0]),
        ("22010171001003", [30.0, 0.0, 10.0, 20.0]),
        ("22010171001004", [40.0, 0.0, 10.0, 20.0]),
    ];
    let text = table(&good);
    let last = text.lines().last().unwrap_or_default();
    let (_, shape) = last.split_once(';').expect("a code and a shape");
    let shape = shape
        .replace("284040", "284140")
        .replace("284050", "284150");
    format!("{text}{CODE};{shape}\n")
}

fn put(office: &Office, name: &str, text: &str) -> PathBuf {
    let path = office.folder().join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

fn page(service: &Service, session: &str, call: Call) -> Reply {
    let call = call
        .header("accept", "text/html")
        .cookies(&[("catastro", session)]);
    service.send(&call)
}

#[test]
fn who_uploads_sees_what_is_wrong_and_who_decides_gives_a_reason() {
    let desk = Desk::new();
    let (office, service) = (&desk.office, &desk.service);
    office.settled(service, "ana", &[&format!("tecnico_catastro@{PLACE}")]);
    office.settled(service, "rosa", &[&format!("jefe_catastro@{PLACE}")]);
    let file = put(office, NAME, &lots());

    let mut browser = Browser::start(1280, 900, &[]);
    browser.sign_in(service, "ana");
    browser.go(&service.url("/levantamientos"));
    browser.look("levantamientos-vacio");
    browser.follow("a[href='/levantamientos/nuevo']");
    uploads(&mut browser, &desk, &file);
    let survey = browser.path();
    reads(&mut browser, &survey);
    takes_along(service, &survey);

    browser.follow(".quien button");
    browser.sign_in(service, "rosa");
    decides(&mut browser, service, &survey);
}

/// By keys alone, while another file keeps the service busy: it is seen to wait, and what came of it by itself.
fn uploads(browser: &mut Browser, desk: &Desk, file: &Path) {
    let many: Vec<(String, [f64; 4])> = (0..1_500_u32)
        .map(|n| {
            (
                format!("2201017200{:04}", n + 1),
                [f64::from(n) * 12.0, 500.0, 10.0, 20.0],
            )
        })
        .collect();
    let many: Vec<Lot<'_>> = many
        .iter()
        .map(|(code, lot)| (code.as_str(), *lot))
        .collect();
    let busy = table(&many);
    desk.upload(
        &desk.technician,
        ("muchos.csv", busy.as_bytes()),
        &[("crs_origen", "EPSG:32718")],
    );

    browser.give_files("#archivo", &[file]);
    browser.wait_until(
        "document.querySelector('#avance-subida [role=status]').textContent.includes('lotes.csv')",
    );
    browser.press("details summary");
    browser.fill("#crs_origen", "EPSG:32718");
    browser.choose("#ubigeo", PLACE);
    browser.look("levantamiento-nuevo");
    browser.follow("form[data-subida] button");
    assert!(
        browser.path().starts_with("/levantamientos/"),
        "{}",
        browser.path()
    );
    browser.wait_until(
        "document.querySelector('[data-avance] progress') || document.querySelector('#informe')",
    );
    browser.wait_until("document.querySelector('#informe')");
}

/// The report, its rules, a finding on its ground, the changes; nothing in it is markup of others.
fn reads(browser: &mut Browser, survey: &str) {
    browser.wait_until("document.readyState === 'complete'");
    browser.look("levantamiento");
    let words = browser.words();
    for word in [
        "traslape",
        "codigo_invalido",
        "<img src=x onerror=alert(1)>",
        "Observado",
        "Lo subió",
    ] {
        assert!(words.contains(word), "{word}: {words}");
    }
    assert_eq!(
        browser.value("document.querySelectorAll('main img, main script').length"),
        0
    );
    assert_eq!(
        browser.value("!!document.querySelector('svg.plano a[href*=\"/hallazgos/\"]')"),
        true
    );

    browser.follow("a[href$='hallazgos?regla=traslape']");
    browser.look("levantamiento-hallazgos");
    browser.follow("td a[href*='/hallazgos/']");
    browser.look("levantamiento-hallazgo");
    let words = browser.words();
    assert!(
        words.contains("Cómo se corrige") && words.contains("Antes:") && words.contains("Después:"),
        "{words}"
    );
    assert_eq!(
        browser.value("document.querySelectorAll('figure svg.plano .falta').length >= 2"),
        true
    );
    // One lies over the other, as much of it as the arrows say.
    let clipped = "document.querySelector('.cortina > svg + svg').style.clipPath";
    assert_eq!(browser.value(clipped), "inset(0px 0px 0px 50%)");
    browser.value("document.querySelector('#cortina').focus()");
    browser.key("End", 35);
    assert_eq!(browser.value(clipped), "inset(0px 0px 0px 0%)");
    assert_eq!(
        browser.value("document.querySelector('#cortina').getAttribute('aria-valuetext')"),
        "solo después"
    );
    browser.key("ArrowLeft", 37);
    assert_eq!(browser.value(clipped), "inset(0px 0px 0px 5%)");

    for (part, name) in [
        ("cambios", "levantamiento-cambios"),
        ("conflictos", "levantamiento-conflictos"),
        ("informe", "levantamiento-informe"),
    ] {
        let address = browser.value(&format!("location.origin + '{survey}/{part}'"));
        browser.go(address.as_str().unwrap_or_default());
        browser.look(name);
    }
    assert!(browser.printed().len() > 5_000);
}

/// The findings as a table without formulas, and the faults for a GIS; without a script.
fn takes_along(service: &Service, survey: &str) {
    let ana = service.session("ana");
    let table = page(
        service,
        &ana,
        Call::new("GET", format!("{survey}/informe.csv")),
    );
    assert_eq!(table.status, 200, "{table:?}");
    assert!(
        table.text.contains("numero,regla,severidad"),
        "{}",
        table.text
    );
    assert!(table.text.contains("traslape"), "{}", table.text);
    assert!(
        table
            .text
            .lines()
            .all(|line| !line.contains(",=") && !line.starts_with('=')),
        "{}",
        table.text
    );
    let call = Call::new("GET", format!("{survey}/fallas.gpkg")).cookies(&[("catastro", &ana)]);
    assert!(service.bytes(&call).starts_with(b"SQLite format 3\0"));
    let package = page(service, &ana, Call::new("GET", "/levantamientos/paquete"));
    assert_eq!(package.status, 200);
    let wrong = format!("/levantamientos/paquete?ubigeo={PLACE}&manzana=1");
    let wrong = page(service, &ana, Call::new("GET", wrong));
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.text.contains("once dígitos") && wrong.text.contains("value=\"1\""),
        "{}",
        wrong.text
    );
}

/// Refused first, with all that was typed; then with an exception for each error.
fn decides(browser: &mut Browser, service: &Service, survey: &str) {
    browser.go(&service.url("/levantamientos"));
    browser.look("levantamientos");
    assert!(
        browser.words().contains("Esperan su decisión"),
        "{}",
        browser.words()
    );
    browser.follow(&format!("#esperan ~ .ancha a[href='{survey}']"));
    browser.look("levantamiento-decidir");
    browser.value("document.querySelector('[name=decision][value=aprobar]').focus()");
    browser.key(" ", 32);
    browser.value("document.querySelector('[name=decision][value=aprobar]').checked = true");
    browser.fill("#sustento", "contrastado con el plano <b>y</b> la visita");
    browser.follow("form[action$='/decision'] button");
    let words = browser.words();
    assert!(words.contains("El levantamiento tiene errores"), "{words}");
    let kept = browser.value("document.getElementById('sustento').value");
    assert_eq!(kept, "contrastado con el plano <b>y</b> la visita");
    assert_eq!(
        browser.value("document.querySelector('[name=decision]:checked').value"),
        "aprobar"
    );

    let rules = browser
        .value("[...document.querySelectorAll('[name^=\"motivo:\"]')].map((field) => field.id)");
    let rules: Vec<String> = rules
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|id| Some(id.as_str()?.to_owned()))
        .collect();
    assert!(rules.len() >= 2, "{rules:?}");
    for rule in &rules {
        browser.fill(&format!("#{rule}"), "se mide otra vez el lunes");
    }
    browser.follow("form[action$='/decision'] button");
    let words = browser.words();
    assert!(
        words.contains("Aprobado por rosa") && words.contains("Publicado"),
        "{words}"
    );
    browser.look("levantamiento-publicado");
}

#[test]
fn without_script_it_is_uploaded_confirmed_and_decided_and_nothing_typed_is_lost() {
    let desk = Desk::new();
    let (office, service) = (&desk.office, &desk.service);
    let both = [
        format!("tecnico_catastro@{PLACE}"),
        format!("jefe_catastro@{PLACE}"),
    ];
    office.settled(service, "dora", &[&both[0], &both[1]]);
    office.settled(service, "rosa", &[&both[1]]);
    let dora = service.session("dora");

    // Who is not there signs in first, and comes back.
    let stranger = service.send(&Call::new("GET", "/levantamientos").header("accept", "text/html"));
    assert_eq!(
        stranger.header("location"),
        ["/ingresar?ir=%2Flevantamientos"]
    );

    let file = lots();
    let file = ("C:\\datos\\lotes.csv", file.as_bytes());
    let refused = Call::new("POST", "/levantamientos/nuevo").upload(
        file,
        &[
            ("coleccion", "lotes"),
            ("ubigeo", PLACE),
            ("crs_origen", "EPSG:24878"),
            ("perfil", "no/vale"),
        ],
    );
    let refused = page(service, &dora, refused);
    assert_eq!(refused.status, 400);
    assert!(
        refused.text.contains("El perfil se nombra")
            && refused.text.contains("value=\"EPSG:24878\""),
        "{}",
        refused.text
    );

    // A file that does not say its system: it is asked for on the page.
    let sent = Call::new("POST", "/levantamientos/nuevo").upload(
        file,
        &[("coleccion", "lotes"), ("ubigeo", PLACE), ("carga", "")],
    );
    let sent = page(service, &dora, sent);
    assert_eq!(sent.status, 303, "{sent:?}");
    let survey = sent.header("location")[0].to_owned();
    let api = format!("/api{survey}");
    let read = |state: &str| {
        let done = catastro_tests::wait_until_examined(service, &desk.technician, &api);
        assert_eq!(done["estado"], state, "{done}");
        page(service, &dora, Call::new("GET", &survey)).text
    };
    let doubtful = read("observado");
    assert!(
        doubtful.contains("El sistema de referencia está en duda"),
        "{doubtful}"
    );
    let wrong = Call::new("POST", format!("{survey}/sistema")).form(&[("crs_origen", "EPSG:1")]);
    let wrong = page(service, &dora, wrong);
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.text.contains("No conozco el sistema") && wrong.text.contains("value=\"EPSG:1\""),
        "{}",
        wrong.text
    );
    let confirmed =
        Call::new("POST", format!("{survey}/sistema")).form(&[("crs_origen", "EPSG:32718")]);
    assert_eq!(page(service, &dora, confirmed).status, 303);
    let report = read("observado");
    assert!(
        report.contains("traslape") && report.contains("&#60;script&#62;"),
        "{report}"
    );
    assert!(!report.contains("<script>"), "{report}");
    assert!(report.contains("Lo subió usted"), "{report}");

    refused_and_decided(service, &dora, &survey);

    // What is not there, and what is nobody else's to see.
    for path in ["/levantamientos/x", &format!("{survey}/hallazgos/9999")] {
        assert_eq!(
            page(service, &dora, Call::new("GET", path)).status,
            404,
            "{path}"
        );
    }
    office.settled(service, "lejos", &["tecnico_catastro@220102"]);
    let elsewhere = service.session("lejos");
    assert_eq!(
        page(service, &elsewhere, Call::new("GET", &survey)).status,
        403
    );
}

/// The same person, an older comparison, no choice: said on the page, with all that was typed.
fn refused_and_decided(service: &Service, dora: &str, survey: &str) {
    let decide = |who: &str, fields: &[(&str, &str)]| {
        page(
            service,
            who,
            Call::new("POST", format!("{survey}/decision")).form(fields),
        )
    };
    let own = decide(
        dora,
        &[
            ("decision", "observar"),
            ("sustento", "falta medir otra vez"),
        ],
    );
    assert_eq!(own.status, 403);
    assert!(own.text.contains("no decide sobre él"), "{}", own.text);
    let rosa = service.session("rosa");
    let reason = ("sustento", "falta medir otra vez el frente");
    let stale = decide(
        &rosa,
        &[("decision", "observar"), reason, ("comparacion", "1")],
    );
    assert_eq!(stale.status, 409);
    assert!(
        stale.text.contains("cambió desde que usted lo vio") && stale.text.contains(reason.1),
        "{}",
        stale.text
    );
    let none = decide(&rosa, &[reason, ("comparacion", "2")]);
    assert_eq!(none.status, 400);
    assert!(none.text.contains(reason.1), "{}", none.text);
    let done = decide(
        &rosa,
        &[("decision", "observar"), reason, ("comparacion", "2")],
    );
    assert_eq!(done.status, 303, "{done:?}");
    let told = page(service, dora, Call::new("GET", survey)).text;
    assert!(
        told.contains("Observado por rosa") && told.contains(reason.1),
        "{told}"
    );
}
