//! Typesetting: one template, its data, the fonts of the program; no file, no network, no clock.

use std::{fmt::Write as _, sync::LazyLock};

use serde::Serialize;
use sha2::{Digest, Sha256};
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Dict, Duration, IntoValue, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// What can be printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// Plano perimétrico.
    Plan,
    /// Memoria descriptiva.
    Memoria,
    /// Ficha of a parcel.
    Record,
    /// A certificate.
    Certificate,
    /// Ficha of a project of investment.
    Project,
    /// A report by thematic axis.
    Report,
}

impl Template {
    /// Its name in the folder of templates.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plan => "plano",
            Self::Memoria => "memoria",
            Self::Record => "ficha",
            Self::Certificate => "certificado",
            Self::Project => "proyecto",
            Self::Report => "informe",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Plan => include_str!("../templates/plano.typ"),
            Self::Memoria => include_str!("../templates/memoria.typ"),
            Self::Record => include_str!("../templates/ficha.typ"),
            Self::Certificate => include_str!("../templates/certificado.typ"),
            Self::Project => include_str!("../templates/proyecto.typ"),
            Self::Report => include_str!("../templates/informe.typ"),
        }
    }
}

/// What all templates share.
const STYLE: &str = include_str!("../templates/estilo.typ");

/// The standards that a document keeps, the strictest first: archived and readable aloud; archived. Arabic letters, to
/// name some, have glyphs without a character of their own, which the first ones refuse.
const STANDARDS: [&[PdfStandard]; 3] = [
    &[PdfStandard::A_2a, PdfStandard::Ua_1],
    &[PdfStandard::A_2b],
    &[],
];

/// After so many further documents what the typesetter remembers of one is forgotten.
const REMEMBERED: usize = 5;

/// A template with its data, ready to be typeset.
#[derive(Clone, Debug)]
pub struct Document {
    template: Template,
    data: String,
}

/// A template and its data do not go together: a fault of ours.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{template}: {complaint}")]
pub struct Misprint {
    /// The template.
    pub template: &'static str,
    /// What the typesetter said.
    pub complaint: String,
}

impl Document {
    /// A document. Its data reach the template as the text of a JSON value.
    pub fn new(template: Template, data: &impl Serialize) -> Result<Self, Misprint> {
        let data = serde_json::to_string(data).map_err(|error| Misprint {
            template: template.name(),
            complaint: error.to_string(),
        })?;
        Ok(Self { template, data })
    }

    /// SHA-256 of all that its bytes depend on, in hexadecimal: known before it is typeset.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in [
            env!("CARGO_PKG_VERSION"),
            self.template.text(),
            STYLE,
            &self.data,
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize()
            .iter()
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    /// The bytes of its PDF. Takes a processor for some tenths of a second.
    pub fn pdf(&self) -> Result<Vec<u8>, Misprint> {
        let world = OneDocument::of(self);
        let printed = typst::compile::<PagedDocument>(&world)
            .output
            .and_then(|pages| {
                let mut printed = Ok(Vec::new());
                for standards in STANDARDS {
                    printed = typst_pdf::pdf(&pages, &options(self.fingerprint(), standards));
                    if printed.is_ok() {
                        break;
                    }
                }
                printed
            })
            .map_err(|complaints| Misprint {
                template: self.template.name(),
                complaint: told(&complaints),
            });
        typst::comemo::evict(REMEMBERED);
        printed
    }
}

fn options(ident: String, standards: &[PdfStandard]) -> PdfOptions {
    PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("catastro".to_owned())),
        // The list is ours, and a test prints with it; without a standard a document is still a document.
        standards: PdfStandards::new(standards).unwrap_or_default(),
        ..PdfOptions::default()
    }
}

fn told(complaints: &[SourceDiagnostic]) -> String {
    let lines: Vec<&str> = complaints.iter().map(|one| one.message.as_str()).collect();
    lines.join("; ")
}

/// The fonts that the program carries: the same on every machine.
static FONTS: LazyLock<FontStore> = LazyLock::new(|| {
    let mut fonts = FontStore::new();
    fonts.extend(typst_kit::fonts::embedded());
    fonts
});

/// Whether one of our fonts has all of these letters.
pub(crate) fn has_letters(word: &str) -> bool {
    let book: &FontBook = FONTS.book();
    (0..).map_while(|index| book.info(index)).any(|font| {
        word.chars()
            .all(|letter| font.coverage.contains(letter.into()))
    })
}

/// What the typesetter may see.
struct OneDocument {
    standard: LazyHash<Library>,
    main: Source,
    style: Source,
}

impl OneDocument {
    fn of(document: &Document) -> Self {
        let mut inputs = Dict::new();
        inputs.insert("datos".into(), document.data.as_str().into_value());
        let source = |name: &str, text: &str| {
            // Names of ours, without `..`: the path is one.
            let path = VirtualPath::new(format!("/{name}.typ")).ok()?;
            let id = RootedPath::new(VirtualRoot::Project, path).intern();
            Some(Source::new(id, text.to_owned()))
        };
        let or_empty = |source: Option<Source>| source.unwrap_or_else(|| Source::detached(""));
        Self {
            standard: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            main: or_empty(source(document.template.name(), document.template.text())),
            style: or_empty(source("estilo", STYLE)),
        }
    }
}

impl World for OneDocument {
    fn library(&self) -> &LazyHash<Library> {
        &self.standard
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

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
