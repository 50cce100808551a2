//! Sessions of the Asamblea: when, of what kind, who was there, about what. The act is a paper of the session.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::{
    id::Ubigeo,
    institute::{DossierKind, agreement},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};

use super::{AgreementShape, Seat, bad, next_code, numbered, words};
use crate::{
    Office, Problem,
    dossiers::{Kept, Written},
    moment,
};

/// Kind of session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionClass {
    /// On its day of the calendar.
    Ordinaria,
    /// Called for a matter.
    Extraordinaria,
}

/// What a session is, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionContent {
    /// Its day.
    pub fecha: NaiveDate,
    /// Its kind.
    pub clase: SessionClass,
    /// The municipalities that were there: offices, not people.
    pub presentes: Vec<Ubigeo>,
    /// What was dealt with.
    pub agenda: Vec<String>,
    /// Whether it is made up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub demostracion: bool,
}

/// A session, as it comes in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// `S-2026-03`; without, the next of its year.
    #[serde(default)]
    pub codigo: Option<String>,
    /// The version that was read; 0 for a new one.
    #[serde(default)]
    pub version: i32,
    /// Its day.
    pub fecha: NaiveDate,
    /// Its kind.
    pub clase: SessionClass,
    /// The municipalities that were there.
    pub presentes: Vec<Ubigeo>,
    /// What was dealt with.
    pub agenda: Vec<String>,
}

/// A session.
#[derive(Clone, Debug, Serialize)]
pub struct SessionShape {
    /// Its code.
    pub codigo: String,
    /// Which version this is.
    pub version: i32,
    /// Since when that is recorded.
    pub registrado: DateTime<Utc>,
    /// What it was.
    #[serde(flatten)]
    pub contenido: SessionContent,
    /// Who was there, by name of the municipality.
    pub municipalidades: Vec<Seat>,
    /// How many seats there are.
    pub asientos: usize,
    /// Whether enough were there.
    pub quorum: bool,
    /// What was agreed; empty in a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acuerdos: Vec<AgreementShape>,
    /// Where it is.
    pub enlace: String,
}

/// A part of the list.
#[derive(Clone, Debug, Serialize)]
pub struct Sessions {
    /// The last first.
    pub sesiones: Vec<SessionShape>,
    /// After which one it goes on; none at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub siguiente: Option<String>,
}

const PAGE: usize = 50;
const AGENDA_MAX: usize = 40;

impl SessionClass {
    /// The name that files know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinaria => "ordinaria",
            Self::Extraordinaria => "extraordinaria",
        }
    }
}

impl Office {
    /// Sessions, the last first; after a code, a page.
    pub async fn sessions(&self, after: Option<&str>) -> Result<Sessions, Problem> {
        let mut kept: Vec<Kept<SessionContent>> = self.dossiers(DossierKind::Session, None).await?;
        kept.reverse();
        let mut rest = kept
            .into_iter()
            .filter(|one| after.is_none_or(|after| one.code.as_str() < after));
        let sesiones: Vec<SessionShape> = rest
            .by_ref()
            .take(PAGE)
            .map(|one| self.session_shape(one))
            .collect();
        let siguiente = rest
            .next()
            .and_then(|_| sesiones.last().map(|one| one.codigo.clone()));
        Ok(Sessions {
            sesiones,
            siguiente,
        })
    }

    /// One session with what was agreed.
    pub async fn session(&self, code: &str) -> Result<SessionShape, Problem> {
        let kept = self.dossier(DossierKind::Session, code, None).await?;
        let mut shape = self.session_shape(kept);
        shape.acuerdos = self.agreements_of(&shape.codigo).await?;
        Ok(shape)
    }

    /// The code of the next session of this year.
    pub async fn next_session(&self) -> Result<String, Problem> {
        self.next_session_of(moment::now().day.year()).await
    }

    async fn next_session_of(&self, year: i32) -> Result<String, Problem> {
        let kept: Vec<Kept<SessionContent>> = self.dossiers(DossierKind::Session, None).await?;
        let codes = kept.iter().map(|one| one.code.as_str());
        Ok(next_code(codes, ('S', 2), year))
    }

    /// Writes a session, or its next version. What was agreed in it keeps who was there when it was.
    pub async fn write_session(
        &self,
        actor: &Actor,
        new: NewSession,
    ) -> Result<SessionShape, Problem> {
        crate::people::require(actor, Action::KeepRegister, None)?;
        let code = match new.codigo.as_deref().map(str::trim) {
            None | Some("") => self.next_session_of(new.fecha.year()).await?,
            Some(code) => code.to_owned(),
        };
        let code = numbered(&code, 'S', 2)?;
        if new.fecha > moment::now().day {
            return Err(bad(
                "La sesión todavía no ocurre.",
                "Se registra después de celebrada, con quienes estuvieron.",
            ));
        }
        if !moment::has_a_plain_year(new.fecha) {
            return Err(bad(
                "La fecha no se entiende.",
                "Escríbala como 2026-11-23.",
            ));
        }
        let mut present = new.presentes;
        present.sort_unstable();
        present.dedup();
        for place in &present {
            self.known_place(Some(*place))?;
        }
        let agenda: Vec<String> = new
            .agenda
            .iter()
            .filter(|point| !point.trim().is_empty())
            .map(|point| words(point, "agenda"))
            .collect::<Result<_, _>>()?;
        if agenda.is_empty() || agenda.len() > AGENDA_MAX {
            return Err(bad(
                "Falta la agenda, o tiene demasiados puntos.",
                format!("Escriba de uno a {AGENDA_MAX} puntos."),
            ));
        }
        let content = SessionContent {
            fecha: new.fecha,
            clase: new.clase,
            presentes: present,
            agenda,
            demostracion: false,
        };
        self.write_dossier(
            actor,
            Action::KeepRegister,
            &Written {
                kind: DossierKind::Session,
                code: &code,
                ubigeo: None,
                content: &content,
                after: new.version,
                action: if new.version == 0 {
                    "sesion.alta"
                } else {
                    "sesion.cambio"
                },
            },
        )
        .await?;
        self.session(code.as_str()).await
    }

    fn session_shape(&self, kept: Kept<SessionContent>) -> SessionShape {
        let seats = self.seat_codes();
        SessionShape {
            enlace: format!("/gobierno/sesiones/{}", kept.code),
            version: kept.version,
            registrado: kept.since,
            municipalidades: self.seated(&kept.content.presentes),
            asientos: seats.len(),
            quorum: agreement::has_quorum(&seats, &kept.content.presentes),
            acuerdos: Vec::new(),
            contenido: kept.content,
            codigo: kept.code,
        }
    }
}
