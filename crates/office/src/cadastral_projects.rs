//! Projects of the cadastre: their ground, brigades, targets and calendar as the Institute keeps them; progress is computed.

mod checks;
mod funds;
mod progress;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::Ubigeo,
    institute::{
        DossierCode, DossierKind,
        cadastral_project::{
            Brigade, ProjectFault, ProjectState, Stage, Targets, check_code, days,
        },
    },
    people::{Action, Actor},
    time::AsOf,
};
use geo_types::{Geometry, MultiPolygon};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::cadastral_projects::ProjectGround;

use crate::{
    Kind, Office, Problem, checks as place_checks,
    dossiers::{Kept, Written},
    moment,
};

pub(crate) use checks::said;
pub use funds::{Fund, FundLine, Funds};
pub(crate) use progress::geometry;
pub use progress::{BlockProgress, BrigadeProgress, Progress};

/// What a project says, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Project {
    /// What it is called.
    pub nombre: String,
    /// Where it is on its way.
    pub estado: ProjectState,
    /// Its ground: a GeoJSON polygon in longitude and latitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Value>,
    /// Its ground, where it is whole sectors: their codes.
    #[serde(default)]
    pub sectores: Vec<String>,
    /// Who surveys what.
    #[serde(default)]
    pub brigadas: Vec<Brigade>,
    /// What is to be reached.
    pub metas: Targets,
    /// Its stages, in time.
    pub calendario: Vec<Stage>,
    /// What else there is to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub descripcion: Option<String>,
    /// Whether it is made up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demostracion: bool,
}

/// A project as somebody sends it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectSent {
    /// Its code, `PC-2026-01`; of one that exists the address says it.
    #[serde(default)]
    pub codigo: Option<String>,
    /// The version that was read; 0 or none for a new one.
    #[serde(default)]
    pub version: i32,
    /// Its municipality.
    pub ubigeo: String,
    /// What it is called.
    pub nombre: String,
    /// Where it is on its way.
    pub estado: ProjectState,
    /// Its ground.
    #[serde(default)]
    pub area: Option<Value>,
    /// Its ground by sectors.
    #[serde(default)]
    pub sectores: Vec<String>,
    /// Who surveys what.
    #[serde(default)]
    pub brigadas: Vec<Brigade>,
    /// What is to be reached.
    pub metas: Targets,
    /// Its stages.
    pub calendario: Vec<Stage>,
    /// What else there is to say.
    #[serde(default)]
    pub descripcion: Option<String>,
}

/// A project, as anybody sees it.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectShape {
    /// Its code.
    pub codigo: String,
    /// Which version.
    pub version: i32,
    /// Since when this version is recorded.
    pub desde: DateTime<Utc>,
    /// Its municipality.
    pub ubigeo: String,
    /// What that is called.
    pub municipio: String,
    /// What it says.
    #[serde(flatten)]
    pub proyecto: Project,
    /// How far it has come, without its blocks one by one.
    pub avance: Progress,
}

/// A list of projects.
#[derive(Clone, Debug, Serialize)]
pub struct Projects {
    /// The projects, by code.
    pub proyectos: Vec<ProjectShape>,
    /// Where the next list goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
}

/// The two times that are asked about; both none for now.
#[derive(Clone, Copy, Default, Debug)]
pub struct Times {
    /// The day.
    pub day: Option<NaiveDate>,
    /// What was known.
    pub known_at: Option<DateTime<Utc>>,
}

/// Projects of a list.
pub const PAGE: usize = 20;

const KIND: DossierKind = DossierKind::CadastralProject;

impl Office {
    /// Projects by code, after a code, with how far each has come.
    pub async fn cadastral_projects(
        &self,
        after: Option<&str>,
        ubigeo: Option<Ubigeo>,
        times: Times,
    ) -> Result<Projects, Problem> {
        let mut kept: Vec<Kept<Project>> = self.dossiers(KIND, times.known_at).await?;
        kept.retain(|one| {
            after.is_none_or(|after| one.code.as_str() > after)
                && ubigeo.is_none_or(|ubigeo| one.ubigeo == Some(ubigeo))
        });
        let more = kept.len() > PAGE;
        kept.truncate(PAGE);
        let as_of = self.project_moment(times).await?;
        let progress = self.progress_of(&kept, as_of).await?;
        let next = kept.last().filter(|_| more).map(|one| one.code.clone());
        Ok(Projects {
            proyectos: kept
                .into_iter()
                .zip(progress)
                .map(|(kept, progress)| self.project_shape(kept, progress.without_blocks()))
                .collect(),
            siguiente: next,
        })
    }

    /// One project, with its progress and each of its blocks.
    pub async fn cadastral_project(
        &self,
        code: &str,
        times: Times,
    ) -> Result<ProjectShape, Problem> {
        let kept: Kept<Project> = self.dossier(KIND, code, times.known_at).await?;
        let as_of = self.project_moment(times).await?;
        let progress = self
            .progress_of(std::slice::from_ref(&kept), as_of)
            .await?
            .pop();
        let progress = progress.unwrap_or_else(|| Progress::none(as_of));
        Ok(self.project_shape(kept, progress))
    }

    /// Keeps a project: a new one, or the next version of the one with a code.
    pub async fn keep_cadastral_project(
        &self,
        actor: &Actor,
        code: Option<&str>,
        sent: ProjectSent,
    ) -> Result<ProjectShape, Problem> {
        crate::people::require(actor, Action::KeepRegister, None)?;
        let text = code
            .map(str::to_owned)
            .or(sent.codigo.clone())
            .unwrap_or_default();
        check_code(&text).map_err(|fault| checks::told(&fault))?;
        let code: DossierCode = text
            .parse()
            .map_err(|_| checks::told(&ProjectFault::Code))?;
        let before = if sent.version > 0 {
            let before: Kept<Project> = self.dossier(KIND, code.as_str(), None).await?;
            Some(before)
        } else {
            None
        };
        let ubigeo = self.place_of_figures(&sent.ubigeo)?;
        let project = checks::checked(&sent, ubigeo, before.as_ref().map(|kept| &kept.content))?;
        let written = Written {
            kind: KIND,
            code: &code,
            ubigeo: Some(ubigeo),
            content: &project,
            after: sent.version,
            action: if sent.version > 0 {
                "proyecto_catastral.cambio"
            } else {
                "proyecto_catastral.alta"
            },
        };
        self.write_dossier(actor, Action::KeepRegister, &written)
            .await?;
        self.cadastral_project(code.as_str(), Times::default())
            .await
    }

    /// A municipality of the service.
    pub(crate) fn place_of_figures(&self, text: &str) -> Result<Ubigeo, Problem> {
        let known = text
            .parse::<Ubigeo>()
            .ok()
            .filter(|ubigeo| self.feed.snapshot().municipalities.contains_key(ubigeo));
        known.ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                "El municipio no está en el servicio.",
                "«ubigeo» son los seis dígitos de un municipio, como 220101.",
            )
        })
    }

    /// What a municipality is called.
    pub(crate) fn name_of_place(&self, ubigeo: Option<Ubigeo>) -> String {
        let Some(ubigeo) = ubigeo else {
            return "Provincia".to_owned();
        };
        self.feed
            .snapshot()
            .municipalities
            .get(&ubigeo)
            .map_or_else(|| ubigeo.to_string(), |land| land.municipality.name.clone())
    }

    /// The point in time that is asked about: now, up to the last act that has ended.
    async fn project_moment(&self, times: Times) -> Result<AsOf, Problem> {
        match moment::of(times.day, times.known_at)? {
            Some(as_of) => Ok(as_of),
            None => Ok(AsOf {
                day: moment::now().day,
                known_at: self.store.recorded_until().await?,
            }),
        }
    }

    fn project_shape(&self, kept: Kept<Project>, avance: Progress) -> ProjectShape {
        ProjectShape {
            codigo: kept.code,
            version: kept.version,
            desde: kept.since,
            ubigeo: kept
                .ubigeo
                .map(|ubigeo| ubigeo.to_string())
                .unwrap_or_default(),
            municipio: self.name_of_place(kept.ubigeo),
            proyecto: kept.content,
            avance,
        }
    }
}

/// The ground of a project with its days; none for one that says no place.
pub(super) fn ground(kept: &Kept<Project>) -> Option<ProjectGround> {
    let (first, last) = days(&kept.content.calendario)?;
    Some(ProjectGround {
        ubigeo: kept.ubigeo?,
        area: kept
            .content
            .area
            .as_ref()
            .and_then(|area| area_of(area).ok())
            .map(Geometry::MultiPolygon),
        sectors: kept.content.sectores.clone(),
        first,
        last,
    })
}

/// A GeoJSON polygon in EPSG:32718.
pub fn area_of(area: &Value) -> Result<MultiPolygon<f64>, Problem> {
    let shape = serde_json::from_value(area.clone()).map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "«area» no es un polígono.",
            "Pase un Polygon o MultiPolygon de GeoJSON (RFC 7946), con longitud y latitud, como [-76.97, -6.03].",
        )
    })?;
    place_checks::read_shape(shape)
}
