//! Municipalities.

use domain::{id::Ubigeo, province::Municipality};
use geo_types::{Geometry, MultiPolygon};

use crate::{Act, Error, Store, geometry::Official};

type Row = (String, String, String, Official, f64, bool);

impl Store {
    /// All municipalities of the service, by ubigeo.
    pub async fn municipalities(&self) -> Result<Vec<Municipality>, Error> {
        municipalities(&self.pool).await
    }
}

pub(crate) async fn municipalities<'c>(
    executor: impl sqlx::PgExecutor<'c>,
) -> Result<Vec<Municipality>, Error> {
    sqlx::query_as::<_, Row>(
        "select ubigeo, name, province, outline, accuracy_m, demonstration from municipality order by ubigeo",
    )
    .fetch_all(executor)
    .await?
    .into_iter()
    .map(municipality)
    .collect()
}

impl Act {
    /// Takes a municipality into the service; one that is there already stays as it is.
    pub async fn register(
        &mut self,
        municipality: &Municipality,
        source: &str,
    ) -> Result<(), Error> {
        sqlx::query(
            "insert into municipality (ubigeo, name, province, province_code, outline, accuracy_m, source, demonstration)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (ubigeo) do nothing",
        )
        .bind(municipality.ubigeo.as_str())
        .bind(&municipality.name)
        .bind(&municipality.province)
        .bind(municipality.ubigeo.province())
        .bind(Official(Geometry::MultiPolygon(municipality.outline.clone())))
        .bind(municipality.accuracy_m)
        .bind(source)
        .bind(municipality.demonstration)
        .execute(&mut *self.draft.tx)
        .await?;
        Ok(())
    }
}

fn municipality(
    (ubigeo, name, province, outline, accuracy_m, demonstration): Row,
) -> Result<Municipality, Error> {
    let wrong = |what: &str| Error::Row {
        table: "municipality",
        key: ubigeo.clone(),
        what: what.to_owned(),
    };
    let parsed: Ubigeo = ubigeo
        .parse()
        .map_err(|_| wrong("ubigeo is not six digits"))?;
    let Geometry::MultiPolygon(outline) = outline.0 else {
        return Err(wrong("outline is no multipolygon"));
    };
    Ok(Municipality {
        ubigeo: parsed,
        name,
        province,
        outline: MultiPolygon(outline.0),
        accuracy_m,
        demonstration,
    })
}
