//! What people of the demonstration province observe, and what the account of its Comité does with it.

use chrono::Days;
use domain::{
    id::Ubigeo,
    observation::{About, State, Step},
    people::Actor,
};
use geo_types::Coord;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Store, observations::NewObservation, people::accounts::By};
use uuid::Uuid;

use super::broken;
use crate::{
    Problem, certificates, data,
    observations::{deed, digest},
    people,
};

/// A made-up observation.
pub struct MadeObservation {
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Where, in EPSG:32718.
    pub place: Coord<f64>,
    /// What it is about.
    pub about: About,
    /// Which one.
    pub object: Option<String>,
    /// What is observed.
    pub words: &'static str,
    /// What was done with it, in which words.
    pub steps: &'static [(Step, &'static str)],
}

/// The account that answers them.
const COMMITTEE: &str = "comite.demo";

/// Writes what was observed: each as the public, each step as the Comité. Nothing where anybody observed something, or where
/// the account is not there.
pub async fn observations(store: &Store, made: &[MadeObservation]) -> Result<(), Problem> {
    if store.has_observations().await? {
        return Ok(());
    }
    let account = store.account(By::Login(COMMITTEE)).await?;
    let Some(committee) = account.as_ref().and_then(people::actor) else {
        return Ok(());
    };
    let days = u64::from(data::observation_rules()?.answer_days);
    for one in made {
        let id = observe(store, one, days).await?;
        let mut state = State::Received;
        for (step, words) in one.steps {
            let next = state.after(*step).map_err(|error| broken(&error))?;
            take(
                store,
                &committee,
                (id, one.ubigeo),
                (state, *step, next),
                words,
            )
            .await?;
            state = next;
        }
    }
    Ok(())
}

async fn observe(store: &Store, one: &MadeObservation, days: u64) -> Result<Uuid, Problem> {
    let id = Uuid::new_v4();
    let mut act = store.begin(&Actor::Public).await?;
    let due_on = act
        .day()
        .checked_add_days(Days::new(days))
        .unwrap_or(act.day());
    let number = act
        .observe(&NewObservation {
            id,
            ubigeo: one.ubigeo,
            place: one.place,
            about: one.about,
            object: one.object.as_deref(),
            words: one.words,
            receipt: digest(certificates::random_code()?),
            due_on,
        })
        .await?;
    let content = json!({"numero": number.to_string(), "sobre": one.about.name(), "plazo": due_on,
        "texto_sha256": format!("{:x}", Sha256::digest(one.words))});
    act.commit(&deed("observacion.recepcion", one.ubigeo, id, content))
        .await?;
    Ok(id)
}

async fn take(
    store: &Store,
    committee: &Actor,
    (id, ubigeo): (Uuid, Ubigeo),
    step: (State, Step, State),
    words: &str,
) -> Result<(), Problem> {
    let Some(account) = committee.account() else {
        return Ok(());
    };
    let mut act = store.begin(committee).await?;
    act.move_observation(id, account, step, words).await?;
    let content = json!({"paso": step.1.name(), "texto": words});
    act.commit(&deed("observacion.paso", ubigeo, id, content))
        .await?;
    Ok(())
}
