//! From an operation to the rows that it makes.

use std::collections::{BTreeMap, HashSet};

use domain::{
    collection::Collection,
    geometry::{area_m2, bounds, joined},
    id::Ubigeo,
    operation::{self, front_m},
};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use serde::Serialize;
use serde_json::{Map, Value, json, value::RawValue};
use store::{Store, surveys::LotInForce};

use super::{Line, Operation, words};
use crate::{
    Problem,
    checks::{Minimum, ZoneLaw},
    surveys::Scope,
    view::work::{geo_json, hundredths},
};

/// What an operation would do, for who asks.
#[derive(Serialize)]
pub struct PlanShape {
    /// Which operation.
    #[serde(rename = "operacion")]
    pub operation: &'static str,
    /// Codes that leave force.
    #[serde(rename = "retira")]
    pub retires: Vec<String>,
    /// Lots as they would be.
    #[serde(rename = "lotes")]
    pub lots: Vec<PlannedLot>,
}

/// A lot as it would be.
#[derive(Serialize)]
pub struct PlannedLot {
    /// Code.
    #[serde(rename = "codigo")]
    pub code: String,
    /// Area in the projection.
    pub area_m2: f64,
    /// Length of its outer border.
    #[serde(rename = "perimetro_m")]
    pub perimeter_m: f64,
    /// How much of that lies on the border of its block; unknown where the block is not in force.
    #[serde(rename = "frente_m")]
    pub front_m: Option<f64>,
    /// Against the smallest lot that its zone allows: `cumple`, `no_cumple`, or `sin_datos` where its zone, its norm or
    /// its front are not known.
    #[serde(rename = "lote_minimo")]
    pub minimum: &'static str,
    /// What its zone asks of a lot that comes of a division.
    #[serde(rename = "exige")]
    pub asked: Minimum,
    /// Its shape, as GeoJSON.
    #[serde(rename = "geometria")]
    pub shape: Option<Box<RawValue>>,
    /// The same in EPSG:32718.
    #[serde(skip)]
    pub ground: MultiPolygon<f64>,
}

/// A plan, and the file that says it.
pub(super) struct Planned {
    pub(super) shape: PlanShape,
    pub(super) name: String,
    pub(super) file: Vec<u8>,
    pub(super) scope: Scope,
}

/// A row to be: its code, whose attributes it has, its shape.
type Row = (String, Map<String, Value>, MultiPolygon<f64>);

/// Digits of a lot's code that name its block.
const BLOCK_DIGITS: usize = 11;
/// Lots around that may have a vertex on a border of ours.
const AROUND_MAX: i64 = 2_000;
/// So far around, in metres.
const AROUND_M: f64 = 1.0;

pub(super) async fn plan(
    store: &Store,
    operation: &Operation,
    document: &str,
    ubigeo: Ubigeo,
) -> Result<Planned, Problem> {
    let bench = Bench::lay(store, operation, ubigeo).await?;
    let (rows, retires, scope) = bench.rows(operation).await?;
    let lots = bench.lots(&rows, scope).await?;
    let features: Vec<Value> = rows
        .iter()
        .map(|(code, attributes, shape)| {
            let mut properties = attributes.clone();
            properties.insert("codigo_catastral".to_owned(), json!(code));
            json!({"type": "Feature", "properties": properties, "geometry": official_json(shape)})
        })
        .collect();
    let file = json!({
        "type": "FeatureCollection",
        "name": operation.word(),
        "documento": document,
        "features": features,
    });
    Ok(Planned {
        name: format!(
            "{} {} ({document}).geojson",
            operation.word(),
            operation.parcels().join(" ")
        ),
        file: file.to_string().into_bytes(),
        shape: PlanShape {
            operation: operation.word(),
            retires,
            lots,
        },
        scope,
    })
}

struct Bench<'a> {
    store: &'a Store,
    ubigeo: Ubigeo,
    /// The parcels that the operation names, in its order.
    parcels: Vec<LotInForce>,
    /// Shapes of others in force beside them.
    around: Vec<MultiPolygon<f64>>,
}

impl<'a> Bench<'a> {
    async fn lay(store: &'a Store, operation: &Operation, ubigeo: Ubigeo) -> Result<Self, Problem> {
        let mut parcels = Vec::new();
        let mut seen = HashSet::new();
        for code in operation.parcels() {
            if !seen.insert(code) {
                return Err(words::twice(code));
            }
            let mut found = store.lots_of(ubigeo, code).await?;
            found.retain(|(own, ..)| own == code);
            parcels.push(found.pop().ok_or_else(|| words::not_in_force(code))?);
        }
        let box_ = parcels
            .iter()
            .filter_map(|(.., shape)| bounds(shape))
            .reduce(joined);
        let mut around = Vec::new();
        if let Some(box_) = box_ {
            let found = store
                .standing(
                    &Collection::Parcels,
                    ubigeo,
                    &[],
                    (box_, AROUND_M),
                    AROUND_MAX,
                )
                .await?;
            for (code, shape) in found {
                if let (false, Geometry::MultiPolygon(shape)) =
                    (seen.contains(code.as_str()), shape)
                {
                    around.push(shape);
                }
            }
        }
        Ok(Self {
            store,
            ubigeo,
            parcels,
            around,
        })
    }

    /// The rows of the small survey, the codes that leave force, and what the file is the whole of.
    async fn rows(&self, operation: &Operation) -> Result<(Vec<Row>, Vec<String>, Scope), Problem> {
        let around: Vec<&MultiPolygon<f64>> = self.around.iter().collect();
        let first = &self.parcels[0];
        let retires = || self.parcels.iter().map(|(code, ..)| code.clone()).collect();
        match operation {
            Operation::Subdividir {
                linea,
                areas_m2,
                rumbo_grados,
                codigos,
                ..
            } => {
                let shape = ground(first)?;
                let parts = match (linea, areas_m2) {
                    (Some(line), None) => operation::by_line(shape, &official(line)?),
                    (None, Some(areas)) => {
                        operation::by_areas(shape, areas, rumbo_grados.unwrap_or_default())
                    }
                    _ => return Err(words::line_or_areas()),
                };
                let parts = parts.map_err(|refusal| words::refused(&refusal))?;
                let codes = self
                    .codes(&first.0, codigos.as_deref(), parts.len())
                    .await?;
                let rows = codes.into_iter().zip(parts);
                let rows = rows.map(|(code, part)| (code, inherited(&first.1), part.into()));
                Ok((rows.collect(), retires(), Scope::Parcial))
            }
            Operation::Acumular { codigo, .. } => {
                if self.parcels.len() < 2 {
                    return Err(words::at_least_two());
                }
                let grounds = self
                    .parcels
                    .iter()
                    .map(ground)
                    .collect::<Result<Vec<_>, _>>()?;
                let whole = operation::join(&grounds, &around);
                let whole = whole.map_err(|refusal| words::refused(&refusal))?;
                let asked = codigo.as_ref().map(std::slice::from_ref);
                let mut codes = self.codes(&first.0, asked, 1).await?;
                let common = common(&self.parcels);
                let row = (codes.remove(0), common, MultiPolygon(vec![whole]));
                Ok((vec![row], retires(), Scope::Parcial))
            }
            Operation::Rectificar { linea, .. } => {
                let (one, other) = (ground(first)?, ground(&self.parcels[1])?);
                let parts = operation::correct_border(one, other, &official(linea)?, &around);
                let parts = parts.map_err(|refusal| words::refused(&refusal))?;
                let rows = self
                    .parcels
                    .iter()
                    .zip(parts)
                    .map(|((code, attributes, _), part)| {
                        // What its papers said of its area holds no more for the other ground.
                        (code.clone(), kept(attributes), part.into())
                    });
                Ok((rows.collect(), Vec::new(), Scope::Parcial))
            }
            Operation::Renumerar { codigo, .. } => {
                let asked = codigo.as_ref().map(std::slice::from_ref);
                let mut codes = self.codes(&first.0, asked, 1).await?;
                let row = (codes.remove(0), kept(&first.1), ground(first)?.clone());
                Ok((vec![row], retires(), Scope::Parcial))
            }
            Operation::DarDeBaja { .. } => {
                // The rest of its block as it is: whoever is missing from it goes.
                let block = block_of(&first.0)?;
                let mut rows = Vec::new();
                for lot in self.store.lots_of(self.ubigeo, block).await? {
                    if lot.0 != first.0 {
                        rows.push((lot.0.clone(), kept(&lot.1), ground(&lot)?.clone()));
                    }
                }
                if rows.is_empty() {
                    return Err(words::last_of_block(block));
                }
                Ok((rows, retires(), Scope::Manzanas))
            }
        }
    }

    /// Codes for new lots: those that were asked for, or the next of the block.
    async fn codes(
        &self,
        parent: &str,
        asked: Option<&[String]>,
        count: usize,
    ) -> Result<Vec<String>, Problem> {
        match asked {
            Some(asked) if asked.len() == count => Ok(asked.to_vec()),
            Some(asked) => Err(words::code_count(asked.len(), count)),
            None => {
                let block = block_of(parent)?;
                let given = self.store.codes_given(self.ubigeo, block).await?;
                let given = given.iter().map(String::as_str);
                operation::next_codes(block, given, count).map_err(|_| words::block_is_full(block))
            }
        }
    }

    /// The rows as who asks sees them; of a retirement there is nothing to see.
    async fn lots(&self, rows: &[Row], scope: Scope) -> Result<Vec<PlannedLot>, Problem> {
        if scope == Scope::Manzanas {
            return Ok(Vec::new());
        }
        let mut blocks: BTreeMap<&str, Option<MultiPolygon<f64>>> = BTreeMap::new();
        for (code, ..) in rows {
            if let Ok(block) = block_of(code)
                && !blocks.contains_key(block)
            {
                let shape = self.block(block).await?;
                blocks.insert(block, shape);
            }
        }
        let land = rows
            .iter()
            .filter_map(|(.., shape)| bounds(shape))
            .reduce(joined)
            .map_or_else(
                || Geometry::MultiPolygon(MultiPolygon(Vec::new())),
                |bounds| Geometry::Polygon(bounds.to_polygon()),
            );
        let law = ZoneLaw::around(self.store, self.ubigeo, &land).await?;
        Ok(rows
            .iter()
            .map(|(code, _, shape)| {
                let asked = law.minimum(shape);
                let block = block_of(code)
                    .ok()
                    .and_then(|block| blocks.get(block)?.as_ref());
                let front = block.map(|block| shape.iter().map(|part| front_m(part, block)).sum());
                PlannedLot {
                    code: code.clone(),
                    area_m2: hundredths(area_m2(shape)),
                    perimeter_m: hundredths(shape.iter().map(perimeter_m).sum()),
                    front_m: front.map(hundredths),
                    minimum: asked.verdict(area_m2(shape), front),
                    asked,
                    shape: geo_json(&shape.clone().into()),
                    ground: shape.clone(),
                }
            })
            .collect())
    }

    async fn block(&self, code: &str) -> Result<Option<MultiPolygon<f64>>, Problem> {
        let nowhere = geo_types::Rect::new((0.0, 0.0), (0.0, 0.0));
        let found = self
            .store
            .standing(
                &Collection::Manzanas,
                self.ubigeo,
                &[code.to_owned()],
                (nowhere, 0.0),
                1,
            )
            .await?;
        Ok(found.into_iter().find_map(|(_, shape)| match shape {
            Geometry::MultiPolygon(shape) => Some(shape),
            _ => None,
        }))
    }
}

fn ground((code, _, shape): &LotInForce) -> Result<&MultiPolygon<f64>, Problem> {
    match shape {
        Geometry::MultiPolygon(shape) => Ok(shape),
        _ => Err(words::not_in_force(code)),
    }
}

fn block_of(code: &str) -> Result<&str, Problem> {
    let is_official = code.len() == 14 && code.bytes().all(|b| b.is_ascii_digit());
    if is_official {
        Ok(&code[..BLOCK_DIGITS])
    } else {
        Err(words::no_block(code))
    }
}

/// The line in EPSG:32718.
fn official(line: &Line) -> Result<LineString<f64>, Problem> {
    let super::LineKind::LineString = line.kind;
    let mut coords: Vec<Coord<f64>> = line
        .coordinates
        .iter()
        .map(|[lon, lat]| Coord { x: *lon, y: *lat })
        .collect();
    let in_degrees = |at: &Coord<f64>| at.x.abs() <= 180.0 && at.y.abs() <= 90.0;
    if coords.len() < 2 || coords.len() > 1_000 || !coords.iter().all(in_degrees) {
        return Err(words::no_line());
    }
    crate::place::official(&mut coords)?;
    Ok(LineString(coords))
}

/// Attributes that are of a parcel's whole ground, and hold for no part of it.
const OF_WHOLE: [&str; 3] = [
    "area_declarada_m2",
    "area_registrada_m2",
    "perimetro_declarado_m",
];

fn kept(attributes: &str) -> Map<String, Value> {
    serde_json::from_str(attributes).unwrap_or_default()
}

/// What parts have of their parent.
fn inherited(attributes: &str) -> Map<String, Value> {
    let mut attributes = kept(attributes);
    attributes.retain(|name, _| !OF_WHOLE.contains(&name.as_str()));
    attributes
}

/// What all parents say alike.
fn common(parcels: &[LotInForce]) -> Map<String, Value> {
    let mut common = inherited(&parcels[0].1);
    for (_, attributes, _) in &parcels[1..] {
        let other = kept(attributes);
        common.retain(|name, value| other.get(name) == Some(value));
    }
    common
}

/// A shape in the coordinates of EPSG:32718, in full digits.
fn official_json(shape: &MultiPolygon<f64>) -> Value {
    let ring =
        |ring: &LineString<f64>| -> Value { ring.0.iter().map(|at| json!([at.x, at.y])).collect() };
    let polygons: Vec<Value> = shape
        .iter()
        .map(|part| {
            std::iter::once(part.exterior())
                .chain(part.interiors())
                .map(ring)
                .collect()
        })
        .collect();
    json!({"type": "MultiPolygon", "coordinates": polygons})
}

fn perimeter_m(part: &Polygon<f64>) -> f64 {
    let sides = part.exterior().lines();
    sides
        .map(|side| (side.end - side.start).x.hypot((side.end - side.start).y))
        .sum()
}
