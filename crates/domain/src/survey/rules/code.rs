//! A code is well formed, and of the municipality that sends it.
//!
//! Source: código de referencia catastral, ubigeo 6, sector 2, manzana 3, lote 3 (ficha catastral urbana,
//! R. 001-2007-SNCP/CNC). A sector is known by the first 8 digits, a block by 11, a lot by 14.

use crate::{
    collection::Collection,
    id::Ubigeo,
    institute::{Cui, instrument::PlanKind},
    survey::{Finding, RuleCode},
};

/// How a layer's codes are formed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// So many digits, of which the first six are the ubigeo.
    Digits(usize),
    /// The código único de inversiones: seven digits, given once in the whole country.
    Cui,
    /// A plan's: as its register has it ([`PlanKind::names`]), so that a perimeter is found by its dossier; else free.
    Plan,
    /// Letters, digits, `.`, `_` and `-`; at most [`FREE_CODE_MAX`].
    Free,
}

/// Longest code of a layer that has no national form.
pub const FREE_CODE_MAX: usize = 64;

/// The form of a layer's codes.
pub fn form(collection: &Collection) -> Form {
    match collection {
        Collection::Sectors => Form::Digits(8),
        Collection::Manzanas => Form::Digits(11),
        Collection::Parcels => Form::Digits(14),
        Collection::Investments => Form::Cui,
        Collection::Plans => Form::Plan,
        _ => Form::Free,
    }
}

impl Form {
    /// Whether its codes name their municipality, so that no other has them.
    pub fn names_place(self) -> bool {
        matches!(self, Self::Digits(_) | Self::Free)
    }
}

/// The code as it is published, or what is wrong with it.
///
/// A free code that does not name its municipality is given its ubigeo in front, so that codes are unique in the
/// whole province.
pub fn code(text: &str, form: Form, ubigeo: Ubigeo, row: u64) -> Result<String, Box<Finding>> {
    let wrong = |what: &str| -> Box<Finding> {
        Finding::new(RuleCode::MalformedCode, row)
            .of(text)
            .with("codigo", text)
            .with("defecto", what)
            .into()
    };
    match form {
        Form::Digits(digits) => {
            if text.len() != digits || !text.bytes().all(|b| b.is_ascii_digit()) {
                return Err(wrong(&format!("debe tener {digits} dígitos")));
            }
            if &text[..6] != ubigeo.as_str() {
                return Err(Finding::new(RuleCode::ForeignCode, row)
                    .of(text)
                    .with("codigo", text)
                    .with("ajeno", &text[..6])
                    .with("ubigeo", ubigeo)
                    .into());
            }
            Ok(text.to_owned())
        }
        Form::Cui => match text.parse::<Cui>() {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => Err(wrong("debe ser un CUI, de siete dígitos")),
        },
        Form::Plan | Form::Free => {
            if text.is_empty() {
                return Err(wrong("está vacío"));
            }
            let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
            if text.len() > FREE_CODE_MAX || !text.bytes().all(allowed) {
                return Err(wrong(
                    "solo puede tener letras sin tilde, dígitos, punto y guion, hasta 64",
                ));
            }
            let names_it = text.starts_with(ubigeo.as_str())
                || text
                    .split(['.', '_', '-'])
                    .any(|part| part == ubigeo.as_str());
            let is_registered =
                form == Form::Plan && PlanKind::ALL.into_iter().any(|kind| kind.names(text));
            if names_it || is_registered {
                Ok(text.to_owned())
            } else {
                Ok(format!("{ubigeo}-{text}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, form: Form, expected: Result<&str, RuleCode>) {
        let ubigeo = "220101".parse().expect("six digits");
        let found = code(text, form, ubigeo, 1);
        assert_eq!(
            found.as_deref().map_err(|finding| finding.rule),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn a_lot_has_fourteen_digits_of_its_own_municipality() {
        let lot = form(&Collection::Parcels);
        check("22010101001014", lot, Ok("22010101001014"));
        check("2201010100101", lot, Err(RuleCode::MalformedCode));
        check("220101010010145", lot, Err(RuleCode::MalformedCode));
        check("2201010100101é", lot, Err(RuleCode::MalformedCode));
        check("", lot, Err(RuleCode::MalformedCode));
        check("22010201001014", lot, Err(RuleCode::ForeignCode));
    }

    #[test]
    fn a_project_keeps_its_number_of_the_country() {
        let project = form(&Collection::Investments);
        check("2345678", project, Ok("2345678"));
        check("234567", project, Err(RuleCode::MalformedCode));
        check("220101-2345678", project, Err(RuleCode::MalformedCode));
    }

    #[test]
    fn a_plan_keeps_the_code_of_its_register() {
        let plan = form(&Collection::Plans);
        for kept in [
            "PAT-2201-2026",
            "PDM-MOYOBAMBA",
            "PDU-220101-2012",
            "EOU-1",
            "PE-1.a_b",
            "220101-P1",
        ] {
            check(kept, plan, Ok(kept));
        }
        check("P-1", plan, Ok("220101-P-1"));
        check("pat-2201", plan, Ok("220101-pat-2201"));
        check("PDU-", plan, Ok("220101-PDU-"));
        check("PAT-2201/2026", plan, Err(RuleCode::MalformedCode));
        check("", plan, Err(RuleCode::MalformedCode));
        // In other layers it is a code as any other.
        check("PAT-2201-2026", Form::Free, Ok("220101-PAT-2201-2026"));
    }

    #[test]
    fn a_free_code_is_made_unique_in_the_province() {
        check("Z-1", Form::Free, Ok("220101-Z-1"));
        check("220101-Z-1", Form::Free, Ok("220101-Z-1"));
        check("PDU-220101-2026", Form::Free, Ok("PDU-220101-2026"));
        check("PDU-2201012-1", Form::Free, Ok("220101-PDU-2201012-1"));
        check("Z 1", Form::Free, Err(RuleCode::MalformedCode));
        check("../Z", Form::Free, Err(RuleCode::MalformedCode));
    }
}
