use geo_types::Geometry;

/// A row's shape as it came, in EPSG:32718.
#[derive(Clone, PartialEq, Debug)]
pub enum RawShape {
    /// The row has none.
    Missing,
    /// The row has one without a single point.
    Empty,
    /// Curves, surfaces and other kinds that a cadastre does not draw.
    Unsupported(String),
    /// More vertices than one feature may have.
    TooLarge(u64),
    /// Coordinates that its reference system does not have.
    NoSuchPlace,
    /// Points, lines or polygons.
    Geometry(Geometry<f64>),
}
