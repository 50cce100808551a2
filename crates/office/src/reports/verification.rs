//! Whether a signed report is what was signed, whether its figures can be had again, and what has changed since.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::Ubigeo,
    institute::{FigureKind, Period, indicator::equal},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{figures::FigureQuestion, sealed_reports::SealedReport};
use tokio::sync::Mutex;

use super::{Sealed, parse, read, sha256};
use crate::{Office, Problem, indicators::Recomputed, stored_queries};

/// What anybody learns of a signed report.
#[derive(Clone, Serialize, Debug)]
pub struct ReportCheck {
    /// Which.
    pub codigo: String,
    /// Its title.
    pub titulo: String,
    /// As of when today's data are.
    pub al: DateTime<Utc>,
    /// The signature.
    pub firma: SignatureCheck,
    /// The paper.
    pub pdf: PdfCheck,
    /// In numbers.
    pub resumen: Summary,
    /// Figure by figure.
    pub cifras: Vec<FigureCheck>,
}

/// Whether the signature holds.
#[derive(Clone, Serialize, Debug)]
pub struct SignatureCheck {
    /// Whether it is of a key that signed then, and what is signed is of this report.
    pub valida: bool,
    /// The key.
    pub llave: String,
    /// When it was signed.
    pub firmado_a: DateTime<Utc>,
    /// Digest of what was signed.
    pub contenido_sha256: String,
}

/// Whether the paper is the one that was sealed.
#[derive(Clone, Serialize, Debug)]
pub struct PdfCheck {
    /// Its digest.
    pub sha256: String,
    /// Whether it is the digest that was written then.
    pub coincide: bool,
}

/// In numbers.
#[derive(Clone, Default, Serialize, Debug)]
pub struct Summary {
    /// Figures of the report.
    pub cifras: usize,
    /// Those that were computed.
    pub calculadas: usize,
    /// Those of them that are the same, computed again as of what they were computed from.
    pub reproducidas: usize,
    /// Figures that are others with the data of today.
    pub cambiadas: usize,
}

/// A figure of a report, asked again.
#[derive(Clone, Serialize, Debug)]
pub struct FigureCheck {
    /// The indicator.
    pub indicador: String,
    /// What it is called.
    pub nombre: String,
    /// Its period.
    pub periodo: String,
    /// The municipality; none for the province.
    pub ubigeo: Option<String>,
    /// What people call it.
    pub lugar: String,
    /// As it was signed.
    pub valor: f64,
    /// Whether it was computed.
    pub calculada: bool,
    /// Computed as of what it was computed from.
    pub recalculado: Option<f64>,
    /// Whether that is the same; none where it was typed in.
    pub reproducida: Option<bool>,
    /// With the data of today; of one that was typed in, the value in force.
    pub hoy: Option<f64>,
    /// Whether today's is another.
    pub cambio: bool,
}

/// What came of verifying a report, as of when: until something is recorded, or a day begins, it is the same.
type Last = BTreeMap<String, (DateTime<Utc>, NaiveDate, ReportCheck)>;

/// One is verified at a time, and a report that was just verified is not asked again: it costs two questions an indicator, and
/// anybody may ask.
static LAST: Mutex<Last> = Mutex::const_new(BTreeMap::new());

/// Reports that are remembered.
const REMEMBERED: usize = 40;

impl Office {
    /// Verifies a signed report.
    pub async fn verify_report(&self, text: &str) -> Result<ReportCheck, Problem> {
        let code = parse(text)?.to_string();
        let sealed = self.sealed(&code).await?;
        let mut last = LAST.lock().await;
        let now = stored_queries::now(&self.store).await?;
        if let Some((at, day, check)) = last.get(&code)
            && *at == now.known_at
            && *day == now.day
        {
            return Ok(check.clone());
        }
        let check = self.verified(&sealed, now.known_at).await?;
        if last.len() >= REMEMBERED {
            last.clear();
        }
        last.insert(code, (now.known_at, now.day, check.clone()));
        Ok(check)
    }

    async fn verified(
        &self,
        sealed: &SealedReport,
        at: DateTime<Utc>,
    ) -> Result<ReportCheck, Problem> {
        let content = read(sealed)?;
        let own = content.codigo == sealed.code
            && content.version_datos == sealed.change
            && content.fecha == sealed.day;
        let valid = own && self.signed_then(&sealed.seal, sealed.at).await?;
        let cifras = self.again(&content).await?;
        let mut resumen = Summary {
            cifras: cifras.len(),
            ..Summary::default()
        };
        for one in &cifras {
            resumen.calculadas += usize::from(one.calculada);
            resumen.reproducidas += usize::from(one.reproducida == Some(true));
            resumen.cambiadas += usize::from(one.cambio);
        }
        Ok(ReportCheck {
            codigo: content.codigo,
            titulo: content.titulo,
            al: at,
            firma: SignatureCheck {
                valida: valid,
                llave: sealed.seal.key.clone(),
                firmado_a: sealed.at,
                contenido_sha256: sha256(sealed.seal.payload.as_bytes()),
            },
            pdf: PdfCheck {
                sha256: sha256(&sealed.pdf),
                coincide: Sha256::digest(&sealed.pdf)[..] == sealed.pdf_sha256,
            },
            resumen,
            cifras,
        })
    }

    async fn again(&self, content: &Sealed) -> Result<Vec<FigureCheck>, Problem> {
        let names = self.place_names();
        let mut again = Recomputed::new(&self.store, names.keys().copied().collect());
        let in_force = self.typed_in_force(content).await?;
        let mut checked = Vec::new();
        for figures in content.secciones.iter().flat_map(|section| &section.cifras) {
            let period: Period = figures
                .periodo
                .parse()
                .map_err(|error| super::unreadable(&error))?;
            for value in &figures.valores {
                let place: Option<Ubigeo> = value
                    .ubigeo
                    .as_deref()
                    .and_then(|ubigeo| ubigeo.parse().ok());
                let code = figures.indicador.as_str();
                let (then, today) = if let Some(origin) = &value.origen {
                    (
                        again.then(code, period, place, origin).await?,
                        again.today(code, period, place).await?,
                    )
                } else {
                    let key = (code.to_owned(), figures.periodo.clone(), place);
                    (None, in_force.get(&key).copied())
                };
                checked.push(FigureCheck {
                    indicador: figures.indicador.clone(),
                    nombre: figures.nombre.clone(),
                    periodo: figures.periodo.clone(),
                    ubigeo: value.ubigeo.clone(),
                    lugar: value.lugar.clone(),
                    valor: value.valor,
                    calculada: value.origen.is_some(),
                    recalculado: then,
                    reproducida: value
                        .origen
                        .as_ref()
                        .map(|_| then.is_some_and(|then| equal(then, value.valor))),
                    hoy: today,
                    cambio: !today.is_some_and(|today| equal(today, value.valor)),
                });
            }
        }
        Ok(checked)
    }

    /// The values in force of what was typed in.
    async fn typed_in_force(
        &self,
        content: &Sealed,
    ) -> Result<BTreeMap<(String, String, Option<Ubigeo>), f64>, Problem> {
        let typed: Vec<String> = content
            .secciones
            .iter()
            .flat_map(|section| &section.cifras)
            .filter(|figures| figures.valores.iter().any(|value| value.origen.is_none()))
            .map(|figures| figures.indicador.clone())
            .collect();
        let question = FigureQuestion {
            codes: Some(&typed),
            ..FigureQuestion::default()
        };
        let rows = self.store.figures(FigureKind::Indicator, &question).await?;
        Ok(rows
            .into_iter()
            .map(|row| ((row.code, row.period.to_string(), row.ubigeo), row.value))
            .collect())
    }
}
