//! The catalogue that comes with the program.

use std::collections::HashSet;

use domain::{
    institute::{DossierCode, DossierKind},
    people::Actor,
};
use serde_json::json;
use store::{Deed, Store};

use crate::{
    Problem, data,
    dossiers::{self, Written},
};

/// Writes the indicators that come with the program where there is none of their code: what a planner made of one stays.
pub async fn put_catalogue(store: &Store, actor: &Actor) -> Result<(), Problem> {
    const ALL_MAX: i64 = 20_000;
    let there: HashSet<String> = store
        .dossiers(DossierKind::Indicator, None, None, ALL_MAX)
        .await?
        .into_iter()
        .map(|row| row.code)
        .collect();
    let mut absent = data::indicators()?;
    absent.retain(|shipped| !there.contains(&shipped.code));
    if absent.is_empty() {
        return Ok(());
    }
    let mut act = store.begin(actor).await?;
    let mut written = Vec::new();
    for shipped in &absent {
        // A test reads the codes.
        let Ok(code) = shipped.code.parse::<DossierCode>() else {
            continue;
        };
        dossiers::write(
            &mut act,
            &Written {
                kind: DossierKind::Indicator,
                code: &code,
                ubigeo: None,
                content: &shipped.indicator,
                after: 0,
                action: "indicador.catalogo",
            },
        )
        .await?;
        written.push(&shipped.code);
    }
    act.commit(&Deed {
        action: "indicador.catalogo",
        ubigeo: None,
        object: "indicador".to_owned(),
        content: json!({ "indicadores": written }),
    })
    .await?;
    Ok(())
}
