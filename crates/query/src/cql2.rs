//! CQL2 (OGC 21-065r2), text and JSON, read into filters over an allow-list of queryables. The crate `cql2` parses;
//! nothing else of it is used: its own way to SQL binds nothing and knows every function of the database.

mod lower;
mod shape;
mod tree;

use domain::filter::{Filter, KindFault, Queryable};
use geo_types::Geometry;

/// How a filter is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// `cql2-text`
    Text,
    /// `cql2-json`
    Json,
}

/// What a filter may speak of.
pub struct Scope<'a> {
    /// The properties that features may be asked for.
    pub queryables: &'a [Queryable],
    /// Brings a literal shape from the filter's reference system to that of the land; one that lies where none of the
    /// land can be may come out empty.
    pub ground: &'a dyn Fn(Geometry<f64>) -> Result<Geometry<f64>, NoSuchPlace>,
    /// Whether the filter's coordinates are longitude and latitude, so that a box may go across the antimeridian.
    pub degrees: bool,
}

/// A literal shape that is in no place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a shape that is in no place")]
pub struct NoSuchPlace;

/// Longest filter, in bytes: what an address can carry.
pub const LENGTH_MAX: usize = 8 * 1024;
/// How deep brackets, lists and objects may lie in each other.
pub const DEPTH_MAX: usize = 24;

/// Why a filter was refused.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Fault {
    /// It is longer than [`LENGTH_MAX`].
    #[error("longer than {LENGTH_MAX} bytes")]
    TooLong,
    /// It lies deeper than [`DEPTH_MAX`].
    #[error("deeper than {DEPTH_MAX}")]
    TooDeep,
    /// It cannot be read; at this character, counted from one, where that is known.
    #[error("not read, at {at:?}")]
    Syntax {
        /// The place.
        at: Option<usize>,
    },
    /// It takes more steps to read than anybody's filter does.
    #[error("too intricate to be read")]
    TooIntricate,
    /// There is no such property.
    #[error("no property {0}")]
    Property(String),
    /// There is no such function or operator here.
    #[error("no function {0}")]
    Function(String),
    /// A function has not the arguments that it takes.
    #[error("arguments of {0}")]
    Arguments(String),
    /// It is a value, not a condition.
    #[error("no condition")]
    NoCondition,
    /// Values are compared that cannot be.
    #[error(transparent)]
    Kinds(#[from] KindFault),
    /// It is no day or instant.
    #[error("no day or instant: {0}")]
    Time(String),
    /// A shape that is no shape: rings that cross, too few points, coordinates that are no numbers.
    #[error("no shape")]
    Shape,
    /// A collection of shapes of several kinds.
    #[error("a mixed collection")]
    MixedCollection,
    /// A shape whose coordinates are in no place.
    #[error(transparent)]
    Place(#[from] NoSuchPlace),
}

/// Reads a filter.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str, language: Language, scope: &Scope<'_>) -> Result<Filter, Fault> {
    let tree = tree::parse(text, language)?;
    let filter = lower::condition(&tree, scope)?;
    filter.check()?;
    Ok(filter)
}

#[cfg(test)]
mod tests;
