//! Parcels, blocks and sectors: layers whose features share borders and ground passes between. Pure, and slow enough to
//! have a thread of its own.

use std::collections::{HashMap, HashSet};

use domain::{
    geometry::area_m2,
    survey::{
        AreaTable, Catalogue, ChangeKind, Finding, RuleCode, Severity,
        compare::{Change, Whole, compare},
        fabric::{District, Lot, Road, Surroundings, TooManyOverlaps, beside, check},
        rules::succession::{Codes, codes_in_use, completeness},
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
    /// What came back edited from a package, and has changed in force meanwhile.
    pub(super) meanwhile: Vec<Finding>,
    /// Codes that an edition takes away by name.
    pub(super) removed: HashSet<String>,
    pub(super) whole: Whole,
    pub(super) catalogue: Catalogue,
    pub(super) bands: AreaTable,
    pub(super) around: Around,
}

/// What is in force around lots.
#[derive(Default)]
pub(super) struct Around {
    pub(super) blocks: Areas,
    pub(super) sectors: Areas,
    pub(super) roads: Areas,
    pub(super) zones: Areas,
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
    pub(super) fn weigh(&self) -> Result<Weighed, TooManyOverlaps> {
        let nothing = MultiPolygon(Vec::new());
        let staged = self.staged.iter();
        let new: Vec<Lot<'_>> = staged
            .map(|row| lot(row.row, &row.code, &row.geometry, &nothing))
            .collect();
        let in_force = self.in_force.iter();
        let old: Vec<Lot<'_>> = in_force
            .map(|(code, _, geometry)| lot(0, code, geometry, &nothing))
            .collect();
        let equal = |n: usize, o: usize| self.staged[n].content == self.in_force[o].1;
        let alike = |n: usize, o: usize| equal(n, o) || self.alike.contains(&new[n].row);
        let same = |n: usize, o: usize| {
            equal(n, o) || self.alike.contains(&new[n].row) && new[n].shape == old[o].shape
        };
        let mut compared = compare(&new, &old, same, alike, self.whole);
        compared.changes.retain(|change| {
            change.kind != ChangeKind::Retired || !self.named.contains(old[change.parents[0]].code)
        });
        let by_name = self.removals(&compared.changes, &old);
        compared.changes.extend(by_name);
        let mut judge = Judge {
            matter: self,
            new: &new,
            old: &old,
            blocks: districts(&self.around.blocks),
            sectors: districts(&self.around.sectors),
            roads: roads(&self.around.roads),
            zones: districts(&self.around.zones),
            spoiled: vec![false; compared.changes.len()],
            findings: Vec::new(),
        };
        judge.succession(&compared.changes);
        judge.fabric(&compared.changes)?;
        judge.late_removals(&compared.changes);
        let Judge {
            spoiled, findings, ..
        } = judge;
        Ok(Weighed {
            findings,
            changes: compared.changes.into_iter().zip(spoiled).collect(),
            unchanged: compared.unchanged,
        })
    }

    /// What goes because somebody says so, but for what goes anyway.
    fn removals(&self, changes: &[Change], old: &[Lot<'_>]) -> Vec<Change> {
        let closed: HashSet<usize> = changes.iter().flat_map(|c| c.parents.clone()).collect();
        (0..old.len())
            .filter(|at| self.removed.contains(old[*at].code) && !closed.contains(at))
            .map(|at| Change {
                kind: ChangeKind::Retired,
                parents: vec![at],
                children: Vec::new(),
                of_shape: false,
                of_attributes: false,
                of_code: false,
                displaced_m: 0.0,
                area_before_m2: area_m2(old[at].shape),
                area_after_m2: 0.0,
            })
            .collect()
    }
}

fn lot<'a>(
    row: u64,
    code: &'a str,
    geometry: &'a Geometry<f64>,
    nothing: &'a MultiPolygon<f64>,
) -> Lot<'a> {
    Lot {
        row,
        code,
        shape: ground(geometry).unwrap_or(nothing),
        declared_area_m2: None,
    }
}

fn ground(geometry: &Geometry<f64>) -> Option<&MultiPolygon<f64>> {
    match geometry {
        Geometry::MultiPolygon(shape) => Some(shape),
        _ => None,
    }
}

fn districts(areas: &Areas) -> Vec<District<'_>> {
    let shaped = areas
        .iter()
        .filter_map(|(code, _, geometry)| Some((code, ground(geometry)?)));
    shaped
        .map(|(code, shape)| District { code, shape })
        .collect()
}

fn roads(areas: &Areas) -> Vec<Road<'_>> {
    areas
        .iter()
        .map(|(name, _, shape)| Road { name, shape })
        .collect()
}

struct Judge<'a> {
    matter: &'a Matter,
    new: &'a [Lot<'a>],
    old: &'a [Lot<'a>],
    blocks: Vec<District<'a>>,
    sectors: Vec<District<'a>>,
    roads: Vec<Road<'a>>,
    zones: Vec<District<'a>>,
    /// By change: one of its rows has an error, so all of it stays out.
    spoiled: Vec<bool>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn is_error(&self, finding: &Finding) -> bool {
        self.matter.catalogue.severity_of(finding) == Severity::Error
    }

    /// What goes by name stays where somebody has changed it meanwhile.
    fn late_removals(&mut self, changes: &[Change]) {
        for (number, change) in changes.iter().enumerate() {
            if !change.children.is_empty() {
                continue;
            }
            let mut found = self.matter.meanwhile.iter();
            let late = found.any(|f| {
                let mut gone = change.parents.iter();
                gone.any(|at| f.code.as_deref() == Some(self.old[*at].code)) && self.is_error(f)
            });
            self.spoiled[number] |= late;
        }
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
            let mut found = codes_in_use(change, self.new, &codes);
            found.extend(completeness(
                change,
                self.new,
                self.old,
                self.matter.catalogue.tolerances().children,
                &self.matter.bands,
            ));
            self.spoiled[number] |= found.iter().any(|finding| self.is_error(finding));
            self.findings.extend(found);
        }
    }

    /// What is wrong between parcels that lie beside each other, and what cannot come because of it.
    fn fabric(&mut self, changes: &[Change]) -> Result<(), TooManyOverlaps> {
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
        let standing: Vec<Lot<'_>> = (0..self.old.len())
            .filter(|at| !passes[*at] && !brought.contains(self.old[*at].code))
            .map(|at| self.old[at])
            .collect();
        let change_of: HashMap<&str, usize> = self
            .new
            .iter()
            .zip(&change_of)
            .filter_map(|(lot, number)| Some((lot.code, (*number)?)))
            .collect();
        let around = Surroundings {
            in_force: &standing,
            blocks: &self.blocks,
            sectors: &self.sectors,
            roads: &self.roads,
            zones: &self.zones,
        };
        let found = check(self.new, &around, self.matter.catalogue.tolerances())?;
        self.take(self.matter.meanwhile.clone(), &change_of);
        self.take(found, &change_of);
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
                back.extend(changes[number].parents.iter().map(|at| self.old[*at]));
            }
            let mut coming = beside(self.new, &back);
            coming.retain(|lot| {
                let number = change_of.get(lot.code);
                number.is_some_and(|number| !self.spoiled[*number])
            });
            let around = Surroundings {
                in_force: &back,
                ..Surroundings::default()
            };
            let mut found = check(&coming, &around, self.matter.catalogue.tolerances())?;
            let back: HashSet<&str> = back.iter().map(|lot| lot.code).collect();
            found.retain(|finding| {
                let mut others = finding.others.iter();
                finding.rule == RuleCode::Overlap && others.any(|other| back.contains(&**other))
            });
            self.take(found, &change_of);
        }
    }

    /// Keeps findings; an error in one row of a change keeps all of the change out, whichever of the parcels it names.
    fn take(&mut self, found: Vec<Finding>, change_of: &HashMap<&str, usize>) {
        for finding in found {
            if self.is_error(&finding) {
                let named = finding.code.iter().chain(&finding.others);
                for number in named.filter_map(|code| change_of.get(code.as_str())) {
                    self.spoiled[*number] = true;
                }
            }
            self.findings.push(finding);
        }
    }
}
