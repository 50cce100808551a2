//! A row has a shape, of the kind that its layer holds, that Simple Features allows.
//!
//! Source: OGC 06-103r4 (ISO 19125-1), 6.1.11 Polygon and 6.1.14 `MultiPolygon`.

use geo_types::{Coord, Geometry, MultiLineString, MultiPolygon};

use crate::{
    collection::ShapeKind,
    geometry::{Fault, FaultKind, ParcelShape},
    survey::{Finding, RawShape, RuleCode},
};

/// The shape as it is published (always of the multi kind for areas and lines), or what is wrong with it.
///
/// A polygon that is not valid is given a proposed repair where that is safe: see [`super::vertices::cleaned`].
pub fn shape(raw: RawShape, kind: ShapeKind, row: u64) -> Result<Geometry<f64>, Box<Finding>> {
    let geometry = match raw {
        RawShape::Missing | RawShape::Empty => {
            return Err(Finding::new(RuleCode::EmptyShape, row).into());
        }
        RawShape::Unsupported(found) => return Err(of_kind(row, kind, &found)),
        RawShape::TooLarge(vertices) => {
            return Err(invalid(
                row,
                format!("tiene {vertices} vértices, más de los que se admiten"),
                None,
            ));
        }
        RawShape::NoSuchPlace => {
            return Err(Finding::new(RuleCode::DoubtfulCrs, row).into());
        }
        RawShape::Geometry(geometry) => geometry,
    };
    let found = name(&geometry);
    let published = match (kind, geometry) {
        (ShapeKind::Areas | ShapeKind::Any, Geometry::Polygon(polygon)) => {
            area(MultiPolygon(vec![polygon]), row)?
        }
        (ShapeKind::Areas | ShapeKind::Any, Geometry::MultiPolygon(polygons)) => {
            area(polygons, row)?
        }
        (ShapeKind::Lines | ShapeKind::Any, Geometry::LineString(line)) => {
            Geometry::MultiLineString(MultiLineString(vec![line]))
        }
        (ShapeKind::Lines, Geometry::MultiLineString(lines)) => Geometry::MultiLineString(lines),
        (ShapeKind::Any, Geometry::GeometryCollection(_)) => return Err(of_kind(row, kind, found)),
        (ShapeKind::Any, other) => other,
        _ => return Err(of_kind(row, kind, found)),
    };
    if coords_are_finite(&published) {
        Ok(published)
    } else {
        Err(invalid(row, defect(FaultKind::NotFinite).to_owned(), None))
    }
}

fn area(polygons: MultiPolygon<f64>, row: u64) -> Result<Geometry<f64>, Box<Finding>> {
    match ParcelShape::check(&polygons) {
        Ok(()) => Ok(Geometry::MultiPolygon(polygons)),
        Err(Fault {
            kind: FaultKind::Empty,
            ..
        }) => Err(Finding::new(RuleCode::EmptyShape, row).into()),
        Err(fault) => {
            let mut finding = invalid(row, defect(fault.kind).to_owned(), Some(fault.at));
            finding.fault = Some(Geometry::Point(fault.at.into()));
            finding.repair = super::vertices::cleaned(&polygons).map(Geometry::MultiPolygon);
            Err(finding)
        }
    }
}

fn invalid(row: u64, defect: String, at: Option<Coord<f64>>) -> Box<Finding> {
    Finding::new(RuleCode::InvalidShape, row)
        .with("defecto", defect)
        .at(at)
        .into()
}

fn of_kind(row: u64, kind: ShapeKind, found: &str) -> Box<Finding> {
    let expected = match kind {
        ShapeKind::Areas => "polígonos",
        ShapeKind::Lines => "líneas",
        ShapeKind::Any => "puntos, líneas o polígonos",
    };
    Finding::new(RuleCode::ShapeKind, row)
        .with("encontrado", found)
        .with("esperado", expected)
        .into()
}

fn coords_are_finite(geometry: &Geometry<f64>) -> bool {
    use geo::CoordsIter;
    geometry
        .coords_iter()
        .all(|c| c.x.is_finite() && c.y.is_finite())
}

fn name(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) | Geometry::MultiPoint(_) => "puntos",
        Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => "líneas",
        Geometry::Polygon(_)
        | Geometry::MultiPolygon(_)
        | Geometry::Rect(_)
        | Geometry::Triangle(_) => "polígonos",
        Geometry::GeometryCollection(_) => "una colección de geometrías",
    }
}

/// The defect in words that follow "La geometría no es válida:".
/// A fault in words.
pub fn defect(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::NotFinite => "tiene coordenadas que no son números",
        FaultKind::TooFewPoints => "un anillo tiene menos de tres vértices distintos",
        FaultKind::NotClosed => "un anillo no cierra",
        FaultKind::Empty => "no tiene ningún punto",
        FaultKind::SelfIntersection => "el contorno se cruza a sí mismo",
        FaultKind::Spike => {
            "el contorno tiene una espiga: va a un punto y vuelve por la misma línea"
        }
        FaultKind::RingSelfTouch => "un anillo se toca a sí mismo",
        FaultKind::HoleOutsideShell => "un hueco está fuera de su contorno",
        FaultKind::NestedHoles => "un hueco está dentro de otro",
        FaultKind::NestedShells => "una parte está dentro de otra",
        FaultKind::DuplicateRings => "un anillo está repetido",
        FaultKind::DisconnectedInterior => "el interior está partido en dos",
    }
}

#[cfg(test)]
mod tests {
    use geo_types::{point, polygon};

    use super::*;

    fn check(raw: RawShape, kind: ShapeKind, expected: Result<(), RuleCode>) {
        let found = shape(raw, kind, 1)
            .map(|_| ())
            .map_err(|finding| finding.rule);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_lot_is_a_valid_polygon() {
        let square = polygon![(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 0., y: 9.)];
        let bow = polygon![(x: 0., y: 0.), (x: 9., y: 9.), (x: 9., y: 0.), (x: 0., y: 9.)];
        check(
            RawShape::Geometry(square.clone().into()),
            ShapeKind::Areas,
            Ok(()),
        );
        check(
            RawShape::Geometry(bow.into()),
            ShapeKind::Areas,
            Err(RuleCode::InvalidShape),
        );
        check(
            RawShape::Geometry(square.into()),
            ShapeKind::Lines,
            Err(RuleCode::ShapeKind),
        );
        check(
            RawShape::Geometry(point!(x: 1., y: 1.).into()),
            ShapeKind::Areas,
            Err(RuleCode::ShapeKind),
        );
        check(
            RawShape::Unsupported("curvas".into()),
            ShapeKind::Areas,
            Err(RuleCode::ShapeKind),
        );
        check(
            RawShape::Missing,
            ShapeKind::Areas,
            Err(RuleCode::EmptyShape),
        );
        check(RawShape::Empty, ShapeKind::Any, Err(RuleCode::EmptyShape));
    }

    #[test]
    fn a_spike_and_a_repeated_vertex_are_proposed_away_and_a_bow_is_not() {
        let spiked = polygon![(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 0.), (x: 9., y: 5.), (x: 12., y: 5.),
            (x: 9., y: 5.), (x: 9., y: 9.), (x: 0., y: 9.)];
        let found = area(MultiPolygon(vec![spiked]), 4).expect_err("it is not valid");
        assert!(found.values[0].1.contains("espiga"), "{:?}", found.values);
        assert_eq!(found.at, Some(Coord { x: 12., y: 5. }));
        let Some(Geometry::MultiPolygon(repair)) = found.repair else {
            unreachable!("no repair");
        };
        assert!((crate::geometry::area_m2(&repair) - 81.0).abs() < 1e-9);
        let bow = polygon![(x: 0., y: 0.), (x: 9., y: 9.), (x: 9., y: 0.), (x: 0., y: 9.)];
        let found = area(MultiPolygon(vec![bow]), 4).expect_err("it is not valid");
        assert_eq!(found.repair, None);
    }
}
