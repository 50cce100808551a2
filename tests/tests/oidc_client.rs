//! Signing in at a real identity provider, as the office's client does it.

use std::time::{Duration, Instant};

use catastro_tests::IdentityProvider;
use office::{
    Kind,
    oidc::{Identity, Pending, Provider, Settings},
};
use serde_json::Value;

/// Nothing listens there: the browser's last step is looked at and not taken.
const REDIRECT: &str = "http://127.0.0.1:9/ingresar/oidc/regreso";

fn settings(issuer: &str) -> Settings {
    Settings {
        issuer: issuer.to_owned(),
        client_id: IdentityProvider::CLIENT.to_owned(),
        client_secret: Some(IdentityProvider::SECRET.to_owned()),
        redirect: REDIRECT.to_owned(),
    }
}

fn client(provider: &IdentityProvider) -> Provider {
    Provider::new(settings(provider.issuer())).expect("settings")
}

/// The parameter of an address.
fn parameter(url: &str, name: &str) -> String {
    url.split(['?', '&'])
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .expect(name)
        .to_owned()
}

/// What is kept between the two halves, as it comes out of a database, with one of its members changed.
fn changed(pending: &Pending, member: &str, to: &str) -> Pending {
    let mut value = serde_json::to_value(pending).expect("JSON");
    assert!(value[member].is_string(), "{value}");
    value[member] = Value::from(to);
    serde_json::from_value(value).expect("a pending sign-in")
}

/// Signs in and comes back with what `kept` makes of what was kept, and of state and code.
async fn check_refused(kept: impl FnOnce(Pending, String, String) -> (Pending, String, String)) {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let client = client(&provider);
    let (url, pending) = client.begin().await.expect("an address");
    let back = provider.sign_in(&url, "rosa");
    let (pending, state, code) = kept(pending, parameter(&back, "state"), parameter(&back, "code"));
    let problem = client
        .finish(pending, &state, &code)
        .await
        .map(|identity| identity.subject)
        .expect_err("refused");
    assert_eq!(problem.kind, Kind::Refused, "{problem}");
}

async fn whole_sign_in(provider: &IdentityProvider, client: &Provider, login: &str) -> Identity {
    let (url, pending) = client.begin().await.expect("an address");
    let back = provider.sign_in(&url, login);
    assert!(back.starts_with(REDIRECT), "{back}");
    client
        .finish(
            pending,
            &parameter(&back, "state"),
            &parameter(&back, "code"),
        )
        .await
        .expect("an identity")
}

#[tokio::test]
async fn somebody_signs_in_and_is_known_by_subject_and_verified_address() {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let client = client(&provider);
    let rosa = whole_sign_in(&provider, &client, "rosa").await;
    assert_eq!(rosa.issuer, provider.issuer());
    assert_eq!(rosa.subject, "rosa");
    assert_eq!(rosa.email.as_deref(), Some("rosa@example.org"));
    assert_eq!(rosa.name.as_deref(), Some("Rosa Huamán"));
}

#[tokio::test]
async fn an_address_that_nobody_verified_is_not_handed_on() {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let julio = whole_sign_in(&provider, &client(&provider), "julio").await;
    assert_eq!(julio.subject, "julio");
    assert_eq!(julio.email, None);
}

#[tokio::test]
async fn each_departure_carries_its_own_state_nonce_and_challenge() {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let client = client(&provider);
    let (one, _) = client.begin().await.expect("an address");
    let (other, _) = client.begin().await.expect("an address");
    assert_eq!(parameter(&one, "response_type"), "code");
    assert_eq!(parameter(&one, "code_challenge_method"), "S256");
    assert_eq!(parameter(&one, "scope"), "openid+profile+email");
    for name in ["state", "nonce", "code_challenge"] {
        assert!(parameter(&one, name).len() >= 22, "128 bits");
        assert_ne!(parameter(&one, name), parameter(&other, name));
    }
    assert!(!one.contains(IdentityProvider::SECRET));
}

#[tokio::test]
async fn another_state_is_refused() {
    check_refused(|pending, _, code| (pending, "otro".to_owned(), code)).await;
}

#[tokio::test]
async fn another_nonce_is_refused() {
    check_refused(|pending, state, code| (changed(&pending, "nonce", "otro"), state, code)).await;
}

#[tokio::test]
async fn another_proof_key_is_refused() {
    let key = "x".repeat(43);
    check_refused(|pending, state, code| (changed(&pending, "pkce", &key), state, code)).await;
}

#[tokio::test]
async fn a_code_that_the_provider_did_not_give_is_refused() {
    check_refused(|pending, state, _| (pending, state, "inventado".to_owned())).await;
}

#[tokio::test]
async fn a_code_serves_once() {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let client = client(&provider);
    let (url, pending) = client.begin().await.expect("an address");
    let back = provider.sign_in(&url, "rosa");
    let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
    let again = changed(&pending, "state", &state);
    client
        .finish(pending, &state, &code)
        .await
        .map(|identity| identity.subject)
        .expect("the first time");
    let problem = client
        .finish(again, &state, &code)
        .await
        .map(|identity| identity.subject)
        .expect_err("the second time");
    assert_eq!(problem.kind, Kind::Refused, "{problem}");
}

#[tokio::test]
async fn somebody_who_cancels_comes_back_without_a_code_and_is_refused_in_words() {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let client = client(&provider);
    let (url, pending) = client.begin().await.expect("an address");
    let back = provider.cancel(&url);
    assert_eq!(parameter(&back, "error"), "access_denied");
    let problem = client
        .finish(pending, &parameter(&back, "state"), "")
        .await
        .map(|identity| identity.subject)
        .expect_err("no code");
    assert_eq!(problem.kind, Kind::Refused);
    assert!(problem.detail.contains("canceló"), "{problem}");
}

#[tokio::test]
async fn changed_keys_of_the_provider_are_found_by_themselves() {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let client = client(&provider);
    assert_eq!(
        whole_sign_in(&provider, &client, "rosa").await.subject,
        "rosa"
    );
    provider.change_keys();
    assert_eq!(
        whole_sign_in(&provider, &client, "rosa").await.subject,
        "rosa"
    );
}

#[tokio::test]
async fn a_wrong_secret_of_ours_is_no_fault_of_who_signs_in() {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let wrong = Settings {
        client_secret: Some("otro".to_owned()),
        ..settings(provider.issuer())
    };
    let client = Provider::new(wrong).expect("settings");
    let (url, pending) = client.begin().await.expect("an address");
    let back = provider.sign_in(&url, "rosa");
    let problem = client
        .finish(
            pending,
            &parameter(&back, "state"),
            &parameter(&back, "code"),
        )
        .await
        .map(|identity| identity.subject)
        .expect_err("no token");
    assert_eq!(problem.kind, Kind::Unavailable, "{problem}");
}

#[tokio::test]
async fn a_provider_that_says_another_issuer_is_not_believed() {
    let Some(provider) = IdentityProvider::start(REDIRECT) else {
        return;
    };
    let by_name = provider.issuer().replace("127.0.0.1", "localhost");
    let client = Provider::new(settings(&by_name)).expect("settings");
    let problem = client.begin().await.map(drop).expect_err("another issuer");
    assert_eq!(problem.kind, Kind::Unavailable, "{problem}");
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_within_seconds() {
    let client = Provider::new(settings("http://127.0.0.1:9")).expect("no network is needed");
    let begun = Instant::now();
    let problem = client.begin().await.map(drop).expect_err("nobody is there");
    assert_eq!(problem.kind, Kind::Unavailable, "{problem}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_provider_that_comes_back_is_asked_again() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|free| free.local_addr())
        .expect("a port")
        .port();
    let client = Provider::new(settings(&format!("http://127.0.0.1:{port}"))).expect("settings");
    client.begin().await.map(drop).expect_err("nobody is there");
    let Some(provider) = IdentityProvider::start_on(port, REDIRECT) else {
        return;
    };
    assert_eq!(
        whole_sign_in(&provider, &client, "rosa").await.subject,
        "rosa"
    );
}

#[tokio::test]
async fn a_provider_that_takes_the_question_and_never_answers_is_given_up() {
    // Connections are taken by the system and answered by nobody.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let issuer = format!("http://{}", silent.local_addr().expect("an address"));
    let client = Provider::new(settings(&issuer)).expect("settings");
    let begun = Instant::now();
    let (one, other) = tokio::join!(client.begin(), client.begin());
    for answer in [one, other] {
        let problem = answer.map(drop).expect_err("no answer");
        assert_eq!(problem.kind, Kind::Unavailable, "{problem}");
    }
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "one wait for both"
    );
}

#[test]
fn an_issuer_in_the_open_is_refused_off_this_machine() {
    let problem = Provider::new(settings("http://identidad.ejemplo.pe"))
        .map(drop)
        .expect_err("in the open");
    assert_eq!(problem.kind, Kind::BadRequest);
    assert!(problem.detail.contains("https"), "{problem}");
}
