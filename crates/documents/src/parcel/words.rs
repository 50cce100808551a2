//! The boundary in words.

use domain::parcel::boundary::{Facing, Side, Street, Stretch};
use serde::Serialize;

use crate::text::{number, printable};

/// One side, with what it borders on, in the order of the border.
#[derive(Serialize)]
pub(super) struct SideWords {
    /// `Por el frente`.
    name: &'static str,
    /// `con el lote 22010101001002, en línea recta de 20.00 m`.
    neighbours: Vec<String>,
    /// Metres in all.
    length: String,
}

const SIDES: [(Side, &str); 8] = [
    (Side::Front, "Por el frente"),
    (Side::Right, "Por la derecha, entrando"),
    (Side::Left, "Por la izquierda, entrando"),
    (Side::Rear, "Por el fondo"),
    (Side::North, "Por el norte"),
    (Side::East, "Por el este"),
    (Side::South, "Por el sur"),
    (Side::West, "Por el oeste"),
];

pub(super) fn sides(stretches: &[Stretch<'_>], streets: &[Street<'_>]) -> Vec<SideWords> {
    SIDES
        .iter()
        .filter_map(|(side, name)| {
            let of_side: Vec<&Stretch<'_>> = from_the_corner(stretches)
                .filter(|stretch| stretch.side == *side)
                .collect();
            let length_m: f64 = of_side.iter().map(|stretch| stretch.length_m()).sum();
            (!of_side.is_empty()).then(|| SideWords {
                name,
                neighbours: of_side
                    .chunk_by(|a, b| a.facing == b.facing && a.to == b.from)
                    .map(|run| neighbour(run, streets))
                    .collect(),
                length: number(length_m),
            })
        })
        .collect()
}

/// The border from a place where its side changes, so that no side is told in two halves.
fn from_the_corner<'a, 's>(stretches: &'s [Stretch<'a>]) -> impl Iterator<Item = &'s Stretch<'a>> {
    let changes = |place: &usize| {
        let before = (place + stretches.len() - 1) % stretches.len();
        stretches[*place].side != stretches[before].side
    };
    let first = (0..stretches.len()).find(changes).unwrap_or_default();
    stretches.iter().cycle().skip(first).take(stretches.len())
}

fn neighbour(run: &[&Stretch<'_>], streets: &[Street<'_>]) -> String {
    let who = match run[0].facing {
        Facing::Parcel(code) => format!("con el lote {}", printable(code)),
        Facing::Street(place) => match place.and_then(|place| streets[place].name) {
            Some(name) => format!("con {}", printable(name)),
            None => "con vía pública de nombre no registrado".to_owned(),
        },
        Facing::Unknown => "con terreno que no está en el catastro".to_owned(),
    };
    let lengths: Vec<String> = run
        .iter()
        .map(|stretch| number(stretch.length_m()))
        .collect();
    match &lengths[..] {
        [one] => format!("{who}, en línea recta de {one} m"),
        [most @ .., last] if lengths.len() <= 12 => format!(
            "{who}, en línea quebrada de {} tramos de {} y {last} m",
            lengths.len(),
            most.join(", ")
        ),
        _ => {
            let sum: f64 = run.iter().map(|stretch| stretch.length_m()).sum();
            format!(
                "{who}, en línea quebrada de {} tramos y {} m en total",
                lengths.len(),
                number(sum)
            )
        }
    }
}
