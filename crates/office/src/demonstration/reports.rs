//! The demonstration's indicators, computed, and a report of it that one planner drafts and another signs.

use std::path::Path;

use domain::{
    institute::{DossierCode, DossierKind, Period, report::ReportCode},
    people::Actor,
};
use store::{Store, people::accounts::By};

use super::broken;
use crate::{
    Problem, indicators, moment, people,
    people::first::{FIRST_PLANNER, SECOND_PLANNER},
    reports::{self, EditedReport, NewReport, Section, Signature, SigningPlace},
};

/// The report that is signed.
const REPORT: &str = "2026-T2";

/// Periods that are computed, where they are over.
const PERIODS: [&str; 4] = ["2026-T1", "2026-T2", "2026-T3", "2026-S1"];

/// Computes the indicators and signs the report, once.
pub async fn reports(
    store: &Store,
    operator: &Actor,
    folder: &Path,
    address: Option<&str>,
) -> Result<(), Problem> {
    let name: DossierCode = REPORT.parse().map_err(|error| broken(&error))?;
    let code: ReportCode = REPORT.parse().map_err(|error| broken(&error))?;
    let begun = store.dossier(DossierKind::Report, &name, None).await?;
    let today = moment::now().day;
    if begun.is_some() || code.period.last() >= today {
        return Ok(());
    }
    // Somebody may have taken one of them away.
    let (Some(author), Some(signer)) = (
        planner(store, FIRST_PLANNER).await?,
        planner(store, SECOND_PLANNER).await?,
    ) else {
        return Ok(());
    };
    for text in PERIODS {
        let period: Period = text.parse().map_err(|error| broken(&error))?;
        if period.last() < today {
            indicators::compute_all(store, operator, period, period.span()).await?;
        }
    }
    let new = NewReport {
        periodo: REPORT.to_owned(),
        eje: None,
        titulo: Some("Informe del segundo trimestre de 2026 (demostración)".to_owned()),
    };
    reports::draft_report(store, &author, &new).await?;
    let edited = EditedReport {
        version: 1,
        titulo: new.titulo.unwrap_or_default(),
        secciones: [
            ("urbano", "Las zonas de los planes de demostración cubren sus perímetros.\n\nLos valores de este informe son inventados."),
            ("institucional", "El catastro de demostración está completo; lo que se publique después se ve al comprobar este informe."),
        ]
        .map(|(axis, text)| Section {
            eje: axis.to_owned(),
            texto: text.to_owned(),
        })
        .into(),
    };
    reports::edit(store, &author, REPORT, &edited).await?;
    let place = SigningPlace { folder, address };
    let signature = Signature {
        cargo: "Directora del Instituto (demostración)".to_owned(),
        huella: reports::mark_now(store, &code).await?,
    };
    reports::sign_report(store, &signer, &place, &code, &signature).await
}

async fn planner(store: &Store, login: &str) -> Result<Option<Actor>, Problem> {
    let row = store.account(By::Login(login)).await?;
    Ok(row.as_ref().and_then(people::actor))
}
