//! Where a survey stands in the way of others that are not decided yet.

use std::collections::HashSet;

use domain::{
    people::{Action, Actor},
    survey::{
        conflict::{Conflict, Touched, conflicts},
        fabric::Lot,
        tolerances::Overlap,
    },
};
use geo_types::Geometry;
use store::surveys::{Claim, Undecided};
use uuid::Uuid;

use crate::{
    Kind, Office, Problem, data,
    people::require,
    view::{ConflictShape, Page, work},
};

/// What two surveys claim, and the ground that both do.
pub type Claimed = (Option<Geometry<f64>>, ConflictShape);

/// Surveys of one municipality that wait at a time: the newest of them are looked at.
const LOOKED_AT: i64 = 100;

impl Office {
    /// What a survey and others of its layer that wait beside it both claim, as it is at this moment.
    pub async fn conflicts(&self, actor: &Actor, id: Uuid) -> Result<Page<ConflictShape>, Problem> {
        Ok(work::conflicts(self.conflicts_seen(actor, id).await?))
    }

    /// The same, with the common ground in EPSG:32718.
    pub async fn conflicts_seen(&self, actor: &Actor, id: Uuid) -> Result<Vec<Claimed>, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::ReadSurveys, Some(row.ubigeo))?;
        let overlap = data::catalogue()?.tolerances().overlap;
        let ours = self.store.touched(id, row.comparison).await?;
        let beside = if matches!(row.state.as_str(), "observado" | "conforme") {
            self.store.undecided_beside(&row, LOOKED_AT).await?
        } else {
            Vec::new()
        };
        let mut found = Vec::new();
        let mut ours = ours;
        for other in beside {
            let theirs = self.store.touched(other.id, other.comparison).await?;
            // Whole layers may wait beside each other: that takes a second, and not of those who serve.
            let looked = tokio::task::spawn_blocking(move || {
                let shapes = between(&ours, &theirs, &other, &overlap);
                (ours, shapes)
            });
            let (back, shapes) = looked.await.map_err(|error| {
                tracing::error!(%error, "conflicts");
                Problem::new(
                    Kind::Internal,
                    "No se pudo comparar con los otros levantamientos.",
                    "Vuelva a pedirlo; si se repite, avise a quien mantiene el programa.",
                )
            })?;
            ours = back;
            found.extend(shapes);
        }
        Ok(found)
    }
}

fn between(
    ours: &[Claim],
    theirs: &[Claim],
    other: &Undecided,
    tolerances: &Overlap,
) -> Vec<Claimed> {
    let found = conflicts(&touched(ours), &touched(theirs), tolerances);
    found
        .into_iter()
        .map(|conflict| {
            let (parcel, theirs, by, area_m2, ground) = match conflict {
                Conflict::Code(code) => (code, code, "codigo", None, shape_of(ours, code)),
                Conflict::Ground {
                    ours,
                    theirs,
                    area_m2,
                    ground,
                } => {
                    let ground = Geometry::MultiPolygon(ground);
                    (ours, theirs, "terreno", Some(area_m2), Some(ground))
                }
            };
            let shape = ConflictShape {
                survey: other.id,
                state: other.state.clone(),
                file: other.file_name.clone(),
                parcel: parcel.to_owned(),
                theirs: theirs.to_owned(),
                by,
                area_m2,
            };
            (ground, shape)
        })
        .collect()
}

fn touched(claims: &[Claim]) -> Touched<'_> {
    let codes: HashSet<&str> = claims.iter().map(|(code, _)| code.as_str()).collect();
    let opened = claims.iter().filter_map(|(code, shape)| match shape {
        Some(Geometry::MultiPolygon(shape)) => Some(Lot {
            row: 0,
            code,
            shape,
            declared_area_m2: None,
        }),
        _ => None,
    });
    Touched {
        opened: opened.collect(),
        codes,
    }
}

fn shape_of(claims: &[Claim], code: &str) -> Option<Geometry<f64>> {
    let mut of_code = claims.iter().filter(|(own, _)| own == code);
    of_code.find_map(|(_, shape)| shape.clone())
}
