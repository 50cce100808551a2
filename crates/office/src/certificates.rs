//! Certificates: drafted by one person, issued by another, signed, verified by anybody, annulled by an act.

mod annulment;
mod applicant;
mod decision;
mod desk;
mod draft;
mod issue;
pub mod keys;
mod live;
pub mod offline;
mod sheet;
pub mod signature;
mod verify;
mod words;

use std::path::PathBuf;

use domain::{
    certificate::{Kind, Rules, State},
    people::{Action, Actor, permission::Reach},
};
use store::certificates::{CertificateRow, Sought, Which};
use uuid::Uuid;

pub use annulment::{AnnulmentShape, SignedAnnulment};
pub use applicant::ApplicantShape;
pub use decision::Decision;
pub use desk::{Desk, Offer};
pub use draft::NewDraft;
pub(crate) use issue::random_code;
pub(crate) use live::{put_certificates, with_certificates};
pub use signature::Envelope;

use crate::{
    Office, Problem, data,
    people::{require, require_somewhere},
    view::CertificateShape,
};

/// With what certificates are signed, and where anybody verifies them.
#[derive(Clone, Debug)]
pub struct Signing {
    /// Folder of the private keys.
    pub folder: PathBuf,
    /// How people write the service's address; none where nobody has said.
    pub address: Option<String>,
}

/// Certificates of one list.
const LIST_MAX: i64 = 500;

/// What somebody looks for among certificates; all, where nothing is said.
#[derive(Clone, Default, Debug)]
pub struct Search {
    /// Where they are on their way.
    pub state: Option<State>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Part of the number, the code, the parcel's code or the number of the file at the desk.
    pub text: Option<String>,
    /// After this one, as a page before ended.
    pub after: Option<Uuid>,
    /// At most so many; of all that a list may have, where nothing is said.
    pub limit: Option<i64>,
}

/// A code as people copy it is looked for as it is kept; all else as it is typed.
fn sought(text: &str) -> String {
    let code = text.parse::<domain::certificate::ShortCode>();
    code.map_or_else(|_| text.to_owned(), |code| code.to_string())
        .to_lowercase()
}

/// All kinds of certificate, with what the law says of each.
pub fn kinds() -> Result<Vec<Rules>, Problem> {
    Kind::ALL.into_iter().map(data::certificate_rules).collect()
}

/// Refuses who may draft certificates nowhere, before they fill anything in.
pub fn may_draft(actor: &Actor) -> Result<(), Problem> {
    require_somewhere(actor, &[Action::DraftCertificate]).map(|_| ())
}

impl Office {
    /// The last certificates of the places where somebody drafts or issues them.
    pub async fn certificates(&self, actor: &Actor) -> Result<Vec<CertificateShape>, Problem> {
        self.find_certificates(actor, &Search::default()).await
    }

    /// Those of them that somebody looks for, the last ones first.
    pub async fn find_certificates(
        &self,
        actor: &Actor,
        search: &Search,
    ) -> Result<Vec<CertificateShape>, Problem> {
        let reach = require_somewhere(actor, &[Action::DraftCertificate])?;
        let places = match reach {
            Reach::Nowhere => Some(Vec::new()),
            Reach::Places(places) => Some(places),
            Reach::Everywhere => None,
        };
        let text = search.text.as_deref().map(sought);
        let sought = Sought {
            state: search.state,
            kind: search.kind,
            text: text.as_deref(),
            after: search.after,
        };
        let which = Which::Places(places.as_deref(), sought, search.limit.unwrap_or(LIST_MAX));
        let rows = self.store.certificates(which).await?;
        Ok(rows.iter().map(CertificateShape::of).collect())
    }

    /// One certificate with its way, for who drafts or issues them there.
    pub async fn certificate(&self, actor: &Actor, id: Uuid) -> Result<CertificateShape, Problem> {
        let row = self.certificate_row(id).await?;
        require(actor, Action::DraftCertificate, Some(row.ubigeo))?;
        self.certificate_shape(&row).await
    }

    /// An issued certificate by its number, signed, for anybody.
    pub async fn signed_certificate(&self, number: &str) -> Result<Envelope, Problem> {
        let row = self.issued_by_number(number).await?;
        let Some(issued) = &row.issued else {
            return Err(words::no_number());
        };
        let anulacion = issued.annulled.as_ref().map(SignedAnnulment::of);
        Envelope::of(&issued.seal, anulacion).map_err(|error| words::unreadable(&error))
    }

    pub(crate) async fn issued_by_number(&self, number: &str) -> Result<CertificateRow, Problem> {
        let number = number.parse().map_err(|_| words::no_number())?;
        let mut rows = self.store.certificates(Which::Number(number)).await?;
        rows.pop()
            .filter(|row| matches!(row.state, State::Issued | State::Annulled))
            .ok_or_else(words::no_number)
    }

    async fn certificate_row(&self, id: Uuid) -> Result<CertificateRow, Problem> {
        let mut rows = self.store.certificates(Which::Id(id)).await?;
        rows.pop().ok_or_else(words::no_draft)
    }

    async fn certificate_shape(&self, row: &CertificateRow) -> Result<CertificateShape, Problem> {
        let events = self.store.certificate_events(row.id).await?;
        CertificateShape::whole(row, events).map_err(|error| words::unreadable(&error))
    }
}
