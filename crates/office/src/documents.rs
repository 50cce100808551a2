//! The documents of a parcel, from the land as it was on a day: plano perimétrico, memoria descriptiva, ficha.

mod around;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use documents::{Error, ParcelRecord, VERTICES_MAX};
use domain::{
    collection::Collection, feature::Feature, id::CadastralCode, parcel::boundary::Street,
};
use geo_types::{Geometry, MultiPolygon};
use serde_json::{Map, Value};
use tokio::{sync::Semaphore, task, time};

use crate::{Kind, Office, Problem, moment, parcels, view::Kin};
use around::Around;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Document {
    /// The outline to scale, and the table of its vertices.
    Plan,
    /// The same in words.
    Memoria,
    /// All that is public of the parcel.
    Record,
}

/// Documents typeset at once: each takes a core and some tens of megabytes, and the map must go on answering.
static DESKS: Semaphore = Semaphore::const_new(2);
/// Who waits longer than this for a desk hears that there is none.
const DESK_WAIT_MAX: Duration = Duration::from_secs(20);

/// Attributes that a document tells in a place of their own.
const DECLARED: &str = "area_declarada_m2";
const REGISTERED: &str = "area_registrada_m2";
const DEMONSTRATION: &str = "demostracion";

impl Office {
    /// A document of a parcel as PDF, as it held on a day and was known at a moment; now, where neither is named.
    pub async fn document(
        &self,
        document: Document,
        code: &str,
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<u8>, Problem> {
        let code = parcels::parse(code)?;
        let as_of = moment::of(day, known_at)?;
        let around = match as_of {
            None => around::now(&self.feed.snapshot(), &code)?,
            Some(as_of) => around::in_archive(&self.store, &code, as_of).await?,
        };
        let known_at = as_of.map(|as_of| as_of.known_at);
        let (ancestors, descendants) = tokio::try_join!(
            self.store.ancestors(&Collection::Parcels, code.as_str()),
            self.store.descendants(&Collection::Parcels, code.as_str()),
        )?;
        let links = ancestors.into_iter().chain(descendants);
        let lineage: Vec<String> = links
            .filter(|link| link.steps == 1 && known_at.is_none_or(|known_at| link.at <= known_at))
            .map(|link| kinship(&Kin::of(link), code.as_str()))
            .collect();
        let desk = time::timeout(DESK_WAIT_MAX, DESKS.acquire()).await;
        let Ok(Ok(_desk)) = desk else {
            return Err(busy());
        };
        let made = task::spawn_blocking(move || typeset(document, &code, &around, &lineage)).await;
        made.map_err(|error| failed(&error))?
    }
}

fn typeset(
    document: Document,
    code: &CadastralCode,
    around: &Around,
    lineage: &[String],
) -> Result<Vec<u8>, Problem> {
    let Some(shape) = ground(&around.parcel) else {
        return Err(failed(&"a parcel without ground"));
    };
    let attributes: Map<String, Value> =
        serde_json::from_str(&around.parcel.attributes).unwrap_or_default();
    let area = |name: &str| attributes.get(name).and_then(Value::as_f64);
    let neighbours: Vec<(&str, &MultiPolygon<f64>)> = around
        .neighbours
        .iter()
        .filter_map(|lot| Some((&*lot.code, ground(lot)?)))
        .collect();
    let named: Vec<(Option<String>, &Feature)> = around
        .streets
        .iter()
        .map(|street| (around::text(street, "nombre"), street))
        .collect();
    let streets: Vec<Street<'_>> = named
        .iter()
        .map(|(name, street)| Street {
            name: name.as_deref(),
            width_m: around::number(street, "seccion_m"),
            axis: &street.geometry,
        })
        .collect();
    let told: Vec<(String, String)> = attributes
        .iter()
        .filter(|(name, value)| {
            !value.is_null() && ![DECLARED, REGISTERED, DEMONSTRATION].contains(&name.as_str())
        })
        .map(|(name, value)| (name.replace('_', " "), said(value)))
        .collect();
    let record = ParcelRecord {
        code: code.as_str(),
        provisional: matches!(code, CadastralCode::Provisional(_)),
        municipality: &around.municipality.name,
        province: &around.municipality.province,
        shape,
        neighbours: &neighbours,
        block: around.block.as_ref().and_then(ground),
        streets: &streets,
        declared_m2: area(DECLARED),
        registered_m2: area(REGISTERED),
        attributes: &told,
        lineage,
        day: around.day,
        version: around.version,
        demonstration: around.municipality.demonstration,
    };
    match document {
        Document::Plan => documents::plan(&record),
        Document::Memoria => documents::memoria(&record),
        Document::Record => documents::record(&record),
    }
    .map_err(|error| match error {
        Error::TooManyVertices { found } => too_large(found),
        Error::Typesetting(_) => failed(&error),
    })
}

fn ground(feature: &Feature) -> Option<&MultiPolygon<f64>> {
    match &feature.geometry {
        Geometry::MultiPolygon(shape) => Some(shape),
        _ => None,
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn kinship(kin: &Kin, code: &str) -> String {
    let operation = kin.operation.replace('_', " ");
    let day = kin.at.get(..10).unwrap_or_default();
    if kin.child == code {
        format!(
            "Viene del lote {}, por {operation} registrada el {day}.",
            kin.parent
        )
    } else {
        format!(
            "Dio lugar al lote {}, por {operation} registrada el {day}.",
            kin.child
        )
    }
}

fn busy() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "Se están componiendo demasiados documentos a la vez.",
        "Vuelva a pedirlo en unos segundos.",
    )
}

fn too_large(found: usize) -> Problem {
    Problem::new(
        Kind::TooLarge,
        format!("El predio tiene {found} vértices y un documento admite {VERTICES_MAX}."),
        "Su contorno completo está en /ogc/collections/lotes/items/{codigo}, con crs=…/EPSG/0/32718 para sus coordenadas UTM.",
    )
}

fn failed(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "document");
    Problem::new(
        Kind::Internal,
        "El documento no se pudo componer.",
        "El detalle está en el registro del servicio.",
    )
}
