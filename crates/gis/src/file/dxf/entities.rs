//! The lines and texts of a drawing's model space.

use std::path::Path;

use gdal::vector::{Feature, LayerAccess};
use geo_types::{Coord, Geometry, LineString, Polygon};

use crate::{
    file::{Format, OpenError, ShapeValue, shape, stored},
    library,
    limits::{FEATURES_MAX, SEGMENTS_MAX, TEXT_MAX},
};

/// A drawing.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub(super) lines: Vec<Line>,
    /// Hatches: programs that know polygons and no drawing write these.
    pub(super) fills: Vec<Fill>,
    pub(super) labels: Vec<Label>,
}

/// A line of any kind; arcs and splines as GDAL strokes them.
#[derive(Debug)]
pub(super) struct Line {
    /// Its place among the drawing's entities, from 1.
    pub(super) number: u64,
    pub(super) layer: String,
    pub(super) coords: LineString<f64>,
}

/// A filled polygon.
#[derive(Debug)]
pub(super) struct Fill {
    pub(super) layer: String,
    pub(super) polygon: Polygon<f64>,
}

/// A text, by where it is put.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) number: u64,
    pub(super) layer: String,
    pub(super) text: String,
    pub(super) at: Coord<f64>,
}

impl Line {
    /// Whether it encloses something by itself.
    pub(super) fn is_closed(&self, snap: f64) -> bool {
        match self.coords.0.as_slice() {
            [first, .., last] if self.coords.0.len() > 3 => {
                (first.x - last.x).hypot(first.y - last.y) <= snap
            }
            _ => false,
        }
    }
}

impl Drawing {
    pub(super) fn read(path: &Path) -> Result<Self, OpenError> {
        let dataset = stored::open_dataset(path, Format::Dxf, &[])?;
        // A second layer, of blocks, is there only where GDAL is asked not to put them in place.
        let mut layer = dataset
            .layer(0)
            .map_err(|error| stored::unreadable(&error))?;
        let place = |name: &str| {
            let mut fields = layer.defn().fields();
            fields.position(|field| field.name() == name)
        };
        let (name, text, paper) = (place("Layer"), place("Text"), place("PaperSpace"));
        let mut drawing = Self::default();
        let (mut number, mut vertices) = (0, 0);
        library::heed();
        for feature in layer.features() {
            number += 1;
            if number > FEATURES_MAX {
                return Err(OpenError::TooManyFeatures { count: number });
            }
            let value = |place: Option<usize>| {
                place.and_then(|place| feature.field_as_string(place).ok().flatten())
            };
            if value(paper).is_some_and(|paper| paper == "1") {
                continue;
            }
            let layer = value(name).unwrap_or_default();
            drawing.take(
                number,
                layer,
                value(text).as_deref(),
                &feature,
                &mut vertices,
            )?;
        }
        // A drawing that breaks off is not read as if it had ended.
        match library::heed().into_iter().next() {
            Some(detail) => Err(OpenError::Unreadable { detail }),
            None => Ok(drawing),
        }
    }

    fn take(
        &mut self,
        number: u64,
        layer: String,
        text: Option<&str>,
        feature: &Feature,
        vertices: &mut usize,
    ) -> Result<(), OpenError> {
        let Ok(found) = feature.geometry_by_index(0) else {
            return Ok(());
        };
        // Meshes are none of ours.
        let Ok(ShapeValue::Geometry(geometry)) = shape::read(found) else {
            return Ok(());
        };
        if let (Geometry::Point(point), Some(text)) = (&geometry, text) {
            let text = text.trim();
            if !text.is_empty() && text.len() <= TEXT_MAX && is_place(point.0) {
                self.labels.push(Label {
                    number,
                    layer,
                    text: text.split_whitespace().collect::<Vec<_>>().join(" "),
                    at: point.0,
                });
            }
            return Ok(());
        }
        let (mut lines, mut fills) = (Vec::new(), Vec::new());
        collect(geometry, &mut lines, &mut fills);
        for polygon in fills {
            *vertices += polygon.exterior().0.len();
            self.fills.push(Fill {
                layer: layer.clone(),
                polygon,
            });
        }
        for coords in lines {
            if coords.0.len() < 2 || !coords.0.iter().copied().all(is_place) {
                continue;
            }
            *vertices += coords.0.len();
            self.lines.push(Line {
                number,
                layer: layer.clone(),
                coords,
            });
        }
        // More than one layer may have: most are not the one that is read.
        if *vertices > 8 * SEGMENTS_MAX {
            return Err(OpenError::TooManyFeatures {
                count: *vertices as u64,
            });
        }
        Ok(())
    }

    /// The tolerance for this drawing's unit.
    pub(super) fn snap(&self) -> f64 {
        let is_degrees = |at: &Coord<f64>| at.x.abs() <= 180.0 && at.y.abs() <= 90.0;
        let mut places = self.lines.iter().flat_map(|line| &line.coords.0);
        if places.all(is_degrees) {
            super::SNAP_DEGREES
        } else {
            super::SNAP_M
        }
    }
}

fn is_place(at: Coord<f64>) -> bool {
    at.x.abs() < 1e9 && at.y.abs() < 1e9
}

/// The lines and polygons of a shape; a block put in place is a collection of them.
fn collect(
    geometry: Geometry<f64>,
    lines: &mut Vec<LineString<f64>>,
    fills: &mut Vec<Polygon<f64>>,
) {
    match geometry {
        Geometry::LineString(line) => lines.push(line),
        Geometry::MultiLineString(many) => lines.extend(many),
        Geometry::Polygon(polygon) => fills.push(polygon),
        Geometry::MultiPolygon(many) => fills.extend(many),
        Geometry::GeometryCollection(parts) => {
            for part in parts {
                collect(part, lines, fills);
            }
        }
        _ => {}
    }
}
