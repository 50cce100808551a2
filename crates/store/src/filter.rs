//! Filters as conditions of a statement. Every literal and every name of an attribute is a bound parameter: no text of
//! a client's becomes SQL.

use domain::filter::{
    Comparison, Filter, Kind, Operator, Place, Queryable, Relation, SortKey, Source, Time,
    TimeRelation, Value,
};
use sqlx::{Postgres, QueryBuilder};

use crate::geometry::Official;

type Sql = QueryBuilder<Postgres>;

/// Writes a condition on a row of `spatial_unit`, in brackets.
pub(crate) fn condition(filter: &Filter, sql: &mut Sql) {
    match filter {
        Filter::And(parts) => joined(parts, " and ", sql, condition),
        Filter::Or(parts) => joined(parts, " or ", sql, condition),
        Filter::Not(part) => {
            sql.push("(not ");
            condition(part, sql);
            sql.push(")");
        }
        Filter::Holds(truth) => value(truth, sql),
        Filter::Compare(comparison, a, b) => {
            let sign = match comparison {
                Comparison::Equal => " = ",
                Comparison::NotEqual => " <> ",
                Comparison::Less => " < ",
                Comparison::LessOrEqual => " <= ",
                Comparison::Greater => " > ",
                Comparison::GreaterOrEqual => " >= ",
            };
            let kind = common(&[a, b]);
            sql.push("(");
            operand(a, kind, sql);
            sql.push(sign);
            operand(b, kind, sql);
            sql.push(")");
        }
        Filter::Like(text, pattern) => {
            sql.push("(");
            operand(text, Kind::Text, sql);
            sql.push(" like ");
            operand(pattern, Kind::Text, sql);
            sql.push(")");
        }
        Filter::Between(between, low, high) => {
            let kind = common(&[between, low, high]);
            sql.push("(");
            operand(between, kind, sql);
            sql.push(" between ");
            operand(low, kind, sql);
            sql.push(" and ");
            operand(high, kind, sql);
            sql.push(")");
        }
        Filter::In(one, list) => {
            let kind = list
                .iter()
                .fold(one.kind(), |kind, other| wider(kind, other.kind()));
            sql.push("(");
            operand(one, kind, sql);
            sql.push(" in ");
            joined(list, ", ", sql, |other, sql| operand(other, kind, sql));
            sql.push(")");
        }
        Filter::IsNull(unknown) => {
            sql.push("(");
            value(unknown, sql);
            sql.push(" is null)");
        }
        Filter::Spatial(relation, a, b) => {
            sql.push(match relation {
                Relation::Intersects => "st_intersects(",
                Relation::Disjoint => "st_disjoint(",
                Relation::Equals => "st_equals(",
                Relation::Touches => "st_touches(",
                Relation::Crosses => "st_crosses(",
                Relation::Within => "st_within(",
                Relation::Contains => "st_contains(",
                Relation::Overlaps => "st_overlaps(",
            });
            place(a, sql);
            sql.push(", ");
            place(b, sql);
            sql.push(")");
        }
        Filter::Temporal(relation, a, b) => temporal(*relation, a, b, sql),
    }
}

/// Writes the order of rows: by these keys, then by municipality and code, so that no two rows share a place.
pub(crate) fn order(keys: &[SortKey], sql: &mut Sql) {
    sql.push(" order by ");
    for key in keys {
        let by = Value::Property(key.by.clone());
        operand(&by, by.kind(), sql);
        sql.push(if key.descending {
            " desc nulls last, "
        } else {
            " nulls last, "
        });
    }
    sql.push("ubigeo, code");
}

fn joined<T>(parts: &[T], between: &str, sql: &mut Sql, mut each: impl FnMut(&T, &mut Sql)) {
    sql.push("(");
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            sql.push(between);
        }
        each(part, sql);
    }
    sql.push(")");
}

/// What values are compared as: a day beside an instant is an instant.
fn common(values: &[&Value]) -> Kind {
    values
        .iter()
        .map(|value| value.kind())
        .reduce(wider)
        .unwrap_or(Kind::Text)
}

fn wider(a: Kind, b: Kind) -> Kind {
    if b == Kind::Instant { b } else { a }
}

/// A value as an operand of a comparison of a kind.
fn operand(of: &Value, kind: Kind, sql: &mut Sql) {
    if kind == Kind::Text {
        // By the bytes of its letters, whatever order the database was made with.
        sql.push("(");
        value(of, sql);
        sql.push(" collate \"C\")");
    } else if kind == Kind::Instant && of.kind() == Kind::Day {
        sql.push("(");
        value(of, sql);
        sql.push("::timestamp at time zone 'America/Lima')");
    } else {
        value(of, sql);
    }
}

fn value(of: &Value, sql: &mut Sql) {
    match of {
        Value::Property(queryable) => property(queryable, sql),
        Value::Text(text) => bound(text.clone(), "::text", sql),
        Value::Number(number) => bound(*number, "::float8", sql),
        Value::Truth(truth) => bound(*truth, "::boolean", sql),
        Value::Day(day) => bound(*day, "::date", sql),
        Value::Instant(instant) => bound(*instant, "::timestamptz", sql),
        Value::Arithmetic(operator, a, b) => {
            let (before, between, after) = match operator {
                Operator::Plus => ("(", " + ", ")"),
                Operator::Minus => ("(", " - ", ")"),
                Operator::Times => ("(", " * ", ")"),
                Operator::Over => ("(", " / nullif(", ", 0))"),
                Operator::Div => ("trunc(", " / nullif(", ", 0))"),
                Operator::Modulo => ("mod((", ")::numeric, nullif((", ")::numeric, 0))::float8"),
                Operator::Power => ("power(", ", ", ")"),
            };
            sql.push(before);
            value(a, sql);
            sql.push(between);
            value(b, sql);
            sql.push(after);
        }
        Value::WithoutCase(text) => {
            sql.push("lower(");
            value(text, sql);
            sql.push(" collate \"und-x-icu\")");
        }
        Value::WithoutAccents(text) => {
            // The letter and its marks apart, then the marks away.
            sql.push("regexp_replace(normalize(");
            value(text, sql);
            sql.push(", nfd), '[\\u0300-\\u036f]+', '', 'g')");
        }
    }
}

fn bound<'q, T>(of: T, cast: &str, sql: &mut Sql)
where
    T: 'q + sqlx::Encode<'q, Postgres> + sqlx::Type<Postgres>,
{
    sql.push_bind(of);
    sql.push(cast);
}

fn property(queryable: &Queryable, sql: &mut Sql) {
    let column = match &queryable.source {
        Source::Code => "code",
        Source::Ubigeo => "ubigeo",
        Source::Provisional => "(code like 'P%')",
        // As it is shown.
        Source::Area => "round(st_area(geom)::numeric, 2)::float8",
        Source::ValidFrom => "lower(valid)",
        Source::Change => "change_from::float8",
        Source::Shape => "geom",
        Source::Attribute(name) => return attribute(name, queryable.kind, sql),
    };
    sql.push(column);
}

/// An attribute as a kind; one that is there as another is not known.
fn attribute(name: &str, kind: Kind, sql: &mut Sql) {
    let (before, after) = match kind {
        Kind::Text | Kind::Shape => ("(", ")"),
        Kind::Number => {
            sql.push("(case jsonb_typeof(attributes -> ");
            bound(name.to_owned(), "::text", sql);
            (") when 'number' then (", ")::float8 end)")
        }
        Kind::Truth => {
            sql.push("(case jsonb_typeof(attributes -> ");
            bound(name.to_owned(), "::text", sql);
            (") when 'boolean' then (", ")::boolean end)")
        }
        Kind::Day => ("filter_day(", ")"),
        Kind::Instant => ("filter_instant(", ")"),
    };
    sql.push(before);
    sql.push("attributes ->> ");
    bound(name.to_owned(), "::text", sql);
    sql.push(after);
}

fn place(of: &Place, sql: &mut Sql) {
    match of {
        Place::Own => {
            sql.push("geom");
        }
        Place::Literal(shape) => {
            sql.push_bind(Official(shape.clone()));
        }
    }
}

/// One end of a time.
#[derive(Clone, Copy)]
enum End {
    From,
    To,
}

fn temporal(relation: TimeRelation, a: &Time, b: &Time, sql: &mut Sql) {
    use End::{From, To};
    // Of the first, sign, of the second.
    let parts: &[(End, &str, End)] = match relation {
        TimeRelation::After => &[(From, " > ", To)],
        TimeRelation::Before => &[(To, " < ", From)],
        TimeRelation::Contains => &[(From, " < ", From), (To, " > ", To)],
        TimeRelation::Disjoint | TimeRelation::Intersects => {
            &[(From, " <= ", To), (To, " >= ", From)]
        }
        TimeRelation::During => &[(From, " > ", From), (To, " < ", To)],
        TimeRelation::Equals => &[(From, " = ", From), (To, " = ", To)],
        TimeRelation::FinishedBy => &[(From, " < ", From), (To, " = ", To)],
        TimeRelation::Finishes => &[(From, " > ", From), (To, " = ", To)],
        TimeRelation::Meets => &[(To, " = ", From)],
        TimeRelation::MetBy => &[(From, " = ", To)],
        TimeRelation::OverlappedBy => &[(From, " > ", From), (From, " < ", To), (To, " > ", To)],
        TimeRelation::Overlaps => &[(From, " < ", From), (To, " > ", From), (To, " < ", To)],
        TimeRelation::StartedBy => &[(From, " = ", From), (To, " > ", To)],
        TimeRelation::Starts => &[(From, " = ", From), (To, " < ", To)],
    };
    if relation == TimeRelation::Disjoint {
        sql.push("(not ");
    }
    joined(parts, " and ", sql, |(first, sign, second), sql| {
        end(a, *first, sql);
        sql.push(sign);
        end(b, *second, sql);
    });
    if relation == TimeRelation::Disjoint {
        sql.push(")");
    }
}

fn end(of: &Time, which: End, sql: &mut Sql) {
    let (at, open) = match which {
        End::From => (&of.from, "'-infinity'::timestamptz"),
        End::To => (&of.to, "'infinity'::timestamptz"),
    };
    match at {
        Some(at) => operand(at, Kind::Instant, sql),
        None => {
            sql.push(open);
        }
    }
}
