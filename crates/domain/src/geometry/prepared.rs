//! A zone made ready to be asked many times.

use geo_types::{Coord, MultiPolygon, Rect};

use super::{
    area::area_m2,
    predicates::passes_right_of,
    stripes::{Edge, Stripes, edges_of},
};

/// The area of a zone or an overlay, its edges sorted into stripes. Inside is what an odd number of rings
/// surrounds, so holes and parts need no distinction.
#[derive(Clone, Debug)]
pub struct PreparedArea {
    edges: Vec<Edge>,
    stripes: Stripes,
    bounds: Option<Rect<f64>>,
    area_m2: f64,
}

impl PreparedArea {
    /// Prepares a shape, which should be valid; time grows with the number of its vertices.
    pub fn new(shape: &MultiPolygon<f64>) -> Self {
        let rings = shape
            .0
            .iter()
            .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
        let edges: Vec<Edge> = rings.flat_map(edges_of).collect();
        Self {
            stripes: Stripes::new(&edges),
            bounds: bounds(&edges),
            area_m2: area_m2(shape),
            edges,
        }
    }

    /// Its own area, by the shoelace rule.
    pub fn area_m2(&self) -> f64 {
        self.area_m2
    }

    /// The box around it; `None` if it is empty.
    pub fn bounds(&self) -> Option<Rect<f64>> {
        self.bounds
    }

    /// Whether a point lies inside. On the border the answer is the same each time, but either: of two areas
    /// that share a border, a point on it is inside exactly one.
    pub fn point_in(&self, point: Coord<f64>) -> bool {
        let Some(bounds) = self.bounds else {
            return false;
        };
        if point.y < bounds.min().y
            || point.y > bounds.max().y
            || point.x < bounds.min().x
            || point.x > bounds.max().x
        {
            return false;
        }
        self.is_odd_right_of(point)
    }

    /// Whether its ground or its border has a point in common with a box, or comes so near that rounding could hide it.
    pub fn touches_box(&self, area: Rect<f64>) -> bool {
        let mut met = false;
        self.each_edge_near(area, |_| met = true);
        met || self.point_in(area.min())
    }

    /// The parity of the edges strictly right of a point, at its height: exact, so that it agrees with
    /// [`passes_right_of`] asked again for single edges.
    pub(super) fn is_odd_right_of(&self, point: Coord<f64>) -> bool {
        let stripe = self.stripes.listed(self.stripes.of(point.y)).iter();
        stripe
            .filter(|&&number| {
                let edge = &self.edges[number as usize];
                passes_right_of(edge.from, edge.to, point)
            })
            .count()
            % 2
            == 1
    }

    /// Calls `visit` for each edge that has a point in common with the box, or misses it by so little that
    /// rounding could hide it.
    pub(crate) fn each_edge_near(&self, area: Rect<f64>, mut visit: impl FnMut(&Edge)) {
        let (min, max) = (area.min(), area.max());
        if self.bounds.is_none_or(|own| {
            own.min().x > max.x || own.max().x < min.x || own.min().y > max.y || own.max().y < min.y
        }) {
            return;
        }
        self.stripes
            .each_between(&self.edges, min.y, max.y, |edge| {
                let apart = edge.x_min() > max.x
                    || edge.x_max() < min.x
                    || edge.y_min() > max.y
                    || edge.y_max() < min.y;
                if !apart && !passes_by(edge, min, max) {
                    visit(edge);
                }
            });
    }
}

/// Whether the whole box lies clearly to one side of the edge's line.
fn passes_by(edge: &Edge, min: Coord<f64>, max: Coord<f64>) -> bool {
    let along = edge.to - edge.from;
    let offset = Coord {
        x: f64::midpoint(min.x, max.x),
        y: f64::midpoint(min.y, max.y),
    } - edge.from;
    let reach = along.x.abs() * (max.y - min.y) / 2.0 + along.y.abs() * (max.x - min.x) / 2.0;
    // Far above rounding (1e-16 of the products), far below any edge worth skipping.
    let doubt = 1e-12 * ((along.x * offset.y).abs() + (along.y * offset.x).abs())
        + 1e-9 * (along.x.abs() + along.y.abs());
    (along.x * offset.y - along.y * offset.x).abs() > reach + doubt
}

fn bounds(edges: &[Edge]) -> Option<Rect<f64>> {
    let first = edges.first()?.from;
    let (min, max) = edges.iter().fold((first, first), |(min, max), edge| {
        (
            Coord {
                x: min.x.min(edge.x_min()),
                y: min.y.min(edge.y_min()),
            },
            Coord {
                x: max.x.max(edge.x_max()),
                y: max.y.max(edge.y_max()),
            },
        )
    });
    Some(Rect::new(min, max))
}
