//! A sector of a real cadastre in which forty lots were divided, joined, moved and renumbered comes back as exactly that.
//! PostGIS does the work on the lots, so that nothing here is checked against itself.

use std::{collections::BTreeSet, fmt::Write};

use catastro_tests::{
    Office,
    desk::{Desk, approve},
    shared,
};
use serde_json::Value;

const PLACE: &str = "150112";
/// Of each operation.
const EACH: usize = 10;

/// A lot as PostGIS gives it: code and WKT.
type Lot = (String, String);

fn rows(office: &Office, sql: &str) -> Vec<Vec<String>> {
    let rows = office.sql(sql);
    rows.iter()
        .map(|row| row.split('|').map(str::to_owned).collect())
        .collect()
}

fn in_force(office: &Office) -> Vec<Lot> {
    let rows = rows(
        office,
        "select code, st_astext(geom, 15) from parcel
         where ubigeo = '150112' and upper_inf(recorded) and upper_inf(valid) order by code",
    );
    rows.into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect()
}

/// Uploads lots as a table of codes and shapes; gives the link and the survey.
fn send(desk: &Desk, lots: &[Lot]) -> (String, Value) {
    let mut table = "codigo_catastral;wkt\n".to_owned();
    for (code, wkt) in lots {
        let _ = writeln!(table, "{code};\"{wkt}\"");
    }
    let more = [("crs_origen", "EPSG:32718")];
    desk.examined(("lotes.csv", table.as_bytes()), &more)
}

/// Lots that lie beside each other for more than two metres.
fn neighbours(office: &Office) -> Vec<(String, String)> {
    let pairs = rows(
        office,
        "select a.code, b.code from parcel a join parcel b
             on a.ubigeo = '150112' and b.ubigeo = '150112' and a.code < b.code and a.geom && b.geom
             and upper_inf(a.recorded) and upper_inf(b.recorded) and upper_inf(a.valid) and upper_inf(b.valid)
         where st_length(st_intersection(st_boundary(a.geom), st_boundary(b.geom))) > 2
             and st_area(a.geom) > 60 and st_area(b.geom) > 60
             and st_geometrytype(st_union(a.geom, b.geom)) = 'ST_Polygon'
         order by 1, 2",
    );
    pairs
        .into_iter()
        .map(|pair| (pair[0].clone(), pair[1].clone()))
        .collect()
}

/// The shape of a lot after something was done to it.
fn shapes(office: &Office, of: &str, code: &str) -> Vec<String> {
    let sql = format!(
        "select st_astext(g, 15) from (select {of} as g from parcel p
         where ubigeo = '150112' and upper_inf(recorded) and upper_inf(valid) and code = '{code}') x"
    );
    office.sql(&sql)
}

/// Both halves, cut through the middle across the longer side of its box.
const HALVES: &str = "(st_dump(st_split(geom, case
    when st_xmax(geom) - st_xmin(geom) > st_ymax(geom) - st_ymin(geom)
    then st_setsrid(st_makeline(st_makepoint(st_x(st_centroid(geom)), st_ymin(geom) - 1),
                                st_makepoint(st_x(st_centroid(geom)), st_ymax(geom) + 1)), 32718)
    else st_setsrid(st_makeline(st_makepoint(st_xmin(geom) - 1, st_y(st_centroid(geom))),
                                st_makepoint(st_xmax(geom) + 1, st_y(st_centroid(geom)))), 32718) end))).geom";

#[test]
fn forty_operations_come_back_as_they_were_made() {
    let Some(file) = shared("pe-independencia/derivados/s27_lote_utm18s.gpkg") else {
        return;
    };
    let desk = Desk::at(PLACE);
    let office = &desk.office;
    let (link, survey) = desk.examined(("lotes.gpkg", &std::fs::read(&file).expect("a file")), &[]);
    assert_eq!(survey["informe"]["cambios"]["alta"], 637, "{survey}");
    assert_eq!(desk.decide(&desk.chief, &link, &approve()).0, 200);
    // From here on files bring codes and shapes alone.
    let (link, survey) = send(&desk, &in_force(office));
    assert_eq!(
        survey["informe"]["cambios"]["modificacion"], 637,
        "{survey}"
    );
    assert_eq!(desk.decide(&desk.chief, &link, &approve()).0, 200);

    let mut lots = in_force(office);
    let mut used = BTreeSet::new();
    let mut expected = Vec::new();
    let (mut gone, mut come): (BTreeSet<String>, Vec<Lot>) = (BTreeSet::new(), Vec::new());
    // Codes of a block that it does not use.
    let fresh = |code: &str, number: u32| format!("{}{number:03}", &code[..11]);
    let mut number = 900;
    let mut operation = 0;
    for (a, b) in neighbours(office) {
        if used.contains(&a) || used.contains(&b) || operation == 4 * EACH {
            continue;
        }
        // What is done to one leaves its neighbours in peace.
        used.extend([a.clone(), b.clone()]);
        number += 1;
        match operation % 4 {
            0 => {
                let halves = shapes(office, HALVES, &a);
                if halves.len() != 2 {
                    continue;
                }
                let codes = [fresh(&a, number), fresh(&a, number + 1)];
                number += 1;
                expected.push(format!("subdivision[] {a}>{}+{}", codes[0], codes[1]));
                come.extend(codes.into_iter().zip(halves));
            }
            1 => {
                let whole = format!(
                    "st_union(geom, (select geom from parcel q where q.ubigeo = '150112'
                        and upper_inf(q.recorded) and upper_inf(q.valid) and q.code = '{b}'))"
                );
                let code = fresh(&a, number);
                expected.push(format!("acumulacion[] {a}+{b}>{code}"));
                gone.insert(b);
                come.push((code, shapes(office, &whole, &a).remove(0)));
            }
            2 => {
                let moved = shapes(office, "st_translate(geom, 1.2, -0.9)", &a).remove(0);
                expected.push(format!("modificacion[geometria] {a}>{a}"));
                come.push((a.clone(), moved));
            }
            _ => {
                let code = fresh(&a, number);
                expected.push(format!("modificacion[codigo] {a}>{code}"));
                come.push((code, shapes(office, "geom", &a).remove(0)));
            }
        }
        gone.insert(a);
        operation += 1;
    }
    assert_eq!(operation, 4 * EACH, "forty lots apart from each other");
    lots.retain(|(code, _)| !gone.contains(code));
    lots.extend(come);
    // The order of a file says nothing.
    lots.sort_by_key(|(code, _)| code.chars().rev().collect::<String>());

    let (link, survey) = send(&desk, &lots);
    expected.sort();
    assert_eq!(desk.changes(&link), expected, "{survey}");
    assert_eq!(survey["informe"]["cambios"]["sin_cambio"], 637 - gone.len());
}
