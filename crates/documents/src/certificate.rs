//! The paper of a certificate.

mod map;
mod qr;
mod tables;
mod verdict;
mod words;

use chrono::Datelike;
use domain::certificate::{Sheet, Standing};
use serde::Serialize;
use serde_json::Value;

pub use self::map::certificate_frame;
use self::{map::Map, qr::Qr, verdict::Verdict};
use crate::{
    parcel::NAME_MAX,
    press::{Document, Misprint, Template},
    text::{shown, whole},
    words::{DATUM, day, two},
};

/// Letters of what the officer states, and of a reason.
const TEXT_MAX: usize = 1_000;

#[derive(Serialize)]
struct Data {
    predio: About,
    titulo: String,
    numero: String,
    codigo: String,
    direccion: String,
    qr: Option<Qr>,
    estado: Option<Warning>,
    datos: Vec<[String; 2]>,
    base: String,
    datum: &'static str,
    mapa: Option<Map>,
    parametros: Vec<tables::Parameters>,
    zonas: Vec<tables::Share>,
    balance: Option<String>,
    restricciones: Vec<tables::Share>,
    temas: Vec<[String; 3]>,
    propuesta: Vec<[String; 2]>,
    hallazgos: Vec<tables::Judged>,
    resultado: &'static str,
    consta: Vec<[String; 2]>,
    otros: Vec<String>,
    prevalece: Option<String>,
    firmado_por: String,
    cargo: String,
    elaborado_por: String,
    firma: Vec<[String; 2]>,
}

/// What the style of all documents asks for.
#[derive(Serialize)]
struct About {
    municipio: String,
    demostracion: bool,
    fecha_partes: [i32; 3],
}

/// That it does not hold.
#[derive(Serialize)]
struct Warning {
    palabra: &'static str,
    texto: String,
}

/// A certificate with all that it says, its map, and how to prove it.
pub fn certificate(sheet: &Sheet) -> Result<Document, Misprint> {
    let verdict: Verdict =
        serde_json::from_value(sheet.verdict.clone()).map_err(|error| Misprint {
            template: Template::Certificate.name(),
            complaint: error.to_string(),
        })?;
    let on = sheet.issued_on;
    let part = |part: u32| i32::try_from(part).unwrap_or(1);
    Document::new(
        Template::Certificate,
        &Data {
            predio: About {
                municipio: shown(&sheet.municipality, NAME_MAX),
                demostracion: sheet.demonstration,
                fecha_partes: [on.year(), part(on.month()), part(on.day())],
            },
            titulo: shown(&sheet.title, 120),
            numero: sheet.number.to_string(),
            codigo: sheet.code.to_string(),
            direccion: whole(&sheet.qr_text, 300),
            qr: Qr::of(&sheet.qr_text),
            estado: warning(&sheet.standing, sheet.expires_on),
            datos: facts(sheet, &verdict),
            base: law(sheet),
            datum: DATUM,
            mapa: Map::of(sheet),
            parametros: tables::parameters(&verdict),
            zonas: tables::zones(&verdict),
            balance: tables::balance(&verdict),
            restricciones: tables::overlays(&verdict, &sheet.themes),
            temas: tables::themes(&verdict, &sheet.themes),
            propuesta: tables::proposal(sheet),
            hallazgos: tables::findings(&verdict, &sheet.themes),
            resultado: words::outcome(&verdict.outcome),
            consta: sheet
                .stated
                .iter()
                .map(|(title, text)| [whole(title, NAME_MAX), whole(text, TEXT_MAX)])
                .collect(),
            otros: tables::live(&verdict),
            prevalece: sheet.prevails.as_deref().map(|said| whole(said, TEXT_MAX)),
            firmado_por: shown(&sheet.signed_by.name, NAME_MAX),
            cargo: shown(&sheet.signed_by.post, 120),
            elaborado_por: shown(&sheet.drafted_by, NAME_MAX),
            firma: proof(sheet),
        },
    )
}

fn warning(standing: &Standing, expires: Option<chrono::NaiveDate>) -> Option<Warning> {
    match standing {
        Standing::InForce(_) | Standing::NotYet => None,
        Standing::Expired => Some(Warning {
            palabra: "VENCIDO",
            texto: expires.map_or_else(
                || "Este certificado venció.".to_owned(),
                |last| format!("Este certificado venció: valía hasta el {}.", day(last)),
            ),
        }),
        Standing::Annulled(annulment) => Some(Warning {
            palabra: "ANULADO",
            texto: format!(
                "Este certificado se anuló y no vale. Documento: {}. Motivo: {}. Anulado: {}.",
                whole(&annulment.document, TEXT_MAX),
                whole(annulment.reason.trim_end_matches('.'), TEXT_MAX),
                moment(annulment.at)
            ),
        }),
    }
}

fn facts(sheet: &Sheet, verdict: &Verdict) -> Vec<[String; 2]> {
    let fact = |name: &str, text: String| [name.to_owned(), text];
    let mut facts = vec![fact(
        "Municipalidad",
        format!(
            "{} (ubigeo {})",
            shown(&sheet.municipality, NAME_MAX),
            sheet.ubigeo
        ),
    )];
    match &sheet.parcel {
        Some(code) => facts.push(fact("Predio", code.clone())),
        None => facts.push(fact(
            "Predio",
            "no hay un predio inscrito en el lugar".to_owned(),
        )),
    }
    if let Some(ground) = &verdict.ground {
        let area = format!("{} m² (en proyección UTM)", two(ground.area_m2));
        facts.push(fact("Área", area));
    }
    facts.push(fact("Emitido el", day(sheet.issued_on)));
    facts.push(fact(
        "Vale hasta el",
        match sheet.expires_on {
            Some(last) => format!("{}, inclusive", day(last)),
            None => "no vence".to_owned(),
        },
    ));
    if let Some(case) = &sheet.case {
        facts.push(fact("Expediente", shown(case, NAME_MAX)));
    }
    facts
}

fn law(sheet: &Sheet) -> String {
    let parts = [sheet.basis.articulo.as_deref(), Some(&*sheet.basis.norma)];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| whole(part, 300))
        .collect();
    parts.join(", ")
}

/// What proves it.
fn proof(sheet: &Sheet) -> Vec<[String; 2]> {
    let receipt = |name: &str| match &sheet.verdict["recibo"][name] {
        Value::String(text) => whole(text, 300),
        Value::Null => "ninguna".to_owned(),
        other => other.to_string(),
    };
    [
        ("Firmado", moment(sheet.issued_at)),
        ("SHA-256 de lo firmado", sheet.sha256.clone()),
        ("Llave (Ed25519)", sheet.key.clone()),
        ("Auditoría", sheet.audit_head.to_string()),
        ("Versión de datos", receipt("version_datos")),
        ("Normas", receipt("version_normas")),
    ]
    .map(|(name, text)| [name.to_owned(), text])
    .into()
}

fn moment(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
