//! What the Instituto de Planificación keeps besides the land: dossiers, figures by period, stored questions.

pub mod agreement;
pub mod cadastral_project;
pub mod dossier;
pub mod indicator;
pub mod instrument;
pub mod investment;
pub mod period;
pub mod plan_tree;
pub mod report;
pub mod series;
pub mod source;
pub mod stored_query;
pub mod work;

pub use dossier::{DossierCode, DossierKind, FigureKind};
pub use investment::{Cui, Phase};
pub use period::{Period, Span};
pub use series::{SeriesState, SeriesStep};
pub use stored_query::StoredQuery;
