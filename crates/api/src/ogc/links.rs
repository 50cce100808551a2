//! Links of answers.

use query::encode::geojson::string;
use serde::Serialize;

use super::format::Format;
use crate::problem::Parameters;

/// A link.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it is to what it stands in.
    pub rel: &'static str,
    /// The media type of what is there.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What people call it.
    pub title: &'static str,
}

impl Link {
    /// A link.
    pub fn new(href: String, rel: &'static str, kind: &'static str, title: &'static str) -> Self {
        Self {
            href,
            rel,
            kind,
            title,
        }
    }
}

/// Writes links as a JSON array.
pub fn write(links: &[Link], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, link) in links.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"href\":");
        // A host may have brought anything.
        string(&link.href, out);
        // These are ours, and have nothing to escape.
        for (name, value) in [
            ("rel", link.rel),
            ("type", link.kind),
            ("title", link.title),
        ] {
            for piece in [",\"", name, "\":\"", value, "\""] {
                out.extend_from_slice(piece.as_bytes());
            }
        }
        out.push(b'}');
    }
    out.push(b']');
}

/// The links of an answer to itself and to its other forms.
pub fn forms(url: &str, parameters: &Parameters, own: Format, offered: &[Format]) -> Vec<Link> {
    // The parameters are encoded once.
    let kept: Vec<&(String, String)> = parameters
        .0
        .iter()
        .filter(|(name, _)| name != "f")
        .collect();
    let rest = serde_urlencoded::to_string(&kept).unwrap_or_default();
    let between = if rest.is_empty() { "" } else { "&" };
    let itself = if kept.len() == parameters.0.len() && !rest.is_empty() {
        format!("{url}?{rest}")
    } else {
        with_query(url, &parameters.0)
    };
    let mut links = vec![Link::new(itself, "self", own.bare_type(), own.title())];
    links.extend(
        offered
            .iter()
            .filter(|format| **format != own)
            .map(|other| {
                let href = format!("{url}?{rest}{between}f={}", other.name());
                Link::new(href, "alternate", other.bare_type(), other.title())
            }),
    );
    links
}

/// An address with its parameters.
pub fn with_query(url: &str, parameters: &[(String, String)]) -> String {
    match serde_urlencoded::to_string(parameters) {
        Ok(query) if !query.is_empty() => format!("{url}?{query}"),
        _ => url.to_owned(),
    }
}

/// A part of a path, with what has a meaning there encoded.
pub fn encoded(id: &str) -> String {
    serde_urlencoded::to_string([("", id)])
        .unwrap_or_default()
        .trim_start_matches('=')
        // A space in a path is not a plus.
        .replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_written_as_serde_would() {
        let parameters = Parameters(vec![
            ("bbox".to_owned(), "-77,-6,\"x\"".to_owned()),
            ("f".to_owned(), "json".to_owned()),
        ]);
        let mut links = forms("http://a\"b\\/ogc", &parameters, Format::Json, &Format::ALL);
        links.extend(forms(
            "http://x/ogc",
            &Parameters(Vec::new()),
            Format::Html,
            &Format::DOCUMENTS,
        ));
        let mut written = Vec::new();
        write(&links, &mut written);
        assert_eq!(
            String::from_utf8(written).expect("UTF-8"),
            serde_json::to_string(&links).expect("JSON")
        );
    }
}
