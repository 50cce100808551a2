//! Who holds a parcel. Personal data (Ley 29733): by role, for a stated purpose, and each reading recorded.

use domain::{
    collection::Collection,
    id::{CadastralCode, Ubigeo},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use store::{Deed, holders::Holder};

use super::require;
use crate::{Kind, Office, Problem, parcels};

/// Who holds a parcel, as staff sees and writes it.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct HoldersShape {
    /// The people.
    #[serde(rename = "titulares")]
    pub holders: Vec<HolderShape>,
}

/// Somebody who holds a parcel.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct HolderShape {
    /// The person's or company's name.
    #[serde(rename = "nombre")]
    pub full_name: String,
    /// `DNI`, `RUC`, `CE`, `PASAPORTE`.
    #[serde(rename = "documento_tipo")]
    pub document_kind: String,
    /// Its number.
    #[serde(rename = "documento_numero")]
    pub document_number: String,
    /// `propietario`, `poseedor`, `arrendatario`, `usufructuario`, `otro`.
    #[serde(rename = "derecho")]
    pub tenure: String,
    /// Part of the whole, over 0 up to 1.
    #[serde(default = "whole", rename = "cuota")]
    pub share: f64,
}

fn whole() -> f64 {
    1.0
}

/// Documents and the form of their numbers.
type Fits = fn(&str) -> bool;
const DOCUMENTS: [(&str, Fits); 4] = [
    ("DNI", |number| digits(number, 8)),
    ("RUC", |number| digits(number, 11)),
    ("CE", |number| plain(number, 9, 12)),
    ("PASAPORTE", |number| plain(number, 5, 20)),
];
/// Whether a number is one of a kind of document.
pub(crate) fn fits_document(kind: &str, number: &str) -> bool {
    let mut documents = DOCUMENTS.iter();
    documents.any(|(known, fits)| *known == kind && fits(number))
}

const TENURES: [&str; 5] = [
    "propietario",
    "poseedor",
    "arrendatario",
    "usufructuario",
    "otro",
];
const HOLDERS_MAX: usize = 200;

impl Office {
    /// Who holds a parcel now. The reading is recorded, with its purpose, before anything is given.
    pub async fn holders(
        &self,
        actor: &Actor,
        code: &str,
        purpose: &str,
    ) -> Result<HoldersShape, Problem> {
        let (code, ubigeo) = self.parcel_of_staff(actor, Action::ReadHolders, code)?;
        let purpose = said(purpose, "finalidad")?;
        let mut act = self.store.begin(actor).await?;
        let holders = act.holders(ubigeo, code.as_str()).await?;
        let content = serde_json::json!({ "finalidad": purpose });
        act.commit(&deed("titulares.lectura", ubigeo, &code, content))
            .await?;
        Ok(HoldersShape {
            holders: holders.into_iter().map(shape).collect(),
        })
    }

    /// Writes who holds a parcel from now on; who held it before stays in the history.
    pub async fn write_holders(
        &self,
        actor: &Actor,
        code: &str,
        reason: &str,
        holders: &HoldersShape,
    ) -> Result<(), Problem> {
        let (code, ubigeo) = self.parcel_of_staff(actor, Action::WriteHolders, code)?;
        let reason = said(reason, "motivo")?;
        if holders.holders.len() > HOLDERS_MAX {
            return Err(Problem::new(
                Kind::TooLarge,
                format!("Son más de {HOLDERS_MAX} titulares."),
                "Compruebe la lista.",
            ));
        }
        let rows = holders
            .holders
            .iter()
            .zip(1..)
            .map(|(holder, number)| checked(holder, number))
            .collect::<Result<Vec<Holder>, Problem>>()?;
        let mut act = self.store.begin(actor).await?;
        act.replace_holders(ubigeo, code.as_str(), &rows).await?;
        // How many, and not who: the trail is read by others than the names may be.
        let content = serde_json::json!({ "motivo": reason, "titulares": rows.len() });
        act.commit(&deed("titulares.cambio", ubigeo, &code, content))
            .await?;
        Ok(())
    }

    fn parcel_of_staff(
        &self,
        actor: &Actor,
        action: Action,
        code: &str,
    ) -> Result<(CadastralCode, Ubigeo), Problem> {
        let code = parcels::parse(code)?;
        let snapshot = self.feed.snapshot();
        let found = snapshot.feature(&Collection::Parcels, code.as_str());
        // Whose it is decides before whether it is there.
        let ubigeo = match (&found, code.ubigeo()) {
            (Some(parcel), _) => Some(parcel.ubigeo),
            (None, ubigeo) => ubigeo.ok(),
        };
        require(actor, action, ubigeo)?;
        match found {
            Some(parcel) => Ok((code, parcel.ubigeo)),
            None => Err(Problem::new(
                Kind::NotFound,
                format!("No hay un predio {code}."),
                "Compruebe el código.",
            )),
        }
    }
}

/// A reason in somebody's words.
fn said<'a>(text: &'a str, what: &str) -> Result<&'a str, Problem> {
    let text = text.trim();
    if (10..=500).contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(Problem::new(
            Kind::BadRequest,
            format!("Falta «{what}»."),
            "Diga para qué, en diez letras o más y sin nombres: «notificación de la ficha 0123». Queda en la auditoría.",
        ))
    }
}

fn checked(holder: &HolderShape, number: usize) -> Result<Holder, Problem> {
    // Neither name nor number goes into a message.
    let refused = |what: &str, detail: String| {
        Err(Problem::new(
            Kind::Refused,
            format!("El titular {number}: {what}"),
            detail,
        ))
    };
    let name = holder.full_name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        return refused("falta su nombre.", "Hasta 200 letras.".to_owned());
    }
    let document = DOCUMENTS
        .iter()
        .find(|(kind, _)| *kind == holder.document_kind);
    let kinds: Vec<&str> = DOCUMENTS.iter().map(|(kind, _)| *kind).collect();
    match document {
        None => {
            return refused(
                "no se conoce su documento.",
                format!("Puede ser {}.", kinds.join(", ")),
            );
        }
        Some((kind, fits)) if !fits(&holder.document_number) => {
            return refused(
                &format!("su número de {kind} no está bien formado."),
                "Un DNI tiene 8 dígitos y un RUC, 11.".to_owned(),
            );
        }
        Some(_) => {}
    }
    if !TENURES.contains(&holder.tenure.as_str()) {
        return refused(
            "no se conoce su derecho.",
            format!("Puede ser {}.", TENURES.join(", ")),
        );
    }
    if !(holder.share > 0.0 && holder.share <= 1.0) {
        return refused(
            "su cuota no es una parte.",
            "Más de 0 y hasta 1; la mitad es 0.5.".to_owned(),
        );
    }
    Ok(Holder {
        full_name: name.to_owned(),
        document_kind: holder.document_kind.clone(),
        document_number: holder.document_number.clone(),
        tenure: holder.tenure.clone(),
        share: holder.share,
    })
}

fn digits(number: &str, count: usize) -> bool {
    number.len() == count && number.bytes().all(|b| b.is_ascii_digit())
}

fn plain(number: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn shape(holder: Holder) -> HolderShape {
    HolderShape {
        full_name: holder.full_name,
        document_kind: holder.document_kind,
        document_number: holder.document_number,
        tenure: holder.tenure,
        share: holder.share,
    }
}

fn deed(
    action: &'static str,
    ubigeo: Ubigeo,
    code: &CadastralCode,
    content: serde_json::Value,
) -> Deed {
    Deed {
        action,
        ubigeo: Some(ubigeo),
        object: format!("predio/{code}"),
        content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> HolderShape {
        HolderShape {
            full_name: "María Ríos".to_owned(),
            document_kind: "DNI".to_owned(),
            document_number: "01234567".to_owned(),
            tenure: "propietario".to_owned(),
            share: 0.5,
        }
    }

    #[test]
    fn what_is_wrong_with_a_holder_is_said_without_naming_anyone() {
        assert!(checked(&holder(), 1).is_ok());
        let wrong = [
            HolderShape {
                full_name: " ".to_owned(),
                ..holder()
            },
            HolderShape {
                document_kind: "LIBRETA".to_owned(),
                ..holder()
            },
            HolderShape {
                document_number: "0123456".to_owned(),
                ..holder()
            },
            HolderShape {
                tenure: "dueño".to_owned(),
                ..holder()
            },
            HolderShape {
                share: 0.0,
                ..holder()
            },
            HolderShape {
                share: f64::NAN,
                ..holder()
            },
        ];
        for holder in wrong {
            let problem = checked(&holder, 3).expect_err("refused");
            let said = problem.to_string();
            assert!(said.starts_with("El titular 3:"), "{said}");
            assert!(
                !said.contains("Ríos") && !said.contains("0123456"),
                "{said}"
            );
        }
    }
}
