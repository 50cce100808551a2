//! Problems as `application/problem+json` (RFC 9457), in Spanish. The only place that turns a kind into a status.

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use office::{Kind, Problem};
use serde::de::DeserializeOwned;
use serde_json::json;

/// A problem on its way out.
pub struct Refusal(pub Problem);

/// What a handler answers.
pub type Answer<T> = Result<T, Refusal>;

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self.0.kind {
            Kind::BadRequest => StatusCode::BAD_REQUEST,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        document(status, self.0.kind.slug(), &self.0.title, &self.0.detail)
    }
}

/// The path is there, the method is not.
pub fn method_not_allowed() -> Response {
    document(
        StatusCode::METHOD_NOT_ALLOWED,
        "metodo-no-admitido",
        "La dirección no admite ese método.",
        "Se lee con GET; las verificaciones se envían con POST.",
    )
}

fn document(status: StatusCode, slug: &str, title: &str, detail: &str) -> Response {
    let body = json!({
        "type": format!("/problemas/{slug}"),
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
    });
    (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body.to_string(),
    )
        .into_response()
}

/// A JSON body, or a problem in Spanish that says where it stops making sense.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(Refusal(body_problem(&rejection))),
        }
    }
}

fn body_problem(rejection: &JsonRejection) -> Problem {
    let bad = |title: &str, detail: String| Problem::new(Kind::BadRequest, title, detail);
    match rejection {
        JsonRejection::MissingJsonContentType(_) => bad(
            "El cuerpo debe ser JSON.",
            "Envíelo con la cabecera Content-Type: application/json.".to_owned(),
        ),
        JsonRejection::JsonSyntaxError(error) => {
            bad("El cuerpo no es JSON.", where_it_breaks(&error.body_text()))
        }
        JsonRejection::JsonDataError(error) => bad(
            "El cuerpo no tiene la forma esperada.",
            where_it_breaks(&error.body_text()),
        ),
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            Kind::TooLarge,
            "El cuerpo es demasiado grande.",
            "Se admite hasta 1 MB.",
        ),
        _ => bad(
            "El cuerpo no se pudo leer.",
            "Vuelva a enviarlo completo.".to_owned(),
        ),
    }
}

/// The place that serde names; its English around it stays inside.
fn where_it_breaks(text: &str) -> String {
    let name = |marker: &str| {
        let rest = text.split_once(marker)?.1;
        Some(rest.split_once('`')?.0.to_owned())
    };
    let place = text
        .rsplit_once(" at line ")
        .map(|(_, place)| format!(" (línea {})", place.replace(" column ", ", columna ")))
        .unwrap_or_default();
    match (name("unknown field `"), name("unknown variant `")) {
        (Some(field), _) => format!("No se conoce el miembro «{field}»{place}."),
        (_, Some(kind)) => {
            format!("No se admite el tipo «{kind}»{place}: se reciben Polygon y MultiPolygon.")
        }
        _ => format!(
            "Revise los nombres de los miembros, los tipos y el formato de fechas y coordenadas{place}."
        ),
    }
}

/// The parameters of a query, in their order.
pub struct Parameters(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).map(Self).map_err(|_| {
            Refusal(Problem::new(
                Kind::BadRequest,
                "Los parámetros no se entienden.",
                "Escríbalos como ?nombre=valor&otro=valor, con los caracteres especiales codificados (%20).",
            ))
        })
    }
}

impl Parameters {
    /// Refuses parameters that are not in `known`, and any that is there twice.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        for (index, (name, _)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(Problem::new(
                    Kind::BadRequest,
                    format!("No existe el parámetro «{name}»."),
                    format!("Aquí se admiten: {}.", known.join(", ")),
                ));
            }
            if self.0[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(Problem::new(
                    Kind::BadRequest,
                    format!("El parámetro «{name}» está dos veces."),
                    "Páselo una sola vez.",
                ));
            }
        }
        Ok(())
    }

    /// The value of a parameter; an empty one counts as none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The value of a parameter, read as something.
    pub fn read<T: std::str::FromStr>(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<Option<T>, Problem> {
        self.get(name)
            .map(|value| {
                value.parse().map_err(|_| {
                    Problem::new(
                        Kind::BadRequest,
                        format!("«{value}» no vale para «{name}»."),
                        format!("Se espera {expected}."),
                    )
                })
            })
            .transpose()
    }
}
