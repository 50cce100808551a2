//! The first accounts: somebody has to administer the others.

use domain::people::{Actor, Role};
use store::Store;

use super::{
    Secret,
    accounts::{NewPerson, Purpose, create_for},
};
use crate::Problem;

/// Login of the first administrator.
pub const ADMINISTRATOR: &str = "administrador";

/// Makes an administrator where there is no account yet. Gives the provisional password, this once.
pub async fn administrator(store: &Store, operator: &Actor) -> Result<Option<Secret>, Problem> {
    if store.has_accounts().await? {
        return Ok(None);
    }
    let person = NewPerson {
        login: ADMINISTRATOR.to_owned(),
        full_name: "Administración del servicio".to_owned(),
        email: None,
        roles: vec![Role::Administrator.name().to_owned()],
        expires_at: None,
    };
    create_for(store, operator, &person, Purpose::Person)
        .await
        .map(Some)
}

/// Municipality of the demonstration accounts.
const PLACE: &str = "220101";

/// Login of the demonstration's first planner, and of the second one.
pub(crate) const FIRST_PLANNER: &str = "planificador.demo";
pub(crate) const SECOND_PLANNER: &str = "planificadora.demo";

/// Makes one account for each role of the demonstration province, and two of planners. Gives login, role and password, this once.
pub async fn of_demonstration(
    store: &Store,
    operator: &Actor,
) -> Result<Vec<(String, String, Secret)>, Problem> {
    let mut made = Vec::new();
    // What a planner drafts another planner signs.
    let second = [(Role::Planner, SECOND_PLANNER.to_owned())];
    let one_each = Role::ALL.map(|role| {
        let short = role.name().split('_').next().unwrap_or_default();
        (role, format!("{short}.demo"))
    });
    for (role, login) in one_each.into_iter().chain(second) {
        let grant = if role.is_municipal() {
            format!("{role}@{PLACE}")
        } else {
            role.to_string()
        };
        let person = NewPerson {
            login,
            full_name: format!("Demostración: {role}"),
            email: None,
            roles: vec![grant.clone()],
            expires_at: None,
        };
        let password = create_for(store, operator, &person, Purpose::Demonstration).await?;
        made.push((person.login, grant, password));
    }
    Ok(made)
}
