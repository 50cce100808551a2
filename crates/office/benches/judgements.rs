//! Whole judgements, as the doors give them, against the bare zone shares asked of PostGIS, in one run on one database:
//! `script/bench` sets it up and names it in `CATASTRO_BENCH_URL`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::{error::Error, path::PathBuf, sync::Arc, time::Instant};

use catastro_office::{
    Office, Sessions,
    certificates::Signing,
    checks::{BatchRequest, CheckRequest, Detail},
};
use chrono::Duration;
use serde_json::{Map, Value, json};
use sqlx::{Connection, PgConnection};
use store::Store;

const ONE: &str = include_str!("../../query/benches/shares_of_one.sql");
const ALL: &str = include_str!("../../query/benches/shares_of_all.sql");

/// Parcels asked one by one: enough for a steady mean.
const SAMPLE: usize = 5_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let Ok(url) = std::env::var("CATASTRO_BENCH_URL") else {
        println!("SE OMITE: falta CATASTRO_BENCH_URL (lo pone script/bench)");
        return Ok(());
    };
    let office = office(&url).await?;
    let mut connection = PgConnection::connect(&url).await?;
    let codes: Vec<String> = sqlx::query_scalar(
        "select code from parcel where ubigeo = '220101' and upper_inf(valid) and upper_inf(recorded)
         order by md5(code) limit $1",
    )
    .bind(i64::try_from(SAMPLE)?)
    .fetch_all(&mut connection)
    .await?;
    let (one_s, one_sql_s) = (
        one(&office, &codes).await?,
        one_sql(&mut connection, &codes).await?,
    );
    println!(
        "Un veredicto con su respuesta entera, {} lotes:",
        codes.len()
    );
    println!(
        "  en el proceso {:.1} µs, las partes solas en una sentencia preparada {:.0} µs: {:.0} veces más rápido (debe ser >= 20)",
        one_s * 1e6,
        one_sql_s * 1e6,
        one_sql_s / one_s
    );
    let mut all_sql_s = f64::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        let _: (i64, f64) = sqlx::query_as(ALL).fetch_one(&mut connection).await?;
        all_sql_s = all_sql_s.min(begun.elapsed().as_secs_f64());
    }
    println!("Un municipio entero ({all_sql_s:.2} s las partes solas en un cruce):");
    for (detail, name) in [
        (Detail::Counts, "juzgado, con sus cuentas"),
        (Detail::Brief, "y escrito en breve"),
        (Detail::Whole, "y escrito entero, con sus huellas"),
    ] {
        let mut best_s = f64::MAX;
        let mut parcels = 0;
        for _ in 0..3 {
            let begun = Instant::now();
            parcels = all(&office, detail).await?;
            best_s = best_s.min(begun.elapsed().as_secs_f64());
        }
        println!(
            "  {name}: {best_s:.2} s, {:.1} µs cada uno, {:.1} veces más rápido (debe ser >= 5)",
            best_s * 1e6 / parcels as f64,
            all_sql_s / best_s
        );
    }
    Ok(())
}

async fn office(url: &str) -> Outcome<Office> {
    let store = Store::open(url).await?;
    Ok(Office {
        feed: Arc::new(query::Feed::start(store.clone()).await?),
        store,
        uploads: PathBuf::new(),
        worker: PathBuf::new(),
        upload_bytes_max: 0,
        tracks: Arc::default(),
        signing: Signing {
            folder: PathBuf::new(),
            address: None,
        },
        sessions: Sessions {
            longest: Duration::hours(1),
            idle: Duration::hours(1),
        },
        elsewhere: None,
        private_networks: false,
        mail: None,
        impacts: std::sync::Arc::default(),
    })
}

fn proposal() -> Option<Map<String, Value>> {
    let proposal = json!({"uso": "vivienda", "pisos": 2, "altura_m": 7, "area_libre_pct": 40, "area_techada_m2": 200,
        "retiros_m": {"frontal": 3}});
    proposal.as_object().cloned()
}

/// Seconds of one check.
async fn one(office: &Office, codes: &[String]) -> Outcome<f64> {
    let mut best_s = f64::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        for code in codes {
            let request = CheckRequest {
                predio: Some(code.clone()),
                propuesta: proposal(),
                ..CheckRequest::default()
            };
            std::hint::black_box(office.check(request).await?);
        }
        best_s = best_s.min(begun.elapsed().as_secs_f64() / codes.len() as f64);
    }
    Ok(best_s)
}

async fn one_sql(connection: &mut PgConnection, codes: &[String]) -> Outcome<f64> {
    let mut best_s = f64::MAX;
    for _ in 0..2 {
        let begun = Instant::now();
        for code in codes {
            sqlx::query(ONE)
                .bind(code)
                .fetch_all(&mut *connection)
                .await?;
        }
        best_s = best_s.min(begun.elapsed().as_secs_f64() / codes.len() as f64);
    }
    Ok(best_s)
}

/// Checks all parcels; gives how many.
async fn all(office: &Office, detalle: Detail) -> Outcome<usize> {
    let request = BatchRequest {
        ubigeo: Some("220101".parse()?),
        propuesta: proposal(),
        detalle,
        ..BatchRequest::default()
    };
    let mut batch = office.batch(request).await?;
    while let Some(text) = batch.next().await {
        std::hint::black_box(text?);
    }
    Ok(batch.len())
}
