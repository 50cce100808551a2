//! Who is at the door: the cookie of a session, or a token.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use domain::people::Actor;
use office::{
    Kind, Problem,
    people::{Presented, Secret, Visitor},
};
use tower::{ServiceExt, service_fn};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::{
    doors::{Doors, Practice, Settings},
    problem::Refusal,
};

/// Cookies that we give, by what they are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Secret of the session; ends with the browser.
    Session,
    /// What tells a known browser from a stranger's when somebody guesses passwords.
    Device,
    /// What ties the answer of an identity provider to the browser that asked.
    Elsewhere,
}

impl Kept {
    /// With https, the prefix binds the cookie to this host (RFC 6265bis). Cookies know no ports: where people practise
    /// beside the real service they have names of their own.
    fn name(self, settings: &Settings) -> String {
        let prefix = if settings.secure { "__Host-" } else { "" };
        let service = if settings.practice == Practice::Here {
            "catastro-practica"
        } else {
            "catastro"
        };
        let of = match self {
            Self::Session => "",
            Self::Device => "-equipo",
            Self::Elsewhere => "-ida",
        };
        format!("{prefix}{service}{of}")
    }

    /// The secret that a browser brought.
    pub fn read(self, jar: &CookieJar, settings: &Settings) -> Option<Secret> {
        let cookie = jar.get(&self.name(settings))?;
        (!cookie.value().is_empty()).then(|| Secret::brought(cookie.value()))
    }

    /// The cookie to give.
    pub fn give(self, secret: &Secret, settings: &Settings) -> Cookie<'static> {
        let mut cookie = self.bare(secret.reveal().to_owned(), settings);
        if self == Self::Device {
            cookie.make_permanent();
        }
        cookie
    }

    /// The cookie that takes it back.
    pub fn take_back(self, settings: &Settings) -> Cookie<'static> {
        let mut cookie = self.bare(String::new(), settings);
        cookie.make_removal();
        cookie
    }

    fn bare(self, value: String, settings: &Settings) -> Cookie<'static> {
        Cookie::build((self.name(settings), value))
            .path("/")
            .http_only(true)
            .secure(settings.secure)
            // A link from elsewhere arrives signed in; a form from elsewhere does not.
            .same_site(SameSite::Lax)
            .build()
    }
}

/// Recognises who is there, for all that comes after. Who brings a session's cookie writes only from our own pages.
pub async fn recognise(doors: Doors, mut request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let token = bearer(request.headers());
    let session = Kept::Session.read(&jar, doors.settings());
    let presented = match (&token, &session) {
        (Some(token), _) => Presented::Token(token),
        (None, Some(session)) => Presented::Session(session),
        (None, None) => Presented::Nothing,
    };
    let by_cookie = matches!(presented, Presented::Session(_));
    let visitor = match doors.office().recognise(presented).await {
        Ok(visitor) => visitor,
        Err(problem) => return Refusal(problem).into_response(),
    };
    if let Some(account) = visitor.actor.account()
        && let Err(too_many) = doors.limits().count_account(account)
    {
        return too_many.into_response();
    }
    request.extensions_mut().insert(visitor);
    if by_cookie {
        from_our_own_pages(request, next).await
    } else {
        next.run(request).await
    }
}

/// Holds a request to its origin (`Sec-Fetch-Site`, `Origin`): another site's page cannot write with our cookie.
pub async fn from_our_own_pages(request: Request, next: Next) -> Response {
    let rest = service_fn(move |request| {
        let next = next.clone();
        async move { Ok::<_, Infallible>(next.run(request).await) }
    });
    let guarded = tower::Layer::layer(&CsrfLayer::new(), rest);
    let Ok(response) = guarded.oneshot(request).await;
    if response.extensions().get::<ProtectionError>().is_some() {
        return Refusal(Problem::new(
            Kind::Forbidden,
            "El pedido viene de otra página.",
            "Hágalo desde las páginas de este servicio; un programa lo hace con un token.",
        ))
        .into_response();
    }
    response.into_response()
}

fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = text.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Secret::brought(secret.trim()))
}

/// Who acts. Somebody with a provisional password has to change it before anything that needs an account.
pub struct Caller(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        match parts.extensions.get::<Visitor>() {
            Some(visitor) if visitor.must_change_password => Err(Refusal(Problem::new(
                Kind::Forbidden,
                "Antes hay que cambiar la contraseña provisional.",
                "Se cambia en /cuenta.",
            ))),
            Some(visitor) => Ok(Self(visitor.actor.clone())),
            None => Ok(Self(Actor::Public)),
        }
    }
}
