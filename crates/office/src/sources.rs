//! Layers of others: where they come from, how their harvests went, and what is shown of them.
//!
//! `wire` asks other people's servers, `fetch` brings a layer to files, `reader` has a child read them, `harvest` puts it
//! together and keeps the last good copy.

pub mod reader;

mod fetch;
mod harvest;
mod shapes;
mod tell;
mod wire;

use chrono::Utc;
use domain::{
    institute::{
        DossierCode, DossierKind,
        source::{self, Source, SourceFault, SourceState},
    },
    people::{Action, Actor},
};
use geo_types::Rect;
use serde::Deserialize;

pub use shapes::{CopyShape, HarvestShape, Harvests, LastShape, OutsideFeature, SourceShape};
use shapes::{lately, shape};

use crate::{
    Kind, Office, Problem, data,
    dossiers::{Kept, Written},
};

/// A source as somebody writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    /// Its code; of one that is there, the address says it.
    #[serde(default)]
    pub codigo: String,
    /// The version that was read; 0 for a new one.
    #[serde(default)]
    pub version: i32,
    /// What people call it.
    pub nombre: String,
    /// Whose it is.
    pub titular: String,
    /// On which terms.
    pub licencia: String,
    /// `oapif`, `wfs`, `archivo`.
    pub clase: source::SourceKind,
    /// Where.
    pub direccion: String,
    /// The collection, the feature type or the layer.
    #[serde(default)]
    pub capa: Option<String>,
    /// How often, in hours.
    #[serde(default = "usual_hours")]
    pub cada_horas: u32,
    /// Most megabytes.
    #[serde(default = "usual_megabytes")]
    pub megabytes_max: u32,
    /// Most features.
    #[serde(default = "usual_features")]
    pub entidades_max: u32,
    /// The thematic axis.
    #[serde(default)]
    pub eje: Option<String>,
    /// What it is about.
    #[serde(default)]
    pub tema: Option<String>,
    /// `activa`, `pausada`.
    #[serde(default = "usual_state")]
    pub estado: SourceState,
}

fn usual_hours() -> u32 {
    24
}

fn usual_megabytes() -> u32 {
    50
}

fn usual_features() -> u32 {
    50_000
}

fn usual_state() -> SourceState {
    SourceState::Active
}

/// Harvests of one list.
const PAGE: i64 = 50;

/// Refuses who does not keep sources: the form is not shown to them.
pub fn may_keep(actor: &Actor) -> Result<(), Problem> {
    crate::people::require(actor, Action::KeepRegister, None)
}

impl Office {
    /// All sources, by code.
    pub async fn outside_sources(&self) -> Result<Vec<SourceShape>, Problem> {
        let kept: Vec<Kept<Source>> = self.dossiers(DossierKind::Source, None).await?;
        let states = self.store.harvest_states(None).await?;
        let now = Utc::now();
        Ok(kept
            .into_iter()
            .map(|kept| {
                let found = states.binary_search_by(|state| (*state.source).cmp(&kept.code));
                shape(kept, found.ok().and_then(|at| states.get(at)), now)
            })
            .collect())
    }

    /// One source.
    pub async fn outside_source(&self, code: &str) -> Result<SourceShape, Problem> {
        let kept = self.kept_source(code).await?;
        let state = self.store.harvest_states(Some(&kept.code)).await?.pop();
        Ok(shape(kept, state.as_ref(), Utc::now()))
    }

    async fn kept_source(&self, code: &str) -> Result<Kept<Source>, Problem> {
        self.dossier(DossierKind::Source, code, None).await
    }

    /// Takes a source in, or writes its next version.
    pub async fn write_source(
        &self,
        actor: &Actor,
        code: &str,
        offered: Offered,
    ) -> Result<SourceShape, Problem> {
        may_keep(actor)?;
        let code = slug(code)?;
        let after = offered.version;
        let mut source = offered.checked()?;
        if after > 0 {
            let standing = self.kept_source(code.as_str()).await?;
            source.demonstration = standing.content.demonstration;
        }
        let written = Written {
            kind: DossierKind::Source,
            code: &code,
            ubigeo: None,
            content: &source,
            after,
            action: if after == 0 {
                "fuente.alta"
            } else {
                "fuente.cambio"
            },
        };
        self.write_dossier(actor, Action::KeepRegister, &written)
            .await?;
        self.outside_source(code.as_str()).await
    }

    /// Harvests of a source, the last one first; after a number.
    pub async fn harvests(&self, code: &str, after: Option<i32>) -> Result<Harvests, Problem> {
        let kept = self.kept_source(code).await?;
        let mut rows = self.store.harvests(&kept.code, after, PAGE + 1).await?;
        let more = i64::try_from(rows.len()).is_ok_and(|count| count > PAGE);
        rows.truncate(usize::try_from(PAGE).unwrap_or_default());
        Ok(Harvests {
            siguiente: rows.last().filter(|_| more).map(|row| row.number),
            cosechas: rows.into_iter().map(HarvestShape::of).collect(),
        })
    }

    /// Features of the copy that a source has, in their order; within a box of EPSG:32718, after a place.
    pub async fn outside_features(
        &self,
        source: &SourceShape,
        within: Option<Rect<f64>>,
        after: i32,
        limit: i64,
    ) -> Result<Vec<OutsideFeature>, Problem> {
        let Some(copy) = source.copy else {
            return Ok(Vec::new());
        };
        let rows = self
            .store
            .outside_features((&source.codigo, copy), within, after, limit)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| OutsideFeature {
                position: row.position,
                fid: row.fid,
                attributes: row.attributes,
                official: row.geometry,
            })
            .collect())
    }
}

impl Offered {
    fn checked(self) -> Result<Source, Problem> {
        let some = |text: Option<String>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let source = Source {
            name: self.nombre.trim().to_owned(),
            owner: self.titular.trim().to_owned(),
            license: self.licencia.trim().to_owned(),
            kind: self.clase,
            address: self.direccion.trim().to_owned(),
            layer: some(self.capa),
            every_hours: self.cada_horas,
            megabytes_max: self.megabytes_max,
            features_max: self.entidades_max,
            axis: some(self.eje),
            topic: some(self.tema),
            state: self.estado,
            demonstration: false,
        };
        source.check().map_err(fault)?;
        if wire::parsed(&source.address).is_none() {
            return Err(fault(SourceFault::Address));
        }
        if let Some(axis) = &source.axis
            && !data::axes().iter().any(|known| known.code == *axis)
        {
            let known: Vec<&str> = data::axes().iter().map(|axis| &*axis.code).collect();
            return Err(Problem::new(
                Kind::BadRequest,
                format!("No existe el eje «{axis}»."),
                format!("Los ejes son: {}.", known.join(", ")),
            ));
        }
        Ok(source)
    }
}

/// Lower-case letters, digits and hyphens: it stands in addresses.
fn slug(text: &str) -> Result<DossierCode, Problem> {
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    Some(text.trim())
        .filter(|text| text.chars().all(plain) && text.len() <= 60)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                "El código de la fuente no vale.",
                "Use hasta 60 letras minúsculas sin tilde, números y guiones, como «rios-ana».",
            )
        })
}

fn fault(fault: SourceFault) -> Problem {
    let (title, detail) = match fault {
        SourceFault::Text(name) => (
            format!("Falta «{name}», o es demasiado largo."),
            format!(
                "Escríbalo en hasta {} letras. Sin titular y sin licencia no se muestra nada de otros.",
                source::TEXT_MAX
            ),
        ),
        SourceFault::Address => (
            "La dirección de la fuente no se entiende.".to_owned(),
            "Escríbala entera, como https://datos.ejemplo.gob.pe/ogc, sin usuario ni contraseña."
                .to_owned(),
        ),
        SourceFault::Layer => (
            "Falta la capa.".to_owned(),
            "Escriba el nombre de la colección o del tipo de entidad, como lo llama el servidor."
                .to_owned(),
        ),
        SourceFault::Number(name, least, most) => (
            format!("«{name}» está fuera de lo que se admite."),
            format!("Escriba un número entero de {least} a {most}."),
        ),
    };
    Problem::new(Kind::BadRequest, title, detail)
}
