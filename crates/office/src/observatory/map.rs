//! Municipalities with the values of an indicator or a series: on a map, as GeoJSON, as a GeoPackage.

use std::fs::File;

use chrono::{DateTime, Utc};
use domain::{
    collection::ShapeKind,
    institute::{DossierKind, FigureKind, Period},
    people::Actor,
};
use geo_types::Geometry;
use gis::{
    export::{Container, write},
    file::{FieldKind, Value as Cell},
    package::{Column, Table},
};
use serde::Serialize;
use serde_json::{Value, json};
use store::figures::FigureQuestion;

use super::{LICENCE, member};
use crate::{Kind, Office, Problem, cadastral_projects, dossiers::Kept, layers::layer_file, place};

/// What is shown, and when.
#[derive(Clone, Debug, Default)]
pub struct MapQuestion {
    /// An indicator.
    pub indicator: Option<String>,
    /// Or a series.
    pub series: Option<String>,
    /// The period; the last one with values, where it is none.
    pub period: Option<Period>,
    /// As known then.
    pub known_at: Option<DateTime<Utc>>,
}

/// A value of a municipality.
#[derive(Clone, Debug, Serialize)]
pub struct MapValue {
    /// The municipality.
    pub ubigeo: String,
    /// What it is called.
    pub municipio: String,
    /// Its value; none where nobody said.
    pub valor: Option<f64>,
    /// SHA-256 of the stored question that computed it, if one did.
    pub consulta_sha256: Option<String>,
    /// Its outline in EPSG:32718.
    #[serde(skip)]
    pub outline: Geometry<f64>,
}

/// The values of all municipalities in a period.
#[derive(Clone, Debug, Serialize)]
pub struct MapOf {
    /// `indicador` or `serie`.
    pub clase: &'static str,
    /// Its code.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
    /// Unit of the values.
    pub unidad: String,
    /// On what terms they may be used.
    pub licencia: String,
    /// The period that is shown; none where there are no values.
    pub periodo: Option<String>,
    /// All periods with values of municipalities, the newest first.
    pub periodos: Vec<String>,
    /// The last change of the land when they were read.
    pub version_datos: i64,
    /// As known then.
    pub conocido_a: DateTime<Utc>,
    /// SHA-256 of the stored question, where one computed all of the values.
    pub consulta_sha256: Option<String>,
    /// By municipality.
    pub valores: Vec<MapValue>,
}

/// Periods that a page offers.
const PERIODS_MAX: usize = 240;

impl Office {
    /// The values of an indicator or a series in all municipalities, in a period.
    pub async fn municipal_map(
        &self,
        actor: &Actor,
        question: &MapQuestion,
    ) -> Result<MapOf, Problem> {
        let (kind, code, content) = self.mapped_figures(actor, question).await?;
        let (change, known_at) = self.data_version(question.known_at).await?;
        let codes = [code.clone()];
        let asked = FigureQuestion {
            codes: Some(&codes),
            known_at: question.known_at,
            ..FigureQuestion::default()
        };
        let mut rows = self.store.figures(kind, &asked).await?;
        rows.retain(|row| row.measure == "valor" && row.ubigeo.is_some());
        let mut periods: Vec<Period> = rows.iter().map(|row| row.period).collect();
        periods.sort_unstable();
        periods.dedup();
        periods.reverse();
        let period = question.period.or(periods.first().copied());
        rows.retain(|row| Some(row.period) == period);
        let digest = |content: &Value| member(content, "consulta_sha256");
        let first = rows.first().and_then(|row| digest(&row.content));
        let all_the_same = rows.iter().all(|row| digest(&row.content) == first);
        let snapshot = self.feed.snapshot();
        let values = snapshot.municipalities.iter().map(|(ubigeo, land)| {
            let row = rows.iter().find(|row| row.ubigeo == Some(*ubigeo));
            MapValue {
                ubigeo: ubigeo.to_string(),
                municipio: land.municipality.name.clone(),
                valor: row.map(|row| row.value),
                consulta_sha256: row.and_then(|row| digest(&row.content)),
                outline: Geometry::MultiPolygon(land.municipality.outline.clone()),
            }
        });
        Ok(MapOf {
            clase: kind.name(),
            nombre: member(&content, "nombre").unwrap_or_else(|| code.clone()),
            codigo: code,
            unidad: member(&content, "unidad").unwrap_or_default(),
            licencia: member(&content, "licencia").unwrap_or_else(|| LICENCE.to_owned()),
            periodo: period.map(|period| period.to_string()),
            periodos: periods
                .iter()
                .take(PERIODS_MAX)
                .map(Period::to_string)
                .collect(),
            version_datos: change,
            conocido_a: known_at,
            consulta_sha256: first.filter(|_| all_the_same),
            valores: values.collect(),
        })
    }

    async fn mapped_figures(
        &self,
        actor: &Actor,
        question: &MapQuestion,
    ) -> Result<(FigureKind, String, Value), Problem> {
        match (&question.indicator, &question.series) {
            (Some(code), None) => {
                let kept: Kept<Value> = self
                    .dossier(DossierKind::Indicator, code, question.known_at)
                    .await?;
                Ok((FigureKind::Indicator, kept.code, kept.content))
            }
            (None, Some(code)) => {
                // Who may not see it is told that there is none; as of then too.
                let _ = self.series_figures(actor, code, question.known_at).await?;
                let kept: Kept<Value> = self
                    .dossier(DossierKind::Series, code, question.known_at)
                    .await?;
                Ok((FigureKind::Series, kept.code, kept.content))
            }
            _ => Err(Problem::new(
                Kind::BadRequest,
                "Falta qué mostrar en el mapa.",
                "Pase «indicador» o «serie», con su código; uno de los dos.",
            )),
        }
    }
}

impl MapOf {
    /// As GeoJSON: one feature for each municipality, in longitude and latitude.
    pub fn geojson(&self) -> Result<Value, Problem> {
        let features = self.valores.iter().map(|value| {
            let shape = cadastral_projects::geometry(&value.outline)?;
            Ok(json!({
                "type": "Feature", "id": value.ubigeo, "geometry": shape,
                "properties": {
                    "ubigeo": value.ubigeo, "municipio": value.municipio, "codigo": self.codigo,
                    "periodo": self.periodo, "valor": value.valor, "unidad": self.unidad,
                    "consulta_sha256": value.consulta_sha256,
                },
            }))
        });
        let features: Vec<Value> = features.collect::<Result<_, Problem>>()?;
        Ok(json!({
            "type": "FeatureCollection",
            "clase": self.clase,
            "codigo": self.codigo,
            "nombre": self.nombre,
            "unidad": self.unidad,
            "periodo": self.periodo,
            "version_datos": self.version_datos,
            "conocido_a": self.conocido_a,
            "consulta_sha256": self.consulta_sha256,
            "licencia": self.licencia,
            "features": features,
        }))
    }

    /// As a GeoPackage with one layer, `municipios`.
    pub async fn package(self) -> Result<File, Problem> {
        layer_file("municipios.gpkg".to_owned(), move |path| {
            let column = |name: &str, kind| Column {
                name: name.to_owned(),
                kind,
                choices: Vec::new(),
            };
            let text = FieldKind::Text;
            let table = Table {
                name: "municipios",
                shapes: ShapeKind::Areas,
                columns: [
                    "ubigeo",
                    "municipio",
                    "codigo",
                    "nombre",
                    "unidad",
                    "periodo",
                    "consulta_sha256",
                    "version_datos",
                    "conocido_a",
                    "licencia",
                ]
                .into_iter()
                .map(|name| column(name, text))
                .chain([column("valor", FieldKind::Real)])
                .collect(),
            };
            let said = |text: &str| Cell::Text(text.to_owned());
            let maybe = |text: Option<&str>| text.map_or(Cell::Null, said);
            let rows = self.valores.iter().map(|value| {
                let cells = vec![
                    said(&value.ubigeo),
                    said(&value.municipio),
                    said(&self.codigo),
                    said(&self.nombre),
                    said(&self.unidad),
                    maybe(self.periodo.as_deref()),
                    maybe(value.consulta_sha256.as_deref()),
                    said(&self.version_datos.to_string()),
                    said(&self.conocido_a.to_rfc3339()),
                    said(&self.licencia),
                    value.valor.map_or(Cell::Null, Cell::Real),
                ];
                (cells, &value.outline)
            });
            write(path, Container::GeoPackage, &table, rows, place::DEFAULT)
        })
        .await
    }
}

/// Classes of values for a map, equally wide from the least to the greatest: the lower end of each, and the greatest value
/// at the end. One class where all are the same; none where there is no value.
pub fn classes(values: &[f64], most: usize) -> Vec<f64> {
    let low = values.iter().copied().reduce(f64::min);
    let high = values.iter().copied().reduce(f64::max);
    let (Some(low), Some(high)) = (low, high) else {
        return Vec::new();
    };
    if most <= 1 || high - low <= f64::EPSILON * high.abs().max(1.0) {
        return vec![low, high];
    }
    let count = u32::try_from(most).unwrap_or(u32::MAX);
    let width = (high - low) / f64::from(count);
    (0..count)
        .map(|index| low + f64::from(index) * width)
        .chain([high])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_equally_wide() {
        assert_eq!(classes(&[], 4), Vec::<f64>::new());
        assert_eq!(classes(&[3.0, 3.0], 4), [3.0, 3.0]);
        assert_eq!(classes(&[0.0, 8.0, 2.0], 4), [0.0, 2.0, 4.0, 6.0, 8.0]);
    }
}
