//! What every `syscall_harness` has in common: the order, and the clients in their own process.
//!
//! Server and clients keep step, so that what is counted does not depend on who is faster:
//!
//! * `sequential`: one client after the other, and each step of a client (it connects, it sends,
//!   it reads and leaves) is made when the server has found that there is nothing to do yet, and
//!   before it waits. So the server waits three times for each connection.
//! * `burst`: all clients have connected, sent what they have to say and ended their direction
//!   before the server accepts the first one. So the server never waits.
//! * `one-client`, `two-clients`: one or two clients at a time connect and send a request, when
//!   all clients before them were answered and before the server waits. So it waits once for them.
//!
//! Steps are permitted and reported through pipes, by writev(2) and readv(2), which nothing else
//! here uses.

mod clients;
mod pace;
#[allow(dead_code, reason = "a blocking harness has no tasks")]
pub(crate) mod visits;

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub(crate) use pace::Clients;

/// How many bytes a client sends, and reads again.
pub(crate) const MESSAGE: usize = 64;

/// How the clients come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// One after the other, and each step has to be waited for.
    Sequential,
    /// All at once, before the server accepts.
    Burst,
    /// One at a time, with its request.
    OneClient,
    /// Two at a time, with their requests.
    TwoClients,
}

impl Pattern {
    fn parse(word: &str) -> Result<Self, String> {
        match word {
            "sequential" => Ok(Self::Sequential),
            "burst" => Ok(Self::Burst),
            "one-client" => Ok(Self::OneClient),
            "two-clients" => Ok(Self::TwoClients),
            other => Err(format!("no pattern is called {other}")),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::Burst => "burst",
            Self::OneClient => "one-client",
            Self::TwoClients => "two-clients",
        }
    }

    /// How many clients come at a time and send a request, if that is what they do.
    const fn at_a_time(self) -> Option<usize> {
        match self {
            Self::Sequential | Self::Burst => None,
            Self::OneClient => Some(1),
            Self::TwoClients => Some(2),
        }
    }
}

/// What the command line asks for.
pub(crate) struct Order {
    /// `bare` or `anteroom`.
    pub(crate) subject: String,
    /// How many clients will come.
    pub(crate) connections: usize,
    pattern: Pattern,
    /// Removed at the end.
    directory: TempDir,
}

impl Order {
    /// Where to listen.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("harness")
    }

    /// Starts the process of the clients; in a burst all have connected when this returns.
    pub(crate) fn start(&self) -> Result<Clients, Box<dyn Error>> {
        Clients::start(&self.path(), self.connections, self.pattern)
    }

    /// How many clients at a time send a request and are answered; without a number, everything
    /// that a client sends comes back.
    pub(crate) const fn at_a_time(&self) -> Option<usize> {
        self.pattern.at_a_time()
    }
}

/// Reads the command line; nothing is left to do in the process of the clients.
pub(crate) fn order() -> Result<Option<Order>, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [
            "--subject",
            subject,
            "--pattern",
            pattern,
            "--connections",
            connections,
        ] => Ok(Some(Order {
            subject: subject.to_owned(),
            connections: connections.parse()?,
            pattern: Pattern::parse(pattern)?,
            directory: tempfile::tempdir()?,
        })),
        ["--clients", path, pattern, connections] => {
            clients::run(
                Path::new(path),
                connections.parse()?,
                Pattern::parse(pattern)?,
            )?;
            Ok(None)
        }
        _ => Err("usage: --subject bare|anteroom \
                  --pattern sequential|burst|one-client|two-clients --connections N"
            .into()),
    }
}
