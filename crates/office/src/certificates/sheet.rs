//! What the paper of a certificate holds.

use chrono::Utc;
use documents::certificate_frame;
use domain::{
    certificate::{MapKind, MapShape, Prevails, Rules, Sheet, Signatory, Standing},
    collection::Collection,
    feature::Feature,
    geometry::{bounds, joined},
    time::AsOf,
};
use geo_types::{Coord, Geometry, Rect};
use serde_json::Value;
use store::certificates::{CertificateRow, Issued};

use super::{
    decision::question_of,
    draft::{kind, question},
    issue::sha256,
    words,
};
use crate::{
    Office, Problem, checks, data,
    documents::{
        self as press, Ready,
        land::{Archive, BLOCKS_UP_TO, LOTS_UP_TO, named},
    },
    moment, parcels,
};

/// Ground around a large place on its map, in metres: the width of a street and of the lots across it.
const AROUND_M: f64 = 40.0;

impl Office {
    /// The paper of an issued certificate, by its number: the same for everybody, with no applicant on it.
    pub async fn certificate_paper(&self, number: &str) -> Result<Ready, Problem> {
        let place = press::place()?;
        let row = self.issued_by_number(number).await?;
        let Some(issued) = &row.issued else {
            return Err(words::no_number());
        };
        let sheet = self.sheet(&row, issued).await?;
        let name = format!("certificado-{}.pdf", sheet.number);
        Ready::made(place, name, move || {
            documents::certificate(&sheet).map_err(|error| press::misprint(&error))
        })
        .await
    }

    async fn sheet(&self, row: &CertificateRow, issued: &Issued) -> Result<Sheet, Problem> {
        // All that it says is what was signed; of what was not, there is no paper.
        let content = self.genuine(row, issued).await?;
        let content = content.ok_or_else(words::not_genuine)?;
        let said = |pointer: &str| content.pointer(pointer).and_then(Value::as_str);
        let text = |pointer: &str| said(pointer).unwrap_or_default().to_owned();
        let (_, rules) = kind(row.kind.name())?;
        let annulment = issued
            .annulled
            .as_ref()
            .map(|annulled| annulled.annulment.clone());
        let today = moment::day_at(Utc::now());
        let code = issued.code.to_string();
        let as_of = AsOf {
            day: issued.on,
            known_at: issued.at,
        };
        Ok(Sheet {
            number: issued.number,
            code: issued.code,
            qr_text: match &self.signing.address {
                Some(address) => format!("{}/verificar/{code}", address.trim_end_matches('/')),
                None => code,
            },
            title: text("/titulo"),
            basis: read(&content["base_legal"])?,
            municipality: text("/municipio/nombre"),
            ubigeo: row.ubigeo,
            demonstration: content.pointer("/veredicto/demostracion") == Some(&Value::Bool(true)),
            parcel: said("/predio").map(str::to_owned),
            case: said("/expediente").map(str::to_owned),
            stated: stated(&content["datos"], &rules),
            proposal: content["consulta"]["propuesta"].clone(),
            verdict: content["veredicto"].clone(),
            prevails: read::<Option<Prevails>>(&content["prevalece"])?
                .map(|prevails| prevails.sentence_with_law()),
            issued_at: issued.at,
            issued_on: issued.on,
            expires_on: issued.expires,
            drafted_by: text("/elaborado_por"),
            signed_by: Signatory {
                name: text("/firmado_por/nombre"),
                post: text("/firmado_por/cargo"),
            },
            key: issued.seal.key.clone(),
            sha256: sha256(&issued.seal.payload),
            audit_head: text("/auditoria")
                .parse()
                .map_err(|error| words::unreadable(&error))?,
            standing: Standing::on(today, issued.on, issued.expires, annulment),
            themes: self.store.themes().await?,
            map: self.map_of(row, as_of).await?,
        })
    }

    /// The land as it was when the certificate was issued: the place first.
    async fn map_of(&self, row: &CertificateRow, as_of: AsOf) -> Result<Vec<MapShape>, Problem> {
        let Some(place) = self.certified_place(row, as_of).await? else {
            return Ok(Vec::new());
        };
        let (Some(frame), Some(ground)) = (certificate_frame(&place), bounds(&place)) else {
            return Ok(Vec::new());
        };
        let reach = Coord::from((AROUND_M, AROUND_M));
        let near = Rect::new(ground.min() - reach, ground.max() + reach);
        let seen = |up_to: u32| {
            if frame.denominator <= up_to {
                joined(near, frame.window)
            } else {
                near
            }
        };
        let archive = Archive::as_of(self, as_of);
        let mut map = vec![MapShape {
            kind: MapKind::Parcel,
            label: row.parcel.clone(),
            shape: place,
        }];
        let palette = data::palette()?;
        for (collection, area) in [
            (Collection::Zones, frame.window),
            (Collection::Overlays, frame.window),
            (Collection::Roads, seen(BLOCKS_UP_TO)),
            (Collection::Parcels, seen(LOTS_UP_TO)),
        ] {
            let found = archive.within(collection.clone(), area).await?;
            let others = found
                .into_iter()
                .filter(|feature| Some(&*feature.code) != row.parcel.as_deref());
            map.extend(others.filter_map(|feature| shape(&collection, feature, &palette)));
        }
        Ok(map)
    }

    /// The parcel as it was, or what else was asked about.
    async fn certified_place(
        &self,
        row: &CertificateRow,
        as_of: AsOf,
    ) -> Result<Option<Geometry<f64>>, Problem> {
        match row.parcel.as_deref() {
            Some(code) => {
                let code = parcels::parse(code)?;
                let parcel = parcels::parcel_as_of(&self.store, &code, as_of).await?;
                Ok(parcel.map(|parcel| parcel.geometry))
            }
            None => checks::ground_of(question(&question_of(row)?)?),
        }
    }
}

/// What the officer states, in the order of the rules and with their titles; what they do not know any more comes last.
pub(super) fn stated(said: &Value, rules: &Rules) -> Vec<(String, String)> {
    let text = |name: &str| Some(said.get(name)?.as_str()?.to_owned());
    let known = rules
        .fields
        .iter()
        .filter_map(|field| Some((field.title.clone(), text(&field.name)?)));
    let is_known = |name: &str| rules.fields.iter().any(|field| field.name == name);
    let names = said.as_object().into_iter().flat_map(|said| said.keys());
    let others = names
        .filter(|name| !is_known(name))
        .filter_map(|name| Some((name.clone(), text(name)?)));
    known.chain(others).collect()
}

fn read<T: serde::de::DeserializeOwned>(said: &Value) -> Result<T, Problem> {
    serde_json::from_value(said.clone()).map_err(|error| words::unreadable(&error))
}

fn shape(
    collection: &Collection,
    feature: Feature,
    palette: &domain::plan::palette::Palette,
) -> Option<MapShape> {
    let attributes: Value = serde_json::from_str(&feature.attributes).unwrap_or_default();
    let text = |name: &str| attributes[name].as_str().map(str::to_owned);
    let (kind, label) = match collection {
        Collection::Parcels => (MapKind::Neighbour, Some(feature.code.to_string())),
        Collection::Zones => {
            let class = text("codigo");
            let color = palette
                .color(class.as_deref().unwrap_or_default())
                .to_owned();
            let name = text("nombre");
            (MapKind::Zone { name, color }, class)
        }
        Collection::Overlays => {
            let theme = text("tipo").unwrap_or_default();
            (MapKind::Overlay(theme), text("nombre"))
        }
        Collection::Roads => (MapKind::Street, named(&feature)),
        _ => return None,
    };
    Some(MapShape {
        kind,
        label,
        shape: feature.geometry,
    })
}
