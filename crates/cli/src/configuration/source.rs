//! Where values come from: a TOML file, and the environment over it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use office::Problem;
use toml::{Table, Value};

use super::{KEYS, ONLY_IN_ENVIRONMENT, wrong};

/// The values that were given, by section and key.
pub struct Source {
    given: HashMap<(&'static str, &'static str), Given>,
    sections: Vec<String>,
}

/// A value, and where it was given.
struct Given {
    text: String,
    variable: Option<String>,
}

/// Longest configuration: nobody writes more by hand.
const BYTES_MAX: u64 = 1 << 20;

/// The variable of a key.
pub fn variable(section: &str, key: &str) -> String {
    format!("CATASTRO_{}_{}", section.to_uppercase(), key.to_uppercase())
}

impl Source {
    pub fn new(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Problem> {
        let table = file.map(read).transpose()?.unwrap_or_default();
        let mut given = HashMap::new();
        for (section, value) in &table {
            let Value::Table(keys) = value else {
                return Err(unknown_section(section));
            };
            if !KEYS.iter().any(|(known, _)| *known == section) {
                return Err(unknown_section(section));
            }
            for (key, value) in keys {
                let id = known(section, key)?;
                let text = text_of(value).ok_or_else(|| {
                    wrong(
                        format!("«[{section}] {key}» no es un valor simple."),
                        "Se espera un texto, un número o una lista.",
                    )
                })?;
                given.insert(
                    id,
                    Given {
                        text,
                        variable: None,
                    },
                );
            }
        }
        for (name, text) in environment {
            if let Some(id) = of_variable(&name)? {
                given.insert(
                    id,
                    Given {
                        text,
                        variable: Some(name),
                    },
                );
            }
        }
        Ok(Self {
            given,
            sections: table.keys().cloned().collect(),
        })
    }

    /// Whether the file has a section.
    pub fn has_section(&self, section: &str) -> bool {
        self.sections.iter().any(|known| known == section)
    }

    /// A value as it was given; an empty one was not.
    pub fn text(&self, section: &'static str, key: &'static str) -> Option<String> {
        let given = self.given.get(&(section, key))?;
        (!given.text.is_empty()).then(|| given.text.clone())
    }

    /// A value, read as something.
    pub fn parsed<T>(
        &self,
        section: &'static str,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(given) = self
            .given
            .get(&(section, key))
            .filter(|given| !given.text.is_empty())
        else {
            return Ok(None);
        };
        let place = given.variable.as_ref().map_or_else(
            || format!("«[{section}] {key}»"),
            |variable| format!("la variable {variable}"),
        );
        let refused = || {
            wrong(
                format!(
                    "En la configuración, «{}» no vale para {place}.",
                    given.text
                ),
                &format!("Se espera {expected}."),
            )
        };
        parse(&given.text).map(Some).ok_or_else(refused)
    }

    /// A secret: from its variable, or from the file that `…_archivo` names.
    pub fn secret(
        &self,
        section: &'static str,
        key: &'static str,
    ) -> Result<Option<String>, Problem> {
        if let Some(secret) = self.text(section, key) {
            return Ok(Some(secret));
        }
        let named = KEYS
            .iter()
            .find(|(known, name)| *known == section && name.strip_suffix("_archivo") == Some(key));
        let Some(path) = named.and_then(|(section, name)| self.text(section, name)) else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(&path).map_err(|error| {
            wrong(
                format!("No se puede leer el archivo de «[{section}] {key}_archivo»: {error}."),
                "Compruebe la ruta y que la cuenta del servicio pueda leerlo.",
            )
        })?;
        Ok(Some(text.trim_end().to_owned()))
    }
}

fn read(file: &Path) -> Result<Table, Problem> {
    let unreadable = |why: String| {
        wrong(
            format!(
                "No se puede leer la configuración {}: {why}.",
                file.display()
            ),
            "Compruebe la ruta (--config o CATASTRO_CONFIG) y los permisos.",
        )
    };
    let length = PathBuf::from(file)
        .metadata()
        .map_err(|error| unreadable(error.to_string()))?
        .len();
    if length > BYTES_MAX {
        return Err(unreadable("es demasiado grande".to_owned()));
    }
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        wrong(
            format!("La configuración {} deja de ser TOML en la línea {line}.", file.display()),
            "Compare con docs/catastro.ejemplo.toml: secciones entre corchetes, textos entre comillas.",
        )
    })
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(truth.to_string()),
        Value::Array(parts) => {
            let parts: Option<Vec<String>> = parts.iter().map(text_of).collect();
            Some(parts?.join(","))
        }
        _ => None,
    }
}

fn known(section: &str, key: &str) -> Result<(&'static str, &'static str), Problem> {
    if (section, key) == ONLY_IN_ENVIRONMENT {
        return Err(wrong(
            format!("«[{section}] {key}» no se escribe en el archivo."),
            &format!(
                "Un secreto va en un archivo aparte («{key}_archivo») o en la variable {}.",
                variable(section, key)
            ),
        ));
    }
    let of_section = || KEYS.iter().filter(|(known, _)| *known == section);
    of_section()
        .find(|(_, name)| *name == key)
        .copied()
        .ok_or_else(|| {
            let names: Vec<&str> = of_section().map(|(_, name)| *name).collect();
            wrong(
                format!(
                    "No existe la clave «[{section}] {key}».{}",
                    nearest(key, &names)
                ),
                &format!("En esa sección: {}.", names.join(", ")),
            )
        })
}

/// The key of a variable; none for a variable of something else.
fn of_variable(name: &str) -> Result<Option<(&'static str, &'static str)>, Problem> {
    if let Some(id) = KEYS
        .iter()
        .find(|(section, key)| variable(section, key) == name)
    {
        return Ok(Some(*id));
    }
    let section = KEYS
        .iter()
        .find(|(section, _)| name.starts_with(&variable(section, "")));
    match section {
        None => Ok(None),
        Some((section, _)) => {
            let names: Vec<String> = KEYS
                .iter()
                .filter(|(known, _)| known == section)
                .map(|(section, key)| variable(section, key))
                .collect();
            let near: Vec<&str> = names.iter().map(String::as_str).collect();
            Err(wrong(
                format!("No existe la variable {name}.{}", nearest(name, &near)),
                &format!("De «[{section}]»: {}.", names.join(", ")),
            ))
        }
    }
}

fn unknown_section(section: &str) -> Problem {
    let mut names: Vec<&str> = KEYS.iter().map(|(section, _)| *section).collect();
    names.dedup();
    wrong(
        format!(
            "No existe la sección «[{section}]».{}",
            nearest(section, &names)
        ),
        &format!("Las secciones son: {}.", names.join(", ")),
    )
}

/// A guess at what was meant, where one is near.
fn nearest(typed: &str, names: &[&str]) -> String {
    let common = |name: &str| {
        typed
            .chars()
            .zip(name.chars())
            .take_while(|(a, b)| a == b)
            .count()
    };
    names
        .iter()
        .max_by_key(|name| common(name))
        .filter(|name| common(name) * 2 > name.chars().count())
        .map_or_else(String::new, |name| format!(" ¿«{name}»?"))
}
