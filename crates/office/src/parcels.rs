//! A parcel by its code, now or in the past.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{collection::Collection, feature::Feature, id::CadastralCode, time::AsOf};

use crate::{Kind, Office, Problem, moment};

impl Office {
    /// The parcel with a code, as it held on a day and was known at a moment; now, where neither is named.
    pub async fn parcel(
        &self,
        code: &str,
        day: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
    ) -> Result<Feature, Problem> {
        let code = parse(code)?;
        match moment::of(day, known_at)? {
            None => {
                let snapshot = self.feed.snapshot();
                let found = snapshot.parcel(&code);
                found
                    .map(|(_, feature)| feature.clone())
                    .ok_or_else(|| absent(&code))
            }
            Some(as_of) => parcel_as_of(&self.store, &code, as_of)
                .await?
                .ok_or_else(|| absent(&code)),
        }
    }
}

/// No parcel has this code then.
pub(crate) fn absent(code: &CadastralCode) -> Problem {
    Problem::new(
        Kind::NotFound,
        format!("No hay un predio {code} en esa fecha."),
        "Compruebe el código; los lotes del servicio están en /ogc/collections/lotes/items.",
    )
}

/// Reads a code that somebody typed.
pub(crate) fn parse(code: &str) -> Result<CadastralCode, Problem> {
    code.parse().map_err(|_| {
        Problem::new(
            Kind::BadRequest,
            "El código de predio no está bien formado.",
            "Un código de lote tiene 14 dígitos (ubigeo 6, sector 2, manzana 3, lote 3); \
             uno provisional se escribe como P220101-7K3M9Q2XA1BC.",
        )
    })
}

/// A parcel in the archive.
pub(crate) async fn parcel_as_of(
    store: &store::Store,
    code: &CadastralCode,
    as_of: AsOf,
) -> Result<Option<Feature>, Problem> {
    let Ok(ubigeo) = code.ubigeo() else {
        return Ok(None);
    };
    Ok(store
        .feature_as_of(&Collection::Parcels, ubigeo, code.as_str(), as_of)
        .await?)
}
