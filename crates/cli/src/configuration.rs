//! How the service is set: one file, and the environment over it. To add a key: 1. its line in [`KEYS`]; 2. where it is
//! read below; 3. its row in `docs/manual/configuracion.md` and `docs/catastro.ejemplo.toml`, which a test compares.

mod source;

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use office::{Kind, Problem};

use source::Source;

/// Every key, as `[section] key`. Its variable is `CATASTRO_SECTION_KEY`.
const KEYS: [(&str, &str); 29] = [
    ("servicio", "escucha"),
    ("servicio", "direccion_publica"),
    ("servicio", "proxies"),
    ("servicio", "segundos_por_respuesta"),
    ("servicio", "megabytes_por_cuerpo"),
    ("servicio", "megabytes_por_levantamiento"),
    ("practica", "escucha"),
    ("practica", "direccion_publica"),
    ("base", "url"),
    ("registro", "formato"),
    ("registro", "nivel"),
    ("limites", "lecturas_por_minuto"),
    ("limites", "escrituras_por_minuto"),
    ("limites", "por_cuenta_por_minuto"),
    ("sesiones", "horas"),
    ("sesiones", "minutos_sin_uso"),
    ("firma", "carpeta"),
    ("correo", "servidor"),
    ("correo", "puerto"),
    ("correo", "remitente"),
    ("correo", "usuario"),
    ("correo", "clave_archivo"),
    ("correo", "cifrado"),
    ("oidc", "nombre"),
    ("oidc", "emisor"),
    ("oidc", "cliente"),
    ("oidc", "secreto_archivo"),
    ("oidc", "secreto"),
    ("federacion", "redes_privadas"),
];

/// Secrets come from a file or the environment: what is written in a configuration is copied and mailed around.
const ONLY_IN_ENVIRONMENT: (&str, &str) = ("oidc", "secreto");

/// How the service is set.
pub struct Configuration {
    /// Address and port, where the command line says none.
    pub listen: Option<String>,
    /// Address and port of the practice beside the service, where there is one.
    pub practice: Option<String>,
    /// Database, where the command line says none.
    pub database: Option<String>,
    /// The log.
    pub log: Log,
    /// The doors.
    pub doors: api::Settings,
    /// Largest file of a survey.
    pub upload_bytes_max: u64,
    /// How long a session lasts.
    pub sessions: office::Sessions,
    /// With what certificates are signed, and where anybody verifies them.
    pub signing: office::certificates::Signing,
    /// Where else people may sign in.
    pub elsewhere: Option<office::Elsewhere>,
    /// Whether sources of layers may lead to this machine and to private networks.
    pub private_networks: bool,
    /// Who sends mail.
    pub mail: Option<Arc<office::mail::Post>>,
}

/// How the log is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Log {
    /// Whether each line is a JSON object.
    pub json: bool,
    /// `info`, `debug`… or a filter by module; none for what suits the command.
    pub level: Option<String>,
}

const MEGABYTE: u64 = 1 << 20;

impl Configuration {
    /// Reads a file, or the one in the data folder where none is named and it is there; then the environment.
    pub fn load(
        file: Option<&Path>,
        data_dir: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Problem> {
        let usual = data_dir.join("catastro.toml");
        let file = file.or_else(|| usual.is_file().then_some(&usual));
        Self::read(&Source::new(file, environment)?, data_dir)
    }

    fn read(source: &Source, data_dir: &Path) -> Result<Self, Problem> {
        let public = source.parsed(
            "servicio",
            "direccion_publica",
            "https://catastro.municipio.gob.pe",
            public_address,
        )?;
        let number = |section, key, usual: u64, least: u64, most: u64| {
            let expected = format!("un número entero de {least} a {most}");
            let within = |text: &str| text.parse().ok().filter(|n| (least..=most).contains(n));
            Ok::<u64, Problem>(
                source
                    .parsed(section, key, &expected, within)?
                    .unwrap_or(usual),
            )
        };
        let per_minute = |key, usual: Option<NonZeroU32>| {
            let expected = "un número entero; 0 es sin límite";
            let given = source.parsed("limites", key, expected, |text| text.parse::<u32>().ok())?;
            Ok::<Option<NonZeroU32>, Problem>(given.map_or(usual, NonZeroU32::new))
        };
        let (practice_at, practice) = practice(source)?;
        let usual = api::PerMinute::default();
        let body = number("servicio", "megabytes_por_cuerpo", 1, 1, 64)? * MEGABYTE;
        let minutes = number("sesiones", "minutos_sin_uso", 60, 1, 24 * 60)?;
        Ok(Self {
            listen: source.text("servicio", "escucha"),
            practice: practice_at,
            database: source.text("base", "url"),
            log: Log {
                json: json_log(source)?,
                level: source.parsed(
                    "registro",
                    "nivel",
                    "error, warn, info, debug o trace",
                    level,
                )?,
            },
            doors: api::Settings {
                practice,
                secure: public
                    .as_deref()
                    .is_some_and(|url| url.starts_with("https://")),
                proxies: source
                    .parsed(
                        "servicio",
                        "proxies",
                        "direcciones o redes, como 10.0.0.0/8",
                        |text| {
                            text.split(',')
                                .map(str::trim)
                                .filter(|part| !part.is_empty())
                                .map(net)
                                .collect()
                        },
                    )?
                    .unwrap_or_default(),
                per_minute: api::PerMinute {
                    reads: per_minute("lecturas_por_minuto", usual.reads)?,
                    writes: per_minute("escrituras_por_minuto", usual.writes)?,
                    by_account: per_minute("por_cuenta_por_minuto", usual.by_account)?,
                },
                answer_max: Duration::from_secs(number(
                    "servicio",
                    "segundos_por_respuesta",
                    30,
                    1,
                    600,
                )?),
                body_bytes_max: usize::try_from(body).unwrap_or(usize::MAX),
            },
            upload_bytes_max: number("servicio", "megabytes_por_levantamiento", 200, 1, 2_000)?
                * MEGABYTE,
            sessions: office::Sessions {
                longest: chrono::Duration::hours(signed(number(
                    "sesiones",
                    "horas",
                    12,
                    1,
                    24 * 30,
                )?)),
                idle: chrono::Duration::minutes(signed(minutes)),
            },
            signing: office::certificates::Signing {
                folder: source
                    .text("firma", "carpeta")
                    .map_or_else(|| data_dir.join("firma"), PathBuf::from),
                address: public.clone(),
            },
            elsewhere: elsewhere(source, public.as_deref())?,
            private_networks: source
                .parsed("federacion", "redes_privadas", "true o false", |text| {
                    text.parse().ok()
                })?
                .unwrap_or(false),
            mail: mail(source, public.as_deref())?,
        })
    }
}

/// Whether the log is JSON.
fn json_log(source: &Source) -> Result<bool, Problem> {
    let read = |text: &str| match text {
        "texto" => Some(false),
        "json" => Some(true),
        _ => None,
    };
    let given = source.parsed("registro", "formato", "«texto» o «json»", read)?;
    Ok(given.unwrap_or(false))
}

/// Where the practice beside the service listens, and where people find it.
fn practice(source: &Source) -> Result<(Option<String>, api::Practice), Problem> {
    let at = source.text("practica", "escucha");
    let address = source.parsed(
        "practica",
        "direccion_publica",
        "https://practica.municipio.gob.pe",
        public_address,
    )?;
    let address = address.or_else(|| at.as_ref().map(|at| format!("http://{at}")));
    Ok((
        at,
        address.map_or(api::Practice::Nowhere, api::Practice::At),
    ))
}

/// The provider, where its section is there.
fn elsewhere(source: &Source, public: Option<&str>) -> Result<Option<office::Elsewhere>, Problem> {
    let given = ["emisor", "cliente"].map(|key| source.text("oidc", key));
    let [Some(issuer), Some(client_id)] = given else {
        if source.has_section("oidc") {
            let missing = if given[0].is_none() {
                "emisor"
            } else {
                "cliente"
            };
            return Err(wrong(
                format!("Falta «[oidc] {missing}»."),
                "Un proveedor de identidad necesita «emisor» y «cliente».",
            ));
        }
        return Ok(None);
    };
    let Some(public) = public else {
        return Err(wrong(
            "Falta «[servicio] direccion_publica».".to_owned(),
            "El proveedor de identidad devuelve a las personas a esa dirección.",
        ));
    };
    let settings = office::oidc::Settings {
        issuer,
        client_id,
        client_secret: source.secret("oidc", "secreto")?,
        redirect: format!("{}/ingresar/oidc/regreso", public.trim_end_matches('/')),
    };
    let name = source.text("oidc", "nombre");
    Ok(Some(office::Elsewhere {
        name: name.unwrap_or_else(|| "su cuenta institucional".to_owned()),
        provider: office::oidc::Provider::new(settings)?,
    }))
}

/// Who sends mail, where its section is there.
fn mail(source: &Source, public: Option<&str>) -> Result<Option<Arc<office::mail::Post>>, Problem> {
    use office::mail::{Encryption, Post, Settings};

    let given = ["servidor", "remitente"].map(|key| source.text("correo", key));
    let [Some(server), Some(sender)] = given else {
        if source.has_section("correo") {
            let missing = if given[0].is_none() {
                "servidor"
            } else {
                "remitente"
            };
            return Err(wrong(
                format!("Falta «[correo] {missing}»."),
                "Para enviar correo se necesitan «servidor» y «remitente».",
            ));
        }
        return Ok(None);
    };
    let Some(public) = public else {
        return Err(wrong(
            "Falta «[servicio] direccion_publica».".to_owned(),
            "Los enlaces de los correos empiezan con esa dirección.",
        ));
    };
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let read = |text: &str| match text {
        "ninguno" => Some(Encryption::Nothing),
        "starttls" => Some(Encryption::StartTls),
        "tls" => Some(Encryption::Tls),
        _ => None,
    };
    let encryption = source.parsed("correo", "cifrado", "«tls», «starttls» o «ninguno»", read)?;
    let secret = source.secret("correo", "clave")?;
    let post = Post::new(Settings {
        port: source.parsed("correo", "puerto", "un puerto, como 465", port)?,
        credentials: source.text("correo", "usuario").zip(secret),
        encryption: encryption.unwrap_or(Encryption::Tls),
        address: public.to_owned(),
        server,
        sender,
    })?;
    Ok(Some(Arc::new(post)))
}

fn public_address(text: &str) -> Option<String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?
        .trim_end_matches('/');
    let plain = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
    plain.then(|| text.to_owned())
}

fn level(text: &str) -> Option<String> {
    let plain = ["error", "warn", "info", "debug", "trace"].contains(&text);
    (plain || text.contains('=')).then(|| text.to_owned())
}

/// A network, or one address.
fn net(text: &str) -> Option<ipnet::IpNet> {
    text.parse().ok().or_else(|| {
        text.parse::<std::net::IpAddr>()
            .ok()
            .map(ipnet::IpNet::from)
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn wrong(title: String, detail: &str) -> Problem {
    Problem::new(Kind::BadRequest, title, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str, environment: &[(&str, &str)]) -> Result<Configuration, Problem> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("catastro.toml");
        std::fs::write(&file, toml).expect("written");
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Configuration::load(None, folder.path(), environment)
    }

    #[test]
    fn nothing_has_to_be_set() {
        let Ok(configuration) = load("", &[]) else {
            unreachable!("an empty file is a configuration")
        };
        assert!(!configuration.doors.secure);
        assert_eq!(configuration.upload_bytes_max, 200 << 20);
        assert!(configuration.elsewhere.is_none() && configuration.mail.is_none());
        assert!(!configuration.private_networks);
        assert!(configuration.signing.folder.ends_with("firma"));
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let toml = "[servicio]\nproxies = [\"10.0.0.0/8\", \"192.0.2.1\"]\nsegundos_por_respuesta = 5\n\
                    [limites]\nlecturas_por_minuto = 0\n[registro]\nformato = \"json\"";
        let Ok(set) = load(
            toml,
            &[
                ("CATASTRO_SERVICIO_SEGUNDOS_POR_RESPUESTA", "7"),
                ("CATASTRO_SERVICIO_DIRECCION_PUBLICA", "https://x.pe"),
            ],
        ) else {
            unreachable!("a good file is a configuration")
        };
        assert_eq!(set.doors.answer_max, Duration::from_secs(7));
        assert_eq!(set.doors.proxies.len(), 2);
        assert_eq!(set.doors.per_minute.reads, None);
        assert!(set.doors.secure && set.log.json);
    }

    #[test]
    fn what_is_wrong_names_its_key() {
        type Given = &'static [(&'static str, &'static str)];
        let cases: [(&str, Given, &str); 16] = [
            (
                "[servicio]\npuerto = 1",
                &[],
                "No existe la clave «[servicio] puerto»",
            ),
            ("[servicio]\nescuchas = \"x\"", &[], "¿«escucha»?"),
            (
                "[servico]\nescucha = \"x\"",
                &[],
                "No existe la sección «[servico]»",
            ),
            ("[servicio\n", &[], "línea 1"),
            (
                "[servicio]\nsegundos_por_respuesta = 0",
                &[],
                "«[servicio] segundos_por_respuesta»",
            ),
            (
                "[servicio]\nproxies = \"casa\"",
                &[],
                "«[servicio] proxies»",
            ),
            ("[registro]\nformato = \"xml\"", &[], "«texto» o «json»"),
            (
                "[servicio]\nescucha = { a = 1 }",
                &[],
                "«[servicio] escucha»",
            ),
            (
                "",
                &[("CATASTRO_LIMITES_LECTURAS_POR_MINUTO", "muchas")],
                "CATASTRO_LIMITES_LECTURAS_POR_MINUTO",
            ),
            (
                "",
                &[("CATASTRO_LIMITES_LECTURAS", "1")],
                "No existe la variable CATASTRO_LIMITES_LECTURAS",
            ),
            (
                "[oidc]\nemisor = \"https://id.pe\"",
                &[],
                "Falta «[oidc] cliente»",
            ),
            (
                "[correo]\nservidor = \"correo.pe\"",
                &[],
                "Falta «[correo] remitente»",
            ),
            (
                "[correo]\nservidor = \"correo.pe\"\nremitente = \"a@b.pe\"",
                &[],
                "Falta «[servicio] direccion_publica»",
            ),
            (
                "[servicio]\ndireccion_publica = \"https://x.pe\"\n[correo]\nservidor = \"correo.pe\"\nremitente = \"nadie\"",
                &[],
                "«[correo] remitente» no vale",
            ),
            (
                "[servicio]\ndireccion_publica = \"https://x.pe\"\n[correo]\nservidor = \"correo.pe\"\nremitente = \"a@b.pe\"\ncifrado = \"poco\"",
                &[],
                "«tls», «starttls» o «ninguno»",
            ),
            (
                "[oidc]\nsecreto = \"abc\"",
                &[],
                "«[oidc] secreto» no se escribe en el archivo",
            ),
        ];
        for (toml, environment, expected) in cases {
            let said = load(toml, environment)
                .err()
                .map(|problem| problem.to_string());
            assert!(
                said.as_ref().is_some_and(|said| said.contains(expected)),
                "{toml}: {said:?}"
            );
            assert!(
                !said.is_some_and(|said| said.contains("abc")),
                "a secret in a message"
            );
        }
    }

    #[test]
    fn the_example_and_the_manual_know_every_key() {
        let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");
        let read = |name: &str| std::fs::read_to_string(format!("{docs}/{name}")).expect(name);
        let (example, manual) = (
            read("catastro.ejemplo.toml"),
            read("manual/configuracion.md"),
        );
        let uncommented: String = example
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line).to_owned() + "\n")
            .collect();
        let table: toml::Table = uncommented.parse().expect("TOML");
        for (section, key) in KEYS {
            if (section, key) != ONLY_IN_ENVIRONMENT {
                assert!(
                    table[section].get(key).is_some(),
                    "[{section}] {key} in the example"
                );
            }
            let variable = source::variable(section, key);
            assert!(
                manual.contains(&format!("`{variable}`")),
                "{variable} in the manual"
            );
        }
        assert!(load(&example, &[]).is_ok());
    }
}
