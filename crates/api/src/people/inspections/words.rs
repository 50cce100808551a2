//! How pages call the states, the steps and the orders of an inspection.

use domain::inspection::{Order, State, Step};

/// A state's word and the look of its sign.
pub fn state(name: &str) -> (&'static str, &'static str) {
    match name.parse() {
        Ok(State::Planned) => ("Programada", "dato"),
        Ok(State::Done) => ("Realizada", "duda"),
        Ok(State::Clean) => ("Sin infracción", "bien"),
        Ok(State::Infringed) => ("Con infracción", "mal"),
        Ok(State::Ordered) => ("En plazo", "duda"),
        Ok(State::Mended) => ("Subsanada", "bien"),
        Ok(State::Resolved) => ("Resuelta", ""),
        Err(_) => ("Desconocido", "duda"),
    }
}

/// A step of the past.
pub fn done(step: &str) -> &'static str {
    match step {
        "programar" => "Se programó la visita",
        "realizar" => "Se hizo la visita y se levantó el acta",
        "sin_infraccion" => "Se concluyó que no hay infracción",
        "con_infraccion" => "Se encontró una infracción",
        "ordenar" => "Se dio una orden con plazo",
        "subsanar" => "Se subsanó",
        "resolver" => "Se resolvió",
        _ => "Otro paso",
    }
}

/// What to say after a step.
pub fn told(step: &str) -> Option<&'static str> {
    Some(match step {
        "programar" => "La inspección está programada. Imprima el acta para llevarla a la visita.",
        "realizar" => "La visita quedó registrada. Agregue las pruebas y diga si hay infracción.",
        "sin_infraccion" => "La inspección terminó sin infracción.",
        "con_infraccion" => {
            "La infracción quedó registrada. Lo que sigue es la orden, con su plazo."
        }
        "ordenar" => "La orden quedó registrada con su plazo.",
        "subsanar" => "La inspección terminó: se subsanó.",
        "resolver" => "La inspección terminó con una resolución.",
        "prueba" => "La prueba está guardada con su huella.",
        _ => return None,
    })
}

/// How a step is offered: its name, what it does, and the words of its button.
pub fn offer(step: Step) -> (&'static str, &'static str, &'static str) {
    match step {
        Step::Visit => (
            "La visita se hizo",
            "Con el número del acta que se levantó y el día.",
            "Registrar la visita",
        ),
        Step::Clear => (
            "No hay infracción",
            "La inspección termina aquí.",
            "Terminar sin infracción",
        ),
        Step::Accuse => (
            "Hay infracción",
            "Con su código del cuadro de infracciones de la municipalidad.",
            "Registrar la infracción",
        ),
        Step::Order => (
            "Ordenar, con un plazo",
            "El plazo es el último día para cumplir, con los días hábiles ya contados.",
            "Registrar la orden",
        ),
        Step::Mend => (
            "Se subsanó",
            "Lo ordenado está hecho. La inspección termina aquí.",
            "Registrar que se subsanó",
        ),
        Step::Resolve => (
            "Se resolvió",
            "Una resolución le pone fin.",
            "Registrar la resolución",
        ),
    }
}

/// An order.
pub fn order(order: Order) -> &'static str {
    match order {
        Order::Halt => "Paralización de la obra",
        Order::Demolish => "Demolición",
        Order::Remove => "Retiro de lo que estorba",
        Order::Close => "Clausura",
        Order::Regularise => "Regularización de la licencia",
    }
}

/// An order by its name.
pub fn order_named(name: &str) -> String {
    name.parse()
        .map_or_else(|_| name.to_owned(), |known| order(known).to_owned())
}
