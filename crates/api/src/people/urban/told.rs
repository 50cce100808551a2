//! The impact of a draft as the office tells it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Told {
    pub(super) resumen: Summary,
    pub(super) predios: Vec<Row>,
}

#[derive(Deserialize)]
pub(super) struct Summary {
    pub(super) predios: usize,
    pub(super) cambian: usize,
    pub(super) area_m2: f64,
    pub(super) cambia_m2: f64,
    pub(super) zonas: Vec<Rezoned>,
    pub(super) parametros: BTreeMap<String, usize>,
    pub(super) resultados: Vec<Turned>,
    pub(super) certificados: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Rezoned {
    pub(super) antes: String,
    pub(super) despues: String,
    pub(super) predios: usize,
    pub(super) cambia_m2: f64,
}

#[derive(Deserialize)]
pub(super) struct Turned {
    pub(super) antes: String,
    pub(super) despues: String,
    pub(super) predios: usize,
}

#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) codigo: String,
    pub(super) area_m2: f64,
    pub(super) cambia_m2: f64,
    pub(super) clases_antes: Vec<String>,
    pub(super) clases_despues: Vec<String>,
    pub(super) cambios: Vec<String>,
    pub(super) parametros: Vec<Value>,
    pub(super) resultado_antes: Option<String>,
    pub(super) resultado_despues: Option<String>,
    pub(super) certificados: Vec<String>,
}

impl Row {
    /// Whether it is of a kind of change.
    pub(super) fn is(&self, kind: &str) -> bool {
        match kind {
            "zonas" => self.cambia_m2 > 0.0 || self.clases_antes != self.clases_despues,
            "parametros" => !self.parametros.is_empty(),
            "resultado" => self.resultado_antes != self.resultado_despues,
            "certificados" => !self.certificados.is_empty(),
            _ => true,
        }
    }

    /// Its look on the plan: what weighs most.
    pub(super) fn look(&self) -> &'static str {
        if self.is("resultado") {
            "cambia-resultado"
        } else if self.is("zonas") {
            "cambia-zona"
        } else {
            "cambia-norma"
        }
    }
}
