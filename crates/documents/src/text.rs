//! Text from outside, as it can stand on paper.

use crate::press::has_letters;

/// In the place of a letter that none of our fonts has.
const NO_GLYPH: char = '\u{FFFD}';

/// A text in one line, of at most so many letters: cut with «…», without what has no shape of its own (controls, marks of
/// direction, selectors of variants), and with `\u{FFFD}` for letters that we cannot draw.
pub fn shown(text: &str, letters_max: usize) -> String {
    line(text, letters_max, |word| drawn(&cut(word)))
}

/// As [`shown`], but a long word goes on in the next line instead of being cut: a digest, an address.
pub fn whole(text: &str, letters_max: usize) -> String {
    line(text, letters_max, broken)
}

fn line(text: &str, letters_max: usize, word: fn(&str) -> String) -> String {
    // Ten thousand letters are cut before they are looked at one by one.
    let mut letters = text.chars().filter(|letter| !is_shapeless(*letter));
    let begin: String = letters.by_ref().take(letters_max + 1).collect();
    let words: Vec<String> = begin.split_whitespace().map(word).collect();
    let line = words.join(" ");
    if begin.chars().count() <= letters_max {
        return line;
    }
    let cut: String = line.chars().take(letters_max.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end_matches([' ', '…']))
}

/// A word of so many letters at most: a longer one would leave its column.
const WORD_MAX: usize = 32;

/// Where a line may end within a word; it has no width.
const MAY_BREAK: &str = "\u{200B}";

fn cut(word: &str) -> String {
    if word.chars().count() <= WORD_MAX {
        return word.to_owned();
    }
    word.chars().take(WORD_MAX - 1).chain(['…']).collect()
}

/// A word that may go on in the next line after so many letters.
fn broken(word: &str) -> String {
    let mut broken = String::new();
    let mut since = 0;
    for letter in drawn(word).chars() {
        if since == WORD_MAX {
            broken.push_str(MAY_BREAK);
            since = 0;
        }
        broken.push(letter);
        // A line may end here anyway, and who copies an address copies nothing else.
        since = if matches!(letter, '/' | '-') {
            0
        } else {
            since + 1
        };
    }
    broken
}

/// A word of letters that one font has: only then does a mark stand with its letter.
fn drawn(word: &str) -> String {
    if has_letters(word) {
        return word.to_owned();
    }
    let or_not = |letter: char| {
        if letter.is_ascii_graphic() || letter.is_alphanumeric() && has_letters(&letter.to_string())
        {
            letter
        } else {
            NO_GLYPH
        }
    };
    word.chars().map(or_not).collect()
}

fn is_shapeless(letter: char) -> bool {
    (letter.is_control() && !letter.is_whitespace())
        || matches!(letter,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{FFFE}'..='\u{FFFF}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay_and_the_rest_is_shown_or_marked() {
        for (given, expected) in [
            ("Jr. Ñandú Nº 120", "Jr. Ñandú Nº 120"),
            ("#let x = $1$ \"y\"", "#let x = $1$ \"y\""),
            ("a\u{202E}b\u{0}c\n d", "abc d"),
            ("casa 🏠", "casa \u{FFFD}"),
            ("سلام", "سلام"),
            ("", ""),
        ] {
            assert_eq!(shown(given, 40), expected, "{given:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let long = "x".repeat(10_000);
        assert_eq!(shown(&long, 10), "xxxxxxxxx…");
        assert_eq!(shown(&long[..10], 10), "x".repeat(10));
        assert_eq!(shown(&long, 70), format!("{}…", "x".repeat(31)));
        let digest = "0123456789abcdef".repeat(4);
        assert_eq!(whole(&digest, 500).replace(MAY_BREAK, ""), digest);
        assert_eq!(whole(&digest, 500).chars().count(), 65);
        let address = "https://catastro.example.pe/verificar/7K3M-9Q2X-A1BC-5D8F";
        assert_eq!(whole(address, 500), address);
        assert!(whole(&long, 500).ends_with("x…"));
    }
}
