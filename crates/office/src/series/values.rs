//! Values of a series: by period and municipality, sent one by one or pasted as a table.

use chrono::{DateTime, Utc};
use domain::{
    institute::{DossierCode, FigureKind, Period, SeriesState, SeriesStep},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{
    Deed,
    figures::{FigureQuestion, NewFigure},
};

use super::{KIND, Series, absent};
use crate::{
    Kind, Office, Problem,
    dossiers::{Kept, Written, write},
    people::require,
};

/// A value of a series.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesValue {
    /// When.
    pub periodo: String,
    /// Of which municipality; none for the province.
    pub ubigeo: Option<String>,
    /// What that is called.
    pub municipio: String,
    /// The number.
    pub valor: f64,
    /// Since when it is recorded.
    pub desde: DateTime<Utc>,
}

/// All values of a series.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesFigures {
    /// Its code.
    pub serie: String,
    /// What it is called.
    pub nombre: String,
    /// Whose it is.
    pub organizacion: String,
    /// Unit of the values.
    pub unidad: String,
    /// On what terms they may be used.
    pub licencia: String,
    /// The last change of the land when they were read.
    pub version_datos: i64,
    /// As known then.
    pub conocido_a: DateTime<Utc>,
    /// The values, by period and place.
    pub cifras: Vec<SeriesValue>,
}

/// A value as somebody sends it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueSent {
    /// When: `2026`, `2026-S1`, `2026-T3`, `2026-09`.
    pub periodo: String,
    /// Of which municipality; none for the province.
    #[serde(default)]
    pub ubigeo: Option<String>,
    /// The number.
    pub valor: f64,
}

const MEASURE: &str = "valor";
/// Ten years of months of all municipalities, and some more.
const VALUES_MAX: usize = 5_000;

impl Office {
    /// The values of a series that who asks may see.
    pub async fn series_figures(
        &self,
        actor: &Actor,
        code: &str,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<SeriesFigures, Problem> {
        let found = self.series_found(actor, code).await?;
        crate::moment::of(None, known_at)?;
        if known_at.is_some() {
            // What was not published then is not read as of then.
            let then: Kept<Series> = self.dossier(KIND, code, known_at).await?;
            let state: SeriesState = then.content.estado.parse().map_err(|_| absent(code))?;
            if !state.is_seen_by(found.who) {
                return Err(absent(code));
            }
        }
        let codes = [code.to_owned()];
        let question = FigureQuestion {
            codes: Some(&codes),
            known_at,
            ..FigureQuestion::default()
        };
        let mut rows = self.store.figures(FigureKind::Series, &question).await?;
        rows.retain(|row| row.measure == MEASURE);
        rows.sort_by_key(|row| (row.period, row.ubigeo));
        let known_at = match known_at {
            Some(known_at) => known_at,
            None => self.store.recorded_until().await?,
        };
        let series = found.kept.content;
        Ok(SeriesFigures {
            serie: code.to_owned(),
            nombre: series.nombre,
            organizacion: series.organizacion,
            unidad: series.unidad,
            licencia: series.licencia,
            version_datos: self.store.change_at(known_at).await?.0,
            conocido_a: known_at,
            cifras: rows
                .into_iter()
                .map(|row| SeriesValue {
                    periodo: row.period.to_string(),
                    ubigeo: row.ubigeo.map(|ubigeo| ubigeo.to_string()),
                    municipio: self.name_of_place(row.ubigeo),
                    valor: row.value,
                    desde: row.since,
                })
                .collect(),
        })
    }

    /// Its author writes values. What was published waits for a planner again.
    pub async fn write_series_figures(
        &self,
        actor: &Actor,
        code: &str,
        values: &[ValueSent],
    ) -> Result<SeriesFigures, Problem> {
        require(actor, Action::OfferSeries, None)?;
        let found = self.series_found(actor, code).await?;
        let state = found.after(SeriesStep::Change)?;
        let figures = self.series_values(code, values)?;
        let mut act = self.store.begin(actor).await?;
        if state != found.state {
            let dossier: DossierCode = super::slug(code)?;
            let content = Series {
                estado: state.name().to_owned(),
                motivo: None,
                ..found.kept.content
            };
            let written = Written {
                kind: KIND,
                code: &dossier,
                ubigeo: None,
                content: &content,
                after: found.kept.version,
                action: "serie.cambio",
            };
            let deed = write(&mut act, &written).await?;
            act.record(&deed).await?;
        }
        act.write_figures(FigureKind::Series, &figures).await?;
        act.commit(&Deed {
            action: "serie.cifras",
            ubigeo: None,
            object: format!("{}/{code}", KIND.name()),
            content: json!({"cifras": figures.len()}),
        })
        .await?;
        self.series_figures(actor, code, None).await
    }

    fn series_values<'a>(
        &self,
        code: &'a str,
        sent: &[ValueSent],
    ) -> Result<Vec<NewFigure<'a>>, Problem> {
        if sent.is_empty() || sent.len() > VALUES_MAX {
            return Err(refused(
                "No hay cifras, o son demasiadas.".to_owned(),
                &format!("Envíe de 1 a {VALUES_MAX} a la vez."),
            ));
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut figures = Vec::with_capacity(sent.len());
        for value in sent {
            let period: Period = value.periodo.trim().parse().map_err(|_| {
                refused(
                    format!("«{}» no es un periodo.", short(&value.periodo)),
                    "Escríbalo como 2026, 2026-S1, 2026-T3 o 2026-09.",
                )
            })?;
            let place = value.ubigeo.as_deref().map(str::trim);
            let ubigeo = place
                .filter(|text| !text.is_empty())
                .map(|text| self.place_of_figures(text))
                .transpose()?;
            if !value.valor.is_finite() {
                return Err(refused(
                    format!("El valor de {period} no es un número."),
                    "Escríbalo con punto para los decimales.",
                ));
            }
            if !seen.insert((period, ubigeo)) {
                return Err(refused(
                    format!("El periodo {period} está dos veces para el mismo lugar."),
                    "Envíe cada cifra una vez.",
                ));
            }
            figures.push(NewFigure {
                code,
                measure: MEASURE,
                period,
                ubigeo,
                value: value.valor,
                content: Value::Object(serde_json::Map::new()),
            });
        }
        Ok(figures)
    }
}

/// Values of a pasted table: a period, a municipality or nothing, a number; apart by commas, semicolons or tabs. A first
/// line that names the columns is passed over.
///
/// # Errors
/// A line is not such.
pub fn pasted(text: &str) -> Result<Vec<ValueSent>, Problem> {
    let mut values = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || (at == 0 && line.to_lowercase().starts_with("periodo")) {
            continue;
        }
        let mark = [';', '\t']
            .into_iter()
            .find(|mark| line.contains(*mark))
            .unwrap_or(',');
        let cells: Vec<&str> = line
            .split(mark)
            .map(|cell| cell.trim().trim_matches('"'))
            .collect();
        let (period, place, number) = match cells[..] {
            [period, number] => (period, "", number),
            [period, place, number] => (period, place, number),
            _ => return Err(not_a_line(at + 1, line)),
        };
        let number: f64 = number.parse().map_err(|_| not_a_line(at + 1, line))?;
        values.push(ValueSent {
            periodo: period.to_owned(),
            ubigeo: Some(place.to_owned()).filter(|place| !place.is_empty()),
            valor: number,
        });
    }
    Ok(values)
}

fn not_a_line(at: usize, line: &str) -> Problem {
    refused(
        format!("La línea {at} no se entiende: «{}».", short(line)),
        "Cada línea es periodo, ubigeo (o nada, para la provincia) y valor, como 2026-09,220101,12.5",
    )
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn refused(title: String, detail: &str) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_table_is_read_as_people_have_it() {
        let values =
            pasted("periodo;ubigeo;valor\n2026-01;220101;3.5\n\n2026-02;;4\n").expect("values");
        assert_eq!(values.len(), 2);
        assert_eq!(values[0].ubigeo.as_deref(), Some("220101"));
        assert_eq!(values[1].ubigeo, None);
        assert_eq!(
            pasted("2026,-1.25").expect("values")[0].valor.to_string(),
            "-1.25"
        );
        assert_eq!(pasted("2026\t220101\t7").expect("values").len(), 1);
        for wrong in ["2026", "2026,220101,mucho", "a,b,c,d"] {
            assert!(pasted(wrong).is_err(), "{wrong}");
        }
    }
}
