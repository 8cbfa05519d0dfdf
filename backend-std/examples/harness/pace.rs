use std::env;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io::{IoSlice, Read as _, Write as _};
use std::path::Path;
use std::pin::pin;
use std::process::{Child, ChildStdin, Command, Stdio};

use super::Pattern;

/// The process of the clients, as the server sees it.
pub(crate) struct Clients {
    process: Child,
    /// Where permissions go, if the clients wait for any.
    permissions: Option<ChildStdin>,
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
        let (stdin, stdout) = (process.stdin.take(), process.stdout.take());
        let permissions = match pattern {
            Pattern::Sequential => stdin,
            Pattern::Burst => {
                let mut stdout = stdout.ok_or("the output of the clients is a pipe")?;
                stdout.read_exact(&mut [0])?;
                None
            }
        };
        Ok(Self {
            process,
            permissions,
        })
    }

    /// Lets the clients make their next step: the server is about to wait for it.
    pub(crate) fn permit(&mut self) {
        if let Some(pipe) = &mut self.permissions {
            let written = pipe.write_vectored(&[IoSlice::new(b"!")]);
            let written = written.expect("the clients live until they were served");
            assert_eq!(written, 1, "a pipe takes a byte or fails");
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
    pub(crate) fn finish(mut self) -> Result<(), Box<dyn Error>> {
        drop(self.permissions);
        if self.process.wait()?.success() {
            Ok(())
        } else {
            Err("a client was not served".into())
        }
    }
}
