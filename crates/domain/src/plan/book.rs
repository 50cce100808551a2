//! The norms in force in a municipality on a day, made ready to be asked.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{
    Effect, LegalBasis,
    expression::{Expression, Facts, Outcome, Variable},
    norm::{Conditional, Fitness, Norm, NormTolerances, SplitRule, Work},
    parameter::Parameter,
};
use crate::id::Ciiu;

/// The norms in force in a municipality on a day.
#[derive(Debug, Default)]
pub struct NormBook {
    instruments: BTreeMap<String, InstrumentBook>,
    version: String,
}

/// One instrument of a book.
#[derive(Debug)]
pub struct InstrumentBook {
    /// As zones name it.
    pub code: String,
    /// As people name it.
    pub name: String,
    /// SHA-256 of its file, as text.
    pub sha256: String,
    /// SHA-256 of the published document, where it is known.
    pub document_sha256: Option<String>,
    /// How a lot in several zones is judged.
    pub split_rule: SplitRule,
    /// By which article.
    pub split_basis: LegalBasis,
    /// By how much a measured value may miss a limit.
    pub tolerances: NormTolerances,
    classes: BTreeMap<String, ClassBook>,
    effects: BTreeMap<String, (Effect, LegalBasis)>,
    absent_themes: BTreeMap<String, LegalBasis>,
}

/// One class of zones of an instrument.
#[derive(Debug)]
pub struct ClassBook {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Which article defines it.
    pub basis: LegalBasis,
    permitted: Vec<String>,
    compatible: Vec<String>,
    forbidden: Vec<String>,
    limits: Vec<LimitBook>,
    activities: BTreeMap<String, ActivityBook>,
}

/// One limit of a class.
#[derive(Debug)]
pub struct LimitBook {
    /// Which quantity.
    pub parameter: Parameter,
    works: Vec<Work>,
    values: Vec<ValueBook>,
}

#[derive(Debug)]
struct ValueBook {
    when: Option<Expression>,
    value: Value,
    basis: LegalBasis,
}

#[derive(Debug)]
enum Value {
    Number(f64),
    Formula(Expression),
    Words(String),
}

/// What a class says of an activity.
#[derive(Clone, Debug)]
pub struct ActivityBook {
    /// Whether it goes.
    pub fitness: Fitness,
    /// Under which conditions.
    pub conditions: Option<String>,
    /// By which article.
    pub basis: LegalBasis,
}

/// Whether a use goes in a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UseFitness {
    /// What the class is for.
    Permitted,
    /// What goes with it.
    Compatible,
    /// What does not.
    Forbidden,
    /// The class does not name it.
    Unnamed,
}

/// A limit, or why it is not known.
#[derive(Clone, PartialEq, Debug)]
pub struct Limit {
    /// Its value.
    pub value: LimitValue,
    /// By which article.
    pub basis: LegalBasis,
}

/// The value of a limit.
#[derive(Clone, PartialEq, Debug)]
pub enum LimitValue {
    /// A number, in the parameter's unit.
    Number(f64),
    /// The norm says it in words only.
    Words(String),
    /// These facts are missing.
    Missing(Vec<&'static str>),
}

impl NormBook {
    /// A book of norms with the texts of their files. Of two of one instrument the later one is kept.
    pub fn new<'a>(norms: impl IntoIterator<Item = (&'a Norm, &'a str)>) -> Self {
        let mut book = Self::default();
        let mut versions = BTreeMap::new();
        for (norm, text) in norms {
            let sha256 = format!("{:x}", Sha256::digest(text));
            let short = sha256.get(..12).unwrap_or_default();
            let version = format!(
                "{}@{}:{short}",
                norm.instrument.code, norm.instrument.valid_from
            );
            versions.insert(norm.instrument.code.clone(), version);
            book.instruments.insert(
                norm.instrument.code.clone(),
                InstrumentBook::new(norm, sha256),
            );
        }
        book.version = versions.into_values().collect::<Vec<_>>().join(" ");
        book
    }

    /// Which norms it holds: instrument, first day and the beginning of the digest of each.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// An instrument by its code.
    pub fn instrument(&self, code: &str) -> Option<&InstrumentBook> {
        self.instruments.get(code)
    }

    /// The effect of a theme's overlays, where a norm gives them one of their own.
    pub fn effect(&self, theme: &str) -> Option<&(Effect, LegalBasis)> {
        self.instruments
            .values()
            .find_map(|instrument| instrument.effects.get(theme))
    }

    /// By which article there are no overlays of a theme in the municipality, where a norm says so. Where some are drawn
    /// nonetheless, they are what counts.
    pub fn absent_theme(&self, theme: &str) -> Option<&LegalBasis> {
        self.instruments
            .values()
            .find_map(|instrument| instrument.absent_themes.get(theme))
    }
}

impl InstrumentBook {
    fn new(norm: &Norm, sha256: String) -> Self {
        let basis = |id: &str| basis(norm, id);
        let mut classes: BTreeMap<String, ClassBook> = norm
            .classes
            .iter()
            .map(|class| {
                let uses = |words: &[String]| words.iter().map(|word| plain(word)).collect();
                let book = ClassBook {
                    code: class.code.clone(),
                    name: class.name.clone(),
                    basis: basis(&class.article),
                    permitted: uses(&class.uses.permitted),
                    compatible: uses(&class.uses.compatible),
                    forbidden: uses(&class.uses.forbidden),
                    limits: class
                        .parameters
                        .iter()
                        .map(|row| LimitBook {
                            parameter: row.parameter,
                            works: row
                                .applies_to
                                .clone()
                                .unwrap_or_else(|| vec![Work::Building, Work::Subdivision]),
                            values: row
                                .values
                                .iter()
                                .map(|value| {
                                    ValueBook::new(value, |own| basis(own.unwrap_or(&row.article)))
                                })
                                .collect(),
                        })
                        .collect(),
                    activities: BTreeMap::new(),
                };
                (class.code.clone(), book)
            })
            .collect();
        for activity in &norm.activities {
            for (class, fitness) in &activity.classes {
                if let Some(class) = classes.get_mut(class) {
                    let said = ActivityBook {
                        fitness: *fitness,
                        conditions: activity.conditions.clone(),
                        basis: basis(&activity.article),
                    };
                    class.activities.insert(activity.ciiu.clone(), said);
                }
            }
        }
        let effects = norm.effects.iter();
        Self {
            code: norm.instrument.code.clone(),
            name: norm.instrument.name.clone(),
            sha256,
            document_sha256: norm
                .instrument
                .document
                .as_ref()
                .map(|document| document.sha256.clone()),
            split_rule: norm.split_lots.rule,
            split_basis: basis(&norm.split_lots.article),
            tolerances: norm.tolerances,
            classes,
            effects: effects
                .map(|row| (row.theme.clone(), (row.effect, basis(&row.article))))
                .collect(),
            absent_themes: norm
                .absent_themes
                .iter()
                .map(|row| (row.theme.clone(), basis(&row.article)))
                .collect(),
        }
    }

    /// A class by its code.
    pub fn class(&self, code: &str) -> Option<&ClassBook> {
        self.classes.get(code)
    }

    /// All classes, by code.
    pub fn classes(&self) -> impl Iterator<Item = &ClassBook> {
        self.classes.values()
    }
}

impl ClassBook {
    /// Its limits.
    pub fn limits(&self) -> &[LimitBook] {
        &self.limits
    }

    /// Whether a use goes. Words are compared without case and accents.
    pub fn use_fitness(&self, name: &str) -> UseFitness {
        let name = plain(name);
        if self.forbidden.contains(&name) {
            UseFitness::Forbidden
        } else if self.permitted.contains(&name) {
            UseFitness::Permitted
        } else if self.compatible.contains(&name) {
            UseFitness::Compatible
        } else {
            UseFitness::Unnamed
        }
    }

    /// What it says of an activity: of the class itself, else of its group, its division, its section.
    pub fn activity(&self, activity: &Ciiu) -> Option<&ActivityBook> {
        activity
            .families()
            .find_map(|family| self.activities.get(family))
    }
}

impl LimitBook {
    /// Whether it is held against a kind of work.
    pub fn applies_to(&self, work: Work) -> bool {
        self.works.contains(&work)
    }

    /// The limit as the facts make it.
    pub fn limit(&self, facts: &impl Facts) -> Limit {
        let missing = |variables: Vec<Variable>| {
            LimitValue::Missing(variables.into_iter().map(Variable::name).collect())
        };
        for value in &self.values {
            let held = value
                .when
                .as_ref()
                .map_or(Outcome::Is(true), |when| when.truth_with(facts));
            let found = match held {
                Outcome::Is(false) => continue,
                Outcome::Missing(variables) => missing(variables),
                Outcome::Fails => LimitValue::Missing(Vec::new()),
                Outcome::Is(true) => match &value.value {
                    Value::Number(number) => LimitValue::Number(*number),
                    Value::Words(words) => LimitValue::Words(words.clone()),
                    Value::Formula(formula) => match formula.number_with(facts) {
                        Outcome::Is(number) if number >= 0.0 => LimitValue::Number(number),
                        Outcome::Missing(variables) => missing(variables),
                        _ => LimitValue::Missing(Vec::new()),
                    },
                },
            };
            return Limit {
                value: found,
                basis: value.basis.clone(),
            };
        }
        // A norm's last value has no condition; without any there is nothing known.
        Limit {
            value: LimitValue::Missing(Vec::new()),
            basis: LegalBasis {
                norma: "".into(),
                articulo: None,
            },
        }
    }
}

impl ValueBook {
    fn new(value: &Conditional, basis: impl Fn(Option<&str>) -> LegalBasis) -> Self {
        let basis = basis(value.article.as_deref());
        Self::read(value).map_or_else(
            // Understood when the norm was read; were it not, nothing could be said, least of all that something complies.
            || Self {
                when: None,
                value: Value::Words(String::new()),
                basis: basis.clone(),
            },
            |(when, value)| Self {
                when,
                value,
                basis: basis.clone(),
            },
        )
    }

    fn read(value: &Conditional) -> Option<(Option<Expression>, Value)> {
        let when = match &value.when {
            Some(text) => Some(Expression::truth(text).ok()?),
            None => None,
        };
        let value = match (value.value, &value.formula, &value.words) {
            (Some(number), ..) => Value::Number(number),
            (_, Some(text), _) => Value::Formula(Expression::number(text).ok()?),
            (_, _, words) => Value::Words(words.clone().unwrap_or_default()),
        };
        Some((when, value))
    }
}

/// A norm that was read cites no article that is not there.
fn basis(norm: &Norm, id: &str) -> LegalBasis {
    norm.basis(id).unwrap_or_else(|| LegalBasis {
        norma: norm.instrument.ordinance.as_str().into(),
        articulo: None,
    })
}

/// A use in small letters without accents, so that «Educación» is «educacion».
pub(super) fn plain(text: &str) -> String {
    text.trim()
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' | 'ü' => 'u',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::norm::Fault;

    fn norm(code: &str, absent: &str) -> String {
        format!(
            r#"{{"ubigeo": "220101",
            "instrumento": {{"codigo": "{code}", "nombre": "De prueba", "tipo": "PDU", "norma": "Ordenanza {code}", "vigente_desde": "2026-01-01"}},
            "articulos": [{{"id": "a", "articulo": "Artículo 9"}}], "clases": [],
            "lote_en_varias_zonas": {{"regla": "mas_restrictiva", "articulo": "a"}}, "temas_inexistentes": {absent}}}"#
        )
    }

    #[test]
    fn a_theme_is_absent_by_the_article_of_the_norm_that_says_so() {
        let texts = [
            norm("EOU", "[]"),
            norm("PDU", r#"[{"tema": "aerodromo", "articulo": "a"}]"#),
        ];
        let norms = texts
            .each_ref()
            .map(|text| Norm::parse(text).expect("a norm"));
        let book = NormBook::new(norms.iter().zip(texts.iter().map(String::as_str)));
        let basis = book.absent_theme("aerodromo").expect("a basis");
        assert_eq!(
            (&*basis.norma, basis.articulo.as_deref()),
            ("Ordenanza PDU", Some("Artículo 9"))
        );
        assert_eq!(book.absent_theme("faja_marginal"), None);
        // It is no effect: what is drawn keeps that of its theme.
        assert_eq!(book.effect("aerodromo"), None);
    }

    #[test]
    fn a_theme_is_absent_once_and_by_an_article_that_is_there() {
        let faults = |absent: &str| {
            Norm::parse(&norm("PDU", absent))
                .map(|_| ())
                .expect_err(absent)
        };
        for (absent, place, fault) in [
            (
                r#"[{"tema": "barranco", "articulo": "z"}]"#,
                "/temas_inexistentes/0/articulo",
                Fault::NoArticle("z".to_owned()),
            ),
            (
                r#"[{"tema": "barranco", "articulo": "a"}, {"tema": "barranco", "articulo": "a"}]"#,
                "/temas_inexistentes/1",
                Fault::Twice("barranco".to_owned()),
            ),
        ] {
            let found = faults(absent);
            assert_eq!((found.len(), found[0].place.as_str()), (1, place));
            assert_eq!(found[0].fault, fault);
        }
        assert!(matches!(
            faults(r#"[{"tema": "barranco"}]"#)[0].fault,
            Fault::Form(_)
        ));
    }
}
