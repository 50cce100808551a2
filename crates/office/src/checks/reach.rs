//! The other way round: from an article, a zone, a class, an overlay or a theme to all parcels that it reaches.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    collection::Collection,
    feature::Feature,
    geometry::{PreparedArea, Scratch, ledger_with},
    id::Ubigeo,
    plan::{LegalBasis, norm::Norm},
};
use query::Share;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    batch::no_municipality,
    judged::{Judgement, Subject},
    listing::{Form, Listing},
    sweep, turns,
    world::World,
};
use crate::{Kind, Office, Problem, moment};

/// What reaches parcels, as it comes in: one of zone, class, overlay, theme or article.
#[derive(Clone, Debug, Deserialize)]
pub struct ReachRequest {
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// A zone, by its id.
    pub zona: Option<String>,
    /// A class of zones, by its code.
    pub clase: Option<String>,
    /// An overlay, by its id.
    pub restriccion: Option<String>,
    /// A theme of overlays.
    pub tema: Option<String>,
    /// An article of a norm: its id in the file of the norm of `instrumento`.
    pub articulo: Option<String>,
    /// The instrument of `articulo`.
    pub instrumento: Option<String>,
    /// The day whose land and law are asked for.
    pub fecha: Option<NaiveDate>,
    /// What the service knew at that moment.
    pub conocido_a: Option<DateTime<Utc>>,
}

/// What reaches a parcel.
enum Source {
    Zone(String),
    Class(String),
    Overlay(String),
    Theme(String),
    Article(LegalBasis),
}

/// The ground by which a parcel is reached, and what reaches it.
struct Reached<'a> {
    areas: Vec<&'a PreparedArea>,
    by: Vec<String>,
}

const COLUMNS: &[&str] = &[
    "codigo",
    "area_m2",
    "alcanzada_m2",
    "proporcion",
    "significativa",
    "por",
];

impl Office {
    /// The parcels that a source reaches, with areas, in a form.
    pub async fn reach(&self, request: ReachRequest, form: Form) -> Result<Vec<u8>, Problem> {
        let turn = turns::turn().await?;
        let world = self
            .world(request.ubigeo, request.fecha, request.conocido_a)
            .await?;
        let source = self.reaching(&request, &world).await?;
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            listed(&world, &source).text(form)
        });
        work.await.map_err(|error| {
            tracing::error!(%error, "reach");
            Problem::new(
                Kind::Internal,
                "La lista no se pudo hacer.",
                "El detalle está en el registro del servicio.",
            )
        })?
    }

    /// The land and law of a municipality at a point in time; now, where none is named.
    pub(crate) async fn world(
        &self,
        ubigeo: Ubigeo,
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<World, Problem> {
        let snapshot = self.feed.snapshot();
        let land = snapshot
            .municipalities
            .get(&ubigeo)
            .ok_or_else(|| no_municipality(ubigeo))?;
        match moment::of(day, known_at)? {
            None => Ok(World::now(&snapshot, land)),
            Some(as_of) => World::as_of(&self.store, ubigeo, None, as_of).await,
        }
    }

    async fn reaching(&self, request: &ReachRequest, world: &World) -> Result<Source, Problem> {
        let source = match (
            &request.zona,
            &request.clase,
            &request.restriccion,
            &request.tema,
            (&request.articulo, &request.instrumento),
        ) {
            (Some(zone), None, None, None, (None, None)) => Source::Zone(zone.clone()),
            (None, Some(class), None, None, (None, None)) => Source::Class(class.clone()),
            (None, None, Some(overlay), None, (None, None)) => Source::Overlay(overlay.clone()),
            (None, None, None, Some(theme), (None, None)) => Source::Theme(theme.clone()),
            (None, None, None, None, (Some(article), Some(instrument))) => {
                let norms = self.store.norms_as_of(request.ubigeo, world.as_of).await?;
                let norm = norms.iter().find(|norm| norm.instrument == *instrument);
                let norm = norm.and_then(|norm| Norm::parse(&norm.content).ok());
                let basis = norm.and_then(|norm| norm.basis(article));
                return basis.map(Source::Article).ok_or_else(|| {
                    Problem::new(
                        Kind::NotFound,
                        format!("Ninguna norma de {instrument} en esa fecha tiene el artículo «{article}»."),
                        "Las normas, con los artículos por los que se citan, están en /api/normas.",
                    )
                });
            }
            _ => {
                return Err(Problem::new(
                    Kind::BadRequest,
                    "Diga de una sola manera qué alcanza a los predios.",
                    "Pase «zona», «clase», «restriccion» o «tema»; o «articulo» con su «instrumento».",
                ));
            }
        };
        let known = match &source {
            Source::Zone(id) => world.has(&Collection::Zones, |code, _| code == id),
            Source::Overlay(id) => world.has(&Collection::Overlays, |code, _| code == id),
            Source::Class(class) => world.has(&Collection::Zones, |_, zone| {
                zone.text("codigo") == Some(class.as_str())
            }),
            // A theme without an overlay is a theme all the same.
            Source::Theme(theme) => world.themes.iter().any(|known| known.code == *theme),
            Source::Article(_) => true,
        };
        if known {
            Ok(source)
        } else {
            Err(Problem::new(
                Kind::NotFound,
                "Eso no existe en el municipio en esa fecha.",
                "Las zonas están en /ogc/collections/zonificacion/items y las restricciones en /ogc/collections/restricciones/items.",
            ))
        }
    }
}

fn listed<'a>(world: &'a World, source: &Source) -> Listing<'a> {
    let parcels: Vec<(usize, &Feature)> = world
        .land
        .layer(&Collection::Parcels)
        .map(|layer| layer.features().iter().enumerate().collect())
        .unwrap_or_default();
    let rows = sweep::each(&parcels, |(place, parcel), scratch| {
        Some((*place, row(world, source, parcel, scratch)?))
    });
    let rows: Vec<(usize, Map<String, Value>)> = rows.into_iter().flatten().collect();
    let reached_m2: f64 = rows
        .iter()
        .filter_map(|(_, row)| row.get("alcanzada_m2")?.as_f64())
        .sum();
    let mut head = world.head();
    head.insert(
        "resumen".to_owned(),
        json!({"predios": rows.len(), "alcanzada_m2": (reached_m2 * 1e2).round() / 1e2}),
    );
    Listing {
        world,
        head,
        columns: COLUMNS,
        rows,
    }
}

fn row(
    world: &World,
    source: &Source,
    parcel: &Feature,
    scratch: &mut Scratch,
) -> Option<Map<String, Value>> {
    let subject = Subject::Parcel(parcel);
    let judgement = world.judgement(subject, None, scratch)?;
    let reached = source.reached(world, &judgement)?;
    let area_m2 = judgement.shares.balance.parcel_area_m2;
    // Zones and overlays lie over each other: ground is counted once.
    let reached_m2 = ledger_with(scratch, subject.shape()?, &reached.areas).covered_m2;
    let row = json!({
        "codigo": parcel.code,
        "area_m2": rounded(area_m2),
        "alcanzada_m2": rounded(reached_m2),
        "proporcion": if area_m2 > 0.0 { (reached_m2 / area_m2 * 1e6).round() / 1e6 } else { 0.0 },
        "significativa": world.is_significant(reached_m2, area_m2),
        "por": reached.by,
    });
    match row {
        Value::Object(row) => Some(row),
        _ => None,
    }
}

impl Source {
    /// What of a parcel it reaches; none where it does not.
    fn reached<'a>(&self, world: &World, judgement: &Judgement<'a>) -> Option<Reached<'a>> {
        let shares = &judgement.shares;
        let all = |layer: &str, shares: &[&Share<'a>]| {
            (!shares.is_empty()).then(|| Reached {
                areas: shares.iter().map(|share| ground(share)).collect(),
                by: shares
                    .iter()
                    .map(|share| format!("{layer}/{}", share.found.feature.code))
                    .collect(),
            })
        };
        let zones = |holds: &dyn Fn(&Share<'_>) -> bool| {
            let found: Vec<&Share<'a>> = shares.zones.iter().filter(|share| holds(share)).collect();
            all("zonificacion", &found)
        };
        let overlays = |holds: &dyn Fn(&Share<'_>) -> bool| {
            let found: Vec<&Share<'a>> = shares
                .overlays
                .iter()
                .filter(|share| holds(share))
                .collect();
            all("restricciones", &found)
        };
        match self {
            Self::Zone(id) => zones(&|share| *share.found.feature.code == **id),
            Self::Class(class) => {
                zones(&|share| share.found.ready.text("codigo") == Some(class.as_str()))
            }
            Self::Overlay(id) => overlays(&|share| *share.found.feature.code == **id),
            Self::Theme(theme) => {
                overlays(&|share| share.found.ready.text("tipo") == Some(theme.as_str()))
            }
            Self::Article(basis) => by_article(world, judgement, basis),
        }
    }
}

/// What an article reaches: the zones whose class it defines or limits, as the limit comes out on this parcel, and the
/// overlays that rest on it.
fn by_article<'a>(
    world: &World,
    judgement: &Judgement<'a>,
    basis: &LegalBasis,
) -> Option<Reached<'a>> {
    let mut by = Vec::new();
    let mut limited: Vec<&str> = Vec::new();
    for stated in &judgement.ruling.parameters {
        for limit in stated
            .limits
            .iter()
            .filter(|limit| limit.limit.basis == *basis)
        {
            by.push(stated.parameter.name().to_owned());
            limited.extend(limit.zones.iter().map(String::as_str));
        }
    }
    let mut areas = Vec::new();
    for share in &judgement.shares.zones {
        let ready = share.found.ready;
        let class = ready
            .text("instrumento")
            .and_then(|code| world.norms.instrument(code))
            .and_then(|instrument| instrument.class(ready.text("codigo")?));
        let defines = class.is_some_and(|class| class.basis == *basis);
        if defines {
            by.push(format!("zonificacion/{}", share.found.feature.code));
        }
        if defines || limited.contains(&&*share.found.feature.code) {
            areas.push(ground(share));
        }
    }
    for share in &judgement.shares.overlays {
        if world.overlay(share).basis.as_ref() == Some(basis) {
            by.push(format!("restricciones/{}", share.found.feature.code));
            areas.push(ground(share));
        }
    }
    by.sort_unstable();
    by.dedup();
    (!by.is_empty()).then_some(Reached { areas, by })
}

fn ground<'a>(share: &Share<'a>) -> &'a PreparedArea {
    &share.found.ready.ground
}

fn rounded(area_m2: f64) -> f64 {
    (area_m2 * 1e2).round() / 1e2
}
