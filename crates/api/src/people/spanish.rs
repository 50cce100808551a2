//! Numbers, days, moments and axes as people in Peru write them. Templates hand over references, code values: both are taken.

use std::{borrow::Borrow, fmt::Display};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use office::data;

/// A number with so many decimals, thousands apart: `9,332,796.27`.
pub fn number(value: impl Borrow<f64>, decimals: usize) -> String {
    let value = *value.borrow();
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let sign = if value < 0.0 && plain.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        "-"
    } else {
        ""
    };
    format!("{sign}{}{rest}", grouped(whole))
}

/// A figure as short as it can be said: whole ones without decimals, small ones with those that tell them apart.
pub fn figure(value: impl Borrow<f64>) -> String {
    let value = *value.borrow();
    let decimals = match value.abs() {
        size if size.fract() < 1e-9 => 0,
        size if size >= 1.0 => 2,
        _ => 4,
    };
    let text = number(value, decimals);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A count.
pub fn count(value: impl Display) -> String {
    grouped(&value.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `251.30 m²`.
pub fn square_metres(value: impl Borrow<f64>) -> String {
    format!("{} m²", number(value, 2))
}

/// A share of one: `97.90 %`.
pub fn percent(share: impl Borrow<f64>) -> String {
    format!("{} %", number(share.borrow() * 100.0, 2))
}

/// `26/11/2026`.
pub fn day(day: impl Borrow<NaiveDate>) -> String {
    day.borrow().format("%d/%m/%Y").to_string()
}

/// `26/11/2026 15:04`, as the clocks of Peru had it: one zone, no summer time.
pub fn moment(at: impl Borrow<DateTime<Utc>>) -> String {
    (*at.borrow() - LIMA_IS_BEHIND)
        .format("%d/%m/%Y %H:%M")
        .to_string()
}

/// A thematic axis as people call it.
pub fn axis(code: &str) -> &str {
    let known = data::axes().iter().find(|axis| axis.code == code);
    known.map_or(code, |axis| &axis.name)
}

const LIMA_IS_BEHIND: TimeDelta = TimeDelta::hours(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_and_nothing_is_negative_nothing() {
        for (value, decimals, expected) in [
            (0.0, 2, "0.00"),
            (-0.001, 2, "0.00"),
            (999.0, 0, "999"),
            (1_000.0, 0, "1,000"),
            (-9_332_796.265_1, 2, "-9,332,796.27"),
            (281_580.5, 1, "281,580.5"),
        ] {
            assert_eq!(number(value, decimals), expected);
        }
        assert_eq!(count(62_493_usize), "62,493");
        assert_eq!(square_metres(251.3), "251.30 m²");
        assert_eq!(percent(0.979), "97.90 %");
    }

    #[test]
    fn figures_are_short() {
        for (value, text) in [
            (100.0, "100"),
            (0.0, "0"),
            (1_234.5, "1,234.5"),
            (-0.25, "-0.25"),
            (0.000_1, "0.0001"),
        ] {
            assert_eq!(figure(value), text);
        }
    }

    #[test]
    fn moments_are_those_of_peru() {
        let at = DateTime::parse_from_rfc3339("2026-11-27T03:04:05Z").expect("a moment");
        assert_eq!(moment(at.to_utc()), "26/11/2026 22:04");
        assert_eq!(day(at.date_naive()), "27/11/2026");
    }
}
