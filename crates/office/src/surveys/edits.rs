//! Editing from a GIS client: each write lands in its author's open edition, a survey without a file, which is compared
//! with what is in force at once and published by a second person like any other.
//!
//! Nothing is lost by a write: a client says what it has read ([`seen`]), the row keeps on which version it is based, and
//! a decision meets what others have published since ([`super::comparison`]).

mod attributes;
mod ground;
mod kept;
mod own;
mod seen;
mod sent;
mod words;

use domain::{
    collection::Collection,
    id::Ubigeo,
    people::{
        Action, Actor,
        permission::{Reach, reach},
    },
    survey::rules::code,
};
use geo_types::Geometry;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Deed, Draft};
use tokio::sync::Semaphore;
use uuid::Uuid;

pub(crate) use self::sent::geometry_of;
pub use self::{ground::ContentCrs, own::Own, seen::Read};
use self::{
    seen::{Basis, Before, members},
    sent::Sent,
};
use crate::{
    Kind, Office, Problem, data,
    people::{require, require_somewhere},
    problem,
};

/// What is written.
#[derive(Clone, Debug)]
pub enum Writing {
    /// A new feature.
    Create(Value),
    /// All of a feature.
    Replace(String, Value),
    /// Some of a feature, as a merge patch.
    Update(String, Value),
    /// Away with it.
    Remove(String),
}

/// What came of a write.
#[derive(Serialize, Debug)]
pub struct Written {
    /// Code of the feature.
    #[serde(rename = "id")]
    pub code: String,
    /// The survey that it is in.
    #[serde(rename = "levantamiento")]
    pub survey: Uuid,
    /// That survey's address.
    #[serde(rename = "enlace")]
    pub link: String,
    /// That survey's state: `conforme`, or `observado` while something in it has an error.
    #[serde(rename = "estado")]
    pub state: &'static str,
    /// How often it was compared: who decides may name it, and decides on nothing else.
    #[serde(rename = "comparacion")]
    pub comparison: i32,
    /// By what the client names this write, when it writes again; nothing where nothing is left of the feature.
    #[serde(rename = "version_datos")]
    pub version: Option<i64>,
    /// The version in force on which it is based; 0 where there is none.
    pub version_base: i64,
    /// What is wrong with this feature.
    #[serde(rename = "hallazgos")]
    pub findings: Vec<Said>,
    /// Attributes that were left out because they name people.
    #[serde(rename = "atributos_omitidos", skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// A finding.
#[derive(Serialize, Debug)]
pub struct Said {
    /// Stable code of the rule.
    #[serde(rename = "regla")]
    pub rule: String,
    /// `error`, `observacion`, `aviso`.
    #[serde(rename = "severidad")]
    pub severity: String,
    /// What is wrong.
    #[serde(rename = "mensaje")]
    pub message: String,
    /// Codes of the others that it names.
    #[serde(rename = "otros")]
    pub others: Vec<String>,
}

/// How often a write begins again because something was decided or published under it.
const ATTEMPTS_MAX: usize = 3;

/// Writes under way on this node. Each holds a connection while it waits for the one before it; the rest wait without.
static UNDER_WAY: Semaphore = Semaphore::const_new(4);

/// Who writes, where to and how.
struct Hand<'a> {
    office: &'a Office,
    actor: &'a Actor,
    account: Uuid,
    collection: &'a Collection,
}

/// What becomes of one feature.
struct Edit {
    code: String,
    ubigeo: Ubigeo,
    base: i64,
    /// Nothing: it goes.
    content: Option<(Map<String, Value>, Geometry<f64>)>,
    /// What it was, for one that goes and is in force.
    was: Option<store::surveys::FeatureState>,
    /// What was found of it before: all of this holds only while that does.
    found: Found,
}

/// The version in force, and the edition that has it already.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Found {
    in_force: Option<i64>,
    edition: Option<Uuid>,
}

impl Office {
    /// Where somebody may write in a layer: what a client asks before it offers to edit.
    pub fn may_edit(&self, actor: &Actor, collection: &Collection) -> bool {
        *collection != Collection::Municipalities
            && actor.account().is_some()
            && reach(actor, Action::upload_to(collection)) != Reach::Nowhere
    }

    /// Writes a feature into the author's open edition.
    pub async fn write(
        &self,
        actor: &Actor,
        collection: &Collection,
        writing: Writing,
        read: Option<Read>,
        crs: ContentCrs,
    ) -> Result<Written, Problem> {
        require_somewhere(actor, &[Action::upload_to(collection)])?;
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let hand = Hand {
            office: self,
            actor,
            account,
            collection,
        };
        let _turn = UNDER_WAY.acquire().await;
        let mut left = ATTEMPTS_MAX;
        loop {
            let mut draft = self.store.draft(actor).await?;
            draft.lock_editions(account, collection).await?;
            let edit = hand
                .edit(&mut draft, writing.clone(), read.clone(), crs)
                .await?;
            if let Some(written) = hand.keep(draft, edit).await? {
                return Ok(written);
            }
            left -= 1;
            if left == 0 {
                return Err(words::decided_meanwhile());
            }
        }
    }

    /// The author writes no more in an edition: a second person is to decide on it.
    pub async fn send(&self, actor: &Actor, id: Uuid) -> Result<crate::view::SurveyShape, Problem> {
        let row = self.found(id).await?;
        require(actor, Action::upload_to(&row.collection), Some(row.ubigeo))?;
        let is_own = row
            .uploaded_by
            .as_ref()
            .is_some_and(|(author, _)| Some(*author) == actor.account());
        let mut act = self.store.begin(actor).await?;
        if !is_own || !act.send_edition(id).await? {
            return Err(words::not_open());
        }
        act.commit(&Deed {
            action: "levantamiento.envio",
            ubigeo: Some(row.ubigeo),
            object: format!("levantamiento/{id}"),
            content: json!({ "comparacion": row.comparison }),
        })
        .await?;
        Ok(crate::view::SurveyShape::of(&self.found(id).await?))
    }
}

impl Hand<'_> {
    /// What is to be done, once the client's word is held against what is there.
    async fn edit(
        &self,
        draft: &mut Draft,
        writing: Writing,
        read: Option<Read>,
        crs: ContentCrs,
    ) -> Result<Edit, Problem> {
        let (code, sent, whole) = match writing {
            Writing::Create(body) => return self.new_feature(draft, Sent::whole(body)?, crs).await,
            Writing::Replace(code, body) => (code, Some(Sent::whole(body)?), true),
            Writing::Update(code, body) => (code, Some(Sent::patch(body)?), false),
            Writing::Remove(code) => (code, None, false),
        };
        // No code of ours has such a letter, and the database takes no text with one of them.
        if code.contains(char::is_control) {
            return Err(words::not_there(self.collection, &code));
        }
        let before = self.before(draft, &code).await?;
        let there = if whole {
            before.any()
        } else {
            before.current()
        };
        let there = there.ok_or_else(|| words::not_there(self.collection, &code))?;
        let ubigeo = there.ubigeo;
        require(self.actor, Action::upload_to(self.collection), Some(ubigeo))?;
        let stated = sent
            .as_ref()
            .map_or(Read::Nothing, |sent| attributes::stated(&sent.properties));
        let read = read.unwrap_or(stated);
        let found = before.found();
        let Basis { base, earlier } = before.basis(draft, self.collection, &code, &read).await?;
        let Some(sent) = sent else {
            let own = before.own.as_ref().map(|own| &own.state);
            if let (Some(earlier), Some(own)) = (&earlier, own)
                && (earlier.attributes != own.attributes || earlier.geometry != own.geometry)
            {
                return Err(before.stale(&code));
            }
            return Ok(Edit {
                code,
                ubigeo,
                base,
                content: None,
                was: before.in_force,
                found,
            });
        };
        attributes::check_place(&sent.properties, ubigeo)?;
        let known = members(&there.attributes);
        let attributes =
            attributes::written(&sent.properties, &known, self.collection, &code, whole)?;
        let geometry = match sent.geometry {
            Some(geometry) => on_the_ground(geometry, crs, before.shapes()).await?,
            None => there.geometry.clone(),
        };
        if before.loses(earlier.as_ref(), &attributes, &geometry) {
            return Err(before.stale(&code));
        }
        Ok(Edit {
            code,
            ubigeo,
            base,
            content: Some((attributes, geometry)),
            was: None,
            found,
        })
    }

    async fn new_feature(
        &self,
        draft: &mut Draft,
        sent: Sent,
        crs: ContentCrs,
    ) -> Result<Edit, Problem> {
        let (form, given) = (
            code::form(self.collection),
            attributes::code(&sent, self.collection),
        );
        let ubigeo = attributes::place(&sent.properties)?
            .or_else(|| given.as_deref()?.get(..6)?.parse().ok())
            .or_else(|| self.only_place());
        let ubigeo = ubigeo.ok_or_else(words::no_place)?;
        require(self.actor, Action::upload_to(self.collection), Some(ubigeo))?;
        let Some(geometry) = sent.geometry else {
            return Err(words::no_geometry());
        };
        let geometry = on_the_ground(geometry, crs, Vec::new()).await?;
        let code = match (given, form) {
            (Some(given), form) => code::code(&given, form, ubigeo, 1).map_err(|finding| {
                let said = data::catalogue().map(|catalogue| catalogue.sentence(&finding));
                words::with_errors(&said.map(|said| vec![said]).unwrap_or_default())
            })?,
            (None, code::Form::Digits(digits)) if *self.collection != Collection::Parcels => {
                return Err(words::no_code(&format!(
                    "los {digits} dígitos, que empiezan por el ubigeo"
                )));
            }
            (None, code::Form::Cui) => {
                return Err(words::no_code("los siete dígitos del CUI"));
            }
            (None, _) => ingest::provisional_code(self.collection, ubigeo, &geometry),
        };
        let before = self.before(draft, &code).await?;
        if before.current().is_some() {
            return Err(words::exists(&code));
        }
        let found = before.found();
        // Drawn anew where its author took one away: based on what that was.
        let base = before.own.as_ref().map_or(0, |own| own.base);
        let attributes =
            attributes::written(&sent.properties, &Map::new(), self.collection, &code, true)?;
        Ok(Edit {
            code,
            ubigeo,
            base,
            content: Some((attributes, geometry)),
            was: None,
            found,
        })
    }

    async fn before(&self, draft: &mut Draft, code: &str) -> Result<Before, Problem> {
        Ok(Before {
            in_force: draft.feature_in_force(self.collection, code).await?,
            own: draft.drafted(self.account, self.collection, code).await?,
        })
    }

    /// The municipality of who works in one only.
    fn only_place(&self) -> Option<Ubigeo> {
        match reach(self.actor, Action::upload_to(self.collection)) {
            Reach::Places(places) => <[Ubigeo; 1]>::try_from(places).ok().map(|[place]| place),
            Reach::Nowhere | Reach::Everywhere => None,
        }
    }
}

/// The rules, as they weigh for what is edited.
fn catalogue() -> Result<domain::survey::Catalogue, Problem> {
    super::reading::catalogue_of(None)
}

async fn on_the_ground(
    geometry: Geometry<f64>,
    crs: ContentCrs,
    known: Vec<Geometry<f64>>,
) -> Result<Geometry<f64>, Problem> {
    apart(move || ground::official(geometry, crs, &known)).await
}

/// Work for a core, off the threads that answer.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(%error, "edit");
            Err(Problem::new(
                Kind::Internal,
                "La escritura se interrumpió.",
                "No se cambió nada. Vuelva a enviarla; si se repite, avise a quien mantiene el programa.",
            ))
        }
    }
}
