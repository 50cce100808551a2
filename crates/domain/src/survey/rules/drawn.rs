//! What is put together out of lines, labels or vertices is whole: lines meet, each polygon has one label, no vertex is
//! missing.
//!
//! Source: Directiva de estructura gráfica de la base catastral, R. 05-2010-SNCP/CNC: lots are closed polygons.

use geo_types::Coord;

use crate::survey::{Finding, RuleCode};

/// An end of a line meets nothing. `line` is the line's place in the drawing; places are in EPSG:32718.
pub fn open_end(line: u64, at: Coord<f64>, nearest: Option<Coord<f64>>) -> Finding {
    let near = nearest.map_or_else(String::new, |near| {
        let metres = (near.x - at.x).hypot(near.y - at.y);
        format!("; lo más cercano está a {metres:.2} m, en {}", place(near))
    });
    Finding::new(RuleCode::OpenLine, line)
        .with("fila", line)
        .with("lugar", place(at))
        .with("cercano", near)
        .at(at)
}

/// A place as a surveyor reads it.
fn place(at: Coord<f64>) -> String {
    format!("este {:.2}, norte {:.2}", at.x, at.y)
}

/// A polygon has no label, where others have one.
pub fn no_label(row: u64) -> Finding {
    label(row, "El polígono no tiene ningún rótulo dentro".to_owned())
}

/// A polygon has several labels.
pub fn several_labels(row: u64, labels: &[String]) -> Finding {
    let labels = labels.join("», «");
    label(row, format!("El polígono tiene varios rótulos: «{labels}»"))
}

/// A label lies in no polygon. `row` is its place in the drawing.
pub fn stray_label(row: u64, text: &str) -> Finding {
    label(
        row,
        format!("El rótulo «{text}» no cae dentro de ningún polígono"),
    )
}

fn label(row: u64, defect: String) -> Finding {
    Finding::new(RuleCode::Label, row).with("defecto", defect)
}

/// A coordinate is no number.
pub fn not_a_number(row: u64, line: u64, column: &str, text: &str) -> Finding {
    let found = if text.is_empty() {
        "falta el número".to_owned()
    } else {
        format!("«{text}» no es un número")
    };
    broken(
        row,
        format!("línea {line}: {found} en la columna «{column}»"),
    )
}

/// One number names two places.
pub fn number_twice(row: u64, line: u64, number: &str, first: u64) -> Finding {
    broken(
        row,
        format!("línea {line}: el vértice {number} ya está en la línea {first}, en otro lugar"),
    )
}

/// Fewer vertices than a polygon has.
pub fn too_few(row: u64, line: u64, count: usize) -> Finding {
    let vertices = if count == 1 { "vértice" } else { "vértices" };
    broken(
        row,
        format!(
            "la parcela que empieza en la línea {line} tiene {count} {vertices}, y hacen falta 3"
        ),
    )
}

fn broken(row: u64, defect: String) -> Finding {
    Finding::new(RuleCode::BrokenVertices, row).with("defecto", defect)
}

/// Numbers are missing between the vertices.
pub fn missing_vertices(row: u64, line: u64, first: i64, count: u64) -> Finding {
    let missing = if count == 1 {
        format!("falta el vértice {first}")
    } else {
        format!("faltan {count} vértices desde el {first}")
    };
    doubtful(row, format!("después de la línea {line} {missing}"))
}

/// Two vertices in a row are one place.
pub fn repeated_vertex(row: u64, line: u64, first: u64) -> Finding {
    doubtful(
        row,
        format!("el vértice de la línea {line} repite el de la línea {first}"),
    )
}

fn doubtful(row: u64, defect: String) -> Finding {
    Finding::new(RuleCode::DoubtfulVertices, row).with("defecto", defect)
}

/// A shape as text cannot be read.
pub fn unread_text(row: u64, line: u64) -> Finding {
    Finding::new(RuleCode::InvalidShape, row).with(
        "defecto",
        format!("el texto WKT de la línea {line} no se entiende"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_end_is_told_with_what_is_near() {
        let at = Coord {
            x: 276_000.0,
            y: 8_673_000.0,
        };
        let near = Coord {
            x: 276_000.3,
            y: 8_673_000.4,
        };
        let found = open_end(7, at, Some(near));
        assert_eq!((found.row, found.at), (7, Some(at)));
        let near = &found.values[2].1;
        assert_eq!(
            near,
            "; lo más cercano está a 0.50 m, en este 276000.30, norte 8673000.40"
        );
        assert_eq!(open_end(7, at, None).values[2].1, "");
    }
}
