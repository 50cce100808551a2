//! The rings of a shape without repeated corners, all in one list.

use geo_types::{Coord, LineString, MultiPolygon};

use super::{Fault, FaultKind};
use crate::geometry::{
    predicates::{Side, in_angle, passes_right_of, side},
    stripes::{Edge, Stripes},
};

/// All rings of a shape: for each part its shell, then its holes.
pub(super) struct Rings {
    /// The edges of all rings in order; the end of each is the start of the next but at a ring's end.
    pub(super) edges: Vec<Edge>,
    pub(super) rings: Vec<Ring>,
}

#[derive(Clone, Copy)]
pub(super) struct Ring {
    /// Number of its first edge.
    pub(super) start: usize,
    /// One more than the number of its last edge.
    pub(super) end: usize,
    /// Number of the part it belongs to.
    pub(super) part: usize,
    pub(super) min: Coord<f64>,
    pub(super) max: Coord<f64>,
}

impl Ring {
    pub(super) fn box_is_within(&self, other: &Ring) -> bool {
        self.min.x >= other.min.x
            && self.max.x <= other.max.x
            && self.min.y >= other.min.y
            && self.max.y <= other.max.y
    }
}

/// Where a point is to a ring.
enum Place {
    Inside,
    Outside,
    /// On this edge of it, its end not counted.
    On(usize),
}

impl Rings {
    pub(super) fn of(shape: &MultiPolygon<f64>) -> Result<Self, Fault> {
        let coordinates = shape.0.iter().map(|part| {
            part.exterior().0.len()
                + part
                    .interiors()
                    .iter()
                    .map(|hole| hole.0.len())
                    .sum::<usize>()
        });
        let mut rings = Self {
            edges: Vec::with_capacity(coordinates.sum()),
            rings: Vec::with_capacity(shape.0.len()),
        };
        for (number, part) in shape.0.iter().enumerate() {
            rings.add(part.exterior(), number)?;
            for hole in part.interiors().iter().filter(|hole| !hole.0.is_empty()) {
                rings.add(hole, number)?;
            }
        }
        Ok(rings)
    }

    fn add(&mut self, ring: &LineString<f64>, part: usize) -> Result<(), Fault> {
        let Some(&first) = ring.0.first() else {
            return Err(FaultKind::Empty.at(Coord::zero()));
        };
        if ring.0.last() != Some(&first) {
            return Err(FaultKind::NotClosed.at(first));
        }
        let start = self.edges.len();
        let (mut min, mut max) = (first, first);
        for pair in ring.0.windows(2).filter(|pair| pair[0] != pair[1]) {
            self.edges.push(Edge {
                from: pair[0],
                to: pair[1],
            });
            min = Coord {
                x: min.x.min(pair[1].x),
                y: min.y.min(pair[1].y),
            };
            max = Coord {
                x: max.x.max(pair[1].x),
                y: max.y.max(pair[1].y),
            };
        }
        let end = self.edges.len();
        if end - start < 3 {
            return Err(FaultKind::TooFewPoints.at(first));
        }
        self.rings.push(Ring {
            start,
            end,
            part,
            min,
            max,
        });
        Ok(())
    }

    /// The number of the ring an edge belongs to.
    pub(super) fn ring_of(&self, edge: usize) -> usize {
        self.rings.partition_point(|ring| ring.end <= edge)
    }

    /// The edge before, round its ring.
    pub(super) fn before(&self, edge: usize, ring: &Ring) -> &Edge {
        &self.edges[if edge == ring.start {
            ring.end - 1
        } else {
            edge - 1
        }]
    }

    pub(super) fn edges(&self, ring: &Ring) -> &[Edge] {
        &self.edges[ring.start..ring.end]
    }

    /// Whether a ring lies inside another. The two may touch at points, but neither cross nor run together.
    pub(super) fn is_inside(&self, inner: &Ring, outer: &RingToAsk<'_>) -> bool {
        if !inner.box_is_within(outer.ring) {
            return false;
        }
        let first = &self.edges[inner.start];
        match outer.place_of(first.from) {
            Place::Inside => true,
            Place::Outside => false,
            // The first corner is on the border: its edge sets out to one side, and stays there.
            Place::On(edge) => {
                let on = &self.edges[outer.ring.start + edge];
                let ground_is_left = outer.turns_left();
                if on.from == first.from {
                    let back = self.before(outer.ring.start + edge, outer.ring).from;
                    let (from, to) = if ground_is_left {
                        (on.to, back)
                    } else {
                        (back, on.to)
                    };
                    in_angle(on.from, from, to, first.to)
                } else {
                    side(on.from, on.to, first.to)
                        == if ground_is_left {
                            Side::Left
                        } else {
                            Side::Right
                        }
                }
            }
        }
    }
}

/// A ring that is asked for the place of points, more than once.
pub(super) struct RingToAsk<'a> {
    pub(super) ring: &'a Ring,
    edges: &'a [Edge],
    stripes: Stripes,
}

impl<'a> RingToAsk<'a> {
    pub(super) fn new(rings: &'a Rings, ring: &'a Ring) -> Self {
        let edges = rings.edges(ring);
        Self {
            ring,
            edges,
            stripes: Stripes::new(edges),
        }
    }

    fn place_of(&self, point: Coord<f64>) -> Place {
        let mut odd = false;
        for &number in self.stripes.listed(self.stripes.of(point.y)) {
            let edge = &self.edges[number as usize];
            if point != edge.to && meets(edge, point) {
                return Place::On(number as usize);
            }
            odd ^= passes_right_of(edge.from, edge.to, point);
        }
        if odd { Place::Inside } else { Place::Outside }
    }

    /// Whether the ring turns counter-clockwise: asked at its highest corner, exactly.
    fn turns_left(&self) -> bool {
        let highest = (0..self.edges.len()).max_by(|&a, &b| {
            let (a, b) = (self.edges[a].from, self.edges[b].from);
            a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x))
        });
        let Some(highest) = highest else { return true };
        let before = if highest == 0 {
            self.edges.len() - 1
        } else {
            highest - 1
        };
        side(
            self.edges[before].from,
            self.edges[highest].from,
            self.edges[highest].to,
        ) == Side::Left
    }
}

/// Whether a point is on an edge, ends included.
pub(super) fn meets(edge: &Edge, point: Coord<f64>) -> bool {
    point.x >= edge.x_min()
        && point.x <= edge.x_max()
        && point.y >= edge.y_min()
        && point.y <= edge.y_max()
        && side(edge.from, edge.to, point) == Side::On
}
