//! The question of a check in other forms: many parcels at once, what an article or a zone reaches, the nearest front.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use catastro_tests::{Call, Office, Reply, Service, norms::check};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const MANY: &str = "/api/control-urbano/verificaciones/masivas";

/// The lines of a batch and its summary, after a look at its digest.
fn batch(service: &Service, request: &Value) -> (Vec<Value>, Value) {
    let reply = service.post(MANY, request);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.header("content-type"), ["application/x-ndjson"]);
    let (said, last) = reply
        .text
        .trim_end()
        .rsplit_once('\n')
        .expect("at least two lines");
    let summary = serde_json::from_str::<Value>(last).expect("JSON")["resumen"].clone();
    let digest = format!("{:x}", Sha256::digest(format!("{said}\n")));
    assert_eq!(summary["sha256"], json!(digest));
    let lines: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(summary["predios"], json!(lines.len()));
    (lines, summary)
}

/// An answer without the moment at which it was given.
fn timeless(mut answer: Value) -> Value {
    answer["conocido_a"] = Value::Null;
    answer
}

fn refused(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(reply.text.contains(words), "{words}: {}", reply.text);
}

#[test]
fn a_batch_says_of_each_parcel_what_its_own_check_says() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let block = office.sql(
        "select left(code, 11) from parcel where ubigeo = '220101' and length(code) = 14
         group by 1 having count(*) > 3 order by 1 limit 1",
    )[0]
    .clone();
    let proposal = json!({"uso": "vivienda", "pisos": 3, "actividad_ciiu": "4711"});
    let (lines, summary) = batch(&service, &json!({"manzana": block, "propuesta": proposal}));
    let codes = office.sql(&format!(
        "select code from parcel where code like '{block}%' order by code"
    ));
    let named: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["predio"]["codigo"].as_str())
        .collect();
    assert_eq!(named, codes);
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    for line in &lines {
        let own = check(
            &service,
            &json!({"predio": line["predio"]["codigo"], "propuesta": proposal}),
        );
        assert_eq!(timeless(line.clone()), timeless(own));
        *outcomes
            .entry(line["resultado"].as_str().expect("an outcome"))
            .or_default() += 1;
    }
    for outcome in ["conforme", "no_conforme", "no_concluyente"] {
        let told = outcomes.get(outcome).copied().unwrap_or_default();
        assert_eq!(summary[outcome], json!(told), "{summary}");
    }

    let of_block = summary;

    // A list keeps its order, and what is no parcel has its own line.
    let listed = json!([
        codes[1],
        "22010199999999",
        codes[0],
        "hola",
        "99010101001001"
    ]);
    let (lines, summary) = batch(&service, &json!({"predios": listed, "detalle": "breve"}));
    let said: Vec<(&Value, bool)> = lines
        .iter()
        .map(|line| (&line["predio"]["codigo"], line["problema"].is_object()))
        .collect();
    let absent = [false, true, false, true, true];
    let expected: Vec<(&Value, bool)> = listed
        .as_array()
        .expect("a list")
        .iter()
        .zip(absent)
        .collect();
    assert_eq!(said, expected);
    assert_eq!(summary["sin_respuesta"], 3);

    // Only to count them, the same comes out.
    let counted = service.post(
        MANY,
        &json!({"manzana": block, "propuesta": proposal, "detalle": "cuentas"}),
    );
    let counted = counted.json()["resumen"].clone();
    for outcome in ["conforme", "no_conforme", "no_concluyente", "predios"] {
        assert_eq!(counted[outcome], of_block[outcome], "{counted}");
    }

    // A municipality, now and as it was: the same land, the same answers.
    let count = office.sql("select count(*) from parcel where ubigeo = '220101'")[0].clone();
    let whole = json!({"ubigeo": "220101", "detalle": "breve"});
    let (lines, _) = batch(&service, &whole);
    assert_eq!(lines.len().to_string(), count);
    let mut past = whole.clone();
    past["conocido_a"] = lines_moment(&office);
    let (before, _) = batch(&service, &past);
    let digests = |lines: &[Value]| -> Vec<Value> {
        lines
            .iter()
            .map(|line| line["recibo"]["sha256"].clone())
            .collect()
    };
    assert_eq!(digests(&lines), digests(&before));
}

/// The moment of the last change.
fn lines_moment(office: &Office) -> Value {
    json!(office.sql("select to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from change")[0])
}

#[test]
fn a_job_brings_the_same_lines_and_only_to_who_asked() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let token = |login: &str| {
        let _ = office.account(login, &["control_urbano@220101"]);
        office.token(login, &["redactar_certificado"])
    };
    let (officer, other) = (token("oficial"), token("curiosa"));
    let question = json!({"ubigeo": "220101", "propuesta": {"pisos": 3}});
    let asked = service.send(
        &Call::new("POST", "/api/trabajos")
            .token(&officer)
            .json(&question),
    );
    assert_eq!(asked.status, 202, "{asked:?}");
    let link = asked.header("location")[0].to_owned();
    let get = |token: &str, path: &str| service.send(&Call::new("GET", path).token(token));
    let begun = Instant::now();
    let done = loop {
        let state = get(&officer, &link).json();
        if state["estado"] != "en_espera" {
            break state;
        }
        assert!(begun.elapsed() < Duration::from_mins(2), "{state}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(done["estado"], "hecho", "{done}");
    let result = done["resultado"].as_str().expect("a link");
    let file = get(&officer, result).text;
    let digest = format!("{:x}", Sha256::digest(&file));
    assert_eq!(done["resumen"]["sha256"], json!(digest));
    let (lines, summary) = batch(&service, &question);
    assert_eq!(
        done["resumen"]["cuentas"]["conforme"], summary["conforme"],
        "{done}"
    );
    let of_job: Vec<Value> = file
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    assert_eq!(of_job.len(), lines.len() + 1);
    for (of_job, line) in of_job.iter().zip(&lines) {
        assert_eq!(of_job["recibo"]["sha256"], line["recibo"]["sha256"]);
    }
    // Nobody else knows of it.
    refused(&get(&other, &link), 404, "ningún trabajo");
    refused(&get(&other, result), 404, "ningún trabajo");
    let unsaid = service.post("/api/trabajos", &question);
    assert_eq!(unsaid.status, 401, "{unsaid:?}");
    let wrong = Call::new("POST", "/api/trabajos")
        .token(&officer)
        .json(&json!({"manzana": "1"}));
    refused(&service.send(&wrong), 400, "11 dígitos");
}

#[test]
fn who_does_not_read_on_keeps_nobody_else_waiting() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let lot =
        office.sql("select code from parcel where ubigeo = '220101' order by 1 limit 1")[0].clone();
    let question = json!({"predios": vec![&lot; 10_000]});
    let address = service.url("").replace("http://", "");
    // Forty megabytes each, more than any socket holds, and nobody reads them.
    let mut silent: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = TcpStream::connect(address.trim_end_matches('/')).expect("the service");
            let body = question.to_string();
            write!(
                stream,
                "POST {MANY} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .expect("a request");
            stream
        })
        .collect();
    let begins = silent.iter_mut().all(|stream| {
        let mut status = [0; 12];
        stream.read_exact(&mut status).expect("a status");
        status == *b"HTTP/1.1 200"
    });
    assert!(begins);
    refused(&service.post(MANY, &question), 503, "varias preguntas");
    // What needs no place among the readers goes on: a check, a reach, a job.
    let _ = check(&service, &json!({"predio": lot}));
    let reached = service.get("/api/control-urbano/alcance?ubigeo=220101&tema=faja_marginal");
    assert_eq!(reached.status, 200, "{reached:?}");
    let _ = office.account("oficial", &["control_urbano@220101"]);
    let token = office.token("oficial", &["redactar_certificado"]);
    let asked = Call::new("POST", "/api/trabajos")
        .token(&token)
        .json(&json!({"ubigeo": "220101"}));
    let job = service.send(&asked);
    assert_eq!(job.status, 202, "{job:?}");
    // Who goes away leaves their place.
    drop(silent);
    let begun = Instant::now();
    while service.post(MANY, &json!({"predios": [lot]})).status != 200 {
        assert!(
            begun.elapsed() < Duration::from_mins(1),
            "a place stays taken"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn what_reaches_parcels_is_what_postgis_finds() {
    let office = Office::with_demonstration(1_500);
    let service = office.serve();
    let reach = |query: &str| -> Value {
        let reply = service.get(&format!(
            "/api/control-urbano/alcance?ubigeo=220101&{query}"
        ));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    };
    // Of classes and themes PostGIS knows the areas.
    let class = office.sql(
        "select z.attributes->>'codigo' from parcel p join zone z on st_intersects(p.geom, z.geom)
         where p.ubigeo = '220101' and z.ubigeo = '220101' group by 1 order by count(*) desc limit 1",
    )[0]
    .clone();
    for (layer, ground, query) in [
        (
            "zonificacion",
            format!("attributes->>'codigo' = '{class}'"),
            format!("clase={class}"),
        ),
        (
            "restricciones",
            "attributes->>'tipo' = 'faja_marginal'".to_owned(),
            "tema=faja_marginal".to_owned(),
        ),
    ] {
        let expected: BTreeMap<String, f64> = office
            .sql(&format!(
                "select p.code || ' ' || st_area(st_intersection(p.geom, z.geom))
                 from parcel p, (select st_union(geom) as geom from spatial_unit
                     where layer = '{layer}' and ubigeo = '220101' and {ground}
                         and upper_inf(valid) and upper_inf(recorded)) z
                 where p.ubigeo = '220101' and upper_inf(p.valid) and upper_inf(p.recorded)
                     and st_area(st_intersection(p.geom, z.geom)) > 0.005"
            ))
            .iter()
            .filter_map(|line| line.split_once(' '))
            .map(|(code, area)| (code.to_owned(), area.parse().expect("a number")))
            .collect();
        assert!(!expected.is_empty(), "{query}");
        let said = reach(&query);
        let said: BTreeMap<&str, f64> = said["predios"]
            .as_array()
            .expect("parcels")
            .iter()
            .filter_map(|row| Some((row["codigo"].as_str()?, row["alcanzada_m2"].as_f64()?)))
            .filter(|(_, area_m2)| *area_m2 > 0.0)
            .collect();
        assert_eq!(
            said.keys().copied().collect::<Vec<_>>(),
            expected.keys().map(String::as_str).collect::<Vec<_>>(),
            "{query}"
        );
        for (code, area_m2) in &expected {
            assert!(
                (said[code.as_str()] - area_m2).abs() < 0.011,
                "{query} {code}"
            );
        }
    }

    // An article: those whose own check cites it, and no other.
    let (lines, _) = batch(&service, &json!({"ubigeo": "220101"}));
    let article = "Artículo 5 (demostración)";
    let citing: Vec<&str> = lines
        .iter()
        .filter(|line| {
            let stated = line["parametros"].as_object().expect("parameters");
            stated
                .values()
                .any(|stated| stated["base_legal"]["articulo"] == article)
        })
        .filter_map(|line| line["predio"]["codigo"].as_str())
        .collect();
    assert!(!citing.is_empty() && citing.len() < lines.len());
    let said = reach("articulo=a5&instrumento=PDU-220101-DEMO");
    let reached: Vec<&str> = said["predios"]
        .as_array()
        .expect("parcels")
        .iter()
        .filter_map(|row| row["codigo"].as_str())
        .collect();
    assert_eq!(reached, citing);

    // The same as a table and on the map.
    let path = format!("/api/control-urbano/alcance?ubigeo=220101&clase={class}&f=");
    let table = service.get(&format!("{path}csv")).text;
    let rows = reach(&format!("clase={class}"))["resumen"]["predios"]
        .as_u64()
        .expect("a count");
    assert_eq!(table.lines().count() as u64, rows + 1, "{table}");
    let folder = tempfile::TempDir::new().expect("a folder");
    let map = folder.path().join("alcance.geojson");
    fs::write(&map, service.get(&format!("{path}geojson")).text).expect("a file");
    let seen = Command::new("ogrinfo")
        .args(["-so", "-al"])
        .arg(&map)
        .output()
        .expect("GDAL");
    let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
    assert!(seen.contains(&format!("Feature Count: {rows}")), "{seen}");
    assert!(seen.contains("alcanzada_m2: Real"), "{seen}");
}

#[test]
fn the_nearest_front_is_the_one_that_a_tape_finds() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    // Points in the middle of streets: at the foot of each the nearest axis is the street itself.
    let points = office.sql(
        "select st_x(p) || ' ' || st_y(p) || ' ' || code from (
             select code, st_transform(st_lineinterpolatepoint(st_geometryn(geom, 1), 0.37), 4326) as p
             from spatial_unit where layer = 'vias' and ubigeo = '220101' and upper_inf(valid) and upper_inf(recorded)
             order by code limit 12) streets",
    );
    let mut fronts = 0;
    for line in &points {
        let mut words = line.splitn(3, ' ');
        let mut degrees = || -> f64 {
            words
                .next()
                .and_then(|word| word.parse().ok())
                .expect("degrees")
        };
        let point = [degrees(), degrees()];
        let reply = service.post("/api/control-urbano/frente", &json!({"punto": point}));
        assert_eq!(reply.status, 200, "{reply:?}");
        let near = reply.json();
        assert!(
            near["via"]["distancia_m"].as_f64().expect("a distance") < 0.01,
            "{near}"
        );
        let Some(front) = near["frente"].as_object() else {
            continue;
        };
        fronts += 1;
        // No border of a parcel is nearer than the front that was named, and that one is as far as PostGIS says.
        let [lon, lat] = point;
        let measured = office.sql(&format!(
            "with at as (select st_transform(st_setsrid(st_makepoint({lon}, {lat}), 4326), 32718) as p)
             select min(st_distance(geom, p)), min(st_distance(geom, p)) filter (where code = '{}')
             from parcel, at where ubigeo = '220101' and upper_inf(valid) and upper_inf(recorded)",
            front["predio"].as_str().expect("a code")
        ));
        let measured: Vec<f64> = measured[0]
            .split('|')
            .map(|word| word.parse().expect("metres"))
            .collect();
        let told = front["distancia_m"].as_f64().expect("a distance");
        assert!((told - measured[1]).abs() < 0.02, "{near} {measured:?}");
        assert!(told + 0.02 > measured[0], "{near} {measured:?}");
    }
    assert!(fronts > 3, "{fronts} of {}", points.len());
}

#[test]
fn a_question_that_cannot_be_answered_is_refused_in_words() {
    let office = Office::with_demonstration(300);
    let service = office.serve();
    let many = |request: Value| service.post(MANY, &request);
    refused(&many(json!({})), 400, "Diga los predios de una sola manera");
    refused(
        &many(json!({"ubigeo": "220101", "manzana": "22010101001"})),
        400,
        "Diga los predios de una sola manera",
    );
    refused(&many(json!({"manzana": "2201"})), 400, "11 dígitos");
    refused(
        &many(json!({"manzana": "22010199999"})),
        404,
        "No hay ningún predio",
    );
    refused(&many(json!({"ubigeo": "150101"})), 404, "150101");
    refused(
        &many(json!({"ubigeo": "150101", "fecha": "2026-01-02"})),
        404,
        "150101",
    );
    refused(
        &many(json!({"predios": vec!["22010101001001"; 10_001]})),
        413,
        "10001 predios",
    );
    let outline = json!({"type": "Polygon", "coordinates": [[[-76.97, -6.03], [-76.96, -6.03], [-76.96, -6.02], [-76.97, -6.03]]]});
    refused(
        &many(json!({"ubigeo": "220101", "propuesta": {"huella": outline}})),
        400,
        "Una «huella» es de un solo predio",
    );
    let reach = |query: &str| service.get(&format!("/api/control-urbano/alcance?{query}"));
    refused(&reach("clase=RDM"), 400, "Falta el parámetro «ubigeo»");
    refused(&reach("ubigeo=220101"), 400, "de una sola manera");
    refused(
        &reach("ubigeo=220101&clase=NADA"),
        404,
        "no existe en el municipio",
    );
    refused(
        &reach("ubigeo=220101&articulo=a999&instrumento=PDU-220101-DEMO"),
        404,
        "a999",
    );
    refused(
        &reach("ubigeo=220101&clase=RDM&f=xml"),
        400,
        "json, geojson o csv",
    );
    let front =
        |body: Value| service.send(&Call::new("POST", "/api/control-urbano/frente").json(&body));
    refused(
        &front(json!({"punto": [-70.0, 10.0]})),
        404,
        "ningún municipio",
    );
    refused(&front(json!({"punto": [-700.0, 10.0]})), 400, "punto");
}
