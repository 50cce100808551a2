//! Readers while surveys are published: no error, no page of two states of the land, and how much slower it gets.

#![expect(clippy::print_stdout, reason = "what was measured is told")]

use std::{
    fs,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use catastro_tests::{Call, Office, Service};
use serde_json::{Value, json};

const READERS: usize = 4;

/// Seconds of load; `CATASTRO_SEGUNDOS_DE_CARGA` makes them more.
fn load() -> Duration {
    let seconds = std::env::var("CATASTRO_SEGUNDOS_DE_CARGA");
    Duration::from_secs(
        seconds
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(15),
    )
}

#[test]
fn pages_are_whole_while_surveys_are_published() {
    let office = Office::with_demonstration(1_000);
    let service = office.serve_unlimited();
    let quiet = read_for(&service, load() / 2, &AtomicBool::new(false));
    let stop = AtomicBool::new(false);
    let published = AtomicUsize::new(0);
    let busy = std::thread::scope(|scope| {
        scope.spawn(|| publish_until(&office, &service, &stop, &published));
        let busy = read_for(&service, load(), &stop);
        stop.store(true, Ordering::Relaxed);
        busy
    });
    let published = published.load(Ordering::Relaxed);
    assert!(published >= 2, "{published} publications");
    for (name, (calm, loaded)) in ASKED.iter().zip(quiet.iter().zip(&busy)) {
        println!(
            "{name}: p99 {:?} en calma ({} respuestas), {:?} con {published} publicaciones ({}): {:.1} veces",
            p99(calm),
            calm.len(),
            p99(loaded),
            loaded.len(),
            p99(loaded).as_secs_f64() / p99(calm).as_secs_f64()
        );
    }
}

/// What readers ask, one after another.
const ASKED: [&str; 6] = ["caja", "página", "filtro", "elemento", "tesela", "csv"];

fn address(kind: usize, turn: usize) -> String {
    let lots = "/ogc/collections/lotes/items";
    // Places over the town, another each time.
    let step = f64::from(u32::try_from(turn % 97).expect("small")) * 0.0001;
    match kind {
        0 => {
            let (west, south) = (-76.981 + step, -6.036 + step);
            format!(
                "{lots}?bbox={west:.5},{south:.5},{:.5},{:.5}&ubigeo=220101",
                west + 0.002,
                south + 0.002
            )
        }
        1 => format!("{lots}?ubigeo=220101&limit=2000"),
        2 => format!(
            "{lots}?limit=2000&filter=ubigeo%20%3D%20%27220101%27%20AND%20area_m2%20%3E%20{}",
            150 + turn % 50
        ),
        3 => format!("{lots}/22010101001001"),
        4 => format!(
            "/ogc/tiles/WebMercatorQuad/16/{}/{}",
            33865 + turn % 4,
            18753 + turn % 4
        ),
        _ => format!("{lots}?f=csv&ubigeo=220101&properties=codigo,version_datos"),
    }
}

/// Times of answers, by what was asked.
fn read_for(service: &Service, how_long: Duration, stop: &AtomicBool) -> Vec<Vec<Duration>> {
    let begun = Instant::now();
    let of_each: Vec<Vec<Vec<Duration>>> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                scope.spawn(move || {
                    let mut times = vec![Vec::new(); ASKED.len()];
                    let mut turn = reader * 31;
                    while begun.elapsed() < how_long && !stop.load(Ordering::Relaxed) {
                        let kind = turn % ASKED.len();
                        let call = Call::new("GET", address(kind, turn))
                            .header("accept-encoding", "identity");
                        let asked = Instant::now();
                        let (reply, body) = service.fetch(&call);
                        times[kind].push(asked.elapsed());
                        assert!(matches!(reply.status, 200 | 204), "{call:?}: {reply:?}");
                        check_whole(kind, &reply.header("etag"), &body);
                        turn += 1;
                    }
                    times
                })
            })
            .collect();
        readers
            .into_iter()
            .map(|one| one.join().expect("a reader"))
            .collect()
    });
    (0..ASKED.len())
        .map(|kind| of_each.iter().flat_map(|one| one[kind].clone()).collect())
        .collect()
}

/// Each publication gives every lot of the town a new version: an answer with two of them is of two states.
fn check_whole(kind: usize, tags: &[&str], body: &[u8]) {
    let versions: Vec<i64> = match kind {
        0..=2 => {
            let page: Value = serde_json::from_slice(body).expect("a whole page");
            let features = page["features"].as_array().expect("features");
            assert_eq!(Some(features.len() as u64), page["numberReturned"].as_u64());
            features
                .iter()
                .map(|one| {
                    one["properties"]["version_datos"]
                        .as_i64()
                        .expect("a version")
                })
                .collect()
        }
        5 => {
            let text = std::str::from_utf8(body).expect("letters");
            text.lines()
                .skip(1)
                .map(|line| {
                    line.split(',')
                        .nth(2)
                        .and_then(|cell| cell.parse().ok())
                        .expect("a version")
                })
                .collect()
        }
        _ => return,
    };
    assert!(
        versions.windows(2).all(|two| two[0] == two[1]),
        "torn: {versions:?}"
    );
    // The tag is of a change that knows them.
    let tag: i64 = tags[0]
        .trim_matches('"')
        .split('.')
        .next()
        .and_then(|text| text.parse().ok())
        .expect("a tag");
    assert!(
        versions.first().is_none_or(|version| *version <= tag),
        "{versions:?} {tag}"
    );
}

/// Publishes the town again and again, each time with another word in every lot.
fn publish_until(office: &Office, service: &Service, stop: &AtomicBool, published: &AtomicUsize) {
    let lots = service.get("/ogc/collections/lotes/items?ubigeo=220101&limit=10000&properties=codigo,uso,direccion,area_declarada_m2").json();
    let folder = tempfile::tempdir().expect("a folder");
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) {
        round += 1;
        let mut next = lots.clone();
        for one in next["features"].as_array_mut().expect("features") {
            let code = one["id"].as_str().expect("a code").to_owned();
            one["properties"] = json!({
                "cod_sector": &code[6..8], "cod_mzna": &code[8..11], "cod_lote": &code[11..14],
                "uso": one["properties"]["uso"], "direccion": format!("Calle {round}"),
                "area_declarada_m2": one["properties"]["area_declarada_m2"],
            });
        }
        let file = folder.path().join(format!("lotes{round}.geojson"));
        fs::write(&file, next.to_string()).expect("a file");
        let answer = office.ingest(
            &file,
            &["--collection", "lotes", "--ubigeo", "220101", "--publish"],
        );
        assert_eq!(answer.code, 0, "{answer:?}");
        published.fetch_add(1, Ordering::Relaxed);
    }
}

fn p99(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times
        .get(times.len() * 99 / 100)
        .copied()
        .unwrap_or_default()
}
