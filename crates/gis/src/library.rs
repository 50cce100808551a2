//! GDAL, set up once: quiet, offline, and without tricks.

use std::{cell::RefCell, sync::Once};

use gdal::{config, errors::CplErrType};

use crate::limits::COMPLAINTS_MAX;

thread_local! {
    /// What GDAL complained about on this thread since the last [`heed`].
    static COMPLAINTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Global options, each with its reason.
const OPTIONS: [(&str, &str); 13] = [
    // A shapefile without its index is refused, never mended by writing beside the user's file.
    ("SHAPE_RESTORE_SHX", "NO"),
    // No code from a file: neither SQLite extensions nor Python.
    ("OGR_SQLITE_LOAD_EXTENSIONS", "NO"),
    ("GDAL_VRT_ENABLE_PYTHON", "NO"),
    // A GeoJSON file may name its reference system by a URL, and GDAL would fetch it. Nothing listens on the discard
    // port, so no such request leaves this machine.
    ("GDAL_HTTP_PROXY", "http://127.0.0.1:9"),
    ("GDAL_HTTPS_PROXY", "http://127.0.0.1:9"),
    ("GDAL_HTTP_CONNECTTIMEOUT", "1"),
    ("GDAL_HTTP_MAX_RETRY", "0"),
    // Nothing is written beside the user's file.
    ("GDAL_PAM_ENABLED", "NO"),
    // One feature's text in a GeoJSON file, in MB: the limit on vertices (1 000 000 of about 40 characters) is 40 MB.
    ("OGR_GEOJSON_MAX_OBJ_SIZE", "64"),
    // Codes keep their leading zeros; numbers are read as numbers where a profile says that they are.
    ("GML_FIELDTYPES", "ALWAYS_STRING"),
    // No link from one GML file to another is followed.
    ("GML_SKIP_RESOLVE_ELEMS", "ALL"),
    ("LIBKML_RESOLVE_STYLE", "NO"),
    // Whether a line is closed is looked at by us.
    ("DXF_CLOSED_LINE_AS_POLYGON", "NO"),
];

/// Sets GDAL up; only the first call does anything.
pub(crate) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (key, value) in OPTIONS {
            if let Err(error) = config::set_config_option(key, value) {
                tracing::error!(key, %error, "GDAL did not take an option");
            }
        }
        // The handler is called from any thread, one call at a time, and touches only what is that thread's own.
        config::set_error_handler(|class, _number, message| match class {
            CplErrType::Failure | CplErrType::Fatal => COMPLAINTS.with_borrow_mut(|complaints| {
                if complaints.len() < COMPLAINTS_MAX {
                    complaints.push(message.to_owned());
                }
            }),
            CplErrType::Warning => tracing::debug!(target: "gdal", "{message}"),
            CplErrType::None | CplErrType::Debug => {}
        });
    });
}

/// Takes what GDAL complained about on this thread since the last call.
pub(crate) fn heed() -> Vec<String> {
    COMPLAINTS.with_borrow_mut(std::mem::take)
}
