//! A year of the Institute's life in the demonstration province: what is kept besides the land. To add something: 1. a file
//! in `year/` with a function that takes the [`Year`] and the towns; 2. a line in [`of`].
//!
//! The year is that of the demonstration, from December 2025 to November 2026; there is no clock here either. What counts
//! from the day on which the land is recorded is told that day.

pub mod cadastral_projects;
pub mod government;
mod indicators;
mod investments;
pub mod observations;
pub mod plans;
mod series;
mod sources;

use chrono::NaiveDate;
use domain::{
    id::Ubigeo,
    institute::{DossierKind, FigureKind, Period},
};
use serde_json::Value;

use crate::Town;

/// What a year leaves.
#[derive(Default, Debug)]
pub struct Year {
    /// Dossiers, each code once.
    pub dossiers: Vec<DemoDossier>,
    /// Figures.
    pub figures: Vec<DemoFigure>,
}

/// A made-up dossier.
#[derive(Clone, PartialEq, Debug)]
pub struct DemoDossier {
    /// What it is.
    pub kind: DossierKind,
    /// What it is known by.
    pub code: String,
    /// The municipality; none for what is the province's.
    pub ubigeo: Option<Ubigeo>,
    /// What it says. All of them say `demostracion`.
    pub content: Value,
}

/// A made-up figure.
#[derive(Clone, PartialEq, Debug)]
pub struct DemoFigure {
    /// What it is of.
    pub kind: FigureKind,
    /// Of which one.
    pub code: String,
    /// What was measured.
    pub measure: &'static str,
    /// When.
    pub period: Period,
    /// Of which municipality; none for the whole.
    pub ubigeo: Option<Ubigeo>,
    /// The number.
    pub value: f64,
    /// Evidence and the rest.
    pub content: Value,
}

/// A year of the life of these towns, as it is told on a day.
pub fn of(towns: &[Town], today: NaiveDate) -> Year {
    let mut year = Year::default();
    plans::add(&mut year, towns);
    government::add(&mut year, towns);
    investments::of(&mut year, towns);
    indicators::add(&mut year, towns);
    sources::add(&mut year);
    cadastral_projects::put(&mut year, towns, today);
    series::put(&mut year, towns);
    year
}
