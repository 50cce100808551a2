//! `catastro check`: which zones and restrictions a parcel lies in, and whether a proposal complies.

use std::process::ExitCode;

use office::{
    Problem,
    checks::{self, CheckRequest},
};

use serde_json::{Map, Value};

use crate::{
    arguments::{Check, Format, Place},
    database::visiting,
    words,
};

pub fn run(place: &Place, options: &Check) -> Result<ExitCode, Problem> {
    let request = CheckRequest {
        propuesta: proposal(options),
        ..CheckRequest::of_parcel(&options.code, options.as_of)
    };
    let answer = visiting(place, |store| async move {
        office::setup::prepare(&store, &super::operator()).await?;
        checks::from_database(&store, request).await
    })?;
    match options.format {
        Format::Text => words::say(&answer.to_string()),
        Format::Json => words::say(&super::json(&answer)),
    }
    Ok(ExitCode::SUCCESS)
}

/// What is proposed, as a program would say it; nothing where nothing is.
fn proposal(options: &Check) -> Option<Map<String, Value>> {
    let setbacks = members([
        ("frontal", options.front_setback.map(Value::from)),
        ("lateral", options.side_setback.map(Value::from)),
        ("posterior", options.rear_setback.map(Value::from)),
    ]);
    members([
        ("actividad_ciiu", options.activity.clone().map(Value::from)),
        ("uso", options.land_use.clone().map(Value::from)),
        ("pisos", options.floors.map(Value::from)),
        ("altura_m", options.height.map(Value::from)),
        ("area_techada_m2", options.built_area.map(Value::from)),
        (
            "area_libre_pct",
            options
                .coverage
                .map(|coverage| Value::from(100.0 - coverage)),
        ),
        ("retiros_m", setbacks.map(Value::Object)),
        ("estacionamientos", options.parking.map(Value::from)),
        ("viviendas", options.dwellings.map(Value::from)),
    ])
}

fn members<const N: usize>(pairs: [(&str, Option<Value>); N]) -> Option<Map<String, Value>> {
    let said = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let members: Map<String, Value> = said.collect();
    (!members.is_empty()).then_some(members)
}
