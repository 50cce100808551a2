//! A zipped upload becomes a folder with one dataset, under limits, before GDAL sees any of it.
//!
//! An archive is told by its content. Only the parts of the formats that we read are written, under plain names; all
//! else stays inside. What an archive says about itself is never believed: bytes are counted as they come out.

mod directory;
mod error;
mod limits;
mod name;

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use zip::{ZipArchive, read::ZipFile, result::ZipError};

pub use error::UnpackError;
pub use limits::{BYTES_MAX, ENTRIES_MAX, NAME_MAX, RATIO_FREE_BYTES, RATIO_MAX};

/// What an upload holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unpacked {
    /// The file to open: the upload itself, if it is no archive.
    pub dataset: PathBuf,
    /// Names of what was left inside the archive, as it spells them.
    pub skipped: Vec<String>,
}

/// Unpacks `path` into the folder `into`, which exists and is the caller's to remove, error or not. A file that is
/// no archive is given back as it is.
pub fn unpack(path: &Path, into: &Path) -> Result<Unpacked, UnpackError> {
    let mut file = File::open(path).map_err(|error| UnpackError::io(&error))?;
    if !is_archive(&mut file)? {
        return Ok(Unpacked {
            dataset: path.to_owned(),
            skipped: Vec::new(),
        });
    }
    let archive_bytes = file
        .metadata()
        .map_err(|error| UnpackError::io(&error))?
        .len();
    // Before the archive's table is read into memory, not after.
    let counts = directory::stated_counts(&mut file)?;
    let mut archive =
        ZipArchive::new(BufReader::new(file)).map_err(|error| UnpackError::zip(None, &error))?;
    // The reader folds entries of one name into one, and a wrong count hides entries: both are refused.
    if !counts.contains(&(archive.len() as u64)) {
        return Err(UnpackError::CountDiffers);
    }
    let mut folder = Folder {
        into,
        archive_bytes,
        bytes: 0,
        written: HashMap::new(),
        stems: HashMap::new(),
        datasets: Vec::new(),
        skipped: Vec::new(),
    };
    for index in 0..archive.len() {
        folder.take(&mut archive, index)?;
    }
    folder.finish()
}

/// `PK\3\4` opens an archive, `PK\5\6` one without entries (APPNOTE 4.3.7, 4.3.16).
fn is_archive(file: &mut File) -> Result<bool, UnpackError> {
    let mut head = Vec::new();
    let mut start = Read::by_ref(file).take(4);
    start
        .read_to_end(&mut head)
        .map_err(|error| UnpackError::io(&error))?;
    Ok(head == b"PK\x03\x04" || head == b"PK\x05\x06")
}

/// The folder as it fills.
struct Folder<'a> {
    into: &'a Path,
    archive_bytes: u64,
    bytes: u64,
    /// By lower-case name, so that two names that Windows would hold for one do not both come out.
    written: HashMap<String, String>,
    /// A dataset's parts are `LOTES.SHP` and `lotes.dbf` at times: the first spelling of the stem goes for all.
    stems: HashMap<String, String>,
    datasets: Vec<PathBuf>,
    skipped: Vec<String>,
}

impl Folder<'_> {
    fn take(
        &mut self,
        archive: &mut ZipArchive<BufReader<File>>,
        index: usize,
    ) -> Result<(), UnpackError> {
        let wanted = {
            let entry = archive
                .by_index_raw(index)
                .map_err(|error| UnpackError::zip(None, &error))?;
            self.inspect(&entry)?
        };
        let Some((spelling, name)) = wanted else {
            return Ok(());
        };
        let mut entry = archive
            .by_index(index)
            .map_err(|error| UnpackError::zip(Some(&spelling), &error))?;
        if let Some(first) = self.written.insert(name.to_lowercase(), spelling.clone()) {
            return Err(UnpackError::Duplicate {
                first,
                second: spelling,
            });
        }
        let path = self.into.join(&name);
        let geodatabase = name
            .split_once('/')
            .map(|(folder, _)| self.into.join(folder));
        if let Some(folder) = &geodatabase
            && !self.datasets.contains(folder)
        {
            fs::create_dir(folder).map_err(|error| UnpackError::io(&error))?;
            self.datasets.push(folder.clone());
        }
        self.write(&mut entry, &spelling, &path)?;
        if geodatabase.is_none() && name::is_dataset(&name) {
            self.datasets.push(path);
        }
        Ok(())
    }

    /// The entry's own spelling and the name to write it under; `None` to leave it inside.
    fn inspect(
        &mut self,
        entry: &ZipFile<BufReader<File>>,
    ) -> Result<Option<(String, String)>, UnpackError> {
        let spelling = name::printable(entry.name());
        if entry.is_symlink() {
            return Err(UnpackError::Symlink { name: spelling });
        }
        if name::leads_outside(entry.name()) {
            return Err(UnpackError::Traversal { name: spelling });
        }
        if entry.is_dir() {
            return Ok(None);
        }
        if entry.encrypted() {
            return Err(UnpackError::Encrypted { name: spelling });
        }
        let base = name::base(entry.name());
        if base.len() > NAME_MAX {
            return Err(UnpackError::NameTooLong { name: spelling });
        }
        if name::is_archive(base) {
            return Err(UnpackError::Nested { name: spelling });
        }
        let (stem, rest) = if let Some((stem, file)) = name::of_geodatabase(entry.name()) {
            (stem, format!("gdb/{file}"))
        } else if let Some(wanted) = name::wanted(base) {
            wanted
        } else {
            self.skipped.push(spelling);
            return Ok(None);
        };
        if stem.len() + ".gdb".len() > NAME_MAX {
            return Err(UnpackError::NameTooLong { name: spelling });
        }
        let stem = self.stems.entry(stem.to_lowercase()).or_insert(stem);
        let name = format!("{stem}.{rest}");
        // An honest bomb is refused by what it says, before a byte is written; a lying one when it says too little.
        let size = entry.size();
        if self.bytes.saturating_add(size) > BYTES_MAX {
            return Err(UnpackError::TooLarge);
        }
        let compressed = entry.compressed_size().min(self.archive_bytes).max(1);
        if size > RATIO_FREE_BYTES && size / compressed > RATIO_MAX {
            return Err(UnpackError::Bomb {
                name: spelling,
                ratio: size / compressed,
            });
        }
        Ok(Some((spelling, name)))
    }

    fn write(
        &mut self,
        entry: &mut ZipFile<BufReader<File>>,
        spelling: &str,
        path: &Path,
    ) -> Result<(), UnpackError> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|error| UnpackError::io(&error))?;
        let mut out = BufWriter::new(file);
        let declared = entry.size();
        let mut written = 0;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = entry
                .read(&mut buffer)
                .map_err(|error| UnpackError::Damaged {
                    name: spelling.to_owned(),
                    detail: error.to_string(),
                })?;
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            // Bounded by what the entry declared, and that was bounded above.
            written += bytes.len() as u64;
            if written > declared {
                return Err(UnpackError::LongerThanDeclared {
                    name: spelling.to_owned(),
                });
            }
            out.write_all(bytes)
                .map_err(|error| UnpackError::io(&error))?;
        }
        out.flush().map_err(|error| UnpackError::io(&error))?;
        if written < declared {
            return Err(UnpackError::Damaged {
                name: spelling.to_owned(),
                detail: format!("{written} bytes where {declared} were declared"),
            });
        }
        self.bytes += written;
        Ok(())
    }

    fn finish(mut self) -> Result<Unpacked, UnpackError> {
        let named = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        };
        let doubt = |path: &PathBuf| name::doubt(&named(path));
        let mut datasets = std::mem::take(&mut self.datasets);
        let surest = datasets.iter().map(doubt).min();
        datasets.retain(|path| Some(doubt(path)) == surest);
        let first = datasets
            .iter()
            .position(|path| name::opens_kmz(&named(path)));
        let only_kml = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "kml");
        if let Some(first) = first.filter(|_| datasets.iter().all(only_kml)) {
            datasets.swap(0, first);
            datasets.truncate(1);
        }
        if datasets.len() > 1 {
            let mut names: Vec<_> = datasets.iter().map(named).collect();
            names.sort();
            return Err(UnpackError::SeveralDatasets { names });
        }
        let Some(dataset) = datasets.pop() else {
            let mut names = self.skipped;
            names.extend(self.written.into_values());
            names.sort();
            return Err(UnpackError::NothingUsable { names });
        };
        Ok(Unpacked {
            dataset,
            skipped: self.skipped,
        })
    }
}

impl UnpackError {
    fn io(error: &std::io::Error) -> Self {
        Self::Io {
            kind: error.kind(),
            detail: error.to_string(),
        }
    }

    fn zip(name: Option<&str>, error: &ZipError) -> Self {
        let name = name.unwrap_or_default().to_owned();
        match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)
            | ZipError::InvalidPassword => Self::Encrypted { name },
            ZipError::UnsupportedArchive(detail) => Self::Unsupported {
                name,
                detail: (*detail).to_owned(),
            },
            other => Self::Damaged {
                name,
                detail: other.to_string(),
            },
        }
    }
}

#[cfg(test)]
mod tests;
