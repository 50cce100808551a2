use chrono::{DateTime, NaiveDate, Utc};
use geo_types::Geometry;
use serde_json::Value;

use super::{CertificateNumber, ShortCode, Standing};
use crate::{
    audit::Head,
    id::Ubigeo,
    plan::{LegalBasis, Theme},
};

/// All that the paper of a certificate holds; the same sheet gives the same paper.
///
/// It has no applicant: what it says is public (Ley 29090 art. 14), and who asked is not.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its number.
    pub number: CertificateNumber,
    /// Its code, written below the QR.
    pub code: ShortCode,
    /// What the QR holds: the address at which anybody verifies it.
    pub qr_text: String,
    /// How it is headed.
    pub title: String,
    /// The law that it rests on.
    pub basis: LegalBasis,
    /// The municipality's name.
    pub municipality: String,
    /// Its place code.
    pub ubigeo: Ubigeo,
    /// The land is made up.
    pub demonstration: bool,
    /// The parcel, where it is of one.
    pub parcel: Option<String>,
    /// Number of the file at the municipality's desk.
    pub case: Option<String>,
    /// What the officer states: title and text.
    pub stated: Vec<(String, String)>,
    /// What was proposed, in the shape of a check; null where nothing was.
    pub proposal: Value,
    /// The verdict, in the shape of a check: zones, overlays, parameters with their articles, findings.
    pub verdict: Value,
    /// Why it goes before a later norm.
    pub prevails: Option<String>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// That day in the province.
    pub issued_on: NaiveDate,
    /// Its last day; none for one that does not expire.
    pub expires_on: Option<NaiveDate>,
    /// Who drafted it.
    pub drafted_by: String,
    /// Who signed it.
    pub signed_by: Signatory,
    /// The key of the signature.
    pub key: String,
    /// SHA-256 of what was signed, in hexadecimal.
    pub sha256: String,
    /// Head of the audit trail before it was issued.
    pub audit_head: Head,
    /// Whether it holds, on the day on which the paper is made.
    pub standing: Standing,
    /// The themes of overlays.
    pub themes: Vec<Theme>,
    /// The land around, as it was known when it was issued, for the map: the parcel first.
    pub map: Vec<MapShape>,
}

/// Who signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signatory {
    /// The officer's name.
    pub name: String,
    /// The officer's post.
    pub post: String,
}

/// Something on the map, in EPSG:32718.
#[derive(Clone, PartialEq, Debug)]
pub struct MapShape {
    /// What it is.
    pub kind: MapKind,
    /// What is written on it.
    pub label: Option<String>,
    /// Its shape.
    pub shape: Geometry<f64>,
}

/// What a map of a certificate shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MapKind {
    /// The parcel that the certificate is of.
    Parcel,
    /// Another one.
    Neighbour,
    /// A zone; its label is its class.
    Zone {
        /// Its name.
        name: Option<String>,
        /// Its colour, `#rrggbb`.
        color: String,
    },
    /// An overlay of the theme with this code.
    Overlay(String),
    /// The axis of a street.
    Street,
}
