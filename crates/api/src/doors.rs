//! What the doors share: the office behind them, and how they are set.

use std::{sync::Arc, time::Duration};

use axum::extract::FromRef;
use ipnet::IpNet;
use office::Office;

use crate::hygiene::limits::{Limits, PerMinute};

/// Where people practise: on the demonstration province, in a service of its own that has no way to the real land.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Practice {
    /// Nowhere.
    #[default]
    Nowhere,
    /// At this address.
    At(String),
    /// Here.
    Here,
}

/// How the doors are set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people practise.
    pub practice: Practice,
    /// Whether people reach the service by https: cookies are then for https only.
    pub secure: bool,
    /// Proxies whose word on a client's address is taken.
    pub proxies: Vec<IpNet>,
    /// How much one client or one account may ask for.
    pub per_minute: PerMinute,
    /// Longest time for one answer, files apart.
    pub answer_max: Duration,
    /// Longest body of a request, files apart.
    pub body_bytes_max: usize,
}

/// State of the router.
#[derive(Clone)]
pub struct Doors {
    /// Shared: each layer of the router copies its state for each request.
    office: Arc<Office>,
    settings: Arc<Settings>,
    limits: Arc<Limits>,
}

impl Doors {
    /// How the doors are set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The office behind them.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// Doors to an office.
    pub fn new(office: Office, settings: Settings) -> Self {
        Self {
            office: Arc::new(office),
            limits: Arc::new(Limits::new(settings.per_minute)),
            settings: Arc::new(settings),
        }
    }
}

impl FromRef<Doors> for Office {
    fn from_ref(doors: &Doors) -> Self {
        Office::clone(&doors.office)
    }
}

/// Not copied: for what is asked most often.
impl FromRef<Doors> for Arc<Office> {
    fn from_ref(doors: &Doors) -> Self {
        Arc::clone(&doors.office)
    }
}

impl FromRef<Doors> for Arc<Limits> {
    fn from_ref(doors: &Doors) -> Self {
        Arc::clone(&doors.limits)
    }
}

impl FromRef<Doors> for Arc<Settings> {
    fn from_ref(doors: &Doors) -> Self {
        Arc::clone(&doors.settings)
    }
}
