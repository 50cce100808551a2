//! The abstract test suite of CQL2 over its own data set, in a real database; and the examples of the standard, which
//! both encodings have to read as the same. The data set is of the whole world, which EPSG:32718 is not: its degrees
//! are stored as they are, and filters are read without a change of coordinates.

#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use catastro_query::cql2::{Language, Scope, read};
use domain::filter::{Filter, Kind, Queryable, Source};
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};
use store::{
    Store,
    cluster::Cluster,
    pages::{Question, When},
};

const VECTORS: &str = include_str!("cql2_vectors.tsv");

const LAYERS: [(&str, &str); 3] = [
    ("c", "ne_110m_admin_0_countries"),
    ("p", "ne_110m_populated_places_simple"),
    ("r", "ne_110m_rivers_lake_centerlines"),
];

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/vectores-cql2");
    if !folder.is_dir() {
        println!("SE OMITE: falta {}", folder.display());
        return None;
    }
    Some(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_predicate_of_the_suite_leaves_as_many_as_it_says() {
    let Some(shared) = shared() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = {
        let folder = folder.path().to_owned();
        tokio::task::block_in_place(|| Cluster::open(&folder)).expect("a database")
    };
    let store = Store::open(&cluster.url()).await.expect("a schema");
    let mut queryables = BTreeMap::new();
    for (short, layer) in LAYERS {
        let known = load(
            &cluster.url(),
            &shared.join("data/ne110m4cql2.gpkg"),
            short,
            layer,
        )
        .await;
        queryables.insert(short, known);
    }
    let (mut tried, mut faults) = (0, Vec::new());
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t');
        let mut part = || parts.next().expect(line);
        let (short, text, expected) = (part(), part(), part());
        let filter = match parsed(text, Language::Text, &queryables[short]) {
            Ok(filter) => filter,
            Err(fault) => {
                faults.push(format!("{text}: {fault}"));
                continue;
            }
        };
        tried += 1;
        match count(&store, short, &filter).await {
            Ok(found) if found.to_string() == expected => {}
            other => faults.push(format!("{text}: {other:?}, {expected} expected")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(tried > 220, "{tried}");
    logical(&store, &queryables["p"]).await;
    store.close().await;
}

/// Test 10 of the suite: predicates joined as it says, against the same counted one feature at a time.
async fn logical(store: &Store, queryables: &[Queryable]) {
    let predicates: Vec<&str> = VECTORS
        .lines()
        .filter(|line| line.starts_with("p\t"))
        .filter_map(|line| line.split('\t').nth(1))
        .step_by(7)
        .collect();
    for four in predicates.windows(4) {
        let [a, b, c, d] = four else { continue };
        let joined = format!("((NOT {a} AND {b}) OR ({c} and NOT {d}) or not ({a} AND {d}))");
        let filter = parsed(&joined, Language::Text, queryables).expect("read");
        let found = count(store, "p", &filter).await.expect("an answer");
        // What holds, what does not and what is not known are all there are.
        let not = Filter::Not(Box::new(filter.clone()));
        let opposite = count(store, "p", &not).await.expect("an answer");
        assert!(found + opposite <= 243, "{joined}");
    }
}

async fn count(store: &Store, layer: &str, filter: &Filter) -> Result<u64, store::Error> {
    let question = Question {
        when: When::Now,
        area: None,
        filter: Some(filter),
        sort: &[],
        after: None,
        limit: 1,
        offset: 0,
    };
    let layer = format!("vectores_{layer}").parse().expect("a layer's name");
    store.page(&layer, &question).await.map(|page| page.matched)
}

fn parsed(
    text: &str,
    language: Language,
    queryables: &[Queryable],
) -> Result<Filter, catastro_query::cql2::Fault> {
    let scope = Scope {
        queryables,
        ground: &Ok,
        degrees: true,
    };
    read(text, language, &scope)
}

/// Puts a layer of the data set in the place of land, and says what can be asked of it.
async fn load(url: &str, file: &Path, short: &str, layer: &str) -> Vec<Queryable> {
    let out = Command::new("ogr2ogr")
        .args(["-f", "GeoJSON", "/vsistdout/"])
        .arg(file)
        .arg(layer)
        .output()
        .expect("ogr2ogr");
    let collection: Value = serde_json::from_slice(&out.stdout).expect("GeoJSON");
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    // The rules of land are not for the whole world.
    connection
        .execute("set session_replication_role = replica")
        .await
        .expect("the cluster's owner");
    let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
    for (index, feature) in collection["features"]
        .as_array()
        .expect("features")
        .iter()
        .enumerate()
    {
        let mut attributes = feature["properties"].clone();
        for (name, value) in attributes.as_object_mut().expect("properties") {
            let kind = match value {
                Value::Null => continue,
                Value::Bool(_) => Kind::Truth,
                Value::Number(_) => Kind::Number,
                Value::String(text) if name == "date" => {
                    *text = text.replace('/', "-");
                    Kind::Day
                }
                Value::String(text) if name == "start" || name == "end" => {
                    // The suite means UTC and does not say so.
                    text.push('Z');
                    Kind::Instant
                }
                _ => Kind::Text,
            };
            kinds.insert(name.clone(), kind);
        }
        sqlx::query(
            "insert into spatial_unit (layer, ubigeo, code, valid, recorded, change_from, content, attributes, geom)
             values ('vectores_' || $1, '220101', $1 || $2, '[2026-01-01,)', '[2026-01-01,)', 1, gen_random_uuid(),
                 $3::jsonb, st_setsrid(st_geomfromgeojson($4), 32718))",
        )
        .bind(short)
        .bind(index.to_string())
        .bind(attributes.to_string())
        .bind(feature["geometry"].to_string())
        .execute(&mut connection)
        .await
        .expect("a row");
    }
    let attribute = |(name, kind): (String, Kind)| Queryable {
        name: name.as_str().into(),
        kind,
        source: Source::Attribute(name.into()),
    };
    let shape = Queryable {
        name: "geom".into(),
        kind: Kind::Shape,
        source: Source::Shape,
    };
    kinds.into_iter().map(attribute).chain([shape]).collect()
}

/// Examples that need what is not declared: functions of one's own, arrays; or that compare with one's own properties.
const NOT_OFFERED: [&str; 12] = [
    "clause6_01",
    "clause6_02b",
    "clause7_15",
    "clause7_18",
    "example68",
    "example69",
    "example79",
    "example80",
    "example81",
    "example82",
    "example84",
    "example46-alt01",
];

#[test]
fn every_example_of_the_standard_reads_alike_in_both_encodings() {
    let Some(shared) = shared() else { return };
    let examples = shared.join("schema/examples");
    let mut read_alike = 0;
    for entry in std::fs::read_dir(examples.join("text")).expect("examples") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if NOT_OFFERED.contains(&name.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let json = examples.join("json").join(format!(
            "{}.json",
            name.split("-alt").next().unwrap_or_default()
        ));
        let json = std::fs::read_to_string(json).expect("its twin");
        let queryables = properties(&json);
        let (text, json) = (
            parsed(text.trim(), Language::Text, &queryables),
            parsed(&json, Language::Json, &queryables),
        );
        assert_eq!(text, json, "{name}");
        read_alike += usize::from(text.is_ok());
    }
    assert!(read_alike > 80, "{read_alike} are read");
}

/// The properties that an example names, each of the kind that its use there wants.
fn properties(json: &str) -> Vec<Queryable> {
    fn walk(value: &Value, wanted: Kind, found: &mut BTreeMap<String, Kind>) {
        match value {
            Value::Object(members) => {
                if let Some(name) = members.get("property").and_then(Value::as_str) {
                    found.entry(name.to_owned()).or_insert(wanted);
                    return;
                }
                let op = members
                    .get("op")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                let text = value.to_string();
                let wanted = match op {
                    _ if op.starts_with("s_") => Kind::Shape,
                    _ if op.starts_with("t_") => Kind::Instant,
                    "like" | "casei" | "accenti" => Kind::Text,
                    "isNull" | "and" | "or" | "not" | "" => wanted,
                    _ if text.contains("\"date\":") || text.contains("\"timestamp\":") => {
                        Kind::Instant
                    }
                    _ if text.contains("true") || text.contains("false") => Kind::Truth,
                    _ if members["args"].as_array().is_some_and(|args| {
                        args.iter().any(|arg| {
                            arg.is_string()
                                || arg
                                    .as_array()
                                    .is_some_and(|list| list.iter().any(Value::is_string))
                                || arg["op"] == "casei"
                                || arg["op"] == "accenti"
                        })
                    }) =>
                    {
                        Kind::Text
                    }
                    _ => Kind::Number,
                };
                for member in members.values() {
                    walk(member, wanted, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, wanted, found)),
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    walk(
        &serde_json::from_str(json).expect("JSON"),
        Kind::Text,
        &mut found,
    );
    found
        .into_iter()
        .map(|(name, kind)| Queryable {
            name: name.as_str().into(),
            kind,
            source: if kind == Kind::Shape {
                Source::Shape
            } else {
                Source::Attribute(name.into())
            },
        })
        .collect()
}
