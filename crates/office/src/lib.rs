//! What people do: one act, one function, one transaction; and the Spanish shapes and words they see.

pub mod audit;
pub mod bulletin;
pub mod cadastral_projects;
pub mod card;
pub mod catalogue;
pub mod certificates;
pub mod checks;
pub mod contributions;
pub mod data;
pub mod demonstration;
pub mod documents;
pub mod dossiers;
pub mod drafts;
mod features;
pub mod follows;
mod footprint;
pub mod government;
mod history;
pub mod indicators;
pub mod inspections;
pub mod investments;
pub mod jobs;
pub mod layers;
pub mod mail;
pub mod moment;
pub mod news;
pub mod norms;
pub mod observations;
pub mod observatory;
pub mod oidc;
pub mod papers;
mod parcels;
pub mod people;
pub mod place;
pub mod plans;
pub mod problem;
pub mod questions;
pub mod reports;
pub mod search;
pub mod series;
pub mod setup;
pub mod sources;
pub mod stored_queries;
pub mod surveys;
pub mod tiles;
pub mod view;
pub mod works;

use std::{path::PathBuf, sync::Arc};

use chrono::Duration;

pub use problem::{Kind, Problem};

/// The office: acts and answers over one database and the snapshots made of it.
#[derive(Clone)]
pub struct Office {
    /// Where the land is kept.
    pub store: store::Store,
    /// What answers now.
    pub feed: Arc<query::Feed>,
    /// Folder of the files of surveys.
    pub uploads: PathBuf,
    /// Our own program, which reads those files as a child.
    pub worker: PathBuf,
    /// Largest file of a survey, in bytes.
    pub upload_bytes_max: u64,
    /// Surveys under way.
    pub tracks: Arc<surveys::Tracks>,
    /// With what certificates are signed.
    pub signing: certificates::Signing,
    /// How long a session lasts.
    pub sessions: Sessions,
    /// Where else people may sign in.
    pub elsewhere: Option<Elsewhere>,
    /// Whether sources may lead to this machine and to private networks.
    pub private_networks: bool,
    /// Who sends mail, where the service does.
    pub mail: Option<Arc<mail::Post>>,
    /// What drafts would change, as it was reckoned last.
    pub impacts: Arc<drafts::Reckoned>,
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub struct Sessions {
    /// In all.
    pub longest: Duration,
    /// Without a request.
    pub idle: Duration,
}

/// An identity provider.
#[derive(Clone)]
pub struct Elsewhere {
    /// What people call it.
    pub name: String,
    /// How it is asked.
    pub provider: oidc::Provider,
}
