use std::{fmt, str::FromStr};

use crate::id::Ubigeo;

/// What a person is in the service. Who has no account is the public.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Uploads surveys for its municipality.
    CadastreTechnician,
    /// Decides on what another uploaded for its municipality.
    CadastreChief,
    /// Issues certificates for its municipality.
    UrbanControl,
    /// The Institute: plans, norms, investments and indicators of the province.
    Planner,
    /// Comité de Gestión: reads the audit trail, answers observations.
    Committee,
    /// Manages accounts and touches no parcel.
    Administrator,
    /// A university, a college, an ONG: offers series to the observatory under its name.
    Partner,
}

/// The text names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such role")]
pub struct UnknownRole;

impl Role {
    /// All roles, in the order of the permission table.
    pub const ALL: [Self; 7] = [
        Self::CadastreTechnician,
        Self::CadastreChief,
        Self::UrbanControl,
        Self::Planner,
        Self::Committee,
        Self::Administrator,
        Self::Partner,
    ];

    /// The name that people and the database know.
    pub fn name(self) -> &'static str {
        match self {
            Self::CadastreTechnician => "tecnico_catastro",
            Self::CadastreChief => "jefe_catastro",
            Self::UrbanControl => "control_urbano",
            Self::Planner => "planificador",
            Self::Committee => "comite",
            Self::Administrator => "administrador",
            Self::Partner => "aliado",
        }
    }

    /// Whether it is held for one municipality; the others are held for the province.
    pub fn is_municipal(self) -> bool {
        matches!(
            self,
            Self::CadastreTechnician | Self::CadastreChief | Self::UrbanControl
        )
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or(UnknownRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A role, and where it is held.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Its municipality; none for a role of the province.
    pub place: Option<Ubigeo>,
}

impl Grant {
    /// Whether it reaches a place. What belongs to no municipality is the province's.
    pub fn reaches(&self, place: Option<Ubigeo>) -> bool {
        self.place.is_none() || self.place == place
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(f, "{}@{place}", self.role),
            None => write!(f, "{}", self.role),
        }
    }
}

/// The roles of one account, which can be held together.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Grants(Vec<Grant>);

/// Why roles cannot be held so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGrants {
    /// A municipal role names no municipality.
    #[error("{0} is held for a municipality")]
    NeedsPlace(Role),
    /// A role of the province names a municipality.
    #[error("{0} is held for the province")]
    NoPlace(Role),
    /// Who manages accounts touches no parcel: the role is held alone.
    #[error("administrador is held alone")]
    AdministratorAlone,
    /// An account without a role can do nothing.
    #[error("no role")]
    Empty,
}

impl Grants {
    /// The roles, sorted, each once.
    pub fn new(mut grants: Vec<Grant>) -> Result<Self, InvalidGrants> {
        grants.sort_unstable();
        grants.dedup();
        if grants.is_empty() {
            return Err(InvalidGrants::Empty);
        }
        for grant in &grants {
            match (grant.role.is_municipal(), grant.place) {
                (true, None) => return Err(InvalidGrants::NeedsPlace(grant.role)),
                (false, Some(_)) => return Err(InvalidGrants::NoPlace(grant.role)),
                _ => {}
            }
        }
        let administers = grants.iter().any(|grant| grant.role == Role::Administrator);
        if administers && grants.len() > 1 {
            return Err(InvalidGrants::AdministratorAlone);
        }
        Ok(Self(grants))
    }

    /// The roles.
    pub fn iter(&self) -> impl Iterator<Item = &Grant> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, place: Option<&str>) -> Grant {
        Grant {
            role,
            place: place.map(|place| place.parse().expect("a ubigeo")),
        }
    }

    #[test]
    fn names_go_both_ways() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert_eq!("publico".parse::<Role>(), Err(UnknownRole));
    }

    #[test]
    fn municipal_roles_name_their_municipality_and_the_others_do_not() {
        for role in Role::ALL {
            let with = Grants::new(vec![grant(role, Some("220101"))]);
            let without = Grants::new(vec![grant(role, None)]);
            assert_eq!(with.is_ok(), role.is_municipal(), "{role}");
            assert_eq!(without.is_ok(), !role.is_municipal(), "{role}");
        }
    }

    #[test]
    fn who_manages_accounts_holds_no_other_role() {
        let both = vec![
            grant(Role::Administrator, None),
            grant(Role::CadastreChief, Some("220101")),
        ];
        assert_eq!(Grants::new(both), Err(InvalidGrants::AdministratorAlone));
        assert_eq!(Grants::new(Vec::new()), Err(InvalidGrants::Empty));
    }
}
