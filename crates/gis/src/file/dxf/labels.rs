//! A text that stands in a polygon is its label.

use geo_types::{Coord, Polygon};

use super::{Field, Note, NoteKind, Value, entities::Label, field};

/// Digits of the shortest code: ubigeo and sector.
const CODE_DIGITS_MIN: usize = 8;
const CODE_DIGITS_MAX: usize = 23;
/// Labels of one polygon that are kept.
const LABELS_MAX: usize = 20;

/// The columns, and a row of values for each polygon. Notes polygons with no label where others have one, or with several.
pub(super) fn join(
    polygons: &[Polygon<f64>],
    labels: &[Label],
    own: bool,
    layer: &str,
    notes: &mut Vec<Note>,
) -> (Vec<Field>, Vec<Vec<Value>>) {
    let index = Index::of(polygons);
    let mut found: Vec<Vec<&Label>> = vec![Vec::new(); polygons.len()];
    let mut stray = Vec::new();
    for label in labels {
        match index.containing(label.at) {
            Some(polygon) => found[polygon].push(label),
            None if own => stray.push(label),
            None => {}
        }
    }
    let any = found.iter().any(|labels| !labels.is_empty());
    let coded = found.iter().any(|labels| code(labels).is_some());
    if any {
        for ((polygon, labels), row) in polygons.iter().zip(&found).zip(1..) {
            let kind = match labels.as_slice() {
                [] => NoteKind::NoLabel,
                [_] => continue,
                several => NoteKind::SeveralLabels(
                    several
                        .iter()
                        .take(LABELS_MAX)
                        .map(|label| label.text.clone())
                        .collect(),
                ),
            };
            let at = labels.first().map(|label| label.at);
            let at = at.or_else(|| polygon.exterior().0.first().copied());
            notes.push(Note { row, at, kind });
        }
        notes.extend(stray.into_iter().map(|label| Note {
            row: label.number,
            at: Some(label.at),
            kind: NoteKind::StrayLabel(label.text.clone()),
        }));
    }
    let mut fields = vec![field("capa")];
    if any {
        fields.push(field("texto"));
    }
    if coded {
        fields.push(field("codigo_rotulo"));
    }
    let text = |text: String| Value::Text(text);
    let values = found
        .iter()
        .map(|labels| {
            let mut values = vec![text(layer.to_owned())];
            if any {
                values.push(words(labels).map_or(Value::Null, text));
            }
            if coded {
                values.push(code(labels).map_or(Value::Null, text));
            }
            values
        })
        .collect();
    (fields, values)
}

fn words(labels: &[&Label]) -> Option<String> {
    let words: Vec<&str> = labels
        .iter()
        .take(LABELS_MAX)
        .map(|label| label.text.as_str())
        .collect();
    (!words.is_empty()).then(|| words.join(" | "))
}

/// The one label that has the shape of a code: digits, as many as codes have, parted by dots, dashes or spaces at most.
fn code(labels: &[&Label]) -> Option<String> {
    let mut codes = labels.iter().filter_map(|label| digits(&label.text));
    codes.next().filter(|_| codes.next().is_none())
}

fn digits(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-' | '.' | '/'))
        .collect();
    ((CODE_DIGITS_MIN..=CODE_DIGITS_MAX).contains(&plain.len())
        && plain.bytes().all(|byte| byte.is_ascii_digit()))
    .then_some(plain)
}

/// Polygons in rows of a grid, by where they reach up and down.
struct Index<'a> {
    polygons: &'a [Polygon<f64>],
    low: f64,
    height: f64,
    rows: Vec<Vec<usize>>,
}

impl<'a> Index<'a> {
    fn of(polygons: &'a [Polygon<f64>]) -> Self {
        let reach = |polygon: &Polygon<f64>| {
            let coords = polygon.exterior().0.iter().map(|at| at.y);
            coords.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| {
                (low.min(y), high.max(y))
            })
        };
        let (low, high) = polygons
            .iter()
            .map(reach)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |all, one| {
                (all.0.min(one.0), all.1.max(one.1))
            });
        let count = polygons.len().clamp(1, 4_096);
        let height = ((high - low) / count as f64).max(f64::MIN_POSITIVE);
        let mut index = Self {
            polygons,
            low,
            height,
            rows: vec![Vec::new(); count],
        };
        for (number, polygon) in polygons.iter().enumerate() {
            let (from, to) = reach(polygon);
            for row in index.row(from)..=index.row(to) {
                index.rows[row].push(number);
            }
        }
        index
    }

    fn row(&self, y: f64) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "beyond either end is the last row at that end"
        )]
        let row = ((y - self.low) / self.height) as usize;
        row.min(self.rows.len() - 1)
    }

    /// The smallest polygon around a place: where one lies in another, the inner one is meant.
    fn containing(&self, at: Coord<f64>) -> Option<usize> {
        self.rows[self.row(at.y)]
            .iter()
            .copied()
            .filter(|number| contains(&self.polygons[*number], at))
            .min_by(|a, b| area(&self.polygons[*a]).total_cmp(&area(&self.polygons[*b])))
    }
}

fn contains(polygon: &Polygon<f64>, at: Coord<f64>) -> bool {
    let mut inside = false;
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    for line in rings.flat_map(geo_types::LineString::lines) {
        let (a, b) = (line.start, line.end);
        if (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
    }
    inside
}

fn area(polygon: &Polygon<f64>) -> f64 {
    let ring = polygon.exterior();
    let Some(first) = ring.0.first() else {
        return 0.0;
    };
    let twice: f64 = ring
        .lines()
        .map(|line| {
            (line.start.x - first.x) * (line.end.y - first.y)
                - (line.end.x - first.x) * (line.start.y - first.y)
        })
        .sum();
    twice.abs()
}
