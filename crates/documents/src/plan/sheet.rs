//! The paper, the scale and the ground that is drawn.

use domain::{geometry::bounds, parcel::TechnicalData};
use geo_types::{Coord, MultiPolygon, Rect};
use serde::Serialize;

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

/// The scales of plans: 1 to so many.
const SCALES: [u32; 20] = [
    50, 75, 100, 125, 200, 250, 500, 750, 1000, 1250, 2000, 2500, 5000, 7500, 10_000, 15_000,
    20_000, 25_000, 50_000, 100_000,
];

/// Between the parcel and the edge of the map, in millimetres of paper: for neighbours, their codes and the grid's numbers.
const AROUND_MM: f64 = 24.0;

/// A larger sheet is taken where a small one would need a scale beyond this.
const SMALL_SHEET_UP_TO: u32 = 500;

/// How a parcel is laid out: sheet, scale, and the ground that the map shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Drawing {
    pub(crate) sheet: Sheet,
    /// One to so many.
    pub denominator: u32,
    /// The ground of the map in EPSG:32718.
    pub window: Rect<f64>,
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
            drawing.denominator <= SMALL_SHEET_UP_TO && Table::lines(data) <= A4.rows_max
        });
        small.or_else(|| Self::on(A3, ground)).ok_or(PlanTooLarge)
    }

    fn on(sheet: Sheet, ground: Rect<f64>) -> Option<Self> {
        let room = |mm: f64| (mm - 2.0 * AROUND_MM) / 1000.0;
        let denominator = SCALES.into_iter().find(|denominator| {
            let holds = |metres: f64, mm: f64| metres <= room(mm) * f64::from(*denominator);
            holds(ground.width(), sheet.mapa_ancho) && holds(ground.height(), sheet.mapa_alto)
        })?;
        let half = |mm: f64| mm / 2000.0 * f64::from(denominator);
        let reach = Coord {
            x: half(sheet.mapa_ancho),
            y: half(sheet.mapa_alto),
        };
        Some(Self {
            sheet,
            denominator,
            window: Rect::new(ground.center() - reach, ground.center() + reach),
        })
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
            .map(|drawing| (drawing.sheet.nombre, drawing.denominator))
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
