//! Layers as they were.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{collection::Collection, feature::Feature, id::Ubigeo};
use geo_types::Geometry;
use store::archive::PastPage;

use crate::{Office, Problem, moment};

/// Which features of the past are asked for.
pub struct PastQuestion {
    /// First day of the period; none where it has no beginning.
    pub from: Option<NaiveDate>,
    /// Last day; none where it has no end.
    pub to: Option<NaiveDate>,
    /// What was known at this moment; now, where none is named.
    pub known_at: Option<DateTime<Utc>>,
    /// Those with a point in common with this ground, in EPSG:32718.
    pub area: Option<Geometry<f64>>,
    /// Those after this key.
    pub after: Option<(Ubigeo, String)>,
    /// After so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
}

impl Office {
    /// A page of a layer as it was, and whether there is more.
    pub async fn past(
        &self,
        collection: &Collection,
        question: PastQuestion,
    ) -> Result<(Vec<Feature>, bool), Problem> {
        moment::of(None, question.known_at)?;
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let mut features = self
            .store
            .page(
                collection,
                &PastPage {
                    from: question.from,
                    to: question.to,
                    known_at: question.known_at.unwrap_or_else(Utc::now),
                    area: question.area.as_ref(),
                    after: question
                        .after
                        .as_ref()
                        .map(|(ubigeo, code)| (*ubigeo, code.as_str())),
                    // One more than asked for tells whether there is more.
                    limit: number(question.limit.saturating_add(1)),
                    offset: number(question.offset),
                },
            )
            .await?;
        let more = features.len() > question.limit;
        features.truncate(question.limit);
        Ok((features, more))
    }
}
