//! The versions of a parcel as lines of a table: when each held, since when that was known, what it changed and why.

use chrono::{DateTime, NaiveDate, Utc};
use office::view::{History, Version};
use serde_json::{Map, Value};

use super::{
    super::{spanish, text::Text},
    asked::query,
    words::{label, told},
};
use crate::ogc::encoded;

/// A line.
pub struct VersionLine {
    /// Its number, from 1.
    pub number: usize,
    /// The days on which it holds.
    pub valid: String,
    /// Since when, and until when, the service says so.
    pub known: String,
    /// Whether it says so now.
    pub stands: bool,
    /// The act.
    pub act: String,
    /// What is another than in the one before.
    pub changes: Vec<Text>,
    /// Why.
    pub reason: Text,
    /// The survey behind it: its words, and its address for who may read it.
    pub document: Option<(String, Option<String>)>,
    /// The card as it was then.
    pub href: String,
}

/// Changed attributes that are told one by one.
const TOLD_MAX: usize = 12;

/// All of them, the first one first.
pub fn lines(history: &History, may_read_surveys: bool) -> Vec<VersionLine> {
    let versions = &history.versions;
    versions
        .iter()
        .enumerate()
        .map(|(index, version)| {
            let before = index.checked_sub(1).map(|before| &versions[before]);
            line(index + 1, version, before, may_read_surveys)
        })
        .collect()
}

fn line(number: usize, version: &Version, before: Option<&Version>, may_read: bool) -> VersionLine {
    let from = moment(&version.recorded_from);
    let since = from.map(spanish::moment).unwrap_or_default();
    VersionLine {
        number,
        valid: match &version.valid_to {
            Some(to) => format!(
                "del {} hasta antes del {}",
                day(&version.valid_from),
                day(to)
            ),
            None => format!("desde el {}", day(&version.valid_from)),
        },
        known: match version.recorded_to.as_deref().and_then(moment) {
            Some(to) => format!("del {since} al {}", spanish::moment(to)),
            None => format!("desde el {since}"),
        },
        stands: version.recorded_to.is_none(),
        act: act(&version.act),
        changes: before.map_or_else(Vec::new, |before| changes(before, version)),
        reason: Text::of(&version.reason),
        document: version.document.as_deref().map(|document| {
            let id = document.strip_prefix("levantamiento/").unwrap_or(document);
            let words = format!("levantamiento {}", id.chars().take(8).collect::<String>());
            (
                words,
                may_read.then(|| format!("/levantamientos/{}", encoded(id))),
            )
        }),
        href: format!(
            "/predios/{}{}",
            encoded(&version.code),
            query(version.valid_from.parse().ok(), from)
        ),
    }
}

fn act(word: &str) -> String {
    match word {
        "levantamiento" => "Levantamiento".to_owned(),
        "ingesta" => "Ingesta".to_owned(),
        "demostracion" => "Demostración".to_owned(),
        other => label(other),
    }
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok()
}

fn day(text: &str) -> String {
    let read = text.parse::<NaiveDate>();
    read.map_or_else(|_| text.to_owned(), spanish::day)
}

fn changes(before: &Version, after: &Version) -> Vec<Text> {
    let shape = |version: &Version| version.shape.as_ref().map(|shape| shape.get().to_owned());
    let mut lines = Vec::new();
    if shape(before) != shape(after) {
        lines.push(Text::of(&format!(
            "terreno: de {} a {}",
            spanish::square_metres(before.area_m2),
            spanish::square_metres(after.area_m2)
        )));
    }
    let (old, new) = (attributes(before), attributes(after));
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    let word = |value: Option<&Value>| value.and_then(told).unwrap_or_else(|| "nada".to_owned());
    let changed = names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name));
    lines.extend(changed.take(TOLD_MAX).map(|name| {
        let (old, new) = (word(old.get(name)), word(new.get(name)));
        Text::of(&format!("{}: de «{old}» a «{new}»", label(name)))
    }));
    if lines.is_empty() {
        lines.push(Text::of(
            "mismo terreno y mismos datos: cambian los días en que rige",
        ));
    }
    lines
}

fn attributes(version: &Version) -> Map<String, Value> {
    let text = version.attributes.as_ref().map_or("{}", |text| text.get());
    serde_json::from_str(text).unwrap_or_default()
}
