//! The formats that we take, and how GDAL is to read each.

/// A format that we take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// ESRI shapefile: `.shp` with `.shx` and `.dbf`.
    Shapefile,
    /// OGC `GeoPackage`.
    GeoPackage,
    /// `GeoJSON`, RFC 7946 or the older form with a `crs` member.
    GeoJson,
    /// OGC KML 2.2, as Google Earth writes it; a KMZ is a zip with one in it.
    Kml,
    /// OGC GML, its attributes as text.
    Gml,
    /// ESRI's file geodatabase: a folder.
    FileGdb,
    /// `AutoCAD`'s exchange format, as text.
    Dxf,
    /// A table as text, with vertices or with well-known text.
    Csv,
}

impl Format {
    /// The format's name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shapefile => "Shapefile",
            Self::GeoPackage => "GeoPackage",
            Self::GeoJson => "GeoJSON",
            Self::Kml => "KML",
            Self::Gml => "GML",
            Self::FileGdb => "FileGDB",
            Self::Dxf => "DXF",
            Self::Csv => "CSV",
        }
    }

    /// Name of GDAL's driver: the only one that GDAL may try. None where we read the file ourselves.
    pub(super) fn driver(self) -> Option<&'static str> {
        Some(match self {
            Self::Shapefile => "ESRI Shapefile",
            Self::GeoPackage => "GPKG",
            Self::GeoJson => "GeoJSON",
            // The driver called KML reads names and shapes only.
            Self::Kml => "LIBKML",
            Self::Gml => "GML",
            Self::FileGdb => "OpenFileGDB",
            Self::Dxf => "DXF",
            Self::Csv => return None,
        })
    }

    /// How GDAL is to open it.
    pub(super) fn open_options(self) -> &'static [&'static str] {
        match self {
            Self::Shapefile => &["ADJUST_GEOM_TYPE=NO"],
            // Immutable: no lock and no journal appears beside the user's file.
            Self::GeoPackage => &["IMMUTABLE=YES", "LIST_ALL_TABLES=NO"],
            // What is not a column stays out: no invented members in the table.
            Self::GeoJson => &["NATIVE_DATA=NO"],
            // No schema, beside it or elsewhere: the columns are those that the features have. Nothing is written.
            Self::Gml => &["XSD=/dev/null", "WRITE_GFS=NO", "DOWNLOAD_SCHEMA=NO"],
            Self::Kml | Self::FileGdb | Self::Dxf | Self::Csv => &[],
        }
    }

    /// Whether a layer of it may be a table without shapes.
    pub(super) fn has_bare_tables(self) -> bool {
        matches!(self, Self::GeoPackage | Self::Gml | Self::FileGdb)
    }

    /// Columns that GDAL adds of its own accord, by place: how a placemark is drawn, not what it is.
    pub(super) fn is_invented(self, place: usize, name: &str) -> bool {
        // LIBKML's own columns are the first eleven; one of the file that is called alike comes after them.
        self == Self::Kml
            && place < 11
            && !["name", "description"].contains(&name.to_ascii_lowercase().as_str())
    }
}
