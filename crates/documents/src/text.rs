//! Numbers, days and strange words, as the office writes them.

use chrono::{Datelike, NaiveDate};

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

/// `26 de noviembre de 2026`.
pub(crate) fn day(day: NaiveDate) -> String {
    let month = MONTHS.get(day.month0() as usize).unwrap_or(&"");
    format!("{} de {month} de {}", day.day(), day.year())
}

/// Two decimals. Thousands are not set apart: people copy coordinates into their programs.
pub(crate) fn number(value: f64) -> String {
    format!("{value:.2}")
}

/// Longest text that somebody else wrote.
const LENGTH_MAX: usize = 120;
/// Longest word of it: one without a place to break would leave its cell.
const WORD_MAX: usize = 28;

/// What somebody else wrote, as it can be printed: signs that the fonts lack become `?`, what is too long is cut.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::new();
    let mut word = 0;
    for (place, sign) in text.chars().enumerate() {
        if place == LENGTH_MAX {
            out.push('…');
            break;
        }
        let sign = match sign {
            sign if sign.is_whitespace() => ' ',
            sign if crate::typeset::can_print(sign) => sign,
            _ => '?',
        };
        word = if sign == ' ' { 0 } else { word + 1 };
        if word > WORD_MAX {
            out.push(' ');
            word = 1;
        }
        out.push(sign);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_written_as_in_the_office() {
        assert_eq!(number(9_332_010.456), "9332010.46");
        assert_eq!(number(251.3), "251.30");
        let date = NaiveDate::from_ymd_opt(2026, 9, 3).expect("a day");
        assert_eq!(day(date), "3 de setiembre de 2026");
    }

    #[test]
    fn what_somebody_wrote_is_printed_as_far_as_it_can_be() {
        assert_eq!(
            printable("Jr. 25 de Mayo #[x] $y$ \"ñ\""),
            "Jr. 25 de Mayo #[x] $y$ \"ñ\""
        );
        assert_eq!(printable("a\u{1F600}b\nc\u{0}"), "a?b c?");
        assert!(printable(&"x ".repeat(10_000)).chars().count() <= LENGTH_MAX + 1);
        let cut = printable(&"x".repeat(10_000));
        assert!(
            cut.split(' ')
                .all(|word| word.chars().count() <= WORD_MAX + 1)
        );
    }
}
