//! A file's parcels against those in force: which stay, which change, which come from which.
//!
//! By shared ground and by code together, so that a survey whose borders all lie a metre off is still the same parcels,
//! and one that was given other codes too. Nothing here looks at the order of either side.

pub(super) mod ground;

use std::collections::{BTreeMap, HashMap, HashSet};

use geo_types::MultiPolygon;

use self::ground::{Ground, moved_whole};
use super::ChangeKind;
use crate::geometry::{Scratch, area_m2};

/// A parcel of either side: its code, and its valid shape in EPSG:32718.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its shape.
    pub shape: &'a MultiPolygon<f64>,
}

/// What the file is the whole of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whole {
    /// Of nothing: what it leaves out stays in force.
    Nothing,
    /// Of each block (manzana) that it has a lot of: what it leaves out of one is retired.
    Blocks,
}

/// One change. Indices are of the lists that were compared; both are sorted.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// What it is.
    pub kind: ChangeKind,
    /// Parcels in force that it closes.
    pub parents: Vec<usize>,
    /// Parcels of the file that it opens.
    pub children: Vec<usize>,
    /// Whether the shape changes.
    pub of_shape: bool,
    /// Whether the attributes change.
    pub of_attributes: bool,
    /// Whether the code changes.
    pub of_code: bool,
    /// How far the border moves at most, in metres; of one parcel that stays one.
    pub displaced_m: f64,
    /// Area of the parents, in square metres.
    pub area_before_m2: f64,
    /// Area of the children, in square metres.
    pub area_after_m2: f64,
}

/// What a file changes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Comparison {
    /// The changes, by the codes of what they open, then of what they close.
    pub changes: Vec<Change>,
    /// How many parcels of the file are in force as they are.
    pub unchanged: u64,
}

/// Two parcels are of the same ground from this share of the smaller one on. A lot's neighbour gains a third of a narrow
/// lot where all borders are two metres off; half of it is its own.
const SAME_GROUND: f64 = 0.4;

/// Digits of a lot's code that name its block: ubigeo 6, sector 2, manzana 3.
const BLOCK_DIGITS: usize = 11;

/// Compares. Of two parcels with one code `same` says, by their indices, whether their contents are equal, and `alike`
/// whether their attributes are.
pub fn compare(
    new: &[Parcel<'_>],
    old: &[Parcel<'_>],
    same: impl Fn(usize, usize) -> bool,
    alike: impl Fn(usize, usize) -> bool,
    whole: Whole,
) -> Comparison {
    let by_code: HashMap<&str, usize> = old
        .iter()
        .enumerate()
        .map(|(at, parcel)| (parcel.code, at))
        .collect();
    let mut unchanged = 0;
    let mut changes = Vec::new();
    let mut settled = vec![false; old.len()];
    let mut open = Vec::new();
    for (child, parcel) in new.iter().enumerate() {
        match by_code.get(parcel.code) {
            Some(&parent) if same(child, parent) => {
                unchanged += 1;
                settled[parent] = true;
            }
            // The same shape, or the same one elsewhere: whatever ground it comes to share with others.
            Some(&parent) if moved_whole(old[parent].shape, parcel.shape) => {
                settled[parent] = true;
                changes.push((vec![parent], vec![child]));
            }
            _ => open.push(child),
        }
    }
    let left: Vec<usize> = (0..old.len()).filter(|at| !settled[*at]).collect();
    let groups = groups(new, old, &open, &left);
    changes.extend(groups.linked);
    let mut alone: HashSet<usize> = groups.left.into_iter().collect();
    for child in groups.new {
        // Moved so far that it shares no ground with itself.
        let parent = by_code
            .get(new[child].code)
            .filter(|parent| alone.remove(parent));
        changes.push((parent.copied().into_iter().collect(), vec![child]));
    }
    if whole == Whole::Blocks {
        let blocks: HashSet<&str> = new.iter().filter_map(|p| block(p.code)).collect();
        let missing = alone
            .into_iter()
            .filter(|at| block(old[*at].code).is_some_and(|block| blocks.contains(block)));
        changes.extend(missing.map(|parent| (vec![parent], Vec::new())));
    }
    let mut changes: Vec<Change> = changes
        .into_iter()
        .map(|(parents, children)| change(new, old, parents, children, &alike))
        .collect();
    let codes = |side: &[Parcel<'_>], at: &[usize]| -> Vec<String> {
        at.iter().map(|at| side[*at].code.to_owned()).collect()
    };
    changes.sort_by_cached_key(|c| (codes(new, &c.children), codes(old, &c.parents)));
    Comparison { changes, unchanged }
}

/// The block that a lot's national code names.
pub fn block(code: &str) -> Option<&str> {
    let national = code.len() == 14 && code.bytes().all(|b| b.is_ascii_digit());
    national.then(|| &code[..BLOCK_DIGITS])
}

fn change(
    new: &[Parcel<'_>],
    old: &[Parcel<'_>],
    mut parents: Vec<usize>,
    mut children: Vec<usize>,
    alike: &impl Fn(usize, usize) -> bool,
) -> Change {
    parents.sort_unstable_by_key(|at| old[*at].code);
    children.sort_unstable_by_key(|at| new[*at].code);
    let kind = match (parents.len(), children.len()) {
        (0, _) => ChangeKind::Added,
        (_, 0) => ChangeKind::Retired,
        (1, 1) => ChangeKind::Modified,
        (1, _) => ChangeKind::Split,
        (_, 1) => ChangeKind::Merged,
        _ => ChangeKind::Readjusted,
    };
    let sum = |side: &[Parcel<'_>], at: &[usize]| -> f64 {
        at.iter().map(|at| area_m2(side[*at].shape)).sum()
    };
    let mut change = Change {
        kind,
        of_shape: false,
        of_attributes: false,
        of_code: false,
        displaced_m: 0.0,
        area_before_m2: sum(old, &parents),
        area_after_m2: sum(new, &children),
        parents,
        children,
    };
    if let (&[parent], &[child]) = (&change.parents[..], &change.children[..]) {
        let (before, after) = (&old[parent], &new[child]);
        change.of_shape = before.shape != after.shape;
        change.of_attributes = !alike(child, parent);
        change.of_code = before.code != after.code;
        change.displaced_m = ground::displacement_m(before.shape, after.shape);
    }
    change
}

/// Parcels of both sides that share ground, and those that share none.
struct Groups {
    linked: Vec<(Vec<usize>, Vec<usize>)>,
    new: Vec<usize>,
    left: Vec<usize>,
}

fn groups(new: &[Parcel<'_>], old: &[Parcel<'_>], open: &[usize], left: &[usize]) -> Groups {
    let ground = Ground::of(left.iter().map(|at| old[*at].shape));
    // A forest over both sides: the parcels of the file, then those in force.
    let mut forest: Vec<usize> = (0..open.len() + left.len()).collect();
    let mut linked = vec![false; forest.len()];
    let mut scratch = Scratch::default();
    for (place, child) in open.iter().enumerate() {
        let link = |other, common_m2, smaller_m2| {
            if common_m2 >= SAME_GROUND * smaller_m2 {
                let other = open.len() + other;
                linked[place] = true;
                linked[other] = true;
                let (a, b) = (root(&mut forest, place), root(&mut forest, other));
                forest[a.max(b)] = a.min(b);
            }
        };
        ground.shared(&mut scratch, new[*child].shape, |_| true, link);
    }
    let mut found: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    let (mut new_alone, mut left_alone) = (Vec::new(), Vec::new());
    for place in 0..forest.len() {
        let of_old = place.checked_sub(open.len());
        match (linked[place], of_old) {
            (false, None) => new_alone.push(open[place]),
            (false, Some(at)) => left_alone.push(left[at]),
            (true, of_old) => {
                let root = root(&mut forest, place);
                let (parents, children) = found.entry(root).or_default();
                match of_old {
                    None => children.push(open[place]),
                    Some(at) => parents.push(left[at]),
                }
            }
        }
    }
    Groups {
        linked: found.into_values().collect(),
        new: new_alone,
        left: left_alone,
    }
}

fn root(forest: &mut [usize], mut at: usize) -> usize {
    while forest[at] != at {
        forest[at] = forest[forest[at]];
        at = forest[at];
    }
    at
}

#[cfg(test)]
mod tests;
