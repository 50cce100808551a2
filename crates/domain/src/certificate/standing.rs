use chrono::{DateTime, Months, NaiveDate, Utc};

/// That a certificate was annulled. The row stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Annulment {
    /// When.
    pub at: DateTime<Utc>,
    /// Why, in the officer's words.
    pub reason: String,
    /// The document behind it.
    pub document: String,
}

/// Whether an issued certificate holds on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It does. For so many days more, that one not counted; none where it does not expire.
    InForce(Option<i64>),
    /// The day is before it was issued.
    NotYet,
    /// Its months are over.
    Expired,
    /// It was annulled, whatever the day.
    Annulled(Annulment),
}

impl Standing {
    /// Of a certificate that was issued on one day and holds through another.
    pub fn on(
        day: NaiveDate,
        issued: NaiveDate,
        expires: Option<NaiveDate>,
        annulment: Option<Annulment>,
    ) -> Self {
        match (annulment, expires) {
            (Some(annulment), _) => Self::Annulled(annulment),
            _ if day < issued => Self::NotYet,
            (None, Some(last)) if last < day => Self::Expired,
            (None, Some(last)) => Self::InForce(Some((last - day).num_days())),
            (None, None) => Self::InForce(None),
        }
    }
}

/// The last day of a certificate of so many months: the same day of that month, or the month's last where it has no such
/// day (Código Civil art. 183, 2 and 3).
pub fn expiry(issued: NaiveDate, months: u32) -> Option<NaiveDate> {
    issued.checked_add_months(Months::new(months))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn months_end_on_their_day_or_on_the_last_of_the_month() {
        for (issued, months, last) in [
            ("2026-11-26", 36, "2029-11-26"),
            ("2024-02-29", 36, "2027-02-28"),
            ("2026-08-31", 6, "2027-02-28"),
            ("2026-11-26", 0, "2026-11-26"),
        ] {
            assert_eq!(expiry(day(issued), months), Some(day(last)), "{issued}");
        }
    }

    #[test]
    fn the_last_day_counts_and_an_annulled_one_says_so_on_any_day() {
        let on = |asked: &str, annulment: Option<Annulment>| {
            let last = Some(day("2029-11-26"));
            Standing::on(day(asked), day("2026-11-26"), last, annulment)
        };
        assert_eq!(on("2026-11-25", None), Standing::NotYet);
        assert_eq!(on("2026-11-26", None), Standing::InForce(Some(1096)));
        assert_eq!(on("2029-11-26", None), Standing::InForce(Some(0)));
        assert_eq!(on("2029-11-27", None), Standing::Expired);
        let annulment = Annulment {
            at: DateTime::UNIX_EPOCH,
            reason: "error material".to_owned(),
            document: "R. 12-2026".to_owned(),
        };
        for asked in ["2026-11-26", "2030-01-01"] {
            assert_eq!(
                on(asked, Some(annulment.clone())),
                Standing::Annulled(annulment.clone())
            );
        }
        let forever = Standing::on(day("2099-01-01"), day("2026-11-26"), None, None);
        assert_eq!(forever, Standing::InForce(None));
    }
}
