//! A certificate as who works on it has it before them: what it says, what the service answers today, what comes next.

use domain::{
    certificate::{Rules, Step},
    people::{Action, Actor},
};
use geo_types::Geometry;
use serde_json::Value;
use store::certificates::CertificateRow;
use uuid::Uuid;

use super::{
    decision::{may, question_of},
    draft::{kind, question},
    sheet, words,
};
use crate::{
    Office, Problem, checks, parcels,
    people::require,
    view::{CertificateShape, Today},
};

/// All of it.
#[derive(Debug)]
pub struct Desk {
    /// The certificate and its way.
    pub certificate: CertificateShape,
    /// What the law says of its kind.
    pub rules: Rules,
    /// Name of the municipality.
    pub municipality: String,
    /// What the officer states, with the titles of the paper.
    pub stated: Vec<(String, String)>,
    /// Whether who looks drafted it.
    pub is_drafter: bool,
    /// What it says against what the service answers today.
    pub today: Today,
    /// What the service answers today; none where it cannot answer any more.
    pub now: Option<Value>,
    /// Whether today another thing would be signed than what was drafted.
    pub moved_on: bool,
    /// Its place today, in EPSG:32718; none where it is gone.
    pub place: Option<Geometry<f64>>,
    /// What may come next.
    pub offers: Vec<Offer>,
}

/// A step that its state admits.
#[derive(Debug)]
pub struct Offer {
    /// The step.
    pub step: Step,
    /// Why who looks cannot take it; none where they can.
    pub refused: Option<Problem>,
}

impl Office {
    /// A certificate with all that its drafter and its issuer need to decide.
    pub async fn certificate_desk(&self, actor: &Actor, id: Uuid) -> Result<Desk, Problem> {
        let row = self.certificate_row(id).await?;
        require(actor, Action::DraftCertificate, Some(row.ubigeo))?;
        let (_, rules) = kind(row.kind.name())?;
        let asked = question_of(&row)?;
        let read = |text: &str| {
            serde_json::from_str::<Value>(text).map_err(|error| words::unreadable(&error))
        };
        let verdict = read(&row.verdict)?;
        let (today, now, moved_on, unanswered) = match self.judged(&asked).await {
            Ok(judged) => {
                let moved_on = judged.substance != row.substance;
                let today = Today::between(&verdict, &judged.verdict);
                (today, Some(judged.verdict), moved_on, None)
            }
            Err(problem) => {
                let sentence = format!("Hoy no se puede contestar lo mismo: {}", problem.title);
                (Today::unknown(&sentence), None, true, Some(problem))
            }
        };
        let held_back = match unanswered {
            Some(problem) => Some(problem),
            None if moved_on => Some(words::stale()),
            None => rules
                .lacking(&verdict)
                .map(|need| words::nothing_to_certify(&rules, need)),
        };
        let snapshot = self.feed.snapshot();
        let land = snapshot.municipalities.get(&row.ubigeo);
        Ok(Desk {
            municipality: land.map_or_else(
                || row.ubigeo.to_string(),
                |land| land.municipality.name.clone(),
            ),
            stated: sheet::stated(&read(&row.stated)?, &rules),
            is_drafter: actor.account() == Some(row.drafter),
            place: self.place_today(&row, &asked)?,
            offers: offers(actor, &row, held_back.as_ref()),
            certificate: self.certificate_shape(&row).await?,
            rules,
            today,
            now,
            moved_on,
        })
    }

    /// The parcel as it is, or what else was asked about.
    fn place_today(
        &self,
        row: &CertificateRow,
        asked: &Value,
    ) -> Result<Option<Geometry<f64>>, Problem> {
        match row.parcel.as_deref() {
            Some(code) => {
                let code = parcels::parse(code)?;
                let snapshot = self.feed.snapshot();
                let found = snapshot.parcel(&code);
                Ok(found.map(|(_, parcel)| parcel.geometry.clone()))
            }
            None => checks::ground_of(question(asked)?),
        }
    }
}

/// The steps that its state admits: those that somebody may take, and the issue with why they may not.
fn offers(actor: &Actor, row: &CertificateRow, held_back: Option<&Problem>) -> Vec<Offer> {
    let steps = Step::ALL.into_iter();
    steps
        .filter(|step| row.state.after(*step).is_ok())
        .map(|step| Offer {
            step,
            refused: match may(actor, row, step) {
                Err(problem) => Some(problem),
                Ok(_) if step == Step::Issue => held_back.cloned(),
                Ok(_) => None,
            },
        })
        .filter(|offer| offer.refused.is_none() || offer.step == Step::Issue)
        .collect()
}
