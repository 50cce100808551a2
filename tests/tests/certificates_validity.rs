//! What a certificate is worth later: its months, other publications, a division of its parcel, and a power cut.

use catastro_tests::{
    Call,
    desk::approve,
    wait_until_examined,
    window::{Window, check, issue},
};
use serde_json::json;

#[test]
fn months_run_out_and_the_day_may_be_asked_for() {
    let window = Window::new();
    let issued = window.issued();
    let code = issued["codigo"].as_str().expect("a code");
    let last: chrono::NaiveDate = issued["vence"]
        .as_str()
        .expect("a day")
        .parse()
        .expect("a day");
    let first: chrono::NaiveDate = issued["emitido"]
        .as_str()
        .expect("a day")
        .parse()
        .expect("a day");
    assert_eq!(
        first.checked_add_months(chrono::Months::new(36)),
        Some(last)
    );
    let on = |day: chrono::NaiveDate| {
        let reply = window
            .desk
            .service
            .get(&format!("/verificar/{code}?fecha={day}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()["estado"].clone()
    };
    assert_eq!(on(last), "vigente");
    assert_eq!(on(last.succ_opt().expect("a day")), "vencido");
    assert_eq!(on(first.pred_opt().expect("a day")), "todavia_no_emitido");
}

#[test]
fn a_later_check_shows_what_holds_and_a_power_cut_loses_nothing() {
    let window = Window::new();
    let waiting = window.in_review();
    let issued = window.issued();
    let window = window.after_power_cut();
    let live = check(&window)["certificados_vigentes"].clone();
    assert_eq!(live[0]["numero"], issued["numero"], "{live}");
    assert_eq!(live[0]["codigo"], issued["codigo"]);
    let sentence = live[0]["prevalece"].as_str().unwrap_or_default();
    assert!(
        sentence.contains("Ley 29090") && sentence.contains("Artículo 14"),
        "{sentence}"
    );
    let text = window
        .desk
        .office
        .run(["check", &window.parcel])
        .done()
        .output;
    assert!(
        text.contains("Certificados vigentes") && text.contains("Ley 29090"),
        "{text}"
    );
    let reply = window.step(&window.issuer, &waiting, &issue());
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(
        reply.json()["numero"]
            .as_str()
            .is_some_and(|number| number.ends_with("-000002"))
    );
}

#[test]
fn what_changed_since_the_draft_is_read_again_before_it_is_issued() {
    let mut window = Window::new();
    let lot = "22010171001001";
    window.desk.publish(&[(lot, [0.0, 0.0, 10.0, 20.0])]);
    window.parcel = lot.to_owned();
    // There are no zones there.
    window.kind = "catastro_positivo";
    let link = window.in_review();
    let before = window.issued();
    // Somebody else publishes: another lot changes nothing here, this one does.
    window
        .desk
        .publish(&[("22010172001001", [100.0, 0.0, 10.0, 20.0])]);
    let other = window.in_review();
    assert_eq!(window.step(&window.issuer, &other, &issue()).status, 200);
    window.desk.publish(&[(lot, [0.0, 0.0, 12.0, 20.0])]);
    let refused = window.step(&window.issuer, &link, &issue());
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(
        refused.text.contains("Desde que se redactó cambió"),
        "{refused:?}"
    );

    let again = json!({"decision": "actualizar"});
    assert_eq!(window.step(&window.issuer, &link, &again).status, 403);
    let refreshed = window.step(&window.drafter, &link, &again).json();
    assert_eq!(refreshed["estado"], "borrador", "{refreshed}");
    assert_eq!(refreshed["veredicto"]["predio"]["area_m2"], 240.0);
    let _ = window.step(&window.drafter, &link, &json!({"decision": "enviar"}));
    let issued = window.step(&window.issuer, &link, &issue());
    assert!(
        issued.status == 200 && issued.text.contains("-000003"),
        "{issued:?}"
    );
    assert_eq!(window.verify(&before)["estado"], "vigente");
}

#[test]
fn after_a_division_the_certificate_is_that_of_the_former_parcel() {
    let mut window = Window::new();
    let lot = "22010171001001";
    window.desk.publish(&[(lot, [0.0, 0.0, 10.0, 20.0])]);
    window.parcel = lot.to_owned();
    // There are no zones there.
    window.kind = "catastro_positivo";
    let issued = window.issued();
    let divide = json!({
        "operacion": {"tipo": "subdividir", "predio": lot, "areas_m2": [80.0], "rumbo_grados": 90.0},
        "documento": "Resolución 012-2026-MPM",
    });
    let technician = window.desk.technician.clone();
    let sent = window.desk.service.send(
        &Call::new("POST", "/api/operaciones")
            .token(&technician)
            .json(&divide),
    );
    assert_eq!(sent.status, 202, "{sent:?}");
    let link = sent.header("location")[0];
    let examined = wait_until_examined(&window.desk.service, &technician, link);
    let (status, published) = window.desk.decide(&window.desk.chief, link, &approve());
    assert_eq!(status, 200, "{examined} {published}");

    for child in ["22010171001002", "22010171001003"] {
        child.clone_into(&mut window.parcel);
        let live = check(&window)["certificados_vigentes"].clone();
        assert_eq!(live[0]["numero"], issued["numero"], "{live}");
        assert_eq!(live[0]["de_predio_anterior"], lot);
    }
    // The paper is still genuine; that its parcel is no more is said.
    let proof = window.verify(&issued);
    assert_eq!(proof["estado"], "vigente");
    assert!(proof["hoy"]["norma_cambio"].is_null(), "{proof}");
    let said = proof["hoy"]["explicacion"].as_str().unwrap_or_default();
    assert!(said.contains("No hay un predio"), "{said}");
}
