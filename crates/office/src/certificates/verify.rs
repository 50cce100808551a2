//! What anybody learns of a certificate by its code, without an account and without anybody's name but the signatory's.

use chrono::{DateTime, NaiveDate, Utc};
use domain::certificate::{Annulment, ShortCode, Standing, canonical};
use serde_json::Value;
use store::certificates::{Annulled, CertificateRow, Issued, Seal, Which};

use super::{
    AnnulmentShape, SignedAnnulment, decision::question_of, draft::kind, issue::sha256, signature,
    words,
};
use crate::{
    Office, Problem, moment,
    view::{Place, Proof, SignatoryShape, Today},
};

impl Office {
    /// Whether a certificate is genuine, whether it holds on a day (today, where none is named), and whether the norm has
    /// changed since.
    pub async fn verify(&self, code: &str, day: Option<NaiveDate>) -> Result<Proof, Problem> {
        let code: ShortCode = code.parse().map_err(|_| words::no_code())?;
        let row = self.store.certificates(Which::Code(code)).await?.pop();
        let row = row.ok_or_else(words::no_code)?;
        let Some(issued) = &row.issued else {
            return Err(words::no_code());
        };
        let today = moment::day_at(Utc::now());
        moment::of(day, None)?;
        let content = self.genuine(&row, issued).await?;
        let annulment = issued.annulled.as_ref().map(|annulled| &annulled.annulment);
        let day = day.unwrap_or(today);
        let standing = Standing::on(day, issued.on, issued.expires, annulment.cloned());
        let (_, rules) = kind(row.kind.name())?;
        let said = |pointer: &str| {
            let text = content.as_ref()?.pointer(pointer)?.as_str()?;
            Some(text.to_owned())
        };
        let verdict = content.as_ref().map(|content| &content["veredicto"]);
        Ok(Proof {
            codigo: code.to_string(),
            numero: issued.number.to_string(),
            tipo: row.kind.name(),
            titulo: rules.title.clone(),
            municipio: said("/municipio/nombre").map(|nombre| Place {
                ubigeo: row.ubigeo.to_string(),
                nombre,
            }),
            predio: row.parcel.clone(),
            demostracion: verdict.and_then(|verdict| verdict["demostracion"].as_bool()),
            autentico: content.is_some(),
            estado: word(&standing, content.is_some()),
            al: day,
            emitido: issued.on,
            vence: issued.expires,
            dias_restantes: match standing {
                Standing::InForce(days) => days,
                _ => None,
            },
            anulacion: annulment.map(|annulment: &Annulment| AnnulmentShape::of(annulment)),
            anulacion_firmada: match &issued.annulled {
                Some(annulled) => Some(self.annulment_holds(issued, annulled).await?),
                None => None,
            },
            firmado_por: said("/firmado_por/nombre")
                .zip(said("/firmado_por/cargo"))
                .map(|(nombre, cargo)| SignatoryShape { nombre, cargo }),
            llave: issued.seal.key.clone(),
            prevalece: rules.prevails.map(|prevails| prevails.sentence_with_law()),
            hoy: match verdict {
                Some(verdict) => self.since(&row, verdict).await,
                None => Today::unknown("No se compara un certificado que no es auténtico."),
            },
            firma: format!("/api/certificados/{}", issued.number),
        })
    }

    /// Whether an annulment was signed, by a key that signed then, and says what the register says.
    async fn annulment_holds(&self, issued: &Issued, annulled: &Annulled) -> Result<bool, Problem> {
        let Some(seal) = &annulled.seal else {
            return Ok(false);
        };
        let signed = self.signed_then(seal, annulled.annulment.at).await?;
        let Ok(said) = serde_json::from_str::<Value>(&seal.payload) else {
            return Ok(false);
        };
        let shown = SignedAnnulment::of(annulled);
        Ok(signed && shown.shows(&said, &sha256(&issued.seal.payload)).is_ok())
    }

    /// Whether a seal is of a key that signed at a moment.
    pub(crate) async fn signed_then(
        &self,
        seal: &Seal,
        at: DateTime<Utc>,
    ) -> Result<bool, Problem> {
        let keys = self.store.signing_keys().await?;
        Ok(keys.iter().any(|key| {
            key.valid_from <= at
                && key.retired_at.is_none_or(|retired| at < retired)
                && signature::holds(seal, &key.public)
        }))
    }

    /// What was signed, if it was, by a key that signed then, and it says what the register says.
    pub(super) async fn genuine(
        &self,
        row: &CertificateRow,
        issued: &Issued,
    ) -> Result<Option<Value>, Problem> {
        let signed = self.signed_then(&issued.seal, issued.at).await?;
        let Ok(content) = serde_json::from_str::<Value>(&issued.seal.payload) else {
            return Ok(None);
        };
        let register = serde_json::json!([
            issued.number.to_string(),
            issued.code.to_string(),
            row.kind.name(),
            row.parcel,
            issued.on,
            issued.expires,
        ]);
        let said = ["numero", "codigo", "tipo", "predio", "emitido", "vence"];
        let said: Value = said.iter().map(|name| content[*name].clone()).collect();
        Ok((signed && said == register).then_some(content))
    }

    /// What the service answers today, against what was signed.
    async fn since(&self, row: &CertificateRow, verdict: &Value) -> Today {
        let judged = match question_of(row) {
            Ok(question) => self.judged(&question).await,
            Err(problem) => Err(problem),
        };
        match judged {
            Ok(judged) => Today::between(verdict, &judged.verdict),
            // The parcel may be gone, which is an answer of its own.
            Err(problem) => Today::unknown(&format!(
                "Hoy no se puede contestar lo mismo: {}",
                problem.title
            )),
        }
    }
}

fn word(standing: &Standing, genuine: bool) -> &'static str {
    match standing {
        _ if !genuine => "no_autentico",
        Standing::InForce(_) => "vigente",
        Standing::NotYet => "todavia_no_emitido",
        Standing::Expired => "vencido",
        Standing::Annulled(_) => "anulado",
    }
}

/// Members of a verdict that say what may be built and done, and how people call them.
const STATED: [(&str, &str); 4] = [
    ("parametros", "los parámetros"),
    ("zonificacion", "la zonificación"),
    ("restricciones", "las restricciones"),
    ("resultado", "el resultado"),
];

impl Today {
    pub(super) fn between(then: &Value, now: &Value) -> Self {
        let differs: Vec<(&'static str, &'static str)> = STATED
            .into_iter()
            .filter(|(member, _)| canonical::text(&then[*member]) != canonical::text(&now[*member]))
            .collect();
        let version = |verdict: &Value, name: &str| verdict["recibo"][name].clone();
        let norms = [then, now].map(|verdict| version(verdict, "version_normas"));
        let norma_cambio = match &norms {
            // Without norms on either side nobody can tell.
            [Value::Null, Value::Null] => None,
            [before, after] => Some(before != after),
        };
        let norm = match norma_cambio {
            None => "El servicio no tenía ni tiene normas con que comparar",
            Some(true) => "La norma cambió desde entonces",
            Some(false) => "La norma es la misma",
        };
        let words: Vec<&str> = differs.iter().map(|(_, words)| *words).collect();
        let answer = if words.is_empty() {
            "para este lugar se responde hoy lo mismo".to_owned()
        } else {
            format!(
                "para este lugar hoy se responde otra cosa en {}",
                words.join(", ")
            )
        };
        let [version_normas_certificado, version_normas] = norms;
        Self {
            norma_cambio,
            difiere: Some(differs.into_iter().map(|(member, _)| member).collect()),
            version_normas_certificado,
            version_normas,
            version_datos_certificado: version(then, "version_datos"),
            version_datos: version(now, "version_datos"),
            explicacion: format!("{norm}; {answer}."),
        }
    }

    pub(super) fn unknown(sentence: &str) -> Self {
        Self {
            norma_cambio: None,
            difiere: None,
            version_normas_certificado: Value::Null,
            version_normas: Value::Null,
            version_datos_certificado: Value::Null,
            version_datos: Value::Null,
            explicacion: sentence.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_changed_since_is_said_and_what_only_was_counted_on_is_not() {
        let verdict = |norms: &str, data: u8, floors: u8| {
            json!({"recibo": {"version_normas": norms, "version_datos": data},
                   "parametros": {"altura_maxima_pisos": {"valor": floors}}, "resultado": "no_concluyente"})
        };
        let then = verdict("a", 1, 4);
        let said = |now: &Value| {
            let today = Today::between(&then, now);
            (today.norma_cambio, today.difiere)
        };
        assert_eq!(said(&verdict("a", 2, 4)), (Some(false), Some(vec![])));
        assert_eq!(said(&verdict("b", 2, 4)), (Some(true), Some(vec![])));
        assert_eq!(
            said(&verdict("b", 2, 3)),
            (Some(true), Some(vec!["parametros"]))
        );
    }
}
