//! Which blocks a network reaches: by municipality and service.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    collection::Collection,
    geometry::{apart_m, bounds},
    id::Ubigeo,
    institute::work::{Service, WorkRules},
};
use geo_types::Geometry;
use query::{MunicipalityLand, Snapshot};
use serde::Serialize;

use crate::{
    Kind, Office, Problem, data,
    footprint::{Read, grown},
};

/// Coverage of a province or a municipality.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// A block is served by a network that runs within so many metres.
    pub cerca_m: f64,
    /// By municipality and service.
    pub cobertura: Vec<CoverageLine>,
    /// The last change of the land that it includes.
    pub version_datos: i64,
    /// The blocks of the municipality that was asked for, and which services reach each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub manzanas: Vec<BlockReached>,
}

/// Coverage of one service in one municipality.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoverageLine {
    /// The municipality.
    pub ubigeo: String,
    /// Its name.
    pub municipio: String,
    /// The service.
    pub servicio: &'static str,
    /// Its blocks.
    pub manzanas: usize,
    /// Those that a network reaches.
    pub manzanas_con: usize,
    /// Share of the blocks, of one; none where there are none.
    pub proporcion_manzanas: Option<f64>,
    /// The parcels of its blocks.
    pub lotes: usize,
    /// Those of the blocks that a network reaches.
    pub lotes_con: usize,
    /// Share of the parcels, of one; none where there are none.
    pub proporcion_lotes: Option<f64>,
}

/// A block and the services that reach it.
#[derive(Clone, Debug, Serialize)]
pub struct BlockReached {
    /// Its code.
    pub codigo: String,
    /// Its parcels.
    pub lotes: usize,
    /// The services that reach it.
    pub servicios: Vec<&'static str>,
    /// Its shape in EPSG:32718.
    #[serde(skip)]
    pub geometry: Geometry<f64>,
}

impl Office {
    /// Which blocks networks reach, of one municipality or of all. The blocks themselves are named of one only.
    pub async fn coverage(&self, ubigeo: Option<Ubigeo>) -> Result<Coverage, Problem> {
        let rules = data::work_rules()?;
        let snapshot: Arc<Snapshot> = self.feed.snapshot();
        // A city takes a while: away from what answers requests.
        let made = tokio::task::spawn_blocking(move || of(&snapshot, ubigeo, &rules));
        made.await.map_err(|error| {
            tracing::error!(%error, "coverage");
            Problem::new(
                Kind::Internal,
                "La cobertura no se pudo calcular.",
                "El detalle está en el registro del servicio.",
            )
        })
    }
}

fn of(snapshot: &Snapshot, ubigeo: Option<Ubigeo>, rules: &WorkRules) -> Coverage {
    let mut answer = Coverage {
        cerca_m: rules.served_m,
        cobertura: Vec::new(),
        version_datos: snapshot.change.0,
        manzanas: Vec::new(),
    };
    for (known, land) in &snapshot.municipalities {
        if ubigeo.is_some_and(|asked| asked != *known) {
            continue;
        }
        let blocks = blocks(snapshot, land, rules);
        for service in &rules.reaching {
            answer.cobertura.push(line(land, &blocks, *service));
        }
        if ubigeo.is_some() {
            answer.manzanas = blocks;
        }
    }
    answer
}

fn line(land: &MunicipalityLand, blocks: &[BlockReached], service: Service) -> CoverageLine {
    let reached = || {
        blocks
            .iter()
            .filter(|block| block.servicios.contains(&service.name()))
    };
    let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
    let lots: usize = blocks.iter().map(|block| block.lotes).sum();
    let lots_reached: usize = reached().map(|block| block.lotes).sum();
    let blocks_reached = reached().count();
    CoverageLine {
        ubigeo: land.municipality.ubigeo.to_string(),
        municipio: land.municipality.name.clone(),
        servicio: service.name(),
        manzanas: blocks.len(),
        manzanas_con: blocks_reached,
        proporcion_manzanas: share(blocks_reached, blocks.len()),
        lotes: lots,
        lotes_con: lots_reached,
        proporcion_lotes: share(lots_reached, lots),
    }
}

/// The blocks of a municipality with their parcels and the services that reach them.
fn blocks(snapshot: &Snapshot, land: &MunicipalityLand, rules: &WorkRules) -> Vec<BlockReached> {
    let Some(layer) = land.layer(&Collection::Manzanas) else {
        return Vec::new();
    };
    // The code of a parcel begins with its block's.
    let mut lots: BTreeMap<&str, usize> = BTreeMap::new();
    let parcels = land.layer(&Collection::Parcels).into_iter();
    for parcel in parcels.flat_map(query::Layer::features) {
        if let Some(block) = parcel.code.get(..11) {
            *lots.entry(block).or_default() += 1;
        }
    }
    let networks = Networks::of(snapshot, rules);
    layer
        .features()
        .iter()
        .map(|block| BlockReached {
            codigo: block.code.to_string(),
            lotes: lots.get(&*block.code).copied().unwrap_or_default(),
            servicios: networks.reaching(&block.geometry, rules),
            geometry: block.geometry.clone(),
        })
        .collect()
}

/// The networks of the province: of which service each is, read once.
struct Networks<'a> {
    layers: Vec<(&'a query::Layer, Vec<Option<Service>>)>,
}

impl<'a> Networks<'a> {
    fn of(snapshot: &'a Snapshot, rules: &WorkRules) -> Self {
        let layers = snapshot
            .municipalities
            .values()
            .filter_map(|land| land.layer(&Collection::Services))
            .map(|layer| {
                let services = layer.features().iter().map(|feature| {
                    let read = Read::of(&feature.attributes);
                    let is_network = read.text("clase").as_deref() == Some("red");
                    let service: Option<Service> = read.text("servicio")?.parse().ok();
                    service.filter(|service| is_network && rules.reaching.contains(service))
                });
                (layer, services.collect())
            });
        Self {
            layers: layers.collect(),
        }
    }

    fn reaching(&self, block: &Geometry<f64>, rules: &WorkRules) -> Vec<&'static str> {
        let Some(ground) = bounds(block).map(|ground| grown(ground, rules.served_m)) else {
            return Vec::new();
        };
        let mut found: Vec<Service> = Vec::new();
        for (layer, services) in &self.layers {
            for at in layer.near(ground) {
                let Some(Some(service)) = services.get(at) else {
                    continue;
                };
                if !found.contains(service)
                    && apart_m(&layer.features()[at].geometry, block) <= rules.served_m
                {
                    found.push(*service);
                }
            }
        }
        let reached = rules.reaching.iter().filter(|known| found.contains(known));
        reached.map(|service| service.name()).collect()
    }
}
