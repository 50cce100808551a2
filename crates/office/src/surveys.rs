//! Surveys: a file examined, compared with what is in force, decided on and published.
//!
//! A file is read on a thread or in a child ([`reading`], [`child`]) into rows that wait ([`examination`]); these are
//! compared with what is in force ([`comparison`]); a decision publishes that comparison ([`publication`]).

pub mod child;
mod comparison;
mod conflicts;
mod decision;
pub mod edits;
mod examination;
mod incoming;
mod ingestion;
pub mod operations;
pub mod packages;
mod place;
mod publication;
mod queue;
mod reading;
mod received;
mod reference;
mod report;
mod work;

use std::path::PathBuf;

use domain::{collection::Collection, id::Ubigeo};
use serde::{Deserialize, Serialize};

pub(crate) use decision::check_reason;
pub use decision::{Choice, Decision, Exception};
pub use examination::Survey;
pub use incoming::Incoming;
pub(crate) use incoming::path_of as stored;
pub use ingestion::{OnErrors, Wish};
pub use queue::Tracks;
pub use received::Said;
pub(crate) use received::shown_name;
pub(crate) use received::uploader_name;
pub use report::{FindingLine, Report, State};
pub use work::PAGE_MAX;

/// What is asked of [`Survey::begin`].
#[derive(Clone, Debug)]
pub struct Request {
    /// The file.
    pub path: PathBuf,
    /// What people call it, where that is not its name on the disk.
    pub name: Option<String>,
    /// The layer in it, where it has more than one.
    pub layer: Option<String>,
    /// The layer of ours that it is for.
    pub collection: Collection,
    /// The municipality that it is for.
    pub ubigeo: Ubigeo,
    /// Its reference system, where the person says it.
    pub source_crs: Option<String>,
    /// That person has seen how it fits.
    pub crs_confirmed: bool,
    /// Profile by name or by file; none for the usual one.
    pub profile: Option<String>,
    /// What the file is the whole of.
    pub scope: Scope,
    /// Our own program, where the file comes from strangers and a child is to read it.
    pub worker: Option<PathBuf>,
}

/// What a file is the whole of.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Of nothing: what it does not bring stays in force.
    #[default]
    Parcial,
    /// Of each block that it brings a lot of: what it does not bring of one is retired.
    Manzanas,
}

impl Scope {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Parcial => "parcial",
            Self::Manzanas => "manzanas",
        }
    }

    /// The scope of this word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Parcial, Self::Manzanas]
            .into_iter()
            .find(|scope| scope.word() == word)
    }
}

impl Request {
    /// What people call the file.
    fn shown_name(&self) -> String {
        let on_disk = || {
            let name = self.path.file_name();
            name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
        };
        self.name.clone().unwrap_or_else(on_disk)
    }
}

/// How far the work is, in rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    #[serde(rename = "fase")]
    pub stage: Stage,
    /// Rows done.
    #[serde(rename = "hechas")]
    pub done: u64,
    /// Rows in the file, as far as it says.
    #[serde(rename = "total")]
    pub total: u64,
}

impl Progress {
    /// Nothing done yet.
    pub const NONE: Self = Self {
        stage: Stage::Codes,
        done: 0,
        total: 0,
    };
}

/// What is being done with a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Its codes are being counted.
    #[serde(rename = "codigos")]
    Codes,
    /// Its rows are being read and checked.
    #[serde(rename = "filas")]
    Rows,
    /// It is being compared with what is in force.
    #[serde(rename = "comparacion")]
    Comparing,
}

impl From<ingest::Stage> for Stage {
    fn from(stage: ingest::Stage) -> Self {
        match stage {
            ingest::Stage::Codes => Self::Codes,
            ingest::Stage::Rows => Self::Rows,
        }
    }
}

/// What the log keeps of a file that is refused whole; why is for whoever sent it.
fn note(request: &Request) {
    tracing::info!(ubigeo = %request.ubigeo, collection = %request.collection, "file refused");
}
