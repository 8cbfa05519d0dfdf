//! What holds for named pipes alone: FULL-4, LIS-8, LIS-10, REM-4.

use crate::prelude::*;

/// Where all named pipes are.
const PREFIX: &[u8] = br"\\.\pipe\";

/// A plain name is a pipe of that name.
pub(crate) fn a_plain_name_leads_to_the_pipes(bench: &mut Bench) {
    let plain = bench.world.plain_name("server");
    bench.listen(&plain);
    let mut full = PREFIX.to_vec();
    full.extend(plain.as_bytes());
    assert_eq!(
        bench.observe().full_server_name,
        Some(ServerName::from(full))
    );
}

/// The path of a pipe is accepted, verbatim.
pub(crate) fn the_path_of_a_pipe_is_accepted(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    assert!(name.as_bytes().starts_with(PREFIX));
    bench.listen(&name);
    assert_eq!(bench.observe().full_server_name.as_ref(), Some(&name));
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}

/// Two servers may listen on one name; each goes on when the other one closes.
pub(crate) fn two_servers_may_share_a_pipe(bench: &mut Bench) {
    let name = bench.world.full_name("server");
    bench.world.plant(&name, Plant::LiveServer);
    bench.listen(&name);
    bench.subject.close();
    assert!(bench.world.rival_serves(&name));
}

/// There is nothing to remove: it succeeds, and a running server goes on.
pub(crate) fn removing_does_nothing(bench: &mut Bench) {
    let name = bench.listen_on("server");
    assert_eq!(bench.subject.remove_server(&name), Ok(()));
    let (client, connection) = bench.connected_pair(&name);
    bench.echo(client, connection);
}
