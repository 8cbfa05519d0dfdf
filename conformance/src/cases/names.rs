//! Names, and where they lead: NAME, FULL.

use crate::clauses::Platform;
use crate::prelude::*;

/// While listening the name is the one that was passed, verbatim: a full one.
pub(crate) fn the_name_is_what_was_passed(bench: &mut Bench) {
    let name = bench.listen_on("server");
    assert_eq!(bench.observe().server_name, Some(name));
}

/// While listening the name is the one that was passed, verbatim: a plain one.
pub(crate) fn a_plain_name_is_kept_as_it_was_passed(bench: &mut Bench) {
    let plain = bench.world.plain_name("server");
    bench.listen(&plain);
    assert_eq!(bench.observe().server_name, Some(plain));
}

/// Odd characters are kept as they are, in both names and on disk.
pub(crate) fn odd_characters_are_kept(bench: &mut Bench) {
    for odd in [
        "two words",
        "new\nline",
        "ta\tb",
        "@at",
        "#%$HOME~",
        "caf\u{e9}",
        "-x",
        ".s",
    ] {
        let name = bench.world.full_name(odd);
        bench.listen(&name);
        let seen = bench.observe();
        assert_eq!(seen.server_name.as_ref(), Some(&name));
        assert_eq!(seen.full_server_name.as_ref(), Some(&name));
        assert!(bench.has_socket(&name), "{name:?}");
        let (client, connection) = bench.connected_pair(&name);
        bench.echo(client, connection);
        bench.subject.close();
        assert_eq!(bench.world.entry(&name), Entry::Absent);
    }
}

/// Bytes that are no UTF-8 are kept as they are.
pub(crate) fn a_name_need_not_be_text(bench: &mut Bench) {
    let mut bytes = bench.world.full_name("bytes-").into_bytes();
    bytes.extend(b"\xff\xfe");
    let name = ServerName::from(bytes);
    bench.listen(&name);
    assert_eq!(bench.observe().server_name.as_ref(), Some(&name));
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
    bench.subject.close();
    assert_eq!(bench.world.entry(&name), Entry::Absent);
}

/// Without listening there is no name: before it, after a failure and after close.
pub(crate) fn an_idle_server_has_no_name(bench: &mut Bench) {
    assert_eq!(bench.observe().server_name, None);
    bench.provoke_error();
    assert_eq!(bench.observe().server_name, None);
    bench.listen_on("server");
    bench.subject.close();
    assert_eq!(bench.observe().server_name, None);
}

/// While listening the full name is where the name leads, and afterwards there is none.
pub(crate) fn the_full_name_is_known_while_listening(bench: &mut Bench) {
    assert_eq!(bench.observe().full_server_name, None);
    let plain = bench.world.plain_name("server");
    let resolved = bench.world.resolved(&plain);
    bench.listen(&plain);
    assert_eq!(bench.observe().full_server_name, Some(resolved));
    bench.subject.close();
    assert_eq!(bench.observe().full_server_name, None);
}

/// A plain name is a socket in the directory that `TMPDIR` names.
pub(crate) fn a_plain_name_leads_to_the_temporary_directory(bench: &mut Bench) {
    expect_plain_name_leads_home(bench);
}

/// One slash at the end of `TMPDIR` does not become two.
pub(crate) fn a_slash_at_the_end_of_the_temporary_directory_is_no_harm(bench: &mut Bench) {
    expect_plain_name_leads_home(bench);
}

/// Without `TMPDIR` a plain name is a socket in `/tmp`.
pub(crate) fn without_a_temporary_directory_a_plain_name_leads_to_tmp(bench: &mut Bench) {
    let full = expect_plain_name_leads_home(bench);
    assert!(full.as_bytes().starts_with(b"/tmp/"), "{full}");
}

/// With an empty `TMPDIR` a plain name is a socket in `/tmp`, too.
pub(crate) fn with_an_empty_temporary_directory_a_plain_name_leads_to_tmp(bench: &mut Bench) {
    let full = expect_plain_name_leads_home(bench);
    assert!(full.as_bytes().starts_with(b"/tmp/"), "{full}");
}

/// A name that starts with a slash is the path, nothing about it cleaned up.
pub(crate) fn a_full_name_is_the_path_verbatim(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let seen = bench.observe();
    assert_eq!(seen.full_server_name.as_ref(), Some(&name));
    assert!(bench.has_socket(&name));
}

/// Dots and double slashes in a full name stay in the names, and lead where they lead.
pub(crate) fn dots_and_slashes_in_a_full_name_are_kept(bench: &mut Bench) {
    let direct = bench.world.full_name("server");
    let winding = bench.world.full_name(".//./server");
    bench.listen(&winding);
    assert_eq!(bench.observe().full_server_name, Some(winding));
    assert!(bench.has_socket(&direct));
    bench.subject.close();
    assert_eq!(bench.world.entry(&direct), Entry::Absent);
}

/// The empty name is a name error.
pub(crate) fn the_empty_name_is_a_name_error(bench: &mut Bench) {
    let failure = bench.fail_to_listen(&ServerName::from(""));
    assert_eq!(failure.kind(), ErrorKind::Name);
    bench.expect_idle();
    bench.expect_nothing_on_disk();
}

/// A NUL in a name is a name error; what stands in front of it is not used as a name.
pub(crate) fn a_nul_in_a_name_is_a_name_error(bench: &mut Bench) {
    let mut bytes = bench.world.full_name("server").into_bytes();
    bytes.extend(b"\0behind");
    for name in [
        ServerName::from(bytes),
        ServerName::from("plain\0behind"),
        ServerName::from("\0abstract"),
    ] {
        let failure = bench.fail_to_listen(&name);
        assert_eq!(failure.kind(), ErrorKind::Name, "{name:?}");
        bench.expect_idle();
        bench.expect_nothing_on_disk();
    }
}

/// One byte too many is a name error, and the text tells both numbers.
pub(crate) fn an_over_long_name_is_a_name_error_with_both_numbers(bench: &mut Bench) {
    let limit = longest(bench);
    let name = name_of_length(bench, limit + 1);
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::Name);
    let text = bench.observe().error_string;
    assert!(text.contains(&format!("{} bytes", limit + 1)), "{text}");
    assert!(text.contains(&format!("allows {limit}")), "{text}");
    bench.expect_idle();
    bench.expect_nothing_on_disk();
}

/// The longest name there can be works, for server and client.
pub(crate) fn the_longest_name_works(bench: &mut Bench) {
    let limit = longest(bench);
    let name = name_of_length(bench, limit);
    bench.listen(&name);
    assert_eq!(bench.observe().full_server_name.as_ref(), Some(&name));
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
    let attempt = bench.start_connect(&name);
    let own = bench.finish_connect(attempt);
    let connection = bench.claim();
    bench.echo_own(own, connection);
}

/// A file at the path of an over-long name is not touched.
pub(crate) fn a_file_at_an_over_long_name_is_untouched(bench: &mut Bench) {
    let limit = longest(bench);
    let name = name_of_length(bench, limit + 20);
    bench.world.plant(&name, Plant::File);
    bench.fail_to_listen(&name);
    assert!(bench.world.is_untouched(&name));
    assert!(bench.subject.remove_server(&name).is_err());
    assert!(bench.world.is_untouched(&name));
}

/// A missing directory is not found, and not created.
pub(crate) fn a_missing_directory_is_not_made(bench: &mut Bench) {
    let name = bench.world.full_name("missing/server");
    let failure = bench.fail_to_listen(&name);
    assert_eq!(failure.kind(), ErrorKind::NotFound);
    bench.expect_idle();
    bench.expect_nothing_on_disk();
}

/// A relative `TMPDIR` is a name error: the current directory is not used.
pub(crate) fn a_relative_temporary_directory_is_a_name_error(bench: &mut Bench) {
    expect_plain_names_to_be_errors(bench, ErrorKind::Name);
    let text = bench.observe().error_string;
    assert!(text.contains("TMPDIR"), "{text}");
}

/// A `TMPDIR` that does not exist is not found: the root directory is not used.
pub(crate) fn a_missing_temporary_directory_is_not_found(bench: &mut Bench) {
    let plain = bench.world.plain_name("server");
    let mut in_root = b"/".to_vec();
    in_root.extend(plain.as_bytes());
    expect_plain_names_to_be_errors(bench, ErrorKind::NotFound);
    assert_eq!(bench.world.entry(&ServerName::from(in_root)), Entry::Absent);
}

/// A full name works whatever `TMPDIR` is.
pub(crate) fn a_full_name_does_not_ask_for_the_temporary_directory(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// Single words lead to the temporary directory, odd ones too.
pub(crate) fn odd_single_words_lead_to_the_temporary_directory(bench: &mut Bench) {
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
        let full = bench.world.resolved(&word);
        bench.listen(&word);
        assert_eq!(bench.observe().server_name.as_ref(), Some(&word));
        assert_eq!(bench.observe().full_server_name.as_ref(), Some(&full));
        assert!(bench.has_socket(&full), "no socket at {full}");
        bench.subject.close();
    }
}

/// A name that looks like something else is refused by the server, the client and
/// `remove_server`; the text says why.
pub(crate) fn names_that_look_like_something_else_are_rejected(bench: &mut Bench) {
    for (name, cause) in [
        ("./app.sock", "relative path; write a full path"),
        ("run/app.sock", "relative path; write a full path"),
        (".", "relative path; write a full path"),
        ("..", "relative path; write a full path"),
        ("~/app.sock", "shell expands; write the full path"),
        ("$TMPDIR/app.sock", "shell expands; write the full path"),
        ("unix:/app.sock", "URL; write only the full path"),
        ("unix:app", "URL; write only the full path"),
        ("unix:///app.sock", "URL; write only the full path"),
        ("@abc", "begins with @"),
        (r"\\.\pipe\abc", "Windows pipe; write a plain name"),
        ("/", "ends in a slash"),
    ] {
        let name = ServerName::from(name);
        expect_name_error_everywhere(bench, &name);
        bench.fail_to_listen(&name);
        let text = bench.observe().error_string;
        assert!(text.contains(cause), "{text}");
        if !name.as_bytes().ends_with(b".") && name != ServerName::from("/") {
            let full = bench.world.resolved(&name);
            assert_eq!(bench.world.entry(&full), Entry::Absent);
        }
    }
}

/// A path that ends in a slash is refused: `remove_server` does not take the socket for missing.
pub(crate) fn a_path_that_ends_in_a_slash_is_rejected(bench: &mut Bench) {
    let socket = bench.world.full_name("stale");
    bench.world.plant(&socket, Plant::StaleSocket);
    for stem in ["stale/", "missing/"] {
        let name = bench.world.full_name(stem);
        expect_name_error_everywhere(bench, &name);
    }
    assert!(bench.world.is_untouched(&socket));
}

/// The server, the client and `remove_server` agree on what is no name, and touch nothing.
pub(crate) fn everybody_agrees_on_what_is_no_name(bench: &mut Bench) {
    let limit = longest(bench);
    for name in [
        ServerName::from(""),
        ServerName::from("nul\0nul"),
        name_of_length(bench, limit + 1),
    ] {
        expect_name_error_everywhere(bench, &name);
    }
    bench.expect_nothing_on_disk();
}

/// The server, the client and `remove_server` agree on where a plain name leads.
pub(crate) fn everybody_agrees_on_where_a_plain_name_leads(bench: &mut Bench) {
    let plain = bench.world.plain_name("server");
    let full = bench.world.resolved(&plain);
    bench.listen(&plain);
    let attempt = bench.start_connect(&plain);
    let own = bench.finish_connect(attempt);
    let connection = bench.claim();
    bench.echo_own(own, connection);
    assert_eq!(bench.subject.remove_server(&plain), Ok(()));
    assert_eq!(bench.world.entry(&full), Entry::Absent);
}

/// Returns how many bytes the full name of a socket may have.
fn longest(bench: &Bench) -> usize {
    match bench.world.caps().platform {
        Platform::Linux => 107,
        _ => 103,
    }
}

/// Returns a full name of exactly so many bytes.
fn name_of_length(bench: &mut Bench, length: usize) -> ServerName {
    let mut bytes = bench.world.full_name("long").into_bytes();
    assert!(bytes.len() < length, "the case's directory is too deep");
    bytes.resize(length, b'x');
    ServerName::from(bytes)
}

/// Listens on a plain name and expects the socket where the name has to lead.
#[track_caller]
fn expect_plain_name_leads_home(bench: &mut Bench) -> ServerName {
    let plain = bench.world.plain_name("server");
    let full = bench.world.resolved(&plain);
    bench.listen(&plain);
    assert_eq!(bench.observe().full_server_name.as_ref(), Some(&full));
    assert!(bench.has_socket(&full), "no socket at {full}");
    let (client, connection) = bench.connected_pair(&full);
    bench.echo(client, connection);
    bench.subject.close();
    assert_eq!(bench.world.entry(&full), Entry::Absent);
    full
}

/// Expects a name error from the server, the client and `remove_server`.
#[track_caller]
fn expect_name_error_everywhere(bench: &mut Bench, name: &ServerName) {
    let failure = bench.fail_to_listen(name);
    assert_eq!(failure.kind(), ErrorKind::Name, "{name:?}");
    bench.expect_idle();
    let failure = bench.fail_to_connect(name);
    assert_eq!(failure.kind(), ErrorKind::Name, "{name:?}");
    let removed = bench.subject.remove_server(name).map_err(Failure::kind);
    assert_eq!(removed, Err(ErrorKind::Name), "{name:?}");
}

/// Expects this kind of error from every operation that takes a plain name.
#[track_caller]
fn expect_plain_names_to_be_errors(bench: &mut Bench, kind: ErrorKind) {
    let plain = bench.world.plain_name("server");
    assert_eq!(bench.fail_to_listen(&plain).kind(), kind);
    bench.expect_idle();
    assert_eq!(bench.fail_to_connect(&plain).kind(), kind);
    let removal = bench.subject.remove_server(&plain);
    let removal = removal.expect_err("nothing may be looked for there");
    assert_eq!(removal.kind(), kind);
    bench.expect_nothing_on_disk();
}
