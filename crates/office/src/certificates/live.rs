//! The shield: a later check shows the certificates in force of its parcel, and says what goes before what.

use domain::time::AsOf;
use store::{
    Store,
    certificates::{LiveRow, Protected},
};

use super::draft::kind;
use crate::{
    Problem,
    view::{Check, LiveCertificate},
};

/// The check, with the certificates of its parcel that held on its day, from the database.
pub(crate) async fn with_certificates(store: &Store, mut check: Check) -> Result<Check, Problem> {
    let as_of = AsOf {
        day: check.fecha,
        known_at: check.conocido_a,
    };
    let rows = match check.code() {
        Some(code) => store.live_certificates(code, as_of).await?,
        None => Vec::new(),
    };
    show(&mut check, &rows)?;
    Ok(check)
}

/// Puts the certificates of its parcel on a check, out of those that protect any. One may have expired since they were
/// read.
pub(crate) fn put_certificates(check: &mut Check, protected: &Protected) -> Result<(), Problem> {
    let rows = check.code().and_then(|code| protected.get(code));
    show(check, rows.map_or(&[], Vec::as_slice))
}

fn show(check: &mut Check, rows: &[LiveRow]) -> Result<(), Problem> {
    let code = check.code().unwrap_or_default();
    let live = rows
        .iter()
        .filter(|row| row.expires.is_none_or(|last| check.fecha <= last))
        .map(|row| shape(row, code));
    check.certificados_vigentes = Some(live.collect::<Result<_, _>>()?);
    Ok(())
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
