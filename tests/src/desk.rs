//! The cadastre's desk: who uploads, who decides, and the way of a survey between them.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{Call, Office, Service, wait_until_examined};

/// A municipality's desk in the demonstration province.
pub struct Desk {
    /// Its municipality.
    pub place: &'static str,
    /// Its database and binary.
    pub office: Office,
    /// Its service.
    pub service: Service,
    /// Token of who uploads.
    pub technician: String,
    /// Token of who decides.
    pub chief: String,
}

/// The municipality of the desk.
pub const PLACE: &str = "220101";

/// A lot: its code, and its box in EPSG:32718 as west, south, width and depth in metres.
pub type Lot<'a> = (&'a str, [f64; 4]);

/// A corner of ground in the municipality where the demonstration has no lots, in EPSG:32718.
pub const GROUND: [f64; 2] = [284_000.0, 9_340_000.0];

impl Desk {
    /// A desk over a small demonstration province.
    pub fn new() -> Self {
        let office = Office::with_demonstration(300);
        let service = office.serve();
        Self::of(office, service)
    }

    /// A desk of a municipality of which nothing is in force.
    pub fn at(place: &'static str) -> Self {
        let office = Office::new();
        let service = office.serve();
        Self::with(place, office, service)
    }

    /// A desk over an office that serves.
    pub fn of(office: Office, service: Service) -> Self {
        Self::with(PLACE, office, service)
    }

    fn with(place: &'static str, office: Office, service: Service) -> Self {
        let reads = "leer_levantamientos";
        let _ = office.account("tecnica", &[&format!("tecnico_catastro@{place}")]);
        let _ = office.account("jefa", &[&format!("jefe_catastro@{place}")]);
        Self {
            technician: office.token("tecnica", &["subir_levantamiento", reads]),
            chief: office.token(
                "jefa",
                &["subir_levantamiento", reads, "decidir_levantamiento"],
            ),
            place,
            office,
            service,
        }
    }

    /// Uploads a file of lots; gives its link.
    pub fn upload(&self, token: &str, file: (&str, &[u8]), more: &[(&str, &str)]) -> String {
        let mut fields = vec![("coleccion", "lotes"), ("ubigeo", self.place)];
        fields.extend(more);
        let call = Call::new("POST", "/api/levantamientos")
            .upload(file, &fields)
            .token(token);
        let reply = self.service.send(&call);
        assert_eq!(reply.status, 202, "{reply:?}");
        reply.header("location")[0].to_owned()
    }

    /// Uploads lots as a table, and waits until they are examined; gives the link and the survey.
    pub fn survey(&self, lots: &[Lot<'_>], more: &[(&str, &str)]) -> (String, Value) {
        let mut fields = vec![("crs_origen", "EPSG:32718")];
        fields.extend(more);
        let file = table(lots);
        self.examined(("lotes.csv", file.as_bytes()), &fields)
    }

    /// Uploads a file of lots, and waits until it is examined; gives the link and the survey.
    pub fn examined(&self, file: (&str, &[u8]), more: &[(&str, &str)]) -> (String, Value) {
        let link = self.upload(&self.technician, file, more);
        let survey = wait_until_examined(&self.service, &self.technician, &link);
        (link, survey)
    }

    /// What somebody gets there.
    pub fn get(&self, token: &str, path: &str) -> Value {
        let reply = self.service.send(&Call::new("GET", path).token(token));
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
        reply.json()
    }

    /// Somebody decides.
    pub fn decide(&self, token: &str, link: &str, decision: &Value) -> (u16, Value) {
        let call = Call::new("POST", format!("{link}/decision"))
            .token(token)
            .json(decision);
        let reply = self.service.send(&call);
        (reply.status, reply.json())
    }

    /// Publishes lots, which must be in order.
    pub fn publish(&self, lots: &[Lot<'_>]) -> String {
        let (link, survey) = self.survey(lots, &[]);
        assert_eq!(survey["estado"], "conforme", "{survey}");
        let (status, published) = self.decide(&self.chief, &link, &approve());
        assert_eq!(status, 200, "{published}");
        link
    }

    /// What a survey changes, a line a change: kind, what of it, codes before and after without their block's sector.
    pub fn changes(&self, link: &str) -> Vec<String> {
        self.changes_as(&self.technician, link)
    }

    /// The same, as somebody sees it.
    pub fn changes_as(&self, token: &str, link: &str) -> Vec<String> {
        let found = self.get(token, &format!("{link}/cambios"));
        let words = |list: &Value| -> String {
            let words: Vec<&str> = list
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(Value::as_str)
                .collect();
            words.join("+")
        };
        let features = found["features"].as_array().expect("features");
        let mut lines: Vec<String> = features
            .iter()
            .map(|feature| {
                let p = &feature["properties"];
                format!(
                    "{}[{}] {}>{}",
                    p["cambio"].as_str().unwrap_or_default(),
                    words(&p["cambia"]),
                    words(&p["anteriores"]),
                    words(&p["nuevos"])
                )
            })
            .collect();
        lines.sort();
        lines
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

/// The plainest approval.
pub fn approve() -> Value {
    json!({"decision": "aprobar", "sustento": "contrastado con el plano y la visita"})
}

/// Lots as a table with their shapes as WKT.
pub fn table(lots: &[Lot<'_>]) -> String {
    let mut text = "codigo_catastral;wkt\n".to_owned();
    for (code, [x, y, width, depth]) in lots {
        let [west, south] = [GROUND[0] + x, GROUND[1] + y];
        let [east, north] = [west + width, south + depth];
        let _ = writeln!(
            text,
            "{code};\"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))\""
        );
    }
    text
}
