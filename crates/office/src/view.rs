//! The shapes that people and clients see, in Spanish.

mod certificate;
mod check;
mod check_text;
mod history;
mod inspection;
mod parcel;
mod ruling;
mod survey;
pub(crate) mod work;

pub use certificate::{
    CertificateShape, LiveCertificate, Place, Proof, SignatoryShape, StepShape, Today,
};
pub use check::{
    Balance, BasisView, BriefCheck, Check, InstrumentView, OverlayView, ParcelView, Receipt,
    ThemeState, ThemeView, ZoneView,
};
pub use history::{FeatureVersion, History, Kin, Version};
pub use inspection::{EvidenceShape, InspectionFacts, InspectionShape, Inspections};
pub use parcel::parcel;
pub use ruling::{ParameterView, RulingFinding};
pub(crate) use ruling::{findings, outcome, parameters};
pub use survey::{DecisionShape, SurveyShape};
pub use work::{ChangeShape, ConflictShape, FindingShape, Page};
