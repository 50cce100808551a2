//! Crockford's base 32, as the provisional cadastral codes have it, with arithmetic for a letter that checks the others.

/// No I, L, O or U to be misread on paper.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The letter of a value below 32.
pub(super) fn letter(value: u8) -> char {
    char::from(LETTERS[usize::from(value % 32)])
}

/// The value of a letter, read kindly: small letters, and those that are taken for digits.
pub(super) fn value(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let place = LETTERS
        .iter()
        .position(|known| char::from(*known) == letter)?;
    u8::try_from(place).ok()
}

/// The letter that makes the polynomial of all letters zero at a generator of GF(32): one wrong letter, or two
/// neighbours exchanged, always show.
pub(super) fn check(values: &[u8]) -> u8 {
    let sum = values
        .iter()
        .fold(0, |sum, value| times_generator(sum) ^ value);
    times_generator(sum)
}

/// In GF(32), as polynomials over two elements modulo x⁵ + x² + 1.
fn times_generator(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 {
        doubled
    } else {
        doubled ^ 0b10_0101
    }
}
