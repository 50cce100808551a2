//! A parcel is no leftover of the drawing.
//!
//! Source: no sliver. Twice the area over the perimeter is the width of a strip: of a lot it is metres, of a leftover
//! between two borders centimetres.

use super::said;
use crate::{
    geometry::area_m2,
    survey::{Finding, RuleCode, fabric::Lot, tolerances::Sliver},
};

/// Whether a parcel is so thin that it is nobody's ground.
pub fn sliver(lot: &Lot<'_>, tolerances: Sliver) -> Option<Finding> {
    let (area, perimeter) = (area_m2(lot.shape), said::perimeter_m(lot.shape));
    let width = 2.0 * area / perimeter;
    (perimeter > 0.0 && width < tolerances.width.get()).then(|| {
        Finding::new(RuleCode::Sliver, lot.row)
            .of(lot.code)
            .with("codigo", lot.code)
            .with("area", said::square_metres(area))
            .with("ancho", said::metres(width))
            .at(said::inside(lot.shape))
            .fault(geo_types::Geometry::MultiPolygon(lot.shape.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::rules::samples::{lot, rectangle, tolerances};

    #[test]
    fn a_leftover_is_thin_and_a_narrow_lot_is_not() {
        let check = |width: f64, expected: Option<&str>| {
            let shape = rectangle(0.0, 0.0, width, 20.0);
            let found = sliver(&lot(&shape), tolerances().sliver);
            let said = found.as_ref().map(|finding| finding.values[2].1.as_str());
            assert_eq!(said, expected, "{width} m wide");
        };
        check(0.1, Some("0.10"));
        check(0.45, Some("0.44"));
        check(0.6, None);
        check(6.0, None);
    }
}
