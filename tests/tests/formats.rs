//! In which forms features go, and by which tags they are known.

use std::process::Command;

use catastro_tests::{Call, Office, Service, encoded};

const LOTS: &str = "/ogc/collections/lotes/items";

fn with_demonstration(look: impl FnOnce(&Office, &Service)) {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    look(&office, &service);
}

#[test]
fn every_format_holds_every_feature() {
    with_demonstration(|_, service| {
        let total = service.get(&format!("{LOTS}?limit=1")).json()["numberMatched"]
            .as_u64()
            .expect("a count");
        let folder = tempfile::tempdir().expect("a folder");
        for (format, kind) in [
            ("csv", "text/csv; charset=utf-8"),
            ("fgb", "application/vnd.flatgeobuf"),
            ("gpkg", "application/geopackage+sqlite3"),
        ] {
            let url = service.url(&format!("{LOTS}?f={format}"));
            let file = folder.path().join(format!("lotes.{format}"));
            let done = Command::new("curl")
                .args(["-sf", "-D", "-", "-o"])
                .arg(&file)
                .arg(&url)
                .output()
                .expect("curl");
            let head = String::from_utf8_lossy(&done.stdout).to_lowercase();
            assert!(head.contains(&format!("content-type: {kind}")), "{head}");
            assert!(head.contains("attachment; filename=\"lotes."), "{head}");
            let told = Command::new("ogrinfo")
                .args(["-so", "-al"])
                .arg(&file)
                .output()
                .expect("ogrinfo");
            let told = String::from_utf8_lossy(&told.stdout).into_owned();
            assert!(
                told.contains(&format!("Feature Count: {total}")),
                "{format}: {told}"
            );
            assert!(told.contains("area_m2"), "{format}: {told}");
        }
        let jsonfg = service.get(&format!("{LOTS}?f=jsonfg&limit=2"));
        assert_eq!(jsonfg.kind, "application/vnd.ogc.fg+json");
        let page = jsonfg.json();
        assert_eq!(page["featureType"], "lotes");
        let first = &page["features"][0];
        assert_eq!(
            first["coordRefSys"],
            "http://www.opengis.net/def/crs/EPSG/0/32718"
        );
        assert!(
            first["place"]["coordinates"][0][0][0][0]
                .as_f64()
                .is_some_and(|east| east > 200_000.0)
        );
        assert_eq!(first["time"]["interval"][1], "..");
        let html = Call::new("GET", LOTS).header("accept", "text/html,application/xhtml+xml;q=0.9");
        let html = service.send(&html);
        assert_eq!(html.kind, "text/html; charset=utf-8");
        assert!(html.text.contains("<h1>Lotes</h1>") && html.text.contains("22010101001001"));
        // A file that a filter cut short would be taken for all there is: it is cut at nothing here.
        let filtered = service.get(&format!("{LOTS}?f=csv&filter={}", encoded("area_m2 > 200")));
        let matched = service
            .get(&format!(
                "{LOTS}?limit=1&filter={}",
                encoded("area_m2 > 200")
            ))
            .json();
        assert_eq!(
            filtered.text.lines().count() as u64 - 1,
            matched["numberMatched"].as_u64().expect("a count")
        );
    });
}

#[test]
fn tags_are_strong_and_those_of_packed_answers_are_others() {
    with_demonstration(|_, service| {
        let item = format!("{LOTS}/22010101001001");
        for at in [LOTS, &item, "/ogc/collections/lotes/items?f=csv&limit=3"] {
            let plain = service.send(&Call::new("GET", at).header("accept-encoding", "identity"));
            let tag = plain.header("etag")[0];
            assert!(tag.starts_with('"'), "{at}: {tag} is weak");
            let same = Call::new("GET", at).header("accept-encoding", "identity");
            assert_eq!(
                service.send(&same).text,
                plain.text,
                "{at}: the same tag for other bytes"
            );
            let known = service.send(&same.header("if-none-match", tag));
            assert_eq!((known.status, known.text.as_str()), (304, ""), "{at}");
            let (packed, _) =
                service.fetch(&Call::new("GET", at).header("accept-encoding", "gzip"));
            if let [packing] = packed.header("content-encoding")[..] {
                let other = packed.header("etag")[0];
                assert_ne!(other, tag, "{at}: {packing}");
                let known = Call::new("GET", at)
                    .header("accept-encoding", "gzip")
                    .header("if-none-match", other);
                let known = service.send(&known);
                assert_eq!(known.status, 304, "{at}");
                assert_eq!(known.header("etag"), [other], "{at}");
            }
        }
    });
}
