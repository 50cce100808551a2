//! What a document says of a parcel besides its shape.

use std::collections::BTreeMap;

use documents::{Kin, Place};
use domain::{collection::Collection, feature::Feature, id::CadastralCode, time::AsOf};
use serde_json::Value;
use store::lineage::LinkRow;

use super::{
    Paper,
    land::{Land, named},
};
use crate::{Office, Problem, moment};

/// The parcels before and after one.
pub(super) type Kins = (Vec<Kin>, Vec<Kin>);

impl Office {
    /// Where a parcel comes from and what came of it, one step away, as it was known at a moment.
    pub(super) async fn kin(&self, code: &CadastralCode, as_of: AsOf) -> Result<Kins, Problem> {
        let lots = Collection::Parcels;
        let (ancestors, descendants) = tokio::try_join!(
            self.store.ancestors(&lots, code.as_str()),
            self.store.descendants(&lots, code.as_str()),
        )?;
        let known = |links: Vec<LinkRow>, other: fn(&LinkRow) -> &str| {
            links
                .iter()
                .filter(|link| link.steps == 1 && link.at <= as_of.known_at)
                .map(|link| Kin {
                    operation: operation(&link.operation).to_owned(),
                    code: other(link).to_owned(),
                    day: moment::day_at(link.at),
                })
                .collect()
        };
        Ok((
            known(ancestors, |link| &link.parent),
            known(descendants, |link| &link.child),
        ))
    }
}

fn operation(code: &str) -> &str {
    match code {
        "subdivision" => "subdivisión",
        "acumulacion" => "acumulación",
        "renumeracion" => "renumeración",
        other => other,
    }
}

pub(super) fn name(paper: Paper) -> &'static str {
    match paper {
        Paper::Plan => "plano",
        Paper::Memoria => "memoria",
        Paper::Record => "ficha",
    }
}

pub(super) fn attributes(parcel: &Feature) -> BTreeMap<String, Value> {
    serde_json::from_str(&parcel.attributes).unwrap_or_default()
}

pub(super) fn place(land: &Land) -> Place {
    let parts = match &land.code {
        CadastralCode::Lot(lot) => {
            let digits = lot.as_str();
            Some([&digits[6..8], &digits[8..11], &digits[11..]].map(str::to_owned))
        }
        CadastralCode::Provisional(_) => None,
    };
    Place {
        municipality: land.municipality.name.clone(),
        province: land.municipality.province.clone(),
        ubigeo: land.municipality.ubigeo.to_string(),
        parts,
        sector_name: land.sector.as_ref().and_then(named),
    }
}
