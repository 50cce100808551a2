//! What a `GeoJSON` file says of its reference system, where GDAL would rather not know.
//!
//! RFC 7946 knows longitude and latitude on WGS 84 only; the form before it had a `crs` member. GDAL takes a `crs` that
//! it does not understand, or `null` for "unknown", as WGS 84 in silence. Here such a file has no declared system.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

/// The member stands before the features nearly always; some writers put a page of metadata before it.
const HEAD_BYTES: u64 = 64 * 1024;
/// Or after them, at the very end.
const TAIL_BYTES: u64 = 4 * 1024;
/// How much of the member is looked at: the longest name in use has some 40 characters.
const MEMBER_BYTES: usize = 400;

/// Whether the file's `crs` member, if it has one, leaves no doubt that WGS 84 is meant.
pub(super) fn may_be_wgs84(path: &Path) -> bool {
    let Ok((head, tail)) = ends(path) else {
        return false;
    };
    let before = head.split("\"features\"").next().unwrap_or_default();
    let after = tail.rsplit(']').next().unwrap_or_default();
    [before, after]
        .into_iter()
        .filter_map(member)
        .all(|member| {
            let named = member.split('}').next().unwrap_or_default();
            ["CRS84", "4326", "WGS84", "WGS 84"]
                .iter()
                .any(|wgs84| named.contains(wgs84))
                && !named.contains("://")
        })
}

/// The start of the `crs` member's value.
fn member(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("\"crs\"")?;
    let value = after.trim_start().strip_prefix(':')?;
    Some(value.get(..MEMBER_BYTES).unwrap_or(value))
}

fn ends(path: &Path) -> std::io::Result<(String, String)> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    Read::by_ref(&mut file)
        .take(HEAD_BYTES)
        .read_to_end(&mut head)?;
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut tail)?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok((text(head), text(tail)))
}
