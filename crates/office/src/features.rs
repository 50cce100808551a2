//! One feature of a layer of the Institute, written without a survey: it is its own author's register, not somebody's land.

use domain::{
    collection::Collection,
    id::Ubigeo,
    people::{Action, Actor},
    survey::{RawShape, rules},
};
use geo_types::Geometry;
use serde_json::{Map, Value, json};
use store::{
    Act, Deed, Entry,
    copy::{NewVersion, RowEncoder},
};

use crate::{Kind, Office, Problem, people::require};

/// A feature as it is to be from now on.
pub(crate) struct Put<'a> {
    pub(crate) collection: &'a Collection,
    pub(crate) ubigeo: Ubigeo,
    pub(crate) code: &'a str,
    pub(crate) attributes: Map<String, Value>,
    /// In EPSG:32718.
    pub(crate) geometry: Geometry<f64>,
    /// The change that its author has read; none where there is to be no such feature yet.
    pub(crate) after: Option<i64>,
    /// Why, in the author's words.
    pub(crate) reason: &'a str,
}

impl Office {
    /// Writes the next version of a feature in one act, with its deed in the record.
    pub(crate) async fn put_feature(
        &self,
        actor: &Actor,
        put: Put<'_>,
        deed: Deed,
    ) -> Result<i64, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let mut act = self.store.begin(actor).await?;
        write(&mut act, &put).await?;
        act.record(&deed).await?;
        let (number, _) = act.publish(json!({ "registro": 1 })).await?;
        self.feed.wait_for(number).await;
        Ok(number.0)
    }
}

/// Writes it within an act, which it opens.
pub(crate) async fn write(act: &mut Act, put: &Put<'_>) -> Result<(), Problem> {
    let shape = rules::shape::shape(RawShape::Geometry(put.geometry.clone()), put.collection.shapes(), 1).map_err(
        |finding| {
            Problem::new(
                Kind::Refused,
                format!("La forma no vale: {}.", finding.rule.name()),
                "Qué significa cada regla está en /ayuda/reglas. Dibújela de nuevo, sin lados que se crucen.",
            )
        },
    )?;
    let standing = act
        .version_in_force(put.collection, put.ubigeo, put.code)
        .await?;
    if standing != put.after {
        return Err(Problem::new(
            Kind::Conflict,
            match put.after {
                None => format!("Ya hay algo con el código {}.", put.code),
                Some(_) => format!("{} cambió mientras usted lo editaba.", put.code),
            },
            "Vuelva a cargarlo, mire lo último y repita su cambio.",
        ));
    }
    act.open(&Entry {
        ubigeo: Some(put.ubigeo),
        collection: Some(put.collection.clone()),
        kind: "registro",
        reason: put.reason.to_owned(),
        document: None,
        document_sha256: None,
    })
    .await?;
    let today = act.day();
    if standing.is_some() {
        act.close(put.collection, put.ubigeo, &[put.code.to_owned()], today)
            .await?;
    }
    let attributes = Value::Object(put.attributes.clone()).to_string();
    let encoder = RowEncoder::new(
        put.collection,
        put.ubigeo,
        today,
        act.number(),
        act.recorded_at(),
    );
    let mut bytes = Vec::new();
    let version = NewVersion {
        code: put.code,
        content: ingest::version_digest(&shape, &attributes),
        attributes: &attributes,
        geometry: &shape,
    };
    encoder.push(&version, &mut bytes).map_err(|error| {
        tracing::error!(%error, "a feature");
        Problem::new(
            Kind::Internal,
            "La forma no se pudo escribir.",
            "Avise a quien mantiene el programa.",
        )
    })?;
    let mut copy = act.copy(put.collection).await?;
    copy.send(&bytes).await?;
    copy.finish().await?;
    Ok(())
}
