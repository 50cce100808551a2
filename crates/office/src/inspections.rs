//! Inspections: opened on the map, gone to, ordered and ended, each step an act. For who inspects there, and nobody else.

mod desk;
mod evidence;
mod step;

use domain::{
    audit::Hash,
    id::Ubigeo,
    inspection::State,
    people::{Action, Actor},
    survey::rules,
};
use geo_types::Coord;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Deed, inspections::NewInspection};
use uuid::Uuid;

pub use desk::{Desk, EventShape};
pub use evidence::{EvidenceFile, Taken};
pub use step::NextStep;

use crate::{
    Kind, Office, Problem, parcels,
    people::{require, require_somewhere},
    place, problem,
    view::{InspectionShape, Inspections},
};

/// An inspection that somebody opens.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NewVisit {
    /// Longitude and latitude; the middle of the parcel, where none is named.
    #[serde(default, rename = "lugar")]
    pub place: Option<[f64; 2]>,
    /// The parcel.
    #[serde(default, rename = "predio")]
    pub parcel: Option<String>,
    /// What is to be looked at.
    #[serde(rename = "asunto")]
    pub subject: String,
    /// Number of the certificate that it is held against.
    #[serde(default, rename = "certificado")]
    pub certificate: Option<String>,
    /// Digest of the receipt of the check that it is held against.
    #[serde(default, rename = "recibo_sha256")]
    pub receipt: Option<String>,
}

/// Inspections of one list.
const LIST_MAX: i64 = 1_000;

/// Refuses who may inspect nowhere, before they fill anything in.
pub fn may_inspect(actor: &Actor) -> Result<(), Problem> {
    require_somewhere(actor, &[Action::Inspect]).map(|_| ())
}

impl Office {
    /// Opens an inspection.
    pub async fn open_inspection(
        &self,
        actor: &Actor,
        visit: &NewVisit,
    ) -> Result<InspectionShape, Problem> {
        require_somewhere(actor, &[Action::Inspect])?;
        let (ubigeo, at, parcel) = self.place_of(visit).await?;
        require(actor, Action::Inspect, Some(ubigeo))?;
        let opener = actor.account().ok_or_else(problem::people::no_account)?;
        let subject = text(Some(&visit.subject), "asunto")?;
        let certificate = match visit.certificate.as_deref() {
            Some(number) => Some(self.certificate_of(number).await?),
            None => None,
        };
        let receipt = visit.receipt.as_deref().map(digest).transpose()?;
        let id = Uuid::new_v4();
        let mut act = self.store.begin(actor).await?;
        act.open_inspection(&NewInspection {
            id,
            ubigeo,
            place: at,
            parcel: parcel.as_deref(),
            certificate,
            receipt: receipt.map(|hash| hash.0),
            subject: &subject,
            opener,
        })
        .await?;
        let content = json!({ "predio": parcel, "certificado": visit.certificate });
        act.commit(&deed("fiscalizacion.apertura", ubigeo, id, content))
            .await?;
        self.inspection(actor, id).await
    }

    /// One inspection, with its evidence.
    pub async fn inspection(&self, actor: &Actor, id: Uuid) -> Result<InspectionShape, Problem> {
        require_somewhere(actor, &[Action::Inspect])?;
        let mut draft = self.store.draft(actor).await?;
        let row = draft.inspections(Some(id), 1).await?.pop();
        let row = row.ok_or_else(absent)?;
        require(actor, Action::Inspect, Some(row.ubigeo))?;
        let evidence = draft.evidence(id).await?;
        InspectionShape::of(&row, Some(&evidence))
    }

    /// The last inspections of the places where somebody inspects, for the map.
    pub async fn inspections(&self, actor: &Actor) -> Result<Inspections, Problem> {
        require_somewhere(actor, &[Action::Inspect])?;
        let mut draft = self.store.draft(actor).await?;
        let rows = draft.inspections(None, LIST_MAX).await?;
        Inspections::of(&rows)
    }

    /// Those of them that somebody looks for: in a state, and with a part of what is written in them; after one of them, where
    /// a page goes on, and at most so many.
    pub async fn find_inspections(
        &self,
        actor: &Actor,
        state: Option<State>,
        text: Option<&str>,
        (after, limit): (Option<Uuid>, i64),
    ) -> Result<Vec<InspectionShape>, Problem> {
        require_somewhere(actor, &[Action::Inspect])?;
        let text = text.map(str::to_lowercase);
        let mut draft = self.store.draft(actor).await?;
        let rows = draft
            .find_inspections(state, text.as_deref(), after, limit.min(LIST_MAX))
            .await?;
        rows.iter()
            .map(|row| InspectionShape::of(row, None))
            .collect()
    }

    /// The municipality, the place in EPSG:32718 and the parcel's code.
    async fn place_of(
        &self,
        visit: &NewVisit,
    ) -> Result<(Ubigeo, Coord<f64>, Option<String>), Problem> {
        let point = visit.place.map(official).transpose()?;
        if let Some(code) = visit.parcel.as_deref() {
            let parcel = self.parcel(code, None, None).await?;
            let at = point.or_else(|| rules::place::middle(&parcel.geometry));
            let code = parcels::parse(code)?.to_string();
            return Ok((parcel.ubigeo, at.unwrap_or_default(), Some(code)));
        }
        let snapshot = self.feed.snapshot();
        let found = point.and_then(|at| {
            let parcel = snapshot.parcel_at(at);
            let land = snapshot.municipality_at(at)?;
            let code = parcel.map(|(_, parcel)| parcel.code.to_string());
            Some((land.municipality.ubigeo, at, code))
        });
        found.ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                "Falta el lugar, o no está en la provincia.",
                "Pase «lugar» ([longitud, latitud]), «predio» (código catastral), o los dos.",
            )
        })
    }

    async fn certificate_of(&self, number: &str) -> Result<Uuid, Problem> {
        let row = self.issued_by_number(number).await?;
        Ok(row.id)
    }
}

fn official([lon, lat]: [f64; 2]) -> Result<Coord<f64>, Problem> {
    let mut point = [Coord { x: lon, y: lat }];
    place::official(&mut point)?;
    Ok(point[0])
}

fn digest(text: &str) -> Result<Hash, Problem> {
    text.parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "«recibo_sha256» no es una huella.",
            "Son 64 dígitos hexadecimales, los del recibo de una verificación.",
        )
    })
}

fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay una inspección con ese identificador.",
        "Las suyas están en /api/fiscalizacion.",
    )
}

fn deed(action: &'static str, ubigeo: Ubigeo, id: Uuid, content: Value) -> Deed {
    Deed {
        action,
        ubigeo: Some(ubigeo),
        object: format!("fiscalizacion/{id}"),
        content,
    }
}

/// Words of an officer.
fn text(text: Option<&str>, what: &str) -> Result<String, Problem> {
    let text = text.unwrap_or_default().trim();
    if (3..=1_000).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        Kind::BadRequest,
        format!("Falta «{what}»."),
        "Entre 3 y 1000 letras, sin nombres ni documentos de personas.",
    ))
}
