//! The norms of the demonstration, and what is asked of them.

use std::fs;

use serde_json::{Value, json};

use crate::{Office, Service};

/// The plan of Moyobamba that the demonstration has.
pub const INSTRUMENT: &str = "PDU-220101-DEMO";

/// The demonstration's norm of Moyobamba, to be changed.
pub fn norm() -> Value {
    let path = format!(
        "{}/../data/normas/220101/{INSTRUMENT}/2026-01-01.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&fs::read_to_string(path).expect("the norm")).expect("JSON")
}

/// The norm with other floors wherever floors are limited, in force from a day on.
pub fn with_floors(floors: u32, from: &str) -> Value {
    let mut norm = norm();
    norm["instrumento"]["vigente_desde"] = json!(from);
    for class in norm["clases"].as_array_mut().expect("classes") {
        for row in class["parametros"].as_array_mut().expect("rows") {
            if row["parametro"] == "altura_maxima_pisos" {
                row["valores"] = json!([{ "valor": floors }]);
            }
        }
    }
    norm
}

/// The norm with two floors wherever floors are limited, in force from June on.
pub fn two_floors() -> Value {
    with_floors(2, "2026-06-01")
}

/// What a check answers, which must go well.
pub fn check(service: &Service, request: &Value) -> Value {
    let reply = service.post("/api/control-urbano/verificaciones", request);
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

/// A lot of the capital in a residential zone.
pub fn residential(office: &Office) -> String {
    office.sql(
        "select p.code from parcel p join zone z on st_covers(z.geom, p.geom)
         where p.ubigeo = '220101' and z.attributes->>'codigo' in ('RDM', 'RDB') order by p.code limit 1",
    )[0]
    .clone()
}
