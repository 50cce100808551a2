//! Cold tiles of lots against PostGIS's `ST_AsMVT`, in one run on one database: `script/bench` sets it up and names it in
//! `CATASTRO_BENCH_URL`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::{collections::BTreeSet, time::Instant};

use catastro_query::{
    Feed, Snapshot,
    tile::{Place, draw},
};
use domain::{collection::Collection, plan::palette::Palette};
use geo_types::Coord;
use sqlx::{Connection, PgConnection};

const THEIRS: &str = include_str!("tile.sql");

/// Tiles of a zoom that are drawn: enough for a steady mean.
const SAMPLE: usize = 60;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Ok(url) = std::env::var("CATASTRO_BENCH_URL") else {
        println!("SE OMITE: falta CATASTRO_BENCH_URL (lo pone script/bench)");
        return Ok(());
    };
    let feed = Feed::start(store::Store::open(&url).await?).await?;
    let snapshot = feed.snapshot();
    let palette = Palette::parse(include_str!("../../../data/reglas/colores_zonas.json"))?;
    let mut connection = PgConnection::connect(&url).await?;

    let begun = Instant::now();
    let first = places(&snapshot, 10)?;
    for place in &first {
        draw(&snapshot, &Collection::Manzanas, *place, &palette);
    }
    println!("Teselas de lotes, una por una y sin memoria de las anteriores:");
    println!("  puesta en marcha {:.3} s", begun.elapsed().as_secs_f64());
    for zoom in 14..=17 {
        let all = places(&snapshot, zoom)?;
        let places: Vec<Place> = all
            .iter()
            .copied()
            .step_by(all.len().div_ceil(SAMPLE).max(1))
            .collect();
        // Once for both, so that what is read from the disk is in memory.
        let (mut ours, mut theirs) = (f64::MAX, f64::MAX);
        let (mut our_bytes, mut their_bytes) = (0, 0);
        for _ in 0..3 {
            let begun = Instant::now();
            our_bytes = places
                .iter()
                .map(|place| draw(&snapshot, &Collection::Parcels, *place, &palette).len())
                .sum();
            ours = ours.min(begun.elapsed().as_secs_f64());
            let begun = Instant::now();
            their_bytes = 0;
            for place in &places {
                let (tile,): (Vec<u8>,) = sqlx::query_as(THEIRS)
                    .bind(i32::from(place.zoom()))
                    .bind(i32::try_from(place.column())?)
                    .bind(i32::try_from(place.row())?)
                    .fetch_one(&mut connection)
                    .await?;
                their_bytes += tile.len();
            }
            theirs = theirs.min(begun.elapsed().as_secs_f64());
        }
        let count = places.len() as f64;
        println!(
            "  z{zoom}: {:.2} ms ({:.0} kB), ST_AsMVT {:.2} ms ({:.0} kB), {} teselas: {:.1} veces más rápido (debe ser >= 3)",
            ours / count * 1e3,
            our_bytes as f64 / count / 1e3,
            theirs / count * 1e3,
            their_bytes as f64 / count / 1e3,
            places.len(),
            theirs / ours,
        );
    }
    Ok(())
}

/// The tiles of a zoom on which there are lots.
fn places(snapshot: &Snapshot, zoom: u8) -> Result<Vec<Place>, Box<dyn std::error::Error>> {
    let layers = snapshot
        .municipalities
        .values()
        .filter_map(|land| land.layer(&Collection::Parcels));
    let mut corners: Vec<Coord<f64>> = layers
        .flat_map(catastro_query::Layer::features)
        .filter_map(|lot| geo::BoundingRect::bounding_rect(&lot.geometry))
        .map(geo_types::Rect::min)
        .collect();
    gis::crs::to_lon_lat(&mut corners)?;
    let places: BTreeSet<Place> = corners
        .into_iter()
        .filter_map(|at| Place::around(zoom, at))
        .collect();
    Ok(places.into_iter().collect())
}
