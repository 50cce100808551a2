//! The parcels in an order of their own, with their sides in one list.

use std::{borrow::Cow, ops::Range};

use geo_types::{Coord, LineString};

use super::Lot;
use crate::geometry::{Edge, PreparedArea, area::signed_ring_area_m2, edges_of};

/// From so many sides on a parcel is prepared to be asked.
const MANY_SIDES: usize = 256;

/// A parcel of the file or in force.
pub(in crate::survey) struct Member<'a> {
    pub(in crate::survey) lot: &'a Lot<'a>,
    pub(in crate::survey) in_file: bool,
    pub(in crate::survey) min: Coord<f64>,
    pub(in crate::survey) max: Coord<f64>,
    sides: Range<usize>,
}

/// All parcels, those with most sides first. The order does not depend on that of the file.
pub(in crate::survey) struct Members<'a> {
    pub(in crate::survey) all: Vec<Member<'a>>,
    /// Every side with the parcel's ground to its left.
    sides: Vec<Edge>,
    /// The first parcels, which have many sides.
    prepared: Vec<PreparedArea>,
}

impl<'a> Members<'a> {
    /// Parcels without ground are nobody's neighbours and are left out.
    pub(super) fn new(file: &'a [Lot<'a>], in_force: &'a [Lot<'a>]) -> Self {
        let file = file.iter().map(|lot| (lot, true));
        let mut ranked: Vec<(usize, &Lot<'_>, bool)> = file
            .chain(in_force.iter().map(|lot| (lot, false)))
            .map(|(lot, in_file)| (vertices(lot), lot, in_file))
            .collect();
        ranked.sort_by(|a, b| {
            let key = |(vertices, lot, in_file): &(usize, &'a Lot<'a>, bool)| {
                (std::cmp::Reverse(*vertices), lot.code, lot.row, *in_file)
            };
            key(a).cmp(&key(b))
        });
        let mut members = Self {
            all: Vec::with_capacity(ranked.len()),
            sides: Vec::with_capacity(ranked.iter().map(|(vertices, ..)| vertices).sum()),
            prepared: Vec::new(),
        };
        for (_, lot, in_file) in ranked {
            members.add(lot, in_file);
        }
        members.prepared = members
            .all
            .iter()
            .take_while(|member| member.sides.len() >= MANY_SIDES)
            .map(|member| PreparedArea::new(member.lot.shape))
            .collect();
        members
    }

    fn add(&mut self, lot: &'a Lot<'a>, in_file: bool) {
        let start = self.sides.len();
        for part in lot.shape {
            self.add_ring(part.exterior(), true);
            for hole in part.interiors() {
                self.add_ring(hole, false);
            }
        }
        let own = &self.sides[start..];
        let far = Coord {
            x: f64::INFINITY,
            y: f64::INFINITY,
        };
        let (min, max) = own.iter().fold((far, -far), |(min, max), side| {
            (
                Coord {
                    x: min.x.min(side.x_min()),
                    y: min.y.min(side.y_min()),
                },
                Coord {
                    x: max.x.max(side.x_max()),
                    y: max.y.max(side.y_max()),
                },
            )
        });
        let has_place = own
            .iter()
            .all(|side| side.from.x.is_finite() && side.from.y.is_finite());
        if own.is_empty() || !has_place {
            self.sides.truncate(start);
            return;
        }
        self.all.push(Member {
            lot,
            in_file,
            min,
            max,
            sides: start..self.sides.len(),
        });
    }

    fn add_ring(&mut self, ring: &LineString<f64>, is_shell: bool) {
        let turns_left = signed_ring_area_m2(ring) > 0.0;
        if turns_left == is_shell {
            self.sides.extend(edges_of(ring));
        } else {
            let start = self.sides.len();
            self.sides.extend(edges_of(ring).map(|side| Edge {
                from: side.to,
                to: side.from,
            }));
            self.sides[start..].reverse();
        }
    }

    /// The sides of a parcel, ring by ring.
    pub(in crate::survey) fn sides(&self, member: &Member<'_>) -> &[Edge] {
        &self.sides[member.sides.clone()]
    }

    /// How many sides all have.
    pub(super) fn sides_of_all(&self) -> usize {
        self.sides.len()
    }

    /// The ground of a parcel, made ready to be asked.
    pub(super) fn ground(&self, number: usize) -> Cow<'_, PreparedArea> {
        match self.prepared.get(number) {
            Some(prepared) => Cow::Borrowed(prepared),
            None => Cow::Owned(PreparedArea::new(self.all[number].lot.shape)),
        }
    }

    /// Whether a point lies on the ground of a parcel; on its border either.
    pub(in crate::survey) fn holds(&self, number: usize, point: Coord<f64>) -> bool {
        if let Some(prepared) = self.prepared.get(number) {
            return prepared.point_in(point);
        }
        let member = &self.all[number];
        let boxed = point.x >= member.min.x
            && point.x <= member.max.x
            && point.y >= member.min.y
            && point.y <= member.max.y;
        boxed
            && self
                .sides(member)
                .iter()
                .filter(|side| passes_right(side, point))
                .count()
                % 2
                == 1
    }
}

fn passes_right(side: &Edge, point: Coord<f64>) -> bool {
    (side.from.y > point.y) != (side.to.y > point.y) && {
        let along = (point.y - side.from.y) / (side.to.y - side.from.y);
        side.from.x + along * (side.to.x - side.from.x) > point.x
    }
}

fn vertices(lot: &Lot<'_>) -> usize {
    let rings = lot
        .shape
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
    rings.map(|ring| ring.0.len()).sum()
}
