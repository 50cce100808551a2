//! Evidence of a project: questions that come with the program, answered as of a moment, with where the answer comes from.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{collection::Collection, institute::StoredQuery, time::AsOf};
use serde::Serialize;
use serde_json::{Map, Value};

use super::words;
use crate::{Office, Problem, data, moment, stored_queries::Origin};

/// A question of `data/evidencias/`, with what its first lines say of it.
#[derive(Clone, Debug)]
pub struct EvidenceQuery {
    /// Name of its file.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// In which units it answers.
    pub unit: String,
    /// What is counted.
    pub explanation: String,
    /// Its columns, and how people call them.
    pub columns: Vec<(String, String)>,
    /// The question.
    pub question: StoredQuery,
}

/// What a question answers about a project.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    /// Which question.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// In which units it answers.
    pub unidad: String,
    /// What is counted.
    pub explicacion: String,
    /// Its text, as it was run.
    pub consulta: String,
    /// The rows of the answer.
    pub filas: Vec<Map<String, Value>>,
    /// Where the answer comes from.
    pub origen: Origin,
    /// Columns, and how people call them.
    #[serde(skip)]
    pub columns: Vec<(String, String)>,
}

/// All evidence of a project as of one moment.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectEvidence {
    /// Of which project.
    pub cui: String,
    /// By question.
    pub evidencias: Vec<Evidence>,
}

/// The questions that come with the program, in the order in which they are shown.
pub fn evidence_queries() -> &'static [EvidenceQuery] {
    static QUERIES: LazyLock<Vec<EvidenceQuery>> = LazyLock::new(|| {
        let order = ["lotes", "zonas", "restricciones", "coincidencias"];
        let place = |code: &str| order.iter().position(|known| *known == code);
        let mut queries: Vec<EvidenceQuery> = data::evidence_texts()
            .into_iter()
            // A test reads the files.
            .filter_map(|(code, text)| EvidenceQuery::read(code, &text))
            .collect();
        queries.sort_by(|a, b| {
            let key =
                |one: &EvidenceQuery| (place(&one.code).unwrap_or(order.len()), one.code.clone());
            key(a).cmp(&key(b))
        });
        queries
    });
    &QUERIES
}

impl EvidenceQuery {
    /// A question with its head; none where something of it is missing.
    fn read(code: String, text: &str) -> Option<Self> {
        let said = |name: &str| {
            text.lines()
                .map_while(|line| line.strip_prefix("-- "))
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                .map(str::to_owned)
        };
        let columns = said("columnas")?;
        let columns: Option<Vec<(String, String)>> = columns
            .split("; ")
            .map(|column| {
                let (name, words) = column.split_once('=')?;
                Some((name.to_owned(), words.to_owned()))
            })
            .collect();
        Some(Self {
            code,
            name: said("nombre")?,
            unit: said("unidad")?,
            explanation: said("explicacion")?,
            columns: columns?,
            question: StoredQuery::parse(text).ok()?,
        })
    }
}

impl Evidence {
    /// Its rows as people read them, in the order of its columns.
    pub fn cells(&self) -> Vec<Vec<String>> {
        let cell = |row: &Map<String, Value>, name: &str| match row.get(name) {
            None | Some(Value::Null) => "—".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        self.filas
            .iter()
            .map(|row| {
                let columns = self.columns.iter();
                columns.map(|(name, _)| cell(row, name)).collect()
            })
            .collect()
    }
}

impl Office {
    /// The evidence of a project, all of it as of one point in time: now, where none is named.
    pub async fn project_evidence(
        &self,
        cui: &str,
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<ProjectEvidence, Problem> {
        let mut as_of = moment::of(day, known_at)?;
        self.need_project(cui, as_of).await?;
        let mut evidence = Vec::new();
        for query in evidence_queries() {
            let computed = self
                .compute(&query.question, as_of, None, Some(cui))
                .await?;
            // The others are asked of the same moment.
            as_of = Some(AsOf {
                day: computed.origin.fecha,
                known_at: computed.origin.conocido_a,
            });
            evidence.push(Evidence {
                codigo: query.code.clone(),
                nombre: query.name.clone(),
                unidad: query.unit.clone(),
                explicacion: query.explanation.clone(),
                consulta: query.question.text().to_owned(),
                filas: computed.rows,
                origen: computed.origin,
                columns: query.columns.clone(),
            });
        }
        Ok(ProjectEvidence {
            cui: cui.to_owned(),
            evidencias: evidence,
        })
    }

    /// Whether the project is, or was, there: an answer about nothing would look like one.
    async fn need_project(&self, cui: &str, as_of: Option<AsOf>) -> Result<(), Problem> {
        let snapshot = self.feed.snapshot();
        let Some(as_of) = as_of else {
            let found = snapshot.feature(&Collection::Investments, cui);
            return found.map(|_| ()).ok_or_else(words::absent);
        };
        for ubigeo in snapshot.municipalities.keys() {
            let found = self
                .store
                .feature_as_of(&Collection::Investments, *ubigeo, cui, as_of)
                .await?;
            if found.is_some() {
                return Ok(());
            }
        }
        Err(words::absent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_question_with_its_head() {
        let queries = evidence_queries();
        let codes: Vec<&str> = queries.iter().map(|query| query.code.as_str()).collect();
        assert_eq!(codes, ["lotes", "zonas", "restricciones", "coincidencias"]);
        assert_eq!(queries.len(), data::evidence_texts().len());
        for query in queries {
            for (column, _) in &query.columns {
                assert!(
                    query.question.text().contains(column),
                    "{}: {column}",
                    query.code
                );
            }
        }
    }
}
