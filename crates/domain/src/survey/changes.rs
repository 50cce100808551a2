use serde::{Deserialize, Serialize};

/// What a row does to what is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeKind {
    /// The code is new.
    Added,
    /// The code is in force with another shape or other attributes.
    Modified,
    /// The very same is in force.
    Unchanged,
}

/// Compares a row's digest with that in force under its code.
pub fn change_of(in_force: Option<u128>, content: u128) -> ChangeKind {
    match in_force {
        None => ChangeKind::Added,
        Some(same) if same == content => ChangeKind::Unchanged,
        Some(_) => ChangeKind::Modified,
    }
}

/// Changes by kind, with the words of the surface. A file is not a whole: what it leaves out stays in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ChangeCounts {
    /// New codes.
    #[serde(rename = "alta")]
    pub added: u64,
    /// Codes that are no longer in force.
    #[serde(rename = "baja")]
    pub retired: u64,
    /// Codes that go on with another shape or other attributes.
    #[serde(rename = "modificacion")]
    pub modified: u64,
    /// One parcel that became several.
    #[serde(rename = "subdivision")]
    pub split: u64,
    /// Several that became one.
    #[serde(rename = "acumulacion")]
    pub merged: u64,
    /// Several that became several.
    #[serde(rename = "reajuste")]
    pub readjusted: u64,
    /// Codes that stay as they are.
    #[serde(rename = "sin_cambio")]
    pub unchanged: u64,
}

impl ChangeCounts {
    /// Counts one row.
    pub fn add(&mut self, kind: ChangeKind) {
        match kind {
            ChangeKind::Added => self.added += 1,
            ChangeKind::Modified => self.modified += 1,
            ChangeKind::Unchanged => self.unchanged += 1,
        }
    }
}
