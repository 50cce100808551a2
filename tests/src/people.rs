//! People at an office: their accounts, their tokens, and a small file that they upload.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Call, Office, Service};

impl Office {
    /// Makes an account with these roles; gives its provisional password.
    pub fn account(&self, login: &str, roles: &[&str]) -> String {
        let mut words = vec!["user", "add", login, "--name", "Persona de prueba"];
        for role in roles {
            words.extend(["--role", role]);
        }
        let said = self.run(words).done().output;
        let (_, rest) = said
            .split_once("contraseña provisional: ")
            .unwrap_or_else(|| panic!("{said}"));
        rest.lines().next().unwrap_or_default().to_owned()
    }

    /// Makes an account of somebody who plans; gives their token, limited to these actions.
    pub fn planner(&self, login: &str, actions: &[&str]) -> String {
        let _ = self.account(login, &["planificador"]);
        self.token(login, actions)
    }

    /// Makes a token for an account, limited to these actions.
    pub fn token(&self, login: &str, actions: &[&str]) -> String {
        let mut words = vec!["token", "create", login, "--name", "prueba"];
        for action in actions {
            words.extend(["--action", action]);
        }
        self.run(words).done().output.trim().to_owned()
    }
}

/// A small file of lots of a municipality, in the columns of the usual profile; `sector` tells one file from another.
pub fn sample(ubigeo: &str, sector: u8, at: [f64; 2]) -> Vec<u8> {
    let [lon, lat] = at;
    let features: Vec<Value> = (0..3_u8)
        .map(|index| {
            let west = lon + f64::from(index) * 0.0002;
            json!({
                "type": "Feature",
                "properties": {
                    "ubigeo": ubigeo,
                    "sector": format!("{sector:02}"),
                    "manzana": "001",
                    "lote": format!("{:03}", index + 1),
                },
                "geometry": {"type": "Polygon", "coordinates": [[
                    [west, lat], [west + 0.0001, lat], [west + 0.0001, lat + 0.0001], [west, lat + 0.0001], [west, lat]
                ]]},
            })
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features})
        .to_string()
        .into_bytes()
}

/// Waits until a survey has been examined; gives it as it is then.
pub fn wait_until_examined(service: &Service, token: &str, link: &str) -> Value {
    let begun = Instant::now();
    loop {
        let survey = service.send(&Call::new("GET", link).token(token)).json();
        if !["recibido", "en_proceso"].contains(&survey["estado"].as_str().unwrap_or_default()) {
            return survey;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{survey}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
