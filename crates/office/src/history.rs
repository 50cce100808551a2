//! What a parcel was on both time axes, and all that ever was at a place.

use chrono::{DateTime, NaiveDate, Utc};
use domain::collection::Collection;
use geo_types::{Coord, Geometry, Point};

use crate::{
    Kind, Office, Problem, moment, parcels,
    view::{FeatureVersion, History, Kin, Version},
};

impl Office {
    /// The history of the parcel with this code: public, like the parcel.
    pub async fn history(&self, code: &str) -> Result<History, Problem> {
        let code = parcels::parse(code)?;
        let lots = Collection::Parcels;
        let (versions, ancestors, descendants) = tokio::try_join!(
            self.store.versions(&lots, code.as_str()),
            self.store.ancestors(&lots, code.as_str()),
            self.store.descendants(&lots, code.as_str()),
        )?;
        if versions.is_empty() {
            return Err(Problem::new(
                Kind::NotFound,
                format!("Nunca hubo un predio {code}."),
                "Compruebe el código; los lotes del servicio están en /ogc/collections/lotes/items.",
            ));
        }
        Ok(History {
            code: code.as_str().to_owned(),
            versions: versions.into_iter().map(Version::of).collect(),
            ancestors: ancestors.into_iter().map(Kin::of).collect(),
            descendants: descendants.into_iter().map(Kin::of).collect(),
        })
    }

    /// A page of the versions of a feature, the newest first, and how many there are: public, like the feature.
    pub async fn feature_versions(
        &self,
        layer: &Collection,
        code: &str,
        offset: usize,
        limit: usize,
    ) -> Result<(Vec<FeatureVersion>, usize), Problem> {
        let versions = if code.contains(char::is_control) {
            Vec::new()
        } else {
            self.store.versions(layer, code).await?
        };
        let all = versions.len();
        if all == 0 {
            return Err(Problem::new(
                Kind::NotFound,
                format!("La capa «{layer}» nunca tuvo ese elemento."),
                "Compruebe el código.",
            ));
        }
        let page = versions.into_iter().rev().skip(offset).take(limit);
        Ok((page.map(FeatureVersion::of).collect(), all))
    }

    /// All parcels that ever were at a place (longitude and latitude, CRS84); where a time is named, those that held
    /// then as it was known then.
    pub async fn history_at(
        &self,
        [lon, lat]: [f64; 2],
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Version>, Problem> {
        let nowhere = || {
            Problem::new(
                Kind::BadRequest,
                "El punto no está en la zona de la proyección oficial.",
                "Son longitud y latitud en grados, como punto=-76.97,-6.03.",
            )
        };
        let on_earth = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        if !on_earth {
            return Err(nowhere());
        }
        let place = Geometry::Point(Point(Coord { x: lon, y: lat }));
        let Ok(Geometry::Point(place)) = gis::crs::geometry_from_lon_lat(&place) else {
            return Err(nowhere());
        };
        let as_of = match (day, known_at) {
            (None, None) => None,
            _ => Some(moment::of(day, known_at)?.unwrap_or(domain::time::AsOf {
                day: moment::day_at(Utc::now()),
                known_at: Utc::now(),
            })),
        };
        let found = self
            .store
            .versions_at(&Collection::Parcels, place.0, as_of)
            .await?;
        Ok(found.into_iter().map(Version::of).collect())
    }
}
