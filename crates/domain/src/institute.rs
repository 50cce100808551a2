//! What the Instituto de Planificación keeps besides the land: dossiers, figures by period, stored questions.

pub mod dossier;
pub mod period;
pub mod source;
pub mod stored_query;

pub use dossier::{DossierCode, DossierKind, FigureKind};
pub use period::{Period, Span};
pub use stored_query::StoredQuery;
