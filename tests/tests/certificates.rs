//! A certificate's way between two persons: its number, who asked for it, and what is refused.

use std::collections::BTreeSet;

use catastro_tests::{
    Call,
    window::{Window, check, issue},
};
use serde_json::json;

#[test]
fn a_certificate_goes_between_two_persons_and_anybody_verifies_it() {
    let window = Window::new();
    let drafted = window.draft(&window.drafter, &window.request());
    assert_eq!(drafted.status, 201, "{drafted:?}");
    let link = drafted.header("location")[0].to_owned();
    let draft = drafted.json();
    assert_eq!(draft["estado"], "borrador");
    assert_eq!(draft["veredicto"]["predio"]["codigo"], window.parcel);

    // Nobody skips the review, and who drafts does not issue.
    assert_eq!(window.step(&window.issuer, &link, &issue()).status, 409);
    let send = json!({"decision": "enviar"});
    assert_eq!(window.step(&window.issuer, &link, &send).status, 403);
    assert_eq!(window.step(&window.drafter, &link, &send).status, 200);
    let own = window.step(&window.drafter, &link, &issue());
    assert_eq!(own.status, 403, "{own:?}");
    assert!(own.text.contains("«redactora»"), "{own:?}");

    // It goes back with a reason, and comes again.
    let back = json!({"decision": "devolver", "sustento": "falta el expediente"});
    assert_eq!(
        window.step(&window.issuer, &link, &back).json()["estado"],
        "borrador"
    );
    assert_eq!(window.step(&window.drafter, &link, &send).status, 200);
    let nameless = window.step(&window.issuer, &link, &json!({"decision": "emitir"}));
    assert_eq!(nameless.status, 400, "{nameless:?}");
    let issued = window.step(&window.issuer, &link, &issue());
    assert_eq!(issued.status, 200, "{issued:?}");
    let issued = issued.json();
    let year = &issued["emitido"].as_str().expect("a day")[..4];
    assert_eq!(issued["numero"], format!("220101-{year}-000001"));
    let steps: Vec<&str> = issued["historia"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|step| step["paso"].as_str())
        .collect();
    assert_eq!(
        steps,
        ["redactar", "enviar", "devolver", "enviar", "emitir"]
    );

    let proof = window.verify(&issued);
    assert_eq!(
        (&proof["autentico"], &proof["estado"]),
        (&json!(true), &json!("vigente")),
        "{proof}"
    );
    assert_ne!(proof["hoy"]["norma_cambio"], true);
    assert_eq!(proof["hoy"]["difiere"], json!([]));
    assert_eq!(
        proof["firmado_por"]["cargo"],
        "Subgerenta de Control Urbano"
    );

    // As people copy it, and as a page.
    let code = issued["codigo"].as_str().expect("a code");
    let copied = code.to_lowercase().replace('-', "");
    let page = window.desk.service.send(
        &Call::new("GET", format!("/verificar/{copied}")).header("accept", "text/html,*/*;q=0.8"),
    );
    assert_eq!(page.status, 200);
    assert!(
        page.kind.starts_with("text/html") && page.text.contains("Auténtico y vigente"),
        "{page:?}"
    );
    // No script but our own, and none within the page.
    let ours = page
        .text
        .matches("<script type=\"module\" src=\"/estaticos/")
        .count();
    assert_eq!(page.text.matches("<script").count(), ours, "{page:?}");

    // Issued once, for good.
    assert_eq!(window.step(&window.issuer, &link, &issue()).status, 409);
    assert_eq!(
        window
            .step(
                &window.drafter,
                &link,
                &json!({"decision": "retirar", "sustento": "ya no hace falta"})
            )
            .status,
        409
    );
}

#[test]
fn where_no_norm_says_a_parameter_none_are_certified() {
    let mut window = Window::new();
    let lot = "22010171001001";
    window.desk.publish(&[(lot, [0.0, 0.0, 10.0, 20.0])]);
    window.parcel = lot.to_owned();
    assert_eq!(check(&window)["zonificacion"], json!([]));
    for kind in ["parametros", "zonificacion_vias", "compatibilidad_uso"] {
        let link = window.sent(&json!({"tipo": kind, "consulta": {"predio": lot}}));
        let refused = window.step(&window.issuer, &link, &issue());
        assert_eq!(refused.status, 422, "{kind}: {refused:?}");
        assert!(
            refused.text.contains("no está en ninguna zona en vigor"),
            "{kind}: {refused:?}"
        );
    }
    // Others are about the parcel, which is there.
    let registered = json!({"tipo": "catastro_positivo", "consulta": {"predio": lot}});
    assert_eq!(window.issued_as(&registered)["tipo"], "catastro_positivo");
}

#[test]
fn numbers_have_no_gaps_when_twenty_are_issued_at_once_and_some_fail() {
    let window = Window::new();
    let links: Vec<String> = (0..20).map(|_| window.in_review()).collect();
    // Every third is sent twice, every fourth by who drafted it, every fifth without a post.
    let issued: Vec<Option<String>> = std::thread::scope(|scope| {
        let issuing: Vec<_> = links
            .iter()
            .enumerate()
            .map(|(index, link)| {
                let window = &window;
                scope.spawn(move || {
                    if index % 4 == 0 {
                        assert_eq!(window.step(&window.drafter, link, &issue()).status, 403);
                        return None;
                    }
                    if index % 5 == 0 {
                        let bare = json!({"decision": "emitir"});
                        assert_eq!(window.step(&window.issuer, link, &bare).status, 400);
                        return None;
                    }
                    let reply = window.step(&window.issuer, link, &issue());
                    assert_eq!(reply.status, 200, "{reply:?}");
                    if index % 3 == 0 {
                        assert_eq!(window.step(&window.issuer, link, &issue()).status, 409);
                    }
                    reply.json()["numero"].as_str().map(str::to_owned)
                })
            })
            .collect();
        issuing
            .into_iter()
            .map(|one| one.join().expect("done"))
            .collect()
    });
    let numbers: BTreeSet<u32> = issued
        .iter()
        .flatten()
        .filter_map(|number| number.rsplit('-').next()?.parse().ok())
        .collect();
    let expected = links
        .iter()
        .enumerate()
        .filter(|(index, _)| index % 4 != 0 && index % 5 != 0)
        .count();
    assert!(expected > 10);
    assert_eq!(
        numbers,
        (1..=u32::try_from(expected).expect("few")).collect()
    );
    // Underneath, the database takes no number but the next.
    let jump = window.desk.office.try_sql(
        &window.desk.office.database(),
        "update certificate w set state = 'emitido', year = i.year, sequence = i.sequence + 1000, code = 'X', issued_by = i.issued_by,
             issued_at = now(), issued_on = now()::date, payload = '{}', protected = '{}', signature = i.signature, key = i.key
         from (select * from certificate where state = 'emitido' limit 1) i where w.state = 'en_revision'",
    );
    assert!(jump.is_err_and(|said| said.contains("certificate_numbers_without_gaps")));
}

#[test]
fn who_asked_is_read_by_staff_for_a_purpose_and_seen_nowhere_else() {
    const NAME: &str = "Zoraida Marcada Quinteros";
    const NUMBER: &str = "48151623";
    let window = Window::new();
    let mut request = window.request();
    request["solicitante"] =
        json!({"nombre": NAME, "documento_tipo": "DNI", "documento_numero": NUMBER});
    request["expediente"] = json!("EXP-2026-004512");
    let drafted = window.draft(&window.drafter, &request);
    let link = drafted.header("location")[0].to_owned();
    let _ = window.step(&window.drafter, &link, &json!({"decision": "enviar"}));
    let issued = window.step(&window.issuer, &link, &issue());
    let code = issued.json()["codigo"].as_str().expect("a code").to_owned();
    let page = Call::new("GET", format!("/verificar/{code}")).header("accept", "text/html");
    let _ = window.desk.office.account("comite", &["comite"]);
    let committee = window.desk.office.token("comite", &["leer_auditoria"]);
    let seen = [
        drafted.text.clone(),
        issued.text.clone(),
        window.signed(&issued.json()).text,
        window.verify(&issued.json()).to_string(),
        window.desk.service.send(&page).text,
        window
            .desk
            .service
            .send(&Call::new("GET", "/api/auditoria?limit=1000").token(&committee))
            .text,
        check(&window).to_string(),
        window.desk.service.log(),
    ];
    for text in seen {
        assert!(
            !text.contains("Zoraida") && !text.contains(NUMBER),
            "{text}"
        );
    }
    let read = |token: &str, purpose: &str| {
        let path = format!("{link}/solicitante?finalidad={purpose}");
        window
            .desk
            .service
            .send(&Call::new("GET", path).token(token))
    };
    let given = read(&window.issuer, "notificar+la+entrega");
    assert_eq!(given.json()["solicitante"]["nombre"], NAME, "{given:?}");
    assert_eq!(given.header("cache-control"), ["no-store"]);
    assert_eq!(read(&window.issuer, "").status, 400);
    assert_eq!(read(&committee, "notificar+la+entrega").status, 403);
    let trail = window
        .desk
        .service
        .send(&Call::new("GET", "/api/auditoria?limit=1000").token(&committee));
    assert!(
        trail.text.contains("solicitante.lectura") && trail.text.contains("notificar la entrega")
    );
    // A document that is none names nobody in its refusal.
    request["solicitante"]["documento_numero"] = json!("4815162");
    let refused = window.draft(&window.drafter, &request);
    assert!(
        refused.status == 422 && !refused.text.contains("Zoraida"),
        "{refused:?}"
    );
}

#[test]
fn unknown_codes_and_numbers_are_refused_in_spanish() {
    let window = Window::new();
    for path in [
        "/verificar/7K3M-9Q2X-A1BC-5D8F",
        "/verificar/x",
        "/api/certificados/220101-2026-999999",
        "/api/certificados/x",
    ] {
        let reply = window.desk.service.get(path);
        assert_eq!(reply.status, 404, "{path}: {reply:?}");
        assert!(
            reply.text.contains("No hay un certificado"),
            "{path}: {reply:?}"
        );
    }
    let page = window
        .desk
        .service
        .send(&Call::new("GET", "/verificar/x").header("accept", "text/html"));
    assert!(
        page.status == 404
            && page
                .text
                .contains("<h1>No hay un certificado con ese código.</h1>"),
        "{page:?}"
    );
    let form = window
        .desk
        .service
        .send(&Call::new("GET", "/verificar").header("accept", "text/html"));
    assert!(
        form.status == 200 && form.text.contains("name=\"codigo\""),
        "{form:?}"
    );

    let mut wrong = window.request();
    wrong["tipo"] = json!("felicidad");
    assert_eq!(window.draft(&window.drafter, &wrong).status, 400);
    wrong = window.request();
    wrong["consulta"]["fecha"] = json!("2026-01-01");
    assert_eq!(window.draft(&window.drafter, &wrong).status, 400);
    wrong = json!({"tipo": "numeracion", "consulta": {"predio": window.parcel}, "datos": {"via": "Jr. Callao"}});
    let missing = window.draft(&window.drafter, &wrong);
    assert!(
        missing.status == 422 && missing.text.contains("«numero»"),
        "{missing:?}"
    );
    wrong = json!({"tipo": "parametros", "consulta": {"punto": [-77.5, -6.9]}});
    assert!(window.draft(&window.drafter, &wrong).status >= 400);
}
