//! Reports by thematic axis: drafted from the figures in force, edited by one planner, signed by another; ever after they are
//! what was signed.

mod draft;
mod gathering;
mod shape;
mod signing;
mod verification;

use domain::{
    institute::{DossierKind, report::ReportCode},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Store, sealed_reports::SealedReport};

pub(crate) use draft::edit;
pub use draft::{EditedReport, NewReport, draft_report};
pub use shape::{
    AxisName, EarlierShape, PaperShape, ReportFigures, ReportLine, ReportShape, ReportValue,
    Reports, SectionShape, SignedShape,
};
pub(crate) use signing::mark_now;
pub use signing::{Signature, SigningPlace, sign_report};
pub use verification::{FigureCheck, PdfCheck, ReportCheck, SignatureCheck, Summary};

use crate::{
    Kind, Office, Problem,
    certificates::Envelope,
    data,
    dossiers::{self, Kept},
    people::require,
};
use shape::Sealed;

/// What a report says, but for its figures.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    pub(crate) titulo: String,
    pub(crate) estado: State,
    pub(crate) secciones: Vec<Section>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) demostracion: bool,
}

/// What it says of one axis.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The axis.
    pub eje: String,
    /// Plain paragraphs.
    #[serde(default)]
    pub texto: String,
}

/// Where a report is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Edited.
    #[serde(rename = "borrador")]
    Draft,
    /// Signed: nothing changes any more.
    #[serde(rename = "firmado")]
    Signed,
}

impl State {
    /// As people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "borrador",
            Self::Signed => "firmado",
        }
    }
}

/// Reports of one page of the list.
const PAGE: usize = 100;

impl Office {
    /// Reports, the newest period first; after a code.
    pub async fn reports(&self, after: Option<&str>) -> Result<Reports, Problem> {
        let kept: Vec<Kept<Report>> = self.dossiers(DossierKind::Report, None).await?;
        let mut read: Vec<(ReportCode, Kept<Report>)> = kept
            .into_iter()
            .filter_map(|one| Some((one.code.parse().ok()?, one)))
            .collect();
        read.sort_by(|(a, _), (b, _)| b.period.cmp(&a.period).then_with(|| a.axis.cmp(&b.axis)));
        let mut lines: Vec<ReportLine> = read
            .iter()
            .map(|(code, one)| ReportLine::of(code, one))
            .collect();
        if let Some(after) = after {
            let at = lines.iter().position(|line| line.codigo == after);
            lines.drain(..at.map_or(0, |at| at + 1));
        }
        let more = lines.len() > PAGE;
        lines.truncate(PAGE);
        Ok(Reports {
            siguiente: more
                .then(|| lines.last().map(|line| line.codigo.clone()))
                .flatten(),
            informes: lines,
        })
    }

    /// One report: as it was signed, or with the figures in force while it is a draft.
    pub async fn report(&self, text: &str) -> Result<ReportShape, Problem> {
        let code = parse(text)?;
        let text = code.to_string();
        let kept: Kept<Report> = self.dossier(DossierKind::Report, &text, None).await?;
        if let Some(sealed) = self.store.sealed_report(&text).await? {
            return ReportShape::signed(&kept, &sealed, read(&sealed)?);
        }
        let gathered = gathering::gather(&self.store, &self.place_names(), &code, &kept).await?;
        let authors = draft::authors(&self.store, &text).await?;
        Ok(ReportShape::draft(&code, &kept, gathered, &authors))
    }

    /// The paper of a signed report, as it was typeset then, and its digest.
    pub async fn report_paper(&self, text: &str) -> Result<Vec<u8>, Problem> {
        Ok(self.sealed(text).await?.pdf)
    }

    /// A signed report as signed JSON, which any tool that knows Ed25519 can verify.
    pub async fn signed_report(&self, text: &str) -> Result<Envelope, Problem> {
        let sealed = self.sealed(text).await?;
        Envelope::of(&sealed.seal, None).map_err(|error| unreadable(&error))
    }

    pub(crate) async fn sealed(&self, text: &str) -> Result<SealedReport, Problem> {
        let code = parse(text)?.to_string();
        self.store.sealed_report(&code).await?.ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                format!("El informe {code} no está firmado."),
                "Lo que hay de él está en su página; la lista está en /informes.",
            )
        })
    }

    /// Drafts a report: computes what is missing, and writes its draft.
    pub async fn new_report(&self, actor: &Actor, new: &NewReport) -> Result<ReportShape, Problem> {
        let code = draft_report(&self.store, actor, new).await?;
        self.report(&code).await
    }

    /// Writes the next version of a draft.
    pub async fn edit_report(
        &self,
        actor: &Actor,
        text: &str,
        edited: &EditedReport,
    ) -> Result<ReportShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let code = parse(text)?.to_string();
        draft::edit(&self.store, actor, &code, edited).await?;
        self.report(&code).await
    }

    /// Signs a report that others drafted.
    pub async fn sign_report(
        &self,
        actor: &Actor,
        text: &str,
        signature: &Signature,
    ) -> Result<ReportShape, Problem> {
        let code = parse(text)?;
        let place = SigningPlace {
            folder: &self.signing.folder,
            address: self.signing.address.as_deref(),
        };
        sign_report(&self.store, actor, &place, &code, signature).await?;
        self.report(&code.to_string()).await
    }
}

/// A code from outside.
pub(crate) fn parse(text: &str) -> Result<ReportCode, Problem> {
    let code: Option<ReportCode> = text.parse().ok();
    let known = |code: &ReportCode| {
        code.axis
            .as_ref()
            .is_none_or(|axis| data::axes().iter().any(|known| known.code == *axis))
    };
    code.filter(known).ok_or_else(|| {
        Problem::new(
            Kind::NotFound,
            format!("No hay un informe «{text}»."),
            "Un informe es de un trimestre o un semestre, de todos los ejes o de uno: 2026-T3, 2026-S1-urbano. La lista está en /informes.",
        )
    })
}

async fn kept(store: &Store, code: &str) -> Result<Kept<Report>, Problem> {
    let absent = || {
        Problem::new(
            Kind::NotFound,
            format!("No existe: informe {code}."),
            "La lista está en /informes.",
        )
    };
    let parsed = code.parse().map_err(|_| absent())?;
    let row = store.dossier(DossierKind::Report, &parsed, None).await?;
    dossiers::read(DossierKind::Report, row.ok_or_else(absent)?)
}

/// What was signed.
fn read(sealed: &SealedReport) -> Result<Sealed, Problem> {
    serde_json::from_str(&sealed.seal.payload).map_err(|error| unreadable(&error))
}

/// What a reader has seen, in one word: who signs says it, and signs nothing else.
fn mark(title: &str, sections: &[SectionShape]) -> Result<String, Problem> {
    let said = serde_json::to_value(sections).map_err(|error| unreadable(&error))?;
    let said: Value = json!({"titulo": title, "secciones": said});
    Ok(sha256(
        domain::certificate::canonical::text(&said).as_bytes(),
    ))
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn unreadable(error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, "report");
    Problem::new(
        Kind::Internal,
        "El informe no se puede leer.",
        "Avise a quien mantiene el programa.",
    )
}
