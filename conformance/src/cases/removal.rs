//! Removal of the socket of a server: REM.

use super::prelude::*;

pub(crate) fn removal_of_stale_socket_frees_name(t: &mut Fixture) {
    let name = t.place_at("server", Occupant::StaleSocket);
    t.fail_to_listen(&name);
    assert_eq!(t.subject.remove_server(&name), Ok(()));
    t.listen(&name);
    t.expect_served(&name);
}

pub(crate) fn only_named_socket_is_removed(t: &mut Fixture) {
    let name = t.place_at("server", Occupant::StaleSocket);
    let other = t.place_at("other", Occupant::StaleSocket);
    assert_eq!(t.subject.remove_server(&name), Ok(()));
    t.expect_absent(&name);
    assert!(t.env.is_unchanged(&other));
}

pub(crate) fn plain_name_is_resolved(t: &mut Fixture) {
    let plain = t.env.plain_name("server");
    let full = t.env.resolved(&plain);
    t.env.place(&full, Occupant::StaleSocket);
    assert_eq!(t.subject.remove_server(&plain), Ok(()));
    t.expect_absent(&full);
}

pub(crate) fn missing_socket_is_success(t: &mut Fixture) {
    let name = t.env.full_name("server");
    assert_eq!(t.subject.remove_server(&name), Ok(()));
    t.expect_nothing_on_disk();
    t.env.place(&name, Occupant::StaleSocket);
    assert_eq!(t.subject.remove_server(&name), Ok(()));
    assert_eq!(t.subject.remove_server(&name), Ok(()));
}

pub(crate) fn directory_is_refused(t: &mut Fixture) {
    expect_refusal(t, Occupant::Directory);
}

pub(crate) fn denied_removal_is_reported(t: &mut Fixture) {
    let name = t.env.guarded_name("server");
    t.env.place(&name, Occupant::StaleSocket);
    let result = t.as_user((54_321, 54_321), |t| t.subject.remove_server(&name));
    let error = result.expect_err("another user may not remove it");
    assert_eq!(error.kind, ErrorKind::Access);
    assert!(error.code.is_some());
    assert!(t.env.is_unchanged(&name));
}

pub(crate) fn link_loop_is_not_missing(t: &mut Fixture) {
    let link = t.place_at("loop", Occupant::LinkToItself);
    let name = t.env.full_name("loop/server");
    let error = t.subject.remove_server(&name).map_err(|error| error.kind);
    assert_eq!(error, Err(ErrorKind::Name));
    assert!(t.env.is_unchanged(&link));
}

pub(crate) fn live_socket_is_removed(t: &mut Fixture) {
    let name = t.listen_on("server");
    let (client, connection) = t.connected_pair(&name);
    assert_eq!(t.subject.remove_server(&name), Ok(()));
    t.expect_absent(&name);
    assert!(t.observe().listening);
    t.echo(client, connection);
}

pub(crate) fn files_and_links_are_refused(t: &mut Fixture) {
    expect_refusal(t, Occupant::File);
    expect_refusal(t, Occupant::DanglingLink);
    expect_refusal(t, Occupant::LinkToFile);
    expect_refusal(t, Occupant::LinkToItself);
}

pub(crate) fn removal_records_nothing(t: &mut Fixture) {
    let before = t.observe();
    expect_refusal(t, Occupant::File);
    assert_eq!(t.observe(), before);
    let name = t.place_at("stale", Occupant::StaleSocket);
    assert_eq!(t.subject.remove_server(&name), Ok(()));
    assert_eq!(t.observe(), before);
}

#[track_caller]
fn expect_refusal(t: &mut Fixture, occupant: Occupant) {
    let name = t.place_at(&format!("{occupant:?}"), occupant);
    let result = t.subject.remove_server(&name);
    assert!(result.is_err(), "{occupant:?} is no socket");
    assert!(t.env.is_unchanged(&name), "{occupant:?}");
}
