//! How parcels of a file lie on those in force: one by one where they have codes, else by what most of them agree on.

use std::collections::HashMap;

use geo::BoundingRect as _;
use geo_types::{Coord, MultiPolygon};

use crate::{
    geometry::{PreparedArea, area_m2},
    survey::fabric::Lot,
};

/// A parcel of the file where one system puts it, in EPSG:32718.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// Its code, where it has one of its own.
    pub code: Option<&'a str>,
    /// Its shape.
    pub shape: &'a MultiPolygon<f64>,
}

/// By how much the file lies beside the parcels in force.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shift {
    /// Metres to the east.
    pub east_m: f64,
    /// Metres to the north.
    pub north_m: f64,
    /// Median distance of single parcels from that shift, in metres.
    pub spread_m: f64,
}

impl Shift {
    /// Its length, in metres.
    pub fn length_m(&self) -> f64 {
        self.east_m.hypot(self.north_m)
    }
}

/// How a file lies where one system puts it.
#[derive(Clone, PartialEq, Debug)]
pub struct Fit {
    /// Share of it in the municipality, by the middles of its parcels.
    pub inside: f64,
    /// Parcels that are in force too, as far as can be told.
    pub on_fabric: usize,
    /// How far they lie from where they are in force; none where too few are known.
    pub shift: Option<Shift>,
    /// The middle of the sample.
    pub middle: Option<Coord<f64>>,
}

/// Fewer parcels say nothing.
const PARCELS_MIN: usize = 5;
/// Two shapes may be of one parcel when area and box differ by no more than this share.
const ALIKE: f64 = 0.02;
/// Shapes farther apart are not compared, in metres: PSAD56 is some 430 m off.
pub const REACH_M: f64 = 700.0;
/// Size of the cells in which shifts are counted, in metres: surveys of one parcel agree to less.
const CELL_M: f64 = 2.0;
/// A shift that no code confirms needs this share of the sample behind it…
const SUPPORT: f64 = 0.5;
/// … and so many times as many as any other: lots in a row repeat themselves.
const AHEAD: usize = 2;

/// Measures how a sample lies.
pub fn fit(sample: &[Placed<'_>], outline: &PreparedArea, fabric: &[Lot<'_>]) -> Fit {
    let middles: Vec<Coord<f64>> = sample.iter().filter_map(|p| middle(p.shape)).collect();
    let inside = middles.iter().filter(|at| outline.point_in(**at)).count();
    let moved = match by_code(sample, fabric) {
        moved if moved.len() >= PARCELS_MIN => moved,
        _ => by_vote(sample, fabric),
    };
    Fit {
        inside: inside as f64 / middles.len().max(1) as f64,
        on_fabric: moved.len(),
        shift: (moved.len() >= PARCELS_MIN).then(|| median_shift(&moved)),
        middle: (!middles.is_empty()).then(|| median(&middles)),
    }
}

fn middle(shape: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    shape.bounding_rect().map(geo_types::Rect::center)
}

/// From where each parcel is in force to where the file has it.
fn by_code(sample: &[Placed<'_>], fabric: &[Lot<'_>]) -> Vec<Coord<f64>> {
    let known: HashMap<&str, &MultiPolygon<f64>> =
        fabric.iter().map(|lot| (lot.code, lot.shape)).collect();
    sample
        .iter()
        .filter_map(|parcel| {
            let standing = Measured::of(known.get(parcel.code?)?)?;
            let own = Measured::of(parcel.shape)?;
            own.is_like(&standing).then(|| own.middle - standing.middle)
        })
        .collect()
}

/// The same for parcels without codes: the shift on which most of those that look alike agree.
fn by_vote(sample: &[Placed<'_>], fabric: &[Lot<'_>]) -> Vec<Coord<f64>> {
    let mut standing: Vec<Measured> = fabric
        .iter()
        .filter_map(|lot| Measured::of(lot.shape))
        .collect();
    standing.sort_by(|a, b| a.area_m2.total_cmp(&b.area_m2));
    let mut cells: HashMap<(i64, i64), Vec<Coord<f64>>> = HashMap::new();
    for own in sample
        .iter()
        .filter_map(|parcel| Measured::of(parcel.shape))
    {
        let from = standing.partition_point(|other| other.area_m2 < own.area_m2 * (1.0 - ALIKE));
        let mut voted: Vec<(i64, i64)> = Vec::new();
        for other in standing[from..]
            .iter()
            .take_while(|other| other.area_m2 <= own.area_m2 * (1.0 + ALIKE))
        {
            let moved = own.middle - other.middle;
            if moved.x.hypot(moved.y) > REACH_M || !own.is_like(other) {
                continue;
            }
            let cell = cell(moved);
            if !voted.contains(&cell) {
                voted.push(cell);
                cells.entry(cell).or_default().push(moved);
            }
        }
    }
    most_agreed(&cells, sample.len())
}

/// What is behind the winning cell and those beside it; nothing where none wins clearly. Where the file lies as it is
/// in force it needs no lead: lots in a row repeat themselves, and that they lie where they are is the plainest reading.
fn most_agreed(cells: &HashMap<(i64, i64), Vec<Coord<f64>>>, of_all: usize) -> Vec<Coord<f64>> {
    let around = |(x, y): (i64, i64)| -> Vec<Coord<f64>> {
        let near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        near.filter_map(|cell| cells.get(&cell))
            .flatten()
            .copied()
            .collect()
    };
    let needed = (SUPPORT * of_all as f64).max(PARCELS_MIN as f64);
    let behind = |cell: (i64, i64)| around(cell).len();
    let best = cells
        .keys()
        .map(|cell| (behind(*cell), *cell))
        .max_by_key(|(support, cell)| (*support, std::cmp::Reverse(*cell)));
    let Some((support, winner)) = best.filter(|(support, _)| *support as f64 >= needed) else {
        return Vec::new();
    };
    let here = behind((0, 0));
    if here as f64 >= needed && here * 10 >= support * 9 {
        return around((0, 0));
    }
    let apart = |(x, y): (i64, i64)| (x - winner.0).abs() > 2 || (y - winner.1).abs() > 2;
    let rival = cells
        .keys()
        .filter(|cell| apart(**cell))
        .map(|cell| behind(*cell))
        .max();
    if support >= AHEAD * rival.unwrap_or(0) {
        around(winner)
    } else {
        Vec::new()
    }
}

fn cell(moved: Coord<f64>) -> (i64, i64) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "within the reach, cells are hundreds"
    )]
    let number = |metres: f64| (metres / CELL_M).round() as i64;
    (number(moved.x), number(moved.y))
}

fn median_shift(moved: &[Coord<f64>]) -> Shift {
    let shift = median(moved);
    let mut off: Vec<f64> = moved
        .iter()
        .map(|one| (one.x - shift.x).hypot(one.y - shift.y))
        .collect();
    off.sort_by(f64::total_cmp);
    Shift {
        east_m: shift.x,
        north_m: shift.y,
        spread_m: off[off.len() / 2],
    }
}

fn median(of: &[Coord<f64>]) -> Coord<f64> {
    let one = |axis: fn(&Coord<f64>) -> f64| {
        let mut values: Vec<f64> = of.iter().map(axis).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Coord {
        x: one(|at| at.x),
        y: one(|at| at.y),
    }
}

/// What tells shapes apart wherever they lie.
struct Measured {
    middle: Coord<f64>,
    area_m2: f64,
    width_m: f64,
    height_m: f64,
}

impl Measured {
    fn of(shape: &MultiPolygon<f64>) -> Option<Self> {
        let bounds = shape.bounding_rect()?;
        Some(Self {
            middle: bounds.center(),
            area_m2: area_m2(shape),
            width_m: bounds.width(),
            height_m: bounds.height(),
        })
    }

    fn is_like(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= ALIKE * a.max(b);
        near(self.area_m2, other.area_m2)
            && near(self.width_m, other.width_m)
            && near(self.height_m, other.height_m)
    }
}
