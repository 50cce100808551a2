//! Plans (PAT, PDM, PDU, EOU, planes específicos): the register, the life and the tree of each, and its progress.

mod progress;
mod write;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    collection::Collection,
    geometry,
    id::Ubigeo,
    institute::{
        DossierKind,
        instrument::{Milestone, PlanKind, State},
        plan_tree::{Node, NodeClass, Progress, RolledUp, roll_up},
    },
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use store::latest_figures::OnTree;
use uuid::Uuid;

use crate::{Kind, Office, Problem, dossiers::Kept, moment, stored_queries};

pub use progress::{NodeProjects, ProjectLine};
pub use write::{ChangedPlan, NewPlan, PlanStep};

/// What a plan is, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanContent {
    /// Its class.
    pub tipo: PlanKind,
    /// What it is called.
    pub nombre: String,
    /// Where it is on its way.
    pub estado: State,
    /// The ordinance in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub norma: Option<String>,
    /// The states it came to, in their order.
    #[serde(default)]
    pub hitos: Vec<Milestone>,
    /// Its draft, with its impact parcel by parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrador: Option<Uuid>,
    /// Its tree.
    #[serde(default)]
    pub nodos: Vec<Node>,
    /// Whether it is made up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demostracion: bool,
}

/// A plan in a list.
#[derive(Clone, Debug, Serialize)]
pub struct PlanLine {
    /// Its code.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// Its class.
    pub tipo: PlanKind,
    /// Where it is on its way.
    pub estado: State,
    /// The ordinance in force.
    pub norma: Option<String>,
    /// The municipality; none for what is the province's.
    pub ubigeo: Option<Ubigeo>,
    /// Its name.
    pub municipio: Option<String>,
    /// Ground of its perimeter in the layer `planes`, in hectares.
    pub area_ha: Option<f64>,
    /// How many projects name it.
    pub proyectos: usize,
    /// Where it is.
    pub enlace: String,
    /// Whether it is made up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub demostracion: bool,
}

/// A part of the list.
#[derive(Clone, Debug, Serialize)]
pub struct Plans {
    /// By code.
    pub planes: Vec<PlanLine>,
    /// After which code it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
}

/// Which plans a list has.
#[derive(Clone, Default, Debug)]
pub struct PlanFilter {
    /// Of this class.
    pub kind: Option<PlanKind>,
    /// In this state.
    pub state: Option<State>,
    /// Of this municipality.
    pub ubigeo: Option<Ubigeo>,
    /// After this code.
    pub after: Option<String>,
    /// As known at this moment; now, where it is none.
    pub known_at: Option<DateTime<Utc>>,
}

/// Progress of projects together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ProgressShape {
    /// How many.
    pub proyectos: u32,
    /// What they cost, in soles.
    pub costo_soles: f64,
    /// Physical progress in hundredths, weighted by cost; none without projects.
    pub fisico_pct: Option<f64>,
    /// Spent so far, in soles.
    pub financiero_soles: f64,
}

/// Days of a consultation.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Consultation {
    /// Its first day.
    pub desde: NaiveDate,
    /// Its last day.
    pub hasta: NaiveDate,
    /// Whether today is one of them.
    pub abierta: bool,
}

/// A plan.
#[derive(Clone, Debug, Serialize)]
pub struct PlanShape {
    /// Its code.
    pub codigo: String,
    /// Which version of its register this is: who changes it says that this was read.
    pub version: i32,
    /// Since when that is recorded.
    pub registrado: DateTime<Utc>,
    /// The municipality; none for what is the province's.
    pub ubigeo: Option<Ubigeo>,
    /// Its name.
    pub municipio: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub contenido: PlanContent,
    /// To which states it may go.
    pub sigue: &'static [State],
    /// The consultation that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consulta: Option<Consultation>,
    /// Ground of its perimeter, in hectares.
    pub area_ha: Option<f64>,
    /// Progress of all of its projects.
    pub avance: ProgressShape,
    /// The moment that was asked about; none for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conocido_a: Option<DateTime<Utc>>,
    /// Its tree with its progress, in the order of the register.
    #[serde(skip)]
    pub arbol: TreeShape,
}

/// A node with its progress.
#[derive(Clone, Debug, Serialize)]
pub struct NodeShape {
    /// What projects name it by.
    pub id: String,
    /// What it is.
    pub clase: NodeClass,
    /// What it is called.
    pub nombre: String,
    /// From which it hangs.
    pub padre: Option<String>,
    /// Code of its thematic axis.
    pub eje: Option<String>,
    /// Of what hangs from it.
    pub avance: ProgressShape,
}

/// A tree with its progress.
#[derive(Clone, Debug, Serialize)]
pub struct TreeShape {
    /// Of which plan.
    pub plan: String,
    /// Its nodes, in the order of the register.
    pub nodos: Vec<NodeShape>,
    /// Projects that name the plan and no node of it.
    pub fuera_del_arbol: ProgressShape,
    /// All projects.
    pub total: ProgressShape,
    /// How it is computed.
    pub criterio: &'static str,
}

/// How progress goes up a tree, in words.
pub const CRITERION: &str = "El avance físico de un nodo es el de sus proyectos, pesado por su costo; un proyecto sin avance registrado cuenta cero. El financiero es la suma de lo ejecutado.";

/// Plans on one page.
const PAGE: usize = 100;
const SQUARE_METRES_PER_HECTARE: f64 = 10_000.0;

impl From<Progress> for ProgressShape {
    fn from(progress: Progress) -> Self {
        Self {
            proyectos: progress.projects,
            costo_soles: progress.cost,
            fisico_pct: progress.physical_pct(),
            financiero_soles: progress.spent,
        }
    }
}

impl Office {
    /// Plans by code, with the ground of each and how many projects name it.
    pub async fn plans(&self, filter: &PlanFilter) -> Result<Plans, Problem> {
        moment::of(None, filter.known_at)?;
        let kept: Vec<Kept<PlanContent>> =
            self.dossiers(DossierKind::Plan, filter.known_at).await?;
        let mut found: Vec<Kept<PlanContent>> = kept
            .into_iter()
            .filter(|one| {
                let after = filter.after.as_ref();
                filter.kind.is_none_or(|kind| one.content.tipo == kind)
                    && filter.state.is_none_or(|state| one.content.estado == state)
                    && filter.ubigeo.is_none_or(|place| one.ubigeo == Some(place))
                    && after.is_none_or(|after| one.code > *after)
            })
            .collect();
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let siguiente = found.last().filter(|_| more).map(|one| one.code.clone());
        let codes: Vec<&str> = found.iter().map(|one| one.code.as_str()).collect();
        let counts = self.projects_of_plans(&codes, filter.known_at).await?;
        let grounds = self.perimeters_ha(filter.known_at).await?;
        let mut planes = Vec::with_capacity(found.len());
        for one in found {
            planes.push(PlanLine {
                area_ha: grounds.get(&one.code).copied(),
                municipio: self.name_of_municipality(one.ubigeo),
                proyectos: counts.get(&one.code).copied().unwrap_or_default(),
                enlace: link(&one.code),
                nombre: one.content.nombre,
                tipo: one.content.tipo,
                estado: one.content.estado,
                norma: one.content.norma,
                ubigeo: one.ubigeo,
                demostracion: one.content.demostracion,
                codigo: one.code,
            });
        }
        Ok(Plans { planes, siguiente })
    }

    /// One plan with its tree, as known at a moment (now, where it is none).
    pub async fn plan(
        &self,
        code: &str,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<PlanShape, Problem> {
        moment::of(None, known_at)?;
        let kept = self.kept_plan(code, known_at).await?;
        let grounds = self.perimeters_ha(known_at).await?;
        let projects = self.projects_of_plan(&kept.code, known_at).await?;
        let on_tree: Vec<OnTree<'_>> = projects.iter().map(progress::Project::on_tree).collect();
        let progress = self.store.progress_by_node(&on_tree, known_at).await?;
        let rolled = roll_up(
            &kept.content.nodos,
            progress.iter().map(|(node, own)| (node.as_deref(), *own)),
        );
        let arbol = tree(&kept.code, &kept.content.nodos, &rolled);
        Ok(PlanShape {
            version: kept.version,
            registrado: kept.since,
            ubigeo: kept.ubigeo,
            municipio: self.name_of_municipality(kept.ubigeo),
            sigue: kept.content.estado.next(),
            consulta: consultation(&kept.content),
            area_ha: grounds.get(&kept.code).copied(),
            avance: rolled.whole.into(),
            conocido_a: known_at,
            arbol,
            contenido: kept.content,
            codigo: kept.code,
        })
    }

    async fn kept_plan(
        &self,
        code: &str,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Kept<PlanContent>, Problem> {
        self.dossier(DossierKind::Plan, code, known_at).await
    }

    /// The name of a municipality of the province.
    pub(crate) fn name_of_municipality(&self, ubigeo: Option<Ubigeo>) -> Option<String> {
        let ubigeo = ubigeo?;
        let snapshot = self.feed.snapshot();
        let land = snapshot.municipalities.get(&ubigeo);
        Some(land.map_or_else(|| ubigeo.to_string(), |land| land.municipality.name.clone()))
    }

    /// Ground of the perimeters of the layer `planes`, in hectares, by code: of today from the snapshot, of the past by a
    /// stored question.
    async fn perimeters_ha(
        &self,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<HashMap<String, f64>, Problem> {
        if let Some(as_of) = moment::of(None, known_at)? {
            let found = self
                .compute(&question(GROUNDS)?, Some(as_of), None, None)
                .await?;
            let grounds = found.rows.iter().filter_map(|row| {
                let code = row.get("codigo")?.as_str()?;
                let ground = row.get("m2")?.as_f64()?;
                Some((code.to_owned(), ground / SQUARE_METRES_PER_HECTARE))
            });
            return Ok(grounds.collect());
        }
        let snapshot = self.feed.snapshot();
        let layers = snapshot
            .municipalities
            .values()
            .filter_map(|land| land.layer(&Collection::Plans));
        let grounds = layers
            .flat_map(query::Layer::features)
            .filter_map(|feature| {
                let ground = geometry::area_m2(&geometry::areas(&feature.geometry)?);
                Some((feature.code.to_string(), ground / SQUARE_METRES_PER_HECTARE))
            });
        Ok(grounds.collect())
    }
}

/// The ground of each perimeter as of a moment.
const GROUNDS: &str = "select codigo, sum(st_area(geom)) as m2 from planes group by codigo";

/// The consultation that a plan is in.
fn consultation(content: &PlanContent) -> Option<Consultation> {
    let last = content.hitos.last()?;
    let hasta = last.until.filter(|_| last.state == State::Consultation)?;
    let today = moment::now().day;
    Some(Consultation {
        desde: last.day,
        hasta,
        abierta: (last.day..=hasta).contains(&today),
    })
}

fn tree(code: &str, nodes: &[Node], rolled: &RolledUp) -> TreeShape {
    let nodos = nodes
        .iter()
        .map(|node| NodeShape {
            id: node.id.clone(),
            clase: node.class,
            nombre: node.name.clone(),
            padre: node.parent.clone(),
            eje: node.axis.clone(),
            avance: rolled
                .nodes
                .get(&node.id)
                .copied()
                .unwrap_or_default()
                .into(),
        })
        .collect();
    TreeShape {
        plan: code.to_owned(),
        nodos,
        fuera_del_arbol: rolled.elsewhere.into(),
        total: rolled.whole.into(),
        criterio: CRITERION,
    }
}

/// Whether somebody keeps the registers of the Institute: forms are shown to no other.
pub fn may_keep(actor: &Actor) -> Result<(), Problem> {
    crate::people::require(actor, Action::KeepRegister, None)
}

/// Where people see a plan.
pub(crate) fn link(code: &str) -> String {
    format!("/planes/{code}")
}

/// A stored question of ours, which parses.
fn question(text: &str) -> Result<domain::institute::StoredQuery, Problem> {
    stored_queries::parse(text)
}

fn bad(title: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}
