//! Verifying a certificate's file with nothing but a public key.

use std::path::{Path, PathBuf};

use chrono::{NaiveDate, Utc};
use serde_json::Value;

use super::{
    SignedAnnulment,
    issue::sha256,
    signature::{Envelope, Fault, Jws, is_thumbprint, public_of_pem},
};
use crate::{Kind, Problem, moment};

/// A file whose signature holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proven {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Its last day; none for one that does not expire.
    pub expires: Option<NaiveDate>,
    /// Whether that day is past.
    pub expired: bool,
    /// Why it was annulled, where the file says so.
    pub annulled: Option<String>,
}

/// Longest file, in bytes: a verdict of a large parcel is some tens of kilobytes.
const BYTES_MAX: u64 = 8 << 20;

/// Verifies a file with the keys in PEM files; where none is named, with the public halves that lie in a folder.
pub fn verify(file: &Path, keys: &[PathBuf], folder: &Path) -> Result<Proven, Problem> {
    let envelope: Envelope =
        serde_json::from_str(&text(file)?).map_err(|_| broken(Fault::Shape))?;
    let jws = envelope.jws();
    let content = held(&jws, keys, folder, |public| envelope.verify(public))?;
    let annulled = match &envelope.anulacion {
        Some(annulment) => Some(annulled(annulment, &envelope, keys, folder)?),
        None => None,
    };
    let said = |name: &str| content[name].as_str().unwrap_or_default().to_owned();
    let expires: Option<NaiveDate> = match &content["vence"] {
        Value::String(day) => Some(day.parse().map_err(|_| broken(Fault::Shape))?),
        _ => None,
    };
    Ok(Proven {
        number: said("numero"),
        title: said("titulo"),
        expired: expires.is_some_and(|last| last < moment::day_at(Utc::now())),
        expires,
        annulled,
    })
}

/// Why it was annulled, if that was signed of this certificate.
fn annulled(
    annulment: &SignedAnnulment,
    envelope: &Envelope,
    keys: &[PathBuf],
    folder: &Path,
) -> Result<String, Problem> {
    let why = format!("{}, {}", annulment.motivo, annulment.documento);
    let Some(jws) = &annulment.firma else {
        return Ok(format!(
            "{why}\nEsa anulación no está firmada: compruébela en /verificar."
        ));
    };
    let signed = held(jws, keys, folder, |public| {
        jws.verify(public).map_err(|_| Fault::Annulment)
    })?;
    let certificate = envelope.jws().signed_text().unwrap_or_default();
    annulment
        .shows(&signed, &sha256(&certificate))
        .map_err(broken)?;
    Ok(why)
}

/// What is signed, by one of the keys that were named, or by the one that it names and that lies in the folder.
fn held(
    jws: &Jws,
    keys: &[PathBuf],
    folder: &Path,
    verify: impl Fn(&[u8; 32]) -> Result<Value, Fault>,
) -> Result<Value, Problem> {
    let name = jws.key().ok_or_else(|| broken(Fault::Shape))?;
    let own;
    let keys = if keys.is_empty() {
        if !is_thumbprint(&name) {
            return Err(broken(Fault::Shape));
        }
        own = [folder.join(format!("{name}.pub.pem"))];
        &own[..]
    } else {
        keys
    };
    let mut fault = Fault::Signature;
    for key in keys {
        let pem = std::fs::read_to_string(key).map_err(|_| no_key(&name))?;
        let public = public_of_pem(&pem).ok_or_else(|| no_key(&name))?;
        match verify(&public) {
            Ok(content) => return Ok(content),
            Err(found) => fault = found,
        }
    }
    Err(broken(fault))
}

fn text(file: &Path) -> Result<String, Problem> {
    let unreadable = |_| {
        Problem::new(
            Kind::Refused,
            format!("El archivo {} no se puede leer.", file.display()),
            "Es el JSON de un certificado, de /api/certificados/NÚMERO.",
        )
    };
    if std::fs::metadata(file).map_err(unreadable)?.len() > BYTES_MAX {
        return Err(Problem::new(
            Kind::TooLarge,
            "El archivo es demasiado grande para un certificado.",
            "Es el JSON de un certificado, de /api/certificados/NÚMERO.",
        ));
    }
    let bytes = std::fs::read(file).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|_| broken(Fault::Shape))
}

fn broken(fault: Fault) -> Problem {
    let title = match fault {
        Fault::Shape => "NO ES AUTÉNTICO: el archivo no es un certificado entero.",
        Fault::Shown => "NO ES AUTÉNTICO: lo que muestra no es lo que se firmó.",
        Fault::Signature => {
            "NO ES AUTÉNTICO: la firma no corresponde a este contenido y esta llave."
        }
        Fault::Annulment => {
            "NO ES AUTÉNTICO: la anulación que lleva no está firmada con esta llave, o es de otro certificado."
        }
    };
    Problem::new(
        Kind::Refused,
        title,
        "Basta un byte cambiado. Descárguelo otra vez de /api/certificados/NÚMERO, o verifique su código en /verificar.",
    )
}

fn no_key(name: &str) -> Problem {
    let name: String = name.chars().take(43).filter(|c| !c.is_control()).collect();
    Problem::new(
        Kind::Refused,
        format!("Falta la llave pública «{name}»."),
        "Descárguela de /api/firma/claves y pásela con --key ARCHIVO.pem.",
    )
}
