//! Files of others are read by a child process, as uploads are: under limits, by a driver that we choose.

use std::{
    io::{self, Write as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use ingest::{
    Opening, Outside,
    sandbox::{self, Sandbox},
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::tell::Failure;
use crate::{Problem, problem};

/// The word by which our program knows that it is this child.
pub const WORD: &str = "reader";

/// Features that travel together.
const BATCH: usize = 500;

/// What a child is to read.
#[derive(Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) files: Vec<PathBuf>,
    pub(super) layer: Option<String>,
}

/// What it says: features, then its end.
#[derive(Serialize, Deserialize)]
enum Said {
    Features(Vec<Outside>),
    Done(Result<(), Problem>),
}

/// The parent's side: has the files read, on this thread.
pub(super) fn read(
    program: &Path,
    job: &Job,
    features: &mpsc::Sender<Vec<Outside>>,
) -> Result<(), Failure> {
    let ours = |error: io::Error| {
        tracing::error!(%error, "reader");
        Failure::Ours
    };
    let mut child = Sandbox::start(program, WORD).map_err(ours)?;
    let talk = |child: &mut Sandbox| -> io::Result<Result<(), Failure>> {
        child.tell(job)?;
        loop {
            match child.hear()? {
                Said::Features(some) => {
                    if features.blocking_send(some).is_err() {
                        // Whoever writes has given up, and says why.
                        return Ok(Ok(()));
                    }
                }
                Said::Done(done) => return Ok(done.map_err(Failure::from)),
            }
        }
    };
    match talk(&mut child) {
        Ok(done) => done,
        Err(error) => {
            let ending = child.ending();
            tracing::warn!(%error, ?ending, "reader ended");
            Err(Failure::Unreadable(
                "Lo que llegó hizo fallar al programa que lo lee, o pide más tiempo o memoria de los que se le dan.".to_owned(),
            ))
        }
    }
}

/// The child's side.
///
/// # Errors
/// When the parent cannot be heard, which ends the child.
pub fn work() -> io::Result<()> {
    sandbox::confine()?;
    let job: Job = sandbox::read(&mut io::stdin().lock())?;
    sandbox::end_with_parent()?;
    let mut output = io::BufWriter::new(io::stdout());
    let done = read_all(job, |features| {
        sandbox::write(&mut output, &Said::Features(features))
    })?;
    sandbox::write(&mut output, &Said::Done(done))?;
    output.flush()
}

fn read_all(
    job: Job,
    mut send: impl FnMut(Vec<Outside>) -> io::Result<()>,
) -> io::Result<Result<(), Problem>> {
    let mut batch = Vec::new();
    for path in job.files {
        let opening = Opening {
            path,
            layer: job.layer.clone(),
            source_crs: None,
        };
        let mut broken = None;
        let read = ingest::outside(&opening, |feature| {
            batch.push(feature);
            if batch.len() < BATCH {
                return ControlFlow::Continue(());
            }
            match send(std::mem::take(&mut batch)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    broken = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        if let Some(error) = broken {
            return Err(error);
        }
        if let Err(refusal) = read {
            return Ok(Err(problem::refusal(&refusal)));
        }
    }
    send(batch)?;
    Ok(Ok(()))
}
