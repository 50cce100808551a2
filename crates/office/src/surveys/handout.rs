//! What is found in a survey, to take along: lines of a table, and a GeoPackage of the faults.

use std::path::Path;

use domain::{
    collection::ShapeKind,
    geometry::bounds,
    people::{Action, Actor},
};
use geo_types::Rect;
use gis::{
    crs::STORAGE,
    export::{Container, write},
    file::{FieldKind, Value},
    package::{Column, Table},
};
use store::surveys::{FoundOnGround, Sought};
use uuid::Uuid;

use super::{packages::Packed, reading::catalogue_of, seen::rule_words};
use crate::{Kind, Office, Problem, layers::layer_file, people::require};

/// Findings of one piece of a table.
const PIECE: i64 = 2_000;
/// Faults of one package.
const FAULTS_MAX: i64 = 100_000;

/// The first line. With the mark by which spreadsheets know UTF-8.
const HEAD: [&str; 11] = [
    "numero",
    "regla",
    "severidad",
    "mensaje",
    "predio",
    "otros",
    "fila",
    "este",
    "norte",
    "fuente",
    "remedio",
];

impl Office {
    /// Lines of a CSV of findings, after so many; nothing where there are no more. The first piece begins with the head.
    pub async fn findings_table(
        &self,
        actor: &Actor,
        id: Uuid,
        after: u32,
    ) -> Result<Option<String>, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        let page = (PIECE, i64::from(after));
        let findings = self
            .store
            .findings_seen(id, row.comparison, &Sought::default(), page)
            .await?;
        if findings.is_empty() && after > 0 {
            return Ok(None);
        }
        let mut text = String::new();
        if after == 0 {
            text.push('\u{feff}');
            line(&HEAD.map(str::to_owned), &mut text);
        }
        let catalogue = catalogue_of(row.profile.as_deref())?;
        for found in findings {
            let words = rule_words(&catalogue, &found.rule);
            let place = found.shape.as_ref().and_then(bounds).map(Rect::center);
            let metres =
                |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.3}"));
            let cells = [
                found.number.to_string(),
                found.rule,
                found.severity,
                found.message,
                found.code.unwrap_or_default(),
                found.others.join(" "),
                found.row.map_or_else(String::new, |row| row.to_string()),
                metres(place.map(|at| at.x)),
                metres(place.map(|at| at.y)),
                words.source,
                words.remedy,
            ];
            line(&cells, &mut text);
        }
        Ok(Some(text))
    }

    /// How many lines a piece of the table has.
    pub fn findings_table_step(&self) -> u32 {
        u32::try_from(PIECE).unwrap_or(u32::MAX)
    }

    /// The faults that have a place, as a GeoPackage.
    pub async fn faults_package(&self, actor: &Actor, id: Uuid) -> Result<Packed, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        let sought = Sought {
            placed: true,
            ..Sought::default()
        };
        let faults = self
            .store
            .findings_seen(id, row.comparison, &sought, (FAULTS_MAX, 0))
            .await?;
        if faults.is_empty() {
            return Err(Problem::new(
                Kind::NotFound,
                "Este levantamiento no tiene fallas con un lugar en el terreno.",
                "Lo que se halló está en su informe.",
            ));
        }
        let file = layer_file("fallas.gpkg".to_owned(), move |path| written(path, &faults)).await?;
        let file = tokio::task::spawn_blocking(move || {
            let mut file = file;
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).map(|_| bytes)
        });
        let file = file
            .await
            .unwrap_or_else(|error| Err(std::io::Error::other(error)));
        let file = file.map_err(|error| unread(&error))?;
        Ok(Packed {
            name: format!("fallas_{id}.gpkg"),
            file,
        })
    }
}

fn written(path: &Path, faults: &[FoundOnGround]) -> Result<(), gis::export::NotWritten> {
    let column = |name: &str, kind| Column {
        name: name.to_owned(),
        kind,
        choices: Vec::new(),
    };
    let table = Table {
        name: "fallas",
        shapes: ShapeKind::Any,
        columns: vec![
            column("numero", FieldKind::Integer),
            column("regla", FieldKind::Text),
            column("severidad", FieldKind::Text),
            column("mensaje", FieldKind::Text),
            column("predio", FieldKind::Text),
            column("otros", FieldKind::Text),
            column("fila", FieldKind::Integer),
        ],
    };
    let rows = faults.iter().filter_map(|found| {
        let text = |text: &str| Value::Text(text.replace('\0', ""));
        let cells = vec![
            Value::Integer(found.number.into()),
            text(&found.rule),
            text(&found.severity),
            text(&found.message),
            found.code.as_deref().map_or(Value::Null, text),
            text(&found.others.join(" ")),
            found.row.map_or(Value::Null, Value::Integer),
        ];
        Some((cells, found.shape.as_ref()?))
    });
    write(path, Container::GeoPackage, &table, rows, STORAGE)
}

fn line<const N: usize>(cells: &[String; N], text: &mut String) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        put(cell, text);
    }
    text.push_str("\r\n");
}

/// A cell (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe, unless it is a number.
fn put(cell: &str, text: &mut String) {
    let formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if !formula && !cell.contains(['"', ',', '\n', '\r', ';']) {
        text.push_str(cell);
        return;
    }
    text.push('"');
    if formula {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

fn unread(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "package of faults");
    Problem::new(
        Kind::Internal,
        "El archivo no se pudo escribir.",
        "Vuelva a pedirlo; si se repite, avise a quien opera el servidor: puede faltar espacio en el disco.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_stay() {
        for (cell, expected) in [
            ("traslape", "traslape"),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "+1"),
            ("-5.25", "-5.25"),
            ("-2+3", "\"'-2+3\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("a, b", "\"a, b\""),
        ] {
            let mut text = String::new();
            put(cell, &mut text);
            assert_eq!(text, expected);
        }
    }
}
