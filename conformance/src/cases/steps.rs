//! Steps that several groups of cases take, beside those which `Bench` offers to everybody.

use std::time::Duration;

use crate::prelude::*;

/// Longer than anything takes that is bound to happen; the watchdog is patient for longer still.
pub(super) const LONG: Timeout = Timeout::After(Duration::from_secs(20));

/// A time that is over soon.
pub(super) const SHORT: Timeout = Timeout::After(Duration::from_millis(30));

/// Listening and connecting.
impl Bench {
    /// Listens on a name, which has to fail, and not for being misused.
    #[track_caller]
    pub(super) fn fail_to_listen(&mut self, name: &ServerName) -> Failure {
        match self.subject.listen(name) {
            Err(ListenError::Failed(failure)) => failure,
            other => panic!("listening on {name} has to fail, but gave {other:?}"),
        }
    }

    /// Makes some failure the last error, and returns its kind.
    #[track_caller]
    pub(super) fn provoke_error(&mut self) -> ErrorKind {
        self.fail_to_listen(&ServerName::from("")).kind()
    }

    /// Adopts a fresh listening socket, and returns its full name.
    #[track_caller]
    pub(super) fn adopt(&mut self) -> ServerName {
        let name = self.world.full_name("adopted");
        let descriptor = self.world.descriptor(DescriptorKind::Listening, &name);
        if let Err((_, error)) = self.subject.listen_descriptor(descriptor) {
            panic!("adopting a listening socket: {error:?}");
        }
        name
    }

    /// Connects a bare client and lets the server take it in.
    pub(super) fn arrive(&mut self, full_name: &ServerName) -> ClientTag {
        let client = self.connect_client(full_name);
        self.subject.settle();
        client
    }

    /// Connects so many bare clients; the first one sends 0, the next 1 and so on.
    pub(super) fn connect_numbered(&mut self, full_name: &ServerName, count: u8) -> Vec<ClientTag> {
        (0..count)
            .map(|number| {
                let client = self.connect_client(full_name);
                self.client_sends(client, &[number]);
                client
            })
            .collect()
    }

    /// Returns the number which the client of a claimed connection sent.
    pub(super) fn number_of(&mut self, connection: ConnTag) -> u8 {
        self.receive(connection, 1)[0]
    }

    /// Tells whether a new client is turned away.
    pub(super) fn is_turned_away(&mut self, full_name: &ServerName) -> bool {
        let client = self.world.connect(full_name, SocketOptions::empty());
        matches!(self.world.client(client), ClientState::Failed(_))
    }

    /// Connects with the backend's own client, which has to fail.
    #[track_caller]
    pub(super) fn fail_to_connect(&mut self, name: &ServerName) -> Failure {
        let attempt = self.start_connect(name);
        match self.finish_attempt(attempt) {
            Attempt::Failed(failure) => failure,
            other => panic!("connecting to {name} has to fail, but gave {other:?}"),
        }
    }

    /// Lets a client come while no descriptor is left, so that accepting it fails.
    ///
    /// The client stays in the queue of the operating system. Needs a process of its own.
    #[track_caller]
    pub(super) fn exhaust_accept(&mut self, full_name: &ServerName) -> ClientTag {
        let client = self.connect_client(full_name);
        self.world.limit_descriptors(0);
        self.subject.settle();
        let outcome = self.subject.wait(SHORT);
        self.world.unlimit_descriptors();
        assert_eq!(
            outcome,
            Wait::TimedOut,
            "no descriptor was left to accept with"
        );
        client
    }

    /// Waits for a while, in vain, and expects that the process was idle meanwhile.
    ///
    /// What waits uses a processor for a few milliseconds, what spins for as long as it takes.
    #[track_caller]
    pub(super) fn expect_to_wait_idly(&mut self) {
        let before = self.world.processor_time();
        let outcome = self
            .subject
            .wait(Timeout::After(Duration::from_millis(400)));
        let busy = self.world.processor_time() - before;
        assert_eq!(outcome, Wait::TimedOut);
        assert!(
            busy < Duration::from_millis(100),
            "busy for {busy:?} of 400 ms"
        );
    }

    /// Waits until a connection is pending.
    #[track_caller]
    pub(super) fn await_pending(&mut self) {
        assert_eq!(self.subject.wait(LONG), Wait::Ready);
    }
}

/// Asking.
impl Bench {
    /// Returns the kind of the last error.
    pub(super) fn error(&self) -> Option<ErrorKind> {
        self.observe().error
    }

    /// Expects that there is no last error, by each way of asking.
    #[track_caller]
    pub(super) fn expect_no_error(&self) {
        let seen = self.observe();
        assert_eq!(seen.error, None);
        assert_eq!(seen.error_code, None);
        assert_eq!(seen.error_string, "");
    }

    /// Expects that the server does not listen, by each way of asking.
    #[track_caller]
    pub(super) fn expect_idle(&self) {
        let seen = self.observe();
        assert!(!seen.listening, "the server must not listen");
        assert_eq!(seen.server_name, None, "the name of an idle server");
        assert_eq!(
            seen.full_server_name, None,
            "the full name of an idle server"
        );
        assert_eq!(
            self.subject.listener_number(),
            None,
            "the listener of an idle server"
        );
    }

    /// Returns the permissions of a socket file, which has to be there.
    #[track_caller]
    pub(super) fn permissions(&mut self, full_name: &ServerName) -> u32 {
        let entry = self.world.entry(full_name);
        let mode = entry.mode();
        mode.unwrap_or_else(|| panic!("{entry:?} at {full_name}")) & 0o777
    }

    /// Tells whether a socket file is there.
    pub(super) fn has_socket(&mut self, full_name: &ServerName) -> bool {
        matches!(self.world.entry(full_name), Entry::Socket { .. })
    }

    /// Expects that nothing is in the case's own directory.
    #[track_caller]
    pub(super) fn expect_nothing_on_disk(&mut self) {
        assert_eq!(self.world.list(), Vec::<String>::new());
    }
}

/// Reports, uncaptured, that a case did not run for this reason.
pub(super) fn skip_unless(ran: bool, reason: &str) {
    use std::io::Write as _;

    if !ran {
        // The print macros are captured where the case needs no process of its own.
        let _ = writeln!(std::io::stdout().lock(), "skipped: {reason}");
    }
}
