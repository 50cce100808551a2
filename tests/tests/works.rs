//! Networks and works: what clashes, what is served, and what a work would clash with before it is written; as PostGIS finds
//! it in other words.

use std::collections::BTreeSet;

use catastro_tests::{
    Call,
    institute::{Institute, NOW},
};
use serde_json::{Value, json};

fn pair(clash: &Value) -> (String, String) {
    let code = |side: &str| clash[side]["codigo"].as_str().expect("a code").to_owned();
    (code("primera"), code("segunda"))
}

#[test]
fn what_clashes_is_what_postgis_finds_in_other_words() {
    let institute = Institute::new(&["llevar_registros"]);
    let clashes = |question: &str| -> Vec<Value> {
        let (mut all, mut offset) = (Vec::new(), 0);
        loop {
            let page = institute.read(&format!("/api/obras/choques?despues={offset}{question}"));
            all.extend(page["choques"].as_array().expect("a list").clone());
            match page["siguiente"].as_u64() {
                Some(next) => offset = next,
                None => return all,
            }
        }
    };
    let all = clashes("");
    let has = |class: &str, first: &str, second: &str| {
        let wanted = (first.to_owned(), second.to_owned());
        all.iter()
            .any(|one| one["clase"] == class && pair(one) == wanted)
    };
    assert!(
        has("simultaneas", "220101-OBR-0001", "220101-OBR-0002"),
        "{all:#?}"
    );
    assert!(
        has("secuencia", "220101-OBR-0003", "220101-OBR-0004"),
        "{all:#?}"
    );
    assert_eq!(all[0]["clase"], "secuencia", "the gravest first");
    assert!(
        all[0]["texto"]
            .as_str()
            .is_some_and(|text| text.contains("se rompe lo recién hecho"))
    );

    let works = format!(
        "(select code, geom, attributes->>'servicio' as servicio, attributes->>'estado' = 'terminada' as hecha,
             attributes->>'inversion' as inversion, (attributes->>'inicio')::date as inicio, (attributes->>'fin')::date as fin,
             array_position(array['desague', 'agua', 'energia', 'vias'], attributes->>'servicio') as turno
         from spatial_unit where layer = 'servicios' and attributes->>'clase' = 'obra' and {NOW})"
    );
    let truth = |condition: &str| -> BTreeSet<(String, String)> {
        let found = institute.office.sql(&format!(
            "select a.code, b.code from {works} a join {works} b on (a.inicio, a.fin, a.code) < (b.inicio, b.fin, b.code)
             where st_distance(a.geom, b.geom) <= 15 and not (a.hecha and b.hecha) and {condition}"
        ));
        found
            .iter()
            .map(|line| {
                let (a, b) = line.split_once('|').expect("two codes");
                (a.to_owned(), b.to_owned())
            })
            .collect()
    };
    let apart = "a.fin < b.inicio";
    let breaks = "coalesce(a.turno > b.turno, false) and b.inicio <= a.fin + interval '60 months'";
    for (class, condition) in [
        ("simultaneas", "a.fin >= b.inicio".to_owned()),
        ("secuencia", format!("{apart} and {breaks}")),
        (
            "seguidas",
            format!("{apart} and not ({breaks}) and b.inicio <= a.fin + interval '6 months'"),
        ),
    ] {
        let found: BTreeSet<(String, String)> = clashes(&format!("&clase={class}"))
            .iter()
            .filter(|one| one["primera"]["tipo"] == "obra" && one["segunda"]["tipo"] == "obra")
            .map(pair)
            .collect();
        assert_eq!(found, truth(&condition), "{class}");
    }
    // A work and the project that it is part of are one.
    assert!(
        !all.iter().any(|one| {
            let (a, b) = pair(one);
            [a.as_str(), b.as_str()].contains(&"220101-OBR-0006")
                && [a.as_str(), b.as_str()].contains(&"2010003")
        }),
        "{all:#?}"
    );
    let here = clashes("&ubigeo=220102");
    assert!(here.len() < all.len());
    assert_eq!(
        institute
            .service
            .get("/api/obras/choques?clase=nada")
            .status,
        400
    );
}

#[test]
fn blocks_and_parcels_are_served_where_a_network_runs() {
    let institute = Institute::new(&["llevar_registros"]);
    let coverage = institute.read("/api/obras/cobertura");
    let lines = coverage["cobertura"].as_array().expect("lines");
    assert_eq!(lines.len(), 6 * 3);
    let truth = institute.office.sql(&format!(
        "with m as (select * from spatial_unit where layer = 'manzanas' and {NOW}),
             l as (select left(code, 11) as manzana, count(*) as lotes from spatial_unit where layer = 'lotes' and {NOW} group by 1),
             r as (select geom, attributes->>'servicio' as servicio from spatial_unit
                 where layer = 'servicios' and attributes->>'clase' = 'red' and {NOW}),
             s as (select unnest(array['agua', 'desague', 'energia']) as servicio)
         select m.ubigeo, s.servicio, count(*), count(*) filter (where con), coalesce(sum(l.lotes), 0),
             coalesce(sum(l.lotes) filter (where con), 0)
         from m cross join s left join l on l.manzana = m.code
         cross join lateral (select exists (select from r where r.servicio = s.servicio and st_distance(r.geom, m.geom) <= 20) as con) c
         group by 1, 2"
    ));
    assert_eq!(truth.len(), lines.len());
    for line in lines {
        let told = [
            "ubigeo",
            "servicio",
            "manzanas",
            "manzanas_con",
            "lotes",
            "lotes_con",
        ];
        let told = told
            .map(|name| line[name].to_string().trim_matches('"').to_owned())
            .join("|");
        assert!(truth.contains(&told), "{told} is not among {truth:#?}");
    }
    let of_one = institute.read("/api/obras/cobertura?ubigeo=220101");
    let blocks = of_one["manzanas"].as_array().expect("blocks");
    let of = |service: &str| {
        blocks
            .iter()
            .filter(|block| {
                block["servicios"]
                    .as_array()
                    .expect("services")
                    .iter()
                    .any(|one| one == service)
            })
            .count()
    };
    let line = lines
        .iter()
        .find(|line| line["ubigeo"] == "220101" && line["servicio"] == "desague")
        .expect("a line");
    assert_eq!(Some(of("desague") as u64), line["manzanas_con"].as_u64());
    assert!(
        of("desague") > 0 && of("desague") < blocks.len(),
        "most, and not all"
    );
}

/// A work along the street of another one.
fn beside(institute: &Institute, code: &str) -> Value {
    let other = institute.read(&format!("/api/obras/{code}"));
    json!({
        "clase": "obra", "servicio": "agua", "prestador": "EPS de prueba", "nombre": "Empalme de agua",
        "estado": "prevista", "inicio": "2027-05-01", "fin": "2027-05-31", "huella": other["huella"],
    })
}

#[test]
fn a_work_is_told_what_it_clashes_with_before_it_is_written() {
    let institute = Institute::new(&["llevar_registros"]);
    let count = || institute.read("/api/obras?ubigeo=220101")["total"].clone();
    let before = count();
    let mut work = beside(&institute, "220101-OBR-0001");
    let stranger = institute
        .service
        .send(&Call::new("POST", "/api/obras").json(&work));
    assert_eq!(stranger.status, 401, "{stranger:?}");
    let refused = institute.send("POST", "/api/obras", &work);
    assert!(
        refused.status == 409 && refused.text.contains("220101-OBR-0001"),
        "{refused:?}"
    );
    assert_eq!(count(), before, "nothing was written");
    work["aceptar_choques"] = json!(true);
    let written = institute.send("POST", "/api/obras", &work);
    assert_eq!(written.status, 201, "{written:?}");
    let written = written.json();
    assert_eq!(
        written["obra"]["codigo"], "220101-OBR-0011",
        "the next number"
    );
    let clashes: Vec<(String, String)> = written["choques"]
        .as_array()
        .expect("clashes")
        .iter()
        .map(pair)
        .collect();
    assert!(
        clashes.contains(&("220101-OBR-0001".to_owned(), "220101-OBR-0011".to_owned())),
        "{clashes:?}"
    );

    // Far away in time there is nothing to accept; the version that was read has to stand.
    work["inicio"] = json!("2035-01-01");
    work["fin"] = json!("2035-02-01");
    work["aceptar_choques"] = json!(false);
    work["version"] = written["obra"]["version"].clone();
    work["motivo"] = json!("Se coordinó con la EPS");
    let changed = institute.send("PUT", "/api/obras/220101-OBR-0011", &work);
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.json()["choques"], json!([]));
    assert_eq!(
        institute
            .send("PUT", "/api/obras/220101-OBR-0011", &work)
            .status,
        409
    );
    for (member, value) in [
        ("clase", json!("red")),
        ("servicio", json!("gas")),
        ("estado", json!("en_servicio")),
        ("fin", json!("2034-01-01")),
        ("inversion", json!("9999999")),
        ("codigo", json!("OBR-1")),
        ("prestador", json!("")),
    ] {
        let mut wrong = beside(&institute, "220101-OBR-0005");
        wrong["inicio"] = json!("2035-01-01");
        wrong["fin"] = json!("2035-02-01");
        wrong[member] = value.clone();
        let refused = institute.send("POST", "/api/obras", &wrong);
        let is_a_network = member == "clase" && refused.status == 422;
        assert!(
            is_a_network || [400, 422].contains(&refused.status),
            "{member} {value}: {refused:?}"
        );
    }
    let network = json!({
        "clase": "red", "servicio": "energia", "prestador": "Empresa de prueba", "nombre": "Red nueva",
        "estado": "en_servicio", "huella": work["huella"],
    });
    let network = institute.send("POST", "/api/obras", &network);
    assert_eq!(network.status, 201, "{network:?}");
    let code = network.json()["obra"]["codigo"]
        .as_str()
        .expect("a code")
        .to_owned();
    assert!(code.starts_with("220101-RED-"), "{code}");
}

#[test]
fn works_are_listed_by_street_and_go_on_where_the_page_ends() {
    let institute = Institute::new(&["llevar_registros"]);
    let (mut seen, mut path) = (Vec::new(), "/api/obras".to_owned());
    let total = loop {
        let page = institute.read(&path);
        let works = page["obras"].as_array().expect("a list").clone();
        seen.extend(works);
        match page["siguiente"].as_str() {
            Some(after) => path = format!("/api/obras?despues={after}"),
            None => break page["total"].as_u64().expect("a count"),
        }
    };
    let codes: BTreeSet<&str> = seen
        .iter()
        .filter_map(|one| one["codigo"].as_str())
        .collect();
    assert_eq!(seen.len() as u64, total);
    assert_eq!(codes.len() as u64, total, "each once");
    let streets: Vec<&str> = seen
        .iter()
        .filter_map(|one| one["calle"].as_str())
        .collect();
    assert!(streets.is_sorted(), "{streets:?}");
    assert!(streets.len() * 2 > seen.len(), "most lie along a street");
    let ask = |question: &str| {
        institute.read(&format!("/api/obras?{question}"))["total"]
            .as_u64()
            .expect("a count")
    };
    assert_eq!(ask("clase=red") + ask("clase=obra"), total);
    assert_eq!(
        ask("clase=obra&ubigeo=220101&servicio=vias&estado=suspendida"),
        1
    );
    assert_eq!(ask("q=220101-obr-0003"), 1);
    assert_eq!(institute.service.get("/api/obras?servicio=gas").status, 400);
    assert_eq!(
        institute.service.get("/api/obras/220101-OBR-9999").status,
        404
    );
}
