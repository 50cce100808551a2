//! Numbers as people write them.

/// A coordinate: `8673521.47`, `8673521,47`, `8 673 521,47`, `8,673,521.47`. One point or comma parts the decimals; of
/// two kinds, the last does. What could be read two ways is not read.
pub(super) fn coordinate(text: &str) -> Option<f64> {
    let text: String = text
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\''))
        .collect();
    let points = text.matches('.').count();
    let commas = text.matches(',').count();
    let plain = match (points, commas) {
        (0 | 1, 0) => text,
        (0, 1) => text.replace(',', "."),
        (1, _) if text.rfind('.') > text.rfind(',') => grouped(&text, ',', '.')?,
        (_, 1) if text.rfind(',') > text.rfind('.') => grouped(&text, '.', ',')?,
        _ => return None,
    };
    let digits = plain
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    plain.parse().ok().filter(|_| digits)
}

/// The number without what parts its thousands, where that stands at every third digit.
fn grouped(text: &str, thousands: char, decimals: char) -> Option<String> {
    let (whole, rest) = text.split_once(decimals)?;
    let mut groups = whole.split(thousands);
    let first = groups.next()?.trim_start_matches(['-', '+']);
    ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3))
        .then(|| format!("{}.{rest}", whole.replace(thousands, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_numbers_in_several_ways() {
        for text in [
            "8673521.47",
            "8673521,47",
            "8 673 521,47",
            "8,673,521.47",
            "8.673.521,47",
        ] {
            assert_eq!(coordinate(text), Some(8_673_521.47), "{text}");
        }
        assert_eq!(coordinate("-77,05"), Some(-77.05));
        assert_eq!(coordinate("276036"), Some(276_036.0));
        for text in [
            "",
            "abc",
            "1,2,3",
            "8.673.521",
            "86,73,521.4",
            "nan",
            "inf",
            "1e5",
            "--4",
        ] {
            assert_eq!(coordinate(text), None, "{text}");
        }
    }
}
