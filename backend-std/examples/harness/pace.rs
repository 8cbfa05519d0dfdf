use std::env;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io::{IoSlice, IoSliceMut, Read as _, Write as _};
use std::path::Path;
use std::pin::pin;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::Pattern;

/// The process of the clients, as the server sees it.
pub(crate) struct Clients {
    process: Child,
    /// Where permissions go and where clients report that they made the step, if they keep step.
    pipes: Option<(ChildStdin, ChildStdout)>,
}

// A blocking harness has no futures, the others nothing that blocks.
#[allow(dead_code, reason = "each harness keeps step in one of two ways")]
impl Clients {
    pub(super) fn start(
        path: &Path,
        connections: usize,
        pattern: Pattern,
    ) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(env::current_exe()?)
            .arg("--clients")
            .arg(path)
            .arg(pattern.name())
            .arg(connections.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (stdin, mut stdout) = pipes.ok_or("the clients were started with two pipes")?;
        let pipes = match pattern {
            Pattern::Burst => {
                stdout.read_exact(&mut [0])?;
                None
            }
            _ => Some((stdin, stdout)),
        };
        Ok(Self { process, pipes })
    }

    /// Has the clients make their next step, if they keep step: the server is about to wait for it.
    pub(crate) fn permit(&mut self) {
        if let Some((permissions, reports)) = &mut self.pipes {
            let written = permissions.write_vectored(&[IoSlice::new(b"!")]);
            let read = reports.read_vectored(&mut [IoSliceMut::new(&mut [0])]);
            assert!(
                matches!((written, read), (Ok(1), Ok(1))),
                "the clients live until they were served"
            );
        }
    }

    /// Awaits what follows from the next step of the clients, and permits that once it has to be
    /// waited for.
    pub(crate) async fn keep_step<T>(&mut self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let mut is_permitted = false;
        poll_fn(|context| {
            let poll = future.as_mut().poll(context);
            if poll.is_pending() && !is_permitted {
                is_permitted = true;
                self.permit();
            }
            poll
        })
        .await
    }

    /// Waits until all clients were served.
    pub(crate) fn finish(&mut self) -> Result<(), Box<dyn Error>> {
        self.pipes = None;
        if self.process.wait()?.success() {
            Ok(())
        } else {
            Err("a client was not served".into())
        }
    }
}
