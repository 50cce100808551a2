//! The shield: a later check shows the certificates in force of its parcel, and says what goes before what.

use domain::time::AsOf;
use store::{Store, certificates::LiveRow};

use super::draft::kind;
use crate::{
    Problem,
    view::{Check, LiveCertificate},
};

/// The check, with the certificates of its parcel that held on its day.
pub(crate) async fn with_certificates(store: &Store, mut check: Check) -> Result<Check, Problem> {
    let Some(code) = check
        .predio
        .as_ref()
        .and_then(|parcel| parcel.codigo.clone())
    else {
        check.certificados_vigentes = Some(Vec::new());
        return Ok(check);
    };
    let as_of = AsOf {
        day: check.fecha,
        known_at: check.conocido_a,
    };
    let rows = store.live_certificates(&code, as_of).await?;
    let live = rows.iter().map(|row| shape(row, &code));
    check.certificados_vigentes = Some(live.collect::<Result<_, _>>()?);
    Ok(check)
}

fn shape(row: &LiveRow, asked: &str) -> Result<LiveCertificate, Problem> {
    let (_, rules) = kind(row.kind.name())?;
    Ok(LiveCertificate {
        numero: row.number.to_string(),
        tipo: row.kind.name(),
        titulo: rules.title,
        emitido: row.issued,
        vence: row.expires,
        codigo: row.code.to_string(),
        de_predio_anterior: (row.parcel != asked).then(|| row.parcel.clone()),
        prevalece: rules.prevails.map(|prevails| prevails.sentence_with_law()),
    })
}
