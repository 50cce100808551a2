use std::{
    fs,
    io::{self, Cursor, Write},
    time::Instant,
};

use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

/// An archive of these entries.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// Unpacks, and says what came of it in a line: the dataset's name and all that was written, or the error's name.
fn outcome(bytes: &[u8]) -> String {
    let folder = TempDir::new().expect("a folder");
    let upload = folder.path().join("upload");
    fs::write(&upload, bytes).expect("the upload");
    let into = folder.path().join("into");
    fs::create_dir(&into).expect("a folder");
    let found = unpack(&upload, &into);
    let mut written: Vec<_> = fs::read_dir(&into)
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    written.sort();
    match found {
        Ok(found) => format!(
            "{} of [{}], skipped [{}]",
            found
                .dataset
                .file_name()
                .unwrap_or_default()
                .to_string_lossy(),
            written.join(" "),
            found.skipped.join(" "),
        ),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn check(entries: &[(&str, &[u8])], expected: &str) {
    assert_eq!(outcome(&archive(entries)), expected);
}

#[test]
fn a_shapefile_comes_out_without_its_folder_and_what_lies_beside_it_stays() {
    check(
        &[
            ("plano/LOTES.SHP", b"1"),
            ("plano/lotes.shx", b"2"),
            ("plano/Lotes.dbf", b"3"),
            ("plano\\lotes.prj", b"4"),
            ("plano/lotes.shp.xml", b"5"),
            ("__MACOSX/plano/._LOTES.SHP", b"6"),
            ("leeme.txt", b"7"),
            ("notas.json", b"{}"),
        ],
        "LOTES.shp of [LOTES.dbf LOTES.prj LOTES.shp LOTES.shx notas.json], \
         skipped [plano/lotes.shp.xml __MACOSX/plano/._LOTES.SHP leeme.txt]",
    );
}

#[test]
fn a_file_that_is_no_archive_is_given_back() {
    assert_eq!(outcome(b"SQLite format 3\0"), "upload of [], skipped []");
    assert_eq!(outcome(b""), "upload of [], skipped []");
    assert_eq!(outcome(b"PK"), "upload of [], skipped []");
}

#[test]
fn one_dataset_is_asked_for() {
    check(&[], "nothing to read among []");
    check(
        &[("lotes.dbf", b""), ("a.txt", b"")],
        r#"nothing to read among ["a.txt", "lotes.dbf"]"#,
    );
    check(
        &[("b.gpkg", b""), ("a.shp", b"")],
        r#"several datasets: ["a.shp", "b.gpkg"]"#,
    );
    check(
        &[("lotes.json", b"{}")],
        "lotes.json of [lotes.json], skipped []",
    );
    check(
        &[("lotes.dwg", b""), ("lotes.dxf", b""), ("notas.csv", b"")],
        "lotes.dxf of [lotes.dwg lotes.dxf notas.csv], skipped []",
    );
    check(
        &[("a.kml", b""), ("b.gml", b"")],
        r#"several datasets: ["a.kml", "b.gml"]"#,
    );
}

#[test]
fn a_kmz_opens_with_its_document() {
    check(
        &[
            ("files/otro.kml", b""),
            ("doc.kml", b""),
            ("files/foto.jpg", b""),
        ],
        "doc.kml of [doc.kml otro.kml], skipped [files/foto.jpg]",
    );
    check(
        &[("doc.kml", b""), ("lotes.shp", b"")],
        r#"several datasets: ["doc.kml", "lotes.shp"]"#,
    );
}

#[test]
fn a_geodatabase_comes_out_as_a_folder() {
    check(
        &[
            ("plano/Lotes.gdb/a00000001.gdbtable", b"1"),
            ("plano/LOTES.gdb/a00000001.gdbtablx", b"2"),
            ("plano/Lotes.gdb/gdb", b"3"),
            ("plano/Lotes.gdb/x.sr.lock", b"4"),
            ("leeme.txt", b"5"),
        ],
        "Lotes.gdb of [Lotes.gdb], skipped [plano/Lotes.gdb/x.sr.lock leeme.txt]",
    );
    check(
        &[("a0001.gdbtable", b"1")],
        "datos.gdb of [datos.gdb], skipped []",
    );
    check(
        &[("a.gdb/a1.gdbtable", b""), ("b.gdb/a1.gdbtable", b"")],
        r#"several datasets: ["a.gdb", "b.gdb"]"#,
    );
    check(
        &[("x/a.gdb/a1.gdbtable", b""), ("y/a.gdb/a1.gdbtable", b"")],
        r#""x/a.gdb/a1.gdbtable" and "y/a.gdb/a1.gdbtable" have one name"#,
    );
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    check(
        &[("../lotes.shp", b"")],
        r#""../lotes.shp" leads outside of the archive"#,
    );
    check(
        &[("/etc/lotes.shp", b"")],
        r#""/etc/lotes.shp" leads outside of the archive"#,
    );
    check(
        &[("a\\..\\..\\x.txt", b"")],
        r#""a\\..\\..\\x.txt" leads outside of the archive"#,
    );
    check(
        &[("a/lotes.shp", b""), ("b/LOTES.shp", b"")],
        r#""a/lotes.shp" and "b/LOTES.shp" have one name"#,
    );
    check(
        &[("dentro/otro.zip", b"")],
        r#""dentro/otro.zip" is an archive in the archive"#,
    );
    let long = format!("{}.shp", "n".repeat(252));
    let shown = "n".repeat(120);
    check(&[(&long, b"")], &format!("{shown:?} is too long a name"));

    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("lotes.shp", "/etc/passwd", SimpleFileOptions::default())
        .expect("a link");
    let link = zip.finish().expect("an archive").into_inner();
    assert_eq!(outcome(&link), r#""lotes.shp" is a symbolic link"#);
}

#[test]
fn a_thousand_entries_and_no_more() {
    let names: Vec<String> = (0..=ENTRIES_MAX).map(|n| format!("{n}.txt")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    check(&entries, "1001 entries are too many");
    let zip = archive(&entries[1..]);
    assert!(outcome(&zip).starts_with("nothing to read"));
}

/// Zeros, deflated: a thousand times smaller.
fn zeros(bytes: u64) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("lotes.shp", SimpleFileOptions::default())
        .expect("an entry");
    io::copy(&mut io::repeat(0).take(bytes), &mut zip).expect("zeros");
    zip.finish().expect("an archive").into_inner()
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let bomb = zeros(300 << 20);
    let started = Instant::now();
    let found = outcome(&bomb);
    assert!(found.contains("lotes.shp\" grows "), "{found}");
    assert!(started.elapsed().as_secs() < 2);
}

#[test]
fn a_bomb_that_lies_about_its_size_stops_where_it_said() {
    let mut bomb = zeros(80 << 20);
    let size = u32::to_le_bytes(80 << 20);
    let lie = u32::to_le_bytes(1 << 20);
    let places: Vec<usize> = (0..bomb.len() - 4)
        .filter(|at| bomb[*at..*at + 4] == size)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bomb[at..at + 4].copy_from_slice(&lie);
    }
    let found = outcome(&bomb);
    assert_eq!(found, r#""lotes.shp" is longer than the archive says"#);
}

#[test]
fn a_cut_archive_is_damaged_at_any_length() {
    let whole = archive(&[("lotes.shp", b"some shapes"), ("lotes.dbf", b"some rows")]);
    for length in 4..whole.len() {
        let found = outcome(&whole[..length]);
        assert!(found.starts_with("damaged archive"), "{length}: {found}");
    }
}

#[test]
fn archives_broken_in_all_ways_give_an_answer() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/formatos-sucios/zip-malformados"
    );
    let Ok(files) = fs::read_dir(folder) else {
        skip("formatos-sucios");
        return;
    };
    let mut lines: Vec<String> = files
        .map(|file| {
            let file = file.expect("an entry");
            let started = Instant::now();
            let found = outcome(&fs::read(file.path()).expect("a file"));
            assert!(started.elapsed().as_secs() < 2, "{:?}", file.path());
            format!("{} → {found}", file.file_name().to_string_lossy())
        })
        .collect();
    lines.sort();
    show(&lines.join("\n"));
    let line = |name: &str| {
        lines
            .iter()
            .find(|line| line.starts_with(name))
            .expect("the file")
            .as_str()
    };
    assert_eq!(
        line("bigzero-zip.zip"),
        r#"bigzero-zip.zip → "bigzero.zip" is an archive in the archive"#
    );
    assert_eq!(
        line("testempty.zip"),
        "testempty.zip → nothing to read among []"
    );
    assert!(line("encrypt.zip").ends_with("is encrypted"));
    assert!(line("filename_duplicate.zip").contains("two of one name"));
}

#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn skip(data: &str) {
    println!("skipped: {data} is not there");
}

#[expect(
    clippy::print_stdout,
    reason = "the table is for the person who runs the test"
)]
fn show(table: &str) {
    println!("{table}");
}
