//! The QR: squares that any telephone reads.

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

/// Black pieces of rows, in units of one square.
#[derive(Serialize)]
pub(super) struct Qr {
    /// Squares of a side, without the white around it.
    lado: usize,
    /// Column, row and length of each piece.
    tramos: Vec<[usize; 3]>,
}

impl Qr {
    /// Of a text; none where it is longer than a QR holds. A sixth of it may be soiled.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let side = code.width();
        let mut pieces: Vec<[usize; 3]> = Vec::new();
        for (row, colors) in code.to_colors().chunks(side).enumerate() {
            for (column, color) in colors.iter().enumerate() {
                if *color == Color::Light {
                    continue;
                }
                match pieces.last_mut() {
                    Some([from, of, length]) if *of == row && *from + *length == column => {
                        *length += 1;
                    }
                    _ => pieces.push([column, row, 1]),
                }
            }
        }
        Some(Self {
            lado: side,
            tramos: pieces,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_of_a_qr_is_seven_squares_wide() {
        let qr = Qr::of("https://catastro.example/verificar/7K3M-9Q2X-A1BC-5D8F").expect("a QR");
        assert_eq!(qr.tramos[0], [0, 0, 7]);
        assert!(
            qr.tramos
                .iter()
                .all(|[from, row, length]| from + length <= qr.lado && *row < qr.lado)
        );
        assert!(Qr::of(&"x".repeat(5_000)).is_none());
    }
}
