//! A layer on a tile.

use domain::{
    collection::Collection,
    feature::Feature,
    plan::{Theme, palette::Palette},
};
use geo_types::Geometry;

use super::{
    EXTENT, Place, ZOOM_MAX,
    attributes::{self, Colours},
    clip::{self, Lies, Point},
    shape::{Run, each_run},
    tidy,
    wire::{self, Commands, Kind},
};
use crate::{Layer, Snapshot};

/// Below this zoom lots have no shape: blocks and sectors stand for them.
const LOTS_FROM: u8 = 12;
/// A lot of this size, in units of its tile, is always drawn: four pixels of 512. Of smaller ones so many are drawn as
/// they are large: half of those with half the size. Which ones is decided by their codes, so that a tile and its
/// neighbour decide alike, and who is drawn at one zoom is drawn at all deeper ones.
const LOT_SIZE: f64 = 256.0;
/// From this zoom on all vertices are drawn to the unit (sixty centimetres); before, to half a pixel of 512.
const EXACT_FROM: u8 = 14;
/// Half a pixel is four units: two bits.
const COARSE_BITS: u8 = 2;
/// Most features of a layer on a tile. Of more the largest are drawn.
pub const FEATURES_MAX: usize = 20_000;
/// Rings of up to so many points are looked at for edges that cross.
const LOOKED_AT_MAX: usize = 48;

/// Most bytes of a layer on a tile, before it is packed: what a browser reads without a halt, and less for overviews.
/// Beyond them only the largest features are drawn: a tile is never refused.
pub fn bytes_max(zoom: u8) -> usize {
    if zoom < EXACT_FROM { 1 << 19 } else { 1 << 21 }
}

/// Whether a layer is drawn at a zoom.
pub fn shows(collection: &Collection, zoom: u8) -> bool {
    *collection != Collection::Parcels || zoom >= LOTS_FROM
}

/// A layer in force on a tile, as bytes; none at all where nothing of it is there.
pub fn draw(
    snapshot: &Snapshot,
    collection: &Collection,
    place: Place,
    palette: &Palette,
) -> Vec<u8> {
    let layers: Vec<&Layer> = snapshot
        .layers_of(collection)
        .map(|(_, layer)| layer)
        .collect();
    draw_land(&layers, collection, place, palette, &snapshot.themes)
}

/// The same of a layer's parts by municipality.
pub fn draw_land(
    layers: &[&Layer],
    collection: &Collection,
    place: Place,
    palette: &Palette,
    themes: &[Theme],
) -> Vec<u8> {
    let mut out = Vec::new();
    if !shows(collection, place.zoom()) {
        return out;
    }
    let mut pen = Pen::new(place);
    let mut found = pen.found(layers, collection, place);
    if found.len() > FEATURES_MAX {
        keep_largest(&mut found, FEATURES_MAX);
    }
    let colours = Colours { palette, themes };
    let bytes_max = bytes_max(place.zoom());
    loop {
        let written = pen.write(&found, collection, colours);
        let length = written.len();
        if length <= bytes_max || found.len() < 2 {
            written.finish(collection.name(), &mut out);
            return out;
        }
        // A little less than fits, as features are not all alike.
        let fitting = found.len() * (bytes_max / 64) / (length / 64 + 1);
        keep_largest(&mut found, (fitting * 9 / 10).max(1));
    }
}

/// A feature that may be on a tile.
struct Candidate<'a> {
    layer: &'a Layer,
    index: usize,
    feature: &'a Feature,
    dots: &'a [[u32; 2]],
    /// Square units.
    size: f64,
}

/// Keeps the largest, and them in their order.
fn keep_largest(found: &mut Vec<Candidate<'_>>, count: usize) {
    let mut ranks: Vec<(f64, f64, usize)> = found
        .iter()
        .enumerate()
        .map(|(index, one)| (-one.size, attributes::lot(one.feature), index))
        .collect();
    ranks.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut is_kept = vec![false; found.len()];
    for (_, _, index) in ranks.into_iter().take(count) {
        is_kept[index] = true;
    }
    let mut is_kept = is_kept.into_iter();
    found.retain(|_| is_kept.next().unwrap_or_default());
}

/// Draws features of one tile, one after the other.
struct Pen {
    /// Bits of a dot below a unit.
    shift: u8,
    coarse: u8,
    origin: Point,
    ring: Vec<Point>,
    scratch: Vec<Point>,
    commands: Commands,
}

impl Pen {
    fn new(place: Place) -> Self {
        Self {
            shift: ZOOM_MAX - place.zoom(),
            coarse: if place.zoom() < EXACT_FROM {
                COARSE_BITS
            } else {
                0
            },
            origin: place.origin(),
            ring: Vec::new(),
            scratch: Vec::new(),
            commands: Commands::default(),
        }
    }

    /// The features whose boxes meet the tile and that are large enough for it, by municipality and code.
    fn found<'a>(
        &self,
        layers: &[&'a Layer],
        collection: &Collection,
        place: Place,
    ) -> Vec<Candidate<'a>> {
        let mut found = Vec::new();
        let Ok(Some(ground)) = place.ground() else {
            return found;
        };
        let is_thinned = *collection == Collection::Parcels;
        for layer in layers {
            let Some(projected) = layer.projected() else {
                continue;
            };
            let mut near: Vec<usize> = layer.near(ground).collect();
            near.sort_unstable();
            for index in near {
                let dots = projected.dots(index);
                let Some(feature) = layer.features().get(index) else {
                    continue;
                };
                if !self.is_near(dots) {
                    continue;
                }
                let size = self.size(&feature.geometry, dots);
                if !is_thinned || size >= LOT_SIZE || attributes::lot(feature) < size / LOT_SIZE {
                    found.push(Candidate {
                        layer,
                        index,
                        feature,
                        dots,
                        size,
                    });
                }
            }
        }
        found
    }

    /// Whether the box around dots meets the tile.
    fn is_near(&self, dots: &[[u32; 2]]) -> bool {
        [0, 1].into_iter().all(|axis| {
            let (min, max) = dots.iter().fold((u32::MAX, 0), |(min, max), dot| {
                (min.min(dot[axis]), max.max(dot[axis]))
            });
            self.unit(max, 0) >= self.origin[axis] + clip::LEAST
                && self.unit(min, 0) <= self.origin[axis] + clip::GREATEST
        })
    }

    /// The area of a shape in square units; zero for lines and points.
    fn size(&self, geometry: &Geometry<f64>, dots: &[[u32; 2]]) -> f64 {
        let Some(first) = dots.first() else {
            return 0.0;
        };
        let mut rest = dots;
        let mut twice = 0.0;
        each_run(geometry, &mut |run, coords| {
            let (mine, after) = rest.split_at(coords.len().min(rest.len()));
            rest = after;
            let sign = match run {
                Run::Shell => 1.0,
                Run::Hole => -1.0,
                Run::Point | Run::Line => return,
            };
            let from_first =
                |dot: &[u32; 2]| [0, 1].map(|axis| f64::from(dot[axis]) - f64::from(first[axis]));
            let area: f64 = mine
                .windows(2)
                .map(|pair| match pair {
                    [a, b] => {
                        let (a, b) = (from_first(a), from_first(b));
                        a[0] * b[1] - a[1] * b[0]
                    }
                    _ => 0.0,
                })
                .sum();
            twice += sign * area.abs();
        });
        let unit = f64::from(1_u32 << self.shift);
        (twice / 2.0 / unit / unit).max(0.0)
    }

    fn write<'a>(
        &mut self,
        found: &[Candidate<'a>],
        collection: &Collection,
        colours: Colours<'a>,
    ) -> wire::Layer<'a> {
        let mut layer = wire::Layer::default();
        for one in found {
            let Some(kind) = kind(&one.feature.geometry) else {
                continue;
            };
            self.shape(kind, &one.feature.geometry, one.dots);
            if self.commands.is_empty() {
                continue;
            }
            let ready = one.layer.ready_of(one.index);
            attributes::add(&mut layer, collection, one.feature, ready, colours);
            layer.feature(attributes::id(one.feature), kind, &self.commands);
        }
        layer
    }

    fn shape(&mut self, kind: Kind, geometry: &Geometry<f64>, dots: &[[u32; 2]]) {
        self.commands.clear();
        let mut rest = dots;
        let mut has_shell = false;
        let mut points = Vec::new();
        each_run(geometry, &mut |run, coords| {
            let (mine, after) = rest.split_at(coords.len().min(rest.len()));
            rest = after;
            match (kind, run) {
                (Kind::Areas, Run::Shell) => has_shell = self.ring(mine, true),
                (Kind::Areas, Run::Hole) if has_shell => {
                    self.ring(mine, false);
                }
                (Kind::Lines, Run::Line) => self.line(mine),
                (Kind::Points, Run::Point) => {
                    self.place(mine, 0);
                    if clip::lies(&self.ring) == Lies::Inside {
                        points.append(&mut self.ring);
                    }
                }
                _ => {}
            }
        });
        self.commands.points(&points);
    }

    /// Draws a ring; whether anything of it is there.
    fn ring(&mut self, dots: &[[u32; 2]], is_shell: bool) -> bool {
        let open = dots.split_last().map_or(dots, |(_, open)| open);
        if !self.tidy_ring(open, self.coarse) {
            return false;
        }
        // Two neighbours that are moved alike still meet; only a ring that was narrow can cross itself.
        if self.coarse > 0
            && self.ring.len() <= LOOKED_AT_MAX
            && tidy::crosses_itself(&self.ring)
            && !self.tidy_ring(open, 0)
        {
            return false;
        }
        let points = self.ring.iter().copied();
        if (tidy::double_area(&self.ring) > 0) == is_shell {
            self.commands.ring(points);
        } else {
            self.commands.ring(points.rev());
        }
        true
    }

    fn tidy_ring(&mut self, open: &[[u32; 2]], coarse: u8) -> bool {
        self.place(open, coarse);
        match clip::lies(&self.ring) {
            Lies::Beyond => return false,
            Lies::Inside => {}
            Lies::Across => clip::ring(&mut self.ring, &mut self.scratch),
        }
        tidy::ring(&mut self.ring);
        !self.ring.is_empty()
    }

    fn line(&mut self, dots: &[[u32; 2]]) {
        self.place(dots, self.coarse);
        tidy::line(&mut self.ring);
        match clip::lies(&self.ring) {
            Lies::Beyond => {}
            Lies::Inside if self.ring.len() < 2 => {}
            Lies::Inside => self.commands.line(self.ring.iter().copied()),
            Lies::Across => {
                let commands = &mut self.commands;
                clip::line(&self.ring, |part| commands.line(part.iter().copied()));
            }
        }
    }

    /// Puts dots into units of the tile, without those that fall onto the one before.
    fn place(&mut self, dots: &[[u32; 2]], coarse: u8) {
        self.ring.clear();
        for dot in dots {
            let point = [0, 1].map(|axis| self.unit(dot[axis], coarse) - self.origin[axis]);
            if self.ring.last() != Some(&point) {
                self.ring.push(point);
            }
        }
    }

    /// Units of this zoom from the corner of the world, to so many bits.
    fn unit(&self, dot: u32, coarse: u8) -> i64 {
        let bits = self.shift + coarse;
        let half = (1_i64 << bits) >> 1;
        ((i64::from(dot) + half) >> bits) << coarse
    }
}

/// As what a shape is drawn: of a mixed one, the parts of most dimensions.
fn kind(geometry: &Geometry<f64>) -> Option<Kind> {
    let mut most = None;
    each_run(geometry, &mut |run, _| most = most.max(Some(run)));
    Some(match most? {
        Run::Point => Kind::Points,
        Run::Line => Kind::Lines,
        Run::Shell | Run::Hole => Kind::Areas,
    })
}

/// A tile is a power of two, so that dots become units by their bits.
const _: () = assert!(EXTENT << ZOOM_MAX == 1 << 32);
