//! Values and trends, as pages say them.

use crate::people::spanish;

/// A value with at most two decimals.
pub fn figure(value: impl std::borrow::Borrow<f64>) -> String {
    let text = spanish::number(*value.borrow(), 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a trend looks like.
pub fn trend_class(trend: &str) -> &'static str {
    match trend {
        "mejora" => "bien",
        "empeora" => "mal",
        _ => "dato",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short() {
        for (value, text) in [(100.0, "100"), (0.0, "0"), (1_234.5, "1,234.5")] {
            assert_eq!(figure(value), text);
        }
    }
}
