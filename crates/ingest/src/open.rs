//! Opening a file: unpacked, read by GDAL, its reference system known, its columns found.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use domain::{collection::Collection, survey::rules::repeated::Census};
use gis::{
    crs::{Crs, ToOfficial},
    file::{OpenError, Source, TextEncoding},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{Profile, Refusal, columns::Columns, unpack::unpack};

/// What is to be opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Opening {
    /// The file, as it came.
    pub path: PathBuf,
    /// The layer in it; needed where it has more than one.
    pub layer: Option<String>,
    /// The reference system, where the person says it; it wins over the file's.
    pub source_crs: Option<String>,
}

/// A file that GDAL reads and PROJ can move, its columns not yet known.
pub struct Readable {
    source: Source,
    read_in: Option<ReadIn>,
    declared_crs: Option<String>,
    document_sha256: [u8; 32],
    folder: TempDir,
}

/// The reference system in which a file is read, and the way from there to the official one.
pub(crate) struct ReadIn {
    pub(crate) to_official: ToOfficial,
    pub(crate) label: String,
}

/// An open file. It belongs to one thread: GDAL's and PROJ's handles do.
pub struct Opened {
    pub(crate) source: Source,
    pub(crate) columns: Columns,
    /// None where nobody says in which system it is.
    pub(crate) read_in: Option<ReadIn>,
    declared_crs: Option<String>,
    document_sha256: [u8; 32],
    // The last field, so that the folder goes after GDAL has let go of the files in it.
    _folder: TempDir,
}

/// Which codes or references stand in more than one row of a file.
pub struct CodeCensus(pub(crate) Census);

/// Opens a file.
pub fn open(opening: &Opening) -> Result<Readable, Refusal> {
    let metadata = opening.path.metadata().map_err(|_| OpenError::NotFound)?;
    if !metadata.is_file() {
        return Err(OpenError::NotAFile.into());
    }
    let document_sha256 = sha256(&opening.path)?;
    let folder = tempfile::Builder::new().prefix("catastro-").tempdir()?;
    let unpacked = unpack(&opening.path, folder.path())?;
    let source = Source::open(&unpacked.dataset, opening.layer.as_deref())?;
    if source.count() == 0 {
        return Err(Refusal::Empty {
            layer: source.layer_name().to_owned(),
        });
    }
    let declared_crs = source
        .crs()
        .map(|crs| Crs::from_file(crs).label().to_owned());
    let crs = match (&opening.source_crs, source.crs()) {
        (Some(asked), _) => Some(Crs::parse(asked).map_err(|_| Refusal::UnknownCrs {
            asked: asked.clone(),
        })?),
        (None, Some(declared)) => Some(Crs::from_file(declared)),
        (None, None) => None,
    };
    Ok(Readable {
        read_in: crs.as_ref().map(ReadIn::of).transpose()?,
        declared_crs,
        document_sha256,
        source,
        folder,
    })
}

impl ReadIn {
    fn of(crs: &Crs) -> Result<Self, Refusal> {
        let to_official = ToOfficial::new(crs).map_err(|error| Refusal::NoOperation {
            crs: crs.label().to_owned(),
            detail: error.to_string(),
        })?;
        Ok(Self {
            to_official,
            label: crs.label().to_owned(),
        })
    }
}

impl Readable {
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) fn read_in(&self) -> Option<&ReadIn> {
        self.read_in.as_ref()
    }

    /// Finds the columns of a profile in it.
    pub fn through(self, profile: &Profile, collection: &Collection) -> Result<Opened, Refusal> {
        let layer = profile.layer(collection.name());
        Ok(Opened {
            columns: Columns::resolve(&layer, &profile.name, self.source.fields())?,
            source: self.source,
            read_in: self.read_in,
            declared_crs: self.declared_crs,
            document_sha256: self.document_sha256,
            _folder: self.folder,
        })
    }
}

impl Opened {
    /// Rows that the file says it has.
    pub fn count(&self) -> u64 {
        self.source.count()
    }

    /// The reference system in which it is read, where somebody says one.
    pub fn crs(&self) -> Option<&str> {
        self.read_in.as_ref().map(|read_in| read_in.label.as_str())
    }

    /// The reference system that the file itself declares.
    pub fn declared_crs(&self) -> Option<&str> {
        self.declared_crs.as_deref()
    }

    /// The operation that brings it to the official projection, with its accuracy.
    pub fn operation(&self) -> String {
        let read_in = self.read_in.as_ref();
        read_in.map_or_else(String::new, |read_in| said(&read_in.to_official))
    }

    /// Columns that hold personal data and are left out.
    pub fn personal_columns(&self) -> &[String] {
        &self.columns.personal
    }

    /// In which encoding its text is read, where the format leaves that open.
    pub fn encoding(&self) -> Option<&TextEncoding> {
        self.source.encoding()
    }

    /// SHA-256 of the file as it came.
    pub fn document_sha256(&self) -> [u8; 32] {
        self.document_sha256
    }
}

/// An operation as a report says it: with its accuracy.
pub fn said(operation: &ToOfficial) -> String {
    match operation.accuracy_m() {
        Some(accuracy) if accuracy > 0.0 && !operation.operation().contains("exactitud") => {
            format!("{}, exactitud {accuracy} m", operation.operation())
        }
        _ => operation.operation().to_owned(),
    }
}

fn sha256(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(&buffer[..read]);
    }
}
