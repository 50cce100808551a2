//! What projects and works share: features of a layer that the Institute keeps, each with its form and its place on a plan.

pub mod footprint;
pub mod form;

use domain::{
    geometry::{bounds, joined},
    survey::rules,
};
use geo_types::{Geometry, Point};
use office::Office;

use super::{drawing::Drawing, surroundings};

/// A plan on which each shape is a link: with its name and where it leads.
pub fn plan_of_links(
    office: &Office,
    shapes: Vec<(&Geometry<f64>, String, String)>,
    words: &str,
) -> Option<String> {
    /// On a wider drawing a footprint would be a speck, in metres.
    const SPECK_M: f64 = 4_000.0;
    let boxes = shapes.iter().filter_map(|(shape, ..)| bounds(*shape));
    let mut drawing = Drawing::of(boxes.reduce(joined)?, 0.15);
    surroundings::blocks(&office.feed.snapshot(), &mut drawing);
    let is_wide = drawing.window().width() > SPECK_M;
    for (shape, name, address) in shapes {
        let speck = rules::place::middle(shape).filter(|_| is_wide);
        match speck {
            Some(at) => drawing.link(&Geometry::Point(Point(at)), "falta", &name, &address),
            None => drawing.link(shape, look(shape), &name, &address),
        }
    }
    Some(drawing.svg(words))
}

/// How a footprint is drawn: ground is filled, a line is not.
fn look(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::LineString(_) | Geometry::MultiLineString(_) => "falta abierta",
        _ => "falta",
    }
}
