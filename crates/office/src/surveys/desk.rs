//! The desk of who uploads and who decides: what waits for them, and where they may bring something.

use std::collections::BTreeMap;

use domain::{
    collection::Collection,
    id::Ubigeo,
    people::{
        Action, Actor,
        permission::{Reach, reach},
        permit,
    },
};
use store::surveys::{ListedRow, Listing};

use crate::{Office, Problem, data, people::require_somewhere};

/// What somebody wants to see of the surveys that they may read.
#[derive(Clone, Default, Debug)]
pub struct DeskQuestion {
    /// Their own alone.
    pub own: bool,
    /// In this state.
    pub state: Option<String>,
    /// Of this municipality.
    pub place: Option<Ubigeo>,
    /// Which page, from 0.
    pub page: u32,
}

/// A page of it.
pub struct Desk {
    /// What waits for their decision, the oldest first.
    pub waiting: Vec<ListedRow>,
    /// What was asked for, the newest first.
    pub lines: Vec<ListedRow>,
    /// Whether there are more.
    pub more: bool,
}

/// Lines of a page.
pub const PAGE_OF_DESK: u32 = 50;
/// Surveys that are looked at for who decides.
const WAITING_MAX: i64 = 200;

impl Office {
    /// The desk of somebody.
    pub async fn desk(&self, actor: &Actor, question: &DeskQuestion) -> Result<Desk, Problem> {
        let places = match require_somewhere(actor, &[Action::ReadSurveys])? {
            Reach::Nowhere => Some(Vec::new()),
            Reach::Places(places) => Some(places),
            Reach::Everywhere => None,
        };
        let waiting = self.waiting_for(actor, places.as_deref()).await?;
        let chosen = question.place.filter(|place| {
            let known = places.as_ref();
            known.is_none_or(|places| places.contains(place))
        });
        let chosen = chosen.map(|place| vec![place]);
        let page = i64::from(PAGE_OF_DESK);
        let mut lines = self
            .store
            .surveys_listed(&Listing {
                places: chosen.as_deref().or(places.as_deref()),
                state: question.state.as_deref(),
                uploaded_by: question.own.then(|| actor.account()).flatten(),
                waiting: false,
                limit: page + 1,
                offset: i64::from(question.page) * page,
            })
            .await?;
        let more = lines.len() > PAGE_OF_DESK as usize;
        lines.truncate(PAGE_OF_DESK as usize);
        Ok(Desk {
            waiting,
            lines,
            more,
        })
    }

    async fn waiting_for(
        &self,
        actor: &Actor,
        places: Option<&[Ubigeo]>,
    ) -> Result<Vec<ListedRow>, Problem> {
        let decides = [Action::DecideSurvey, Action::DecidePlan];
        if decides
            .iter()
            .all(|action| reach(actor, *action) == Reach::Nowhere)
        {
            return Ok(Vec::new());
        }
        let mut waiting = self
            .store
            .surveys_listed(&Listing {
                places,
                waiting: true,
                limit: WAITING_MAX,
                ..Listing::default()
            })
            .await?;
        waiting.retain(|row| {
            let action = Action::decide_on(&row.collection);
            let is_own = row.uploaded_by.as_ref().map(|(id, _)| *id) == actor.account();
            !is_own && permit(actor, action, Some(row.ubigeo)).is_ok()
        });
        Ok(waiting)
    }

    /// Where somebody may upload to a layer, by ubigeo: the municipalities and their names.
    pub fn places_to_upload(
        &self,
        actor: &Actor,
        collection: &Collection,
    ) -> Result<BTreeMap<Ubigeo, String>, Problem> {
        let mut known = self.known_places()?;
        match reach(actor, Action::upload_to(collection)) {
            Reach::Nowhere => known.clear(),
            Reach::Places(places) => known.retain(|place, _| places.contains(place)),
            Reach::Everywhere => {}
        }
        Ok(known)
    }

    /// The municipalities whose surveys somebody may read.
    pub fn places_to_read(&self, actor: &Actor) -> Result<BTreeMap<Ubigeo, String>, Problem> {
        let mut known = self.known_places()?;
        if let Reach::Places(places) = reach(actor, Action::ReadSurveys) {
            known.retain(|place, _| places.contains(place));
        }
        Ok(known)
    }

    /// Those that have land here, and those that the program knows.
    fn known_places(&self) -> Result<BTreeMap<Ubigeo, String>, Problem> {
        let provinces = data::provinces()?;
        let told = provinces
            .iter()
            .flat_map(|province| &province.municipalities)
            .map(|entry| (entry.ubigeo, entry.name.clone()));
        let mut known: BTreeMap<Ubigeo, String> = told.collect();
        for (ubigeo, land) in &self.feed.snapshot().municipalities {
            known.insert(*ubigeo, land.municipality.name.clone());
        }
        Ok(known)
    }
}
