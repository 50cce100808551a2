//! The permission table. To add an action: 1. a variant and its name; 2. its line in [`TABLE`]; 3. its row in
//! `docs/manual/permisos.md`, which a test compares with this one.

use std::{fmt, str::FromStr};

use super::{
    Actor, Role,
    Role::{
        Administrator, CadastreChief, CadastreTechnician, Committee, Partner, Planner, UrbanControl,
    },
};
use crate::{collection::Collection, id::Ubigeo};

/// What can be done besides reading what is public.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// Upload a survey of parcels, blocks, sectors or a further layer.
    UploadSurvey,
    /// Read surveys, their findings and who uploaded them.
    ReadSurveys,
    /// Decide on another's survey; approving publishes it.
    DecideSurvey,
    /// Upload zones, overlays, roads or perimeters of a plan.
    UploadPlan,
    /// Decide on another's layer of a plan.
    DecidePlan,
    /// Read who holds a parcel, for a stated purpose.
    ReadHolders,
    /// Write who holds a parcel.
    WriteHolders,
    /// Draft certificates, and read those that are not issued.
    DraftCertificate,
    /// Issue certificates that another drafted, and annul them.
    IssueCertificate,
    /// Inspect what is built and done, and keep the file of it.
    Inspect,
    /// Answer observations of citizens.
    AnswerObservations,
    /// Read the audit trail.
    ReadAudit,
    /// Create, change and disable accounts.
    ManageAccounts,
    /// Keep plans, investments, services, indicators, cadastral projects, sessions, contributions and sources.
    KeepRegister,
    /// Sign a report that another drafted.
    SignReport,
    /// Offer a series to the observatory.
    OfferSeries,
}

/// Who may do what: the whole of it. Where is said by the grant.
pub const TABLE: [(Action, &[Role]); 16] = [
    (Action::UploadSurvey, &[CadastreTechnician]),
    (
        Action::ReadSurveys,
        &[CadastreTechnician, CadastreChief, Planner],
    ),
    (Action::DecideSurvey, &[CadastreChief]),
    (Action::UploadPlan, &[Planner]),
    (Action::DecidePlan, &[Planner]),
    (Action::ReadHolders, &[CadastreTechnician, CadastreChief]),
    (Action::WriteHolders, &[CadastreTechnician, CadastreChief]),
    (
        Action::DraftCertificate,
        &[CadastreTechnician, UrbanControl],
    ),
    (Action::IssueCertificate, &[UrbanControl]),
    (Action::Inspect, &[UrbanControl]),
    (Action::AnswerObservations, &[Committee]),
    (Action::ReadAudit, &[Committee, Administrator]),
    (Action::ManageAccounts, &[Administrator]),
    (Action::KeepRegister, &[Planner]),
    (Action::SignReport, &[Planner]),
    (Action::OfferSeries, &[Planner, Partner]),
];

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It needs an account.
    #[error("no account")]
    NoAccount,
    /// None of the account's roles may do it.
    #[error("no role that may")]
    NoRole,
    /// A role may do it, elsewhere.
    #[error("the role is held for another municipality")]
    OtherMunicipality,
    /// The account may do it, the token that it came with may not.
    #[error("the token is not for it")]
    TokenScope,
}

/// Whether the actor may do it there. What belongs to no municipality is the province's.
pub fn permit(actor: &Actor, action: Action, place: Option<Ubigeo>) -> Result<(), Denied> {
    let account = match actor {
        Actor::Public => return Err(Denied::NoAccount),
        Actor::Operator(_) => return Ok(()),
        Actor::Account(account) => account,
    };
    let mut able = account
        .grants
        .iter()
        .filter(|grant| action.roles().contains(&grant.role))
        .peekable();
    if able.peek().is_none() {
        return Err(Denied::NoRole);
    }
    if !able.any(|grant| grant.reaches(place)) {
        return Err(Denied::OtherMunicipality);
    }
    if account
        .only
        .as_ref()
        .is_some_and(|only| !only.contains(&action))
    {
        return Err(Denied::TokenScope);
    }
    Ok(())
}

/// Where somebody may do something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Nowhere.
    Nowhere,
    /// In these municipalities.
    Places(Vec<Ubigeo>),
    /// In the whole province.
    Everywhere,
}

/// Where the actor may do it: for lists, which have no one place to ask about.
pub fn reach(actor: &Actor, action: Action) -> Reach {
    let account = match actor {
        Actor::Public => return Reach::Nowhere,
        Actor::Operator(_) => return Reach::Everywhere,
        Actor::Account(account) => account,
    };
    if permit(actor, action, None).is_ok() {
        return Reach::Everywhere;
    }
    let places: Vec<Ubigeo> = account
        .grants
        .iter()
        .filter_map(|grant| grant.place)
        .filter(|place| permit(actor, action, Some(*place)).is_ok())
        .collect();
    if places.is_empty() {
        Reach::Nowhere
    } else {
        Reach::Places(places)
    }
}

impl Action {
    /// All actions, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(action, _)| *action)
    }

    /// The roles that may.
    pub fn roles(self) -> &'static [Role] {
        TABLE
            .iter()
            .find(|(action, _)| *action == self)
            .map_or(&[], |(_, roles)| roles)
    }

    /// Uploading to a layer: the cadastre's layers are its staff's, those of a plan the planners'.
    pub fn upload_to(collection: &Collection) -> Self {
        if is_of_a_plan(collection) {
            Self::UploadPlan
        } else {
            Self::UploadSurvey
        }
    }

    /// Deciding on a layer.
    pub fn decide_on(collection: &Collection) -> Self {
        if is_of_a_plan(collection) {
            Self::DecidePlan
        } else {
            Self::DecideSurvey
        }
    }

    /// The name that people and tokens know.
    pub fn name(self) -> &'static str {
        match self {
            Self::UploadSurvey => "subir_levantamiento",
            Self::ReadSurveys => "leer_levantamientos",
            Self::DecideSurvey => "decidir_levantamiento",
            Self::UploadPlan => "subir_plan",
            Self::DecidePlan => "decidir_plan",
            Self::ReadHolders => "leer_titulares",
            Self::WriteHolders => "escribir_titulares",
            Self::DraftCertificate => "redactar_certificado",
            Self::IssueCertificate => "emitir_certificado",
            Self::Inspect => "fiscalizar",
            Self::AnswerObservations => "responder_observaciones",
            Self::ReadAudit => "leer_auditoria",
            Self::ManageAccounts => "administrar_cuentas",
            Self::KeepRegister => "llevar_registros",
            Self::SignReport => "firmar_informes",
            Self::OfferSeries => "ofrecer_series",
        }
    }
}

fn is_of_a_plan(collection: &Collection) -> bool {
    matches!(
        collection,
        Collection::Zones
            | Collection::Overlays
            | Collection::Roads
            | Collection::Plans
            | Collection::Investments
            | Collection::Services
    )
}

/// The text names no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such action")]
pub struct UnknownAction;

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        Self::all()
            .find(|action| action.name() == text)
            .ok_or(UnknownAction)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::people::{Account, Decider, Grant, Grants, SamePerson};

    fn place(text: &str) -> Option<Ubigeo> {
        text.parse().ok()
    }

    fn holder(id: u128, role: Role, only: Option<Vec<Action>>) -> Actor {
        let place = role.is_municipal().then(|| place("220101")).flatten();
        Actor::Account(Account {
            id: Uuid::from_u128(id),
            login: role.name().to_owned(),
            grants: Grants::new(vec![Grant { role, place }]).expect("grants"),
            only,
        })
    }

    #[test]
    fn every_cell_of_the_table_holds_at_home_and_elsewhere() {
        for (action, able) in TABLE {
            for role in Role::ALL {
                let actor = holder(1, role, None);
                let home = permit(&actor, action, place("220101"));
                let elsewhere = permit(&actor, action, place("220102"));
                let province = permit(&actor, action, None);
                if !able.contains(&role) {
                    for answer in [home, elsewhere, province] {
                        assert_eq!(answer, Err(Denied::NoRole), "{role} {action}");
                    }
                } else if role.is_municipal() {
                    assert_eq!(home, Ok(()), "{role} {action}");
                    for answer in [elsewhere, province] {
                        assert_eq!(answer, Err(Denied::OtherMunicipality), "{role} {action}");
                    }
                } else {
                    for answer in [home, elsewhere, province] {
                        assert_eq!(answer, Ok(()), "{role} {action}");
                    }
                }
            }
            assert_eq!(
                permit(&Actor::Public, action, place("220101")),
                Err(Denied::NoAccount)
            );
            assert_eq!(action.name().parse(), Ok(action));
        }
    }

    #[test]
    fn a_list_reaches_where_each_of_its_lines_would() {
        let home: Ubigeo = "220101".parse().expect("a ubigeo");
        for (action, able) in TABLE {
            for role in Role::ALL {
                let reached = reach(&holder(1, role, None), action);
                let expected = match (able.contains(&role), role.is_municipal()) {
                    (false, _) => Reach::Nowhere,
                    (true, true) => Reach::Places(vec![home]),
                    (true, false) => Reach::Everywhere,
                };
                assert_eq!(reached, expected, "{role} {action}");
            }
        }
    }

    #[test]
    fn a_token_never_gives_more_than_its_account_has() {
        let limited = holder(
            1,
            CadastreChief,
            Some(vec![Action::ReadSurveys, Action::ManageAccounts]),
        );
        let home = place("220101");
        assert_eq!(permit(&limited, Action::ReadSurveys, home), Ok(()));
        assert_eq!(
            permit(&limited, Action::DecideSurvey, home),
            Err(Denied::TokenScope)
        );
        assert_eq!(
            permit(&limited, Action::ManageAccounts, None),
            Err(Denied::NoRole)
        );
    }

    #[test]
    fn nobody_decides_on_their_own_work() {
        let author = Uuid::from_u128(1);
        let own = holder(1, CadastreChief, None);
        let another = holder(2, CadastreChief, None);
        assert_eq!(Decider::new(&own, author), Err(SamePerson));
        assert!(
            Decider::new(&another, author)
                .is_ok_and(|decider| decider.account() == Uuid::from_u128(2))
        );
        assert_eq!(
            Decider::new(&Actor::Operator("consola:x".into()), author),
            Err(SamePerson)
        );
    }
}
