//! The two time axes: when something holds in the land or the law, and when the service knew it.

use chrono::{DateTime, NaiveDate, Utc};
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
