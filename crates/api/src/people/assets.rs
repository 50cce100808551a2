//! Scripts and styles of the pages: carried in the program, packed once, under addresses that change with what is in them.

use std::{
    fmt::Write as _,
    io::Write as _,
    sync::{LazyLock, OnceLock},
};

use axum::{
    Router,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use office::{Kind, Problem};
use sha2::{Digest, Sha256};

use crate::{
    doors::Doors,
    ogc::takes_gzip,
    problem::{Answer, Segments},
};

/// A file of the pages.
struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    packed: OnceLock<Vec<u8>>,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

macro_rules! asset {
    ($name:literal, $kind:expr, $path:literal) => {
        Asset {
            name: $name,
            kind: $kind,
            bytes: include_bytes!(concat!("../../assets/", $path)),
            packed: OnceLock::new(),
        }
    };
}

/// All of them. The library's worker finds itself beside the library.
static ASSETS: [Asset; 13] = [
    asset!(
        "maplibre-gl.mjs",
        SCRIPT,
        "vendor/maplibre-gl-6.17.0/maplibre-gl.mjs"
    ),
    asset!(
        "maplibre-gl-worker.mjs",
        SCRIPT,
        "vendor/maplibre-gl-6.17.0/maplibre-gl-worker.mjs"
    ),
    asset!(
        "maplibre-gl.css",
        STYLE,
        "vendor/maplibre-gl-6.17.0/maplibre-gl.css"
    ),
    asset!("catastro.css", STYLE, "paginas/catastro.css"),
    asset!("icono.svg", "image/svg+xml", "paginas/icono.svg"),
    asset!("pagina.mjs", SCRIPT, "paginas/pagina.mjs"),
    asset!("trazo.mjs", SCRIPT, "paginas/trazo.mjs"),
    asset!("subida.mjs", SCRIPT, "paginas/subida.mjs"),
    asset!("avance.mjs", SCRIPT, "paginas/avance.mjs"),
    asset!("cortina.mjs", SCRIPT, "paginas/cortina.mjs"),
    asset!("mantenimiento.mjs", SCRIPT, "paginas/mantenimiento.mjs"),
    asset!("mapa.mjs", SCRIPT, "mapa/mapa.mjs"),
    asset!("mapa.css", STYLE, "mapa/mapa.css"),
];

/// The folder in their address, which stands for all of them: with another one, a browser asks for everything anew.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for asset in &ASSETS {
        digest.update(asset.bytes);
    }
    let mut folder = String::from("/estaticos/");
    for byte in digest.finalize().iter().take(8) {
        let _ = write!(folder, "{byte:02x}");
    }
    folder
});

/// Their routes.
pub fn routes() -> Router<Doors> {
    Router::new().route("/estaticos/{version}/{name}", get(asset))
}

/// The folder in which they are now.
pub fn folder() -> &'static str {
    &FOLDER
}

async fn asset(
    Segments((version, name)): Segments<(String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .filter(|_| FOLDER.ends_with(&format!("/{version}")))
        .ok_or_else(|| {
            Problem::new(
                Kind::NotFound,
                "Ese archivo ya no está.",
                "Vuelva a cargar la página que lo pide.",
            )
        })?;
    let mut response = if takes_gzip(&headers) {
        let packed: &'static [u8] = asset.packed();
        let encoding = HeaderValue::from_static("gzip");
        ([(header::CONTENT_ENCODING, encoding)], packed).into_response()
    } else {
        asset.bytes.into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

impl Asset {
    fn packed(&self) -> &[u8] {
        self.packed.get_or_init(|| {
            let mut packer = GzEncoder::new(Vec::new(), Compression::best());
            // Nothing fails that is written into memory.
            let _ = packer.write_all(self.bytes);
            packer.finish().unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_and_all_other_pages_are_as_light_as_the_manual_says() {
        let weigh = |map: bool| -> usize {
            let of_map = |asset: &&Asset| {
                let named = ["mapa.", "maplibre"];
                named.iter().any(|begin| asset.name.starts_with(begin)) == map
            };
            let assets = ASSETS.iter().filter(of_map);
            assets.map(|asset| asset.packed().len()).sum()
        };
        let (map, pages) = (weigh(true), weigh(false));
        assert!(map < 470_000, "{map}");
        // All islands at once; a page has one or two of them.
        assert!(pages < 40_000, "{pages}");
    }
}
