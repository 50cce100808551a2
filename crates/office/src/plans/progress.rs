//! The projects of plans, and how far they are: those in force from the snapshot, those of the past by a stored question.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{collection::Collection, institute::FigureKind};
use serde::Serialize;
use serde_json::{Map, Value};
use store::latest_figures::OnTree;

use super::question;
use crate::{Kind, Office, Problem, footprint::Read, moment};

/// A project of a plan.
#[derive(Clone, Debug)]
pub(super) struct Project {
    /// Its CUI.
    code: String,
    name: String,
    phase: String,
    /// The node that it names.
    node: Option<String>,
    /// What it costs, in soles.
    cost: f64,
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

    /// The projects that name a plan, by CUI.
    pub(super) async fn projects_of_plan(
        &self,
        code: &str,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Project>, Problem> {
        let mut projects = match moment::of(None, known_at)? {
            None => self.standing_projects(code),
            Some(as_of) => {
                let found = self
                    .compute(&question(PROJECTS)?, Some(as_of), None, Some(code))
                    .await?;
                found.rows.iter().filter_map(past).collect()
            }
        };
        projects.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(projects)
    }

    fn standing_projects(&self, code: &str) -> Vec<Project> {
        let snapshot = self.feed.snapshot();
        let layers = snapshot
            .municipalities
            .values()
            .filter_map(|land| land.layer(&Collection::Investments));
        layers
            .flat_map(|layer| {
                let places = layer.equal("plan", code);
                places.into_iter().filter_map(|at| {
                    let code = &layer.features().get(at)?.code;
                    Some(Project::of(code, layer.members().get(at)?))
                })
            })
            .collect()
    }

    /// Projects as they are listed, each with the last that was reported of it.
    async fn project_lines(
        &self,
        projects: Vec<Project>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<ProjectLine>, Problem> {
        let codes: Vec<String> = projects.iter().map(|one| one.code.clone()).collect();
        let figures = self
            .store
            .latest_figures(FigureKind::Investment, &codes, known_at)
            .await?;
        let mut lines: Vec<ProjectLine> = projects.into_iter().map(ProjectLine::of).collect();
        for figure in figures {
            let Some(line) = lines.iter_mut().find(|line| line.codigo == figure.code) else {
                continue;
            };
            match figure.measure.as_str() {
                "fisico_pct" => line.fisico_pct = figure.value,
                "financiero_soles" => line.financiero_soles = figure.value,
                _ => {}
            }
        }
        Ok(lines)
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
        let projects = self.projects_of_plan(&kept.code, known_at).await?;
        let of_node: Vec<Project> = projects
            .into_iter()
            .filter(|one| {
                let known = one.node.as_deref().and_then(|id| belongs.get(id));
                known.map_or(elsewhere, |within| *within)
            })
            .collect();
        let total = of_node.len();
        let mut shown: Vec<Project> = of_node
            .into_iter()
            .filter(|one| after.is_none_or(|after| one.code.as_str() > after))
            .collect();
        let more = shown.len() > PAGE;
        shown.truncate(PAGE);
        Ok(NodeProjects {
            total,
            siguiente: shown.last().filter(|_| more).map(|one| one.code.clone()),
            proyectos: self.project_lines(shown, known_at).await?,
        })
    }
}

/// What stands in an address for projects that name no node of the tree.
const ELSEWHERE: &str = "-";

impl ProjectLine {
    /// A project of which nothing is reported yet.
    fn of(project: Project) -> Self {
        Self {
            enlace: format!("/inversiones/{}", project.code),
            codigo: project.code,
            nombre: project.name,
            fase: project.phase,
            costo_soles: project.cost,
            fisico_pct: 0.0,
            financiero_soles: 0.0,
        }
    }
}

impl Project {
    fn of(code: &str, attributes: &Map<String, Value>) -> Self {
        let read = Read::from(attributes);
        Self {
            code: code.to_owned(),
            name: read.text("nombre").unwrap_or_default(),
            phase: read.text("fase").unwrap_or_default(),
            node: read.text("nodo"),
            cost: read.number("costo_soles").unwrap_or_default(),
        }
    }

    /// What of it goes up the tree.
    pub(super) fn on_tree(&self) -> OnTree<'_> {
        OnTree {
            code: &self.code,
            node: self.node.as_deref(),
            cost: self.cost,
        }
    }
}

fn past(row: &Map<String, Value>) -> Option<Project> {
    let code = row.get("codigo")?.as_str()?;
    Some(Project::of(code, row.get("atributos")?.as_object()?))
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
