//! Layers of others: a service that may ask this machine for them, and who keeps its sources.

use serde_json::{Value, json};

use crate::{Call, Office, Service};

/// A service that may ask this machine, and the token of who keeps its sources.
pub struct Federation {
    /// Its database and binary.
    pub office: Office,
    /// Its service.
    pub service: Service,
    /// Token of who keeps its sources.
    pub token: String,
}

impl Federation {
    /// One over a small demonstration province.
    pub fn new() -> Self {
        Self::of(Office::with_demonstration(300))
    }

    /// One of an office.
    pub fn of(office: Office) -> Self {
        let service = serving(&office);
        Self::with(office, service)
    }

    /// One of an office that serves.
    pub fn with(office: Office, service: Service) -> Self {
        let token = office.planner("planificadora", &["llevar_registros"]);
        Self {
            office,
            service,
            token,
        }
    }

    /// Adds a source.
    pub fn add(&self, source: &Value) {
        let reply = self
            .service
            .send_as(&self.token, "POST", "/api/fuentes", source);
        assert_eq!(reply.status, 201, "{reply:?}");
    }

    /// Harvests now; gives the harvest.
    pub fn harvest(&self, code: &str) -> Value {
        let call = Call::new("POST", format!("/api/fuentes/{code}/cosecha")).token(&self.token);
        let reply = self.service.send(&call);
        assert_eq!(reply.status, 201, "{reply:?}");
        reply.json()
    }

    /// What anybody reads there.
    pub fn get(&self, path: &str) -> Value {
        self.service.read(path)
    }

    /// The features that are shown of a source, page by page.
    pub fn shown(&self, code: &str) -> Vec<Value> {
        let mut next = Some(format!("/api/fuentes/{code}/entidades?limit=2"));
        let mut features = Vec::new();
        while let Some(path) = next.take() {
            let page = self.get(&path);
            features.extend(page["features"].as_array().cloned().unwrap_or_default());
            let links = page["links"].as_array().expect("links");
            next = links
                .iter()
                .find(|link| link["rel"] == "next")
                .map(|link| link["href"].as_str().expect("an address").to_owned());
        }
        features
    }
}

impl Default for Federation {
    fn default() -> Self {
        Self::new()
    }
}

/// The service of an office that may ask servers of private networks, as those of the tests are.
pub fn serving(office: &Office) -> Service {
    let mut command = office.command(["serve", "--listen", "127.0.0.1:0"]);
    command.env("CATASTRO_FEDERACION_REDES_PRIVADAS", "true");
    Service::start(command)
}

/// What is sent to add a source that is harvested when it is told to.
pub fn source(code: &str, kind: &str, address: &str, layer: Option<&str>) -> Value {
    json!({
        "codigo": code, "nombre": format!("Ríos {code}"), "titular": "Autoridad del agua", "licencia": "CC BY 4.0",
        "clase": kind, "direccion": address, "capa": layer, "megabytes_max": 1, "tema": "Humedal Tingana-7", "estado": "pausada",
    })
}
