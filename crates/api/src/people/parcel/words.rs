//! Names and values of attributes and parameters, for people.

use serde_json::Value;

/// The name of an attribute or a parameter as people say it: `retiro_frontal_m` is `Retiro frontal`.
pub fn label(name: &str) -> String {
    let known = match name {
        "direccion" => "Dirección",
        "area_declarada_m2" => "Área declarada",
        "area_registrada_m2" => "Área registrada",
        "perimetro_declarado_m" => "Perímetro declarado",
        "partida" => "Partida registral",
        "codigo_catastral" => "Código catastral",
        "demostracion" => "Demostración",
        "altura_maxima_m" => "Altura máxima",
        "altura_maxima_pisos" => "Altura máxima en pisos",
        "altura_minima_m" => "Altura mínima",
        "coeficiente_maximo" => "Coeficiente máximo de edificación",
        "coeficiente_minimo" => "Coeficiente mínimo de edificación",
        "area_libre_minima_pct" => "Área libre mínima",
        "retiro_frontal_m" => "Retiro frontal",
        "retiro_lateral_m" => "Retiro lateral",
        "retiro_posterior_m" => "Retiro posterior",
        "lote_normativo_m2" => "Lote normativo",
        "frente_minimo_m" => "Frente mínimo",
        "densidad_neta_maxima_hab_ha" => "Densidad neta máxima",
        other => {
            let plain = other.replace('_', " ");
            let mut letters = plain.chars();
            return letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            });
        }
    };
    known.to_owned()
}

/// A value of an attribute as text; nothing where there is none.
pub fn told(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(yes) => Some(if *yes { "sí" } else { "no" }.to_owned()),
        other => Some(other.to_string()),
    }
}
