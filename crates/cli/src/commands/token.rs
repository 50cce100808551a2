//! `catastro token`: tokens of programs, by who operates the server.

use std::process::ExitCode;

use office::{Problem, people::tokens};

use crate::{
    arguments::{Place, Token},
    database::visiting,
    words,
};

pub fn run(place: &Place, action: Token) -> Result<ExitCode, Problem> {
    let operator = super::operator();
    match action {
        Token::Create {
            login,
            name,
            actions,
            days,
        } => {
            let new = tokens::NewToken {
                name,
                actions,
                days,
            };
            let (token, secret) = visiting(place, async |store| {
                tokens::create(&store, &operator, &login, &new).await
            })?;
            words::note(&format!(
                "Token {} de «{login}», hasta {}. El secreto no se vuelve a mostrar:",
                token.id,
                token.expires_at.format("%Y-%m-%d")
            ));
            // Alone on standard output, so that a script can take it.
            words::say(secret.reveal());
        }
        Token::List { login } => {
            let list = visiting(place, async |store| tokens::of(&store, &login).await)?;
            words::say(&super::json(&list));
        }
        Token::Revoke { id } => {
            visiting(place, async |store| {
                tokens::revoke(&store, &operator, id).await
            })?;
            words::say("El token está revocado.");
        }
    }
    Ok(ExitCode::SUCCESS)
}
