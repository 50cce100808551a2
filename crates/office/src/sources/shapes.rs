//! What is seen of sources, their harvests and their features.

use chrono::{DateTime, Utc};
use domain::institute::source::{self, Lately, Source, SourceState};
use geo_types::Geometry;
use serde::Serialize;
use serde_json::{Map, Value};
use store::harvests::{HarvestRow, HarvestState};

use crate::dossiers::Kept;

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

impl HarvestShape {
    pub(super) fn of(row: HarvestRow) -> Self {
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

/// A source with how its harvests went.
pub(super) fn shape(
    kept: Kept<Source>,
    state: Option<&HarvestState>,
    now: DateTime<Utc>,
) -> SourceShape {
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

/// How they went lately.
pub(super) fn lately(state: Option<&HarvestState>) -> Lately {
    state.map_or_else(Lately::default, |state| Lately {
        last: Some((state.started, state.ended)),
        failures: u32::try_from(state.failures).unwrap_or(u32::MAX),
    })
}
