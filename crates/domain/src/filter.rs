//! What a client asks of the features of a layer, as values that were checked: no text of a client's is left in them but
//! as a literal. `query::cql2` reads CQL2 into them, `store::filter` makes statements of them.
//!
//! Comparisons have three outcomes, as in SQL: what is not known compares to nothing (OGC 21-065r2, 6.5).

mod kinds;

pub use kinds::{Kind, KindFault};

use chrono::{DateTime, NaiveDate, Utc};
use geo_types::Geometry;

/// Something that a layer's features may be asked for, under the name that clients read it by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Queryable {
    /// Its name at the door.
    pub name: Box<str>,
    /// What its values are.
    pub kind: Kind,
    /// Where they come from.
    pub source: Source,
}

/// Where a value of a feature comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// Its code.
    Code,
    /// Its municipality.
    Ubigeo,
    /// Whether its code is a provisional one.
    Provisional,
    /// Its area in square metres, on the plane of EPSG:32718.
    Area,
    /// The first day on which its version holds.
    ValidFrom,
    /// The change that published its version.
    Change,
    /// Its shape.
    Shape,
    /// One of its attributes, by the name that it has there.
    Attribute(Box<str>),
}

/// A condition on a feature.
#[derive(Clone, PartialEq, Debug)]
pub enum Filter {
    /// All of them hold.
    And(Vec<Filter>),
    /// One of them holds.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A truth that stands alone: a property, `true` or `false`.
    Holds(Value),
    /// Two values compare.
    Compare(Comparison, Value, Value),
    /// A text is like a pattern: `%` any run, `_` any one character, `\` before one that is meant.
    Like(Value, Value),
    /// A value lies between two, both included.
    Between(Value, Value, Value),
    /// A value is one of these.
    In(Value, Vec<Value>),
    /// A value is not known.
    IsNull(Value),
    /// Two shapes stand so to each other.
    Spatial(Relation, Place, Place),
    /// Two times stand so to each other.
    Temporal(TimeRelation, Time, Time),
}

/// How two values compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value of a feature, a literal, or what is made of them.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A property.
    Property(Queryable),
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth.
    Truth(bool),
    /// A day.
    Day(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
    /// Two numbers make one.
    Arithmetic(Operator, Box<Value>, Box<Value>),
    /// A text without its cases.
    WithoutCase(Box<Value>),
    /// A text without its accents.
    WithoutAccents(Box<Value>),
}

/// How two numbers make one. Where there is no such number, it is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
    /// `div`: whole times.
    Div,
    /// `%`: what is left.
    Modulo,
    /// `^`
    Power,
}

/// A shape.
#[derive(Clone, PartialEq, Debug)]
pub enum Place {
    /// The feature's own.
    Own,
    /// A literal, in the system in which the land is kept.
    Literal(Geometry<f64>),
}

/// How two shapes stand to each other (OGC 06-103r4, 6.1.15).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// They have a point in common.
    Intersects,
    /// They have none.
    Disjoint,
    /// They are the same points.
    Equals,
    /// They meet at their borders only.
    Touches,
    /// The one goes through the other.
    Crosses,
    /// The first lies within the second.
    Within,
    /// The second lies within the first.
    Contains,
    /// Each has points of its own.
    Overlaps,
}

/// A time from one end to the other, both included; an instant has both ends in one.
#[derive(Clone, PartialEq, Debug)]
pub struct Time {
    /// Where it begins; open where there is none.
    pub from: Option<Value>,
    /// Where it ends.
    pub to: Option<Value>,
}

/// How two times stand to each other (Allen's relations, and two that join several of them).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeRelation {
    /// The first begins after the second ended.
    After,
    /// The first ended before the second begins.
    Before,
    /// The first begins before the second and ends after it.
    Contains,
    /// They have no instant in common.
    Disjoint,
    /// The first begins after the second and ends before it.
    During,
    /// Both ends are the same.
    Equals,
    /// They end together, and the first began earlier.
    FinishedBy,
    /// They end together, and the first began later.
    Finishes,
    /// They have an instant in common.
    Intersects,
    /// The second begins as the first ends.
    Meets,
    /// The first begins as the second ends.
    MetBy,
    /// The second began earlier, and ends within the first.
    OverlappedBy,
    /// The first began earlier, and ends within the second.
    Overlaps,
    /// They begin together, and the first ends later.
    StartedBy,
    /// They begin together, and the first ends earlier.
    Starts,
}

/// In which order features come: by this value, from the least or from the greatest.
#[derive(Clone, PartialEq, Debug)]
pub struct SortKey {
    /// By what.
    pub by: Queryable,
    /// Whether the greatest come first. Those without the value come last in any case.
    pub descending: bool,
}
