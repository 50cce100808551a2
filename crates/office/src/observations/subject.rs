//! What an observation is about, and where that is: only what anybody may see is named, and what is not there is refused in
//! the same words as what is not shown.

use domain::{
    collection::Collection,
    geometry::bounds,
    id::Ubigeo,
    institute::{DossierCode, DossierKind},
    observation::About,
    survey::rules,
};
use geo_types::{Coord, Geometry, Point, Rect};
use uuid::Uuid;

use crate::{Kind, Office, Problem, place};

/// What is known of a place before it is said where it is.
#[derive(Default)]
struct Subject {
    ubigeo: Option<Ubigeo>,
    at: Option<Coord<f64>>,
}

impl Office {
    /// The municipality and the place (EPSG:32718) of an observation about something.
    pub(super) async fn place_observed(
        &self,
        about: About,
        object: Option<&str>,
        at: Option<[f64; 2]>,
    ) -> Result<(Ubigeo, Coord<f64>), Problem> {
        let point = match at {
            Some([lon, lat]) => {
                let mut point = [Coord { x: lon, y: lat }];
                place::official(&mut point)?;
                Some(point[0])
            }
            None => None,
        };
        let subject = self.subject(about, object).await?;
        let at = point.or(subject.at);
        let snapshot = self.feed.snapshot();
        let within = || Some(snapshot.municipality_at(at?)?.municipality.ubigeo);
        // What has its municipality keeps it; a place alone names its own, and so does what is the province's.
        let found = subject.ubigeo.or_else(within).zip(at);
        found.ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                "Falta el lugar, o no está en la provincia.",
                "Escriba la longitud y la latitud, como -76.97,-6.03; el mapa las muestra.",
            )
        })
    }

    async fn subject(&self, about: About, object: Option<&str>) -> Result<Subject, Problem> {
        match (about, object) {
            (About::Parcel, None) => Err(Problem::new(
                Kind::BadRequest,
                "Falta el código del predio.",
                "Escríbalo en «objeto», o diga que la observación es sobre otra cosa.",
            )),
            (About::Parcel, Some(code)) => {
                let parcel = self.parcel(code, None, None).await?;
                Ok(Subject {
                    ubigeo: Some(parcel.ubigeo),
                    at: Some(rules::place::middle(&parcel.geometry).unwrap_or_default()),
                })
            }
            (About::Plan, Some(code)) => self.plan_observed(code).await,
            (About::Investment, Some(code)) => {
                let found = self.feature_observed(&Collection::Investments, code);
                found.ok_or_else(|| absent("un proyecto de inversión", "/inversiones"))
            }
            (About::Works, Some(code)) => {
                let found = self.feature_observed(&Collection::Services, code);
                found.ok_or_else(|| absent("una obra o red", "/obras"))
            }
            (About::Survey, Some(id)) => {
                let absent = || absent("un levantamiento en exhibición", "/observaciones/nueva");
                let id: Uuid = id.parse().map_err(|_| absent())?;
                let shown = self.store.survey_shown(id).await?;
                let (ubigeo, at) = shown.ok_or_else(absent)?;
                Ok(Subject {
                    ubigeo: Some(ubigeo),
                    at,
                })
            }
            (About::Plan | About::Survey | About::Investment | About::Works, None)
            | (About::Other, _) => Ok(Subject::default()),
        }
    }

    /// A plan is a dossier, a perimeter, or both: of the same code.
    async fn plan_observed(&self, code: &str) -> Result<Subject, Problem> {
        let absent = || absent("un plan", "/planes");
        let perimeter = self.feature_observed(&Collection::Plans, code);
        let code: DossierCode = code.parse().map_err(|_| absent())?;
        let dossier = self.store.dossier(DossierKind::Plan, &code, None).await?;
        match (perimeter, dossier) {
            (Some(found), _) => Ok(found),
            (None, Some(dossier)) => Ok(Subject {
                ubigeo: dossier.ubigeo,
                at: dossier.ubigeo.and_then(|ubigeo| self.middle_of(ubigeo)),
            }),
            (None, None) => Err(absent()),
        }
    }

    fn feature_observed(&self, collection: &Collection, code: &str) -> Option<Subject> {
        let snapshot = self.feed.snapshot();
        snapshot.municipalities.values().find_map(|land| {
            let feature = land.layer(collection)?.get(code)?;
            Some(Subject {
                ubigeo: Some(land.municipality.ubigeo),
                at: middle(&feature.geometry),
            })
        })
    }

    /// The middle of what a municipality has, or of its outline.
    fn middle_of(&self, ubigeo: Ubigeo) -> Option<Coord<f64>> {
        let snapshot = self.feed.snapshot();
        let land = snapshot.municipalities.get(&ubigeo)?;
        let lots = land
            .layer(&Collection::Parcels)
            .and_then(query::Layer::bounds);
        let outline = || bounds(&Geometry::MultiPolygon(land.municipality.outline.clone()));
        lots.or_else(outline).map(Rect::center)
    }
}

/// A point on it: within an area, on the middle corner of a line.
fn middle(shape: &Geometry<f64>) -> Option<Coord<f64>> {
    match shape {
        Geometry::Point(Point(at)) => Some(*at),
        Geometry::LineString(line) => line.0.get(line.0.len() / 2).copied(),
        Geometry::MultiLineString(lines) => {
            let longest = lines.iter().max_by_key(|line| line.0.len())?;
            longest.0.get(longest.0.len() / 2).copied()
        }
        shape => rules::place::middle(shape).or_else(|| bounds(shape).map(Rect::center)),
    }
}

fn absent(what: &str, list: &str) -> Problem {
    Problem::new(
        Kind::NotFound,
        format!("No hay {what} con ese código a la vista del público."),
        format!(
            "Compruebe «objeto» (la lista está en {list}), o déjelo vacío y diga el lugar en «lugar»."
        ),
    )
}
