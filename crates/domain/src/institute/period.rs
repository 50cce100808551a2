//! Periods of figures and reports: a year, a half, a quarter, a month.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};

/// How long a period is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Span {
    /// `2026`.
    Year,
    /// `2026-S1`.
    Half,
    /// `2026-T3`.
    Quarter,
    /// `2026-09`.
    Month,
}

/// A period of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Period {
    year: i32,
    span: Span,
    /// Which of the year's, from zero.
    index: u32,
}

/// The text names no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period is written 2026, 2026-S1, 2026-T3 or 2026-09")]
pub struct InvalidPeriod;

impl Span {
    /// All of them, the longest first.
    pub const ALL: [Self; 4] = [Self::Year, Self::Half, Self::Quarter, Self::Month];

    /// The name that files and people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "anual",
            Self::Half => "semestral",
            Self::Quarter => "trimestral",
            Self::Month => "mensual",
        }
    }

    /// How many a year has.
    pub fn in_a_year(self) -> u32 {
        match self {
            Self::Year => 1,
            Self::Half => 2,
            Self::Quarter => 4,
            Self::Month => 12,
        }
    }
}

impl FromStr for Span {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        Self::ALL
            .into_iter()
            .find(|span| span.name() == text)
            .ok_or(InvalidPeriod)
    }
}

impl Period {
    /// The period of this length in which a day lies.
    pub fn of(day: NaiveDate, span: Span) -> Self {
        let months = 12 / span.in_a_year();
        Self {
            year: day.year(),
            span,
            index: day.month0() / months,
        }
    }

    /// How long it is.
    pub fn span(self) -> Span {
        self.span
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        let month = self.index * (12 / self.span.in_a_year()) + 1;
        NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default()
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        let next = self.next().first();
        next.pred_opt().unwrap_or(next)
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        let index = self.index + 1;
        if index < self.span.in_a_year() {
            Self { index, ..self }
        } else {
            Self {
                year: self.year + 1,
                index: 0,
                ..self
            }
        }
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        match self.index.checked_sub(1) {
            Some(index) => Self { index, ..self },
            None => Self {
                year: self.year - 1,
                index: self.span.in_a_year() - 1,
                ..self
            },
        }
    }

    /// As people say it: «tercer trimestre de 2026».
    pub fn words(self) -> String {
        const ORDINALS: [&str; 4] = ["primer", "segundo", "tercer", "cuarto"];
        const MONTHS: [&str; 12] = [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "setiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ];
        let ordinal = ORDINALS.get(self.index as usize).unwrap_or(&"");
        let year = self.year;
        match self.span {
            Span::Year => format!("año {year}"),
            Span::Half => format!("{ordinal} semestre de {year}"),
            Span::Quarter => format!("{ordinal} trimestre de {year}"),
            Span::Month => format!(
                "{} de {year}",
                MONTHS.get(self.index as usize).unwrap_or(&"")
            ),
        }
    }
}

/// In time: by the first day, and of those that begin together the longest first.
impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.first(), self.span).cmp(&(other.first(), other.span))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, number) = (self.year, self.index + 1);
        match self.span {
            Span::Year => write!(f, "{year}"),
            Span::Half => write!(f, "{year}-S{number}"),
            Span::Quarter => write!(f, "{year}-T{number}"),
            Span::Month => write!(f, "{year}-{number:02}"),
        }
    }
}

impl FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || !digits(year) {
            return Err(InvalidPeriod);
        }
        let (span, number, width) = match rest.as_bytes() {
            [] if text.len() == 4 => (Span::Year, "1", 1),
            [b'S', ..] => (Span::Half, &rest[1..], 1),
            [b'T', ..] => (Span::Quarter, &rest[1..], 1),
            _ => (Span::Month, rest, 2),
        };
        if number.len() != width || !digits(number) {
            return Err(InvalidPeriod);
        }
        let year: i32 = year.parse().map_err(|_| InvalidPeriod)?;
        let number: u32 = number.parse().map_err(|_| InvalidPeriod)?;
        if year < 1900 || number == 0 || number > span.in_a_year() {
            return Err(InvalidPeriod);
        }
        Ok(Self {
            year,
            span,
            index: number - 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().expect("a period")
    }

    #[test]
    fn periods_are_read_and_written_alike_and_nothing_else_is_one() {
        for text in [
            "2026", "2026-S1", "2026-S2", "2026-T4", "2026-01", "2026-12",
        ] {
            assert_eq!(period(text).to_string(), text);
        }
        for text in [
            "", "26", "2026-", "2026-S3", "2026-T0", "2026-13", "2026-1", "2026-T11", "+026",
            "2026-s1", "1026",
        ] {
            assert_eq!(text.parse::<Period>(), Err(InvalidPeriod), "{text}");
        }
    }

    #[test]
    fn they_follow_each_other_without_a_gap() {
        for text in ["2023", "2024-S1", "2024-T1", "2024-02", "2025-12"] {
            let here = period(text);
            assert_eq!(here.next().previous(), here);
            assert_eq!(here.last().succ_opt(), Some(here.next().first()));
            assert_eq!(Period::of(here.first(), here.span()), here);
            assert_eq!(Period::of(here.last(), here.span()), here);
            assert!(here < here.next());
        }
        assert_eq!(period("2024-02").last().to_string(), "2024-02-29");
        assert_eq!(period("2026-T3").words(), "tercer trimestre de 2026");
    }
}
