//! From the ground to millimetres of paper: right and down from the upper left corner of the map.

use domain::parcel::Ring;
use geo::BooleanOps as _;
use geo_types::{Coord, LineString, MultiPolygon, Rect};
use serde::Serialize;

use super::Frame;

/// What lies nearer to the point before it is not drawn, in millimetres: a tenth of the thinnest line. The parcel itself is
/// drawn with all of its vertices.
const THIN_MM: f64 = 0.02;

/// A line on paper.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct PaperLine(pub(crate) Vec<[f64; 2]>);

/// A map's paper.
pub(crate) struct Paper {
    pub(crate) window: Rect<f64>,
    mm_per_m: f64,
}

impl Paper {
    pub(crate) fn of(frame: &Frame) -> Self {
        Self {
            window: frame.window,
            mm_per_m: 1000.0 / f64::from(frame.denominator),
        }
    }

    /// Where a place lies on paper. Rounded to a ten-thousandth of a millimetre: at 1:1000 a tenth of one on the ground.
    pub(crate) fn place(&self, at: Coord<f64>) -> [f64; 2] {
        let round = |mm: f64| (mm * 1e4).round() / 1e4;
        [
            round((at.x - self.window.min().x) * self.mm_per_m),
            round((self.window.max().y - at.y) * self.mm_per_m),
        ]
    }

    /// A length on paper.
    pub(crate) fn mm(&self, metres: f64) -> f64 {
        metres * self.mm_per_m
    }

    /// A length on the ground.
    pub(crate) fn metres(&self, mm: f64) -> f64 {
        mm / self.mm_per_m
    }

    /// A closed ring, with its first vertex again at its end.
    pub(crate) fn ring(&self, ring: &Ring) -> PaperLine {
        let at = ring.vertices.iter().chain(ring.vertices.first());
        PaperLine(at.map(|vertex| self.place(vertex.at)).collect())
    }

    /// What of the outlines of a shape lies in the window.
    pub(crate) fn outlines(&self, shape: &MultiPolygon<f64>) -> Vec<PaperLine> {
        shape
            .iter()
            .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
            .flat_map(|ring| self.line(ring))
            .collect()
    }

    /// The rings of what of a ground lies in the window.
    pub(crate) fn areas(&self, shape: &MultiPolygon<f64>) -> Vec<PaperLine> {
        let seen = shape.intersection(&self.window.to_polygon());
        let rings = seen
            .iter()
            .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
        rings
            .map(|ring| {
                let mut points: Vec<[f64; 2]> = Vec::new();
                for at in ring.coords().map(|at| self.place(*at)) {
                    if points.last().is_none_or(|before| apart(*before, at)) {
                        points.push(at);
                    }
                }
                PaperLine(points)
            })
            .filter(|ring| ring.0.len() > 2)
            .collect()
    }

    /// What of a line lies in the window.
    pub(crate) fn line(&self, line: &LineString<f64>) -> Vec<PaperLine> {
        let mut lines: Vec<PaperLine> = Vec::new();
        let mut last: Option<Coord<f64>> = None;
        for side in line.lines() {
            let Some((from, to)) = self.clipped(side.start, side.end) else {
                last = None;
                continue;
            };
            if last != Some(from) {
                lines.push(PaperLine(vec![self.place(from)]));
            }
            if let Some(PaperLine(points)) = lines.last_mut() {
                let (end, before) = (self.place(to), points[points.len() - 1]);
                if apart(before, end) {
                    points.push(end);
                }
            }
            last = Some(to);
        }
        lines.retain(|line| line.0.len() > 1);
        lines
    }

    /// The part of a side that lies in the window (Liang and Barsky).
    pub(crate) fn clipped(
        &self,
        from: Coord<f64>,
        to: Coord<f64>,
    ) -> Option<(Coord<f64>, Coord<f64>)> {
        let way = to - from;
        let (min, max) = (self.window.min(), self.window.max());
        let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
        for (step, room) in [
            (-way.x, from.x - min.x),
            (way.x, max.x - from.x),
            (-way.y, from.y - min.y),
            (way.y, max.y - from.y),
        ] {
            if step < 0.0 {
                enters = enters.max(room / step);
            } else if step > 0.0 {
                leaves = leaves.min(room / step);
            } else if room < 0.0 {
                return None;
            }
        }
        let at = |share: f64| {
            if share <= 0.0 {
                from
            } else if share >= 1.0 {
                to
            } else {
                from + way * share
            }
        };
        (enters < leaves).then(|| (at(enters), at(leaves)))
    }
}

/// Whether two places can be told apart on paper.
fn apart(a: [f64; 2], b: [f64; 2]) -> bool {
    (a[0] - b[0]).hypot(a[1] - b[1]) >= THIN_MM
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper() -> Paper {
        Paper {
            window: Rect::new((0.0, 0.0), (100.0, 50.0)),
            mm_per_m: 2.0,
        }
    }

    #[test]
    fn a_place_is_right_and_down_of_the_upper_left_corner() {
        let at = paper().place(Coord { x: 10.0, y: 40.0 });
        assert_eq!(PaperLine(vec![at]), PaperLine(vec![[20.0, 20.0]]));
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two() {
        let line = LineString::from(vec![(10.0, 10.0), (10.0, 60.0), (20.0, 60.0), (20.0, 10.0)]);
        assert_eq!(
            paper().line(&line),
            [
                PaperLine(vec![[20.0, 80.0], [20.0, 0.0]]),
                PaperLine(vec![[40.0, 0.0], [40.0, 80.0]])
            ]
        );
        assert_eq!(
            paper().line(&LineString::from(vec![(-5.0, -5.0), (-5.0, 60.0)])),
            []
        );
    }
}
