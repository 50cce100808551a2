//! Reading in a child process, for files that strangers send. The same reading, one process further away.

use std::{
    io::{self, BufWriter, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use ingest::{
    Batch,
    sandbox::{self, Ending, Sandbox},
};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use super::{
    Progress,
    examination::BATCHES_UNDER_WAY,
    reading::{Ends, Examined, Facts, Job, Reading, Target, read},
};
use crate::{Kind, Problem};

/// The word by which our program knows that it is a child.
pub const WORD: &str = "worker";

/// What a child says, in this order: how far it is at any time, its facts, rows, its end.
#[derive(Serialize, Deserialize)]
enum Said {
    Progress(Progress),
    Facts(Facts),
    Batch(Vec<u8>),
    Done(Box<Examined>),
}

/// The parent's side: has a file read by a child, on this thread.
pub(super) fn read_apart(
    program: &Path,
    job: &Job,
    ends: Ends,
    progress: &dyn Fn(Progress),
) -> Examined {
    let mut child = Sandbox::start(program, WORD).map_err(|error| {
        tracing::error!(%error, "worker");
        Problem::new(
            Kind::Unavailable,
            "No se pudo empezar a leer el archivo.",
            "El archivo está guardado y se volverá a intentar. Avise a quien opera el servidor.",
        )
    })?;
    match talk(&mut child, job, ends, progress) {
        Ok(examined) => examined,
        Err(error) => {
            let ending = child.ending();
            tracing::warn!(%error, ?ending, "worker ended");
            Err(ended(ending))
        }
    }
}

fn talk(
    child: &mut Sandbox,
    job: &Job,
    ends: Ends,
    progress: &dyn Fn(Progress),
) -> io::Result<Examined> {
    let gone = || io::Error::other("the receiver is gone");
    let Ends {
        opened,
        target,
        batches,
    } = ends;
    let mut meeting = Some((opened, target));
    child.tell(job)?;
    loop {
        match child.hear()? {
            Said::Progress(done) => progress(done),
            Said::Facts(facts) => {
                let (opened, target) = meeting.take().ok_or_else(gone)?;
                opened.send(facts).map_err(|_| gone())?;
                child.tell(&target.blocking_recv().map_err(|_| gone())?)?;
            }
            Said::Batch(rows) => batches.blocking_send(Batch(rows)).map_err(|_| gone())?,
            Said::Done(examined) => return Ok(*examined),
        }
    }
}

fn ended(ending: Ending) -> Problem {
    match ending {
        Ending::TooLong => Problem::new(
            Kind::Refused,
            "El archivo tarda demasiado en leerse.",
            "Divídalo por sectores y envíe cada parte.",
        ),
        Ending::Killed => Problem::new(
            Kind::Unavailable,
            "Se detuvo al programa que lee el archivo.",
            "El archivo está guardado y se vuelve a intentar. Si se repite, divídalo por sectores o avise a quien opera el servidor.",
        ),
        Ending::Crashed => Problem::new(
            Kind::Refused,
            "El archivo hizo fallar al programa que lo lee, o pide más memoria de la que se le da.",
            "Ábralo en QGIS, expórtelo de nuevo como GeoPackage y envíelo; si es muy grande, divídalo por sectores.",
        ),
    }
}

/// The child's side: reads what its parent names, and tells what it finds.
///
/// # Errors
/// When the parent cannot be heard, which ends the child.
pub fn work() -> io::Result<()> {
    sandbox::confine()?;
    let job: Job = sandbox::read(&mut io::stdin().lock())?;
    let output = Arc::new(Mutex::new(BufWriter::new(io::stdout())));
    let (opened, facts) = oneshot::channel();
    let (target, target_rx) = oneshot::channel();
    let (batches, rows) = mpsc::channel(BATCHES_UNDER_WAY);
    let ends = Ends {
        opened,
        target: target_rx,
        batches,
    };
    let progress = Arc::clone(&output);
    let reading = Reading::of(move || {
        read(job, ends, &|done| {
            // A parent that is gone is noticed by whoever writes next.
            let _ = say(&progress, &Said::Progress(done));
        })
    });
    // Moved, so that they go before the thread that waits on them: dropped, it is waited for.
    let (facts, target, mut rows) = (facts, target, rows);
    if let Ok(facts) = facts.blocking_recv() {
        say(&output, &Said::Facts(facts))?;
        let heard: Target = sandbox::read(&mut io::stdin().lock())?;
        let _ = target.send(heard);
        sandbox::end_with_parent()?;
        while let Some(Batch(bytes)) = rows.blocking_recv() {
            say(&output, &Said::Batch(bytes))?;
        }
    }
    say(&output, &Said::Done(Box::new(reading.ended())))
}

fn say(output: &Mutex<impl Write>, said: &Said) -> io::Result<()> {
    let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
    sandbox::write(&mut *output, said)
}
