//! Edges in horizontal stripes: which of thousands come near a height.

use geo_types::{Coord, LineString};

/// One straight piece of a ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) from: Coord<f64>,
    pub(crate) to: Coord<f64>,
}

impl Edge {
    pub(crate) fn y_min(&self) -> f64 {
        self.from.y.min(self.to.y)
    }

    pub(crate) fn y_max(&self) -> f64 {
        self.from.y.max(self.to.y)
    }

    pub(crate) fn x_min(&self) -> f64 {
        self.from.x.min(self.to.x)
    }

    pub(crate) fn x_max(&self) -> f64 {
        self.from.x.max(self.to.x)
    }
}

/// The edges of a closed ring; repeated vertices make none.
pub(crate) fn edges_of(ring: &LineString<f64>) -> impl Iterator<Item = Edge> + '_ {
    ring.0
        .windows(2)
        .filter(|pair| pair[0] != pair[1])
        .map(|pair| Edge {
            from: pair[0],
            to: pair[1],
        })
}

/// For each stripe the numbers of the edges that reach into it.
#[derive(Clone, Debug)]
pub(super) struct Stripes {
    y_min: f64,
    /// Stripes in a metre of height.
    per_m: f64,
    /// Stripe `i` holds `entries[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    entries: Vec<u32>,
}

/// How often an edge may be listed on average: a stripe more per edge makes look-ups faster, until tall edges
/// are listed in every one. Eight keeps the list small against the edges themselves (8 × 4 of 32 bytes).
const LISTED_MAX: f64 = 8.0;

impl Stripes {
    pub(super) fn new(edges: &[Edge]) -> Self {
        let y_min = edges.iter().map(Edge::y_min).fold(f64::INFINITY, f64::min);
        let y_max = edges
            .iter()
            .map(Edge::y_max)
            .fold(f64::NEG_INFINITY, f64::max);
        let height = y_max - y_min;
        let count = stripe_count(edges, height);
        let per_m = if height > 0.0 {
            count as f64 / height
        } else {
            0.0
        };
        let mut stripes = Self {
            y_min,
            per_m,
            starts: vec![0; count + 1],
            entries: Vec::new(),
        };

        for edge in edges {
            for stripe in stripes.of(edge.y_min())..=stripes.of(edge.y_max()) {
                stripes.starts[stripe + 1] += 1;
            }
        }
        for stripe in 0..count {
            stripes.starts[stripe + 1] += stripes.starts[stripe];
        }
        let mut next = stripes.starts.clone();
        stripes.entries = vec![0; stripes.starts[count] as usize];
        for (number, edge) in (0_u32..).zip(edges) {
            for place in &mut next[stripes.of(edge.y_min())..=stripes.of(edge.y_max())] {
                stripes.entries[*place as usize] = number;
                *place += 1;
            }
        }
        stripes
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The stripe a height is in, the nearest one if it is in none. Never falls as `y` rises, so that an edge is
    /// listed wherever one of its points is looked for.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and is clamped"
    )]
    pub(super) fn of(&self, y: f64) -> usize {
        (((y - self.y_min) * self.per_m) as usize).min(self.count() - 1)
    }

    pub(super) fn listed(&self, stripe: usize) -> &[u32] {
        &self.entries[self.starts[stripe] as usize..self.starts[stripe + 1] as usize]
    }

    /// Calls `visit` once for every edge that may reach into the heights, and for few others.
    pub(super) fn each_between(
        &self,
        edges: &[Edge],
        low: f64,
        high: f64,
        mut visit: impl FnMut(&Edge),
    ) {
        let first = self.of(low);
        for stripe in first..=self.of(high) {
            for &number in self.listed(stripe) {
                let edge = &edges[number as usize];
                // An edge of several stripes is met in the first of them that is asked for.
                if stripe == first || self.of(edge.y_min()) == stripe {
                    visit(edge);
                }
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and is clamped"
)]
fn stripe_count(edges: &[Edge], height: f64) -> usize {
    if edges.len() < 8 || height.is_nan() || height <= 0.0 {
        return 1;
    }
    let climbed: f64 = edges.iter().map(|edge| edge.y_max() - edge.y_min()).sum();
    // So many edges does a level line meet on average.
    let met = (climbed / height).max(1.0);
    ((edges.len() as f64 * (LISTED_MAX / met).min(1.0)) as usize).max(1)
}
