//! In which encoding text is that does not say so: told by the letters that Spanish has and where they stand.

/// In which encoding a file's text is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEncoding {
    /// Its name, as GDAL has it.
    pub used: String,
    /// What the file declares: its `.cpg`, the byte in the header of its DBF, its byte order mark.
    pub declared: Option<String>,
    /// Why it was taken.
    pub how: How,
    /// The encoding of the text that does not read as declared.
    pub second: Option<&'static str>,
}

/// Why an encoding was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// The file declares it.
    Declared,
    /// It declares it, and some of its text cannot be in it: that is read as [`TextEncoding::second`].
    Mended,
    /// The bytes are UTF-8, which others never are by chance.
    ValidUtf8,
    /// Its letters make Spanish words.
    Letters,
    /// Nothing but ASCII: all encodings agree.
    Ascii,
}

/// The encodings among which we tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Encoding {
    #[default]
    Utf8,
    /// Latin-1.
    Latin1,
    /// Latin-1 with quotes and dashes in its gap, as Windows writes it.
    Windows,
    /// MS-DOS in western Europe.
    Dos,
}

/// Bytes 0x80 to 0xFF of code page 850.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
/// Bytes 0x80 to 0x9F of Windows' code page 1252; five of them are none.
const CP1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

const LOWER: &str = "áéíóúüñ";
const UPPER: &str = "ÁÉÍÓÚÜÑ";
/// What stands beside numbers and words: `N° 5`, `¿?`.
const SIGNS: &str = "°ºª¿¡";

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
            Self::Windows => "CP1252",
            Self::Dos => "CP850",
        }
    }

    /// As an open option of GDAL's shapefile driver.
    pub(super) fn option(self) -> &'static str {
        match self {
            Self::Utf8 => "ENCODING=UTF-8",
            Self::Latin1 => "ENCODING=ISO-8859-1",
            Self::Windows => "ENCODING=CP1252",
            Self::Dos => "ENCODING=CP850",
        }
    }

    fn letter(self, byte: u8) -> char {
        let table = |table: &str, from: u8| table.chars().nth(usize::from(byte.wrapping_sub(from)));
        match self {
            Self::Dos if byte >= 0x80 => table(CP850, 0x80).unwrap_or(char::REPLACEMENT_CHARACTER),
            Self::Windows if (0x80..0xa0).contains(&byte) => {
                table(CP1252, 0x80).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => char::from(byte),
        }
    }

    /// The text of some bytes.
    pub(super) fn decode(self, bytes: Vec<u8>) -> String {
        if self == Self::Utf8 || bytes.is_ascii() {
            return String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
        bytes.into_iter().map(|byte| self.letter(byte)).collect()
    }
}

/// What the bytes of a text say for each encoding; fed a piece at a time.
#[derive(Default, Debug)]
pub(super) struct Guess {
    beyond_ascii: u64,
    not_utf8: u64,
    in_gap: u64,
    latin: u64,
    dos: u64,
}

impl Guess {
    /// Takes one piece of text: a cell, a file. A character cut off at its end is none in the wrong encoding: a DBF cuts.
    pub(super) fn take(&mut self, text: &[u8]) {
        if text.is_ascii() {
            return;
        }
        if let Err(error) = std::str::from_utf8(text)
            && error.error_len().is_some()
        {
            self.not_utf8 += 1;
        }
        for (place, &byte) in text.iter().enumerate() {
            if byte < 0x80 {
                continue;
            }
            self.beyond_ascii += 1;
            self.in_gap += u64::from((0x80..0xa0).contains(&byte));
            let beside = |place: Option<usize>| place.and_then(|at| text.get(at)).copied();
            let before = beside(place.checked_sub(1));
            let after = beside(Some(place + 1));
            self.latin += u64::from(is_plausible(Encoding::Windows.letter(byte), before, after));
            self.dos += u64::from(is_plausible(Encoding::Dos.letter(byte), before, after));
        }
    }

    /// The most plausible encoding.
    pub(super) fn best(&self) -> Encoding {
        if self.not_utf8 == 0 {
            Encoding::Utf8
        } else {
            self.single_byte()
        }
    }

    /// The most plausible of those with a byte for a letter.
    pub(super) fn single_byte(&self) -> Encoding {
        if self.dos > self.latin {
            Encoding::Dos
        } else if self.in_gap > 0 {
            Encoding::Windows
        } else {
            Encoding::Latin1
        }
    }

    /// Why [`Self::best`] is the best.
    pub(super) fn how(&self) -> How {
        match (self.beyond_ascii, self.not_utf8) {
            (0, _) => How::Ascii,
            (_, 0) => How::ValidUtf8,
            _ => How::Letters,
        }
    }

    /// Whether text cannot be in the encoding of that name.
    pub(super) fn is_impossible(&self, name: &str) -> bool {
        is_utf8(name) && self.not_utf8 > 0
    }

    /// Whether the text speaks against the encoding of that name, and for another.
    pub(super) fn contradicts(&self, name: &str) -> bool {
        if self.beyond_ascii == 0 {
            return false;
        }
        if is_utf8(name) {
            return self.not_utf8 > 0;
        }
        let dos = name.contains("850") || name.contains("437");
        self.not_utf8 == 0
            || (dos && self.dos == 0 && self.latin > 0)
            || (!dos && self.latin == 0 && self.dos > 0)
    }
}

fn is_utf8(name: &str) -> bool {
    name.eq_ignore_ascii_case("UTF-8") || name.eq_ignore_ascii_case("UTF8")
}

/// Whether a letter stands where Spanish has it: capitals among capitals or at the start of a word.
fn is_plausible(letter: char, before: Option<u8>, after: Option<u8>) -> bool {
    let lower = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase());
    let upper = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_uppercase());
    if LOWER.contains(letter) {
        // `Pérez` and `él`, not `PéREZ`.
        lower(before) || lower(after) || (!upper(before) && !upper(after) && after.is_some())
    } else if UPPER.contains(letter) {
        !lower(before) && (upper(before) || before.is_none_or(|byte| !byte.is_ascii_alphanumeric()))
            || upper(before)
            || upper(after)
    } else {
        SIGNS.contains(letter) && !(lower(before) && lower(after) || upper(before) && upper(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Encoding, how: How) {
        let mut guess = Guess::default();
        for cell in bytes.split(|byte| *byte == b'|') {
            guess.take(cell);
        }
        assert_eq!((guess.best(), guess.how()), (expected, how), "{guess:?}");
    }

    #[test]
    fn letters_tell_the_encoding() {
        check(b"LOS OLIVOS", Encoding::Utf8, How::Ascii);
        check("PEÑA|Áncash".as_bytes(), Encoding::Utf8, How::ValidUtf8);
        check(b"PE\xd1A|Jos\xe9 G\xe1lvez", Encoding::Latin1, How::Letters);
        check(b"PE\xa5A|Jos\x82 G\xa0lvez", Encoding::Dos, How::Letters);
        check(b"A\xa5O|NI\xa5O", Encoding::Dos, How::Letters);
        // Letters of one where the other has letters too, but capitals.
        check(b"Jos\xe9|Andr\xe9s", Encoding::Latin1, How::Letters);
        check(b"PER\xe9|AZ\xe9CAR", Encoding::Dos, How::Letters);
        check(b"\x93Villa\x94 Ferm\xedn", Encoding::Windows, How::Letters);
        check(b"\xd1ahui|\xc1ngel", Encoding::Latin1, How::Letters);
        // A cell that ends in the middle of a letter.
        check(b"A\xc3\x91O|NI\xc3", Encoding::Utf8, How::ValidUtf8);
    }

    #[test]
    fn every_byte_is_a_letter() {
        for encoding in [Encoding::Latin1, Encoding::Windows, Encoding::Dos] {
            let text = encoding.decode((0..=255).collect());
            assert_eq!(text.chars().count(), 256, "{encoding:?}");
            assert!(!text.contains(char::REPLACEMENT_CHARACTER), "{encoding:?}");
        }
        let spanish = Encoding::Dos.decode(b"\xa0\x82\xa1\xa2\xa3\xa4\xa5".to_vec());
        assert_eq!(spanish, "áéíóúñÑ");
        assert_eq!(Encoding::Windows.decode(b"\xd1\x80".to_vec()), "Ñ€");
    }
}
