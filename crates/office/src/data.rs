//! The law and the layout that come with the program: `data/`, carried inside the binary.

use std::sync::LazyLock;

use domain::{
    certificate,
    id::Ubigeo,
    institute::indicator::Indicator,
    institute::work::WorkRules,
    plan::{Theme, palette::Palette},
    province::{Municipality, Province},
    survey::{AreaTable, Catalogue, rules::plausible::AttributeLimits},
};
use geo_types::{Geometry, LineString, MultiPolygon, Polygon};
use ingest::Profile;
use rust_embed::RustEmbed;

use crate::{Kind, Problem, norms::SHEET};

#[derive(RustEmbed)]
#[folder = "../../data"]
struct Files;

/// Name of the profile that is used where none is named.
pub const DEFAULT_PROFILE: &str = "peru";

fn text(path: &str) -> Option<String> {
    let file = Files::get(path)?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// A file of the program, read into what it is.
pub(crate) fn read<T: serde::de::DeserializeOwned>(path: &str) -> Result<T, Problem> {
    serde_json::from_str(&text(path).unwrap_or_default()).map_err(|error| broken(path, &error))
}

fn broken(path: &str, error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(path, error = %error, "data file");
    Problem::new(
        Kind::Internal,
        format!("El archivo de datos {path} del programa no se puede leer."),
        "Reinstale el programa; si persiste, avise a quien lo mantiene.",
    )
}

/// The rules of a survey.
pub fn catalogue() -> Result<Catalogue, Problem> {
    let path = "reglas/levantamiento.json";
    Catalogue::parse(&text(path).unwrap_or_default()).map_err(|error| broken(path, &error))
}

/// By how much two measurements of an area may differ.
pub fn area_table() -> Result<AreaTable, Problem> {
    let path = "reglas/tolerancias_area.json";
    AreaTable::parse(&text(path).unwrap_or_default()).map_err(|error| broken(path, &error))
}

/// Between what limits the numbers of attributes are believed.
pub fn attribute_limits() -> Result<AttributeLimits, Problem> {
    let path = "reglas/limites_atributos.json";
    AttributeLimits::parse(&text(path).unwrap_or_default()).map_err(|error| broken(path, &error))
}

/// How observations of citizens are taken (`data/reglas/observaciones.json`).
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct ObservationRules {
    /// Days until the answer, from the day after.
    #[serde(rename = "plazo_dias")]
    pub answer_days: u32,
    /// So many from one address in an hour.
    #[serde(rename = "por_hora")]
    pub per_hour: std::num::NonZeroU32,
}

/// How observations of citizens are taken.
pub fn observation_rules() -> Result<ObservationRules, Problem> {
    let path = "reglas/observaciones.json";
    serde_json::from_str(&text(path).unwrap_or_default()).map_err(|error| broken(path, &error))
}

/// By what works are held against each other (`data/reglas/obras.json`).
pub fn work_rules() -> Result<WorkRules, Problem> {
    let path = "reglas/obras.json";
    serde_json::from_str(&text(path).unwrap_or_default()).map_err(|error| broken(path, &error))
}

/// The questions of evidence (`data/evidencias/`): name and text.
pub fn evidence_texts() -> Vec<(String, String)> {
    Files::iter()
        .filter_map(|path| {
            let name = path.strip_prefix("evidencias/")?.strip_suffix(".sql")?;
            Some((name.to_owned(), text(&path)?))
        })
        .collect()
}

/// A thematic axis: what objectives, projects, indicators and reports are grouped by.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Axis {
    /// What it is known by.
    #[serde(rename = "codigo")]
    pub code: String,
    /// What it is called.
    #[serde(rename = "nombre")]
    pub name: String,
}

/// The thematic axes (`data/reglas/ejes.json`), in their order.
pub fn axes() -> &'static [Axis] {
    #[derive(serde::Deserialize)]
    struct File {
        ejes: Vec<Axis>,
    }
    static AXES: LazyLock<Vec<Axis>> = LazyLock::new(|| {
        let text = text("reglas/ejes.json").unwrap_or_default();
        // A test reads the file.
        serde_json::from_str::<File>(&text).map_or_else(|_| Vec::new(), |file| file.ejes)
    });
    &AXES
}

/// Below both of these a share is a sliver (`data/reglas/mediciones.json`).
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct Sliver {
    /// Square metres.
    pub area_m2: f64,
    /// Of the ground.
    #[serde(rename = "proporcion")]
    pub proportion: f64,
}

/// What counts as a sliver.
pub fn sliver() -> Sliver {
    #[derive(serde::Deserialize)]
    struct File {
        astilla: Sliver,
    }
    static SLIVER: std::sync::OnceLock<Sliver> = std::sync::OnceLock::new();
    *SLIVER.get_or_init(|| {
        // A test reads the file; without it every share is significant, which says too much and hides nothing.
        let read = text("reglas/mediciones.json")
            .and_then(|json| serde_json::from_str::<File>(&json).ok());
        read.map_or(
            Sliver {
                area_m2: 0.0,
                proportion: 0.0,
            },
            |file| file.astilla,
        )
    })
}

/// A profile that comes with the program.
pub fn profile(name: &str) -> Result<Profile, Problem> {
    let path = format!("perfiles/{name}.json");
    let Some(json) = text(&path) else {
        let known: Vec<String> = Files::iter()
            .filter_map(|path| {
                Some(
                    path.strip_prefix("perfiles/")?
                        .strip_suffix(".json")?
                        .to_owned(),
                )
            })
            .collect();
        return Err(Problem::new(
            Kind::Refused,
            format!("No hay un perfil llamado «{name}»."),
            format!(
                "Los perfiles del programa son: {}. Para uno propio, pase la ruta de su archivo JSON.",
                known.join(", ")
            ),
        ));
    };
    Profile::trusted(&json).map_err(|error| broken(&path, &error))
}

/// The colours of zones on maps.
pub fn palette() -> Result<Palette, Problem> {
    let path = "reglas/colores_zonas.json";
    Palette::parse(&text(path).unwrap_or_default()).map_err(|error| broken(path, &error))
}

/// What the law says of a kind of certificate.
pub fn certificate_rules(kind: certificate::Kind) -> Result<certificate::Rules, Problem> {
    let path = format!("certificados/{kind}.json");
    certificate::Rules::parse(&text(&path).unwrap_or_default())
        .map_err(|error| broken(&path, &error))
}

/// All themes of overlays, by code.
pub fn themes() -> Result<Vec<Theme>, Problem> {
    let mut themes = Vec::new();
    for path in Files::iter().filter(|path| path.starts_with("temas/")) {
        let json = text(&path).unwrap_or_default();
        let theme: Theme = serde_json::from_str(&json).map_err(|error| broken(&path, &error))?;
        themes.push(theme);
    }
    themes.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(themes)
}

/// A norm that comes with the program, for its demonstration.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DemonstrationNorm {
    /// Its path below `data/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The sheet of cases beside it.
    pub cases: Option<String>,
}

/// The norms that come with the program, by path.
pub fn norms() -> Vec<DemonstrationNorm> {
    let mut norms: Vec<DemonstrationNorm> = Files::iter()
        .filter(|path| path.starts_with("normas/") && path.ends_with(".json"))
        .filter_map(|path| {
            let folder = path.rsplit_once('/')?.0;
            Some(DemonstrationNorm {
                text: text(&path)?,
                cases: text(&format!("{folder}/{SHEET}")),
                path: path.to_string(),
            })
        })
        .collect();
    norms.sort();
    norms
}

/// An indicator that comes with the program.
#[derive(Clone, PartialEq, Debug)]
pub struct ShippedIndicator {
    /// What it is known by.
    pub code: String,
    /// What it is, with its question.
    pub indicator: Indicator,
}

/// The indicators that come with the program (`data/indicadores/`), by code.
pub fn indicators() -> Result<Vec<ShippedIndicator>, Problem> {
    let mut found = Vec::new();
    for path in Files::iter() {
        let code = path
            .strip_prefix("indicadores/")
            .and_then(|name| name.strip_suffix(".json"));
        let Some(code) = code else { continue };
        let mut value: serde_json::Value = serde_json::from_str(&text(&path).unwrap_or_default())
            .map_err(|error| broken(&path, &error))?;
        if let Some(members) = value.as_object_mut() {
            members.remove("$schema");
        }
        let indicator: Indicator =
            serde_json::from_value(value).map_err(|error| broken(&path, &error))?;
        found.push(ShippedIndicator {
            code: code.to_owned(),
            indicator: Indicator {
                query: text(&format!("indicadores/{code}.sql"))
                    .map(|query| query.trim().to_owned()),
                ..indicator
            },
        });
    }
    found.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(found)
}

/// All provinces that the program knows.
pub fn provinces() -> Result<Vec<Province>, Problem> {
    Files::iter()
        .filter(|path| path.starts_with("provincia/"))
        .map(|path| {
            let json = text(&path).unwrap_or_default();
            serde_json::from_str(&json).map_err(|error| broken(&path, &error))
        })
        .collect()
}

/// A municipality that the program knows, and where its outline comes from.
pub fn municipality(ubigeo: Ubigeo) -> Result<Option<(Municipality, String)>, Problem> {
    for province in provinces()? {
        if let Some(entry) = province
            .municipalities
            .iter()
            .find(|entry| entry.ubigeo == ubigeo)
        {
            let rings = entry
                .outline
                .iter()
                .map(|ring| LineString::from(ring.clone()));
            let lon_lat = MultiPolygon(rings.map(|ring| Polygon::new(ring, Vec::new())).collect());
            let official = gis::crs::geometry_from_lon_lat(&Geometry::MultiPolygon(lon_lat))
                .map_err(|error| broken("provincia", &error))?;
            let Geometry::MultiPolygon(outline) = official else {
                continue;
            };
            let municipality = Municipality {
                ubigeo,
                name: entry.name.clone(),
                province: province.name.clone(),
                outline,
                accuracy_m: province.accuracy_m,
                demonstration: false,
            };
            return Ok(Some((municipality, province.source)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use domain::survey::{RuleCode, Severity};

    use super::*;

    #[test]
    fn every_data_file_is_as_its_schema_says() {
        let schema = |name: &str| {
            let path = format!(
                "{}/../../schemas/{name}.schema.json",
                env!("CARGO_MANIFEST_DIR")
            );
            let json = std::fs::read_to_string(path).expect("a schema");
            jsonschema::validator_for(&serde_json::from_str(&json).expect("JSON"))
                .expect("a schema")
        };
        let mut checked = 0;
        // Sheets of cases and questions are no JSON: who asks them reads them.
        // Sheets of cases and questions are no JSON: another test reads them.
        for path in Files::iter().filter(|path| !path.ends_with(SHEET) && !path.ends_with(".sql")) {
            let name = match path.as_ref() {
                "reglas/levantamiento.json" => "regla",
                "reglas/mediciones.json" => "mediciones",
                "reglas/tolerancias_area.json" => "tolerancias_area",
                "reglas/limites_atributos.json" => "limites_atributos",
                "reglas/colores_zonas.json" => "colores_zonas",
                "reglas/observaciones.json" => "observaciones",
                "reglas/ejes.json" => "ejes",
                "gobierno/decisiones.json" => "decisiones",
                "reglas/obras.json" => "obras",
                path if path.starts_with("perfiles/") => "perfil",
                path if path.starts_with("temas/") => "tema",
                path if path.starts_with("certificados/") => "certificado",
                path if path.starts_with("provincia/") => "provincia",
                path if path.starts_with("normas/") => "norma",
                path if path.starts_with("indicadores/") => "indicador",
                other => unreachable!("{other} has no schema"),
            };
            let value = serde_json::from_str(&text(&path).unwrap_or_default()).expect("JSON");
            let errors: Vec<String> = schema(name)
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{path}: {errors:?}");
            checked += 1;
        }
        assert!(checked > 12, "{checked}");
    }

    #[test]
    fn what_comes_with_the_program_reads() {
        catalogue().expect("rules");
        area_table().expect("bands");
        attribute_limits().expect("limits");
        assert_eq!(palette().expect("colours").color("RDM"), "#ffd480");
        assert!(sliver().area_m2 > 0.0);
        assert!(observation_rules().expect("rules").answer_days > 0);
        assert_eq!(axes().len(), 6);
        assert!(work_rules().expect("rules").near_m > 0.0);
        profile(DEFAULT_PROFILE).expect("profile");
        assert!(themes().expect("themes").len() > 5);
        for kind in certificate::Kind::ALL {
            let rules = certificate_rules(kind).expect("rules");
            assert_eq!(rules.kind, kind.name());
        }
        for ubigeo in [
            "220101", "220102", "220103", "220104", "220105", "220106", "150112",
        ] {
            let found = municipality(ubigeo.parse().expect("six digits")).expect("reads");
            assert!(found.is_some(), "{ubigeo}");
        }
        assert_eq!(
            profile("ninguno")
                .map(|_| ())
                .map_err(|problem| problem.kind),
            Err(Kind::Refused)
        );
    }

    #[test]
    fn every_indicator_is_in_order_and_its_question_is_one() {
        let shipped = indicators().expect("indicators");
        let computed = shipped
            .iter()
            .filter(|one| one.indicator.query.is_some())
            .count();
        assert!(computed >= 12 && shipped.len() > computed, "{computed}");
        for axis in axes() {
            let covered = shipped.iter().any(|one| one.indicator.axis == axis.code);
            assert!(covered, "{}", axis.code);
        }
        for one in shipped {
            one.code
                .parse::<domain::institute::DossierCode>()
                .expect("a code");
            let known = axes().iter().map(|axis| axis.code.as_str());
            assert_eq!(one.indicator.check(known), Ok(()), "{}", one.code);
            if let Some(query) = &one.indicator.query {
                let looked_at = domain::institute::StoredQuery::parse(query);
                assert_eq!(looked_at.err(), None, "{}", one.code);
            }
        }
        let sql = Files::iter()
            .filter(|path| path.starts_with("indicadores/") && path.ends_with(".sql"))
            .count();
        assert_eq!(sql, computed, "a question without its indicator");
    }

    #[test]
    fn the_manual_tells_what_each_rule_weighs() {
        let manual = include_str!("../../../docs/manual/reglas.md");
        let catalogue = catalogue().expect("rules");
        let word = |severity: Severity| match severity {
            Severity::Error => "error",
            Severity::Observation => "observación",
            Severity::Notice => "aviso",
        };
        for rule in RuleCode::ALL {
            // The one with another weight is told in the line of its twin.
            if rule == RuleCode::RepeatedReference {
                continue;
            }
            let entry = catalogue.entry(rule);
            let weight = match entry.lesser_severity {
                Some(lesser) => format!("{} / {}", word(entry.severity), word(lesser)),
                None => word(entry.severity).to_owned(),
            };
            let line = format!("| `{}` | {weight} |", rule.name());
            assert!(manual.contains(&line), "docs/manual/reglas.md lacks {line}");
        }
    }
}
