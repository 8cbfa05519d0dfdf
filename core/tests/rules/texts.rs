//! Error texts.

use ErrorKind::{
    Access, AddressInUse, Name, NotFound, Refused, Resources, TimedOut, Unknown, Unsupported,
    WrongObject,
};
use Operation::{Accept, Adopt, Close, Connect, Drain, Inspect, Listen, Remove};
use anteroom_core::{
    Detail, ErrorKind, Failure, ListenError, Occupant, Operation, Server, ServerName, describe,
    describe_with,
};

/// An operation, a kind and a detail, with the expected cause and advice.
#[rustfmt::skip]
const TEXTS: &[(Operation, ErrorKind, Detail, &str)] = &[
    (Listen, Name, Detail::EmptyName, "the name is empty; pass a name"),
    (Listen, Name, Detail::NulInName, "the name contains a NUL byte, which only abstract names may contain"),
    (Listen, Name, Detail::RelativePath,
        "the name is a relative path; write a full path, or a plain name for a socket in the temporary directory"),
    (Listen, Name, Detail::ShellSyntax,
        "the name begins with ~ or $, which only a shell expands; write the full path"),
    (Listen, Name, Detail::Url, "the name is a URL; write only the full path, or a plain name"),
    (Listen, Name, Detail::TrailingSlash,
        "the name ends in a slash, so it is the path of a directory; write the full path of the socket"),
    (Listen, Name, Detail::AtSign,
        "the name begins with @, as tools print abstract names; write an abstract name without @ and set the option ABSTRACT, or write a full path"),
    (Listen, Name, Detail::WindowsPipe,
        "the name is the path of a Windows pipe; write a plain name, which is a pipe on Windows and a socket here"),
    (Listen, Name, Detail::RelativeTemporaryDirectory,
        "TMPDIR does not hold an absolute path; set TMPDIR to an absolute path or unset it"),
    (Listen, NotFound, Detail::MissingDirectory, "its directory does not exist; create the directory first"),
    (Listen, AddressInUse, Detail::Occupied(Occupant::LiveServer),
        "it is in use by a live server; stop that server or choose another name"),
    (Listen, AddressInUse, Detail::Occupied(Occupant::StaleSocket),
        "it is the socket of a server that has crashed; remove it, then listen again"),
    (Listen, AddressInUse, Detail::Occupied(Occupant::Socket), "a socket already exists there; choose another name"),
    (Listen, AddressInUse, Detail::Occupied(Occupant::File), "it is a file, not a socket; choose another name"),
    (Listen, AddressInUse, Detail::Occupied(Occupant::Directory),
        "it is a directory, not a socket; choose another name"),
    (Listen, AddressInUse, Detail::Occupied(Occupant::Link),
        "it is a symbolic link, not a socket; choose another name"),
    (Listen, AddressInUse, Detail::Occupied(Occupant::Other), "it is not a socket; choose another name"),
    (Remove, WrongObject, Detail::Occupied(Occupant::LiveServer),
        "it is in use by a live server; stop that server first"),
    (Remove, WrongObject, Detail::Occupied(Occupant::File), "it is a file, not a socket; only sockets are removed"),
    (Listen, AddressInUse, Detail::Occupied(Occupant::NotListening),
        "the server there is starting or does not listen; stop that server or choose another name"),
    (Connect, Refused, Detail::Occupied(Occupant::StaleSocket),
        "it is the socket of a server that has crashed; start its server again"),
    (Connect, Refused, Detail::Occupied(Occupant::NotListening),
        "the server there is starting or does not listen; try again later"),
    (Connect, Refused, Detail::Occupied(Occupant::Socket), "connection refused; is the server running?"),
    (Connect, WrongObject, Detail::Occupied(Occupant::File), "it is a file, not a socket"),
    (Connect, WrongObject, Detail::Occupied(Occupant::Directory), "it is a directory, not a socket"),
    (Adopt, WrongObject, Detail::NotASocket, "the descriptor is not a socket"),
    (Adopt, WrongObject, Detail::NotLocal, "the descriptor is not a local (AF_UNIX) socket"),
    (Adopt, WrongObject, Detail::NotAStream, "the descriptor is not a stream socket"),
    (Adopt, WrongObject, Detail::NotListening, "the socket does not listen; call listen(2) on it first"),
    (Adopt, WrongObject, Detail::Connected,
        "the socket is connected to one client and does not listen; set Accept=no in the service manager's socket unit, or make it a LocalSocket"),
    (Adopt, WrongObject, Detail::NotConnected,
        "the socket is not connected; if it listens, pass it to listen_fd of a server"),
    (Adopt, Unsupported, Detail::NoAdoption, "this system cannot adopt a listening descriptor"),
    (Listen, Unsupported, Detail::NoAbstractNamespace, "this system has no abstract namespace"),
    (Listen, Unsupported, Detail::AccessOfAbstractName,
        "an abstract name has no file that access options or an owner could apply to; omit them and check the peer's credentials, or use a path"),
    (Listen, Unsupported, Detail::AccessNotEnforced,
        "this system ignores the modes of socket files; omit the access options and protect the directory of the socket"),
    (Adopt, Unsupported, Detail::AccessOfAdopted,
        "access options and an owner do not apply to a socket that listens already; omit them"),
    (Connect, Unsupported, Detail::AccessOfClient, "access options are for servers; pass nothing but ABSTRACT"),
    (Listen, Unsupported, Detail::NoOwner, "this system cannot give its socket to another owner or group"),
    (Listen, Unsupported, Detail::UnknownOptions, "the socket options contain undefined bits"),
    (Listen, Access, Detail::AccessRefused,
        "the access of the socket file cannot be set; a security policy of this system denies it"),
    (Listen, Access, Detail::OwnerRefused,
        "the socket file cannot be given to this owner or group; choose a group that you belong to, or run with CAP_CHOWN and CAP_FOWNER"),
    (Listen, Unknown, Detail::OwnerRefused,
        "the socket file cannot be given to this owner or group; check that these ids exist here, and that the file system has owners"),
    (Listen, Unsupported, Detail::AccessNotKept,
        "its file system does not keep the mode and owner of the socket file exactly; use a directory of your own on a local file system"),
    (Listen, Access, Detail::UnsafeDirectory,
        "the mode of the socket file cannot be set safely: /proc cannot be used, and a directory on the path is a link, or other users may change it; use a directory of your own on a local file system"),
    (Listen, Resources, Detail::FileLeft,
        "the new socket file could not be examined or removed, and still exists; remove it before you listen again"),
    (Accept, Unknown, Detail::ShutDownElsewhere, "a process that shares the socket has shut it down"),
    (Accept, Resources, Detail::None, "descriptors or memory have run out; the server will retry"),
    (Close, Access, Detail::None, "permission denied; check the permissions of its directory"),
    (Drain, Unknown, Detail::None, "the operating system reported an error"),
    (Connect, NotFound, Detail::None, "no such socket; is the server running?"),
    (Connect, Refused, Detail::None, "connection refused; is the server running?"),
    (Connect, TimedOut, Detail::None, "timed out; the server's backlog is full"),
    (Connect, Access, Detail::None,
        "permission denied; the server's access options or a directory of the path deny it"),
    (Listen, NotFound, Detail::None, "a socket cannot be created there"),
    (Connect, Name, Detail::None, "the name is invalid"),
    (Listen, Name, Detail::NotADirectory, "a part of its path is not a directory"),
    (Listen, Name, Detail::LinkLoop, "its path contains a loop of symbolic links"),
    (Listen, Name, Detail::ReadOnly, "its file system is read-only"),
    (Listen, Name, Detail::PartTooLong, "a part of its path is longer than the file system allows"),
    (Connect, NotFound, Detail::MissingDirectory,
        "its directory does not exist; is the server running, with the same TMPDIR?"),
    (Connect, Name, Detail::NulInName, "the name contains a NUL byte, which only abstract names may contain"),
    (Connect, Unknown, Detail::OtherSocketType, "it is a socket of another type, not a stream socket"),
    (Connect, NotFound, Detail::NoSuchAbstractName, "no such abstract name; is the server running?"),
    (Listen, Unsupported, Detail::Runtime("the runtime has no timers; enable them"),
        "the runtime has no timers; enable them"),
    (Inspect, WrongObject, Detail::None, "it is not of the required kind"),
    (Listen, AddressInUse, Detail::None, "the name is in use"),
    (Listen, Unsupported, Detail::None, "this system does not support it"),
];

#[test]
fn a_text_names_the_operation_the_names_the_cause_and_the_advice() {
    for (operation, kind, detail, cause) in TEXTS {
        let failure = Failure::new(*operation, *kind).with_detail(*detail);
        let text = format!("cannot {operation} \"editor\" (/tmp/editor): {cause}");
        assert_eq!(about_editor(failure), text);
        assert_eq!(failure.to_string(), *cause);
    }
}

/// The first column of the table above prints itself, so it is compared here.
#[test]
fn an_operation_prints_as_a_verb() {
    let operations = [
        Listen, Adopt, Accept, Drain, Close, Remove, Connect, Inspect,
    ];
    assert_eq!(
        operations.map(|operation| operation.to_string()),
        [
            "listen on",
            "adopt the descriptor of",
            "accept a connection on",
            "refuse new connections on",
            "remove the socket file of",
            "remove",
            "connect to",
            "inspect"
        ]
    );
}

#[test]
fn the_text_of_the_system_is_used_only_for_unknown_errors() {
    let unknown = Failure::new(Listen, Unknown).with_code(28);
    let known = Failure::new(Listen, Access).with_code(13);
    let quoted = |failure| describe_with(failure, None, None, Some("Text of the system"));

    assert!(quoted(unknown).ends_with(": Text of the system (os error 28)"));
    assert!(quoted(known).contains(": permission denied; "));
}

#[test]
fn a_listen_error_prints_no_cause_and_has_it_as_source() {
    use std::error::Error as _;

    let failure = Failure::new(Listen, Access).with_code(13);

    let error = ListenError::Failed(failure);

    assert_eq!(error.to_string(), "cannot listen");
    let source = error.source().unwrap();
    assert_eq!(source.downcast_ref(), Some(&failure));
    assert_eq!(
        source.to_string(),
        "permission denied; check the permissions of its directory (os error 13)"
    );
    assert!(source.source().is_none());
    assert_eq!(error.failure(), Some(failure));

    let misuse = ListenError::AlreadyListening;
    assert_eq!(
        misuse.to_string(),
        "the server is already listening, or is draining; close it first"
    );
    assert!(misuse.source().is_none());
    assert_eq!(misuse.failure(), None);
}

#[test]
fn a_descriptor_without_a_name_is_described_without_one() {
    let failure = Failure::new(Adopt, WrongObject);
    let text = describe(failure.with_detail(Detail::NotASocket), None, None);

    assert_eq!(
        text,
        "cannot adopt the descriptor: the descriptor is not a socket"
    );
}

#[test]
fn the_code_of_the_operating_system_comes_last() {
    let failure = Failure::new(Drain, Unknown).with_code(5);

    assert!(about_editor(failure).ends_with("reported an error (os error 5)"));
}

#[test]
fn a_text_about_a_long_name_has_the_length_the_limit_and_their_unit() {
    let (length, limit) = (131, 107);
    let cases = [
        (Detail::TooLong { length, limit }, "131 bytes"),
        (Detail::TooManyUnits { length, limit }, "131 UTF-16 units"),
    ];
    for (detail, counted) in cases {
        let failure = Failure::new(Listen, Name).with_detail(detail);

        let text = about_editor(failure);

        assert!(text.contains(counted), "{text}");
        assert!(text.contains(" 107;"), "{text}");
        assert!(
            text.ends_with("; choose a shorter name or directory"),
            "{text}"
        );
    }
}

#[test]
fn a_text_has_the_names_that_are_known() {
    let failure = Failure::new(Listen, AddressInUse);
    let [name, path] = ["editor", "/tmp/editor"].map(ServerName::from);
    let cases = [
        (None, None, "an unnamed socket"),
        (Some(&name), None, "\"editor\""),
        (None, Some(&path), "/tmp/editor"),
        (Some(&path), Some(&path), "\"/tmp/editor\""),
        (Some(&name), Some(&path), "\"editor\" (/tmp/editor)"),
    ];
    for (name, full_name, shown) in cases {
        let text = describe(failure, name, full_name);
        assert_eq!(
            text,
            format!("cannot listen on {shown}: the name is in use")
        );
    }
}

#[test]
fn a_text_contains_no_control_characters() {
    for name in [
        &b"ed\nitor"[..],
        b"ed\r\n",
        b"\x1b[31m",
        b"\xff\0",
        b"\xc2\x85",
    ] {
        let name = ServerName::from(name);
        for (operation, kind, detail, _) in TEXTS {
            let failure = Failure::new(*operation, *kind).with_detail(*detail);

            let text = describe(failure, Some(&name), Some(&name));

            assert!(!text.contains(char::is_control), "{text:?}");
        }
    }
}

#[test]
fn error_string_names_the_server_and_is_empty_without_an_error() {
    let mut server = Server::<u8>::new();
    assert_eq!(server.error_string(), "");

    let failed = server.listen(ServerName::from("ed\0itor"));

    assert!(failed.is_err());
    let text = server.error_string();
    assert!(text.starts_with("cannot listen on \"ed"), "{text}");
    assert!(text.contains("NUL"), "{text}");
}

fn about_editor(failure: Failure) -> String {
    let [name, path] = ["editor", "/tmp/editor"].map(ServerName::from);
    describe(failure, Some(&name), Some(&path))
}
