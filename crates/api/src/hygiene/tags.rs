//! Entity tags of packed answers. A strong tag stands for the very bytes (RFC 9110, 8.8.3), so that of a packed answer is
//! another one: the packing is named behind it. What clients send back is read without.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

/// The packings of ours, as they end a tag.
const PACKINGS: [&str; 2] = ["gzip", "br"];

/// Takes the endings from the tags that come; gives one that was there.
pub fn without_packing(headers: &mut HeaderMap) -> Option<&'static str> {
    let known = stripped(headers, &header::IF_NONE_MATCH);
    stripped(headers, &header::IF_MATCH);
    known
}

/// Gives the tag of a packed answer its ending; `known` is the one that the client has of an answer that did not change.
pub fn of_the_bytes(response: &mut Response, known: Option<&'static str>) {
    let packing = response
        .headers()
        .get(header::CONTENT_ENCODING)
        .and_then(|packing| PACKINGS.into_iter().find(|one| packing == one))
        // What did not change is named as the client knows it.
        .or(known.filter(|_| response.status() == StatusCode::NOT_MODIFIED));
    if let Some(packing) = packing
        && let Some(tag) = response.headers().get(header::ETAG)
        && let Some(inside) = tag.to_str().ok().and_then(strong)
        && let Ok(tag) = HeaderValue::from_str(&format!("\"{inside}-{packing}\""))
    {
        response.headers_mut().insert(header::ETAG, tag);
    }
}

fn strong(tag: &str) -> Option<&str> {
    tag.strip_prefix('"')?.strip_suffix('"')
}

/// Takes the endings from the tags of a header; gives one that was there.
fn stripped(headers: &mut HeaderMap, name: &HeaderName) -> Option<&'static str> {
    let text = headers.get(name)?.to_str().ok()?.to_owned();
    let packing = PACKINGS
        .into_iter()
        .find(|packing| text.contains(&format!("-{packing}\"")))?;
    let plain = PACKINGS.into_iter().fold(text, |text, packing| {
        text.replace(&format!("-{packing}\""), "\"")
    });
    if let Ok(plain) = HeaderValue::from_str(&plain) {
        headers.insert(name, plain);
    }
    Some(packing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_of_packings_are_taken_away_and_nothing_else() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::IF_NONE_MATCH,
            HeaderValue::from_static("\"7.json-gzip\", \"8-x\""),
        );
        assert_eq!(stripped(&mut headers, &header::IF_NONE_MATCH), Some("gzip"));
        assert_eq!(headers[header::IF_NONE_MATCH], "\"7.json\", \"8-x\"");
        assert_eq!(stripped(&mut headers, &header::IF_NONE_MATCH), None);
    }
}
