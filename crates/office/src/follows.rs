//! Places that people follow, and what they are told of them.

use chrono::{DateTime, Utc};
use domain::{people::Actor, survey::rules};
use geo_types::Geometry;
use query::encode::geojson;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::follows::{FollowRow, Followed};
use uuid::Uuid;

use crate::{
    Kind, Office, Problem,
    checks::{self, Shape},
    parcels, problem,
};

/// A place to follow, as it comes in: one of the two.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFollow {
    /// A parcel, by its code.
    pub predio: Option<String>,
    /// Ground: a GeoJSON polygon in longitude and latitude.
    pub geometria: Option<Shape>,
}

/// A place that somebody follows.
#[derive(Debug, Serialize)]
pub struct FollowShape {
    id: Uuid,
    ubigeo: String,
    predio: Option<String>,
    geometria: Option<Box<RawValue>>,
    desde: DateTime<Utc>,
}

/// Something that somebody was told.
#[derive(Debug, Serialize)]
pub struct NoticeShape {
    /// Its number: later ones are greater.
    pub id: i64,
    seguimiento: Uuid,
    el: DateTime<Utc>,
    version_datos: i64,
    aviso: Box<RawValue>,
}

/// Places that one account follows.
const FOLLOWS_MAX: usize = 100;
/// Notices in one answer.
const NOTICES_MAX: i64 = 100;

impl Office {
    /// Follows a place in the name of an account.
    pub async fn follow_place(
        &self,
        actor: &Actor,
        new: NewFollow,
    ) -> Result<FollowShape, Problem> {
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let snapshot = self.feed.snapshot();
        let (ubigeo, place) = match (new.predio, new.geometria) {
            (Some(code), None) => {
                let code = parcels::parse(&code)?;
                let found = snapshot.parcel(&code);
                let (land, _) = found.ok_or_else(|| parcels::absent(&code))?;
                (
                    land.municipality.ubigeo,
                    Followed::Parcel(code.as_str().to_owned()),
                )
            }
            (None, Some(shape)) => {
                let area = checks::read_shape(shape)?;
                let middle = rules::place::middle(&Geometry::MultiPolygon(area.clone()));
                let land = middle.and_then(|middle| snapshot.municipality_at(middle));
                let land = land.ok_or_else(checks::no_place)?;
                (land.municipality.ubigeo, Followed::Area(area))
            }
            _ => {
                return Err(Problem::new(
                    Kind::BadRequest,
                    "Diga qué lugar quiere seguir.",
                    "Pase «predio» (código) o «geometria» (polígono GeoJSON), uno de los dos.",
                ));
            }
        };
        let mut draft = self.store.draft(actor).await?;
        let known = draft.follows(account).await?;
        if let Some(same) = known.iter().find(|follow| follow.place == place) {
            return shape(same);
        }
        if known.len() >= FOLLOWS_MAX {
            return Err(Problem::new(
                Kind::Refused,
                format!("Ya sigue {FOLLOWS_MAX} lugares."),
                "Deje de seguir alguno, o siga una zona más grande con «geometria».",
            ));
        }
        let id = Uuid::new_v4();
        draft.follow(id, account, ubigeo, &place).await?;
        let followed = draft.follows(account).await?;
        draft.keep().await?;
        followed
            .iter()
            .find(|follow| follow.id == id)
            .map_or_else(|| Err(absent()), shape)
    }

    /// What an account follows.
    pub async fn followed(&self, actor: &Actor) -> Result<Vec<FollowShape>, Problem> {
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let mut draft = self.store.draft(actor).await?;
        draft.follows(account).await?.iter().map(shape).collect()
    }

    /// Follows a place no more.
    pub async fn unfollow(&self, actor: &Actor, id: Uuid) -> Result<(), Problem> {
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let mut draft = self.store.draft(actor).await?;
        if !draft.unfollow(id, account).await? {
            return Err(absent());
        }
        Ok(draft.keep().await?)
    }

    /// What an account was told before a number, the newest first.
    pub async fn notices(
        &self,
        actor: &Actor,
        before: Option<i64>,
    ) -> Result<Vec<NoticeShape>, Problem> {
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let mut draft = self.store.draft(actor).await?;
        let rows = draft.notices(account, before, NOTICES_MAX).await?;
        rows.into_iter()
            .map(|row| {
                Ok(NoticeShape {
                    id: row.id,
                    seguimiento: row.follow,
                    el: row.at,
                    version_datos: row.change,
                    aviso: raw(row.content)?,
                })
            })
            .collect()
    }
}

fn shape(row: &FollowRow) -> Result<FollowShape, Problem> {
    let (parcel, area) = match &row.place {
        Followed::Parcel(code) => (Some(code.clone()), None),
        Followed::Area(area) => {
            let mut text = Vec::new();
            geojson::shape(&Geometry::MultiPolygon(area.clone()), &mut text)
                .map_err(|error| unreadable(&error))?;
            let text = String::from_utf8(text).map_err(|error| unreadable(&error))?;
            (None, Some(raw(text)?))
        }
    };
    Ok(FollowShape {
        id: row.id,
        ubigeo: row.ubigeo.to_string(),
        predio: parcel,
        geometria: area,
        desde: row.since,
    })
}

fn raw(text: String) -> Result<Box<RawValue>, Problem> {
    RawValue::from_string(text).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "follow");
    Problem::new(
        Kind::Internal,
        "Un lugar que se sigue no se puede leer.",
        "El detalle está en el registro del servicio.",
    )
}

fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No sigue ningún lugar con ese identificador.",
        "Los que sigue están en /api/seguimientos.",
    )
}
