//! The impacts of drafts that were reckoned last, by all that they depend on.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::checks::{Form, World};

/// Impacts kept: those of the pages that a few planners have open.
const KEPT: usize = 8;
/// A larger one is reckoned again each time, in bytes.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// On what an impact depends. Where one of them is another, it is reckoned anew.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Key {
    pub(super) draft: Uuid,
    /// How often its survey of zones was compared with the land.
    pub(super) comparison: Option<i32>,
    pub(super) day: NaiveDate,
    /// The last change of the land.
    pub(super) version: i64,
    /// Which norms are in force.
    pub(super) norms: String,
    /// The last act on certificates.
    pub(super) certificates: i64,
    pub(super) proposal: Option<Map<String, Value>>,
    pub(super) form: Form,
}

impl Key {
    /// Whether a world is the one that it names: the land may have changed since.
    pub(super) fn is_of(&self, world: &World) -> bool {
        (self.day, self.version, &*self.norms)
            == (world.as_of.day, world.version, world.norms.version())
    }
}

/// The impacts that were reckoned last; the newest first.
#[derive(Default)]
pub struct Reckoned(Mutex<VecDeque<(Key, Arc<[u8]>)>>);

impl Reckoned {
    pub(super) fn get(&self, key: &Key) -> Option<Arc<[u8]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, text) = kept.iter().find(|(known, _)| known == key)?;
        Some(Arc::clone(text))
    }

    pub(super) fn keep(&self, key: Key, text: &Arc<[u8]>) {
        if text.len() > BYTES_MAX {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.push_front((key, Arc::clone(text)));
        kept.truncate(KEPT);
    }
}
