//! The answers that every address may give, added to its description: they come from what all requests pass.

use serde_json::{Map, Value, json};

/// Adds them where a handler does not tell of them itself.
pub fn complete(description: &mut Value) {
    let paths = description["paths"].as_object_mut();
    for (path, methods) in paths.into_iter().flatten() {
        for operation in methods
            .as_object_mut()
            .into_iter()
            .flat_map(Map::values_mut)
        {
            let has_body = operation.get("requestBody").is_some();
            let mut common = vec![
                ("400", "Algo del pedido no se entiende"),
                (
                    "401",
                    "El token o la sesión no valen, o hace falta ingresar",
                ),
                ("429", "Demasiadas solicitudes en un minuto"),
                (
                    "503",
                    "El servicio o su base de datos no pueden responder ahora",
                ),
            ];
            if path.starts_with("/api/") {
                common.push(("403", "La cuenta no puede"));
            }
            if path.contains('{') {
                common.push(("404", "No existe"));
            }
            if has_body {
                common.extend([
                    ("409", "Otro cambio se adelantó"),
                    ("413", "El cuerpo es demasiado grande"),
                    ("415", "El cuerpo es de otro tipo"),
                    ("422", "El cuerpo se entiende y no se admite"),
                ]);
            }
            for (status, words) in common {
                let answers = &mut operation["responses"];
                if answers[status].is_null() {
                    answers[status] =
                        json!({"description": words, "content": {"application/problem+json": {}}});
                }
            }
        }
    }
}
