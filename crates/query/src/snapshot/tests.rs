use std::sync::Arc;

use geo_types::{Geometry, LineString, MultiPolygon, Polygon};

use super::*;

const X0: f64 = 279_000.0;
const Y0: f64 = 9_331_000.0;

fn square(x: f64, y: f64, side: f64) -> MultiPolygon<f64> {
    let (x, y) = (X0 + x, Y0 + y);
    let ring = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
    MultiPolygon(vec![Polygon::new(
        LineString::from(ring.to_vec()),
        Vec::new(),
    )])
}

fn feature(ubigeo: Ubigeo, code: &str, geometry: Geometry<f64>) -> Feature {
    Feature {
        ubigeo,
        code: code.into(),
        geometry,
        attributes: "{}".into(),
        valid_from: "2026-01-01".parse().expect("a day"),
        change: ChangeNumber(1),
    }
}

/// Two municipalities side by side, 1000 m each; lots of 10 m along the bottom, three in the first, two in the second.
fn province() -> Snapshot {
    let land = |ubigeo: &str, x: f64, lots: u32| {
        let ubigeo: Ubigeo = ubigeo.parse().expect("six digits");
        let outline = square(x, 0.0, 1000.0);
        let lots = (1..=lots)
            .map(|number| {
                let shape = square(x + 10.0 * f64::from(number), 0.0, 10.0);
                feature(
                    ubigeo,
                    &format!("{ubigeo}01001{number:03}"),
                    Geometry::MultiPolygon(shape),
                )
            })
            .collect();
        let layer = Layer::new(&Collection::Parcels, lots);
        let municipality = Municipality {
            ubigeo,
            name: "Ejemplo".to_owned(),
            province: "Ejemplo".to_owned(),
            outline,
            accuracy_m: 500.0,
            demonstration: false,
        };
        let land = MunicipalityLand::new(municipality, [(Collection::Parcels, layer)]);
        (ubigeo, Arc::new(land))
    };
    Snapshot {
        change: ChangeNumber(1),
        municipalities: [land("220101", 0.0, 3), land("220102", 1000.0, 2)].into(),
        themes: Arc::default(),
        certificates: Arc::default(),
    }
}

fn window(x: [f64; 2], y: [f64; 2]) -> Window {
    let at = |x: f64, y: f64| Coord {
        x: X0 + x,
        y: Y0 + y,
    };
    let corners = [
        at(x[0], y[0]),
        at(x[1], y[0]),
        at(x[1], y[1]),
        at(x[0], y[1]),
    ];
    let side = |from: usize| vec![corners[from], corners[(from + 1) % 4]];
    Window::new([side(0), side(1), side(2), side(3)]).expect("a window")
}

/// Codes without their municipality's common part, how many match, and whether there is more.
fn check_page(page: &Page, expected: &str) {
    let province = province();
    let answer = province.page(&Collection::Parcels, page);
    let codes: Vec<String> = answer
        .features
        .iter()
        .map(|feature| format!("{}/{}", &feature.code[5..6], &feature.code[13..]))
        .collect();
    let more = if answer.more { " y más" } else { "" };
    assert_eq!(
        format!("{} de {}{more}", codes.join(" "), answer.matched),
        expected
    );
}

fn page(limit: usize) -> Page {
    Page {
        limit,
        ..Page::default()
    }
}

#[test]
fn pages_walk_through_all_municipalities() {
    check_page(&page(9), "1/1 1/2 1/3 2/1 2/2 de 5");
    check_page(&page(5), "1/1 1/2 1/3 2/1 2/2 de 5");
    check_page(&page(4), "1/1 1/2 1/3 2/1 de 5 y más");
    check_page(&page(3), "1/1 1/2 1/3 de 5 y más");
}

#[test]
fn a_page_goes_on_after_a_key_or_after_so_many() {
    let after = |ubigeo: &str, code: &str| Page {
        after: Some((ubigeo.parse().expect("six digits"), code.to_owned())),
        ..page(2)
    };
    check_page(&after("220101", "22010101001002"), "1/3 2/1 de 5 y más");
    check_page(&after("220101", "22010101001003"), "2/1 2/2 de 5");
    check_page(&after("220102", "22010201001002"), " de 5");
    // A lot that is gone since the page before leaves no gap.
    check_page(&after("220101", "220101010010015"), "1/2 1/3 de 5 y más");
    check_page(
        &Page {
            offset: 2,
            ..page(2)
        },
        "1/3 2/1 de 5 y más",
    );
    check_page(
        &Page {
            offset: 5,
            ..page(2)
        },
        " de 5",
    );
}

#[test]
fn a_window_takes_what_has_a_point_in_common_with_it() {
    let within = |x, y, limit| Page {
        area: Some(window(x, y)),
        ..page(limit)
    };
    check_page(&within([15.0, 25.0], [5.0, 6.0], 9), "1/1 1/2 de 2");
    check_page(&within([15.0, 25.0], [5.0, 6.0], 1), "1/1 de 2 y más");
    check_page(
        &within([0.0, 2000.0], [0.0, 10.0], 9),
        "1/1 1/2 1/3 2/1 2/2 de 5",
    );
    check_page(&within([15.0, 25.0], [10.0, 20.0], 9), "1/1 1/2 de 2");
    check_page(&within([15.0, 25.0], [10.1, 20.0], 9), " de 0");
    // Without width, or without any size at all.
    check_page(&within([25.0, 25.0], [-5.0, 5.0], 9), "1/2 de 1");
    check_page(&within([25.0, 25.0], [5.0, 5.0], 9), "1/2 de 1");
    check_page(&within([25.0, 25.0], [15.0, 15.0], 9), " de 0");
}

#[test]
fn a_slanted_shape_whose_box_alone_meets_the_window_stays_out() {
    let ubigeo: Ubigeo = "220101".parse().expect("six digits");
    let line = LineString::from(vec![(X0, Y0), (X0 + 100.0, Y0 + 100.0)]);
    let road = feature(ubigeo, "V1", Geometry::LineString(line));
    let layer = Layer::new(&Collection::Roads, vec![road]);
    assert!(layer.meeting(&window([60.0, 90.0], [0.0, 30.0])).is_empty());
    assert_eq!(layer.meeting(&window([60.0, 90.0], [0.0, 70.0])), [0]);
}

#[test]
fn features_are_found_by_code_and_by_place() {
    let province = province();
    let code = |found: Option<(&Arc<MunicipalityLand>, &Feature)>| {
        found.map(|(_, feature)| feature.code.to_string())
    };
    let by_code = |text| {
        let found = province.feature(&Collection::Parcels, text);
        found.map(|entry| entry.code.to_string())
    };
    assert_eq!(by_code("22010201001002"), Some("22010201001002".to_owned()));
    assert_eq!(by_code("22010201001009"), None);
    let at = |x: f64, y: f64| Coord {
        x: X0 + x,
        y: Y0 + y,
    };
    assert_eq!(
        code(province.parcel_at(at(25.0, 5.0))),
        Some("22010101001002".to_owned())
    );
    assert_eq!(code(province.parcel_at(at(25.0, 50.0))), None);
    let town = |x, y| {
        province
            .municipality_at(at(x, y))
            .map(|land| land.municipality.ubigeo.to_string())
    };
    assert_eq!(town(1500.0, 500.0), Some("220102".to_owned()));
    assert_eq!(town(5.0, -50.0), None);
}

#[test]
fn a_parcel_beyond_a_generalised_outline_is_still_of_its_municipality() {
    let mut province = province();
    let ubigeo: Ubigeo = "220101".parse().expect("six digits");
    let mut land = province.municipalities[&ubigeo].as_ref().clone();
    let beyond = Geometry::MultiPolygon(square(1010.0, 100.0, 10.0));
    let layer = Layer::new(&Collection::Zones, vec![feature(ubigeo, "Z1", beyond)]);
    land.layers.insert(Collection::Zones, Arc::new(layer));
    province.municipalities.insert(ubigeo, Arc::new(land));
    let at = Coord {
        x: X0 + 1015.0,
        y: Y0 + 105.0,
    };
    let found = province
        .municipality_at(at)
        .map(|land| land.municipality.ubigeo);
    assert_eq!(found, Some(ubigeo));
}

#[test]
fn attributes_are_read_in_the_order_of_the_features_and_what_is_none_is_empty() {
    let ubigeo: Ubigeo = "220101".parse().expect("six digits");
    let project = |code: &str, attributes: &str| Feature {
        attributes: attributes.into(),
        ..feature(ubigeo, code, Geometry::MultiPolygon(square(0.0, 0.0, 1.0)))
    };
    let features = vec![
        project("2000001", r#"{"fase": "idea"}"#),
        project("2000002", "[]"),
        project("2000003", r#"{"fase": "ejecucion"}"#),
    ];
    let layer = Layer::new(&Collection::Investments, features);
    let phases: Vec<Option<&str>> = layer
        .members()
        .iter()
        .map(|members| members.get("fase")?.as_str())
        .collect();
    assert_eq!(phases, [Some("idea"), None, Some("ejecucion")]);
}
