#[cfg(target_os = "linux")]
mod certainty;
#[cfg(target_os = "linux")]
mod server;

use std::fs;
use std::os::fd::AsFd as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use anteroom_core::{ErrorKind, Occupant, Operation, ServerName, SocketOptions};
use anteroom_std::sys::{self, Inspection, NameState};

use crate::support::{
    NONE, accepts_nobody, child_of, directory, is_root, leave_stale_socket, listen, name_of,
    program_for_everybody, run, skip, task, until_found,
};

fn inspect(path: &std::path::Path) -> Inspection {
    sys::inspect(&name_of(path), NONE).expect("the name can be examined")
}

#[test]
fn tells_what_stands_at_a_path() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    assert_eq!(inspect(&path("s")).state, NameState::Absent);
    assert_eq!(inspect(&path("s")).full_name, name_of(&path("s")));

    let live = listen(&name_of(&path("s")), NONE);
    assert_eq!(inspect(&path("s")).state, NameState::Live);
    assert!(accepts_nobody(&live));
    sys::refuse(live.socket.as_fd()).unwrap();
    if cfg!(target_os = "linux") {
        assert_eq!(inspect(&path("s")).state, NameState::NotListening);
    }
    drop(live);
    until_found(&name_of(&path("s")), NONE, NameState::Stale);

    fs::write(path("file"), "").unwrap();
    let found = |name: &str| inspect(&path(name)).state;
    assert_eq!(found("file"), NameState::Occupied(Occupant::File));
    assert_eq!(
        inspect(directory.path()).state,
        NameState::Occupied(Occupant::Directory)
    );
    assert_eq!(found("missing/s"), NameState::Absent);
    assert_eq!(found("file/s"), NameState::Absent);
}

/// Clients follow links, too.
#[test]
fn tells_what_a_link_leads_to() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    let link = |to: &str| {
        let _ = fs::remove_file(path("link"));
        symlink(to, path("link")).unwrap();
        inspect(&path("link"))
    };
    let live = listen(&name_of(&path("live")), NONE);
    leave_stale_socket(&path("stale"));
    fs::write(path("file"), "").unwrap();
    symlink("live", path("other-link")).unwrap();

    assert_eq!(link("live").state, NameState::Live);
    assert_eq!(link("live").full_name, name_of(&path("link")));
    assert_eq!(link("other-link").state, NameState::Live);
    assert_eq!(link("stale").state, NameState::Stale);
    assert_eq!(link("file").state, NameState::Occupied(Occupant::File));
    assert_eq!(link(".").state, NameState::Occupied(Occupant::Directory));
    for nowhere in ["missing", "missing/s", "file/s", "link"] {
        assert_eq!(link(nowhere).state, NameState::Occupied(Occupant::Link));
    }
    assert!(accepts_nobody(&live));
}

#[test]
fn a_bad_name_is_an_error_without_a_full_name() {
    let error = sys::inspect(&ServerName::default(), NONE).unwrap_err();

    assert_eq!(error.failure.operation(), Operation::Inspect);
    assert_eq!(error.failure.kind(), ErrorKind::Name);
    assert_eq!(error.full_name, None);
}

#[test]
fn a_link_that_cannot_be_followed_is_an_error_that_names_it() {
    let directory = directory();
    let path = directory.path().join("link");
    // Longer than any file's name may be.
    symlink("x".repeat(300), &path).unwrap();

    let error = sys::inspect(&name_of(&path), NONE).unwrap_err();

    assert_eq!(error.failure.operation(), Operation::Inspect);
    assert_eq!(error.failure.code(), Some(sys::CODES.enametoolong));
    assert_eq!(error.full_name, Some(name_of(&path)));
}

#[test]
#[cfg(target_os = "linux")]
fn a_socket_that_we_may_not_examine_is_unknown() {
    const TEST: &str = "inspect::a_socket_that_we_may_not_examine_is_unknown";
    if let Some(directory) = task() {
        let directory = std::path::Path::new(&directory);
        let found = |name| inspect(&directory.join(name)).state;
        assert_eq!(found("live"), NameState::Unknown);
        assert_eq!(found("stale"), NameState::Unknown);
        let error = sys::inspect(&name_of(&directory.join("closed/s")), NONE).unwrap_err();
        assert_eq!(error.failure.kind(), ErrorKind::Access);
        return;
    }
    if !is_root() {
        return skip("only root can become another user");
    }
    let (directory, tools) = (directory(), directory());
    let program = program_for_everybody(tools.path());
    let _live = listen(
        &name_of(&directory.path().join("live")),
        SocketOptions::USER,
    );
    let stale = directory.path().join("stale");
    leave_stale_socket(&stale);
    fs::set_permissions(&stale, fs::Permissions::from_mode(0o700)).unwrap();
    let closed = directory.path().join("closed");
    fs::create_dir(&closed).unwrap();
    leave_stale_socket(&closed.join("s"));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let mut command = child_of(&program, "", TEST, directory.path().to_str().unwrap());
    std::os::unix::process::CommandExt::uid(&mut command, 65534);
    run(command);
}
