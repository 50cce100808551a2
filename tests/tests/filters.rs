//! Filters from outside: what they find is what PostGIS finds, and nothing that a client writes reaches the database but
//! as a value.

use std::time::{Duration, Instant};

use catastro_tests::{Office, Service, encoded};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

const LOTS: &str = "/ogc/collections/lotes/items";

fn matched(service: &Service, collection: &str, filter: &str) -> u64 {
    let reply = service.get(&format!(
        "/ogc/collections/{collection}/items?limit=1&f=json&filter={}",
        encoded(filter)
    ));
    assert_eq!(reply.status, 200, "{filter}: {}", reply.text);
    reply.json()["numberMatched"].as_u64().expect("a count")
}

#[test]
fn filters_find_what_postgis_finds() {
    let office = Office::with_demonstration(1_000);
    let service = office.serve();
    let here = "st_transform(st_setsrid(st_point(-76.975, -6.031), 4326), 32718)";
    for (collection, filter, sql) in [
        (
            "lotes",
            "area_m2 > 200",
            "round(st_area(geom)::numeric, 2) > 200",
        ),
        (
            "lotes",
            "uso = 'vivienda' AND NOT area_m2 BETWEEN 100 AND 200",
            "attributes->>'uso' = 'vivienda' and round(st_area(geom)::numeric, 2) not between 100 and 200",
        ),
        (
            "lotes",
            "CASEI(direccion) LIKE CASEI('JR.%')",
            "lower(attributes->>'direccion') like 'jr.%'",
        ),
        (
            "lotes",
            "codigo LIKE '220101%' OR ubigeo IN ('220103', '220105')",
            "code like '220101%' or ubigeo in ('220103', '220105')",
        ),
        (
            "lotes",
            "area_declarada_m2 / area_m2 > 1.002",
            "(attributes->>'area_declarada_m2')::float8 / round(st_area(geom)::numeric, 2)::float8 > 1.002",
        ),
        ("lotes", "uso IS NULL", "attributes->>'uso' is null"),
        (
            "lotes",
            "T_AFTER(vigente_desde, DATE('2025-01-01'))",
            "lower(valid) > '2025-01-01'",
        ),
        (
            "lotes",
            "S_WITHIN(geometry, BBOX(-76.976, -6.032, -76.974, -6.030))",
            "st_within(geom, st_transform(st_segmentize(st_makeenvelope(-76.976, -6.032, -76.974, -6.030, 4326), 0.0001), 32718))",
        ),
        (
            "zonificacion",
            "S_CONTAINS(geometry, POINT(-76.975 -6.031))",
            &format!("st_contains(geom, {here})"),
        ),
        (
            "restricciones",
            "tipo <> 'faja_marginal'",
            "attributes->>'tipo' <> 'faja_marginal'",
        ),
    ] {
        let expected = office.sql(&format!(
            "select count(*) from spatial_unit where layer = '{collection}' and upper_inf(valid) and upper_inf(recorded) and ({sql})"
        ));
        assert_eq!(
            [matched(&service, collection, filter).to_string()],
            expected[..],
            "{filter}"
        );
    }
    // Municipalities come from files and are no rows of land, and are asked alike.
    assert_eq!(matched(&service, "municipios", "nombre = 'Moyobamba'"), 1);
    assert_eq!(
        matched(
            &service,
            "municipios",
            "S_CONTAINS(geometry, POINT(-76.975 -6.031))"
        ),
        1
    );
}

/// What has been tried on other servers.
const INJECTIONS: [&str; 22] = [
    "uso = ''; drop table spatial_unit; --'",
    "uso = 'x'' or 1=1 --'",
    "uso = 'x' or 1=1",
    "1=1; select pg_sleep(10)",
    "pg_sleep(10) = 1",
    "pg_read_file('/etc/passwd') LIKE '%root%'",
    "\"attributes->>'uso'\" = 'x'",
    "\"uso\"\"; drop table change; --\" = 'x'",
    "current_user = 'catastro'",
    "version() LIKE 'P%'",
    "EXISTS(SELECT 1)",
    "uso = (SELECT login FROM account)",
    "uso::int = 1",
    "uso = $1",
    "uso = E'\\x27'",
    "uso = U&'\\0027'",
    "uso = $$x$$",
    "/* x */ uso = 'x'",
    "uso = 'x' -- comment",
    "uso = 'x' UNION SELECT 1",
    "S_INTERSECTS(geometry, geom)",
    "S_INTERSECTS(geometry, 'POINT(1 1)')",
];

/// What would tell of the database's inside.
const LEAKS: [&str; 12] = [
    "syntax error",
    "PostgreSQL",
    "postgres",
    "sqlx",
    "SQLSTATE",
    "relation \"",
    "column \"",
    "operator does not exist",
    "invalid input",
    "lwgeom",
    "TopologyException",
    "spatial_unit",
];

fn check_guarded(service: &Service, query: &str) -> u16 {
    let reply = service.get(&format!("{LOTS}?limit=1&{query}"));
    assert!(
        matches!(reply.status, 200 | 400 | 503),
        "{query}: {} {}",
        reply.status,
        reply.text
    );
    if reply.status != 200 {
        assert_eq!(reply.kind, "application/problem+json", "{query}");
        let told = reply.json();
        let (title, detail) = (told["title"].to_string(), told["detail"].to_string());
        for leak in LEAKS {
            // The words of the client may come back; ours say nothing of the inside.
            let said = detail.contains(leak) || title.contains(leak);
            assert!(
                !said || query.contains(&encoded(leak)),
                "{query}: {} tells {leak}",
                reply.text
            );
        }
    }
    reply.status
}

#[test]
fn no_injection_gets_past_the_reader() {
    let office = Office::with_demonstration(200);
    let service = office.serve();
    let before = office.sql("select count(*), max(change_from) from spatial_unit");
    let accounts = office.sql("select count(*) from account");
    for text in INJECTIONS {
        let begun = Instant::now();
        check_guarded(&service, &format!("filter={}", encoded(text)));
        check_guarded(&service, &format!("uso={}", encoded(text)));
        check_guarded(&service, &format!("{}=1", encoded(text)));
        check_guarded(&service, &format!("sortby={}", encoded(text)));
        check_guarded(&service, &format!("properties={}", encoded(text)));
        check_guarded(
            &service,
            &format!("filter-crs={0}&crs={0}&bbox={0}", encoded(text)),
        );
        assert!(begun.elapsed() < Duration::from_secs(9), "{text}: it slept");
    }
    assert_eq!(
        office.sql("select count(*), max(change_from) from spatial_unit"),
        before
    );
    assert_eq!(office.sql("select count(*) from account"), accounts);
}

#[test]
fn what_no_row_has_a_value_for_is_told_and_no_fault_of_ours() {
    let office = Office::with_demonstration(200);
    let service = office.serve();
    for text in [
        "area_m2 ^ 100000 > 1",
        "0 ^ -1 = area_m2",
        "uso LIKE 'x\\'",
        "area_m2 * 1e300 * 1e300 > 1",
        "area_m2 / 0 > 1",
        "area_m2 % 0 = 1",
        "S_OVERLAPS(geometry, POINT(-76.97 -6.03))",
        "S_CROSSES(geometry, MULTIPOINT((-76.97 -6.03), (-76.98 -6.03)))",
        "S_EQUALS(geometry, POLYGON EMPTY)",
        "vigente_desde > DATE('9999-12-31')",
        "T_INTERSECTS(vigente_desde, INTERVAL('..', '..'))",
    ] {
        check_guarded(&service, &format!("filter={}", encoded(text)));
    }
    // Beyond all measure: refused at once, in words.
    let wide = format!("POLYGON((-77 -6, {} -77 -6))", "-76.9 -6.1, ".repeat(700));
    for (text, said) in [
        (format!("uso IN ({})", vec!["'x'"; 2100].join(",")), "largo"),
        (format!("S_INTERSECTS(geometry, {wide})"), "largo"),
        (
            format!("{}uso = 'x'{}", "(".repeat(60), ")".repeat(60)),
            "anidados",
        ),
        (
            format!("{}uso 'x'{}", "(".repeat(24), ")".repeat(24)),
            "tiempo",
        ),
        (format!("area_m2 > 1{}", " + 1".repeat(1200)), "anidados"),
    ] {
        let begun = Instant::now();
        let reply = service.get(&format!("{LOTS}?filter={}", encoded(&text)));
        // The address itself may be too long for the door.
        assert!(
            matches!(reply.status, 400 | 414 | 431),
            "{}: {}",
            reply.status,
            reply.text
        );
        assert!(
            reply.status != 400 || reply.text.contains(said),
            "{}",
            reply.text
        );
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{said}: {:?}",
            begun.elapsed()
        );
    }
}

/// A hundred thousand filters, most of which mean something.
#[test]
fn a_hundred_thousand_filters_leak_nothing_and_end() {
    const ASKED: usize = 100_000;
    const CLIENTS: usize = 4;
    let office = Office::with_demonstration(200);
    let service = office.serve_unlimited();
    let answered: Vec<[usize; 2]> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let service = &service;
                scope.spawn(move || {
                    let seed = [u8::try_from(client).expect("few") + 1; 32];
                    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
                    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
                    let filters = condition();
                    let mut counts = [0, 0];
                    for _ in 0..ASKED / CLIENTS {
                        let text = filters.new_tree(&mut runner).expect("a filter").current();
                        let status = check_guarded(service, &format!("filter={}", encoded(&text)));
                        counts[usize::from(status != 200)] += 1;
                    }
                    counts
                })
            })
            .collect();
        clients
            .into_iter()
            .map(|one| one.join().expect("a client"))
            .collect()
    });
    let found: usize = answered.iter().map(|counts| counts[0]).sum();
    let refused: usize = answered.iter().map(|counts| counts[1]).sum();
    assert_eq!(found + refused, ASKED);
    assert!(
        found > ASKED / 20 && refused > ASKED / 20,
        "{found} {refused}"
    );
}

/// Most mean something; the rest is what people mistype, and worse.
fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => meaningful(),
        2 => (value(), prop::sample::select(vec!["=", "<>", "<", ">=", "LIKE", "!=", "~"]), value()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        1 => (value(), value(), value()).prop_map(|(a, b, c)| format!("{a} BETWEEN {b} AND {c}")),
        1 => (value(), prop::collection::vec(value(), 0..5)).prop_map(|(a, list)| format!("{a} NOT IN ({})", list.join(","))),
        1 => (relation(), shape(), shape()).prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
        1 => (prop::sample::select(vec!["T_AFTER", "T_DURING", "T_MEETS", "T_EQUALS"]), value(), value()).prop_map(|(f, a, b)| format!("{f}({a}, INTERVAL({b}, '..'))")),
        1 => "[ -~]{0,40}",
        1 => prop::sample::select(INJECTIONS.to_vec()).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) AND {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} OR ({b})")),
            inner.prop_map(|a| format!("NOT ({a})")),
        ]
    })
}

fn relation() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "S_INTERSECTS",
        "S_DISJOINT",
        "S_TOUCHES",
        "S_WITHIN",
        "S_OVERLAPS",
        "S_CROSSES",
        "S_EQUALS",
        "S_NEAR",
    ])
}

/// A condition whose kinds go together; its values may still have no value.
fn meaningful() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        prop::sample::select(vec!["area_m2", "version_datos", "area_declarada_m2"])
            .prop_map(str::to_owned),
        (-1000_i32..1000).prop_map(|number| number.to_string()),
    ];
    let number = number.prop_recursive(3, 6, 2, |inner| {
        (
            inner.clone(),
            prop::sample::select(vec!["+", "-", "*", "/", "%", "^", "div"]),
            inner,
        )
            .prop_map(|(a, op, b)| format!("({a} {op} {b})"))
    });
    let text = prop_oneof![
        prop::sample::select(vec![
            "uso",
            "codigo",
            "direccion",
            "CASEI(uso)",
            "ACCENTI(direccion)"
        ])
        .prop_map(str::to_owned),
        "[ -~ñáü%_]{0,8}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
    ];
    let comparison = || prop::sample::select(vec!["=", "<>", "<", ">=", "<=", ">"]);
    prop_oneof![
        (number.clone(), comparison(), number).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (text.clone(), comparison(), text.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (text.clone(), text).prop_map(|(a, b)| format!("{a} LIKE {b}")),
        (relation(), shape()).prop_map(|(f, a)| format!("{f}(geometry, {a})")),
        (1_i32..13, 1..29)
            .prop_map(|(month, day)| format!("vigente_desde < DATE('2026-{month:02}-{day:02}')")),
    ]
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        6 => prop::sample::select(vec!["uso", "area_m2", "codigo", "vigente_desde", "version_datos", "provisional", "direccion", "geometry", "nada", "\"uso\""]).prop_map(str::to_owned),
        3 => any::<f64>().prop_map(|number| number.to_string()),
        3 => (-1000_i32..1000).prop_map(|number| number.to_string()),
        3 => "[ -~ñáü%_]{0,8}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        1 => Just("DATE('2026-02-30')".to_owned()),
        1 => Just("DATE('2026-02-03')".to_owned()),
        1 => Just("TIMESTAMP('2026-02-03T04:05:06Z')".to_owned()),
        1 => Just("TRUE".to_owned()),
        1 => Just("NULL".to_owned()),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(vec!["+", "-", "*", "/", "%", "^", "div"]),
                inner.clone()
            )
                .prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            inner.clone().prop_map(|a| format!("CASEI({a})")),
            inner.prop_map(|a| format!("ACCENTI({a})")),
        ]
    })
}

fn shape() -> impl Strategy<Value = String> {
    let number = || prop_oneof![-77.0..-76.0_f64, -7.0..-5.0_f64, any::<f64>()];
    let at = move || (number(), number()).prop_map(|(x, y)| format!("{x} {y}"));
    prop_oneof![
        3 => Just("geometry".to_owned()),
        2 => at().prop_map(|at| format!("POINT({at})")),
        2 => prop::collection::vec(at(), 1..5).prop_map(|line| format!("LINESTRING({})", line.join(","))),
        2 => prop::collection::vec(at(), 2..6).prop_map(|ring| format!("POLYGON(({},{}))", ring.join(","), ring[0])),
        2 => (-77.1..-76.9_f64, -6.2..-6.0_f64, 0.0..0.1_f64).prop_map(|(x, y, size)| format!("BBOX({x}, {y}, {}, {})", x + size, y + size)),
        1 => Just("GEOMETRYCOLLECTION(POINT(-77 -6), LINESTRING(-77 -6, -76 -6))".to_owned()),
        1 => Just("POLYGON EMPTY".to_owned()),
    ]
}
