//! What is new, and observations on a plan, in a real browser and by keys alone.

use catastro_tests::{
    Browser, Mailbox, Office,
    participation::{PUBLIC, with_mail},
};

#[test]
fn somebody_follows_a_topic_by_mail_and_leaves_again() {
    let office = Office::with_demonstration(300);
    let mailbox = Mailbox::open();
    let service = with_mail(&office, &mailbox);
    let mut browser = Browser::start(1280, 900, &[]);
    browser.go(&service.url("/novedades"));
    browser.look("novedades");
    browser.choose("#tema", "observaciones");
    browser.follow("form.campos button");
    let words = browser.words();
    assert!(words.contains("Se publicó la observación"), "{words}");
    let feed = browser.value(
        "document.querySelector('link[type=\"application/atom+xml\"]').getAttribute('href')",
    );
    assert_eq!(feed, "/novedades.atom?tema=observaciones");

    browser.fill("#correo", "ana@ejemplo.pe");
    browser.follow("form[action='/novedades/suscripciones'] button");
    assert!(
        browser
            .words()
            .contains("le llegará un mensaje para confirmarla"),
        "{}",
        browser.words()
    );
    browser.look("novedades-suscrita");
    let mail = &mailbox.wait_for("ana@ejemplo.pe", 1)[0];
    browser.go(&service.url(mail.link(PUBLIC)));
    browser.look("suscripcion");
    browser.follow("button[value=confirmar]");
    assert!(browser.words().contains("La suscripción está confirmada."));
    browser.look("suscripcion-confirmada");
    browser.follow("button[value=dejar]");
    assert!(browser.words().contains("la dirección se borró"));
}

#[test]
fn a_point_of_the_plan_leads_nearer_and_to_one_in_the_end() {
    let office = Office::with_demonstration(300);
    let mailbox = Mailbox::open();
    let service = with_mail(&office, &mailbox);
    let mut browser = Browser::start(1280, 900, &[]);
    browser.go(&service.url("/observaciones"));
    browser.look("observaciones-cifras");
    assert!(browser.words().contains("Respondidas en plazo"));
    browser.follow("a[href^='/observaciones/mapa']");
    browser.look("observaciones-mapa");
    // Nearer each time: so many steps are more than any plan needs.
    let one = "svg.plano a[href^='/observaciones/']:not([href*='mapa'])";
    for _ in 0..12 {
        if browser.value(&format!("!!document.querySelector({one:?})")) == true {
            break;
        }
        browser.follow("svg.plano a");
        if browser.path().starts_with("/observaciones?bbox=") {
            break;
        }
    }
    browser.look("observaciones-mapa-cerca");
    if browser.path().starts_with("/observaciones/mapa") {
        browser.follow(one);
        assert!(
            browser.words().contains("Observación O-"),
            "{}",
            browser.words()
        );
    } else {
        assert!(browser.words().contains("O-20"), "{}", browser.words());
    }

    // The form knows what it is about from its address, and offers mail.
    browser.go(&service.url("/observaciones/nueva?sobre=plan&objeto=PDU-1"));
    assert_eq!(
        browser.value("document.querySelector('#sobre').value"),
        "plan"
    );
    assert_eq!(
        browser.value("document.querySelector('#objeto').value"),
        "PDU-1"
    );
    browser.fill("#texto", "No dice por dónde pasará la calle nueva.");
    browser.fill("#correo", "ana@ejemplo.pe");
    browser.follow("main button");
    assert!(
        browser.words().contains("No hay un plan con ese código"),
        "{}",
        browser.words()
    );
    assert_eq!(
        browser.value("document.querySelector('#correo').value"),
        "ana@ejemplo.pe"
    );
    browser.look("observacion-nueva-refusada");
}
