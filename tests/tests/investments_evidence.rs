//! The evidence of projects of investment, which PostGIS finds too when it is asked in other words; and their sheet.

use std::collections::{BTreeMap, BTreeSet};

use catastro_tests::{
    Call, Office, encoded,
    institute::{Institute, NOW, cui, number, park},
    pages::words_of_paper,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Rows of a question by their first column.
fn rows(office: &Office, statement: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut found: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for line in office.sql(statement) {
        let mut cells = line.split('|').map(str::to_owned);
        let key = cells.next().expect("a key");
        found.entry(key).or_default().push(cells.collect());
    }
    found
}

/// What is measured, to the centimetre of each of its parts.
fn check_close(found: &Value, truth: &str, parts: f64, what: &str) {
    let found = found.as_f64().expect("a number");
    assert!(
        (found - number(truth)).abs() <= 0.01 * parts.max(1.0),
        "{what}: {found}, and PostGIS says {truth}"
    );
}

#[test]
fn the_evidence_of_every_project_is_what_postgis_finds_in_other_words() {
    let institute = Institute::new(&["llevar_registros"]);
    let office = &institute.office;
    let projects = institute.projects();
    assert_eq!(projects.len(), 48);
    let reach = "(p.attributes->>'area_influencia_m')::float8";
    let all = format!("(select * from spatial_unit where {NOW})");
    let lots = rows(
        office,
        &format!(
            "select p.code, count(l.code), coalesce(sum(st_area(l.geom)), 0) from {all} p
         left join {all} l on l.layer = 'lotes' and st_distance(l.geom, p.geom) <= {reach}
         where p.layer = 'inversiones' group by 1"
        ),
    );
    let crossed = |layer: &str, name: &str| {
        rows(office, &format!(
            "select p.code, o.attributes->>'{name}', count(*), sum(st_area(st_intersection(p.geom, o.geom))),
                 sum(st_length(st_intersection(p.geom, o.geom)))
             from {all} p join {all} o on o.layer = '{layer}' and not st_disjoint(o.geom, p.geom)
             where p.layer = 'inversiones' group by 1, 2 order by 1, 2"
        ))
    };
    let (zones, overlays) = (
        crossed("zonificacion", "codigo"),
        crossed("restricciones", "tipo"),
    );
    let term = |one: &str| {
        format!(
            "daterange(({one}.attributes->>'inicio')::date, ({one}.attributes->>'fin')::date, '[]')"
        )
    };
    let others = rows(office, &format!(
        "select p.code, o.code from {all} p join {all} o on o.layer in ('inversiones', 'servicios') and o.code <> p.code
             and o.attributes ? 'inicio' and {} && {} and st_distance(o.geom, p.geom) <= {reach}
         where p.layer = 'inversiones'",
        term("p"),
        term("o"),
    ));
    let (mut served, mut met) = (0, 0);
    for project in &projects {
        let cui = cui(project);
        let evidence = institute.read(&format!("/api/inversiones/{cui}/evidencia"));
        let of = |code: &str| -> Value {
            let list = evidence["evidencias"].as_array().expect("a list");
            let found = list.iter().find(|one| one["codigo"] == code);
            found.expect("the evidence")["filas"].clone()
        };
        let (found, truth) = (of("lotes"), &lots[&cui][0]);
        let count = found[0]["lotes"].as_u64().expect("a count");
        assert_eq!(count.to_string(), truth[0], "{cui}");
        check_close(&found[0]["area_m2"], &truth[1], count as f64, &cui);
        served += count;
        for (code, name, truth) in [
            ("zonas", "zona", &zones),
            ("restricciones", "tipo", &overlays),
        ] {
            let found = of(code);
            let found: BTreeMap<&str, &Value> = found
                .as_array()
                .expect("rows")
                .iter()
                .map(|row| (row[name].as_str().expect("a name"), row))
                .collect();
            let truth = truth.get(&cui).map_or(&[][..], Vec::as_slice);
            assert_eq!(
                found.len(),
                truth.len(),
                "{cui} {code}: {found:?} {truth:?}"
            );
            for row in truth {
                let one = found[row[0].as_str()];
                assert_eq!(one["cantidad"].to_string(), row[1], "{cui} {code}");
                check_close(&one["area_m2"], &row[2], number(&row[1]), &cui);
                check_close(&one["largo_m"], &row[3], number(&row[1]), &cui);
            }
        }
        let found = of("coincidencias");
        let found: BTreeSet<&str> = found
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| row["codigo"].as_str().expect("a code"))
            .collect();
        let truth: BTreeSet<&str> = others
            .get(&cui)
            .into_iter()
            .flatten()
            .map(|row| row[0].as_str())
            .collect();
        assert_eq!(found, truth, "{cui}");
        met += truth.len();
    }
    assert!(served > 100 && met > 5, "{served} lots, {met} meetings");
}

#[test]
fn evidence_says_which_question_and_which_data_and_is_the_same_when_asked_again() {
    let institute = Institute::new(&["llevar_registros"]);
    let project = cui(&institute.projects()[2]);
    let path = format!("/api/inversiones/{project}/evidencia");
    let first = institute.read(&path);
    let version = institute.read("/api/salud/listo")["version_datos"].clone();
    for one in first["evidencias"].as_array().expect("a list") {
        let text = one["consulta"].as_str().expect("a question");
        let digest = format!("{:x}", Sha256::digest(text));
        assert_eq!(one["origen"]["consulta_sha256"], digest.as_str());
        assert_eq!(one["origen"]["version_datos"], version);
    }
    let created = institute.send("POST", "/api/inversiones", &park());
    assert_eq!(created.status, 201, "{created:?}");
    let origin = &first["evidencias"][0]["origen"];
    let moment = origin["conocido_a"].as_str().expect("a moment");
    let day = origin["fecha"].as_str().expect("a day");
    let then = format!("?fecha={day}&conocido_a={}", encoded(moment));
    assert_eq!(institute.read(&format!("{path}{then}")), first);
    let unknown = institute
        .service
        .get(&format!("/api/inversiones/2999001/evidencia{then}"));
    assert_eq!(unknown.status, 404, "{unknown:?}");
    assert_eq!(
        institute
            .service
            .get("/api/inversiones/2999002/evidencia")
            .status,
        404
    );
}

#[test]
fn the_sheet_is_the_same_to_the_byte_and_tells_the_evidence() {
    let institute = Institute::new(&["llevar_registros"]);
    for project in institute.projects().into_iter().take(8) {
        let code = cui(&project);
        let path = format!("/inversiones/{code}/ficha.pdf");
        let paper = institute.service.bytes(&Call::new("GET", path.as_str()));
        assert_eq!(
            paper,
            institute.service.bytes(&Call::new("GET", path.as_str())),
            "{code}"
        );
        let words = words_of_paper(&institute.office, &paper);
        let evidence = institute.read(&format!("/api/inversiones/{code}/evidencia"));
        let origin = &evidence["evidencias"][0]["origen"];
        for text in [
            code.as_str(),
            "Lotesservidos",
            origin["consulta_sha256"].as_str().expect("a digest"),
        ] {
            assert!(words.contains(text), "{code} lacks {text}: {words}");
        }
        assert!(
            words.contains(&format!("versióndedatos{}", origin["version_datos"])),
            "{words}"
        );
    }
    assert_eq!(
        institute
            .service
            .get("/inversiones/2999009/ficha.pdf")
            .status,
        404
    );
}
