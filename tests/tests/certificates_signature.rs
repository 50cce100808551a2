//! A certificate's signature and that of its annulment: openssl and our own command believe it, and nothing that was changed.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use catastro_tests::{
    Call,
    window::{Window, check, issue},
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
