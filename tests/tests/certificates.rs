//! A certificate's way between two persons; its number, its signature, and what anybody learns of it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use catastro_tests::{
    Call,
    desk::approve,
    wait_until_examined,
    window::{Window, issue},
};
use serde_json::{Value, json};

fn annul() -> Value {
    json!({"decision": "anular", "sustento": "error material en el área", "documento": "R.G. 12-2026-MPM"})
}

/// A file beside the office.
fn kept(window: &Window, name: &str, bytes: &[u8]) -> PathBuf {
    let path = window.desk.office.folder().join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

/// The public key that a certificate names, as it is published.
fn published_key(window: &Window, name: &str) -> PathBuf {
    let keys = window.desk.service.get("/api/firma/claves").json();
    let key = keys["keys"]
        .as_array()
        .and_then(|keys| keys.iter().find(|key| key["kid"] == name))
        .expect("the key that it names");
    assert_eq!(
        (&key["kty"], &key["crv"]),
        (&json!("OKP"), &json!("Ed25519"))
    );
    let pem = key["pem"].as_str().expect("a PEM");
    kept(window, &format!("{name}.publicada.pem"), pem.as_bytes())
}

/// The bytes of base64url without padding, by coreutils.
fn decoded(window: &Window, text: &str) -> Vec<u8> {
    let plain = text.replace('-', "+").replace('_', "/");
    let padded = format!("{plain}{}", "=".repeat((4 - plain.len() % 4) % 4));
    let file = kept(window, "firma.b64", padded.as_bytes());
    let output = Command::new("base64")
        .arg("-d")
        .arg(file)
        .output()
        .expect("base64");
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

/// What openssl says of a signed certificate.
fn openssl(window: &Window, signed: &Value, key: &Path) -> bool {
    let member = |name: &str| signed[name].as_str().expect("a member").to_owned();
    let text = format!("{}.{}", member("protected"), member("payload"));
    let text = kept(window, "firmado.txt", text.as_bytes());
    let signature = kept(window, "firma.bin", &decoded(window, &member("signature")));
    Command::new("openssl")
        .args(["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"])
        .arg(key)
        .arg("-in")
        .arg(text)
        .arg("-sigfile")
        .arg(signature)
        .output()
        .expect("openssl")
        .status
        .success()
}

/// What our own command says of a file, with nothing but a key.
fn offline(window: &Window, file: &Path, key: Option<&Path>) -> (i32, String) {
    let mut words = vec!["certificate".as_ref(), "verify".as_ref(), file.as_os_str()];
    if let Some(key) = key {
        words.extend(["--key".as_ref(), key.as_os_str()]);
    }
    let said = window.desk.office.run(words);
    (said.code, said.output + &said.complaint)
}

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
fn one_changed_byte_is_caught_by_openssl_and_by_our_own_command() {
    let window = Window::new();
    let issued = window.issued();
    let reply = window.signed(&issued);
    let signed = reply.json();
    let proof = window.verify(&issued);
    let key = published_key(&window, proof["llave"].as_str().expect("a key"));
    let file = kept(&window, "certificado.json", reply.text.as_bytes());
    assert!(openssl(&window, &signed, &key));
    let (code, said) = offline(&window, &file, Some(&key));
    assert!(code == 0 && said.contains("AUTÉNTICO"), "{said}");
    // On the server itself the key is at hand.
    assert_eq!(offline(&window, &file, None).0, 0);
    // What is signed is the whole verdict.
    assert_eq!(
        signed["contenido"]["veredicto"]["recibo"]["sha256"]
            .as_str()
            .map(str::len),
        Some(64)
    );
    assert_eq!(signed["contenido"]["numero"], issued["numero"]);

    for member in ["payload", "protected", "signature"] {
        let mut changed = signed.clone();
        let text = changed[member].as_str().expect("text");
        let (head, tail) = text.split_at(text.len() / 2);
        let other = if tail.starts_with('A') { "B" } else { "A" };
        changed[member] = json!(format!("{head}{other}{}", &tail[1..]));
        assert!(
            !openssl(&window, &changed, &key),
            "openssl believes another {member}"
        );
        let file = kept(&window, "cambiado.json", changed.to_string().as_bytes());
        let (code, said) = offline(&window, &file, Some(&key));
        assert!(
            code == 2 && said.contains("NO ES AUTÉNTICO"),
            "{member}: {said}"
        );
    }
    let shown = reply.text.replacen("\"vence\":\"2", "\"vence\":\"3", 1);
    assert_ne!(shown, reply.text);
    let file = kept(&window, "mostrado.json", shown.as_bytes());
    let (code, said) = offline(&window, &file, Some(&key));
    assert!(
        code == 2 && said.contains("no es lo que se firmó"),
        "{said}"
    );
}

#[test]
fn an_annulled_one_says_so_everywhere_and_is_never_deleted() {
    let window = Window::new();
    let link = window.in_review();
    assert_eq!(window.step(&window.issuer, &link, &annul()).status, 409);
    let issued = window.step(&window.issuer, &link, &issue()).json();
    let bare = window.step(
        &window.issuer,
        &link,
        &json!({"decision": "anular", "sustento": "error material en el área"}),
    );
    assert_eq!(bare.status, 400, "{bare:?}");
    assert_eq!(window.step(&window.drafter, &link, &annul()).status, 200);

    let proof = window.verify(&issued);
    assert_eq!(proof["estado"], "anulado", "{proof}");
    assert_eq!(proof["autentico"], true);
    assert_eq!(proof["anulacion"]["documento"], "R.G. 12-2026-MPM");
    let signed = window.signed(&issued);
    assert_eq!(
        signed.json()["anulacion"]["motivo"],
        "error material en el área"
    );
    let file = kept(&window, "anulado.json", signed.text.as_bytes());
    let (code, said) = offline(&window, &file, None);
    assert!(code == 2 && said.contains("ANULADO"), "{said}");
    assert_eq!(proof["anulacion_firmada"], true);
    let code = issued["codigo"].as_str().expect("a code");
    let page = window
        .desk
        .service
        .send(&Call::new("GET", format!("/verificar/{code}")).header("accept", "text/html"));
    assert!(page.text.contains("<h1>ANULADO</h1>"), "{page:?}");
    // It protects nobody any more.
    assert_eq!(check(&window)["certificados_vigentes"], json!([]));

    // Whoever owns the database is held too.
    for statement in [
        "delete from certificate",
        "truncate certificate cascade",
        "update certificate set state = 'emitido', annulled_by = null, annulled_at = null, annulled_why = null, annulled_document = null",
        "update certificate_event set step = 'enviar'",
        "delete from signing_key",
    ] {
        let refused = window
            .desk
            .office
            .try_sql(&window.desk.office.database(), statement);
        assert!(
            refused.is_err_and(|said| said.contains("23001")),
            "{statement}"
        );
    }
}

#[test]
fn an_annulment_is_a_signed_statement_of_its_own() {
    let window = Window::new();
    let issued = window.issued();
    let other = window.issued();
    let _ = window.desk.office.run(["key", "rotate"]).done();
    for certificate in [&issued, &other] {
        let link = certificate["enlace"].as_str().expect("a link");
        assert_eq!(window.step(&window.issuer, link, &annul()).status, 200);
    }
    let [genuine, other] = [&issued, &other].map(|one| window.signed(one).json());
    let statement = &genuine["anulacion"]["firma"];
    let named = decoded(&window, statement["protected"].as_str().expect("a header"));
    let named: Value = serde_json::from_slice(&named).expect("JSON");
    let key = published_key(&window, named["kid"].as_str().expect("a key"));
    assert!(openssl(&window, statement, &key));
    let said = decoded(&window, statement["payload"].as_str().expect("a payload"));
    let said: Value = serde_json::from_slice(&said).expect("JSON");
    assert_eq!(said["numero"], issued["numero"]);
    for member in ["fecha", "motivo", "documento"] {
        assert_eq!(said[member], genuine["anulacion"][member], "{member}");
    }

    // The certificate was signed by the key before: both are needed, or the folder that has them.
    let before = published_key(
        &window,
        window.verify(&issued)["llave"].as_str().expect("a key"),
    );
    let verify = |certificate: &Value, keys: &[&Path]| {
        let file = kept(&window, "anulado.json", certificate.to_string().as_bytes());
        let mut words = vec!["certificate".as_ref(), "verify".as_ref(), file.as_os_str()];
        for key in keys {
            words.extend(["--key".as_ref(), key.as_os_str()]);
        }
        let said = window.desk.office.run(words);
        (said.code, said.output + &said.complaint)
    };
    for keys in [&[][..], &[&*before, &*key]] {
        let (code, said) = verify(&genuine, keys);
        assert!(code == 2 && said.contains("ANULADO:"), "{said}");
    }
    let (_, said) = verify(&genuine, &[&*before]);
    assert!(
        said.contains("la anulación que lleva no está firmada"),
        "{said}"
    );
    // Another reason, another day, another certificate's annulment.
    let mut forged = Vec::new();
    for (member, value) in [
        ("motivo", json!("el titular no pagó")),
        ("fecha", json!("2026-01-01T00:00:00Z")),
        ("firma", other["anulacion"]["firma"].clone()),
    ] {
        let mut changed = genuine.clone();
        changed["anulacion"][member] = value;
        forged.push(changed);
    }
    for changed in forged {
        let (code, said) = verify(&changed, &[]);
        assert!(code == 2 && said.contains("NO ES AUTÉNTICO"), "{said}");
    }
    // Who annuls in the database alone has nothing signed to show, and is refused.
    let third = window.issued();
    let code = third["codigo"].as_str().expect("a code");
    let refused = window.desk.office.try_sql(
        &window.desk.office.database(),
        &format!(
            "update certificate set state = 'anulado', annulled_by = issued_by, annulled_at = now(), annulled_why = 'x',
                 annulled_document = 'x' where code = '{code}'"
        ),
    );
    assert!(refused.is_err_and(|said| said.contains("certificate_stays")));
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

fn check(window: &Window) -> Value {
    let question = json!({"predio": window.parcel});
    window
        .desk
        .service
        .post("/api/control-urbano/verificaciones", &question)
        .json()
}

#[test]
fn an_issued_one_only_ever_changes_to_be_annulled() {
    let window = Window::new();
    let issued = window.issued();
    for change in [
        "expires_on = '2099-01-01'",
        "payload = '{}'",
        "verdict = '{}'",
        "state = 'borrador'",
        "parcel = 'otro'",
        "sequence = 7",
    ] {
        let statement = format!("update certificate set {change}");
        let refused = window
            .desk
            .office
            .try_sql(&window.desk.office.database(), &statement);
        assert!(
            refused
                .as_ref()
                .is_err_and(|said| said.contains("certificate_stays")),
            "{change}: {refused:?}"
        );
    }
    // Who goes around even that is seen: what the register says is not what was signed.
    let _ = window.desk.office.sql(
        "alter table certificate disable trigger certificate_stays;
         update certificate set expires_on = '2099-01-01';
         alter table certificate enable trigger certificate_stays",
    );
    let proof = window.verify(&issued);
    assert_eq!(
        (&proof["autentico"], &proof["estado"]),
        (&json!(false), &json!("no_autentico"))
    );
}

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
fn what_a_rotated_key_signed_stays_genuine() {
    let window = Window::new();
    let before = window.issued();
    let old = window.verify(&before)["llave"].clone();
    let rotated = window.desk.office.run(["key", "rotate"]).done();
    let after = window.issued();
    let new = window.verify(&after)["llave"].clone();
    assert_ne!(old, new);
    assert!(rotated.output.contains(new.as_str().expect("a key")));
    for (certificate, key) in [(&before, &old), (&after, &new)] {
        assert_eq!(window.verify(certificate)["estado"], "vigente");
        let key = published_key(&window, key.as_str().expect("a key"));
        assert!(openssl(&window, &window.signed(certificate).json(), &key));
    }
    let keys = window.desk.service.get("/api/firma/claves").json();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
    assert!(keys["keys"][0]["hasta"].is_null() && keys["keys"][1]["hasta"].is_string());
    // The private halves are files of the service's alone, and nowhere else.
    let folder = window.desk.office.folder().join("datos/firma");
    let modes = Command::new("find")
        .arg(&folder)
        .args([
            "-name",
            "*.pem",
            "!",
            "-name",
            "*.pub.pem",
            "-printf",
            "%m\n",
        ])
        .output();
    let modes = String::from_utf8(modes.expect("find").stdout).expect("text");
    assert_eq!(modes, "600\n600\n");
    let columns = window.desk.office.sql("select column_name from information_schema.columns where table_name = 'signing_key' order by 1");
    assert_eq!(columns, ["id", "public_key", "retired_at", "valid_from"]);
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
