//! From the parser's tree to a filter.

use chrono::{DateTime, NaiveDate, Utc};
use cql2::Expr;
use domain::filter::{
    Comparison, Filter, Kind, Operator, Place, Queryable, Relation, Time, TimeRelation, Value,
};

use super::{Fault, Scope, shape};

/// A condition.
pub(super) fn condition(tree: &Expr, scope: &Scope<'_>) -> Result<Filter, Fault> {
    let Expr::Operation { op, args } = tree else {
        return match value(tree, scope)? {
            truth if truth.kind() == Kind::Truth => Ok(Filter::Holds(truth)),
            _ => Err(Fault::NoCondition),
        };
    };
    let wrong = || Fault::Arguments(op.clone());
    let conditions =
        || -> Result<Vec<Filter>, Fault> { args.iter().map(|arg| condition(arg, scope)).collect() };
    let two = || match &args[..] {
        [a, b] => Ok((value(a, scope)?, value(b, scope)?)),
        _ => Err(wrong()),
    };
    match op.as_str() {
        "and" => conditions().map(Filter::And),
        "or" => conditions().map(Filter::Or),
        "not" => match &args[..] {
            [one] => Ok(Filter::Not(Box::new(condition(one, scope)?))),
            _ => Err(wrong()),
        },
        "like" => two().map(|(text, pattern)| Filter::Like(text, pattern)),
        "isNull" => match &args[..] {
            [one] => Ok(Filter::IsNull(value_or_shape(one, scope)?)),
            _ => Err(wrong()),
        },
        "between" => match &args[..] {
            [one, low, high] => Ok(Filter::Between(
                value(one, scope)?,
                value(low, scope)?,
                value(high, scope)?,
            )),
            _ => Err(wrong()),
        },
        "in" => match &args[..] {
            [one, list] => match list.as_ref() {
                Expr::Array(list) if !list.is_empty() => Ok(Filter::In(
                    value(one, scope)?,
                    list.iter()
                        .map(|item| value(item, scope))
                        .collect::<Result<_, _>>()?,
                )),
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        },
        name => {
            if let Some(comparison) = comparison(name) {
                return two().map(|(a, b)| Filter::Compare(comparison, a, b));
            }
            if operator(name).is_some() || matches!(name, "casei" | "accenti") {
                return Err(Fault::NoCondition);
            }
            let [a, b] = &args[..] else {
                return Err(known(name, wrong()));
            };
            if let Some(relation) = relation(name) {
                return Ok(Filter::Spatial(
                    relation,
                    place(a, scope)?,
                    place(b, scope)?,
                ));
            }
            match time_relation(name) {
                Some(relation) => Ok(Filter::Temporal(relation, time(a, scope)?, time(b, scope)?)),
                None => Err(Fault::Function(name.to_owned())),
            }
        }
    }
}

/// A function that is there was called wrongly; one that is not is told as such.
fn known(name: &str, wrong: Fault) -> Fault {
    if relation(name).is_some() || time_relation(name).is_some() {
        wrong
    } else {
        Fault::Function(name.to_owned())
    }
}

fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        "=" => Comparison::Equal,
        "<>" | "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn relation(name: &str) -> Option<Relation> {
    Some(match name {
        "s_intersects" => Relation::Intersects,
        "s_disjoint" => Relation::Disjoint,
        "s_equals" => Relation::Equals,
        "s_touches" => Relation::Touches,
        "s_crosses" => Relation::Crosses,
        "s_within" => Relation::Within,
        "s_contains" => Relation::Contains,
        "s_overlaps" => Relation::Overlaps,
        _ => return None,
    })
}

fn time_relation(name: &str) -> Option<TimeRelation> {
    Some(match name {
        "t_after" => TimeRelation::After,
        "t_before" => TimeRelation::Before,
        "t_contains" => TimeRelation::Contains,
        "t_disjoint" => TimeRelation::Disjoint,
        "t_during" => TimeRelation::During,
        "t_equals" => TimeRelation::Equals,
        "t_finishedBy" => TimeRelation::FinishedBy,
        "t_finishes" => TimeRelation::Finishes,
        "t_intersects" => TimeRelation::Intersects,
        "t_meets" => TimeRelation::Meets,
        "t_metBy" => TimeRelation::MetBy,
        "t_overlappedBy" => TimeRelation::OverlappedBy,
        "t_overlaps" => TimeRelation::Overlaps,
        "t_startedBy" => TimeRelation::StartedBy,
        "t_starts" => TimeRelation::Starts,
        _ => return None,
    })
}

fn operator(name: &str) -> Option<Operator> {
    Some(match name {
        "+" => Operator::Plus,
        "-" => Operator::Minus,
        "*" => Operator::Times,
        "/" => Operator::Over,
        "div" => Operator::Div,
        "%" => Operator::Modulo,
        "^" => Operator::Power,
        _ => return None,
    })
}

/// A value, which no shape is.
fn value(tree: &Expr, scope: &Scope<'_>) -> Result<Value, Fault> {
    match value_or_shape(tree, scope)? {
        shape if shape.kind() == Kind::Shape => Err(Fault::NoCondition),
        value => Ok(value),
    }
}

fn value_or_shape(tree: &Expr, scope: &Scope<'_>) -> Result<Value, Fault> {
    match tree {
        Expr::Property { property } => Ok(Value::Property(named(property, scope)?.clone())),
        Expr::Literal(text) => Ok(Value::Text(text.clone())),
        Expr::Float(number) if number.is_finite() => Ok(Value::Number(*number)),
        Expr::Float(number) => Err(Fault::Arguments(number.to_string())),
        Expr::Bool(truth) => Ok(Value::Truth(*truth)),
        Expr::Date { date } => literal(date).and_then(day).map(Value::Day),
        Expr::Timestamp { timestamp } => literal(timestamp).and_then(instant).map(Value::Instant),
        Expr::Operation { op, args } => operation(op, args, scope),
        Expr::Interval { .. }
        | Expr::BBox { .. }
        | Expr::Array(_)
        | Expr::Geometry(_)
        | Expr::Null => Err(Fault::NoCondition),
    }
}

fn operation(name: &str, args: &[Box<Expr>], scope: &Scope<'_>) -> Result<Value, Fault> {
    let wrong = || Fault::Arguments(name.to_owned());
    if let Some(operator) = operator(name) {
        // The crate lets a chain have any number of operands: to the left.
        let (first, rest) = args.split_first().ok_or_else(wrong)?;
        if rest.is_empty() {
            return Err(wrong());
        }
        return rest.iter().try_fold(value(first, scope)?, |left, right| {
            let right = value(right, scope)?;
            Ok(Value::Arithmetic(operator, Box::new(left), Box::new(right)))
        });
    }
    let folded: fn(Box<Value>) -> Value = match name {
        "casei" => Value::WithoutCase,
        "accenti" => Value::WithoutAccents,
        _ if comparison(name).is_some() => return Err(Fault::NoCondition),
        _ => return Err(Fault::Function(name.to_owned())),
    };
    match args {
        [one] => Ok(folded(Box::new(value(one, scope)?))),
        _ => Err(wrong()),
    }
}

fn named<'a>(name: &str, scope: &Scope<'a>) -> Result<&'a Queryable, Fault> {
    scope
        .queryables
        .iter()
        .find(|queryable| *queryable.name == *name)
        .ok_or_else(|| Fault::Property(name.to_owned()))
}

fn place(tree: &Expr, scope: &Scope<'_>) -> Result<Place, Fault> {
    match tree {
        Expr::Property { property } => match named(property, scope)?.kind {
            Kind::Shape => Ok(Place::Own),
            found => Err(Fault::Kinds(domain::filter::KindFault {
                expected: Kind::Shape,
                found,
            })),
        },
        Expr::Geometry(_) | Expr::BBox { .. } => shape::literal(tree, scope).map(Place::Literal),
        Expr::Operation { op, .. } => Err(Fault::Function(op.clone())),
        _ => Err(Fault::Shape),
    }
}

fn time(tree: &Expr, scope: &Scope<'_>) -> Result<Time, Fault> {
    let Expr::Interval { interval } = tree else {
        let at = value(tree, scope)?;
        return Ok(Time {
            from: Some(at.clone()),
            to: Some(at),
        });
    };
    let end = |tree: &Expr| match tree {
        Expr::Literal(text) if text == ".." => Ok(None),
        // Inside an interval a text is a time: its form tells which.
        Expr::Literal(text) => day(text)
            .map(Value::Day)
            .or_else(|_| instant(text).map(Value::Instant))
            .map(Some),
        other => value(other, scope).map(Some),
    };
    match &interval[..] {
        [from, to] => Ok(Time {
            from: end(from)?,
            to: end(to)?,
        }),
        _ => Err(Fault::Arguments("interval".to_owned())),
    }
}

fn literal(tree: &Expr) -> Result<&str, Fault> {
    match tree {
        Expr::Literal(text) => Ok(text),
        _ => Err(Fault::Time(String::new())),
    }
}

/// Years that the database and we can count: beyond them nobody asks for land.
fn plain(day: NaiveDate) -> bool {
    use chrono::Datelike;
    (1..=9999).contains(&day.year())
}

fn day(text: &str) -> Result<NaiveDate, Fault> {
    text.parse()
        .ok()
        .filter(|day| plain(*day))
        .ok_or_else(|| Fault::Time(text.to_owned()))
}

fn instant(text: &str) -> Result<DateTime<Utc>, Fault> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|at| at.to_utc())
        .filter(|at| plain(at.date_naive()))
        .ok_or_else(|| Fault::Time(text.to_owned()))
}
