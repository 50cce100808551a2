//! Lines on their way to a client, worked out no faster than it reads and no longer than it reads.

use std::time::Duration;

use tokio::{sync::mpsc, time};

use super::{Batch, BatchRequest};
use crate::{Office, Problem, checks::turns};

/// Lines as they come. They end early, with a problem, where their reader takes none for too long.
pub struct Lines(mpsc::Receiver<Result<Vec<u8>, Problem>>);

/// Longest time for a client to take what was sent.
const READ_MAX: Duration = Duration::from_secs(30);
/// Longest time for all of it: a town in full over a slow line.
const ALL_MAX: Duration = Duration::from_mins(15);

impl Office {
    /// Answers a question about many parcels as lines that somebody reads.
    pub async fn lines(&self, request: BatchRequest) -> Result<Lines, Problem> {
        let place = turns::open()?;
        let mut batch = self.batch(request).await?;
        // One piece waits while the next one is made.
        let (sender, receiver) = mpsc::channel(1);
        // A task of its own: nobody asks an answer to go on whose reader has stopped.
        tokio::spawn(async move {
            let _place = place;
            let sent = time::timeout(ALL_MAX, send(&mut batch, &sender)).await;
            if sent != Ok(true) {
                tracing::info!("the reader of a long answer stopped reading");
            }
        });
        Ok(Lines(receiver))
    }
}

/// Sends all there is. Says whether it was taken.
async fn send(batch: &mut Batch, to: &mpsc::Sender<Result<Vec<u8>, Problem>>) -> bool {
    while let Some(lines) = batch.next().await {
        if to.send_timeout(lines, READ_MAX).await.is_err() {
            return false;
        }
    }
    true
}

impl Lines {
    /// The next of them; none after the last.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, Problem>> {
        self.0.recv().await
    }
}
