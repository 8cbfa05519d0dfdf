use std::collections::{BTreeSet, HashMap};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream as StdStream;
use std::time::{Duration, Instant};

use anteroom::blocking::{LocalServer, LocalSocket};
use mio::net::UnixStream;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use super::Service;
use super::echo::{BUFFER, Echo, Turn};
use super::polled_socket::PolledSocket;
use crate::exit_code::Code;

/// The number of events of one poll.
const EVENTS_PER_TURN: usize = 1024;

const SIGNALS: Token = Token(usize::MAX);
const LISTENER: Token = Token(usize::MAX - 1);

/// One thread that serves all clients, by a server in a mio event loop.
///
/// The poller is edge-triggered, so readiness of the listener is stored until an accept finds no
/// client.
pub(super) struct EventLoop {
    poll: Poll,
    server: LocalServer,
    signals: UnixStream,
    service: Service,
    /// Clients by the number of their connection, which is also their token.
    clients: HashMap<usize, Client>,
    /// Clients with an event or unfinished work.
    due: BTreeSet<usize>,
    is_listener_ready: bool,
    buffer: Vec<u8>,
}

struct Client {
    socket: PolledSocket,
    echo: Echo,
}

impl EventLoop {
    /// Registers the server and the signals with the poller.
    pub(super) fn new(
        poll: Poll,
        server: LocalServer,
        signals: StdStream,
        service: Service,
    ) -> io::Result<Self> {
        let registry = poll.registry();
        let mut signals = UnixStream::from_std(signals);
        registry.register(&mut signals, SIGNALS, Interest::READABLE)?;
        if let Some(listener) = server.listener_fd() {
            let listener = listener.as_raw_fd();
            registry.register(&mut SourceFd(&listener), LISTENER, Interest::READABLE)?;
        }
        Ok(Self {
            poll,
            server,
            signals,
            service,
            clients: HashMap::new(),
            due: BTreeSet::new(),
            is_listener_ready: false,
            buffer: vec![0; BUFFER],
        })
    }

    /// Serves until a signal has arrived and all clients have ended, or the grace period is over.
    pub(super) fn run(mut self) -> io::Result<Code> {
        let mut events = Events::with_capacity(EVENTS_PER_TURN);
        while !self.service.is_over(&self.server, !self.clients.is_empty()) {
            match self.poll.poll(&mut events, self.timeout()) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            for event in &events {
                self.handle_event(event)?;
            }
            for number in std::mem::take(&mut self.due) {
                self.serve(number);
            }
            if self.can_accept() {
                self.accept_clients();
            }
        }
        self.server.close();
        let echoed = |(number, client): (usize, Client)| (number, client.echo.echoed());
        Ok(self.service.finish(self.clients.into_iter().map(echoed)))
    }

    fn handle_event(&mut self, event: &mio::event::Event) -> io::Result<()> {
        match event.token() {
            SIGNALS => self
                .service
                .handle_signals(&mut self.signals, &mut self.server)?,
            LISTENER => self.is_listener_ready = true,
            Token(number) => {
                if let Some(client) = self.clients.get_mut(&number) {
                    client.socket.handle_event(event);
                    self.due.insert(number);
                }
            }
        }
        Ok(())
    }

    /// Returns the timeout of the next poll.
    fn timeout(&self) -> Option<Duration> {
        if !self.due.is_empty() || self.can_accept() {
            return Some(Duration::ZERO);
        }
        let deadline = self.service.deadline();
        let remaining = deadline.map(|moment| moment.saturating_duration_since(Instant::now()));
        match (self.server.next_timeout(), remaining) {
            (Some(pause), Some(remaining)) => Some(pause.min(remaining)),
            (pause, remaining) => pause.or(remaining),
        }
    }

    fn can_accept(&self) -> bool {
        let is_acceptable = self.is_listener_ready && self.server.wants_readable();
        is_acceptable || self.server.next_timeout() == Some(Duration::ZERO)
    }

    /// Accepts clients for one turn.
    fn accept_clients(&mut self) {
        let progress = self.server.process_events();
        self.is_listener_ready = progress.more || progress.accepted > 0;
        while let Some(socket) = self.server.next_pending_connection() {
            self.admit(socket);
        }
        self.service.report_pause(&mut self.server);
    }

    fn admit(&mut self, socket: LocalSocket) {
        let number = self.service.admit(|| socket.peer_identity());
        let socket = StdStream::from(socket);
        match PolledSocket::new(socket, self.poll.registry(), Token(number)) {
            Ok(socket) => {
                let echo = Echo::default();
                self.clients.insert(number, Client { socket, echo });
            }
            Err(error) => {
                let why = error.kind().to_string();
                self.service.report_end(number, 0, Some(&why));
            }
        }
    }

    fn serve(&mut self, number: usize) {
        let Some(Client { socket, echo }) = self.clients.get_mut(&number) else {
            return;
        };
        match echo.take_turn(socket, &mut self.buffer) {
            Turn::Waiting => {}
            Turn::More => {
                self.due.insert(number);
            }
            Turn::Ended(error) => {
                let echoed = echo.echoed();
                self.clients.remove(&number);
                let why = error.map(|kind| kind.to_string());
                self.service.report_end(number, echoed, why.as_deref());
            }
        }
    }
}
