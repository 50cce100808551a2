//! Mapbox Vector Tile 2 as bytes.
//!
//! Written by hand: the format has four messages, and straight into bytes there is nothing in between to allocate for
//! each feature, which is most of what a tile costs. The tests read it back with GDAL.

use std::{borrow::Cow, collections::HashMap};

use super::{EXTENT, clip::Point};

/// A value of an attribute.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

/// What the shape of a feature is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Points.
    Points = 1,
    /// Lines.
    Lines = 2,
    /// Polygons.
    Areas = 3,
}

/// The commands of a shape, each point against the one before.
#[derive(Default)]
pub(super) struct Commands {
    bytes: Vec<u8>,
    at: Point,
}

const MOVE_TO: u64 = 1;
const LINE_TO: u64 = 2;
const CLOSE_PATH: u64 = 7;

impl Commands {
    /// Begins with the next feature.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.at = [0, 0];
    }

    /// Whether nothing was drawn.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A ring, without its first point again.
    pub(super) fn ring(&mut self, points: impl ExactSizeIterator<Item = Point>) {
        self.line(points);
        varint(&mut self.bytes, CLOSE_PATH | 1 << 3);
    }

    /// A line.
    pub(super) fn line(&mut self, mut points: impl ExactSizeIterator<Item = Point>) {
        let Some(first) = points.next() else { return };
        varint(&mut self.bytes, MOVE_TO | 1 << 3);
        self.go(first);
        varint(&mut self.bytes, LINE_TO | (points.len() as u64) << 3);
        for point in points {
            self.go(point);
        }
    }

    /// All points of a feature, as one command.
    pub(super) fn points(&mut self, points: &[Point]) {
        if points.is_empty() {
            return;
        }
        varint(&mut self.bytes, MOVE_TO | (points.len() as u64) << 3);
        for point in points {
            self.go(*point);
        }
    }

    fn go(&mut self, to: Point) {
        for (to, at) in to.into_iter().zip(self.at) {
            varint(&mut self.bytes, zigzag(to - at));
        }
        self.at = to;
    }
}

/// A layer of a tile, while it is written.
#[derive(Default)]
pub(super) struct Layer<'a> {
    features: Vec<u8>,
    keys: Vec<Cow<'a, str>>,
    values: Vec<u8>,
    value_count: u64,
    /// The values that come again, by their bytes.
    seen: HashMap<Vec<u8>, u64>,
    tags: Vec<u8>,
    scratch: Vec<u8>,
}

impl<'a> Layer<'a> {
    /// Adds an attribute to the next feature. `is_unique` says that no other feature has the same value, so that none
    /// is looked for.
    pub(super) fn attribute(&mut self, key: Cow<'a, str>, value: &Value<'_>, is_unique: bool) {
        let place = self.keys.iter().position(|known| *known == key);
        let place = place.unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        self.scratch.clear();
        encode(value, &mut self.scratch);
        let known = if is_unique {
            None
        } else {
            self.seen.get(&self.scratch).copied()
        };
        let index = known.unwrap_or_else(|| {
            let index = self.value_count;
            bytes(&mut self.values, 4, &self.scratch);
            self.value_count += 1;
            if !is_unique {
                self.seen.insert(self.scratch.clone(), index);
            }
            index
        });
        varint(&mut self.tags, place as u64);
        varint(&mut self.tags, index);
    }

    /// Ends the next feature.
    pub(super) fn feature(&mut self, id: u64, kind: Kind, shape: &Commands) {
        let body = &mut self.scratch;
        body.clear();
        number(body, 1, id);
        bytes(body, 2, &self.tags);
        number(body, 3, kind as u64);
        bytes(body, 4, &shape.bytes);
        bytes(&mut self.features, 2, body);
        self.tags.clear();
    }

    /// How long it has become.
    pub(super) fn len(&self) -> usize {
        self.features.len() + self.values.len()
    }

    /// Writes it as a member of a tile. Tiles that follow each other are one tile with the layers of all.
    pub(super) fn finish(self, name: &str, out: &mut Vec<u8>) {
        if self.features.is_empty() {
            return;
        }
        let mut body = Vec::with_capacity(self.len() + 256);
        number(&mut body, 15, 2);
        bytes(&mut body, 1, name.as_bytes());
        body.extend_from_slice(&self.features);
        for key in &self.keys {
            bytes(&mut body, 3, key.as_bytes());
        }
        body.extend_from_slice(&self.values);
        number(&mut body, 5, EXTENT.unsigned_abs());
        bytes(out, 3, &body);
    }
}

fn encode(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => bytes(out, 1, text.as_bytes()),
        Value::Number(value) => {
            varint(out, 3 << 3 | 1);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Value::Flag(value) => number(out, 7, u64::from(*value)),
    }
}

/// A field that is a number.
fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

/// A field that is a run of bytes: text, or a message.
fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_written_as_it_says() {
        // A polygon from (3,6) to (8,12) to (20,34): 4.3.5.
        let mut shape = Commands::default();
        shape.ring([[3, 6], [8, 12], [20, 34]].into_iter());
        assert_eq!(shape.bytes, [9, 6, 12, 18, 10, 12, 24, 44, 15]);
        shape.clear();
        shape.line([[2, 2], [2, 10], [10, 10]].into_iter());
        assert_eq!(shape.bytes, [9, 4, 4, 18, 0, 16, 16, 0]);
        shape.clear();
        shape.points(&[[5, 7], [3, 2]]);
        assert_eq!(shape.bytes, [17, 10, 14, 3, 9]);
    }

    #[test]
    fn a_value_that_comes_again_is_written_once() {
        let mut layer = Layer::default();
        for id in 1..=3 {
            layer.attribute("tipo".into(), &Value::Text("riesgo".into()), false);
            let mut shape = Commands::default();
            shape.points(&[[1, 1]]);
            layer.feature(id, Kind::Points, &shape);
        }
        assert_eq!((layer.value_count, layer.keys.len()), (1, 1));
        let mut out = Vec::new();
        Layer::default().finish("vacia", &mut out);
        assert!(out.is_empty());
        layer.finish("restricciones", &mut out);
        assert_eq!(out[0], 3 << 3 | 2);
    }
}
