//! Why an archive is refused. Names are as the archive spells them, made printable.

use std::io;

/// The archive cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// The disk or the upload itself failed.
    #[error("input or output: {detail}")]
    Io {
        /// What kind of failure.
        kind: io::ErrorKind,
        /// What the system said.
        detail: String,
    },
    /// Cut off or inconsistent.
    #[error("damaged archive, {name:?}: {detail}")]
    Damaged {
        /// The entry, or empty for the archive as a whole.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// It says it has another number of entries than there are, or several of one name.
    #[error("the archive has another number of entries than it says, or two of one name")]
    CountDiffers,
    /// Packed by a method that we do not take.
    #[error("{name:?} is packed by a method that is not taken: {detail}")]
    Unsupported {
        /// The entry.
        name: String,
        /// What the reader said.
        detail: String,
    },
    /// Needs a password.
    #[error("{name:?} is encrypted")]
    Encrypted {
        /// The entry.
        name: String,
    },
    /// A link instead of a file.
    #[error("{name:?} is a symbolic link")]
    Symlink {
        /// The entry.
        name: String,
    },
    /// A name that leads out of the folder.
    #[error("{name:?} leads outside of the archive")]
    Traversal {
        /// The entry.
        name: String,
    },
    /// A name longer than [`super::NAME_MAX`].
    #[error("{name:?} is too long a name")]
    NameTooLong {
        /// The entry.
        name: String,
    },
    /// An archive in the archive.
    #[error("{name:?} is an archive in the archive")]
    Nested {
        /// The entry.
        name: String,
    },
    /// Two files of one name in different folders of the archive.
    #[error("{first:?} and {second:?} have one name")]
    Duplicate {
        /// The earlier entry.
        first: String,
        /// The later entry.
        second: String,
    },
    /// More entries than [`super::ENTRIES_MAX`].
    #[error("{count} entries are too many")]
    TooManyEntries {
        /// How many it says it has.
        count: u64,
    },
    /// More bytes than [`super::BYTES_MAX`].
    #[error("more than {} bytes", super::BYTES_MAX)]
    TooLarge,
    /// It grows beyond measure as it is unpacked.
    #[error("{name:?} grows {ratio} times")]
    Bomb {
        /// The entry.
        name: String,
        /// How many times larger it would be.
        ratio: u64,
    },
    /// More comes out than the archive declares.
    #[error("{name:?} is longer than the archive says")]
    LongerThanDeclared {
        /// The entry.
        name: String,
    },
    /// None of the formats that are taken in it.
    #[error("nothing to read among {names:?}")]
    NothingUsable {
        /// What is in it.
        names: Vec<String>,
    },
    /// More than one dataset.
    #[error("several datasets: {names:?}")]
    SeveralDatasets {
        /// The datasets' names.
        names: Vec<String>,
    },
}
