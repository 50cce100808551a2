//! The rules of the fabric on real parcels, and on layers whose faults were planned. GEOS 3.11 (through GDAL's SQLite
//! dialect) counted the overlaps that are expected here.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use catastro_ingest::unpack::unpack;
use domain::{
    collection::ShapeKind,
    survey::{
        Catalogue, Finding, RawShape, RuleCode, Severity,
        fabric::{District, Lot, Road, Surroundings, check},
        rules,
    },
};
use geo_types::{Geometry, MultiPolygon};
use gis::{
    crs::{Crs, ToOfficial},
    file::{ShapeValue, Source, Value, Want},
};
use tempfile::TempDir;

/// A file among the test data, if that is there.
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn data(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: no {}", path.display());
    None
}

fn catalogue() -> Catalogue {
    Catalogue::parse(include_str!("../../../data/reglas/levantamiento.json")).expect("a catalogue")
}

/// In what a layer's coordinates are taken.
#[derive(Clone, Copy)]
enum Read {
    /// Projected to the official system.
    Official,
    /// As they are, taken for metres: planned faults are drawn in degrees or in another country's system.
    AsMetres,
}

/// The rows of a layer: their shapes, and the values of some columns one after the other.
fn rows(
    path: &Path,
    layer: Option<&str>,
    columns: &[&str],
    read: Read,
) -> Vec<(u64, String, Geometry<f64>)> {
    let source = Source::open(path, layer).expect("a file that opens");
    let columns: Vec<usize> = columns
        .iter()
        .filter_map(|name| source.fields().iter().position(|field| field.name == *name))
        .collect();
    let operation = match read {
        Read::Official => {
            let declared = source.crs().expect("a declared system");
            Some(ToOfficial::new(&Crs::from_file(declared)).expect("an operation"))
        }
        Read::AsMetres => None,
    };
    let mut rows = Vec::new();
    source
        .rows(&columns, Want::AttributesAndShape, |row| {
            let code = row.values.iter().map(|value| match value {
                Value::Text(text) => text.trim().to_owned(),
                Value::Integer(number) => number.to_string(),
                other => format!("{other:?}"),
            });
            let code: String = code.collect();
            if let ShapeValue::Geometry(mut geometry) = row.shape {
                if let Some(operation) = &operation {
                    operation.apply(&mut geometry).expect("places in Peru");
                }
                rows.push((row.number, code, geometry));
            }
            ControlFlow::Continue(())
        })
        .expect("a whole file");
    rows
}

/// A valid parcel of a file.
struct Parcel {
    row: u64,
    code: String,
    shape: MultiPolygon<f64>,
}

/// Valid parcels of a layer, and how many are not.
fn parcels(
    path: &Path,
    layer: Option<&str>,
    columns: &[&str],
    read: Read,
) -> (Vec<Parcel>, Vec<Finding>) {
    let (mut valid, mut invalid) = (Vec::new(), Vec::new());
    for (row, code, geometry) in rows(path, layer, columns, read) {
        match rules::shape::shape(RawShape::Geometry(geometry), ShapeKind::Areas, row) {
            Ok(Geometry::MultiPolygon(shape)) => valid.push(Parcel {
                row,
                code: if code.is_empty() {
                    row.to_string()
                } else {
                    code
                },
                shape,
            }),
            Ok(_) => unreachable!("areas come as multipolygons"),
            Err(finding) => invalid.push(*finding),
        }
    }
    (valid, invalid)
}

fn lots(parcels: &[Parcel]) -> Vec<Lot<'_>> {
    parcels
        .iter()
        .map(|parcel| Lot {
            row: parcel.row,
            code: &parcel.code,
            shape: &parcel.shape,
            declared_area_m2: None,
        })
        .collect()
}

/// How many findings of each rule, the lesser ones apart.
fn counts(findings: &[Finding]) -> BTreeMap<(&'static str, bool), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts
            .entry((finding.rule.name(), finding.lesser))
            .or_default() += 1;
    }
    counts
}

#[test]
#[expect(clippy::print_stdout, reason = "what was found, for whoever asks")]
fn comodoro_has_the_overlaps_that_geos_counts() {
    let Some(archive) = data("ar-comodoro/moyobamba_32718/parcelas.zip") else {
        return;
    };
    let folder = TempDir::new().expect("a folder");
    let unpacked = unpack(&archive, folder.path()).expect("an archive");
    let (parcels, invalid) = parcels(&unpacked.dataset, None, &[], Read::Official);
    assert_eq!(parcels.len() + invalid.len(), 62_493);
    let lots = lots(&parcels);
    let catalogue = catalogue();
    let begun = std::time::Instant::now();
    let findings =
        check(&lots, &Surroundings::default(), catalogue.tolerances()).expect("a fabric");
    let seconds = begun.elapsed().as_secs_f64();
    let found = counts(&findings);
    println!("{} invalid; {seconds:.2} s; {found:?}", invalid.len());
    let overlaps = |lesser| found.get(&("traslape", lesser)).copied().unwrap_or(0);
    let near = |count: usize, expected: f64| (count as f64 - expected).abs() <= 0.01 * expected;
    assert!(near(overlaps(false), 402.0), "{found:?}");
    assert!(near(overlaps(false) + overlaps(true), 4_694.0), "{found:?}");
    let drawn = findings
        .iter()
        .filter(|finding| finding.rule == RuleCode::Overlap);
    assert!(
        drawn.clone().all(|finding| finding.fault.is_some()),
        "each overlap is drawn"
    );
}

#[test]
#[expect(clippy::print_stdout, reason = "what was found, for whoever asks")]
fn the_lots_of_independencia_are_a_clean_fabric() {
    let folder = TempDir::new().expect("a folder");
    for sector in ["22", "27", "08", "09", "18", "31"] {
        let path = match sector {
            "22" | "27" => data(&format!("pe-independencia/sector_{sector}/tg_lote.geojson")),
            _ => data(&format!("pe-independencia/sector_{sector}.zip"))
                .map(|archive| lots_of_archive(&archive, folder.path(), sector)),
        };
        let Some(path) = path else {
            return;
        };
        let (parcels, invalid) = parcels(&path, None, &[], Read::Official);
        assert!(invalid.is_empty(), "{sector}: {invalid:?}");
        let lots = lots(&parcels);
        let catalogue = catalogue();
        let findings =
            check(&lots, &Surroundings::default(), catalogue.tolerances()).expect("a fabric");
        let rows: Vec<Finding> = lots
            .iter()
            .flat_map(|lot| rules::parcel(lot, catalogue.tolerances()))
            .collect();
        println!(
            "sector {sector}: {} lots; {:?}; by row {:?}",
            lots.len(),
            counts(&findings),
            counts(&rows)
        );
        for finding in &findings {
            if catalogue.severity_of(finding) != Severity::Notice {
                println!("  {} {:?}", catalogue.sentence(finding), finding.at);
            }
        }
        for finding in &rows {
            println!("  {} {:?}", catalogue.sentence(finding), finding.at);
        }
    }
}

/// The lots of a zipped sector: one file of several inside.
fn lots_of_archive(archive: &Path, folder: &Path, sector: &str) -> PathBuf {
    let mut archive =
        zip::ZipArchive::new(std::fs::File::open(archive).expect("a file")).expect("an archive");
    let name = archive
        .file_names()
        .find(|name| name.ends_with("tg_lote.geojson"))
        .expect("lots")
        .to_owned();
    let path = folder.join(format!("lotes_{sector}.geojson"));
    let mut file = std::fs::File::create(&path).expect("a file");
    std::io::copy(&mut archive.by_name(&name).expect("an entry"), &mut file).expect("bytes");
    path
}

#[test]
#[expect(clippy::print_stdout, reason = "what was found, for whoever asks")]
fn planned_faults_are_found() {
    for (file, layer) in [
        (
            "co-ladm/quality_validations.gpkg",
            Some("check_gaps_in_plots"),
        ),
        ("co-ladm/quality_validations.gpkg", Some("topology_plots")),
        ("co-ladm/quality_validations.gpkg", Some("terreno")),
        ("co-ladm/quality_validations.gpkg", Some("construccion")),
        ("co-ladm/quality_validations.gpkg", Some("right_of_way")),
        (
            "co-ladm/quality_validations.gpkg",
            Some("servidumbre_transito"),
        ),
        ("formatos-sucios/qgis/gap_layer.shp", None),
        ("formatos-sucios/qgis/polygon_layer.shp", None),
        ("formatos-sucios/qgis/polys_overlapping.shp", None),
    ] {
        let Some(path) = data(file) else {
            return;
        };
        let (parcels, invalid) = parcels(&path, layer, &[], Read::AsMetres);
        let lots = lots(&parcels);
        let catalogue = catalogue();
        let findings =
            check(&lots, &Surroundings::default(), catalogue.tolerances()).expect("a fabric");
        println!(
            "{file} {layer:?}: {} valid, {} invalid; {:?}",
            lots.len(),
            invalid.len(),
            counts(&findings)
        );
        for finding in &findings {
            println!("  {} {:?}", catalogue.sentence(finding), finding.at);
        }
        for finding in lots
            .iter()
            .flat_map(|lot| rules::parcel(lot, catalogue.tolerances()))
            .chain(invalid)
        {
            println!(
                "  row {}: {} {:?} repair {}",
                finding.row,
                catalogue.sentence(&finding),
                finding.at,
                finding.repair.is_some()
            );
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "what was found, for whoever asks")]
fn the_lots_of_a_sector_lie_in_its_blocks_and_beside_its_roads() {
    let Some(folder) = data("pe-independencia") else {
        return;
    };
    for sector in ["22", "27"] {
        let file = |name: &str| folder.join(format!("sector_{sector}/{name}.geojson"));
        let (mut lots_read, _) = parcels(
            &file("tg_lote"),
            None,
            &["cod_sector", "cod_mzna", "cod_lote"],
            Read::Official,
        );
        let (mut blocks_read, _) = parcels(
            &file("tg_manzana"),
            None,
            &["cod_sector", "cod_mzna"],
            Read::Official,
        );
        let (mut sectors_read, _) = parcels(
            &folder.join("tg_sector.geojson"),
            None,
            &["cod_sector"],
            Read::Official,
        );
        println!(
            "{} {} {}",
            lots_read[0].code, blocks_read[0].code, sectors_read[0].code
        );
        for parcel in lots_read
            .iter_mut()
            .chain(&mut blocks_read)
            .chain(&mut sectors_read)
        {
            parcel.code.insert_str(0, "150112");
        }
        let axes = rows(
            &folder.join("tg_eje_via.geojson"),
            None,
            &["nom_via"],
            Read::Official,
        );
        let districts = |parcels: &'static [Parcel]| -> Vec<District<'static>> {
            parcels
                .iter()
                .map(|parcel| District {
                    code: &parcel.code,
                    shape: &parcel.shape,
                })
                .collect()
        };
        let blocks = districts(blocks_read.leak());
        let sectors = districts(sectors_read.leak());
        let roads: Vec<Road<'_>> = axes
            .iter()
            .map(|(_, name, shape)| Road { name, shape })
            .collect();
        let around = Surroundings {
            in_force: &[],
            blocks: &blocks,
            sectors: &sectors,
            roads: &roads,
        };
        let catalogue = catalogue();
        let lots = lots(&lots_read);
        let findings = check(&lots, &around, catalogue.tolerances()).expect("a fabric");
        println!("sector {sector}: {:?}", counts(&findings));
        for finding in findings
            .iter()
            .filter(|finding| finding.rule != RuleCode::UnevenBorder)
            .take(40)
        {
            println!("  {} {:?}", catalogue.sentence(finding), finding.at);
        }
    }
}
