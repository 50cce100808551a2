//! Money of a project: agreed and spent by each municipality, quarter by quarter.

use domain::{
    id::Ubigeo,
    institute::{FigureKind, Period, period::Span},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{
    Deed,
    figures::{FigureQuestion, NewFigure},
};

use super::{KIND, Project, Times};
use crate::{Kind, Office, Problem, dossiers::Kept, people::require};

/// What a municipality agreed to and spent in a quarter, in soles.
#[derive(Clone, Debug, Serialize)]
pub struct FundLine {
    /// The quarter.
    pub periodo: String,
    /// The municipality.
    pub ubigeo: String,
    /// What that is called.
    pub municipio: String,
    /// Agreed; none where nobody said.
    pub acordado: Option<f64>,
    /// Spent; none where nobody said.
    pub gastado: Option<f64>,
}

/// All of them, with their sums.
#[derive(Clone, Debug, Serialize)]
pub struct Funds {
    /// By quarter and municipality.
    pub fondos: Vec<FundLine>,
    /// Agreed in all.
    pub acordado: f64,
    /// Spent in all.
    pub gastado: f64,
}

/// Money of a quarter, as somebody sends it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fund {
    /// The quarter, `2026-T3`.
    pub periodo: String,
    /// The municipality.
    pub ubigeo: String,
    /// Agreed, in soles.
    #[serde(default)]
    pub acordado: Option<f64>,
    /// Spent, in soles.
    #[serde(default)]
    pub gastado: Option<f64>,
    /// The paper that says so.
    #[serde(default)]
    pub sustento: Option<String>,
}

const AGREED: &str = "fondo_acordado";
const SPENT: &str = "fondo_gastado";
const MOST: f64 = 1e10;
const LINES_MAX: usize = 500;

impl Office {
    /// The money of a project.
    pub async fn cadastral_funds(&self, code: &str, times: Times) -> Result<Funds, Problem> {
        let _: Kept<Project> = self.dossier(KIND, code, times.known_at).await?;
        let codes = [code.to_owned()];
        let question = FigureQuestion {
            codes: Some(&codes),
            known_at: times.known_at,
            ..FigureQuestion::default()
        };
        let rows = self
            .store
            .figures(FigureKind::CadastralProject, &question)
            .await?;
        let mut lines: Vec<(Period, Option<Ubigeo>, FundLine)> = Vec::new();
        for row in rows {
            let at = lines
                .iter()
                .position(|line| (line.0, line.1) == (row.period, row.ubigeo));
            let at = at.unwrap_or_else(|| {
                let line = FundLine {
                    periodo: row.period.to_string(),
                    ubigeo: row
                        .ubigeo
                        .map(|ubigeo| ubigeo.to_string())
                        .unwrap_or_default(),
                    municipio: self.name_of_place(row.ubigeo),
                    acordado: None,
                    gastado: None,
                };
                lines.push((row.period, row.ubigeo, line));
                lines.len() - 1
            });
            match row.measure.as_str() {
                AGREED => lines[at].2.acordado = Some(row.value),
                SPENT => lines[at].2.gastado = Some(row.value),
                _ => {}
            }
        }
        lines.sort_by_key(|line| (line.0, line.1));
        let lines: Vec<FundLine> = lines.into_iter().map(|line| line.2).collect();
        Ok(Funds {
            acordado: lines.iter().filter_map(|line| line.acordado).sum(),
            gastado: lines.iter().filter_map(|line| line.gastado).sum(),
            fondos: lines,
        })
    }

    /// Writes money of a project; what is said again corrects what was said before.
    pub async fn write_cadastral_funds(
        &self,
        actor: &Actor,
        code: &str,
        funds: &[Fund],
    ) -> Result<Funds, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let kept: Kept<Project> = self.dossier(KIND, code, None).await?;
        let figures = self.project_money(code, funds)?;
        let mut act = self.store.begin(actor).await?;
        act.write_figures(FigureKind::CadastralProject, &figures)
            .await?;
        act.commit(&Deed {
            action: "proyecto_catastral.fondos",
            ubigeo: kept.ubigeo,
            object: format!("{}/{code}", KIND.name()),
            content: json!({"cifras": figures.len()}),
        })
        .await?;
        self.cadastral_funds(code, Times::default()).await
    }

    fn project_money<'a>(
        &self,
        code: &'a str,
        funds: &[Fund],
    ) -> Result<Vec<NewFigure<'a>>, Problem> {
        let mut figures: Vec<NewFigure<'a>> = Vec::new();
        for fund in funds {
            let period: Period = fund
                .periodo
                .parse()
                .ok()
                .filter(|period: &Period| period.span() == Span::Quarter)
                .ok_or_else(|| {
                    refused("El periodo no es un trimestre.", "Escríbalo como 2026-T3.")
                })?;
            let ubigeo = self.place_of_figures(&fund.ubigeo)?;
            let content: Value = match fund.sustento.as_deref().map(str::trim) {
                Some(text) if !text.is_empty() => {
                    json!({"sustento": text.chars().take(400).collect::<String>()})
                }
                _ => json!({}),
            };
            for (measure, value) in [(AGREED, fund.acordado), (SPENT, fund.gastado)] {
                let Some(value) = value else { continue };
                if !(0.0..=MOST).contains(&value) {
                    return Err(refused(
                        "Un monto no vale.",
                        "Escríbalo en soles, sin signo, con punto para los céntimos.",
                    ));
                }
                let twice = figures.iter().any(|known| {
                    (known.measure, known.period, known.ubigeo) == (measure, period, Some(ubigeo))
                });
                if twice {
                    return Err(refused(
                        "Un trimestre está dos veces para el mismo municipio.",
                        "Envíe cada uno una vez.",
                    ));
                }
                figures.push(NewFigure {
                    code,
                    measure,
                    period,
                    ubigeo: Some(ubigeo),
                    value,
                    content: content.clone(),
                });
            }
        }
        if figures.is_empty() || figures.len() > LINES_MAX {
            return Err(refused(
                "No hay montos, o son demasiados.",
                "Escriba lo acordado o lo gastado de al menos un trimestre.",
            ));
        }
        Ok(figures)
    }
}

fn refused(title: &str, detail: &str) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}
