use serde::{Deserialize, Serialize};

/// What a survey does to what is in force.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ChangeKind {
    /// Something new.
    Added,
    /// Something that is in force no more.
    Retired,
    /// One that stays one, with another shape, other attributes or another code.
    Modified,
    /// One that became several: subdivisión, independización.
    Split,
    /// Several that became one: acumulación.
    Merged,
    /// Several that became several others: reajuste de suelo.
    Readjusted,
}

impl ChangeKind {
    /// The word of the surface.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "alta",
            Self::Retired => "baja",
            Self::Modified => "modificacion",
            Self::Split => "subdivision",
            Self::Merged => "acumulacion",
            Self::Readjusted => "reajuste",
        }
    }
}

/// Changes by kind, with the words of the surface. What a file leaves out stays in force, unless it is the whole of its blocks.
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
    /// Counts one change.
    pub fn add(&mut self, kind: ChangeKind) {
        *match kind {
            ChangeKind::Added => &mut self.added,
            ChangeKind::Retired => &mut self.retired,
            ChangeKind::Modified => &mut self.modified,
            ChangeKind::Split => &mut self.split,
            ChangeKind::Merged => &mut self.merged,
            ChangeKind::Readjusted => &mut self.readjusted,
        } += 1;
    }

    /// How many changes there are.
    pub fn all(&self) -> u64 {
        self.added + self.retired + self.modified + self.split + self.merged + self.readjusted
    }
}
