//! Layers as files: CSV goes out as it is written; GeoPackage and FlatGeobuf are written to the disk first.

use std::{fs::File, io::Read as _, sync::Arc};

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use domain::{collection::Collection, feature::Feature};
use futures_util::stream;
use office::{Problem, layers::layer_file};
use query::{Page, Snapshot, encode::table::Columns};

use super::{
    format::Format,
    items::{in_pieces, internal},
    question::Question,
};

/// Features that are written before they are sent.
const PIECE: usize = 500;
/// Bytes of a file that are read before they are sent.
const READ: usize = 256 * 1024;

/// A layer of the snapshot as a file.
pub async fn of_the_snapshot(
    snapshot: Arc<Snapshot>,
    collection: &Collection,
    question: &Question,
) -> Result<Response, Problem> {
    let columns = Columns::new(snapshot.queryables(collection), question.only.as_deref());
    let crs = question.crs;
    let page = question.page();
    let collection = collection.clone();
    let name = collection.to_string();
    let response = if let Some(container) = container(question.format) {
        let file = layer_file(format!("capa.{}", question.format.name()), move |path| {
            let found = snapshot.page(&collection, &page);
            let features = found.features.iter().map(|entry| entry.feature());
            columns.file(path, container, &collection, features, crs)
        })
        .await?;
        sent(file)
    } else {
        let mut head = Vec::new();
        columns.csv_head(&mut head);
        // Each piece goes on where the one before ended: whoever reads slowly holds the snapshot, and nothing else.
        let begun = (Some(head), Some(page));
        in_pieces(stream::unfold(begun, move |(head, page)| {
            let piece = head.map_or_else(
                || {
                    let page = page.clone()?;
                    Some(csv_piece(&snapshot, &collection, page, &columns, crs))
                },
                |head| Some((Ok(head), page.clone())),
            );
            async move { piece.map(|(bytes, next)| (bytes, (None, next))) }
        }))
    };
    Ok(named(response, &name, question.format))
}

type Piece = (
    Result<Vec<u8>, query::encode::geojson::NoSuchPlace>,
    Option<Page>,
);

/// The next lines, and where to go on.
fn csv_piece(
    snapshot: &Snapshot,
    collection: &Collection,
    page: Page,
    columns: &Columns,
    crs: &office::place::Served,
) -> Piece {
    let asked = Page {
        limit: page.limit.min(PIECE),
        ..page
    };
    let found = snapshot.page(collection, &asked);
    let features: Vec<&Feature> = found.features.iter().map(|entry| entry.feature()).collect();
    let mut out = Vec::with_capacity(features.len() * 400);
    let written = columns.csv(collection, &features, crs, &mut out);
    let left = page.limit - features.len();
    let next = features
        .last()
        .filter(|_| found.more && left > 0)
        .map(|last| Page {
            after: Some((last.ubigeo, last.code.to_string())),
            offset: 0,
            limit: left,
            ..asked.clone()
        });
    (written.map(|()| out), next)
}

/// Features that the database gave, as a file.
pub async fn of_the_database(
    features: Vec<Feature>,
    more: bool,
    snapshot: &Snapshot,
    collection: &Collection,
    question: &Question,
) -> Result<Response, Problem> {
    if more {
        return Err(too_many(features.len()));
    }
    let columns = Columns::new(snapshot.queryables(collection), question.only.as_deref());
    let crs = question.crs;
    let name = collection.to_string();
    let response = if let Some(container) = container(question.format) {
        let collection = collection.clone();
        let file = layer_file(format!("capa.{}", question.format.name()), move |path| {
            columns.file(path, container, &collection, features.iter(), crs)
        })
        .await?;
        sent(file)
    } else {
        let mut out = Vec::new();
        columns.csv_head(&mut out);
        let features: Vec<&Feature> = features.iter().collect();
        columns
            .csv(collection, &features, crs, &mut out)
            .map_err(internal)?;
        out.into_response()
    };
    Ok(named(response, &name, question.format))
}

/// A file that was cut would be taken for all there is.
fn too_many(most: usize) -> Problem {
    Problem::new(
        office::Kind::TooLarge,
        format!("El resultado tiene más de {most} elementos."),
        "Un archivo filtrado o del pasado llega hasta ahí: acótelo con «bbox» o «filter», pídalo por páginas con f=json, o descargue la capa en vigor sin filtro.",
    )
}

fn container(format: Format) -> Option<query::encode::table::Container> {
    use query::encode::table::Container;
    match format {
        Format::FlatGeobuf => Some(Container::FlatGeobuf),
        Format::GeoPackage => Some(Container::GeoPackage),
        _ => None,
    }
}

/// A file of the disk, in pieces; whoever reads slowly holds it open, and nothing else.
fn sent(file: File) -> Response {
    let length = file.metadata().map(|of| of.len()).ok();
    let pieces = stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; READ];
            let read = file.read(&mut piece)?;
            piece.truncate(read);
            Ok::<_, std::io::Error>((piece, file))
        })
        .await;
        match read {
            Ok(Ok((piece, _))) if piece.is_empty() => None,
            Ok(Ok((piece, file))) => Some((Ok(piece), Some(file))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(_) => None,
        }
    });
    let mut response = in_pieces(pieces);
    if let Some(length) = length {
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length.into());
    }
    response
}

fn named(mut response: Response, collection: &str, format: Format) -> Response {
    let name = format!("attachment; filename=\"{collection}.{}\"", format.name());
    if let Ok(name) = name.parse() {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
