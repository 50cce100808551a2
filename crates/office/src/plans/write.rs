//! Plans are written: begun, changed, brought to their next state.

use domain::{
    id::Ubigeo,
    institute::{
        DossierCode, DossierKind,
        instrument::{self, LifeFault, Milestone, PlanKind, State},
        plan_tree::{self, NODES_MAX, Node, TreeFault},
    },
    people::{Action, Actor},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{PlanContent, PlanShape, bad};
use crate::{
    Kind, Office, Problem, data,
    dossiers::{self, Written},
    moment,
    people::require,
};

/// A plan, as it comes into the register.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// Its code: letters of its class first, as in `PDU-220101-2027`.
    pub codigo: String,
    /// Its class.
    pub tipo: PlanKind,
    /// What it is called.
    pub nombre: String,
    /// The municipality; none for what is the province's.
    #[serde(default)]
    pub ubigeo: Option<Ubigeo>,
    /// Its draft.
    #[serde(default)]
    pub borrador: Option<Uuid>,
    /// Its tree.
    #[serde(default)]
    pub nodos: Vec<Node>,
    /// What it went through before; without, it begins to be made today.
    #[serde(default)]
    pub hitos: Vec<Milestone>,
}

/// A plan, changed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedPlan {
    /// The version that was read.
    pub version: i32,
    /// What it is called.
    pub nombre: String,
    /// Its draft.
    #[serde(default)]
    pub borrador: Option<Uuid>,
    /// Its tree.
    #[serde(default)]
    pub nodos: Vec<Node>,
}

/// The next state of a plan.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanStep {
    /// The version that was read.
    pub version: i32,
    /// Which state.
    pub estado: State,
    /// Since which day.
    pub fecha: chrono::NaiveDate,
    /// Last day of a consultation.
    #[serde(default)]
    pub hasta: Option<chrono::NaiveDate>,
    /// The ordinance.
    #[serde(default)]
    pub norma: Option<String>,
    /// Why.
    #[serde(default)]
    pub nota: Option<String>,
}

const NAME: std::ops::RangeInclusive<usize> = 5..=200;
const WORDS_MAX: usize = 1_000;

impl Office {
    /// Takes a plan into the register.
    pub async fn register_plan(&self, actor: &Actor, new: NewPlan) -> Result<PlanShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let code = code(&new.codigo, new.tipo)?;
        if new.tipo != PlanKind::Pat && new.ubigeo.is_none() {
            return Err(bad(
                "Falta el municipio.",
                "Solo un PAT es de toda la provincia: en «ubigeo» va el municipio del plan.",
            ));
        }
        self.known_place(new.ubigeo)?;
        let mut milestones = new.hitos;
        if milestones.is_empty() {
            milestones.push(Milestone {
                state: State::Drafting,
                day: moment::now().day,
                until: None,
                norm: None,
                note: None,
            });
        }
        for one in &milestones {
            brief(one.norm.as_deref(), "norma")?;
            brief(one.note.as_deref(), "nota")?;
        }
        instrument::life(&milestones, moment::now().day).map_err(|(at, fault)| {
            let Problem {
                kind,
                title,
                detail,
            } = life_problem(&fault);
            Problem::new(kind, format!("Hito {}: {title}", at + 1), detail)
        })?;
        let content = PlanContent {
            tipo: new.tipo,
            nombre: self.checked(&new.nombre, &new.nodos, new.borrador).await?,
            estado: milestones.last().map_or(State::Drafting, |last| last.state),
            norma: instrument::norm(&milestones).map(str::to_owned),
            hitos: milestones,
            borrador: new.borrador,
            nodos: new.nodos,
            demostracion: false,
        };
        self.write_dossier(
            actor,
            Action::KeepRegister,
            &Written {
                kind: DossierKind::Plan,
                code: &code,
                ubigeo: new.ubigeo,
                content: &content,
                after: 0,
                action: "plan.alta",
            },
        )
        .await?;
        self.plan(code.as_str(), None).await
    }

    /// Changes the name, the draft and the tree of a plan.
    pub async fn change_plan(
        &self,
        actor: &Actor,
        code: &str,
        changed: ChangedPlan,
    ) -> Result<PlanShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let kept = self.kept_plan(code, None).await?;
        let content = PlanContent {
            nombre: self
                .checked(&changed.nombre, &changed.nodos, changed.borrador)
                .await?,
            borrador: changed.borrador,
            nodos: changed.nodos,
            ..kept.content
        };
        self.write_dossier(
            actor,
            Action::KeepRegister,
            &Written {
                kind: DossierKind::Plan,
                code: &dossier_code(&kept.code)?,
                ubigeo: kept.ubigeo,
                content: &content,
                after: changed.version,
                action: "plan.cambio",
            },
        )
        .await?;
        self.plan(code, None).await
    }

    /// Brings a plan to its next state; the record says which, since when and by which ordinance.
    pub async fn step_plan(
        &self,
        actor: &Actor,
        code: &str,
        next: PlanStep,
    ) -> Result<PlanShape, Problem> {
        require(actor, Action::KeepRegister, None)?;
        let kept = self.kept_plan(code, None).await?;
        if kept.version != next.version {
            return Err(Problem::new(
                Kind::Conflict,
                format!("{code} cambió mientras usted lo editaba."),
                "Vuelva a cargarlo, mire lo último y repita su cambio.",
            ));
        }
        let said = |text: Option<String>| {
            let text = text.map(|text| text.trim().to_owned());
            text.filter(|text| !text.is_empty())
        };
        let milestone = Milestone {
            state: next.estado,
            day: next.fecha,
            until: next.hasta,
            norm: said(next.norma),
            note: said(next.nota),
        };
        brief(milestone.norm.as_deref(), "norma")?;
        brief(milestone.note.as_deref(), "nota")?;
        let mut content = kept.content;
        instrument::step(content.hitos.last(), &milestone, moment::now().day)
            .map_err(|fault| life_problem(&fault))?;
        let deed = json!({"estado": milestone.state, "fecha": milestone.day, "hasta": milestone.until,
            "norma": milestone.norm, "nota": milestone.note});
        content.estado = milestone.state;
        content.hitos.push(milestone);
        content.norma = instrument::norm(&content.hitos).map(str::to_owned);
        let mut act = self.store.begin(actor).await?;
        let mut record = dossiers::write(
            &mut act,
            &Written {
                kind: DossierKind::Plan,
                code: &dossier_code(&kept.code)?,
                ubigeo: kept.ubigeo,
                content: &content,
                after: next.version,
                action: "plan.estado",
            },
        )
        .await?;
        if let Some(told) = record.content.as_object_mut() {
            told.insert("hito".to_owned(), deed);
        }
        act.commit(&record).await?;
        self.plan(code, None).await
    }

    /// The name of a plan, if it and its tree and draft are in order.
    async fn checked(
        &self,
        name: &str,
        nodes: &[Node],
        draft: Option<Uuid>,
    ) -> Result<String, Problem> {
        let name = name.trim();
        if !NAME.contains(&name.chars().count()) {
            return Err(bad(
                "Falta el nombre, o es demasiado largo.",
                "Escriba en «nombre» cómo se llama el plan, entre 5 y 200 letras.",
            ));
        }
        plan_tree::check(nodes).map_err(|fault| tree_problem(&fault))?;
        let axes = data::axes();
        for node in nodes {
            if let Some(axis) = &node.axis
                && !axes.iter().any(|known| known.code == *axis)
            {
                let known: Vec<&str> = axes.iter().map(|known| known.code.as_str()).collect();
                return Err(bad(
                    format!("El nodo {} tiene un eje que no existe: «{axis}».", node.id),
                    format!("Los ejes son: {}.", known.join(", ")),
                ));
            }
        }
        if let Some(draft) = draft {
            self.draft(draft).await?;
        }
        Ok(name.to_owned())
    }

    /// Refuses a municipality that is not of the province.
    pub(crate) fn known_place(&self, ubigeo: Option<Ubigeo>) -> Result<(), Problem> {
        let snapshot = self.feed.snapshot();
        match ubigeo {
            Some(place) if !snapshot.municipalities.contains_key(&place) => Err(bad(
                format!("El municipio {place} no está en este servicio."),
                "Los que están se listan en /ogc/collections/municipios/items, o en la portada.",
            )),
            _ => Ok(()),
        }
    }
}

/// The code of a plan: its class first, so that nobody takes one for another, and no address for a code.
fn code(text: &str, kind: PlanKind) -> Result<DossierCode, Problem> {
    let text = text.trim();
    let code: Option<DossierCode> = text.parse().ok();
    code.filter(|_| kind.names(text))
        .ok_or_else(|| {
            bad(
                format!("«{text}» no vale como código de un plan de esa clase."),
                format!(
                    "Empieza con {} y sigue con letras, dígitos, «.», «_» o «-», hasta 80: {}220101-2027.",
                    kind.prefix(),
                    kind.prefix()
                ),
            )
        })
}

fn dossier_code(text: &str) -> Result<DossierCode, Problem> {
    text.parse()
        .map_err(|_| bad(format!("«{text}» no vale como código."), "Compruébelo."))
}

fn brief(text: Option<&str>, what: &str) -> Result<(), Problem> {
    if text.is_some_and(|text| text.chars().count() > WORDS_MAX) {
        return Err(bad(
            format!("«{what}» es demasiado largo."),
            "Escriba hasta 1,000 letras; lo demás va en un documento adjunto.",
        ));
    }
    Ok(())
}

fn life_problem(fault: &LifeFault) -> Problem {
    let words = |state: State| state.name().replace('_', " ");
    let refused = |title: String, detail: &str| Problem::new(Kind::Refused, title, detail);
    match fault {
        LifeFault::NoWay { from, to } => {
            let ways: Vec<String> = from.next().iter().map(|next| words(*next)).collect();
            Problem::new(
                Kind::Conflict,
                format!("De {} no se pasa a {}.", words(*from), words(*to)),
                if ways.is_empty() {
                    "Un plan derogado no cambia más: registre el que lo reemplaza.".to_owned()
                } else {
                    format!("Se pasa a: {}.", ways.join(", "))
                },
            )
        }
        LifeFault::NoNorm(state) => refused(
            format!("Falta la ordenanza para pasar a {}.", words(*state)),
            "Escriba en «norma» su número y su fecha.",
        ),
        LifeFault::NoEnd => refused(
            "Falta el último día de la consulta, o es anterior al primero.".to_owned(),
            "Escriba en «hasta» el último día en que se recibe lo que se observa.",
        ),
        LifeFault::NoReason(state) => refused(
            format!("Falta el motivo para pasar a {}.", words(*state)),
            "Escríbalo en «nota».",
        ),
        LifeFault::Before(day) => refused(
            format!(
                "La fecha es anterior al hito anterior, del {}.",
                day.format("%d/%m/%Y")
            ),
            "Compruebe el día: los hitos van en su orden.",
        ),
        LifeFault::Future => refused(
            "Esa fecha todavía no llega.".to_owned(),
            "Solo una consulta pública se anuncia antes de que empiece.",
        ),
    }
}

fn tree_problem(fault: &TreeFault) -> Problem {
    let (title, detail) = match fault {
        TreeFault::TooMany => (
            format!("El árbol tiene más de {NODES_MAX} nodos."),
            "Los proyectos no son nodos: cada uno dice de qué programa es.",
        ),
        TreeFault::Id(id) => (
            format!("«{id}» no vale como identificador de un nodo."),
            "Son letras, dígitos, «.», «_» y «-», hasta 40, como OE1.E2.P1.",
        ),
        TreeFault::Twice(id) => (
            format!("El nodo {id} está dos veces."),
            "Dé a cada nodo un identificador propio.",
        ),
        TreeFault::Name(id) => (
            format!("El nodo {id} no tiene nombre, o es demasiado largo."),
            "Escriba hasta 200 letras.",
        ),
        TreeFault::NoParent(id) => (
            format!("El nodo {id} cuelga de uno que no está."),
            "En «padre» va el identificador de un objetivo o de un eje del mismo árbol.",
        ),
        TreeFault::Order(id) => (
            format!("El nodo {id} no cuelga de uno de más arriba."),
            "Un objetivo no cuelga de nada; un eje, de un objetivo; un programa, de un eje o de un objetivo.",
        ),
    };
    Problem::new(Kind::Refused, title, detail)
}
