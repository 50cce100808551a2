//! What is new, as a feed, and by the mail that nobody gets who has not confirmed it.

use std::collections::BTreeSet;

use catastro_tests::{
    Call, Mailbox, Office, Reply, Service,
    participation::{PUBLIC, code_of, committee, observe, observed, step, with_mail},
};
use serde_json::json;

const ANA: &str = "ana@ejemplo.pe";

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Titles of a feed, which must be one.
fn titles(feed: &Reply) -> Vec<String> {
    assert_eq!(feed.status, 200, "{feed:?}");
    assert_eq!(feed.kind, "application/atom+xml; charset=utf-8");
    let document = roxmltree::Document::parse(&feed.text).expect("XML");
    let root = document.root_element();
    assert!(root.has_tag_name((ATOM, "feed")));
    // RFC 4287, 4.1.1 and 4.1.2.
    let text = |node: roxmltree::Node<'_, '_>, name: &str| {
        let found: Vec<String> = node
            .children()
            .filter(|child| child.has_tag_name((ATOM, name)))
            .map(|child| child.text().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(found.len(), 1, "{name} in {}", feed.text);
        found[0].clone()
    };
    let checked = |node: roxmltree::Node<'_, '_>| {
        assert!(text(node, "id").starts_with("urn:uuid:"));
        let updated = text(node, "updated");
        assert!(
            chrono::DateTime::parse_from_rfc3339(&updated).is_ok(),
            "{updated}"
        );
        text(node, "title")
    };
    let _ = checked(root);
    assert!(
        root.children()
            .any(|one| one.has_tag_name((ATOM, "author")))
    );
    let entries: Vec<_> = root
        .children()
        .filter(|one| one.has_tag_name((ATOM, "entry")))
        .collect();
    let moments: Vec<String> = entries.iter().map(|one| text(*one, "updated")).collect();
    assert!(moments.is_sorted_by(|a, b| a >= b), "{moments:?}");
    let ids: BTreeSet<String> = entries.iter().map(|one| text(*one, "id")).collect();
    assert_eq!(ids.len(), entries.len(), "an id twice");
    entries.into_iter().map(checked).collect()
}

#[test]
fn the_feed_tells_what_is_public_and_nothing_else() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let token = committee(&office);
    let all = service.get("/novedades.atom");
    assert!(!titles(&all).is_empty());
    let etag = all.header("etag")[0].to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    let again =
        service.send(&Call::new("GET", "/novedades.atom").header("if-none-match", etag.as_str()));
    assert_eq!((again.status, again.text.as_str()), (304, ""));

    // What nobody has read is not told; what is shown is, and its answer.
    let id = observed(&service, &[]);
    let unread = service.get("/novedades.atom?tema=observaciones");
    assert!(!unread.text.contains(&id));
    let number = service.get(&format!("/api/observaciones/{id}")).json()["numero"]
        .as_str()
        .expect("a number")
        .to_owned();
    step(&service, &token, &id, "publicar", "");
    step(
        &service,
        &token,
        &id,
        "responder",
        "Se retira el cerco en quince días.",
    );
    let told = titles(&service.get("/novedades.atom?tema=observaciones&ubigeo=220101"));
    assert_eq!(
        told[..2],
        [
            format!("Se respondió la observación {number}"),
            format!("Se publicó la observación {number}")
        ]
    );
    let changed =
        service.send(&Call::new("GET", "/novedades.atom").header("if-none-match", etag.as_str()));
    assert_eq!(changed.status, 200);

    // A topic, a place and a box narrow it.
    let elsewhere = titles(&service.get("/novedades.atom?tema=observaciones&ubigeo=220106"));
    assert!(elsewhere.iter().all(|title| !title.contains(&number)));
    let plans = service.get("/api/novedades?tema=planes").json();
    let plans = plans["novedades"].as_array().expect("news");
    assert!(!plans.is_empty() && plans.iter().all(|item| item["tema"] == "planes"));
    assert!(titles(&service.get("/novedades.atom?bbox=2,40,3,41")).is_empty());
    let around = service.get(&format!("/api/observaciones/{id}")).json();
    let (lon, lat) = (
        around["lugar"][0].as_f64().expect("degrees"),
        around["lugar"][1].as_f64().expect("degrees"),
    );
    let within = format!(
        "{},{},{},{}",
        lon - 0.001,
        lat - 0.001,
        lon + 0.001,
        lat + 0.001
    );
    let near = titles(&service.get(&format!("/novedades.atom?bbox={within}")));
    assert!(near[0].contains(&number), "{near:?}");
    assert!(
        near.iter().any(|title| title.contains("«lotes»")),
        "{near:?}"
    );
    for wrong in [
        "/novedades.atom?tema=gatos",
        "/novedades.atom?x=1",
        "/api/novedades?ubigeo=1",
        "/novedades?bbox=1",
    ] {
        assert_eq!(service.get(wrong).status, 400, "{wrong}");
    }
}

fn subscribe(service: &Service, address: &str, topic: &str) -> Reply {
    service.send(
        &Call::new("POST", "/novedades/suscripciones")
            .header("accept", "text/html")
            .form(&[("correo", address), ("tema", topic), ("ubigeo", "220101")]),
    )
}

/// Waits until the sender has gone through all that waits, and begun anew: a confirmation is the first thing of a turn.
fn after_a_turn(service: &Service, mailbox: &Mailbox, who: &str) {
    for turn in 0..2 {
        let address = format!("{who}{turn}@ejemplo.pe");
        assert_eq!(subscribe(service, &address, "normas").status, 303);
        let _ = mailbox.wait_for(&address, 1);
    }
}

fn press(service: &Service, page: &str, button: &str) -> Reply {
    service.send(
        &Call::new("POST", page)
            .header("accept", "text/html")
            .form(&[("hacer", button)]),
    )
}

#[test]
fn mail_goes_to_who_confirmed_it_once_a_day_until_they_leave() {
    let office = Office::with_demonstration(300);
    let mailbox = Mailbox::open();
    let service = with_mail(&office, &mailbox);
    let token = committee(&office);
    assert_eq!(subscribe(&service, ANA, "observaciones").status, 303);
    let asked = mailbox.wait_for(ANA, 1);
    assert!(
        asked[0]
            .text
            .contains("observaciones y respuestas, Moyobamba"),
        "{asked:?}"
    );
    let page = asked[0].link(PUBLIC).to_owned();

    // Asked again, nothing more is sent; not confirmed, nothing is told. A link that a program looks at does nothing.
    assert_eq!(subscribe(&service, ANA, "observaciones").status, 303);
    assert_eq!(service.get(&page).status, 200);
    let first = observed(&service, &[]);
    step(&service, &token, &first, "publicar", "");
    after_a_turn(&service, &mailbox, "turno-a");
    assert_eq!(mailbox.wait_for(ANA, 1).len(), 1);

    // Confirmed, they are told what comes after.
    assert_eq!(press(&service, &page, "confirmar").status, 200);
    let second = observed(&service, &[]);
    step(&service, &token, &second, "publicar", "");
    let told = mailbox.wait_for(ANA, 2);
    assert!(
        told[1]
            .text
            .contains(&format!("{PUBLIC}/observaciones/{second}"))
            && !told[1].text.contains(&first)
            && told[1].text.contains(&page),
        "{told:?}"
    );
    assert!(
        told[1]
            .headers
            .contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
        "{told:?}"
    );

    // The same day no more; the next day the rest of it, and nothing of what was never shown.
    let unread = observed(&service, &[]);
    step(
        &service,
        &token,
        &second,
        "responder",
        "Se retira el cerco en quince días.",
    );
    after_a_turn(&service, &mailbox, "turno-b");
    assert_eq!(mailbox.wait_for(ANA, 2).len(), 2);
    office.sql(
        "update personal.subscription set told_at = told_at - interval '1 day' where told_at is not null",
    );
    let told = mailbox.wait_for(ANA, 3);
    assert!(
        told[2].text.contains("Se respondió la observación") && !told[2].text.contains(&unread),
        "{told:?}"
    );

    // A mail program leaves with one click (RFC 8058), and the address is gone.
    let left =
        service.send(&Call::new("POST", page.as_str()).form(&[("List-Unsubscribe", "One-Click")]));
    assert_eq!(left.status, 200, "{left:?}");
    let kept = office.sql(&format!(
        "select count(*) from personal.subscription where address = '{ANA}'"
    ));
    assert_eq!(kept, ["0"]);
    assert_eq!(press(&service, &page, "confirmar").status, 404);

    // It is shown nowhere: in no answer, no record, no log.
    let recorded = office
        .sql("select count(*) from audit where (content::text || object) like '%ejemplo.pe%'");
    assert_eq!(recorded, ["0"]);
    assert!(!service.log().contains("ejemplo.pe"));
    for wrong in ["", "ana", "a b@c.pe", "a@b.pe\r\nBcc: c@d.pe"] {
        assert_eq!(
            subscribe(&service, wrong, "normas").status,
            400,
            "{wrong:?}"
        );
    }
    assert_eq!(subscribe(&service, ANA, "gatos").status, 400);
    assert_eq!(
        service
            .get("/novedades/suscripciones/00000000-0000-4000-8000-000000000000")
            .status,
        404
    );
}

#[test]
fn who_asked_for_an_answer_gets_it_and_is_forgotten() {
    let office = Office::with_demonstration(300);
    let mailbox = Mailbox::open();
    let service = with_mail(&office, &mailbox);
    let token = committee(&office);
    let answered = observed(&service, &[("correo", ANA)]);
    let shelved = observed(&service, &[("correo", "beto@ejemplo.pe")]);
    let lost = observed(&service, &[("correo", "nadie@ejemplo.pe")]);
    let shown = service.get(&format!("/api/observaciones/{answered}")).text;
    assert!(!shown.contains(ANA), "{shown}");
    step(
        &service,
        &token,
        &answered,
        "responder",
        "Se retira el cerco en quince días.",
    );
    step(
        &service,
        &token,
        &shelved,
        "archivar",
        "No habla de un lugar del municipio.",
    );
    step(
        &service,
        &token,
        &lost,
        "responder",
        "Se retira el cerco en quince días.",
    );
    let mail = &mailbox.wait_for(ANA, 1)[0];
    assert!(
        mail.text.contains("quince días")
            && mail
                .text
                .contains(&format!("{PUBLIC}/observaciones/{answered}")),
        "{mail:?}"
    );
    // Of what is not shown there is no text, only why.
    let mail = &mailbox.wait_for("beto@ejemplo.pe", 1)[0];
    assert!(
        mail.text.contains("No habla de un lugar") && !mail.text.contains("El cerco"),
        "{mail:?}"
    );
    after_a_turn(&service, &mailbox, "turno");
    // Who has no mail is tried again later, and keeps nobody waiting.
    let kept = office.sql("select address, failures > 0 from personal.observer");
    assert_eq!(kept, ["nadie@ejemplo.pe|t"]);
    assert!(!service.log().contains("ejemplo.pe"), "{}", service.log());
}

#[test]
fn without_mail_the_service_says_so() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let page = service.get("/novedades");
    assert!(
        page.text.contains("Este servicio no envía correo"),
        "{page:?}"
    );
    assert!(!page.text.contains("name=\"correo\""));
    assert_eq!(subscribe(&service, ANA, "normas").status, 422);
    let refused = observe(
        &service,
        &json!({"sobre": "predio", "objeto": code_of(&service, "lotes"), "texto": "El cerco está corrido.", "correo": ANA}),
    );
    assert_eq!(refused.status, 422, "{refused:?}");
}
