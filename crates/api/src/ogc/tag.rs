//! Entity tags of features: strong, and made of the change that opened the version. What an author wrote in their own
//! edition has negative numbers.

use axum::http::{HeaderMap, header};
use domain::time::ChangeNumber;

/// What stands between the number and the representation.
const BEFORE_VARIANT: char = '.';

/// The tag of a feature in one representation; the usual one has no name.
pub fn item(change: ChangeNumber, variant: &str) -> String {
    if variant.is_empty() {
        format!("\"{}\"", change.0)
    } else {
        format!("\"{}{BEFORE_VARIANT}{variant}\"", change.0)
    }
}

/// The versions that an `If-Match` names, in whichever representation. A weak tag names none (RFC 9110, 13.1.1).
fn versions(header: &str) -> impl Iterator<Item = i64> {
    header.split(',').filter_map(|tag| {
        let inside = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
        let (number, _) = inside.split_once(BEFORE_VARIANT).unwrap_or((inside, ""));
        number.parse().ok()
    })
}

/// Whether an `If-Match` names this version of a feature.
#[cfg(test)]
fn names_version(header: &str, change: ChangeNumber) -> bool {
    versions(header).any(|number| number == change.0)
}

/// The versions that a request names in `If-Match`. Nothing where it has none, or only says that something be there:
/// that holds for whatever somebody else has written.
pub fn read(headers: &HeaderMap) -> Option<Vec<i64>> {
    let mut named = Vec::new();
    let mut any = false;
    for value in headers.get_all(header::IF_MATCH) {
        let text = value.to_str().unwrap_or_default();
        if text.trim() != "*" {
            any = true;
            named.extend(versions(text));
        }
    }
    any.then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_version_in_every_representation() {
        let seven = ChangeNumber(7);
        for tag in [
            item(seven, ""),
            item(seven, "csv"),
            "\"3\", \"7\"".to_owned(),
        ] {
            assert!(names_version(&tag, seven), "{tag}");
            assert!(!names_version(&tag, ChangeNumber(8)), "{tag}");
        }
        assert!(names_version(
            &item(ChangeNumber(-12), ""),
            ChangeNumber(-12)
        ));
        for tag in ["W/\"7\"", "*", "7", "\"7", "\"x7\"", ""] {
            assert!(!names_version(tag, seven), "{tag}");
        }
    }

    #[test]
    fn that_something_is_there_is_no_version() {
        let headers = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, text.parse().expect("a header"));
            headers
        };
        assert_eq!(read(&HeaderMap::new()), None);
        assert_eq!(read(&headers("*")), None);
        assert_eq!(read(&headers("\"7\"")), Some(vec![7]));
        assert_eq!(read(&headers("W/\"7\"")), Some(Vec::new()));
    }
}
