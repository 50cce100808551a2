//! All observations at a glance: on a plan by cells of a grid, and as figures.

use domain::{
    geometry::{bounds, joined},
    id::Ubigeo,
    observation::About,
    people::Actor,
};
use geo_types::{Coord, Geometry, Rect};
use serde::Serialize;
use store::observations::{ClusterRow, CountsRow, ObservationQuestion};

use super::{ObservationFilter, states_seen};
use crate::{Office, Problem, moment};

/// Cells along the longer side of a plan.
const CELLS: f64 = 20.0;
/// A box is at least so wide, in metres: a cell of a metre tells two houses apart.
const LEAST_M: f64 = 60.0;

/// Observations on one cell.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Their middle, in EPSG:32718.
    pub at: Coord<f64>,
    /// The box around them.
    pub around: Rect<f64>,
    /// How many.
    pub count: i64,
    /// How many of them have their answer.
    pub answered: i64,
    /// Which one, where it is one.
    pub id: Option<uuid::Uuid>,
}

/// Observations on a plan.
#[derive(Clone, Debug)]
pub struct ObservationPlan {
    /// What is on it, in EPSG:32718.
    pub window: Rect<f64>,
    /// Side of a cell, in metres.
    pub side_m: f64,
    /// The cells that have some, the fullest first.
    pub clusters: Vec<Cluster>,
}

/// How many observations there are, and how they were answered.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Counts {
    /// Not read yet.
    pub recibidas: i64,
    /// Shown, without an answer yet.
    pub publicadas: i64,
    /// With their answer.
    pub respondidas: i64,
    /// Not shown.
    pub archivadas: i64,
    /// Answered by their last day.
    pub respondidas_en_plazo: i64,
    /// Open, their last day over.
    pub fuera_de_plazo: i64,
    /// Answered by their last day, of those whose answer came or was due; none where there is no such.
    pub parte_en_plazo: Option<f64>,
}

impl Counts {
    fn of(row: CountsRow) -> Self {
        let due = row.answered + row.overdue;
        Self {
            recibidas: row.received,
            publicadas: row.published,
            respondidas: row.answered,
            archivadas: row.shelved,
            respondidas_en_plazo: row.in_term,
            fuera_de_plazo: row.overdue,
            parte_en_plazo: (due > 0).then(|| row.in_term as f64 / due as f64),
        }
    }
}

impl Office {
    /// The figures of observations, of a municipality and about something.
    pub async fn observation_counts(
        &self,
        ubigeo: Option<Ubigeo>,
        about: Option<About>,
    ) -> Result<Counts, Problem> {
        let today = moment::now().day;
        let row = self.store.observation_counts(ubigeo, about, today).await?;
        Ok(Counts::of(row))
    }

    /// Observations that somebody may see, on a plan of a box of EPSG:32718; of the whole province where there is none.
    pub async fn observation_plan(
        &self,
        actor: &Actor,
        filter: &ObservationFilter,
    ) -> Result<Option<ObservationPlan>, Problem> {
        let Some(window) = filter.within.or_else(|| self.province(filter.ubigeo)) else {
            return Ok(None);
        };
        let centre = window.center();
        let half = Coord {
            x: window.width().max(LEAST_M) / 2.0,
            y: window.height().max(LEAST_M) / 2.0,
        };
        let window = Rect::new(centre - half, centre + half);
        let side_m = window.width().max(window.height()) / CELLS;
        let question = ObservationQuestion {
            ubigeo: filter.ubigeo,
            states: states_seen(actor, filter.state),
            about: filter.about,
            ..ObservationQuestion::default()
        };
        let rows = self
            .store
            .observation_clusters(&question, window, side_m)
            .await?;
        Ok(Some(ObservationPlan {
            window,
            side_m,
            clusters: rows.iter().map(Cluster::of).collect(),
        }))
    }

    /// The box around the outlines of a municipality, or of all.
    fn province(&self, ubigeo: Option<Ubigeo>) -> Option<Rect<f64>> {
        let snapshot = self.feed.snapshot();
        snapshot
            .municipalities
            .values()
            .filter(|land| ubigeo.is_none_or(|ubigeo| land.municipality.ubigeo == ubigeo))
            .filter_map(|land| bounds(&Geometry::MultiPolygon(land.municipality.outline.clone())))
            .reduce(joined)
    }
}

impl Cluster {
    fn of(row: &ClusterRow) -> Self {
        Self {
            at: Coord { x: row.x, y: row.y },
            around: Rect::new((row.west, row.south), (row.east, row.north)),
            count: row.count,
            answered: row.answered,
            id: row.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_due_yet_says_nothing_of_the_term() {
        assert_eq!(Counts::of(CountsRow::default()).parte_en_plazo, None);
        let some = CountsRow {
            received: 7,
            answered: 3,
            in_term: 2,
            overdue: 1,
            ..CountsRow::default()
        };
        assert_eq!(Counts::of(some).parte_en_plazo, Some(0.5));
    }
}
