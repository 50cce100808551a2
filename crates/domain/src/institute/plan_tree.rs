//! The tree of a plan: objective › axis › programme, and the progress of projects carried up in it.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// What a node is. The order is that of the tree: a node hangs from one of a class before its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum NodeClass {
    /// What the plan is for.
    #[serde(rename = "objetivo")]
    Objective,
    /// In which theme.
    #[serde(rename = "eje")]
    Axis,
    /// What groups projects.
    #[serde(rename = "programa")]
    Programme,
}

/// A node of the tree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// What projects name it by: `OE1.E2.P1`.
    pub id: String,
    /// What it is.
    #[serde(rename = "clase")]
    pub class: NodeClass,
    /// What it is called.
    #[serde(rename = "nombre")]
    pub name: String,
    /// From which node it hangs; none for an objective.
    #[serde(rename = "padre", default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Code of its thematic axis.
    #[serde(rename = "eje", default, skip_serializing_if = "Option::is_none")]
    pub axis: Option<String>,
}

/// Why nodes are no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeFault {
    /// More than [`NODES_MAX`].
    #[error("too many nodes")]
    TooMany,
    /// Letters, digits, `.`, `_` and `-`, at most forty.
    #[error("{0} is no identifier")]
    Id(String),
    /// Two nodes with one identifier.
    #[error("{0} is there twice")]
    Twice(String),
    /// Without a name, or with one that is too long.
    #[error("{0} has no name")]
    Name(String),
    /// The parent is not there.
    #[error("the parent of {0} is not there")]
    NoParent(String),
    /// An objective under something, or a node under one of its own class or a lower one: so there is no cycle either.
    #[error("{0} does not hang from a node above it")]
    Order(String),
}

/// Most nodes of a plan: so many are read on a page.
pub const NODES_MAX: usize = 300;
const ID_MAX: usize = 40;
const NAME_MAX: usize = 200;

impl NodeClass {
    /// All classes, from the root.
    pub const ALL: [Self; 3] = [Self::Objective, Self::Axis, Self::Programme];

    /// The name that files know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Objective => "objetivo",
            Self::Axis => "eje",
            Self::Programme => "programa",
        }
    }
}

/// Whether nodes are a tree.
pub fn check(nodes: &[Node]) -> Result<(), TreeFault> {
    if nodes.len() > NODES_MAX {
        return Err(TreeFault::TooMany);
    }
    let mut classes: HashMap<&str, NodeClass> = HashMap::with_capacity(nodes.len());
    for node in nodes {
        let plain = node
            .id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if !plain || node.id.is_empty() || node.id.len() > ID_MAX {
            return Err(TreeFault::Id(node.id.clone()));
        }
        let letters = node.name.trim().chars().count();
        if letters == 0 || letters > NAME_MAX {
            return Err(TreeFault::Name(node.id.clone()));
        }
        if classes.insert(&node.id, node.class).is_some() {
            return Err(TreeFault::Twice(node.id.clone()));
        }
    }
    for node in nodes {
        let stands = match (node.class, &node.parent) {
            (NodeClass::Objective, parent) => parent.is_none(),
            (_, None) => return Err(TreeFault::NoParent(node.id.clone())),
            (class, Some(parent)) => {
                let above = classes.get(parent.as_str());
                *above.ok_or_else(|| TreeFault::NoParent(node.id.clone()))? < class
            }
        };
        if !stands {
            return Err(TreeFault::Order(node.id.clone()));
        }
    }
    Ok(())
}

/// The progress of some projects together. Adding is all there is to it: the order does not matter.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Progress {
    /// How many projects.
    pub projects: u32,
    /// What they cost, in soles.
    pub cost: f64,
    /// Spent so far, in soles.
    pub spent: f64,
    /// Physical progress of each, 0 to 100, times what it costs; one of which nothing was reported counts as not begun.
    pub weighted: f64,
    /// Physical progress of each.
    pub plain: f64,
}

impl Progress {
    /// With others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            projects: self.projects.saturating_add(other.projects),
            cost: self.cost + other.cost,
            spent: self.spent + other.spent,
            weighted: self.weighted + other.weighted,
            plain: self.plain + other.plain,
        }
    }

    /// Physical progress in hundredths, weighted by cost; where no project has a cost yet, the plain mean. None without
    /// projects.
    pub fn physical_pct(&self) -> Option<f64> {
        if self.projects == 0 {
            None
        } else if self.cost > 0.0 {
            Some(self.weighted / self.cost)
        } else {
            Some(self.plain / f64::from(self.projects))
        }
    }
}

/// The progress of a tree.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RolledUp {
    /// Of each node, with all that hangs from it.
    pub nodes: BTreeMap<String, Progress>,
    /// Of projects that name no node of the tree.
    pub elsewhere: Progress,
    /// Of all projects.
    pub whole: Progress,
}

/// Carries the progress of projects up a tree that passed [`check`]; each comes with the node that its projects name.
pub fn roll_up<'a>(
    nodes: &[Node],
    projects: impl IntoIterator<Item = (Option<&'a str>, Progress)>,
) -> RolledUp {
    let mut found: HashMap<&str, Progress> = nodes
        .iter()
        .map(|node| (node.id.as_str(), Progress::default()))
        .collect();
    let mut rolled = RolledUp::default();
    for (node, own) in projects {
        rolled.whole = rolled.whole.and(own);
        match node.and_then(|node| found.get_mut(node)) {
            Some(progress) => *progress = progress.and(own),
            None => rolled.elsewhere = rolled.elsewhere.and(own),
        }
    }
    // From the leaves: a node is whole once all of the classes below have given theirs.
    for class in NodeClass::ALL.into_iter().rev() {
        for node in nodes.iter().filter(|node| node.class == class) {
            let own = found.get(node.id.as_str()).copied().unwrap_or_default();
            let parent = node.parent.as_deref();
            if let Some(above) = parent.and_then(|parent| found.get_mut(parent)) {
                *above = above.and(own);
            }
        }
    }
    rolled.nodes = found
        .into_iter()
        .map(|(id, progress)| (id.to_owned(), progress))
        .collect();
    rolled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn node(id: &str, class: NodeClass, parent: Option<&str>) -> Node {
        Node {
            id: id.to_owned(),
            class,
            name: format!("Nodo {id}"),
            parent: parent.map(str::to_owned),
            axis: None,
        }
    }

    fn tree() -> Vec<Node> {
        use NodeClass::{Axis, Objective, Programme};
        vec![
            node("OE1", Objective, None),
            node("OE1.E1", Axis, Some("OE1")),
            node("OE1.E1.P1", Programme, Some("OE1.E1")),
            node("OE1.E1.P2", Programme, Some("OE1.E1")),
            node("OE2", Objective, None),
            node("OE2.P1", Programme, Some("OE2")),
        ]
    }

    /// The progress of one project.
    fn done(cost: f64, physical_pct: f64, spent: f64) -> Progress {
        Progress {
            projects: 1,
            cost,
            spent,
            weighted: cost * physical_pct,
            plain: physical_pct,
        }
    }

    #[test]
    fn a_tree_is_one_and_what_is_none_says_where() {
        use NodeClass::{Axis, Objective, Programme};
        assert_eq!(check(&tree()), Ok(()));
        assert_eq!(check(&[]), Ok(()));
        let with = |extra: Node| check(&[tree(), vec![extra]].concat());
        assert_eq!(
            with(node("OE1", Objective, None)),
            Err(TreeFault::Twice("OE1".into()))
        );
        assert_eq!(
            with(node("a b", Objective, None)),
            Err(TreeFault::Id("a b".into()))
        );
        assert_eq!(
            with(node("X", Axis, Some("OE9"))),
            Err(TreeFault::NoParent("X".into()))
        );
        assert_eq!(
            with(node("X", Axis, None)),
            Err(TreeFault::NoParent("X".into()))
        );
        for (class, parent) in [
            (Objective, "OE1"),
            (Axis, "OE1.E1"),
            (Programme, "OE1.E1.P1"),
            // Under itself: the shortest cycle.
            (Programme, "X"),
        ] {
            assert_eq!(
                with(node("X", class, Some(parent))),
                Err(TreeFault::Order("X".into())),
                "{parent}"
            );
        }
        let many: Vec<Node> = (0..=NODES_MAX)
            .map(|at| node(&format!("O{at}"), Objective, None))
            .collect();
        assert_eq!(check(&many), Err(TreeFault::TooMany));
    }

    #[test]
    fn progress_is_weighted_by_cost_and_money_adds_up() {
        let rolled = roll_up(
            &tree(),
            [
                (Some("OE1.E1.P1"), done(3_000.0, 100.0, 2_900.0)),
                (Some("OE1.E1.P2"), done(1_000.0, 0.0, 0.0)),
                (Some("OE2.P1"), done(0.0, 40.0, 10.0)),
                (Some("OE9"), done(500.0, 10.0, 5.0)),
                (None, done(500.0, 30.0, 5.0)),
            ],
        );
        let physical = |id: &str| rolled.nodes[id].physical_pct();
        assert_eq!(physical("OE1"), Some(75.0));
        assert_eq!(physical("OE1.E1"), Some(75.0));
        assert_eq!(physical("OE1.E1.P2"), Some(0.0));
        // Without costs, the mean.
        assert_eq!(physical("OE2"), Some(40.0));
        assert_eq!(rolled.elsewhere.physical_pct(), Some(20.0));
        assert_eq!((rolled.whole.projects, rolled.whole.spent), (5, 2_920.0));
        assert_eq!(Progress::default().physical_pct(), None);
    }

    /// Nodes that hang from earlier ones of a class above; where there is none, they are objectives.
    fn grown(parts: &[(usize, usize)]) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        for (at, (class, pick)) in parts.iter().enumerate() {
            let class = NodeClass::ALL[*class];
            let above: Vec<&Node> = nodes.iter().filter(|one| one.class < class).collect();
            let parent = (!above.is_empty()).then(|| above[pick % above.len()].id.clone());
            let class = if parent.is_none() {
                NodeClass::Objective
            } else {
                class
            };
            nodes.push(node(&format!("N{at}"), class, parent.as_deref()));
        }
        nodes
    }

    proptest! {
        /// Any nodes at all: those that pass have no cycle.
        #[test]
        fn what_passes_has_no_cycle(parts in prop::collection::vec((0_usize..3, prop::option::of(0_usize..8)), 0..8)) {
            let nodes: Vec<Node> = parts.iter().enumerate().map(|(at, (class, parent))| {
                let parent = parent.map(|parent| format!("N{parent}"));
                node(&format!("N{at}"), NodeClass::ALL[*class], parent.as_deref())
            }).collect();
            for start in nodes.iter().filter(|_| check(&nodes).is_ok()) {
                let mut at = Some(start);
                let mut steps = 0;
                while let Some(one) = at {
                    steps += 1;
                    prop_assert!(steps <= 3);
                    at = nodes.iter().find(|above| Some(&above.id) == one.parent.as_ref());
                }
            }
        }

        /// No project is lost or counted twice on its way up.
        #[test]
        fn what_goes_up_adds_up(
            parts in prop::collection::vec((0_usize..3, 0_usize..12), 0..12),
            projects in prop::collection::vec((0_usize..15, 0_u32..1_000, 0_u32..=100), 0..40),
        ) {
            let nodes = grown(&parts);
            prop_assert_eq!(check(&nodes), Ok(()));
            let named: Vec<(String, Progress)> = projects.iter()
                .map(|(at, cost, physical)| (format!("N{at}"), done(f64::from(*cost), f64::from(*physical), 1.0)))
                .collect();
            let rolled = roll_up(&nodes, named.iter().map(|(id, done)| (Some(id.as_str()), *done)));
            let roots = nodes.iter().filter(|node| node.parent.is_none());
            let together = roots.fold(rolled.elsewhere, |sum, root| sum.and(rolled.nodes[&root.id]));
            prop_assert_eq!(together.projects, rolled.whole.projects);
            prop_assert!((together.cost - rolled.whole.cost).abs() < 1e-6);
            for progress in rolled.nodes.values() {
                prop_assert!(progress.physical_pct().is_none_or(|pct| (-1e-9..=100.0 + 1e-9).contains(&pct)));
            }
        }
    }
}
