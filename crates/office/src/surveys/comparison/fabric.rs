//! Parcels, blocks and sectors: layers whose features share borders and ground passes between. Pure, and slow enough to
//! have a thread of its own.

use std::collections::HashSet;

use domain::survey::{
    AreaBands, Catalogue, ChangeKind, Finding, RuleCode, Severity,
    compare::{Change, Parcel, Whole, compare},
    rules::{
        overlap::{Heaps, Other, overlaps},
        succession::{Codes, codes_in_use, completeness},
    },
};
use geo_types::{Geometry, MultiPolygon};
use store::surveys::{Areas, Staged};

/// What is compared.
pub(super) struct Matter {
    pub(super) staged: Vec<Staged>,
    pub(super) in_force: Areas,
    /// Rows whose attributes are those in force under their code.
    pub(super) alike: HashSet<u64>,
    /// Codes of the file that were in force once and are no more.
    pub(super) retired: HashSet<String>,
    /// Codes of rows that have a finding of their own: not missing, even where they could not be taken in.
    pub(super) named: HashSet<String>,
    pub(super) whole: Whole,
    pub(super) catalogue: Catalogue,
    pub(super) bands: AreaBands,
}

/// What came of it.
pub(super) struct Weighed {
    pub(super) findings: Vec<Finding>,
    /// Each with whether it is spoiled.
    pub(super) changes: Vec<(Change, bool)>,
    pub(super) unchanged: u64,
}

impl Matter {
    /// Compares, and says what is wrong between parcels.
    ///
    /// # Errors
    /// When parcels lie on each other in heaps.
    pub(super) fn weigh(&self) -> Result<Weighed, Heaps> {
        let nothing = MultiPolygon(Vec::new());
        let new: Vec<Parcel<'_>> = self
            .staged
            .iter()
            .map(|row| parcel(&row.code, &row.geometry, &nothing))
            .collect();
        let old: Vec<Parcel<'_>> = self
            .in_force
            .iter()
            .map(|(code, _, geometry)| parcel(code, geometry, &nothing))
            .collect();
        let rows: Vec<u64> = self.staged.iter().map(|row| row.row).collect();
        let equal = |n: usize, o: usize| self.staged[n].content == self.in_force[o].1;
        let alike = |n: usize, o: usize| equal(n, o) || self.alike.contains(&rows[n]);
        let same = |n: usize, o: usize| {
            equal(n, o) || self.alike.contains(&rows[n]) && new[n].shape == old[o].shape
        };
        let mut compared = compare(&new, &old, same, alike, self.whole);
        compared.changes.retain(|change| {
            change.kind != ChangeKind::Retired || !self.named.contains(old[change.parents[0]].code)
        });
        let mut judge = Judge {
            matter: self,
            new: &new,
            old: &old,
            rows: &rows,
            spoiled: vec![false; compared.changes.len()],
            findings: Vec::new(),
        };
        judge.succession(&compared.changes);
        judge.overlaps(&compared.changes)?;
        let Judge {
            spoiled, findings, ..
        } = judge;
        Ok(Weighed {
            findings,
            changes: compared.changes.into_iter().zip(spoiled).collect(),
            unchanged: compared.unchanged,
        })
    }
}

fn parcel<'a>(
    code: &'a str,
    geometry: &'a Geometry<f64>,
    nothing: &'a MultiPolygon<f64>,
) -> Parcel<'a> {
    let shape = match geometry {
        Geometry::MultiPolygon(shape) => shape,
        _ => nothing,
    };
    Parcel { code, shape }
}

struct Judge<'a> {
    matter: &'a Matter,
    new: &'a [Parcel<'a>],
    old: &'a [Parcel<'a>],
    rows: &'a [u64],
    /// By change: one of its rows has an error, so all of it stays out.
    spoiled: Vec<bool>,
    findings: Vec<Finding>,
}

impl<'a> Judge<'a> {
    fn is_error(&self, finding: &Finding) -> bool {
        self.matter.catalogue.severity_of(finding) == Severity::Error
    }

    fn succession(&mut self, changes: &[Change]) {
        let codes = Codes {
            standing: self.old.iter().map(|parcel| parcel.code).collect(),
            closed: changes
                .iter()
                .flat_map(|change| &change.parents)
                .map(|at| self.old[*at].code)
                .collect(),
            retired: self.matter.retired.iter().map(String::as_str).collect(),
        };
        for (number, change) in changes.iter().enumerate() {
            let mut found = codes_in_use(change, self.new, self.rows, &codes);
            found.extend(completeness(
                change,
                self.new,
                self.rows,
                self.old,
                &self.matter.catalogue,
                &self.matter.bands,
            ));
            self.spoiled[number] |= found.iter().any(|finding| self.is_error(finding));
            self.findings.extend(found);
        }
    }

    fn overlaps(&mut self, changes: &[Change]) -> Result<(), Heaps> {
        let mut change_of = vec![None; self.new.len()];
        let mut passes = vec![false; self.old.len()];
        for (number, change) in changes.iter().enumerate() {
            change
                .children
                .iter()
                .for_each(|at| change_of[*at] = Some(number));
            change.parents.iter().for_each(|at| passes[*at] = true);
        }
        // What the file brings as it is in force stands for itself.
        let brought: HashSet<&str> = (0..self.new.len())
            .filter(|at| change_of[*at].is_none())
            .map(|at| self.new[at].code)
            .collect();
        let standing: Vec<usize> = (0..self.old.len())
            .filter(|at| !passes[*at] && !brought.contains(self.old[*at].code))
            .collect();
        let all: Vec<usize> = (0..self.new.len()).collect();
        self.look(&all, &standing, &change_of, |_| true)?;
        // What stays out leaves its parents in force: whatever was to come beside them has to bear that too.
        let mut known = vec![false; changes.len()];
        loop {
            let fresh: Vec<usize> = (0..changes.len())
                .filter(|number| self.spoiled[*number] && !known[*number])
                .collect();
            if fresh.is_empty() {
                return Ok(());
            }
            let mut back = Vec::new();
            for number in fresh {
                known[number] = true;
                back.extend(&changes[number].parents);
            }
            let coming: Vec<usize> = (0..self.new.len())
                .filter(|at| change_of[*at].is_some_and(|number| !self.spoiled[number]))
                .collect();
            if !back.is_empty() && !coming.is_empty() {
                self.look(&coming, &back, &change_of, |other| {
                    matches!(other, Other::InForce(_))
                })?;
            }
        }
    }

    /// Looks at some parcels of the file beside each other and beside some in force.
    fn look(
        &mut self,
        coming: &[usize],
        standing: &[usize],
        change_of: &[Option<usize>],
        of_interest: impl Fn(Other) -> bool,
    ) -> Result<(), Heaps> {
        let new: Vec<Parcel<'a>> = coming.iter().map(|at| self.new[*at]).collect();
        let old: Vec<Parcel<'a>> = standing.iter().map(|at| self.old[*at]).collect();
        let rows: Vec<u64> = coming.iter().map(|at| self.rows[*at]).collect();
        let catalogue = &self.matter.catalogue;
        let from_m2 = catalogue.tolerance(RuleCode::Overlap, "desde_m2");
        for overlap in overlaps(&new, &old, from_m2.unwrap_or_default())? {
            if !of_interest(overlap.other) {
                continue;
            }
            let finding = overlap.finding(&new, &rows, &old, &self.matter.catalogue);
            if self.is_error(&finding) {
                let other = match overlap.other {
                    Other::OfFile(at) => Some(coming[at]),
                    Other::InForce(_) => None,
                };
                for at in [Some(coming[overlap.one]), other].into_iter().flatten() {
                    if let Some(number) = change_of[at] {
                        self.spoiled[number] = true;
                    }
                }
            }
            self.findings.push(finding);
        }
        Ok(())
    }
}
