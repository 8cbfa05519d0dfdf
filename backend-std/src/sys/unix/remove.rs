use std::os::unix::fs::FileTypeExt as _;

use anteroom_core::{Detail, ErrorKind, Failure, Operation, ServerName, SocketOptions};

use super::address::{path_of, require_directory, resolve};
use super::codes::io_failure;
use super::identity::{lstat, unlink};
use super::probe::occupant;
use crate::sys::NamedFailure;

/// Removes the socket file at a name, so that a server can listen there again.
///
/// It does not check whether a server is live: its file is removed, too, and no client can connect
/// to it then.
///
/// # Errors
///
/// Returns an error if the file cannot be removed, or is not a socket. Succeeds if nothing exists.
//= REM-6
//= LIS-7, REM-1, REM-2, REM-3, REM-5
pub fn remove(name: &ServerName) -> Result<(), NamedFailure> {
    let address = resolve(name, SocketOptions::empty(), Operation::Remove)
        .map_err(|failure| NamedFailure::new(failure, None))?;
    let full_name = address.full_name();
    remove_socket(name, full_name)
        .map_err(|failure| NamedFailure::new(failure, Some(full_name.clone())))
}

//= REM-6
fn remove_socket(name: &ServerName, full_name: &ServerName) -> Result<(), Failure> {
    let path = path_of(full_name);
    let remove_failure = |error| io_failure(Operation::Remove, &error);
    let Some(metadata) = lstat(path).map_err(remove_failure)? else {
        return require_directory(name, full_name, Operation::Remove);
    };
    if !metadata.file_type().is_socket() {
        return Err(no_socket(full_name));
    }
    unlink(path).map_err(remove_failure)
}

fn no_socket(full_name: &ServerName) -> Failure {
    let failure = Failure::new(Operation::Remove, ErrorKind::WrongObject);
    match occupant(full_name) {
        Ok(Some(occupant)) => failure.with_detail(Detail::Occupied(occupant)),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_vanished_in_the_meantime_is_not_described() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let name = ServerName::from(path.into_os_string().into_encoded_bytes());

        let failure = no_socket(&name);

        assert_eq!(failure.kind(), ErrorKind::WrongObject);
        assert_eq!(failure.detail(), Detail::None);
    }
}
