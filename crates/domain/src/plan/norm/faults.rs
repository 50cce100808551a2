//! All that can be wrong with a norm beside its form.

use std::collections::BTreeSet;

use super::{Conditional, Norm, ParameterRow, ZoneClass};
use crate::{
    id::Ciiu,
    plan::{
        expression::{Expression, InvalidExpression, Variable},
        parameter::Parameter,
    },
};

/// A fault, and where in the file it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NormFault {
    /// The member (a JSON pointer), or line and column.
    pub place: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a norm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The file is too large.
    TooLarge,
    /// It is no JSON of the schema's form.
    Form(String),
    /// The days on which it holds end before they begin.
    Days,
    /// A digest is no SHA-256.
    Digest,
    /// Something is said twice.
    Twice(String),
    /// An article that is cited and not there.
    NoArticle(String),
    /// A class that is named and not there.
    NoClass(String),
    /// A value has none, or more than one, of `valor`, `formula` and `segun`.
    OneValue,
    /// A number that cannot be meant.
    Implausible {
        /// The number.
        value: String,
        /// The largest that can be.
        max: String,
    },
    /// An expression that was not understood.
    Expression(InvalidExpression),
    /// A formula that needs its own parameter's value.
    Circular(&'static str),
    /// All values are conditional: where none of the conditions holds there is no limit.
    NoLast,
    /// Values after one without a condition are never reached.
    Unreachable,
    /// No activity of CIIU Rev. 4.
    Activity(String),
}

impl NormFault {
    /// A fault at a place.
    pub fn new(place: impl Into<String>, fault: Fault) -> Self {
        Self {
            place: place.into(),
            fault,
        }
    }
}

impl Fault {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "archivo_grande",
            Self::Form(_) => "forma",
            Self::Days => "vigencia",
            Self::Digest => "sha256",
            Self::Twice(_) => "repetido",
            Self::NoArticle(_) => "articulo_inexistente",
            Self::NoClass(_) => "clase_inexistente",
            Self::OneValue => "valor_unico",
            Self::Implausible { .. } => "valor_inverosimil",
            Self::Expression(_) => "expresion",
            Self::Circular(_) => "circular",
            Self::NoLast => "sin_valor_final",
            Self::Unreachable => "valor_inalcanzable",
            Self::Activity(_) => "ciiu",
        }
    }
}

/// All faults of a norm.
pub(super) fn of(norm: &Norm) -> Vec<NormFault> {
    let mut look = Look {
        articles: norm
            .articles
            .iter()
            .map(|article| article.id.as_str())
            .collect(),
        classes: norm
            .classes
            .iter()
            .map(|class| class.code.as_str())
            .collect(),
        found: Vec::new(),
    };
    let instrument = &norm.instrument;
    if instrument
        .valid_to
        .is_some_and(|to| to <= instrument.valid_from)
    {
        look.say("/instrumento/vigente_hasta", Fault::Days);
    }
    let is_digest =
        |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if instrument
        .document
        .as_ref()
        .is_some_and(|document| !is_digest(&document.sha256))
    {
        look.say("/instrumento/documento/sha256", Fault::Digest);
    }
    look.once(
        "/articulos",
        norm.articles.iter().map(|article| article.id.clone()),
    );
    look.once(
        "/clases",
        norm.classes.iter().map(|class| class.code.clone()),
    );
    for (place, class) in norm.classes.iter().enumerate() {
        look.class(&format!("/clases/{place}"), class);
    }
    look.activities(norm);
    look.cited("/lote_en_varias_zonas/articulo", &norm.split_lots.article);
    look.once(
        "/efectos",
        norm.effects.iter().map(|effect| effect.theme.clone()),
    );
    for (place, effect) in norm.effects.iter().enumerate() {
        look.cited(&format!("/efectos/{place}/articulo"), &effect.article);
    }
    look.once(
        "/temas_inexistentes",
        norm.absent_themes.iter().map(|absent| absent.theme.clone()),
    );
    for (place, absent) in norm.absent_themes.iter().enumerate() {
        look.cited(
            &format!("/temas_inexistentes/{place}/articulo"),
            &absent.article,
        );
    }
    // Half a metre and a tenth: more is no tolerance.
    look.plausible("/tolerancias/longitud_m", norm.tolerances.length_m, 0.5);
    look.plausible("/tolerancias/area_pct", norm.tolerances.area_pct, 10.0);
    look.found
}

struct Look<'a> {
    articles: BTreeSet<&'a str>,
    classes: BTreeSet<&'a str>,
    found: Vec<NormFault>,
}

impl Look<'_> {
    fn say(&mut self, place: &str, fault: Fault) {
        self.found.push(NormFault::new(place, fault));
    }

    fn once(&mut self, place: &str, names: impl Iterator<Item = String>) {
        let mut seen = BTreeSet::new();
        for (number, name) in names.enumerate() {
            if !seen.insert(name.clone()) {
                self.say(&format!("{place}/{number}"), Fault::Twice(name));
            }
        }
    }

    fn cited(&mut self, place: &str, article: &str) {
        if !self.articles.contains(article) {
            self.say(place, Fault::NoArticle(article.to_owned()));
        }
    }

    fn plausible(&mut self, place: &str, value: f64, max: f64) {
        if !(0.0..=max).contains(&value) {
            self.say(
                place,
                Fault::Implausible {
                    value: value.to_string(),
                    max: max.to_string(),
                },
            );
        }
    }

    fn class(&mut self, place: &str, class: &ZoneClass) {
        self.cited(&format!("{place}/articulo"), &class.article);
        let uses = [
            &class.uses.permitted,
            &class.uses.compatible,
            &class.uses.forbidden,
        ];
        let words = uses
            .into_iter()
            .flatten()
            .map(|word| super::super::book::plain(word));
        self.once(&format!("{place}/usos"), words);
        let named = class
            .parameters
            .iter()
            .map(|row| row.parameter.name().to_owned());
        self.once(&format!("{place}/parametros"), named);
        for (number, row) in class.parameters.iter().enumerate() {
            self.parameter(&format!("{place}/parametros/{number}"), row);
        }
    }

    fn parameter(&mut self, place: &str, row: &ParameterRow) {
        self.cited(&format!("{place}/articulo"), &row.article);
        let last = row.values.len().saturating_sub(1);
        if row.values.last().is_none_or(|value| value.when.is_some()) {
            self.say(&format!("{place}/valores"), Fault::NoLast);
        }
        for (number, value) in row.values.iter().enumerate() {
            let place = format!("{place}/valores/{number}");
            if value.when.is_none() && number < last {
                self.say(&place, Fault::Unreachable);
            }
            self.value(&place, row.parameter, value);
        }
    }

    fn value(&mut self, place: &str, parameter: Parameter, value: &Conditional) {
        if let Some(article) = &value.article {
            self.cited(&format!("{place}/articulo"), article);
        }
        let given = [
            value.value.is_some(),
            value.formula.is_some(),
            value.words.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            self.say(place, Fault::OneValue);
        }
        if let Some(number) = value.value {
            self.plausible(&format!("{place}/valor"), number, parameter.plausible_max());
        }
        let read = [
            ("si", value.when.as_deref().map(Expression::truth)),
            ("formula", value.formula.as_deref().map(Expression::number)),
        ];
        for (member, read) in read {
            match read {
                Some(Err(error)) => {
                    self.say(&format!("{place}/{member}"), Fault::Expression(error));
                }
                Some(Ok(expression)) => {
                    // Only setbacks may be named by others, so that no two limits wait for each other.
                    let waits = expression
                        .variables()
                        .iter()
                        .find_map(|variable| match variable {
                            Variable::Limit(other) if !is_plain(*other) || *other == parameter => {
                                Some(other.name())
                            }
                            _ => None,
                        });
                    if let Some(other) = waits {
                        self.say(&format!("{place}/{member}"), Fault::Circular(other));
                    }
                }
                None => {}
            }
        }
        if is_plain(parameter) && value.formula.is_some() {
            self.say(
                &format!("{place}/formula"),
                Fault::Circular(parameter.name()),
            );
        }
    }

    fn activities(&mut self, norm: &Norm) {
        self.once(
            "/actividades",
            norm.activities.iter().map(|activity| activity.ciiu.clone()),
        );
        for (number, activity) in norm.activities.iter().enumerate() {
            let place = format!("/actividades/{number}");
            self.cited(&format!("{place}/articulo"), &activity.article);
            if activity.ciiu.parse::<Ciiu>().is_err() {
                self.say(
                    &format!("{place}/ciiu"),
                    Fault::Activity(activity.ciiu.clone()),
                );
            }
            for class in activity
                .classes
                .keys()
                .filter(|class| !self.classes.contains(class.as_str()))
                .cloned()
                .collect::<Vec<_>>()
            {
                self.say(&format!("{place}/clases"), Fault::NoClass(class));
            }
        }
    }
}

/// Limits that formulas of others may name; they are plain numbers themselves.
pub(in crate::plan) fn is_plain(parameter: Parameter) -> bool {
    matches!(
        parameter,
        Parameter::FrontSetback | Parameter::SideSetback | Parameter::RearSetback
    )
}
