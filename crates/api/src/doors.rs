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

/// State of the router. Made once, and there as long as the program: each layer has it at hand for each request, and
/// nothing is counted for it.
#[derive(Clone, Copy)]
pub struct Doors(&'static Inside);

struct Inside {
    office: Arc<Office>,
    settings: Arc<Settings>,
    limits: Arc<Limits>,
}

impl Doors {
    /// Doors to an office.
    pub fn new(office: Office, settings: Settings) -> Self {
        Self(Box::leak(Box::new(Inside {
            office: Arc::new(office),
            limits: Arc::new(Limits::new(settings.per_minute)),
            settings: Arc::new(settings),
        })))
    }

    /// How the doors are set.
    pub fn settings(self) -> &'static Settings {
        &self.0.settings
    }

    /// The office behind them.
    pub fn office(self) -> &'static Office {
        &self.0.office
    }

    /// Who asked how much of late.
    pub fn limits(self) -> &'static Limits {
        &self.0.limits
    }
}

impl FromRef<Doors> for Office {
    fn from_ref(doors: &Doors) -> Self {
        Office::clone(&doors.0.office)
    }
}

/// Not copied: for what is asked most often.
impl FromRef<Doors> for Arc<Office> {
    fn from_ref(doors: &Doors) -> Self {
        Arc::clone(&doors.0.office)
    }
}

impl FromRef<Doors> for Arc<Limits> {
    fn from_ref(doors: &Doors) -> Self {
        Arc::clone(&doors.0.limits)
    }
}

impl FromRef<Doors> for Arc<Settings> {
    fn from_ref(doors: &Doors) -> Self {
        Arc::clone(&doors.0.settings)
    }
}
