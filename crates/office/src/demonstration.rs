//! The demonstration province, written through the same acts as real land.

mod observations;
mod reports;

pub use observations::{MadeObservation, observations};

use chrono::NaiveDate;
use domain::{
    collection::Collection,
    id::Ubigeo,
    institute::{DossierCode, DossierKind, FigureKind, Period},
    people::Actor,
    province::Municipality,
    survey::{RawShape, rules},
};
use geo_types::Geometry;
use sha2::{Digest, Sha256};
use store::{
    Deed, Entry, Store,
    copy::{NewVersion, RowEncoder},
    dossiers::NewDossier,
    figures::NewFigure,
};

pub use reports::reports;

use crate::{Kind, Problem, data};

/// A made-up feature.
pub struct Made {
    /// Its code.
    pub code: String,
    /// Its shape in EPSG:32718.
    pub geometry: Geometry<f64>,
    /// Its attributes.
    pub attributes: serde_json::Map<String, serde_json::Value>,
}

/// What most changes of the demonstration are.
pub const KIND: &str = "demostracion";
/// What those are that stand for a survey: what surveys publish is counted by it.
pub const SURVEYED: &str = "ingesta";

/// The demonstration land holds from this day on, so that the past of a new service can be asked too.
fn valid_from() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default()
}

/// Bytes of rows that are sent at a time.
const BATCH_BYTES: usize = 1 << 20;

/// Whether this database already holds the demonstration province.
pub async fn is_loaded(store: &Store) -> Result<bool, Problem> {
    Ok(store.has_change("demostracion_completa").await?)
}

/// Refuses to mix made-up land with real land.
pub async fn refuse_real_land(store: &Store) -> Result<(), Problem> {
    let real = store.has_change("ingesta").await? || store.has_change("levantamiento").await?;
    if real && !store.has_change(KIND).await? {
        return Err(Problem::new(
            Kind::Refused,
            "Esta base de datos tiene datos que no son de demostración.",
            "La provincia de demostración no se mezcla con ellos: use otra carpeta con --data-dir.",
        ));
    }
    Ok(())
}

/// Takes a municipality in as a demonstration.
pub async fn register(store: &Store, actor: &Actor, ubigeo: Ubigeo) -> Result<(), Problem> {
    let Some((municipality, source)) = data::municipality(ubigeo)? else {
        return Ok(());
    };
    let municipality = Municipality {
        demonstration: true,
        ..municipality
    };
    let mut act = store.begin(actor).await?;
    act.register(&municipality, &source).await?;
    act.open(&entry(Some(ubigeo), None, KIND)).await?;
    act.publish(serde_json::json!({})).await?;
    Ok(())
}

/// Writes features of a layer of a municipality in one act, all or nothing. What is there already, of another act or of
/// an interrupted start, is not written twice.
pub async fn write(
    store: &Store,
    actor: &Actor,
    (ubigeo, collection): (Ubigeo, &Collection),
    kind: &'static str,
    features: impl Iterator<Item = Made>,
) -> Result<u64, Problem> {
    let mut act = store.begin(actor).await?;
    let there = act.in_force(collection, ubigeo).await?;
    let mut features = features
        .filter(|made| !there.contains_key(&*made.code))
        .peekable();
    if features.peek().is_none() {
        return Ok(0);
    }
    act.open(&entry(Some(ubigeo), Some(collection.clone()), kind))
        .await?;
    let encoder = RowEncoder::new(
        collection,
        ubigeo,
        valid_from(),
        act.number(),
        act.recorded_at(),
    );
    let mut copy = act.copy(collection).await?;
    let mut batch = Vec::with_capacity(BATCH_BYTES * 2);
    for (number, feature) in (1..).zip(features) {
        // Made-up land keeps the rules of real land.
        let geometry = rules::shape::shape(
            RawShape::Geometry(feature.geometry),
            collection.shapes(),
            number,
        )
        .map_err(|finding| broken(&format!("{}: {finding:?}", feature.code)))?;
        let attributes = serde_json::Value::Object(feature.attributes).to_string();
        let row = NewVersion {
            code: &feature.code,
            content: content(&feature.code, &attributes),
            attributes: &attributes,
            geometry: &geometry,
        };
        encoder
            .push(&row, &mut batch)
            .map_err(|error| broken(&error))?;
        if batch.len() >= BATCH_BYTES {
            copy.send(&batch).await?;
            batch.clear();
        }
    }
    copy.send(&batch).await?;
    let rows = copy.finish().await?;
    act.publish(serde_json::json!({ "alta": rows })).await?;
    Ok(rows)
}

/// A made-up dossier.
pub struct MadeDossier {
    /// What it is.
    pub kind: DossierKind,
    /// What it is known by.
    pub code: String,
    /// The municipality; none for what is the province's.
    pub ubigeo: Option<Ubigeo>,
    /// What it says.
    pub content: serde_json::Value,
}

/// A made-up figure.
pub struct MadeFigure {
    /// What it is of.
    pub kind: FigureKind,
    /// Of which one.
    pub code: String,
    /// What was measured.
    pub measure: &'static str,
    /// When.
    pub period: Period,
    /// Of which municipality; none for the whole.
    pub ubigeo: Option<Ubigeo>,
    /// The number.
    pub value: f64,
    /// Evidence and the rest.
    pub content: serde_json::Value,
}

/// Writes what the Institute keeps besides the land, in one act.
pub async fn institute(
    store: &Store,
    actor: &Actor,
    dossiers: &[MadeDossier],
    figures: &[MadeFigure],
) -> Result<(), Problem> {
    let mut act = store.begin(actor).await?;
    for made in dossiers {
        let code: DossierCode = made.code.parse().map_err(|error| broken(&error))?;
        let new = NewDossier {
            kind: made.kind,
            code: &code,
            ubigeo: made.ubigeo,
            content: &made.content,
            after: 0,
        };
        // What an interrupted start left there stays.
        act.write_dossier(&new).await?;
    }
    let mut kinds: Vec<FigureKind> = Vec::new();
    for made in figures {
        if !kinds.contains(&made.kind) {
            kinds.push(made.kind);
        }
    }
    for kind in kinds {
        let of_kind = figures.iter().filter(|made| made.kind == kind);
        let new: Vec<NewFigure<'_>> = of_kind
            .map(|made| NewFigure {
                code: &made.code,
                measure: made.measure,
                period: made.period,
                ubigeo: made.ubigeo,
                value: made.value,
                content: made.content.clone(),
            })
            .collect();
        act.write_figures(kind, &new).await?;
    }
    act.commit(&Deed {
        action: "demostracion.institucion",
        ubigeo: None,
        object: "demostracion".to_owned(),
        content: serde_json::json!({"expedientes": dossiers.len(), "cifras": figures.len()}),
    })
    .await?;
    Ok(())
}

/// Says that the province is whole.
pub async fn complete(store: &Store, actor: &Actor) -> Result<(), Problem> {
    let mut act = store.begin(actor).await?;
    act.open(&entry(None, None, "demostracion_completa"))
        .await?;
    act.publish(serde_json::json!({})).await?;
    Ok(())
}

fn broken(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "demonstration");
    Problem::new(
        Kind::Internal,
        "No se pudo escribir la demostración.",
        "Avise a quien mantiene el programa.",
    )
}

fn content(code: &str, attributes: &str) -> u128 {
    let digest = Sha256::new()
        .chain_update(code)
        .chain_update(attributes)
        .finalize();
    digest
        .iter()
        .take(16)
        .fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

fn entry(ubigeo: Option<Ubigeo>, collection: Option<Collection>, kind: &'static str) -> Entry {
    Entry {
        ubigeo,
        collection,
        kind,
        reason: "Provincia de demostración: datos inventados, sin valor legal".to_owned(),
        document: None,
        document_sha256: None,
    }
}
