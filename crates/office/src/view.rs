//! The shapes that people and clients see, in Spanish.

mod check;
mod check_text;
mod parcel;
mod survey;

pub use check::{
    Balance, BasisView, Check, InstrumentView, OverlayView, ParcelView, Receipt, ThemeState,
    ThemeView, ZoneView,
};
pub use parcel::parcel;
pub use survey::{DecisionShape, SurveyShape};
