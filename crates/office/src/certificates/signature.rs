//! Signed JSON: a flattened JWS (RFC 7515) with Ed25519 (RFC 8037), which any tool that knows Ed25519 can verify.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::certificate::canonical;
use ed25519_dalek::{
    Signature, Signer, SigningKey, VerifyingKey,
    pkcs8::{DecodePublicKey, EncodePublicKey, spki::der::pem::LineEnding},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use sha2::{Digest, Sha256};
use store::certificates::Seal;

/// A signed text (RFC 7515).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Jws {
    /// What was signed.
    pub payload: String,
    /// The header of the signature.
    pub protected: String,
    /// The signature.
    pub signature: String,
}

/// A signed certificate, as it leaves the house.
#[derive(Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// What it says, for who reads; the same as `payload`.
    pub contenido: Box<RawValue>,
    /// What was signed.
    pub payload: String,
    /// The header of the signature.
    pub protected: String,
    /// The signature.
    pub signature: String,
    /// That it was annulled, and why: a statement of its own, signed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anulacion: Option<super::SignedAnnulment>,
}

/// Why something signed is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is no envelope of ours.
    Shape,
    /// What is shown is not what was signed.
    Shown,
    /// The signature is not of this, or not of this key.
    Signature,
    /// The annulment that it carries is not signed, or is of another certificate.
    Annulment,
}

/// Name of a key: the thumbprint of its public half (RFC 7638).
pub(crate) fn thumbprint(public: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public);
    let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
}

/// Whether a text can be the name of a key, and so that of its file.
pub fn is_thumbprint(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The public half as a JWK, and as the PEM that openssl reads.
pub(crate) fn published(public: &[u8; 32]) -> Option<(Value, String)> {
    let pem = VerifyingKey::from_bytes(public)
        .ok()?
        .to_public_key_pem(LineEnding::LF)
        .ok()?;
    let jwk = serde_json::json!({
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
        "kid": thumbprint(public), "x": URL_SAFE_NO_PAD.encode(public),
    });
    Some((jwk, pem))
}

/// The public half in a PEM.
pub fn public_of_pem(pem: &str) -> Option<[u8; 32]> {
    VerifyingKey::from_public_key_pem(pem.trim())
        .ok()
        .map(|key| key.to_bytes())
}

/// Signs a content.
pub(crate) fn sign(key: &SigningKey, content: &Value) -> Seal {
    let name = thumbprint(key.verifying_key().as_bytes());
    let protected = canonical::text(&serde_json::json!({"alg": "EdDSA", "kid": name}));
    let payload = canonical::text(content);
    let signature = key.sign(signed_text(&protected, &payload).as_bytes());
    Seal {
        payload,
        protected,
        signature: signature.to_bytes(),
        key: name,
    }
}

/// Whether a seal is of a key.
pub(crate) fn holds(seal: &Seal, public: &[u8; 32]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(public) else {
        return false;
    };
    let text = signed_text(&seal.protected, &seal.payload);
    let signature = Signature::from_bytes(&seal.signature);
    seal.key == thumbprint(public) && key.verify_strict(text.as_bytes(), &signature).is_ok()
}

fn signed_text(protected: &str, payload: &str) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(protected),
        URL_SAFE_NO_PAD.encode(payload)
    )
}

impl Jws {
    /// Of a seal.
    pub(crate) fn of(seal: &Seal) -> Self {
        Self {
            payload: URL_SAFE_NO_PAD.encode(&seal.payload),
            protected: URL_SAFE_NO_PAD.encode(&seal.protected),
            signature: URL_SAFE_NO_PAD.encode(seal.signature),
        }
    }

    /// The name of the key that it says it was signed with.
    pub fn key(&self) -> Option<String> {
        let header: Value = serde_json::from_str(&text(&self.protected)?).ok()?;
        header["kid"].as_str().map(str::to_owned)
    }

    /// What was signed, whoever signed it.
    pub(super) fn signed_text(&self) -> Option<String> {
        text(&self.payload)
    }

    /// What it says, if that was signed with this key.
    pub fn verify(&self, public: &[u8; 32]) -> Result<Value, Fault> {
        let seal = Seal {
            payload: text(&self.payload).ok_or(Fault::Shape)?,
            protected: text(&self.protected).ok_or(Fault::Shape)?,
            signature: URL_SAFE_NO_PAD
                .decode(&self.signature)
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or(Fault::Shape)?,
            key: self.key().ok_or(Fault::Shape)?,
        };
        if !holds(&seal, public) {
            return Err(Fault::Signature);
        }
        serde_json::from_str(&seal.payload).map_err(|_| Fault::Shape)
    }
}

impl Envelope {
    /// Around a seal.
    pub(crate) fn of(
        seal: &Seal,
        anulacion: Option<super::SignedAnnulment>,
    ) -> Result<Self, serde_json::Error> {
        let Jws {
            payload,
            protected,
            signature,
        } = Jws::of(seal);
        Ok(Self {
            contenido: RawValue::from_string(seal.payload.clone())?,
            payload,
            protected,
            signature,
            anulacion,
        })
    }

    /// Its signature.
    pub fn jws(&self) -> Jws {
        Jws {
            payload: self.payload.clone(),
            protected: self.protected.clone(),
            signature: self.signature.clone(),
        }
    }

    /// What it says, if that was signed with this key and is what it shows.
    pub fn verify(&self, public: &[u8; 32]) -> Result<Value, Fault> {
        let content = self.jws().verify(public)?;
        let shown: Value = serde_json::from_str(self.contenido.get()).map_err(|_| Fault::Shape)?;
        // The same text reads as the same numbers: what differs was changed.
        if shown != content {
            return Err(Fault::Shown);
        }
        Ok(content)
    }
}

fn text(encoded: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn envelope() -> String {
        let content = serde_json::json!({"numero": "220101-2026-000001", "veredicto": {"área": 251.3, "pisos": 4}});
        let envelope = Envelope::of(&sign(&key(), &content), None).expect("an envelope");
        serde_json::to_string(&envelope).expect("JSON")
    }

    fn verify(text: &str) -> Result<Value, Fault> {
        let envelope: Envelope = serde_json::from_str(text).map_err(|_| Fault::Shape)?;
        envelope.verify(key().verifying_key().as_bytes())
    }

    #[test]
    fn what_was_signed_reads_back_with_its_key_and_with_no_other() {
        let text = envelope();
        assert!(verify(&text).is_ok_and(|content| content["veredicto"]["pisos"] == 4));
        let read: Envelope = serde_json::from_str(&text).expect("an envelope");
        let other = SigningKey::from_bytes(&[8; 32]);
        let refused = read.verify(other.verifying_key().as_bytes());
        assert_eq!(refused.map(|_| ()), Err(Fault::Signature));
    }

    #[test]
    fn one_changed_byte_is_caught_wherever_it_is() {
        let text = envelope();
        for place in 0..text.len() {
            for change in [1_u8, 2, 4, 32] {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= change;
                let Ok(changed) = String::from_utf8(bytes) else {
                    continue;
                };
                assert!(verify(&changed).is_err(), "byte {place}: {changed}");
            }
        }
    }

    #[test]
    fn a_published_key_reads_back_and_has_the_name_of_the_standard() {
        // The key and the thumbprint of RFC 8037, appendix A.
        let public: [u8; 32] = URL_SAFE_NO_PAD
            .decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
            .expect("base64")
            .try_into()
            .expect("32 bytes");
        let name = thumbprint(&public);
        assert_eq!(name, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert!(is_thumbprint(&name) && !is_thumbprint("../../etc/passwd"));
        let (_, pem) = published(&public).expect("a key");
        assert_eq!(public_of_pem(&pem), Some(public));
    }
}
