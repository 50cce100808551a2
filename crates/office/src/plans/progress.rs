//! The projects of plans, and how far they are: those in force from the snapshot, those of the past by a stored question.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    collection::Collection,
    institute::{FigureKind, plan_tree::Done},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::question;
use crate::{
    Kind, Office, Problem,
    investments::{self, ProjectShape},
    moment,
};

/// A project of a plan.
#[derive(Clone, Debug)]
pub(super) struct Project {
    /// Its CUI.
    pub(super) code: String,
    pub(super) name: String,
    pub(super) phase: String,
    /// The node that it names.
    pub(super) node: Option<String>,
    pub(super) done: Done,
}

/// A project in a list.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectLine {
    /// Its CUI.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// `idea`, `formulacion`, `ejecucion`, `funcionamiento`.
    pub fase: String,
    /// What it costs, in soles.
    pub costo_soles: f64,
    /// Physical progress in hundredths.
    pub fisico_pct: f64,
    /// Spent so far, in soles.
    pub financiero_soles: f64,
    /// Where it is.
    pub enlace: String,
}

/// Projects of a node.
#[derive(Clone, Debug, Serialize)]
pub struct NodeProjects {
    /// By CUI.
    pub proyectos: Vec<ProjectLine>,
    /// How many there are in all.
    pub total: usize,
    /// After which CUI the list goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
}

/// Of the attributes of a project of the past, what a plan asks.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Attributes {
    nombre: String,
    fase: String,
    nodo: Option<String>,
    costo_soles: Option<f64>,
}

/// Projects on one page.
const PAGE: usize = 50;

const PROJECTS: &str =
    "select codigo, atributos from inversiones where atributos->>'plan' = objeto()";
const COUNTS: &str =
    "select atributos->>'plan' as plan, count(*) as proyectos from inversiones group by 1";

impl Office {
    /// How many projects name each plan.
    pub(super) async fn projects_of_plans(
        &self,
        codes: &[&str],
        known_at: Option<DateTime<Utc>>,
    ) -> Result<HashMap<String, usize>, Problem> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        if let Some(as_of) = moment::of(None, known_at)? {
            let found = self
                .compute(&question(COUNTS)?, Some(as_of), None, None)
                .await?;
            for row in found.rows {
                if let Some(plan) = row.get("plan").and_then(Value::as_str) {
                    let count = row.get("proyectos").and_then(Value::as_u64);
                    let count = count.and_then(|count| usize::try_from(count).ok());
                    counts.insert(plan.to_owned(), count.unwrap_or_default());
                }
            }
            return Ok(counts);
        }
        // The layers keep which of their features name what: asked again, nothing is read.
        let snapshot = self.feed.snapshot();
        for land in snapshot.municipalities.values() {
            let Some(layer) = land.layer(&Collection::Investments) else {
                continue;
            };
            for code in codes {
                let count = layer.equal("plan", code).len();
                *counts.entry((*code).to_owned()).or_default() += count;
            }
        }
        Ok(counts)
    }

    /// The projects that name a plan, by CUI, each with the last that was reported of it.
    pub(super) async fn projects_of_plan(
        &self,
        code: &str,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Project>, Problem> {
        let mut projects = self.projects_that_name(code, known_at).await?;
        self.with_reports(&mut projects, known_at).await?;
        Ok(projects)
    }

    /// The projects that name a plan, by CUI, as if nothing were reported of them.
    async fn projects_that_name(
        &self,
        code: &str,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Project>, Problem> {
        let mut projects: Vec<Project> = match moment::of(None, known_at)? {
            None => investments::read(&self.feed.snapshot(), None)
                .iter()
                .flat_map(|of| &of.0)
                .filter(|one| one.plan.as_deref() == Some(code))
                .map(Project::standing)
                .collect(),
            Some(as_of) => {
                let found = self
                    .compute(&question(PROJECTS)?, Some(as_of), None, Some(code))
                    .await?;
                found.rows.into_iter().filter_map(past).collect()
            }
        };
        projects.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(projects)
    }

    /// Puts the last report beside each project, which come by CUI.
    async fn with_reports(
        &self,
        projects: &mut [Project],
        known_at: Option<DateTime<Utc>>,
    ) -> Result<(), Problem> {
        let codes: Vec<String> = projects.iter().map(|one| one.code.clone()).collect();
        let figures = self
            .store
            .latest_figures(FigureKind::Investment, &codes, known_at)
            .await?;
        for figure in figures {
            let Ok(at) = projects.binary_search_by(|one| one.code.cmp(&figure.code)) else {
                continue;
            };
            match figure.measure.as_str() {
                "fisico_pct" => projects[at].done.physical_pct = figure.value,
                "financiero_soles" => projects[at].done.spent = figure.value,
                _ => {}
            }
        }
        Ok(())
    }

    /// Projects of a node and of what hangs from it, a page at a time; of no node of the tree, where it is `-`.
    pub async fn projects_of_node(
        &self,
        code: &str,
        node: &str,
        after: Option<&str>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<NodeProjects, Problem> {
        let kept = self.kept_plan(code, known_at).await?;
        let nodes = &kept.content.nodos;
        let elsewhere = node == ELSEWHERE;
        if !elsewhere && !nodes.iter().any(|one| one.id == node) {
            return Err(Problem::new(
                Kind::NotFound,
                format!("El plan {code} no tiene el nodo {node}."),
                format!("Los que tiene están en /planes/{code}."),
            ));
        }
        let below = |id: &str| {
            let mut at = nodes.iter().find(|one| one.id == id);
            // A tree has three levels; a register that was broken by hand does not hold us.
            for _ in 0..3 {
                match at {
                    Some(one) if one.id == node => return true,
                    Some(one) => at = nodes.iter().find(|up| Some(&up.id) == one.parent.as_ref()),
                    None => return false,
                }
            }
            false
        };
        let mut belongs: HashMap<&str, bool> = HashMap::new();
        for one in nodes {
            belongs.insert(&one.id, below(&one.id));
        }
        let mut of_node = self.projects_that_name(&kept.code, known_at).await?;
        of_node.retain(|one| {
            let known = one.node.as_deref().and_then(|id| belongs.get(id));
            known.map_or(elsewhere, |within| *within)
        });
        let total = of_node.len();
        of_node.retain(|one| after.is_none_or(|after| one.code.as_str() > after));
        let more = of_node.len() > PAGE;
        of_node.truncate(PAGE);
        let siguiente = of_node.last().filter(|_| more).map(|one| one.code.clone());
        self.with_reports(&mut of_node, known_at).await?;
        let proyectos = of_node.into_iter().map(ProjectLine::of).collect();
        Ok(NodeProjects {
            proyectos,
            total,
            siguiente,
        })
    }
}

/// What stands in an address for projects that name no node of the tree.
const ELSEWHERE: &str = "-";

impl ProjectLine {
    fn of(project: Project) -> Self {
        Self {
            enlace: format!("/inversiones/{}", project.code),
            codigo: project.code,
            nombre: project.name,
            fase: project.phase,
            costo_soles: project.done.cost,
            fisico_pct: project.done.physical_pct,
            financiero_soles: project.done.spent,
        }
    }
}

impl Project {
    fn standing(read: &ProjectShape) -> Self {
        Self {
            code: read.cui.clone(),
            name: read.nombre.clone(),
            phase: read.fase.clone(),
            node: read.nodo.clone(),
            done: Done {
                cost: read.costo_soles,
                ..Done::default()
            },
        }
    }
}

fn past(mut row: Map<String, Value>) -> Option<Project> {
    let code = row.get("codigo")?.as_str()?.to_owned();
    let attributes = row.remove("atributos").unwrap_or_default();
    let attributes: Attributes = serde_json::from_value(attributes).unwrap_or_default();
    Some(Project {
        code,
        name: attributes.nombre,
        phase: attributes.fase,
        node: attributes.nodo.filter(|node| !node.is_empty()),
        done: Done {
            cost: attributes.costo_soles.unwrap_or_default(),
            ..Done::default()
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_questions_are_questions() {
        for text in [PROJECTS, COUNTS] {
            assert!(question(text).is_ok(), "{text}");
        }
    }
}
