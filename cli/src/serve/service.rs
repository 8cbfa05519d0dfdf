use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::time::{Duration, Instant};

use anteroom::generic::{Mode, Server};
use anteroom::{Backlog, Error, Operation, PeerIdentity};

use super::{Reporter, Signals};
use crate::args::Serve;
use crate::error::{CommandError, Result};
use crate::escaped::Escaped;
use crate::exit_code::Code;

/// The timeout for writing the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Reports, signals and the end of serving, the same on every runtime.
#[derive(Debug)]
pub(super) struct Service {
    signals: Signals,
    reporter: Reporter,
    is_quiet: bool,
    last_number: usize,
    /// Whether the last report of a pause was its start.
    is_pause_reported: bool,
    grace: Duration,
    end: Option<End>,
}

/// The server ends.
#[derive(Debug)]
struct End {
    /// The end of the grace period. `None` if it is beyond the clock.
    deadline: Option<Instant>,
    /// The exit code: an error if the listener is lost or the file could not be removed.
    code: Code,
}

impl Service {
    pub(super) const fn new(signals: Signals, reporter: Reporter, args: &Serve) -> Self {
        Self {
            signals,
            reporter,
            is_quiet: args.quiet,
            last_number: 0,
            is_pause_reported: false,
            grace: args.grace,
            end: None,
        }
    }

    /// Creates the server, and reports its names.
    pub(super) fn open<M: Mode<Os: Default>>(&self, args: &Serve) -> Result<Server<M>> {
        let mut server = Server::<M>::new();
        let access = args.access.iter().copied().map(Into::into);
        server.set_socket_options(access.fold(args.namespace.options(), |all, one| all | one));
        server.set_owner(args.owner, args.group);
        if let Some(limit) = args.max_pending {
            server.set_max_pending_connections(limit);
        }
        if let Some(length) = args.backlog {
            server.set_listen_backlog(Backlog::Limited(length));
        }
        server.listen(&args.name)?;
        let full_name = server.full_server_name().unwrap_or(&args.name);
        let word = |name: &OsStr| Escaped(name.as_bytes()).to_string();
        let greeting = format!("listening {} {}", word(&args.name), word(full_name));
        self.reporter.line(greeting);
        Ok(server)
    }

    /// Numbers a connection, and reports its credentials.
    pub(super) fn admit(&mut self, peer: impl FnOnce() -> io::Result<PeerIdentity>) -> usize {
        self.last_number += 1;
        if !self.is_quiet {
            let text = connected_line(self.last_number, peer().ok());
            self.reporter.line(text);
        }
        self.last_number
    }

    /// Returns the number of connections.
    #[cfg(test)]
    pub(super) const fn admitted(&self) -> usize {
        self.last_number
    }

    /// Reports the end of a connection.
    pub(super) fn report_end(&self, number: usize, echoed: u64, why: Option<&str>) {
        if self.is_quiet {
            return;
        }
        self.reporter.line(match why {
            Some(why) => format!("ended {number} bytes={echoed} ({why})"),
            None => format!("ended {number} bytes={echoed}"),
        });
    }

    /// Handles the signals that `receiver` reports, until it would block.
    pub(super) fn handle_signals(
        &mut self,
        receiver: &mut impl Read,
        server: &mut Server<impl Mode>,
    ) -> io::Result<()> {
        for _ in 0..Signals::count(receiver)? {
            if self.end.is_none() {
                self.end(server, Code::Success);
            } else {
                // Its name is free already.
                self.signals.obey()?;
            }
        }
        Ok(())
    }

    /// Reports the start and the end of a pause. Ends if the listener is lost.
    pub(super) fn report_pause(&mut self, server: &mut Server<impl Mode>) {
        let pause = server.pause();
        match &pause {
            Some(pause) if !self.is_pause_reported => {
                self.reporter.print_error(format!("{:#}", pause.error()));
            }
            // The server has ended, which the caller reports.
            None if self.is_pause_reported && server.end().is_none() => {
                self.reporter
                    .print_error("accepting connections again".to_owned());
            }
            _ => {}
        }
        self.is_pause_reported = pause.is_some();
        if !self.is_ending() && !server.is_listening() {
            if let Some(error) = server.server_error() {
                let trouble = CommandError::from(error);
                self.reporter.print_error(trouble.to_string());
                self.end(server, trouble.code());
            }
        }
    }

    /// Frees the name, and starts the grace period.
    fn end(&mut self, server: &mut Server<impl Mode>, mut code: Code) {
        if server.max_pending_connections() == 0 {
            // With a limit of zero, no waiting client would be accepted.
            server.close();
        } else {
            server.drain();
        }
        let error = server.server_error();
        let is_about_file = |error: &Error| error.failure().operation() == Operation::Close;
        // With a lost listener the last error has been printed.
        if let Some(error) = error.filter(|error| code == Code::Success && is_about_file(error)) {
            // Printed now and not after the grace period, since the name cannot be used until then.
            self.reporter.print_error(format!("{error:#}"));
            code = Code::Other;
        }
        self.end = Some(End {
            deadline: Instant::now().checked_add(self.grace),
            code,
        });
    }

    /// Returns whether the server ends when its clients have ended.
    pub(super) const fn is_ending(&self) -> bool {
        self.end.is_some()
    }

    /// Returns the end of the grace period, if it has started.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.end.as_ref().and_then(|end| end.deadline)
    }

    /// Returns whether serving is over.
    pub(super) fn is_over(&self, server: &Server<impl Mode>, has_clients: bool) -> bool {
        let is_idle = !has_clients && server.end().is_some();
        let is_late = |moment| moment <= Instant::now();
        self.is_ending() && (is_idle || self.deadline().is_some_and(is_late))
    }

    /// Reports the clients that are disconnected, with their bytes.
    pub(super) fn finish(&mut self, left: impl IntoIterator<Item = (usize, u64)>) -> Code {
        let mut left: Vec<_> = left.into_iter().collect();
        left.sort_unstable();
        for (number, echoed) in left {
            self.report_end(number, echoed, Some("cut off"));
        }
        self.reporter.finish(LAST_LINES);
        self.end.as_ref().map_or(Code::Success, |end| end.code)
    }
}

fn connected_line(number: usize, peer: Option<PeerIdentity>) -> String {
    let uid = shown(peer.map(|peer| peer.uid));
    let pid = shown(peer.and_then(|peer| peer.pid));
    format!("connected {number} pid={pid} uid={uid}")
}

fn shown<T: ToString>(number: Option<T>) -> String {
    number.map_or_else(|| "unknown".to_owned(), |number| number.to_string())
}
