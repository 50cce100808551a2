//! Words for files that are refused.

use gis::file::ReadError;
use ingest::{Refusal, profile::ProfileError, unpack::UnpackError};

use super::{Kind, Problem};

mod opening;

use opening::FORMATS;

/// Why a file was refused whole, and how to mend it.
pub fn refusal(refusal: &Refusal) -> Problem {
    let refused = |title: String, detail: &str| Problem::new(Kind::Refused, title, detail);
    match refusal {
        Refusal::Unpack(error) => archive(error),
        Refusal::Open(error) => opening::opening(error),
        Refusal::Read(error) => reading(error),
        Refusal::Profile(error) => profile(error),
        Refusal::NoCrs { layer } => refused(
            format!(
                "La capa «{layer}» no dice su sistema de referencia (falta el .prj o la definición; un DXF o un CSV nunca lo dicen)."
            ),
            "Vuelva a enviarla con «crs_origen» (en la consola, --source-crs): EPSG:32718 si está en WGS 84 zona 18 Sur, \
             EPSG:24878 si el plano está en PSAD56 zona 18 Sur. Entre los dos hay unos 430 m.",
        ),
        Refusal::UnknownCrs { asked } => refused(
            format!("No existe el sistema de referencia «{asked}»."),
            "Escríbalo como EPSG:32718 (WGS 84 / UTM 18 Sur), EPSG:24878 (PSAD56 / UTM 18 Sur) o EPSG:4326 (grados).",
        ),
        Refusal::NoOperation { crs, .. } => refused(
            format!("No hay cómo llevar {crs} a la proyección oficial (EPSG:32718)."),
            "Compruebe el sistema de referencia del archivo y dígalo en «crs_origen» (en la consola, --source-crs); debe ser horizontal y de la zona.",
        ),
        Refusal::Empty { layer } => refused(
            format!("La capa «{layer}» está vacía."),
            "Compruebe que exportó la capa correcta y que ningún filtro estaba activo.",
        ),
        Refusal::MissingColumns {
            missing,
            available,
            profile,
        } => {
            let missing: Vec<String> = missing.iter().map(|names| names.join(" o ")).collect();
            refused(
                format!(
                    "Al archivo le faltan columnas para el perfil «{profile}»: {}.",
                    missing.join("; ")
                ),
                &format!(
                    "El archivo tiene: {}. Cambie el nombre de las columnas, o dé en «perfil» (en la consola, --profile) uno que las \
                     nombre (o que pida códigos provisionales).",
                    if available.is_empty() {
                        "ninguna".to_owned()
                    } else {
                        available.join(", ")
                    }
                ),
            )
        }
        Refusal::WrongShapes {
            collection,
            expected,
            found,
        } => refused(
            format!("La capa «{collection}» recibe {expected} y el archivo trae {found}."),
            "Compruebe que envía la capa correcta; «capa» (en la consola, --layer) elige una del archivo.",
        ),
        Refusal::Elsewhere {
            ubigeo,
            outside,
            placed,
            at,
            crs,
        } => refused(
            format!(
                "{outside} de {placed} filas caen fuera del municipio {ubigeo}, por ejemplo en {}.",
                place(*at)
            ),
            &format!(
                "El archivo se leyó como {crs}. Compruebe el sistema de referencia («crs_origen», --source-crs) y el municipio («ubigeo», --ubigeo)."
            ),
        ),
        Refusal::Io(error) => {
            tracing::error!(%error, "file");
            Problem::new(
                Kind::Internal,
                "El sistema no dejó leer o escribir un archivo.",
                "Compruebe que hay espacio en el disco y permiso para leer el archivo, y vuelva a intentarlo.",
            )
        }
        Refusal::Encode(_) | Refusal::ReceiverGone => Problem::new(
            Kind::Unavailable,
            "La publicación se interrumpió.",
            "No se cambió nada. Vuelva a intentarlo.",
        ),
    }
}

fn place(at: geo_types::Coord<f64>) -> String {
    let mut place = [at];
    match gis::crs::to_lon_lat(&mut place) {
        Ok(()) => format!("longitud {:.4}, latitud {:.4}", place[0].x, place[0].y),
        Err(_) => format!("este {:.0}, norte {:.0}", at.x, at.y),
    }
}

fn reading(error: &ReadError) -> Problem {
    let (title, detail) = match error {
        ReadError::Damaged { row, .. } => (
            format!("El archivo se corta o está dañado en la fila {row}."),
            "Ábralo en QGIS y expórtelo otra vez; si vino por correo, pídalo de nuevo.".to_owned(),
        ),
        ReadError::TextTooLong { row, field, bytes } => (
            format!("La fila {row} tiene {bytes} bytes en la columna «{field}»."),
            "Quite esa columna o acorte el texto.".to_owned(),
        ),
        ReadError::TooManyFeatures { limit } => (
            format!("El archivo tiene más de {limit} filas."),
            "Divídalo por sectores.".to_owned(),
        ),
        ReadError::NoSuchColumn { .. } | ReadError::Gone { .. } => (
            "El archivo cambió mientras se leía.".to_owned(),
            "Cierre los programas que lo usan y vuelva a enviarlo.".to_owned(),
        ),
    };
    Problem::new(Kind::Refused, title, detail)
}

fn archive(error: &UnpackError) -> Problem {
    let (title, detail) = match error {
        UnpackError::Io { .. } => (
            "No se pudo leer el archivo o escribir en la carpeta temporal.".to_owned(),
            "Compruebe el permiso de lectura y el espacio en el disco.",
        ),
        UnpackError::Damaged { .. }
        | UnpackError::CountDiffers
        | UnpackError::LongerThanDeclared { .. } => (
            "El archivo .zip está dañado o no dice la verdad sobre lo que contiene.".to_owned(),
            "Comprímalo otra vez con el programa de su sistema y vuelva a enviarlo.",
        ),
        UnpackError::Unsupported { name, .. } => (
            format!("«{name}» está comprimido con un método que no se recibe."),
            "Comprima otra vez como .zip corriente (método «deflate»).",
        ),
        UnpackError::Encrypted { name } => (
            format!("«{name}» está cifrado con contraseña."),
            "Envíe el .zip sin contraseña.",
        ),
        UnpackError::Symlink { name } | UnpackError::Traversal { name } => (
            format!("«{name}» apunta fuera del archivo .zip."),
            "Comprima los archivos mismos, sin enlaces ni rutas de carpetas superiores.",
        ),
        UnpackError::NameTooLong { name } => (
            format!("El nombre «{name}» es demasiado largo."),
            "Acorte los nombres y comprima otra vez.",
        ),
        UnpackError::Nested { name } => (
            format!("Dentro del .zip hay otro archivo comprimido, «{name}»."),
            "Descomprima el de dentro y envíe solo sus archivos.",
        ),
        UnpackError::Duplicate { first, second } => (
            format!("«{first}» y «{second}» tienen el mismo nombre."),
            "Envíe un solo shapefile por .zip.",
        ),
        UnpackError::TooManyEntries { count } => (
            format!("El .zip tiene {count} archivos, más de los que se admiten."),
            "Envíe solo los archivos de la capa.",
        ),
        UnpackError::TooLarge => (
            "El contenido del .zip es más grande de lo que se admite (2 GB).".to_owned(),
            "Divida la capa por sectores.",
        ),
        UnpackError::Bomb { name, ratio } => (
            format!(
                "«{name}» crece {ratio} veces al descomprimirse: parece una bomba de compresión."
            ),
            "Si el archivo es bueno, envíelo sin comprimir.",
        ),
        UnpackError::NothingUsable { names } => {
            let names: Vec<&str> = names.iter().take(10).map(String::as_str).collect();
            return Problem::new(
                Kind::Refused,
                "El .zip no trae ningún archivo que se reciba.",
                format!(
                    "Se reciben {FORMATS}. Trae: {}.",
                    if names.is_empty() {
                        "nada".to_owned()
                    } else {
                        names.join(", ")
                    }
                ),
            );
        }
        UnpackError::SeveralDatasets { names } => {
            return Problem::new(
                Kind::Refused,
                "El .zip trae varias capas.",
                format!("Envíe una por .zip. Trae: {}.", names.join(", ")),
            );
        }
    };
    Problem::new(Kind::Refused, title, detail)
}

fn profile(error: &ProfileError) -> Problem {
    match error {
        ProfileError::Json { line, column } => Problem::new(
            Kind::Refused,
            "El perfil no es un archivo JSON.",
            format!("Deja de serlo en la línea {line}, columna {column}."),
        ),
        ProfileError::Schema { pointer, rule } => Problem::new(
            Kind::Refused,
            format!(
                "El perfil no cumple su esquema en «{}».",
                if pointer.is_empty() { "/" } else { pointer }
            ),
            format!("Véase schemas/perfil.schema.json. La comprobación dice: {rule}."),
        ),
    }
}
