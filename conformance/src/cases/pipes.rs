//! Named pipes: FULL-4, LIS-8, LIS-10, REM-4.

use super::prelude::*;

/// The path of all named pipes.
const PREFIX: &[u8] = br"\\.\pipe\";

pub(crate) fn plain_name_is_pipe(t: &mut Fixture) {
    let plain = t.env.plain_name("server");
    t.listen(&plain);
    let mut full = PREFIX.to_vec();
    full.extend(plain.as_bytes());
    assert_eq!(t.observe().full_server_name, Some(ServerName::from(full)));
}

pub(crate) fn pipe_path_is_name(t: &mut Fixture) {
    let name = t.env.full_name("server");
    assert!(name.as_bytes().starts_with(PREFIX));
    t.listen(&name);
    t.expect_names(&name, &name);
    t.expect_served(&name);
}

pub(crate) fn two_servers_can_share_pipe(t: &mut Fixture) {
    let name = t.place_at("server", Occupant::LiveServer);
    t.listen(&name);
    t.subject.close();
    assert!(t.env.placed_server_answers(&name));
}

pub(crate) fn removal_does_nothing(t: &mut Fixture) {
    let name = t.listen_on("server");
    assert_eq!(t.subject.remove_server(&name), Ok(()));
    t.expect_served(&name);
}
