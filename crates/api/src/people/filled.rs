//! What somebody filled into a form, by the names of its fields.

use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::IntoResponse,
};
use chrono::NaiveDate;
use domain::id::Ubigeo;
use office::{Kind, Problem};

use crate::problem::Refusal;

/// The fields of a form, as they came.
#[derive(Clone, Default, Debug)]
pub struct Filled(Vec<(String, String)>);

impl Filled {
    /// Fields that are filled beforehand.
    pub fn of<N, V>(fields: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let fields = fields.into_iter();
        let owned = fields.map(|(name, value)| (name.into(), value.into()));
        Self(owned.collect())
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

    /// A number; none where nothing was typed.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Problem> {
        let said = self.said(name);
        said.map(|text| number(name, text)).transpose()
    }

    /// A municipality of a list; none where none was chosen.
    pub fn place(&self, name: &str) -> Result<Option<Ubigeo>, Problem> {
        let said = self.said(name).map(str::parse);
        said.transpose().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                "El municipio no se entiende.",
                "Escójalo de la lista.",
            )
        })
    }

    /// The version that somebody has read, as the form carries it.
    pub fn version(&self) -> Result<i32, Problem> {
        self.typed("version").parse().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                "El formulario no dice qué versión se leyó.",
                "Vuelva a cargar la página y repita su cambio.",
            )
        })
    }
}

/// A number of a field: spaces and the sign of the money are passed over.
pub fn number(name: &str, text: &str) -> Result<f64, Problem> {
    let plain = text.trim().trim_start_matches("S/");
    decimal(&plain.replace([' ', '\u{a0}'], "")).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            format!("El número en «{name}» no se entiende."),
            "Escríbalo con punto decimal, como 1,250.50.",
        )
    })
}

/// A number as people of Peru write it: thousands may be apart by commas.
pub fn decimal(text: &str) -> Option<f64> {
    let mut parts = text.split(',');
    let first = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    let (last, middle) = rest
        .split_last()
        .map_or((None, &[][..]), |(last, middle)| (Some(*last), middle));
    let whole = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let apart = middle.iter().all(|part| whole(part))
        && last.is_none_or(|last| whole(last.split('.').next().unwrap_or_default()));
    let plain = text.replace(',', "");
    (apart && !first.is_empty())
        .then(|| plain.parse().ok())
        .flatten()
        .filter(|number: &f64| number.is_finite())
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
        let day = |text: &str| Filled::of([("fecha", text)]).day("fecha");
        let expected = NaiveDate::from_ymd_opt(2026, 11, 25);
        assert_eq!(day("2026-11-25"), Ok(expected));
        assert_eq!(day(" 25/11/2026 "), Ok(expected));
        assert_eq!(day(" "), Ok(None));
        assert!(day("25 de noviembre").is_err());
    }

    #[test]
    fn numbers_are_read_as_people_of_peru_write_them() {
        for (text, expected) in [
            ("3", Some(3.0)),
            ("1,234.50", Some(1234.5)),
            ("1,234,567", Some(1_234_567.0)),
            ("1234.5", Some(1234.5)),
            ("-2", Some(-2.0)),
            ("12,5", None),
            ("1,2345", None),
            (",5", None),
            ("tres", None),
            ("NaN", None),
            ("1.234,5", None),
        ] {
            assert_eq!(decimal(text), expected, "{text}");
        }
    }

    #[test]
    fn money_may_say_so() {
        assert_eq!(number("costo", " S/ 1 250.50"), Ok(1_250.5));
        assert!(number("costo", "12,5").is_err() && number("costo", "").is_err());
    }
}
