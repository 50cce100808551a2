//! Surveys that somebody uploads, and what is found in them.

use domain::{
    collection::Collection,
    id::Ubigeo,
    people::{Action, Actor, permission::Reach},
};
use serde_json::Value;
use store::{
    Deed,
    surveys::{NewSurvey, SurveyRow},
};
use uuid::Uuid;

use super::{Incoming, Request, Scope, incoming::path_of, place::place};
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
    /// The layer in the file, where it has more than one.
    pub file_layer: Option<String>,
    /// What the file is the whole of.
    pub scope: Option<String>,
    /// The file's name, as the person calls it.
    pub file_name: Option<String>,
}

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
        let scope = match said.scope.as_deref() {
            None => Scope::default(),
            Some(word) => Scope::of(word).ok_or_else(|| {
                Problem::new(
                    Kind::BadRequest,
                    "El alcance no existe.",
                    "Es «parcial» (lo que el archivo no trae sigue en vigor) o «manzanas» (el archivo trae completas las manzanas que toca).",
                )
            })?,
        };
        place(&self.store, ubigeo).await?;
        let received = incoming.finish().await?;
        let file_name = shown_name(said.file_name.as_deref());
        let mut act = self.store.begin(actor).await?;
        act.receive_survey(&NewSurvey {
            id: received.id,
            ubigeo,
            collection: &collection,
            uploaded_by: Some(uploaded_by),
            file_name: &file_name,
            file_bytes: received.bytes,
            file_sha256: received.sha256,
            source_crs: said.source_crs.as_deref(),
            profile: said.profile.as_deref(),
            file_layer: said.file_layer.as_deref(),
            scope: scope.word(),
        })
        .await?;
        act.ask_for_examination(received.id).await?;
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
        self.tracks.ring();
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

    pub(super) async fn found(&self, id: Uuid) -> Result<SurveyRow, Problem> {
        self.store.survey(id).await?.ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                "No hay un levantamiento con ese identificador.",
                "Los suyos están en /api/levantamientos.",
            )
        })
    }

    pub(super) fn request(&self, row: &SurveyRow) -> Request {
        Request {
            path: path_of(&self.uploads, row.id),
            name: Some(row.file_name.clone()),
            worker: Some(self.worker.clone()),
            layer: row.file_layer.clone(),
            collection: row.collection.clone(),
            ubigeo: row.ubigeo,
            source_crs: row.source_crs.clone(),
            crs_confirmed: row.reference.is_some() && row.source_crs.is_some(),
            profile: row.profile.clone(),
            scope: Scope::of(&row.scope).unwrap_or_default(),
        }
    }
}

/// Who brought a survey, for people.
pub(crate) fn uploader_name(row: &SurveyRow) -> &str {
    row.uploaded_by
        .as_ref()
        .map_or("operador", |(_, login)| login)
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
pub(crate) fn shown_name(name: Option<&str>) -> String {
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
