//! Agreements: what was voted, by whom, what came of it, what it is about, and whether it was done.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::{
    collection::Collection,
    id::Ubigeo,
    institute::{
        DossierKind,
        agreement::{self, Count, Outcome, VoteFault},
    },
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Cast, SessionContent, bad, next_code, numbered, words};
use crate::{
    Kind, Office, Problem,
    dossiers::{Kept, Written},
    moment,
    people::require,
};

/// What an agreement is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// `plan`, `inversion`, `informe`, `cambio`.
    pub clase: String,
    /// Its code, or the number of the change.
    pub codigo: String,
}

/// How far an agreement is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// Nothing was done yet.
    Pendiente,
    /// It is being done.
    EnCurso,
    /// It was done.
    Cumplido,
    /// It will not be done: it was rejected, or another took its place.
    SinEfecto,
}

/// Something that was done about an agreement.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// When.
    pub fecha: NaiveDate,
    /// How far it is then.
    pub estado: Fulfilment,
    /// What was done.
    pub nota: String,
}

/// What an agreement is, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgreementContent {
    /// Code of its session.
    pub sesion: String,
    /// What is agreed, or was not.
    pub texto: String,
    /// The municipalities that were there when it was voted.
    pub presentes: Vec<Ubigeo>,
    /// How they voted.
    pub votos: Vec<Cast>,
    /// What it is about.
    #[serde(default)]
    pub sobre: Vec<About>,
    /// What was done about it, in its order.
    #[serde(default)]
    pub seguimiento: Vec<FollowUp>,
    /// Whether it is made up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demostracion: bool,
}

/// An agreement, as it comes in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// `A-2026-007`; without, the next of the year of its session.
    #[serde(default)]
    pub codigo: Option<String>,
    /// Code of its session.
    pub sesion: String,
    /// What is agreed.
    pub texto: String,
    /// How the municipalities voted; who was there and is not here abstained.
    pub votos: Vec<Cast>,
    /// What it is about.
    #[serde(default)]
    pub sobre: Vec<About>,
}

/// What is done about an agreement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFollowUp {
    /// The version that was read.
    pub version: i32,
    /// When.
    pub fecha: NaiveDate,
    /// How far it is then.
    pub estado: Fulfilment,
    /// What was done.
    pub nota: String,
}

/// A vote with the name of its municipality.
#[derive(Clone, Debug, Serialize)]
pub struct NamedVote {
    /// The municipality.
    pub ubigeo: Ubigeo,
    /// Its name.
    pub municipio: String,
    /// How it voted; none for who was there and said nothing.
    pub voto: Option<agreement::Vote>,
}

/// What an agreement is about, with where it is.
#[derive(Clone, Debug, Serialize)]
pub struct AboutShape {
    /// `plan`, `inversion`, `informe`, `cambio`.
    pub clase: String,
    /// Its code, or the number of the change.
    pub codigo: String,
    /// Where it is; a change has no page of its own.
    pub enlace: Option<String>,
}

/// An agreement.
#[derive(Clone, Debug, Serialize)]
pub struct AgreementShape {
    /// Its code.
    pub codigo: String,
    /// Which version this is.
    pub version: i32,
    /// Since when that is recorded.
    pub registrado: DateTime<Utc>,
    /// Code of its session.
    pub sesion: String,
    /// What is agreed, or was not.
    pub texto: String,
    /// What came of the vote.
    pub resultado: Option<Outcome>,
    /// The votes, counted.
    pub cuenta: Count,
    /// How each municipality that was there voted.
    pub votos: Vec<NamedVote>,
    /// What it is about.
    pub sobre: Vec<AboutShape>,
    /// How far it is.
    pub estado: Fulfilment,
    /// What was done about it.
    pub seguimiento: Vec<FollowUp>,
    /// By what rule the result is computed.
    pub criterio: &'static str,
    /// Where it is.
    pub enlace: String,
    /// Whether it is made up.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub demostracion: bool,
}

/// A part of the list.
#[derive(Clone, Debug, Serialize)]
pub struct Agreements {
    /// The last first.
    pub acuerdos: Vec<AgreementShape>,
    /// After which one it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
}

const PAGE: usize = 50;
const ABOUT_MAX: usize = 20;

impl Fulfilment {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Pendiente,
        Self::EnCurso,
        Self::Cumplido,
        Self::SinEfecto,
    ];

    /// The name that files know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pendiente => "pendiente",
            Self::EnCurso => "en_curso",
            Self::Cumplido => "cumplido",
            Self::SinEfecto => "sin_efecto",
        }
    }
}

/// The text is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unknown word")]
pub struct UnknownWord;

impl FromStr for Fulfilment {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let found = Self::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or(UnknownWord)
    }
}

impl Office {
    /// Agreements, the last first: of a session or in a state of fulfilment; after a code, a page.
    pub async fn agreements(
        &self,
        session: Option<&str>,
        state: Option<Fulfilment>,
        after: Option<&str>,
    ) -> Result<Agreements, Problem> {
        let mut kept = self.kept_agreements().await?;
        kept.reverse();
        let seats = self.seat_codes();
        let mut rest = kept
            .into_iter()
            .filter(|one| session.is_none_or(|code| one.content.sesion == code))
            .filter(|one| after.is_none_or(|after| one.code.as_str() < after))
            .map(|one| self.agreement_shape(one, &seats))
            .filter(|one| state.is_none_or(|state| one.estado == state));
        let acuerdos: Vec<AgreementShape> = rest.by_ref().take(PAGE).collect();
        let siguiente = rest
            .next()
            .and_then(|_| acuerdos.last().map(|one| one.codigo.clone()));
        Ok(Agreements {
            acuerdos,
            siguiente,
        })
    }

    /// One agreement.
    pub async fn agreement(&self, code: &str) -> Result<AgreementShape, Problem> {
        let kept = self.dossier(DossierKind::Agreement, code, None).await?;
        Ok(self.agreement_shape(kept, &self.seat_codes()))
    }

    /// All agreements of a session, in their order.
    pub(super) async fn agreements_of(
        &self,
        session: &str,
    ) -> Result<Vec<AgreementShape>, Problem> {
        let seats = self.seat_codes();
        let kept = self.kept_agreements().await?;
        let of_session = kept.into_iter().filter(|one| one.content.sesion == session);
        Ok(of_session
            .map(|one| self.agreement_shape(one, &seats))
            .collect())
    }

    /// Agreements about a plan, a project, a report: what they changed leads back to who decided it.
    pub async fn agreements_about(
        &self,
        class: &str,
        code: &str,
    ) -> Result<Vec<AgreementShape>, Problem> {
        let seats = self.seat_codes();
        let kept = self.kept_agreements().await?;
        let about = kept.into_iter().filter(|one| {
            let mut about = one.content.sobre.iter();
            about.any(|about| about.clase == class && about.codigo == code)
        });
        Ok(about.map(|one| self.agreement_shape(one, &seats)).collect())
    }

    async fn kept_agreements(&self) -> Result<Vec<Kept<AgreementContent>>, Problem> {
        self.dossiers(DossierKind::Agreement, None).await
    }

    /// Writes an agreement of a session that had a quorum.
    pub async fn write_agreement(
        &self,
        actor: &Actor,
        new: NewAgreement,
    ) -> Result<AgreementShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let session: Kept<SessionContent> = self
            .dossier(DossierKind::Session, new.sesion.trim(), None)
            .await?;
        let present = session.content.presentes;
        let code = match new.codigo.as_deref().map(str::trim) {
            None | Some("") => {
                let kept = self.kept_agreements().await?;
                let codes = kept.iter().map(|one| one.code.as_str());
                next_code(codes, ('A', 3), session.content.fecha.year())
            }
            Some(code) => code.to_owned(),
        };
        let code = numbered(&code, 'A', 3)?;
        let votes: Vec<_> = new
            .votos
            .iter()
            .map(|cast| (cast.ubigeo, cast.voto))
            .collect();
        agreement::decide(&self.seat_codes(), &present, &votes)
            .map_err(|fault| self.refused(fault))?;
        if new.sobre.len() > ABOUT_MAX {
            return Err(bad(
                "Un acuerdo no es sobre tantas cosas.",
                format!("Escriba hasta {ABOUT_MAX} en «sobre»."),
            ));
        }
        for about in &new.sobre {
            self.exists(about).await?;
        }
        let content = AgreementContent {
            sesion: session.code,
            texto: words(&new.texto, "texto")?,
            presentes: present,
            votos: new.votos,
            sobre: new.sobre,
            seguimiento: Vec::new(),
            demostracion: false,
        };
        self.write_dossier(
            actor,
            Action::KeepRegister,
            &Written {
                kind: DossierKind::Agreement,
                code: &code,
                ubigeo: None,
                content: &content,
                after: 0,
                action: "acuerdo.alta",
            },
        )
        .await?;
        self.agreement(code.as_str()).await
    }

    /// Writes what was done about an agreement.
    pub async fn follow_agreement(
        &self,
        actor: &Actor,
        code: &str,
        step: &NewFollowUp,
    ) -> Result<AgreementShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let kept: Kept<AgreementContent> = self.dossier(DossierKind::Agreement, code, None).await?;
        let seats = self.seat_codes();
        if self.agreement_shape(kept.clone(), &seats).resultado != Some(Outcome::Approved) {
            return Err(Problem::new(
                Kind::Conflict,
                format!("{code} no se aprobó: no hay qué cumplir."),
                "El seguimiento es de los acuerdos aprobados.",
            ));
        }
        let mut content = kept.content;
        let last = content.seguimiento.last().map(|last| last.fecha);
        if step.fecha > moment::now().day || last.is_some_and(|last| step.fecha < last) {
            return Err(Problem::new(
                Kind::Refused,
                "Esa fecha todavía no llega, o es anterior al último paso.",
                "Compruebe el día: los pasos van en su orden.",
            ));
        }
        content.seguimiento.push(FollowUp {
            fecha: step.fecha,
            estado: step.estado,
            nota: words(&step.nota, "nota")?,
        });
        self.write_dossier(
            actor,
            Action::KeepRegister,
            &Written {
                kind: DossierKind::Agreement,
                code: &numbered(&kept.code, 'A', 3)?,
                ubigeo: None,
                content: &content,
                after: step.version,
                action: "acuerdo.seguimiento",
            },
        )
        .await?;
        self.agreement(code).await
    }

    /// Refuses an agreement about nothing.
    async fn exists(&self, about: &About) -> Result<(), Problem> {
        let code = about.codigo.as_str();
        let there = match about.clase.as_str() {
            "plan" => self
                .dossier::<Value>(DossierKind::Plan, code, None)
                .await
                .is_ok(),
            "informe" => self
                .dossier::<Value>(DossierKind::Report, code, None)
                .await
                .is_ok(),
            "inversion" => self
                .feed
                .snapshot()
                .feature(&Collection::Investments, code)
                .is_some(),
            "cambio" => code
                .parse::<i64>()
                .is_ok_and(|number| (1..=self.feed.snapshot().change.0).contains(&number)),
            other => {
                return Err(bad(
                    format!("Un acuerdo no es sobre «{other}»."),
                    "En «sobre» va la clase (plan, inversion, informe o cambio) y su código.",
                ));
            }
        };
        if there {
            return Ok(());
        }
        Err(Problem::new(
            Kind::Refused,
            format!("No existe: {} {code}.", about.clase),
            "Compruebe el código de aquello sobre lo que se decide.",
        ))
    }

    fn refused(&self, fault: VoteFault) -> Problem {
        let name = |place: Ubigeo| self.name_of_municipality(Some(place)).unwrap_or_default();
        let (title, detail) = match fault {
            VoteFault::NoQuorum => (
                "La sesión no tuvo quórum.".to_owned(),
                "Sin más de la mitad de las municipalidades no hay acuerdo que registrar.",
            ),
            VoteFault::NoSeat(place) => (
                format!("{} no tiene asiento en la Asamblea.", name(place)),
                "Votan las municipalidades de la provincia.",
            ),
            VoteFault::Absent(place) => (
                format!("{} no estuvo en la sesión.", name(place)),
                "Vota quien estuvo: corrija la sesión, o quite su voto.",
            ),
            VoteFault::Twice(place) => (
                format!("{} votó dos veces.", name(place)),
                "Deje un solo voto de cada municipalidad.",
            ),
        };
        Problem::new(Kind::Refused, title, detail)
    }

    fn agreement_shape(&self, kept: Kept<AgreementContent>, seats: &[Ubigeo]) -> AgreementShape {
        let content = kept.content;
        let votes: Vec<_> = content
            .votos
            .iter()
            .map(|cast| (cast.ubigeo, cast.voto))
            .collect();
        // What was taken in had a quorum; a seat that is gone since leaves it without a result.
        let decided = agreement::decide(seats, &content.presentes, &votes).ok();
        let votos = self
            .seated(&content.presentes)
            .into_iter()
            .map(|seat| NamedVote {
                voto: votes
                    .iter()
                    .find(|(who, _)| *who == seat.ubigeo)
                    .map(|(_, vote)| *vote),
                ubigeo: seat.ubigeo,
                municipio: seat.municipio,
            });
        let resultado = decided.map(|(outcome, _)| outcome);
        let last = content.seguimiento.last().map(|last| last.estado);
        AgreementShape {
            enlace: format!("/gobierno/acuerdos/{}", kept.code),
            version: kept.version,
            registrado: kept.since,
            resultado,
            cuenta: decided.map(|(_, count)| count).unwrap_or_default(),
            votos: votos.collect(),
            sobre: content.sobre.iter().map(AboutShape::of).collect(),
            estado: match resultado {
                Some(Outcome::Rejected) => Fulfilment::SinEfecto,
                _ => last.unwrap_or(Fulfilment::Pendiente),
            },
            seguimiento: content.seguimiento,
            sesion: content.sesion,
            texto: content.texto,
            criterio: super::CRITERION,
            demostracion: content.demostracion,
            codigo: kept.code,
        }
    }
}

impl AboutShape {
    fn of(about: &About) -> Self {
        let folder = match about.clase.as_str() {
            "plan" => Some("planes"),
            "inversion" => Some("inversiones"),
            "informe" => Some("informes"),
            _ => None,
        };
        Self {
            enlace: folder.map(|folder| format!("/{folder}/{}", about.codigo)),
            clase: about.clase.clone(),
            codigo: about.codigo.clone(),
        }
    }
}
