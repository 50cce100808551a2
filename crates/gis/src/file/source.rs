//! An open file and the one layer of it that is read.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use gdal::{
    Dataset, DatasetOptions, GdalOpenFlags,
    vector::{Layer, LayerAccess, LayerCaps, OGRFieldType},
};

use super::{FileCrs, Format, OpenError, ReadError, Row, Want, format, geojson, read};
use crate::{
    library,
    limits::{FEATURES_MAX, FIELDS_MAX},
};

/// A layer of a file, open for reading. It may move to another thread, and is not shared.
#[derive(Debug)]
pub struct Source {
    pub(super) dataset: Dataset,
    pub(super) path: PathBuf,
    pub(super) format: Format,
    pub(super) layer: usize,
    layer_name: String,
    pub(super) fields: Vec<Field>,
    count: u64,
    crs: Option<FileCrs>,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// As the file spells it.
    pub name: String,
    /// What its cells hold.
    pub kind: FieldKind,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with decimals.
    Real,
    /// Days or moments, handed out as text in ISO 8601.
    Date,
    /// Lists, bytes and the like, handed out as GDAL words them.
    Other,
}

impl Source {
    /// Opens a plain local file. Without `layer`, the file must have just one layer that has features.
    pub fn open(path: &Path, layer: Option<&str>) -> Result<Self, OpenError> {
        library::prepare();
        library::heed();
        let path = plain_file(path)?;
        let format = format::recognise(&path)?;
        let (dataset, encoding_known) = open_dataset(&path, format, &[])?;
        let dataset = if encoding_known {
            dataset
        } else {
            open_dataset(&path, format, &LATIN1)?.0
        };
        let layer = choose(&dataset, format, layer)?;
        let chosen = dataset.layer(layer).map_err(|error| unreadable(&error))?;
        let fields: Vec<Field> = chosen
            .defn()
            .fields()
            .map(|field| Field::of(&field))
            .collect();
        if fields.len() > FIELDS_MAX {
            return Err(OpenError::TooManyFields {
                count: fields.len(),
            });
        }
        let count = chosen.feature_count();
        if count > FEATURES_MAX {
            return Err(OpenError::TooManyFeatures { count });
        }
        let layer_name = chosen.name();
        let crs = FileCrs::of(chosen.spatial_ref()).filter(|crs| {
            let assumed =
                format == Format::GeoJson && crs.authority.as_deref() == Some("EPSG:4326");
            !assumed || geojson::may_be_wgs84(&path)
        });
        // A truncated file already shows here; what GDAL only grumbled about shows again when rows are read.
        library::heed();
        Ok(Self {
            dataset,
            path,
            format,
            layer,
            layer_name,
            fields,
            count,
            crs,
        })
    }

    /// Name of the layer.
    pub fn layer_name(&self) -> &str {
        &self.layer_name
    }

    /// The file's format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The format's name for people.
    pub fn driver(&self) -> &'static str {
        self.format.name()
    }

    /// The columns.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// How many rows the file says it has. Rows marked as deleted in a shapefile count here and are not read.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The declared reference system, if any.
    pub fn crs(&self) -> Option<&FileCrs> {
        self.crs.as_ref()
    }

    /// Reads the rows in the file's order, with the columns at these positions of [`Self::fields`], until `each`
    /// breaks off or the file ends.
    pub fn rows(
        &self,
        columns: &[usize],
        want: Want,
        each: impl FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        read::rows(self, columns, want, each)
    }
}

impl Field {
    fn of(field: &gdal::vector::Field) -> Self {
        let kind = match field.field_type() {
            OGRFieldType::OFTString | OGRFieldType::OFTWideString => FieldKind::Text,
            OGRFieldType::OFTInteger | OGRFieldType::OFTInteger64 => FieldKind::Integer,
            OGRFieldType::OFTReal => FieldKind::Real,
            OGRFieldType::OFTDate | OGRFieldType::OFTDateTime => FieldKind::Date,
            _ => FieldKind::Other,
        };
        Self {
            name: field.name(),
            kind,
        }
    }
}

/// Latin-1 gives a letter to every byte: nothing is lost, and it is what old Peruvian DBF files are in.
pub(super) const LATIN1: [&str; 1] = ["ENCODING=ISO-8859-1"];

/// Opens with the one driver that the content calls for; also says whether GDAL knows the text's encoding.
pub(super) fn open_dataset(
    path: &Path,
    format: Format,
    more: &[&str],
) -> Result<(Dataset, bool), OpenError> {
    let options: Vec<&str> = format.open_options().iter().chain(more).copied().collect();
    let dataset = Dataset::open_ex(
        path,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_READONLY
                | GdalOpenFlags::GDAL_OF_VECTOR
                | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
            allowed_drivers: Some(&[format.driver()]),
            open_options: Some(&options),
            sibling_files: None,
        },
    )
    .map_err(|error| unreadable(&error))?;
    let encoding_known = format != Format::Shapefile
        || dataset
            .layer(0)
            .is_ok_and(|layer| layer.has_capability(LayerCaps::OLCStringsAsUTF8));
    Ok((dataset, encoding_known))
}

/// What GDAL complained about says more than the crate's error.
fn unreadable(error: &gdal::errors::GdalError) -> OpenError {
    let complaints = library::heed();
    OpenError::Unreadable {
        detail: complaints
            .into_iter()
            .next()
            .unwrap_or_else(|| error.to_string()),
    }
}

/// A path that GDAL cannot take for anything but a file on this machine: absolute, so that no driver's prefix fits,
/// and outside of its virtual file systems.
fn plain_file(path: &Path) -> Result<PathBuf, OpenError> {
    // Not canonical: the parts of a shapefile lie beside the name that was given, not beside what a link points to.
    let path = std::path::absolute(path).map_err(|_| OpenError::NotFound)?;
    let Some(text) = path.to_str() else {
        return Err(OpenError::Unreadable {
            detail: "the path is not UTF-8".to_owned(),
        });
    };
    if text.starts_with("/vsi") {
        return Err(OpenError::NotFound);
    }
    let found = match path.metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(OpenError::Unreadable {
                detail: error.to_string(),
            });
        }
        Err(_) => return Err(OpenError::NotFound),
    };
    if found.is_file() {
        Ok(path)
    } else {
        Err(OpenError::NotAFile)
    }
}

/// The layer to read, as its place in the file.
fn choose(dataset: &Dataset, format: Format, wanted: Option<&str>) -> Result<usize, OpenError> {
    // Tables without shapes are layers to GDAL only in a GeoPackage; the others have one layer, shapes or not.
    let has_shapes =
        |layer: &Layer| format != Format::GeoPackage || layer.defn().geom_fields().next().is_some();
    let layers: Vec<(usize, Layer)> = dataset
        .layers()
        .enumerate()
        .filter(|(_, layer)| has_shapes(layer))
        .collect();
    let names = |layers: &[(usize, Layer)]| layers.iter().map(|(_, layer)| layer.name()).collect();
    if let Some(wanted) = wanted {
        return layers
            .iter()
            .find(|(_, layer)| layer.name() == wanted)
            .map(|(at, _)| *at)
            .ok_or_else(|| OpenError::LayerMissing {
                wanted: wanted.to_owned(),
                available: names(&layers),
            });
    }
    let Some(first) = layers.first().map(|(at, _)| *at) else {
        return Err(OpenError::NoVectorLayer);
    };
    let filled: Vec<_> = layers
        .into_iter()
        .filter(|(_, layer)| layer.feature_count() > 0)
        .collect();
    match filled.as_slice() {
        [] => Ok(first),
        [(only, _)] => Ok(*only),
        several => Err(OpenError::SeveralLayers {
            available: names(several),
        }),
    }
}
