//! The shapes of a layer on the projection of web maps.

use domain::feature::Feature;
use gis::crs::OutOfDomain;

use super::{place::dot, shape::each_run};

/// All coordinates of a layer as dots of the world (2^32 along each side: a centimetre of the ground), in the order of
/// `each_run`. Made once for a layer: the conversion is what a tile would cost most. Eight bytes a vertex.
pub(crate) struct Projected {
    dots: Vec<[u32; 2]>,
    /// Where each feature begins, and the end.
    starts: Vec<usize>,
}

impl Projected {
    /// Converts all features, in one go.
    pub(crate) fn of(features: &[Feature]) -> Result<Self, OutOfDomain> {
        let mut places = Vec::new();
        let mut starts = Vec::with_capacity(features.len() + 1);
        for feature in features {
            starts.push(places.len());
            each_run(&feature.geometry, &mut |_, run| {
                places.extend_from_slice(run);
            });
        }
        starts.push(places.len());
        gis::crs::to_lon_lat(&mut places)?;
        Ok(Self {
            dots: places.into_iter().map(dot).collect(),
            starts,
        })
    }

    /// The dots of a feature.
    pub(crate) fn dots(&self, feature: usize) -> &[[u32; 2]] {
        match (self.starts.get(feature), self.starts.get(feature + 1)) {
            (Some(from), Some(to)) => self.dots.get(*from..*to).unwrap_or_default(),
            _ => &[],
        }
    }
}
