//! The fabric rules over towns of ten thousand, a hundred thousand and a million lots: the time for each lot should
//! hardly grow. The town is turned, so that the boxes of neighbours overlap as they do in a real one.

use std::time::Duration;

use catastro_domain::survey::{
    Catalogue,
    fabric::{Lot, Surroundings, check},
};
use criterion::{BenchmarkId, Criterion, Throughput};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

/// Lots along one side of a block; two rows back to back make the block.
const ROW: u32 = 10;
const LOT_WIDTH_M: f64 = 8.0;
const LOT_DEPTH_M: f64 = 20.0;
const STREET_M: f64 = 10.0;
/// One lot in so many was drawn a little too wide.
const WRONG_EVERY: u32 = 100;

/// Blocks of twenty lots in a square town, with a few overlaps.
fn town(lots: u32) -> Vec<MultiPolygon<f64>> {
    let blocks = lots.div_ceil(2 * ROW);
    let across = f64::from(blocks).sqrt().ceil();
    (0..lots)
        .map(|number| {
            let block = f64::from(number / (2 * ROW));
            let (column, row) = (block % across, (block / across).floor());
            let place = number % (2 * ROW);
            let wrong = if number % WRONG_EVERY == 0 { 0.05 } else { 0.0 };
            let x = column * (f64::from(ROW) * LOT_WIDTH_M + STREET_M)
                + f64::from(place % ROW) * LOT_WIDTH_M;
            let y = row * (2.0 * LOT_DEPTH_M + STREET_M) + f64::from(place / ROW) * LOT_DEPTH_M;
            let (right, top) = (x + LOT_WIDTH_M + wrong, y + LOT_DEPTH_M);
            let corners = [(x, y), (right, y), (right, top), (x, top)].map(turned);
            MultiPolygon(vec![Polygon::new(LineString(corners.to_vec()), vec![])])
        })
        .collect()
}

/// Turned by the angle whose sides are 3, 4 and 5, and put down in Moyobamba.
fn turned((x, y): (f64, f64)) -> Coord<f64> {
    Coord {
        x: 279_000.0 + 0.8 * x - 0.6 * y,
        y: 9_331_000.0 + 0.6 * x + 0.8 * y,
    }
}

fn fabrics(c: &mut Criterion) {
    let catalogue = Catalogue::parse(include_str!("../../../data/reglas/levantamiento.json"))
        .expect("a catalogue");
    let mut group = c.benchmark_group("fabric");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(5));
    for count in [10_000_u32, 100_000, 1_000_000] {
        let shapes = town(count);
        let codes: Vec<String> = (0..count).map(|number| format!("{number:014}")).collect();
        let lots: Vec<Lot<'_>> = (1..)
            .zip(shapes.iter().zip(&codes))
            .map(|(row, (shape, code))| Lot {
                row,
                code,
                shape,
                declared_area_m2: None,
            })
            .collect();
        group.throughput(Throughput::Elements(u64::from(count)));
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter(|| check(&lots, &Surroundings::default(), catalogue.tolerances()));
        });
    }
    group.finish();
}

fn main() {
    fabrics(&mut Criterion::default().configure_from_args());
}
