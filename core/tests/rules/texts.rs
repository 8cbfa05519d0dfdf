//! The texts about failures.

use anteroom_core::{
    Detail, ErrorKind, Failure, ListenError, Occupant, Operation, Server, ServerName, describe,
    describe_with,
};

/// Every detail, the operation and kind that it comes with, and the text about it.
///
/// `describe` matches all details without a wildcard, so a new one shows up there; here it has to
/// be added by hand.
#[rustfmt::skip]
const TEXTS: &[(Operation, ErrorKind, Detail, &str)] = &[
    (Operation::Listen, ErrorKind::Name, Detail::EmptyName,
        "cannot listen on \"editor\" (/tmp/editor): the name is empty; give it a name"),
    (Operation::Listen, ErrorKind::Name, Detail::NulInName,
        "cannot listen on \"editor\" (/tmp/editor): the name holds a NUL byte, which only abstract names may"),
    (Operation::Listen, ErrorKind::Name, Detail::RelativePath,
        "cannot listen on \"editor\" (/tmp/editor): the name is a relative path; write a full path, or a single word for a socket in the temporary directory"),
    (Operation::Listen, ErrorKind::Name, Detail::ShellSyntax,
        "cannot listen on \"editor\" (/tmp/editor): the name begins with what only a shell expands; write the full path"),
    (Operation::Listen, ErrorKind::Name, Detail::Url,
        "cannot listen on \"editor\" (/tmp/editor): the name is a URL; write only the full path, or a single word"),
    (Operation::Listen, ErrorKind::Name, Detail::TrailingSlash,
        "cannot listen on \"editor\" (/tmp/editor): the name ends in a slash, so it is the path of a directory; write the full path of the socket"),
    (Operation::Listen, ErrorKind::Name, Detail::AtSign,
        "cannot listen on \"editor\" (/tmp/editor): the name begins with @, as tools print abstract names; write an abstract name without @ and set the option ABSTRACT, or write a full path"),
    (Operation::Listen, ErrorKind::Name, Detail::WindowsPipe,
        "cannot listen on \"editor\" (/tmp/editor): the name is the path of a Windows pipe; write a single word, which is a pipe on Windows and a socket here"),
    (Operation::Listen, ErrorKind::Name, Detail::RelativeTemporaryDirectory,
        "cannot listen on \"editor\" (/tmp/editor): TMPDIR does not hold an absolute path; set TMPDIR to an absolute path or unset it"),
    (Operation::Listen, ErrorKind::NotFound, Detail::MissingDirectory,
        "cannot listen on \"editor\" (/tmp/editor): its directory does not exist; create the directory first"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::Occupied(Occupant::LiveServer),
        "cannot listen on \"editor\" (/tmp/editor): it is in use by a live server; stop that server or choose another name"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::Occupied(Occupant::StaleSocket),
        "cannot listen on \"editor\" (/tmp/editor): it is the socket of a server that has crashed; remove it, then listen again"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::Occupied(Occupant::Socket),
        "cannot listen on \"editor\" (/tmp/editor): a socket is already there; choose another name"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::Occupied(Occupant::File),
        "cannot listen on \"editor\" (/tmp/editor): a file is there that is no socket; choose another name"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::Occupied(Occupant::Directory),
        "cannot listen on \"editor\" (/tmp/editor): a directory is there; choose another name"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::Occupied(Occupant::Link),
        "cannot listen on \"editor\" (/tmp/editor): a symbolic link is there; choose another name"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::Occupied(Occupant::Other),
        "cannot listen on \"editor\" (/tmp/editor): something is there that is no socket; choose another name"),
    (Operation::Remove, ErrorKind::WrongObject, Detail::Occupied(Occupant::LiveServer),
        "cannot remove \"editor\" (/tmp/editor): it is in use by a live server; stop that server first"),
    (Operation::Remove, ErrorKind::WrongObject, Detail::Occupied(Occupant::File),
        "cannot remove \"editor\" (/tmp/editor): a file is there that is no socket; only sockets are removed"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::Occupied(Occupant::NotListening),
        "cannot listen on \"editor\" (/tmp/editor): the server there is starting or does not listen; stop that server or choose another name"),
    (Operation::Connect, ErrorKind::Refused, Detail::Occupied(Occupant::StaleSocket),
        "cannot connect to \"editor\" (/tmp/editor): it is the socket of a server that has crashed; start its server again"),
    (Operation::Connect, ErrorKind::Refused, Detail::Occupied(Occupant::NotListening),
        "cannot connect to \"editor\" (/tmp/editor): the server there is starting or does not listen; try again later"),
    (Operation::Connect, ErrorKind::Refused, Detail::Occupied(Occupant::Socket),
        "cannot connect to \"editor\" (/tmp/editor): nobody accepts connections there; is the server running?"),
    (Operation::Connect, ErrorKind::WrongObject, Detail::Occupied(Occupant::File),
        "cannot connect to \"editor\" (/tmp/editor): a file is there that is no socket"),
    (Operation::Connect, ErrorKind::WrongObject, Detail::Occupied(Occupant::Directory),
        "cannot connect to \"editor\" (/tmp/editor): a directory is there"),
    (Operation::Adopt, ErrorKind::WrongObject, Detail::NotASocket,
        "cannot adopt the descriptor of \"editor\" (/tmp/editor): the descriptor is not a socket"),
    (Operation::Adopt, ErrorKind::WrongObject, Detail::NotLocal,
        "cannot adopt the descriptor of \"editor\" (/tmp/editor): the descriptor is not a local (AF_UNIX) socket"),
    (Operation::Adopt, ErrorKind::WrongObject, Detail::NotAStream,
        "cannot adopt the descriptor of \"editor\" (/tmp/editor): the descriptor is not a stream socket"),
    (Operation::Adopt, ErrorKind::WrongObject, Detail::NotListening,
        "cannot adopt the descriptor of \"editor\" (/tmp/editor): the socket does not listen; call listen(2) on it first"),
    (Operation::Adopt, ErrorKind::WrongObject, Detail::Connected,
        "cannot adopt the descriptor of \"editor\" (/tmp/editor): the socket is connected to one client and does not listen; set Accept=no in the service manager's socket unit, or make it a LocalSocket"),
    (Operation::Adopt, ErrorKind::WrongObject, Detail::NotConnected,
        "cannot adopt the descriptor of \"editor\" (/tmp/editor): the socket is not connected; if it listens, pass it to listen_fd of a server"),
    (Operation::Adopt, ErrorKind::Unsupported, Detail::NoAdoption,
        "cannot adopt the descriptor of \"editor\" (/tmp/editor): this system cannot adopt a listening descriptor"),
    (Operation::Listen, ErrorKind::Unsupported, Detail::NoAbstractNamespace,
        "cannot listen on \"editor\" (/tmp/editor): this system has no abstract namespace"),
    (Operation::Listen, ErrorKind::Unsupported, Detail::AccessOfAbstractName,
        "cannot listen on \"editor\" (/tmp/editor): an abstract name has no file that access options or an owner could apply to; leave them out and check the peer's identity, or use a path"),
    (Operation::Listen, ErrorKind::Unsupported, Detail::AccessNotEnforced,
        "cannot listen on \"editor\" (/tmp/editor): this system ignores the modes of socket files; leave the access options out and protect the directory of the socket"),
    (Operation::Adopt, ErrorKind::Unsupported, Detail::AccessOfAdopted,
        "cannot adopt the descriptor of \"editor\" (/tmp/editor): access options and an owner do not apply to a socket that listens already; leave them out"),
    (Operation::Connect, ErrorKind::Unsupported, Detail::AccessOfClient,
        "cannot connect to \"editor\" (/tmp/editor): access options are for servers; pass nothing but ABSTRACT"),
    (Operation::Listen, ErrorKind::Unsupported, Detail::NoOwner,
        "cannot listen on \"editor\" (/tmp/editor): this system cannot give its socket to another owner or group"),
    (Operation::Listen, ErrorKind::Unsupported, Detail::UnknownOptions,
        "cannot listen on \"editor\" (/tmp/editor): the socket options hold bits that are not defined"),
    (Operation::Listen, ErrorKind::Access, Detail::AccessRefused,
        "cannot listen on \"editor\" (/tmp/editor): the access of the socket file cannot be set; another rule of this system denies it"),
    (Operation::Listen, ErrorKind::Access, Detail::OwnerRefused,
        "cannot listen on \"editor\" (/tmp/editor): the socket file cannot be given to this owner or group; choose a group that you belong to, or run with CAP_CHOWN and CAP_FOWNER"),
    (Operation::Listen, ErrorKind::Unknown, Detail::OwnerRefused,
        "cannot listen on \"editor\" (/tmp/editor): the socket file cannot be given to this owner or group; check that these ids exist here, and that the file system has owners"),
    (Operation::Listen, ErrorKind::Unsupported, Detail::AccessNotKept,
        "cannot listen on \"editor\" (/tmp/editor): its file system does not keep the mode and owner of the socket file exactly; use a directory of your own on a local file system"),
    (Operation::Listen, ErrorKind::Access, Detail::UnsafeDirectory,
        "cannot listen on \"editor\" (/tmp/editor): the mode of the socket file cannot be set safely: /proc cannot be used, and a directory on the path is a link, or other users may change it; use a directory of your own on a local file system"),
    (Operation::Listen, ErrorKind::Resources, Detail::FileLeft,
        "cannot listen on \"editor\" (/tmp/editor): the new socket file could not be examined or removed, and was left behind; remove it before you listen again"),
    (Operation::Accept, ErrorKind::Unknown, Detail::ShutDownElsewhere,
        "cannot accept a connection on \"editor\" (/tmp/editor): a process that shares the socket has shut it down"),
    (Operation::Accept, ErrorKind::Resources, Detail::None,
        "cannot accept a connection on \"editor\" (/tmp/editor): descriptors or memory have run out; the server tries again by itself"),
    (Operation::Close, ErrorKind::Access, Detail::None,
        "cannot remove the socket file of \"editor\" (/tmp/editor): permission denied; check the permissions of its directory"),
    (Operation::Drain, ErrorKind::Unknown, Detail::None,
        "cannot refuse new connections on \"editor\" (/tmp/editor): the operating system reported an error"),
    (Operation::Connect, ErrorKind::NotFound, Detail::None,
        "cannot connect to \"editor\" (/tmp/editor): there is nothing of that name; is the server running?"),
    (Operation::Connect, ErrorKind::Refused, Detail::None,
        "cannot connect to \"editor\" (/tmp/editor): nobody accepts connections there; is the server running?"),
    (Operation::Connect, ErrorKind::TimedOut, Detail::None,
        "cannot connect to \"editor\" (/tmp/editor): the time is over; the server's queue is full"),
    (Operation::Connect, ErrorKind::Access, Detail::None,
        "cannot connect to \"editor\" (/tmp/editor): permission denied; the server's options, or a directory on the way, do not admit you"),
    (Operation::Listen, ErrorKind::NotFound, Detail::None,
        "cannot listen on \"editor\" (/tmp/editor): no socket can be made there"),
    (Operation::Connect, ErrorKind::Name, Detail::None,
        "cannot connect to \"editor\" (/tmp/editor): the name is invalid"),
    (Operation::Listen, ErrorKind::Name, Detail::NotADirectory,
        "cannot listen on \"editor\" (/tmp/editor): a part of its path is not a directory"),
    (Operation::Listen, ErrorKind::Name, Detail::LinkLoop,
        "cannot listen on \"editor\" (/tmp/editor): the links in its path lead round in a loop"),
    (Operation::Listen, ErrorKind::Name, Detail::ReadOnly,
        "cannot listen on \"editor\" (/tmp/editor): its file system is read-only"),
    (Operation::Listen, ErrorKind::Name, Detail::PartTooLong,
        "cannot listen on \"editor\" (/tmp/editor): a part of its path is longer than the file system allows"),
    (Operation::Connect, ErrorKind::NotFound, Detail::MissingDirectory,
        "cannot connect to \"editor\" (/tmp/editor): its directory does not exist; is the server running, with the same TMPDIR?"),
    (Operation::Connect, ErrorKind::Name, Detail::NulInName,
        "cannot connect to \"editor\" (/tmp/editor): the name holds a NUL byte, which only abstract names may"),
    (Operation::Connect, ErrorKind::Unknown, Detail::OtherSocketType,
        "cannot connect to \"editor\" (/tmp/editor): a socket of another type is there, no stream"),
    (Operation::Connect, ErrorKind::NotFound, Detail::NobodyHasName,
        "cannot connect to \"editor\" (/tmp/editor): nobody has this abstract name; is the server running?"),
    (Operation::Listen, ErrorKind::Unsupported, Detail::Runtime("the runtime has no timers; enable them"),
        "cannot listen on \"editor\" (/tmp/editor): the runtime has no timers; enable them"),
    (Operation::Inspect, ErrorKind::WrongObject, Detail::None,
        "cannot inspect \"editor\" (/tmp/editor): it is of another kind"),
    (Operation::Listen, ErrorKind::AddressInUse, Detail::None,
        "cannot listen on \"editor\" (/tmp/editor): the name is in use"),
    (Operation::Listen, ErrorKind::Unsupported, Detail::None,
        "cannot listen on \"editor\" (/tmp/editor): this system does not support it"),
];

#[test]
fn a_text_names_the_operation_the_name_the_path_the_cause_and_the_advice() {
    for (operation, kind, detail, text) in TEXTS {
        let failure = Failure::new(*operation, *kind).with_detail(*detail);
        assert_eq!(about_editor(failure), *text);
        let cause = text.split_once("(/tmp/editor): ").map(|(_, cause)| cause);
        assert_eq!(Some(failure.to_string().as_str()), cause);
    }
}

#[test]
fn the_system_is_quoted_where_we_have_no_words_of_our_own() {
    let unknown = Failure::new(Operation::Listen, ErrorKind::Unknown).with_code(28);
    let known = Failure::new(Operation::Listen, ErrorKind::Access).with_code(13);
    let quoted = |failure| describe_with(failure, None, None, Some("Said by the system"));

    assert!(quoted(unknown).ends_with(": Said by the system (os error 28)"));
    assert!(quoted(known).contains(": permission denied; "));
}

#[test]
fn a_listen_error_prints_one_level_and_its_source_the_cause() {
    use std::error::Error as _;

    let failure = Failure::new(Operation::Listen, ErrorKind::Access).with_code(13);

    let error = ListenError::Failed(failure);

    assert_eq!(error.to_string(), "cannot listen");
    let source = error.source().unwrap();
    assert_eq!(source.downcast_ref(), Some(&failure));
    assert_eq!(
        source.to_string(),
        "permission denied; check the permissions of its directory (os error 13)"
    );
    assert!(source.source().is_none());
    assert!(ListenError::AlreadyListening.source().is_none());
}

#[test]
fn a_descriptor_that_has_no_name_is_just_a_descriptor() {
    let failure = Failure::new(Operation::Adopt, ErrorKind::WrongObject);
    let text = describe(failure.with_detail(Detail::NotASocket), None, None);

    assert_eq!(
        text,
        "cannot adopt the descriptor: the descriptor is not a socket"
    );
}

#[test]
fn a_code_of_the_operating_system_stands_at_the_end() {
    let failure = Failure::new(Operation::Drain, ErrorKind::Unknown).with_code(5);

    assert!(about_editor(failure).ends_with("reported an error (os error 5)"));
}

#[test]
fn a_name_that_is_too_long_comes_with_both_lengths_in_the_unit_of_the_platform_and_advice() {
    let (length, limit) = (131, 107);
    let cases = [
        (Detail::TooLong { length, limit }, "131 bytes"),
        (Detail::TooManyUnits { length, limit }, "131 UTF-16 units"),
    ];
    for (detail, counted) in cases {
        let failure = Failure::new(Operation::Listen, ErrorKind::Name).with_detail(detail);

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
fn a_text_names_what_there_is_of_the_names() {
    let failure = Failure::new(Operation::Listen, ErrorKind::AddressInUse);
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
fn a_text_is_one_line_of_printable_characters_whatever_the_name_holds() {
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
fn a_server_tells_its_last_error_by_name_and_nothing_without_one() {
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
