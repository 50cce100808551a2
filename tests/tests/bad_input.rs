//! Whatever is wrong with a file is said in Spanish, with what to do; exit code 2, and nothing changes.

use std::path::PathBuf;

use catastro_tests::{Office, shared};

/// A file or a word, the layer and municipality it is sent to, further words, and what must be said.
struct Case {
    file: PathBuf,
    collection: &'static str,
    ubigeo: &'static str,
    more: &'static [&'static str],
    says: &'static [&'static str],
}

#[test]
fn bad_input_is_refused_with_what_to_do_and_changes_nothing() {
    let office = Office::new();
    let mut cases = own_files(&office);
    cases.extend(shared_files());
    let service = office.serve();
    for case in &cases {
        let mut words = vec![
            "--collection",
            case.collection,
            "--ubigeo",
            case.ubigeo,
            "--publish",
            "--skip-errors",
        ];
        words.extend(case.more);
        let answer = office.ingest(&case.file, &words);
        let said = format!("{}{}", answer.complaint, answer.output);
        assert_eq!(answer.code, 2, "{}: {said}", case.file.display());
        for expected in case.says {
            assert!(
                said.contains(expected),
                "{}: «{expected}» is not in: {said}",
                case.file.display()
            );
        }
    }
    assert_eq!(office.sql("select count(*) from spatial_unit"), ["0"]);
    assert_eq!(office.sql("select count(*) from municipality"), ["0"]);
    drop(service);
}

fn own_files(office: &Office) -> Vec<Case> {
    let write = |name: &str, text: &str| {
        let path = office.folder().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let feature = |geometry: &str, properties: &str| {
        format!(
            r#"{{"type": "FeatureCollection", "features": [{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}]}}"#
        )
    };
    let square = r#"{"type": "Polygon", "coordinates": [[[-76.97, -6.03], [-76.969, -6.03], [-76.969, -6.029], [-76.97, -6.03]]]}"#;
    let lima = r#"{"type": "Polygon", "coordinates": [[[-77.05, -11.99], [-77.049, -11.99], [-77.049, -11.989], [-77.05, -11.99]]]}"#;
    let good = r#"{"cod_sector": "01", "cod_mzna": "001", "cod_lote": "001"}"#;
    let case = |file, says| Case {
        file,
        collection: "lotes",
        ubigeo: "220101",
        more: &[],
        says,
    };
    vec![
        case(
            office.folder().join("no_existe.shp"),
            &["No se encuentra el archivo", "Compruebe la ruta"],
        ),
        case(office.folder().to_owned(), &["no es de un archivo"]),
        case(
            write("texto.txt", "esto no es un plano"),
            &["No se reconoce el formato", "GeoPackage"],
        ),
        case(
            write(
                "roto.geojson",
                r#"{"type": "FeatureCollection", "features": [{"#,
            ),
            &["dañado"],
        ),
        case(
            write(
                "vacio.geojson",
                r#"{"type": "FeatureCollection", "features": []}"#,
            ),
            &["vacía"],
        ),
        case(
            write(
                "puntos.geojson",
                &feature(r#"{"type": "Point", "coordinates": [-76.97, -6.03]}"#, good),
            ),
            &["recibe polígonos", "trae puntos"],
        ),
        case(
            write("columnas.geojson", &feature(square, r#"{"color": "rojo"}"#)),
            &["faltan columnas", "cod_sector", "color"],
        ),
        case(
            write("lima.geojson", &feature(lima, good)),
            &["fuera del municipio 220101", "--source-crs"],
        ),
        Case {
            more: &["--source-crs", "EPSG:999999"],
            ..case(
                write("crs.geojson", &feature(square, good)),
                &["No existe el sistema de referencia", "EPSG:32718"],
            )
        },
        Case {
            ubigeo: "999999",
            ..case(
                write("municipio.geojson", &feature(square, good)),
                &["No conozco el municipio 999999"],
            )
        },
        Case {
            more: &["--profile", "ninguno"],
            ..case(
                write("perfil.geojson", &feature(square, good)),
                &["No hay un perfil llamado", "peru"],
            )
        },
    ]
}

fn shared_files() -> Vec<Case> {
    let case = |file: &str, collection, says| {
        shared(file).map(|file| Case {
            file,
            collection,
            ubigeo: "220101",
            more: &[],
            says,
        })
    };
    [
        case(
            "formatos-sucios/zip-malformados/bigzero-zip.zip",
            "lotes",
            &["otro archivo comprimido"],
        ),
        case(
            "formatos-sucios/zip-malformados/encrypt.zip",
            "lotes",
            &["contraseña"],
        ),
        case(
            "formatos-sucios/zip-malformados/broken.zip",
            "lotes",
            &["zip"],
        ),
        case("formatos-sucios/qgis/multipatch.shp", "lotes", &[".dbf"]),
        case("formatos-sucios/qgis/empty_spatial_layer.shp", "lotes", &[]),
        case(
            "formatos-sucios/qgis/mixed_layers.gpkg",
            "lotes",
            &["faltan columnas"],
        ),
        case(
            "ar-comodoro/moyobamba_32718/barrios.gpkg",
            "vias",
            &["recibe líneas", "trae polígonos"],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn a_code_of_another_municipality_stays_out() {
    let office = Office::new();
    let file = office.folder().join("ajeno.geojson");
    std::fs::write(
        &file,
        r#"{"type": "FeatureCollection", "features": [{"type": "Feature",
            "properties": {"ubigeo": "220105", "cod_sector": "01", "cod_mzna": "001", "cod_lote": "001"},
            "geometry": {"type": "Polygon", "coordinates": [[[-76.97, -6.03], [-76.969, -6.03], [-76.969, -6.029], [-76.97, -6.03]]]}}]}"#,
    )
    .expect("a file");
    let refused = office.ingest(
        &file,
        &["--collection", "lotes", "--ubigeo", "220101", "--publish"],
    );
    assert_eq!(refused.code, 2);
    let report = refused.json();
    assert_eq!(catastro_tests::count(&report, "codigo_ajeno"), 1);
    let message = report["hallazgos"][0]["ejemplos"][0]["mensaje"]
        .as_str()
        .unwrap_or_default();
    assert!(
        message.contains("220105") && message.contains("220101"),
        "{message}"
    );
}

#[test]
fn what_is_typed_wrong_is_said_in_spanish() {
    let office = Office::new();
    for (words, says) in [
        (vec!["ingesta"], "No existe la orden «ingesta»"),
        (vec!["ingest"], "Falta:"),
        (
            vec!["ingest", "x.shp", "--collection", "lotes", "--ubigeo", "22"],
            "seis dígitos",
        ),
        (
            vec![
                "ingest",
                "x.shp",
                "--collection",
                "Lotes Malos",
                "--ubigeo",
                "220101",
            ],
            "minúsculas",
        ),
        (vec!["check", "x", "--as-of", "ayer"], "AAAA-MM-DD"),
        (
            vec!["serve", "--puerto", "1"],
            "No existe la opción «--puerto»",
        ),
    ] {
        let answer = office.run(&words);
        assert_eq!(answer.code, 2, "{words:?}");
        assert!(
            answer.complaint.contains(says),
            "{words:?}: {}",
            answer.complaint
        );
    }
}
