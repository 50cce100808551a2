//! A foreign town's law, made from the untidy texts of its zoning layer, and asked of all its parcels: what is a number is
//! judged, what is in words is nobody's to say.

use std::{collections::BTreeMap, fs};

use catastro_tests::{
    Call, Office, Service,
    comodoro::{Count, Told, Zoning},
    count, shared,
};
use serde_json::{Value, json};

const PARCELS: &str = "ar-comodoro/moyobamba_32718/parcelas.zip";
const ZONES: &str = "ar-comodoro/moyobamba_32718/zonificacion.gpkg";
const MANY: &str = "/api/control-urbano/verificaciones/masivas";
const UBIGEO: &str = "220101";

/// All themes of the service: of a town that has none of them, buildings can be said to conform.
const THEMES: [&str; 9] = [
    "aerodromo",
    "area_conservacion",
    "barranco",
    "faja_marginal",
    "patrimonio",
    "riesgo_alto",
    "riesgo_muy_alto",
    "seccion_vial",
    "servidumbre_electrica",
];

/// What is proposed on every parcel, by parameter, and the finding that tells of it.
const PROPOSED: [(&str, &str, f64); 6] = [
    ("altura_maxima_m", "altura_maxima_metros", 6.0),
    ("coeficiente_maximo", "coeficiente_maximo", BUILT_M2),
    ("area_libre_minima_pct", "area_libre", 50.0),
    ("retiro_frontal_m", "retiro_frontal", 3.0),
    ("retiro_lateral_m", "retiro_lateral", 0.0),
    ("retiro_posterior_m", "retiro_posterior", 4.0),
];
const BUILT_M2: f64 = 150.0;

fn proposal() -> Value {
    json!({
        "altura_m": 6, "area_techada_m2": BUILT_M2, "area_libre_pct": 50,
        "retiros_m": {"frontal": 3, "lateral": 0, "posterior": 4},
    })
}

#[test]
fn every_text_of_the_layer_is_a_number_or_stays_in_words() {
    let Some(file) = shared(ZONES) else { return };
    let zoning = Zoning::read(&file);
    let of = |read, free, words, silent| Count {
        read,
        free,
        words,
        silent,
    };
    // Of 151 zones.
    let expected = BTreeMap::from([
        ("area_libre_minima_pct", of(16, 0, 8, 127)),
        ("coeficiente_maximo", of(19, 0, 4, 128)),
        ("altura_maxima_m", of(7, 0, 14, 130)),
        ("retiro_frontal_m", of(15, 0, 0, 136)),
        ("retiro_lateral_m", of(0, 9, 1, 141)),
        ("retiro_posterior_m", of(3, 7, 0, 141)),
        ("lote_normativo_m2", of(53, 0, 22, 76)),
        ("densidad_neta_maxima_hab_ha", of(0, 0, 16, 135)),
    ]);
    assert_eq!(zoning.counts, expected);
    assert_eq!(zoning.regimes.len(), 64, "{:?}", zoning.regimes.keys());
    // A regime as its ordinance has it, and one with a word in it.
    let told = |class: &str| {
        let asked = zoning.of_building(class);
        asked
            .filter(|(_, told)| !matches!(told, Told::Silent | Told::Free))
            .map(|(parameter, told)| format!("{parameter}: {told:?}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("UR-1"),
        [
            "altura_maxima_m: Number(12.0)",
            "coeficiente_maximo: Number(2.0)",
            "area_libre_minima_pct: Number(40.0)",
            "retiro_frontal_m: Number(3.0)",
            "densidad_neta_maxima_hab_ha: Words(\"300 hab/ha\")",
        ]
    );
}

/// A parcel and its zones, measured by PostGIS.
struct Measured {
    area_m2: f64,
    /// Classes with what they have of it; `?` of zones that do not say theirs.
    shares: Vec<(String, f64)>,
    /// Under at least one zone.
    covered_m2: f64,
}

/// Every parcel in the zones that meet it.
fn measured(office: &Office) -> BTreeMap<String, Measured> {
    let rows = office.sql(
        "select p.code, st_area(p.geom),
            coalesce(string_agg(z.class || '=' || z.share, ' '), ''),
            case count(z.class) when 0 then 0 when 1 then max(z.share) else st_area(st_union(z.part)) end
         from parcel p left join lateral (
            select coalesce(z.attributes->>'codigo', '?') as class, cut.part, st_area(cut.part) as share
            from zone z, lateral (select case when st_covers(z.geom, p.geom) then p.geom
                else st_intersection(z.geom, p.geom) end as part) cut
            where st_intersects(z.geom, p.geom) and st_area(cut.part) > 0) z on true
         group by p.code, p.geom",
    );
    let read = |row: &String| {
        let cells: Vec<&str> = row.split('|').collect();
        let number = |text: &str| text.parse::<f64>().expect("a number");
        let shares = cells[2].split_whitespace().map(|share| {
            let (class, area) = share.split_once('=').expect("class=area");
            (class.to_owned(), number(area))
        });
        (
            cells[0].to_owned(),
            Measured {
                area_m2: number(cells[1]),
                shares: shares.collect(),
                covered_m2: number(cells[3]),
            },
        )
    };
    rows.iter().map(read).collect()
}

impl Measured {
    /// More than the survey's error; none where PostGIS and the service may round it to either side.
    fn significant(&self, area_m2: f64) -> Option<bool> {
        let least = (0.01 * self.area_m2).min(0.5);
        ((area_m2 - least).abs() > 1e-3).then_some(area_m2 >= least)
    }

    /// The classes that count.
    fn classes(&self) -> Option<Vec<&str>> {
        let mut classes = Vec::new();
        for (class, area_m2) in &self.shares {
            if self.significant(*area_m2)? && !classes.contains(&class.as_str()) {
                classes.push(class.as_str());
            }
        }
        Some(classes)
    }

    /// The outcome, as somebody with the table of regimes in hand reasons it.
    fn outcome(&self, zoning: &Zoning) -> Option<&'static str> {
        let classes = self.classes()?;
        let double_m2 = self.shares.iter().map(|(_, area)| area).sum::<f64>() - self.covered_m2;
        let (unnamed, named): (Vec<&str>, _) = classes.into_iter().partition(|class| *class == "?");
        let mut unknown = named.is_empty() || !unnamed.is_empty();
        unknown |= self.significant(self.area_m2 - self.covered_m2)?;
        unknown |= named.len() > 1 && self.significant(double_m2)?;
        let (mut complies, mut fails) = (false, false);
        for (parameter, told) in named.iter().flat_map(|class| zoning.of_building(class)) {
            let proposed = PROPOSED.iter().find(|(known, ..)| known == parameter);
            match (told, proposed) {
                (Told::Silent | Told::Free, _) => {}
                (Told::Number(limit), Some((name, _, value))) => {
                    let keeps = match *name {
                        "altura_maxima_m" => value <= limit,
                        "coeficiente_maximo" => value / self.area_m2 <= *limit,
                        _ => value >= limit,
                    };
                    complies |= keeps;
                    fails |= !keeps;
                }
                _ => unknown = true,
            }
        }
        Some(match () {
            () if fails => "no_conforme",
            () if unknown || !complies => "no_concluyente",
            () => "conforme",
        })
    }
}

/// The town with its parcels, its zones by class, and its norm.
fn town(office: &Office, zoning: &Zoning) {
    let profile = [
        "--ubigeo",
        UBIGEO,
        "--profile",
        "tests/perfiles/comodoro.json",
        "--publish",
        "--skip-errors",
    ];
    let words = |collection| [&["--collection", collection][..], &profile].concat();
    let parcels = shared(PARCELS).expect("the other layer of the same town");
    let report = office.ingest(&parcels, &words("lotes")).done().json();
    assert_eq!(report["publicados"], 62_484);
    let file = office.folder().join("zonas.geojson");
    fs::write(&file, zoning.zones.to_string()).expect("a file");
    let report = office.ingest(&file, &words("zonificacion")).done().json();
    assert_eq!(report["leidos"], 151);
    assert_eq!(count(&report, "geometria_invalida"), 2);
    assert_eq!(count(&report, "atributo_requerido"), 10);
    published(office, zoning, &[]);
}

/// The norm comes in by the same command as any other.
fn published(office: &Office, zoning: &Zoning, absent_themes: &[&str]) -> i64 {
    let file = office.folder().join("norma.json");
    fs::write(&file, zoning.norm(UBIGEO, absent_themes).to_string()).expect("a file");
    let (code, report) = office.import_norm(&file, &[]);
    assert_eq!(
        (code, &report["estado"]),
        (0, &json!("publicado")),
        "{report}"
    );
    report["version_datos"].as_i64().expect("a number")
}

/// Asks of all parcels; gives what the last line sums up.
fn asked(service: &Service, detail: &str, mut each: impl FnMut(Value)) -> Value {
    let question = json!({"ubigeo": UBIGEO, "propuesta": proposal(), "detalle": detail});
    let mut summary = Value::Null;
    service.lines(&Call::new("POST", MANY).json(&question), |line| {
        assert!(summary.is_null(), "a line after the last: {line}");
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        match line.get_mut("resumen") {
            Some(last) => summary = last.take(),
            None => each(line),
        }
    });
    summary
}

fn outcomes(summary: &Value) -> [u64; 4] {
    ["conforme", "no_conforme", "no_concluyente", "sin_respuesta"]
        .map(|outcome| summary[outcome].as_u64().expect("a count"))
}

#[test]
fn all_parcels_are_judged_by_what_is_written_of_their_zones() {
    let Some(zones) = shared(ZONES) else { return };
    let zoning = Zoning::read(&zones);
    let office = Office::new();
    let service = office.serve();
    town(&office, &zoning);
    let parcels = measured(&office);
    assert_eq!(parcels.len(), 62_484);

    // Nobody has said anything of rivers or risks: no building can be said to conform.
    let version = published(&office, &zoning, &THEMES[1..]);
    service.wait_for_version(version);
    let before = outcomes(&asked(&service, "breve", |_| {}));
    assert_eq!(before[0], 0, "{before:?}");

    let version = published(&office, &zoning, &THEMES);
    service.wait_for_version(version);
    let mut answered = 0;
    let mut between = 0;
    let mut by_outcome: BTreeMap<String, u64> = BTreeMap::new();
    let summary = asked(&service, "completo", |check| {
        let code = check["predio"]["codigo"].as_str().expect("a code");
        let parcel = parcels.get(code).expect("a parcel of the table");
        adds_up(&check, parcel);
        says_what_is_written(&check, &zoning);
        let outcome = check["resultado"].as_str().expect("an outcome");
        match parcel.outcome(&zoning) {
            Some(expected) => assert_eq!(outcome, expected, "{check}"),
            None => between += 1,
        }
        *by_outcome.entry(outcome.to_owned()).or_default() += 1;
        answered += 1;
    });
    assert_eq!(answered, 62_484);
    assert_eq!(between, 0, "parcels that no two minds can compare");
    let after = outcomes(&summary);
    let counted = ["conforme", "no_conforme", "no_concluyente"]
        .map(|name| by_outcome.get(name).copied().unwrap_or(0));
    assert_eq!(after[..3], counted);
    assert_eq!(after, [16_441, 9_584, 36_459, 0]);
    assert_eq!(before, [0, after[1], after[0] + after[2], 0]);
}

/// The areas of an answer add up, and are those that PostGIS measures.
fn adds_up(check: &Value, parcel: &Measured) {
    let balance = |member: &str| check["balance"][member].as_f64().expect("an area");
    let zones = check["zonificacion"].as_array().expect("zones");
    let shares: f64 = zones
        .iter()
        .map(|zone| zone["area_m2"].as_f64().expect("an area"))
        .sum();
    let [whole, with, without, double] = [
        "area_predio_m2",
        "con_zona_m2",
        "sin_zona_m2",
        "doble_zona_m2",
    ]
    .map(balance);
    // Each number is rounded to a square centimetre.
    assert!((with + without - whole).abs() < 3e-4, "{check}");
    assert!(
        (shares - with - double).abs() < 1e-4 * (zones.len() as f64 + 2.0),
        "{check}"
    );
    assert!((whole - parcel.area_m2).abs() < 1e-3, "{check}");
    assert!(
        (with - parcel.covered_m2).abs() < 1e-3,
        "{} in {check}",
        parcel.covered_m2
    );
}

/// Each limit that an answer states is one that is written of its classes, and each finding has the state that follows.
fn says_what_is_written(check: &Value, zoning: &Zoning) {
    let zones = check["zonificacion"].as_array().expect("zones");
    let classes: Vec<&str> = zones
        .iter()
        .filter(|zone| zone["significativa"] == true)
        .filter_map(|zone| zone["codigo"].as_str())
        .collect();
    let written = |parameter: &str| -> Vec<&Told> {
        let limits = classes.iter().flat_map(|class| &zoning.regimes[*class]);
        limits
            .filter(|(known, told)| {
                *known == parameter && !matches!(told, Told::Silent | Told::Free)
            })
            .map(|(_, told)| told)
            .collect()
    };
    let findings = check["hallazgos"].as_array().expect("findings");
    for parameter in zoning.counts.keys() {
        let stated = &check["parametros"][*parameter];
        let told = written(parameter);
        let words = told.iter().find_map(|told| match told {
            Told::Words(words) => Some(words),
            _ => None,
        });
        let numbers: Vec<f64> = told
            .iter()
            .filter_map(|told| match told {
                Told::Number(number) => Some(*number),
                _ => None,
            })
            .collect();
        let is_most = matches!(*parameter, "altura_maxima_m" | "coeficiente_maximo");
        let strictest = if is_most {
            numbers.iter().copied().reduce(f64::min)
        } else {
            numbers.iter().copied().reduce(f64::max)
        };
        let Some((_, id, _)) = PROPOSED.iter().find(|(known, ..)| known == parameter) else {
            continue;
        };
        let found = findings.iter().find(|finding| finding["id"] == *id);
        let state = found.map(|finding| finding["estado"].as_str().expect("a state"));
        match (words, strictest) {
            (None, None) => {
                assert!(stated.is_null() && found.is_none(), "{parameter}: {check}");
            }
            (None, Some(number)) => {
                assert_eq!(
                    stated["valor"].as_f64(),
                    Some(number),
                    "{parameter}: {check}"
                );
                assert!(
                    matches!(state, Some("cumple" | "no_cumple")),
                    "{parameter}: {check}"
                );
            }
            (Some(words), _) => {
                let said = stated["segun"].as_str().expect("words");
                assert!(
                    said.contains(words.as_str()) || told.len() > 1,
                    "{parameter}: {check}"
                );
                assert_ne!(state, Some("cumple"), "{parameter}: {check}");
                assert_ne!(check["resultado"], "conforme", "{parameter}: {check}");
                if numbers.is_empty() {
                    assert_eq!(state, Some("no_concluyente"), "{parameter}: {check}");
                }
            }
        }
    }
}
