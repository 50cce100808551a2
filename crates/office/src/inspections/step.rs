//! Steps on the way of an inspection.

use chrono::NaiveDate;
use domain::{
    inspection::{Order, Step},
    people::{Action, Actor},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::inspections::Written;
use uuid::Uuid;

use super::{absent, deed, text};
use crate::{Kind, Office, Problem, people::require, problem, view::InspectionShape};

/// A step, as somebody sends it.
#[derive(Clone, Serialize, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    /// `realizar`, `sin_infraccion`, `con_infraccion`, `ordenar`, `subsanar`, `resolver`.
    #[serde(rename = "paso")]
    pub step: String,
    /// Number of the acta, with `realizar`.
    #[serde(default)]
    pub acta: Option<String>,
    /// Day of the visit, with `realizar`.
    #[serde(default, rename = "fecha")]
    pub day: Option<NaiveDate>,
    /// Code of the infraction in the municipality's table, with `con_infraccion`.
    #[serde(default, rename = "codigo")]
    pub code: Option<String>,
    /// What it is, with `con_infraccion`.
    #[serde(default, rename = "infraccion")]
    pub infraction: Option<String>,
    /// With `ordenar`: `paralizacion`, `demolicion`, `retiro`, `clausura`, `regularizacion`.
    #[serde(default, rename = "orden")]
    pub order: Option<String>,
    /// Last day to obey it: the working days of the municipality, already counted.
    #[serde(default, rename = "plazo")]
    pub deadline: Option<NaiveDate>,
    /// The document that mends or ends it.
    #[serde(default, rename = "documento")]
    pub document: Option<String>,
}

impl Office {
    /// Takes a step with an inspection.
    pub async fn step_inspection(
        &self,
        actor: &Actor,
        id: Uuid,
        next: &NextStep,
    ) -> Result<InspectionShape, Problem> {
        let step: Step = next.step.parse().map_err(|_| unknown_step())?;
        crate::people::require_somewhere(actor, &[Action::Inspect])?;
        let mut act = self.store.begin(actor).await?;
        let row = act.inspections(Some(id), 1).await?.pop();
        let row = row.ok_or_else(absent)?;
        require(actor, Action::Inspect, Some(row.ubigeo))?;
        let account = actor.account().ok_or_else(problem::people::no_account)?;
        let state = row.state.after(step).map_err(|_| {
            Problem::new(
                Kind::Conflict,
                format!("La inspección está {}: no admite «{}».", row.state, step.name()),
                "Va de programada a realizada, con o sin infracción; con infracción se ordena con un plazo, y se subsana o se resuelve.",
            )
        })?;
        let said = Said::of(next, step, act.day())?;
        if let Some(acta) = &said.acta
            && act.has_acta(row.ubigeo, acta).await?
        {
            return Err(Problem::new(
                Kind::Conflict,
                format!("Ya hay un acta {acta} en el municipio."),
                "Compruebe el número del acta.",
            ));
        }
        let content = json!(next);
        act.move_inspection(id, account, (step.name(), state), &said.written(), &content)
            .await?;
        let record = json!({"paso": step.name(), "acta": said.acta, "codigo": said.code, "orden": said.order,
            "plazo": said.deadline, "documento": said.document});
        act.commit(&deed("fiscalizacion.paso", row.ubigeo, id, record))
            .await?;
        self.inspection(actor, id).await
    }
}

/// What a step needs, read.
#[derive(Default)]
struct Said {
    acta: Option<String>,
    day: Option<NaiveDate>,
    code: Option<String>,
    infraction: Option<String>,
    order: Option<&'static str>,
    deadline: Option<NaiveDate>,
    document: Option<String>,
}

impl Said {
    fn of(next: &NextStep, step: Step, today: NaiveDate) -> Result<Self, Problem> {
        let none = Self::default();
        Ok(match step {
            Step::Visit => Self {
                acta: Some(text(next.acta.as_deref(), "acta")?),
                day: Some(visited(next.day, today)?),
                ..none
            },
            Step::Accuse => Self {
                code: Some(text(next.code.as_deref(), "codigo")?),
                infraction: Some(text(next.infraction.as_deref(), "infraccion")?),
                ..none
            },
            Step::Order => Self {
                order: Some(order(next.order.as_deref())?.name()),
                deadline: Some(deadline(next.deadline, today)?),
                ..none
            },
            Step::Mend | Step::Resolve => Self {
                document: Some(text(next.document.as_deref(), "documento")?),
                ..none
            },
            Step::Clear => none,
        })
    }

    fn written(&self) -> Written<'_> {
        Written {
            acta: self.acta.as_deref(),
            visited_on: self.day,
            infraction_code: self.code.as_deref(),
            infraction: self.infraction.as_deref(),
            ordered: self.order,
            deadline: self.deadline,
            resolution: self.document.as_deref(),
        }
    }
}

fn visited(day: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate, Problem> {
    day.filter(|day| *day <= today).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            "Falta «fecha», o todavía no llega.",
            "Es el día de la visita, como 2026-11-23.",
        )
    })
}

fn deadline(day: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate, Problem> {
    day.filter(|day| *day >= today).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            "Falta «plazo», o ya pasó.",
            "Es el último día para cumplir, con los días hábiles ya contados, como 2026-12-14.",
        )
    })
}

fn order(text: Option<&str>) -> Result<Order, Problem> {
    text.unwrap_or_default().parse().map_err(|_| {
        let known: Vec<&str> = Order::ALL.iter().map(|order| order.name()).collect();
        Problem::new(
            Kind::BadRequest,
            "Falta «orden», o no se conoce.",
            format!("Puede ser {}.", known.join(", ")),
        )
    })
}

fn unknown_step() -> Problem {
    let known: Vec<&str> = Step::ALL.iter().map(|step| step.name()).collect();
    Problem::new(
        Kind::BadRequest,
        "No se conoce ese paso.",
        format!("Puede ser {}.", known.join(", ")),
    )
}
