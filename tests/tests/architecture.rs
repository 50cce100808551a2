//! The arrows between our crates, and the home of each foreign crate that has one (`docs/architecture.md`).

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

/// What each crate may import of ours.
const ARROWS: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("gis", &["domain"]),
    ("store", &["domain"]),
    ("demo", &["domain"]),
    ("ingest", &["gis", "store", "domain"]),
    ("query", &["gis", "store", "domain"]),
    ("documents", &["domain"]),
    (
        "office",
        &["ingest", "query", "documents", "gis", "store", "domain"],
    ),
    ("api", &["office", "query", "domain"]),
    (
        "cli",
        &[
            "api", "office", "ingest", "query", "gis", "store", "domain", "demo",
        ],
    ),
];

/// Foreign crates with a home, and their homes.
const HOMES: [(&str, &[&str]); 32] = [
    ("sqlx", &["store"]),
    ("gdal", &["gis"]),
    ("proj", &["gis"]),
    ("csv", &["gis", "office"]),
    ("rstar", &["domain", "query"]),
    ("cql2", &["query"]),
    ("pest", &["query"]),
    ("geozero", &["store", "ingest", "query"]),
    ("askama", &["api"]),
    ("axum", &["api"]),
    ("pulldown-cmark", &["api"]),
    ("utoipa", &["api"]),
    ("tower", &["api"]),
    ("axum-extra", &["api"]),
    ("governor", &["api"]),
    ("hyper", &["api"]),
    ("hyper-util", &["api"]),
    ("argon2", &["office"]),
    ("postcard", &["ingest"]),
    ("openidconnect", &["office"]),
    ("lettre", &["office"]),
    ("reqwest", &["office"]),
    ("qrcode", &["documents"]),
    ("typst", &["documents"]),
    ("typst-kit", &["documents"]),
    ("typst-layout", &["documents"]),
    ("typst-pdf", &["documents"]),
    ("cel", &["domain"]),
    ("ed25519-dalek", &["office"]),
    ("toml", &["cli"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
];

#[test]
fn arrows_point_down_and_foreign_crates_stay_at_home() {
    let crates = crates();
    for (name, allowed) in ARROWS {
        for import in &crates[name] {
            let ours = ARROWS.iter().any(|(ours, _)| ours == import);
            assert!(
                !ours || allowed.contains(&import.as_str()),
                "{name} may not import {import}"
            );
            if let Some((_, homes)) = HOMES.iter().find(|(foreign, _)| foreign == import) {
                assert!(homes.contains(&name), "{import} is not at home in {name}");
            }
        }
    }
    let listed: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    for name in crates.keys() {
        assert!(
            listed.contains(&name.as_str()) || name == "tests",
            "{name} has no place in the table"
        );
    }
}

/// Our crates by short name, each with what it imports in its code that is not a test.
fn crates() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let short = |name: &str| {
        if name == "catastro" {
            "cli".to_owned()
        } else {
            name.trim_start_matches("catastro-").to_owned()
        }
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    list(&metadata["packages"])
        .iter()
        .map(|package| {
            let imports = list(&package["dependencies"])
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .filter_map(|dependency| Some(short(dependency["name"].as_str()?)))
                .collect();
            (short(package["name"].as_str().unwrap_or_default()), imports)
        })
        .collect()
}
