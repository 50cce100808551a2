//! The norms of plans: a file is checked, held against the zones that are drawn, tried on golden parcels, published.

mod drawn;
mod golden;
mod words;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::Ubigeo,
    people::{Action, Actor},
    plan::norm::{BYTES_MAX, Norm, NormFault},
    time::{AsOf, ChangeNumber},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{
    Entry, Store,
    norms::{NewNorm, NormRow},
};

use crate::{Kind, Problem, data, moment, people::require};

pub use golden::{CaseDifference, CaseOutcome, CasesReport};
pub use words::NormFinding;

/// Kind of the changes that publish norms.
pub(crate) const KIND: &str = "normas";

/// Name of the sheet of golden parcels beside a norm's file.
pub const SHEET: &str = "casos.csv";

/// A norm's file, with the sheet of golden parcels beside it.
pub struct NormFile<'a> {
    /// Name of the file.
    pub name: &'a str,
    /// Its text (`schemas/norma.schema.json`).
    pub text: &'a str,
    /// The sheet ([`SHEET`]), where there is one.
    pub cases: Option<&'a str>,
}

/// Whether to publish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Publish {
    /// Only say what would happen.
    Never,
    /// Where nothing is wrong.
    IfRight,
}

/// What became of a file.
#[derive(Clone, Debug, Serialize)]
pub struct NormReport {
    /// Municipality.
    pub ubigeo: Option<Ubigeo>,
    /// Code of the instrument.
    pub instrumento: Option<String>,
    /// First day on which it holds.
    pub vigente_desde: Option<NaiveDate>,
    /// SHA-256 of the file.
    pub sha256: String,
    /// `publicado`, `revisado`, `rechazado` or `sin_cambio`.
    pub estado: &'static str,
    /// What was found.
    pub hallazgos: Vec<NormFinding>,
    /// What golden parcels say.
    pub casos: Option<CasesReport>,
    /// The change that published it.
    pub version_datos: Option<ChangeNumber>,
}

/// A norm in a list.
#[derive(Clone, Debug, Serialize)]
pub struct NormLine {
    /// Municipality.
    pub ubigeo: String,
    /// Code of the instrument.
    pub instrumento: String,
    /// First day on which it holds.
    pub vigente_desde: NaiveDate,
    /// First day on which it holds no more.
    pub vigente_hasta: Option<NaiveDate>,
    /// SHA-256 of its file.
    pub sha256: String,
    /// The change that published it.
    pub version_datos: i64,
}

/// Checks a norm's file and publishes it. A difference in a golden parcel stops it unless a reason is given.
pub async fn import(
    store: &Store,
    actor: &Actor,
    file: &NormFile<'_>,
    publish: Publish,
    reason: Option<&str>,
) -> Result<NormReport, Problem> {
    require(actor, Action::DecidePlan, None)?;
    if file.text.len() > BYTES_MAX {
        return Err(too_large());
    }
    let digest: [u8; 32] = Sha256::digest(file.text).into();
    let mut report = NormReport {
        ubigeo: None,
        instrumento: None,
        vigente_desde: None,
        sha256: domain::audit::Hash(digest).to_string(),
        estado: "rechazado",
        hallazgos: Vec::new(),
        casos: None,
        version_datos: None,
    };
    let norm = match Norm::parse(file.text) {
        Ok(norm) => norm,
        Err(faults) => {
            report.hallazgos = faults.iter().map(words::fault).collect();
            return Ok(report);
        }
    };
    let instrument = &norm.instrument;
    report.ubigeo = Some(norm.ubigeo);
    report.instrumento = Some(instrument.code.clone());
    report.vigente_desde = Some(instrument.valid_from);
    let known = store
        .municipalities()
        .await?
        .iter()
        .any(|municipality| municipality.ubigeo == norm.ubigeo);
    if !known {
        return Err(no_municipality(norm.ubigeo));
    }
    report.hallazgos = drawn::compared(store, &norm).await?;
    let row = unpublished(&norm, file.text);
    report.casos = match file.cases {
        Some(sheet) => Some(tried(store, sheet, &row).await?),
        None => None,
    };
    let differs = report
        .casos
        .as_ref()
        .is_some_and(|cases| !cases.distintos.is_empty());
    if differs && reason.is_none() {
        return Ok(report);
    }
    let standing = store.norms().await?;
    let same = standing.iter().any(|known| {
        known.ubigeo == row.ubigeo
            && known.instrument == row.instrument
            && known.valid_from == row.valid_from
            && known.valid_to == row.valid_to
            && known.content == row.content
    });
    report.estado = match (same, publish) {
        (true, _) => "sin_cambio",
        (false, Publish::Never) => "revisado",
        (false, Publish::IfRight) => "publicado",
    };
    if report.estado != "publicado" {
        return Ok(report);
    }
    let published = published(
        store,
        actor,
        &norm,
        file,
        digest,
        reason,
        report.casos.as_ref(),
    );
    report.version_datos = Some(published.await?);
    Ok(report)
}

/// A norm as it would be kept, were it published now.
pub(crate) fn unpublished(norm: &Norm, text: &str) -> NormRow {
    let instrument = &norm.instrument;
    NormRow {
        ubigeo: norm.ubigeo.to_string(),
        instrument: instrument.code.clone(),
        valid_from: instrument.valid_from,
        valid_to: instrument.valid_to,
        recorded_from: Utc::now(),
        change: 0,
        content: text.to_owned(),
    }
}

/// Tries golden parcels on a norm, on its first day or today, whichever is later.
pub(crate) async fn tried(
    store: &Store,
    sheet: &str,
    norm: &NormRow,
) -> Result<CasesReport, Problem> {
    let as_of = AsOf {
        day: norm.valid_from.max(moment::day_at(norm.recorded_from)),
        known_at: norm.recorded_from,
    };
    golden::tried(store, sheet, norm, as_of).await
}

/// One act: what the instrument said of these days is closed, and this follows.
async fn published(
    store: &Store,
    actor: &Actor,
    norm: &Norm,
    file: &NormFile<'_>,
    digest: [u8; 32],
    reason: Option<&str>,
    cases: Option<&CasesReport>,
) -> Result<ChangeNumber, Problem> {
    let instrument = &norm.instrument;
    let mut act = store.begin(actor).await?;
    act.open(&Entry {
        ubigeo: Some(norm.ubigeo),
        collection: None,
        kind: KIND,
        reason: reason.unwrap_or("Importación de normas").to_owned(),
        document: Some(file.name.to_owned()),
        document_sha256: Some(digest),
    })
    .await?;
    act.publish_norm(&NewNorm {
        ubigeo: norm.ubigeo,
        instrument: &instrument.code,
        valid_from: instrument.valid_from,
        valid_to: instrument.valid_to,
        sha256: digest,
        content: file.text,
    })
    .await?;
    let counts = serde_json::json!({
        "instrumento": instrument.code,
        "clases": norm.classes.len(),
        "actividades": norm.activities.len(),
        "casos_distintos": cases.map_or(0, |cases| cases.distintos.len()),
    });
    let (number, _) = act.publish(counts).await?;
    Ok(number)
}

/// All norms that the service says now.
pub async fn list(store: &Store) -> Result<Vec<NormLine>, Problem> {
    let rows = store.norms().await?;
    Ok(rows.into_iter().map(NormLine::of).collect())
}

/// The file of an instrument as it held on a day and was known at a moment; now, where neither is named.
pub async fn file(
    store: &Store,
    ubigeo: Ubigeo,
    instrument: &str,
    day: Option<NaiveDate>,
    known_at: Option<DateTime<Utc>>,
) -> Result<String, Problem> {
    let as_of = moment::of(day, known_at)?.unwrap_or_else(moment::now);
    Ok(found(store, ubigeo, instrument, as_of).await?.content)
}

async fn found(
    store: &Store,
    ubigeo: Ubigeo,
    instrument: &str,
    as_of: AsOf,
) -> Result<NormRow, Problem> {
    let norms = store.norms_as_of(ubigeo, as_of).await?;
    let found = norms.into_iter().find(|norm| norm.instrument == instrument);
    found.ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            "No hay normas de ese instrumento en esa fecha.",
            "Los instrumentos del servicio, con sus fechas, están en /api/normas.",
        )
    })
}

/// A norm to be read by people.
#[derive(Clone, Debug)]
pub struct NormSheet {
    /// As it is listed.
    pub line: NormLine,
    /// What it says.
    pub norm: Norm,
    /// The sheet of golden parcels that came with it, where it came with the program.
    pub cases: Option<String>,
}

/// All norms that the service says now, to be read.
pub async fn sheets(store: &Store) -> Result<Vec<NormSheet>, Problem> {
    let rows = store.norms().await?;
    Ok(rows.into_iter().filter_map(NormSheet::of).collect())
}

/// The norm of an instrument as it held on a day, to be read.
pub async fn sheet(
    store: &Store,
    ubigeo: Ubigeo,
    instrument: &str,
    day: Option<NaiveDate>,
) -> Result<NormSheet, Problem> {
    let as_of = moment::of(day, None)?.unwrap_or_else(moment::now);
    let row = found(store, ubigeo, instrument, as_of).await?;
    NormSheet::of(row).ok_or_else(|| {
        // What was published was read then.
        Problem::new(
            Kind::Internal,
            "La norma no se puede leer.",
            "El detalle está en el registro del servicio.",
        )
    })
}

/// Tries golden parcels on the norm of an instrument that is in force today: those of a sheet or, without one, those that
/// came with it.
pub async fn tried_in_force(
    store: &Store,
    actor: &Actor,
    (ubigeo, instrument): (Ubigeo, &str),
    cases: Option<&str>,
) -> Result<Vec<CaseOutcome>, Problem> {
    require(actor, Action::DecidePlan, None)?;
    let as_of = moment::now();
    let row = found(store, ubigeo, instrument, as_of).await?;
    let own = own_cases(&row.content);
    let cases = cases.or(own.as_deref()).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            "No hay casos que probar.",
            "Pegue la hoja de casos: un CSV con punto y coma, como casos.csv.",
        )
    })?;
    golden::outcomes(store, cases, &row, as_of).await
}

/// The sheet of golden parcels that came with the program beside this norm.
fn own_cases(text: &str) -> Option<String> {
    let mut own = data::norms().into_iter().filter(|norm| norm.text == text);
    own.next()?.cases
}

impl NormSheet {
    fn of(row: NormRow) -> Option<Self> {
        let norm = Norm::parse(&row.content).ok()?;
        Some(Self {
            norm,
            cases: own_cases(&row.content),
            line: NormLine::of(row),
        })
    }
}

impl NormLine {
    fn of(row: NormRow) -> Self {
        Self {
            sha256: domain::audit::Hash(Sha256::digest(&row.content).into()).to_string(),
            ubigeo: row.ubigeo,
            instrumento: row.instrument,
            vigente_desde: row.valid_from,
            vigente_hasta: row.valid_to,
            version_datos: row.change,
        }
    }
}

pub(crate) fn too_large() -> Problem {
    Problem::new(
        Kind::TooLarge,
        format!("El archivo de normas pasa de {} MB.", BYTES_MAX >> 20),
        "Separe los instrumentos: un archivo es uno solo, en un municipio.",
    )
}

fn no_municipality(ubigeo: Ubigeo) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("El servicio no tiene ningún municipio {ubigeo}."),
        "Un municipio entra con su primera capa publicada: ingrese antes sus lotes o sus zonas.",
    )
}

/// A norm that cannot be taken, with what is wrong in it.
pub(crate) fn refused(faults: &[NormFault]) -> Problem {
    let told: Vec<String> = faults
        .iter()
        .take(FAULTS_TOLD)
        .map(words::fault)
        .map(|finding| format!("{}: {}", finding.lugar, finding.mensaje))
        .collect();
    Problem::new(
        Kind::Refused,
        format!("La norma tiene {} faltas.", faults.len()),
        told.join("\n"),
    )
}

/// Faults in one answer.
const FAULTS_TOLD: usize = 20;
