//! Golden parcels: a sheet of cases with the verdict that an officer expects.

use std::collections::BTreeMap;

use domain::time::AsOf;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Store, norms::NormRow};

use crate::{
    Kind, Problem,
    checks::{self, CheckRequest},
    view::Check,
};

/// Cases of a sheet: each asks the database some times.
const CASES_MAX: usize = 2_000;

/// What golden parcels say of a norm.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CasesReport {
    /// How many cases the sheet has.
    pub total: usize,
    /// Those that came out otherwise than expected.
    pub distintos: Vec<CaseDifference>,
}

/// A case, and what came of it.
#[derive(Clone, Debug)]
pub struct CaseOutcome {
    /// Its name.
    pub name: String,
    /// The parcel.
    pub parcel: String,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub came_out: String,
    /// Why it is expected.
    pub reason: String,
}

/// A case that came out otherwise.
#[derive(Clone, Debug, Serialize)]
pub struct CaseDifference {
    /// Its name.
    pub caso: String,
    /// What was expected.
    pub esperado: String,
    /// What came out.
    pub obtenido: String,
}

/// Columns that become members of a proposal, and whether they are numbers.
const PROPOSED: [(&str, bool); 10] = [
    ("actividad_ciiu", false),
    ("uso", false),
    ("pisos", true),
    ("altura_m", true),
    ("area_techada_m2", true),
    ("area_libre_pct", true),
    ("estacionamientos", true),
    ("lote_frente_m", true),
    ("viviendas", true),
    ("habitantes", true),
];
const SETBACKS: [(&str, &str); 3] = [
    ("retiro_frontal_m", "frontal"),
    ("retiro_lateral_m", "lateral"),
    ("retiro_posterior_m", "posterior"),
];
const OTHERS: [&str; 6] = [
    "caso",
    "predio",
    "fecha",
    "esperado",
    "hallazgos",
    "sustento",
];

/// Tries the cases of a sheet with a norm that is not in force yet.
pub(super) async fn tried(
    store: &Store,
    sheet: &str,
    norm: &NormRow,
    as_of: AsOf,
) -> Result<CasesReport, Problem> {
    let outcomes = outcomes(store, sheet, norm, as_of).await?;
    Ok(CasesReport {
        total: outcomes.len(),
        distintos: outcomes
            .into_iter()
            .filter(|case| case.came_out != case.expected)
            .map(|case| CaseDifference {
                caso: case.name,
                esperado: case.expected,
                obtenido: case.came_out,
            })
            .collect(),
    })
}

/// The same, with all cases.
pub(super) async fn outcomes(
    store: &Store,
    sheet: &str,
    norm: &NormRow,
    as_of: AsOf,
) -> Result<Vec<CaseOutcome>, Problem> {
    let mut outcomes = Vec::new();
    for case in read(sheet)? {
        let asked = AsOf {
            day: case.day.unwrap_or(as_of.day),
            ..as_of
        };
        let parcel = case.request.predio.clone().unwrap_or_default();
        let came_out = match checks::with_norm(store, asked, case.request, norm).await {
            Ok(check) => said(&check, &case.findings),
            Err(problem) if problem.kind == Kind::NotFound || problem.kind == Kind::BadRequest => {
                problem.title
            }
            Err(problem) => return Err(problem),
        };
        outcomes.push(CaseOutcome {
            name: case.name,
            parcel,
            expected: case.expected,
            came_out,
            reason: case.reason,
        });
    }
    Ok(outcomes)
}

struct Case {
    name: String,
    day: Option<chrono::NaiveDate>,
    request: CheckRequest,
    /// Ids of the findings that are expected.
    findings: Vec<String>,
    /// `conforme; uso=cumple`.
    expected: String,
    reason: String,
}

/// The outcome and the findings that were asked for, as a case expects them.
fn said(check: &Check, findings: &[String]) -> String {
    findings
        .iter()
        .fold(check.resultado.to_owned(), |said, id| {
            let found = check.hallazgos.iter().find(|finding| finding.id == *id);
            let state = found.map_or("sin_hallazgo", |finding| finding.estado);
            format!("{said}; {id}={state}")
        })
}

fn read(sheet: &str) -> Result<Vec<Case>, Problem> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .trim(csv::Trim::All)
        .from_reader(sheet.as_bytes());
    let columns: Vec<String> = reader
        .headers()
        .map_err(|error| broken(&error))?
        .iter()
        .map(str::to_owned)
        .collect();
    let known = |name: &&String| {
        OTHERS.contains(&name.as_str())
            || PROPOSED.iter().any(|(known, _)| known == name)
            || SETBACKS.iter().any(|(known, _)| known == name)
    };
    if let Some(unknown) = columns.iter().find(|name| !known(name)) {
        return Err(refused(format!(
            "La hoja de casos tiene una columna «{unknown}», que no existe."
        )));
    }
    let mut cases = Vec::new();
    for (number, row) in reader.records().enumerate() {
        if number == CASES_MAX {
            return Err(refused(format!("La hoja tiene más de {CASES_MAX} casos.")));
        }
        let row = row.map_err(|error| broken(&error))?;
        let cells: BTreeMap<&str, &str> = columns
            .iter()
            .map(String::as_str)
            .zip(row.iter())
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        cases.push(case(number + 2, &cells)?);
    }
    Ok(cases)
}

fn case(line: usize, cells: &BTreeMap<&str, &str>) -> Result<Case, Problem> {
    let needed = |name: &str| {
        cells
            .get(name)
            .map(|cell| (*cell).to_owned())
            .ok_or_else(|| refused(format!("Al caso de la línea {line} le falta «{name}».")))
    };
    let day = match cells.get("fecha") {
        Some(text) => Some(text.parse().map_err(|_| {
            refused(format!(
                "«{text}», en la línea {line}, no es una fecha como 2026-03-01."
            ))
        })?),
        None => None,
    };
    let number = |text: &str| -> Result<Value, Problem> {
        let number: f64 = text
            .replace(',', ".")
            .parse()
            .map_err(|_| refused(format!("«{text}», en la línea {line}, no es un número.")))?;
        Ok(json!(number))
    };
    let mut proposal = Map::new();
    for (name, is_number) in PROPOSED {
        if let Some(cell) = cells.get(name) {
            let value = if is_number {
                number(cell)?
            } else {
                json!(cell)
            };
            proposal.insert(name.to_owned(), value);
        }
    }
    let mut setbacks = Map::new();
    for (column, member) in SETBACKS {
        if let Some(cell) = cells.get(column) {
            setbacks.insert(member.to_owned(), number(cell)?);
        }
    }
    if !setbacks.is_empty() {
        proposal.insert("retiros_m".to_owned(), Value::Object(setbacks));
    }
    let listed = cells.get("hallazgos").copied().unwrap_or_default();
    let pairs: Vec<(&str, &str)> = listed
        .split_whitespace()
        .map(|word| {
            word.split_once('=').ok_or_else(|| {
                refused(format!(
                    "«{word}», en la línea {line}, no es un hallazgo como uso=cumple."
                ))
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Case {
        name: needed("caso")?,
        reason: cells
            .get("sustento")
            .copied()
            .unwrap_or_default()
            .to_owned(),
        day,
        request: CheckRequest {
            predio: Some(needed("predio")?),
            propuesta: Some(proposal).filter(|proposal| !proposal.is_empty()),
            ..CheckRequest::default()
        },
        findings: pairs.iter().map(|(id, _)| (*id).to_owned()).collect(),
        expected: pairs.iter().fold(needed("esperado")?, |said, (id, state)| {
            format!("{said}; {id}={state}")
        }),
    })
}

fn refused(title: String) -> Problem {
    let columns: Vec<&str> = OTHERS
        .into_iter()
        .chain(PROPOSED.map(|(name, _)| name))
        .chain(SETBACKS.map(|(name, _)| name))
        .collect();
    Problem::new(
        Kind::Refused,
        title,
        format!(
            "La hoja de casos es un CSV con punto y coma. Sus columnas: {}.",
            columns.join(", ")
        ),
    )
}

fn broken(error: &csv::Error) -> Problem {
    refused(format!("La hoja de casos no se puede leer ({error})."))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::data;

    #[test]
    fn the_norms_of_the_demonstration_have_their_cases() {
        let mut total = 0;
        for norm in data::norms() {
            let cases = read(&norm.cases.expect("a sheet")).expect("a sheet that reads");
            let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
            assert_eq!(
                names.len(),
                cases.len(),
                "{}: a name comes twice",
                norm.path
            );
            total += cases.len();
        }
        assert!(total > 150, "{total}");
    }

    #[test]
    fn a_sheet_that_says_less_than_it_seems_is_refused() {
        let title = |sheet: &str| read(sheet).map(|_| ()).expect_err("refused").title;
        let head = "caso;predio;pisos;esperado;hallazgos\n";
        for (line, said) in [
            (
                "a;22010101001001;3;conforme;uso:cumple\n",
                "«uso:cumple», en la línea 2,",
            ),
            (
                "a;22010101001001;tres;conforme;\n",
                "«tres», en la línea 2,",
            ),
            ("a;22010101001001;3;;\n", "le falta «esperado»"),
            ("a;;3;conforme;\n", "le falta «predio»"),
        ] {
            let title = title(&format!("{head}{line}"));
            assert!(title.contains(said), "{title}");
        }
        assert!(title("caso;plantas\n").contains("«plantas»"));
    }
}
