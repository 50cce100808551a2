//! One parcel's ledger against a zone of two thousand corners: well inside, across the border, and for scale
//! the making of the prepared zone.

use catastro_domain::geometry::{PreparedArea, Scratch, ledger_with};
use criterion::Criterion;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

const CENTRE: Coord<f64> = Coord {
    x: 279_000.0,
    y: 9_331_000.0,
};

/// A wavy ring about a point.
fn outline(centre: Coord<f64>, radius: f64, wave: f64, corners: u32) -> MultiPolygon<f64> {
    let ring = (0..corners).map(|corner| {
        let angle = std::f64::consts::TAU * f64::from(corner) / f64::from(corners);
        let radius = radius + wave * (angle * 97.0).sin();
        Coord {
            x: centre.x + radius * angle.cos(),
            y: centre.y + radius * angle.sin(),
        }
    });
    MultiPolygon(vec![Polygon::new(LineString(ring.collect()), vec![])])
}

fn ledgers(c: &mut Criterion) {
    let outline_of_zone = outline(CENTRE, 1_000.0, 20.0, 2_000);
    let zone = PreparedArea::new(&outline_of_zone);
    let inside = outline(
        Coord {
            x: CENTRE.x + 300.0,
            y: CENTRE.y - 200.0,
        },
        12.0,
        0.0,
        8,
    );
    let across = outline(
        Coord {
            x: CENTRE.x + 1_000.0,
            y: CENTRE.y + 1.0,
        },
        12.0,
        0.0,
        8,
    );
    let mut scratch = Scratch::default();
    c.bench_function("ledger, inside", |b| {
        b.iter(|| ledger_with(&mut scratch, &inside, &[&zone]));
    });
    c.bench_function("ledger, across the border", |b| {
        b.iter(|| ledger_with(&mut scratch, &across, &[&zone]));
    });
    c.bench_function("prepare a zone", |b| {
        b.iter(|| PreparedArea::new(&outline_of_zone));
    });
}

fn main() {
    ledgers(&mut Criterion::default().configure_from_args());
}
