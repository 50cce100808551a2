//! A file's parcels against those in force: which stay, which change, which come from which.
//!
//! By shared ground and by code together, so that a survey whose borders all lie a metre off is still the same parcels,
//! and one that was given other codes too. Nothing here looks at the order of either side.

pub(crate) mod ground;

use std::collections::{BTreeMap, HashMap, HashSet};

use self::ground::{Ground, moved_whole};
use super::{ChangeKind, fabric::Lot};
use crate::geometry::{Scratch, area_m2};

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

/// Two parcels of one code are of the same ground from this share of the smaller one on: even one that moved by half.
const SAME_GROUND: f64 = 0.4;
/// So are two of different codes from this share on. A narrow lot whose borders are all two metres off keeps two thirds
/// of its ground; half of it may as well be somebody else's claim.
const SAME_GROUND_ANEW: f64 = 0.6;
/// Parcels that share less with each other are a readjustment where together they share this much of all their ground.
const SAME_GROUND_TOGETHER: f64 = 0.8;
/// What parcels beside each other share by their borders' slack is no link.
const SLACK: f64 = 0.1;

/// Digits of a lot's code that name its block: ubigeo 6, sector 2, manzana 3.
const BLOCK_DIGITS: usize = 11;

/// Compares. Of two parcels with one code `same` says, by their indices, whether their contents are equal, and `alike`
/// whether their attributes are.
pub fn compare(
    new: &[Lot<'_>],
    old: &[Lot<'_>],
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
    let codes = |side: &[Lot<'_>], at: &[usize]| -> Vec<String> {
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
    new: &[Lot<'_>],
    old: &[Lot<'_>],
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
    let sum = |side: &[Lot<'_>], at: &[usize]| -> f64 {
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

/// Ground that a parcel of the file shares with one in force: their places in the lists that are open, and how much.
struct Link {
    child: usize,
    parent: usize,
    common_m2: f64,
    share: f64,
}

fn groups(new: &[Lot<'_>], old: &[Lot<'_>], open: &[usize], left: &[usize]) -> Groups {
    let ground = Ground::of(left.iter().map(|at| old[*at].shape));
    let mut scratch = Scratch::default();
    let mut links = Vec::new();
    for (child, at) in open.iter().enumerate() {
        let link = |parent, common_m2, smaller_m2| {
            links.push(Link {
                child,
                parent,
                common_m2,
                share: common_m2 / smaller_m2,
            });
        };
        ground.shared(&mut scratch, new[*at].shape, |_| true, link);
    }
    let is_strong = |link: &Link| {
        let one_code = new[open[link.child]].code == old[left[link.parent]].code;
        link.share
            >= if one_code {
                SAME_GROUND
            } else {
                SAME_GROUND_ANEW
            }
    };
    let (strong, weak): (Vec<Link>, Vec<Link>) = links.into_iter().partition(is_strong);
    let mut taken = (vec![false; open.len()], vec![false; left.len()]);
    let mut linked = Vec::new();
    for group in components(&strong, open.len(), left.len()) {
        group.mark(&mut taken);
        linked.push(group);
    }
    let weak: Vec<Link> = weak
        .into_iter()
        .filter(|link| link.share >= SLACK && !taken.0[link.child] && !taken.1[link.parent])
        .collect();
    for group in components(&weak, open.len(), left.len()) {
        let area = |side: &[Lot<'_>], open: &[usize], at: &[usize]| -> f64 {
            at.iter().map(|at| area_m2(side[open[*at]].shape)).sum()
        };
        let all = area(new, open, &group.children).max(area(old, left, &group.parents));
        if group.common_m2 >= SAME_GROUND_TOGETHER * all {
            group.mark(&mut taken);
            linked.push(group);
        }
    }
    let alone = |taken: &[bool], of: &[usize]| -> Vec<usize> {
        of.iter()
            .zip(taken)
            .filter_map(|(at, taken)| (!taken).then_some(*at))
            .collect()
    };
    Groups {
        linked: linked
            .into_iter()
            .map(|group| {
                (
                    group.parents.iter().map(|at| left[*at]).collect(),
                    group.children.iter().map(|at| open[*at]).collect(),
                )
            })
            .collect(),
        new: alone(&taken.0, open),
        left: alone(&taken.1, left),
    }
}

/// Parcels of both sides that hang together by links.
#[derive(Default)]
struct Group {
    parents: Vec<usize>,
    children: Vec<usize>,
    common_m2: f64,
}

impl Group {
    fn mark(&self, (children, parents): &mut (Vec<bool>, Vec<bool>)) {
        self.children.iter().for_each(|at| children[*at] = true);
        self.parents.iter().for_each(|at| parents[*at] = true);
    }
}

fn components(links: &[Link], children: usize, parents: usize) -> Vec<Group> {
    // A forest over both sides: the parcels of the file, then those in force.
    let mut forest: Vec<usize> = (0..children + parents).collect();
    for link in links {
        let (a, b) = (
            root(&mut forest, link.child),
            root(&mut forest, children + link.parent),
        );
        forest[a.max(b)] = a.min(b);
    }
    let mut found: BTreeMap<usize, Group> = BTreeMap::new();
    let mut seen = vec![false; forest.len()];
    for link in links {
        let root = root(&mut forest, link.child);
        let group = found.entry(root).or_default();
        group.common_m2 += link.common_m2;
        if !std::mem::replace(&mut seen[link.child], true) {
            group.children.push(link.child);
        }
        if !std::mem::replace(&mut seen[children + link.parent], true) {
            group.parents.push(link.parent);
        }
    }
    found.into_values().collect()
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
