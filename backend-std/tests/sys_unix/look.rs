use std::fs;
use std::os::fd::AsFd as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use anteroom_core::{ErrorKind, Occupant, Operation, ServerName, SocketOptions};
use anteroom_std::sys::{self, Found, Look};

use crate::support::{
    NONE, accepts_nobody, child_of, directory, is_root, leave_stale_socket, listen, name_of,
    program_for_everybody, run, skip, task, until_found,
};

fn look(path: &std::path::Path) -> Look {
    sys::look(&name_of(path), NONE).expect("one can look there")
}

#[test]
fn tells_what_stands_at_a_path() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    assert_eq!(look(&path("s")).found, Found::Absent);
    assert_eq!(look(&path("s")).full_name, name_of(&path("s")));

    let live = listen(&name_of(&path("s")), NONE);
    assert_eq!(look(&path("s")).found, Found::Live);
    assert!(accepts_nobody(&live));
    sys::refuse(live.socket.as_fd()).unwrap();
    assert_eq!(look(&path("s")).found, Found::Live);
    drop(live);
    until_found(&name_of(&path("s")), NONE, Found::Stale);

    fs::write(path("file"), "").unwrap();
    let found = |name: &str| look(&path(name)).found;
    assert_eq!(found("file"), Found::Occupied(Occupant::File));
    assert_eq!(
        look(directory.path()).found,
        Found::Occupied(Occupant::Directory)
    );
    assert_eq!(found("missing/s"), Found::Absent);
    assert_eq!(found("file/s"), Found::Absent);
}

/// Whoever connects follows links, too.
#[test]
fn tells_what_a_link_leads_to() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    let link = |to: &str| {
        let _ = fs::remove_file(path("link"));
        symlink(to, path("link")).unwrap();
        look(&path("link"))
    };
    let live = listen(&name_of(&path("live")), NONE);
    leave_stale_socket(&path("stale"));
    fs::write(path("file"), "").unwrap();
    symlink("live", path("other-link")).unwrap();

    assert_eq!(link("live").found, Found::Live);
    assert_eq!(link("live").full_name, name_of(&path("link")));
    assert_eq!(link("other-link").found, Found::Live);
    assert_eq!(link("stale").found, Found::Stale);
    assert_eq!(link("file").found, Found::Occupied(Occupant::File));
    assert_eq!(link(".").found, Found::Occupied(Occupant::Directory));
    for nowhere in ["missing", "missing/s", "file/s", "link"] {
        assert_eq!(link(nowhere).found, Found::Occupied(Occupant::Link));
    }
    assert!(accepts_nobody(&live));
}

#[test]
fn a_bad_name_is_an_error_without_a_full_name() {
    let error = sys::look(&ServerName::default(), NONE).unwrap_err();

    assert_eq!(error.failure.operation(), Operation::Look);
    assert_eq!(error.failure.kind(), ErrorKind::Name);
    assert_eq!(error.full_name, None);
}

#[test]
#[cfg(target_os = "linux")]
fn tells_who_listens_at_a_path() {
    let directory = directory();
    let path = directory.path().join("a name with blanks ");
    let live = listen(&name_of(&path), NONE);

    let server = look(&path).server.expect("we may examine ourselves");

    assert_eq!(server.pid, std::process::id().cast_signed());
    assert_eq!(server.uid, rustix::process::geteuid().as_raw());
    assert!(accepts_nobody(&live));

    // With two that claim the same path it is not clear who has it.
    fs::remove_file(&path).unwrap();
    let _successor = listen(&name_of(&path), NONE);
    assert_eq!(look(&path).found, Found::Live);
    assert_eq!(look(&path).server, None);
}

#[test]
#[cfg(target_os = "linux")]
fn tells_whether_an_abstract_name_is_taken_and_by_whom() {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, socket};

    let name = ServerName::from(format!("anteroom-look-{}", std::process::id()));
    let look = || sys::look(&name, SocketOptions::ABSTRACT).unwrap();
    assert_eq!(look().found, Found::Absent);

    let not_listening = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    let address = SocketAddrUnix::new_abstract_name(name.as_bytes()).unwrap();
    bind(&not_listening, &address).unwrap();
    assert_eq!(look().found, Found::Live);
    assert_eq!(look().server, None);
    drop(not_listening);
    until_found(&name, SocketOptions::ABSTRACT, Found::Absent);

    let live = listen(&name, SocketOptions::ABSTRACT);
    assert_eq!(look().found, Found::Live);
    assert_eq!(look().full_name, name);
    assert_eq!(look().server.unwrap().pid, std::process::id().cast_signed());
    assert!(accepts_nobody(&live));
}

/// The system's table shows a NUL and an @ alike.
#[test]
#[cfg(target_os = "linux")]
fn abstract_names_that_look_alike_are_not_confused() {
    let name = crate::support::abstract_name();
    let live = listen(&name, SocketOptions::ABSTRACT);
    let alike: Vec<u8> = name
        .as_bytes()
        .iter()
        .map(|byte| if *byte == 0 { b'@' } else { *byte })
        .collect();
    let found = |name: &ServerName| sys::look(name, SocketOptions::ABSTRACT).unwrap();

    assert_eq!(found(&ServerName::from(alike)).found, Found::Absent);
    assert_eq!(found(&name).found, Found::Live);
    assert_eq!(found(&name).server, None);
    assert!(accepts_nobody(&live));
}

/// A name that would tear the lines of the system's table is just not looked for there.
#[test]
#[cfg(target_os = "linux")]
fn a_name_with_a_newline_has_no_known_server() {
    let directory = directory();
    let path = directory.path().join("new\nline");
    let _live = listen(&name_of(&path), NONE);

    assert_eq!(look(&path).found, Found::Live);
    assert_eq!(look(&path).server, None);
}

#[test]
#[cfg(target_os = "linux")]
fn a_socket_that_we_may_not_examine_is_just_a_socket() {
    const TEST: &str = "look::a_socket_that_we_may_not_examine_is_just_a_socket";
    if let Some(directory) = task() {
        let directory = std::path::Path::new(&directory);
        let found = |name| look(&directory.join(name)).found;
        assert_eq!(found("live"), Found::Occupied(Occupant::Socket));
        assert_eq!(found("stale"), Found::Occupied(Occupant::Socket));
        let error = sys::look(&name_of(&directory.join("closed/s")), NONE).unwrap_err();
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
