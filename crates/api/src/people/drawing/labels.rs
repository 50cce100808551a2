//! Letters that follow what they name: the length of a side, the name of a street.

use std::fmt::Write as _;

use domain::geometry::lines;
use geo_types::{Coord, Geometry, Line};

use super::{Drawing, escaped};

/// Width of a letter by its height.
const LETTER_WIDTH: f64 = 0.55;

impl Drawing {
    /// A few letters along a side, so high in metres, to the left of who walks it; none where they are longer than it.
    pub fn along(&mut self, side: Line<f64>, height_m: f64, text: &str) {
        self.beside(side, height_m, text, height_m * 0.75);
    }

    /// The name of a street along the longest stretch of its axis that is seen.
    pub fn name_along(&mut self, axis: &Geometry<f64>, height_m: f64, name: &str) {
        let Some(axis) = lines(axis) else { return };
        let seen = axis
            .iter()
            .flat_map(geo_types::LineString::lines)
            .filter_map(|side| self.seen_part(side));
        let longest = seen.max_by(|a, b| length_m(*a).total_cmp(&length_m(*b)));
        if let Some(longest) = longest {
            self.beside(longest, height_m, name, 0.0);
        }
    }

    fn beside(&mut self, side: Line<f64>, height_m: f64, text: &str, away_m: f64) {
        let length = length_m(side);
        let width = text.chars().count() as f64 * height_m * LETTER_WIDTH;
        if width > length * 1.15 || length <= 0.0 {
            return;
        }
        let along = side.delta() / length;
        let middle = (side.start + side.end) / 2.0;
        let at = middle + Coord::from((-along.y, along.x)) * away_m;
        let (x, y) = self.place(at);
        // Never upside down.
        let mut turn = (-along.y).atan2(along.x).to_degrees();
        if turn > 90.0 {
            turn -= 180.0;
        } else if turn <= -90.0 {
            turn += 180.0;
        }
        let decimals = self.decimals;
        let _ = write!(
            self.body,
            "<text x=\"{x:.decimals$}\" y=\"{y:.decimals$}\" font-size=\"{height_m:.2}\" transform=\"rotate({turn:.1} {x:.decimals$} {y:.decimals$})\">{}</text>",
            escaped(text)
        );
    }

    /// The part of a side inside of the window (Liang and Barsky).
    fn seen_part(&self, side: Line<f64>) -> Option<Line<f64>> {
        let (min, max) = (self.window.min(), self.window.max());
        let along = side.delta();
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        for (step, room) in [
            (-along.x, side.start.x - min.x),
            (along.x, max.x - side.start.x),
            (-along.y, side.start.y - min.y),
            (along.y, max.y - side.start.y),
        ] {
            if step == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if step < 0.0 {
                from = from.max(room / step);
            } else {
                to = to.min(room / step);
            }
        }
        (from < to).then(|| Line::new(side.start + along * from, side.start + along * to))
    }
}

/// The last three digits of a lot's code, or all of another: what a plan has room for.
pub fn short_code(code: &str) -> &str {
    code.get(11..).filter(|_| code.len() == 14).unwrap_or(code)
}

fn length_m(side: Line<f64>) -> f64 {
    side.dx().hypot(side.dy())
}

#[cfg(test)]
mod tests {
    use geo_types::{Rect, line_string};

    use super::*;

    #[test]
    fn a_street_is_named_where_it_is_seen_and_a_short_side_is_not() {
        let mut drawing = Drawing::of(Rect::new((0.0, 0.0), (100.0, 100.0)), 0.0);
        let axis = line_string![(x: -900.0, y: 50.0), (x: 900.0, y: 50.0)];
        drawing.name_along(&axis.into(), 3.0, "Jr. <Lima>");
        let side = |x: f64| Line::new(Coord::from((0.0, 0.0)), Coord::from((x, 0.0)));
        drawing.along(side(4.0), 3.0, "4.00");
        drawing.along(side(20.0), 3.0, "20.00");
        let svg = drawing.svg("un plano");
        assert!(svg.contains("x=\"50.00\" y=\"50.00\""), "{svg}");
        assert!(
            svg.contains("Jr. &lt;Lima&gt;") && svg.contains(">20.00<"),
            "{svg}"
        );
        assert!(!svg.contains(">4.00<"), "{svg}");
    }
}
