//! Users and groups on the command line: names, or numbers.

use std::fmt::Display;

use nix::unistd::{Group, User};

/// Returns a user id, from a name or a number.
pub(crate) fn user(text: &str) -> Result<u32, String> {
    let found = User::from_name(text).map(|user| user.map(|user| user.uid.as_raw()));
    id_of(text, "user", found)
}

/// Returns a group id, from a name or a number.
pub(crate) fn group(text: &str) -> Result<u32, String> {
    let found = Group::from_name(text).map(|group| group.map(|group| group.gid.as_raw()));
    id_of(text, "group", found)
}

fn id_of(text: &str, kind: &str, found: Result<Option<u32>, impl Display>) -> Result<u32, String> {
    match (found, text.parse()) {
        (Ok(Some(id)), _) | (_, Ok(id)) => Ok(id),
        (Ok(None), Err(_)) => Err(format!("there is no {kind} of that name")),
        (Err(error), Err(_)) => Err(format!("the {kind} cannot be looked up: {error}")),
    }
}
