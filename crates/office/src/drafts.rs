//! Plans in draft beside the one in force: loaded by a planner, seen by anybody with all that they would change, put in
//! force or withdrawn by an act of another.

mod decision;
mod impact;
mod reckoned;

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{
    collection::Collection,
    id::Ubigeo,
    people::{Action, Actor},
    plan::norm::{BYTES_MAX, Norm},
};
use query::{Layer, MunicipalityLand};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{
    Deed,
    drafts::{NewPlanDraft, PlanDraftRow},
};
use uuid::Uuid;

use self::impact::{Comparison, Impact};
use crate::{
    Kind, Office, Problem,
    checks::{self, Form, World},
    norms::{self, CasesReport},
    people::require,
    problem,
};

pub(crate) use decision::PlanApproval;
pub use decision::{DraftChoice, DraftDecision};
pub use reckoned::Reckoned;

/// A draft, as somebody loads it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDraftPlan {
    /// Municipality.
    pub ubigeo: Ubigeo,
    /// What people call it.
    pub nombre: String,
    /// Its norms (`schemas/norma.schema.json`), where it changes them.
    pub norma: Option<Box<serde_json::value::RawValue>>,
    /// A survey of zones that nobody has decided on, where it changes them.
    pub zonificacion: Option<Uuid>,
    /// A sheet of golden parcels, as the text of `casos.csv`, tried on the norms.
    pub casos: Option<String>,
    /// Why a difference in the sheet does not stop the draft.
    pub sustento: Option<String>,
}

/// A draft, as everybody sees it.
#[derive(Clone, Debug, Serialize)]
pub struct DraftShape {
    /// Its identity.
    pub id: Uuid,
    /// Where it is.
    pub enlace: String,
    /// Municipality.
    pub ubigeo: Ubigeo,
    /// What people call it.
    pub nombre: String,
    /// `abierto`, `aprobado`, `retirado`.
    pub estado: String,
    /// Instrument of its norms.
    pub instrumento: Option<String>,
    /// The survey of its zones.
    pub zonificacion: Option<Uuid>,
    /// Who loaded it.
    pub cargado_por: String,
    /// When.
    pub cargado: DateTime<Utc>,
    /// Who decided, when and why.
    pub decision: Option<DecidedShape>,
}

/// What was decided on a draft.
#[derive(Clone, Debug, Serialize)]
pub struct DecidedShape {
    /// Who.
    pub por: String,
    /// When.
    pub el: DateTime<Utc>,
    /// Why.
    pub sustento: String,
    /// The change that put it in force.
    pub version_datos: Option<i64>,
}

/// Drafts in a list.
const LISTED: i64 = 100;

impl Office {
    /// Loads a draft. Nothing of it is in force.
    pub async fn load_draft(
        &self,
        actor: &Actor,
        new: &NewDraftPlan,
    ) -> Result<DraftShape, Problem> {
        require(actor, Action::DecidePlan, None)?;
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let name = new.nombre.trim();
        if !(5..=200).contains(&name.chars().count()) {
            return Err(Problem::new(
                Kind::BadRequest,
                "Falta «nombre».",
                "Diga cómo se llama el plan, entre 5 y 200 letras.",
            ));
        }
        if new.norma.is_none() && new.zonificacion.is_none() {
            return Err(Problem::new(
                Kind::BadRequest,
                "El borrador no cambia nada.",
                "Pase «norma» (el archivo de normas), «zonificacion» (un levantamiento de zonas sin decidir), o los dos.",
            ));
        }
        let mut different = 0;
        if let Some(text) = &new.norma {
            let norm = read(text.get())?;
            if norm.ubigeo != new.ubigeo {
                return Err(Problem::new(
                    Kind::Refused,
                    format!("La norma es del municipio {}.", norm.ubigeo),
                    "Un borrador es de un municipio: el de «ubigeo» y el de la norma son el mismo.",
                ));
            }
            if let Some(sheet) = &new.casos {
                let row = norms::unpublished(&norm, text.get());
                let cases = norms::tried(&self.store, sheet, &row).await?;
                different = cases.distintos.len();
                if different > 0 && new.sustento.is_none() {
                    return Err(other_than_expected(&cases));
                }
            }
        }
        if let Some(survey) = new.zonificacion {
            self.undecided_zones(survey, new.ubigeo).await?;
        }
        if !self
            .feed
            .snapshot()
            .municipalities
            .contains_key(&new.ubigeo)
        {
            return Err(checks::no_municipality(new.ubigeo));
        }
        let id = Uuid::new_v4();
        let mut act = self.store.begin(actor).await?;
        act.load_plan_draft(&NewPlanDraft {
            id,
            ubigeo: new.ubigeo,
            name,
            norm: new.norma.as_ref().map(|norm| norm.get()),
            survey: new.zonificacion,
            loader: account,
        })
        .await?;
        act.commit(&Deed {
            action: "plan.borrador",
            ubigeo: Some(new.ubigeo),
            object: format!("borrador/{id}"),
            content: json!({
                "nombre": name, "zonificacion": new.zonificacion, "casos_distintos": different,
                "sustento": new.sustento,
            }),
        })
        .await?;
        Ok(DraftShape::of(self.draft_row(id).await?))
    }

    /// The last drafts of all municipalities.
    pub async fn drafts(&self) -> Result<Vec<DraftShape>, Problem> {
        let rows = self.store.plan_drafts(None, LISTED).await?;
        Ok(rows.into_iter().map(DraftShape::of).collect())
    }

    /// A draft.
    pub async fn draft(&self, id: Uuid) -> Result<DraftShape, Problem> {
        Ok(DraftShape::of(self.draft_row(id).await?))
    }

    /// All parcels that a draft would change, judged with and without it; with a proposal, how each would come out.
    /// What was reckoned a moment ago on the same land and law is given again: its page asks for a few lines at a time.
    pub async fn impact(
        &self,
        id: Uuid,
        proposal: Option<Map<String, Value>>,
        form: Form,
    ) -> Result<Arc<[u8]>, Problem> {
        let row = self.draft_row(id).await?;
        let key = self.reckoning(&row, proposal.as_ref(), form).await?;
        if let Some(known) = self.impacts.get(&key) {
            return Ok(known);
        }
        let proposal = checks::read_proposal(proposal)?;
        let turn = checks::turn().await?;
        let worlds = self.worlds(&row).await?;
        let is_of_the_key = key.is_of(&worlds.before);
        let snapshot = self.feed.snapshot();
        let certificates = Arc::clone(&snapshot.certificates);
        let draft = json!(DraftShape::of(row));
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let impact = Impact::of(&Comparison {
                before: &worlds.before,
                after: &worlds.after,
                proposal: proposal.as_ref(),
                protected: &certificates.protected,
            });
            let more = Map::from_iter([("borrador".to_owned(), draft)]);
            impact.listing(&worlds.before, more).text(form)
        });
        let text: Arc<[u8]> = work.await.map_err(|error| broken(&error))??.into();
        if is_of_the_key {
            self.impacts.keep(key, &text);
        }
        Ok(text)
    }

    /// All that the impact of an open draft depends on.
    async fn reckoning(
        &self,
        row: &PlanDraftRow,
        proposal: Option<&Map<String, Value>>,
        form: Form,
    ) -> Result<reckoned::Key, Problem> {
        is_open(row)?;
        let comparison = match row.survey {
            Some(survey) => Some(self.undecided_zones(survey, row.ubigeo).await?.comparison),
            None => None,
        };
        let world = self.world(row.ubigeo, None, None).await?;
        Ok(reckoned::Key {
            draft: row.id,
            comparison,
            day: world.as_of.day,
            version: world.version,
            norms: world.norms.version().to_owned(),
            certificates: self.feed.snapshot().certificates.version,
            proposal: proposal.cloned(),
            form,
        })
    }

    async fn draft_row(&self, id: Uuid) -> Result<PlanDraftRow, Problem> {
        let found = self.store.plan_drafts(Some(id), 1).await?.pop();
        found.ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                "No hay un borrador con ese identificador.",
                "Los borradores están en /api/planes/borradores.",
            )
        })
    }

    /// What is in force, and what a draft would make of it.
    async fn worlds(&self, row: &PlanDraftRow) -> Result<Worlds, Problem> {
        is_open(row)?;
        let before = self.world(row.ubigeo, None, None).await?;
        let mut after = before.clone();
        if let Some(survey) = row.survey {
            let survey = self.undecided_zones(survey, row.ubigeo).await?;
            let (closes, opens) = self.store.proposed(&survey).await?;
            let gone: HashSet<&str> = closes
                .iter()
                .map(String::as_str)
                .chain(opens.iter().map(|zone| &*zone.code))
                .collect();
            let kept = before.land.layer(&Collection::Zones);
            let kept = kept.map(Layer::features).unwrap_or_default().iter();
            let mut zones: Vec<_> = kept
                .filter(|zone| !gone.contains(&*zone.code))
                .cloned()
                .collect();
            drop(gone);
            zones.extend(opens);
            zones.sort_unstable_by(|a, b| a.code.cmp(&b.code));
            let mut land = MunicipalityLand::clone(&before.land);
            land.put(Collection::Zones, Layer::new(&Collection::Zones, zones));
            after.land = Arc::new(land);
        }
        if let Some(text) = &row.norm {
            let row = norms::unpublished(&read(text)?, text);
            after = after.with_norm(&self.store, &row).await?;
        }
        Ok(Worlds { before, after })
    }

    /// A survey of zones of a municipality on which nobody has decided.
    async fn undecided_zones(
        &self,
        id: Uuid,
        ubigeo: Ubigeo,
    ) -> Result<store::surveys::SurveyRow, Problem> {
        let survey = self.store.survey(id).await?;
        let survey = survey.filter(|survey| {
            survey.collection == Collection::Zones
                && survey.ubigeo == ubigeo
                && matches!(survey.state.as_str(), "observado" | "conforme")
                && survey.report.is_some()
        });
        survey.ok_or_else(|| {
            Problem::new(
                Kind::Refused,
                "«zonificacion» no es un levantamiento de zonas de ese municipio, examinado y sin decidir.",
                "Súbalo a /api/levantamientos con la colección zonificacion, y espere a que se examine.",
            )
        })
    }
}

struct Worlds {
    before: World,
    after: World,
}

impl DraftShape {
    fn of(row: PlanDraftRow) -> Self {
        let norm = row.norm.as_deref().and_then(|text| Norm::parse(text).ok());
        Self {
            enlace: format!("/api/planes/borradores/{}", row.id),
            id: row.id,
            ubigeo: row.ubigeo,
            nombre: row.name,
            estado: row.state,
            instrumento: norm.map(|norm| norm.instrument.code),
            zonificacion: row.survey,
            cargado_por: row.loader_login,
            cargado: row.loaded_at,
            decision: row
                .decided
                .map(|(por, el, sustento, version_datos)| DecidedShape {
                    por,
                    el,
                    sustento,
                    version_datos,
                }),
        }
    }
}

/// Reads a norm, or says all that is wrong with it.
fn read(text: &str) -> Result<Norm, Problem> {
    if text.len() > BYTES_MAX {
        return Err(norms::too_large());
    }
    Norm::parse(text).map_err(|faults| norms::refused(&faults))
}

fn other_than_expected(cases: &CasesReport) -> Problem {
    let told: Vec<String> = cases
        .distintos
        .iter()
        .take(DIFFERENCES_TOLD)
        .map(|case| {
            format!(
                "{}: se esperaba {}, sale {}",
                case.caso, case.esperado, case.obtenido
            )
        })
        .collect();
    Problem::new(
        Kind::Refused,
        format!(
            "{} de {} casos salen de otra manera que la esperada.",
            cases.distintos.len(),
            cases.total
        ),
        format!(
            "Corrija la norma o la hoja; o diga en «sustento» por qué es así, que queda en la auditoría.\n{}",
            told.join("\n")
        ),
    )
}

/// Cases in one answer.
const DIFFERENCES_TOLD: usize = 20;

fn is_open(row: &PlanDraftRow) -> Result<(), Problem> {
    if row.state == "abierto" {
        Ok(())
    } else {
        Err(closed(&row.state))
    }
}

fn closed(state: &str) -> Problem {
    Problem::new(
        Kind::Conflict,
        format!("El borrador está {state}."),
        "Lo que cambió un plan aprobado se ve en la historia de cada predio; uno retirado no cambia nada.",
    )
}

fn broken(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "impact of a draft");
    Problem::new(
        Kind::Internal,
        "El impacto no se pudo calcular.",
        "El detalle está en el registro del servicio.",
    )
}
