//! The box of a parcel in upright slabs, and the sum of the sections through them.

use geo_types::Coord;

use crate::geometry::stripes::Edge;

/// A border in metres from the lower left corner of the box, from left to right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Border {
    left: Coord<f64>,
    right: Coord<f64>,
    rise_per_m: f64,
    /// 0 for the parcel, else one more than the place among the areas that cut it.
    owner: usize,
    foot: Foot,
}

/// Where a border stands to the bottom line of the box. An end on the line counts as below it.
#[derive(Clone, Copy, Debug)]
enum Foot {
    Above,
    Below,
    /// Passes the line right of the corner at `x`, or left of it at some negative `x`.
    Passes {
        x: f64,
        left_end_above: bool,
    },
}

impl Border {
    pub(super) fn of_parcel(edge: &Edge, corner: Coord<f64>) -> Self {
        Self::new(edge, corner, 0, |_, _| Foot::Above)
    }

    pub(super) fn of_area(
        edge: &Edge,
        corner: Coord<f64>,
        passes_right: bool,
        owner: usize,
    ) -> Self {
        Self::new(edge, corner, owner, |left, right| {
            match (left.y > 0.0, right.y > 0.0) {
                (true, true) => Foot::Above,
                (false, false) => Foot::Below,
                (left_end_above, _) => {
                    let x = left.x - left.y * (right.x - left.x) / (right.y - left.y);
                    Foot::Passes {
                        x: if passes_right { x.max(0.0) } else { -1.0 },
                        left_end_above,
                    }
                }
            }
        })
    }

    fn new(
        edge: &Edge,
        corner: Coord<f64>,
        owner: usize,
        foot: impl FnOnce(Coord<f64>, Coord<f64>) -> Foot,
    ) -> Self {
        let (from, to) = (edge.from - corner, edge.to - corner);
        // Turned the same way for both neighbours of a shared border, which then get the very same heights.
        let (left, right) = if (from.x, from.y) <= (to.x, to.y) {
            (from, to)
        } else {
            (to, from)
        };
        let run = right.x - left.x;
        let rise_per_m = if run > 0.0 {
            (right.y - left.y) / run
        } else {
            0.0
        };
        Self {
            left,
            right,
            rise_per_m,
            owner,
            foot: foot(left, right),
        }
    }

    fn height_at(&self, x: f64) -> f64 {
        // From the nearer end, so that a border ends where its neighbour begins.
        if x - self.left.x < self.right.x - x {
            self.left.y + self.rise_per_m * (x - self.left.x)
        } else {
            self.right.y - self.rise_per_m * (self.right.x - x)
        }
    }

    fn is_above_bottom_at(&self, x: f64) -> bool {
        match self.foot {
            Foot::Above => true,
            Foot::Below => false,
            Foot::Passes {
                x: foot,
                left_end_above,
            } => (x < foot) == left_end_above,
        }
    }
}

/// A border inside one slab.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    at_left: f64,
    at_right: f64,
    owner: usize,
}

/// What the sections of all slabs add up to in square metres, but for the shares.
#[derive(Default)]
pub(super) struct Sections {
    pub(super) covered: f64,
    pub(super) uncovered: f64,
    pub(super) doubly_covered: f64,
}

/// The working memory of one ledger after the other.
#[derive(Default)]
pub(super) struct Slabs {
    width: f64,
    height: f64,
    borders: Vec<Border>,
    /// Where slabs begin and end.
    cuts: Vec<f64>,
    /// Where an area's border passes the bottom line, and whose.
    feet: Vec<(f64, usize)>,
    /// Whether the bottom of the slab at hand is inside, by owner.
    bottom: Vec<bool>,
    /// The same on the way up through a section.
    inside: Vec<bool>,
    /// Numbers of the borders over the slab at hand.
    active: Vec<usize>,
    section: Vec<Crossing>,
    unsorted: Vec<Crossing>,
    /// Where borders change places inside the slab at hand, between 0 and 1.
    swaps: Vec<f64>,
    shares_m2: Vec<f64>,
}

impl Slabs {
    pub(super) fn clear(&mut self, width: f64, height: f64) {
        (self.width, self.height) = (width, height);
        self.borders.clear();
        self.cuts.clear();
        self.cuts.extend([0.0, width]);
        self.feet.clear();
        self.active.clear();
        self.shares_m2.clear();
        self.bottom.clear();
        self.bottom.push(false);
    }

    /// Says whether the lower left corner is inside the next owner's area.
    pub(super) fn start(&mut self, owner: usize, corner_inside: bool) {
        debug_assert_eq!(owner, self.bottom.len());
        self.bottom.push(corner_inside);
        self.shares_m2.push(0.0);
    }

    pub(super) fn add(&mut self, border: Border) {
        if let Foot::Passes { x, .. } = border.foot
            && x >= 0.0
        {
            self.feet.push((x, border.owner));
            self.cut(x);
        }
        self.cut(border.left.x);
        self.cut(border.right.x);
        // An upright border has no height over any slab; only its foot counts.
        if border.left.x < border.right.x && !matches!(border.foot, Foot::Below) {
            self.borders.push(border);
        }
    }

    fn cut(&mut self, x: f64) {
        if x > 0.0 && x < self.width {
            self.cuts.push(x);
        }
    }

    pub(super) fn shares_m2(&self) -> &[f64] {
        &self.shares_m2
    }

    /// Adds up all sections. `surrounding` areas lie around the whole box.
    pub(super) fn sum(&mut self, surrounding: u32) -> Sections {
        let mut sections = Sections::default();
        self.cuts.sort_unstable_by(f64::total_cmp);
        self.cuts.dedup();
        self.feet.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        self.borders
            .sort_unstable_by(|a, b| a.left.x.total_cmp(&b.left.x));

        let (mut next_border, mut next_foot) = (0, 0);
        for slab in 1..self.cuts.len() {
            let (left, right) = (self.cuts[slab - 1], self.cuts[slab]);
            let middle = f64::midpoint(left, right);
            while let Some(&(_, owner)) = self.feet.get(next_foot).filter(|(x, _)| *x < middle) {
                self.bottom[owner] = !self.bottom[owner];
                next_foot += 1;
            }
            while self
                .borders
                .get(next_border)
                .is_some_and(|border| border.left.x <= left)
            {
                self.active.push(next_border);
                next_border += 1;
            }
            self.cross(left, right);
            self.sum_slab(right - left, surrounding, &mut sections);
        }
        sections
    }

    /// Fills the section with the borders over a slab, from below, and finds where they change places.
    fn cross(&mut self, left: f64, right: f64) {
        let Self {
            active,
            borders,
            section,
            height,
            ..
        } = self;
        active.retain(|&number| borders[number].right.x > left);
        let middle = f64::midpoint(left, right);
        section.clear();
        for border in active.iter().map(|&number| &borders[number]) {
            let (at_left, at_right) = (border.height_at(left), border.height_at(right));
            if border.is_above_bottom_at(middle) && !(at_left > *height && at_right > *height) {
                section.push(Crossing {
                    at_left,
                    at_right,
                    owner: border.owner,
                });
            }
        }
        section.sort_by(|a, b| {
            a.at_left
                .total_cmp(&b.at_left)
                .then(a.at_right.total_cmp(&b.at_right))
        });
        self.find_swaps();
    }

    fn find_swaps(&mut self) {
        self.swaps.clear();
        // Borders out of order by less are taken as they are: the error is below 1e-11 of the box.
        let hidden = 1e-12 * self.height;
        if self
            .section
            .windows(2)
            .all(|pair| pair[0].at_right <= pair[1].at_right + hidden)
        {
            return;
        }
        let order = &mut self.unsorted;
        order.clone_from(&self.section);
        for end in 1..order.len() {
            let mut place = end;
            while place > 0 && order[place - 1].at_right > order[place].at_right {
                let (lower, upper) = (&order[place - 1], &order[place]);
                let gap_left = upper.at_left - lower.at_left;
                let gap_right = lower.at_right - upper.at_right;
                self.swaps.push(gap_left / (gap_left + gap_right));
                order.swap(place - 1, place);
                place -= 1;
            }
        }
        self.swaps.sort_unstable_by(f64::total_cmp);
    }

    fn sum_slab(&mut self, width: f64, surrounding: u32, sections: &mut Sections) {
        if self.swaps.is_empty() {
            self.sum_section(0.5, width, surrounding, sections);
            return;
        }
        let mut from = 0.0;
        for swap in 0..=self.swaps.len() {
            let to = self.swaps.get(swap).copied().unwrap_or(1.0);
            if to > from {
                let along = f64::midpoint(from, to);
                self.section
                    .sort_by(|a, b| a.height(along).total_cmp(&b.height(along)));
                self.sum_section(along, (to - from) * width, surrounding, sections);
                from = to;
            }
        }
    }

    /// Goes up through the section and adds what lies between its borders.
    fn sum_section(&mut self, along: f64, width: f64, surrounding: u32, sections: &mut Sections) {
        self.inside.clone_from(&self.bottom);
        let mut depth = surrounding
            + u32::try_from(self.bottom.iter().filter(|is| **is).count()).unwrap_or(u32::MAX);
        let mut below = 0.0;
        for border in &self.section {
            let height = border.height(along);
            if self.inside[0] {
                let piece_m2 = (height - below) * width;
                if depth == 0 {
                    sections.uncovered += piece_m2;
                } else {
                    sections.covered += piece_m2;
                    sections.doubly_covered += f64::from(depth - 1) * piece_m2;
                    for (share, _) in self
                        .shares_m2
                        .iter_mut()
                        .zip(&self.inside[1..])
                        .filter(|(_, is)| **is)
                    {
                        *share += piece_m2;
                    }
                }
            }
            below = height;
            let inside = &mut self.inside[border.owner];
            *inside = !*inside;
            if border.owner > 0 {
                depth = if *inside { depth + 1 } else { depth - 1 };
            }
        }
    }
}

impl Crossing {
    fn height(&self, along: f64) -> f64 {
        self.at_left + (self.at_right - self.at_left) * along
    }
}
