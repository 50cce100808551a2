//! Columns that name a person are never kept with the land (Ley 29733, de protección de datos personales).

/// Beginnings of names of columns that hold names, documents or contacts of people.
const BEGINNINGS: [&str; 18] = [
    "titular",
    "propietari",
    "posesionari",
    "poseedor",
    "conductor",
    "conyuge",
    "apellido",
    "ape_",
    "nombres",
    "nom_titular",
    "nom_prop",
    "dni",
    "ruc",
    "num_doc",
    "nro_doc",
    "documento_ident",
    "telefono",
    "correo",
];

/// Whether a column of this name (in lower case) holds personal data.
pub(crate) fn is_personal(column: &str) -> bool {
    BEGINNINGS
        .iter()
        .any(|beginning| column.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_left_out_and_places_are_kept() {
        for personal in [
            "dni",
            "titular",
            "propietario1",
            "nro_doc_identidad",
            "ape_pat",
        ] {
            assert!(is_personal(personal), "{personal}");
        }
        for place in ["nombre", "direccion", "partida", "uso", "nom_via"] {
            assert!(!is_personal(place), "{place}");
        }
    }
}
