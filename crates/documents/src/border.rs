//! The boundaries in words.

use domain::parcel::{Boundaries, Facing, Orientation, Piece, Stretch, Toward};
use serde::Serialize;

use crate::{parcel::NAME_MAX, text::shown, words::two};

/// Pieces that are told one by one; of more the sum is told.
const PIECES_TOLD_MAX: usize = 8;

/// One stretch, in the pieces that templates use.
#[derive(Serialize, PartialEq, Debug)]
pub(crate) struct Told {
    lado: String,
    colinda: String,
    longitud: String,
    vertices: String,
    texto: String,
}

/// All stretches in words; parts are named where there are several.
pub(crate) fn told(boundaries: &Boundaries) -> Vec<Told> {
    let has_parts = boundaries.stretches.iter().any(|stretch| stretch.part > 1);
    let one = |stretch: &Stretch| {
        let part = if has_parts {
            format!("Parte {}: ", stretch.part)
        } else {
            String::new()
        };
        let side = toward(stretch.toward);
        Told {
            lado: format!("{part}{side}"),
            colinda: facing(&stretch.facing),
            longitud: two(stretch.length_m()),
            vertices: ends(&stretch.pieces),
            texto: run(&stretch.pieces),
        }
    };
    boundaries.stretches.iter().map(one).collect()
}

/// How the sides are named, in a sentence.
pub(crate) fn orientation(orientation: &Orientation) -> String {
    match orientation {
        Orientation::Front(street) => format!(
            "El frente da a {}. Derecha e izquierda son las de quien ingresa al predio desde su frente.",
            shown(street, NAME_MAX)
        ),
        Orientation::Compass => "El predio no tiene un frente único conocido: se describe por el norte, el este, el sur y \
             el oeste de la cuadrícula."
            .to_owned(),
    }
}

fn toward(toward: Toward) -> &'static str {
    match toward {
        Toward::Front => "Por el frente",
        Toward::Right => "Por la derecha",
        Toward::Left => "Por la izquierda",
        Toward::Back => "Por el fondo",
        Toward::North => "Por el norte",
        Toward::East => "Por el este",
        Toward::South => "Por el sur",
        Toward::West => "Por el oeste",
        Toward::Inside => "Por el lindero interior",
    }
}

fn facing(facing: &Facing) -> String {
    match facing {
        Facing::Parcel(code) => format!("predio {code}"),
        Facing::Street(name) => shown(name, NAME_MAX),
        Facing::Unknown => "terreno sin predio ni vía registrados".to_owned(),
    }
}

/// From the first vertex to the last: `A-B`, or `A-B a D-E`.
fn ends(pieces: &[Piece]) -> String {
    let name = |piece: &Piece| {
        let part = if piece.is_part { " (parte)" } else { "" };
        format!("{}{part}", piece.side)
    };
    match pieces {
        [] => String::new(),
        [only] => name(only),
        [first, .., last] => format!("{} a {}", name(first), name(last)),
    }
}

/// `en línea recta de 8.00 m (lado A-B)`, or of several pieces, one by one while they are few.
fn run(pieces: &[Piece]) -> String {
    let length: f64 = pieces.iter().map(|piece| piece.length_m).sum();
    let side = |piece: &Piece| {
        let part = if piece.is_part { "parte del " } else { "" };
        format!("{part}lado {}", piece.side)
    };
    match pieces {
        [only] => format!(
            "en un tramo recto de {} m ({})",
            two(only.length_m),
            side(only)
        ),
        several if several.len() <= PIECES_TOLD_MAX => {
            let words: Vec<String> = several
                .iter()
                .map(|piece| format!("{} m ({})", two(piece.length_m), side(piece)))
                .collect();
            format!(
                "en línea de {} tramos: {}; en total {} m",
                several.len(),
                words.join(", "),
                two(length)
            )
        }
        many => format!(
            "en línea de {} tramos (lados {}), en total {} m",
            many.len(),
            ends(many),
            two(length)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(side: &str, length_m: f64) -> Piece {
        Piece {
            side: side.to_owned(),
            is_part: false,
            length_m,
        }
    }

    #[test]
    fn runs_are_told_in_words() {
        assert_eq!(
            run(&[piece("A-B", 8.0)]),
            "en un tramo recto de 8.00 m (lado A-B)"
        );
        assert_eq!(
            run(&[piece("A-B", 8.0), piece("B-C", 2.5)]),
            "en línea de 2 tramos: 8.00 m (lado A-B), 2.50 m (lado B-C); en total 10.50 m"
        );
        let many: Vec<Piece> = (1..=9)
            .map(|i| piece(&format!("P{i}-P{}", i + 1), 1.0))
            .collect();
        assert_eq!(
            run(&many),
            "en línea de 9 tramos (lados P1-P2 a P9-P10), en total 9.00 m"
        );
    }
}
