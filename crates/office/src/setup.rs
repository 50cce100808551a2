//! What a database needs before it serves.

use store::{Actor, Entry, Store};

use crate::{Problem, data};

/// Writes the themes that come with the program, where the database has others.
pub async fn prepare(store: &Store, actor: &Actor) -> Result<(), Problem> {
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
        counts: serde_json::json!({}),
    })
    .await?;
    act.write_themes(&themes).await?;
    act.commit(serde_json::json!({ "temas": themes.len() }))
        .await?;
    Ok(())
}
