//! Parcels out of a row for each vertex.

use std::collections::HashMap;

use geo_types::{Coord, LineString, Polygon};

use super::{OpenError, Read, Rows, TableRow, Value, field, header::Places, number::coordinate};
use crate::{
    file::{Note, NoteKind, ShapeValue, VertexFault, assembled::AssembledRow},
    limits::{NOTES_MAX, VERTICES_MAX},
};

/// A parcel as its rows come.
struct Parcel {
    /// Line of its first row.
    line: u64,
    values: Vec<Value>,
    vertices: Vec<Vertex>,
    faults: Vec<NoteKind>,
}

struct Vertex {
    line: u64,
    number: String,
    at: Coord<f64>,
}

pub(super) fn read(
    mut rows: Rows<'_>,
    columns: &[String],
    places: &Places,
) -> Result<Read, OpenError> {
    let kept: Vec<usize> = (0..columns.len())
        .filter(|place| ![places.vertex, places.x, places.y].contains(place))
        .collect();
    let mut parcels: Vec<Parcel> = Vec::new();
    let mut by_name: HashMap<Vec<String>, usize> = HashMap::new();
    while let Some(row) = rows.next()? {
        let name = places
            .parcel
            .iter()
            .map(|place| row.cell(*place).to_owned());
        let name: Vec<String> = name.collect();
        let values: Result<Vec<Value>, OpenError> = kept
            .iter()
            .map(|place| row.value(*place, &columns[*place]))
            .collect();
        let values = values?;
        let at = *by_name.entry(name).or_insert(parcels.len());
        if at == parcels.len() {
            parcels.push(Parcel {
                line: row.line,
                values,
                vertices: Vec::new(),
                faults: Vec::new(),
            });
        } else {
            // What differs from vertex to vertex says nothing of the parcel.
            for (value, other) in parcels[at].values.iter_mut().zip(values) {
                if *value != other {
                    *value = Value::Null;
                }
            }
        }
        parcels[at].take(&row, columns, places);
    }
    let told = |place: usize| {
        parcels
            .iter()
            .any(|parcel| parcel.values[place] != Value::Null)
    };
    // A column that differs within every parcel is one of vertices: a side's length, a bearing.
    let told: Vec<usize> = (0..kept.len()).filter(|place| told(*place)).collect();
    let fields = told
        .iter()
        .map(|place| field(&columns[kept[*place]]))
        .collect();
    let mut notes = Vec::new();
    let rows = parcels
        .into_iter()
        .map(|mut parcel| {
            let shape = parcel.shape();
            let room = NOTES_MAX.saturating_sub(notes.len());
            let faults = parcel.faults.into_iter().take(room);
            notes.extend(faults.map(|kind| Note {
                row: parcel.line,
                at: parcel.vertices.first().map(|vertex| vertex.at),
                kind,
            }));
            let mut values = parcel.values;
            AssembledRow {
                number: parcel.line,
                values: told
                    .iter()
                    .map(|place| std::mem::replace(&mut values[*place], Value::Null))
                    .collect(),
                shape,
            }
        })
        .collect();
    Ok((fields, rows, notes))
}

impl Parcel {
    fn take(&mut self, row: &TableRow<'_>, columns: &[String], places: &Places) {
        let mut number = |place: usize| {
            let text = row.cell(place);
            let number = coordinate(text);
            if number.is_none() {
                self.faults.push(NoteKind::BadVertex {
                    line: row.line,
                    fault: VertexFault::NotANumber {
                        column: columns[place].clone(),
                        text: text.chars().take(60).collect(),
                    },
                });
            }
            number
        };
        if let (Some(x), Some(y)) = (number(places.x), number(places.y)) {
            self.vertices.push(Vertex {
                line: row.line,
                // A spreadsheet writes `3.0` too.
                number: row.cell(places.vertex).trim_end_matches(".0").to_owned(),
                at: Coord { x, y },
            });
        }
    }

    /// The parcel's outline, if its vertices make one; notes what is wrong with them.
    fn shape(&mut self) -> ShapeValue {
        let numbered = self.in_order();
        if numbered {
            self.note_gaps();
        }
        self.without_repetitions();
        let is_bad = |fault: &NoteKind| matches!(fault, NoteKind::BadVertex { .. });
        if self.faults.iter().any(is_bad) {
            return ShapeValue::None;
        }
        if self.vertices.len() > VERTICES_MAX {
            return ShapeValue::TooManyVertices(self.vertices.len() as u64);
        }
        if self.vertices.len() < 3 {
            self.faults.push(NoteKind::BadVertex {
                line: self.line,
                fault: VertexFault::TooFew {
                    count: self.vertices.len(),
                },
            });
            return ShapeValue::None;
        }
        let ring = LineString(self.vertices.iter().map(|vertex| vertex.at).collect());
        ShapeValue::Geometry(Polygon::new(ring, Vec::new()).into())
    }

    /// Puts the vertices in order: by number where all have one (`7`, `P-7`), else by text. Says which.
    fn in_order(&mut self) -> bool {
        let numbers: Option<Vec<i64>> = self
            .vertices
            .iter()
            .map(|vertex| number(&vertex.number))
            .collect();
        let prefixes = self.vertices.iter().map(|vertex| prefix(&vertex.number));
        let one_prefix = prefixes.collect::<std::collections::HashSet<_>>().len() <= 1;
        // The last row may close the outline with the first vertex again.
        if let [first, .., last] = self.vertices.as_slice()
            && first.number == last.number
            && first.at == last.at
        {
            self.vertices.pop();
        }
        if numbers.is_some() && one_prefix {
            self.vertices.sort_by_key(|vertex| number(&vertex.number));
            true
        } else {
            self.vertices.sort_by(|a, b| a.number.cmp(&b.number));
            false
        }
    }

    /// A number that is there twice names one place, or nobody knows which.
    fn without_repetitions(&mut self) {
        let faults = &mut self.faults;
        self.vertices.dedup_by(|second, first| {
            let fault = if first.at == second.at {
                NoteKind::RepeatedVertex {
                    line: second.line,
                    first: first.line,
                }
            } else if first.number == second.number {
                NoteKind::BadVertex {
                    line: second.line,
                    fault: VertexFault::NumberTwice {
                        number: first.number.clone(),
                        first: first.line,
                    },
                }
            } else {
                return false;
            };
            faults.push(fault);
            true
        });
    }

    fn note_gaps(&mut self) {
        for pair in self.vertices.windows(2) {
            let [Some(before), Some(after)] = [number(&pair[0].number), number(&pair[1].number)]
            else {
                continue;
            };
            if let Some(missing) = after.checked_sub(before).filter(|step| *step > 1) {
                self.faults.push(NoteKind::MissingVertices {
                    line: pair[0].line,
                    first: before + 1,
                    count: missing.unsigned_abs() - 1,
                });
            }
        }
    }
}

/// What stands before a vertex's number: `P-` in `P-12`.
fn prefix(text: &str) -> &str {
    text.trim_end_matches(|letter: char| letter.is_ascii_digit())
}

fn number(text: &str) -> Option<i64> {
    text.get(prefix(text).len()..)?.parse().ok()
}
