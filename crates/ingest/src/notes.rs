//! What was noticed while features were put together becomes findings, in the official projection.

use std::collections::HashMap;

use domain::survey::{Finding, rules::drawn};
use geo_types::Coord;
use gis::{
    crs::ToOfficial,
    file::{Note, NoteKind, VertexFault},
};

/// Findings about a file before its rows were looked at.
#[derive(Default)]
pub(crate) struct Notes {
    /// By the row that they are about.
    pub(crate) of_rows: HashMap<u64, Vec<Finding>>,
    /// About no row: of lines and labels that became part of none.
    pub(crate) of_none: Vec<Finding>,
}

impl Notes {
    pub(crate) fn of(notes: &[Note], to_official: &ToOfficial) -> Self {
        let mut all = Self::default();
        let official = |at: Coord<f64>| {
            let mut place = [at];
            to_official.apply_coords(&mut place).ok()?;
            Some(place[0])
        };
        for note in notes {
            let at = note.at.and_then(official);
            let (loose, finding) = match &note.kind {
                NoteKind::OpenEnd { nearest } => {
                    let Some(at) = at else { continue };
                    let near = nearest.and_then(official);
                    (true, drawn::open_end(note.row, at, near))
                }
                NoteKind::StrayLabel(text) => (true, drawn::stray_label(note.row, text)),
                NoteKind::NoLabel => (false, drawn::no_label(note.row)),
                NoteKind::SeveralLabels(labels) => (false, drawn::several_labels(note.row, labels)),
                NoteKind::BadVertex { line, fault } => (false, vertex(note.row, *line, fault)),
                NoteKind::MissingVertices { line, first, count } => (
                    false,
                    drawn::missing_vertices(note.row, *line, *first, *count),
                ),
                NoteKind::RepeatedVertex { line, first } => {
                    (false, drawn::repeated_vertex(note.row, *line, *first))
                }
                NoteKind::BadText { line } => (false, drawn::unread_text(note.row, *line)),
            };
            let finding = finding.at(at);
            if loose {
                all.of_none.push(finding);
            } else {
                all.of_rows.entry(note.row).or_default().push(finding);
            }
        }
        all
    }
}

fn vertex(row: u64, line: u64, fault: &VertexFault) -> Finding {
    match fault {
        VertexFault::NotANumber { column, text } => drawn::not_a_number(row, line, column, text),
        VertexFault::NumberTwice { number, first } => {
            drawn::number_twice(row, line, number, *first)
        }
        VertexFault::TooFew { count } => drawn::too_few(row, line, *count),
    }
}
