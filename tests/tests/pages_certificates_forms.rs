//! `/certificados` as forms: hostile texts on pages and on paper, a verdict that moved on, and what each kind asks.

use catastro_tests::{
    Browser, Call, Service,
    pages::{closed, words_of_paper},
    window::Window,
};
use serde_json::Value;

const POST: &str = "Subgerenta de Control Urbano";

fn window() -> Window {
    Window::with_officers(&["dora", "irene"])
}

/// Text that means to be more than text.
const HOSTILE: &str = "<script>document.title='robado'</script> \"comillas\" 'simples' & <b>negrita</b> \u{202e}al revés\u{202c} #let x = 1 $y$ *z* {{7*7}} ñandú";

/// Drafts a certificate of nothing but hostile texts, and has it issued; what is too long is refused and not lost. Gives its
/// path.
fn issued_with_hostile_texts(window: &Window, irene: &str) -> String {
    let service = &window.desk.service;
    let dora = service.session("dora");
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
        irene,
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
                irene,
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
            .form(irene, &steps, &[("decision", "emitir"), ("cargo", post)])
            .status,
        303
    );
    path
}

#[test]
fn hostile_texts_are_texts_on_the_pages_and_on_the_paper() {
    let window = window();
    let service = &window.desk.service;
    let irene = service.session("irene");
    let path = issued_with_hostile_texts(&window, &irene);
    let steps = format!("{path}/paso");

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

    check_other_drafts(&mut browser, service, &irene, (id, lot));
}

/// Drafts like another, with a proposal, and of ground that is no parcel.
fn check_other_drafts(
    browser: &mut Browser,
    service: &Service,
    irene: &str,
    (id, lot): (&str, &str),
) {
    // What takes its place begins with what it said.
    let like = service.page(irene, &format!("/certificados/nuevo?de={id}"));
    assert!(
        like.status == 200
            && like.text.contains(lot)
            && like.text.contains("Certificado positivo de catastro"),
        "{like:?}"
    );
    let use_ = service.form(
        irene,
        "/certificados/nuevo",
        &[
            ("tipo", "compatibilidad_uso"),
            ("predio", lot),
            ("propuesta.actividad_ciiu", "4711"),
            ("propuesta.area_techada_m2", "1,200.50"),
        ],
    );
    assert_eq!(use_.status, 303, "{use_:?}");
    let shown = service.page(irene, use_.header("location")[0]);
    assert!(
        shown.text.contains("1200.5") && shown.text.contains("No concluyente"),
        "{shown:?}"
    );
    let odd = service.form(
        irene,
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
    let point = service.form(irene, "/certificados/nuevo", &negative);
    assert_eq!(point.status, 303, "{point:?}");
    let corners = "284500 9340500\n284520 9340500\n284520 9340520";
    let polygon = service.form(
        irene,
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
    let twice = service.form(irene, "/certificados/nuevo", &twice);
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
