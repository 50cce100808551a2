//! `catastro demo`: the demonstration province, then the service.

use std::process::ExitCode;

use domain::collection::Collection;
use indicatif::{ProgressBar, ProgressStyle};
use office::{Problem, demonstration};
use store::Store;

use crate::{
    arguments::{Demo, Place},
    database::with_store,
    words,
};

pub fn run(place: &Place, options: &Demo) -> Result<ExitCode, Problem> {
    with_store(place, |store| async move {
        make(&store, options).await?;
        if options.no_serve {
            return Ok(());
        }
        super::serve::serve(store, &options.serve).await
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn make(store: &Store, options: &Demo) -> Result<(), Problem> {
    demonstration::refuse_real_land(store).await?;
    if demonstration::is_loaded(store).await? {
        words::note("La provincia de demostración ya está.");
        return Ok(());
    }
    words::note(&format!(
        "Creando la provincia de demostración con {} lotes inventados…",
        options.parcels
    ));
    let actor = super::operator();
    office::setup::prepare(store, &actor).await?;
    let plan = demo::Plan {
        seed: options.seed,
        parcels: options.parcels,
    };
    let towns = demo::towns(&plan);
    let bar = ProgressBar::new(towns.len() as u64 * Collection::KNOWN.len() as u64);
    if let Ok(style) =
        ProgressStyle::with_template("{msg:22} {bar:30} {percent:>3} %  faltan {eta}")
    {
        bar.set_style(style);
    }
    for town in &towns {
        demonstration::register(store, &actor, town.ubigeo()).await?;
        for collection in Collection::KNOWN {
            bar.set_message(format!("{} {collection}", town.ubigeo()));
            let features = town
                .features(&collection)
                .map(|feature| demonstration::Made {
                    code: feature.code,
                    geometry: feature.geometry,
                    attributes: feature.attributes,
                });
            demonstration::write(store, &actor, town.ubigeo(), &collection, features).await?;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    demonstration::complete(store, &actor).await
}
