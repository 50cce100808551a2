//! Who administers accounts, and who watches over them, on the pages.

use catastro_tests::{Browser, Call, Office, pages::PASSWORD};

#[test]
fn an_administrator_gives_an_account_and_takes_it_back() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    office.settled(&service, "adriana", &["administrador"]);
    let mut browser = Browser::start(1280, 900, &[]);
    browser.sign_in(&service, "adriana");
    browser.go(&service.url("/administracion"));
    browser.look("administracion");
    browser.follow("a[href='/administracion/cuentas']");
    browser.look("cuentas");

    // What is refused is said, and nothing typed is lost.
    browser.fill("#usuario", "jefa.soritor");
    browser.fill("#nombre", "María «la Ñata» <script>alert(1)</script>");
    browser.follow("form[action='/administracion/cuentas'] > p button");
    assert!(
        browser
            .value("document.querySelector('.aviso[role=alert]').innerText")
            .as_str()
            .is_some()
    );
    assert_eq!(
        browser.value("document.querySelector('#usuario').value"),
        "jefa.soritor"
    );
    browser.value("document.querySelector('input[value=\"jefe_catastro@220101\"]').click()");
    browser.follow("form[action='/administracion/cuentas'] > p button");
    browser.look("contrasena");
    let password = browser.value("document.querySelector('dd.codigo').innerText");
    let password = password.as_str().expect("a password").to_owned();
    let signed_in = service.send(
        &Call::new("POST", "/ingresar")
            .form(&[("usuario", "jefa.soritor"), ("contrasena", &password)]),
    );
    assert_eq!(signed_in.status, 303);

    browser.go(&service.url("/administracion/cuentas/jefa.soritor"));
    browser.look("cuenta-de");
    assert!(browser.words().contains("<script>alert(1)</script>"));
    browser.value("document.querySelector('input[value=planificador]').click()");
    browser.follow("form[action$='/roles'] button");
    let roles = office.sql("select role from account_role r join account a on a.id = r.account where login = 'jefa.soritor' order by role");
    assert_eq!(roles, ["jefe_catastro", "planificador"]);
    browser.follow("form[action$='/uso'] button");
    assert!(browser.words().contains("inhabilitada"));

    // Nobody gives roles to themselves.
    browser.go(&service.url("/administracion/cuentas/adriana"));
    browser.follow("form[action$='/roles'] button");
    assert!(browser.words().contains("Nadie se da roles a sí mismo"));

    browser.go(&service.url("/administracion/trabajos"));
    browser.look("trabajos");
    browser.go(&service.url("/administracion/auditoria"));
    browser.look("auditoria");
    browser.follow("form[action$='/comprobacion'] button");
    assert!(browser.words().contains("La cadena está entera"));
    browser.go(&service.url("/administracion/auditoria?objeto=cuenta/jefa.soritor"));
    let words = browser.words();
    assert!(
        words.contains("cuenta.alta") && words.contains("cuenta.baja"),
        "{words}"
    );

    // Somebody changes a record behind the service's back.
    office.sql(
        "alter table audit disable trigger user; update audit set actor = 'otro' where number = 3",
    );
    browser.go(&service.url("/administracion/auditoria"));
    browser.follow("form[action$='/comprobacion'] button");
    assert!(
        browser
            .words()
            .contains("La cadena está rota. El registro 3"),
        "{}",
        browser.words()
    );
    browser.look("auditoria-rota");
}

#[test]
fn everybody_has_tokens_of_their_own_and_only_some_may_administer() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    office.settled(&service, "tecnico", &["tecnico_catastro@220101"]);
    let mut browser = Browser::start(1280, 900, &[]);
    browser.sign_in(&service, "tecnico");
    browser.go(&service.url("/cuenta"));
    browser.look("cuenta");
    browser.follow("a[href='/cuenta/tokens']");
    browser.fill("#nombre", "subir desde QGIS");
    browser.fill("#dias", "9999");
    browser.follow("form[action='/cuenta/tokens'] > p button");
    assert!(
        browser.words().contains("dura demasiado"),
        "{}",
        browser.words()
    );
    browser.fill("#dias", "30");
    browser.value("document.querySelector('input[value=subir_levantamiento]').click()");
    browser.follow("form[action='/cuenta/tokens'] > p button");
    browser.look("tokens");
    let secret = browser.value("document.querySelector('.hecho .codigo').innerText");
    let secret = secret.as_str().expect("a secret").to_owned();
    let me = |secret: &str| {
        service
            .send(&Call::new("GET", "/api/yo").token(secret))
            .status
    };
    assert_eq!(me(&secret), 200);
    browser.follow("form[action$='/revocacion'] button");
    assert_eq!(me(&secret), 401);

    browser.go(&service.url("/administracion/cuentas"));
    assert!(browser.words().contains("no"), "{}", browser.words());
    assert!(!browser.words().contains("Dar una cuenta"));
    // Wrong password, said on the page; the name stays out of the address.
    browser.leave(|browser| browser.press(".quien button"));
    browser.go(&service.url("/ingresar"));
    browser.fill("#usuario", "tecnico");
    browser.fill("#contrasena", "no es esta");
    browser.leave(|browser| browser.key("Enter", 13));
    browser.look("ingresar-mal");
    assert_eq!(browser.path(), "/ingresar");
    assert_ne!(PASSWORD, "no es esta");
}
