//! Removing what a server left: REM.

use crate::prelude::*;

/// Removing what a crashed server left succeeds, and then listen succeeds.
pub(crate) fn removing_what_a_crashed_server_left_lets_listen_succeed(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::StaleSocket);
    bench.fail_to_listen(&name);
    assert_eq!(bench.subject.remove_server(&name), Ok(()));
    bench.listen(&name);
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// The socket file of a full name is removed, and nothing else.
pub(crate) fn the_socket_file_is_removed_and_nothing_else(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    let other = bench.world.full_name("other");
    bench.world.plant(&name, Plant::StaleSocket);
    bench.world.plant(&other, Plant::StaleSocket);
    assert_eq!(bench.subject.remove_server(&name), Ok(()));
    assert_eq!(bench.world.entry(&name), Entry::Absent);
    assert!(bench.world.is_untouched(&other));
}

/// The socket file of a plain name is removed where that name leads.
pub(crate) fn a_plain_name_is_resolved_as_for_listen(bench: &mut Bench) {
    let plain = bench.world.plain_name("server");
    let full = bench.world.resolved(&plain);
    bench.world.plant(&full, Plant::StaleSocket);
    assert_eq!(bench.subject.remove_server(&plain), Ok(()));
    assert_eq!(bench.world.entry(&full), Entry::Absent);
}

/// Where nothing is, there is nothing to do, and that is success.
pub(crate) fn removing_nothing_succeeds(bench: &mut Bench) {
    let name = bench.world.full_name("nothing");
    assert_eq!(bench.subject.remove_server(&name), Ok(()));
    bench.expect_nothing_on_disk();
}

/// Removing twice succeeds twice.
pub(crate) fn removing_twice_succeeds(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::StaleSocket);
    assert_eq!(bench.subject.remove_server(&name), Ok(()));
    assert_eq!(bench.subject.remove_server(&name), Ok(()));
}

/// A directory cannot be removed, and that is reported.
pub(crate) fn a_directory_is_reported_as_a_failure(bench: &mut Bench) {
    let name = bench.world.full_name("directory");
    bench.world.plant(&name, Plant::Directory);
    let failure = bench.subject.remove_server(&name);
    let failure = failure.expect_err("a directory is not removed");
    assert_eq!(failure.operation(), Operation::Remove);
    assert!(bench.world.is_untouched(&name));
}

/// A socket that one may not remove is reported with its reason.
pub(crate) fn a_socket_that_may_not_be_removed_is_reported(bench: &mut Bench) {
    let name = bench.world.guarded_name("server");
    bench.world.plant(&name, Plant::StaleSocket);
    bench.world.act_as(Some((54_321, 54_321)));
    let result = bench.subject.remove_server(&name);
    bench.world.act_as(None);
    let failure = result.expect_err("nobody else may remove it");
    assert_eq!(failure.kind(), ErrorKind::Access);
    assert!(failure.code().is_some());
    assert!(bench.world.is_untouched(&name));
}

/// Where one cannot look, one cannot say that nothing is there: that is a failure.
pub(crate) fn what_cannot_be_looked_at_is_not_taken_for_missing(bench: &mut Bench) {
    let link = bench.world.full_name("loop");
    bench.world.plant(&link, Plant::LinkToItself);
    let name = bench.world.full_name("loop/server");
    let result = bench.subject.remove_server(&name);
    assert_eq!(result.map_err(Failure::kind), Err(ErrorKind::Name));
    assert!(bench.world.is_untouched(&link));
}

/// A running server's socket is removed, as documented; the server itself goes on.
pub(crate) fn a_running_servers_socket_is_removed(bench: &mut Bench) {
    let name = bench.listen_on("server");
    let (client, connection) = bench.connected_pair(&name);
    assert_eq!(bench.subject.remove_server(&name), Ok(()));
    assert_eq!(bench.world.entry(&name), Entry::Absent);
    assert!(bench.observe().listening);
    bench.echo(client, connection);
}

/// A regular file is refused and untouched.
pub(crate) fn a_file_is_refused_and_untouched(bench: &mut Bench) {
    expect_refusal(bench, Plant::File);
}

/// A link is refused, and neither it nor what it leads to is touched.
pub(crate) fn links_are_refused_and_untouched(bench: &mut Bench) {
    expect_refusal(bench, Plant::DanglingLink);
    expect_refusal(bench, Plant::LinkToFile);
    expect_refusal(bench, Plant::LinkToItself);
}

/// Removing is no business of any one server: neither result is recorded.
pub(crate) fn removing_records_nothing(bench: &mut Bench) {
    let before = bench.observe();
    expect_refusal(bench, Plant::File);
    assert_eq!(bench.observe(), before);
    let name = bench.world.full_name("stale");
    bench.world.plant(&name, Plant::StaleSocket);
    assert_eq!(bench.subject.remove_server(&name), Ok(()));
    assert_eq!(bench.observe(), before);
}

#[track_caller]
fn expect_refusal(bench: &mut Bench, plant: Plant) {
    let name = bench.world.full_name(&format!("{plant:?}"));
    bench.world.plant(&name, plant);
    let result = bench.subject.remove_server(&name);
    assert!(result.is_err(), "{plant:?} is no socket");
    assert!(bench.world.is_untouched(&name), "{plant:?}");
}
