//! Who decides what (`data/gobierno/decisiones.json`).

use serde::{Deserialize, Serialize};

use crate::{Problem, data};

/// A body of the government of the province.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Body {
    /// What it is known by.
    pub codigo: String,
    /// What it is called.
    pub nombre: String,
}

/// What a body does in a decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Which body.
    pub cuerpo: String,
    /// `propone`, `opina`, `decide`, `ejecuta`, `es informado`.
    pub papel: String,
}

/// A decision, and who has which part in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// What is decided.
    pub decision: String,
    /// Who has a part in it.
    pub papeles: Vec<Part>,
    /// On what it stands.
    pub base: String,
}

/// All of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decisions {
    /// On what the whole stands.
    pub fuente: String,
    /// The bodies, in their order.
    pub cuerpos: Vec<Body>,
    /// The decisions, in their order.
    pub decisiones: Vec<Decision>,
}

impl Decision {
    /// What a body does in it; nothing where it has no part.
    pub fn part(&self, body: &str) -> &str {
        let found = self.papeles.iter().find(|part| part.cuerpo == body);
        found.map_or("", |part| part.papel.as_str())
    }
}

/// Who decides what.
pub fn decisions() -> Result<Decisions, Problem> {
    data::read("gobierno/decisiones.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_has_one_who_decides_and_known_bodies() {
        let all = decisions().expect("the file");
        for one in &all.decisiones {
            let decides = one.papeles.iter().filter(|part| part.papel == "decide");
            assert_eq!(decides.count(), 1, "{}", one.decision);
            for part in &one.papeles {
                let known = all.cuerpos.iter().any(|body| body.codigo == part.cuerpo);
                assert!(known, "{}: {}", one.decision, part.cuerpo);
            }
        }
    }
}
