//! Answers from memory: immutable snapshots of what is in force, with packed trees, and their encodings.
//!
//! A snapshot is never changed; [`Feed`] swaps it for the next when a publication announces itself.

mod attributes;
pub mod cql2;
pub mod encode;
mod feed;
mod folded;
mod layer;
pub mod norms;
mod queryables;
mod selection;
mod shares;
mod snapshot;
pub mod tile;
mod window;

pub use attributes::attribute;
pub use feed::Feed;
pub use folded::folded;
pub use layer::{Entry, Found, Layer, Ready, ThemeDays, prepare};
pub use norms::NormShelf;
pub use queryables::SHAPE;
pub use shares::{Ground, Share, Shares, measure};
pub use snapshot::{Certificates, Equal, MunicipalityLand, Page, PageOf, Snapshot};
pub use window::Window;
