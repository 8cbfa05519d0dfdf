use std::fs;
use std::os::fd::AsFd as _;
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::os::unix::net::{UnixDatagram, UnixStream};

use anteroom_core::{
    Backlog, Detail, ErrorKind, Failure, ListenOptions, Occupant, Operation, ServerName,
    SocketOptions,
};
use anteroom_std::sys;

use crate::support::{
    NONE, abstract_name, accept, accepts_nobody, child, child_of, directory, fingerprint,
    leave_stale_socket, listen, listen_failure, name_of, program_for_everybody, run, skip, task,
    unlink, until_found,
};

#[test]
fn listens_on_a_path_and_tells_its_facts() {
    let directory = directory();
    let name = name_of(&directory.path().join("s"));

    let bound = sys::bind(&name, NONE.into()).unwrap();

    assert!(bound.facts.created);
    assert_eq!(bound.facts.name, None);
    assert_eq!(bound.facts.full_name, Some(name));
    let path = directory.path().join("s");
    assert!(fs::symlink_metadata(&path).unwrap().file_type().is_socket());
    let _client = UnixStream::connect(&path).unwrap();
    accept(&bound.listener);
    assert!(accepts_nobody(&bound.listener));
}

#[test]
fn the_listener_is_nonblocking_and_not_inherited() {
    let directory = directory();

    let listener = listen(&name_of(&directory.path().join("s")), NONE);

    let flags = rustix::fs::fcntl_getfl(&listener.socket).unwrap();
    assert!(flags.contains(rustix::fs::OFlags::NONBLOCK));
    let flags = rustix::io::fcntl_getfd(&listener.socket).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
}

#[test]
#[cfg(target_os = "linux")]
fn an_abstract_name_makes_no_file_and_is_in_use_while_its_owner_lives() {
    let name = abstract_name();

    let bound = sys::bind(&name, SocketOptions::ABSTRACT.into()).unwrap();

    assert!(!bound.facts.created);
    assert!(bound.listener.file.is_none());
    assert_eq!(bound.facts.full_name.as_ref(), Some(&name));
    let failure = listen_failure(&name, SocketOptions::ABSTRACT);
    assert_eq!(failure.kind(), ErrorKind::AddressInUse);
    assert_eq!(failure.detail(), Detail::Occupied(Occupant::LiveServer));
    drop(bound);
    until_found(&name, SocketOptions::ABSTRACT, sys::NameState::Absent);
    listen(&name, SocketOptions::ABSTRACT);
}

#[test]
fn a_plain_name_is_found_in_the_temporary_directory() {
    const TEST: &str = "bind::a_plain_name_is_found_in_the_temporary_directory";
    if let Some(expected) = task() {
        let bound = sys::bind(&ServerName::from("plain"), NONE.into());
        match bound {
            Ok(bound) => {
                assert_eq!(bound.facts.full_name.unwrap().to_string(), expected);
                unlink(&bound.listener).unwrap();
            }
            Err(error) => assert_eq!(format!("{:?}", error.failure.detail()), expected),
        }
        return;
    }
    let directory = directory();
    let path = directory.path().display();
    for (temporary_directory, expected) in [
        (format!("{path}"), format!("{path}/plain")),
        (format!("{path}/"), format!("{path}/plain")),
        (format!("{path}/missing"), "MissingDirectory".to_owned()),
        (
            "relative".to_owned(),
            "RelativeTemporaryDirectory".to_owned(),
        ),
    ] {
        let mut command = child("", TEST, &expected);
        command.env("TMPDIR", temporary_directory);
        run(command);
    }
}

#[test]
fn occupants_are_named_and_stay_untouched() {
    let directory = directory();
    let path = |name: &str| directory.path().join(name);
    let _live = listen(&name_of(&path("live")), NONE);
    leave_stale_socket(&path("stale"));
    fs::write(path("file"), "precious").unwrap();
    fs::create_dir(path("directory")).unwrap();
    symlink(path("nowhere"), path("link")).unwrap();
    symlink(path("live"), path("link-to-live")).unwrap();
    let _datagram = UnixDatagram::bind(path("datagram")).unwrap();
    let mut mkfifo = std::process::Command::new("mkfifo");
    mkfifo.arg(path("pipe"));
    run(mkfifo);

    for (occupied, occupant) in [
        ("live", Occupant::LiveServer),
        ("stale", Occupant::StaleSocket),
        ("file", Occupant::File),
        ("directory", Occupant::Directory),
        ("link", Occupant::Link),
        ("link-to-live", Occupant::Link),
        ("datagram", Occupant::LiveServer),
        ("pipe", Occupant::Other),
    ] {
        for options in [NONE, SocketOptions::USER, SocketOptions::WORLD] {
            let before = fingerprint(&path(occupied));

            let failure = listen_failure(&name_of(&path(occupied)), options);

            assert_eq!(failure.kind(), ErrorKind::AddressInUse, "{occupied}");
            assert_eq!(failure.detail(), Detail::Occupied(occupant), "{occupied}");
            assert_eq!(failure.code(), Some(sys::CODES.eaddrinuse), "{occupied}");
            assert_eq!(fingerprint(&path(occupied)), before, "{occupied}");
        }
    }
    assert_eq!(fs::read(path("file")).unwrap(), b"precious");
    assert!(!path("nowhere").exists());
}

#[test]
fn failing_to_listen_on_a_live_name_is_not_noticed_there() {
    let directory = directory();
    let name = name_of(&directory.path().join("s"));
    let live = listen(&name, NONE);

    listen_failure(&name, NONE);

    let readiness = sys::wait_readable(
        Some(live.socket.as_fd()),
        None,
        Some(std::time::Duration::ZERO),
    );
    assert_eq!(readiness.unwrap(), sys::Readiness::default());
    assert!(accepts_nobody(&live));
}

#[test]
fn bind_tells_a_missing_directory_from_an_invalid_name() {
    let directory = directory();
    fs::write(directory.path().join("file"), "").unwrap();
    let kind = |path: &str| listen_failure(&name_of(&directory.path().join(path)), NONE);

    let missing = kind("missing/s");
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert_eq!(missing.detail(), Detail::MissingDirectory);
    assert_eq!(missing.code(), Some(sys::CODES.enoent));
    let through_file = kind("file/s");
    assert_eq!(through_file.kind(), ErrorKind::Name);
    assert_eq!(through_file.code(), Some(sys::CODES.enotdir));
    assert_eq!(
        listen_failure(&ServerName::default(), NONE).detail(),
        Detail::EmptyName
    );
    let longest = format!("{}/{}", directory.path().display(), "x".repeat(107))[..107].to_owned();
    let bound = sys::bind(&ServerName::from(longest.clone()), NONE.into());
    assert!(bound.is_ok() || cfg!(not(target_os = "linux")));
    assert_eq!(
        listen_failure(&ServerName::from(longest + "x"), NONE).kind(),
        ErrorKind::Name
    );
}

#[test]
fn the_full_name_is_told_with_the_failure() {
    let directory = directory();
    let name = name_of(&directory.path().join("missing/s"));

    let error = sys::bind(&name, NONE.into()).unwrap_err();

    assert_eq!(error.full_name, Some(name));
    let error = sys::bind(&ServerName::default(), NONE.into()).unwrap_err();
    assert_eq!(error.full_name, None);
}

#[test]
fn a_directory_that_forbids_it_is_an_access_error_and_stays_empty() {
    const TEST: &str = "bind::a_directory_that_forbids_it_is_an_access_error_and_stays_empty";
    if let Some(path) = task() {
        let failure = listen_failure(&ServerName::from(path), SocketOptions::USER);
        assert_eq!(failure.kind(), ErrorKind::Access);
        assert_eq!(failure.code(), Some(sys::CODES.eacces));
        return;
    }
    if !crate::support::is_root() {
        return skip("only root can become another user");
    }
    let (directory, tools) = (directory(), directory());
    let program = program_for_everybody(tools.path());
    let path = directory.path().join("s");
    let mut command = child_of(&program, "", TEST, path.to_str().unwrap());
    std::os::unix::process::CommandExt::uid(&mut command, 65534);

    run(command);

    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn without_descriptors_it_is_a_lack_of_resources_and_nothing_is_left() {
    const TEST: &str = "bind::without_descriptors_it_is_a_lack_of_resources_and_nothing_is_left";
    if let Some(path) = task() {
        let name = ServerName::from(path);
        let mut hoard = Vec::new();
        while let Ok(file) = fs::File::open("/dev/null") {
            hoard.push(file);
        }
        let failure = listen_failure(&name, SocketOptions::USER);
        assert_eq!(failure.kind(), ErrorKind::Resources);
        assert_eq!(failure.code(), Some(sys::CODES.emfile));
        // Enough to make the socket, not to get hold of its file.
        hoard.pop();
        let failure = listen_failure(&name, SocketOptions::USER);
        assert_eq!(failure.kind(), ErrorKind::Resources);
        hoard.pop();
        unlink(&listen(&name, SocketOptions::USER)).unwrap();
        return;
    }
    let directory = directory();
    let path = directory.path().join("s");

    run(child("ulimit -n 40;", TEST, path.to_str().unwrap()));

    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn the_backlog_admits_one_more_than_asked_for() {
    let directory = directory();
    let path = directory.path().join("s");
    let _listener = crate::support::listen_with(
        &name_of(&path),
        ListenOptions::new().with_backlog(Backlog::Limited(2)),
    );
    let address = sys::resolve(&name_of(&path), NONE, Operation::Connect).unwrap();

    let attempts: Vec<_> = (0..4)
        .map(|_| sys::try_connect(&address).unwrap())
        .collect();

    let admitted: Vec<_> = attempts.iter().map(Option::is_some).collect();
    assert_eq!(admitted, [true, true, true, false]);
}

#[test]
fn register_keeps_the_duplicate_and_closes_the_listener() {
    let directory = directory();
    let path = directory.path().join("s");
    let bound = sys::bind(&name_of(&path), NONE.into()).unwrap();

    let (socket, file, creator) = sys::register(bound, Ok).unwrap().listener;

    let _client = UnixStream::connect(&path).unwrap();
    assert_eq!(file.unwrap().unlink(&creator, socket.as_fd()), Ok(()));
    drop(socket);
    assert!(!path.exists());
}

#[test]
fn register_removes_the_file_if_it_fails() {
    let directory = directory();
    let path = directory.path().join("s");
    let bound = sys::bind(&name_of(&path), NONE.into()).unwrap();
    let failure = Failure::new(Operation::Listen, ErrorKind::Resources);

    let error = sys::register(bound, |socket| {
        drop(socket);
        Err::<(), _>(failure)
    })
    .unwrap_err();

    assert_eq!(error.failure, failure);
    assert_eq!(error.full_name, Some(name_of(&path)));
    assert!(!path.exists());
}

#[test]
fn check_descriptors_fails_if_fewer_can_be_opened() {
    const TEST: &str = "bind::check_descriptors_fails_if_fewer_can_be_opened";
    if task().is_some() {
        assert!(sys::check_descriptors(3).is_ok());
        let error = sys::check_descriptors(64).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(sys::CODES.emfile));
        assert!(sys::check_descriptors(3).is_ok(), "they are closed again");
        return;
    }
    run(child("ulimit -n 32;", TEST, "32"));
}
