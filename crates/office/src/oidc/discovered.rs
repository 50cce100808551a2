use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use openidconnect::{IssuerUrl, core::CoreProviderMetadata};
use tokio::{sync::Mutex, time::timeout};

use super::{
    wire::{ANSWER_MAX, Wire},
    words,
};
use crate::Problem;

/// What a provider says of itself, its keys included: asked for when it is needed and kept for a while.
pub(super) struct Discovered {
    issuer: IssuerUrl,
    wire: Wire,
    last: Mutex<Option<Attempt>>,
}

struct Attempt {
    ended: Instant,
    outcome: Result<Arc<CoreProviderMetadata>, Problem>,
}

impl Discovered {
    pub(super) fn at(issuer: IssuerUrl) -> Result<Self, Problem> {
        Ok(Self {
            wire: Wire::to(&issuer)?,
            issuer,
            last: Mutex::new(None),
        })
    }

    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// What is not older than `age`, or was found since the question was put.
    pub(super) async fn get(&self, age: Duration) -> Result<Arc<CoreProviderMetadata>, Problem> {
        let asked = Instant::now();
        // Held while the provider is asked: a hundred people in front of a provider that is away are one question, and
        // share its failure. Whoever comes after it asks again.
        let mut last = self.last.lock().await;
        if let Some(attempt) = &*last {
            let meanwhile = attempt.ended >= asked;
            if meanwhile || (attempt.outcome.is_ok() && attempt.ended.elapsed() < age) {
                return attempt.outcome.clone();
            }
        }
        let outcome = self.ask().await.map(Arc::new);
        *last = Some(Attempt {
            ended: Instant::now(),
            outcome: outcome.clone(),
        });
        outcome
    }

    async fn ask(&self) -> Result<CoreProviderMetadata, Problem> {
        let asking = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.wire);
        // Two requests, the document and its keys, within the time of one.
        let metadata = timeout(ANSWER_MAX, asking)
            .await
            .map_err(|_| words::silent(&self.issuer))?
            .map_err(|error| words::undiscovered(&self.issuer, &error))?;
        tracing::info!(issuer = %self.issuer.as_str(), "identity provider found");
        Ok(metadata)
    }
}
