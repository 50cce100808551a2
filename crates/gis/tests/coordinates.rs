//! Operations between reference systems, against numbers from EPSG's guidance and from PROJ's own tools.

use catastro_gis::crs::{
    Crs, LonLat, NoOperation, ToOfficial, from_lon_lat, geometry_from_lon_lat, geometry_to_lon_lat,
    to_lon_lat,
};
use catastro_gis::file::FileCrs;
use geo_types::{Coord, Geometry, Point, Rect, polygon};

/// The place of a coordinate on the official system, with the operation that brings it there.
fn official(crs: &str, x: f64, y: f64) -> (Point<f64>, String, Option<f64>) {
    let operation =
        ToOfficial::new(&Crs::parse(crs).expect("a known system")).expect("an operation");
    let mut geometry = Geometry::Point(Point::new(x, y));
    operation.apply(&mut geometry).expect("a place in Peru");
    let point = Point::try_from(geometry).expect("a point");
    (
        point,
        operation.operation().to_owned(),
        operation.accuracy_m(),
    )
}

#[track_caller]
fn check(crs: &str, x: f64, y: f64, expected: (f64, f64), within_m: f64) {
    let (found, operation, _) = official(crs, x, y);
    let off = (found.x() - expected.0).hypot(found.y() - expected.1);
    assert!(
        off < within_m,
        "{crs}: {found:?} by {operation}, off by {off}"
    );
}

#[test]
fn psad56_moves_by_the_parameters_of_epsg_1208() {
    let expected = (278_779.024_332, 8_664_631.457_549);
    check("EPSG:24878", 279_000.0, 8_665_000.0, expected, 1e-5);
    for crs in [
        "EPSG:24877",
        "EPSG:24879",
        "EPSG:24891",
        "EPSG:24892",
        "EPSG:24893",
        "EPSG:4248",
    ] {
        let operation = ToOfficial::new(&Crs::parse(crs).expect("known")).expect("an operation");
        assert_eq!(
            operation.operation(),
            "PSAD56 to WGS 84 (8), EPSG:1208, exactitud 16 m"
        );
        assert_eq!(operation.accuracy_m(), Some(16.0));
    }
}

/// The same ground point in every PSAD56 system comes out at the same place.
#[test]
fn all_psad56_systems_agree() {
    let expected = (278_779.024_332, 8_664_631.457_549);
    // From `echo 279000 8665000 | cs2cs -f %.10f EPSG:24878 +to EPSG:n`, a change of projection without one of datum.
    for (crs, x, y) in PSAD56_TWINS {
        check(crs, x, y, expected, 0.01);
    }
}

#[test]
fn the_official_system_stays_as_it_is() {
    let (point, operation, accuracy_m) = official("32718", 279_000.25, 9_330_000.5);
    assert_eq!(point, Point::new(279_000.25, 9_330_000.5));
    assert_eq!(operation, "sin transformación");
    assert_eq!(accuracy_m, Some(0.0));
}

#[test]
fn degrees_come_longitude_first() {
    for crs in ["EPSG:4326", "OGC:CRS84", "crs84", "epsg:4326"] {
        check(
            crs,
            -77.030_274_726_948_28,
            -12.068_977_438_400_202,
            (279_000.0, 8_665_000.0),
            1e-6,
        );
    }
}

#[test]
fn peru96_is_within_its_accuracy_and_named() {
    let (point, operation, accuracy_m) = official("EPSG:5387", 279_000.0, 9_330_000.0);
    assert!(
        (point.x() - 279_000.0).hypot(point.y() - 9_330_000.0) < 1.0,
        "{point:?}"
    );
    assert!(operation.contains("Peru96 to WGS 84"), "{operation}");
    assert!(accuracy_m.is_some_and(|m| m <= 2.0), "{accuracy_m:?}");
}

#[test]
fn another_zone_is_brought_into_ours() {
    // `echo 279000 9330000 | cs2cs -f %.4f EPSG:32718 +to EPSG:32717`
    check(
        "EPSG:32717",
        ZONE_17.0,
        ZONE_17.1,
        (279_000.0, 9_330_000.0),
        0.001,
    );
}

#[test]
fn what_is_no_system_of_the_ground_is_refused() {
    for unknown in [
        "",
        "EPSG:",
        "EPSG:999999",
        "WGS84",
        "EPSG:32718x",
        "+proj=utm",
        "/etc/passwd",
        "EPSG:-1",
        "ESRI:1",
    ] {
        assert!(Crs::parse(unknown).is_err(), "{unknown:?}");
    }
    let refusal = |crs: &str| ToOfficial::new(&Crs::parse(crs).expect("known")).err();
    assert!(matches!(
        refusal("EPSG:5773"),
        Some(NoOperation::Vertical { .. })
    ));
    assert!(matches!(
        refusal("EPSG:4978"),
        Some(NoOperation::Geocentric { .. })
    ));
    let drawing = FileCrs {
        authority: None,
        name: "plano".to_owned(),
        wkt: r#"LOCAL_CS["plano",UNIT["metre",1]]"#.to_owned(),
    };
    let refused = ToOfficial::new(&Crs::from_file(&drawing)).err();
    assert!(matches!(refused, Some(NoOperation::Local { crs }) if crs == "plano"));
}

#[test]
fn coordinates_beyond_the_earth_are_an_error() {
    let operation =
        ToOfficial::new(&Crs::parse("EPSG:4326").expect("known")).expect("an operation");
    for (x, y) in [
        (f64::NAN, 0.0),
        (f64::INFINITY, 0.0),
        (0.0, 95.0),
        (279_000.0, 9_330_000.0),
    ] {
        assert!(
            operation.apply_coords(&mut [Coord { x, y }]).is_err(),
            "{x} {y}"
        );
    }
}

#[test]
fn longitude_and_latitude_there_and_back() {
    let mut coords = [Coord {
        x: 279_000.0,
        y: 8_665_000.0,
    }];
    to_lon_lat(&mut coords).expect("a place");
    assert!((coords[0].x - -77.030_274_726_948_28).abs() < 1e-11);
    assert!((coords[0].y - -12.068_977_438_400_202).abs() < 1e-11);
    from_lon_lat(&mut coords).expect("a place");
    assert!((coords[0].x - 279_000.0).hypot(coords[0].y - 8_665_000.0) < 1e-6);

    let block: Geometry<f64> = polygon![
        exterior: [(x: 280_000.0, y: 9_330_000.0), (x: 280_100.0, y: 9_330_000.0), (x: 280_100.0, y: 9_330_100.0)],
        interiors: [[(x: 280_080.0, y: 9_330_010.0), (x: 280_090.0, y: 9_330_010.0), (x: 280_090.0, y: 9_330_020.0)]],
    ]
    .into();
    let there = geometry_to_lon_lat(&block).expect("places");
    let back = geometry_from_lon_lat(&there).expect("places");
    let (Geometry::Polygon(block), Geometry::Polygon(back)) = (block, back) else {
        unreachable!("polygons stay polygons");
    };
    assert_eq!(back.interiors().len(), 1);
    let pairs = block.exterior().0.iter().zip(&back.exterior().0);
    for (a, b) in pairs.chain(block.interiors()[0].0.iter().zip(&back.interiors()[0].0)) {
        assert!((a.x - b.x).hypot(a.y - b.y) < 1e-6);
    }
    // A rectangle is none any more after it.
    let own = LonLat::new().expect("PROJ's database");
    let rect = Rect::new((280_000.0, 9_330_000.0), (280_100.0, 9_330_100.0));
    assert!(matches!(own.apply(&rect.into()), Ok(Geometry::Polygon(_))));
}

#[test]
fn each_thread_has_its_own_operation() {
    let threads: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(|| {
                for _ in 0..200 {
                    let mut coords = [Coord {
                        x: 279_000.0,
                        y: 8_665_000.0,
                    }; 10];
                    to_lon_lat(&mut coords).expect("a place");
                    assert!((coords[9].x - -77.030_274_726_948_28).abs() < 1e-11);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
}

/// EPSG:24878 (279000, 8665000) in the other PSAD56 systems.
const PSAD56_TWINS: [(&str, f64, f64); 6] = [
    ("EPSG:24877", 932_374.854_705_730_7, 8_662_683.333_114_166),
    ("EPSG:24879", -376_611.693_000_182_7, 8_652_912.150_064_234),
    ("EPSG:24891", 599_938.271_182_664_7, 753_316.167_729_183),
    ("EPSG:24892", 607_902.973_569_712_8, 755_807.450_707_501_3),
    ("EPSG:24893", 611_914.006_371_399_6, 747_554.865_479_723_4),
    ("EPSG:4248", -77.030_192_555_1, -12.068_839_147_6),
];

/// EPSG:32718 (279000, 9330000) in zone 17.
const ZONE_17: (f64, f64) = (943_345.574_6, 9_328_770.003_3);

#[test]
fn a_definition_without_a_code_is_used_as_it_is() {
    let file = |wkt: &str| FileCrs {
        authority: None,
        name: "propio".to_owned(),
        wkt: wkt.to_owned(),
    };
    // PSAD56 by ESRI's name, on a projection that has no code: the datum alone calls for EPSG:1208.
    let psad56 = Crs::from_file(&file(PSAD56_OWN));
    let operation = ToOfficial::new(&psad56).expect("an operation");
    assert_eq!(operation.accuracy_m(), Some(16.0));
    let mut coords = [Coord {
        x: 279_000.0 - 500_000.0,
        y: 8_665_000.0,
    }];
    operation.apply_coords(&mut coords).expect("a place");
    let [found] = coords;
    assert!(
        (found.x - 278_779.024_332).hypot(found.y - 8_664_631.457_549) < 1e-5,
        "{found:?}"
    );
}

/// EPSG:24878 as ESRI writes it, but for a false easting of 0.
const PSAD56_OWN: &str = r#"PROJCS["propio",GEOGCS["GCS_Provisional_S_American_1956",
    DATUM["D_Provisional_S_American_1956",SPHEROID["International_1924",6378388.0,297.0]],
    PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],
    PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",10000000.0],PARAMETER["Central_Meridian",-75.0],
    PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;
