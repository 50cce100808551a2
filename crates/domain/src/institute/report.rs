//! Reports by thematic axis: their codes, and who may sign one.

use std::{fmt, str::FromStr};

use super::{Period, Span};

/// What a report is known by: its period, and its axis where it is of one: `2026-T3`, `2026-S1-urbano`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReportCode {
    /// A quarter or a half.
    pub period: Period,
    /// Its axis; all of them, where it is none.
    pub axis: Option<String>,
}

/// The text is no code of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a report is of a quarter or a half: 2026-T3, 2026-S1-urbano")]
pub struct InvalidReportCode;

impl ReportCode {
    /// The code of a report of a period.
    ///
    /// # Errors
    /// When the period is neither a quarter nor a half.
    pub fn new(period: Period, axis: Option<String>) -> Result<Self, InvalidReportCode> {
        let plain = |axis: &String| {
            axis.starts_with(|letter: char| letter.is_ascii_lowercase())
                && axis.len() <= 40
                && axis
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        let fits = matches!(period.span(), Span::Quarter | Span::Half);
        if fits && axis.as_ref().is_none_or(plain) {
            Ok(Self { period, axis })
        } else {
            Err(InvalidReportCode)
        }
    }

    /// The one before it: of the same axis and as long.
    #[must_use]
    pub fn previous(&self) -> Self {
        Self {
            period: self.period.previous(),
            axis: self.axis.clone(),
        }
    }
}

impl fmt::Display for ReportCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.axis {
            Some(axis) => write!(f, "{}-{axis}", self.period),
            None => write!(f, "{}", self.period),
        }
    }
}

impl FromStr for ReportCode {
    type Err = InvalidReportCode;

    fn from_str(text: &str) -> Result<Self, InvalidReportCode> {
        // `2026-T3` is seven letters.
        let (period, rest) = text.split_at_checked(7).ok_or(InvalidReportCode)?;
        let axis = match rest {
            "" => None,
            rest => Some(rest.strip_prefix('-').ok_or(InvalidReportCode)?.to_owned()),
        };
        let period = period.parse().map_err(|_| InvalidReportCode)?;
        Self::new(period, axis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_and_written_alike() {
        for text in ["2026-T3", "2026-S1", "2026-T1-fisico_ambiental"] {
            let code: ReportCode = text.parse().expect("a code");
            assert_eq!(code.to_string(), text);
        }
        for text in [
            "2026",
            "2026-09",
            "2026-T3-",
            "2026-T3x",
            "2026-T5",
            "2026-T3-Ñ",
            "2026-T3-a-b",
            "ñññññññ",
        ] {
            assert_eq!(text.parse::<ReportCode>(), Err(InvalidReportCode), "{text}");
        }
    }

    #[test]
    fn the_one_before_is_of_the_same_axis_and_as_long() {
        let before = |text: &str| {
            let code: ReportCode = text.parse().expect("a code");
            code.previous().to_string()
        };
        assert_eq!(before("2026-T1-urbano"), "2025-T4-urbano");
        assert_eq!(before("2026-S2"), "2026-S1");
    }
}
