//! One layer of one municipality.

use std::{
    collections::{BTreeMap, HashMap},
    ops::ControlFlow,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use chrono::NaiveDate;
use domain::{collection::Collection, feature::Feature, geometry::PreparedArea};
use geo::BoundingRect;
use geo_types::{Coord, Geometry, Rect};
use rstar::{
    AABB, RStarInsertionStrategy, RTree, RTreeParams,
    primitives::{GeomWithData, Rectangle},
};

use serde_json::{Map, Value};

use domain::filter::Kind;

use crate::{Window, attributes, folded, tile::Projected};

type Boxed = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// How boxes hang together. Many in a row: a tree that is read far more often than made should be flat.
struct Flat;

impl RTreeParams for Flat {
    const MIN_SIZE: usize = 10;
    const MAX_SIZE: usize = 32;
    const REINSERTION_COUNT: usize = 5;
    type DefaultInsertionStrategy = RStarInsertionStrategy;
}

/// Positions of features by a value that they share, as text.
type Positions = HashMap<Box<str>, Vec<usize>>;

/// Words as they are looked for, each with the position of its feature.
type Folded = Vec<(Box<str>, usize)>;

/// The features in force of a layer, by code, with one packed tree over their boxes.
pub struct Layer {
    features: Vec<Feature>,
    tree: RTree<Boxed, Flat>,
    /// For zones, overlays and streets, which every judgement asks: one for each feature.
    ready: Vec<Ready>,
    /// For tiles, once one is asked for.
    projected: OnceLock<Option<Projected>>,
    /// What its attributes hold; read when first asked.
    kinds: OnceLock<BTreeMap<Box<str>, Kind>>,
    /// The attributes of each feature, read when somebody first asks those of all.
    members: OnceLock<Box<[Map<String, Value>]>>,
    /// For the attributes that somebody asked by equality.
    equals: Mutex<HashMap<Box<str>, Arc<Positions>>>,
    /// For the attributes in which somebody looked for words.
    folded: Mutex<HashMap<&'static str, Arc<Folded>>>,
    /// Its features as members of a page of GeoJSON, [`SHEET`] neighbours together, written when first asked.
    written: Box<[OnceLock<Sheet>]>,
    /// Positions of its features, neighbours beside each other; as they stand on the sheets.
    ground_order: Box<[u32]>,
    /// Where each feature stands in that order.
    spots: Box<[u32]>,
}

/// Features that are written together.
const SHEET: usize = 64;

/// Some features one after another, as they are written, a comma behind each.
pub(crate) struct Sheet {
    /// All of them.
    pub(crate) bytes: Box<[u8]>,
    /// Where each ends, its comma included.
    pub(crate) ends: Box<[usize]>,
}

impl Sheet {
    /// One of them, with its comma.
    pub(crate) fn member(&self, place: usize) -> &[u8] {
        let begin = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[begin..self.ends[place]]
    }
}

/// A feature in its place.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    layer: &'a Layer,
    at: usize,
}

impl<'a> Entry<'a> {
    /// The feature.
    pub fn feature(self) -> &'a Feature {
        &self.layer.features[self.at]
    }

    /// Where it is written.
    pub(crate) fn spot(self) -> Spot<'a> {
        let spot = self.layer.spots[self.at] as usize;
        let first = spot - spot % SHEET;
        let order = &self.layer.ground_order;
        Spot {
            layer: self.layer,
            sheet: &self.layer.written[spot / SHEET],
            on_it: &order[first..order.len().min(first + SHEET)],
            place: spot - first,
        }
    }
}

/// Where a feature is written.
#[derive(Clone, Copy)]
pub(crate) struct Spot<'a> {
    layer: &'a Layer,
    /// On which sheet, with its neighbours.
    pub(crate) sheet: &'a OnceLock<Sheet>,
    on_it: &'a [u32],
    /// As the how manyth, from zero.
    pub(crate) place: usize,
}

impl<'a> Spot<'a> {
    /// The features on its sheet.
    pub(crate) fn on_it(self) -> Vec<&'a Feature> {
        let of = |at: &u32| self.layer.features.get(*at as usize);
        self.on_it.iter().filter_map(of).collect()
    }
}

impl std::ops::Deref for Entry<'_> {
    type Target = Feature;

    fn deref(&self) -> &Feature {
        self.feature()
    }
}

/// What a judgement asks of a zone, an overlay or a street, read once.
pub struct Ready {
    /// Its edges, sorted; a street has none.
    pub ground: PreparedArea,
    /// Its attributes.
    pub attributes: Map<String, Value>,
}

/// A zone, an overlay or a street that is [`Ready`].
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The feature.
    pub feature: &'a Feature,
    /// What is asked of it.
    pub ready: &'a Ready,
}

/// The newest day of each theme of overlays that has data.
pub type ThemeDays = BTreeMap<String, NaiveDate>;

impl Layer {
    /// Builds a layer; the features come in the order of their codes.
    pub fn new(collection: &Collection, features: Vec<Feature>) -> Self {
        debug_assert!(features.is_sorted_by(|a, b| a.code < b.code));
        let entries: Vec<Boxed> = features
            .iter()
            .zip(0_u32..)
            .filter_map(|(feature, index)| {
                let bounds = feature.geometry.bounding_rect()?;
                Some(Boxed::new(Rectangle::from_aabb(aabb(bounds)), index))
            })
            .collect();
        let ready = match collection {
            Collection::Zones | Collection::Overlays | Collection::Roads => {
                features.iter().map(Ready::of).collect()
            }
            _ => Vec::new(),
        };
        let tree = RTree::<Boxed, Flat>::bulk_load_with_params(entries);
        // The leaves of the tree are neighbours. What has no place at all comes last.
        let nowhere = (0_u32..).zip(&features).filter_map(|(at, feature)| {
            let bounds = feature.geometry.bounding_rect();
            bounds.is_none().then_some(at)
        });
        let ground_order: Box<[u32]> = tree.iter().map(|entry| entry.data).chain(nowhere).collect();
        let mut spots = vec![0; features.len()];
        for (spot, at) in (0..).zip(&ground_order) {
            spots[*at as usize] = spot;
        }
        Self {
            tree,
            ready,
            kinds: OnceLock::new(),
            members: OnceLock::new(),
            equals: Mutex::default(),
            folded: Mutex::default(),
            written: ground_order
                .chunks(SHEET)
                .map(|_| OnceLock::new())
                .collect(),
            ground_order,
            spots: spots.into(),
            features,
            projected: OnceLock::new(),
        }
    }

    /// A feature in its place.
    pub fn entry(&self, at: usize) -> Option<Entry<'_>> {
        (at < self.features.len()).then_some(Entry { layer: self, at })
    }

    /// What its attributes hold, by their names in it.
    pub fn kinds(&self) -> &BTreeMap<Box<str>, Kind> {
        self.kinds.get_or_init(|| attributes::kinds(&self.features))
    }

    /// The attributes of each feature, in their order.
    pub fn members(&self) -> &[Map<String, Value>] {
        self.members.get_or_init(|| {
            let read = |feature: &Feature| serde_json::from_str(&feature.attributes);
            self.features
                .iter()
                .map(|feature| read(feature).unwrap_or_default())
                .collect()
        })
    }

    /// Positions of the features whose attribute has a value, as the text of it, in their order.
    pub fn equal(&self, attribute: &str, value: &str) -> Vec<usize> {
        let known = || self.equals.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(attribute).cloned();
        let positions = found.unwrap_or_else(|| {
            let mut made = Positions::new();
            for (at, feature) in self.features.iter().enumerate() {
                if let Some(text) = attributes::text(&feature.attributes, attribute) {
                    made.entry(text.into()).or_default().push(at);
                }
            }
            let made = Arc::new(made);
            known().insert(attribute.into(), Arc::clone(&made));
            made
        });
        positions.get(value).cloned().unwrap_or_default()
    }

    /// An attribute of its features as people look for it, without accents and capitals, and whose it is; of those that
    /// have it.
    pub fn folded(&self, attribute: &'static str) -> Arc<Folded> {
        let known = || self.folded.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(attribute).cloned();
        found.unwrap_or_else(|| {
            let texts = self
                .features
                .iter()
                .enumerate()
                .filter_map(|(at, feature)| {
                    let text = attributes::text(&feature.attributes, attribute)?;
                    Some((folded(&text).into(), at))
                });
            let made = Arc::new(texts.collect());
            known().insert(attribute, Arc::clone(&made));
            made
        })
    }

    /// Its shapes on the projection of web maps; none where one of them has no place there.
    pub(crate) fn projected(&self) -> Option<&Projected> {
        self.projected
            .get_or_init(|| {
                Projected::of(&self.features)
                    .inspect_err(|error| tracing::error!(%error, "land without a place"))
                    .ok()
            })
            .as_ref()
    }

    /// What a judgement asks of the feature at a position, where the layer has that.
    pub(crate) fn ready_of(&self, place: usize) -> Option<&Ready> {
        self.ready.get(place)
    }

    /// The newest day of each theme, of a layer of overlays.
    pub fn theme_days(&self) -> ThemeDays {
        let mut days = ThemeDays::new();
        for found in self.ready() {
            if let Some(theme) = found.ready.text("tipo") {
                let from = found.feature.valid_from;
                let day = days.entry(theme.to_owned()).or_insert(from);
                *day = (*day).max(from);
            }
        }
        days
    }

    /// All features, by code.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The box around all of it, in EPSG:32718.
    pub fn bounds(&self) -> Option<Rect<f64>> {
        let envelope = self.tree.root().envelope();
        let (min, max) = (envelope.lower(), envelope.upper());
        (self.tree.size() > 0).then(|| Rect::new((min[0], min[1]), (max[0], max[1])))
    }

    /// The feature with a code.
    pub fn get(&self, code: &str) -> Option<&Feature> {
        self.features.get(self.place_of(code)?)
    }

    /// Position of the feature with a code.
    pub fn place_of(&self, code: &str) -> Option<usize> {
        self.features
            .binary_search_by(|feature| (*feature.code).cmp(code))
            .ok()
    }

    /// Position of the first feature whose code comes after `code`.
    pub fn after(&self, code: &str) -> usize {
        self.features
            .partition_point(|feature| *feature.code <= *code)
    }

    /// Positions of the features whose boxes meet `area` (EPSG:32718), in no order.
    pub fn near(&self, area: Rect<f64>) -> impl Iterator<Item = usize> + '_ {
        self.tree
            .locate_in_envelope_intersecting(aabb(area))
            .map(|entry| entry.data as usize)
    }

    /// Positions of the features that have a point in common with a window, in no order.
    pub fn meeting(&self, window: &Window) -> Vec<usize> {
        let mut found = Vec::new();
        let all = self
            .tree
            .locate_in_envelope_intersecting_int(aabb(window.bounds()), |entry| {
                let (min, max) = (entry.geom().lower(), entry.geom().upper());
                let at = entry.data as usize;
                if window.surely_meets(Rect::new((min[0], min[1]), (max[0], max[1])))
                    || window.meets(&self.features[at].geometry)
                {
                    found.push(at);
                }
                ControlFlow::<()>::Continue(())
            });
        debug_assert!(all.is_continue());
        found
    }

    /// All zones, overlays or streets, by code.
    pub fn ready(&self) -> impl Iterator<Item = Found<'_>> {
        self.features
            .iter()
            .zip(&self.ready)
            .map(|(feature, ready)| Found { feature, ready })
    }

    /// The zones, overlays or streets whose boxes meet `area`, by code.
    pub fn ready_near(&self, area: Rect<f64>) -> Vec<Found<'_>> {
        let mut near: Vec<usize> = self.near(area).collect();
        near.sort_unstable();
        near.into_iter()
            .filter_map(|index| {
                Some(Found {
                    feature: self.features.get(index)?,
                    ready: self.ready.get(index)?,
                })
            })
            .collect()
    }

    /// The first area feature that a point lies in.
    pub fn at(&self, point: Coord<f64>) -> Option<&Feature> {
        let mut near: Vec<usize> = self.near(Rect::new(point, point)).collect();
        near.sort_unstable();
        near.into_iter()
            .filter_map(|index| self.features.get(index))
            .find(|feature| prepare(&feature.geometry).point_in(point))
    }
}

impl Ready {
    fn of(feature: &Feature) -> Self {
        let mut attributes: Map<String, Value> =
            serde_json::from_str(&feature.attributes).unwrap_or_default();
        // A class 2 is named «2», whether a file wrote it as text or as a number.
        for name in [
            "codigo",
            "instrumento",
            "tipo",
            "nombre",
            "norma",
            "articulo",
        ] {
            if let Some(value) = attributes.get_mut(name)
                && value.is_number()
            {
                *value = Value::String(value.to_string());
            }
        }
        Self {
            ground: prepare(&feature.geometry),
            attributes,
        }
    }

    /// An attribute that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name)?.as_str()
    }
}

/// An area made ready to be asked; empty for points and lines.
pub fn prepare(geometry: &Geometry<f64>) -> PreparedArea {
    match geometry {
        Geometry::MultiPolygon(shape) => PreparedArea::new(shape),
        Geometry::Polygon(polygon) => {
            PreparedArea::new(&geo_types::MultiPolygon(vec![polygon.clone()]))
        }
        _ => PreparedArea::new(&geo_types::MultiPolygon(Vec::new())),
    }
}

fn aabb(area: Rect<f64>) -> AABB<[f64; 2]> {
    AABB::from_corners([area.min().x, area.min().y], [area.max().x, area.max().y])
}
