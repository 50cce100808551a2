//! Projects of investment: features of the layer `inversiones`, known by their CUI, with progress by period and evidence
//! that is computed.

mod evidence;
mod list;
mod progress;
mod sheet;
mod typed;
mod versions;
mod words;

use chrono::NaiveDate;
use domain::{
    collection::Collection,
    feature::Feature,
    id::Ubigeo,
    institute::{Cui, DossierKind},
    people::{Action, Actor},
};
use geo_types::Geometry;
use query::Snapshot;
use serde::Serialize;
use serde_json::{Value, json};
use store::Deed;

pub use self::{
    evidence::{Evidence, EvidenceQuery, ProjectEvidence, evidence_queries},
    list::{ProjectFilter, Projects, Total},
    progress::{Progress, ProgressLine, ProgressSeries},
    typed::{ProposedProject, SourceShape},
    versions::ProjectVersion,
};
use crate::{
    Office, Problem,
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

/// Whether somebody keeps the registers of projects, networks and works.
///
/// # Errors
/// They do not.
pub fn may_keep(actor: &Actor) -> Result<(), Problem> {
    require(actor, Action::KeepRegister, None)
}

impl Office {
    /// One project in force.
    pub async fn project(&self, cui: &str) -> Result<ProjectShape, Problem> {
        let snapshot = self.feed.snapshot();
        let found = snapshot
            .feature(&Collection::Investments, cui)
            .ok_or_else(words::absent)?;
        let read = Read::of(&found.attributes);
        let mut one = vec![shape(&snapshot, &found, &read)];
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
            for (name, value) in footprint::members(&standing.attributes) {
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
}

/// To the céntimo.
fn cents(soles: f64) -> f64 {
    (soles * 100.0).round() / 100.0
}

/// A project with what is read of its attributes.
fn shape(snapshot: &Snapshot, feature: &Feature, read: &Read<'_>) -> ProjectShape {
    let sources_text = read.text("fuentes");
    ProjectShape {
        cui: feature.code.to_string(),
        ubigeo: feature.ubigeo.to_string(),
        municipio: snapshot.municipalities.get(&feature.ubigeo).map_or_else(
            || feature.ubigeo.to_string(),
            |land| land.municipality.name.clone(),
        ),
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
