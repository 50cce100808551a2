//! Just enough well-known text for the tests, and the cases of a topology suite file.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

/// A polygon or multipolygon; `None` for all other text.
pub(super) fn multi_polygon(text: &str) -> Option<MultiPolygon<f64>> {
    let text = text.trim();
    if let Some(parts) = text.strip_prefix("MULTIPOLYGON") {
        let parts = groups(parts)?
            .into_iter()
            .map(|part| polygon(&part))
            .collect::<Option<_>>()?;
        return Some(MultiPolygon(parts));
    }
    Some(MultiPolygon(vec![polygon(text.strip_prefix("POLYGON")?)?]))
}

fn polygon(text: &str) -> Option<Polygon<f64>> {
    let mut rings = groups(text)?.into_iter().map(|ring| line_string(&ring));
    let shell = rings.next()??;
    Some(Polygon::new(shell, rings.collect::<Option<_>>()?))
}

fn line_string(text: &str) -> Option<LineString<f64>> {
    let corners = text
        .trim()
        .strip_prefix('(')?
        .strip_suffix(')')?
        .split(',')
        .map(|corner| {
            let mut numbers = corner.split_whitespace().map(str::parse);
            Some(Coord {
                x: numbers.next()?.ok()?,
                y: numbers.next()?.ok()?,
            })
        });
    corners.collect()
}

/// The texts in brackets, brackets included, inside the outer brackets.
fn groups(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let (mut groups, mut depth) = (Vec::new(), 0);
    for letter in inner.chars() {
        if letter == '(' {
            if depth == 0 {
                groups.push(String::new());
            }
            depth += 1;
        }
        if depth > 0 {
            groups.last_mut()?.push(letter);
        }
        if letter == ')' {
            depth -= 1;
        }
    }
    Some(groups)
}

pub(super) struct Case {
    pub(super) name: String,
    pub(super) shape: String,
    pub(super) valid: bool,
}

/// The cases of a file that ask whether a shape is valid.
pub(super) fn cases(file: &str) -> Vec<Case> {
    let between = |text: &str, open: &str, close: &str| {
        let (_, rest) = text.split_once(open)?;
        Some(rest.split_once(close)?.0.trim().to_owned())
    };
    file.split("<case>")
        .skip(1)
        .filter_map(|case| {
            let (_, op) = case.split_once("name=\"isValid\"")?;
            Some(Case {
                name: between(case, "<desc>", "</desc>").unwrap_or_default(),
                shape: between(case, "<a>", "</a>")?
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
                valid: between(op, ">", "<")? == "true",
            })
        })
        .collect()
}
