//! What a set of tiles holds, and where its tiles are.

use domain::collection::{Collection, ShapeKind};
use geo_types::{Coord, Rect};
use office::Problem;
use query::{
    Snapshot,
    tile::{Place, ZOOM_MAX, shows},
};
use serde_json::{Map, Value, json};

use super::{
    super::{collections, extent},
    GRID, MVT, matrix,
};

/// Deepest zoom that clients ask for: there a unit is four centimetres, and beyond it they enlarge.
pub const DEEPEST: u8 = 18;

/// A set of tiles.
pub struct Set<'a> {
    /// What is in force.
    pub snapshot: &'a Snapshot,
    /// What it is called.
    pub title: &'a str,
    /// Its layers.
    pub collections: &'a [Collection],
    /// Where it is.
    pub url: String,
    /// What each address of it ends with.
    pub query: String,
    /// Where the service is.
    pub base: String,
}

/// The sets of tiles of a layer, or of all.
pub fn list(collection: Option<&Collection>, base: &str) -> Value {
    let (title, url) = match collection {
        None => ("Todas las capas", format!("{base}/ogc/tiles")),
        Some(collection) => (
            collections::words(collection).0,
            format!("{base}/ogc/collections/{collection}/tiles"),
        ),
    };
    json!({
        "links": [{"href": url, "rel": "self", "type": "application/json"}],
        "tilesets": [{
            "title": title,
            "dataType": "vector",
            "crs": matrix::CRS,
            "tileMatrixSetURI": matrix::URI,
            "links": [
                {"href": format!("{url}/{GRID}"), "rel": "self", "type": "application/json", "title": title},
                scheme(base),
            ],
        }],
    })
}

fn scheme(base: &str) -> Value {
    json!({
        "href": format!("{base}/ogc/tileMatrixSets/{GRID}"),
        "rel": "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
        "type": "application/json",
        "title": "Malla de los mapas web",
    })
}

impl Set<'_> {
    /// As the OGC describes it.
    pub fn metadata(&self) -> Result<Value, Problem> {
        let layers: Vec<Value> = self.collections.iter().map(layer).collect();
        let mut metadata = json!({
            "title": self.title,
            "dataType": "vector",
            "crs": matrix::CRS,
            "tileMatrixSetURI": matrix::URI,
            "layers": layers,
            "links": self.links(),
        });
        if let Some(bounds) = self.bounds()? {
            let [west, south, east, north] = bounds;
            metadata["boundingBox"] = json!({
                "lowerLeft": [west, south],
                "upperRight": [east, north],
                "crs": office::place::DEFAULT.uri,
            });
            metadata["tileMatrixSetLimits"] = Value::Array(limits(bounds));
        }
        Ok(metadata)
    }

    fn links(&self) -> Vec<Value> {
        let Self {
            url, query, base, ..
        } = self;
        let and = if query.is_empty() { "?" } else { "&" };
        let mut links = vec![
            json!({"href": format!("{url}{query}"), "rel": "self", "type": "application/json", "title": self.title}),
            json!({"href": format!("{url}{query}{and}f=tilejson"), "rel": "alternate", "type": "application/json", "title": "TileJSON"}),
            json!({
                "href": self.template("{tileMatrix}", "{tileRow}", "{tileCol}"),
                "rel": "item",
                "type": MVT,
                "templated": true,
                "title": "Teselas",
            }),
            scheme(base),
        ];
        for collection in self.collections {
            links.push(json!({
                "href": format!("{base}/ogc/collections/{collection}"),
                "rel": "http://www.opengis.net/def/rel/ogc/1.0/geodata",
                "type": "application/json",
                "title": collections::words(collection).0,
            }));
        }
        links
    }

    /// As `TileJSON` 3.0.
    pub fn tile_json(&self) -> Result<Value, Problem> {
        let layers: Vec<Value> = self
            .collections
            .iter()
            .map(|collection| {
                json!({
                    "id": collection.name(),
                    "description": collections::words(collection).1,
                    "fields": fields(collection),
                    "minzoom": first_zoom(collection),
                    "maxzoom": DEEPEST,
                })
            })
            .collect();
        let first = self.collections.iter().map(first_zoom).min();
        let mut described = json!({
            "tilejson": "3.0.0",
            "name": self.title,
            "scheme": "xyz",
            "tiles": [self.template("{z}", "{y}", "{x}")],
            "minzoom": first.unwrap_or(0),
            "maxzoom": DEEPEST,
            "vector_layers": layers,
        });
        if let Some([west, south, east, north]) = self.bounds()? {
            described["bounds"] = json!([west, south, east, north]);
        }
        Ok(described)
    }

    /// As a source of a style.
    pub fn source(&self) -> Result<Value, Problem> {
        let mut source = json!({
            "type": "vector",
            "tiles": [self.template("{z}", "{y}", "{x}")],
            "maxzoom": DEEPEST,
        });
        if let Some(bounds) = self.bounds()? {
            source["bounds"] = json!(bounds);
        }
        Ok(source)
    }

    fn template(&self, zoom: &str, row: &str, column: &str) -> String {
        format!("{}/{zoom}/{row}/{column}{}", self.url, self.query)
    }

    fn bounds(&self) -> Result<Option<[f64; 4]>, Problem> {
        let boxes = self.collections.iter();
        let around = boxes
            .filter_map(|collection| self.snapshot.bounds(collection))
            .reduce(joined);
        around.map(extent::lon_lat).transpose()
    }
}

fn joined(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    )
}

/// From which zoom on a layer is drawn.
fn first_zoom(collection: &Collection) -> u8 {
    (0..=ZOOM_MAX)
        .find(|zoom| shows(collection, *zoom))
        .unwrap_or(ZOOM_MAX)
}

/// The rows and columns of each zoom that hold something.
fn limits([west, south, east, north]: [f64; 4]) -> Vec<Value> {
    (0..=ZOOM_MAX)
        .filter_map(|zoom| {
            let first = Place::around(zoom, Coord { x: west, y: north })?;
            let last = Place::around(zoom, Coord { x: east, y: south })?;
            Some(json!({
                "tileMatrix": zoom.to_string(),
                "minTileRow": first.row(),
                "maxTileRow": last.row(),
                "minTileCol": first.column(),
                "maxTileCol": last.column(),
            }))
        })
        .collect()
}

fn layer(collection: &Collection) -> Value {
    let (title, description) = collections::words(collection);
    let properties: Map<String, Value> = fields(collection)
        .into_iter()
        .map(|(name, kind)| {
            let kind = if kind == "Boolean" {
                "boolean"
            } else {
                "string"
            };
            (name, json!({"type": kind}))
        })
        .collect();
    let mut layer = json!({
        "id": collection.name(),
        "title": title,
        "description": description,
        "dataType": "vector",
        "minTileMatrix": first_zoom(collection).to_string(),
        "maxTileMatrix": ZOOM_MAX.to_string(),
        "propertiesSchema": {"type": "object", "properties": properties},
    });
    match collection.shapes() {
        ShapeKind::Areas => layer["geometryDimension"] = 2.into(),
        ShapeKind::Lines => layer["geometryDimension"] = 1.into(),
        ShapeKind::Any => {}
    }
    layer
}

/// The attributes on tiles, in the words of `TileJSON`. A further layer brings its own besides.
fn fields(collection: &Collection) -> Map<String, Value> {
    let names: &[&str] = match collection {
        Collection::Parcels => &["codigo", "provisional"],
        Collection::Zones => &["codigo", "color", "nombre"],
        Collection::Overlays => &["codigo", "color", "efecto", "nombre", "tipo"],
        Collection::Municipalities | Collection::Plans | Collection::Roads => &["codigo", "nombre"],
        Collection::Sectors
        | Collection::Manzanas
        | Collection::Investments
        | Collection::Services
        | Collection::Other(_) => &["codigo"],
    };
    let kind = |name: &str| {
        if name == "provisional" {
            "Boolean"
        } else {
            "String"
        }
    };
    names
        .iter()
        .map(|name| ((*name).to_owned(), Value::from(kind(name))))
        .collect()
}
