//! Who may use all cores, and who may hold a long answer open: whoever asks about many parcels waits their turn.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Kind, Problem};

/// Work on all cores at once. Of the machine, whose cores they are, and not of one office.
static TURNS: Semaphore = Semaphore::const_new(2);
/// Answers on their way to clients at once: each holds its land.
static OPEN: Semaphore = Semaphore::const_new(8);

/// Longest time to wait for a turn: below what an answer may take.
const TURN_MAX: Duration = Duration::from_secs(20);

/// A turn to work on many parcels. Who holds it works: it is never held while a client reads.
pub(crate) async fn turn() -> Result<SemaphorePermit<'static>, Problem> {
    match tokio::time::timeout(TURN_MAX, TURNS.acquire()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(busy()),
    }
}

/// A place for an answer that a client reads as it is made.
pub(super) fn open() -> Result<SemaphorePermit<'static>, Problem> {
    OPEN.try_acquire().map_err(|_| busy())
}

fn busy() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "Ya se contestan varias preguntas sobre muchos predios.",
        "Vuelva a preguntar en un momento.",
    )
}
