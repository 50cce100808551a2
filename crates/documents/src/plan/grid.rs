//! The grid of coordinates and the bar of the scale.

use serde::Serialize;

use super::{Frame, paper::Paper};

/// Lines of the grid are at least so far from each other, in millimetres.
const APART_MM: f64 = 35.0;
/// A line nearer to the edge of the map would have its number cut off, in millimetres.
const EDGE_MM: f64 = 8.0;
/// The bar is at most so long, in millimetres.
const BAR_MM: f64 = 62.0;
/// Parts of the bar.
const BAR_PARTS: usize = 4;

/// Lines of equal easting and northing.
#[derive(Serialize)]
pub(crate) struct Grid {
    este: Vec<Mark>,
    norte: Vec<Mark>,
}

/// A line of the grid: millimetres from the left or from the top, and its coordinate.
#[derive(Serialize)]
struct Mark {
    mm: f64,
    texto: String,
}

impl Grid {
    pub(crate) fn of(frame: &Frame, paper: &Paper) -> Self {
        let apart = steps()
            .find(|metres| paper.mm(*metres) >= APART_MM)
            .unwrap_or(1e6);
        let (min, max) = (frame.window.min(), frame.window.max());
        let edge = EDGE_MM * f64::from(frame.denominator) / 1000.0;
        Self {
            este: multiples(apart, min.x + edge, max.x - edge)
                .map(|x| Mark {
                    mm: paper.place((x, max.y).into())[0],
                    texto: format!("E {x:.0}"),
                })
                .collect(),
            norte: multiples(apart, min.y + edge, max.y - edge)
                .map(|y| Mark {
                    mm: paper.place((min.x, y).into())[1],
                    texto: format!("N {y:.0}"),
                })
                .collect(),
        }
    }
}

/// Round lengths in metres, growing.
fn steps() -> impl Iterator<Item = f64> {
    (0..7).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power)))
}

fn multiples(step: f64, from: f64, to: f64) -> impl Iterator<Item = f64> {
    let first = (from / step).ceil() * step;
    (0..)
        .map(move |i| first + f64::from(i) * step)
        .take_while(move |at| *at <= to)
}

/// The bar of the scale.
#[derive(Serialize)]
pub(crate) struct Bar {
    /// Length of a part, in millimetres.
    tramo_mm: f64,
    /// What its ends say, in metres.
    textos: Vec<String>,
}

impl Bar {
    pub(crate) fn of(denominator: u32) -> Self {
        let mm = |metres: f64| metres * 1000.0 / f64::from(denominator);
        let longest = steps()
            .take_while(|metres| mm(*metres) * BAR_PARTS as f64 <= BAR_MM)
            .last()
            .unwrap_or(0.5);
        Self {
            tramo_mm: mm(longest),
            textos: (0..=BAR_PARTS)
                .map(|i| format!("{}", longest * i as f64))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_of_round_metres_and_true() {
        let bar = Bar::of(200);
        assert_eq!(bar.textos, ["0", "2", "4", "6", "8"]);
        assert!((bar.tramo_mm - 10.0).abs() < 1e-9);
        assert_eq!(Bar::of(50).textos, ["0", "0.5", "1", "1.5", "2"]);
    }

    #[test]
    fn the_grid_is_at_round_coordinates() {
        let at: Vec<f64> = multiples(50.0, 281_010.0, 281_120.0).collect();
        assert_eq!(at, [281_050.0, 281_100.0]);
    }
}
