//! Work that is done apart, for who looks after the service.

use domain::people::{Action, Actor};
pub use store::jobs::JobRow;

use crate::{Office, Problem, people::require};

/// Jobs of one list.
const LISTED: i64 = 200;

impl Office {
    /// The last jobs, those that wait first.
    pub async fn jobs(&self, actor: &Actor) -> Result<Vec<JobRow>, Problem> {
        require(actor, Action::ManageAccounts, None)?;
        Ok(self.store.jobs(LISTED).await?)
    }
}
