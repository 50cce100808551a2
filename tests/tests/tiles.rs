//! Tiles and styles: what is on a tile is what PostGIS finds there, and only what changed is sent again.

use std::{path::PathBuf, process::Command};

use catastro_tests::{Call, Office, Reply, Service};
use serde_json::{Value, json};

const GRID: &str = "tiles/WebMercatorQuad";

fn get(path: &str) -> Call {
    Call::new("GET", path)
}

fn etag(reply: &Reply) -> String {
    (*reply.header("etag").first().expect("a tag")).to_owned()
}

/// Column and row of the tile around a place.
fn around(zoom: u32, lon: f64, lat: f64) -> (u32, u32) {
    let side = f64::from(2_u32.pow(zoom));
    let x = (lon / 360.0 + 0.5) * side;
    let y = (0.5 - lat.to_radians().tan().asinh() / std::f64::consts::TAU) * side;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of a tile"
    )]
    let whole = |part: f64| part as u32;
    (whole(x), whole(y))
}

/// The middle of the first feature of a layer.
fn first_place(service: &Service, layer: &str) -> (f64, f64) {
    let page = service
        .get(&format!("/ogc/collections/{layer}/items?limit=1"))
        .json();
    let shape = &page["features"][0]["geometry"]["coordinates"];
    let mut corner = shape;
    while corner[0].is_array() {
        corner = &corner[0];
    }
    let part = |axis: usize| corner[axis].as_f64().expect("a number");
    (part(0), part(1))
}

/// Puts a layer of a tile into a table of the database, on the official projection, as GDAL reads it.
fn decoded(office: &Office, bytes: &[u8], (zoom, x, y): (u32, u32, u32), layer: &str, table: &str) {
    let path = office.folder().join(format!("{table}.pbf"));
    std::fs::write(&path, bytes).expect("a file");
    let output = Command::new("ogr2ogr")
        .args(["-f", "PostgreSQL"])
        .arg(office.database_for_gdal())
        .arg(&path)
        .args([layer, "-nln", table, "-overwrite", "-t_srs", "EPSG:32718"])
        .args(["-lco", "GEOMETRY_NAME=geom", "-oo", "CLIP=NO"])
        .args(["-oo", &format!("X={x}"), "-oo", &format!("Y={y}")])
        .args(["-oo", &format!("Z={zoom}")])
        .output()
        .expect("ogr2ogr");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_tile_has_the_features_that_postgis_finds_there() {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    let (lon, lat) = first_place(&service, "lotes");
    for (layer, code, zoom) in [
        ("lotes", "codigo", 14),
        ("lotes", "codigo", 16),
        ("manzanas", "codigo", 13),
        ("restricciones", "codigo", 12),
        ("vias", "codigo", 14),
    ] {
        let (x, y) = around(zoom, lon, lat);
        let bytes = service.bytes(&get(&format!(
            "/ogc/collections/{layer}/{GRID}/{zoom}/{y}/{x}"
        )));
        decoded(&office, &bytes, (zoom, x, y), layer, "tesela");
        let there = format!(
            "select code from spatial_unit where layer = '{layer}' and upper_inf(valid) and upper_inf(recorded)
             and st_intersects(geom, st_transform(st_segmentize(st_tileenvelope({zoom}, {x}, {y}, margin => MARGIN), 50), 32718))"
        );
        let missing =
            there.replace("MARGIN", "0.0") + &format!(" except select {code}::text from tesela");
        let beyond =
            format!("select {code}::text from tesela except ") + &there.replace("MARGIN", "0.02");
        assert_eq!(office.sql(&missing), [""; 0], "{layer} at {zoom}");
        assert_eq!(office.sql(&beyond), [""; 0], "{layer} at {zoom}");
        let count = office.sql("select count(*) from tesela");
        assert_ne!(count, ["0"], "{layer} at {zoom}");
    }
}

#[test]
fn the_areas_on_a_tile_are_near_those_of_the_lots() {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    let (lon, lat) = first_place(&service, "lotes");
    let zoom = 16;
    let (x, y) = around(zoom, lon, lat);
    let bytes = service.bytes(&get(&format!("/ogc/{GRID}/{zoom}/{y}/{x}")));
    decoded(&office, &bytes, (zoom, x, y), "lotes", "tesela");
    // A unit is fifteen centimetres: a border may lie half of that away.
    let judged = office.sql(&format!(
        "select count(*), count(*) filter (where st_isvalid(t.geom)),
             count(*) filter (where abs(st_area(t.geom) - st_area(p.geom)) < 0.15 * st_perimeter(p.geom)),
             count(*) filter (where t.provisional is not null)
         from tesela t join parcel p on p.code = t.codigo::text and upper_inf(p.valid) and upper_inf(p.recorded)
         where st_within(p.geom, st_transform(st_tileenvelope({zoom}, {x}, {y}), 32718))"
    ));
    let counts: Vec<&str> = judged[0].split('|').collect();
    assert_ne!(counts[0], "0", "{judged:?}");
    assert!(counts.iter().all(|count| count == &counts[0]), "{judged:?}");
    // A zone brings its colour, an overlay what it does.
    let zoom = 12;
    let (x, y) = around(zoom, lon, lat);
    let bytes = service.bytes(&get(&format!("/ogc/{GRID}/{zoom}/{y}/{x}")));
    decoded(&office, &bytes, (zoom, x, y), "zonificacion", "zonas");
    decoded(
        &office,
        &bytes,
        (zoom, x, y),
        "restricciones",
        "restricciones",
    );
    assert_eq!(
        office.sql("select count(*) from zonas where color !~ '^#[0-9a-f]{6}$' or codigo is null"),
        ["0"]
    );
    assert_eq!(
        office.sql("select count(*) from restricciones where color is null or tipo is null or efecto is null"),
        ["0"]
    );
}

#[test]
fn overviews_are_light_and_without_lots() {
    let office = Office::with_demonstration(3_000);
    let service = office.serve();
    let (lon, lat) = first_place(&service, "lotes");
    for zoom in 0..=20 {
        let (x, y) = around(zoom, lon, lat);
        let (reply, bytes) = service.fetch(&get(&format!("/ogc/{GRID}/{zoom}/{y}/{x}")));
        assert_eq!(reply.status, 200, "{zoom}");
        assert!(bytes.len() < 500_000, "{zoom}: {}", bytes.len());
        let (lots, _) = service.fetch(&get(&format!(
            "/ogc/collections/lotes/{GRID}/{zoom}/{y}/{x}"
        )));
        assert_eq!(lots.status, if zoom < 12 { 204 } else { 200 }, "{zoom}");
    }
}

/// A file of two lots, kilometres apart; the first is as many millidegrees wide as told.
fn two_lots(office: &Office, width: f64) -> PathBuf {
    let lot = |number: &str, west: f64, east: f64| {
        json!({
            "type": "Feature",
            "properties": {"cod_sector": "01", "cod_mzna": "001", "cod_lote": number, "uso": "vivienda"},
            "geometry": {"type": "Polygon", "coordinates": [[
                [west, -6.03], [east, -6.03], [east, -6.029], [west, -6.029], [west, -6.03]
            ]]},
        })
    };
    let near = lot("014", NEAR, NEAR + width / 1000.0);
    let far = lot("015", FAR, FAR + 0.0002);
    let path = office.folder().join(format!("lotes_{width}.geojson"));
    let collection = json!({"type": "FeatureCollection", "features": [near, far]});
    std::fs::write(&path, collection.to_string()).expect("a file");
    path
}

const NEAR: f64 = -76.97;
const FAR: f64 = -76.93;
const WORDS: [&str; 5] = ["--collection", "lotes", "--ubigeo", "220101", "--publish"];

#[test]
fn a_publication_changes_the_tiles_where_it_is_and_the_past_stays() {
    let office = Office::new();
    let service = office.serve();
    let first = office.ingest(&two_lots(&office, 0.2), &WORDS).done().json();
    service.wait_for_version(first["version_datos"].as_i64().expect("a number"));
    let between = office.sql(
        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    );
    let zoom = 15;
    let path = |lon: f64| {
        let (x, y) = around(zoom, lon + 0.0001, -6.0295);
        format!("/ogc/collections/lotes/{GRID}/{zoom}/{y}/{x}")
    };
    let tag = |lon: f64| etag(&service.fetch(&get(&path(lon))).0);
    let (near, far) = (tag(NEAR), tag(FAR));
    assert_ne!(near, far);

    let second = office.ingest(&two_lots(&office, 0.3), &WORDS).done().json();
    assert_eq!(second["cambios"]["modificacion"], 1);
    service.wait_for_version(second["version_datos"].as_i64().expect("a number"));
    let unchanged = get(&path(FAR)).header("if-none-match", &far);
    assert_eq!(service.fetch(&unchanged).0.status, 304);
    let changed = get(&path(NEAR)).header("if-none-match", &near);
    let (reply, _) = service.fetch(&changed);
    assert_eq!(reply.status, 200);
    assert_ne!(etag(&reply), near);

    // As it was known before, the tile is the one that was sent then, to the byte.
    let known = format!("{}?conocido_a={}", path(NEAR), between[0]);
    let (then, bytes) = service.fetch(&get(&known));
    assert_eq!(etag(&then), near);
    let (x, y) = around(zoom, NEAR + 0.0001, -6.0295);
    decoded(&office, &bytes, (zoom, x, y), "lotes", "antes");
    let area: f64 = office.sql("select st_area(geom) from antes")[0]
        .parse()
        .expect("an area");
    assert!((2_350.0..2_550.0).contains(&area), "{area}");
    // Before the lots were, the tile is empty.
    let (never, _) = service.fetch(&get(&format!("{}?datetime=2001-01-01", path(NEAR))));
    assert_eq!(never.status, 204);
    assert!(never.header("cache-control")[0].contains("max-age=300"));
}

#[test]
fn tiles_are_packed_tagged_and_asked_after() {
    let office = Office::with_demonstration(500);
    let service = office.serve();
    let (lon, lat) = first_place(&service, "lotes");
    let (x, y) = around(15, lon, lat);
    let path = format!("/ogc/{GRID}/15/{y}/{x}");
    let (plain, bytes) = service.fetch(&get(&path));
    assert_eq!(plain.kind, "application/vnd.mapbox-vector-tile");
    assert!(plain.header("content-encoding").is_empty());
    assert!(plain.header("cache-control")[0].contains("must-revalidate"));
    let (packed, fewer) = service.fetch(&get(&path).header("accept-encoding", "gzip, br"));
    assert_eq!(packed.header("content-encoding"), ["gzip"]);
    assert_eq!(fewer[..2], [0x1f, 0x8b]);
    assert!(fewer.len() < bytes.len());
    // Strong tags, one for each form; either is known again.
    let tags = [etag(&plain), etag(&packed)];
    assert_ne!(tags[0], tags[1]);
    for tag in &tags {
        assert!(tag.starts_with('"'), "{tag}");
        let (again, nothing) = service.fetch(&get(&path).header("if-none-match", tag));
        assert_eq!((again.status, nothing.len()), (304, 0));
    }
    // The layers of a tile are those that are named, in whatever order.
    let chosen = |names: &str| {
        let (reply, bytes) = service.fetch(&get(&format!("{path}?collections={names}")));
        (etag(&reply), bytes.len())
    };
    assert_eq!(chosen("lotes,manzanas"), chosen("manzanas,lotes"));
    assert!(chosen("lotes").1 < bytes.len());
    let alone = service.fetch(&get(&format!("/ogc/collections/lotes/{GRID}/15/{y}/{x}")));
    assert_eq!(chosen("lotes").0, etag(&alone.0));
    // Nothing of ours is in Paris.
    let (paris, nothing) = service.fetch(&get(&format!("/ogc/{GRID}/10/352/518")));
    assert_eq!((paris.status, nothing.len()), (204, 0));
}

#[test]
fn what_is_no_tile_is_said_in_spanish() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    for (path, status, said) in [
        (
            "tiles/WebMercatorQuad/21/0/0",
            404,
            "No hay una tesela 21/0/0",
        ),
        ("tiles/WebMercatorQuad/3/8/0", 404, "No hay una tesela"),
        ("tiles/WebMercatorQuad/3/0/8", 404, "No hay una tesela"),
        ("tiles/WebMercatorQuad/99999/0/0", 404, "No hay una tesela"),
        (
            "tiles/WebMercatorQuad/a/0/0",
            400,
            "no es un número de tesela",
        ),
        (
            "tiles/WebMercatorQuad/1/-1/0",
            400,
            "no es un número de tesela",
        ),
        ("tiles/Otra/1/0/0", 404, "No hay una malla «Otra»"),
        ("tiles/Otra", 404, "No hay una malla"),
        ("tileMatrixSets/Otra", 404, "No hay una malla"),
        ("collections/nada/tiles", 404, "No hay una capa «nada»"),
        (
            "tiles/WebMercatorQuad/1/0/0?collections=lotes,nada",
            404,
            "No hay una capa «nada»",
        ),
        (
            "tiles/WebMercatorQuad/1/0/0?f=png",
            400,
            "No se ofrece el formato «png»",
        ),
        (
            "tiles/WebMercatorQuad?f=png",
            400,
            "No se ofrece el formato «png»",
        ),
        (
            "tiles/WebMercatorQuad/1/0/0?datetime=ayer",
            400,
            "no vale para «datetime»",
        ),
        (
            "tiles/WebMercatorQuad/1/0/0?datetime=2020-01-01/..",
            400,
            "de un día",
        ),
        (
            "tiles/WebMercatorQuad/1/0/0?conocido_a=ayer",
            400,
            "no vale para «conocido_a»",
        ),
        (
            "tiles/WebMercatorQuad/1/0/0?capa=lotes",
            400,
            "No existe el parámetro «capa»",
        ),
        ("styles/nada", 404, "No hay un estilo «nada»"),
        ("styles/mapa?datetime=ayer", 400, "no vale para «datetime»"),
        ("styles/mapa?f=sld", 400, "No se ofrece el formato «sld»"),
    ] {
        let reply = service.get(&format!("/ogc/{path}"));
        assert_eq!(reply.status, status, "{path}: {}", reply.text);
        assert_eq!(reply.kind, "application/problem+json", "{path}");
        assert!(reply.text.contains(said), "{path}: {}", reply.text);
    }
}

fn link<'a>(document: &'a Value, rel: &str) -> &'a str {
    document["links"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|link| {
            link["rel"]
                .as_str()
                .is_some_and(|known| known.ends_with(rel))
        })
        .and_then(|link| link["href"].as_str())
        .expect(rel)
}

#[test]
fn from_the_landing_page_links_lead_to_a_tile() {
    let office = Office::with_demonstration(500);
    let service = office.serve();
    let follow = |href: &str| service.get(&href.replace(&service.url(""), "")).json();
    let landing = service.get("/ogc").json();
    let layer = service.get("/ogc/collections/lotes").json();
    for list in [
        link(&landing, "/tilesets-vector"),
        link(&layer, "/tilesets-vector"),
    ] {
        let list = follow(list);
        let entry = &list["tilesets"][0];
        assert_eq!(entry["dataType"], "vector");
        let set = follow(link(entry, "self"));
        assert_eq!(set["crs"], "http://www.opengis.net/def/crs/EPSG/0/3857");
        let grid = follow(link(&set, "/tiling-scheme"));
        assert_eq!(grid["id"], "WebMercatorQuad");
        assert_eq!(grid["tileMatrices"].as_array().map(Vec::len), Some(21));
        assert_eq!(grid["uri"], set["tileMatrixSetURI"]);
        let limits = &set["tileMatrixSetLimits"][14];
        assert_eq!(limits["tileMatrix"], "14");
        let [row, column] = ["minTileRow", "minTileCol"].map(|name| limits[name].to_string());
        let tile = link(&set, "item")
            .replace("{tileMatrix}", "14")
            .replace("{tileRow}", &row)
            .replace("{tileCol}", &column)
            .replace(&service.url(""), "");
        assert!(
            [200, 204].contains(&service.fetch(&get(&tile)).0.status),
            "{tile}"
        );
        assert!(
            set["layers"]
                .as_array()
                .is_some_and(|layers| !layers.is_empty())
        );

        let described = follow(link(&set, "alternate"));
        assert_eq!(described["tilejson"], "3.0.0");
        assert!(
            described["tiles"][0]
                .as_str()
                .is_some_and(|url| url.contains("/{z}/{y}/{x}"))
        );
        assert_eq!(described["bounds"].as_array().map(Vec::len), Some(4));
        let layers = described["vector_layers"].as_array().expect("layers");
        let lots = layers
            .iter()
            .find(|layer| layer["id"] == "lotes")
            .expect("lots");
        assert_eq!(
            lots["fields"],
            json!({"codigo": "String", "provisional": "Boolean"})
        );
        assert_eq!(lots["minzoom"], 12);
    }
    let grids = follow(link(&landing, "/tiling-schemes"));
    assert_eq!(grids["tileMatrixSets"][0]["id"], "WebMercatorQuad");
    let classes = service.get("/ogc/conformance").json();
    for class in [
        "core",
        "tileset",
        "tilesets-list",
        "dataset-tilesets",
        "geodata-tilesets",
        "mvt",
    ] {
        let class = format!("http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{class}");
        assert!(
            classes["conformsTo"]
                .as_array()
                .is_some_and(|all| all.contains(&class.into()))
        );
    }
}

#[test]
fn styles_draw_layers_that_their_tiles_have_and_tell_their_colours() {
    let office = Office::with_demonstration(500);
    let service = office.serve();
    let (lon, lat) = first_place(&service, "lotes");
    let landing = service.get("/ogc").json();
    let list = service
        .get(&link(&landing, "/styles").replace(&service.url(""), ""))
        .json();
    let styles = list["styles"].as_array().expect("styles");
    assert!(styles.len() >= 4);
    for style in styles {
        let url = link(style, "stylesheet").replace(&service.url(""), "");
        let reply = service.get(&format!("{url}?datetime=2020-01-01"));
        assert_eq!(reply.kind, "application/vnd.mapbox.style+json");
        let style = reply.json();
        assert_eq!(style["version"], 8);
        let tiles = style["sources"]["catastro"]["tiles"][0]
            .as_str()
            .expect("tiles");
        assert!(tiles.starts_with(&service.url("/")) && tiles.ends_with("&datetime=2020-01-01"));
        let (x, y) = around(14, lon, lat);
        let address = tiles
            .replace(&service.url(""), "")
            .replace("{z}", "14")
            .replace("{y}", &y.to_string())
            .replace("{x}", &x.to_string())
            .replace("&datetime=2020-01-01", "");
        assert_eq!(service.fetch(&get(&address)).0.status, 200, "{address}");
        let layers = style["layers"].as_array().expect("layers");
        for layer in layers
            .iter()
            .filter_map(|layer| layer["source-layer"].as_str())
        {
            assert!(address.contains(layer), "{layer} in {address}");
        }
        let told = service.get(&format!("{url}/metadata")).json();
        assert_eq!(told["leyenda"], style["metadata"]["catastro:leyenda"]);
        for entry in told["leyenda"].as_array().expect("a legend") {
            assert!(
                entry["color"]
                    .as_str()
                    .is_some_and(|color| color.starts_with('#'))
            );
            assert!(
                entry["etiqueta"]
                    .as_str()
                    .is_some_and(|label| !label.is_empty())
            );
        }
    }
    let zones = service.get("/ogc/styles/zonificacion/metadata").json();
    assert!(
        zones
            .to_string()
            .contains("Residencial de densidad media (RDM)")
    );
}
