use domain::filter::{Comparison, Kind, Place, Relation, Source, Value};

use super::*;

fn queryables() -> Vec<Queryable> {
    let one = |name: &str, kind| Queryable {
        name: name.into(),
        kind,
        source: match kind {
            Kind::Shape => Source::Shape,
            _ => Source::Attribute(name.into()),
        },
    };
    vec![
        one("uso", Kind::Text),
        one("pisos", Kind::Number),
        one("techado", Kind::Truth),
        one("desde", Kind::Day),
        one("geometry", Kind::Shape),
    ]
}

fn reading(text: &str, language: Language) -> Result<Filter, Fault> {
    let queryables = queryables();
    read(
        text,
        language,
        &Scope {
            queryables: &queryables,
            ground: &Ok,
            degrees: true,
        },
    )
}

fn check_refused(text: &str, expected: &Fault) {
    assert_eq!(
        reading(text, Language::Text).as_ref(),
        Err(expected),
        "{text}"
    );
}

#[test]
fn both_encodings_say_the_same() {
    let pairs = [
        ("pisos > 2", r#"{"op":">","args":[{"property":"pisos"},2]}"#),
        (
            "uso LIKE 'viv%' AND NOT techado = true",
            r#"{"op":"and","args":[{"op":"like","args":[{"property":"uso"},"viv%"]},
               {"op":"not","args":[{"op":"=","args":[{"property":"techado"},true]}]}]}"#,
        ),
        (
            "desde >= DATE('2026-01-01')",
            r#"{"op":">=","args":[{"property":"desde"},{"date":"2026-01-01"}]}"#,
        ),
        (
            "S_INTERSECTS(geometry, POINT(-76.9 -6.1))",
            r#"{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[-76.9,-6.1]}]}"#,
        ),
    ];
    for (text, json) in pairs {
        let read = reading(text, Language::Text);
        assert!(read.is_ok(), "{text}: {read:?}");
        assert_eq!(read, reading(json, Language::Json), "{text}");
    }
}

#[test]
fn a_filter_becomes_values_and_no_text() {
    let read = reading("uso = 'o''hara''; drop table parcel; --'", Language::Text);
    let literal = Value::Text("o'hara'; drop table parcel; --".to_owned());
    assert!(
        matches!(&read, Ok(Filter::Compare(Comparison::Equal, Value::Property(_), text)) if *text == literal),
        "{read:?}"
    );
}

#[test]
fn what_is_not_on_the_list_is_refused_by_name() {
    check_refused("pg_sleep = 1", &Fault::Property("pg_sleep".to_owned()));
    check_refused("pg_sleep(10) = 1", &Fault::Function("pg_sleep".to_owned()));
    check_refused("pg_sleep(10)", &Fault::Function("pg_sleep".to_owned()));
    check_refused("version() = 'x'", &Fault::Function("version".to_owned()));
    check_refused(
        "s_within(geometry, buffer(geometry, 10))",
        &Fault::Function("buffer".to_owned()),
    );
    check_refused("uso", &Fault::NoCondition);
    check_refused("pisos + 1", &Fault::NoCondition);
    check_refused("uso = geometry", &Fault::NoCondition);
    check_refused(
        "s_intersects(geometry)",
        &Fault::Arguments("s_intersects".to_owned()),
    );
    check_refused(
        "desde > DATE('2026-02-31')",
        &Fault::Time("2026-02-31".to_owned()),
    );
    check_refused(
        "s_intersects(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))",
        &Fault::Shape,
    );
    assert!(matches!(
        reading("pisos > 'a'", Language::Text),
        Err(Fault::Kinds(_))
    ));
}

#[test]
fn a_syntax_error_says_where() {
    check_refused("pisos > ", &Fault::Syntax { at: Some(9) });
    check_refused("", &Fault::Syntax { at: Some(1) });
    assert_eq!(
        reading("{\"op\":", Language::Json),
        Err(Fault::Syntax { at: Some(6) })
    );
}

#[test]
fn filters_beyond_all_measure_are_refused_in_time() {
    let nested =
        |depth: usize, inside: &str| format!("{}{inside}{}", "(".repeat(depth), ")".repeat(depth));
    check_refused(&nested(DEPTH_MAX + 1, "pisos = 1"), &Fault::TooDeep);
    assert!(reading(&nested(DEPTH_MAX - 2, "pisos = 1"), Language::Text).is_ok());
    // Brackets that close well around what cannot be read: without a bound, two to the power of their depth.
    check_refused(&nested(DEPTH_MAX, "pisos 1"), &Fault::TooIntricate);
    check_refused(&"x".repeat(LENGTH_MAX + 1), &Fault::TooLong);
    check_refused(
        &format!("pisos = 1{}", " + 1".repeat(1500)),
        &Fault::TooDeep,
    );
    check_refused(&format!("{} techado", "NOT ".repeat(1500)), &Fault::TooDeep);
    // What hides behind a backslash, which means nothing in text.
    check_refused(
        &format!(r#""a\" = 1 AND {}"#, nested(40, "1 1")),
        &Fault::TooDeep,
    );
    let many: Vec<String> = (0..1500).map(|number| number.to_string()).collect();
    assert!(reading(&format!("pisos IN ({})", many.join(",")), Language::Text).is_ok());
    let anded = vec!["pisos = 1"; 500].join(" AND ");
    assert!(
        matches!(reading(&anded, Language::Text), Ok(Filter::And(parts)) if parts.len() == 500)
    );
}

#[test]
fn a_box_across_the_antimeridian_is_two() {
    let read = reading(
        "S_INTERSECTS(geometry, BBOX(150,-90,-150,90))",
        Language::Text,
    );
    assert!(
        matches!(&read, Ok(Filter::Spatial(Relation::Intersects, Place::Own, Place::Literal(Geometry::MultiPolygon(two)))) if two.0.len() == 2),
        "{read:?}"
    );
}

#[test]
fn whatever_comes_is_read_or_refused() {
    use proptest::prelude::*;
    proptest!(ProptestConfig::with_cases(400), |(text in r#"([a-z]{1,5}|[()'",=<>*/+^%-]| |AND|NOT|IN|LIKE|BETWEEN|POINT\(|DATE\('|[0-9.]{1,4}|\{"op":|\[|\]|\}){0,40}"#)| {
        let _ = reading(&text, Language::Text);
        let _ = reading(&text, Language::Json);
    });
}
