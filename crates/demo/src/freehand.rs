//! Shapes that follow no street, as rings against the clock on a town's own axes.

use geo_types::Coord;

use crate::{
    grid::whole,
    noise::{Draw, Noise, wave},
};

/// Where a band begins and ends, and how often it may bend.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    pub from: f64,
    pub to: f64,
    pub step: f64,
}

/// The ground between two lines.
pub fn band(along: Band, low: impl Fn(f64) -> f64, high: impl Fn(f64) -> f64) -> Vec<Coord<f64>> {
    let count = whole((along.to - along.from) / along.step).max(1);
    let at = |k: i32| along.from + (along.to - along.from) * f64::from(k) / f64::from(count);
    let there = (0..=count).map(|k| Coord {
        x: at(k),
        y: low(at(k)),
    });
    let back = (0..=count).rev().map(|k| Coord {
        x: at(k),
        y: high(at(k)),
    });
    there.chain(back).collect()
}

/// A straight strip.
pub fn straight(from: Coord<f64>, to: Coord<f64>, half_width: f64) -> Vec<Coord<f64>> {
    let step = to - from;
    let left = Coord {
        x: -step.y,
        y: step.x,
    } * (half_width / (step.x * step.x + step.y * step.y).sqrt());
    vec![from - left, to - left, to + left, from + left]
}

/// A round shape as a hand draws it. Its corners lie in a fixed order of directions, so it cannot cross itself.
pub fn blob(noise: Noise, centre: Coord<f64>, radius: f64) -> Vec<Coord<f64>> {
    let corners = 18;
    let corner = |k: i32| {
        let turns = f64::from(k) / f64::from(corners);
        let reach = radius * noise.between(Draw::Freehand, k, 0, 0.82, 1.15);
        centre
            + Coord {
                x: wave(turns + 0.25),
                y: wave(turns),
            } * reach
    };
    (0..corners).map(corner).collect()
}
