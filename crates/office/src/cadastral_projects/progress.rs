//! How far a project has come: what was published of its blocks, against its targets and its calendar.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    collection::Collection,
    institute::cadastral_project::{BlockCount, BlockState, expected_share, has_block, share},
    time::AsOf,
};
use geo_types::Geometry;
use query::encode::geojson;
use serde::Serialize;
use serde_json::{Value, json};
use store::cadastral_projects::BlockRow;

use super::{Project, ground};
use crate::{Kind, Office, Problem, dossiers::Kept};

/// How far a project has come, as of a point in time.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    /// The day.
    pub fecha: NaiveDate,
    /// What was known.
    pub conocido_a: DateTime<Utc>,
    /// The last change of the land in it.
    pub version_datos: i64,
    /// The share that the calendar expects by that day, from 0 to 1.
    pub esperado: f64,
    /// The share of the target that was reached, from 0 to 1: of parcels, or of blocks where there is none of parcels.
    pub real: f64,
    /// Parcels in its blocks.
    pub predios: u32,
    /// Of those, published within its days.
    pub predios_publicados: u32,
    /// Its blocks.
    pub manzanas: u32,
    /// Of those, with all their parcels published.
    pub manzanas_actualizadas: u32,
    /// When the last of them was published.
    pub ultima_publicacion: Option<DateTime<Utc>>,
    /// By brigade.
    pub brigadas: Vec<BrigadeProgress>,
    /// Block by block; left out in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detalle: Vec<BlockProgress>,
}

/// How far a brigade has come.
#[derive(Clone, Debug, Serialize)]
pub struct BrigadeProgress {
    /// What it is called.
    pub nombre: String,
    /// How many people.
    pub personas: u32,
    /// Its blocks.
    pub manzanas: u32,
    /// Parcels in them.
    pub predios: u32,
    /// Of those, published.
    pub publicados: u32,
    /// Of its parcels, from 0 to 1.
    pub real: f64,
}

/// How far a block has come.
#[derive(Clone, Debug, Serialize)]
pub struct BlockProgress {
    /// Its code.
    pub codigo: String,
    /// `sin_empezar`, `en_curso`, `actualizada`.
    pub estado: &'static str,
    /// Parcels in force.
    pub predios: u32,
    /// Of those, published within the project's days.
    pub publicados: u32,
    /// When the last of them was.
    pub ultima_publicacion: Option<DateTime<Utc>>,
    /// Whose it is.
    pub brigada: Option<String>,
    #[serde(skip)]
    count: BlockCount,
}

impl Office {
    /// How far projects have come, in their order: one question to the database for all of them.
    pub(super) async fn progress_of(
        &self,
        kept: &[Kept<Project>],
        as_of: AsOf,
    ) -> Result<Vec<Progress>, Problem> {
        let placed: Vec<_> = kept
            .iter()
            .enumerate()
            .filter_map(|(at, one)| Some((at, ground(one)?)))
            .collect();
        let grounds: Vec<_> = placed.iter().map(|(_, ground)| ground.clone()).collect();
        let rows = self.store.cadastral_progress(&grounds, as_of).await?;
        let change = self.store.change_at(as_of.known_at).await?.0;
        Ok(kept
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let asked = placed.iter().position(|(placed, _)| *placed == at);
                let blocks = rows
                    .iter()
                    .filter(|row| usize::try_from(row.n).ok() == asked && asked.is_some());
                Progress {
                    version_datos: change,
                    ..Progress::of(&one.content, blocks, as_of)
                }
            })
            .collect())
    }

    /// The blocks of a project as GeoJSON, each with its progress; those that are no longer there have no shape.
    pub fn progress_geojson(&self, code: &str, progress: &Progress) -> Result<Value, Problem> {
        let snapshot = self.feed.snapshot();
        let mut features = Vec::with_capacity(progress.detalle.len());
        for block in &progress.detalle {
            let found = snapshot.feature(&Collection::Manzanas, &block.codigo);
            let shape = found
                .map(|entry| geometry(&entry.geometry))
                .transpose()?
                .unwrap_or_default();
            features.push(json!({
                "type": "Feature", "id": block.codigo, "geometry": shape, "properties": block,
            }));
        }
        Ok(json!({
            "type": "FeatureCollection",
            "proyecto": code,
            "fecha": progress.fecha,
            "conocido_a": progress.conocido_a,
            "version_datos": progress.version_datos,
            "features": features,
        }))
    }
}

/// A shape as GeoJSON in longitude and latitude.
pub(crate) fn geometry(shape: &Geometry<f64>) -> Result<Value, Problem> {
    let mut text = Vec::new();
    let written = geojson::shape(shape, &mut text).map_err(|error| error.to_string());
    written
        .and_then(|()| serde_json::from_slice(&text).map_err(|error| error.to_string()))
        .map_err(|error| {
            tracing::error!(%error, "a shape as GeoJSON");
            Problem::new(
                Kind::Internal,
                "La capa no se pudo escribir.",
                "El detalle está en el registro del servicio.",
            )
        })
}

impl Progress {
    /// Of a project without ground.
    pub(super) fn none(as_of: AsOf) -> Self {
        Self {
            fecha: as_of.day,
            conocido_a: as_of.known_at,
            version_datos: 0,
            esperado: 0.0,
            real: 0.0,
            predios: 0,
            predios_publicados: 0,
            manzanas: 0,
            manzanas_actualizadas: 0,
            ultima_publicacion: None,
            brigadas: Vec::new(),
            detalle: Vec::new(),
        }
    }

    pub(super) fn without_blocks(self) -> Self {
        Self {
            detalle: Vec::new(),
            ..self
        }
    }

    fn of<'a>(project: &Project, rows: impl Iterator<Item = &'a BlockRow>, as_of: AsOf) -> Self {
        let blocks: Vec<BlockProgress> = rows
            .map(|row| {
                let count = BlockCount {
                    parcels: u32::try_from(row.parcels).unwrap_or_default(),
                    published: u32::try_from(row.published).unwrap_or_default(),
                };
                let brigade = project
                    .brigadas
                    .iter()
                    .find(|brigade| has_block(brigade, &row.code));
                BlockProgress {
                    codigo: row.code.clone(),
                    estado: count.state().name(),
                    predios: count.parcels,
                    publicados: count.published,
                    ultima_publicacion: row.last_at,
                    brigada: brigade.map(|brigade| brigade.name.clone()),
                    count,
                }
            })
            .collect();
        let total = |of: fn(&BlockProgress) -> u32| blocks.iter().map(of).sum::<u32>();
        let updated = blocks
            .iter()
            .filter(|block| block.count.state() == BlockState::Updated);
        let updated = u32::try_from(updated.count()).unwrap_or(u32::MAX);
        let published = total(|block| block.publicados);
        let reached = share(published, project.metas.parcels)
            .or_else(|| share(updated, project.metas.blocks));
        Self {
            esperado: expected_share(&project.calendario, as_of.day),
            real: reached.unwrap_or_default(),
            predios: total(|block| block.predios),
            predios_publicados: published,
            manzanas: u32::try_from(blocks.len()).unwrap_or(u32::MAX),
            manzanas_actualizadas: updated,
            ultima_publicacion: blocks
                .iter()
                .filter_map(|block| block.ultima_publicacion)
                .max(),
            brigadas: project
                .brigadas
                .iter()
                .map(|brigade| BrigadeProgress::of(brigade, &blocks))
                .collect(),
            detalle: blocks,
            ..Self::none(as_of)
        }
    }
}

impl BrigadeProgress {
    fn of(
        brigade: &domain::institute::cadastral_project::Brigade,
        blocks: &[BlockProgress],
    ) -> Self {
        let own: Vec<&BlockProgress> = blocks
            .iter()
            .filter(|block| block.brigada.as_deref() == Some(brigade.name.as_str()))
            .collect();
        let parcels = own.iter().map(|block| block.predios).sum();
        let published = own.iter().map(|block| block.publicados).sum();
        Self {
            nombre: brigade.name.clone(),
            personas: brigade.people,
            manzanas: u32::try_from(own.len()).unwrap_or(u32::MAX),
            predios: parcels,
            publicados: published,
            real: share(published, parcels).unwrap_or_default(),
        }
    }
}
