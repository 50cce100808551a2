//! The Institute: who plans there, and the register of projects of investment.

use serde_json::{Value, json};

use crate::{Office, Reply, Service};

/// An Institute over a demonstration province.
pub struct Institute {
    /// Its database and binary.
    pub office: Office,
    /// Its service.
    pub service: Service,
    /// Token of who plans.
    pub planner: String,
}

impl Institute {
    /// One whose planner may do these actions.
    pub fn new(actions: &[&str]) -> Self {
        let office = Office::with_demonstration(1_500);
        let service = office.serve();
        Self {
            planner: office.planner("planificadora", actions),
            office,
            service,
        }
    }

    /// The planner sends JSON.
    pub fn send(&self, method: &'static str, path: &str, body: &Value) -> Reply {
        self.service.send_as(&self.planner, method, path, body)
    }

    /// What anybody reads there.
    pub fn read(&self, path: &str) -> Value {
        self.service.read(path)
    }

    /// All projects of the province.
    pub fn projects(&self) -> Vec<Value> {
        let (mut all, mut path) = (Vec::new(), "/api/inversiones".to_owned());
        loop {
            let page = self.read(&path);
            all.extend(page["inversiones"].as_array().expect("a list").clone());
            match page["siguiente"].as_str() {
                Some(after) => path = format!("/api/inversiones?despues={after}"),
                None => return all,
            }
        }
    }
}

/// What holds now and is known now.
pub const NOW: &str = "upper_inf(valid) and upper_inf(recorded)";

/// The number of a project in the Banco de Inversiones.
pub fn cui(project: &Value) -> String {
    project["cui"].as_str().expect("a CUI").to_owned()
}

/// A new project, in the corner of Moyobamba where there are no lots.
pub fn park() -> Value {
    json!({
        "cui": "2999001", "nombre": "Parque ribereño", "fase": "formulacion", "eje": "urbano",
        "plan": "PDU-220101-DEMO", "nodo": "OE1.E1.P1", "costo_soles": 850_000.5,
        "fuentes": [{"fuente": "canon", "soles": 800_000}, {"fuente": "foncomun", "soles": 50_000.5}],
        "responsable": "Gerencia de Desarrollo Urbano", "inicio": "2027-01-15", "fin": "2027-12-15",
        "area_influencia_m": 150, "abierto_a_inversionistas": true, "ubigeo": "220101",
        "huella": {"type": "Point", "coordinates": [-76.97, -6.03]},
    })
}

/// A number of an answer of the database.
pub fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}
