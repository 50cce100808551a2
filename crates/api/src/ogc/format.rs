//! In which form an answer goes: `f` decides, else what the client accepts.

use axum::http::{HeaderMap, header};
use office::{Kind, Problem};

use crate::problem::Parameters;

/// The forms in which features go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// GeoJSON; JSON for what is no feature.
    Json,
    /// JSON-FG.
    JsonFg,
    /// A page for people.
    Html,
    /// Comma-separated values.
    Csv,
    /// FlatGeobuf.
    FlatGeobuf,
    /// GeoPackage.
    GeoPackage,
}

impl Format {
    /// Those of features, the usual one first.
    pub const ALL: [Self; 6] = [
        Self::Json,
        Self::Html,
        Self::JsonFg,
        Self::Csv,
        Self::FlatGeobuf,
        Self::GeoPackage,
    ];
    /// Those of what describes features.
    pub const DOCUMENTS: [Self; 2] = [Self::Json, Self::Html];

    /// Its value of `f`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonFg => "jsonfg",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::FlatGeobuf => "fgb",
            Self::GeoPackage => "gpkg",
        }
    }

    /// Its media type, of features.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/geo+json",
            Self::JsonFg => "application/vnd.ogc.fg+json",
            Self::Html => "text/html; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::FlatGeobuf => "application/vnd.flatgeobuf",
            Self::GeoPackage => "application/geopackage+sqlite3",
        }
    }

    /// Its media type, without what says how letters are written.
    pub fn bare_type(self) -> &'static str {
        let whole = self.media_type();
        whole.split_once(';').map_or(whole, |(bare, _)| bare)
    }

    /// What it is called in a list of links.
    pub fn title(self) -> &'static str {
        match self {
            Self::Json => "GeoJSON",
            Self::JsonFg => "JSON-FG",
            Self::Html => "Página",
            Self::Csv => "CSV",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoPackage => "GeoPackage",
        }
    }

    /// Whether it is one file, which no link goes on from: without a limit it holds all.
    pub fn is_file(self) -> bool {
        matches!(self, Self::Csv | Self::FlatGeobuf | Self::GeoPackage)
    }

    /// The one that a request asks for, of those that are offered; the first of them where it does not say.
    ///
    /// # Errors
    /// `f` names none of them.
    pub fn asked(
        parameters: &Parameters,
        headers: &HeaderMap,
        offered: &[Self],
    ) -> Result<Self, Problem> {
        let usual = offered.first().copied().unwrap_or(Self::Json);
        match parameters.get("f") {
            None => Ok(accepted(headers, offered).unwrap_or(usual)),
            Some("geojson") => Ok(Self::Json),
            Some(name) => offered
                .iter()
                .copied()
                .find(|format| format.name() == name)
                .ok_or_else(|| {
                    let names: Vec<&str> = offered.iter().map(|format| format.name()).collect();
                    Problem::new(
                        Kind::BadRequest,
                        format!("No se ofrece el formato «{name}»."),
                        format!("Aquí se ofrece f={}.", names.join(", f=")),
                    )
                }),
        }
    }
}

/// The first of the types that a client accepts, as it weighs them, that is offered. A wildcard says nothing.
fn accepted(headers: &HeaderMap, offered: &[Format]) -> Option<Format> {
    let text = headers.get(header::ACCEPT)?.to_str().ok()?;
    let mut best: Option<(f32, Format)> = None;
    for part in text.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let weight = pieces
            .find_map(|piece| piece.strip_prefix("q="))
            .and_then(|weight| weight.parse().ok())
            .unwrap_or(1.0);
        let format = offered.iter().copied().find(|format| {
            format.bare_type().eq_ignore_ascii_case(name)
                || (*format == Format::Json && name.eq_ignore_ascii_case("application/json"))
        });
        if let Some(format) = format
            && weight > 0.0
            && best.is_none_or(|(heaviest, _)| weight > heaviest)
        {
            best = Some((weight, format));
        }
    }
    best.map(|(_, format)| format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, accept: &str, expected: Option<Format>) {
        let parameters = Parameters(serde_urlencoded::from_str(query).expect("a query"));
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().expect("a header"));
        let asked = Format::asked(&parameters, &headers, &Format::ALL).ok();
        assert_eq!(asked, expected, "{query} {accept}");
    }

    #[test]
    fn a_browser_gets_a_page_and_a_program_json() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        check("", browser, Some(Format::Html));
        check("", "*/*", Some(Format::Json));
        check(
            "",
            "application/geo+json, text/html;q=0.5",
            Some(Format::Json),
        );
        check("", "text/html;q=0.1, text/csv;q=0.2", Some(Format::Csv));
        check("f=json", browser, Some(Format::Json));
        check("f=gpkg", browser, Some(Format::GeoPackage));
        check("f=shp", "*/*", None);
    }
}
