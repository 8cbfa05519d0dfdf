use std::fs;
use std::os::unix::fs::symlink;

use anteroom_core::{Detail, ErrorKind, Occupant, Operation, ServerName};
use anteroom_std::sys;

use crate::support::{
    NONE, child_of, directory, fingerprint, is_root, leave_stale_socket, listen, name_of,
    program_for_everybody, run, skip, task,
};

#[test]
fn removes_what_a_crashed_server_left() {
    let directory = directory();
    let path = directory.path().join("s");
    leave_stale_socket(&path);

    assert_eq!(sys::remove(&name_of(&path)), Ok(()));

    assert!(!path.exists());
    listen(&name_of(&path), NONE);
}

#[test]
fn removes_the_socket_of_a_running_server_too() {
    let directory = directory();
    let path = directory.path().join("s");
    let _live = listen(&name_of(&path), NONE);

    assert_eq!(sys::remove(&name_of(&path)), Ok(()));

    assert!(!path.exists());
}

#[test]
fn nothing_there_is_success() {
    let directory = directory();
    assert_eq!(sys::remove(&name_of(&directory.path().join("s"))), Ok(()));
    assert_eq!(
        sys::remove(&name_of(&directory.path().join("missing/s"))),
        Ok(())
    );
}

#[test]
fn what_is_no_socket_is_refused_and_stays() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    leave_stale_socket(&path("stale"));
    fs::write(path("file"), "").unwrap();
    fs::create_dir(path("directory")).unwrap();
    symlink("stale", path("link")).unwrap();

    for (what, occupant) in [
        ("file", Occupant::File),
        ("directory", Occupant::Directory),
        ("link", Occupant::Link),
    ] {
        let before = fingerprint(&path(what));

        let error = sys::remove(&name_of(&path(what))).unwrap_err();

        assert_eq!(error.failure.operation(), Operation::Remove, "{what}");
        assert_eq!(error.failure.kind(), ErrorKind::WrongObject, "{what}");
        assert_eq!(error.failure.detail(), Detail::Occupied(occupant), "{what}");
        assert_eq!(error.full_name, Some(name_of(&path(what))));
        assert_eq!(fingerprint(&path(what)), before, "{what}");
    }
    assert!(path("stale").exists());
}

#[test]
fn a_bad_name_is_an_error() {
    let error = sys::remove(&ServerName::default()).unwrap_err();
    assert_eq!(error.failure.detail(), Detail::EmptyName);
    assert_eq!(error.full_name, None);
}

#[test]
fn what_may_not_be_removed_is_an_access_error() {
    const TEST: &str = "remove::what_may_not_be_removed_is_an_access_error";
    if let Some(path) = task() {
        let error = sys::remove(&ServerName::from(path)).unwrap_err();
        assert_eq!(error.failure.kind(), ErrorKind::Access);
        assert_eq!(error.failure.code(), Some(sys::CODES.eacces));
        return;
    }
    if !is_root() {
        return skip("only root can become another user");
    }
    let (directory, tools) = (directory(), directory());
    let program = program_for_everybody(tools.path());
    let path = directory.path().join("s");
    leave_stale_socket(&path);
    let mut command = child_of(&program, "", TEST, path.to_str().unwrap());
    std::os::unix::process::CommandExt::uid(&mut command, 65534);
    run(command);
    assert!(path.exists());
}
