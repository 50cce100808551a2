//! The area ledger against the same question asked of PostGIS, in one run on one database: `script/bench` sets it up
//! and names it in `CATASTRO_BENCH_URL`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use catastro_query::{Feed, Ground, MunicipalityLand, measure};
use domain::{collection::Collection, geometry::Scratch, id::Ubigeo};
use geo_types::{Geometry, MultiPolygon};
use sqlx::{Connection, PgConnection};

const ONE: &str = include_str!("shares_of_one.sql");

const ALL: &str = include_str!("shares_of_all.sql");

/// Parcels asked one by one of PostGIS: enough for a steady mean.
const SAMPLE: usize = 5_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Ok(url) = std::env::var("CATASTRO_BENCH_URL") else {
        println!("SE OMITE: falta CATASTRO_BENCH_URL (lo pone script/bench)");
        return Ok(());
    };
    let feed = Feed::start(store::Store::open(&url).await?).await?;
    let snapshot = feed.snapshot();
    let ubigeo: Ubigeo = "220101".parse()?;
    let land = snapshot
        .municipalities
        .get(&ubigeo)
        .ok_or("no land in 220101")?;
    let parcels = land
        .layer(&Collection::Parcels)
        .ok_or("no parcels")?
        .features()
        .len();

    let (all_s, ours) = best(5, || every_ledger(land));
    let one_s = {
        let begun = Instant::now();
        ledgers(land, 0, 1);
        begun.elapsed().as_secs_f64() / parcels as f64
    };

    let mut connection = PgConnection::connect(&url).await?;
    sqlx::query("set max_parallel_workers_per_gather = 4")
        .execute(&mut connection)
        .await?;
    let codes: Vec<String> = land
        .layer(&Collection::Parcels)
        .into_iter()
        .flat_map(|layer| layer.features().iter().step_by(parcels.div_ceil(SAMPLE)))
        .map(|feature| feature.code.to_string())
        .collect();
    for code in codes.iter().take(50) {
        sqlx::query(ONE)
            .bind(code)
            .fetch_all(&mut connection)
            .await?;
    }
    let begun = Instant::now();
    for code in &codes {
        sqlx::query(ONE)
            .bind(code)
            .fetch_all(&mut connection)
            .await?;
    }
    let one_sql_s = begun.elapsed().as_secs_f64() / codes.len() as f64;
    let mut all_sql = Duration::MAX;
    let mut theirs = 0.0;
    for _ in 0..3 {
        let begun = Instant::now();
        let (_, sum): (i64, f64) = sqlx::query_as(ALL).fetch_one(&mut connection).await?;
        all_sql = all_sql.min(begun.elapsed());
        theirs = sum;
    }

    println!("Balance de áreas de un lote ({parcels} lotes):");
    println!(
        "  en el proceso {:.2} µs, una sentencia preparada {:.0} µs: {:.0} veces más rápido (debe ser >= 20)",
        one_s * 1e6,
        one_sql_s * 1e6,
        one_sql_s / one_s
    );
    println!("Balances de todos los lotes:");
    println!(
        "  en el proceso {:.3} s, un cruce en paralelo {:.2} s: {:.0} veces más rápido (debe ser >= 8)",
        all_s,
        all_sql.as_secs_f64(),
        all_sql.as_secs_f64() / all_s
    );
    println!("  suma de las partes: {ours:.3} m² y {theirs:.3} m²");
    Ok(())
}

fn best(runs: usize, work: impl Fn() -> f64) -> (f64, f64) {
    (0..runs)
        .map(|_| {
            let begun = Instant::now();
            let result = work();
            (begun.elapsed().as_secs_f64(), result)
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or_default()
}

/// All ledgers, on all cores; gives the sum of the zones' shares.
fn every_ledger(land: &Arc<MunicipalityLand>) -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let parts: Vec<_> = (0..cores)
            .map(|part| scope.spawn(move || ledgers(land, part, cores)))
            .collect();
        parts.into_iter().filter_map(|part| part.join().ok()).sum()
    })
}

/// Every `step`-th ledger from `first` on: trees asked, areas measured, shares summed.
fn ledgers(land: &MunicipalityLand, first: usize, step: usize) -> f64 {
    let mut scratch = Scratch::default();
    let parcels = land
        .layer(&Collection::Parcels)
        .map(catastro_query::Layer::features)
        .unwrap_or_default();
    parcels
        .iter()
        .skip(first)
        .step_by(step)
        .filter_map(|parcel| match &parcel.geometry {
            Geometry::MultiPolygon(shape) => Some(shape),
            _ => None,
        })
        .map(|shape: &MultiPolygon<f64>| {
            let ground = Ground::around(land, shape);
            measure(shape, &ground, &mut scratch)
                .zones
                .iter()
                .map(|share| share.area_m2)
                .sum::<f64>()
        })
        .sum()
}
