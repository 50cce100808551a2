//! The zoning of Comodoro Rivadavia as a norm: one class for each distinct regime of its layer, made from the texts of the
//! zones' attributes.

mod texts;

use std::{collections::BTreeMap, path::Path, process::Command};

use serde_json::{Value, json};

pub use texts::{Setbacks, Told};

/// The instrument that its zones name.
pub const INSTRUMENT: &str = "DIGESTO-COMODORO";

/// What a regime says, parameter by parameter, and whether it is asked of whoever builds.
pub type Regime = Vec<(&'static str, Told)>;

/// How the texts of all zones came out for a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Numbers.
    pub read: usize,
    /// Texts that ask for nothing.
    pub free: usize,
    /// Texts left in words.
    pub words: usize,
    /// Zones without a text.
    pub silent: usize,
}

/// A zoning layer made into law.
pub struct Zoning {
    /// Its zones as GeoJSON, each with its class and its instrument.
    pub zones: Value,
    /// The regimes, by class.
    pub regimes: BTreeMap<String, Regime>,
    /// How the texts came out, by parameter.
    pub counts: BTreeMap<&'static str, Count>,
    articles: Vec<String>,
    classes: Vec<Value>,
}

/// Held against subdivisions alone: a lot that is smaller may be built on.
const OF_LOTS: &str = "lote_normativo_m2";

impl Zoning {
    /// Reads a layer.
    pub fn read(file: &Path) -> Self {
        let output = Command::new("ogr2ogr")
            .args(["-f", "GeoJSON", "/vsistdout/"])
            .arg(file)
            .args(["-lco", "COORDINATE_PRECISION=6"])
            .output()
            .expect("ogr2ogr");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Self::of(serde_json::from_slice(&output.stdout).expect("GeoJSON"))
    }

    fn of(mut zones: Value) -> Self {
        let mut zoning = Self {
            zones: Value::Null,
            regimes: BTreeMap::new(),
            counts: BTreeMap::new(),
            articles: Vec::new(),
            classes: Vec::new(),
        };
        for zone in zones["features"].as_array_mut().expect("features") {
            let members = zone["properties"].as_object().cloned().unwrap_or_default();
            let text = |name: &str| {
                members
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            let regime = regime(text);
            zoning.count(&regime);
            let class = zoning.class(text, regime);
            zone["properties"] = json!({
                "codigo": class, "instrumento": INSTRUMENT, "nombre": text("nombre"),
                "reglamento": text("reglamento"),
            });
        }
        zoning.zones = zones;
        zoning
    }

    /// The class of a zone: another one where anything that it says is other. A zone without a code has none.
    fn class<'a>(&mut self, text: impl Fn(&str) -> &'a str, regime: Regime) -> Option<String> {
        let code = text("codigo").trim();
        if code.is_empty() {
            return None;
        }
        let ordinance = match text("reglamento").trim() {
            "" => "Sin reglamento en la capa",
            named => named,
        };
        let article = self.article(ordinance);
        let limits: Vec<Value> = regime
            .iter()
            .filter_map(|(parameter, told)| limit(parameter, told, &article))
            .collect();
        let class = json!({
            "codigo": "", "nombre": text("nombre").trim(), "articulo": article, "parametros": limits,
        });
        let same = |known: &Value| {
            ["articulo", "parametros"]
                .iter()
                .all(|member| known[*member] == class[*member])
                && known["codigo"]
                    .as_str()
                    .is_some_and(|known| known.split('-').next() == Some(code))
        };
        if let Some(known) = self.classes.iter().find(|known| same(known)) {
            return known["codigo"].as_str().map(str::to_owned);
        }
        let before = self
            .regimes
            .keys()
            .filter(|known| known.split('-').next() == Some(code));
        let name = format!("{code}-{}", before.count() + 1);
        let mut class = class;
        class["codigo"] = json!(name);
        self.classes.push(class);
        self.regimes.insert(name.clone(), regime);
        Some(name)
    }

    fn article(&mut self, ordinance: &str) -> String {
        let known = self.articles.iter().position(|known| known == ordinance);
        let place = known.unwrap_or_else(|| {
            self.articles.push(ordinance.to_owned());
            self.articles.len() - 1
        });
        format!("o{place}")
    }

    fn count(&mut self, regime: &Regime) {
        for (parameter, told) in regime {
            let count = self.counts.entry(parameter).or_default();
            match told {
                Told::Silent => count.silent += 1,
                Told::Free => count.free += 1,
                Told::Number(_) => count.read += 1,
                Told::Words(_) => count.words += 1,
            }
        }
    }

    /// The norm, which says of some themes that the town has none.
    pub fn norm(&self, ubigeo: &str, absent_themes: &[&str]) -> Value {
        let ordinances = self.articles.iter().enumerate();
        let mut articles: Vec<Value> = ordinances
            .map(|(place, title)| json!({"id": format!("o{place}"), "articulo": title}))
            .collect();
        articles.push(json!({"id": "prueba", "articulo": "Criterio de la prueba"}));
        let absent = absent_themes
            .iter()
            .map(|theme| json!({"tema": theme, "articulo": "prueba"}));
        json!({
            "ubigeo": ubigeo,
            "instrumento": {
                "codigo": INSTRUMENT, "nombre": "Zonificación de Comodoro Rivadavia", "tipo": "ORDENANZA",
                "norma": "Digesto municipal de Comodoro Rivadavia", "vigente_desde": "2026-01-01",
            },
            "articulos": articles,
            "clases": self.classes,
            "lote_en_varias_zonas": {"regla": "mas_restrictiva", "articulo": "prueba"},
            "temas_inexistentes": absent.collect::<Vec<_>>(),
        })
    }

    /// What a class asks of whoever builds.
    pub fn of_building(&self, class: &str) -> impl Iterator<Item = &(&'static str, Told)> {
        let regime = self.regimes.get(class).into_iter().flatten();
        regime.filter(|(parameter, _)| *parameter != OF_LOTS)
    }
}

fn regime<'a>(text: impl Fn(&str) -> &'a str) -> Regime {
    let setbacks = texts::setbacks(text("retiro"));
    vec![
        ("altura_maxima_m", texts::height_m(text("altura_max"))),
        ("coeficiente_maximo", texts::ratio(text("fot"))),
        ("area_libre_minima_pct", texts::open_pct(text("fos"))),
        ("retiro_frontal_m", setbacks.front),
        ("retiro_lateral_m", setbacks.side),
        ("retiro_posterior_m", setbacks.rear),
        (OF_LOTS, texts::lot_m2(text("sup_lote_min"))),
        (
            "densidad_neta_maxima_hab_ha",
            texts::density(text("densidad_hab")),
        ),
    ]
}

fn limit(parameter: &str, told: &Told, article: &str) -> Option<Value> {
    let value = match told {
        Told::Silent | Told::Free => return None,
        Told::Number(number) => json!({ "valor": number }),
        Told::Words(words) => json!({"segun": format!("En la capa: «{words}»")}),
    };
    let mut limit = json!({"parametro": parameter, "articulo": article, "valores": [value]});
    if parameter == OF_LOTS {
        limit["aplica_a"] = json!(["subdivision"]);
    }
    Some(limit)
}
