//! The paper, the scale and the ground that is drawn.

use domain::{geometry::bounds, parcel::TechnicalData};
use geo_types::{MultiPolygon, Rect};
use serde::Serialize;

use super::Frame;
use crate::table::Table;

/// A sheet of paper; millimetres.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Sheet {
    /// Its name in the title block.
    pub nombre: &'static str,
    /// Width and height.
    pub ancho: f64,
    /// Height.
    pub alto: f64,
    /// Free border.
    pub margen: f64,
    /// Width of the map.
    pub mapa_ancho: f64,
    /// Height of the map.
    pub mapa_alto: f64,
    /// Rows of the table that fit beside the map.
    #[serde(skip)]
    pub rows_max: usize,
    /// Rows of boundaries that fit beside the map.
    #[serde(skip)]
    pub borders_max: usize,
}

const A4: Sheet = Sheet {
    nombre: "A4",
    ancho: 297.0,
    alto: 210.0,
    margen: 8.0,
    mapa_ancho: 191.0,
    mapa_alto: 194.0,
    rows_max: 13,
    borders_max: 9,
};
const A3: Sheet = Sheet {
    nombre: "A3",
    ancho: 420.0,
    alto: 297.0,
    margen: 10.0,
    mapa_ancho: 308.0,
    mapa_alto: 277.0,
    rows_max: 28,
    borders_max: 14,
};

/// Between the parcel and the edge of the map, in millimetres of paper: for neighbours, their codes and the grid's numbers.
const AROUND_MM: f64 = 24.0;

/// A larger sheet is taken where a small one would need a scale beyond this.
const SMALL_SHEET_UP_TO: u32 = 500;

/// How a parcel is laid out: sheet, scale, and the ground that the map shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Drawing {
    pub(crate) sheet: Sheet,
    /// Its map.
    pub frame: Frame,
}

/// The parcel does not fit on the largest sheet at the smallest scale.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("larger than the largest sheet")]
pub struct PlanTooLarge;

impl Drawing {
    /// The smallest sheet and the largest scale that hold a parcel, what is around it, and its table.
    pub fn of(shape: &MultiPolygon<f64>, data: &TechnicalData) -> Result<Self, PlanTooLarge> {
        let ground = bounds(shape).ok_or(PlanTooLarge)?;
        let small = Self::on(A4, ground).filter(|drawing| {
            drawing.frame.denominator <= SMALL_SHEET_UP_TO && Table::lines(data) <= A4.rows_max
        });
        small.or_else(|| Self::on(A3, ground)).ok_or(PlanTooLarge)
    }

    fn on(sheet: Sheet, ground: Rect<f64>) -> Option<Self> {
        let size = [sheet.mapa_ancho, sheet.mapa_alto];
        let frame = Frame::of(size, AROUND_MM, ground)?;
        Some(Self { sheet, frame })
    }
}

#[cfg(test)]
mod tests {
    use domain::parcel::technical_data;
    use geo_types::Polygon;

    use super::*;

    fn drawn(width: f64, depth: f64) -> Result<(&'static str, u32), PlanTooLarge> {
        let ring = vec![
            (0.0, 0.0),
            (width, 0.0),
            (width, depth),
            (0.0, depth),
            (0.0, 0.0),
        ];
        let lot = MultiPolygon(vec![Polygon::new(ring.into(), vec![])]);
        Drawing::of(&lot, &technical_data(&lot))
            .map(|drawing| (drawing.sheet.nombre, drawing.frame.denominator))
    }

    #[test]
    fn a_parcel_gets_the_largest_scale_that_holds_it() {
        assert_eq!(drawn(7.1, 5.0), Ok(("A4", 50)));
        assert_eq!(drawn(7.2, 5.0), Ok(("A4", 75)));
        assert_eq!(drawn(8.0, 20.0), Ok(("A4", 200)));
        assert_eq!(drawn(1_000.0, 800.0), Ok(("A3", 5000)));
        assert_eq!(drawn(40_000.0, 10.0), Err(PlanTooLarge));
    }
}
