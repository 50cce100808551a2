//! Some parcels of a file as they are written in it: by them its reference system is judged.

use std::ops::ControlFlow;

use domain::{collection::Collection, id::Ubigeo};
use geo_types::Geometry;
use gis::file::{ShapeValue, Want};
use serde::{Deserialize, Serialize};

use crate::{
    Refusal,
    normalise::{self, Name},
    open::Opened,
};

/// A parcel as the file has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sampled {
    /// Its code, where it has one that can be published.
    pub code: Option<String>,
    /// Its shape, in the coordinates of the file.
    pub shape: Geometry<f64>,
    /// The same in EPSG:32718, as the file is read; none where nobody says how.
    pub official: Option<Geometry<f64>>,
}

/// Rows that are looked at, from the first on: reading all of a large file twice would take as long again.
const ROWS: u64 = 2_000;
/// Parcels taken from them, evenly.
const PARCELS: u64 = 400;
/// A shape with more vertices is left out: it says no more than one with few.
const VERTICES_MAX: usize = 500;

impl Opened {
    /// Some of its parcels.
    pub fn sample(&self, collection: &Collection, ubigeo: Ubigeo) -> Result<Vec<Sampled>, Refusal> {
        let every = (self.count().min(ROWS) / PARCELS).max(1);
        let mut sample = Vec::new();
        let mut read = 0;
        let of_code = &self.columns.wanted[..self.columns.of_code];
        self.source.rows(of_code, Want::AttributesAndShape, |row| {
            read += 1;
            if let ShapeValue::Geometry(shape) = row.shape
                && read % every == 0
                && vertices(&shape) <= VERTICES_MAX
            {
                let name =
                    normalise::name(&row.values, &self.columns, collection, ubigeo, row.number);
                let code = match name {
                    Ok(Name::Code(code)) => Some(code),
                    _ => None,
                };
                let official = self.read_in.as_ref().and_then(|read_in| {
                    let mut official = shape.clone();
                    read_in.to_official.apply(&mut official).ok()?;
                    Some(official)
                });
                sample.push(Sampled {
                    code,
                    shape,
                    official,
                });
            }
            if read < ROWS {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        Ok(sample)
    }
}

fn vertices(shape: &Geometry<f64>) -> usize {
    use geo::CoordsIter;
    shape.coords_count()
}
