//! The window of certificates: who drafts, who issues, and what anybody asks there.

use serde_json::{Value, json};

use crate::{
    Call, Reply,
    desk::{Desk, PLACE},
};

/// A municipality's window in the demonstration province.
pub struct Window {
    /// The cadastre's desk beside it, with its database and service.
    pub desk: Desk,
    /// Token of who drafts.
    pub drafter: String,
    /// Token of who issues.
    pub issuer: String,
    /// A parcel of the municipality.
    pub parcel: String,
    /// What kind of certificate is drafted.
    pub kind: &'static str,
}

impl Window {
    /// A window over a small demonstration province.
    pub fn new() -> Self {
        Self::beside(Desk::new())
    }

    /// A window whose officers sign in on the pages.
    pub fn with_officers(logins: &[&str]) -> Self {
        let window = Self::new();
        let (office, service) = (&window.desk.office, &window.desk.service);
        for login in logins {
            office.settled(service, login, &[&format!("control_urbano@{PLACE}")]);
        }
        window
    }

    /// A window beside a desk of the demonstration province.
    pub fn beside(desk: Desk) -> Self {
        let (office, service) = (&desk.office, &desk.service);
        for login in ["redactora", "gerenta"] {
            let _ = office.account(login, &[&format!("control_urbano@{PLACE}")]);
        }
        let all = ["redactar_certificado", "emitir_certificado", "fiscalizar"];
        let parcels = service
            .get("/ogc/collections/lotes/items?limit=10000")
            .json();
        let parcel = parcels["features"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|feature| feature["id"].as_str())
            .find(|code| code.starts_with(PLACE))
            .expect("a parcel of the municipality")
            .to_owned();
        Self {
            drafter: office.token("redactora", &all),
            issuer: office.token("gerenta", &all),
            parcel,
            kind: "parametros",
            desk,
        }
    }

    /// The same after somebody pulled the plug.
    #[must_use]
    pub fn after_power_cut(self) -> Self {
        let Desk {
            place,
            office,
            service,
            technician,
            chief,
        } = self.desk;
        service.kill();
        let service = office.serve();
        let desk = Desk {
            place,
            office,
            service,
            technician,
            chief,
        };
        Self { desk, ..self }
    }

    /// What is sent to draft a certificate.
    pub fn request(&self) -> Value {
        json!({"tipo": self.kind, "consulta": {"predio": self.parcel}})
    }

    /// Somebody drafts.
    pub fn draft(&self, token: &str, body: &Value) -> Reply {
        self.desk.service.send(
            &Call::new("POST", "/api/control-urbano/certificados")
                .token(token)
                .json(body),
        )
    }

    /// Somebody takes a step with a certificate.
    pub fn step(&self, token: &str, link: &str, body: &Value) -> Reply {
        self.desk.service.send(
            &Call::new("POST", format!("{link}/decision"))
                .token(token)
                .json(body),
        )
    }

    /// A certificate that waits to be issued; gives its link.
    pub fn in_review(&self) -> String {
        self.sent(&self.request())
    }

    /// A certificate of what is asked that waits to be issued; gives its link.
    pub fn sent(&self, request: &Value) -> String {
        let drafted = self.draft(&self.drafter, request);
        assert_eq!(drafted.status, 201, "{drafted:?}");
        let link = drafted.header("location")[0].to_owned();
        let sent = self.step(&self.drafter, &link, &json!({"decision": "enviar"}));
        assert_eq!(sent.json()["estado"], "en_revision", "{sent:?}");
        link
    }

    /// An issued certificate.
    pub fn issued(&self) -> Value {
        self.issued_as(&self.request())
    }

    /// An issued certificate of what is asked.
    pub fn issued_as(&self, request: &Value) -> Value {
        let link = self.sent(request);
        let issued = self.step(&self.issuer, &link, &issue());
        assert_eq!(issued.status, 200, "{issued:?}");
        issued.json()
    }

    /// What anybody learns of a certificate.
    pub fn verify(&self, certificate: &Value) -> Value {
        let code = certificate["codigo"].as_str().expect("a code");
        let reply = self.desk.service.get(&format!("/verificar/{code}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// The signed JSON of a certificate.
    pub fn signed(&self, certificate: &Value) -> Reply {
        let number = certificate["numero"].as_str().expect("a number");
        let reply = self
            .desk
            .service
            .get(&format!("/api/certificados/{number}"));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::new()
    }
}

/// The plainest issue.
pub fn issue() -> Value {
    json!({"decision": "emitir", "cargo": "Subgerenta de Control Urbano"})
}

/// What a check of the parcel of the window says.
pub fn check(window: &Window) -> Value {
    let question = json!({"predio": window.parcel});
    window
        .desk
        .service
        .post("/api/control-urbano/verificaciones", &question)
        .json()
}
