//! The documents of a parcel: plano perimétrico, memoria descriptiva, ficha. A reading: nothing is written.

pub(crate) mod land;
mod words;

use std::time::Duration;

use ::documents::{Document, Drawing, Misprint, Parcel, Surroundings};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    geometry::{areas, lines},
    parcel::{Around, Boundaries, TechnicalData, boundaries, technical_data},
};
use geo_types::{MultiLineString, MultiPolygon};
use tokio::sync::{Semaphore, SemaphorePermit};

use self::land::{Land, named};
use crate::{Kind, Office, Problem, parcels};

/// Which document of a parcel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paper {
    /// Plano perimétrico.
    Plan,
    /// Memoria descriptiva.
    Memoria,
    /// Ficha.
    Record,
}

/// Documents typeset at once: each has a processor for up to some seconds.
const AT_ONCE: usize = 2;
/// Documents under way, those that wait included. Each holds its land: some megabytes at most.
const UNDER_WAY_MAX: usize = 16;
/// Longest time to wait for one's turn: below what an answer may take.
const TURN_MAX: Duration = Duration::from_secs(20);

// Of the machine, whose processors they share out, and not of one office.
static PRESS: Semaphore = Semaphore::const_new(AT_ONCE);
static UNDER_WAY: Semaphore = Semaphore::const_new(UNDER_WAY_MAX);

/// A document that is ready to be typeset.
pub struct Ready {
    document: Document,
    /// Name of its file.
    pub name: String,
    _place: SemaphorePermit<'static>,
}

/// A place among the documents under way.
pub(crate) fn place() -> Result<SemaphorePermit<'static>, Problem> {
    UNDER_WAY.try_acquire().map_err(|_| busy())
}

impl Ready {
    /// Puts a document together, away from what answers requests.
    pub(crate) async fn made(
        place: SemaphorePermit<'static>,
        name: String,
        made: impl FnOnce() -> Result<Document, Problem> + Send + 'static,
    ) -> Result<Self, Problem> {
        let made = tokio::task::spawn_blocking(made);
        Ok(Self {
            document: made.await.map_err(|error| broken(&error))??,
            name,
            _place: place,
        })
    }

    /// What its bytes depend on, as a hash: the same means the same bytes.
    pub fn fingerprint(&self) -> String {
        self.document.fingerprint()
    }

    /// Its bytes.
    pub async fn typeset(self) -> Result<Vec<u8>, Problem> {
        let turn = tokio::time::timeout(TURN_MAX, PRESS.acquire())
            .await
            .map_err(|_| busy())?
            .map_err(|_| busy())?;
        let printed = tokio::task::spawn_blocking(move || {
            // Who asked may be gone: the turn is over when the work is.
            let _turn = turn;
            self.document.pdf()
        });
        printed
            .await
            .map_err(|error| broken(&error))?
            .map_err(|error| misprint(&error))
    }
}

impl Office {
    /// A document of the parcel with a code, as it held on a day and was known at a moment; now, where neither is named.
    pub async fn document(
        &self,
        paper: Paper,
        code: &str,
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Ready, Problem> {
        let place = place()?;
        let code = parcels::parse(code)?;
        let land = Land::of(self, code.clone(), day, known_at).await?;
        let kin = match paper {
            Paper::Record => self.kin(&code, land.as_of).await?,
            Paper::Plan | Paper::Memoria => Default::default(),
        };
        let name = format!("{}-{code}.pdf", words::name(paper));
        Ready::made(place, name, move || made(paper, &land, kin)).await
    }
}

fn made(
    paper: Paper,
    land: &Land,
    (ancestors, descendants): words::Kins,
) -> Result<Document, Problem> {
    let around = around(land);
    let told = told(land, &around);
    let parcel = Parcel {
        code: land.code.as_str().to_owned(),
        place: words::place(land),
        shape: &land.shape,
        data: &land.data,
        boundaries: &told,
        attributes: words::attributes(&land.parcel),
        valid_from: land.parcel.valid_from,
        day: land.as_of.day,
        version: land.version,
        demonstration: land.municipality.demonstration,
        ancestors,
        descendants,
    };
    match paper {
        Paper::Plan => documents::plan(&parcel, &land.drawing, &around),
        Paper::Memoria => documents::memoria(&parcel),
        Paper::Record => documents::record(&parcel),
    }
    .map_err(|error| misprint(&error))
}

/// What lies around the parcel, itself left out.
fn around(land: &Land) -> Surroundings {
    let others = land
        .parcels
        .iter()
        .filter(|other| other.code != land.parcel.code);
    Surroundings {
        parcels: others
            .filter_map(|other| Some((other.code.to_string(), areas(&other.geometry)?)))
            .collect(),
        blocks: land
            .blocks
            .iter()
            .filter_map(|block| areas(&block.geometry))
            .collect(),
        streets: land
            .streets
            .iter()
            .filter_map(|street| Some((named(street)?, lines(&street.geometry)?)))
            .collect(),
    }
}

fn told(land: &Land, around: &Surroundings) -> Boundaries {
    let parcels: Vec<(&str, &MultiPolygon<f64>)> = around
        .parcels
        .iter()
        .map(|(code, shape)| (code.as_str(), shape))
        .collect();
    let streets: Vec<(&str, &MultiLineString<f64>)> = around
        .streets
        .iter()
        .map(|(name, axis)| (name.as_str(), axis))
        .collect();
    let address = words::attributes(&land.parcel)
        .remove("direccion")
        .and_then(|value| value.as_str().map(str::to_owned));
    boundaries(
        &land.data,
        &Around {
            parcels,
            streets,
            address: address.as_deref(),
        },
    )
}

/// The table and the layout of a shape that is not too much for paper.
fn laid_out(shape: &MultiPolygon<f64>) -> Result<(TechnicalData, Drawing), Problem> {
    let data = technical_data(shape);
    let vertices: usize = data.rings.iter().map(|ring| ring.vertices.len()).sum();
    if vertices > documents::VERTICES_MAX {
        return Err(Problem::new(
            Kind::Refused,
            format!(
                "El predio tiene {vertices} vértices; un documento admite hasta {}.",
                documents::VERTICES_MAX
            ),
            "Su forma completa está en /ogc/collections/lotes/items.",
        ));
    }
    let drawing = Drawing::of(shape, &data).map_err(|_| {
        Problem::new(
            Kind::Refused,
            "El predio no cabe en una hoja A3 a escala 1:100000.",
            "Su forma completa está en /ogc/collections/lotes/items.",
        )
    })?;
    Ok((data, drawing))
}

fn busy() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "Se están componiendo demasiados documentos.",
        "Vuelva a pedirlo en unos segundos.",
    )
}

pub(crate) fn misprint(error: &Misprint) -> Problem {
    broken(error)
}

fn broken(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "document");
    Problem::new(
        Kind::Internal,
        "El documento no se pudo componer.",
        "El detalle está en el registro del servicio.",
    )
}
