//! What somebody filled into a form, by the names of its fields.

use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::IntoResponse,
};
use chrono::NaiveDate;
use office::{Kind, Problem};

use crate::problem::Refusal;

/// The fields of a form, as they came.
#[derive(Clone, Default, Debug)]
pub struct Filled(Vec<(String, String)>);

impl Filled {
    /// Fields that are filled beforehand.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// A field as it was typed; nothing where it was not.
    pub fn typed(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// A field in which something is, without what is around it.
    pub fn said(&self, name: &str) -> Option<&str> {
        Some(self.typed(name).trim()).filter(|text| !text.is_empty())
    }

    /// The same, to be kept.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.said(name).map(str::to_owned)
    }

    /// A day, as a browser sends it or as people write it; none where nothing was typed.
    pub fn day(&self, name: &str) -> Result<Option<NaiveDate>, Problem> {
        let Some(text) = self.said(name) else {
            return Ok(None);
        };
        let read = text
            .parse()
            .or_else(|_| NaiveDate::parse_from_str(text, "%d/%m/%Y"));
        read.map(Some).map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                format!("La fecha en «{name}» no se entiende."),
                "Escríbala como 26/11/2026.",
            )
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Filled {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match Form::<Vec<(String, String)>>::from_request(request, state).await {
            // No database keeps a zero in a text, and nobody types one.
            Ok(Form(fields)) => Ok(Self(
                fields
                    .into_iter()
                    .map(|(name, value)| (name, value.replace('\0', "")))
                    .collect(),
            )),
            Err(rejection) => Err(Refusal(refused(rejection.into_response().status()))),
        }
    }
}

fn refused(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(
            Kind::TooLarge,
            "El formulario es demasiado largo.",
            "Vuelva a la página anterior y escriba menos.",
        );
    }
    Problem::new(
        Kind::BadRequest,
        "El formulario no se entiende.",
        "Vuelva a la página anterior y envíelo otra vez.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_browsers_and_as_people_write_it() {
        let day = |text: &str| Filled::of(vec![("fecha".to_owned(), text.to_owned())]).day("fecha");
        let expected = NaiveDate::from_ymd_opt(2026, 11, 25);
        assert_eq!(day("2026-11-25"), Ok(expected));
        assert_eq!(day(" 25/11/2026 "), Ok(expected));
        assert_eq!(day(" "), Ok(None));
        assert!(day("25 de noviembre").is_err());
    }
}
