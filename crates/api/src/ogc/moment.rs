//! `datetime`: an instant or a period, in days of the province.

use chrono::{DateTime, NaiveDate, Utc};
use office::{Kind, Problem, moment};

/// A period of days, both included; an open end is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Period {
    /// Reads `datetime`: `2026-11-23`, `2026-11-23T15:04:05Z`, or two of them with `/` between, `..` for an open end.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = || {
            Problem::new(
                Kind::BadRequest,
                format!("«{text}» no vale para «datetime»."),
                "Se espera un día (2026-11-23), un momento (2026-11-23T15:04:05Z) o un periodo con «/», y «..» si queda abierto.",
            )
        };
        let period = match text.split_once('/') {
            None => {
                let day = day(text).ok_or_else(wrong)?;
                Self {
                    from: Some(day),
                    to: Some(day),
                }
            }
            Some((from, to)) => {
                let end = |text: &str| match text {
                    "" | ".." => Ok(None),
                    text => day(text).map(Some).ok_or_else(wrong),
                };
                Self {
                    from: end(from)?,
                    to: end(to)?,
                }
            }
        };
        match (period.from, period.to) {
            (Some(from), Some(to)) if from > to => Err(wrong()),
            _ => Ok(period),
        }
    }

    /// Today alone.
    pub fn today() -> Self {
        let today = Some(moment::day_at(Utc::now()));
        Self {
            from: today,
            to: today,
        }
    }

    /// Whether it is just today, so that what is in force answers it.
    pub fn is_today(self) -> bool {
        self == Self::today()
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    let instant = || {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| moment::day_at(at.to_utc()))
    };
    let day = text.parse().ok().or_else(instant)?;
    moment::has_a_plain_year(day).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_periods_are_days() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let period = |text| Period::parse(text).ok();
        assert_eq!(
            period("2026-11-23"),
            Some(Period {
                from: day("2026-11-23"),
                to: day("2026-11-23")
            })
        );
        // Three in the morning in London is still the day before in Lima.
        assert_eq!(
            period("2026-11-23T03:00:00Z"),
            Some(Period {
                from: day("2026-11-22"),
                to: day("2026-11-22")
            })
        );
        assert_eq!(
            period("2026-01-01/.."),
            Some(Period {
                from: day("2026-01-01"),
                to: None
            })
        );
        assert_eq!(
            period("/2026-01-01"),
            Some(Period {
                from: None,
                to: day("2026-01-01")
            })
        );
        for wrong in [
            "ayer",
            "-5000-01-01",
            "2026-13-01",
            "2026-02-01/2026-01-01",
            "2026-01-01/x",
        ] {
            assert!(Period::parse(wrong).is_err(), "{wrong}");
        }
    }
}
