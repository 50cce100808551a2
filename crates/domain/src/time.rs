//! The two time axes: when something holds in the land or the law, and when the service knew it.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Number of a change. It grows by one with each act that publishes; a snapshot is all changes up to one number.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ChangeNumber(pub i64);

/// A point on both axes at which a question is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AsOf {
    /// The day whose land and law are asked for.
    pub day: NaiveDate,
    /// What the service knew at that moment.
    pub known_at: DateTime<Utc>,
}

/// Peru is five hours behind UTC all year.
const LIMA_BEHIND_UTC_HOURS: i64 = 5;

/// The day in the province at a moment.
pub fn day_at(moment: DateTime<Utc>) -> NaiveDate {
    (moment - Duration::hours(LIMA_BEHIND_UTC_HOURS)).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_that_of_lima() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        assert_eq!(day_at(at("2026-11-23T04:59:59Z")).to_string(), "2026-11-22");
        assert_eq!(day_at(at("2026-11-23T05:00:00Z")).to_string(), "2026-11-23");
    }
}
