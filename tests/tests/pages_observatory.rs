//! `/observatorio` and `/proyectos-catastrales` in a real browser, by keys alone; and as forms without script.

use catastro_tests::{Browser, Call, desk::PLACE, window::Window};

const HOSTILE: &str =
    "<script>document.title='robado'</script> \"comillas\" \u{202e}al revés\u{202c} 🌽 {{7*7}}";

fn window() -> Window {
    let window = Window::new();
    let (office, service) = (&window.desk.office, &window.desk.service);
    office.settled(service, "universidad", &["aliado"]);
    office.settled(service, "planificadora", &["planificador"]);
    window
}

#[test]
fn by_keys_alone_a_partner_offers_a_series_and_a_planner_publishes_it() {
    let window = window();
    let service = &window.desk.service;
    let mut browser = Browser::start(1440, 900, &[]);
    browser.go(&service.url("/observatorio"));
    browser.look("observatorio");
    browser.go(&service.url("/observatorio/descargas"));
    browser.look("observatorio-descargas");
    browser.go(&service.url("/observatorio/series/lluvia-mensual-demo"));
    assert!(browser.words().contains("Lluvia mensual (demostración)"));
    browser.look("serie-publicada");
    browser.go(&service.url("/observatorio/mapa?serie=lluvia-mensual-demo"));
    browser.look("observatorio-mapa");

    browser.sign_in(service, "universidad");
    browser.go(&service.url("/observatorio/series/nueva"));
    browser.look("serie-nueva");
    for (field, text) in [
        ("#codigo", "Aire"),
        ("#nombre", "Partículas en el aire"),
        ("#organizacion", "Universidad del Alto Mayo"),
        ("#unidad", "µg/m³"),
        ("#metodo", "Sensor óptico, promedio del mes"),
        ("#fuente", "Estación propia"),
        ("#licencia", "CC BY 4.0"),
    ] {
        browser.fill(field, text);
    }
    browser.choose("#eje", "fisico_ambiental");
    browser.follow("form[data-guardar=serie] button");
    assert!(browser.words().contains("El código de la serie no vale."));
    assert_eq!(
        browser.value("document.querySelector('#nombre').value"),
        "Partículas en el aire"
    );
    browser.fill("#codigo", "aire-pm25");
    browser.follow("form[data-guardar=serie] button");
    assert!(
        browser.words().contains("La serie está ofrecida"),
        "{}",
        browser.words()
    );
    browser.fill("#tabla", "2026-01,220101,14.5");
    browser.follow("form[data-guardar=serie-cifras] button");
    assert!(browser.words().contains("14.5"), "{}", browser.words());
    browser.look("serie-ofrecida");

    let planner = service.session("planificadora");
    let seen = service.page(&planner, "/observatorio/series/aire-pm25");
    assert!(seen.text.contains("value=\"publicar\""), "{seen:?}");
    let own = service.page(
        &service.session("universidad"),
        "/observatorio/series/aire-pm25",
    );
    assert!(!own.text.contains("value=\"publicar\""), "{own:?}");
    let review = [
        ("paso", "publicar"),
        ("motivo", "conforme"),
        ("version", "1"),
    ];
    let done = service.form(&planner, "/observatorio/series/aire-pm25/revision", &review);
    assert_eq!(done.status, 303, "{done:?}");
    let again = service.form(&planner, "/observatorio/series/aire-pm25/revision", &review);
    assert!(
        again.status == 409 && again.text.contains("<h1"),
        "{again:?}"
    );
    let public = service
        .send(&Call::new("GET", "/observatorio/series/aire-pm25").header("accept", "text/html"));
    assert_eq!(public.status, 200, "{public:?}");
}

#[test]
fn a_planner_keeps_a_cadastral_project_and_anybody_sees_its_blocks() {
    let window = window();
    let service = &window.desk.service;
    let mut browser = Browser::start(1440, 900, &[]);
    browser.go(&service.url("/proyectos-catastrales"));
    assert!(
        browser.words().contains("PC-2026-01-DEMO"),
        "{}",
        browser.words()
    );
    browser.look("proyectos-catastrales");
    browser.go(&service.url("/proyectos-catastrales/PC-2026-01-DEMO"));
    browser.look("proyecto-catastral");
    browser.sign_in(service, "planificadora");
    browser.go(&service.url("/proyectos-catastrales/nuevo"));
    browser.look("proyecto-catastral-nuevo");
    browser.fill("#codigo", "PC-2026-70");
    browser.fill("#nombre", "Levantamiento de prueba");
    browser.choose("#ubigeo", PLACE);
    browser.choose("#estado", "en_marcha");
    browser.fill("#sectores", &window.parcel[..8]);
    browser.fill("#predios", "50");
    browser.fill("#calendario", "Campo; ayer; hoy");
    browser.fill("#brigadas", "Brigada 1; 4");
    browser.follow("form[data-guardar=proyecto-catastral] button");
    assert!(
        browser
            .words()
            .contains("El campo «calendario» no se entiende."),
        "{}",
        browser.words()
    );
    browser.fill("#calendario", "Campo; 01/01/2020; 31/12/2099");
    browser.follow("form[data-guardar=proyecto-catastral] button");
    assert!(
        browser.words().contains("El proyecto está guardado."),
        "{}",
        browser.words()
    );
    browser.fill("#periodo", "2026-T1");
    browser.fill("#acordado", "1,500.50");
    browser.follow("form[data-guardar=fondos] button");
    assert!(browser.words().contains("1,500.50"), "{}", browser.words());
    browser.look("proyecto-catastral-propio");
}

#[test]
fn hostile_words_are_words() {
    let window = window();
    let service = &window.desk.service;
    let partner = service.session("universidad");
    let fields = [
        ("codigo", "hostil-1"),
        ("nombre", HOSTILE),
        ("organizacion", HOSTILE),
        ("eje", "social"),
        ("unidad", "<b>x</b>"),
        ("metodo", HOSTILE),
        ("fuente", HOSTILE),
        ("licencia", HOSTILE),
    ];
    let kept = service.form(&partner, "/observatorio/series/nueva", &fields);
    assert_eq!(kept.status, 303, "{kept:?}");
    let values = [("tabla", "2026-01;;3\n2026-02;;4"), ("periodo", "")];
    let kept = service.form(&partner, "/observatorio/series/hostil-1/cifras", &values);
    assert_eq!(kept.status, 303, "{kept:?}");
    let wrong = [("tabla", "<img src=x>"), ("periodo", "")];
    let refused = service.form(&partner, "/observatorio/series/hostil-1/cifras", &wrong);
    assert!(
        refused.status == 400 && !refused.text.contains("<img"),
        "{refused:?}"
    );
    let mut browser = Browser::start(1440, 900, &[]);
    browser.sign_in(service, "universidad");
    for path in [
        "/observatorio/series/hostil-1",
        "/observatorio/series/hostil-1/editar",
        "/observatorio/series",
        "/observatorio/mapa?serie=hostil-1",
    ] {
        browser.go(&service.url(path));
        assert_ne!(browser.value("document.title"), "robado");
        browser.look(&format!("hostil-{}", path.len()));
    }
    // Who is not signed in is asked to.
    let nobody = service.send(
        &Call::new("POST", "/observatorio/series/nueva")
            .header("accept", "text/html")
            .form(&fields),
    );
    assert_eq!(nobody.status, 401, "{nobody:?}");
}
