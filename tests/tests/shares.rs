//! Every parcel's zone shares against PostGIS's own `ST_Intersection`.

use std::{collections::HashMap, path::Path};

use catastro_tests::{Office, count, shared};
use domain::{collection::Collection, geometry::Scratch};
use geo_types::Geometry;
use query::{Feed, Ground, measure};

/// Of the parcel's area.
const TOLERANCE: f64 = 1e-6;

#[test]
fn the_shares_of_all_parcels_are_those_of_postgis() {
    let (Some(parcels), Some(zones)) = (
        shared("ar-comodoro/moyobamba_32718/parcelas.zip"),
        shared("ar-comodoro/moyobamba_32718/zonificacion.gpkg"),
    ) else {
        return;
    };
    let office = Office::new();
    let _service = office.serve();
    let ingest = |file: &Path, collection: &str, publish: &[&str]| {
        let words = [
            "--collection",
            collection,
            "--ubigeo",
            "220101",
            "--profile",
            "tests/perfiles/comodoro.json",
            "--skip-errors",
        ];
        office
            .ingest(file, &[&words[..], publish].concat())
            .done()
            .json()
    };
    let _ = ingest(&zones, "zonificacion", &["--publish"]);
    let report = ingest(&parcels, "lotes", &["--publish"]);
    let outside = office.sql(
        "select count(*) from parcel p where not exists (
             select from zone z where z.geom && p.geom and st_area(st_intersection(p.geom, z.geom)) > 0)",
    );
    assert_eq!(outside, [count(&report, "sin_zona").to_string()]);

    // Rows with invalid shapes were left out by their findings, so there is no exception to explain: all must agree.
    let mut theirs: HashMap<(String, String), f64> = office
        .sql(
            "select p.code, z.code, st_area(st_intersection(p.geom, z.geom))
             from parcel p join zone z on st_intersects(p.geom, z.geom)",
        )
        .iter()
        .map(|line| {
            let mut columns = line.split('|').map(str::to_owned);
            let mut next = || columns.next().unwrap_or_default();
            ((next(), next()), next().parse().expect("an area"))
        })
        .collect();
    assert!(theirs.len() > 60_000, "{}", theirs.len());

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let snapshot = runtime.block_on(async {
        let store = store::Store::open(&office.database())
            .await
            .expect("the database");
        Feed::start(store).await.expect("the land").snapshot()
    });
    let land = snapshot
        .municipalities
        .values()
        .next()
        .expect("a municipality");
    let mut scratch = Scratch::default();
    let mut compared = 0;
    for parcel in land
        .layer(&Collection::Parcels)
        .expect("parcels")
        .features()
    {
        let shape = match &parcel.geometry {
            Geometry::MultiPolygon(shape) => shape,
            other => unreachable!("{}: {other:?}", parcel.code),
        };
        let shares = measure(shape, &Ground::around(land, shape), &mut scratch);
        let balance = &shares.balance;
        let parcel_m2 = balance.parcel_area_m2;
        let sum: f64 = shares.zones.iter().map(|share| share.area_m2).sum();
        let slack = 1e-9 * parcel_m2;
        assert!(
            (balance.covered_m2 + balance.uncovered_m2 - parcel_m2).abs() < slack,
            "{}",
            parcel.code
        );
        assert!(
            (balance.covered_m2 + balance.doubly_covered_m2 - sum).abs() < slack,
            "{}",
            parcel.code
        );
        for share in &shares.zones {
            let zone = &share.found.feature.code;
            let key = (parcel.code.to_string(), zone.to_string());
            let sql_m2 = theirs.remove(&key).unwrap_or(0.0);
            assert!(
                (share.area_m2 - sql_m2).abs() <= TOLERANCE * parcel_m2,
                "{key:?}: {} and {sql_m2}",
                share.area_m2
            );
            compared += 1;
        }
        // What only touches has no share with us and an area of zero with them.
    }
    let missed = theirs
        .iter()
        .filter(|(_, area_m2)| **area_m2 > 1e-6)
        .count();
    assert_eq!(missed, 0, "shares that PostGIS sees and we do not");
    assert!(compared > 60_000, "{compared}");
}
