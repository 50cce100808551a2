//! The report of a survey: the shape that `ingest --format json` promises, and its words.

use std::fmt;

use domain::{
    audit::Head,
    collection::Collection,
    id::Ubigeo,
    survey::{Catalogue, ChangeCounts, RuleCode, Severity, Tally},
    time::ChangeNumber,
};
use geo_types::Coord;
use gis::{
    crs::OFFICIAL,
    file::{How, TextEncoding},
};
use ingest::Examination;
use serde::{Deserialize, Serialize};
use store::surveys::FoundRow;

use super::{
    Request,
    comparison::{Compared, of_fabric},
    reading::Facts,
    reference::Judgement,
};
use crate::audit::HeadShape;

/// What came of a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Layer.
    #[serde(rename = "coleccion")]
    pub collection: String,
    /// Municipality.
    pub ubigeo: String,
    /// Name of the file.
    #[serde(rename = "archivo")]
    pub file: String,
    /// Reference system in which it was read.
    pub crs_origen: String,
    /// The one that the file declares, where the person asked for another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crs_declarado: Option<String>,
    /// Operation to the official projection.
    pub operacion_crs: String,
    /// How well that system fits.
    #[serde(rename = "sistema", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Judgement>,
    /// In which encoding its text was read, where the format leaves that open.
    #[serde(rename = "codificacion", skip_serializing_if = "Option::is_none")]
    pub encoding: Option<EncodingShape>,
    /// What became of it.
    #[serde(rename = "estado")]
    pub state: State,
    /// Rows in the file.
    #[serde(rename = "leidos")]
    pub read: u64,
    /// Rows without an error.
    #[serde(rename = "aceptados")]
    pub accepted: u64,
    /// Rows published.
    #[serde(rename = "publicados")]
    pub published: u64,
    /// The last change that the service knows.
    #[serde(rename = "version_datos")]
    pub version: ChangeNumber,
    /// Head of the audit trail when this was said: later it tells whether the history is still the same.
    #[serde(rename = "auditoria")]
    pub audit: HeadShape,
    /// How long it took.
    #[serde(rename = "segundos")]
    pub seconds: f64,
    /// What was found, by rule.
    #[serde(rename = "hallazgos")]
    pub findings: Vec<FindingLine>,
    /// What the accepted rows change.
    #[serde(rename = "cambios")]
    pub changes: ChangeCounts,
    /// Columns that were left out because they name people.
    #[serde(
        default,
        rename = "columnas_omitidas",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub left_out: Vec<String>,
}

/// In which encoding a file's text was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EncodingShape {
    /// The encoding that was taken.
    #[serde(rename = "usada")]
    pub used: String,
    /// The one that the file declares.
    #[serde(rename = "declarada")]
    pub declared: Option<String>,
    /// Why it was taken.
    #[serde(rename = "como")]
    pub how: String,
}

impl EncodingShape {
    pub(super) fn of(encoding: &TextEncoding) -> Self {
        let how = match (encoding.how, encoding.second) {
            (How::Declared, _) => "la declara el archivo".to_owned(),
            (How::Mended, second) => format!(
                "la declara el archivo; los textos que no pueden estar en ella se leyeron como {}",
                second.unwrap_or("ISO-8859-1")
            ),
            (How::ValidUtf8, _) => "todos los textos son UTF-8 válido".to_owned(),
            (How::Letters, _) => {
                "es en la que las letras con tilde y la Ñ forman palabras".to_owned()
            }
            (How::Ascii, _) => "no hay tildes ni Ñ: da igual cuál sea".to_owned(),
        };
        Self {
            used: encoding.used.clone(),
            declared: encoding.declared.clone(),
            how,
        }
    }
}

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum State {
    /// It was looked at.
    #[serde(rename = "revisado")]
    Examined,
    /// It was published.
    #[serde(rename = "publicado")]
    Published,
    /// Rows with errors keep it out.
    #[serde(rename = "rechazado")]
    Refused,
}

/// What one rule found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindingLine {
    /// Stable code of the rule.
    #[serde(rename = "regla")]
    pub rule: String,
    /// Its weight.
    #[serde(rename = "severidad")]
    pub severity: Severity,
    /// How many.
    #[serde(rename = "cantidad")]
    pub count: u64,
    /// How many of them are within what the rule tolerates.
    #[serde(default, rename = "menores", skip_serializing_if = "is_zero")]
    pub lesser: u64,
    /// Norm or standard.
    #[serde(rename = "fuente")]
    pub source: String,
    /// What to do.
    #[serde(rename = "remedio")]
    pub remedy: String,
    /// The first of them.
    #[serde(rename = "ejemplos")]
    pub examples: Vec<Example>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// One finding.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Example {
    /// Row of the file, from 1.
    #[serde(rename = "fila")]
    pub row: u64,
    /// Code of the row.
    #[serde(rename = "codigo")]
    pub code: Option<String>,
    /// What is wrong.
    #[serde(rename = "mensaje")]
    pub message: String,
    /// Longitude and latitude.
    #[serde(rename = "punto")]
    pub point: Option<[f64; 2]>,
}

/// Examples of one rule.
const EXAMPLES_MAX: usize = 10;

impl Report {
    pub(super) fn of(request: &Request, facts: &Facts) -> Self {
        let declared = facts
            .declared_crs
            .clone()
            .filter(|declared| Some(declared) != facts.crs.as_ref());
        Self {
            collection: request.collection.to_string(),
            ubigeo: request.ubigeo.to_string(),
            file: request.shown_name(),
            crs_origen: facts.crs.clone().unwrap_or_default(),
            crs_declarado: declared,
            operacion_crs: facts.operation.clone(),
            reference: None,
            encoding: facts.encoding.clone(),
            state: State::Examined,
            read: 0,
            accepted: 0,
            published: 0,
            version: ChangeNumber::default(),
            audit: Head::BEFORE_ALL.into(),
            seconds: 0.0,
            findings: Vec::new(),
            changes: ChangeCounts::default(),
            left_out: facts.personal_columns.clone(),
        }
    }

    /// Of what somebody writes feature by feature.
    pub(super) fn of_edition(collection: &Collection, ubigeo: Ubigeo, author: &str) -> Self {
        Self {
            collection: collection.to_string(),
            ubigeo: ubigeo.to_string(),
            file: format!("edición de {author}"),
            crs_origen: OFFICIAL.to_owned(),
            crs_declarado: None,
            operacion_crs: "la de cada escritura".to_owned(),
            reference: None,
            encoding: None,
            state: State::Examined,
            read: 0,
            accepted: 0,
            published: 0,
            version: ChangeNumber::default(),
            audit: Head::BEFORE_ALL.into(),
            seconds: 0.0,
            findings: Vec::new(),
            changes: ChangeCounts::default(),
            left_out: Vec::new(),
        }
    }

    /// Takes in findings as they are kept.
    pub(super) fn found(&mut self, rows: &[FoundRow], catalogue: &Catalogue) {
        self.findings.clear();
        for row in rows {
            let Some(rule) = RuleCode::ALL
                .into_iter()
                .find(|rule| rule.name() == row.rule)
            else {
                continue;
            };
            let severity = match row.severity.as_str() {
                "error" => Severity::Error,
                "observacion" => Severity::Observation,
                _ => Severity::Notice,
            };
            let example = Example {
                row: row.row.unwrap_or_default().unsigned_abs(),
                code: row.code.clone(),
                message: row.message.clone(),
                point: None,
            };
            let mut lines = self.findings.iter_mut();
            if let Some(line) = lines.find(|line| line.rule == row.rule) {
                line.count += 1;
                line.severity = line.severity.min(severity);
                if line.examples.len() < EXAMPLES_MAX {
                    line.examples.push(example);
                }
                continue;
            }
            let words = catalogue.entry(rule);
            self.findings.push(FindingLine {
                rule: row.rule.clone(),
                severity,
                count: 1,
                lesser: 0,
                source: words.source.clone(),
                remedy: words.remedy.clone(),
                examples: vec![example],
            });
        }
        self.findings.sort_by_key(|line| line.severity);
    }

    pub(super) fn examined(&mut self, examined: &Examination, catalogue: &Catalogue) {
        self.read = examined.read;
        self.accepted = examined.accepted;
        self.findings = lines(&examined.tally, catalogue);
        self.findings.sort_by_key(|line| line.severity);
    }

    /// Takes in what a comparison found, in place of what an earlier one did.
    pub(super) fn compared(&mut self, compared: &Compared, catalogue: &Catalogue) {
        self.accepted = compared.accepted;
        self.changes = compared.changes;
        let again = of_fabric();
        self.findings
            .retain(|line| !again.contains(&line.rule.as_str()));
        self.findings.extend(lines(&compared.tally, catalogue));
        self.findings.sort_by_key(|line| line.severity);
    }

    /// Whether rows have errors.
    pub(super) fn has_errors(&self) -> bool {
        let mut lines = self.findings.iter();
        lines.any(|line| line.severity == Severity::Error && line.count > 0)
    }
}

fn lines(tally: &Tally, catalogue: &Catalogue) -> Vec<FindingLine> {
    tally
        .entries()
        .map(|(rule, entry)| {
            let words = catalogue.entry(rule);
            FindingLine {
                rule: rule.name().to_owned(),
                severity: tally.worst(rule, catalogue).unwrap_or(words.severity),
                count: entry.count,
                lesser: entry.lesser,
                source: words.source.clone(),
                remedy: words.remedy.clone(),
                examples: entry
                    .examples
                    .iter()
                    .map(|finding| Example {
                        row: finding.row,
                        code: finding.code.clone(),
                        message: catalogue.sentence(finding),
                        point: finding.at.and_then(lon_lat),
                    })
                    .collect(),
            }
        })
        .collect()
}

/// A place as longitude and latitude to seven decimals, a centimetre on the ground.
fn lon_lat(at: Coord<f64>) -> Option<[f64; 2]> {
    let mut place = [at];
    gis::crs::to_lon_lat(&mut place).ok()?;
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    Some([round(place[0].x), round(place[0].y)])
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} → {} de {}", self.file, self.collection, self.ubigeo)?;
        writeln!(
            f,
            "  sistema de referencia: {} ({})",
            self.crs_origen, self.operacion_crs
        )?;
        if let Some(encoding) = &self.encoding {
            writeln!(f, "  codificación: {} ({})", encoding.used, encoding.how)?;
        }
        if let Some(reference) = &self.reference {
            writeln!(f, "    {}", reference.message)?;
        }
        if let Some(declared) = &self.crs_declarado {
            writeln!(
                f,
                "  el archivo dice {declared}; se leyó como {} porque así se pidió",
                self.crs_origen
            )?;
        }
        writeln!(
            f,
            "  filas leídas {}, aceptadas {}",
            self.read, self.accepted
        )?;
        if !self.left_out.is_empty() {
            writeln!(
                f,
                "  columnas con datos personales que no se guardan: {}",
                self.left_out.join(", ")
            )?;
        }
        for line in &self.findings {
            write!(f, "{line}")?;
        }
        let c = &self.changes;
        writeln!(
            f,
            "  cambios: alta {}, baja {}, modificación {}, subdivisión {}, acumulación {}, reajuste {}, sin cambio {}",
            c.added, c.retired, c.modified, c.split, c.merged, c.readjusted, c.unchanged
        )?;
        match self.state {
            State::Published => writeln!(
                f,
                "Publicado en {:.1} s: {} filas en vigor, versión de datos {}.",
                self.seconds, self.published, self.version.0
            ),
            State::Examined => writeln!(
                f,
                "Revisado en {:.1} s. No se publicó nada: para publicar, agregue --publish.",
                self.seconds
            ),
            State::Refused => writeln!(
                f,
                "Rechazado: {} filas tienen errores. No se cambió nada.\n\
                 Corrija el archivo, o deje fuera esas filas con --skip-errors.",
                self.read - self.accepted
            ),
        }?;
        writeln!(f, "Auditoría: {}:{}", self.audit.number, self.audit.hash)
    }
}

impl fmt::Display for FindingLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self;
        let weight = match line.severity {
            Severity::Error => "ERROR",
            Severity::Observation => "observación",
            Severity::Notice => "aviso",
        };
        writeln!(
            f,
            "\n  {weight} {} · {} ({})",
            line.rule, line.count, line.source
        )?;
        if line.lesser > 0 && line.lesser < line.count {
            writeln!(f, "    de ellos, {} dentro de la tolerancia", line.lesser)?;
        }
        for example in line.examples.iter().take(3) {
            write!(f, "    fila {}: {}", example.row, example.message)?;
            match example.point {
                Some([lon, lat]) => writeln!(f, " [{lon:.6}, {lat:.6}]")?,
                None => writeln!(f)?,
            }
        }
        let more = line.count.saturating_sub(3);
        if more > 0 {
            writeln!(f, "    … y {more} más")?;
        }
        writeln!(f, "    → {}", line.remedy)
    }
}
