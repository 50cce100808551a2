//! The description of this door alone in OpenAPI 3.0, which today's GIS clients read: each layer has its address, with
//! the properties that it may be asked by, so that GDAL leaves the asking to us.

use domain::filter::{Kind, Queryable};
use query::Snapshot;
use serde_json::{Value, json};

use super::{collections, question::KNOWN};

/// Makes it from the whole description (OpenAPI 3.1).
pub fn description(whole: &Value, snapshot: &Snapshot, base: &str) -> Value {
    let mut described = json!({
        "openapi": "3.0.3",
        "info": whole["info"],
        "servers": [{"url": format!("{base}/ogc")}],
        "paths": {},
        "components": whole["components"],
    });
    for (path, methods) in whole["paths"].as_object().into_iter().flatten() {
        let Some(below) = path.strip_prefix("/ogc") else {
            continue;
        };
        let below = if below.is_empty() { "/" } else { below };
        described["paths"][below] = methods.clone();
    }
    let items = described["paths"]["/collections/{c}/items"].clone();
    for collection in collections::listed(snapshot) {
        let mut own = json!({"get": items["get"]});
        own["get"]["operationId"] = json!(format!("items_{collection}"));
        own["get"]["summary"] = json!(collections::words(&collection).0);
        if let Some(parameters) = own["get"]["parameters"].as_array_mut() {
            parameters.retain(|one| one["name"] != "c");
            parameters.extend(
                snapshot
                    .queryables(&collection)
                    .iter()
                    .filter(|one| one.kind != Kind::Shape && !KNOWN.contains(&&*one.name))
                    .map(parameter),
            );
        }
        described["paths"][format!("/collections/{collection}/items")] = own;
    }
    downgrade(&mut described);
    described
}

fn parameter(one: &Queryable) -> Value {
    let schema = match one.kind {
        Kind::Number => json!({"type": "number"}),
        Kind::Truth => json!({"type": "boolean"}),
        _ => json!({"type": "string"}),
    };
    json!({"name": one.name, "in": "query", "required": false, "schema": schema, "style": "form", "explode": false})
}

/// What OpenAPI 3.1 says in a way of its own, as 3.0 says it: types that may be null, and several examples.
fn downgrade(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get("type") {
                let plain = types.iter().find(|one| *one != "null").cloned();
                let nullable = types.iter().any(|one| one == "null");
                members.insert("type".to_owned(), plain.unwrap_or_else(|| json!("string")));
                if nullable {
                    members.insert("nullable".to_owned(), json!(true));
                }
            }
            members.values_mut().for_each(downgrade);
        }
        Value::Array(items) => items.iter_mut().for_each(downgrade),
        _ => {}
    }
}
