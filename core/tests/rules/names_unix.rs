//! The resolution of names on Unix.

use anteroom_core::rules::unix::{Address, Environment, resolve};
use anteroom_core::{Detail, ErrorKind, Failure, Operation, ServerName, SocketOptions};

#[test]
fn a_plain_name_is_in_the_temporary_directory() {
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
fn a_path_is_used_unchanged() {
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
fn invalid_names_have_a_detail() {
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
fn resolve_rejects_names_in_other_notations() {
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
fn an_address_has_at_most_107_bytes_on_linux_and_103_on_the_bsds() {
    let path = |length: usize| format!("/{}", "n".repeat(length - 1));
    let plain = |length: usize| "n".repeat(length - "/tmp/".len());
    for (limit, length) in [(107, 106), (107, 107), (107, 108), (103, 103), (103, 104)] {
        let results = match limit {
            107 => vec![
                linux(&path(length), None),
                linux(&plain(length), None),
                linux_abstract(&path(length)),
            ],
            _ => vec![bsd(&path(length), SocketOptions::empty())],
        };
        for result in results {
            match result {
                Ok(address) => {
                    assert!(length <= limit);
                    assert_eq!(address.full_name().as_bytes().len(), length);
                }
                Err(failure) => {
                    assert!(length > limit);
                    assert_eq!(failure, name_error(Detail::TooLong { length, limit }));
                }
            }
        }
    }
}

#[test]
fn the_length_of_a_name_is_in_bytes() {
    let (length, limit) = (108, 107);
    let error = name_error(Detail::TooLong { length, limit });
    assert_eq!(linux_abstract(&"ä".repeat(54)), Err(error));
}

#[test]
fn abstract_names_are_used_unchanged() {
    for name in [
        "editor", "/editor", "a\0b", "\0", " ", "./editor", "..", "@editor", "/",
    ] {
        let address = linux_abstract(name);
        assert_eq!(address, Ok(Address::Abstract(ServerName::from(name))));
    }
    assert_eq!(linux_abstract(""), Err(name_error(Detail::EmptyName)));
    let unsupported = Failure::new(Operation::Listen, ErrorKind::Unsupported)
        .with_detail(Detail::NoAbstractNamespace);
    assert_eq!(bsd("editor", SocketOptions::ABSTRACT), Err(unsupported));
}

#[test]
fn a_failure_has_its_operation() {
    for operation in [Operation::Connect, Operation::Remove, Operation::Inspect] {
        let (name, environment) = (ServerName::default(), Environment::linux(None));
        let result = resolve(&name, SocketOptions::empty(), environment, operation);
        assert_eq!(result.unwrap_err().operation(), operation);
    }
}

#[test]
fn names_need_not_be_utf8() {
    let [name, path] = [&b"\xff\xfe\n"[..], b"/tmp/\xff\xfe\n"].map(ServerName::from);
    let environment = Environment::linux(None);
    let address = resolve(
        &name,
        SocketOptions::empty(),
        environment,
        Operation::Listen,
    );
    assert_eq!(address, Ok(Address::Path(path)));
}

#[test]
fn full_name_returns_the_name_of_an_address() {
    let name = ServerName::from("/tmp/editor");

    assert_eq!(Address::Path(name.clone()).full_name(), &name);
    assert_eq!(Address::Abstract(name.clone()).full_name(), &name);
}

#[test]
fn the_last_component_follows_the_last_slash() {
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
    let name = ServerName::from(name);
    let environment = Environment::linux(directory);
    resolve(&name, SocketOptions::WORLD, environment, Operation::Listen)
}

fn linux_abstract(name: &str) -> Result<Address, Failure> {
    let options = SocketOptions::ABSTRACT | SocketOptions::WORLD;
    let environment = Environment::linux(Some(b"relative"));
    resolve(
        &ServerName::from(name),
        options,
        environment,
        Operation::Listen,
    )
}

fn bsd(name: &str, options: SocketOptions) -> Result<Address, Failure> {
    let environment = Environment::bsd(None);
    resolve(
        &ServerName::from(name),
        options,
        environment,
        Operation::Listen,
    )
}

const fn name_error(detail: Detail) -> Failure {
    Failure::new(Operation::Listen, ErrorKind::Name).with_detail(detail)
}
