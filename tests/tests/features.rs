//! OGC API Features over HTTP, as the abstract test suites of its parts 1, 2, 3 and 5 ask: docs/conformance.md says which
//! test holds which requirement.

use std::collections::{BTreeMap, BTreeSet};

use catastro_tests::{Call, Office, Service, encoded, ids};
use serde_json::Value;

const LOTS: &str = "/ogc/collections/lotes/items";

fn with_demonstration(look: impl FnOnce(&Office, &Service)) {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    look(&office, &service);
}

fn link<'a>(document: &'a Value, rel: &str) -> Option<&'a str> {
    document["links"]
        .as_array()?
        .iter()
        .find(|link| link["rel"] == rel)?["href"]
        .as_str()
}

fn path(service: &Service, href: &str) -> String {
    let ours = service.url("");
    href.strip_prefix(&ours)
        .expect("our own address")
        .to_owned()
}

#[test]
fn every_link_of_every_document_leads_to_what_it_says() {
    with_demonstration(|_, service| {
        let (mut seen, mut ahead) = (
            BTreeSet::new(),
            vec![
                service.url("/ogc?f=json"),
                service.url("/ogc/collections/lotes"),
            ],
        );
        let mut kinds = BTreeMap::<String, String>::new();
        while let Some(href) = ahead.pop() {
            // One layer stands for all: the others differ in their name.
            let others = href.contains("/collections/") && !href.contains("/collections/lotes");
            if others
                || href.contains("/tiles")
                || href.contains("/styles")
                || !seen.insert(href.clone())
                || seen.len() > 150
            {
                continue;
            }
            let (reply, body) = service.fetch(&Call::new("GET", path(service, &href)));
            assert_eq!(reply.status, 200, "{href}");
            if let Some(kind) = kinds.get(&href) {
                assert_eq!(
                    reply.kind.split(';').next(),
                    kind.split(';').next(),
                    "{href}"
                );
            }
            let Ok(document) = serde_json::from_slice::<Value>(&body) else {
                continue;
            };
            for link in document["links"].as_array().into_iter().flatten() {
                let target = link["href"].as_str().expect("an address");
                assert!(link["rel"].is_string(), "{link}");
                if let Some(kind) = link["type"].as_str() {
                    kinds.insert(target.to_owned(), kind.to_owned());
                }
                if !target.contains("desde=") {
                    ahead.push(target.to_owned());
                }
            }
        }
        assert!(seen.len() > 18, "{}", seen.len());
    });
}

#[test]
fn a_layer_says_where_it_is_and_in_which_systems() {
    with_demonstration(|_, service| {
        let all = service.get("/ogc/collections").json();
        assert!(link(&all, "self").is_some() && link(&all, "alternate").is_some());
        for layer in all["collections"].as_array().expect("layers") {
            let id = layer["id"].as_str().expect("an id");
            for rel in [
                "self",
                "items",
                "describedby",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            ] {
                assert!(link(layer, rel).is_some(), "{id}: {rel}");
            }
            let systems: Vec<&str> = layer["crs"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            assert_eq!(
                systems.first(),
                Some(&"http://www.opengis.net/def/crs/OGC/1.3/CRS84")
            );
            assert!(systems.contains(&layer["storageCrs"].as_str().expect("a system")));
            let one = service.get(&format!("/ogc/collections/{id}")).json();
            assert_eq!(one["crs"], layer["crs"]);
            assert_eq!(one["extent"], layer["extent"]);
        }
        assert_eq!(service.get("/ogc/collections/nada").status, 404);
    });
}

#[test]
fn pages_are_as_long_as_asked_and_go_through_all() {
    with_demonstration(|_, service| {
        let matched = |query: &str| service.get(&format!("{LOTS}?{query}")).json();
        let first = matched("limit=1");
        assert_eq!(
            (first["numberReturned"].as_u64(), ids(&first).len()),
            (Some(1), 1)
        );
        let total = first["numberMatched"].as_u64().expect("a count");
        assert_eq!(matched("")["numberReturned"], 100);
        assert_eq!(matched("limit=10000")["numberReturned"], total);
        // More than the most is the most.
        assert_eq!(matched("limit=10001")["numberReturned"], total);
        let (mut walked, mut next) = (Vec::new(), Some(format!("{LOTS}?limit=130")));
        while let Some(at) = next {
            let page = service.get(&at).json();
            walked.extend(ids(&page));
            next = link(&page, "next").map(|href| path(service, href));
        }
        assert_eq!(walked.len() as u64, total);
        assert_eq!(walked.iter().collect::<BTreeSet<_>>().len() as u64, total);
        // A client that counts for itself.
        let mut counted = Vec::new();
        for offset in (0..total).step_by(300) {
            counted.extend(ids(&matched(&format!("limit=300&offset={offset}&f=json"))));
        }
        assert_eq!(counted, walked);
    });
}

#[test]
fn what_a_parameter_cannot_be_is_told_in_spanish() {
    with_demonstration(|_, service| {
        for (query, said) in [
            ("limit=0", "limit"),
            ("limit=diez", "limit"),
            ("bbox=1,2,3", "bbox"),
            ("bbox=1,2,3,a", "bbox"),
            ("bbox=-76,-6,-77,", "bbox"),
            ("bbox=-77,-5,-76,-6", "bbox"),
            ("bbox=0,0,1,1&bbox-crs=EPSG:25830", "bbox-crs"),
            ("crs=http://www.opengis.net/def/crs/EPSG/0/25830", "crs"),
            ("datetime=ayer", "datetime"),
            ("datetime=2026-02-30", "datetime"),
            ("conocido_a=2099-01-01T00:00:00Z", "conocido_a"),
            ("nada=1", "nada"),
            ("limit=1&limit=2", "limit"),
            ("f=shp", "shp"),
            ("sortby=nada", "nada"),
            ("sortby=geometry", "geometry"),
            ("properties=nada", "nada"),
            ("area_m2=mucho", "mucho"),
            ("provisional=tal+vez", "provisional"),
            ("filter=area_m2+%3E&filter-lang=cql2-text", "filtro"),
            ("filter=area_m2+%3E+1&filter-lang=sql", "filter-lang"),
            ("filter=area_m2+%3E+1&filter-crs=EPSG:1", "filter-crs"),
            ("desde=nada", "desde"),
        ] {
            let reply = service.get(&format!("{LOTS}?{query}"));
            assert_eq!(reply.status, 400, "{query}: {}", reply.text);
            assert_eq!(reply.kind, "application/problem+json", "{query}");
            let problem = reply.json();
            let text = format!("{} {}", problem["title"], problem["detail"]);
            assert!(text.contains(said), "{query}: {text}");
        }
    });
}

#[test]
fn a_box_and_a_system_give_the_same_land_whatever_the_axes() {
    with_demonstration(|office, service| {
        let systems = service.get("/ogc/collections/lotes").json()["crs"].clone();
        let bbox = "-76.978,-6.033,-76.972,-6.028";
        let expected = ids(&service
            .get(&format!("{LOTS}?limit=1000&bbox={bbox}"))
            .json());
        assert!(expected.len() > 10, "{}", expected.len());
        let sql = format!(
            "select count(*) from spatial_unit where layer = 'lotes' and upper_inf(valid) and upper_inf(recorded)
                 and st_intersects(geom, st_transform(st_segmentize(st_makeenvelope({bbox}, 4326), 0.001), 32718))"
        );
        assert_eq!(office.sql(&sql), [expected.len().to_string()]);
        for system in systems
            .as_array()
            .expect("systems")
            .iter()
            .filter_map(Value::as_str)
        {
            let reply = service.get(&format!("{LOTS}?limit=1&crs={system}"));
            assert_eq!(reply.header("content-crs"), [format!("<{system}>")]);
            let corner = &reply.json()["features"][0]["geometry"]["coordinates"][0][0][0];
            let at = [
                corner[0].as_f64().expect("x"),
                corner[1].as_f64().expect("y"),
            ];
            // A box around that corner, in that system, finds that lot.
            let (half, code) = (
                if at[0].abs() < 400.0 { 1e-7 } else { 0.01 },
                system.rsplit('/').next(),
            );
            let around = format!(
                "{},{},{},{}",
                at[0] - half,
                at[1] - half,
                at[0] + half,
                at[1] + half
            );
            let found = service
                .get(&format!("{LOTS}?bbox={around}&bbox-crs={system}&limit=50"))
                .json();
            assert!(
                ids(&found).contains(&"22010101001001".to_owned()),
                "{system}: {found}"
            );
            // And so does a filter.
            let filter = encoded(&format!(
                "S_INTERSECTS(geometry, BBOX({}))",
                around.replace(',', ", ")
            ));
            let filtered = service.get(&format!(
                "{LOTS}?filter={filter}&filter-crs={system}&limit=50"
            ));
            assert_eq!(ids(&filtered.json()), ids(&found), "{system}");
            let srid = match code {
                Some("CRS84") => "4326",
                // The change of datum is ours, and named: PostGIS would choose one.
                Some(old) if old.starts_with("24") || old == "4248" => continue,
                Some(code) => code,
                None => continue,
            };
            let north_first = [
                "http://www.opengis.net/def/crs/EPSG/0/4326",
                "http://www.opengis.net/def/crs/EPSG/0/5373",
            ]
            .contains(&system);
            let (x, y) = if north_first {
                (at[1], at[0])
            } else {
                (at[0], at[1])
            };
            let off = office.sql(&format!(
                "select st_distance(st_transform(st_setsrid(st_point({x}, {y}), {srid}), 32718), geom) < 0.01
                 from spatial_unit where code = '22010101001001' and upper_inf(recorded) and upper_inf(valid)"
            ));
            assert_eq!(off, ["t"], "{system}: {at:?}");
        }
    });
}

#[test]
fn what_can_be_asked_is_described_and_answers() {
    with_demonstration(|office, service| {
        let queryables = service.get("/ogc/collections/lotes/queryables");
        assert_eq!(queryables.kind, "application/schema+json");
        let queryables = queryables.json();
        assert_eq!(
            queryables["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert_eq!(queryables["properties"]["area_m2"]["type"], "number");
        assert_eq!(
            queryables["properties"]["geometry"]["format"],
            "geometry-multipolygon"
        );
        assert!(
            service.get("/ogc/collections/lotes/sortables").json()["properties"]["geometry"]
                .is_null()
        );
        let schema = service.get("/ogc/collections/lotes/schema").json();
        assert_eq!(
            schema["properties"]["geometry"]["x-ogc-role"],
            "primary-geometry"
        );
        // Every property that is described answers by equality as it does by a filter.
        let sample = service.get(&format!("{LOTS}/22010101001001")).json()["properties"].clone();
        let mut asked = 0;
        for (name, value) in sample.as_object().expect("properties") {
            assert!(queryables["properties"].get(name).is_some(), "{name}");
            let (text, literal) = match value {
                Value::String(text) if name == "vigente_desde" => {
                    (text.clone(), format!("DATE('{text}')"))
                }
                Value::String(text) => (text.clone(), format!("'{text}'")),
                other => (other.to_string(), other.to_string()),
            };
            let by_equality = service.get(&format!("{LOTS}?limit=2000&{name}={}", encoded(&text)));
            let by_filter = service.get(&format!(
                "{LOTS}?limit=2000&filter={}",
                encoded(&format!("{name} = {literal}"))
            ));
            assert_eq!(ids(&by_equality.json()), ids(&by_filter.json()), "{name}");
            assert!(
                ids(&by_filter.json()).contains(&"22010101001001".to_owned()),
                "{name}: {}",
                by_filter.text
            );
            asked += 1;
        }
        assert!(asked > 7, "{asked}");
        let both = service
            .get(&format!(
                "{LOTS}?limit=2000&uso=vivienda&bbox=-76.978,-6.033,-76.972,-6.028"
            ))
            .json();
        let filtered = service.get(&format!(
            "{LOTS}?limit=2000&bbox=-76.978,-6.033,-76.972,-6.028&filter={}",
            encoded("uso = 'vivienda'")
        ));
        assert_eq!(ids(&both), ids(&filtered.json()));
        let sorted = service
            .get(&format!(
                "{LOTS}?limit=5&sortby=-area_m2&properties=area_m2"
            ))
            .json();
        let areas: Vec<f64> = sorted["features"]
            .as_array()
            .expect("features")
            .iter()
            .map(|one| one["properties"]["area_m2"].as_f64().expect("an area"))
            .collect();
        assert!(areas.is_sorted_by(|a, b| a >= b), "{areas:?}");
        assert_eq!(
            sorted["features"][0]["properties"]
                .as_object()
                .map(serde_json::Map::len),
            Some(1)
        );
        let largest = office.sql("select code from spatial_unit where layer = 'lotes' and upper_inf(recorded) and upper_inf(valid) order by st_area(geom) desc, code limit 1");
        assert_eq!(ids(&sorted)[0], largest[0]);
        let next = link(&sorted, "next").expect("more");
        let second = service.get(&path(service, next)).json();
        assert!(
            second["features"][0]["properties"]["area_m2"]
                .as_f64()
                .is_some_and(|area| area <= areas[4])
        );
    });
}

#[test]
fn a_layer_answers_as_it_was() {
    with_demonstration(|_, service| {
        let before = service.get(&format!("{LOTS}?datetime=2020-01-01")).json();
        assert_eq!(before["numberMatched"], 0);
        let then = service
            .get(&format!("{LOTS}?limit=1&datetime=2026-02-01"))
            .json();
        assert!(
            then["numberMatched"]
                .as_u64()
                .is_some_and(|count| count > 900)
        );
        // A period, open and closed, and an instant.
        for period in [
            "2026-01-01T00:00:00Z/..",
            "../2026-12-31",
            "2026-02-01T12:00:00Z",
        ] {
            let page = service.get(&format!("{LOTS}?limit=1&datetime={period}"));
            assert_eq!(
                (page.status, page.json()["numberReturned"].as_u64()),
                (200, Some(1)),
                "{period}"
            );
        }
        let unknown = service
            .get(&format!("{LOTS}?limit=1&conocido_a=2020-01-01T00:00:00Z"))
            .json();
        assert_eq!(unknown["numberMatched"], 0);
        let item = format!("{LOTS}/22010101001001");
        assert_eq!(
            service.get(&format!("{item}?datetime=2026-02-01")).status,
            200
        );
        assert_eq!(
            service.get(&format!("{item}?datetime=2020-01-01")).status,
            404
        );
    });
}

#[test]
fn the_description_for_clients_is_openapi_3_0_and_names_what_layers_are_asked_by() {
    with_demonstration(|_, service| {
        let reply = service.get("/ogc/openapi/3.0");
        assert_eq!(reply.kind, "application/vnd.oai.openapi+json;version=3.0");
        let described = reply.json();
        assert_eq!(described["openapi"], "3.0.3");
        let parameters =
            described["paths"]["/collections/lotes/items"]["get"]["parameters"].clone();
        let names: Vec<&str> = parameters
            .as_array()
            .expect("parameters")
            .iter()
            .filter_map(|one| one["name"].as_str())
            .collect();
        for name in ["bbox", "limit", "datetime", "filter", "uso", "area_m2"] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
        assert!(!reply.text.contains("\"null\""), "a type of OpenAPI 3.1");
        let page = service.get("/api/documentacion");
        assert!(
            page.kind.starts_with("text/html") && page.text.contains("/ogc/collections/{c}/items")
        );
    });
}
