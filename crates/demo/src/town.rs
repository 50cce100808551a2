//! A town: which cells of its grid it fills, and how they are numbered.

use std::collections::{BTreeMap, BTreeSet};

use domain::{collection::Collection, id::Ubigeo};
use geo_types::{Coord, Polygon};

use crate::{
    DemoFeature,
    block::Block,
    grid::{Cell, Grid, PITCH_ACROSS, PITCH_ALONG, whole},
    layers,
    noise::{Noise, wave},
    place::Place,
    water::River,
};

/// Ground of a parcel with its part of the streets, for a first guess of a town's size, in square metres.
const GROSS_PARCEL_M2: f64 = 320.0;
/// Most blocks in a sector: its number has three digits.
const SECTOR_BLOCKS_MAX: i32 = 999;
/// Most sectors in a town: two digits.
const SECTORS_MAX: usize = 99;

/// A municipality of the demonstration province. Knows where everything is; shapes are made when asked for.
#[derive(Clone, Debug)]
pub struct Town {
    pub(crate) place: &'static Place,
    pub(crate) ubigeo: Ubigeo,
    pub(crate) grid: Grid,
    pub(crate) river: Option<River>,
    pub(crate) blocks: BTreeMap<Cell, BlockNumber>,
    /// Ground of the town without lots: its river.
    pub(crate) open: BTreeSet<Cell>,
    /// Ground beyond the last houses, in the order of its distance.
    pub(crate) beyond: Vec<Cell>,
    /// Blocks from the seat outwards.
    pub(crate) outwards: Vec<Cell>,
    /// Sides of a sector, in cells.
    sector_cells: i32,
    sectors: BTreeMap<Cell, u32>,
    pub(crate) radius: f64,
}

/// A block in its sector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockNumber {
    pub sector: u32,
    pub number: u32,
    /// How many lots, where the block had to end the town.
    pub cut_into: Option<usize>,
}

impl Town {
    /// A town of `parcels` parcels, or of as many as its district has room for.
    pub(crate) fn new(place: &'static Place, ubigeo: Ubigeo, seed: u64, parcels: u32) -> Self {
        let noise = Noise::new(seed, ubigeo);
        let grid = Grid::new(place, noise);
        let radius = (f64::from(parcels) * GROSS_PARCEL_M2 / std::f64::consts::PI)
            .sqrt()
            .max(150.0);
        let mut town = Self {
            place,
            ubigeo,
            river: River::of(place, noise, radius),
            grid,
            blocks: BTreeMap::new(),
            open: BTreeSet::new(),
            beyond: Vec::new(),
            outwards: Vec::new(),
            sector_cells: 0,
            sectors: BTreeMap::new(),
            radius,
        };
        town.fill(parcels as usize);
        town.number();
        town
    }

    /// Its place code.
    pub fn ubigeo(&self) -> Ubigeo {
        self.ubigeo
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.place.name
    }

    /// The features of a layer, made one by one: memory holds a block at a time. A layer that the demonstration does
    /// not have is empty.
    pub fn features(
        &self,
        collection: &Collection,
    ) -> Box<dyn Iterator<Item = DemoFeature> + Send + '_> {
        match collection {
            Collection::Sectors => Box::new(layers::sectors::features(self)),
            Collection::Manzanas => Box::new(layers::manzanas::features(self)),
            Collection::Parcels => Box::new(layers::parcels::features(self)),
            Collection::Zones => Box::new(layers::zones::features(self)),
            Collection::Overlays => Box::new(layers::overlays::features(self)),
            Collection::Roads => Box::new(layers::roads::features(self)),
            Collection::Plans => Box::new(layers::plans::features(self)),
            Collection::Investments => Box::new(layers::investments::features(self)),
            Collection::Services => Box::new(layers::services::features(self)),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// The block of a cell with its lots.
    pub(crate) fn block(&self, cell: Cell, number: BlockNumber) -> Block {
        number.cut_into.map_or_else(
            || Block::cut(&self.grid, cell),
            |count| Block::cut_into(&self.grid, cell, count),
        )
    }

    /// The sectors and their cells, in the order of their numbers.
    pub(crate) fn sectors(&self) -> BTreeMap<u32, BTreeSet<Cell>> {
        let mut sectors: BTreeMap<u32, BTreeSet<Cell>> = BTreeMap::new();
        for &cell in self.blocks.keys().chain(&self.open) {
            if let Some(&sector) = self.sectors.get(&coarse(cell, self.sector_cells)) {
                sectors.entry(sector).or_default().insert(cell);
            }
        }
        sectors
    }

    /// Fills cells from the seat outwards until all parcels have a place.
    fn fill(&mut self, parcels: usize) {
        if parcels == 0 {
            return;
        }
        let mut left = parcels;
        let mut open = BTreeSet::new();
        let mut cells = self.cells_by_distance(self.radius * 1.8);
        // A district narrower than its town pushes it outwards: look further, as long as more is found.
        if cells.len() * 14 < parcels {
            cells = self.cells_by_distance(self.radius * 4.0);
        }
        let mut cells = cells.into_iter();
        for cell in cells.by_ref() {
            if self
                .river
                .is_some_and(|river| river.keeps_free(self.grid.own_centre(cell)))
            {
                open.insert(cell);
                continue;
            }
            let count = Block::cut(&self.grid, cell).lots.len();
            let cut_into = (count > left).then_some(left);
            self.blocks.insert(
                cell,
                BlockNumber {
                    sector: 0,
                    number: 0,
                    cut_into,
                },
            );
            self.outwards.push(cell);
            left -= count.min(left);
            if left == 0 {
                break;
            }
        }
        self.open = open;
        self.beyond = cells.take(self.blocks.len() / 5 + 6).collect();
    }

    /// Cells of the district within a distance, the nearest first; the town is not round, so neither is the distance.
    fn cells_by_distance(&self, reach: f64) -> Vec<Cell> {
        let outline = self.place.polygon();
        let wide = whole((reach / PITCH_ALONG).ceil());
        let high = whole((reach / PITCH_ACROSS).ceil());
        let mut found: Vec<(f64, Cell)> = (-wide..=wide)
            .flat_map(|i| (-high..=high).map(move |j| (i, j)))
            .map(|cell| (self.distance(cell), cell))
            .filter(|(distance, cell)| *distance < reach && self.lies_inside(&outline, *cell))
            .collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.into_iter().map(|(_, cell)| cell).collect()
    }

    /// Distance of a cell from the seat, stretched in some directions: towns grow along their roads.
    pub(crate) fn distance(&self, (i, j): Cell) -> f64 {
        let (x, y) = (f64::from(i) * PITCH_ALONG, f64::from(j) * PITCH_ACROSS);
        let straight = (x * x + y * y).sqrt();
        if straight == 0.0 {
            return 0.0;
        }
        // The stretch follows the direction only, so that the town is one piece without holes.
        let stretch = 1.0
            + 0.16 * wave(x / straight + 0.2)
            + 0.12 * wave(1.5 * y / straight + self.place.turn * 7.0);
        straight * stretch
    }

    fn lies_inside(&self, outline: &Polygon<f64>, (i, j): Cell) -> bool {
        [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            .into_iter()
            .all(|node| contains(outline, self.grid.node(node)))
    }

    /// Gives sectors and blocks their numbers: from the north-west, as one reads.
    fn number(&mut self) {
        // A sector holds about a sixth of a town's width, and grows when there would be too many.
        let mut side = whole((self.blocks.len() as f64).sqrt() / 3.0).clamp(4, 31);
        let mut sectors = self.coarse_cells(side);
        while sectors.len() > SECTORS_MAX && (side + 1) * (side + 1) <= SECTOR_BLOCKS_MAX {
            side += 1;
            sectors = self.coarse_cells(side);
        }
        self.sector_cells = side;
        self.sectors = sectors
            .into_iter()
            .zip(1..)
            .map(|((j, i), number)| ((i, -j), number))
            .collect();
        let mut last: BTreeMap<u32, u32> = BTreeMap::new();
        let mut reading: Vec<Cell> = self.blocks.keys().copied().collect();
        reading.sort_by_key(|&(i, j)| (-j, i));
        for cell in reading {
            let sector = self
                .sectors
                .get(&coarse(cell, side))
                .copied()
                .unwrap_or_default();
            let number = last.entry(sector).or_default();
            *number += 1;
            if let Some(block) = self.blocks.get_mut(&cell) {
                block.sector = sector;
                block.number = *number;
            }
        }
    }

    /// The sectors for a side, as (minus row, column): the order in which one reads.
    fn coarse_cells(&self, side: i32) -> BTreeSet<(i32, i32)> {
        let cells = self
            .blocks
            .keys()
            .chain(&self.open)
            .map(|&cell| coarse(cell, side));
        cells.map(|(i, j)| (-j, i)).collect()
    }
}

/// The square of `side` cells in which a cell lies. Squares are set so that the main square is in the middle of one.
pub(crate) fn coarse((i, j): Cell, side: i32) -> Cell {
    (
        (i + side / 2).div_euclid(side),
        (j + side / 2).div_euclid(side),
    )
}

/// Whether a point lies in a polygon without holes.
pub(crate) fn contains(polygon: &Polygon<f64>, at: Coord<f64>) -> bool {
    let crossings = polygon.exterior().lines().filter(|side| {
        let (a, b) = (side.start, side.end);
        (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x
    });
    crossings.count() % 2 == 1
}
