//! Of which day, and as it was known when.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound, TimeDelta, Utc};
use office::{Kind, Problem};

use crate::problem::Parameters;

/// What is asked for besides the code.
pub struct Asked {
    /// The day.
    pub day: Option<NaiveDate>,
    /// The moment.
    pub known_at: Option<DateTime<Utc>>,
}

/// Hours by which the clocks of Peru are behind.
const BEHIND: TimeDelta = TimeDelta::hours(5);
/// How a browser's field writes a moment.
const FIELD: &str = "%Y-%m-%dT%H:%M:%S";

impl Asked {
    /// What the parameters of an address ask.
    pub fn read(parameters: &Parameters) -> Result<Self, Problem> {
        Ok(Self {
            day: parameters.read("fecha", "un día, como 2026-11-23")?,
            known_at: parameters.get("conocido_a").map(moment).transpose()?,
        })
    }

    /// As the end of an address: empty for today.
    pub fn query(&self) -> String {
        query(self.day, self.known_at)
    }

    /// The day as its field has it.
    pub fn day_field(&self) -> String {
        self.day.map(|day| day.to_string()).unwrap_or_default()
    }

    /// The moment as its field has it, in the hour of Peru: the next whole second, so that it knows no less.
    pub fn known_field(&self) -> String {
        self.known_at.map_or_else(String::new, |at| {
            let whole = at.trunc_subsecs(0);
            let up = if whole < at {
                whole + TimeDelta::seconds(1)
            } else {
                whole
            };
            (up.min(Utc::now()) - BEHIND).format(FIELD).to_string()
        })
    }
}

/// The end of an address that asks for a day and a moment.
pub fn query(day: Option<NaiveDate>, known_at: Option<DateTime<Utc>>) -> String {
    let mut pairs = Vec::new();
    if let Some(day) = day {
        pairs.push(("fecha", day.to_string()));
    }
    if let Some(at) = known_at {
        pairs.push((
            "conocido_a",
            at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        ));
    }
    match serde_urlencoded::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("?{query}"),
        _ => String::new(),
    }
}

/// A moment as programs write it, or as a field of a browser does: that is in the hour of Peru.
fn moment(text: &str) -> Result<DateTime<Utc>, Problem> {
    if let Ok(at) = text.parse::<DateTime<Utc>>() {
        return Ok(at);
    }
    let local = [FIELD, "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    local
        .and_then(|local| local.checked_add_signed(BEHIND))
        .map(|utc| utc.and_utc())
        .ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                "«Lo que se sabía el» no se entiende.",
                "Escriba el día y la hora de Perú, como 2026-11-23T15:04, o déjelo vacío.",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_programs_and_as_browsers_write_them() {
        let at = |text: &str| moment(text).map(|at| at.to_rfc3339());
        for text in [
            "2026-11-23T15:04:00-05:00",
            "2026-11-23T20:04:00Z",
            "2026-11-23T15:04",
            "2026-11-23T15:04:00",
        ] {
            assert_eq!(
                at(text).as_deref(),
                Ok("2026-11-23T20:04:00+00:00"),
                "{text}"
            );
        }
        assert!(at("ayer").is_err());
    }

    #[test]
    fn an_address_names_only_what_is_asked() {
        assert_eq!(query(None, None), "");
        assert_eq!(
            query(NaiveDate::from_ymd_opt(2026, 1, 2), None),
            "?fecha=2026-01-02"
        );
        let asked = Asked {
            day: None,
            known_at: moment("2026-11-23T20:04:05.123456Z").ok(),
        };
        assert_eq!(asked.query(), "?conocido_a=2026-11-23T20%3A04%3A05.123456Z");
        assert_eq!(asked.known_field(), "2026-11-23T15:04:06");
    }
}
