//! The same question about many parcels: a list, a block, a sector, a municipality. Answered some at a time, so that no
//! more of it stands in memory and nobody works for a client that has gone.

mod scope;
mod sent;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    collection::Collection,
    feature::Feature,
    id::Ubigeo,
    urban::{Outcome, Proposal},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::certificates::Protected;

pub(crate) use self::scope::no_municipality;
use self::scope::{Item, Scope};
pub use self::sent::Lines;
use super::{judged::Subject, proposal, sweep, turns, world::World};
use crate::{
    Kind, Office, Problem,
    certificates::put_certificates,
    moment,
    view::{self, BriefCheck, Check},
};

/// A question about many parcels, as it comes in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchRequest {
    /// Parcels by their codes.
    pub predios: Option<Vec<String>>,
    /// All of a block, by its code.
    pub manzana: Option<String>,
    /// All of a sector, by its code.
    pub sector: Option<String>,
    /// All of a municipality.
    pub ubigeo: Option<Ubigeo>,
    /// What somebody wants to build or do on each.
    pub propuesta: Option<Map<String, Value>>,
    /// The day whose land and law are asked for.
    pub fecha: Option<NaiveDate>,
    /// What the service knew at that moment.
    pub conocido_a: Option<DateTime<Utc>>,
    /// How much is said of each.
    #[serde(default)]
    pub detalle: Detail,
}

/// How much is said of each parcel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// The whole check.
    #[default]
    #[serde(rename = "completo")]
    Whole,
    /// Zones, outcome and what decides it.
    #[serde(rename = "breve")]
    Brief,
    /// Nothing: how many come out in which way is in the last line.
    #[serde(rename = "cuentas")]
    Counts,
}

/// Answers on their way.
pub struct Batch {
    question: Arc<Question>,
    next: usize,
    tally: Tally,
    lines: Sha256,
    ended: bool,
}

struct Question {
    worlds: Vec<World>,
    /// Certificates in force; none where nobody can say.
    protected: Option<Protection>,
    items: Vec<Item>,
    proposal: Option<Proposal>,
    detail: Detail,
}

enum Protection {
    Now(Arc<query::Certificates>),
    Past(Protected),
}

/// How the parcels came out.
#[derive(Default, Serialize)]
struct Tally {
    predios: usize,
    conforme: usize,
    no_conforme: usize,
    no_concluyente: usize,
    sin_respuesta: usize,
}

impl Office {
    /// Begins to answer a question about many parcels.
    pub async fn batch(&self, request: BatchRequest) -> Result<Batch, Problem> {
        let mut request = request;
        let proposal = proposal::read(request.propuesta.take())?;
        if proposal.as_ref().is_some_and(Proposal::has_footprint) {
            return Err(Problem::new(
                Kind::BadRequest,
                "Una «huella» es de un solo predio.",
                "Quítela de «propuesta», o pregunte por ese predio en /api/control-urbano/verificaciones.",
            ));
        }
        let scope = Scope::of(&request)?;
        let (worlds, protected) = match moment::of(request.fecha, request.conocido_a)? {
            None => {
                let snapshot = self.feed.snapshot();
                let certificates = Arc::clone(&snapshot.certificates);
                // While the database is away one of them may be annulled.
                let protected = self
                    .feed
                    .is_fresh()
                    .then_some(Protection::Now(certificates));
                (scope.places_now(&snapshot)?, protected)
            }
            Some(as_of) => {
                let _turn = turns::turn().await?;
                let mut worlds = Vec::new();
                let mut protected = Protected::new();
                let known = self.store.municipalities().await?;
                for ubigeo in scope.places() {
                    if !known.iter().any(|place| place.ubigeo == ubigeo) {
                        scope.needs(ubigeo)?;
                        continue;
                    }
                    worlds.push(World::as_of(&self.store, ubigeo, None, as_of).await?);
                    protected.extend(self.store.protected_as_of(ubigeo, as_of).await?);
                }
                (worlds, Some(Protection::Past(protected)))
            }
        };
        let items = scope.items(&worlds)?;
        Ok(Batch {
            question: Arc::new(Question {
                worlds,
                protected,
                items,
                proposal,
                detail: request.detalle,
            }),
            next: 0,
            tally: Tally::default(),
            lines: Sha256::new(),
            ended: false,
        })
    }
}

impl Batch {
    /// The next lines, each a JSON object and its end of line; after the last parcel one line that sums up. None when all
    /// was said.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, Problem>> {
        loop {
            let said = self.some().await?;
            // Where parcels are only counted there is nothing to say of some of them.
            if said.as_ref().map_or(true, |text| !text.is_empty()) {
                return Some(said);
            }
        }
    }

    /// What is said of the next parcels.
    async fn some(&mut self) -> Option<Result<Vec<u8>, Problem>> {
        if self.ended {
            return None;
        }
        let from = self.next;
        let to = (from + sweep::AT_ONCE).min(self.question.items.len());
        if from == to {
            self.ended = true;
            return Some(Ok(self.summary()));
        }
        let turn = match turns::turn().await {
            Ok(turn) => turn,
            Err(problem) => {
                self.ended = true;
                return Some(Err(problem));
            }
        };
        self.next = to;
        let question = Arc::clone(&self.question);
        let lines = tokio::task::spawn_blocking(move || {
            // Who asked may be gone: the turn is over when the work is.
            let _turn = turn;
            sweep::each(&question.items[from..to], |item, scratch| {
                question.line(item, scratch)
            })
        });
        let mut text = Vec::new();
        match lines.await {
            Ok(lines) => {
                for line in lines {
                    let (outcome, line) = match line {
                        Ok(line) => line,
                        Err(problem) => {
                            self.ended = true;
                            return Some(Err(problem));
                        }
                    };
                    self.tally.count(outcome);
                    if !line.is_empty() {
                        text.extend_from_slice(&line);
                        text.push(b'\n');
                    }
                }
                self.lines.update(&text);
                Some(Ok(text))
            }
            Err(error) => {
                self.ended = true;
                tracing::error!(%error, "batch");
                Some(Err(unwritten()))
            }
        }
    }

    /// How many lines it has besides the last one.
    pub fn len(&self) -> usize {
        self.question.items.len()
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.question.items.is_empty()
    }

    fn summary(&mut self) -> Vec<u8> {
        let first = self.question.worlds.first();
        let summary = json!({"resumen": {
            "predios": self.tally.predios,
            "conforme": self.tally.conforme,
            "no_conforme": self.tally.no_conforme,
            "no_concluyente": self.tally.no_concluyente,
            "sin_respuesta": self.tally.sin_respuesta,
            "fecha": first.map(|world| world.as_of.day),
            "conocido_a": first.map(|world| world.as_of.known_at),
            "version_datos": first.map(|world| world.version),
            "sha256": format!("{:x}", self.lines.finalize_reset()),
        }});
        format!("{summary}\n").into_bytes()
    }
}

impl Question {
    fn line(
        &self,
        item: &Item,
        scratch: &mut domain::geometry::Scratch,
    ) -> Result<(Option<&'static str>, Vec<u8>), Problem> {
        let check = match item {
            Item::Absent(code, problem) => {
                let line = json!({"predio": {"codigo": code}, "problema": problem.document()});
                return Ok((None, line.to_string().into_bytes()));
            }
            Item::Parcel { world, place } if self.detail == Detail::Counts => {
                let (world, parcel) = self.parcel(*world, *place)?;
                let judged =
                    world.judgement(Subject::Parcel(parcel), self.proposal.as_ref(), scratch);
                let outcome = judged.map_or(Outcome::Inconclusive, |judged| judged.ruling.outcome);
                return Ok((Some(view::outcome(outcome)), Vec::new()));
            }
            Item::Parcel { world, place } => self.check(*world, *place, scratch)?,
        };
        let line = match self.detail {
            Detail::Counts => Ok(Vec::new()),
            Detail::Whole => serde_json::to_vec(&check),
            Detail::Brief => serde_json::to_vec(&BriefCheck::of(&check)),
        };
        let line = line.map_err(|error| {
            tracing::error!(%error, "a check");
            unwritten()
        })?;
        Ok((Some(check.resultado), line))
    }

    fn parcel(&self, world: usize, place: usize) -> Result<(&World, &Feature), Problem> {
        let world = &self.worlds[world];
        let parcels = world.land.layer(&Collection::Parcels);
        let parcel = parcels.and_then(|layer| layer.features().get(place));
        // A place comes from the layer itself.
        Ok((world, parcel.ok_or_else(unwritten)?))
    }

    fn check(
        &self,
        world: usize,
        place: usize,
        scratch: &mut domain::geometry::Scratch,
    ) -> Result<Check, Problem> {
        let (world, parcel) = self.parcel(world, place)?;
        let mut check = world.check(Subject::Parcel(parcel), self.proposal.as_ref(), scratch);
        match &self.protected {
            Some(Protection::Now(certificates)) => {
                put_certificates(&mut check, &certificates.protected)?;
            }
            Some(Protection::Past(protected)) => put_certificates(&mut check, protected)?,
            None => {}
        }
        Ok(check)
    }
}

impl Tally {
    fn count(&mut self, outcome: Option<&str>) {
        self.predios += 1;
        match outcome {
            Some("conforme") => self.conforme += 1,
            Some("no_conforme") => self.no_conforme += 1,
            Some(_) => self.no_concluyente += 1,
            None => self.sin_respuesta += 1,
        }
    }
}

fn unwritten() -> Problem {
    Problem::new(
        Kind::Internal,
        "La respuesta no se pudo completar.",
        "El detalle está en el registro del servicio.",
    )
}
