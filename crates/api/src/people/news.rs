//! `/novedades`: what is new, as a page, as a feed, and by mail; all of it without an account.

mod atom;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::news::Topic;
use office::{
    Office, Problem,
    bulletin::{Item, identity_of, words_of},
    government::Seat,
    mail::SubscriptionShape,
};
use sha2::{Digest, Sha256};

use super::{
    filled::Filled,
    shell::{Shell, page, page_with},
    spanish,
};
use crate::{
    doors::Doors,
    hygiene::{address::ClientAddress, limits::Limits},
    ogc::{base, is_known},
    problem::{Answer, Parameters, Segments, status},
    programs::news::following,
};

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/novedades", get(list))
        .route("/novedades.atom", get(feed))
        .route("/novedades/suscripciones", post(subscribe))
        .route(
            "/novedades/suscripciones/{id}",
            get(subscription).post(settle),
        )
}

/// What the list and the feed may be asked for.
const FILTERS: [&str; 3] = ["tema", "ubigeo", "bbox"];

#[derive(Template)]
#[template(path = "novedades.html")]
struct List {
    shell: Shell,
    problem: Option<Problem>,
    done: bool,
    topics: Vec<(&'static str, &'static str)>,
    places: Vec<Seat>,
    topic: String,
    place: String,
    bbox: String,
    items: Vec<Item>,
    /// Where the feed of this list is, below the service's address and whole.
    feed: String,
    whole_feed: String,
    sends_mail: bool,
    mail: String,
}

#[derive(Template)]
#[template(path = "suscripcion.html")]
struct Subscription {
    shell: Shell,
    /// None where it has ended.
    one: Option<SubscriptionShape>,
    /// What was just done: `confirmada`, `terminada`.
    done: &'static str,
}

async fn list(
    State(office): State<Arc<Office>>,
    shell: Shell,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&["tema", "ubigeo", "bbox", "hecho"])?;
    show(&office, shell, &headers, &parameters, None, "").await
}

async fn show(
    office: &Office,
    shell: Shell,
    headers: &HeaderMap,
    parameters: &Parameters,
    problem: Option<Problem>,
    mail: &str,
) -> Answer<Response> {
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let items = office.bulletin(&following(parameters)?).await?;
    let feed = with_filters("/novedades.atom", parameters);
    let shown = problem.as_ref().map_or(StatusCode::OK, status);
    Ok(page_with(
        shown,
        &List {
            problem,
            done: parameters.get("hecho").is_some(),
            topics: Topic::ALL
                .map(|topic| (topic.name(), words_of(topic)))
                .to_vec(),
            places: office.seats(),
            topic: text("tema"),
            place: text("ubigeo"),
            bbox: text("bbox"),
            items,
            whole_feed: format!("{}{feed}", address(office, headers)),
            feed,
            sends_mail: office.sends_mail(),
            mail: mail.to_owned(),
            shell,
        },
    ))
}

/// The service's address: as it was set, or as the client knows it.
fn address(office: &Office, headers: &HeaderMap) -> String {
    let set = office.signing.address.as_deref();
    set.map_or_else(
        || base(headers),
        |address| address.trim_end_matches('/').to_owned(),
    )
}

fn with_filters(path: &str, parameters: &Parameters) -> String {
    let given: Vec<(&str, &str)> = FILTERS
        .into_iter()
        .filter_map(|name| Some((name, parameters.get(name)?)))
        .collect();
    if given.is_empty() {
        return path.to_owned();
    }
    format!(
        "{path}?{}",
        serde_urlencoded::to_string(given).unwrap_or_default()
    )
}

async fn feed(
    State(office): State<Arc<Office>>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    parameters.only(&FILTERS)?;
    let following = following(&parameters)?;
    let items = office.bulletin(&following).await?;
    let base = address(&office, &headers);
    let topic = following.topic.map_or("todos los temas", words_of);
    let text = atom::feed(&atom::Feed {
        id: identity_of(&following),
        title: match following.ubigeo {
            Some(ubigeo) => format!("Catastro provincial: {topic}, {ubigeo}"),
            None => format!("Catastro provincial: {topic}"),
        },
        own: format!("{base}{}", with_filters("/novedades.atom", &parameters)),
        page: format!("{base}{}", with_filters("/novedades", &parameters)),
        base: &base,
        items: &items,
    });
    let etag = format!("\"{:x}\"", Sha256::digest(&text));
    let kept = [
        (header::ETAG, etag.clone()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let kind = [(
        header::CONTENT_TYPE,
        "application/atom+xml; charset=utf-8".to_owned(),
    )];
    Ok((kept, kind, text).into_response())
}

async fn subscribe(
    State(office): State<Arc<Office>>,
    State(limits): State<Arc<Limits>>,
    ClientAddress(client): ClientAddress,
    shell: Shell,
    headers: HeaderMap,
    filled: Filled,
) -> Answer<Response> {
    const DONE: &str = "/novedades?hecho=suscripcion";
    // A program is told that all went well, and nothing is kept.
    if filled.said("apellido").is_some() {
        return Ok(Redirect::to(DONE).into_response());
    }
    let kept = ["tema", "ubigeo"].map(|name| (name.to_owned(), filled.typed(name).to_owned()));
    let parameters = Parameters(kept.to_vec());
    let taken = match limits.count_observation(client) {
        Ok(()) => {
            let asked = following(&parameters)?;
            let mail = filled.typed("correo");
            office.subscribe(mail, asked.topic, asked.ubigeo).await
        }
        Err(too_many) => Err(too_many.problem()),
    };
    match taken {
        Ok(()) => Ok(Redirect::to(DONE).into_response()),
        Err(problem) => {
            let mail = filled.typed("correo").to_owned();
            show(&office, shell, &headers, &parameters, Some(problem), &mail).await
        }
    }
}

/// What a link in a mail leads to. Mail programs look at links before people do: nothing is done until they say so.
async fn subscription(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(id): Segments<String>,
) -> Answer<Response> {
    let one = office.subscription(&id).await?;
    Ok(page(&Subscription {
        shell,
        one: Some(one),
        done: "",
    }))
}

/// Confirms it where that is said; all else ends it: the button of the page, and that of a mail program (RFC 8058).
async fn settle(
    State(office): State<Arc<Office>>,
    shell: Shell,
    Segments(id): Segments<String>,
    filled: Filled,
) -> Answer<Response> {
    let (one, done) = if filled.typed("hacer") == "confirmar" {
        office.confirm_subscription(&id).await?;
        (Some(office.subscription(&id).await?), "confirmada")
    } else {
        office.unsubscribe(&id).await?;
        (None, "terminada")
    };
    Ok(page(&Subscription { shell, one, done }))
}
