//! What a database needs before it serves.

use domain::people::Actor;
use store::{Entry, Store};

use crate::{Problem, data, indicators};

/// Writes the themes and the indicators that come with the program, where the database has not got them.
pub async fn prepare(store: &Store, actor: &Actor) -> Result<(), Problem> {
    themes(store, actor).await?;
    indicators::put_catalogue(store, actor).await
}

async fn themes(store: &Store, actor: &Actor) -> Result<(), Problem> {
    let themes = data::themes()?;
    if store.themes().await? == themes {
        return Ok(());
    }
    let mut act = store.begin(actor).await?;
    act.open(&Entry {
        ubigeo: None,
        collection: None,
        kind: "temas",
        reason: "Temas de restricciones que trae el programa".to_owned(),
        document: None,
        document_sha256: None,
    })
    .await?;
    act.write_themes(&themes).await?;
    act.publish(serde_json::json!({ "temas": themes.len() }))
        .await?;
    Ok(())
}
