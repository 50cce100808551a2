//! The features of a layer, a page at a time, and one by its id.

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    collection::Collection,
    feature::Feature,
    filter::{Comparison, Filter, Queryable, Source, Value as Literal},
};
use futures_util::StreamExt as _;
use office::{
    Kind, Office, Problem,
    layers::{LayerQuestion, Times},
    place::Served,
};
use query::encode::{geojson, jsonfg};
use serde_json::json;

use super::{
    base, collections, drafts,
    extent::Asked,
    format::Format,
    html,
    links::{self, Link, encoded, forms, with_query},
    question::{self, Question},
    tag, whole,
};
use crate::doors::Doors;
use crate::problem::{Answer, Parameters, Refusal, Segments};
use crate::session::Caller;

/// What this part earns.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
];

/// Its routes.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/collections/{c}/items", get(items))
        .route("/collections/{c}/items/{id}", get(item))
}

/// Elementos de una capa.
///
/// Cualquier propiedad de la capa vale también como parámetro, por igualdad: `?uso=vivienda`.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/items",
    params(
        ("c" = String, Path, description = "Capa", example = "lotes"),
        ("f" = Option<String>, Query, description = "json, jsonfg, html, csv, fgb o gpkg; si no, según Accept. csv, fgb y gpkg sin «limit» traen la capa entera", example = "json"),
        ("crs" = Option<String>, Query, description = "Sistema de las coordenadas: una de las direcciones que la capa lista", example = "http://www.opengis.net/def/crs/EPSG/0/32718"),
        ("bbox" = Option<String>, Query, description = "oeste,sur,este,norte en grados, o en el sistema de «bbox-crs»", example = "-77.0,-6.1,-76.9,-6.0"),
        ("bbox-crs" = Option<String>, Query, description = "Sistema de «bbox»"),
        ("limit" = Option<u32>, Query, description = "Cuántos, 100 si no se dice, 10 000 como mucho", minimum = 1, maximum = 10_000),
        ("offset" = Option<u32>, Query, description = "Después de cuántos"),
        ("desde" = Option<String>, Query, description = "Donde terminó la página anterior: lo trae su enlace «next»"),
        ("datetime" = Option<String>, Query, description = "Día o periodo en que estaban vigentes", example = "2026-11-23"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento"),
        ("filter" = Option<String>, Query, description = "Condición en CQL2", example = "area_m2 > 200"),
        ("filter-lang" = Option<String>, Query, description = "cql2-text o cql2-json"),
        ("filter-crs" = Option<String>, Query, description = "Sistema de las geometrías del filtro"),
        ("sortby" = Option<String>, Query, description = "Propiedades por las que se ordena; con «-» de mayor a menor", example = "-area_m2"),
        ("properties" = Option<String>, Query, description = "Propiedades que se quieren", example = "codigo,area_m2"),
        ("borrador" = Option<String>, Query, description = "si: con lo que la cuenta escribió y aún no se decide, solo para ella"),
    ),
    responses((status = 200, description = "Una página de la capa", content_type = "application/geo+json"),
        (status = 304, description = "No cambió desde la etiqueta que se envió"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No hay tal capa", content_type = "application/problem+json"),
        (status = 503, description = "El filtro tarda demasiado, o la base de datos no responde", content_type = "application/problem+json")))]
pub async fn items(
    State(doors): State<Doors>,
    caller: Result<Caller, Refusal>,
    Segments(name): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    let office = doors.office();
    let snapshot = office.feed.snapshot();
    let collection = collections::find(&name, &snapshot)?;
    if drafts::is_asked(&parameters)? {
        return drafts::items(office, &caller?.0, &collection, &headers, &parameters).await;
    }
    let question = Question::read(&parameters, &headers, &collection, &snapshot)?;
    let writer = Writer {
        collection: &collection,
        question: &question,
        parameters: &parameters,
        base: base(&headers),
        demonstration: snapshot.has_demonstration(),
    };
    let etag = tag::item(snapshot.change, question.format.name());
    if matches!(question.area, Some(Asked::Nowhere)) {
        let nothing = writer.page(&[], 0, false)?;
        return Ok(writer.tagged(nothing, etag));
    }
    if question.is_for_the_snapshot(&collection) {
        if is_known(&headers, &etag) {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
        }
        if question.format.is_file() {
            let file = whole::of_the_snapshot(snapshot, &collection, &question).await?;
            return Ok(writer.tagged(file, etag));
        }
        let found = snapshot.page(&collection, &question.page());
        let response = if question.format == Format::Json {
            let mut body = writer.head(&found.features, found.matched as u64, found.more);
            geojson::in_force(&collection, &found.features, &question.form(), &mut body)
                .map_err(internal)?;
            body.extend_from_slice(b"]}");
            body.into_response()
        } else {
            let features: Vec<&Feature> =
                found.features.iter().map(|entry| entry.feature()).collect();
            writer.page(&features, found.matched as u64, found.more)?
        };
        return Ok(writer.tagged(response, etag));
    }
    let page = office
        .page(&collection, &question.of_the_database())
        .await?;
    let etag = tag::item(page.change, question.format.name());
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    if question.format.is_file() {
        let file =
            whole::of_the_database(page.features, page.more, &snapshot, &collection, &question)
                .await?;
        return Ok(writer.tagged(file, etag));
    }
    let features: Vec<&Feature> = page.features.iter().collect();
    let response = writer.page(&features, page.matched, page.more)?;
    Ok(writer.tagged(response, etag))
}

/// Un elemento de una capa.
#[utoipa::path(get, tag = "clientes SIG", path = "/ogc/collections/{c}/items/{id}",
    params(("c" = String, Path, description = "Capa", example = "lotes"), ("id" = String, Path, description = "Código"),
        ("f" = Option<String>, Query, description = "json, jsonfg o html; si no, según Accept"),
        ("crs" = Option<String>, Query, description = "Sistema de las coordenadas"),
        ("datetime" = Option<String>, Query, description = "El día en que estaba vigente"),
        ("conocido_a" = Option<String>, Query, description = "Lo que el servicio sabía en ese momento"),
        ("borrador" = Option<String>, Query, description = "si: como lo dejaría el borrador de la cuenta")),
    responses((status = 200, description = "El elemento. Su ETag es la de su versión, para If-Match", content_type = "application/geo+json"),
        (status = 304, description = "No cambió desde la etiqueta que se envió"),
        (status = 400, description = "Un parámetro no vale", content_type = "application/problem+json"),
        (status = 404, description = "No existe", content_type = "application/problem+json")))]
pub async fn item(
    State(doors): State<Doors>,
    caller: Result<Caller, Refusal>,
    Segments((name, id)): Segments<(String, String)>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<Response> {
    const OFFERED: [Format; 3] = [Format::Json, Format::Html, Format::JsonFg];
    let office = doors.office();
    let snapshot = office.feed.snapshot();
    let collection = collections::find(&name, &snapshot)?;
    if drafts::is_asked(&parameters)? {
        return drafts::item(office, &caller?.0, &collection, &id, &headers, &parameters).await;
    }
    parameters.only(&["borrador", "conocido_a", "crs", "datetime", "f"])?;
    let format = Format::asked(&parameters, &headers, &OFFERED)?;
    let crs = question::named_system(&parameters, "crs")?;
    let times = question::times(&parameters)?;
    let past;
    let in_force = snapshot.feature(&collection, &id);
    let found: Option<&Feature> = if times == Times::default() {
        in_force.map(query::Entry::feature)
    } else {
        past = past_item(office, &collection, &id, times).await?;
        past.as_ref()
    };
    let feature = found.ok_or_else(|| absent(&collection, &id))?;
    // The usual form has the plain tag, by which a writer names the version.
    let variant = if format == Format::Json {
        ""
    } else {
        format.name()
    };
    let etag = tag::item(feature.change, variant);
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let base = base(&headers);
    let url = format!("{base}/ogc/collections/{collection}");
    let own = format!("{url}/items/{}", encoded(&id));
    let mut links = forms(&own, &parameters, format, &OFFERED);
    links.push(Link::new(url, "collection", "application/json", "La capa"));
    links.push(Link::new(
        format!("{own}/versions"),
        "version-history",
        "application/geo+json",
        "Versiones",
    ));
    let form = geojson::Form { crs, only: None };
    let mut body = Vec::new();
    match format {
        Format::Html => {
            let page = html::item(
                &collection,
                feature,
                &links,
                &base,
                snapshot.has_demonstration(),
            );
            return Ok(tagged(page.into_response(), format, crs, etag));
        }
        Format::JsonFg => jsonfg::features(&collection, &[feature], &form, &mut body),
        _ => match in_force.filter(|_| times == Times::default()) {
            Some(entry) => geojson::in_force(&collection, &[entry], &form, &mut body),
            None => geojson::features(&collection, &[feature], &form, &mut body),
        },
    }
    .map_err(internal)?;
    body.pop();
    if format == Format::JsonFg {
        body.extend_from_slice(
            format!(",\"conformsTo\":{}", json!(jsonfg::CONFORMS_TO)).as_bytes(),
        );
    }
    body.extend_from_slice(b",\"links\":");
    links::write(&links, &mut body);
    body.push(b'}');
    Ok(tagged(body.into_response(), format, crs, etag))
}

/// A feature as it was.
async fn past_item(
    office: &Office,
    collection: &Collection,
    id: &str,
    times: Times,
) -> Result<Option<Feature>, Problem> {
    let code = Queryable {
        name: "id".into(),
        kind: domain::filter::Kind::Text,
        source: Source::Code,
    };
    let question = LayerQuestion {
        times,
        filter: Some(Filter::Compare(
            Comparison::Equal,
            Literal::Property(code),
            Literal::Text(id.to_owned()),
        )),
        limit: 1,
        ..LayerQuestion::default()
    };
    let page = office.page(collection, &question).await?;
    Ok(page.features.into_iter().next())
}

fn absent(collection: &Collection, id: &str) -> Problem {
    let id: String = id.chars().take(60).collect();
    Problem::new(
        Kind::NotFound,
        format!("La capa «{collection}» no tiene «{id}»."),
        "Compruebe el código; puede que ya no esté en vigor.",
    )
}

/// Writes a page.
struct Writer<'a> {
    collection: &'a Collection,
    question: &'a Question,
    parameters: &'a Parameters,
    base: String,
    demonstration: bool,
}

impl Writer<'_> {
    fn url(&self) -> String {
        format!("{}/ogc/collections/{}/items", self.base, self.collection)
    }

    /// A page that is no file.
    fn page(&self, features: &[&Feature], matched: u64, more: bool) -> Result<Response, Problem> {
        let question = self.question;
        let form = question.form();
        let mut body = match question.format {
            Format::Html => {
                let links = self.links(features.last().copied(), more);
                let page = html::items(
                    self.collection,
                    features,
                    matched,
                    &links,
                    &self.base,
                    self.demonstration,
                );
                return Ok(page.into_response());
            }
            _ => self.head(features, matched, more),
        };
        match question.format {
            Format::JsonFg => jsonfg::features(self.collection, features, &form, &mut body),
            _ => geojson::features(self.collection, features, &form, &mut body),
        }
        .map_err(internal)?;
        body.extend_from_slice(b"]}");
        Ok(body.into_response())
    }

    /// What comes before the features of a page of JSON.
    fn head<F: std::ops::Deref<Target = Feature>>(
        &self,
        features: &[F],
        matched: u64,
        more: bool,
    ) -> Vec<u8> {
        let links = self.links(features.last().map(|last| &**last), more);
        let mut body = Vec::with_capacity(features.len() * 700 + 2048);
        body.extend_from_slice(br#"{"type":"FeatureCollection","#);
        if self.question.format == Format::JsonFg {
            let system = jsonfg::place_system(&self.question.form()).uri;
            body.extend_from_slice(
                format!(
                    "\"conformsTo\":{},\"featureType\":\"{}\",\"coordRefSys\":\"{system}\",",
                    json!(jsonfg::CONFORMS_TO),
                    self.collection
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(
            format!(
                "\"numberMatched\":{matched},\"numberReturned\":{},\"links\":",
                features.len()
            )
            .as_bytes(),
        );
        links::write(&links, &mut body);
        body.extend_from_slice(b",\"features\":[");
        body
    }

    fn links(&self, last: Option<&Feature>, more: bool) -> Vec<Link> {
        let url = self.url();
        let format = self.question.format;
        let mut links = forms(&url, self.parameters, format, &Format::ALL);
        if let (true, Some(last)) = (more, last) {
            let mut next: Vec<(String, String)> = self
                .parameters
                .0
                .iter()
                .filter(|(name, _)| name != "desde" && name != "offset")
                .cloned()
                .collect();
            if self.question.sort.is_empty() {
                next.push(("desde".to_owned(), format!("{}~{}", last.ubigeo, last.code)));
            } else {
                // The key of a sorted page would be all that it is sorted by.
                let passed = self.question.offset.saturating_add(self.question.limit);
                next.push(("offset".to_owned(), passed.to_string()));
            }
            links.push(Link::new(
                with_query(&url, &next),
                "next",
                format.bare_type(),
                "Página siguiente",
            ));
        }
        let layer = format!("{}/ogc/collections/{}", self.base, self.collection);
        links.push(Link::new(
            layer,
            "collection",
            "application/json",
            "La capa",
        ));
        links
    }

    fn tagged(&self, response: Response, etag: String) -> Response {
        tagged(response, self.question.format, self.question.crs, etag)
    }
}

/// Whoever keeps an answer asks each time whether it still holds: the land may change at any time.
const KEEP: &str = "no-cache";
/// Headers of an answer, about.
const HEADERS: usize = 20;

fn tagged(mut response: Response, format: Format, crs: &Served, etag: String) -> Response {
    let headers = response.headers_mut();
    // Room for these and for what all answers are told.
    headers.reserve(HEADERS);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.media_type()),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEEP));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    let system = format!("<{}>", crs.uri);
    let content_crs = header::HeaderName::from_static("content-crs");
    for (name, value) in [(header::ETAG, etag), (content_crs, system)] {
        // Both are ours, and plain letters.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    response
}

pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| {
            // Weakly compared (RFC 9110, 13.1.2).
            let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
            known.trim() == "*" || known.split(',').any(|one| bare(one) == bare(etag))
        })
}

/// What cannot be written is our fault.
pub(super) fn internal(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "features");
    Problem::new(
        Kind::Internal,
        "La capa no se pudo escribir.",
        "El detalle está en el registro del servicio.",
    )
}

/// A body that comes in pieces.
pub(super) fn in_pieces<S, E>(pieces: S) -> Response
where
    S: futures_util::Stream<Item = Result<Vec<u8>, E>> + Send + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    // Who packs an answer asks once more after its end.
    Body::from_stream(pieces.fuse()).into_response()
}
