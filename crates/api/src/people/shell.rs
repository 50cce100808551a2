//! What is around every page: who is there, where the menu leads, and whether the land is made up. To make a page: 1. a
//! template in `templates/` that extends `base.html`; 2. a struct with `shell: Shell`; 3. [`page`].

use std::{borrow::Borrow, convert::Infallible};

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{Html, IntoResponse, Response},
};
use domain::people::{
    Action, Actor,
    permission::{Reach, reach},
};
use office::{Problem, people::Visitor};

use super::assets;
use crate::{
    doors::{Doors, Practice},
    problem::status,
};

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Whether the land is made up.
    pub demonstration: bool,
    /// Whether the frame says who is there: not on pages that are the same for all.
    pub knows_who: bool,
    visitor: Visitor,
    path: String,
    practice: Practice,
}

/// A line of the menu.
pub struct Entry {
    /// Where it leads.
    pub href: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// Pages of the menu, and who has to be there for them: one of these actions, or anybody.
const MENU: [(&str, &str, &[Action]); 12] = [
    ("/mapa", "Mapa", &[]),
    (
        "/levantamientos",
        "Levantamientos",
        &[
            Action::UploadSurvey,
            Action::ReadSurveys,
            Action::DecideSurvey,
            Action::UploadPlan,
        ],
    ),
    ("/control-urbano", "Control urbano", &[]),
    (
        "/certificados",
        "Certificados",
        &[Action::DraftCertificate, Action::IssueCertificate],
    ),
    ("/inspecciones", "Inspecciones", &[Action::Inspect]),
    ("/planes", "Planes", &[]),
    ("/inversiones", "Inversiones", &[]),
    ("/observatorio", "Observatorio", &[]),
    ("/gobierno", "Gobierno", &[]),
    ("/observaciones", "Observaciones", &[]),
    (
        "/administracion",
        "Administración",
        &[Action::ManageAccounts, Action::ReadAudit],
    ),
    ("/ayuda", "Ayuda", &[]),
];

impl Shell {
    /// The frame of a page that is the same for all.
    pub fn for_all(demonstration: bool) -> Self {
        Self {
            demonstration,
            knows_who: false,
            visitor: Visitor::PUBLIC,
            path: String::new(),
            practice: Practice::Nowhere,
        }
    }

    /// The frame around the answer to a request.
    pub fn of(parts: &Parts, doors: Doors) -> Self {
        Self {
            demonstration: doors.office().feed.snapshot().has_demonstration(),
            knows_who: true,
            visitor: parts
                .extensions
                .get::<Visitor>()
                .cloned()
                .unwrap_or(Visitor::PUBLIC),
            path: parts.uri.path().to_owned(),
            practice: doors.settings().practice.clone(),
        }
    }

    /// Where scripts and styles are.
    #[expect(
        clippy::unused_self,
        reason = "templates know the frame and nothing else"
    )]
    pub fn folder(&self) -> &'static str {
        assets::folder()
    }

    /// Where people practise.
    pub fn practice_address(&self) -> Option<&str> {
        match &self.practice {
            Practice::At(address) => Some(address),
            Practice::Nowhere | Practice::Here => None,
        }
    }

    /// Whether people practise here.
    pub fn is_practice(&self) -> bool {
        self.practice == Practice::Here
    }

    /// Login of who is there.
    pub fn name(&self) -> Option<&str> {
        (self.knows_who && self.visitor.actor != Actor::Public).then(|| self.visitor.actor.name())
    }

    /// Who is there.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Whether to offer an action: somewhere they may do it. What is done is asked again where it is done.
    pub fn may(&self, action: impl Borrow<Action>) -> bool {
        reach(&self.visitor.actor, *action.borrow()) != Reach::Nowhere
    }

    /// The menu.
    pub fn menu(&self) -> Vec<Entry> {
        MENU.iter()
            .filter(|(_, _, needs)| needs.is_empty() || needs.iter().any(|action| self.may(action)))
            .map(|(href, name, _)| Entry {
                href,
                name,
                current: self
                    .path
                    .strip_prefix(href)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            })
            .collect()
    }
}

impl FromRequestParts<Doors> for Shell {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, doors: &Doors) -> Result<Self, Infallible> {
        Ok(Self::of(parts, *doors))
    }
}

/// A page.
pub fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page that says what is wrong, where something is.
pub fn page_after(problem: Option<&Problem>, template: &impl Template) -> Response {
    page_with(problem.map_or(StatusCode::OK, status), template)
}

/// A page with another status than that of success.
pub fn page_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            // Only what writes itself could fail, and nothing of ours does.
            tracing::error!(%error, "a page was not written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
