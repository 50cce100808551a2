//! Which features of a layer a page asks for.

use domain::{
    feature::Feature,
    filter::{Kind, Source},
    geometry::area_m2,
    id::{CadastralCode, Ubigeo},
};
use geo_types::Geometry;

use crate::{Equal, Layer, Page, attributes};

impl Layer {
    /// Positions of the features that a page asks for, in no order; `None` for all of them.
    pub(crate) fn selected(&self, ubigeo: Ubigeo, page: &Page) -> Option<Vec<usize>> {
        let mut left = page.equal.iter();
        // The first that an index answers; the others are tried on what it gives.
        let mut selected = match (&page.area, left.next()) {
            (None, None) => return None,
            (Some(area), None) => return Some(self.meeting(area)),
            (_, Some(first)) => self.having(ubigeo, first),
        };
        for equal in left {
            let others: std::collections::HashSet<usize> =
                self.having(ubigeo, equal).into_iter().collect();
            selected.retain(|at| others.contains(at));
        }
        if let Some(area) = &page.area {
            selected.retain(|at| area.meets(&self.features()[*at].geometry));
        }
        Some(selected)
    }

    /// Positions of the features that have a value.
    fn having(&self, ubigeo: Ubigeo, equal: &Equal) -> Vec<usize> {
        let Equal { of, value } = equal;
        let all = || 0..self.features().len();
        match &of.source {
            Source::Code => self.place_of(value).into_iter().collect(),
            Source::Ubigeo if ubigeo.as_str() == value => all().collect(),
            Source::Ubigeo => Vec::new(),
            Source::Attribute(name) => {
                let value = match of.kind {
                    Kind::Number => value.parse().map(attributes::number_text).ok(),
                    _ => Some(value.clone()),
                };
                value.map_or_else(Vec::new, |value| self.equal(name, &value))
            }
            source => all()
                .filter(|at| has(&self.features()[*at], source, value))
                .collect(),
        }
    }
}

/// Whether a feature has a value that is not kept with its attributes.
fn has(feature: &Feature, source: &Source, value: &str) -> bool {
    let number = || value.parse::<f64>().ok();
    match source {
        Source::Provisional => {
            let provisional = matches!(feature.code.parse(), Ok(CadastralCode::Provisional(_)));
            value.parse() == Ok(provisional)
        }
        Source::ValidFrom => value.parse() == Ok(feature.valid_from),
        Source::Change => number() == Some(feature.change.0 as f64),
        // As it is shown.
        Source::Area => match (&feature.geometry, number()) {
            (Geometry::MultiPolygon(shape), Some(asked)) => {
                ((area_m2(shape) * 100.0).round() - (asked * 100.0).round()).abs() < 0.5
            }
            _ => false,
        },
        Source::Code | Source::Ubigeo | Source::Shape | Source::Attribute(_) => false,
    }
}
