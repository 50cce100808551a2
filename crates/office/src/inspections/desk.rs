//! An inspection as who works on it has it before them: its way, what it is held against, what comes next.

use chrono::{DateTime, Utc};
use domain::{
    inspection::{State, Step},
    people::{Action, Actor},
};
use geo_types::Coord;
use store::{certificates::Which, inspections::InspectionRow};
use uuid::Uuid;

use super::absent;
use crate::{
    Office, Problem, moment,
    people::{require, require_somewhere},
    view::{CertificateShape, InspectionShape},
};

/// All of it.
#[derive(Debug)]
pub struct Desk {
    /// The inspection with its evidence.
    pub inspection: InspectionShape,
    /// Its place, in EPSG:32718.
    pub place: Coord<f64>,
    /// Name of the municipality.
    pub municipality: String,
    /// The certificate that it is held against.
    pub certificate: Option<CertificateShape>,
    /// Its way.
    pub history: Vec<EventShape>,
    /// What may come next.
    pub steps: Vec<Step>,
    /// Whether the last day to obey is over.
    pub is_overdue: bool,
}

/// A step on its way.
#[derive(Debug)]
pub struct EventShape {
    /// When.
    pub at: DateTime<Utc>,
    /// Login.
    pub who: String,
    /// `programar`, `realizar`…
    pub step: String,
    /// The state after it.
    pub state: String,
}

impl Office {
    /// An inspection with all that who inspects needs to decide.
    pub async fn inspection_desk(&self, actor: &Actor, id: Uuid) -> Result<Desk, Problem> {
        require_somewhere(actor, &[Action::Inspect])?;
        let mut draft = self.store.draft(actor).await?;
        let row = draft.inspections(Some(id), 1).await?.pop();
        let row = row.ok_or_else(absent)?;
        require(actor, Action::Inspect, Some(row.ubigeo))?;
        let evidence = draft.evidence(id).await?;
        let events = draft.inspection_events(id).await?;
        drop(draft);
        let certificate = match row.certificate {
            Some(id) => self.store.certificates(Which::Id(id)).await?.pop(),
            None => None,
        };
        let snapshot = self.feed.snapshot();
        let land = snapshot.municipalities.get(&row.ubigeo);
        let history = events.into_iter().map(|event| EventShape {
            at: event.at,
            who: event.login,
            step: event.step,
            state: event.state,
        });
        Ok(Desk {
            inspection: InspectionShape::of(&row, Some(&evidence))?,
            place: row.place,
            municipality: land.map_or_else(
                || row.ubigeo.to_string(),
                |land| land.municipality.name.clone(),
            ),
            certificate: certificate.as_ref().map(CertificateShape::of),
            history: history.collect(),
            steps: Step::ALL
                .into_iter()
                .filter(|step| row.state.after(*step).is_ok())
                .collect(),
            is_overdue: is_overdue(&row),
        })
    }
}

fn is_overdue(row: &InspectionRow) -> bool {
    let today = moment::day_at(Utc::now());
    row.state == State::Ordered && row.deadline.is_some_and(|last| last < today)
}
