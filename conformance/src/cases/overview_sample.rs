use anteroom_core::SocketOptions;

use crate::{Bench, ClientState};

pub(crate) fn a_client_becomes_pending(bench: &mut Bench) {
    let name = bench.world.full_name("s");
    assert_eq!(bench.subject.listen(&name), Ok(()));
    let client = bench.world.connect(&name, SocketOptions::empty());
    assert_eq!(bench.world.client(client), ClientState::Connected);
    bench.subject.settle();
    assert!(bench.subject.observe().has_pending);
}
