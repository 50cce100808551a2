//! Layers of others: where they come from, how their harvests went, and what is shown of them.
//!
//! `wire` asks other people's servers, `fetch` brings a layer to files, `reader` has a child read them, `harvest` puts it
//! together and keeps the last good copy.

pub mod reader;

mod fetch;
mod harvest;
mod tell;
mod wire;

use chrono::{DateTime, Utc};
use domain::{
    institute::{
        DossierCode, DossierKind,
        source::{self, Lately, Source, SourceFault, SourceState},
    },
    people::{Action, Actor},
};
use geo_types::{Geometry, Rect};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::harvests::{HarvestRow, HarvestState};

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

/// A source, with how it stands.
#[derive(Clone, Debug, Serialize)]
pub struct SourceShape {
    /// What it is known by.
    pub codigo: String,
    /// Which version.
    pub version: i32,
    /// What is said of it.
    #[serde(flatten)]
    pub fuente: Source,
    /// The copy that is shown; none where there is none yet.
    pub copia: Option<CopyShape>,
    /// The last harvest.
    pub ultima: Option<LastShape>,
    /// When it is due again; none while it is paused.
    pub siguiente: Option<DateTime<Utc>>,
    /// When this version was written.
    pub escrita: DateTime<Utc>,
    /// Where it is.
    pub enlace: String,
    /// The harvest whose copy is shown.
    #[serde(skip)]
    pub copy: Option<i32>,
}

/// The copy that is shown.
#[derive(Clone, Debug, Serialize)]
pub struct CopyShape {
    /// When it was last found to be so.
    pub fecha: DateTime<Utc>,
    /// How old that is, in words.
    pub antiguedad: String,
    /// How many features.
    pub entidades: i64,
}

/// The last harvest of a source.
#[derive(Clone, Debug, Serialize)]
pub struct LastShape {
    /// Which.
    pub numero: i32,
    /// When it ended.
    pub fecha: DateTime<Utc>,
    /// `bien`, `fallo`.
    pub resultado: String,
    /// Why it failed.
    pub falla: Option<String>,
    /// How many failed since the last that went well.
    pub fallas_seguidas: i64,
}

/// A harvest.
#[derive(Clone, Debug, Serialize)]
pub struct HarvestShape {
    /// Which, from 1.
    pub numero: i32,
    /// When it began.
    pub inicio: DateTime<Utc>,
    /// When it ended.
    pub fin: DateTime<Utc>,
    /// `bien`, `fallo`.
    pub resultado: String,
    /// Why it failed.
    pub falla: Option<String>,
    /// Features that came.
    pub entidades: i64,
    /// Bytes that came.
    pub bytes: i64,
    /// Digest of the features.
    pub sha256: Option<String>,
    /// Whether it brought a copy of its own; the same as before is not kept twice.
    pub copia_nueva: bool,
}

/// Harvests of a source.
#[derive(Clone, Debug, Serialize)]
pub struct Harvests {
    /// The last one first.
    pub cosechas: Vec<HarvestShape>,
    /// After which one it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<i32>,
}

/// A feature of others.
#[derive(Clone, Debug)]
pub struct OutsideFeature {
    /// Its place in the copy.
    pub position: i32,
    /// What its owner knows it by.
    pub fid: String,
    /// Its attributes.
    pub attributes: Value,
    /// In EPSG:32718.
    pub official: Geometry<f64>,
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
        let source = offered.checked()?;
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

impl HarvestShape {
    fn of(row: HarvestRow) -> Self {
        Self {
            numero: row.number,
            inicio: row.started,
            fin: row.ended,
            resultado: row.outcome,
            falla: row.failure,
            entidades: row.features,
            bytes: row.bytes,
            sha256: row
                .sha256
                .and_then(|digest| <[u8; 32]>::try_from(digest).ok())
                .map(|digest| domain::audit::Hash(digest).to_string()),
            copia_nueva: row.kept,
        }
    }
}

impl OutsideFeature {
    /// How many corners it has: what it weighs on a drawing.
    pub fn corners(&self) -> usize {
        geo::CoordsIter::coords_count(&self.official)
    }

    /// It as GeoJSON, in longitude and latitude.
    pub fn geojson(&self) -> Option<Value> {
        let mut text = Vec::new();
        query::encode::geojson::shape(&self.official, &mut text).ok()?;
        let geometry: Value = serde_json::from_slice(&text).ok()?;
        let mut feature = Map::new();
        feature.insert("type".to_owned(), "Feature".into());
        feature.insert("id".to_owned(), self.position.into());
        feature.insert("geometry".to_owned(), geometry);
        let mut properties = self.attributes.clone();
        if let Some(members) = properties.as_object_mut() {
            members
                .entry("fid")
                .or_insert_with(|| self.fid.clone().into());
        }
        feature.insert("properties".to_owned(), properties);
        Some(Value::Object(feature))
    }
}

fn shape(kept: Kept<Source>, state: Option<&HarvestState>, now: DateTime<Utc>) -> SourceShape {
    let source = kept.content;
    let due = source::due(source.every_hours, kept.since, lately(state));
    SourceShape {
        enlace: format!("/fuentes/{}", kept.code),
        version: kept.version,
        copia: state.and_then(|state| {
            let at = state.good_at?;
            Some(CopyShape {
                fecha: at,
                antiguedad: source::age(now - at),
                entidades: state.good_features.unwrap_or_default(),
            })
        }),
        ultima: state.map(|state| LastShape {
            numero: state.number,
            fecha: state.ended,
            resultado: state.outcome.clone(),
            falla: state.failure.clone(),
            fallas_seguidas: state.failures,
        }),
        siguiente: (source.state == SourceState::Active).then_some(due),
        escrita: kept.since,
        copy: state.and_then(|state| state.copy),
        codigo: kept.code,
        fuente: source,
    }
}

fn lately(state: Option<&HarvestState>) -> Lately {
    state.map_or_else(Lately::default, |state| Lately {
        last: Some((state.started, state.ended)),
        failures: u32::try_from(state.failures).unwrap_or(u32::MAX),
    })
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
