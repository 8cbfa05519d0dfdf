//! The resolution of names on Windows.

use anteroom_core::rules::windows::{PIPE_PREFIX, resolve};
use anteroom_core::{Detail, ErrorKind, Failure, Operation, ServerName, SocketOptions};

#[test]
fn a_plain_name_gets_the_prefix_of_pipes() {
    let cases = [
        ("editor", r"\\.\pipe\editor"),
        ("/tmp/editor", r"\\.\pipe\/tmp/editor"),
        (r"sub\editor", r"\\.\pipe\sub\editor"),
        (r"\\.\pip\editor", r"\\.\pipe\\\.\pip\editor"),
        (r"\\.\pipe", r"\\.\pipe\\\.\pipe"),
        (r"\\other\pipe\editor", r"\\.\pipe\\\other\pipe\editor"),
        ("ä", r"\\.\pipe\ä"),
    ];
    for (name, full_name) in cases {
        assert_eq!(resolved(name.as_bytes()), Ok(ServerName::from(full_name)));
    }
}

#[test]
fn a_full_name_is_used_unchanged_in_any_case() {
    for name in [r"\\.\pipe\editor", r"\\.\PIPE\editor", r"\\.\Pipe\Editor"] {
        assert_eq!(resolved(name.as_bytes()), Ok(ServerName::from(name)));
    }
}

#[test]
fn invalid_names_have_a_detail() {
    let cases = [
        ("", Detail::EmptyName),
        (r"\\.\pipe\", Detail::EmptyName),
        (r"\\.\PIPE\", Detail::EmptyName),
        ("ed\0itor", Detail::NulInName),
        ("\\\\.\\pipe\\ed\0itor", Detail::NulInName),
    ];
    for (name, detail) in cases {
        assert_eq!(
            resolved(name.as_bytes()),
            Err(name_error(detail)),
            "{name:?}"
        );
    }
}

#[test]
fn abstract_names_are_unsupported() {
    let failure = resolve(
        &ServerName::from("editor"),
        SocketOptions::ABSTRACT,
        Operation::Listen,
    )
    .expect_err("there are none");

    assert_eq!(failure.kind(), ErrorKind::Unsupported);
    assert_eq!(failure.detail(), Detail::NoAbstractNamespace);
}

#[test]
fn a_full_name_has_at_most_256_units() {
    for (units, fits) in [(255, true), (256, true), (257, false)] {
        let short = "n".repeat(units - PIPE_PREFIX.len());
        let full = format!("{PIPE_PREFIX}{short}");

        for name in [short, full] {
            assert_limit(name.as_bytes(), units, fits);
        }
    }
}

#[test]
fn the_length_of_a_name_is_in_utf16_units() {
    let characters: [(&[u8], usize); 5] = [
        (b"n", 1),
        ("ä".as_bytes(), 1),
        ("€".as_bytes(), 1),
        ("🦀".as_bytes(), 2),
        // An unpaired surrogate, which WTF-8 can encode.
        (b"\xed\xa0\x80", 1),
    ];
    for (character, units) in characters {
        for (total, fits) in [(255, true), (256, true), (257, false)] {
            let mut name = vec![b'n'; total - PIPE_PREFIX.len() - units];
            name.extend_from_slice(character);

            assert_limit(&name, total, fits);
        }
    }
}

fn resolved(name: &[u8]) -> Result<ServerName, Failure> {
    resolve(
        &ServerName::from(name),
        SocketOptions::USER,
        Operation::Listen,
    )
}

fn assert_limit(name: &[u8], length: usize, fits: bool) {
    let limit = 256;
    match resolved(name) {
        Ok(_) => assert!(fits, "{length} units are too long"),
        Err(failure) => {
            assert!(!fits, "{length} units are not too long");
            assert_eq!(failure, name_error(Detail::TooManyUnits { length, limit }));
        }
    }
}

const fn name_error(detail: Detail) -> Failure {
    Failure::new(Operation::Listen, ErrorKind::Name).with_detail(detail)
}
