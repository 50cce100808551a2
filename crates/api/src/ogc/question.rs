//! What a page of features is asked for.

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use domain::{
    collection::Collection,
    filter::{Filter, Kind as ValueKind, Queryable, SortKey},
    id::Ubigeo,
};
use office::{
    Kind, Problem,
    layers::{self, LayerQuestion, Times},
    place::{DEFAULT, Served, system},
};
use query::{Equal, Page, Snapshot, cql2::Language, encode::geojson::Form};

use super::{
    extent::{self, Asked},
    format::Format,
    moment::Period,
};
use crate::problem::Parameters;

/// Features on a page, where the client names no number.
pub const LIMIT: usize = 100;
/// Most features on a page; a larger number is taken as this one.
pub const LIMIT_MAX: usize = 10_000;

/// The parameters of a page besides the properties of its layer.
pub const KNOWN: [&str; 15] = [
    "borrador",
    "bbox",
    "bbox-crs",
    "conocido_a",
    "crs",
    "datetime",
    "desde",
    "f",
    "filter",
    "filter-crs",
    "filter-lang",
    "limit",
    "offset",
    "properties",
    "sortby",
];

/// What a page was asked for.
pub struct Question {
    /// In which form.
    pub format: Format,
    /// In which reference system.
    pub crs: &'static Served,
    /// Where.
    pub area: Option<Asked>,
    /// When.
    pub times: Times,
    /// With which values.
    pub equal: Vec<(Equal, Filter)>,
    /// With which condition.
    pub filter: Option<Filter>,
    /// In which order.
    pub sort: Vec<SortKey>,
    /// With which properties.
    pub only: Option<Vec<String>>,
    /// After which key.
    pub after: Option<(Ubigeo, String)>,
    /// After so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
}

impl Question {
    /// Reads what a request asks of a layer.
    ///
    /// # Errors
    /// What is wrong with a parameter.
    pub fn read(
        parameters: &Parameters,
        headers: &HeaderMap,
        collection: &Collection,
        snapshot: &Snapshot,
    ) -> Result<Self, Problem> {
        // What a layer may be asked is looked up only where somebody asks: it reads all of the layer.
        let plain = parameters.0.iter().all(|(name, _)| {
            KNOWN.contains(&name.as_str())
                && !matches!(name.as_str(), "filter" | "sortby" | "properties")
        });
        let queryables = if plain {
            Vec::new()
        } else {
            snapshot.queryables(collection)
        };
        let names: Vec<&str> = KNOWN
            .into_iter()
            .chain(queryables.iter().map(|one| &*one.name))
            .collect();
        parameters.only(&names)?;
        let format = Format::asked(parameters, headers, &Format::ALL)?;
        let crs = named_system(parameters, "crs")?;
        let bbox_crs = named_system(parameters, "bbox-crs")?;
        let equal = parameters
            .0
            .iter()
            .filter(|(name, _)| !KNOWN.contains(&name.as_str()))
            .filter_map(|(name, value)| {
                let of = queryables.iter().find(|one| *one.name == **name)?;
                Some(layers::equal(of, value))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            format,
            crs,
            area: parameters
                .get("bbox")
                .map(|text| extent::bbox(text, bbox_crs))
                .transpose()?,
            times: times(parameters)?,
            equal,
            filter: filter(parameters, &queryables)?,
            sort: sort(parameters, &queryables)?,
            only: parameters
                .get("properties")
                .map(|text| only(text, &queryables))
                .transpose()?,
            after: parameters.get("desde").map(key).transpose()?,
            offset: parameters
                .read("offset", "un número entero de 0 en adelante")?
                .unwrap_or(0),
            limit: limit(parameters, format)?,
        })
    }

    /// Whether the snapshot answers it.
    pub fn is_for_the_snapshot(&self, collection: &Collection) -> bool {
        self.filter.is_none()
            && self.sort.is_empty()
            && (self.times == Times::default() || *collection == Collection::Municipalities)
    }

    /// As it is asked of the snapshot.
    pub fn page(&self) -> Page {
        Page {
            area: match &self.area {
                Some(Asked::Ground(window)) => Some(window.clone()),
                _ => None,
            },
            equal: self.equal.iter().map(|(equal, _)| equal.clone()).collect(),
            after: self.after.clone(),
            offset: self.offset,
            limit: self.limit,
        }
    }

    /// As it is asked of the database.
    pub fn of_the_database(&self) -> LayerQuestion {
        let mut conditions: Vec<Filter> = self
            .equal
            .iter()
            .map(|(_, filter)| filter.clone())
            .collect();
        conditions.extend(self.filter.clone());
        LayerQuestion {
            times: self.times,
            area: match &self.area {
                Some(Asked::Ground(window)) => Some(window.ground().clone()),
                _ => None,
            },
            filter: (!conditions.is_empty()).then_some(Filter::And(conditions)),
            sort: self.sort.clone(),
            after: self.after.clone(),
            offset: self.offset,
            limit: self.limit.min(LIMIT_MAX),
        }
    }

    /// How its features are written.
    pub fn form(&self) -> Form<'_> {
        Form {
            crs: self.crs,
            only: self.only.as_deref(),
        }
    }
}

/// The times that a request names.
pub fn times(parameters: &Parameters) -> Result<Times, Problem> {
    let known_at: Option<DateTime<Utc>> =
        parameters.read("conocido_a", "un momento, como 2026-11-23T15:04:05Z")?;
    let period = parameters.get("datetime").map(Period::parse).transpose()?;
    Ok(Times {
        days: match (period, known_at) {
            // What is in force holds today.
            (Some(period), None) if period.is_today() => None,
            (period, _) => period.map(|period| (period.from, period.to)),
        },
        known_at,
    })
}

/// The reference system that a parameter names, or the usual one.
pub fn named_system(parameters: &Parameters, name: &str) -> Result<&'static Served, Problem> {
    parameters
        .get(name)
        .map_or(Ok(DEFAULT), |text| system(text, name))
}

fn limit(parameters: &Parameters, format: Format) -> Result<usize, Problem> {
    let expected = "un número entero de 1 en adelante";
    match parameters.read::<usize>("limit", expected)? {
        Some(0) => Err(Problem::new(
            Kind::BadRequest,
            "«0» no vale para «limit».",
            format!("Se espera {expected}."),
        )),
        // A file has no link to the rest.
        Some(limit) if format.is_file() => Ok(limit),
        None if format.is_file() => Ok(usize::MAX),
        Some(limit) => Ok(limit.min(LIMIT_MAX)),
        None => Ok(LIMIT),
    }
}

fn filter(parameters: &Parameters, queryables: &[Queryable]) -> Result<Option<Filter>, Problem> {
    let crs = named_system(parameters, "filter-crs")?;
    let Some(text) = parameters.get("filter") else {
        return Ok(None);
    };
    let language = match parameters.get("filter-lang") {
        Some("cql2-json") => Language::Json,
        // JSON begins as no text can.
        None if text.trim_start().starts_with('{') => Language::Json,
        None | Some("cql2-text") => Language::Text,
        Some(other) => {
            return Err(Problem::new(
                Kind::BadRequest,
                format!("No se admite «{other}» en «filter-lang»."),
                "Se admiten cql2-text y cql2-json.",
            ));
        }
    };
    layers::filter(text, language, queryables, crs).map(Some)
}

/// Reads `sortby=-area_m2,codigo`.
fn sort(parameters: &Parameters, queryables: &[Queryable]) -> Result<Vec<SortKey>, Problem> {
    let Some(text) = parameters.get("sortby") else {
        return Ok(Vec::new());
    };
    let keys: Vec<&str> = text.split(',').map(str::trim).collect();
    if keys.len() > SORT_KEYS_MAX {
        return Err(Problem::new(
            Kind::BadRequest,
            "«sortby» nombra demasiadas propiedades.",
            format!("Se ordena por {SORT_KEYS_MAX} como mucho."),
        ));
    }
    keys.into_iter()
        .map(|key| {
            let (descending, name) = match key.strip_prefix('-') {
                Some(name) => (true, name),
                // A plus that was not written as %2B arrives as a space.
                None => (false, key.strip_prefix('+').unwrap_or(key).trim()),
            };
            let by = sortable(name, queryables)?.clone();
            Ok(SortKey { by, descending })
        })
        .collect()
}

/// Properties to sort by, at most.
const SORT_KEYS_MAX: usize = 5;

/// Whether features can be sorted by it.
pub fn is_sortable(one: &Queryable) -> bool {
    one.kind != ValueKind::Shape
}

fn sortable<'a>(name: &str, queryables: &'a [Queryable]) -> Result<&'a Queryable, Problem> {
    queryables
        .iter()
        .find(|one| *one.name == *name && is_sortable(one))
        .ok_or_else(|| {
            unknown(
                name,
                "sortby",
                queryables.iter().filter(|one| is_sortable(one)),
            )
        })
}

fn only(text: &str, queryables: &[Queryable]) -> Result<Vec<String>, Problem> {
    let shown = || queryables.iter().filter(|one| one.kind != ValueKind::Shape);
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| {
            // Lists and objects are shown, though nobody can ask by them.
            shown()
                .find(|one| *one.name == *name)
                .map(|one| one.name.to_string())
                .ok_or_else(|| unknown(name, "properties", shown()))
        })
        .collect()
}

fn unknown<'a>(name: &str, parameter: &str, known: impl Iterator<Item = &'a Queryable>) -> Problem {
    let names: Vec<&str> = known.map(|one| &*one.name).collect();
    Problem::new(
        Kind::BadRequest,
        format!("«{name}» no vale para «{parameter}»."),
        format!("Las propiedades son: {}.", names.join(", ")),
    )
}

/// Where the page before ended: municipality and code.
pub fn key(text: &str) -> Result<(Ubigeo, String), Problem> {
    text.split_once('~')
        .filter(|(_, code)| !code.contains(char::is_control))
        .and_then(|(ubigeo, code)| Some((ubigeo.parse().ok()?, code.to_owned())))
        .ok_or_else(|| {
            Problem::new(
                Kind::BadRequest,
                format!("«{text}» no vale para «desde»."),
                "Siga el enlace «next» de la página anterior tal como viene.",
            )
        })
}
