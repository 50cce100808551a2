//! From what is proposed to a proposal that could be.

use domain::urban::{InvalidProposal, Proposal, RawProposal};
use serde_json::{Map, Value};

use super::{Shape, place};
use crate::{Kind, Problem};

const FOOTPRINT: &str = "huella";
const MEMBERS: &str = "actividad_ciiu, uso, pisos, altura_m, area_techada_m2, area_libre_pct, retiros_m {frontal, lateral, \
     posterior}, estacionamientos, lote_frente_m, viviendas, habitantes, huella";

/// Reads a proposal.
pub(crate) fn read(members: Option<Map<String, Value>>) -> Result<Option<Proposal>, Problem> {
    let Some(mut members) = members else {
        return Ok(None);
    };
    let footprint = match members.remove(FOOTPRINT) {
        None | Some(Value::Null) => None,
        Some(drawn) => {
            let shape: Shape = serde_json::from_value(drawn).map_err(|_| no_footprint())?;
            Some(place::drawn(shape).ok_or_else(no_footprint)?)
        }
    };
    let raw: RawProposal = serde_json::from_value(Value::Object(members)).map_err(|error| {
        tracing::debug!(%error, "proposal");
        Problem::new(
            Kind::BadRequest,
            "«propuesta» tiene un miembro que no existe, o uno que no es del tipo que debe.",
            format!("Sus miembros son: {MEMBERS}. «actividad_ciiu» y «uso» son texto; los demás, números."),
        )
    })?;
    Proposal::parse(&raw, footprint)
        .map(Some)
        .map_err(|error| impossible(&error))
}

fn no_footprint() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "«huella» no es un polígono en longitud y latitud.",
        "Pase un Polygon o MultiPolygon de GeoJSON (RFC 7946), con coordenadas como [-76.97, -6.03].",
    )
}

fn impossible(error: &InvalidProposal) -> Problem {
    let (title, detail) = match error {
        InvalidProposal::Number {
            member,
            value,
            from,
            to,
        } => (
            format!("«{member}» no puede ser {value}."),
            format!("Se espera un número de {from} a {to}."),
        ),
        InvalidProposal::Whole { member, value } => (
            format!("«{member}» no puede ser {value}."),
            "Se espera un número entero.".to_owned(),
        ),
        InvalidProposal::Activity(text) => (
            format!("«{text}» no es una clase de la CIIU Rev. 4."),
            "Pase los cuatro dígitos de la clase, como \"4711\".".to_owned(),
        ),
        InvalidProposal::Use => (
            "«uso» está vacío o es demasiado largo.".to_owned(),
            "Escríbalo como en la norma, por ejemplo \"vivienda multifamiliar\".".to_owned(),
        ),
        InvalidProposal::Footprint(fault) => (
            format!(
                "La huella no es un polígono válido: {}.",
                domain::survey::rules::shape::defect(*fault)
            ),
            "Corrija «huella» y vuelva a preguntar.".to_owned(),
        ),
        InvalidProposal::Vertices { found } => (
            format!("La huella tiene {found} vértices."),
            format!(
                "Se admiten {}: simplifique el contorno del edificio.",
                domain::urban::FOOTPRINT_VERTICES_MAX
            ),
        ),
        InvalidProposal::Empty => (
            "«propuesta» no propone nada.".to_owned(),
            format!(
                "Pase alguno de sus miembros: {MEMBERS}; o quítela para conocer los parámetros del predio."
            ),
        ),
    };
    Problem::new(Kind::BadRequest, title, detail)
}
