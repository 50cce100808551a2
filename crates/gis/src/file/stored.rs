//! A file that GDAL reads row by row.

use std::path::{Path, PathBuf};

use gdal::{
    Dataset, DatasetOptions, GdalOpenFlags, Metadata,
    vector::{Layer, LayerAccess, LayerCaps},
};

use super::{Field, FileCrs, Format, How, OpenError, Source, TextEncoding, dbf, encoding, geojson};
use crate::{
    library,
    limits::{FEATURES_MAX, FIELDS_MAX},
};

/// An open dataset and the place of the layer in it.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) dataset: Dataset,
    pub(super) path: PathBuf,
    pub(super) format: Format,
    pub(super) layer: usize,
    /// Place in GDAL's layer of each column of ours.
    pub(super) places: Vec<usize>,
    /// What text is read as that does not read as its file declares.
    pub(super) second: encoding::Encoding,
}

/// What such a file says of itself.
pub(super) struct Told {
    pub(super) layer_name: String,
    pub(super) fields: Vec<Field>,
    pub(super) count: u64,
    pub(super) crs: Option<FileCrs>,
    pub(super) encoding: Option<TextEncoding>,
}

/// Opens a file and chooses its layer.
pub(super) fn open(
    path: PathBuf,
    format: Format,
    layer: Option<&str>,
) -> Result<Source, OpenError> {
    let mut text = Text::of(&path, format)?;
    let dataset = text.dataset.take();
    let dataset = dataset.map_or_else(|| open_dataset(&path, format, &[]), Ok)?;
    let layer = choose(&dataset, format, layer)?;
    let chosen = dataset.layer(layer).map_err(|error| unreadable(&error))?;
    let columns = chosen.defn().fields().enumerate();
    let (places, fields): (Vec<usize>, Vec<Field>) = columns
        .map(|(place, field)| (place, Field::of(&field)))
        .filter(|(place, field)| !format.is_invented(*place, &field.name))
        .unzip();
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
        let assumed = format == Format::GeoJson && crs.authority.as_deref() == Some("EPSG:4326");
        !assumed || geojson::may_be_wgs84(&path)
    });
    let told = Told {
        layer_name,
        fields,
        count,
        crs,
        encoding: text.encoding,
    };
    let stored = Stored {
        dataset,
        path,
        format,
        layer,
        places,
        second: text.second,
    };
    Ok(Source::stored(stored, told))
}

/// How a shapefile's text is read.
struct Text {
    dataset: Option<Dataset>,
    encoding: Option<TextEncoding>,
    second: encoding::Encoding,
}

impl Text {
    fn of(path: &Path, format: Format) -> Result<Self, OpenError> {
        let guess = if format == Format::Shapefile {
            dbf::guess(path)
        } else {
            // The other formats are UTF-8 by their standard.
            encoding::Guess::default()
        };
        let second = guess.single_byte();
        if format != Format::Shapefile {
            return Ok(Self {
                dataset: None,
                encoding: None,
                second,
            });
        }
        let dataset = open_dataset(path, format, &[])?;
        let declared = Declared::by(&dataset);
        let believed = match &declared {
            Some(declared) if declared.by_cpg => true,
            // The byte in the header of a DBF is often left as the program that wrote it was born.
            Some(declared) => !guess.contradicts(&declared.name),
            None => false,
        };
        let name = declared.map(|declared| declared.name);
        let (dataset, used, how) = if let (Some(name), true) = (&name, believed) {
            let mended = guess.is_impossible(name);
            let how = if mended { How::Mended } else { How::Declared };
            (dataset, name.clone(), how)
        } else {
            let found = guess.best();
            let options = [found.option()];
            let dataset = open_dataset(path, format, &options)?;
            (dataset, found.name().to_owned(), guess.how())
        };
        let encoding = TextEncoding {
            used,
            declared: name,
            how,
            second: (how == How::Mended).then(|| second.name()),
        };
        Ok(Self {
            dataset: Some(dataset),
            encoding: Some(encoding),
            second,
        })
    }
}

struct Declared {
    name: String,
    by_cpg: bool,
}

impl Declared {
    /// What the `.cpg` or the header's byte says, where GDAL understands it.
    fn by(dataset: &Dataset) -> Option<Self> {
        let layer = dataset.layer(0).ok()?;
        if !layer.has_capability(LayerCaps::OLCStringsAsUTF8) {
            return None;
        }
        let item = |key: &str| {
            layer
                .metadata_item(key, "SHAPEFILE")
                .filter(|value| !value.is_empty())
        };
        let cpg = item("ENCODING_FROM_CPG");
        let by_cpg = cpg.is_some();
        let name = cpg.or_else(|| item("ENCODING_FROM_LDID"))?;
        Some(Self { name, by_cpg })
    }
}

/// Opens with the one driver that the content calls for.
pub(super) fn open_dataset(
    path: &Path,
    format: Format,
    more: &[&str],
) -> Result<Dataset, OpenError> {
    let Some(driver) = format.driver() else {
        return Err(OpenError::UnknownFormat);
    };
    let options: Vec<&str> = format.open_options().iter().chain(more).copied().collect();
    Dataset::open_ex(
        path,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_READONLY
                | GdalOpenFlags::GDAL_OF_VECTOR
                | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
            allowed_drivers: Some(&[driver]),
            open_options: Some(&options),
            sibling_files: None,
        },
    )
    .map_err(|error| unreadable(&error))
}

/// What GDAL complained about says more than the crate's error.
pub(super) fn unreadable(error: &gdal::errors::GdalError) -> OpenError {
    let complaints = library::heed();
    OpenError::Unreadable {
        detail: complaints
            .into_iter()
            .next()
            .unwrap_or_else(|| error.to_string()),
    }
}

/// The layer to read, as its place in the file.
fn choose(dataset: &Dataset, format: Format, wanted: Option<&str>) -> Result<usize, OpenError> {
    let has_shapes =
        |layer: &Layer| !format.has_bare_tables() || layer.defn().geom_fields().next().is_some();
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
