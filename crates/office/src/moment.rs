//! The two times of a question.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::time::AsOf;

use crate::{Kind, Problem};

/// Peru is five hours behind UTC all year.
const LIMA_BEHIND_UTC_HOURS: i64 = 5;

/// The day in the province at a moment.
pub fn day_at(moment: DateTime<Utc>) -> NaiveDate {
    (moment - Duration::hours(LIMA_BEHIND_UTC_HOURS)).date_naive()
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
    if known_at.is_none() && day.is_none_or(|day| day == day_at(now)) {
        return Ok(None);
    }
    let known_at = known_at.unwrap_or(now);
    Ok(Some(AsOf {
        day: day.unwrap_or_else(|| day_at(known_at)),
        known_at,
    }))
}
