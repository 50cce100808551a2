//! What is new and public, for whoever follows a place or a topic without an account.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{id::Ubigeo, news::Topic};
use geo_types::Rect;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::news::{NewsQuestion, NewsRow};
use uuid::Uuid;

use crate::{Office, Problem};

/// What somebody follows.
#[derive(Clone, Copy, Default, Debug)]
pub struct Following {
    /// Of this topic.
    pub topic: Option<Topic>,
    /// Of this municipality.
    pub ubigeo: Option<Ubigeo>,
    /// What touched this box of EPSG:32718.
    pub within: Option<Rect<f64>>,
}

/// Something that happened.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Item {
    /// Its identity, the same ever after: a URN.
    pub id: String,
    /// When it was recorded.
    pub fecha: DateTime<Utc>,
    /// Its topic.
    pub tema: &'static str,
    /// What happened.
    pub titulo: String,
    /// The municipality; none for what is the province's.
    pub ubigeo: Option<String>,
    /// Its name.
    pub municipio: Option<String>,
    /// Where it is seen, below the address of the service.
    pub enlace: String,
}

/// Most that is told at once.
const TOLD: i64 = 60;

impl Office {
    /// What is new, the newest first.
    pub async fn bulletin(&self, following: &Following) -> Result<Vec<Item>, Problem> {
        self.bulletin_between(following, (DateTime::UNIX_EPOCH, Utc::now()), TOLD)
            .await
    }

    /// The same, recorded after a moment and not after another; at most so many.
    pub(crate) async fn bulletin_between(
        &self,
        following: &Following,
        (since, until): (DateTime<Utc>, DateTime<Utc>),
        limit: i64,
    ) -> Result<Vec<Item>, Problem> {
        let question = NewsQuestion {
            topic: following.topic,
            ubigeo: following.ubigeo,
            within: following.within,
            since,
            until,
            limit,
        };
        let rows = self.store.public_news(&question).await?;
        let names = self.names_of_municipalities();
        Ok(rows.iter().map(|row| item(row, &names)).collect())
    }

    /// Names of the municipalities of the service.
    pub(crate) fn names_of_municipalities(&self) -> BTreeMap<Ubigeo, String> {
        let snapshot = self.feed.snapshot();
        let named = snapshot.municipalities.iter();
        named
            .map(|(ubigeo, land)| (*ubigeo, land.municipality.name.clone()))
            .collect()
    }
}

/// A topic in words: `levantamientos y predios`.
pub fn words_of(topic: Topic) -> &'static str {
    match topic {
        Topic::Surveys => "levantamientos y predios",
        Topic::Plans => "planes y zonificación",
        Topic::Investments => "proyectos de inversión",
        Topic::Works => "obras y servicios",
        Topic::Reports => "informes, acuerdos y series",
        Topic::Observations => "observaciones y respuestas",
        Topic::Norms => "normas",
    }
}

fn item(row: &NewsRow, names: &BTreeMap<Ubigeo, String>) -> Item {
    Item {
        id: urn(&row.key),
        fecha: row.at,
        tema: row.topic.name(),
        titulo: title(row),
        enlace: link(row),
        municipio: row.ubigeo.and_then(|ubigeo| names.get(&ubigeo).cloned()),
        ubigeo: row.ubigeo.map(|ubigeo| ubigeo.to_string()),
    }
}

/// The identity of what is new of this, as a whole: a URN.
pub fn identity_of(following: &Following) -> String {
    let within = following.within.map(|ground| {
        let (min, max) = (ground.min(), ground.max());
        format!("{:.0},{:.0},{:.0},{:.0}", min.x, min.y, max.x, max.y)
    });
    urn(&format!(
        "canal/{}/{}/{}",
        following.topic.map_or("", Topic::name),
        following
            .ubigeo
            .map_or_else(String::new, |ubigeo| ubigeo.to_string()),
        within.unwrap_or_default()
    ))
}

/// An identity that stays when the service moves to another address.
fn urn(key: &str) -> String {
    let digest = Sha256::digest(format!("catastro/novedades/{key}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .urn()
        .to_string()
}

fn title(row: &NewsRow) -> String {
    let name = row.name.as_deref().unwrap_or_default();
    let layer = row.layer.as_deref().unwrap_or("registro");
    match (row.kind.as_str(), row.topic) {
        ("registro", Topic::Investments) => {
            format!("Proyecto de inversión, registrado o al día: {name}")
        }
        ("registro", Topic::Works) => format!("Obra o red, registrada o al día: {name}"),
        ("levantamiento" | "ingesta", _) => {
            format!("Se publicó un levantamiento de la capa «{layer}»")
        }
        ("demostracion", _) => format!("Se inventó la capa «{layer}» de la demostración"),
        ("normas", _) => "Entraron en vigor normas".to_owned(),
        ("plan.alta", _) => format!("Plan nuevo: {name}"),
        ("plan.cambio", _) => format!("Cambió un plan: {name}"),
        ("acuerdo.alta", _) => format!("Acuerdo de la Asamblea: {name}"),
        ("acuerdo.cambio", _) => format!("Cambió un acuerdo: {name}"),
        ("serie.alta", _) => format!("Serie nueva del observatorio: {name}"),
        ("serie.cambio", _) => format!("Cambió una serie del observatorio: {name}"),
        ("informe.firma", _) => format!("Se firmó y publicó el informe {name}"),
        ("observacion.publicar", _) => format!("Se publicó la observación {name}"),
        ("observacion.responder", _) => format!("Se respondió la observación {name}"),
        _ => format!("Cambió la capa «{layer}»"),
    }
}

fn link(row: &NewsRow) -> String {
    let Some(code) = row.code.as_deref() else {
        return match row.topic {
            Topic::Investments => "/inversiones".to_owned(),
            Topic::Norms => "/control-urbano/normas".to_owned(),
            _ => "/mapa".to_owned(),
        };
    };
    // Codes are letters, digits, points and dashes; what else is in one is written as an address has it.
    let code: String = code
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let folder = match row.kind.split('.').next().unwrap_or_default() {
        "plan" => "planes",
        "acuerdo" => "gobierno/acuerdos",
        "serie" => "observatorio/series",
        "informe" => "informes",
        "observacion" => "observaciones",
        _ if row.topic == Topic::Investments => "inversiones",
        _ => "obras",
    };
    format!("/{folder}/{code}")
}

/// The identity in the links of a mail, as it is read again.
pub(crate) fn identity(text: &str) -> Option<Uuid> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: &str, topic: Topic, code: Option<&str>) -> NewsRow {
        NewsRow {
            key: "cambio/12".to_owned(),
            at: DateTime::UNIX_EPOCH,
            topic,
            kind: kind.to_owned(),
            ubigeo: None,
            layer: Some("servicios".to_owned()),
            code: code.map(str::to_owned),
            name: Some("Agua para todos".to_owned()),
        }
    }

    #[test]
    fn each_kind_says_what_happened_and_leads_there() {
        for (kind, topic, code, title, link) in [
            (
                "registro",
                Topic::Works,
                Some("220101-OBR-0012"),
                "Obra o red, registrada o al día: Agua para todos",
                "/obras/220101-OBR-0012",
            ),
            (
                "registro",
                Topic::Investments,
                Some("2412345"),
                "Proyecto de inversión, registrado o al día: Agua para todos",
                "/inversiones/2412345",
            ),
            (
                "demostracion",
                Topic::Works,
                None,
                "Se inventó la capa «servicios» de la demostración",
                "/mapa",
            ),
            (
                "plan.alta",
                Topic::Plans,
                Some("PDU 1"),
                "Plan nuevo: Agua para todos",
                "/planes/PDU%201",
            ),
            (
                "otra",
                Topic::Surveys,
                None,
                "Cambió la capa «servicios»",
                "/mapa",
            ),
        ] {
            let told = item(&row(kind, topic, code), &BTreeMap::new());
            assert_eq!(
                (told.titulo.as_str(), told.enlace.as_str()),
                (title, link),
                "{kind}"
            );
        }
    }

    #[test]
    fn an_identity_stays() {
        assert_eq!(urn("cambio/12"), urn("cambio/12"));
        assert_ne!(urn("cambio/12"), urn("cambio/13"));
        assert!(urn("cambio/12").starts_with("urn:uuid:"));
    }
}
