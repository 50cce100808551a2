//! The two times of a question.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::time::AsOf;
pub use domain::time::day_at;

use crate::{Kind, Problem};

/// Now, on both axes.
pub(crate) fn now() -> AsOf {
    let known_at = Utc::now();
    AsOf {
        day: day_at(known_at),
        known_at,
    }
}

/// Now, as answers say it.
pub fn stamp() -> String {
    Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// Whether a day can be written in RFC 3339 and kept by the database, which ends where a calendar of 262 000 years does
/// not.
pub fn has_a_plain_year(day: NaiveDate) -> bool {
    (1..=9999).contains(&day.year())
}

/// The point on both axes that is asked for; none where it is now.
pub(crate) fn of(
    day: Option<NaiveDate>,
    known_at: Option<DateTime<Utc>>,
) -> Result<Option<AsOf>, Problem> {
    let now = Utc::now();
    if known_at.is_some_and(|known_at| known_at > now) {
        return Err(Problem::new(
            Kind::BadRequest,
            "«conocido_a» está en el futuro.",
            "Pase un momento ya ocurrido, como 2026-11-23T15:04:05Z, o ninguno.",
        ));
    }
    let days = [day, known_at.map(|known_at| known_at.date_naive())];
    if !days.into_iter().flatten().all(has_a_plain_year) {
        return Err(Problem::new(
            Kind::BadRequest,
            "La fecha no es de un año entre 1 y 9999.",
            "Escríbala como 2026-11-23.",
        ));
    }
    if known_at.is_none() && day.is_none_or(|day| day == day_at(now)) {
        return Ok(None);
    }
    let known_at = known_at.unwrap_or(now);
    Ok(Some(AsOf {
        day: day.unwrap_or_else(|| day_at(known_at)),
        known_at,
    }))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn what_is_asked_of_today_is_now_and_all_else_a_point_in_time() {
        let now = Utc::now();
        let today = day_at(now);
        assert_eq!(of(None, None), Ok(None));
        assert_eq!(of(Some(today), None), Ok(None));
        let yesterday = today.pred_opt();
        assert!(of(yesterday, None).is_ok_and(|asked| asked.map(|asked| asked.day) == yesterday));
        assert!(
            of(None, Some(now)).is_ok_and(|asked| asked.map(|asked| asked.known_at) == Some(now))
        );
    }

    #[test]
    fn what_nobody_can_know_or_keep_is_refused() {
        assert!(of(None, Some(Utc::now() + Duration::hours(1))).is_err());
        for day in ["-5000-01-01", "+10000-01-01", "0000-12-31"] {
            assert!(of(day.parse().ok(), None).is_err(), "{day}");
        }
    }
}
