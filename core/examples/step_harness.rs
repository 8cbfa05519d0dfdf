//! Accepts and takes connections, so that `.ci/instructions` can count the machine's instructions.
//!
//! Each step queries `wants_accept`, reports a connection, and takes it. A connection is a number,
//! and there is no operating system.
//!
//! ```console
//! $ valgrind --tool=callgrind cargo run --release -p anteroom-core --example step_harness -- 1000
//! ```

use std::env;
use std::error::Error;
use std::hint::black_box;

use anteroom_core::{BoundFacts, ListenerId, OsEvent, Server, ServerName};

fn main() -> Result<(), Box<dyn Error>> {
    let steps: u32 = env::args().nth(1).ok_or("usage: step_harness N")?.parse()?;
    let mut server = Server::new();
    let listener = server.listen(ServerName::from("harness"))?;
    while server.poll_effect().is_some() {}
    let facts = BoundFacts::unnamed();
    server.handle(OsEvent::Bound { listener, facts });

    for number in 0..steps {
        step(black_box(&mut server), listener, black_box(number));
    }
    Ok(())
}

#[inline(never)]
fn step(server: &mut Server<u32>, listener: ListenerId, number: u32) {
    assert_eq!(server.wants_accept(), Some(listener));
    let queued = Some(number);
    server.handle(OsEvent::Accepted { listener, queued });
    assert!(server.poll_effect().is_none());
    assert_eq!(server.take_new_connections(), 1);
    assert_eq!(server.next_pending(), Some(number));
}
