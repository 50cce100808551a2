//! Paper from values: the same input gives the same bytes.
//!
//! To add a document: 1. `templates/<name>.typ`, which begins with `#import "/style.typ": *`; 2. a line in
//! [`Template`]; 3. a module that makes its [`Document`] from values. What comes from outside passes [`text::shown`] and
//! reaches a template as data, never as its text.

mod border;
mod certificate;
mod memoria;
mod parcel;
mod plan;
mod press;
mod project;
mod record;
mod report;
mod table;
pub mod text;
mod words;

pub use certificate::{certificate, certificate_frame};
pub use memoria::memoria;
pub use parcel::{Kin, Parcel, Place};
pub use plan::{Drawing, Frame, PlanTooLarge, Surroundings, plan};
pub use press::{Document, Misprint, Template};
pub use project::{Project, ProjectEvidence, project};
pub use record::record;
pub use report::{ReportIndicator, ReportRow, ReportSection, ReportSheet, report};

/// Most vertices of a parcel on paper: 60 pages of its table. The largest lot of a town among our test data has a tenth.
pub const VERTICES_MAX: usize = 3_000;
