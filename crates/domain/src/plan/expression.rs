//! Expressions of norms (CEL): `1.5 * (ancho_via_m + retiro_frontal_m)`, `ancho_via_m >= 20.0 && esquina`.
//!
//! Sandboxed: an expression sees the variables below and operators, calls no function and has no loop, so that it ends in
//! a time that grows with its length, which has a limit.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use cel::{
    Context, Env, Program, Value,
    common::{
        types::{CelBool, CelDouble, CelString},
        value::CowVal,
    },
    context::VariableResolver,
};

use super::parameter::Parameter;

/// What an expression may name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Variable {
    /// Width of the street of the front between borders of property, in metres.
    StreetWidth,
    /// Whether the lot has two streets.
    Corner,
    /// Area of the lot, in square metres.
    Area,
    /// Front of the lot, in metres.
    Front,
    /// The use that is proposed.
    Use,
    /// Floors that are proposed.
    Floors,
    /// Dwellings that are proposed.
    Dwellings,
    /// Built area that is proposed, in square metres.
    BuiltArea,
    /// Cadastral sector, two digits.
    Sector,
    /// A limit of the same class.
    Limit(Parameter),
}

/// A known value of a variable.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Known<'a> {
    /// A quantity.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// A word.
    Word(&'a str),
}

/// What expressions are asked with.
pub trait Facts {
    /// The value of a variable; none where it is not known.
    fn get(&self, variable: Variable) -> Option<Known<'_>>;
}

/// An expression that was understood.
pub struct Expression {
    text: String,
    program: Program,
    variables: Vec<Variable>,
}

/// Why an expression was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExpression {
    /// Too long.
    #[error("longer than {LENGTH_MAX} characters")]
    TooLong,
    /// Parentheses in parentheses.
    #[error("nested deeper than {DEPTH_MAX}")]
    TooDeep,
    /// Not the language.
    #[error("{0}")]
    Syntax(String),
    /// A variable that does not exist.
    #[error("unknown variable {0}")]
    UnknownVariable(String),
    /// Only operators may be used.
    #[error("function {0}")]
    Function(String),
    /// It gives no number, or no truth, whatever the values are.
    #[error("{0}")]
    Kind(String),
}

/// What came of an expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome<T> {
    /// This.
    Is(T),
    /// These variables are not known.
    Missing(Vec<Variable>),
    /// It cannot be worked out: a division by zero.
    Fails,
}

/// Characters of an expression. The longest of a real ordinance has under 80.
const LENGTH_MAX: usize = 300;
/// Parentheses in each other: the parser recurses.
const DEPTH_MAX: usize = 12;

/// Variables by name, but for the limits.
const NAMED: [(&str, Variable); 9] = [
    ("ancho_via_m", Variable::StreetWidth),
    ("esquina", Variable::Corner),
    ("area_m2", Variable::Area),
    ("frente_m", Variable::Front),
    ("uso", Variable::Use),
    ("pisos", Variable::Floors),
    ("viviendas", Variable::Dwellings),
    ("area_techada_m2", Variable::BuiltArea),
    ("sector", Variable::Sector),
];

impl Variable {
    /// The variable with a name.
    pub fn named(name: &str) -> Option<Self> {
        let named = NAMED
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, variable)| *variable);
        named.or_else(|| {
            let parameter = Parameter::ALL
                .into_iter()
                .find(|parameter| parameter.name() == name)?;
            Some(Self::Limit(parameter))
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        if let Self::Limit(parameter) = self {
            return parameter.name();
        }
        NAMED
            .iter()
            .find(|(_, variable)| *variable == self)
            .map_or("", |(name, _)| name)
    }

    /// A value of its kind, to try an expression with.
    fn sample(self) -> Known<'static> {
        match self {
            Self::Corner => Known::Truth(true),
            Self::Use | Self::Sector => Known::Word("x"),
            _ => Known::Number(1.0),
        }
    }
}

/// The operators that an expression may use, as CEL calls them inside.
fn is_operator(function: &str) -> bool {
    function.starts_with(['_', '!', '-', '@'])
}

static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

impl Expression {
    /// An expression that gives a number.
    pub fn number(text: &str) -> Result<Self, InvalidExpression> {
        let expression = Self::parse(text)?;
        match expression.run(&Samples) {
            Ok(Value::Float(_) | Value::Int(_)) => Ok(expression),
            Ok(other) => Err(InvalidExpression::Kind(format!("{:?}", other.type_of()))),
            Err(error) => Err(InvalidExpression::Kind(error.to_string())),
        }
    }

    /// An expression that is true or false.
    pub fn truth(text: &str) -> Result<Self, InvalidExpression> {
        let expression = Self::parse(text)?;
        match expression.run(&Samples) {
            Ok(Value::Bool(_)) => Ok(expression),
            Ok(other) => Err(InvalidExpression::Kind(format!("{:?}", other.type_of()))),
            Err(error) => Err(InvalidExpression::Kind(error.to_string())),
        }
    }

    fn parse(text: &str) -> Result<Self, InvalidExpression> {
        if text.chars().count() > LENGTH_MAX {
            return Err(InvalidExpression::TooLong);
        }
        if depth(text) > DEPTH_MAX {
            return Err(InvalidExpression::TooDeep);
        }
        let program = ENVIRONMENT
            .compile(text)
            .map_err(|error| InvalidExpression::Syntax(error.to_string()))?;
        let references = program.references();
        if let Some(function) = references
            .functions()
            .into_iter()
            .find(|name| !is_operator(name))
        {
            return Err(InvalidExpression::Function(function.to_owned()));
        }
        let mut variables = references
            .variables()
            .into_iter()
            .map(|name| {
                Variable::named(name)
                    .ok_or_else(|| InvalidExpression::UnknownVariable(name.to_owned()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        variables.sort_unstable();
        Ok(Self {
            text: text.to_owned(),
            variables,
            program,
        })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it names.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Its number.
    pub fn number_with(&self, facts: &impl Facts) -> Outcome<f64> {
        self.with(facts, |value| match value {
            Value::Float(number) if number.is_finite() => Some(number),
            Value::Int(number) => Some(number as f64),
            _ => None,
        })
    }

    /// Whether it is true.
    pub fn truth_with(&self, facts: &impl Facts) -> Outcome<bool> {
        self.with(facts, |value| match value {
            Value::Bool(truth) => Some(truth),
            _ => None,
        })
    }

    fn with<T>(&self, facts: &impl Facts, read: impl Fn(Value) -> Option<T>) -> Outcome<T> {
        let known = self.resolved(facts);
        let missing: Vec<Variable> = self
            .variables
            .iter()
            .zip(&known.values)
            .filter(|(_, value)| value.is_none())
            .map(|(variable, _)| *variable)
            .collect();
        if !missing.is_empty() {
            return Outcome::Missing(missing);
        }
        match self.execute(&known).ok().and_then(read) {
            Some(value) => Outcome::Is(value),
            None => Outcome::Fails,
        }
    }

    fn resolved<'a>(&'a self, facts: &'a impl Facts) -> Resolved<'a> {
        let values = self.variables.iter().map(|variable| facts.get(*variable));
        Resolved {
            values: values.collect(),
            of: self,
        }
    }

    fn run(&self, facts: &impl Facts) -> Result<Value, cel::ExecutionError> {
        self.execute(&self.resolved(facts))
    }

    fn execute(&self, known: &Resolved<'_>) -> Result<Value, cel::ExecutionError> {
        let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
        context.set_variable_resolver(known);
        self.program.execute(&context)
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for sign in text.chars() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The values of one expression's variables.
struct Resolved<'a> {
    values: Vec<Option<Known<'a>>>,
    of: &'a Expression,
}

impl VariableResolver for Resolved<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let place = self
            .of
            .variables
            .iter()
            .position(|variable| variable.name() == name)?;
        Some(match self.values[place]? {
            Known::Number(number) => CowVal::owned(CelDouble::from(number)),
            Known::Truth(truth) => CowVal::owned(CelBool::from(truth)),
            Known::Word(word) => CowVal::owned(CelString::from(word)),
        })
    }
}

struct Samples;

impl Facts for Samples {
    fn get(&self, variable: Variable) -> Option<Known<'_>> {
        Some(variable.sample())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lot {
        width_m: Option<f64>,
    }

    impl Facts for Lot {
        fn get(&self, variable: Variable) -> Option<Known<'_>> {
            match variable {
                Variable::StreetWidth => self.width_m.map(Known::Number),
                Variable::Corner => Some(Known::Truth(false)),
                Variable::Use => Some(Known::Word("vivienda")),
                Variable::Limit(Parameter::FrontSetback) => Some(Known::Number(3.0)),
                _ => None,
            }
        }
    }

    #[test]
    fn a_formula_and_a_condition_of_a_norm() {
        let height =
            Expression::number("1.5 * (ancho_via_m + retiro_frontal_m)").expect("a formula");
        assert_eq!(
            height.number_with(&Lot {
                width_m: Some(12.0)
            }),
            Outcome::Is(22.5)
        );
        assert_eq!(
            height.number_with(&Lot { width_m: None }),
            Outcome::Missing(vec![Variable::StreetWidth])
        );
        let wide =
            Expression::truth("ancho_via_m >= 20 && !esquina || uso in ['comercio', 'taller']");
        assert_eq!(
            wide.expect("a condition").truth_with(&Lot {
                width_m: Some(20.0)
            }),
            Outcome::Is(true)
        );
        let undefined = Expression::number("1.0 / (ancho_via_m - 12.0)").expect("a formula");
        assert_eq!(
            undefined.number_with(&Lot {
                width_m: Some(12.0)
            }),
            Outcome::Fails
        );
    }

    #[test]
    fn what_is_no_expression_of_a_norm_is_refused() {
        use InvalidExpression as E;
        let number = |text: &str| Expression::number(text).map(|_| ());
        assert_eq!(
            number("ancho_calle * 2.0"),
            Err(E::UnknownVariable("ancho_calle".into()))
        );
        assert!(matches!(number("size(uso)"), Err(E::Function(_))));
        assert!(matches!(
            number("[1, 2].map(x, x * 2)[0]"),
            Err(E::Function(_) | E::UnknownVariable(_))
        ));
        assert!(matches!(number("ancho_via_m >= 20.0"), Err(E::Kind(_))));
        assert!(matches!(number("1.5 *"), Err(E::Syntax(_))));
        assert!(matches!(number(&"(".repeat(200)), Err(E::TooDeep)));
        assert!(matches!(number(&"1.0 + ".repeat(100)), Err(E::TooLong)));
        assert!(matches!(
            Expression::truth("uso").map(|_| ()),
            Err(E::Kind(_))
        ));
    }

    #[test]
    fn one_book_serves_many_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Expression>();
    }
}
