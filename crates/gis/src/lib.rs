//! gis
