use std::fmt;

use openidconnect::{
    IssuerUrl, RedirectUrl,
    url::{Host, Url},
};

use super::words;
use crate::Problem;

/// What an operator says of the provider.
#[derive(Clone)]
pub struct Settings {
    /// Its issuer, exactly as it writes it itself.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// Our secret there, where it asks for one.
    pub client_secret: Option<String>,
    /// Where it sends browsers back to: our address, ending in `/ingresar/oidc/regreso`.
    pub redirect: String,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field(
                "client_secret",
                &self.client_secret.as_ref().map(|_| "[oculto]"),
            )
            .field("redirect", &self.redirect)
            .finish()
    }
}

impl Settings {
    /// Issuer and redirect, once everything is found to be usable.
    pub(super) fn addresses(&self) -> Result<(IssuerUrl, RedirectUrl), Problem> {
        if self.client_id.trim().is_empty() {
            return Err(words::bad_setting(
                "El identificador de cliente está vacío: es el que el proveedor dio a este servicio.",
            ));
        }
        if self
            .client_secret
            .as_ref()
            .is_some_and(|secret| secret.trim().is_empty())
        {
            return Err(words::bad_setting(
                "El secreto de cliente está vacío. Escríbalo, o quítelo si el proveedor no pide uno.",
            ));
        }
        let issuer = address("emisor", &self.issuer)?;
        if issuer.query().is_some() {
            return Err(words::bad_setting(
                "La dirección del emisor no lleva «?»: escríbala como la da el proveedor.",
            ));
        }
        address("regreso", &self.redirect)?;
        let strange = |_| words::bad_setting("Una de las direcciones no se entiende.");
        Ok((
            // From the text and not from what was parsed: an issuer is compared letter by letter, its last `/` included.
            IssuerUrl::new(self.issuer.clone()).map_err(strange)?,
            RedirectUrl::new(self.redirect.clone()).map_err(strange)?,
        ))
    }
}

fn address(which: &str, text: &str) -> Result<Url, Problem> {
    let url = Url::parse(text).map_err(|error| {
        words::bad_setting(format!(
            "La dirección de {which} no se entiende ({error}). Escríbala entera, como https://identidad.ejemplo.pe."
        ))
    })?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(words::bad_setting(format!(
            "La dirección de {which} no lleva usuario, contraseña ni «#»."
        )));
    }
    if !is_private(&url) {
        return Err(words::bad_setting(format!(
            "La dirección de {which} debe comenzar con https: «{url}» viajaría a la vista de todos. \
             Solo en esta misma máquina (127.0.0.1, localhost) se acepta http."
        )));
    }
    Ok(url)
}

/// Whether what goes there is seen by nobody on the way: encrypted, or never leaving this machine.
pub(super) fn is_private(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether it is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn settings(issuer: &str, redirect: &str) -> Settings {
        Settings {
            issuer: issuer.to_owned(),
            client_id: "catastro".to_owned(),
            client_secret: Some("no-se-muestra".to_owned()),
            redirect: redirect.to_owned(),
        }
    }

    fn check_refused(issuer: &str, redirect: &str, word: &str) {
        let problem = settings(issuer, redirect).addresses().expect_err(issuer);
        assert_eq!(problem.kind, Kind::BadRequest);
        assert!(problem.detail.contains(word), "{problem}");
    }

    const BACK: &str = "https://catastro.ejemplo.pe/ingresar/oidc/regreso";

    #[test]
    fn https_is_taken_and_http_on_this_machine_only() {
        for issuer in [
            "https://identidad.ejemplo.pe/reino/",
            "http://127.0.0.1:8081",
            "http://[::1]:8081",
            "http://localhost:8081/reino",
        ] {
            let (found, _) = settings(issuer, BACK).addresses().expect(issuer);
            assert_eq!(found.as_str(), issuer, "kept letter by letter");
        }
        check_refused("http://identidad.ejemplo.pe", BACK, "https");
        check_refused("http://127.0.0.1.ejemplo.pe", BACK, "https");
        check_refused("http://localhost.ejemplo.pe", BACK, "https");
        check_refused(
            "https://identidad.ejemplo.pe",
            "http://catastro.ejemplo.pe",
            "regreso",
        );
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        check_refused("identidad.ejemplo.pe", BACK, "no se entiende");
        check_refused("ftp://identidad.ejemplo.pe", BACK, "https");
        check_refused("https://identidad.ejemplo.pe?x=1", BACK, "«?»");
        check_refused("https://identidad.ejemplo.pe#x", BACK, "«#»");
    }

    #[test]
    fn no_password_of_an_address_and_no_secret_is_shown() {
        let with_password = settings("https://yo:clave-oculta@identidad.ejemplo.pe", BACK);
        let problem = with_password.addresses().expect_err("refused");
        assert!(!problem.to_string().contains("clave-oculta"));
        assert!(!format!("{with_password:?}").contains("no-se-muestra"));
    }

    #[test]
    fn an_empty_secret_is_a_mistake_and_none_is_not() {
        let mut given = settings("https://identidad.ejemplo.pe", BACK);
        given.client_secret = None;
        given.addresses().expect("a public client");
        given.client_secret = Some(" ".to_owned());
        given.addresses().expect_err("empty");
    }
}
