//! What must be known of an XML file before a parser of other people sees it: its root, that it has no entities of its
//! own, and that it is not nested beyond measure.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use super::{OpenError, recognise::unreadable};

/// Folders within folders, and the parts of a shape, are some fifteen deep; the parsers call themselves for each.
const DEPTH_MAX: u32 = 64;

/// The root element, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Root {
    /// `kml`.
    Kml,
    /// A collection of features of GML.
    Gml,
    /// Something else.
    Other,
    /// A document type stands before it.
    Typed,
}

/// The root element, where it stands in the file's head.
pub(super) fn root(head: &[u8]) -> Option<Root> {
    let text = String::from_utf8_lossy(head);
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
    if rest.starts_with("<!") {
        return Some(Root::Typed);
    }
    let tag = rest.strip_prefix('<')?;
    let name = tag
        .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
        .next()?;
    let local = name.rsplit(':').next()?;
    // The root's tag may be longer than the head; its namespaces come early.
    let tag = tag.split('>').next()?;
    Some(match local {
        "kml" => Root::Kml,
        "FeatureCollection"
            if tag.contains("opengis.net/gml") || tag.contains("opengis.net/wfs") =>
        {
            Root::Gml
        }
        _ => Root::Other,
    })
}

/// Reads the whole file once.
pub(super) fn check(path: &Path) -> Result<(), OpenError> {
    let mut file = BufReader::with_capacity(
        1 << 16,
        File::open(path).map_err(|error| unreadable(&error))?,
    );
    let mut scan = Scan::default();
    loop {
        let bytes = file.fill_buf().map_err(|error| unreadable(&error))?;
        if bytes.is_empty() {
            return Ok(());
        }
        for byte in bytes {
            scan.take(*byte)?;
        }
        let taken = bytes.len();
        file.consume(taken);
    }
}

#[derive(Default)]
struct Scan {
    depth: u32,
    state: State,
}

#[derive(Default, Clone, Copy)]
enum State {
    #[default]
    Text,
    /// After `<`.
    Bracket,
    /// After `<!`, with how many bytes more.
    Bang(u8),
    /// In a tag; the quote that is open, and whether a `/` came last.
    Tag(Option<u8>, bool),
    /// In `</…>`.
    Closing,
    /// In a comment, a CDATA section or an instruction: how it ends, and how much of that has come.
    Until(&'static [u8], usize),
}

impl Scan {
    fn take(&mut self, byte: u8) -> Result<(), OpenError> {
        self.state = match (self.state, byte) {
            (State::Text, b'<') => State::Bracket,
            (State::Text, _) | (State::Closing, b'>') => State::Text,
            (State::Bracket, b'/') => {
                self.depth = self.depth.saturating_sub(1);
                State::Closing
            }
            (State::Bracket, b'!') => State::Bang(0),
            (State::Bracket, b'?') => State::Until(b"?>", 0),
            (State::Bracket, _) => {
                self.depth += 1;
                if self.depth > DEPTH_MAX {
                    return Err(OpenError::TooDeep { depth: DEPTH_MAX });
                }
                State::Tag(None, false)
            }
            (State::Bang(0), b'-') => State::Bang(1),
            (State::Bang(1), b'-') => State::Until(b"-->", 0),
            (State::Bang(0), b'[') => State::Until(b"]]>", 0),
            // A document type: entities that grow, or that name files.
            (State::Bang(_), _) => return Err(OpenError::Entities),
            (State::Tag(None, slash), b'>') => {
                if slash {
                    self.depth = self.depth.saturating_sub(1);
                }
                State::Text
            }
            (State::Tag(None, _), quote @ (b'"' | b'\'')) => State::Tag(Some(quote), false),
            (State::Tag(None, _), byte) => State::Tag(None, byte == b'/'),
            (State::Tag(Some(open), _), byte) if byte == open => State::Tag(None, false),
            (State::Tag(..) | State::Closing, _) => self.state,
            (State::Until(end, come), byte) => until(end, come, byte),
        };
        Ok(())
    }
}

fn until(end: &'static [u8], come: usize, byte: u8) -> State {
    if end.get(come) == Some(&byte) {
        if come + 1 == end.len() {
            return State::Text;
        }
        return State::Until(end, come + 1);
    }
    // `--->` and `]]]>`: the same byte once more keeps what has come.
    let stays = come > 0 && end.first() == Some(&byte);
    State::Until(end, if stays { come } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Result<u32, OpenError>) {
        let mut scan = Scan::default();
        let found = text.bytes().try_for_each(|byte| scan.take(byte));
        assert_eq!(&found.map(|()| scan.depth), expected, "{text}");
    }

    #[test]
    fn depth_is_counted_through_all_that_looks_like_a_tag() {
        check("<a><b/><c x='>' y=\"/>\"/></a>", &Ok(0));
        check(
            "<?xml version='1.0'?><a><!-- <b> ---><![CDATA[<c>]]]></a>",
            &Ok(0),
        );
        check("<a><b>", &Ok(2));
        let deep = "<a>".repeat(65);
        check(&deep, &Err(OpenError::TooDeep { depth: DEPTH_MAX }));
        check(
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
            &Err(OpenError::Entities),
        );
        check("</a></b>", &Ok(0));
    }

    #[test]
    fn the_root_is_found_behind_comments() {
        let root = |text: &str| root(text.as_bytes());
        assert_eq!(root("<?xml?><!-- x --> <kml>"), Some(Root::Kml));
        assert_eq!(root("<kml:kml xmlns:kml='x'>"), Some(Root::Kml));
        let gml = "<ogr:FeatureCollection xmlns:gml=\"http://www.opengis.net/gml\">";
        assert_eq!(root(gml), Some(Root::Gml));
        assert_eq!(root("<OGRVRTDataSource/>"), Some(Root::Other));
        assert_eq!(root("<!-- "), None);
        assert_eq!(root("<!DOCTYPE kml><kml/>"), Some(Root::Typed));
    }
}
