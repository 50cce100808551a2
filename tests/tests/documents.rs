//! The documents of a parcel, read back by poppler: what is written in them, and that the drawing is true to its scale.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use catastro_tests::{
    Call,
    desk::{Desk, GROUND, Lot, approve},
};
use tempfile::TempDir;

const BLOCK: [Lot<'static>; 3] = [
    ("22010171001001", [0.0, 0.0, 10.0, 20.0]),
    ("22010171001002", [10.0, 0.0, 10.0, 20.0]),
    ("22010171001003", [0.0, 20.0, 20.0, 12.5]),
];

/// Millimetres of a page are ten dots each.
const DOTS_PER_INCH: &str = "254";

fn got(desk: &Desk, path: &str, folder: &TempDir) -> PathBuf {
    let reply = desk.service.bytes(&Call::new("GET", path));
    let name = path.replace(['/', '?', '='], "_");
    let file = folder.path().join(name).with_extension("pdf");
    fs::write(&file, reply).expect("a file");
    file
}

fn run(program: &str, words: &[&str]) -> Vec<u8> {
    let done = Command::new(program).args(words).output().expect("poppler");
    assert!(done.status.success(), "{program} {words:?}: {done:?}");
    done.stdout
}

fn text(file: &Path) -> String {
    let name = file.to_str().expect("a name");
    String::from_utf8(run("pdftotext", &["-layout", name, "-"])).expect("text")
}

/// The box around the parcel's fill on the first page, in millimetres.
fn drawn_mm(file: &Path) -> [f64; 2] {
    let name = file.to_str().expect("a name");
    let picture = run(
        "pdftoppm",
        &["-r", DOTS_PER_INCH, "-f", "1", "-l", "1", name],
    );
    // P6, width and height, 255, then three bytes a dot.
    let header = picture
        .windows(4)
        .position(|four| four == b"255\n")
        .expect("a header")
        + 4;
    let width: usize = String::from_utf8_lossy(&picture[..header])
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .expect("a width");
    let (mut low, mut high) = ([usize::MAX; 2], [0; 2]);
    for (place, dot) in picture[header..].chunks_exact(3).enumerate() {
        // Yellow: much less blue than red and green. Nothing else on the page is.
        if dot[0] > 180 && dot[1] > 150 && dot[2] < dot[1].saturating_sub(30) {
            let at = [place % width, place / width];
            for axis in 0..2 {
                low[axis] = low[axis].min(at[axis]);
                high[axis] = high[axis].max(at[axis]);
            }
        }
    }
    [0, 1].map(|axis| (high[axis] - low[axis] + 1) as f64 / 10.0)
}

#[test]
fn the_plan_has_the_table_and_is_true_to_its_scale() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let folder = TempDir::new().expect("a folder");
    let plan = got(&desk, "/api/predios/22010171001001/plano.pdf", &folder);
    let words = text(&plan);
    let [x, y] = GROUND;
    for (vertex, side, length, east, north) in [
        (1, "1-2", "10.00", x, y + 20.0),
        (2, "2-3", "20.00", x + 10.0, y + 20.0),
        (3, "3-4", "10.00", x + 10.0, y),
        (4, "4-1", "20.00", x, y),
    ] {
        let row = [
            vertex.to_string(),
            side.to_owned(),
            length.to_owned(),
            "90°".to_owned(),
            "00'".to_owned(),
            "00\"".to_owned(),
            format!("{east:.2}"),
            format!("{north:.2}"),
        ];
        let found = words.lines().any(|line| {
            line.split_whitespace()
                .take(8)
                .eq(row.iter().map(String::as_str))
        });
        assert!(found, "{row:?} in {words}");
    }
    for said in [
        "200.00 m²",
        "60.00 m",
        "WGS 84 / UTM zona 18 Sur",
        "1:250",
        "22010171001002",
        "sin valor legal",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    // 10 by 20 metres at 1:250 are 40 by 80 millimetres; half of the border's width covers the fill on each side.
    let [width, height] = drawn_mm(&plan);
    assert!(
        (width - 40.0).abs() < 0.5 && (height - 80.0).abs() < 0.5,
        "{width} x {height}"
    );
    let info = String::from_utf8(run("pdfinfo", &[plan.to_str().expect("a name")])).expect("text");
    assert!(
        info.lines()
            .any(|line| line.starts_with("Tagged:") && line.ends_with("yes")),
        "{info}"
    );
}

#[test]
fn the_memoria_names_the_neighbours_and_the_ficha_tells_what_is_public() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let folder = TempDir::new().expect("a folder");
    let memoria = text(&got(
        &desk,
        "/api/predios/22010171001001/memoria.pdf",
        &folder,
    ));
    for said in [
        "Por el norte",
        "colinda con el lote 22010171001003, en línea recta de 10.00 m",
        "Por el este",
        "colinda con el lote 22010171001002, en línea recta de 20.00 m",
        "Por el sur",
        "colinda con terreno que no está en el catastro",
    ] {
        assert!(memoria.contains(said), "{said}: {memoria}");
    }
    // A lot of the demonstration lies on a street of its block.
    let lots = desk.get(&desk.technician, "/ogc/collections/lotes/items?limit=1");
    let code = lots["features"][0]["id"].as_str().expect("a code");
    let memoria = text(&got(
        &desk,
        &format!("/api/predios/{code}/memoria.pdf"),
        &folder,
    ));
    assert!(
        memoria.contains("Por el frente") && memoria.contains("Por el fondo"),
        "{memoria}"
    );
    let street = ["Jr. ", "Av. ", "Ca. ", "Psje. "];
    assert!(
        street
            .iter()
            .any(|kind| memoria.contains(&format!("colinda con {kind}"))),
        "{memoria}"
    );
    let ficha = text(&got(
        &desk,
        &format!("/api/predios/{code}/ficha.pdf"),
        &folder,
    ));
    for said in ["Área declarada", "no consta", "Ley 29733", code] {
        assert!(ficha.contains(said), "{said}: {ficha}");
    }
}

#[test]
fn the_same_day_gives_the_same_bytes_and_the_past_can_be_asked() {
    let desk = Desk::new();
    desk.publish(&BLOCK);
    let path = "/api/predios/22010171001001/plano.pdf";
    let first = desk.service.bytes(&Call::new("GET", path));
    assert_eq!(desk.service.bytes(&Call::new("GET", path)), first);
    let moment = desk.office.sql(
        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    );
    let (link, _) = desk.survey(&[("22010171001001", [0.0, 0.0, 10.0, 19.0])], &[]);
    assert_eq!(desk.decide(&desk.chief, &link, &approve()).0, 200);
    let folder = TempDir::new().expect("a folder");
    let now = text(&got(&desk, path, &folder));
    assert!(now.contains("190.00 m²"), "{now}");
    let then = text(&got(
        &desk,
        &format!("{path}?conocido_a={}", moment[0]),
        &folder,
    ));
    assert!(then.contains("200.00 m²"), "{then}");
    for (path, status, said) in [
        (
            "/api/predios/22010199999999/plano.pdf",
            404,
            "No hay un predio",
        ),
        ("/api/predios/x/ficha.pdf", 400, "no está bien formado"),
        (
            "/api/predios/22010171001001/memoria.pdf?fecha=2020-01-01",
            404,
            "No hay un predio",
        ),
    ] {
        let reply = desk.service.send(&Call::new("GET", path));
        assert_eq!(reply.status, status, "{reply:?}");
        assert!(reply.text.contains(said), "{reply:?}");
    }
}
