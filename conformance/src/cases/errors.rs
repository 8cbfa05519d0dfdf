//! Kinds and texts of errors, and when they are cleared: ERR.
//!
//! The suite asserts no wording: the texts of anteroom have tests in its own packages.

use super::prelude::*;

pub(crate) fn text_depends_on_kind(t: &mut Fixture) {
    let name = t.place_at("occupied", Occupant::LiveServer);
    t.fail_to_listen(&name);
    let in_use = t.observe();
    t.fail_to_listen(&ServerName::from(""));
    let empty = t.observe();
    for (seen, kind) in [
        (&in_use, ErrorKind::AddressInUse),
        (&empty, ErrorKind::Name),
    ] {
        assert_eq!(seen.error.map(|error| error.kind), Some(kind));
        assert!(!seen.error_string.is_empty());
    }
    assert_ne!(in_use.error_string, empty.error_string);
}

pub(crate) fn text_is_one_line(t: &mut Fixture) {
    let name = t.place_at("line\nbreak", Occupant::File);
    t.fail_to_listen(&name);
    let text = t.observe().error_string;
    assert!(!text.contains('\n'), "{text}");
}

pub(crate) fn no_error_has_no_text(t: &mut Fixture) {
    t.expect_no_error();
    t.listen_on("server");
    t.expect_no_error();
    t.subject.close();
    t.expect_no_error();
}

pub(crate) fn last_error_is_recorded(t: &mut Fixture) {
    t.fail_to_listen(&ServerName::from(""));
    assert_eq!(t.error(), Some(ErrorKind::Name));
    let name = t.place_at("occupied", Occupant::File);
    t.fail_to_listen(&name);
    assert_eq!(t.error(), Some(ErrorKind::AddressInUse));
    t.fail_to_listen(&ServerName::from(""));
    assert_eq!(t.error(), Some(ErrorKind::Name));
}

pub(crate) fn returned_error_is_recorded(t: &mut Fixture) {
    let name = t.place_at("occupied", Occupant::Directory);
    let error = t.fail_to_listen(&name);
    assert_eq!(t.observe().error, Some(error));
}

pub(crate) fn listen_clears_error(t: &mut Fixture) {
    t.provoke_error();
    t.listen_on("server");
    t.expect_no_error();
}

pub(crate) fn adoption_clears_error(t: &mut Fixture) {
    t.provoke_error();
    t.adopt_new();
    t.expect_no_error();
}

pub(crate) fn nothing_else_clears_error(t: &mut Fixture) {
    t.provoke_error();
    let before = t.observe();
    let missing = t.env.full_name("missing");
    t.subject.close();
    t.subject.drain();
    t.subject.settle();
    let _ = t.subject.wait(Timeout::default());
    t.subject.set_max_pending(30);
    t.subject.set_socket_options(SocketOptions::empty());
    assert_eq!(t.subject.remove_server(&missing), Ok(()));
    assert_eq!(t.subject.next_pending(), None);
    t.subject.discard_pending();
    assert_eq!(t.subject.take_new_connections(), 0);
    assert_eq!(t.observe(), before);
}

pub(crate) fn accepting_again_keeps_error(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.exhaust_accept(&name);
    t.await_pending();
    t.take();
    assert_eq!(t.error(), Some(ErrorKind::Resources));
}

pub(crate) fn misuse_is_not_recorded(t: &mut Fixture) {
    t.listen_on("server");
    let other = t.env.full_name("other");
    let result = t.subject.listen(&other);
    assert_eq!(result, Err(ErrorKind::AlreadyListening.into()));
    t.expect_no_error();
}

pub(crate) fn kind_follows_cause(t: &mut Fixture) {
    t.place_at("stale", Occupant::StaleSocket);
    let file = t.place_at("file", Occupant::File);
    t.place_at("loop", Occupant::LinkToItself);
    for (stem, kind) in [
        ("stale", ErrorKind::AddressInUse),
        ("missing/server", ErrorKind::NotFound),
        ("file/server", ErrorKind::Name),
        ("loop/server", ErrorKind::Name),
    ] {
        let name = t.env.full_name(stem);
        let error = t.fail_to_listen(&name);
        expect_with_code(t, error, kind);
    }
    assert!(t.env.is_unchanged(&file));
}

pub(crate) fn forbidden_directory_is_access_error(t: &mut Fixture) {
    let name = t.env.guarded_name("server");
    let error = t.as_user((1000, 1000), |t| t.fail_to_listen(&name));
    expect_with_code(t, error, ErrorKind::Access);
}

pub(crate) fn exhaustion_is_resources_error(t: &mut Fixture) {
    let name = t.env.full_name("server");
    let error = t.with_spare(0, |t| t.fail_to_listen(&name));
    expect_with_code(t, error, ErrorKind::Resources);
}

pub(crate) fn text_holds_name_and_path(t: &mut Fixture) {
    for occupant in [Occupant::LiveServer, Occupant::StaleSocket, Occupant::File] {
        let plain = t.env.plain_name("text");
        let full = t.env.resolved(&plain);
        t.env.place(&full, occupant);
        t.fail_to_listen(&plain);
        let text = t.observe().error_string;
        t.env.delete(&full);
        for part in [plain.to_string(), full.to_string()] {
            assert!(text.contains(&part), "{part:?} is missing in {text:?}");
        }
    }
}

pub(crate) fn refused_adoption_has_text(t: &mut Fixture) {
    let name = t.env.full_name("unused");
    let pipe = t.env.descriptor(DescriptorKind::Pipe, &name);
    assert!(t.subject.listen_descriptor(pipe).is_err());
    assert!(!t.observe().error_string.is_empty());
}

pub(crate) fn text_of_failed_accept_holds_name(t: &mut Fixture) {
    let name = t.listen_on("server");
    t.exhaust_accept(&name);
    let text = t.observe().error_string;
    assert!(text.contains(&name.to_string()), "{text:?}");
}

/// Expects an error of this kind, with the code of the system, that was recorded.
#[track_caller]
fn expect_with_code(t: &Fixture, error: Error, kind: ErrorKind) {
    assert_eq!(error.kind, kind);
    assert!(error.code.is_some(), "{error:?}");
    assert_eq!(t.error(), Some(kind));
}
