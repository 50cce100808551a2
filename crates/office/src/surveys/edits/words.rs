//! Why a write is refused.

use crate::{Kind, Problem};

pub(super) fn not_a_feature() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El cuerpo no es un «Feature» de GeoJSON.",
        "Envíe un elemento como {\"type\": \"Feature\", \"geometry\": {…}, \"properties\": {…}}.",
    )
}

pub(super) fn one_at_a_time() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "Los elementos se escriben uno por uno.",
        "Envíe un «Feature» por pedido; un archivo entero se sube en /api/levantamientos.",
    )
}

pub(super) fn not_a_patch() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "El cuerpo no es un objeto JSON.",
        "Envíe lo que cambia, como {\"properties\": {\"uso\": \"comercial\"}} (RFC 7396).",
    )
}

pub(super) fn not_of_a_feature(name: &str) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("«{}» no es de un elemento.", short(name)),
        "De un elemento cambian «geometry» y «properties».",
    )
}

pub(super) fn no_geometry() -> Problem {
    Problem::new(
        Kind::Refused,
        "El elemento no trae geometría.",
        "Dibújela: ninguna capa guarda elementos sin lugar. Para quitar un elemento use DELETE.",
    )
}

pub(super) fn not_an_id() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "«id» no es un identificador.",
        "Es un texto o un número; puede faltar.",
    )
}

pub(super) fn not_properties() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "«properties» no es un objeto.",
        "Envíe los atributos por su nombre, como {\"uso\": \"comercial\"}.",
    )
}

pub(super) fn too_many_attributes(most: usize) -> Problem {
    Problem::new(
        Kind::Refused,
        "El elemento tiene demasiados atributos.",
        format!("Se admiten hasta {most}."),
    )
}

pub(super) fn not_a_name(most: usize) -> Problem {
    Problem::new(
        Kind::Refused,
        "Un atributo tiene un nombre que no se admite.",
        format!("Los nombres tienen de 1 a {most} letras, sin caracteres de control."),
    )
}

pub(super) fn long_text(name: &str, most: usize) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("El texto de «{}» no se admite.", short(name)),
        format!("Un texto tiene hasta {most} letras, sin el carácter nulo."),
    )
}

pub(super) fn reserved(name: &str) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("«{}» es un nombre del servicio.", short(name)),
        "Dé otro nombre al atributo.",
    )
}

pub(super) fn not_a_value(name: &str) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("El valor de «{}» es una lista o un objeto.", short(name)),
        "Un atributo es un texto, un número, verdadero o falso. Los que ya son listas vuelven como vinieron.",
    )
}

pub(super) fn not_a_geometry() -> Problem {
    Problem::new(
        Kind::BadRequest,
        "La geometría no se entiende.",
        "Envíela como en GeoJSON (RFC 7946), con «type» y «coordinates» de números finitos.",
    )
}

pub(super) fn no_such_geometry(kind: &str) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("No se admite la geometría «{}».", short(kind)),
        "Se admiten Point, LineString, Polygon y sus formas Multi, según la capa.",
    )
}

pub(super) fn three_dimensions() -> Problem {
    Problem::new(
        Kind::Refused,
        "La geometría tiene tres dimensiones.",
        "El catastro guarda lugares en planta: envíe cada vértice con dos números.",
    )
}

pub(super) fn too_many_vertices(most: usize) -> Problem {
    Problem::new(
        Kind::TooLarge,
        "La geometría tiene demasiados vértices.",
        format!("Se admiten hasta {most} por elemento. Simplifíquela, o súbala en un archivo."),
    )
}

pub(super) fn short_line() -> Problem {
    Problem::new(
        Kind::Refused,
        "Una línea tiene menos de dos vértices.",
        "Complete la línea o quítela.",
    )
}

pub(super) fn open_ring() -> Problem {
    Problem::new(
        Kind::Refused,
        "Un contorno no está cerrado.",
        "Cada contorno tiene al menos cuatro posiciones, y la última repite la primera.",
    )
}

pub(super) fn unknown_crs(asked: &str) -> Problem {
    Problem::new(
        Kind::BadRequest,
        format!("No se admite «{}» en «Content-Crs».", short(asked)),
        "Se admiten <http://www.opengis.net/def/crs/OGC/1.3/CRS84> (el de costumbre) y, bajo \
         http://www.opengis.net/def/crs/EPSG/0/, 4326 (latitud antes que longitud), 3857 y 32718.",
    )
}

pub(super) fn no_such_place() -> Problem {
    Problem::new(
        Kind::Refused,
        "Las coordenadas no existen en su sistema de referencia.",
        "Diga el sistema en «Content-Crs». En CRS84 va primero la longitud; en EPSG:4326, la latitud.",
    )
}

pub(super) fn elsewhere(ubigeo: impl std::fmt::Display) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("El elemento cae lejos del municipio {ubigeo}."),
        "Compruebe las coordenadas y su sistema («Content-Crs»): en CRS84 va primero la longitud; en EPSG:4326, la latitud.",
    )
}

pub(super) fn not_there(layer: impl std::fmt::Display, code: &str) -> Problem {
    Problem::new(
        Kind::NotFound,
        format!("La capa «{layer}» no tiene «{}».", short(code)),
        "Compruebe el código; puede que ya no esté en vigor, o que su borrador ya lo quite.",
    )
}

pub(super) fn exists(code: &str) -> Problem {
    Problem::new(
        Kind::Conflict,
        format!("Ya hay un elemento «{}».", short(code)),
        "Para cambiarlo use PUT o PATCH en su dirección; para uno nuevo, otro código.",
    )
}

pub(super) fn other_code(code: &str) -> Problem {
    Problem::new(
        Kind::Refused,
        format!("El «codigo» no es el de «{}».", short(code)),
        "Un código no se cambia al editar: renumere el predio en /api/operaciones.",
    )
}

pub(super) fn other_place() -> Problem {
    Problem::new(
        Kind::Refused,
        "El «ubigeo» no es el del elemento.",
        "Un elemento no cambia de municipio al editarse.",
    )
}

pub(super) fn no_place() -> Problem {
    Problem::new(
        Kind::Refused,
        "Falta «ubigeo».",
        "Escriba en el atributo «ubigeo» los seis dígitos del municipio, como 220101.",
    )
}

pub(super) fn no_code(digits: &str) -> Problem {
    Problem::new(
        Kind::Refused,
        "Falta «codigo».",
        format!("Escriba en el atributo «codigo» {digits}."),
    )
}

pub(super) fn nothing_stated(address: &str) -> Problem {
    Problem::new(
        Kind::NoPrecondition,
        "Falta decir qué versión leyó.",
        format!(
            "No se cambió nada. Lea {address} y repita con la cabecera If-Match y su ETag; o envíe con el elemento el \
             atributo «version_datos» tal como vino (QGIS lo hace con PUT); con DELETE vale ?version_datos=."
        ),
    )
}

/// What is there now: the version in force, and what the author has written over it.
pub(super) fn stale(code: &str, in_force: Option<i64>, own: Option<i64>) -> Problem {
    let now = match in_force {
        Some(change) => format!("En vigor está la versión {change} (ETag \"{change}\")"),
        None => "No está en vigor".to_owned(),
    };
    let own = match own {
        Some(number) => format!(
            "; y en su propio borrador, la escritura {number} (ETag \"{number}\"), que este cambio perdería"
        ),
        None => String::new(),
    };
    Problem::new(
        Kind::Stale,
        format!("«{}» ya no es lo que usted leyó.", short(code)),
        format!(
            "No se cambió nada. {now}{own}. Léalo otra vez (con ?borrador=si si quiere ver lo suyo) y repita el cambio."
        ),
    )
}

pub(super) fn with_errors(sentences: &[String]) -> Problem {
    Problem::new(
        Kind::Refused,
        "El elemento tiene errores y no se guardó.",
        sentences.join(" "),
    )
}

pub(super) fn full(most: usize) -> Problem {
    Problem::new(
        Kind::Conflict,
        "Su borrador tiene demasiados elementos.",
        format!("Se admiten hasta {most}. Envíelo a decisión (POST …/envio) y siga en otro."),
    )
}

pub(super) fn decided_meanwhile() -> Problem {
    Problem::new(
        Kind::Conflict,
        "Su borrador se decidió mientras escribía.",
        "No se cambió nada. Repita el cambio: irá a un borrador nuevo.",
    )
}

pub(super) fn not_open() -> Problem {
    Problem::new(
        Kind::Conflict,
        "El levantamiento no es un borrador abierto.",
        "Solo se envía a decisión una edición propia en la que aún se escribe.",
    )
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
