//! How the echo examples report that descriptors run out, and when that is over.

use std::io::{self, Write as _};

use anteroom::{Admit, Failure, Intake};

/// Queues every connection, and reports when accepting pauses and when it goes on.
pub(crate) struct Reporting;

impl<C> Intake<C> for Reporting {
    fn incoming(&mut self, connection: C, admit: &mut Admit<'_, C>) {
        admit.enqueue(connection);
    }

    fn paused(&mut self, failure: Failure) {
        let _ = writeln!(io::stderr(), "accepting is paused: {failure}");
    }

    fn resumed(&mut self) {
        let _ = writeln!(io::stderr(), "accepting goes on");
    }
}
