//! The keys that sign: the private halves in files of the service's alone, the public ones in the database and published.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use domain::people::{Action, Actor};
use ed25519_dalek::{
    SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding},
};
use serde::Serialize;
use store::{Act, Deed, Store, certificates::KeyRow};

use super::signature::{published, thumbprint};
use crate::{Kind, Office, Problem, people::require};

/// A key, as anybody sees it.
#[derive(Clone, Serialize, Debug)]
pub struct KeyShape {
    /// The public half as a JWK (RFC 8037).
    #[serde(flatten)]
    pub jwk: serde_json::Value,
    /// The same as PEM.
    pub pem: String,
    /// Since when it signs.
    pub desde: chrono::DateTime<chrono::Utc>,
    /// Since when it signs no more; what it signed before stays genuine.
    pub hasta: Option<chrono::DateTime<chrono::Utc>>,
}

/// A JWK set (RFC 7517).
#[derive(Clone, Serialize, Debug)]
pub struct KeySet {
    /// All keys that ever signed.
    pub keys: Vec<KeyShape>,
}

impl Office {
    /// All public keys.
    pub async fn signing_keys(&self) -> Result<KeySet, Problem> {
        list(&self.store).await
    }
}

/// All public keys, the newest one first.
pub async fn list(store: &Store) -> Result<KeySet, Problem> {
    let rows = store.signing_keys().await?;
    Ok(KeySet {
        keys: rows.iter().filter_map(shape).collect(),
    })
}

fn shape(row: &KeyRow) -> Option<KeyShape> {
    let (jwk, pem) = published(&row.public)?;
    Some(KeyShape {
        jwk,
        pem,
        desde: row.valid_from,
        hasta: row.retired_at,
    })
}

/// Makes the first key, where there is none.
pub async fn first(store: &Store, operator: &Actor, folder: &Path) -> Result<(), Problem> {
    if store.signing_keys().await?.is_empty() {
        rotate(store, operator, folder).await?;
    }
    Ok(())
}

/// From now on a new key signs. What the others signed stays genuine.
pub async fn rotate(store: &Store, operator: &Actor, folder: &Path) -> Result<String, Problem> {
    require(operator, Action::ManageAccounts, None)?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| unusable(folder, &error))?;
    let key = SigningKey::from_bytes(&seed);
    let public = key.verifying_key().to_bytes();
    let name = thumbprint(&public);
    // The file first: a key in the database without its file could sign nothing.
    write(folder, &name, &key)?;
    let mut act = store.begin(operator).await?;
    act.replace_signing_key(&name, &public).await?;
    act.commit(&Deed {
        action: "firma.llave",
        ubigeo: None,
        object: format!("llave/{name}"),
        content: serde_json::json!({}),
    })
    .await?;
    Ok(name)
}

fn write(folder: &Path, name: &str, key: &SigningKey) -> Result<(), Problem> {
    let private = key
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(|error| unusable(folder, &error))?;
    let (_, public) =
        published(key.verifying_key().as_bytes()).ok_or_else(|| unusable(folder, &"key"))?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| unusable(folder, &error))?;
    for (suffix, mode, text) in [
        ("pem", 0o600, private.as_str()),
        ("pub.pem", 0o644, &public),
    ] {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(folder.join(format!("{name}.{suffix}")))
            .and_then(|mut file| {
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
            })
            .map_err(|error| unusable(folder, &error))?;
    }
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unusable(folder, &error))
}

/// The key that signs now.
pub(crate) async fn in_use(act: &mut Act, folder: &Path) -> Result<SigningKey, Problem> {
    let key = act.signing_key().await?.ok_or_else(none)?;
    read(folder, &key)
}

/// The private half of a key of the database's.
fn read(folder: &Path, row: &KeyRow) -> Result<SigningKey, Problem> {
    let path = folder.join(format!("{}.pem", row.id));
    let pem = fs::read_to_string(path).map_err(|error| unusable(folder, &error))?;
    let key = SigningKey::from_pkcs8_pem(&pem).map_err(|error| unusable(folder, &error))?;
    if key.verifying_key().as_bytes() == &row.public {
        Ok(key)
    } else {
        Err(unusable(folder, &"the file is of another key"))
    }
}

/// There is no key to sign with.
fn none() -> Problem {
    Problem::new(
        Kind::Unavailable,
        "Todavía no hay una llave con que firmar.",
        "La crea quien opera el servidor con «catastro key rotate». No se emitió nada.",
    )
}

fn unusable(folder: &Path, error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(folder = %folder.display(), %error, "signing key");
    Problem::new(
        Kind::Unavailable,
        "La llave de firma no se puede usar en este servidor.",
        "No se emitió nada. Quien opera el servidor ve en el registro qué archivo falta; si se perdió, «catastro key rotate» crea otra.",
    )
}
