//! What the municipalities give: money agreed and paid, for what is fixed (staff, logistics) and what varies (studies,
//! works), by municipality and quarter.

use std::collections::BTreeMap;

use domain::{
    id::Ubigeo,
    institute::{FigureKind, Period, Span},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{
    Deed,
    figures::{FigureQuestion, NewFigure},
};

use crate::{Kind, Office, Problem, people::require};

/// Under this code contributions are kept.
pub const CODE: &str = "aportes";

const MEASURES: [&str; 4] = [
    "acordado_fijo",
    "pagado_fijo",
    "acordado_variable",
    "pagado_variable",
];

/// Money of a municipality in a quarter, as it is written. What is left out stays as it was.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewContribution {
    /// `2026-T3`.
    pub periodo: String,
    /// The municipality that gives.
    pub ubigeo: String,
    /// Agreed for staff and logistics, in soles.
    #[serde(default)]
    pub acordado_fijo: Option<f64>,
    /// Paid of it.
    #[serde(default)]
    pub pagado_fijo: Option<f64>,
    /// Agreed for studies and works, in soles.
    #[serde(default)]
    pub acordado_variable: Option<f64>,
    /// Paid of it.
    #[serde(default)]
    pub pagado_variable: Option<f64>,
    /// What proves it: the agreement, the voucher, the digest of a paper.
    pub sustento: String,
}

/// Money agreed, paid and owed, in soles.
#[derive(Clone, Copy, Default, PartialEq, Debug, Serialize)]
pub struct Money {
    /// Agreed for staff and logistics.
    pub acordado_fijo: f64,
    /// Paid of it.
    pub pagado_fijo: f64,
    /// Agreed for studies and works.
    pub acordado_variable: f64,
    /// Paid of it.
    pub pagado_variable: f64,
    /// Agreed in all.
    pub acordado: f64,
    /// Paid in all.
    pub pagado: f64,
    /// What is owed; less than nothing where more was paid than agreed.
    pub saldo: f64,
}

/// The money of a municipality in a quarter.
#[derive(Clone, Debug, Serialize)]
pub struct ContributionLine {
    /// `2026-T3`.
    pub periodo: String,
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Its name.
    pub municipio: String,
    /// How much.
    #[serde(flatten)]
    pub soles: Money,
    /// What proves it, of each measure, the last said.
    pub sustentos: Vec<String>,
    /// Whether it is made up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub demostracion: bool,
}

/// A sum of some of them.
#[derive(Clone, Debug, Serialize)]
pub struct ContributionSum {
    /// Of which municipality or quarter.
    pub de: String,
    /// Its name.
    pub nombre: String,
    /// How much.
    #[serde(flatten)]
    pub soles: Money,
}

/// Contributions, with their sums.
#[derive(Clone, Debug, Serialize)]
pub struct Contributions {
    /// By quarter, the last first, and municipality.
    pub aportes: Vec<ContributionLine>,
    /// By municipality.
    pub por_municipio: Vec<ContributionSum>,
    /// By quarter.
    pub por_periodo: Vec<ContributionSum>,
    /// Of all.
    pub total: Money,
}

/// More is a mistake of the keyboard: a hundred million soles in a quarter.
const SOLES_MAX: f64 = 100_000_000.0;
const PROOF: std::ops::RangeInclusive<usize> = 3..=300;

impl Money {
    fn put(&mut self, measure: &str, soles: f64) {
        match measure {
            "acordado_fijo" => self.acordado_fijo += soles,
            "pagado_fijo" => self.pagado_fijo += soles,
            "acordado_variable" => self.acordado_variable += soles,
            "pagado_variable" => self.pagado_variable += soles,
            _ => {}
        }
        self.acordado = self.acordado_fijo + self.acordado_variable;
        self.pagado = self.pagado_fijo + self.pagado_variable;
        self.saldo = self.acordado - self.pagado;
    }

    fn and(&mut self, other: &Self) {
        self.put("acordado_fijo", other.acordado_fijo);
        self.put("pagado_fijo", other.pagado_fijo);
        self.put("acordado_variable", other.acordado_variable);
        self.put("pagado_variable", other.pagado_variable);
    }
}

impl Office {
    /// Contributions of a quarter and of a municipality; of all, where it is none.
    pub async fn contributions(
        &self,
        period: Option<Period>,
        ubigeo: Option<Ubigeo>,
    ) -> Result<Contributions, Problem> {
        let codes = [CODE.to_owned()];
        let periods = period.map(|period| [period.to_string()]);
        let question = FigureQuestion {
            codes: Some(&codes),
            periods: periods.as_ref().map(<[String; 1]>::as_slice),
            known_at: None,
        };
        let figures = self
            .store
            .figures(FigureKind::Contribution, &question)
            .await?;
        let mut found: BTreeMap<(std::cmp::Reverse<Period>, Ubigeo), ContributionLine> =
            BTreeMap::new();
        for figure in figures {
            let Some(place) = figure
                .ubigeo
                .filter(|one| ubigeo.is_none_or(|asked| asked == *one))
            else {
                continue;
            };
            let line = found
                .entry((std::cmp::Reverse(figure.period), place))
                .or_insert_with(|| ContributionLine {
                    periodo: figure.period.to_string(),
                    ubigeo: place,
                    municipio: self.name_of_municipality(Some(place)).unwrap_or_default(),
                    soles: Money::default(),
                    sustentos: Vec::new(),
                    demostracion: false,
                });
            line.soles.put(&figure.measure, figure.value);
            line.demostracion |= figure.content["demostracion"] == Value::Bool(true);
            if let Some(proof) = figure.content["sustento"].as_str()
                && !line.sustentos.iter().any(|known| known == proof)
            {
                line.sustentos.push(proof.to_owned());
            }
        }
        Ok(summed(found.into_values().collect()))
    }

    /// Writes money of a municipality in a quarter. What was written of it before stays in the record.
    pub async fn write_contribution(
        &self,
        actor: &Actor,
        new: &NewContribution,
    ) -> Result<Contributions, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let period = quarter(&new.periodo)?;
        let ubigeo: Ubigeo = new.ubigeo.trim().parse().map_err(|_| {
            bad(
                "Falta el municipio.",
                "En «ubigeo» van los seis dígitos del que aporta, como 220101.",
            )
        })?;
        self.known_place(Some(ubigeo))?;
        let proof = new.sustento.trim();
        if !PROOF.contains(&proof.chars().count()) {
            return Err(bad(
                "Falta el sustento.",
                "Diga en «sustento» qué lo prueba, entre 3 y 300 letras: el acuerdo, el comprobante, la huella de un documento.",
            ));
        }
        let said = [
            new.acordado_fijo,
            new.pagado_fijo,
            new.acordado_variable,
            new.pagado_variable,
        ];
        let mut figures = Vec::new();
        for (measure, soles) in MEASURES.into_iter().zip(said) {
            let Some(soles) = soles else { continue };
            if !(0.0..=SOLES_MAX).contains(&soles) {
                return Err(bad(
                    format!("«{measure}» no vale."),
                    "Son soles, desde 0 hasta 100 millones.",
                ));
            }
            figures.push(NewFigure {
                code: CODE,
                measure,
                period,
                ubigeo: Some(ubigeo),
                value: soles,
                content: json!({ "sustento": proof }),
            });
        }
        if figures.is_empty() {
            return Err(bad(
                "No hay ningún monto.",
                "Escriba al menos uno: acordado o pagado, fijo o variable.",
            ));
        }
        let told: Vec<Value> = figures
            .iter()
            .map(|figure| json!({"medida": figure.measure, "soles": figure.value}))
            .collect();
        let mut act = self.store.begin(actor).await?;
        act.write_figures(FigureKind::Contribution, &figures)
            .await?;
        act.commit(&Deed {
            action: "aporte.cifra",
            ubigeo: Some(ubigeo),
            object: format!("aporte/{ubigeo}/{period}"),
            content: json!({"cifras": told, "sustento": proof}),
        })
        .await?;
        self.contributions(Some(period), Some(ubigeo)).await
    }
}

/// A quarter, as it is written.
pub fn quarter(text: &str) -> Result<Period, Problem> {
    let period: Option<Period> = text.trim().parse().ok();
    period
        .filter(|period| period.span() == Span::Quarter)
        .ok_or_else(|| {
            bad(
                "El trimestre no se entiende.",
                "Escríbalo en «periodo» como 2026-T3.",
            )
        })
}

/// Contributions as a table for a spreadsheet.
pub fn csv(found: &Contributions) -> Result<Vec<u8>, Problem> {
    let broken = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "contributions");
        Problem::new(
            Kind::Internal,
            "La tabla no se pudo escribir.",
            "Avise a quien mantiene el programa.",
        )
    };
    let mut table = csv::Writer::from_writer(Vec::new());
    table
        .write_record([
            "periodo",
            "ubigeo",
            "municipio",
            "acordado_fijo",
            "pagado_fijo",
            "acordado_variable",
            "pagado_variable",
            "acordado",
            "pagado",
            "saldo",
        ])
        .map_err(|error| broken(&error))?;
    for line in &found.aportes {
        let soles = &line.soles;
        let money = [
            soles.acordado_fijo,
            soles.pagado_fijo,
            soles.acordado_variable,
            soles.pagado_variable,
            soles.acordado,
            soles.pagado,
            soles.saldo,
        ];
        let words = [
            line.periodo.clone(),
            line.ubigeo.to_string(),
            line.municipio.clone(),
        ];
        let cells = words
            .into_iter()
            .chain(money.iter().map(|soles| format!("{soles:.2}")));
        table.write_record(cells).map_err(|error| broken(&error))?;
    }
    table.into_inner().map_err(|error| broken(&error))
}

fn summed(lines: Vec<ContributionLine>) -> Contributions {
    let mut places: BTreeMap<Ubigeo, ContributionSum> = BTreeMap::new();
    let mut periods: Vec<ContributionSum> = Vec::new();
    let mut total = Money::default();
    for line in &lines {
        total.and(&line.soles);
        let place = places
            .entry(line.ubigeo)
            .or_insert_with(|| ContributionSum {
                de: line.ubigeo.to_string(),
                nombre: line.municipio.clone(),
                soles: Money::default(),
            });
        place.soles.and(&line.soles);
        // Lines come by quarter: the last sum is that of this one, or of the one before it.
        if periods.last().is_none_or(|sum| sum.de != line.periodo) {
            let period: Option<Period> = line.periodo.parse().ok();
            periods.push(ContributionSum {
                de: line.periodo.clone(),
                nombre: period.map(Period::words).unwrap_or_default(),
                soles: Money::default(),
            });
        }
        if let Some(sum) = periods.last_mut() {
            sum.soles.and(&line.soles);
        }
    }
    Contributions {
        por_municipio: places.into_values().collect(),
        por_periodo: periods,
        total,
        aportes: lines,
    }
}

fn bad(title: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(periodo: &str, ubigeo: &str, agreed: f64, paid: f64) -> ContributionLine {
        let mut soles = Money::default();
        soles.put("acordado_fijo", agreed);
        soles.put("pagado_variable", paid);
        ContributionLine {
            periodo: periodo.to_owned(),
            ubigeo: ubigeo.parse().expect("six digits"),
            municipio: "=Moyobamba".to_owned(),
            soles,
            sustentos: Vec::new(),
            demostracion: false,
        }
    }

    #[test]
    fn sums_are_those_of_their_lines() {
        let found = summed(vec![
            line("2026-T2", "220101", 100.0, 40.0),
            line("2026-T2", "220102", 50.0, 60.0),
            line("2026-T1", "220101", 10.0, 10.0),
        ]);
        assert_eq!(found.por_periodo.len(), 2);
        for (sum, expected) in [
            (found.total.acordado, 160.0),
            (found.total.saldo, 50.0),
            (found.por_periodo[0].soles.pagado, 100.0),
            (found.por_municipio[0].soles.saldo, 60.0),
        ] {
            assert!((sum - expected).abs() < 1e-9, "{sum} {expected}");
        }
        let table = csv(&found).expect("a table");
        let text = String::from_utf8(table).expect("text");
        assert_eq!(text.lines().count(), 4);
        assert!(text.contains("2026-T2,220102,"), "{text}");
    }

    #[test]
    fn only_quarters_are_quarters() {
        assert!(quarter(" 2026-T3 ").is_ok());
        for text in ["2026", "2026-S1", "2026-09", "2026-T5", ""] {
            assert!(quarter(text).is_err(), "{text}");
        }
    }
}
