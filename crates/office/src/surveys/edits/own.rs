//! What somebody has written and nobody has decided on, for its author.

use chrono::Utc;
use domain::{
    collection::Collection,
    feature::Feature,
    people::{Action, Actor},
    time::{ChangeNumber, day_at},
};

use crate::{Office, Problem, people::require_somewhere, problem};

/// A feature of one's own draft.
#[derive(Clone, Debug)]
pub struct Own {
    /// As it would be; its change is the negative number of the write.
    pub feature: Feature,
    /// It would be no more.
    pub removed: bool,
}

impl Office {
    /// What the actor has in their open editions of a layer, by code.
    pub async fn own_draft(
        &self,
        actor: &Actor,
        collection: &Collection,
    ) -> Result<Vec<Own>, Problem> {
        require_somewhere(actor, &[Action::upload_to(collection)])?;
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let drafted = self.store.drafted_by(account, collection).await?;
        let today = day_at(Utc::now());
        let own = drafted.into_iter().map(|(code, drafted)| Own {
            removed: drafted.removed,
            feature: Feature {
                ubigeo: drafted.state.ubigeo,
                code: code.into_boxed_str(),
                geometry: drafted.state.geometry,
                attributes: drafted.state.attributes.into_boxed_str(),
                valid_from: today,
                change: ChangeNumber(-drafted.state.number),
            },
        });
        Ok(own.collect())
    }
}
