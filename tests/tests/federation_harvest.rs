//! Layers of others are harvested from servers that are well and from those that are not.

use std::{path::Path, process::Command, time::Duration};

use catastro_tests::{
    Office,
    federation::{Federation, source},
    shelf::{Served, Shelf},
};
use serde_json::{Value, json};

/// What a server answers to a path.
type Answers = Box<dyn Fn(&str) -> Served + Send>;

const JSON: &str = "application/geo+json";

/// So many places in a row, from a number on, as GDAL writes them in a format.
fn written(folder: &Path, name: &str, numbers: std::ops::Range<u32>, words: &[&str]) -> Vec<u8> {
    let features: Vec<Value> = numbers
        .map(|number| {
            json!({"type": "Feature", "properties": {"numero": number, "nombre": format!("Quebrada {number}")},
                "geometry": {"type": "Point", "coordinates": [-76.97 + f64::from(number) * 0.001, -6.03]}})
        })
        .collect();
    let from = folder.join("desde.geojson");
    let all = json!({"type": "FeatureCollection", "features": features});
    std::fs::write(&from, all.to_string()).expect("written");
    let to = folder.join(name);
    let _ = std::fs::remove_file(&to);
    let done = Command::new("ogr2ogr")
        .args(words)
        .args(["-nln", "rios"])
        .arg(&to)
        .arg(&from)
        .output()
        .expect("ogr2ogr");
    assert!(done.status.success(), "{done:?}");
    std::fs::read(&to).expect("what GDAL wrote")
}

/// Two pages of a collection of OGC API Features, of files that GDAL wrote.
fn pages(folder: &Path, numbers: std::ops::Range<u32>) -> [Vec<u8>; 2] {
    let middle = numbers.start + 3;
    let all = numbers.len();
    let page = |numbers, more: bool| {
        let text = written(folder, "pagina.json", numbers, &["-f", "GeoJSON"]);
        let mut page: Value = serde_json::from_slice(&text).expect("JSON");
        page["numberMatched"] = json!(all);
        page["links"] = if more {
            json!([{"rel": "next", "href": "/ogc/collections/rios/items?pagina=2"}])
        } else {
            json!([])
        };
        page.to_string().into_bytes()
    };
    [
        page(numbers.start..middle, true),
        page(middle..numbers.end, false),
    ]
}

fn whole(pages: [Vec<u8>; 2]) -> impl Fn(&str) -> Served + Send + 'static {
    move |path| {
        let [first, second] = pages.clone();
        let is_second = path.contains("pagina=2");
        assert!(path.starts_with("/ogc/collections/rios/items?"), "{path}");
        Served::Body(JSON, if is_second { second } else { first })
    }
}

fn near(feature: &Value, number: u32) {
    let place = feature["geometry"]["coordinates"]
        .as_array()
        .expect("a place");
    let at = |index: usize| place[index].as_f64().expect("a number");
    let east = -76.97 + f64::from(number) * 0.001;
    assert!(
        (at(0) - east).abs() < 1e-6 && (at(1) + 6.03).abs() < 1e-6,
        "{feature}"
    );
}

#[test]
fn a_layer_of_another_instance_of_ours_is_harvested_whole() {
    let federation = Federation::new();
    let other = Office::with_demonstration(300);
    let other = other.serve();
    let layer = "manzanas";
    let there = other.get(&format!("/ogc/collections/{layer}/items?f=json&limit=1"));
    let matched = there.json()["numberMatched"].as_i64().expect("a number");
    assert!(matched > 5);
    federation.add(&source("otra", "oapif", &other.url("/ogc"), Some(layer)));

    let done = federation.harvest("otra");
    assert_eq!(done["resultado"], "bien", "{done}");
    assert_eq!(done["entidades"], matched);
    assert_eq!(done["copia_nueva"], true);
    let one = federation.get("/api/fuentes/otra");
    assert_eq!(one["copia"]["entidades"], matched);
    assert!(
        one["copia"]["antiguedad"]
            .as_str()
            .is_some_and(|age| age.starts_with("hace"))
    );
    let page = federation.get("/api/fuentes/otra/entidades?limit=1000");
    assert_eq!(page["titular"], "Autoridad del agua");
    assert_eq!(page["licencia"], "CC BY 4.0");
    assert_eq!(page["numberReturned"], matched);
    let elsewhere = federation.get("/api/fuentes/otra/entidades?bbox=2,40,3,41");
    assert_eq!(elsewhere["numberReturned"], 0);

    // The same again is not kept twice.
    let again = federation.harvest("otra");
    assert_eq!(again["resultado"], "bien", "{again}");
    assert_eq!(again["copia_nueva"], false);
    assert_eq!(again["sha256"], done["sha256"]);
    let shown = federation.get("/api/fuentes/otra/entidades?limit=1000");
    assert_eq!(shown["numberReturned"], matched);
}

#[test]
fn whatever_a_server_does_the_last_good_copy_stays_with_its_age_and_the_failure_in_words() {
    let federation = Federation::new();
    let folder = tempfile::tempdir().expect("a folder");
    let good = pages(folder.path(), 1..6);
    let shelf = Shelf::new(whole(good.clone()));
    let address = format!("{}/ogc/", shelf.address);
    federation.add(&source("rios", "oapif", &address, Some("rios")));
    let done = federation.harvest("rios");
    assert_eq!(
        (&done["resultado"], &done["entidades"]),
        (&json!("bien"), &json!(5)),
        "{done}"
    );

    let [first, _] = good.clone();
    let first_only = move |second: Served| {
        let first = first.clone();
        move |path: &str| {
            if path.contains("pagina=2") {
                second.clone()
            } else {
                Served::Body(JSON, first.clone())
            }
        }
    };
    let empty =
        json!({"type": "FeatureCollection", "features": [], "numberMatched": 0}).to_string();
    let short = json!({"type": "FeatureCollection", "features": []}).to_string();
    let circle = json!({"type": "FeatureCollection", "features": [],
        "links": [{"rel": "next", "href": "/ogc/collections/rios/items?pagina=2"}]})
    .to_string();
    let always = |served: Served| -> Answers { Box::new(move |_: &str| served.clone()) };
    let bad: Vec<(&str, Answers)> = vec![
        (
            "cortó la respuesta",
            Box::new(first_only(Served::Cut(JSON, br#"{"type":"Fea"#.to_vec()))),
        ),
        ("estado HTTP 500", Box::new(first_only(Served::Status(500)))),
        (
            "No llegó entera: el servidor dijo 5 entidades y llegaron 3",
            Box::new(first_only(Served::Body(JSON, short.into_bytes()))),
        ),
        (
            "otra que ya se leyó",
            Box::new(first_only(Served::Body(JSON, circle.into_bytes()))),
        ),
        (
            "antes tenía 5 entidades",
            always(Served::Body(JSON, empty.into_bytes())),
        ),
        (
            "manda a otro servidor",
            always(Served::Redirect("http://10.0.0.1/dentro".to_owned())),
        ),
        ("megabytes", always(Served::Endless)),
        (
            "no son entidades",
            always(Served::Body(
                "text/html",
                b"<html>Mantenimiento</html>".to_vec(),
            )),
        ),
    ];
    for (count, (words, answers)) in (1..).zip(bad) {
        shelf.change(answers);
        let done = federation.harvest("rios");
        assert_eq!(done["resultado"], "fallo", "{words}: {done}");
        let said = done["falla"].as_str().expect("words");
        assert!(said.contains(words), "{words}: {said}");
        let one = federation.get("/api/fuentes/rios");
        assert_eq!(one["copia"]["entidades"], 5, "{words}: {one}");
        assert_eq!(one["ultima"]["fallas_seguidas"], count, "{one}");
        assert_eq!(federation.shown("rios").len(), 5, "{words}");
    }

    // It is well again, with other features: the new copy is shown, and of the older ones the last stays.
    for last in [7, 8, 9] {
        shelf.change(whole(pages(folder.path(), 1..last)));
        let done = federation.harvest("rios");
        assert_eq!(done["copia_nueva"], true, "{done}");
        let shown = federation.shown("rios");
        assert_eq!(shown.len(), last as usize - 1);
        for (number, feature) in (1..).zip(&shown) {
            near(feature, number);
            assert_eq!(
                feature["properties"]["nombre"],
                format!("Quebrada {number}")
            );
        }
    }
    let copies = federation
        .office
        .sql("select count(distinct harvest) from outside_feature where source = 'rios'");
    assert_eq!(copies, ["2"]);
    let runs = federation.get("/api/fuentes/rios/cosechas");
    assert_eq!(runs["cosechas"].as_array().map(Vec::len), Some(12));
    let paused = federation.get("/api/fuentes/rios");
    assert_eq!(paused["siguiente"], Value::Null);
}

#[test]
fn a_wfs_that_speaks_no_json_is_harvested_in_gml_page_by_page() {
    let federation = Federation::new();
    let folder = tempfile::tempdir().expect("a folder");
    let page = |numbers: std::ops::Range<u32>| {
        let here = numbers.len();
        let words = ["-f", "GML", "-dsco", "FORMAT=GML3.2"];
        let text = written(folder.path(), "rios.gml", numbers, &words);
        let text = String::from_utf8(text).expect("UTF-8");
        let counted =
            format!("<ogr:FeatureCollection numberMatched=\"5\" numberReturned=\"{here}\"");
        text.replacen("<ogr:FeatureCollection", &counted, 1)
            .into_bytes()
    };
    let (first, second) = (page(1..4), page(4..6));
    let shelf = Shelf::new(move |path| {
        let is_asked = [
            "service=WFS",
            "version=2.0.0",
            "request=GetFeature",
            "typeNames=ns%3Arios",
        ]
        .iter()
        .all(|part| path.contains(part));
        if !is_asked || path.contains("outputFormat=application%2Fjson") {
            return Served::Status(400);
        }
        let body = if path.contains("startIndex=3") {
            &second
        } else {
            &first
        };
        Served::Body("application/gml+xml", body.clone())
    });
    let address = format!("{}/wfs?map=x", shelf.address);
    federation.add(&source("wfs", "wfs", &address, Some("ns:rios")));
    let done = federation.harvest("wfs");
    assert_eq!(
        (&done["resultado"], &done["entidades"]),
        (&json!("bien"), &json!(5)),
        "{done}"
    );
    let shown = federation.shown("wfs");
    assert_eq!(shown.len(), 5);
    for (number, feature) in (1..).zip(&shown) {
        near(feature, number);
    }
    assert_eq!(shown[0]["properties"]["nombre"], "Quebrada 1");
}

#[test]
fn files_are_harvested_and_what_is_no_file_of_ours_is_refused_by_the_child() {
    let federation = Federation::new();
    let folder = tempfile::tempdir().expect("a folder");
    let package = written(folder.path(), "rios.gpkg", 1..5, &["-f", "GPKG"]);
    let zipped = written(
        folder.path(),
        "rios.shp.zip",
        1..4,
        &["-f", "ESRI Shapefile"],
    );
    let shelf = Shelf::new(move |path| match path {
        "/rios.gpkg" => Served::Body("application/octet-stream", package.clone()),
        "/rios.zip" => Served::Body("application/zip", zipped.clone()),
        _ => Served::Body(
            "application/octet-stream",
            b"SQLite format 3\0nada".to_vec(),
        ),
    });
    for (code, file, count) in [("paquete", "rios.gpkg", 4), ("shapefile", "rios.zip", 3)] {
        let address = format!("{}/{file}", shelf.address);
        federation.add(&source(code, "archivo", &address, None));
        let done = federation.harvest(code);
        assert_eq!(done["resultado"], "bien", "{done}");
        let shown = federation.shown(code);
        assert_eq!(shown.len(), count);
        near(&shown[0], 1);
    }
    let address = format!("{}/roto", shelf.address);
    federation.add(&source("roto", "archivo", &address, None));
    let done = federation.harvest("roto");
    assert_eq!(done["resultado"], "fallo", "{done}");
    assert!(
        done["falla"]
            .as_str()
            .is_some_and(|said| said.starts_with("No se pudo leer")),
        "{done}"
    );
    assert!(federation.shown("roto").is_empty());
}

#[test]
fn nothing_of_this_machine_is_asked_unless_somebody_allows_it() {
    let office = Office::new();
    let service = office.serve();
    let federation = Federation::with(office, service);
    let shelf = Shelf::new(|path| unreachable!("asked for {path}"));
    let port = shelf.address.rsplit(':').next().expect("a port");
    for (code, host) in [
        ("numero", "127.0.0.1"),
        ("nombre", "localhost"),
        ("seis", "[::ffff:127.0.0.1]"),
        ("hex", "0x7f.1"),
    ] {
        let address = format!("http://{host}:{port}/ogc");
        federation.add(&source(code, "oapif", &address, Some("rios")));
        let done = federation.harvest(code);
        let said = done["falla"].as_str().expect("words");
        assert!(said.contains("red privada"), "{host}: {said}");
    }
    let one = federation.get("/api/fuentes/numero");
    assert_eq!(one["copia"], Value::Null);
    assert!(federation.shown("numero").is_empty());
}

#[test]
fn an_active_source_is_harvested_by_itself() {
    let federation = Federation::of(Office::new());
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = Shelf::new(whole(pages(folder.path(), 1..6)));
    let address = format!("{}/ogc", shelf.address);
    let mut active = source("rios", "oapif", &address, Some("rios"));
    active["estado"] = json!("activa");
    federation.add(&active);
    let done = (0..600).find_map(|_| {
        let one = federation.get("/api/fuentes/rios");
        if one["ultima"].is_null() {
            std::thread::sleep(Duration::from_millis(200));
            return None;
        }
        Some(one)
    });
    let one = done.expect("a harvest within two minutes");
    assert_eq!(one["ultima"]["resultado"], "bien", "{one}");
    assert_eq!(federation.shown("rios").len(), 5);
    let next = one["siguiente"].as_str().expect("a moment");
    assert!(next > one["ultima"]["fecha"].as_str().expect("a moment"));
}
