//! Words for files that cannot be opened.

use geo_types::Coord;
use gis::file::OpenError;

use crate::{Kind, Problem};

/// What is taken, in one breath.
pub(super) const FORMATS: &str = "shapefile, GeoPackage (.gpkg), GeoJSON, KML o KMZ, GML, DXF, CSV y geodatabase (.gdb en un .zip); \
     todos también dentro de un .zip";

/// Names that are shown of a list.
const SHOWN: usize = 20;

/// Why a file cannot be opened, and how to mend it.
pub(super) fn opening(error: &OpenError) -> Problem {
    let (title, detail) = match error {
        OpenError::NotFound => (
            "No se encuentra el archivo.".to_owned(),
            "Compruebe la ruta y el nombre, con su extensión.".to_owned(),
        ),
        OpenError::NotAFile => (
            "La ruta no es de un archivo.".to_owned(),
            "Pase el archivo mismo, no su carpeta; una geodatabase (.gdb) se envía comprimida en un .zip.".to_owned(),
        ),
        OpenError::Unreadable { .. } => (
            "El archivo está dañado o no es lo que su nombre dice.".to_owned(),
            "Ábralo en QGIS; si tampoco abre, pídalo o expórtelo otra vez.".to_owned(),
        ),
        OpenError::UnknownFormat => (
            "No se reconoce el formato del archivo.".to_owned(),
            format!("Se reciben {FORMATS}."),
        ),
        OpenError::Dwg => (
            "El archivo es un DWG, un formato cerrado que no se puede leer.".to_owned(),
            "En el CAD use «Guardar como» y elija DXF de AutoCAD 2000 a 2018 (ASCII); envíe ese archivo.".to_owned(),
        ),
        OpenError::BinaryDxf => (
            "El DXF está en forma binaria.".to_owned(),
            "En «Guardar como», opciones de DXF, elija el formato ASCII y envíelo otra vez.".to_owned(),
        ),
        OpenError::Entities => (
            "El archivo XML trae una declaración DOCTYPE, que no se acepta.".to_owned(),
            "Expórtelo otra vez desde QGIS o Google Earth, o quite las líneas «<!DOCTYPE …>» y «<!ENTITY …>».".to_owned(),
        ),
        OpenError::TooDeep { depth } => (
            format!("El archivo XML tiene más de {depth} niveles, unos dentro de otros."),
            "Saque los lotes de las subcarpetas, o expórtelos desde QGIS como GeoPackage.".to_owned(),
        ),
        OpenError::TooLarge { format, bytes, limit } => (
            format!(
                "El archivo {format} mide {} MB, más de los {} MB que se admiten.",
                bytes.div_ceil(1 << 20),
                limit >> 20
            ),
            "Divídalo por sectores, o envíelo como GeoPackage.".to_owned(),
        ),
        OpenError::TableColumns { found } => (
            "La tabla no tiene las columnas que hacen falta.".to_owned(),
            format!(
                "Una tabla de vértices lleva lote (o parcela, o código), vértice, este y norte; una de geometrías, una columna \
                 wkt; una de puntos, este y norte, con cada código una vez. Esta tiene: {}.",
                listed(found)
            ),
        ),
        OpenError::SameColumn { columns } => (
            format!("En la tabla, las columnas {} significan lo mismo.", listed(columns)),
            "Deje una sola de ellas y envíela otra vez.".to_owned(),
        ),
        OpenError::TableRow { line, .. } => (
            format!("La línea {line} de la tabla no se puede leer."),
            "Compruebe que tiene tantas celdas como el encabezado, que no le sobran separadores ni comillas sin cerrar, y \
             que los números con coma van separados por punto y coma."
                .to_owned(),
        ),
        OpenError::NothingEnclosed { layer, open } => (
            format!("Las líneas de la capa «{layer}» no encierran ningún lote."),
            nothing_enclosed(open),
        ),
        OpenError::Tangled { layer } => (
            format!("Las líneas de la capa «{layer}» se cortan entre sí en demasiados pedazos."),
            "Compruebe con «capa» (en la consola, --layer) que es la capa de lotes, y no un achurado o las curvas de nivel; si lo es, divida el \
             dibujo por sectores."
                .to_owned(),
        ),
        OpenError::MissingCompanion { which } => (
            format!("Al shapefile le falta su archivo {which}."),
            "Un shapefile son varios archivos (.shp, .shx, .dbf, .prj) con el mismo nombre: envíelos juntos, mejor en un .zip."
                .to_owned(),
        ),
        OpenError::InUse { companion } => (
            "Otro programa está escribiendo en el archivo.".to_owned(),
            format!("Junto a él está {companion}: guarde y cierre el archivo en QGIS, y vuelva a enviarlo."),
        ),
        OpenError::NoVectorLayer => (
            "El archivo no tiene ninguna capa con geometría.".to_owned(),
            "Compruebe que exportó la capa y no solo su tabla.".to_owned(),
        ),
        OpenError::LayerMissing { wanted, available } => (
            format!("El archivo no tiene la capa «{wanted}»."),
            format!("Tiene: {}.", listed(available)),
        ),
        OpenError::SeveralLayers { available } => (
            "El archivo tiene varias capas.".to_owned(),
            format!("Elija una con «capa» (en la consola, --layer): {}.", listed(available)),
        ),
        OpenError::TooManyFields { count } => (
            format!("El archivo tiene {count} columnas, más de {}.", gis::limits::FIELDS_MAX),
            "Quite las columnas que no son del catastro.".to_owned(),
        ),
        OpenError::TooManyFeatures { count } => (
            format!("El archivo tiene {count} filas, más de {}.", gis::limits::FEATURES_MAX),
            "Divídalo por sectores.".to_owned(),
        ),
    };
    Problem::new(Kind::Refused, title, detail)
}

fn listed(names: &[String]) -> String {
    let mut shown = names
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        shown.push('…');
    }
    if shown.is_empty() {
        "ninguna".to_owned()
    } else {
        shown
    }
}

/// The open ends, in the drawing's own coordinates: that is where they are mended.
fn nothing_enclosed(open: &[(Coord<f64>, Option<Coord<f64>>)]) -> String {
    let ends: Vec<String> = open
        .iter()
        .map(|(at, nearest)| {
            let near = nearest.map_or_else(String::new, |near| {
                format!(
                    " (a {:.2} m de lo más cercano)",
                    (near.x - at.x).hypot(near.y - at.y)
                )
            });
            format!("{:.2}, {:.2}{near}", at.x, at.y)
        })
        .collect();
    if ends.is_empty() {
        return "Dibuje cada lote como polilínea cerrada, o con líneas que se toquen.".to_owned();
    }
    format!(
        "Una los extremos en el CAD (JOIN, EXTEND). Quedan abiertos, entre otros: {}.",
        ends.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_where_and_how_to_mend_it() {
        let open = vec![(
            Coord {
                x: 276_000.0,
                y: 8_673_000.0,
            },
            Some(Coord {
                x: 276_000.3,
                y: 8_673_000.4,
            }),
        )];
        let layer = || "LOTE".to_owned();
        for (error, title, detail) in [
            (OpenError::Dwg, "DWG", "DXF de AutoCAD 2000 a 2018"),
            (OpenError::BinaryDxf, "binaria", "ASCII"),
            (OpenError::Entities, "DOCTYPE", "quite las líneas"),
            (
                OpenError::TooDeep { depth: 64 },
                "64 niveles",
                "subcarpetas",
            ),
            (OpenError::UnknownFormat, "formato", "KML"),
            (OpenError::NotAFile, "ruta", ".zip"),
            (
                OpenError::TooLarge {
                    format: "KML",
                    bytes: (512 << 20) + 1,
                    limit: 512 << 20,
                },
                "KML mide 513 MB, más de los 512 MB",
                "Divídalo",
            ),
            (
                OpenError::TableColumns {
                    found: vec!["a".to_owned(), "b".to_owned()],
                },
                "columnas",
                "una de geometrías, una columna wkt; una de puntos, este y norte, con cada código una vez. Esta tiene: a, b.",
            ),
            (
                OpenError::SameColumn {
                    columns: vec!["este".to_owned(), "X".to_owned()],
                },
                "este, X",
                "una sola",
            ),
            (
                OpenError::TableRow {
                    line: 7,
                    detail: String::new(),
                },
                "línea 7",
                "punto y coma",
            ),
            (
                OpenError::NothingEnclosed {
                    layer: layer(),
                    open,
                },
                "«LOTE»",
                "276000.00, 8673000.00 (a 0.50 m de lo más cercano)",
            ),
            (
                OpenError::NothingEnclosed {
                    layer: layer(),
                    open: Vec::new(),
                },
                "«LOTE»",
                "cerrada",
            ),
            (OpenError::Tangled { layer: layer() }, "«LOTE»", "--layer"),
        ] {
            let problem = opening(&error);
            assert_eq!(problem.kind, Kind::Refused);
            assert!(problem.title.contains(title), "{problem}");
            assert!(problem.detail.contains(detail), "{problem}");
        }
    }
}
