//! A layer of somebody else's server as files, one for each page.

use std::{
    collections::HashSet,
    io::{BufReader, Read as _},
    path::{Path, PathBuf},
};

use domain::institute::source::{Source, SourceKind};
use reqwest::Url;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use super::{
    tell::Failure,
    wire::{Wire, parsed, same_origin},
};

/// What came.
#[derive(Default, Debug)]
pub(super) struct Fetched {
    /// Its pages, those without any feature left out.
    pub(super) pages: Vec<PathBuf>,
    /// How many features the server says that there are.
    pub(super) said: Option<u64>,
}

/// Features that are asked for at a time.
const PAGE: usize = 1_000;
/// Most pages of a layer. A server may give fewer features on a page than it is asked for.
const PAGES_MAX: usize = 2_000;

const GEOJSON: &str = "application/geo+json, application/json;q=0.9";
const WFS_JSON: &str = "application/json";
const GML: &str = "application/gml+xml; version=3.2";

/// Brings a source into a folder.
pub(super) async fn fetch(
    source: &Source,
    wire: &mut Wire,
    folder: &Path,
) -> Result<Fetched, Failure> {
    let url = parsed(&source.address).ok_or(Failure::NoAnswer)?;
    let layer = source.layer.as_deref().unwrap_or_default();
    let most = source.features_max;
    match source.kind {
        SourceKind::Features => collection(&url, layer, most, wire, folder).await,
        SourceKind::Wfs => feature_type(&url, layer, most, wire, folder).await,
        SourceKind::File => {
            let path = folder.join("archivo");
            wire.bring(&url, "*/*", &path).await?;
            Ok(Fetched {
                pages: vec![named(path).await?],
                said: None,
            })
        }
    }
}

/// A page of GeoJSON, as far as it says how it goes on.
#[derive(Deserialize)]
struct Page {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    features: Vec<IgnoredAny>,
    /// A number, or a word for none.
    #[serde(rename = "numberMatched", default)]
    matched: Option<Value>,
    #[serde(default)]
    links: Vec<PageLink>,
}

#[derive(Deserialize)]
struct PageLink {
    #[serde(default)]
    href: String,
    #[serde(default)]
    rel: String,
}

impl Page {
    fn said(&self) -> Option<u64> {
        match self.matched.as_ref()? {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64(),
        }
    }
}

async fn collection(
    address: &Url,
    layer: &str,
    most: u32,
    wire: &mut Wire,
    folder: &Path,
) -> Result<Fetched, Failure> {
    let mut next = Some(items(address, layer)?);
    let mut seen = HashSet::new();
    let mut fetched = Fetched::default();
    let mut count = 0;
    while let Some(url) = next.take() {
        if !seen.insert(url.clone()) {
            return Err(Failure::Circle);
        }
        if seen.len() > PAGES_MAX {
            return Err(Failure::TooManyPages);
        }
        let path = folder.join(format!("pagina-{}.json", seen.len()));
        wire.bring(&url, GEOJSON, &path).await?;
        let page = page(path.clone()).await?.ok_or(Failure::NotFeatures)?;
        fetched.said = fetched.said.max(page.said());
        next = following(&url, &page)?;
        count += page.features.len();
        fetched.take(path, page.features.len());
        not_too_many(count, most)?;
    }
    Ok(fetched)
}

/// Where the next page is: on the same server, or nowhere.
fn following(url: &Url, page: &Page) -> Result<Option<Url>, Failure> {
    let Some(link) = page.links.iter().find(|link| link.rel == "next") else {
        return Ok(None);
    };
    let next = url.join(&link.href).map_err(|_| Failure::NotFeatures)?;
    if same_origin(url, &next) {
        Ok(Some(next))
    } else {
        Err(Failure::Away)
    }
}

fn items(address: &Url, layer: &str) -> Result<Url, Failure> {
    let mut url = address.clone();
    url.path_segments_mut()
        .map_err(|()| Failure::NotFeatures)?
        .pop_if_empty()
        .extend(["collections", layer, "items"]);
    url.query_pairs_mut()
        .append_pair("f", "json")
        .append_pair("limit", &PAGE.to_string());
    Ok(url)
}

async fn feature_type(
    address: &Url,
    layer: &str,
    most: u32,
    wire: &mut Wire,
    folder: &Path,
) -> Result<Fetched, Failure> {
    let first = folder.join("pagina-1.json");
    let url = get_feature(address, layer, WFS_JSON, 0);
    let begun = match wire.bring(&url, GEOJSON, &first).await {
        Ok(came) if came.kind.contains("json") || came.kind.is_empty() => {
            page(first.clone()).await?
        }
        // Another form was not understood: a status, or an exception in XML.
        Ok(_) | Err(Failure::Status(_)) => None,
        Err(failure) => return Err(failure),
    };
    let Some(begun) = begun else {
        return in_gml(address, layer, most, wire, folder).await;
    };
    let mut fetched = Fetched::default();
    let mut at = Some((first, begun));
    let (mut count, mut number) = (0, 1);
    while let Some((path, page)) = at.take() {
        let here = page.features.len();
        fetched.said = fetched.said.max(page.said());
        count += here;
        fetched.take(path, here);
        not_too_many(count, most)?;
        if goes_on(fetched.said, count, here) {
            number += 1;
            if number > PAGES_MAX {
                return Err(Failure::TooManyPages);
            }
            let path = folder.join(format!("pagina-{number}.json"));
            let url = get_feature(address, layer, WFS_JSON, count);
            wire.bring(&url, GEOJSON, &path).await?;
            let next = self::page(path.clone()).await?;
            at = Some((path, next.ok_or(Failure::NotFeatures)?));
        }
    }
    Ok(fetched)
}

async fn in_gml(
    address: &Url,
    layer: &str,
    most: u32,
    wire: &mut Wire,
    folder: &Path,
) -> Result<Fetched, Failure> {
    let mut fetched = Fetched::default();
    let mut count = 0;
    for number in 1..=PAGES_MAX {
        let path = folder.join(format!("pagina-{number}.gml"));
        wire.bring(&get_feature(address, layer, GML, count), "*/*", &path)
            .await?;
        let head = head(path.clone()).await?;
        if !head.contains("FeatureCollection") {
            return Err(Failure::NotFeatures);
        }
        let said = attribute(&head, "numberMatched").and_then(|text| text.parse().ok());
        fetched.said = fetched.said.max(said);
        let Some(here) = attribute(&head, "numberReturned").and_then(|text| text.parse().ok())
        else {
            // It does not speak of pages: it is all there is.
            fetched.pages.push(path);
            return Ok(fetched);
        };
        count += here;
        fetched.take(path, here);
        not_too_many(count, most)?;
        if !goes_on(fetched.said, count, here) {
            return Ok(fetched);
        }
    }
    Err(Failure::TooManyPages)
}

/// Whether a server of features has more of them.
fn goes_on(said: Option<u64>, count: usize, here: usize) -> bool {
    match said {
        Some(said) => here > 0 && (count as u64) < said,
        None => here == PAGE,
    }
}

fn get_feature(address: &Url, layer: &str, format: &str, after: usize) -> Url {
    let own = [
        "service",
        "version",
        "request",
        "typenames",
        "outputformat",
        "count",
        "startindex",
    ];
    let kept: Vec<(String, String)> = address
        .query_pairs()
        .filter(|(name, _)| !own.contains(&&*name.to_ascii_lowercase()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut url = address.clone();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .append_pair("service", "WFS")
        .append_pair("version", "2.0.0")
        .append_pair("request", "GetFeature")
        .append_pair("typeNames", layer)
        .append_pair("outputFormat", format)
        .append_pair("count", &PAGE.to_string());
    // A server that knows no pages may refuse to begin at one.
    if after > 0 {
        url.query_pairs_mut()
            .append_pair("startIndex", &after.to_string());
    }
    url
}

fn not_too_many(count: usize, most: u32) -> Result<(), Failure> {
    if count as u64 > u64::from(most) {
        return Err(Failure::TooMany(most));
    }
    Ok(())
}

impl Fetched {
    /// GDAL refuses a page without features; there is nothing on it to read.
    fn take(&mut self, path: PathBuf, features: usize) {
        if features > 0 {
            self.pages.push(path);
        }
    }
}

/// How a page goes on; none where it is no collection of features.
async fn page(path: PathBuf) -> Result<Option<Page>, Failure> {
    apart(move || {
        let file = std::fs::File::open(path)?;
        let page: Option<Page> = serde_json::from_reader(BufReader::new(file)).ok();
        Ok(page.filter(|page| page.kind == "FeatureCollection"))
    })
    .await
}

/// The first bytes of a file.
async fn head(path: PathBuf) -> Result<String, Failure> {
    apart(move || {
        let mut head = Vec::new();
        std::fs::File::open(path)?
            .take(16 << 10)
            .read_to_end(&mut head)?;
        Ok(String::from_utf8_lossy(&head).into_owned())
    })
    .await
}

/// A `GeoPackage` is one by its name too.
async fn named(path: PathBuf) -> Result<PathBuf, Failure> {
    apart(move || {
        let mut head = [0; 6];
        let read = std::fs::File::open(&path)?.read(&mut head)?;
        if &head[..read] != b"SQLite" {
            return Ok(path);
        }
        let named = path.with_extension("gpkg");
        std::fs::rename(&path, &named)?;
        Ok(named)
    })
    .await
}

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::error!(%error, "a page of a source");
            Err(Failure::Ours)
        }
        Err(_) => Err(Failure::Ours),
    }
}

/// An attribute of the first element that has it.
fn attribute<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = head.split_once(&format!(" {name}="))?;
    let quote = after
        .chars()
        .next()
        .filter(|quote| "\"'".contains(*quote))?;
    after[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        parsed(text).expect("an address")
    }

    #[test]
    fn addresses_are_made_of_what_was_given() {
        let made = items(&url("https://x.pe/ogc/?llave=1"), "ríos/1").expect("made");
        assert_eq!(
            made.as_str(),
            "https://x.pe/ogc/collections/r%C3%ADos%2F1/items?llave=1&f=json&limit=1000"
        );
        let made = get_feature(
            &url("https://x.pe/wfs?map=a&SERVICE=WMS"),
            "ns:r",
            WFS_JSON,
            1000,
        );
        assert_eq!(
            made.query(),
            Some(
                "map=a&service=WFS&version=2.0.0&request=GetFeature&typeNames=ns%3Ar&outputFormat=application%2Fjson&count=1000&startIndex=1000"
            )
        );
    }

    #[test]
    fn the_next_page_is_on_the_same_server_or_none() {
        let page = |href: &str| Page {
            kind: "FeatureCollection".to_owned(),
            features: Vec::new(),
            matched: Some("unknown".into()),
            links: vec![PageLink {
                href: href.to_owned(),
                rel: "next".to_owned(),
            }],
        };
        let here = url("https://x.pe/a/items?f=json");
        let next = |href: &str| following(&here, &page(href));
        assert_eq!(next("?p=2"), Ok(Some(url("https://x.pe/a/items?p=2"))));
        assert_eq!(next("http://10.0.0.1/"), Err(Failure::Away));
        assert_eq!(page("").said(), None);
    }

    #[test]
    fn a_collection_of_gml_says_how_many_there_are() {
        let head = "<?xml version='1.0'?><wfs:FeatureCollection numberMatched=\"12\" numberReturned='5' x=\"\">";
        assert_eq!(attribute(head, "numberMatched"), Some("12"));
        assert_eq!(attribute(head, "numberReturned"), Some("5"));
        assert_eq!(attribute(head, "next"), None);
        assert!(goes_on(Some(12), 5, 5) && !goes_on(Some(12), 12, 7) && !goes_on(Some(12), 5, 0));
        assert!(goes_on(None, 1_000, 1_000) && !goes_on(None, 999, 999));
    }
}
