//! Typst behind one function.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::Error;

/// A template by its name among ours, and the file that they all begin with.
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

const STYLE: &str = include_str!("../templates/estilo.typ");

/// The fonts that come with the program, so that a document is the same on every machine.
static FONTS: LazyLock<FontStore> = LazyLock::new(|| {
    let mut fonts = FontStore::new();
    fonts.extend(typst_kit::fonts::embedded());
    fonts
});

/// The one family of the documents.
const FAMILY: &str = "libertinus serif";

/// Whether the documents' family has a sign. What it lacks cannot be in a document made to be kept.
pub(crate) fn can_print(sign: char) -> bool {
    !sign.is_control()
        && FONTS
            .book()
            .select_family(FAMILY)
            .filter_map(|index| FONTS.book().info(index))
            .all(|info| info.coverage.contains(sign.into()))
}

/// A PDF of a template and its values (JSON), as of a day. Made to be kept and to be read aloud (PDF/A-2a, PDF/UA-1).
pub(crate) fn typeset(
    template: &Template,
    values: &impl serde::Serialize,
    ident: &str,
    day: NaiveDate,
) -> Result<Vec<u8>, Error> {
    let values =
        serde_json::to_vec(values).map_err(|error| Error::Typesetting(error.to_string()))?;
    let desk = Desk::new(template, values);
    let compiled = typst::compile::<PagedDocument>(&desk).output;
    let failed = |errors: &[typst::diag::SourceDiagnostic]| {
        let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        Error::Typesetting(format!("{}: {}", template.name, messages.join("; ")))
    };
    let document = compiled.map_err(|errors| failed(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| Error::Typesetting(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(ident.to_owned()),
        creator: Smart::Custom(Some("catastro".to_owned())),
        timestamp: midnight(day).map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| failed(&errors));
    // What typst remembers of this document helps the next one little, and would grow without end.
    typst::comemo::evict(2);
    pdf
}

fn midnight(day: NaiveDate) -> Option<Datetime> {
    let (month, date) = (
        u8::try_from(day.month()).ok()?,
        u8::try_from(day.day()).ok()?,
    );
    Datetime::from_ymd_hms(day.year(), month, date, 0, 0, 0)
}

/// All that a template can reach: the style, itself, and its values.
struct Desk {
    library: LazyHash<Library>,
    main: Source,
    style: Source,
    values: (FileId, Bytes),
}

impl Desk {
    fn new(template: &Template, values: Vec<u8>) -> Self {
        Self {
            library: LazyHash::new(Library::default()),
            main: Source::new(id(template.name), template.text.to_owned()),
            style: Source::new(id("/estilo.typ"), STYLE.to_owned()),
            values: (id("/datos.json"), Bytes::new(values)),
        }
    }
}

/// Our own names are good paths.
fn id(name: &'static str) -> FileId {
    let path = VirtualPath::new(name)
        .unwrap_or_else(|_| VirtualPath::new("/").unwrap_or_else(|_| unreachable!()));
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        FONTS.book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.main, &self.style]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (values, bytes) = &self.values;
        if *values == id {
            Ok(bytes.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.font(index)
    }

    /// No clock: the day is among the values.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
