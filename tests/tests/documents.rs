//! The documents of a parcel, read as any office would: `pdftotext` for the words, `qpdf` for the lines, PostGIS for the
//! truth.

use std::process::Command;

use catastro_tests::{
    Call, Office, Service,
    desk::{Desk, GROUND},
};
use tempfile::TempDir;

const PAPERS: [&str; 3] = ["plano", "memoria", "ficha"];

/// What a tool says of a PDF.
fn told(pdf: &[u8], tool: &str, words: &[&str]) -> String {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("documento.pdf");
    std::fs::write(&path, pdf).expect("a file");
    let place = |word: &&str| match *word {
        "PDF" => path.clone().into_os_string(),
        other => other.into(),
    };
    let output = Command::new(tool).args(words.iter().map(place)).output();
    let output = output.expect("poppler-utils and qpdf");
    assert!(output.status.success(), "{tool}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn text(pdf: &[u8]) -> String {
    told(pdf, "pdftotext", &["-layout", "PDF", "-"])
}

fn document(service: &Service, code: &str, paper: &str, question: &str) -> Vec<u8> {
    service.bytes(&Call::new(
        "GET",
        format!("/api/predios/{code}/{paper}.pdf{question}"),
    ))
}

/// The rows of the table: vertex, side, distance, angle, easting, northing. On a plan the map's words may stand in the
/// same line, before them.
fn table(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let angle = words
                .iter()
                .position(|word| word.ends_with('"') && word.contains('°'))?;
            let row = words.get(angle.checked_sub(3)?..angle + 3)?;
            let is_row = row[1].starts_with(&format!("{}-", row[0]));
            is_row.then(|| row.iter().copied().map(str::to_owned).collect())
        })
        .collect()
}

/// The same rows by PostGIS, but for the names: from the north-western vertex, clockwise.
fn true_table(office: &Office, code: &str) -> Vec<String> {
    office.sql(&format!(
        "with ring as (
             select (st_dumppoints(st_exteriorring(st_geometryn(st_forcepolygoncw(geom), 1)))).*
             from parcel where code = '{code}'
         ),
         corner as (select path[1] as i, geom, count(*) over () as n from ring where path[1] > 1),
         walked as (
             select i, n, geom,
                 coalesce(lag(geom) over w, last_value(geom) over (order by i rows between unbounded preceding and unbounded following)) as before,
                 coalesce(lead(geom) over w, first_value(geom) over (order by i)) as after
             from corner window w as (order by i)
         ),
         start as (select i from corner order by st_y(geom) - st_x(geom) desc, st_y(geom) desc limit 1)
         select round(st_distance(geom, after)::numeric, 2),
             round((3600 * degrees(st_angle(after, geom, before)))::numeric),
             round(st_x(geom)::numeric, 2), round(st_y(geom)::numeric, 2)
         from walked, start order by (walked.i - start.i + n) % n"
    ))
}

#[test]
fn the_documents_of_a_lot_say_what_postgis_says() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    for code in office.sql("select code from parcel where ubigeo = '220101' order by code limit 12")
    {
        let areas = office.sql(&format!(
            "select round(st_area(geom)::numeric, 2), round(st_perimeter(geom)::numeric, 2),
                 attributes->>'direccion', attributes->>'area_declarada_m2'
             from parcel where code = '{code}'"
        ));
        let [area, perimeter, address, declared] = areas[0].split('|').collect::<Vec<_>>()[..]
        else {
            unreachable!("four columns: {areas:?}");
        };
        let neighbours = office.sql(&format!(
            "select other.code from parcel own, parcel other
             where own.code = '{code}' and other.code <> own.code and own.geom && other.geom
                 and st_dimension(st_intersection(own.geom, other.geom)) = 1 order by 1"
        ));
        for paper in PAPERS {
            let pdf = document(&service, &code, paper, "");
            let _ = told(&pdf, "qpdf", &["--check", "PDF"]);
            let info = told(&pdf, "pdfinfo", &["PDF"]);
            assert!(
                info.contains("Tagged:          yes") && info.contains(&code),
                "{info}"
            );
            let text = text(&pdf);
            for word in [
                &code,
                "Moyobamba",
                &format!("{area} m²"),
                &format!("{perimeter} m"),
                "WGS 84 / UTM zona 18 Sur (EPSG:32718)",
                "DEMOSTRACIÓN: sin valor legal",
                address,
            ] {
                assert!(
                    text.contains(word),
                    "{paper} of {code}: no {word:?} in {text}"
                );
            }
            for neighbour in &neighbours {
                assert!(
                    text.contains(&format!("predio {neighbour}")),
                    "{paper}: {neighbour} in {text}"
                );
            }
            let (street, _) = address.rsplit_once(' ').expect("street and number");
            assert!(
                text.matches(street).count() > 1,
                "{paper}: {street} in {text}"
            );
            if paper != "plano" {
                let declared: f64 = declared.parse().expect("an area");
                assert!(
                    text.contains(&format!("{declared:.2} m²")) && text.contains("no consta"),
                    "{text}"
                );
            }
            if paper != "ficha" {
                let rows = table(&text);
                let expected = true_table(&office, &code);
                assert_eq!(rows.len(), expected.len(), "{text}");
                for (row, truth) in rows.iter().zip(&expected) {
                    let seconds: Vec<f64> = row[3]
                        .split(['°', '\'', '"'])
                        .filter_map(|word| word.parse().ok())
                        .collect();
                    let seconds = seconds[0] * 3600.0 + seconds[1] * 60.0 + seconds[2];
                    assert_eq!(
                        &format!("{}|{seconds}|{}|{}", row[2], row[4], row[5]),
                        truth
                    );
                }
            }
        }
    }
}

/// The heavy line of a plan in millimetres of paper, from the PDF's own numbers.
fn outline_mm(pdf: &[u8]) -> Vec<[f64; 2]> {
    let plain = told(
        pdf,
        "qpdf",
        &["--qdf", "--object-streams=disable", "PDF", "-"],
    );
    let drawn = plain
        .lines()
        .find_map(|line| line.split_once("0 SCN 1.4 w 4 M "))
        .expect("a heavy line")
        .1;
    let numbers: Vec<f64> = drawn
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    numbers
        .chunks(2)
        .map(|at| [at[0], at[1]].map(|points| points / 72.0 * 25.4))
        .collect()
}

#[test]
fn a_plan_is_to_scale() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    for code in office.sql("select code from parcel where ubigeo = '220102' order by code limit 5")
    {
        let pdf = document(&service, &code, "plano", "");
        let text = text(&pdf);
        let scale: f64 = text
            .split_once("1:")
            .and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok())
            .expect("a scale");
        let outline = outline_mm(&pdf);
        let sides = true_table(&office, &code);
        assert_eq!(outline.len(), sides.len(), "{code}");
        for (i, side) in sides.iter().enumerate() {
            let metres: f64 = side
                .split('|')
                .next()
                .and_then(|word| word.parse().ok())
                .expect("a length");
            let [from, to] = [outline[i], outline[(i + 1) % outline.len()]];
            let mm = (to[0] - from[0]).hypot(to[1] - from[1]);
            // The truth is rounded to the centimetre.
            assert!(
                (mm * scale / 1000.0 - metres).abs() < 0.006,
                "{code}: {mm} mm at 1:{scale} are not {metres} m"
            );
        }
    }
}

#[test]
fn a_document_is_the_same_bytes_twice_and_known_by_its_tag() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let code =
        &office.sql("select code from parcel where ubigeo = '220101' order by code limit 1")[0];
    for paper in PAPERS {
        assert!(
            document(&service, code, paper, "") == document(&service, code, paper, ""),
            "{paper}"
        );
        let path = format!("/api/predios/{code}/{paper}.pdf");
        let head = service.send(&Call::new("HEAD", &path));
        assert_eq!(head.kind, "application/pdf");
        assert_eq!(
            head.header("content-disposition"),
            [format!("inline; filename=\"{paper}-{code}.pdf\"")]
        );
        let tag = head.header("etag")[0];
        assert!(tag.starts_with('"'), "{tag}");
        let again = service.send(&Call::new("GET", &path).header("if-none-match", tag));
        assert_eq!(again.status, 304);
    }
}

#[test]
fn what_is_not_there_is_told_in_spanish() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let code =
        &office.sql("select code from parcel where ubigeo = '220101' order by code limit 1")[0];
    for (path, status, title) in [
        (
            "22010199999999/plano.pdf".to_owned(),
            404,
            "No hay un predio 22010199999999 en esa fecha.",
        ),
        (
            "otro/memoria.pdf".to_owned(),
            400,
            "El código de predio no está bien formado.",
        ),
        (
            format!("{code}/ficha.pdf?fecha=2001-01-01"),
            404,
            "No hay un predio",
        ),
        (
            format!("{code}/ficha.pdf?dia=2001-01-01"),
            400,
            "No existe el parámetro «dia».",
        ),
    ] {
        let reply = service.get(&format!("/api/predios/{path}"));
        assert_eq!(reply.status, status, "{path}: {reply:?}");
        assert!(
            reply.json()["title"]
                .as_str()
                .is_some_and(|said| said.starts_with(title)),
            "{reply:?}"
        );
    }
}

#[test]
fn a_lot_can_be_printed_as_it_was() {
    const CODE: &str = "22010171001001";
    let desk = Desk::new();
    desk.publish(&[(CODE, [0.0, 0.0, 10.0, 20.0])]);
    let between = desk.office.sql(
        "select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    );
    desk.publish(&[(CODE, [0.0, 0.0, 10.0, 20.5])]);
    let area_is = |question: &str, area: &str| {
        for paper in PAPERS {
            let text = text(&document(&desk.service, CODE, paper, question));
            assert!(
                text.contains(area),
                "{paper}{question}: no {area} in {text}"
            );
        }
    };
    area_is("", "205.00 m²");
    area_is(&format!("?conocido_a={}", between[0]), "200.00 m²");
}

#[test]
fn what_strangers_write_is_shown_and_never_run() {
    const CODE: &str = "22010171001001";
    let desk = Desk::new();
    let [x, y] = GROUND;
    let nasty = "#panic(\"\"x\"\") $1/0$ <a> *b* سلام 🏠 \u{202E}ojo";
    let file = format!(
        "codigo_catastral;direccion;uso;wkt\n{CODE};\"{nasty}\";\"{}\";\"POLYGON(({x} {y}, {} {y}, {} {}, {x} {}, {x} {y}))\"\n",
        "z".repeat(190),
        x + 10.0,
        x + 10.0,
        y + 20.0,
        y + 20.0
    );
    let (link, survey) = desk.examined(
        ("lotes.csv", file.as_bytes()),
        &[("crs_origen", "EPSG:32718")],
    );
    let (status, published) = desk.decide(&desk.chief, &link, &catastro_tests::desk::approve());
    assert_eq!(status, 200, "{survey} {published}");
    for paper in PAPERS {
        let pdf = document(&desk.service, CODE, paper, "");
        let _ = told(&pdf, "qpdf", &["--check", "PDF"]);
        let text = text(&pdf);
        assert!(
            text.contains("#panic(\"x\") $1/0$ <a> *b*"),
            "{paper}: {text}"
        );
        assert!(
            paper == "plano" || text.contains(&format!("{}…", "z".repeat(20))),
            "{paper}: {text}"
        );
    }
}
