//! How the zones of a plan cover its perimeter.

use geo_types::MultiPolygon;

use crate::geometry::{PreparedArea, Scratch, ledger_with};

/// Square metres in projection.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Coverage {
    /// Of the perimeter, in no zone.
    pub uncovered_m2: f64,
    /// Of the perimeter, in more than one.
    pub doubly_m2: f64,
    /// Of the zones, outside the perimeter.
    pub outside_m2: f64,
}

/// Measures the zones of a plan against its perimeter, all of them valid shapes in EPSG:32718. A plan's zones tile it:
/// all three are next to nothing.
pub fn coverage(perimeter: &MultiPolygon<f64>, zones: &[&MultiPolygon<f64>]) -> Coverage {
    let mut scratch = Scratch::default();
    let prepared: Vec<PreparedArea> = zones.iter().map(|zone| PreparedArea::new(zone)).collect();
    let within = ledger_with(
        &mut scratch,
        perimeter,
        &prepared.iter().collect::<Vec<_>>(),
    );
    let around = PreparedArea::new(perimeter);
    let outside = zones
        .iter()
        .map(|zone| ledger_with(&mut scratch, zone, &[&around]).uncovered_m2);
    Coverage {
        outside_m2: outside.sum(),
        uncovered_m2: within.uncovered_m2,
        doubly_m2: within.doubly_covered_m2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::drawing::blocks;

    #[test]
    fn zones_tile_their_plan_or_it_is_said_where_not() {
        let [plan, tiled, torn] = ["pppp\npppp", "aabb\naabb", "aa.b\naa.b"].map(blocks);
        let of = |zones: &[(char, MultiPolygon<f64>)]| {
            coverage(
                &plan[0].1,
                &zones.iter().map(|(_, zone)| zone).collect::<Vec<_>>(),
            )
        };
        let whole = of(&tiled);
        assert!(
            whole.uncovered_m2.abs() + whole.doubly_m2.abs() + whole.outside_m2.abs() < 1e-6,
            "{whole:?}"
        );
        assert!((of(&torn).uncovered_m2 - 200.0).abs() < 1e-6);
        let twice = [tiled.clone(), torn.clone()].concat();
        assert!((of(&twice).doubly_m2 - 600.0).abs() < 1e-6);
        let part = coverage(&torn[1].1, &[&plan[0].1]);
        assert!((part.outside_m2 - 600.0).abs() < 1e-6);
    }
}
