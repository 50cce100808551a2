//! Surveys that somebody uploads, and what is found in them.

use domain::{
    collection::Collection,
    id::Ubigeo,
    people::{Action, Actor, permission::Reach},
    survey::Severity,
};
use serde_json::Value;
use store::{
    Deed,
    people::accounts::By,
    surveys::{NewSurvey, SurveyRow},
};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    Incoming, OnErrors, Purpose, Report, Request, Survey, incoming::path_of, place::place,
};
use crate::{
    Kind, Office, Problem,
    people::{require, require_somewhere},
    problem,
    view::SurveyShape,
};

/// What somebody says of the file that they upload.
#[derive(Clone, Default, Debug)]
pub struct Said {
    /// Layer that it is for.
    pub collection: Option<String>,
    /// Municipality that it is for.
    pub ubigeo: Option<String>,
    /// Its reference system.
    pub source_crs: Option<String>,
    /// Its profile, by name.
    pub profile: Option<String>,
    /// The file's name, as the person calls it.
    pub file_name: Option<String>,
}

/// Examining takes a core and the memory of a layer: one at a time, and the rest waits.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// Surveys of one list.
const LIST_MAX: i64 = 500;

impl Office {
    /// Begins to receive a file from somebody who may upload something.
    pub async fn receive(&self, actor: &Actor) -> Result<Incoming, Problem> {
        require_somewhere(actor, &[Action::UploadSurvey, Action::UploadPlan])?;
        Incoming::begin(&self.uploads, self.upload_bytes_max).await
    }

    /// Takes a survey in; what is found in it comes after.
    pub async fn submit(
        &self,
        actor: &Actor,
        mut incoming: Incoming,
        said: Said,
    ) -> Result<SurveyShape, Problem> {
        let missing = |what: &str| {
            Problem::new(
                Kind::BadRequest,
                format!("Falta «{what}»."),
                "Se envían «archivo», «coleccion» y «ubigeo», y si hacen falta «crs_origen» y «perfil», como multipart/form-data.",
            )
        };
        let collection: Collection = said
            .collection
            .as_deref()
            .ok_or_else(|| missing("coleccion"))?
            .parse()
            .map_err(|_| Problem::new(
                Kind::BadRequest,
                "La colección no existe.",
                "Puede ser lotes, manzanas, sectores, zonificacion, restricciones, vias, planes u otra en minúsculas.",
            ))?;
        let ubigeo: Ubigeo = said
            .ubigeo
            .as_deref()
            .ok_or_else(|| missing("ubigeo"))?
            .parse()
            .map_err(|_| {
                Problem::new(
                    Kind::BadRequest,
                    "El ubigeo no tiene seis dígitos.",
                    "220101 es Moyobamba.",
                )
            })?;
        require(actor, Action::upload_to(&collection), Some(ubigeo))?;
        let Some(uploaded_by) = actor.account() else {
            return Err(problem::people::no_account());
        };
        if let Some(profile) = said.profile.as_deref() {
            check_profile_name(profile)?;
        }
        place(&self.store, ubigeo).await?;
        let received = incoming.finish().await?;
        let file_name = shown_name(said.file_name.as_deref());
        let mut act = self.store.begin(actor).await?;
        act.receive_survey(&NewSurvey {
            id: received.id,
            ubigeo,
            collection: &collection,
            uploaded_by,
            file_name: &file_name,
            file_bytes: received.bytes,
            file_sha256: received.sha256,
            source_crs: said.source_crs.as_deref(),
            profile: said.profile.as_deref(),
        })
        .await?;
        act.commit(&Deed {
            action: "levantamiento.recepcion",
            ubigeo: Some(ubigeo),
            object: format!("levantamiento/{}", received.id),
            content: serde_json::json!({
                "coleccion": collection.name(),
                "archivo_sha256": domain::audit::Hash(received.sha256).to_string(),
                "bytes": received.bytes,
            }),
        })
        .await?;
        incoming.keep();
        self.examine_later(received.id);
        Ok(SurveyShape::of(&self.found(received.id).await?))
    }

    /// One survey, for who may read it.
    pub async fn survey(&self, actor: &Actor, id: Uuid) -> Result<SurveyShape, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        Ok(SurveyShape::of(&row))
    }

    /// The last surveys of the places whose surveys somebody may read.
    pub async fn surveys(&self, actor: &Actor) -> Result<Vec<SurveyShape>, Problem> {
        let places = match require_somewhere(actor, &[Action::ReadSurveys])? {
            Reach::Nowhere => Some(Vec::new()),
            Reach::Places(places) => Some(places),
            Reach::Everywhere => None,
        };
        let rows = self
            .store
            .surveys(places.as_deref(), None, LIST_MAX)
            .await?;
        Ok(rows.iter().map(SurveyShape::without_report).collect())
    }

    /// Examines what waits, as after a restart.
    pub async fn examine_waiting(&self) -> Result<(), Problem> {
        for row in self.store.surveys(None, Some("recibido"), i64::MAX).await? {
            self.examine_later(row.id);
        }
        Ok(())
    }

    fn examine_later(&self, id: Uuid) {
        let office = self.clone();
        tokio::spawn(async move {
            // The semaphore is never closed.
            let _turn = ONE_AT_A_TIME.acquire().await;
            if let Err(problem) = office.examine(id).await {
                tracing::error!(%id, title = %problem.title, "survey not examined; it waits for the next start");
            }
        });
    }

    async fn examine(&self, id: Uuid) -> Result<(), Problem> {
        let row = self.found(id).await?;
        let uploader = self.store.account(By::Id(row.uploaded_by.0)).await?;
        let Some(actor) = uploader.as_ref().and_then(crate::people::actor) else {
            tracing::warn!(%id, "the account that uploaded it is out of use");
            return Ok(());
        };
        let request = self.request(&row, Purpose::Look, OnErrors::Refuse);
        let examined = match Survey::begin(request, |_| {}) {
            Ok(survey) => survey.ingest(&self.store, &actor).await,
            Err(problem) => Err(problem),
        };
        let (state, report, problem) = match examined {
            Ok(report) => (state_of(&report), Some(serde_json::json!(report)), None),
            Err(problem) if matches!(problem.kind, Kind::Unavailable | Kind::Internal) => {
                return Err(problem);
            }
            Err(problem) => ("observado", None, Some(problem.document())),
        };
        let mut act = self.store.begin(&actor).await?;
        if !act.examined_survey(id, state, report, problem).await? {
            return Ok(());
        }
        act.commit(&Deed {
            action: "levantamiento.examen",
            ubigeo: Some(row.ubigeo),
            object: format!("levantamiento/{id}"),
            content: serde_json::json!({ "estado": state }),
        })
        .await?;
        Ok(())
    }

    pub(super) async fn found(&self, id: Uuid) -> Result<SurveyRow, Problem> {
        self.store.survey(id).await?.ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                "No hay un levantamiento con ese identificador.",
                "Los suyos están en /api/levantamientos.",
            )
        })
    }

    pub(super) fn request(
        &self,
        row: &SurveyRow,
        purpose: Purpose,
        on_errors: OnErrors,
    ) -> Request {
        Request {
            path: path_of(&self.uploads, row.id),
            name: Some(row.file_name.clone()),
            reason: None,
            worker: Some(self.worker.clone()),
            layer: None,
            collection: row.collection.clone(),
            ubigeo: row.ubigeo,
            source_crs: row.source_crs.clone(),
            profile: row.profile.clone(),
            purpose,
            on_errors,
        }
    }
}

fn state_of(report: &Report) -> &'static str {
    let errors = report
        .findings
        .iter()
        .any(|line| line.severity == Severity::Error && line.count > 0);
    if errors { "observado" } else { "conforme" }
}

/// The rules whose findings keep a survey out, as its report has them.
pub(super) fn rules_with_errors(report: &Value) -> Vec<String> {
    let lines = report["hallazgos"].as_array();
    lines
        .into_iter()
        .flatten()
        .filter(|line| line["severidad"] == "error" && line["cantidad"] != 0)
        .filter_map(|line| Some(line["regla"].as_str()?.to_owned()))
        .collect()
}

/// Profiles are named here, never reached by a path.
fn check_profile_name(name: &str) -> Result<(), Problem> {
    let plain = (1..=60).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    if plain {
        Ok(())
    } else {
        Err(Problem::new(
            Kind::BadRequest,
            "El perfil se nombra con letras, dígitos, «_» y «-».",
            "El de costumbre es «peru».",
        ))
    }
}

/// The name for people: the last part of a path, without what a terminal would obey.
fn shown_name(name: Option<&str>) -> String {
    let last = name
        .unwrap_or_default()
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if plain.is_empty() {
        "archivo".to_owned()
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_profiles_lead_nowhere() {
        assert_eq!(
            shown_name(Some("C:\\datos\\..\\lotes\u{7}.zip")),
            "lotes.zip"
        );
        assert_eq!(shown_name(Some("../../etc/")), "archivo");
        assert_eq!(shown_name(None), "archivo");
        assert!(check_profile_name("peru").is_ok());
        for wrong in ["../x", "x.json", "", "a/b"] {
            assert!(check_profile_name(wrong).is_err(), "{wrong}");
        }
    }
}
