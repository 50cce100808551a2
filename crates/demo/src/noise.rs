//! Chance without a stream: a value depends only on the seed, on what it is for and on where it is.
//!
//! A mixing function of our own rather than a crate: a stream of random numbers must be drawn in order, and here any
//! block can be made alone, in any order, without the town before it. It is the finaliser of `SplitMix64`, fixed for ever.

use domain::id::Ubigeo;

/// What a value is drawn for: two purposes at one place must not move together.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Draw {
    /// Place of a street that runs across the town's first axis.
    LineAcross = 1,
    /// Place of a street that runs along the town's first axis.
    LineAlong,
    /// Trembling of a crossing.
    Node,
    /// What a block is for.
    Purpose,
    /// How a block is cut into lots.
    Cut,
    /// What stands on a lot, and what its owner declared.
    Lot,
    /// Width of a street.
    Width,
    /// Where the borders of zones leave the streets.
    ZoneBorder,
    /// Shape of what is drawn freely: rivers, risk areas.
    Freehand,
}

/// The chance of one town.
#[derive(Clone, Copy, Debug)]
pub struct Noise(u64);

impl Noise {
    /// The chance of a town under a seed.
    pub fn new(seed: u64, ubigeo: Ubigeo) -> Self {
        Self(
            ubigeo
                .as_str()
                .bytes()
                .fold(mix(seed), |state, byte| mix(state ^ u64::from(byte))),
        )
    }

    /// 64 bits for a purpose at a place.
    pub fn bits(self, draw: Draw, i: i32, j: i32) -> u64 {
        let place = u64::from(i.cast_unsigned()) << 32 | u64::from(j.cast_unsigned());
        mix(mix(self.0 ^ draw as u64) ^ place)
    }

    /// From 0 up to 1, without 1.
    pub fn unit(self, draw: Draw, i: i32, j: i32) -> f64 {
        // 53 bits are what an f64 holds exactly.
        (self.bits(draw, i, j) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` up to `high`.
    pub fn between(self, draw: Draw, i: i32, j: i32, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit(draw, i, j)
    }

    /// Whether the one case in `n` happens here.
    pub fn one_in(self, n: u64, draw: Draw, i: i32, j: i32) -> bool {
        self.bits(draw, i, j).is_multiple_of(n)
    }

    /// The chance within one place, for many values there.
    pub fn inside(self, draw: Draw, i: i32, j: i32) -> Self {
        Self(self.bits(draw, i, j))
    }
}

fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A soft wave of period 1 between -1 and 1, made of parabolas: sines differ in their last bit between machines, and
/// the same seed must give the same bytes on all of them.
pub fn wave(turns: f64) -> f64 {
    let phase = turns - turns.floor();
    if phase < 0.5 {
        16.0 * phase * (0.5 - phase)
    } else {
        -16.0 * (phase - 0.5) * (1.0 - phase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_depend_on_seed_town_purpose_and_place_alone() {
        let moyobamba: Ubigeo = "220101".parse().expect("ubigeo");
        let soritor: Ubigeo = "220105".parse().expect("ubigeo");
        let noise = Noise::new(1, moyobamba);
        let here = noise.bits(Draw::Cut, 3, -4);
        assert_eq!(here, Noise::new(1, moyobamba).bits(Draw::Cut, 3, -4));
        for other in [
            noise.bits(Draw::Lot, 3, -4),
            noise.bits(Draw::Cut, -4, 3),
            Noise::new(2, moyobamba).bits(Draw::Cut, 3, -4),
            Noise::new(1, soritor).bits(Draw::Cut, 3, -4),
        ] {
            assert_ne!(here, other);
        }
    }

    #[test]
    fn a_wave_goes_up_and_down_once() {
        let heights = [0.0, 0.25, 0.5, 0.75, 1.0, -0.25].map(wave);
        assert_eq!(format!("{heights:?}"), "[0.0, 1.0, -0.0, -1.0, 0.0, -1.0]");
    }
}
