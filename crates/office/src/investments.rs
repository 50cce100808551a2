//! Projects of investment: features of the layer `inversiones`, known by their CUI, with progress by period and evidence
//! that is computed.

mod evidence;
mod progress;
mod sheet;
mod typed;
mod words;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    collection::Collection,
    feature::Feature,
    id::Ubigeo,
    institute::{Cui, DossierKind, Phase},
    people::{Action, Actor},
};
use geo_types::Geometry;
use query::{Snapshot, folded};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::Deed;

pub use self::{
    evidence::{Evidence, EvidenceQuery, ProjectEvidence, evidence_queries},
    progress::{Progress, ProgressLine, ProgressSeries},
    typed::{ProposedProject, SourceShape},
};
use crate::{
    Office, Problem, data,
    features::Put,
    footprint::{self, Read},
    people::require,
};

/// A project, as anybody sees it.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectShape {
    /// What it is known by.
    pub cui: String,
    /// The municipality.
    pub ubigeo: String,
    /// Its name.
    pub municipio: String,
    /// What it is called.
    pub nombre: String,
    /// Where it is on its way; what a file brought may be none of the phases.
    pub fase: String,
    /// Thematic axis, by its code.
    pub eje: Option<String>,
    /// Code of the plan that it serves.
    pub plan: Option<String>,
    /// Which objective, axis or programme of it.
    pub nodo: Option<String>,
    /// What it costs, in soles.
    pub costo_soles: f64,
    /// Who pays; empty where it is not known, or not said by amounts.
    pub fuentes: Vec<SourceShape>,
    /// The same, as it is kept.
    #[serde(skip)]
    pub sources_text: Option<String>,
    /// The office that answers for it.
    pub responsable: Option<String>,
    /// Its first day.
    pub inicio: Option<NaiveDate>,
    /// Its last day.
    pub fin: Option<NaiveDate>,
    /// How far it serves, in metres.
    pub area_influencia_m: f64,
    /// Whether others may invest.
    pub abierto_a_inversionistas: bool,
    /// Whether it is made up.
    pub demostracion: bool,
    /// The change that its next editor has to have read.
    pub version: i64,
    /// Since when it is so.
    pub vigente_desde: NaiveDate,
    /// The last report of progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avance: Option<ProgressLine>,
    /// Its footprint as GeoJSON; of one project only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub huella: Option<Value>,
    /// Its footprint in EPSG:32718.
    #[serde(skip)]
    pub geometry: Geometry<f64>,
}

/// Which projects a list has.
#[derive(Clone, Default, Debug)]
pub struct ProjectFilter {
    /// Of a municipality.
    pub ubigeo: Option<Ubigeo>,
    /// In a phase.
    pub phase: Option<Phase>,
    /// Of a thematic axis.
    pub axis: Option<String>,
    /// Of a plan.
    pub plan: Option<String>,
    /// Of an objective, axis or programme of it, and of all below it.
    pub node: Option<String>,
    /// With these words in its name, or this code.
    pub words: Option<String>,
    /// Open to who invests, or not.
    pub open: Option<bool>,
    /// After this CUI.
    pub after: Option<String>,
}

/// A part of a list, with the totals of all of it.
#[derive(Clone, Debug, Serialize)]
pub struct Projects {
    /// By CUI.
    pub inversiones: Vec<ProjectShape>,
    /// How many the filter finds.
    pub total: usize,
    /// What they cost together, in soles.
    pub costo_soles: f64,
    /// By phase, in their order.
    pub por_fase: Vec<Total>,
    /// By thematic axis.
    pub por_eje: Vec<Total>,
    /// After which CUI it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
    /// The last change of the land that it includes.
    pub version_datos: i64,
}

/// What belongs together in a list.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Total {
    /// Of which: a phase or an axis.
    pub clase: String,
    /// How many.
    pub cantidad: usize,
    /// What they cost, in soles.
    pub costo_soles: f64,
}

/// A version of a project, and what of it is new.
#[derive(Clone, Debug)]
pub struct ProjectVersion {
    /// The change that opened it.
    pub change: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// First day on which it held.
    pub valid_from: NaiveDate,
    /// What the change was.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// Attribute, before, after.
    pub differences: Vec<(String, String, String)>,
}

/// Projects on one page.
const PAGE: usize = 50;

/// Whether somebody keeps the registers of projects, networks and works.
///
/// # Errors
/// They do not.
pub fn may_keep(actor: &Actor) -> Result<(), Problem> {
    require(actor, Action::KeepRegister, None)
}

impl Office {
    /// A part of the projects in force, by CUI.
    pub async fn projects(&self, filter: &ProjectFilter) -> Result<Projects, Problem> {
        let snapshot = self.feed.snapshot();
        let read = read(&snapshot, filter.ubigeo);
        let mut found: Vec<&ProjectShape> = read.iter().flat_map(|of| &of.0).collect();
        found.retain(wanted(filter));
        found.sort_by(|a, b| a.cui.cmp(&b.cui));
        let phases = Phase::ALL.map(|phase| phase.name().to_owned());
        let axes = data::axes().iter().map(|axis| axis.code.clone());
        let mut answer = Projects {
            total: found.len(),
            costo_soles: cents(found.iter().map(|one| one.costo_soles).sum()),
            por_fase: totals(phases, &found, |one| one.fase.clone()),
            por_eje: totals(axes, &found, |one| one.eje.clone().unwrap_or_default()),
            inversiones: Vec::new(),
            siguiente: None,
            version_datos: snapshot.change.0,
        };
        if let Some(after) = &filter.after {
            found.retain(|one| one.cui > *after);
        }
        let more = found.len() > PAGE;
        let mut page: Vec<ProjectShape> = found.into_iter().take(PAGE).cloned().collect();
        answer.siguiente = page.last().filter(|_| more).map(|one| one.cui.clone());
        for one in &mut page {
            one.municipio = municipality(&snapshot, &one.ubigeo);
        }
        self.with_progress(&mut page).await?;
        answer.inversiones = page;
        Ok(answer)
    }

    /// One project in force.
    pub async fn project(&self, cui: &str) -> Result<ProjectShape, Problem> {
        let snapshot = self.feed.snapshot();
        let found = snapshot
            .feature(&Collection::Investments, cui)
            .ok_or_else(words::absent)?;
        let mut one = shape(&found);
        one.municipio = municipality(&snapshot, &one.ubigeo);
        let mut one = vec![one];
        self.with_progress(&mut one).await?;
        let mut one = one.pop().ok_or_else(words::absent)?;
        one.huella = Some(footprint::drawn(&one.geometry));
        Ok(one)
    }

    /// Registers a project.
    pub async fn create_project(
        &self,
        actor: &Actor,
        new: &ProposedProject,
    ) -> Result<ProjectShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let cui: Cui = new
            .cui
            .trim()
            .parse()
            .map_err(|_| words::no_cui(&new.cui))?;
        let snapshot = self.feed.snapshot();
        if snapshot
            .feature(&Collection::Investments, cui.as_str())
            .is_some()
        {
            return Err(words::known(&cui));
        }
        let drawn = new.huella.as_ref().ok_or_else(words::no_footprint)?;
        let geometry = footprint::official(drawn)?;
        let ubigeo = footprint::municipality(&snapshot, &geometry, new.ubigeo)?;
        let reason = new.motivo.as_deref().unwrap_or("Alta del proyecto");
        let put = (ubigeo, geometry, None, "inversion.alta");
        self.put_project(actor, &cui, new, put, reason).await
    }

    /// Changes a project; what is not said of its footprint stays.
    pub async fn change_project(
        &self,
        actor: &Actor,
        cui: &str,
        new: &ProposedProject,
    ) -> Result<ProjectShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let cui: Cui = cui.parse().map_err(|_| words::absent())?;
        if !new.cui.is_empty() && new.cui != cui.as_str() {
            return Err(words::other_cui());
        }
        let version = new.version.ok_or_else(words::no_version)?;
        let reason = footprint::told(new.motivo.as_deref().unwrap_or_default(), "motivo", 3..=500)?;
        let snapshot = self.feed.snapshot();
        let standing = snapshot
            .feature(&Collection::Investments, cui.as_str())
            .ok_or_else(words::absent)?;
        let geometry = match &new.huella {
            Some(drawn) => footprint::official(drawn)?,
            None => standing.geometry.clone(),
        };
        let put = (standing.ubigeo, geometry, Some(version), "inversion.cambio");
        self.put_project(actor, &cui, new, put, &reason).await
    }

    async fn put_project(
        &self,
        actor: &Actor,
        cui: &Cui,
        new: &ProposedProject,
        (ubigeo, geometry, after, action): (Ubigeo, Geometry<f64>, Option<i64>, &'static str),
        reason: &str,
    ) -> Result<ProjectShape, Problem> {
        let mut attributes = new.attributes()?;
        if let Some(plan) = &new.plan {
            self.need_plan(plan).await?;
        }
        // What else a file brought stays.
        let snapshot = self.feed.snapshot();
        let standing = snapshot.feature(&Collection::Investments, cui.as_str());
        if let (Some(standing), Some(_)) = (standing, after) {
            for (name, value) in Read::of(&standing.attributes).0 {
                if !typed::NAMES.contains(&name.as_str()) {
                    attributes.entry(name).or_insert(value);
                }
            }
        }
        let put = Put {
            collection: &Collection::Investments,
            ubigeo,
            code: cui.as_str(),
            attributes,
            geometry,
            after,
            reason,
        };
        let deed = Deed {
            action,
            ubigeo: Some(ubigeo),
            object: format!("inversion/{cui}"),
            content: json!({"cui": cui.as_str(), "fase": new.fase, "motivo": reason}),
        };
        self.put_feature(actor, put, deed).await?;
        self.project(cui.as_str()).await
    }

    /// A plan that a project names is one that is kept, or one whose perimeter is drawn.
    async fn need_plan(&self, plan: &str) -> Result<(), Problem> {
        let drawn = self
            .feed
            .snapshot()
            .feature(&Collection::Plans, plan)
            .is_some();
        if drawn
            || self
                .dossier::<Value>(DossierKind::Plan, plan, None)
                .await
                .is_ok()
        {
            return Ok(());
        }
        Err(words::no_plan(plan))
    }

    /// All versions of a project, the newest first, each with what it changed.
    pub async fn project_versions(&self, cui: &str) -> Result<Vec<ProjectVersion>, Problem> {
        let rows = self.store.versions(&Collection::Investments, cui).await?;
        let mut before: Option<Map<String, Value>> = None;
        let mut last = None;
        let mut versions = Vec::new();
        for row in rows {
            // What held until a change is recorded again by that change: it is no version of its own.
            if last == Some(row.change_from)
                || (row.valid_to.is_some() && row.recorded_to.is_none())
            {
                continue;
            }
            last = Some(row.change_from);
            let now = Read::of(&row.attributes).0;
            versions.push(ProjectVersion {
                change: row.change_from,
                at: row.recorded_from,
                valid_from: row.valid_from,
                kind: row.kind,
                reason: row.reason,
                differences: before
                    .as_ref()
                    .map_or_else(Vec::new, |old| differences(old, &now)),
            });
            before = Some(now);
        }
        versions.reverse();
        Ok(versions)
    }
}

/// Attributes that differ, by name: what it was, what it is.
fn differences(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<(String, String, String)> {
    let said = |members: &Map<String, Value>, name: &str| match members.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .map(|name| (name.clone(), said(before, name), said(after, name)))
        .filter(|(_, was, is)| was != is)
        .collect()
}

/// The projects of a layer, as they are read of it.
pub(crate) struct ReadProjects(pub(crate) Vec<ProjectShape>);

/// The projects in force, by municipality and CUI; read once for each state of a layer. Their municipality is yet to be
/// named, and their progress to be added.
pub(crate) fn read(snapshot: &Snapshot, ubigeo: Option<Ubigeo>) -> Vec<Arc<ReadProjects>> {
    snapshot
        .municipalities
        .iter()
        .filter(|(own, _)| ubigeo.is_none_or(|asked| asked == **own))
        .filter_map(|(_, land)| land.layer(&Collection::Investments))
        .map(|layer| layer.derived(|features| ReadProjects(features.iter().map(shape).collect())))
        .collect()
}

/// Whether a filter lets a project through; its municipality apart.
fn wanted(filter: &ProjectFilter) -> impl Fn(&&ProjectShape) -> bool {
    let words = filter.words.as_deref().map(|words| folded(words.trim()));
    move |one| {
        let same = |asked: &Option<String>, said: Option<&str>| {
            asked.as_deref().is_none_or(|asked| said == Some(asked))
        };
        filter.phase.is_none_or(|phase| one.fase == phase.name())
            && same(&filter.axis, one.eje.as_deref())
            && same(&filter.plan, one.plan.as_deref())
            && filter
                .node
                .as_deref()
                .is_none_or(|node| one.nodo.as_deref().is_some_and(|own| is_below(own, node)))
            && filter
                .open
                .is_none_or(|open| open == one.abierto_a_inversionistas)
            && words.as_deref().is_none_or(|words| {
                one.cui.starts_with(words) || folded(&one.nombre).contains(words)
            })
    }
}

/// The name of a municipality, or its ubigeo.
fn municipality(snapshot: &Snapshot, ubigeo: &str) -> String {
    let known = ubigeo
        .parse()
        .ok()
        .and_then(|ubigeo: Ubigeo| snapshot.municipalities.get(&ubigeo));
    known.map_or_else(|| ubigeo.to_owned(), |land| land.municipality.name.clone())
}

/// Whether a node is another or below it: `OE1.E2.P1` is below `OE1`.
fn is_below(own: &str, node: &str) -> bool {
    own.strip_prefix(node)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn totals(
    known: impl IntoIterator<Item = String>,
    projects: &[&ProjectShape],
    class: impl Fn(&ProjectShape) -> String,
) -> Vec<Total> {
    let mut sums: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    for one in projects {
        let sum = sums.entry(class(one)).or_default();
        sum.0 += 1;
        sum.1 += one.costo_soles;
    }
    let total = |clase: String, (cantidad, soles): (usize, f64)| Total {
        clase,
        cantidad,
        costo_soles: cents(soles),
    };
    let known: Vec<Total> = known
        .into_iter()
        .map(|clase| {
            let sum = sums.remove(&clase).unwrap_or_default();
            total(clase, sum)
        })
        .collect();
    // What a file brought under another name is counted too.
    let others = sums.into_iter().map(|(clase, sum)| total(clase, sum));
    known.into_iter().chain(others).collect()
}

/// To the céntimo.
fn cents(soles: f64) -> f64 {
    (soles * 100.0).round() / 100.0
}

fn shape(feature: &Feature) -> ProjectShape {
    let read = Read::of(&feature.attributes);
    let sources_text = read.text("fuentes");
    ProjectShape {
        cui: feature.code.to_string(),
        ubigeo: feature.ubigeo.to_string(),
        municipio: String::new(),
        nombre: read
            .text("nombre")
            .unwrap_or_else(|| "Sin nombre".to_owned()),
        fase: read.text("fase").unwrap_or_default(),
        eje: read.text("eje"),
        plan: read.text("plan"),
        nodo: read.text("nodo"),
        costo_soles: read.number("costo_soles").unwrap_or_default(),
        fuentes: typed::sources(sources_text.as_deref()),
        sources_text,
        responsable: read.text("responsable"),
        inicio: read.day("inicio"),
        fin: read.day("fin"),
        area_influencia_m: read.number("area_influencia_m").unwrap_or_default(),
        abierto_a_inversionistas: read.truth("abierto_a_inversionistas"),
        demostracion: read.truth("demostracion"),
        version: feature.change.0,
        vigente_desde: feature.valid_from,
        avance: None,
        huella: None,
        geometry: feature.geometry.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_hold_what_is_below_them() {
        assert!(is_below("OE1.E2.P1", "OE1"));
        assert!(is_below("OE1", "OE1"));
        assert!(!is_below("OE10.E1", "OE1"));
        assert!(!is_below("OE1", "OE1.E1"));
    }

    #[test]
    fn what_differs_is_told_by_name() {
        let read = |text: &str| Read::of(text).0;
        let told = differences(
            &read(r#"{"fase": "idea", "costo_soles": 5, "eje": "urbano"}"#),
            &read(r#"{"fase": "ejecucion", "costo_soles": 5, "nodo": "OE1"}"#),
        );
        let told: Vec<String> = told
            .into_iter()
            .map(|(name, was, is)| format!("{name} {was}>{is}"))
            .collect();
        assert_eq!(told, ["eje urbano>", "fase idea>ejecucion", "nodo >OE1"]);
    }
}
