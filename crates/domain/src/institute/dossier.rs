//! What a dossier and a figure can be about. To add a kind: 1. a variant and its name; 2. the check in a migration.

use std::{fmt, str::FromStr};

/// What a dossier is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DossierKind {
    /// A planning instrument: PAT, PDU, EOU…
    Plan,
    /// A project of the cadastre itself.
    CadastralProject,
    /// An indicator of the catalogue.
    Indicator,
    /// A report by thematic axis.
    Report,
    /// A series of a partner.
    Series,
    /// A session of the Asamblea.
    Session,
    /// An agreement of a session.
    Agreement,
    /// A source of layers of others.
    Source,
}

impl DossierKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Plan,
        Self::CadastralProject,
        Self::Indicator,
        Self::Report,
        Self::Series,
        Self::Session,
        Self::Agreement,
        Self::Source,
    ];

    /// The name that the database and addresses know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::CadastralProject => "proyecto_catastral",
            Self::Indicator => "indicador",
            Self::Report => "informe",
            Self::Series => "serie",
            Self::Session => "sesion",
            Self::Agreement => "acuerdo",
            Self::Source => "fuente",
        }
    }
}

/// What a figure is of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FigureKind {
    /// Progress of a project of investment.
    Investment,
    /// Value of an indicator.
    Indicator,
    /// Value of a partner's series.
    Series,
    /// Targets and funds of a cadastral project.
    CadastralProject,
    /// Money that a municipality agreed to give, and gave.
    Contribution,
}

impl FigureKind {
    /// The name that the database knows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Investment => "inversion",
            Self::Indicator => "indicador",
            Self::Series => "serie",
            Self::CadastralProject => "proyecto_catastral",
            Self::Contribution => "aporte",
        }
    }
}

/// What a dossier is known by: a letter or digit, then letters, digits, `.`, `_` and `-`; at most 80.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DossierCode(String);

/// The text cannot be the code of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code is letters, digits, '.', '_' and '-', at most 80")]
pub struct InvalidDossierCode;

const CODE_MAX: usize = 80;

impl DossierCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DossierCode {
    type Err = InvalidDossierCode;

    fn from_str(text: &str) -> Result<Self, InvalidDossierCode> {
        let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        if starts_well && plain && text.len() <= CODE_MAX {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDossierCode)
        }
    }
}

impl fmt::Display for DossierCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_plain() {
        for right in ["PDU-220101", "a", "2026.1_b", "2345678"] {
            assert!(right.parse::<DossierCode>().is_ok(), "{right}");
        }
        for wrong in ["", "-a", "a b", "a/b", "ñ", "../x", &"x".repeat(81)] {
            assert!(wrong.parse::<DossierCode>().is_err(), "{wrong}");
        }
    }
}
