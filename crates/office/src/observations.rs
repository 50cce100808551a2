//! What citizens observe, without an account, and what the Comité de Gestión answers in its term.

mod plan;
mod subject;

pub use plan::{Cluster, Counts, ObservationPlan};

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    id::Ubigeo,
    observation::{About, Receipt, State, Step},
    people::{Action, Actor},
};
use geo_types::{Coord, Rect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{
    Deed,
    observations::{
        NewObservation, ObservationQuestion, ObservationRow, ObservationStepRow, OneObservation,
    },
};
use uuid::Uuid;

use crate::{Kind, Office, Problem, certificates, data, moment, people, place, problem};

/// An observation, as it comes in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// `predio`, `plan`, `levantamiento`, `inversion`, `obra`, `otro`.
    pub sobre: String,
    /// Which one: a code or an identifier.
    #[serde(default)]
    pub objeto: Option<String>,
    /// Longitude and latitude; of a parcel, its middle where this is not said.
    #[serde(default)]
    pub lugar: Option<[f64; 2]>,
    /// What is observed.
    pub texto: String,
    /// Where the answer is sent, if they like. Kept apart, shown to nobody, and forgotten when it was sent.
    #[serde(default)]
    pub correo: Option<String>,
}

/// What somebody who observed takes home.
#[derive(Clone, Debug, Serialize)]
pub struct ReceiptShape {
    /// Number of the observation.
    pub numero: String,
    /// The code by which it is followed. It is said this once.
    pub codigo: String,
    /// Last day for its answer.
    pub plazo: NaiveDate,
    /// Where it is.
    pub enlace: String,
}

/// An observation, as somebody may see it.
#[derive(Clone, Debug, Serialize)]
pub struct ObservationShape {
    /// Its identity.
    pub id: Uuid,
    /// Its number.
    pub numero: String,
    /// Where it is on its way.
    pub estado: &'static str,
    /// What it is about.
    pub sobre: &'static str,
    /// Which one.
    pub objeto: Option<String>,
    /// The municipality.
    pub ubigeo: String,
    /// Its name.
    pub municipio: String,
    /// Longitude and latitude.
    pub lugar: [f64; 2],
    /// What is observed; hidden until somebody of the Comité has read it.
    pub texto: Option<String>,
    /// When it came.
    pub recibida: DateTime<Utc>,
    /// Last day for its answer.
    pub plazo: NaiveDate,
    /// Whether that day passed without one.
    pub fuera_de_plazo: bool,
    /// What was done with it.
    pub pasos: Vec<ObservationStep>,
    /// Where, in EPSG:32718.
    #[serde(skip)]
    pub place: Coord<f64>,
}

/// What was done with an observation.
#[derive(Clone, Debug, Serialize)]
pub struct ObservationStep {
    /// When.
    pub fecha: DateTime<Utc>,
    /// `publicar`, `archivar`, `responder`.
    pub paso: String,
    /// In which words.
    pub texto: String,
}

/// Which observations a list has.
#[derive(Clone, Default, Debug)]
pub struct ObservationFilter {
    /// Of a municipality.
    pub ubigeo: Option<Ubigeo>,
    /// In this state.
    pub state: Option<State>,
    /// About this.
    pub about: Option<About>,
    /// About this one.
    pub object: Option<String>,
    /// In this box of EPSG:32718.
    pub within: Option<Rect<f64>>,
    /// At most so many, where they are fewer than [`LIST_MAX`]; those of a page, where nothing is said.
    pub limit: Option<i64>,
    /// After this one, as the list before ends.
    pub after: Option<Uuid>,
}

/// A part of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Observations {
    /// The newest first.
    pub observaciones: Vec<ObservationShape>,
    /// After which one it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<Uuid>,
}

/// Observations on one page.
const PAGE: i64 = 50;
/// Most observations in one answer.
pub const LIST_MAX: i64 = 1_000;
/// Fewest and most letters of an observation and of an answer.
const LETTERS: std::ops::RangeInclusive<usize> = 10..=4_000;
/// Longest code or identifier of what it is about.
const OBJECT_MAX: usize = 120;

impl Office {
    /// Takes an observation of anybody.
    pub async fn observe(&self, new: &Observed) -> Result<ReceiptShape, Problem> {
        let about: About = new
            .sobre
            .parse()
            .map_err(|_| unknown("sobre", &About::ALL.map(About::name)))?;
        let words = told(&new.texto, "texto")?;
        names_nobody(&words)?;
        let object = object(new.objeto.as_deref())?;
        let address = match new.correo.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(text) => Some(self.address_of_mail(text)?),
        };
        let (ubigeo, at) = self
            .place_observed(about, object.as_deref(), new.lugar)
            .await?;
        let code = certificates::random_code()?;
        let id = Uuid::new_v4();
        let rules = data::observation_rules()?;
        // Nobody is named: what somebody observes is the public's, whoever is signed in.
        let mut act = self.store.begin(&Actor::Public).await?;
        let due_on = act
            .day()
            .checked_add_days(Days::new(u64::from(rules.answer_days)))
            .unwrap_or(NaiveDate::MAX);
        let number = act
            .observe(&NewObservation {
                id,
                ubigeo,
                place: at,
                about,
                object: object.as_deref(),
                words: &words,
                receipt: digest(code),
                due_on,
            })
            .await?;
        if let Some(address) = &address {
            act.wait_for_answer(id, address).await?;
        }
        let content = json!({"numero": number.to_string(), "sobre": about.name(), "plazo": due_on,
            "texto_sha256": format!("{:x}", Sha256::digest(&words))});
        act.commit(&deed("observacion.recepcion", ubigeo, id, content))
            .await?;
        Ok(ReceiptShape {
            numero: number.to_string(),
            codigo: code.to_string(),
            plazo: due_on,
            enlace: format!("/observaciones/{id}"),
        })
    }

    /// Observations that somebody may see: all of them for the Comité, those that were read for everybody else.
    pub async fn observations(
        &self,
        actor: &Actor,
        filter: &ObservationFilter,
    ) -> Result<Observations, Problem> {
        let states = states_seen(actor, filter.state);
        if states.is_empty() {
            return Ok(Observations {
                observaciones: Vec::new(),
                siguiente: None,
            });
        }
        let before = match filter.after {
            Some(id) => self.kept(id).await?.map(|row| (row.made_at, row.id)),
            None => None,
        };
        let page = filter.limit.unwrap_or(PAGE).clamp(1, LIST_MAX);
        let question = ObservationQuestion {
            ubigeo: filter.ubigeo,
            states,
            about: filter.about,
            object: filter.object.clone(),
            within: filter.within,
            before,
            limit: page + 1,
        };
        let mut rows = self.store.observations(&question).await?;
        let more = i64::try_from(rows.len()).is_ok_and(|count| count > page);
        rows.truncate(usize::try_from(page).unwrap_or_default());
        let last = rows.last().filter(|_| more).map(|row| row.id);
        Ok(Observations {
            observaciones: self.shapes(rows, true).await?,
            siguiente: last,
        })
    }

    /// One observation. What nobody has read yet is shown to the Comité, and to who has its code.
    pub async fn observation(
        &self,
        actor: &Actor,
        id: Uuid,
        code: Option<&str>,
    ) -> Result<ObservationShape, Problem> {
        let row = self.kept(id).await?.ok_or_else(absent)?;
        let own = match code {
            Some(code) => self
                .by_code(code)
                .await?
                .is_some_and(|found| found.id == id),
            None => false,
        };
        let whole = own || answers(actor) || row.state.is_shown();
        self.shapes(vec![row], whole)
            .await?
            .pop()
            .ok_or_else(absent)
    }

    /// The observation of a receipt, by its code.
    pub async fn observation_of_receipt(&self, code: &str) -> Result<ObservationShape, Problem> {
        let row = self.by_code(code).await?.ok_or_else(absent)?;
        self.shapes(vec![row], true).await?.pop().ok_or_else(absent)
    }

    /// Takes a step with an observation, in words that everybody reads.
    pub async fn step_observation(
        &self,
        actor: &Actor,
        id: Uuid,
        step: &str,
        words: &str,
    ) -> Result<ObservationShape, Problem> {
        people::require(actor, Action::AnswerObservations, None)?;
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let step: Step = step
            .parse()
            .map_err(|_| unknown("paso", &Step::ALL.map(Step::name)))?;
        let words = match step {
            Step::Publish if words.trim().is_empty() => "Se publica.".to_owned(),
            _ => told(words, "respuesta")?,
        };
        names_nobody(&words)?;
        let row = self.kept(id).await?.ok_or_else(absent)?;
        let illegal = || {
            Problem::new(
                Kind::Conflict,
                format!("La observación está {}: ya no admite ese paso.", row.state),
                "Vuelva a cargarla para ver lo último.",
            )
        };
        let next = row.state.after(step).map_err(|_| illegal())?;
        let mut act = self.store.begin(actor).await?;
        if !act
            .move_observation(id, account, (row.state, step, next), &words)
            .await?
        {
            return Err(illegal());
        }
        let content =
            json!({"numero": row.number.to_string(), "paso": step.name(), "texto": words});
        act.commit(&deed("observacion.paso", row.ubigeo, id, content))
            .await?;
        self.ring_mail();
        self.observation(actor, id, None).await
    }

    async fn kept(&self, id: Uuid) -> Result<Option<ObservationRow>, Problem> {
        Ok(self.store.observation(OneObservation::Id(id)).await?)
    }

    async fn by_code(&self, code: &str) -> Result<Option<ObservationRow>, Problem> {
        let Ok(code) = code.parse::<Receipt>() else {
            return Ok(None);
        };
        let receipt = OneObservation::Receipt(digest(code));
        Ok(self.store.observation(receipt).await?)
    }

    pub(super) async fn shapes(
        &self,
        rows: Vec<ObservationRow>,
        whole: bool,
    ) -> Result<Vec<ObservationShape>, Problem> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let steps = self.store.observation_steps(&ids).await?;
        let mut places: Vec<Coord<f64>> = rows.iter().map(|row| row.place).collect();
        place::lon_lat(&mut places)?;
        let snapshot = self.feed.snapshot();
        let today = moment::now().day;
        Ok(rows
            .into_iter()
            .zip(places)
            .map(|(row, at)| ObservationShape {
                id: row.id,
                numero: row.number.to_string(),
                estado: row.state.name(),
                sobre: row.about.name(),
                municipio: snapshot.municipalities.get(&row.ubigeo).map_or_else(
                    || row.ubigeo.to_string(),
                    |land| land.municipality.name.clone(),
                ),
                ubigeo: row.ubigeo.to_string(),
                lugar: [at.x, at.y],
                objeto: row.object.filter(|_| whole),
                texto: Some(row.words).filter(|_| whole),
                recibida: row.made_at,
                plazo: row.due_on,
                fuera_de_plazo: row.state.is_open() && row.due_on < today,
                pasos: steps
                    .iter()
                    .filter(|step| step.observation == row.id)
                    .map(ObservationStep::of)
                    .collect(),
                place: row.place,
            })
            .collect())
    }
}

impl Observations {
    /// The same as GeoJSON, in longitude and latitude.
    pub fn on_the_map(self) -> serde_json::Value {
        let features: Vec<serde_json::Value> = self
            .observaciones
            .into_iter()
            .map(|one| {
                let place = json!({"type": "Point", "coordinates": one.lugar});
                json!({"type": "Feature", "id": one.id, "geometry": place, "properties": {
                    "numero": one.numero, "estado": one.estado, "sobre": one.sobre, "objeto": one.objeto,
                    "ubigeo": one.ubigeo, "municipio": one.municipio, "texto": one.texto,
                    "recibida": one.recibida, "plazo": one.plazo, "fuera_de_plazo": one.fuera_de_plazo,
                    "pasos": one.pasos}})
            })
            .collect();
        let mut whole = json!({"type": "FeatureCollection", "numberReturned": features.len(), "features": features});
        if let Some(next) = self.siguiente {
            whole["siguiente"] = json!(next);
        }
        whole
    }
}

impl ObservationStep {
    fn of(row: &ObservationStepRow) -> Self {
        Self {
            fecha: row.at,
            paso: row.step.clone(),
            texto: row.words.clone(),
        }
    }
}

/// The states in which somebody sees observations, of those that they ask for.
fn states_seen(actor: &Actor, asked: Option<State>) -> Vec<State> {
    let reads_all = answers(actor);
    State::ALL
        .into_iter()
        .filter(|state| asked.is_none_or(|asked| asked == *state))
        .filter(|state| reads_all || state.is_shown())
        .collect()
}

/// Whether somebody reads all of them, and answers.
fn answers(actor: &Actor) -> bool {
    people::require(actor, Action::AnswerObservations, None).is_ok()
}

pub(crate) fn digest(code: Receipt) -> [u8; 32] {
    Sha256::digest(code.to_string()).into()
}

fn told(text: &str, what: &str) -> Result<String, Problem> {
    let text = text.trim();
    if LETTERS.contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        Kind::BadRequest,
        format!("«{what}» es demasiado corto o demasiado largo."),
        format!("Escriba de {} a {} letras.", LETTERS.start(), LETTERS.end()),
    ))
}

fn object(text: Option<&str>) -> Result<Option<String>, Problem> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > OBJECT_MAX => Err(Problem::new(
            Kind::BadRequest,
            "«objeto» es demasiado largo.",
            format!("Escriba un código o un nombre de hasta {OBJECT_MAX} letras."),
        )),
        text => Ok(text.map(str::to_owned)),
    }
}

/// What is published names nobody: numbers as long as those of documents and telephones, and addresses of mail, are asked
/// to be left out. Codes of parcels are longer.
fn names_nobody(text: &str) -> Result<(), Problem> {
    let digits = text
        .split(|letter: char| !letter.is_ascii_digit())
        .any(|run| matches!(run.len(), 8 | 9));
    let mail = text.split_whitespace().any(|word| {
        word.split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    });
    if !digits && !mail {
        return Ok(());
    }
    Err(Problem::new(
        Kind::Refused,
        "El texto parece tener un documento, un teléfono o un correo.",
        "Quítelos: lo que se publica no nombra a nadie. La respuesta se ve con el código de su constancia.",
    ))
}

fn unknown(what: &str, known: &[&str]) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("«{what}» no se entiende."),
        format!("Se admiten: {}.", known.join(", ")),
    )
}

fn absent() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No hay una observación así.",
        "Compruebe el número o el código de su constancia.",
    )
}

pub(crate) fn deed(
    action: &'static str,
    ubigeo: Ubigeo,
    id: Uuid,
    content: serde_json::Value,
) -> Deed {
    Deed {
        action,
        ubigeo: Some(ubigeo),
        object: format!("observacion/{id}"),
        content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_and_addresses_are_left_out_and_codes_are_not() {
        for fine in [
            "El predio 22010101001001 invade la calle.",
            "Mide 12 m y no 10, desde 2019; véase la partida 11025.",
            "arroba sola @ no es correo",
        ] {
            assert_eq!(names_nobody(fine), Ok(()), "{fine}");
        }
        for personal in [
            "DNI 40123456",
            "llamar al 942123456",
            "a juan.perez@correo.pe",
        ] {
            assert!(names_nobody(personal).is_err(), "{personal}");
        }
    }
}
