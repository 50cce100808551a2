//! The words of tests of Part 4: two lots in force, and what somebody sends to change them.

use serde_json::{Value, json};

use crate::{
    Call, Reply,
    desk::{Desk, GROUND},
};

/// The lots of the service.
pub const LOTS: &str = "/ogc/collections/lotes/items";
/// The official projection, as `Content-Crs` names it.
pub const OFFICIAL: &str = "<http://www.opengis.net/def/crs/EPSG/0/32718>";
/// The western one of the two lots in force.
pub const LEFT: &str = "22010171001001";
/// The eastern one.
pub const RIGHT: &str = "22010171001002";
/// Code of the lot that is to be beside it.
pub const NEXT: &str = "22010171001003";

/// Two lots beside each other, in force.
pub fn desk() -> Desk {
    let desk = Desk::new();
    let _ = desk.publish(&[
        (LEFT, [0.0, 0.0, 10.0, 20.0]),
        (RIGHT, [10.0, 0.0, 10.0, 20.0]),
    ]);
    desk
}

/// The shape of a box of the ground of tests, in EPSG:32718.
pub fn square([x, y, width, depth]: [f64; 4]) -> Value {
    let [west, south] = [GROUND[0] + x, GROUND[1] + y];
    let [east, north] = [west + width, south + depth];
    json!({"type": "Polygon", "coordinates": [[
        [west, south], [east, south], [east, north], [west, north], [west, south]
    ]]})
}

/// A feature with these properties.
pub fn feature(properties: &Value, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

/// A lot in force, without its links.
pub fn item(desk: &Desk, code: &str) -> Value {
    let reply = desk.service.get(&format!("{LOTS}/{code}"));
    assert_eq!(reply.status, 200, "{reply:?}");
    let mut item = reply.json();
    if let Some(item) = item.as_object_mut() {
        item.remove("links");
    }
    item
}

/// Its entity tag.
pub fn tag(item: &Value) -> String {
    format!("\"{}\"", item["properties"]["version_datos"])
}

/// Sends a new lot, in the official projection.
pub fn create(desk: &Desk, token: &str, feature: &Value) -> Reply {
    let call = Call::new("POST", LOTS)
        .token(token)
        .header("content-crs", OFFICIAL)
        .body("application/geo+json", feature);
    desk.service.send(&call)
}

/// Replaces a lot.
pub fn put(desk: &Desk, token: &str, code: &str, feature: &Value, tag: Option<&str>) -> Reply {
    let mut call = Call::new("PUT", format!("{LOTS}/{code}"))
        .token(token)
        .body("application/geo+json", feature);
    if let Some(tag) = tag {
        call = call.header("if-match", tag);
    }
    desk.service.send(&call)
}

/// Changes some of a lot, in the official projection.
pub fn patch(desk: &Desk, token: &str, code: &str, patch: &Value, tag: Option<&str>) -> Reply {
    let mut call = Call::new("PATCH", format!("{LOTS}/{code}"))
        .token(token)
        .header("content-crs", OFFICIAL)
        .body("application/merge-patch+json", patch);
    if let Some(tag) = tag {
        call = call.header("if-match", tag);
    }
    desk.service.send(&call)
}

/// Takes a lot away.
pub fn delete(desk: &Desk, token: &str, path: &str, tag: Option<&str>) -> Reply {
    let mut call = Call::new("DELETE", format!("{LOTS}/{path}")).token(token);
    if let Some(tag) = tag {
        call = call.header("if-match", tag);
    }
    desk.service.send(&call)
}

/// Holds a refusal to its status, and to a word in it.
pub fn check(reply: &Reply, status: u16, word: &str) {
    assert_eq!(reply.status, status, "{reply:?}");
    assert!(reply.text.contains(word), "{word}: {reply:?}");
    if status >= 400 {
        assert_eq!(reply.kind, "application/problem+json", "{reply:?}");
    }
}

/// What somebody wrote: the answer and its own tag.
pub fn written(reply: &Reply) -> (Value, String) {
    assert!(matches!(reply.status, 200 | 201), "{reply:?}");
    let tag = reply.header("etag").first().copied().unwrap_or_default();
    (reply.json(), tag.to_owned())
}

/// A feature with another value of a property.
pub fn with(item: &Value, name: &str, value: Value) -> Value {
    let mut item = item.clone();
    item["properties"][name] = value;
    item
}
