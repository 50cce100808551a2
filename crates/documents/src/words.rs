//! Numbers and dates as an office of Peru writes them.

use chrono::{Datelike, NaiveDate};
use domain::parcel::Dms;

/// The datum and the projection of all coordinates, as a plan states them.
pub(crate) const DATUM: &str = "WGS 84 / UTM zona 18 Sur (EPSG:32718)";

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

/// Two decimals: metres, square metres and coordinates. A half goes up, as in decimals: what was measured as 281580.975
/// lies a hair below it as a binary number, and is 281580.98 on paper.
pub(crate) fn two(number: f64) -> String {
    /// Far above what binary numbers miss, far below what is measured: a hundredth of a micrometre, in centimetres.
    const HAIR: f64 = 1e-6;
    let hundredths = (number * 100.0 + HAIR.copysign(number)).round();
    format!("{:.2}", hundredths / 100.0)
}

/// `89°59'60"` never.
pub(crate) fn angle(degrees: f64) -> String {
    let Dms {
        degrees,
        minutes,
        seconds,
    } = Dms::of(degrees);
    format!("{degrees}°{minutes:02}'{seconds:02}\"")
}

/// `26 de noviembre de 2026`.
pub(crate) fn day(day: NaiveDate) -> String {
    let month = MONTHS[day.month0() as usize];
    format!("{} de {month} de {}", day.day(), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up_as_in_decimals() {
        assert_eq!(two(281_580.975), "281580.98");
        assert_eq!(two(9_332_796.265), "9332796.27");
        assert_eq!(two(2.344_99), "2.34");
        assert_eq!(two(-0.005), "-0.01");
        assert_eq!(two(0.0), "0.00");
    }
}
