//! A draft: what is asked, what the officer states, and what the service answers to it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    audit::Hash,
    certificate::{Kind as Class, Rules, canonical},
    id::Ubigeo,
    people::{Action, Actor},
};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{
    Deed,
    certificates::{NewCertificate, Words},
};
use uuid::Uuid;

use super::{ApplicantShape, words};
use crate::{
    Kind, Office, Problem,
    checks::CheckRequest,
    data,
    people::require,
    problem,
    view::{CertificateShape, Check},
};

/// A certificate that somebody drafts.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// Its kind: `parametros`, `zonificacion_vias`…
    #[serde(rename = "tipo")]
    pub kind: String,
    /// The place and the proposal, as in a check.
    #[serde(rename = "consulta")]
    pub request: Value,
    /// What the officer states.
    #[serde(default, rename = "datos")]
    pub stated: BTreeMap<String, String>,
    /// Number of the file at the municipality's desk.
    #[serde(default, rename = "expediente")]
    pub case: Option<String>,
    /// Who asks for it.
    #[serde(default, rename = "solicitante")]
    pub applicant: Option<ApplicantShape>,
}

/// What the service answers to the question of a certificate.
pub(super) struct Judged {
    /// The verdict.
    pub(super) verdict: Value,
    /// Of what it states.
    pub(super) substance: Hash,
    /// The last change that it knows.
    pub(super) version: i64,
    /// Its day.
    pub(super) day: NaiveDate,
    pub(super) ubigeo: Option<Ubigeo>,
    pub(super) parcel: Option<String>,
}

impl Office {
    /// Drafts a certificate.
    pub async fn draft_certificate(
        &self,
        actor: &Actor,
        draft: &NewDraft,
    ) -> Result<CertificateShape, Problem> {
        let (kind, rules) = kind(&draft.kind)?;
        // Who may do it nowhere is told so before anything is answered.
        crate::people::require_somewhere(actor, &[Action::DraftCertificate])?;
        if let Some(fault) = rules.fault(&draft.stated) {
            return Err(words::field(&rules, &fault));
        }
        let case = case(draft.case.as_deref())?;
        let applicant = draft.applicant.as_ref();
        let applicant = applicant.map(ApplicantShape::checked).transpose()?;
        let judged = self.judged(&draft.request).await?;
        let Some(ubigeo) = judged.ubigeo else {
            return Err(Problem::new(
                Kind::Refused,
                "El lugar no está en ningún municipio de la provincia.",
                "Compruebe «consulta»: el certificado lo emite la municipalidad del lugar.",
            ));
        };
        require(actor, Action::DraftCertificate, Some(ubigeo))?;
        let Some(drafter) = actor.account() else {
            return Err(problem::people::no_account());
        };
        if rules.of_a_parcel && judged.parcel.is_none() {
            return Err(Problem::new(
                Kind::Refused,
                format!("{} se emite sobre un predio inscrito.", rules.title),
                "En «consulta» pase «predio» con su código catastral, o un «punto» dentro de un lote.",
            ));
        }
        let id = Uuid::new_v4();
        let mut act = self.store.begin(actor).await?;
        act.draft_certificate(&NewCertificate {
            id,
            ubigeo,
            kind,
            parcel: judged.parcel.as_deref(),
            case: case.as_deref(),
            two_persons: rules.two_persons,
            drafter,
            words: Words {
                request: &canonical::text(&draft.request),
                stated: &canonical::text(&json!(draft.stated)),
                verdict: &canonical::text(&judged.verdict),
                substance: judged.substance,
            },
        })
        .await?;
        if let Some(applicant) = &applicant {
            act.write_applicant(id, ubigeo, applicant).await?;
        }
        act.commit(&Deed {
            action: "certificado.redaccion",
            ubigeo: Some(ubigeo),
            object: format!("certificado/{id}"),
            content: json!({
                "tipo": kind.name(), "predio": judged.parcel, "expediente": case,
                "veredicto_sha256": judged.substance.to_string(),
            }),
        })
        .await?;
        let row = self.certificate_row(id).await?;
        self.certificate_shape(&row).await
    }

    /// What the service answers today to the question of a certificate.
    pub(super) async fn judged(&self, request: &Value) -> Result<Judged, Problem> {
        let check = self.check(question(request)?).await?;
        let ubigeo = match &check.predio {
            Some(parcel) => parcel.ubigeo.parse().ok(),
            None => self.municipality_of(request),
        };
        judged(&check, ubigeo)
    }

    /// The municipality of a point that is in no parcel.
    fn municipality_of(&self, request: &Value) -> Option<Ubigeo> {
        let degree = |index: usize| request["punto"][index].as_f64();
        let mut point = [geo_types::Coord {
            x: degree(0)?,
            y: degree(1)?,
        }];
        crate::place::official(&mut point).ok()?;
        let snapshot = self.feed.snapshot();
        let land = snapshot.municipality_at(point[0])?;
        Some(land.municipality.ubigeo)
    }
}

fn judged(check: &Check, ubigeo: Option<Ubigeo>) -> Result<Judged, Problem> {
    let verdict = serde_json::to_value(check).map_err(|error| words::unreadable(&error))?;
    Ok(Judged {
        substance: canonical::substance(&verdict),
        version: check.recibo.version_datos,
        day: check.fecha,
        ubigeo,
        parcel: check
            .predio
            .as_ref()
            .and_then(|parcel| parcel.codigo.clone()),
        verdict,
    })
}

/// The question of a certificate: of today, since that is what it certifies.
pub(super) fn question(request: &Value) -> Result<CheckRequest, Problem> {
    if request.get("fecha").is_some() || request.get("conocido_a").is_some() {
        return Err(Problem::new(
            Kind::BadRequest,
            "Un certificado dice lo que está en vigor el día en que se emite.",
            "Quite «fecha» y «conocido_a» de «consulta».",
        ));
    }
    serde_json::from_value(request.clone()).map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "«consulta» no tiene la forma esperada.",
            "Es como en una verificación: uno de «predio», «geometria» o «punto», y si hace falta «propuesta».",
        )
    })
}

/// A kind by its name, and its rules.
pub(super) fn kind(name: &str) -> Result<(Class, Rules), Problem> {
    let kind: Class = name.parse().map_err(|_| {
        let known: Vec<&str> = Class::ALL.iter().map(|kind| kind.name()).collect();
        Problem::new(
            Kind::BadRequest,
            format!("No existe el tipo de certificado «{name}»."),
            format!("Los tipos son: {}.", known.join(", ")),
        )
    })?;
    Ok((kind, data::certificate_rules(kind)?))
}

/// Number of a file at the municipality's desk.
fn case(text: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let plain = |c: char| c.is_alphanumeric() || " -_/.".contains(c);
    if text.chars().count() <= 60 && text.chars().all(plain) {
        return Ok(Some(text.to_owned()));
    }
    Err(Problem::new(
        Kind::Refused,
        "«expediente» no está bien formado.",
        "Hasta 60 letras, dígitos, puntos, guiones o barras: EXP-2026-004512.",
    ))
}
