//! Maintenance of parcels without a file: a rehearsal shows what would come of it, and the operation itself is a small
//! survey that goes the way of any other.

mod plan;
mod words;
mod workplace;

use std::io::Write;

use domain::{
    collection::Collection,
    id::{CadastralCode, Ubigeo},
    people::{Action, Actor},
};
use geo_types::Coord;
use gis::crs::OFFICIAL;
use serde::{Deserialize, Serialize};
use store::surveys::NewSurvey;
use uuid::Uuid;

use self::plan::Planned;
pub use self::{
    plan::{PlanShape, PlannedLot},
    workplace::{Beside, Workplace},
};
use super::{Report, Request, Said, Survey, place::place, received::shown_name};
use crate::{Kind, Office, Problem, people::require, problem, view::SurveyShape};

/// What somebody asks for.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What is to be done.
    #[serde(rename = "operacion")]
    pub operation: Operation,
    /// The act or the document behind it.
    #[serde(rename = "documento")]
    pub document: String,
}

/// The operations. Codes are those in force.
#[derive(Clone, Deserialize, Debug)]
#[serde(tag = "tipo", rename_all = "snake_case", deny_unknown_fields)]
pub enum Operation {
    /// One parcel becomes several: along a line, or by areas.
    Subdividir {
        /// The parcel.
        predio: String,
        /// Where it is cut.
        linea: Option<Line>,
        /// The areas of the parts, in square metres; what remains is one more.
        areas_m2: Option<Vec<f64>>,
        /// The direction of the cuts by areas, in degrees clockwise from north; along the meridian where it is not said.
        rumbo_grados: Option<f64>,
        /// Codes of the parts; the next free ones of the block where they are not said.
        codigos: Option<Vec<String>>,
    },
    /// Several neighbours become one.
    Acumular {
        /// The parcels.
        predios: Vec<String>,
        /// Its code.
        codigo: Option<String>,
    },
    /// Two neighbours get another border between them.
    Rectificar {
        /// The one.
        predio: String,
        /// The other.
        colindante: String,
        /// The border.
        linea: Line,
    },
    /// A parcel gets another code.
    Renumerar {
        /// The parcel.
        predio: String,
        /// Its new code; the next free one of its block where it is not said.
        codigo: Option<String>,
    },
    /// A parcel goes.
    DarDeBaja {
        /// The parcel.
        predio: String,
    },
}

/// A line as GeoJSON has it: longitude and latitude.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Line {
    #[serde(rename = "type")]
    pub(super) kind: LineKind,
    pub(super) coordinates: Vec<[f64; 2]>,
}

impl Line {
    /// A line of places in the official system (EPSG:32718).
    pub fn official(mut places: Vec<Coord<f64>>) -> Result<Self, Problem> {
        crate::place::lon_lat(&mut places).map_err(|_| words::no_line())?;
        Ok(Self {
            kind: LineKind::LineString,
            coordinates: places.into_iter().map(|at| [at.x, at.y]).collect(),
        })
    }
}

/// A line is a line.
#[derive(Clone, Copy, Deserialize, Debug)]
pub enum LineKind {
    /// The only kind there is.
    LineString,
}

/// What a rehearsal shows.
#[derive(Serialize)]
pub struct Rehearsal {
    /// What would be done.
    #[serde(rename = "plan")]
    pub plan: PlanShape,
    /// What the rules say of it, and what it changes.
    #[serde(rename = "informe")]
    pub report: Report,
}

/// Parcels that one operation takes at most.
const PARCELS_MAX: usize = 100;
/// The profile by which what is made here is read.
const PROFILE: &str = "servicio";

impl Operation {
    /// Its word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Subdividir { .. } => "subdividir",
            Self::Acumular { .. } => "acumular",
            Self::Rectificar { .. } => "rectificar",
            Self::Renumerar { .. } => "renumerar",
            Self::DarDeBaja { .. } => "dar_de_baja",
        }
    }

    /// The parcels that it is about.
    pub(super) fn parcels(&self) -> Vec<&str> {
        match self {
            Self::Subdividir { predio, .. }
            | Self::Renumerar { predio, .. }
            | Self::DarDeBaja { predio } => vec![predio],
            Self::Acumular { predios, .. } => predios.iter().map(String::as_str).collect(),
            Self::Rectificar {
                predio, colindante, ..
            } => vec![predio, colindante],
        }
    }
}

impl Office {
    /// Shows what an operation would do, and keeps nothing.
    pub async fn rehearse(&self, actor: &Actor, asked: &Asked) -> Result<Rehearsal, Problem> {
        let (ubigeo, account) = may_operate(actor, asked)?;
        let planned = self.planned(asked, ubigeo).await?;
        let mut file = tempfile::NamedTempFile::new().map_err(|error| disk(&error))?;
        file.write_all(&planned.file)
            .map_err(|error| disk(&error))?;
        let request = Request {
            path: file.path().to_owned(),
            name: Some(planned.name.clone()),
            layer: None,
            collection: Collection::Parcels,
            ubigeo,
            source_crs: Some(OFFICIAL.to_owned()),
            crs_confirmed: true,
            profile: Some(PROFILE.to_owned()),
            scope: planned.scope,
            worker: None,
        };
        let place = place(&self.store, ubigeo).await?;
        let id = Uuid::new_v4();
        let mut survey = Survey::begin(request, |_| {})?;
        let facts = survey.facts().await?;
        // Dropped at the end with all that is in it.
        let mut draft = self.store.draft(actor).await?;
        draft
            .receive_survey(&NewSurvey {
                id,
                ubigeo,
                collection: &Collection::Parcels,
                uploaded_by: Some(account),
                file_name: &planned.name,
                file_bytes: i64::try_from(planned.file.len()).unwrap_or(i64::MAX),
                file_sha256: facts.document_sha256,
                source_crs: Some(OFFICIAL),
                profile: Some(PROFILE),
                file_layer: None,
                scope: planned.scope.word(),
            })
            .await?;
        let worked = survey.work(&mut draft, id, 1, facts, &place).await?;
        let seconds = worked.seconds();
        let mut report = worked.report;
        report.version = self.store.last_change().await?;
        report.audit = self.store.audit_head().await?.into();
        report.seconds = seconds;
        Ok(Rehearsal {
            plan: planned.shape,
            report,
        })
    }

    /// Sends an operation on its way: what it makes is examined and decided on like any survey.
    pub async fn operate(&self, actor: &Actor, asked: &Asked) -> Result<SurveyShape, Problem> {
        let (ubigeo, _) = may_operate(actor, asked)?;
        let planned = self.planned(asked, ubigeo).await?;
        let mut incoming = self.receive(actor).await?;
        incoming.write(&planned.file).await?;
        let said = Said {
            collection: Some(Collection::Parcels.name().to_owned()),
            ubigeo: Some(ubigeo.to_string()),
            source_crs: Some(OFFICIAL.to_owned()),
            profile: Some(PROFILE.to_owned()),
            file_layer: None,
            scope: Some(planned.scope.word().to_owned()),
            file_name: Some(planned.name),
        };
        self.submit(actor, incoming, said).await
    }

    async fn planned(&self, asked: &Asked, ubigeo: Ubigeo) -> Result<Planned, Problem> {
        let document = shown_name(Some(&asked.document.replace(['/', '\\'], "-")));
        if asked.document.trim().is_empty() {
            return Err(words::no_document());
        }
        plan::plan(&self.store, &asked.operation, &document, ubigeo).await
    }
}

/// Whether the actor may work on these parcels; all lie in one municipality.
fn may_operate(actor: &Actor, asked: &Asked) -> Result<(Ubigeo, Uuid), Problem> {
    let parcels = asked.operation.parcels();
    if parcels.is_empty() || parcels.len() > PARCELS_MAX {
        return Err(words::count(PARCELS_MAX));
    }
    let mut places = parcels.iter().map(|code| {
        let code: CadastralCode = crate::parcels::parse(code)?;
        code.ubigeo().map_err(|_| words::other_place())
    });
    let ubigeo = places.next().ok_or_else(|| words::count(PARCELS_MAX))??;
    for other in places {
        if other? != ubigeo {
            return Err(words::other_place());
        }
    }
    require(actor, Action::upload_to(&Collection::Parcels), Some(ubigeo))?;
    let account = actor.account().ok_or_else(problem::people::no_account)?;
    Ok((ubigeo, account))
}

fn disk(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "rehearsal");
    Problem::new(
        Kind::Unavailable,
        "El servidor no pudo escribir el ensayo.",
        "No se guardó nada. Avise a quien opera el servidor: puede faltar espacio en el disco.",
    )
}
