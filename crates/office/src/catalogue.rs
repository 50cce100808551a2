//! The catalogue: a record for each thing that the office publishes. What a record looks like is a standard's (OGC API
//! Records), and the door's; what it says is here.

use chrono::{DateTime, Utc};
use domain::{
    collection::Collection,
    geometry::bounds,
    institute::{DossierKind, source::Source},
};
use geo_types::Rect;
use query::{Snapshot, folded};
use serde_json::Value;
use store::catalogue::Times;

use crate::{Office, Problem, dossiers::Kept};

/// What a record is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum About {
    /// A layer of ours.
    Layer,
    /// A layer of somebody else, harvested.
    Source,
    /// An indicator.
    Indicator,
    /// A signed report.
    Report,
    /// A planning instrument.
    Plan,
}

/// A record.
#[derive(Clone, Debug)]
pub struct Record {
    /// What it is known by in the catalogue.
    pub id: String,
    /// What it is about.
    pub about: About,
    /// Code of that.
    pub code: String,
    /// What people call it.
    pub title: String,
    /// What it is.
    pub description: String,
    /// Words by which it is found too.
    pub keywords: Vec<String>,
    /// When it began.
    pub created: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated: Option<DateTime<Utc>>,
    /// On which terms; none for what is ours.
    pub license: Option<String>,
    /// Whose it is; none for what is ours.
    pub owner: Option<String>,
    /// The thematic axis.
    pub axis: Option<String>,
    /// Where it lies, in EPSG:32718.
    pub ground: Option<Rect<f64>>,
    /// Where its owner keeps it.
    pub origin: Option<String>,
}

/// Which records are asked for.
#[derive(Clone, Default, Debug)]
pub struct RecordQuestion {
    /// Any of these words or phrases.
    pub words: Vec<String>,
    /// Of these types.
    pub types: Vec<String>,
    /// With these identifiers.
    pub ids: Vec<String>,
    /// Of what others know by these.
    pub external_ids: Vec<String>,
    /// That meet this ground, in EPSG:32718.
    pub within: Option<Rect<f64>>,
    /// After this one, in the order of identifiers.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A page of the catalogue.
#[derive(Clone, Debug)]
pub struct Records {
    /// By identifier.
    pub records: Vec<Record>,
    /// How many there are in all.
    pub matched: usize,
    /// Whether more follow.
    pub more: bool,
}

impl About {
    /// The value of a record's `type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Layer | Self::Source => "dataset",
            Self::Indicator => "indicador",
            Self::Report => "informe",
            Self::Plan => "plan",
        }
    }

    /// What its identifiers begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Layer => "capa",
            Self::Source => "fuente",
            Self::Indicator => "indicador",
            Self::Report => "informe",
            Self::Plan => "plan",
        }
    }
}

impl Record {
    fn new(about: About, code: &str, title: &str) -> Self {
        Self {
            id: format!("{}-{code}", about.prefix()),
            about,
            code: code.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            keywords: vec![about.prefix().to_owned()],
            created: None,
            updated: None,
            license: None,
            owner: None,
            axis: None,
            ground: None,
            origin: None,
        }
    }

    fn timed(mut self, times: &[Times]) -> Self {
        let found = times.binary_search_by(|(code, ..)| code.as_str().cmp(&self.code));
        if let Some((_, began, changed)) = found.ok().and_then(|at| times.get(at)) {
            (self.created, self.updated) = (Some(*began), Some(*changed));
        }
        self
    }

    fn has(&self, phrases: &[String]) -> bool {
        if phrases.is_empty() {
            return true;
        }
        let owner = self.owner.as_deref().unwrap_or_default();
        let all = format!(
            "{} {} {} {owner} {}",
            self.title,
            self.description,
            self.code,
            self.keywords.join(" ")
        );
        let all = folded(&all);
        phrases.iter().any(|phrase| all.contains(phrase))
    }
}

impl RecordQuestion {
    /// Words and phrases of a text: apart by commas, of which any may be there.
    pub fn phrases(text: &str) -> Vec<String> {
        text.split(',')
            .map(|phrase| {
                let words: Vec<&str> = phrase.split_whitespace().collect();
                folded(&words.join(" "))
            })
            .filter(|phrase| !phrase.is_empty())
            .collect()
    }

    fn takes(&self, record: &Record) -> bool {
        let among = |asked: &[String], own: &str| {
            asked.is_empty() || asked.iter().any(|one| one.eq_ignore_ascii_case(own))
        };
        let met = |within: Rect<f64>| {
            record.ground.is_some_and(|ground| {
                let (a, b) = (within, ground);
                a.min().x <= b.max().x
                    && b.min().x <= a.max().x
                    && a.min().y <= b.max().y
                    && b.min().y <= a.max().y
            })
        };
        among(&self.types, record.about.name())
            && (self.ids.is_empty() || self.ids.contains(&record.id))
            && (self.external_ids.is_empty() || self.external_ids.contains(&record.code))
            && self.within.is_none_or(met)
            && record.has(&self.words)
    }
}

impl Office {
    /// A page of the catalogue. `layers` are those of ours, each with its title and what it is.
    pub async fn records(
        &self,
        layers: &[(Collection, String, String)],
        question: &RecordQuestion,
    ) -> Result<Records, Problem> {
        let mut records = self.all_records(layers).await?;
        records.retain(|record| question.takes(record));
        records.sort_by(|a, b| a.id.cmp(&b.id));
        let matched = records.len();
        if let Some(after) = &question.after {
            records.retain(|record| record.id > *after);
        }
        let more = records.len() > question.limit;
        records.truncate(question.limit);
        Ok(Records {
            records,
            matched,
            more,
        })
    }

    async fn all_records(
        &self,
        layers: &[(Collection, String, String)],
    ) -> Result<Vec<Record>, Problem> {
        let snapshot = self.feed.snapshot();
        let times = self.store.layer_times().await?;
        let mut records: Vec<Record> = layers
            .iter()
            .map(|(collection, title, about)| Record {
                description: about.clone(),
                ground: snapshot.bounds(collection),
                ..Record::new(About::Layer, collection.name(), title).timed(&times)
            })
            .collect();
        records.extend(self.source_records().await?);
        for (kind, about) in [
            (DossierKind::Indicator, About::Indicator),
            (DossierKind::Plan, About::Plan),
        ] {
            records.extend(self.dossier_records(kind, about, &snapshot).await?);
        }
        let sealed = self.store.reports_sealed().await?;
        if !sealed.is_empty() {
            let reports = self
                .dossier_records(DossierKind::Report, About::Report, &snapshot)
                .await?;
            records.extend(reports.into_iter().filter_map(|report| {
                let at = sealed.iter().find(|(code, _)| *code == report.code)?.1;
                Some(Record {
                    updated: Some(at),
                    ..report
                })
            }));
        }
        Ok(records)
    }

    async fn source_records(&self) -> Result<Vec<Record>, Problem> {
        let kept: Vec<Kept<Source>> = self.dossiers(DossierKind::Source, None).await?;
        if kept.is_empty() {
            return Ok(Vec::new());
        }
        let times = self.store.dossier_times(DossierKind::Source).await?;
        let states = self.store.harvest_states(None).await?;
        let extents = self.store.outside_extents().await?;
        Ok(kept
            .into_iter()
            .map(|kept| {
                let source = kept.content;
                let state = states.iter().find(|state| state.source == kept.code);
                let ground = extents.iter().find(|(code, _)| *code == kept.code);
                let mut record = Record::new(About::Source, &kept.code, &source.name).timed(&times);
                if let Some(at) = state.and_then(|state| state.good_at) {
                    record.updated = Some(at);
                }
                let state = match state.and_then(|state| state.good_at) {
                    Some(_) => "Se muestra la última copia buena.",
                    None => "Todavía no hay una copia.",
                };
                record.description = format!("Capa de {}. {state}", source.owner);
                record.keywords.extend(source.topic);
                record.ground = ground.map(|(_, [west, south, east, north])| {
                    Rect::new((*west, *south), (*east, *north))
                });
                record.license = Some(source.license);
                record.owner = Some(source.owner);
                record.axis = source.axis;
                record.origin = Some(source.address);
                record
            })
            .collect())
    }

    /// Records of dossiers, by the members that all kinds have.
    async fn dossier_records(
        &self,
        kind: DossierKind,
        about: About,
        snapshot: &Snapshot,
    ) -> Result<Vec<Record>, Problem> {
        let kept: Vec<Kept<Value>> = self.dossiers(kind, None).await?;
        if kept.is_empty() {
            return Ok(Vec::new());
        }
        let times = self.store.dossier_times(kind).await?;
        Ok(kept
            .into_iter()
            .map(|kept| {
                let text = |name: &str| kept.content[name].as_str().map(str::to_owned);
                let title = text("nombre").or_else(|| text("titulo"));
                let mut record =
                    Record::new(about, &kept.code, title.as_deref().unwrap_or(&kept.code))
                        .timed(&times);
                record.description = described(about, &kept.content);
                record.keywords.extend(text("tipo"));
                record.keywords.extend(text("unidad"));
                record.axis = text("eje");
                record.ground = ground(about, &kept, snapshot);
                record
            })
            .collect())
    }
}

fn described(about: About, content: &Value) -> String {
    let text = |name: &str| content[name].as_str().unwrap_or_default();
    let said = match about {
        About::Indicator => [text("formula"), text("fuente")],
        About::Plan => [text("norma"), text("estado")],
        _ => [text("resumen"), text("periodo")],
    };
    let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
    said.join(". ")
}

/// The perimeter of a plan; the municipality; the province.
fn ground(about: About, kept: &Kept<Value>, snapshot: &Snapshot) -> Option<Rect<f64>> {
    let perimeter = (about == About::Plan)
        .then(|| snapshot.feature(&Collection::Plans, &kept.code))
        .flatten()
        .and_then(|entry| bounds(&entry.feature().geometry));
    let municipality = || {
        let land = snapshot.municipalities.get(&kept.ubigeo?)?;
        bounds(&geo_types::Geometry::MultiPolygon(
            land.municipality.outline.clone(),
        ))
    };
    perimeter
        .or_else(municipality)
        .or_else(|| snapshot.bounds(&Collection::Municipalities))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_any_of_several_phrases_whatever_their_accents() {
        let mut record = Record::new(About::Source, "rios", "Ríos y quebradas");
        record.description = "Capa de la Autoridad Nacional".to_owned();
        for (asked, found) in [
            ("", true),
            ("rios", true),
            ("RÍOS  Y quebradas", true),
            ("lagos, quebradas", true),
            ("quebradas y", false),
            ("lagos", false),
        ] {
            assert_eq!(
                record.has(&RecordQuestion::phrases(asked)),
                found,
                "{asked}"
            );
        }
    }
}
