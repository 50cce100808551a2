//! What is new, for the front page.

use chrono::{DateTime, Utc};

use crate::{Office, Problem};

/// A change of the land or its law, in words for anybody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub words: String,
    /// Name of the municipality; none for what is the province's.
    pub municipality: Option<String>,
}

/// How many are told.
const TOLD: i64 = 8;

impl Office {
    /// The last changes, the newest first.
    pub async fn news(&self) -> Result<Vec<Change>, Problem> {
        let snapshot = self.feed.snapshot();
        let name = |ubigeo: &str| {
            let land = snapshot.municipalities.get(&ubigeo.parse().ok()?)?;
            Some(land.municipality.name.clone())
        };
        let rows = self.store.latest_changes(TOLD).await?;
        Ok(rows
            .into_iter()
            .map(|row| Change {
                words: words(&row.kind, row.layer.as_deref()),
                municipality: row.ubigeo.as_deref().and_then(name),
                number: row.number,
                at: row.at,
            })
            .collect())
    }
}

fn words(kind: &str, layer: Option<&str>) -> String {
    match (kind, layer) {
        ("demostracion", Some(layer)) => format!("se inventó la capa «{layer}» de la demostración"),
        ("levantamiento" | "ingesta", Some(layer)) => {
            format!("se publicó un levantamiento de la capa «{layer}»")
        }
        ("normas", _) => "entraron en vigor normas".to_owned(),
        ("municipio", _) => "se registró un municipio".to_owned(),
        ("temas", _) => "se actualizaron los temas de restricciones".to_owned(),
        (_, Some(layer)) => format!("cambió la capa «{layer}»"),
        _ => "cambió el registro".to_owned(),
    }
}
