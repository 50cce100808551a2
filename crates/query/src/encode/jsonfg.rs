//! JSON-FG (OGC 21-045): the time for which a feature holds, and its place in the reference system of the land besides
//! the longitudes and latitudes of GeoJSON.

use std::io::Write;

use domain::{collection::Collection, feature::Feature};
use gis::crs::{self, Served};

use super::geojson::{Form, NoSuchPlace, Places, geometry, properties_only, string};

/// The classes that its documents keep to.
pub const CONFORMS_TO: [&str; 2] = [
    "http://www.opengis.net/spec/json-fg-1/0.3/conf/core",
    "http://www.opengis.net/spec/json-fg-1/0.3/conf/types-schemas",
];

/// Writes features as the members of a JSON array, without its brackets; `place` is in the form's reference system, or in
/// that of the land where it is longitude and latitude.
pub fn features(
    collection: &Collection,
    features: &[&Feature],
    form: &Form<'_>,
    out: &mut Vec<u8>,
) -> Result<(), NoSuchPlace> {
    let system = place_system(form);
    let mut places = Places::of(features, system)?;
    let mut degrees = Places::of(features, crs::DEFAULT)?;
    for (index, feature) in features.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(br#"{"type":"Feature","id":"#);
        string(&feature.code, out);
        // A version that holds today has no last day; writing into memory cannot fail.
        let _ = write!(out, r#","featureType":"{collection}","time":"#);
        if *collection == Collection::Municipalities {
            out.extend_from_slice(b"null");
        } else {
            let _ = write!(out, r#"{{"interval":["{}",".."]}}"#, feature.valid_from);
        }
        let _ = write!(out, r#","coordRefSys":"{}","place":"#, system.uri);
        geometry(&feature.geometry, &mut places, out);
        out.extend_from_slice(br#","geometry":"#);
        geometry(&feature.geometry, &mut degrees, out);
        out.extend_from_slice(br#","properties":"#);
        properties_only(collection, feature, form.only, out);
        out.push(b'}');
    }
    Ok(())
}

/// The reference system of `place`.
pub fn place_system(form: &Form<'_>) -> &'static Served {
    if form.crs.code == crs::DEFAULT.code {
        crs::STORAGE
    } else {
        form.crs
    }
}
