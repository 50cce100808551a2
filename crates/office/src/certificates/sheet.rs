//! What the paper of a certificate holds.

use std::collections::BTreeMap;

use chrono::Utc;
use domain::{
    certificate::{MapShape, Sheet, Signatory, Standing},
    collection::Collection,
    feature::Feature,
    geometry::bounds,
    time::AsOf,
};
use geo_types::{Geometry, Rect};
use serde_json::Value;
use store::certificates::CertificateRow;

use super::{draft::kind, issue::sha256, words};
use crate::{Office, Problem, moment, parcels};

/// Ground around the parcel on the map, in metres: the width of a street and of the lots across it.
const AROUND_M: f64 = 40.0;

impl Office {
    /// The sheet of an issued certificate, by its number: the same for everybody, with no applicant on it.
    pub async fn certificate_sheet(&self, number: &str) -> Result<Sheet, Problem> {
        let row = self.issued_by_number(number).await?;
        let Some(issued) = &row.issued else {
            return Err(words::no_number());
        };
        let content: Value = serde_json::from_str(&issued.seal.payload)
            .map_err(|error| words::unreadable(&error))?;
        let said = |pointer: &str| {
            let text = content.pointer(pointer).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let (_, rules) = kind(row.kind.name())?;
        let stated: BTreeMap<String, String> =
            serde_json::from_str(&row.stated).map_err(|error| words::unreadable(&error))?;
        let stated = rules.fields.iter().filter_map(|field| {
            let text = stated.get(&field.name)?;
            Some((field.title.clone(), text.clone()))
        });
        let annulment = issued
            .annulled
            .as_ref()
            .map(|(_, annulment)| annulment.clone());
        let today = moment::day_at(Utc::now());
        let code = issued.code.to_string();
        Ok(Sheet {
            number: issued.number,
            code: issued.code,
            qr_text: match &self.signing.address {
                Some(address) => format!("{}/verificar/{code}", address.trim_end_matches('/')),
                None => code,
            },
            title: said("/titulo"),
            basis: rules.basis,
            municipality: said("/municipio/nombre"),
            demonstration: content.pointer("/veredicto/demostracion") == Some(&Value::Bool(true)),
            parcel: row.parcel.clone(),
            case: row.case.clone(),
            stated: stated.collect(),
            verdict: content["veredicto"].clone(),
            prevails: rules.prevails.map(|prevails| prevails.sentence_with_law()),
            issued_at: issued.at,
            issued_on: issued.on,
            expires_on: issued.expires,
            drafted_by: said("/elaborado_por"),
            signed_by: Signatory {
                name: said("/firmado_por/nombre"),
                post: said("/firmado_por/cargo"),
            },
            key: issued.seal.key.clone(),
            sha256: sha256(&issued.seal.payload),
            audit_head: said("/auditoria")
                .parse()
                .map_err(|error| words::unreadable(&error))?,
            standing: Standing::on(today, issued.on, issued.expires, annulment),
            map: self
                .map_of(
                    &row,
                    AsOf {
                        day: issued.on,
                        known_at: issued.at,
                    },
                )
                .await?,
        })
    }

    /// The land as it was when the certificate was issued.
    async fn map_of(&self, row: &CertificateRow, as_of: AsOf) -> Result<Vec<MapShape>, Problem> {
        let Some(code) = row.parcel.as_deref() else {
            return Ok(Vec::new());
        };
        let Some(parcel) =
            parcels::parcel_as_of(&self.store, &parcels::parse(code)?, as_of).await?
        else {
            return Ok(Vec::new());
        };
        let Some(area) = bounds(&parcel.geometry) else {
            return Ok(Vec::new());
        };
        let (low, high) = (area.min(), area.max());
        let area = Rect::new(
            (low.x - AROUND_M, low.y - AROUND_M),
            (high.x + AROUND_M, high.y + AROUND_M),
        );
        let area = Geometry::Polygon(area.to_polygon());
        let mut map = vec![shape("lotes", &parcel)];
        for (layer, collection) in [
            ("lotes", Collection::Parcels),
            ("zonificacion", Collection::Zones),
            ("restricciones", Collection::Overlays),
            ("vias", Collection::Roads),
        ] {
            let found = self
                .store
                .features_as_of(&collection, row.ubigeo, &area, as_of)
                .await?;
            let others = found
                .iter()
                .filter(|feature| collection != Collection::Parcels || feature.code != parcel.code);
            map.extend(others.map(|feature| shape(layer, feature)));
        }
        Ok(map)
    }
}

fn shape(layer: &'static str, feature: &Feature) -> MapShape {
    let attributes: Value = serde_json::from_str(&feature.attributes).unwrap_or_default();
    let label = match layer {
        "zonificacion" => attributes["codigo"].as_str(),
        "restricciones" | "vias" => attributes["nombre"].as_str(),
        _ => None,
    };
    MapShape {
        layer,
        code: feature.code.to_string(),
        label: label.map(str::to_owned),
        shape: feature.geometry.clone(),
    }
}
