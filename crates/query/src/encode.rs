//! Features as bytes. To add a format: 1. `encode/<format>.rs`; 2. a line here; 3. its media type in the door that
//! offers it.

pub mod geojson;
pub mod jsonfg;
pub mod table;
