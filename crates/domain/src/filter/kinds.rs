//! What kinds of values there are, and which of them have something to say to each other.

use super::{Filter, Place, Time, Value};

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A truth.
    Truth,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// A shape.
    Shape,
}

/// Two kinds were put together that have nothing to say to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{found:?} where {expected:?} belongs")]
pub struct KindFault {
    /// What there should be.
    pub expected: Kind,
    /// What there is.
    pub found: Kind,
}

impl Value {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Property(property) => property.kind,
            Self::Text(_) | Self::WithoutCase(_) | Self::WithoutAccents(_) => Kind::Text,
            Self::Number(_) | Self::Arithmetic(..) => Kind::Number,
            Self::Truth(_) => Kind::Truth,
            Self::Day(_) => Kind::Day,
            Self::Instant(_) => Kind::Instant,
        }
    }
}

impl Filter {
    /// Whether all kinds in it go together: nothing is compared that cannot be.
    ///
    /// # Errors
    /// The first pair that does not.
    pub fn check(&self) -> Result<(), KindFault> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().try_for_each(Self::check),
            Self::Not(part) => part.check(),
            Self::Holds(value) => expect(value, Kind::Truth),
            Self::Compare(_, a, b) => alike(a, b),
            Self::Like(a, b) => expect(a, Kind::Text).and_then(|()| expect(b, Kind::Text)),
            Self::Between(value, low, high) => alike(value, low).and_then(|()| alike(value, high)),
            Self::In(value, list) => list.iter().try_for_each(|one| alike(value, one)),
            Self::IsNull(value) => inside(value),
            Self::Spatial(_, Place::Own | Place::Literal(_), _) => Ok(()),
            Self::Temporal(_, a, b) => time(a).and_then(|()| time(b)),
        }
    }
}

/// A day and an instant compare: a day is its first instant, in the time of the province.
fn alike(a: &Value, b: &Value) -> Result<(), KindFault> {
    inside(a)?;
    inside(b)?;
    match (a.kind(), b.kind()) {
        (Kind::Shape, found) | (found, Kind::Shape) => Err(KindFault {
            expected: Kind::Text,
            found,
        }),
        (Kind::Day | Kind::Instant, Kind::Day | Kind::Instant) => Ok(()),
        (expected, found) if expected == found => Ok(()),
        (expected, found) => Err(KindFault { expected, found }),
    }
}

fn expect(value: &Value, expected: Kind) -> Result<(), KindFault> {
    inside(value)?;
    let found = value.kind();
    (found == expected)
        .then_some(())
        .ok_or(KindFault { expected, found })
}

/// What a value is made of.
fn inside(value: &Value) -> Result<(), KindFault> {
    match value {
        Value::Arithmetic(_, a, b) => {
            expect(a, Kind::Number).and_then(|()| expect(b, Kind::Number))
        }
        Value::WithoutCase(text) | Value::WithoutAccents(text) => expect(text, Kind::Text),
        _ => Ok(()),
    }
}

fn time(time: &Time) -> Result<(), KindFault> {
    [&time.from, &time.to]
        .into_iter()
        .flatten()
        .try_for_each(|end| match end.kind() {
            Kind::Day | Kind::Instant => Ok(()),
            found => Err(KindFault {
                expected: Kind::Instant,
                found,
            }),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{Comparison, Operator};

    #[test]
    fn what_cannot_be_compared_is_told() {
        let number = || Value::Number(1.0);
        let text = || Value::Text("a".to_owned());
        let compare = |a, b| Filter::Compare(Comparison::Equal, a, b).check();
        assert_eq!(compare(number(), number()), Ok(()));
        assert_eq!(
            compare(number(), text()),
            Err(KindFault {
                expected: Kind::Number,
                found: Kind::Text
            })
        );
        let sum = |b| Value::Arithmetic(Operator::Plus, Box::new(number()), Box::new(b));
        assert_eq!(compare(sum(number()), number()), Ok(()));
        assert!(compare(sum(text()), number()).is_err());
        assert!(
            Filter::Not(Box::new(Filter::Holds(text())))
                .check()
                .is_err()
        );
        assert!(Filter::In(text(), vec![text(), number()]).check().is_err());
        assert!(Filter::Like(text(), text()).check().is_ok());
    }
}
