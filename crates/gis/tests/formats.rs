//! KML, GML and geodatabases; encodings of a DBF; and all formats mutilated.

mod common;

use std::{fs, net::TcpListener, path::Path};

use catastro_gis::file::{How, OpenError, ShapeValue, Source, Value};
use common::{Seed, data, names, polygons, read, rows, text, text_file, try_rows};
use tempfile::TempDir;

const KML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>plano</name>
<NetworkLink><Link><href>LINK</href></Link></NetworkLink>
<Folder><name>lotes</name>
<Placemark><name>Peña</name><styleUrl>LINK#s</styleUrl>
<ExtendedData><Data name="codigo"><value>007</value></Data><Data name="icon"><value>x</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>-77,-6,100 -76.9,-6,100 -76.9,-5.9,100 -77,-6,100</coordinates>
</LinearRing></outerBoundaryIs></Polygon></Placemark>
</Folder></Document></kml>"#;

const GML: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://ogr.maptools.org/ LINK">
<gml:featureMember><ogr:lote fid="1"><ogr:shape><gml:Polygon srsName="EPSG:32718"><gml:outerBoundaryIs><gml:LinearRing>
<gml:coordinates>276000,8673000 276010,8673000 276010,8673010 276000,8673000</gml:coordinates></gml:LinearRing>
</gml:outerBoundaryIs></gml:Polygon></ogr:shape><ogr:codigo>007</ogr:codigo><ogr:nota xlink:href="LINK"/></ogr:lote>
</gml:featureMember></ogr:FeatureCollection>"#;

#[test]
fn a_placemark_keeps_what_it_is_and_loses_how_it_is_drawn() {
    for name in ["plano.kml", "plano"] {
        let source = read(name, KML, None).expect("a KML file");
        assert_eq!((source.driver(), source.layer_name()), ("KML", "lotes"));
        assert_eq!(
            source.crs().and_then(|crs| crs.authority.as_deref()),
            Some("EPSG:4326")
        );
        let read = rows(&source);
        let named = |name: &str| names(&source).iter().position(|field| *field == name);
        assert_eq!(read[0].values[named("Name").expect("a name")], text("Peña"));
        assert_eq!(
            read[0].values[named("codigo").expect("a code")],
            text("007")
        );
        assert_eq!(named("tessellate"), None);
        let first = polygons(&read[0].shape)[0].exterior().0[0];
        assert_eq!((first.x, first.y), (-77.0, -6.0));
    }
}

#[test]
fn attributes_of_gml_are_text() {
    let source = read("plano.gml", GML, None).expect("a GML file");
    assert_eq!((source.driver(), source.layer_name()), ("GML", "lote"));
    assert_eq!(
        source.crs().and_then(|crs| crs.authority.as_deref()),
        Some("EPSG:32718")
    );
    let read = rows(&source);
    let code = names(&source)
        .iter()
        .position(|field| *field == "codigo")
        .expect("a code");
    assert_eq!(read[0].values[code], text("007"));
    let first = polygons(&read[0].shape)[0].exterior().0[0];
    assert_eq!((first.x, first.y), (276_000.0, 8_673_000.0));
}

#[test]
fn a_schema_beside_a_gml_is_not_read() {
    let Some(gml) = data("pe-independencia/derivados/s27_lote.gml") else {
        return;
    };
    let (folder, path) = text_file("lotes.gml", fs::read(gml).expect("the file"));
    fs::write(folder.path().join("lotes.xsd"), "<nope").expect("a schema");
    fs::write(folder.path().join("lotes.gfs"), "<nope").expect("a template");
    let source = Source::open(&path, None).expect("the lots");
    assert_eq!(rows(&source).len(), 637);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 3);
}

#[test]
fn no_link_is_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("no waiting");
    let port = listener.local_addr().expect("its address").port();
    let secret = text_file("secreto.kml", KML.replace("plano", "secreto"));
    let local = format!("file://{}", secret.1.display());
    for link in [
        format!("http://127.0.0.1:{port}/x"),
        local,
        secret.1.display().to_string(),
    ] {
        for (name, xml) in [("a.kml", KML), ("a.gml", GML)] {
            let source = read(name, xml.replace("LINK", &link), None).expect("the file");
            assert_eq!(rows(&source).len(), 1, "{name} {link}");
        }
    }
    assert!(listener.accept().is_err(), "nobody may call");
}

#[test]
fn xml_that_grows_or_goes_deep_is_refused() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE kml [<!ENTITY a 'aaaa'>]>".to_owned() + &KML[38..];
    assert_eq!(read("a.kml", bomb, None).err(), Some(OpenError::Entities));
    let late = KML.replace("<Folder>", "<!DOCTYPE kml [<!ENTITY a 'aaaa'>]><Folder>");
    assert_eq!(read("a.kml", late, None).err(), Some(OpenError::Entities));
    let deep = KML.replace("<Folder>", &"<Folder>".repeat(100_000));
    let deep = read("a.kml", deep, None).err();
    assert!(matches!(deep, Some(OpenError::TooDeep { .. })), "{deep:?}");
}

#[test]
fn a_geodatabase_is_a_folder_with_layers() {
    let Some(path) = data("formatos-sucios/qgis/test_gdb.gdb") else {
        return;
    };
    let Some(OpenError::SeveralLayers { available }) = Source::open(&path, None).err() else {
        unreachable!("it has three layers");
    };
    assert_eq!(available, ["polys", "lines", "points"]);
    let source = Source::open(&path, Some("polys")).expect("the layer");
    assert_eq!((source.driver(), source.count()), ("FileGDB", 2));
    let read = rows(&source);
    assert!(read.iter().all(|row| !polygons(&row.shape).is_empty()));
    let folder = TempDir::new().expect("a folder");
    let no_database = folder.path().join("a.gdb");
    fs::create_dir(&no_database).expect("a folder");
    assert_eq!(
        Source::open(&no_database, None).err(),
        Some(OpenError::UnknownFormat)
    );
    fs::write(no_database.join("a00000001.gdbtable"), "x").expect("a table");
    let found = Source::open(&no_database, None).err();
    assert!(
        matches!(found, Some(OpenError::Unreadable { .. })),
        "{found:?}"
    );
    std::os::unix::fs::symlink("/etc/passwd", no_database.join("a00000002.gdbtable"))
        .expect("a link");
    let found = Source::open(&no_database, None).err();
    assert!(
        matches!(found, Some(OpenError::Unreadable { .. })),
        "{found:?}"
    );
}

/// A shapefile whose DBF has one column of text, in these bytes, and this byte for its language.
fn shapefile(cells: &[&[u8]], language: u8, cpg: Option<&str>) -> (TempDir, std::path::PathBuf) {
    let mut dbf = vec![3, 126, 11, 23];
    dbf.extend(u32::try_from(cells.len()).expect("few").to_le_bytes());
    dbf.extend(65_u16.to_le_bytes());
    dbf.extend(31_u16.to_le_bytes());
    dbf.resize(32, 0);
    dbf[29] = language;
    dbf.extend(b"nombre\0\0\0\0\0C\0\0\0\0\x1e\0");
    dbf.resize(64, 0);
    dbf.push(b'\r');
    for cell in cells {
        dbf.push(b' ');
        dbf.extend(*cell);
        dbf.resize(dbf.len() + 30 - cell.len(), b' ');
    }
    let (mut shp, mut shx) = (Vec::new(), Vec::new());
    for (file, words) in [
        (&mut shp, 50 + 14 * cells.len()),
        (&mut shx, 50 + 4 * cells.len()),
    ] {
        file.extend(9_994_u32.to_be_bytes());
        file.resize(24, 0);
        file.extend(u32::try_from(words).expect("few").to_be_bytes());
        file.extend(1_000_u32.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        file.resize(100, 0);
    }
    for number in 1..=u32::try_from(cells.len()).expect("few") {
        shx.extend((50 + 14 * (number - 1)).to_be_bytes());
        shx.extend(10_u32.to_be_bytes());
        shp.extend(number.to_be_bytes());
        shp.extend(10_u32.to_be_bytes());
        shp.extend(1_u32.to_le_bytes());
        shp.extend([0; 16]);
    }
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("vias.shp");
    for (extension, bytes) in [("shp", &shp), ("shx", &shx), ("dbf", &dbf)] {
        fs::write(path.with_extension(extension), bytes).expect("a part");
    }
    if let Some(cpg) = cpg {
        fs::write(path.with_extension("cpg"), cpg).expect("the .cpg");
    }
    (folder, path)
}

#[track_caller]
fn check_text(
    cells: &[&[u8]],
    language: u8,
    cpg: Option<&str>,
    (words, used, how): (&[&str], &str, How),
) {
    let (_folder, path) = shapefile(cells, language, cpg);
    let source = Source::open(&path, None).expect("a shapefile");
    let found = source.encoding().expect("an encoding");
    assert_eq!((found.used.as_str(), found.how), (used, how), "{found:?}");
    let read: Vec<Value> = rows(&source)
        .into_iter()
        .flat_map(|row| row.values)
        .collect();
    let words: Vec<Value> = words.iter().map(|word| text(word)).collect();
    assert_eq!(read, words);
}

#[test]
fn the_encoding_of_a_dbf_is_told_by_its_letters() {
    let spanish = &["PEÑA", "José Gálvez", "Av. Túpac"];
    let dos: &[&[u8]] = &[b"PE\xa5A", b"Jos\x82 G\xa0lvez", b"Av. T\xa3pac"];
    let latin: &[&[u8]] = &[b"PE\xd1A", b"Jos\xe9 G\xe1lvez", b"Av. T\xfapac"];
    let utf8: Vec<&[u8]> = spanish.iter().map(|word| word.as_bytes()).collect();
    check_text(dos, 0, None, (spanish, "CP850", How::Letters));
    check_text(latin, 0, None, (spanish, "ISO-8859-1", How::Letters));
    check_text(&utf8, 0, None, (spanish, "UTF-8", How::ValidUtf8));
    check_text(&[b"LIMA"], 0, None, (&["LIMA"], "UTF-8", How::Ascii));
    // The header's byte (0x57, Latin-1) is believed, except against the letters.
    check_text(latin, 0x57, None, (spanish, "ISO-8859-1", How::Declared));
    check_text(&utf8, 0x57, None, (spanish, "UTF-8", How::ValidUtf8));
    check_text(dos, 0x57, None, (spanish, "CP850", How::Letters));
    // A .cpg is believed, and what it makes impossible is read again.
    check_text(&utf8, 0, Some("UTF-8"), (spanish, "UTF-8", How::Declared));
    check_text(latin, 0, Some("UTF-8"), (spanish, "UTF-8", How::Mended));
    check_text(dos, 0, Some("UTF-8"), (spanish, "UTF-8", How::Mended));
}

#[test]
fn streets_without_a_cpg_have_their_letters() {
    let Some(path) = data("pe-independencia/derivados/ejes_via_latin1.shp") else {
        return;
    };
    let source = Source::open(&path, None).expect("the streets");
    let found = source.encoding().expect("an encoding");
    assert_eq!(
        (found.used.as_str(), found.how),
        ("ISO-8859-1", How::Letters)
    );
    let all = format!("{:?}", rows(&source));
    assert!(all.contains('Ñ') && !all.contains('\u{fffd}'), "{all}");
}

/// Opens a mutilated file and reads it as far as it goes. That there is an answer is what counts.
fn answer(path: &Path) -> bool {
    Source::open(path, None).is_ok_and(|source| try_rows(&source).is_ok())
}

#[test]
fn mutilated_files_give_an_answer() {
    let dxf = "0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\nLOTE\n90\n4\n70\n1\n10\n0\n20\n0\n10\n900\n20\n0\n\
        42\n0.5\n10\n900\n20\n900\n10\n0\n20\n900\n0\nTEXT\n8\nLOTE\n10\n5\n20\n5\n40\n1\n1\nuno\n0\nLINE\n8\nX\n10\n0\n20\n0\n\
        11\n9\n21\n9\n0\nARC\n8\nX\n10\n0\n20\n0\n40\n7\n50\n0\n51\n90\n0\nENDSEC\n0\nEOF\n";
    let vertices = "lote;vertice;este;norte;uso\n1;1;0;0;a\n1;2;9;0;a\n1;3;9;9;a\n\"2\";1;1,5;0;\n2;2;9;0;b\n2;3;9;9;b\n";
    let wkt = "codigo,wkt\n1,\"POLYGON ((0 0, 9 0, 9 9, 0 0))\"\n2,POINT Z (1 2 3)\n";
    let mut seed = Seed(20_261_123);
    for (name, whole) in [
        ("a.kml", KML),
        ("a.gml", GML),
        ("a.dxf", dxf),
        ("a.csv", vertices),
        ("b.csv", wkt),
    ] {
        assert!(read(name, whole, None).is_ok(), "{name}");
        let mut read = 0;
        for _ in 0..300 {
            let mutant = seed.mutant(whole.as_bytes());
            let (folder, path) = text_file(name, &mutant);
            read += u32::from(answer(&path));
            assert_eq!(
                fs::read_dir(folder.path()).expect("the folder").count(),
                1,
                "{name}"
            );
        }
        assert!(read > 0, "{name}");
    }
}

#[test]
fn mutilated_folders_and_tables_give_an_answer() {
    let mut seed = Seed(7);
    for _ in 0..300 {
        let cells: &[&[u8]] = &[b"PE\xa5A", "Peña".as_bytes()];
        let (_folder, path) = shapefile(cells, 0, None);
        let part = path.with_extension(["shp", "shx", "dbf"][seed.next() % 3]);
        let mutant = seed.mutant(&fs::read(&part).expect("a part"));
        fs::write(&part, mutant).expect("the part");
        answer(&path);
    }
    let Some(whole) = data("formatos-sucios/qgis/test_gdb.gdb") else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let copy = folder.path().join("a.gdb");
    fs::create_dir(&copy).expect("a folder");
    let mut parts: Vec<_> = fs::read_dir(&whole)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    parts.sort();
    for part in &parts {
        fs::write(copy.join(part), fs::read(whole.join(part)).expect("a part")).expect("a copy");
    }
    for _ in 0..300 {
        let part = &parts[seed.next() % parts.len()];
        let sound = fs::read(whole.join(part)).expect("a part");
        fs::write(copy.join(part), seed.mutant(&sound)).expect("the part");
        if let Ok(source) = Source::open(&copy, Some("polys")) {
            let read = try_rows(&source).unwrap_or_default();
            assert!(read.iter().all(|row| row.shape != ShapeValue::NotRead));
        }
        fs::write(copy.join(part), sound).expect("the part");
    }
}
