//! Why a finding is what it is, in a sentence.

use domain::{
    plan::{
        book::UseFitness,
        norm::{Fitness, SplitRule},
        parameter::Bound,
    },
    urban::{Finding, How, OverlaySaid, Said, State, ZoneProblem},
};

use super::parameter_name;

/// The sentence of a finding.
pub(super) fn sentence(finding: &Finding) -> String {
    let said = said(finding);
    let split = match finding.split {
        None => "",
        Some(SplitRule::Strictest) => {
            " El lote está en varias zonas: rige el límite más restrictivo."
        }
        Some(SplitRule::LargestShare) => {
            " El lote está en varias zonas: rige la de mayor proporción."
        }
        Some(SplitRule::Front) => " El lote está en varias zonas: rige la de su frente.",
    };
    format!("{said}{split}")
}

fn said(finding: &Finding) -> String {
    match &finding.said {
        Said::Compared {
            parameter,
            how,
            declared,
            within_tolerance,
        } => {
            let name = parameter_name(*parameter);
            let unit = parameter.unit();
            let value = number(finding.value.unwrap_or_default());
            let limit = number(finding.limit.unwrap_or_default());
            let source = match how {
                How::Declared => "declarada en la propuesta",
                How::OnFootprint => "medida sobre la huella",
                How::OnLot => "medida en el catastro",
            };
            let bound = match parameter.bound() {
                Bound::AtMost => "como máximo",
                Bound::AtLeast => "como mínimo",
            };
            let verdict = match (finding.state, within_tolerance) {
                (State::Complies, false) => "cumple",
                (State::Complies, true) => "cumple dentro de la tolerancia de la norma",
                _ => "no cumple",
            };
            let beside = declared
                .filter(|declared| (declared - finding.value.unwrap_or_default()).abs() > 5e-3)
                .map_or_else(String::new, |declared| {
                    format!(
                        " La propuesta declara {} {unit}; vale lo medido.",
                        number(declared)
                    )
                });
            format!(
                "Cifra {source}: {name} es {value} {unit}; la norma pide {limit} {unit} {bound}: {verdict}.{beside}"
            )
        }
        Said::NoValue(parameter) => format!(
            "No se puede afirmar: la propuesta no dice {}, y la norma lo limita a {} {}.",
            parameter_name(*parameter),
            number(finding.limit.unwrap_or_default()),
            parameter.unit()
        ),
        Said::NoLimit(parameter) if finding.missing.is_empty() => {
            format!(
                "No se puede afirmar: el límite {} no se pudo calcular con los datos del lote.",
                of(parameter_name(*parameter))
            )
        }
        Said::NoLimit(parameter) => format!(
            "No se puede afirmar: el límite {} depende de un dato que falta ({}).",
            of(parameter_name(*parameter)),
            finding.missing.join(", ")
        ),
        Said::InWords(parameter, words) => format!(
            "No se puede afirmar: la norma fija {} en palabras: «{words}».",
            parameter_name(*parameter)
        ),
        Said::Use(fitness, name) => match fitness {
            UseFitness::Permitted => format!("El uso «{name}» es de los permitidos en la zona."),
            UseFitness::Compatible => format!("El uso «{name}» es compatible con la zona."),
            UseFitness::Forbidden => format!("El uso «{name}» está prohibido en la zona."),
            UseFitness::Unnamed => {
                format!("No se puede afirmar: la zona no nombra el uso «{name}».")
            }
        },
        Said::Activity(fitness, conditions) => match (fitness, conditions) {
            (Some(Fitness::Fits), _) => {
                "El índice de usos da la actividad por conforme en la zona.".to_owned()
            }
            (Some(Fitness::Unfit), _) => {
                "El índice de usos da la actividad por no conforme en la zona.".to_owned()
            }
            (Some(Fitness::Conditioned), Some(conditions)) => format!(
                "La actividad está condicionada en la zona, y lo ve una persona: {conditions}"
            ),
            (Some(Fitness::Conditioned), None) => {
                "La actividad está condicionada en la zona, y lo ve una persona.".to_owned()
            }
            (None, _) => {
                "No se puede afirmar: el índice de usos no nombra la actividad en la zona."
                    .to_owned()
            }
        },
        Said::Zone(problem) => zone(problem),
        Said::Overlay(overlay) => self::overlay(overlay, finding.state),
        Said::NoData(name) => {
            format!("No se puede afirmar: el municipio no tiene datos de «{name}».")
        }
        Said::Outside(area) if finding.state == State::Fails => {
            format!("La huella sale {} m² del predio.", number(*area))
        }
        Said::Outside(area) if finding.state == State::Unknown => format!(
            "No se puede afirmar: la huella sale {} m² del predio, menos que el error del levantamiento; que lo vea una persona en el terreno.",
            number(*area)
        ),
        Said::Outside(_) => "La huella está dentro del predio.".to_owned(),
    }
}

fn zone(problem: &ZoneProblem) -> String {
    match problem {
        ZoneProblem::None => {
            "No se puede afirmar: el terreno no está en ninguna zona en vigor.".to_owned()
        }
        ZoneProblem::Partly(area) => format!(
            "No se puede afirmar de todo el terreno: {} m² no están en ninguna zona.",
            number(*area)
        ),
        ZoneProblem::Double(area) => format!(
            "No se puede afirmar: {} m² están a la vez en zonas de clases distintas.",
            number(*area)
        ),
        ZoneProblem::Unnamed => {
            "No se puede afirmar: una zona no dice su clase o su instrumento.".to_owned()
        }
        ZoneProblem::NoNorm(instrument) => {
            format!("No se puede afirmar: no hay normas de {instrument} en vigor en esa fecha.")
        }
        ZoneProblem::NoClass { instrument, class } => {
            format!("No se puede afirmar: las normas de {instrument} no definen la clase {class}.")
        }
        ZoneProblem::NoFront => {
            "No se puede afirmar: rige la zona del frente, y el frente no se conoce.".to_owned()
        }
    }
}

fn overlay(said: &OverlaySaid, state: State) -> String {
    match said {
        OverlaySaid::Whole => {
            "La restricción cubre todo el terreno y no deja construir.".to_owned()
        }
        OverlaySaid::Footprint(area) if state == State::Unknown => format!(
            "No se puede afirmar: la huella ocupa {} m² de una restricción que no deja construir, menos que el error del levantamiento.",
            number(*area)
        ),
        OverlaySaid::Footprint(area) => format!(
            "La huella ocupa {} m² de una restricción que no deja construir.",
            number(*area)
        ),
        OverlaySaid::Clear(area) => format!(
            "La restricción cubre {} m² del terreno y la huella no la toca.",
            number(*area)
        ),
        OverlaySaid::NeedsFootprint(area) => format!(
            "No se puede afirmar: la restricción cubre {} m² del terreno, y sin la huella no se sabe si el edificio la toca.",
            number(*area)
        ),
        OverlaySaid::WithinError(area) => format!(
            "La restricción cubre {} m² del terreno, dentro del error del levantamiento: no se afirma que lo afecte.",
            number(*area)
        ),
        OverlaySaid::Conditions(area) => format!(
            "La restricción pone condiciones sobre {} m², y las ve una persona.",
            number(*area)
        ),
        OverlaySaid::Informs => "La restricción informa y no obliga.".to_owned(),
        OverlaySaid::NoTheme => {
            "No se puede afirmar: la restricción es de un tema que el servicio no conoce."
                .to_owned()
        }
        OverlaySaid::NotBuilding => {
            "No se puede afirmar: la restricción no deja construir, y no dice qué usos admite lo ya construido.".to_owned()
        }
    }
}

/// «de la altura», «del área libre».
fn of(name: &str) -> String {
    name.strip_prefix("el ")
        .map_or_else(|| format!("de {name}"), |rest| format!("del {rest}"))
}

/// Two decimals at most.
fn number(value: f64) -> String {
    let text = format!("{:.2}", (value * 100.0).round() / 100.0 + 0.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
