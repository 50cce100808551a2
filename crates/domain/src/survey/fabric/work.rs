//! Each parcel against its neighbours, shared out to the cores.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    thread,
};

use super::{
    TooManyOverlaps,
    borders::{Exposed, Frame, bare, lies_between, shadow},
    index::{Index, grown, looks_max},
    meetings::{Meetings, slab_load},
    members::Members,
};
use crate::{
    geometry::{PreparedArea, Scratch, ledger_with},
    survey::{
        Tolerances,
        rules::{border::Uneven, overlap::Common},
    },
};

/// What the pass over all pairs of neighbours gives.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) common: Vec<Common>,
    pub(super) uneven: Vec<Uneven>,
    pub(super) exposed: Vec<Exposed>,
}

/// Parcels that a core takes at a time.
const CHUNK: usize = 512;
/// More cores than this share memory rather than work.
const CORES_MAX: usize = 8;

/// Looks at every parcel beside its neighbours.
pub(super) fn share_out(
    members: &Members<'_>,
    index: &Index,
    tolerances: &Tolerances,
) -> Result<Passed, TooManyOverlaps> {
    let chunks = members.all.len().div_ceil(CHUNK);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let shared = Shared {
        members,
        index,
        tolerances,
        next: AtomicUsize::new(0),
        left: AtomicU64::new(looks_max(members)),
        stopped: AtomicBool::new(false),
    };
    let mut parts = thread::scope(|scope| {
        let helpers: Vec<_> = (1..cores.min(CORES_MAX).min(chunks))
            .map(|_| scope.spawn(|| Worker::new(&shared).take_chunks()))
            .collect();
        let mut parts = Worker::new(&shared).take_chunks();
        for helper in helpers {
            match helper.join() {
                Ok(more) => parts.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    if shared.stopped.into_inner() {
        return Err(TooManyOverlaps {
            lots: members.all.len(),
            limit: looks_max(members),
        });
    }
    // Whoever took a chunk, its findings stand in its place.
    parts.sort_by_key(|(chunk, _)| *chunk);
    let mut passed = Passed::default();
    for (_, part) in parts {
        passed.common.extend(part.common);
        passed.uneven.extend(part.uneven);
        passed.exposed.extend(part.exposed);
    }
    Ok(passed)
}

struct Shared<'f> {
    members: &'f Members<'f>,
    index: &'f Index,
    tolerances: &'f Tolerances,
    next: AtomicUsize,
    /// Looks at two sides that are still allowed.
    left: AtomicU64,
    stopped: AtomicBool,
}

struct Worker<'f> {
    shared: &'f Shared<'f>,
    near: Vec<u32>,
    meetings: Meetings,
    covered: Vec<(usize, f64, f64)>,
    scratch: Scratch,
    passed: Passed,
}

impl<'f> Worker<'f> {
    fn new(shared: &'f Shared<'f>) -> Self {
        Self {
            shared,
            near: Vec::new(),
            meetings: Meetings::default(),
            covered: Vec::new(),
            scratch: Scratch::default(),
            passed: Passed::default(),
        }
    }

    fn take_chunks(mut self) -> Vec<(usize, Passed)> {
        let mut parts = Vec::new();
        loop {
            let chunk = self.shared.next.fetch_add(1, Ordering::Relaxed);
            let start = chunk * CHUNK;
            let end = (start + CHUNK).min(self.shared.members.all.len());
            if start >= end || self.shared.stopped.load(Ordering::Relaxed) {
                return parts;
            }
            for number in start..end {
                self.parcel(number);
            }
            parts.push((chunk, std::mem::take(&mut self.passed)));
        }
    }

    /// Holds a parcel against all its neighbours; judges those pairs in which it comes first.
    fn parcel(&mut self, number: usize) {
        let Shared {
            members,
            index,
            tolerances,
            ..
        } = *self.shared;
        // A parcel in force bounds a hole beside the file only if it is no farther off than the hole is wide.
        let reach = tolerances.gap.enclosed.get().sqrt();
        if !index.is_near_file(members, number, reach) {
            return;
        }
        let own = &members.all[number];
        let snap = tolerances
            .gap
            .snap
            .get()
            .max(tolerances.uneven_border.snap.get());
        index.near(&grown(own.min, own.max, snap), &mut self.near);
        self.covered.clear();
        let mut prepared = None;
        for other in std::mem::take(&mut self.near) {
            let other = other as usize;
            if other == number {
                continue;
            }
            if !self.side_by_side(number, other, snap) {
                self.shared.stopped.store(true, Ordering::Relaxed);
                return;
            }
            let judged = number < other && (own.in_file || members.all[other].in_file);
            if judged && !self.common_ground(number, other, &mut prepared) {
                self.shared.stopped.store(true, Ordering::Relaxed);
                return;
            }
        }
        bare(
            u32::try_from(number).unwrap_or(u32::MAX),
            members.sides(own),
            &mut self.covered,
            tolerances.gap.snap.get(),
            &mut self.passed.exposed,
        );
    }

    /// What runs along the parcel's sides, and which vertices do not match; `false` where that is too much work.
    fn side_by_side(&mut self, number: usize, other: usize, snap: f64) -> bool {
        let Shared {
            members,
            tolerances,
            ..
        } = *self.shared;
        let (own, theirs) = (&members.all[number], &members.all[other]);
        let judged = number < other && (own.in_file || theirs.in_file);
        let (own_sides, their_sides) = (members.sides(own), members.sides(theirs));
        let mut uneven = Uneven::new(number, other);
        let (gap_snap, even_snap) = (
            tolerances.gap.snap.get(),
            tolerances.uneven_border.snap.get(),
        );
        let covered = &mut self.covered;
        let looks = self.meetings.each(
            (own_sides, own.min, own.max),
            (their_sides, theirs.min, theirs.max),
            snap,
            self.shared.left.load(Ordering::Relaxed),
            |side, beside| {
                let (a, b) = (&own_sides[side], &their_sides[beside]);
                let frame = Frame::of(a);
                if let Some((from, to)) = shadow(&frame, b, gap_snap) {
                    covered.push((side, from, to));
                }
                if judged {
                    if lies_between(&frame, a, b.from, even_snap) {
                        uneven.missing_in_first.push(b.from);
                    }
                    if lies_between(&Frame::of(b), b, a.from, even_snap) {
                        uneven.missing_in_second.push(a.from);
                    }
                }
            },
        );
        if uneven.is_any() {
            self.passed.uneven.push(uneven);
        }
        looks.is_some_and(|looks| self.spend(looks))
    }

    /// The ground that both have; `false` where that is too much work.
    fn common_ground(
        &mut self,
        number: usize,
        other: usize,
        prepared: &mut Option<PreparedArea>,
    ) -> bool {
        let Shared {
            members,
            tolerances,
            ..
        } = *self.shared;
        let (own, theirs) = (&members.all[number], &members.all[other]);
        let width = own.max.x.min(theirs.max.x) - own.min.x.max(theirs.min.x);
        let height = own.max.y.min(theirs.max.y) - own.min.y.max(theirs.min.y);
        let counted = tolerances.overlap.counted.get();
        if width <= 0.0 || height <= 0.0 || width * height <= counted {
            return true;
        }
        if !self.spend(slab_load(members.sides(own), members.sides(theirs))) {
            return false;
        }
        let ground = prepared.get_or_insert_with(|| PreparedArea::new(own.lot.shape));
        let ledger = ledger_with(&mut self.scratch, theirs.lot.shape, &[ground]);
        if ledger.covered_m2 > counted {
            self.passed.common.push(Common {
                members: [number, other],
                area_m2: ledger.covered_m2,
            });
        }
        true
    }

    fn spend(&self, looks: u64) -> bool {
        let left = &self.shared.left;
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(looks)
        })
        .is_ok()
    }
}
