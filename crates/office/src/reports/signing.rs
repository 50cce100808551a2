//! Signing: what a report says is frozen with its figures, sealed with the service's key, and printed, in one act.

use std::{collections::BTreeMap, path::Path};

use ::documents::{ReportIndicator, ReportRow, ReportSection, ReportSheet};
use domain::{
    id::Ubigeo,
    institute::{DossierKind, report::ReportCode},
    people::{Action, Actor, Decider},
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{
    Act, Store, certificates::Seal, people::accounts::By, sealed_reports::NewSealedReport,
};

use super::{
    AxisName, Report, ReportFigures, ReportValue, State, draft, gathering, kept, mark, sha256,
    shape::{Sealed, SealedPeriod, Signatory},
    unreadable,
};
use crate::{
    Kind, Problem,
    certificates::{keys, signature},
    dossiers::{self, Kept, Written},
    people::require,
    problem,
};

/// What who signs says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The post, as it is written below the signature.
    pub cargo: String,
    /// What they have read: the report's `huella`.
    pub huella: String,
}

/// With what reports are signed, and where anybody verifies them.
#[derive(Clone, Copy, Debug)]
pub struct SigningPlace<'a> {
    /// Folder of the private keys.
    pub folder: &'a Path,
    /// How people write the service's address; none where nobody has said.
    pub address: Option<&'a str>,
}

/// Signs a report that others drafted.
pub async fn sign_report(
    store: &Store,
    actor: &Actor,
    place: &SigningPlace<'_>,
    code: &ReportCode,
    said: &Signature,
) -> Result<(), Problem> {
    require(actor, Action::SignReport, None)?;
    let account = actor.account().ok_or_else(nobody)?;
    let text = code.to_string();
    let cargo = said.cargo.trim();
    if !(3..=120).contains(&cargo.chars().count()) {
        return Err(Problem::new(
            Kind::BadRequest,
            "Falta «cargo».",
            "El cargo de quien firma, como va debajo de la firma: Directora del Instituto.",
        ));
    }
    kept(store, &text).await?;
    // Nothing is recorded while we hold the act: what is gathered is what is in force.
    let mut act = store.begin(actor).await?;
    if act.is_sealed(&text).await? {
        return Err(draft::signed(&text));
    }
    if code.period.last() >= act.day() {
        return Err(Problem::new(
            Kind::Refused,
            format!("{} todavía no termina.", code.period),
            "Se firma desde el día siguiente al último del periodo.",
        ));
    }
    for author in draft::writers(store, &text).await? {
        Decider::new(actor, author).map_err(|_| same_person())?;
    }
    let report = kept(store, &text).await?;
    let municipalities = store.municipalities().await?;
    let names: BTreeMap<Ubigeo, String> = municipalities
        .iter()
        .map(|one| (one.ubigeo, one.name.clone()))
        .collect();
    let (previous, sections) = gathering::gather(store, &names, code, &report).await?;
    if mark(&report.content.titulo, &sections)? != said.huella {
        return Err(Problem::new(
            Kind::Conflict,
            "El informe cambió desde que usted lo leyó.",
            "Vuelva a cargarlo, léalo y fírmelo: la huella dice qué leyó.",
        ));
    }
    let signer = act
        .account(By::Id(account))
        .await?
        .ok_or_else(problem::people::no_account)?;
    let sealed = Sealed {
        tipo: "informe".to_owned(),
        codigo: text.clone(),
        titulo: report.content.titulo.clone(),
        periodo: SealedPeriod {
            codigo: code.period.to_string(),
            nombre: code.period.words(),
            desde: code.period.first(),
            hasta: code.period.last(),
        },
        eje: code.axis.as_deref().map(AxisName::of),
        provincia: municipalities
            .first()
            .map(|one| one.province.clone())
            .unwrap_or_default(),
        anterior: previous,
        secciones: sections,
        elaborado_por: draft::authors(store, &text).await?,
        firmado_por: Signatory {
            nombre: signer.full_name,
            cargo: cargo.to_owned(),
        },
        version_expediente: report.version,
        version_datos: act.number().0 - 1,
        conocido_a: act.recorded_at(),
        fecha: act.day(),
        auditoria: act.audit_head().await?.to_string(),
        demostracion: report.content.demostracion,
    };
    seal(act, place, &report, &sealed).await
}

/// The mark of a draft as it is now, for who signs it unseen: the demonstration.
pub(crate) async fn mark_now(store: &Store, code: &ReportCode) -> Result<String, Problem> {
    let report = kept(store, &code.to_string()).await?;
    let names = store.municipalities().await?;
    let names: BTreeMap<Ubigeo, String> = names
        .into_iter()
        .map(|one| (one.ubigeo, one.name))
        .collect();
    let (_, sections) = gathering::gather(store, &names, code, &report).await?;
    mark(&report.content.titulo, &sections)
}

async fn seal(
    mut act: Act,
    place: &SigningPlace<'_>,
    report: &Kept<Report>,
    sealed: &Sealed,
) -> Result<(), Problem> {
    let key = keys::in_use(&mut act, place.folder).await?;
    let content = serde_json::to_value(sealed).map_err(|error| unreadable(&error))?;
    let seal = signature::sign(&key, &content);
    let sheet = sheet(sealed, &seal, place.address);
    let printed = tokio::task::spawn_blocking(move || {
        ::documents::report(&sheet).and_then(|document| document.pdf())
    });
    let pdf = printed
        .await
        .map_err(|error| unreadable(&error))?
        .map_err(|error| unreadable(&error))?;
    let pdf_sha256: [u8; 32] = Sha256::digest(&pdf).into();
    act.seal_report(&NewSealedReport {
        code: &sealed.codigo,
        change: sealed.version_datos,
        seal: &seal,
        pdf: &pdf,
        pdf_sha256,
    })
    .await?;
    let code = sealed.codigo.parse().map_err(|error| unreadable(&error))?;
    let written = Written {
        kind: DossierKind::Report,
        code: &code,
        ubigeo: None,
        content: &Report {
            estado: State::Signed,
            ..report.content.clone()
        },
        after: report.version,
        action: "informe.firma",
    };
    let mut deed = dossiers::write(&mut act, &written).await?;
    deed.content = json!({
        "version": report.version + 1,
        "llave": seal.key,
        "contenido_sha256": sha256(seal.payload.as_bytes()),
        "pdf_sha256": sha256(&pdf),
        "version_datos": sealed.version_datos,
    });
    act.commit(&deed).await?;
    Ok(())
}

/// What is printed: nothing but what is signed, and the proof of it.
fn sheet(sealed: &Sealed, seal: &Seal, address: Option<&str>) -> ReportSheet {
    let path = format!("/informes/{}/verificacion", sealed.codigo);
    let axes: Vec<&str> = sealed
        .secciones
        .iter()
        .map(|section| section.eje.nombre.as_str())
        .collect();
    ReportSheet {
        code: sealed.codigo.clone(),
        title: sealed.titulo.clone(),
        province: sealed.provincia.clone(),
        period: sealed.periodo.nombre.clone(),
        axes: axes.join("; "),
        previous: sealed.anterior.clone(),
        sections: sealed
            .secciones
            .iter()
            .map(|section| ReportSection {
                name: section.eje.nombre.clone(),
                text: section.texto.clone(),
                indicators: section.cifras.iter().map(printed).collect(),
            })
            .collect(),
        drafted_by: sealed.elaborado_por.join(", "),
        signed_by: (
            sealed.firmado_por.nombre.clone(),
            sealed.firmado_por.cargo.clone(),
        ),
        issued_on: sealed.fecha,
        version: sealed.version_datos,
        address: match address {
            Some(address) => format!("{}{path}", address.trim_end_matches('/')),
            None => path,
        },
        proof: [
            (
                "Firmado",
                sealed
                    .conocido_a
                    .format("%Y-%m-%d %H:%M:%S UTC")
                    .to_string(),
            ),
            ("SHA-256 de lo firmado", sha256(seal.payload.as_bytes())),
            ("Llave (Ed25519)", seal.key.clone()),
            ("Auditoría", sealed.auditoria.clone()),
        ]
        .map(|(name, value)| [name.to_owned(), value])
        .into(),
        demonstration: sealed.demostracion,
    }
}

fn printed(figures: &ReportFigures) -> ReportIndicator {
    ReportIndicator {
        name: figures.nombre.clone(),
        unit: figures.unidad.clone(),
        period: figures.periodo.clone(),
        target: figures
            .meta
            .map(|meta| (meta.value, meta.period.to_string())),
        rows: figures
            .valores
            .iter()
            .map(|value| ReportRow {
                place: value.lugar.clone(),
                value: value.valor,
                before: value.anterior.as_ref().map(|before| before.valor),
                difference: value.anterior.as_ref().map(|before| before.diferencia),
                origin: origin(value),
            })
            .collect(),
    }
}

fn origin(value: &ReportValue) -> String {
    match (&value.origen, &value.documento, &value.nota) {
        (Some(origin), _, _) => format!(
            "calculado al {}, versión {}, consulta {}",
            origin.fecha.format("%d/%m/%Y"),
            origin.version_datos,
            origin.consulta_sha256.get(..8).unwrap_or_default()
        ),
        (None, Some(paper), _) => format!(
            "{}, SHA-256 {}…",
            paper.nombre,
            paper.sha256.get(..8).unwrap_or_default()
        ),
        (None, None, Some(note)) => note.clone(),
        (None, None, None) => "escrito".to_owned(),
    }
}

fn same_person() -> Problem {
    Problem::new(
        Kind::Forbidden,
        "Quien redactó o editó un informe no lo firma.",
        "Lo firma otra persona con la función de planificador.",
    )
}

fn nobody() -> Problem {
    Problem::new(
        Kind::Forbidden,
        "Un informe lo firma una persona con cuenta.",
        "Ingrese con su cuenta y fírmelo en su página.",
    )
}
