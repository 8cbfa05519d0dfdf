//! Where a name leads on Unix.

use anteroom_core::rules::unix::{Address, Environment, resolve};
use anteroom_core::{Detail, ErrorKind, Failure, Operation, ServerName, SocketOptions};

#[test]
fn a_name_is_looked_for_in_the_temporary_directory() {
    let cases: [(Option<&[u8]>, &str, &str); 14] = [
        (None, "editor", "/tmp/editor"),
        (Some(b""), "editor", "/tmp/editor"),
        (Some(b"/run/user/1"), "editor", "/run/user/1/editor"),
        (Some(b"/run/user/1/"), "editor", "/run/user/1/editor"),
        (Some(b"/"), "editor", "/editor"),
        (Some(b"/run"), "...", "/run/..."),
        (Some(b"/run"), ".editor", "/run/.editor"),
        (Some(b"/run"), "~", "/run/~"),
        (Some(b"/run"), "$editor", "/run/$editor"),
        (Some(b"/run"), "vsock:1:2", "/run/vsock:1:2"),
        (Some(b"/run"), r"C:\editor", r"/run/C:\editor"),
        (Some(b"/run"), "editor@host", "/run/editor@host"),
        (Some(b"/run"), " ", "/run/ "),
        (Some(b"/run"), "ä", "/run/ä"),
    ];
    for (directory, name, path) in cases {
        let address = linux(name, directory);
        assert_eq!(address, Ok(Address::Path(ServerName::from(path))));
    }
}

#[test]
fn a_path_is_taken_verbatim_whatever_the_temporary_directory_is() {
    for directory in [None, Some(&b"/run"[..]), Some(b"relative")] {
        for path in [
            "/run/editor",
            "//run//editor",
            "/run/../editor",
            "/..",
            "//./pipe/editor",
            "/@editor",
            "/~/editor",
            "/unix:/editor",
        ] {
            let address = linux(path, directory);
            assert_eq!(address, Ok(Address::Path(ServerName::from(path))));
        }
    }
}

#[test]
fn names_need_not_be_text() {
    let name = ServerName::from(&b"\xff\xfe\n"[..]);

    let address = resolve(
        &name,
        SocketOptions::empty(),
        Environment::linux(None),
        Operation::Listen,
    );

    let path = ServerName::from(&b"/tmp/\xff\xfe\n"[..]);
    assert_eq!(address, Ok(Address::Path(path)));
}

#[test]
fn invalid_names_are_name_errors_that_tell_why() {
    let cases: [(Option<&[u8]>, &str, Detail); 7] = [
        (None, "", Detail::EmptyName),
        (Some(b"relative"), "", Detail::EmptyName),
        (None, "\0", Detail::NulInName),
        (None, "ed\0itor", Detail::NulInName),
        (None, "/tmp/editor\0", Detail::NulInName),
        (
            Some(b"relative"),
            "editor",
            Detail::RelativeTemporaryDirectory,
        ),
        (Some(b"/r\0n"), "editor", Detail::RelativeTemporaryDirectory),
    ];
    for (directory, name, detail) in cases {
        assert_eq!(linux(name, directory), Err(name_error(detail)), "{name:?}");
    }
}

#[test]
fn resolve_rejects_names_that_look_like_something_else() {
    let cases = [
        ("./editor", Detail::RelativePath),
        ("../editor", Detail::RelativePath),
        ("run/editor", Detail::RelativePath),
        ("editor/", Detail::RelativePath),
        ("C:/editor", Detail::RelativePath),
        ("two words:/editor", Detail::RelativePath),
        (".", Detail::RelativePath),
        ("..", Detail::RelativePath),
        ("~/editor", Detail::ShellSyntax),
        ("~root/editor", Detail::ShellSyntax),
        ("$TMPDIR/editor", Detail::ShellSyntax),
        ("${TMPDIR}/editor", Detail::ShellSyntax),
        ("unix:/run/editor", Detail::Url),
        ("unix:///run/editor", Detail::Url),
        ("unix:run/editor", Detail::Url),
        ("unix:editor", Detail::Url),
        ("unix:@editor", Detail::Url),
        ("unix-abstract:editor", Detail::Url),
        ("file:///run/editor", Detail::Url),
        ("/", Detail::TrailingSlash),
        ("//", Detail::TrailingSlash),
        ("/run/editor/", Detail::TrailingSlash),
        ("@", Detail::AtSign),
        ("@editor", Detail::AtSign),
        ("@run/editor", Detail::AtSign),
        (r"\\.\pipe\editor", Detail::WindowsPipe),
        (r"\\.\PIPE\run/editor", Detail::WindowsPipe),
    ];
    for directory in [None, Some(&b"relative"[..])] {
        for (name, detail) in cases {
            assert_eq!(linux(name, directory), Err(name_error(detail)), "{name:?}");
        }
    }
}

#[test]
fn a_failure_names_the_operation_that_it_is_of() {
    for operation in [Operation::Connect, Operation::Remove, Operation::Inspect] {
        let failure = resolve(
            &ServerName::default(),
            SocketOptions::empty(),
            Environment::linux(None),
            operation,
        )
        .expect_err("the name is empty");

        assert_eq!(failure.operation(), operation);
    }
}

#[test]
fn on_linux_a_path_of_107_bytes_fits_and_one_of_108_does_not() {
    for (length, fits) in [(106, true), (107, true), (108, false), (109, false)] {
        let path = format!("/{}", "n".repeat(length - 1));
        let in_directory = "n".repeat(length - "/tmp/".len());

        for name in [path, in_directory] {
            assert_limit(linux(&name, None), length, 107, fits);
        }
    }
}

#[test]
fn on_linux_an_abstract_name_of_107_bytes_fits_and_one_of_108_does_not() {
    for (length, fits) in [(106, true), (107, true), (108, false)] {
        let address = linux_abstract(&"n".repeat(length));
        assert_limit(address, length, 107, fits);
    }
}

#[test]
fn elsewhere_a_path_of_103_bytes_fits_and_one_of_104_does_not() {
    for (length, fits) in [(102, true), (103, true), (104, false)] {
        let name = ServerName::from(format!("/{}", "n".repeat(length - 1)));
        let address = resolve(
            &name,
            SocketOptions::empty(),
            Environment::bsd(None),
            Operation::Listen,
        );
        assert_limit(address, length, 103, fits);
    }
}

#[test]
fn lengths_are_counted_in_bytes_not_in_characters() {
    let name = "ä".repeat(54);

    let address = linux_abstract(&name);

    assert_limit(address, 108, 107, false);
}

#[test]
fn abstract_names_are_taken_verbatim() {
    for name in [
        "editor", "/editor", "a\0b", "\0", " ", "./editor", "..", "@editor", "/",
    ] {
        let address = linux_abstract(name);
        assert_eq!(address, Ok(Address::Abstract(ServerName::from(name))));
    }
}

#[test]
fn an_empty_abstract_name_is_a_name_error() {
    assert_eq!(linux_abstract(""), Err(name_error(Detail::EmptyName)));
}

#[test]
fn where_there_is_no_abstract_namespace_such_names_are_not_supported() {
    let failure = resolve(
        &ServerName::from("editor"),
        SocketOptions::ABSTRACT,
        Environment::bsd(None),
        Operation::Listen,
    )
    .expect_err("there are none");

    assert_eq!(failure.kind(), ErrorKind::Unsupported);
    assert_eq!(failure.detail(), Detail::NoAbstractNamespace);
}

#[test]
fn the_full_name_of_an_address_is_the_name_that_it_holds() {
    let name = ServerName::from("/tmp/editor");

    assert_eq!(Address::Path(name.clone()).full_name(), &name);
    assert_eq!(Address::Abstract(name.clone()).full_name(), &name);
}

#[test]
fn the_last_component_stands_behind_the_last_slash() {
    let cases = [
        ("/tmp/editor", "editor"),
        ("editor", "editor"),
        ("/editor", "editor"),
        ("tmp/", ""),
        ("", ""),
    ];
    for (name, last) in cases {
        assert_eq!(
            ServerName::from(name).last_component(),
            ServerName::from(last)
        );
    }
}

fn linux(name: &str, directory: Option<&[u8]>) -> Result<Address, Failure> {
    resolve(
        &ServerName::from(name),
        SocketOptions::WORLD,
        Environment::linux(directory),
        Operation::Listen,
    )
}

fn linux_abstract(name: &str) -> Result<Address, Failure> {
    resolve(
        &ServerName::from(name),
        SocketOptions::ABSTRACT | SocketOptions::WORLD,
        Environment::linux(Some(b"relative")),
        Operation::Listen,
    )
}

fn assert_limit(address: Result<Address, Failure>, length: usize, limit: usize, fits: bool) {
    match address {
        Ok(address) => {
            assert!(fits, "{length} bytes are too long");
            assert_eq!(address.full_name().as_bytes().len(), length);
        }
        Err(failure) => {
            assert!(!fits, "{length} bytes are not too long");
            assert_eq!(failure, name_error(Detail::TooLong { length, limit }));
        }
    }
}

const fn name_error(detail: Detail) -> Failure {
    Failure::new(Operation::Listen, ErrorKind::Name).with_detail(detail)
}
