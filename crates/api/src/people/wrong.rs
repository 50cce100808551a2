//! What goes wrong on a page is said on a page; and what somebody typed before their session ended is not lost.

use askama::Template;
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::people::Actor;
use office::{Kind, Problem};

use super::{
    account,
    shell::{Shell, page_with},
};
use crate::{doors::Doors, problem::Refusal};

/// Most bytes of a form that are kept for after signing in.
const KEPT_BYTES_MAX: usize = 64 << 10;

#[derive(Template)]
#[template(path = "problema.html")]
struct Wrong {
    shell: Shell,
    problem: Problem,
}

/// Turns a problem into a page where a browser asked, sends who has to sign in there, and says who may keep the answer.
pub async fn on_a_page(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let shell = Shell::of(&parts, doors);
    let is_browser = wants_a_page(&parts.headers);
    let asked = Asked {
        path: parts
            .uri
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned(),
        method: parts.method.clone(),
    };
    let is_public = shell.visitor().actor == Actor::Public;
    let (body, typed) = if is_public && is_form(&parts.method, &parts.headers) {
        match axum::body::to_bytes(body, KEPT_BYTES_MAX).await {
            Ok(bytes) => (Body::from(bytes.clone()), Some(bytes)),
            Err(_) => return Refusal(too_long()).into_response(),
        }
    } else {
        (body, None)
    };
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if is_browser && let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let status = response.status();
        response = if problem.kind == Kind::NoAccount && is_public {
            asked.after_signing_in(doors, shell, problem, typed)
        } else {
            page_with(status, &Wrong { shell, problem })
        };
    }
    let keep = if is_public { "no-cache" } else { "no-store" };
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static(keep));
    response
}

/// What was asked for.
struct Asked {
    path: String,
    method: Method,
}

impl Asked {
    fn after_signing_in(
        self,
        doors: Doors,
        shell: Shell,
        problem: Problem,
        typed: Option<Bytes>,
    ) -> Response {
        if self.method == Method::GET {
            return Redirect::to(&account::sign_in_address(&self.path)).into_response();
        }
        let typed = typed.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        account::sign_in_again(doors.office(), shell, problem, &self.path, typed)
    }
}

/// The page of an address at which there is nothing.
pub fn nothing_here(shell: Shell) -> Response {
    let problem = Problem::new(
        Kind::NotFound,
        "Aquí no hay nada.",
        "Puede que la dirección esté mal escrita. Desde la portada se llega a todo.",
    );
    page_with(StatusCode::NOT_FOUND, &Wrong { shell, problem })
}

/// A browser names HTML; a program does not.
pub fn wants_a_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn is_form(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::POST
        && headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn too_long() -> Problem {
    Problem::new(
        Kind::TooLarge,
        "El formulario es demasiado largo.",
        "Escriba menos, o adjunte un archivo donde se puede.",
    )
}
