//! Names and their resolution: NAME, FULL.

use super::prelude::*;

pub(crate) fn names_are_known_while_listening(t: &mut Fixture) {
    let plain = t.env.plain_name("server");
    let resolved = t.env.resolved(&plain);
    let full = t.env.full_name("server");
    t.provoke_error();
    for (name, full) in [(&full, &full), (&plain, &resolved)] {
        t.expect_idle();
        t.listen(name);
        let seen = t.observe();
        assert_eq!(seen.server_name.as_ref(), Some(name));
        assert_eq!(seen.full_server_name.as_ref(), Some(full));
        t.subject.close();
    }
    t.expect_idle();
}

pub(crate) fn special_characters_are_kept(t: &mut Fixture) {
    for end in [
        &b"two words"[..],
        b"new\nline",
        b"ta\tb",
        b"@at",
        b"#%$HOME~",
        b"caf\xc3\xa9",
        b"-x",
        b".s",
        b"\xff\xfe",
    ] {
        let mut bytes = t.env.full_name("").into_bytes();
        bytes.extend(end);
        let name = ServerName::from(bytes);
        t.listen(&name);
        t.expect_names(&name, &name);
        t.expect_socket(&name);
        t.expect_served(&name);
        t.subject.close();
        t.expect_absent(&name);
    }
}

pub(crate) fn plain_name_is_in_tmpdir(t: &mut Fixture) {
    expect_plain_name_to_resolve(t);
}

pub(crate) fn slash_after_tmpdir_is_ignored(t: &mut Fixture) {
    expect_plain_name_to_resolve(t);
}

pub(crate) fn unset_tmpdir_means_tmp(t: &mut Fixture) {
    let full = expect_plain_name_to_resolve(t);
    assert!(full.as_bytes().starts_with(b"/tmp/"), "{full}");
}

pub(crate) fn empty_tmpdir_means_tmp(t: &mut Fixture) {
    let full = expect_plain_name_to_resolve(t);
    assert!(full.as_bytes().starts_with(b"/tmp/"), "{full}");
}

pub(crate) fn full_name_is_path(t: &mut Fixture) {
    let direct = t.env.full_name("server");
    for stem in ["server", ".//./server"] {
        let name = t.env.full_name(stem);
        t.listen(&name);
        t.expect_names(&name, &name);
        t.expect_socket(&direct);
        t.subject.close();
        t.env.delete(&direct);
    }
}

pub(crate) fn empty_name_and_nul_are_name_errors(t: &mut Fixture) {
    let mut bytes = t.env.full_name("server").into_bytes();
    bytes.extend(b"\0rest");
    let bytes = ServerName::from(bytes);
    for name in ["", "plain\0rest", "\0abstract"]
        .map(ServerName::from)
        .into_iter()
        .chain([bytes])
    {
        assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::Name, "{name:?}");
        t.expect_idle();
        t.expect_nothing_on_disk();
    }
}

pub(crate) fn over_long_name_is_name_error(t: &mut Fixture) {
    let limit = longest(t);
    let name = name_of_length(t, limit + 1);
    assert_eq!(t.fail_to_listen(&name).kind, ErrorKind::Name);
    t.expect_idle();
    t.expect_nothing_on_disk();
}

pub(crate) fn longest_name_works(t: &mut Fixture) {
    let limit = longest(t);
    let name = name_of_length(t, limit);
    t.listen(&name);
    t.expect_names(&name, &name);
    t.expect_served(&name);
    t.expect_own_client_served(&name);
}

pub(crate) fn over_long_name_changes_no_file(t: &mut Fixture) {
    let limit = longest(t);
    let name = name_of_length(t, limit + 20);
    t.env.place(&name, Occupant::File);
    t.fail_to_listen(&name);
    assert!(t.env.is_unchanged(&name));
    assert!(t.subject.remove_server(&name).is_err());
    assert!(t.env.is_unchanged(&name));
}

pub(crate) fn relative_tmpdir_is_name_error(t: &mut Fixture) {
    let plain = t.env.plain_name("server");
    expect_error_everywhere(t, &plain, ErrorKind::Name);
    t.expect_nothing_on_disk();
}

pub(crate) fn missing_tmpdir_is_not_found(t: &mut Fixture) {
    let plain = t.env.plain_name("server");
    let mut in_root = b"/".to_vec();
    in_root.extend(plain.as_bytes());
    expect_error_everywhere(t, &plain, ErrorKind::NotFound);
    t.expect_nothing_on_disk();
    t.expect_absent(&ServerName::from(in_root));
}

pub(crate) fn full_name_ignores_tmpdir(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.expect_served(&name);
}

pub(crate) fn special_words_are_in_tmpdir(t: &mut Fixture) {
    for word in [
        "~",
        "$HOME",
        "...",
        ".hidden",
        "vsock:1:2",
        r"C:\word",
        "word@host",
    ] {
        let word = ServerName::from(word);
        let full = t.env.resolved(&word);
        t.listen(&word);
        t.expect_names(&word, &full);
        t.expect_socket(&full);
        t.subject.close();
    }
}

pub(crate) fn other_syntax_is_name_error(t: &mut Fixture) {
    for name in [
        "./app.sock",
        "run/app.sock",
        ".",
        "..",
        "~/app.sock",
        "$TMPDIR/app.sock",
        "unix:/app.sock",
        "unix:app",
        "unix:///app.sock",
        "@abc",
        r"\\.\pipe\abc",
        "/",
    ] {
        let name = ServerName::from(name);
        expect_error_everywhere(t, &name, ErrorKind::Name);
        if !name.as_bytes().ends_with(b".") && name != ServerName::from("/") {
            let full = t.env.resolved(&name);
            t.expect_absent(&full);
        }
    }
}

pub(crate) fn trailing_slash_is_name_error(t: &mut Fixture) {
    let socket = t.place_at("stale", Occupant::StaleSocket);
    for stem in ["stale/", "missing/"] {
        let name = t.env.full_name(stem);
        expect_error_everywhere(t, &name, ErrorKind::Name);
    }
    assert!(t.env.is_unchanged(&socket));
}

pub(crate) fn server_client_and_removal_reject_same_names(t: &mut Fixture) {
    let limit = longest(t);
    for name in [
        ServerName::from(""),
        ServerName::from("nul\0nul"),
        name_of_length(t, limit + 1),
    ] {
        expect_error_everywhere(t, &name, ErrorKind::Name);
    }
    t.expect_nothing_on_disk();
}

pub(crate) fn server_client_and_removal_resolve_alike(t: &mut Fixture) {
    let plain = t.env.plain_name("server");
    let full = t.env.resolved(&plain);
    t.listen(&plain);
    t.expect_own_client_served(&plain);
    assert_eq!(t.subject.remove_server(&plain), Ok(()));
    t.expect_absent(&full);
}

/// Returns the maximal length of a full name in bytes.
fn longest(t: &Fixture) -> usize {
    match t.env.platform() {
        Platform::Linux => 107,
        _ => 103,
    }
}

/// Returns a full name of this length.
fn name_of_length(t: &mut Fixture, length: usize) -> ServerName {
    let mut bytes = t.env.full_name("long").into_bytes();
    assert!(
        bytes.len() < length,
        "the path of the directory is too long"
    );
    bytes.resize(length, b'x');
    ServerName::from(bytes)
}

/// Listens on a plain name, and expects the socket at the full name.
#[track_caller]
fn expect_plain_name_to_resolve(t: &mut Fixture) -> ServerName {
    let plain = t.env.plain_name("server");
    let full = t.env.resolved(&plain);
    t.listen(&plain);
    t.expect_names(&plain, &full);
    t.expect_socket(&full);
    t.expect_served(&full);
    t.subject.close();
    t.expect_absent(&full);
    full
}

/// Expects this error from the server, the client and `remove_server`.
#[track_caller]
fn expect_error_everywhere(t: &mut Fixture, name: &ServerName, kind: ErrorKind) {
    assert_eq!(t.fail_to_listen(name).kind, kind, "{name:?}");
    t.expect_idle();
    assert_eq!(t.fail_to_connect(name).kind, kind, "{name:?}");
    let removed = t.subject.remove_server(name).map_err(|error| error.kind);
    assert_eq!(removed, Err(kind), "{name:?}");
}
