//! Problems as `application/problem+json` (RFC 9457), in Spanish. The only place that turns a kind into a status.

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::JsonRejection},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use office::{Kind, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A problem on its way out.
pub struct Refusal(pub Problem);

/// What a handler answers.
pub type Answer<T> = Result<T, Refusal>;

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// The status of a problem.
pub fn status(problem: &Problem) -> StatusCode {
    match problem.kind {
        Kind::BadRequest => StatusCode::BAD_REQUEST,
        Kind::NoAccount => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::NoPrecondition => StatusCode::PRECONDITION_REQUIRED,
        Kind::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = status(&self.0);
        let mut response = document(status, self.0.document());
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110: a 401 says how to come in.
            let bearer = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, bearer);
        }
        // For pages, which say it in their own way.
        response.extensions_mut().insert(self.0);
        response
    }
}

/// The path is there, the method is not.
pub fn method_not_allowed() -> Response {
    let problem = json!({
        "type": "/problemas/metodo-no-admitido",
        "title": "La dirección no admite ese método.",
        "detail": "Se lee con GET; las verificaciones se envían con POST.",
    });
    document(StatusCode::METHOD_NOT_ALLOWED, problem)
}

fn document(status: StatusCode, mut problem: Value) -> Response {
    problem["status"] = json!(status.as_u16());
    let body = problem;
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
            let expected = text.split_once("expected ").map_or("", |(_, rest)| rest);
            let expected: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
            format!(
                "No se admite «{kind}»{place}: se espera {}.",
                expected.join(", ")
            )
        }
        _ => format!(
            "Revise los nombres de los miembros, los tipos y el formato de fechas y coordenadas{place}."
        ),
    }
}

/// Parts of a path, or a problem in Spanish.
pub struct Segments<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segments<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(_) => Err(Refusal(Problem::new(
                Kind::BadRequest,
                "La dirección no se entiende.",
                "Los caracteres especiales van codificados en UTF-8, como %C3%B1 para la ñ.",
            ))),
        }
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

    /// Refuses parameters that are not in `known`, any that is there twice, and formats that are not offered.
    pub fn only_json(&self, known: &[&str]) -> Result<(), Problem> {
        self.only(known)?;
        match self.get("f") {
            None | Some("json" | "geojson") => Ok(()),
            Some(other) => Err(Problem::new(
                Kind::BadRequest,
                format!("No se ofrece el formato «{other}»."),
                "Por ahora solo se ofrece f=json.",
            )),
        }
    }

    /// The value of a parameter; an empty one counts as none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The value of a parameter that has to be there, read as something.
    pub fn needed<T: std::str::FromStr>(&self, name: &str, expected: &str) -> Result<T, Problem> {
        self.read(name, expected)?.ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("Falta el parámetro «{name}»."),
                format!("Se espera {expected}."),
            )
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(query: &str) -> Parameters {
        Parameters(serde_urlencoded::from_str(query).expect("a query"))
    }

    fn check_refused(query: &str, expected: &str) {
        let refused = parameters(query).only_json(&["f", "limit"]);
        let said = refused.map_err(|problem| problem.to_string());
        assert!(
            said.as_ref().is_err_and(|said| said.contains(expected)),
            "{query}: {said:?}"
        );
    }

    #[test]
    fn parameters_that_nobody_reads_are_refused() {
        assert!(parameters("").only_json(&["f"]).is_ok());
        assert!(
            parameters("f=json&limit=3")
                .only_json(&["f", "limit"])
                .is_ok()
        );
        check_refused(
            "limite=3",
            "No existe el parámetro «limite».\nAquí se admiten: f, limit.",
        );
        check_refused("limit=3&limit=4", "está dos veces");
        check_refused("f=html", "No se ofrece el formato «html»");
    }

    #[test]
    fn an_empty_value_is_none_and_a_wrong_one_says_what_is_expected() {
        assert_eq!(
            parameters("limit=").read::<usize>("limit", "un número"),
            Ok(None)
        );
        assert_eq!(
            parameters("limit=7").read::<usize>("limit", "un número"),
            Ok(Some(7))
        );
        let wrong = parameters("limit=-1").read::<usize>("limit", "un número");
        assert!(wrong.is_err_and(|problem| problem.detail == "Se espera un número."));
    }

    #[test]
    fn the_words_of_serde_stay_inside() {
        let said = where_it_breaks("unknown field `pisos`, expected one of `a` at line 1 column 9");
        assert_eq!(
            said,
            "No se conoce el miembro «pisos» (línea 1, columna 9)."
        );
        let said = where_it_breaks("unknown variant `X`, expected `Polygon` or `MultiPolygon`");
        assert_eq!(said, "No se admite «X»: se espera Polygon, MultiPolygon.");
        let said = where_it_breaks("invalid type: map, expected a string at line 3 column 14");
        assert!(
            said.starts_with("Revise") && said.ends_with("(línea 3, columna 14)."),
            "{said}"
        );
    }
}
