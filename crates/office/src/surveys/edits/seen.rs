//! What a client has read, and whether its write would lose what came after that.

use std::collections::HashSet;

use domain::collection::Collection;
use geo::CoordsIter;
use geo_types::Geometry;
use serde_json::{Map, Value};
use store::{
    Draft,
    surveys::{Drafted, FeatureState},
};

use super::{Found, ground, words};
use crate::Problem;

/// The versions that a client says it has read. Those of its own draft are negative.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Read {
    /// It says nothing.
    Nothing,
    /// It says that there was none yet: `version_datos` is there, and empty.
    NoneYet,
    /// One of these.
    Versions(Vec<i64>),
}

/// A feature as its author finds it.
pub(super) struct Before {
    pub(super) in_force: Option<FeatureState>,
    pub(super) own: Option<Drafted>,
}

/// What a write is based on.
pub(super) struct Basis {
    /// The change in force; 0 where there is none.
    pub(super) base: i64,
    /// What the client has read, where its author has written over that since.
    pub(super) earlier: Option<FeatureState>,
}

impl Before {
    /// Where it was found.
    pub(super) fn found(&self) -> Found {
        Found {
            in_force: self.in_force.as_ref().map(|state| state.number),
            edition: self.own.as_ref().map(|own| own.survey),
        }
    }

    /// What stands now for the author; nothing where they took it away.
    pub(super) fn current(&self) -> Option<&FeatureState> {
        match &self.own {
            Some(own) if own.removed => None,
            Some(own) => Some(&own.state),
            None => self.in_force.as_ref(),
        }
    }

    /// What there is of it, taken away or not.
    pub(super) fn any(&self) -> Option<&FeatureState> {
        self.own
            .as_ref()
            .map(|own| &own.state)
            .or(self.in_force.as_ref())
    }

    /// The shapes that a client may have read.
    pub(super) fn shapes(&self) -> Vec<Geometry<f64>> {
        let own = self.own.as_ref().map(|own| own.state.geometry.clone());
        own.into_iter()
            .chain(self.in_force.as_ref().map(|state| state.geometry.clone()))
            .collect()
    }

    pub(super) fn stale(&self, code: &str) -> Problem {
        words::stale(
            code,
            self.in_force.as_ref().map(|state| state.number),
            self.own.as_ref().map(|own| -own.state.number),
        )
    }

    /// Holds what a client has read against what is there.
    pub(super) async fn basis(
        &self,
        draft: &mut Draft,
        collection: &Collection,
        code: &str,
        read: &Read,
    ) -> Result<Basis, Problem> {
        let address = format!("/ogc/collections/{collection}/items/{code}");
        let versions = match (read, &self.own) {
            (Read::Nothing, _) | (Read::NoneYet, None) => {
                return Err(words::nothing_stated(&address));
            }
            (Read::NoneYet, Some(_)) => &[][..],
            (Read::Versions(versions), _) => versions,
        };
        let names = |number: i64| versions.contains(&number);
        let in_force = self.in_force.as_ref().map(|state| state.number);
        let Some(own) = &self.own else {
            let read = in_force.filter(|change| names(*change));
            let base = read.ok_or_else(|| self.stale(code))?;
            return Ok(Basis {
                base,
                earlier: None,
            });
        };
        if names(-own.state.number) {
            return Ok(Basis {
                base: own.base,
                earlier: None,
            });
        }
        // A draft of an older version cannot be published: who has read the new one begins anew from there.
        if let Some(change) = in_force.filter(|change| *change != own.base && names(*change)) {
            return Ok(Basis {
                base: change,
                earlier: None,
            });
        }
        let earlier = if own.base != 0 && names(own.base) {
            draft
                .feature_at(collection, code, domain::time::ChangeNumber(own.base))
                .await?
        } else if own.base == 0 && *read == Read::NoneYet {
            draft.first_written(own.survey, code).await?
        } else {
            match versions.iter().find(|number| **number < 0) {
                Some(number) => draft.written(own.survey, code, -number).await?,
                None => None,
            }
        };
        match earlier {
            Some(earlier) if !own.removed => Ok(Basis {
                base: own.base,
                earlier: Some(earlier),
            }),
            _ => Err(self.stale(code)),
        }
    }

    /// Whether a write loses what its author has written since the client read the feature: a client that sends all of
    /// that back has seen it.
    pub(super) fn loses(
        &self,
        earlier: Option<&FeatureState>,
        attributes: &Map<String, Value>,
        geometry: &Geometry<f64>,
    ) -> bool {
        let (Some(earlier), Some(own)) = (earlier, &self.own) else {
            return false;
        };
        let (then, now) = (members(&earlier.attributes), members(&own.state.attributes));
        let names: HashSet<&String> = then.keys().chain(now.keys()).collect();
        let mut changed = names
            .into_iter()
            .filter(|name| !alike(then.get(*name), now.get(*name)));
        if changed.any(|name| !alike(now.get(name), attributes.get(name))) {
            return true;
        }
        let (then, now) = (&earlier.geometry, &own.state.geometry);
        if ground::is_same(then, now) || ground::is_same(now, geometry) {
            return false;
        }
        let (then, now, sent) = (vertices(then), vertices(now), vertices(geometry));
        let has_new = now.difference(&then).all(|at| sent.contains(at));
        let has_old = then.difference(&now).any(|at| sent.contains(at));
        !has_new || has_old
    }
}

/// Attributes, from the text of a JSON object.
pub(super) fn members(attributes: &str) -> Map<String, Value> {
    serde_json::from_str(attributes).unwrap_or_default()
}

/// Whether two values say the same: numbers by what they are worth, and none like one that is empty.
pub(super) fn alike(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a.unwrap_or(&Value::Null), b.unwrap_or(&Value::Null)) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

fn vertices(geometry: &Geometry<f64>) -> HashSet<[u64; 2]> {
    let bits = |at: geo_types::Coord<f64>| [at.x.to_bits(), at.y.to_bits()];
    geometry.coords_iter().map(bits).collect()
}
