//! Series of partners: offered under their name, looked at by a planner, read by anybody once published.

mod values;

use std::borrow::Borrow;

use chrono::{DateTime, Utc};
use domain::{
    institute::{
        DossierCode, DossierKind, SeriesState, SeriesStep,
        series::{StepRefused, Who},
    },
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Kind, Office, Problem,
    cadastral_projects::said,
    data,
    dossiers::{Kept, Written},
    people::require,
};

pub use values::{SeriesFigures, SeriesValue, ValueSent, pasted};

/// What a series says, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Series {
    /// What it is called.
    pub nombre: String,
    /// Whose it is: a university, a college, an ONG.
    pub organizacion: String,
    /// Its thematic axis.
    pub eje: String,
    /// Unit of its values.
    pub unidad: String,
    /// How they are measured.
    pub metodo: String,
    /// Where they come from.
    pub fuente: String,
    /// On what terms they may be used.
    pub licencia: String,
    /// `ofrecida`, `publicada`, `observada`, `retirada`.
    pub estado: String,
    /// Why it was published, observed or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motivo: Option<String>,
    /// Whether it is made up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demostracion: bool,
}

/// A series as somebody sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesSent {
    /// Its code; of one that exists the address says it.
    #[serde(default)]
    pub codigo: Option<String>,
    /// The version that was read; 0 or none for a new one.
    #[serde(default)]
    pub version: i32,
    /// What it is called.
    pub nombre: String,
    /// Whose it is.
    pub organizacion: String,
    /// Its axis.
    pub eje: String,
    /// Its unit.
    pub unidad: String,
    /// Its method.
    pub metodo: String,
    /// Its source.
    pub fuente: String,
    /// Its licence.
    pub licencia: String,
}

/// What is decided on a series.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// `publicar`, `observar`, `retirar`.
    pub paso: String,
    /// Why.
    pub motivo: String,
    /// The version that was read.
    pub version: i32,
}

/// A series, as who asks may see it.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesShape {
    /// Its code.
    pub codigo: String,
    /// Which version.
    pub version: i32,
    /// Since when this version is recorded.
    pub desde: DateTime<Utc>,
    /// What it says.
    #[serde(flatten)]
    pub serie: Series,
    /// Whether it is the asker's own.
    #[serde(skip)]
    pub is_own: bool,
    /// What the asker may do with it.
    #[serde(skip)]
    pub steps: Vec<SeriesStep>,
}

/// A list of series.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesList {
    /// The series, by code.
    pub series: Vec<SeriesShape>,
    /// Where the next list goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
}

/// Which series are asked for.
#[derive(Clone, Default, Debug)]
pub struct SeriesFilter {
    /// Of this axis.
    pub axis: Option<String>,
    /// In this state.
    pub state: Option<SeriesState>,
    /// After this code.
    pub after: Option<String>,
}

/// Series of a list.
pub const PAGE: usize = 50;

const KIND: DossierKind = DossierKind::Series;

/// A series with who asks.
struct Found {
    kept: Kept<Series>,
    state: SeriesState,
    who: Who,
}

impl Office {
    /// Series that who asks may see, by code.
    pub async fn series_list(
        &self,
        actor: &Actor,
        filter: &SeriesFilter,
    ) -> Result<SeriesList, Problem> {
        let kept: Vec<Kept<Series>> = self.dossiers(KIND, None).await?;
        let authors = self.store.series_authors().await?;
        let mut series = Vec::new();
        for kept in kept {
            if filter
                .after
                .as_ref()
                .is_some_and(|after| kept.code <= *after)
                || filter
                    .axis
                    .as_ref()
                    .is_some_and(|axis| kept.content.eje != *axis)
            {
                continue;
            }
            let author = authors
                .binary_search_by(|(code, _)| code.as_str().cmp(&kept.code))
                .ok()
                .and_then(|at| authors[at].1);
            let found = Found::of(kept, who(actor, author))?;
            if found.state.is_seen_by(found.who)
                && filter.state.is_none_or(|state| state == found.state)
            {
                series.push(found.shape());
            }
        }
        let more = series.len() > PAGE;
        series.truncate(PAGE);
        Ok(SeriesList {
            siguiente: series.last().filter(|_| more).map(|one| one.codigo.clone()),
            series,
        })
    }

    /// One series.
    pub async fn series(&self, actor: &Actor, code: &str) -> Result<SeriesShape, Problem> {
        Ok(self.series_found(actor, code).await?.shape())
    }

    /// Offers a series, or changes one's own: it waits for a planner then.
    pub async fn keep_series(
        &self,
        actor: &Actor,
        code: Option<&str>,
        sent: &SeriesSent,
    ) -> Result<SeriesShape, Problem> {
        require(actor, Action::OfferSeries, None)?;
        let code = slug(code.or(sent.codigo.as_deref()).unwrap_or_default())?;
        let mut series = checked(sent)?;
        if sent.version > 0 {
            let found = self.series_found(actor, code.as_str()).await?;
            found
                .after(SeriesStep::Change)?
                .name()
                .clone_into(&mut series.estado);
            series.demostracion = found.kept.content.demostracion;
        }
        let written = Written {
            kind: KIND,
            code: &code,
            ubigeo: None,
            content: &series,
            after: sent.version,
            action: if sent.version > 0 {
                "serie.cambio"
            } else {
                "serie.oferta"
            },
        };
        self.write_dossier(actor, Action::OfferSeries, &written)
            .await?;
        self.series(actor, code.as_str()).await
    }

    /// A planner publishes, observes or withdraws what another offers; its author withdraws it.
    pub async fn review_series(
        &self,
        actor: &Actor,
        code: &str,
        review: &Review,
    ) -> Result<SeriesShape, Problem> {
        let step: SeriesStep = review.paso.parse().map_err(|_| {
            Problem::new(
                Kind::BadRequest,
                "El paso no se conoce.",
                "Se admiten: publicar, observar, retirar.",
            )
        })?;
        let permission = match step {
            SeriesStep::Withdraw => Action::OfferSeries,
            _ => Action::KeepRegister,
        };
        require(actor, permission, None)?;
        let found = self.series_found(actor, code).await?;
        let state = found.after(step)?;
        let reason = said(&review.motivo, "motivo", 1_000)?;
        let content = Series {
            estado: state.name().to_owned(),
            motivo: Some(reason),
            ..found.kept.content
        };
        let code: DossierCode = slug(code)?;
        let written = Written {
            kind: KIND,
            code: &code,
            ubigeo: None,
            content: &content,
            after: review.version,
            action: match step {
                SeriesStep::Publish => "serie.publicacion",
                SeriesStep::Observe => "serie.observacion",
                _ => "serie.retiro",
            },
        };
        self.write_dossier(actor, permission, &written).await?;
        self.series(actor, code.as_str()).await
    }

    /// A series that who asks may see; to others there is none.
    async fn series_found(&self, actor: &Actor, code: &str) -> Result<Found, Problem> {
        let kept: Kept<Series> = self.dossier(KIND, code, None).await?;
        let author = self.store.series_author(code).await?;
        let found = Found::of(kept, who(actor, author))?;
        if found.state.is_seen_by(found.who) {
            Ok(found)
        } else {
            Err(absent(code))
        }
    }
}

impl Found {
    fn of(kept: Kept<Series>, who: Who) -> Result<Self, Problem> {
        let state = kept.content.estado.parse().map_err(|_| {
            tracing::error!(code = kept.code, "state of a series");
            Problem::new(
                Kind::Internal,
                format!("La serie {} no se puede leer.", kept.code),
                "Avise a quien mantiene el programa.",
            )
        })?;
        Ok(Self { kept, state, who })
    }

    fn after(&self, step: SeriesStep) -> Result<SeriesState, Problem> {
        self.state
            .after(step, self.who)
            .map_err(|refused| match refused {
                StepRefused::State => Problem::new(
                    Kind::Conflict,
                    format!(
                        "La serie está {} y no admite «{}».",
                        self.state,
                        step.name()
                    ),
                    "Vuelva a cargarla y mire en qué estado está.",
                ),
                StepRefused::OwnReview => Problem::new(
                    Kind::Forbidden,
                    "Nadie revisa su propia serie.",
                    "La publica otra persona del Instituto.",
                ),
                StepRefused::SomebodyElse => Problem::new(
                    Kind::Forbidden,
                    "La serie es de otra persona.",
                    "La cambia quien la ofreció, y la revisa el Instituto.",
                ),
            })
    }

    fn shape(self) -> SeriesShape {
        let steps = [
            SeriesStep::Change,
            SeriesStep::Publish,
            SeriesStep::Observe,
            SeriesStep::Withdraw,
        ];
        SeriesShape {
            steps: steps
                .into_iter()
                .filter(|step| self.state.after(*step, self.who).is_ok())
                .collect(),
            is_own: self.who.is_author,
            codigo: self.kept.code,
            version: self.kept.version,
            desde: self.kept.since,
            serie: self.kept.content,
        }
    }
}

impl SeriesShape {
    /// Whether who asks may take a step.
    pub fn may(&self, step: impl Borrow<SeriesStep>) -> bool {
        self.steps.contains(step.borrow())
    }
}

/// Who asks, as far as a series is concerned. What the console offered has no author among the accounts.
fn who(actor: &Actor, author: Option<Uuid>) -> Who {
    Who {
        is_author: author.is_some() && actor.account() == author,
        is_reviewer: require(actor, Action::KeepRegister, None).is_ok(),
    }
}

fn absent(code: &str) -> Problem {
    Problem::new(
        Kind::NotFound,
        format!("No existe: serie {code}."),
        "Compruebe el código; las publicadas están en /observatorio/series.",
    )
}

/// Small letters, digits and dashes: it stands in addresses.
fn slug(text: &str) -> Result<DossierCode, Problem> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    let right = plain && (3..=60).contains(&text.len()) && text != "nueva";
    let code = text.parse().ok().filter(|_| right);
    code.ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            "El código de la serie no vale.",
            "De 3 a 60 letras minúsculas sin acento, cifras y guiones, como lluvia-mensual.",
        )
    })
}

fn checked(sent: &SeriesSent) -> Result<Series, Problem> {
    if !data::axes().iter().any(|axis| axis.code == sent.eje) {
        let codes: Vec<&str> = data::axes().iter().map(|axis| axis.code.as_str()).collect();
        return Err(Problem::new(
            Kind::BadRequest,
            "El eje no se conoce.",
            format!("Se admiten: {}.", codes.join(", ")),
        ));
    }
    Ok(Series {
        nombre: said(&sent.nombre, "nombre", 160)?,
        organizacion: said(&sent.organizacion, "organizacion", 160)?,
        eje: sent.eje.clone(),
        unidad: said(&sent.unidad, "unidad", 40)?,
        metodo: said(&sent.metodo, "metodo", 4_000)?,
        fuente: said(&sent.fuente, "fuente", 400)?,
        licencia: said(&sent.licencia, "licencia", 400)?,
        estado: SeriesState::Offered.name().to_owned(),
        motivo: None,
        demostracion: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_addresses() {
        for right in ["lluvia-mensual", "a1b", "aire_pm25"] {
            assert!(slug(right).is_ok(), "{right}");
        }
        for wrong in ["", "ab", "Lluvia", "ñandú", "a/b", "nueva", "-lluvia"] {
            assert!(slug(wrong).is_err(), "{wrong}");
        }
    }
}
