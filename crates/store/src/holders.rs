//! Who holds a parcel. Personal data (Ley 29733): read and written within an act only, so that each reading is
//! recorded, and by whom row security lets.

use domain::id::Ubigeo;

use crate::{Act, Error};

/// Somebody who holds a parcel.
#[derive(Clone, PartialEq, Debug)]
pub struct Holder {
    /// The person's or company's name.
    pub full_name: String,
    /// `DNI`, `RUC`, `CE`, `pasaporte`.
    pub document_kind: String,
    /// Its number.
    pub document_number: String,
    /// `propietario`, `poseedor`, `arrendatario`…
    pub tenure: String,
    /// Part of the whole, over 0 up to 1.
    pub share: f64,
}

type Row = (String, String, String, String, f64);

impl Act {
    /// Who holds a parcel now, in the order in which they were written.
    pub async fn holders(&mut self, ubigeo: Ubigeo, code: &str) -> Result<Vec<Holder>, Error> {
        Ok(sqlx::query_as::<_, Row>(
            "select full_name, document_kind, document_number, tenure, share from personal.holder
             where ubigeo = $1 and code = $2 and upper_inf(recorded) order by position",
        )
        .bind(ubigeo.as_str())
        .bind(code)
        .fetch_all(&mut *self.draft.tx)
        .await?
        .into_iter()
        .map(
            |(full_name, document_kind, document_number, tenure, share)| Holder {
                full_name,
                document_kind,
                document_number,
                tenure,
                share,
            },
        )
        .collect())
    }

    /// Closes who held a parcel and writes who holds it now.
    pub async fn replace_holders(
        &mut self,
        ubigeo: Ubigeo,
        code: &str,
        holders: &[Holder],
    ) -> Result<(), Error> {
        let at = self.recorded_at();
        sqlx::query(
            "update personal.holder set recorded = tstzrange(lower(recorded), $3)
             where ubigeo = $1 and code = $2 and upper_inf(recorded)",
        )
        .bind(ubigeo.as_str())
        .bind(code)
        .bind(at)
        .execute(&mut *self.draft.tx)
        .await?;
        for (position, holder) in (1_i32..).zip(holders) {
            sqlx::query(
                "insert into personal.holder (ubigeo, code, position, full_name, document_kind, document_number, tenure,
                                              share, recorded, written_by)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, tstzrange($9, null), $10)",
            )
            .bind(ubigeo.as_str())
            .bind(code)
            .bind(position)
            .bind(&holder.full_name)
            .bind(&holder.document_kind)
            .bind(&holder.document_number)
            .bind(&holder.tenure)
            .bind(holder.share)
            .bind(at)
            .bind(self.actor_name())
            .execute(&mut *self.draft.tx)
            .await?;
        }
        Ok(())
    }
}
