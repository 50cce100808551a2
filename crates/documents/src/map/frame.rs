//! The sheet's window on the ground.

use geo_types::{Coord, LineString, Rect};

/// Scales that a plan is drawn at: 1 to so many.
const SCALES: [u32; 20] = [
    50, 75, 100, 125, 200, 250, 500, 750, 1_000, 1_250, 2_000, 2_500, 5_000, 7_500, 10_000, 20_000,
    25_000, 50_000, 100_000, 250_000,
];
/// Part of the frame that the parcel fills at most: the rest is for who lies beside it.
const FILLED_MAX: f64 = 0.62;
/// Lines of the grid are this far apart on paper at least, in millimetres.
const GRID_MIN_MM: f64 = 28.0;
/// The bar is this long on paper at most, in millimetres.
const BAR_MAX_MM: f64 = 50.0;
/// Round lengths in metres.
const ROUND_M: [f64; 16] = [
    1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 250.0, 500.0, 1_000.0, 2_000.0, 5_000.0,
    10_000.0, 20_000.0,
];

/// A piece of ground, and the paper that shows it.
pub(super) struct Frame {
    west: f64,
    north: f64,
    width_mm: f64,
    height_mm: f64,
    scale: u32,
}

impl Frame {
    /// Around a box in EPSG:32718, at the largest scale at which it fits with its surroundings.
    pub(super) fn around(bounds: Rect<f64>, width_mm: f64, height_mm: f64) -> Option<Self> {
        let fits = |scale: &&u32| {
            let mm_per_m = 1_000.0 / f64::from(**scale);
            bounds.width() * mm_per_m <= width_mm * FILLED_MAX
                && bounds.height() * mm_per_m <= height_mm * FILLED_MAX
        };
        let scale = *SCALES.iter().find(fits).or(SCALES.last())?;
        let m_per_mm = f64::from(scale) / 1_000.0;
        let middle = bounds.center();
        Some(Self {
            west: middle.x - width_mm * m_per_mm / 2.0,
            north: middle.y + height_mm * m_per_mm / 2.0,
            width_mm,
            height_mm,
            scale,
        })
    }

    pub(super) fn mm_per_m(&self) -> f64 {
        1_000.0 / f64::from(self.scale)
    }

    /// The ground that is seen.
    pub(super) fn ground(&self) -> Rect<f64> {
        let m_per_mm = 1.0 / self.mm_per_m();
        Rect::new(
            Coord {
                x: self.west,
                y: self.north - self.height_mm * m_per_mm,
            },
            Coord {
                x: self.west + self.width_mm * m_per_mm,
                y: self.north,
            },
        )
    }

    pub(super) fn to_paper(&self, at: Coord<f64>) -> (f64, f64) {
        (
            (at.x - self.west) * self.mm_per_m(),
            (self.north - at.y) * self.mm_per_m(),
        )
    }

    pub(super) fn path(&self, line: &LineString<f64>) -> Vec<(f64, f64)> {
        line.0.iter().map(|at| self.to_paper(*at)).collect()
    }

    pub(super) fn scale_text(&self) -> String {
        format!("1:{}", self.scale)
    }

    /// The bar's ground, in words, and its length in millimetres.
    pub(super) fn bar(&self) -> (String, f64) {
        let fits = |length: &&f64| **length * self.mm_per_m() <= BAR_MAX_MM;
        let length_m = ROUND_M.iter().rev().find(fits).copied().unwrap_or(1.0);
        (format!("{length_m} m"), length_m * self.mm_per_m())
    }

    pub(super) fn grid_east(&self) -> Vec<(f64, String)> {
        let ground = self.ground();
        self.lines(ground.min().x, ground.max().x)
            .map(|east| ((east - self.west) * self.mm_per_m(), label(east)))
            .collect()
    }

    pub(super) fn grid_north(&self) -> Vec<(f64, String)> {
        let ground = self.ground();
        self.lines(ground.min().y, ground.max().y)
            .map(|north| ((self.north - north) * self.mm_per_m(), label(north)))
            .collect()
    }

    /// Round coordinates between two ends.
    fn lines(&self, from: f64, to: f64) -> impl Iterator<Item = f64> {
        let fits = |spacing: &&f64| **spacing * self.mm_per_m() >= GRID_MIN_MM;
        let spacing = ROUND_M.iter().find(fits).copied().unwrap_or(50_000.0);
        let first = (from / spacing).ceil();
        std::iter::successors(Some(first), |line| Some(line + 1.0))
            .map(move |line| line * spacing)
            .take_while(move |line| *line <= to)
    }

    /// Whether words of half this width are seen whole.
    pub(super) fn is_within(&self, at: (f64, f64), half_mm: f64) -> bool {
        at.0 >= half_mm
            && at.0 <= self.width_mm - half_mm
            && at.1 >= 2.0
            && at.1 <= self.height_mm - 2.0
    }

    /// The part of a line within the frame (Liang and Barsky).
    pub(super) fn clip(
        &self,
        from: (f64, f64),
        to: (f64, f64),
    ) -> Option<((f64, f64), (f64, f64))> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let (mut start, mut end) = (0.0_f64, 1.0_f64);
        for (along, room) in [
            (-dx, from.0),
            (dx, self.width_mm - from.0),
            (-dy, from.1),
            (dy, self.height_mm - from.1),
        ] {
            if along == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if along < 0.0 {
                start = start.max(room / along);
            } else {
                end = end.min(room / along);
            }
        }
        let at = |share: f64| (from.0 + dx * share, from.1 + dy * share);
        (start < end).then(|| (at(start), at(end)))
    }
}

/// Grid lines stand at whole metres.
fn label(metres: f64) -> String {
    format!("{metres:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(width_m: f64, height_m: f64) -> Frame {
        let (x, y) = (280_003.0, 9_332_004.0);
        let lot = Rect::new((x, y), (x + width_m, y + height_m));
        Frame::around(lot, 180.0, 150.0).expect("a frame")
    }

    #[test]
    fn a_lot_is_drawn_as_large_as_a_common_scale_lets() {
        for (width_m, height_m, scale) in [
            (10.0, 20.0, "1:250"),
            (5.0, 5.0, "1:75"),
            (1.0, 1.0, "1:50"),
        ] {
            assert_eq!(
                frame(width_m, height_m).scale_text(),
                scale,
                "{width_m} x {height_m}"
            );
        }
        assert_eq!(frame(12_000.0, 8_000.0).scale_text(), "1:250000");
    }

    #[test]
    fn a_metre_is_as_long_as_the_scale_says_and_the_lot_is_in_the_middle() {
        let frame = frame(10.0, 20.0);
        let (x0, y0) = frame.to_paper(Coord {
            x: 280_003.0,
            y: 9_332_004.0,
        });
        let (x1, y1) = frame.to_paper(Coord {
            x: 280_013.0,
            y: 9_332_024.0,
        });
        assert!((x1 - x0 - 40.0).abs() < 1e-6 && (y0 - y1 - 80.0).abs() < 1e-6);
        assert!((f64::midpoint(x0, x1) - 90.0).abs() < 1e-6);
        assert_eq!(frame.bar(), ("10 m".to_owned(), 40.0));
        let east: Vec<String> = frame
            .grid_east()
            .into_iter()
            .map(|(_, label)| label)
            .collect();
        assert_eq!(east[0], "279990");
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let frame = frame(10.0, 20.0);
        assert_eq!(
            frame.clip((-10.0, 75.0), (200.0, 75.0)),
            Some(((0.0, 75.0), (180.0, 75.0)))
        );
        assert_eq!(frame.clip((-10.0, -5.0), (200.0, -5.0)), None);
    }
}
