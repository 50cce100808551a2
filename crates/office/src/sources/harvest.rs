//! A harvest: a layer of others comes whole and replaces the last good copy, or the last good copy stays.

use std::{path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use domain::{
    institute::{
        DossierKind,
        source::{Source, SourceState, due},
    },
    people::{Action, Actor},
};
use ingest::Outside;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{
    Deed,
    harvests::{Harvested, Harvesting, NewCopy, NewOutside},
};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::{
    HarvestShape,
    fetch::{Fetched, fetch},
    lately,
    reader::{self, Job},
    tell::Failure,
    wire::Wire,
};
use crate::{Kind, Office, Problem, dossiers::Kept, people::require};

/// Between two looks for sources that are due.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Longest that all pages of a source may take to come.
const FETCH_MAX: Duration = Duration::from_mins(10);
/// How long somebody who asks for a harvest waits for its end.
const WAIT: Duration = Duration::from_secs(20);
/// Batches of features between who reads and who writes.
const UNDER_WAY: usize = 4;
/// Longest failure, in characters.
const FAILURE_MAX: usize = 900;

/// What a harvest is asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// If it is due.
    Due,
    /// Somebody asks for it.
    Now,
}

/// What came of the features.
struct Taken {
    features: i64,
    sha256: [u8; 32],
}

impl Office {
    /// Harvests what is due, one source after the other. Never ends.
    pub async fn harvest_sources(self) {
        loop {
            if let Err(problem) = self.harvest_due().await {
                tracing::warn!(title = %problem.title, "sources");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn harvest_due(&self) -> Result<(), Problem> {
        let kept: Vec<Kept<Source>> = self.dossiers(DossierKind::Source, None).await?;
        if kept
            .iter()
            .all(|kept| kept.content.state == SourceState::Paused)
        {
            return Ok(());
        }
        let states = self.store.harvest_states(None).await?;
        let now = Utc::now();
        for kept in &kept {
            let state = states
                .binary_search_by(|state| (*state.source).cmp(&kept.code))
                .ok()
                .and_then(|at| states.get(at));
            let source = &kept.content;
            if source.state == SourceState::Active
                && due(source.every_hours, kept.since, lately(state)) <= now
            {
                self.harvest(kept, When::Due).await?;
            }
        }
        Ok(())
    }

    /// Harvests a source now. None where it takes longer than somebody waits: it goes on by itself.
    pub async fn harvest_now(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<Option<HarvestShape>, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let kept = self.kept_source(code).await?;
        let act = self.store.begin(actor).await?;
        act.commit(&Deed {
            action: "fuente.cosecha",
            ubigeo: None,
            object: format!("fuente/{}", kept.code),
            content: json!({"version": kept.version}),
        })
        .await?;
        let office = self.clone();
        let code = kept.code.clone();
        let task = tokio::spawn(async move { office.harvest(&kept, When::Now).await });
        match tokio::time::timeout(WAIT, task).await {
            Err(_) => Ok(None),
            Ok(Ok(Ok(Some(number)))) => {
                let row = self.store.harvests(&code, Some(number + 1), 1).await?.pop();
                Ok(row.map(HarvestShape::of))
            }
            Ok(Ok(Ok(None))) => Err(Problem::new(
                Kind::Conflict,
                "La fuente ya se está cosechando.",
                "Espere a que termine; su página muestra el resultado.",
            )),
            Ok(Ok(Err(problem))) => Err(problem),
            Ok(Err(_)) => Err(Problem::new(
                Kind::Internal,
                "La cosecha se interrumpió.",
                "Vuelva a intentarlo; el detalle está en el registro.",
            )),
        }
    }

    /// Harvests a source, unless somebody else is at it. Gives the number of the harvest.
    async fn harvest(&self, kept: &Kept<Source>, when: When) -> Result<Option<i32>, Problem> {
        let Some(mut claimed) = self.store.claim_source(&kept.code).await? else {
            return Ok(None);
        };
        let state = self.store.harvest_states(Some(&kept.code)).await?.pop();
        // Another node may have been at it between our look and our lock.
        let is_due =
            due(kept.content.every_hours, kept.since, lately(state.as_ref())) <= Utc::now();
        if when == When::Due && !is_due {
            claimed.release().await?;
            return Ok(None);
        }
        let started = Utc::now();
        let before = state.as_ref().and_then(|state| state.good_features);
        let standing = match state.and_then(|state| state.copy) {
            Some(copy) => {
                let row = self.store.harvests(&kept.code, Some(copy + 1), 1).await?;
                row.into_iter().next().and_then(|row| row.sha256)
            }
            None => None,
        };
        let mut bytes = 0;
        let past = Past {
            started,
            before: before.unwrap_or_default(),
            standing,
        };
        let done = self
            .harvested(&kept.content, &mut claimed, &past, &mut bytes)
            .await;
        let number = match done {
            Ok(number) => number,
            Err(failure) => {
                tracing::warn!(source = %kept.code, ?failure, "harvest failed");
                let failed = Harvested {
                    started,
                    failure: Some(failure.to_string().chars().take(FAILURE_MAX).collect()),
                    features: 0,
                    bytes,
                    sha256: None,
                };
                claimed.note(&failed).await?
            }
        };
        claimed.release().await?;
        Ok(Some(number))
    }

    async fn harvested(
        &self,
        source: &Source,
        claimed: &mut Harvesting,
        past: &Past,
        bytes: &mut i64,
    ) -> Result<i32, Failure> {
        let folder = tempfile::Builder::new()
            .prefix("catastro-fuente-")
            .tempdir()
            .map_err(|error| {
                tracing::error!(%error, "a folder for a harvest");
                Failure::Ours
            })?;
        let mut wire = Wire::new(
            self.private_networks,
            u64::from(source.megabytes_max) << 20,
            FETCH_MAX,
        )?;
        let fetched = fetch(source, &mut wire, folder.path()).await;
        *bytes = i64::try_from(wire.bytes).unwrap_or(i64::MAX);
        let fetched = fetched?;
        let said = fetched.said;
        let mut copy = claimed.copy().await?;
        let taken = read_into(&mut copy, self.worker.clone(), source, fetched, folder).await?;
        whole(said, taken.features, past.before)?;
        let unchanged = past.standing.as_deref() == Some(&taken.sha256[..]);
        let harvested = Harvested {
            started: past.started,
            failure: None,
            features: taken.features,
            bytes: *bytes,
            sha256: Some(taken.sha256),
        };
        if unchanged {
            drop(copy);
            return Ok(claimed.note(&harvested).await?);
        }
        Ok(copy.keep(&harvested).await?)
    }
}

/// What was there before a harvest.
struct Past {
    started: DateTime<Utc>,
    /// Features of the last good one.
    before: i64,
    /// Digest of the copy that is shown.
    standing: Option<Vec<u8>>,
}

/// Has a child read the pages, and writes what it reads.
async fn read_into(
    copy: &mut NewCopy<'_>,
    program: PathBuf,
    source: &Source,
    fetched: Fetched,
    folder: TempDir,
) -> Result<Taken, Failure> {
    let mut digest = Sha256::new();
    let mut features = 0;
    if fetched.pages.is_empty() {
        return Ok(Taken {
            features,
            sha256: digest.finalize().into(),
        });
    }
    let job = Job {
        // The layer of a page is the one that was asked for, whatever it is called there.
        layer: source
            .layer
            .clone()
            .filter(|_| source.kind == domain::institute::source::SourceKind::File),
        files: fetched.pages,
    };
    let (sender, mut batches) = mpsc::channel::<Vec<Outside>>(UNDER_WAY);
    let reading = tokio::task::spawn_blocking(move || {
        let done = reader::read(&program, &job, &sender);
        // The files go after whoever reads them.
        drop(folder);
        done
    });
    while let Some(batch) = batches.recv().await {
        features += i64::try_from(batch.len()).unwrap_or_default();
        if features > i64::from(source.features_max) {
            return Err(Failure::TooMany(source.features_max));
        }
        let mut new = Vec::with_capacity(batch.len());
        for feature in batch {
            digest.update(feature.fid.as_bytes());
            digest.update([0]);
            digest.update(feature.attributes.as_bytes());
            digest.update([0]);
            digest.update(serde_json::to_vec(&feature.geometry).unwrap_or_default());
            digest.update([0]);
            if let Some(geometry) = feature.geometry {
                new.push(NewOutside {
                    fid: feature.fid,
                    attributes: feature.attributes,
                    geometry,
                });
            }
        }
        copy.push(new).await?;
    }
    reading.await.map_err(|_| Failure::Ours)??;
    Ok(Taken {
        features,
        sha256: digest.finalize().into(),
    })
}

/// Whether all of it came.
fn whole(said: Option<u64>, came: i64, before: i64) -> Result<(), Failure> {
    let came_u64 = u64::try_from(came).unwrap_or_default();
    match said {
        Some(said) if came_u64 < said => Err(Failure::NotWhole {
            said,
            came: came_u64,
        }),
        _ if came == 0 && before > 0 => Err(Failure::Empty { before }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_or_suddenly_empty_is_not_whole() {
        assert_eq!(whole(None, 3, 9), Ok(()));
        assert_eq!(whole(Some(3), 3, 0), Ok(()));
        // Features came in between two pages.
        assert_eq!(whole(Some(3), 4, 0), Ok(()));
        assert_eq!(
            whole(Some(4), 3, 0),
            Err(Failure::NotWhole { said: 4, came: 3 })
        );
        assert_eq!(whole(None, 0, 0), Ok(()));
        assert_eq!(whole(Some(0), 0, 5), Err(Failure::Empty { before: 5 }));
    }
}
