use std::collections::{BTreeSet, HashMap};
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anteroom::blocking::{LocalServer, LocalSocket};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use super::client::{BUFFER, Client, Turn};
use super::{Reporter, Signals};
use crate::args::Serve;
use crate::code::Code;
use crate::trouble::{Result as TroubleResult, Trouble};

/// How many pieces of news are taken from the poller at once.
const EVENTS_PER_TURN: usize = 1024;

/// How long the last lines may take to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

const SIGNALS: Token = Token(usize::MAX);
const LISTENER: Token = Token(usize::MAX - 1);

/// One thread that serves all clients, around a server that is embedded in a poller.
///
/// The poller tells of changes only, whereas the server tells its wishes as levels: so it is noted
/// that the listener was readable until the server has found nobody there.
pub(super) struct EventLoop {
    poll: Poll,
    server: LocalServer,
    signals: Signals,
    reporter: Reporter,
    /// By the number of the connection, which is also its token.
    clients: HashMap<usize, Client>,
    /// Those whose turn is next: something came, or their last turn was over too soon.
    due: BTreeSet<usize>,
    last_number: usize,
    is_listener_ready: bool,
    is_quiet: bool,
    has_complained: bool,
    grace: Duration,
    end: Option<End>,
    buffer: Vec<u8>,
}

/// The server ends.
struct End {
    /// By then at the latest; none if that is too far away to be told.
    deadline: Option<Instant>,
    /// Why, unless a signal wants it.
    trouble: Option<Trouble>,
}

impl EventLoop {
    /// Has the server and the signals polled.
    pub(super) fn new(
        server: LocalServer,
        mut signals: Signals,
        reporter: Reporter,
        args: &Serve,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let registry = poll.registry();
        registry.register(signals.source(), SIGNALS, Interest::READABLE)?;
        if let Some(listener) = server.listener_fd() {
            let listener = listener.as_raw_fd();
            registry.register(&mut SourceFd(&listener), LISTENER, Interest::READABLE)?;
        }
        Ok(Self {
            poll,
            server,
            signals,
            reporter,
            clients: HashMap::new(),
            due: BTreeSet::new(),
            last_number: 0,
            is_listener_ready: false,
            is_quiet: args.quiet,
            has_complained: false,
            grace: args.grace,
            end: None,
            buffer: vec![0; BUFFER],
        })
    }

    /// Serves until a signal has come and the clients are done, or their time is over.
    pub(super) fn run(mut self) -> io::Result<TroubleResult<Code>> {
        let mut events = Events::with_capacity(EVENTS_PER_TURN);
        while !self.is_over() {
            match self.poll.poll(&mut events, self.timeout()) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            for event in &events {
                self.notice(event)?;
            }
            for number in std::mem::take(&mut self.due) {
                self.serve(number);
            }
            if self.is_time_to_take_in() {
                self.take_in();
            }
        }
        Ok(self.finish())
    }

    fn notice(&mut self, event: &mio::event::Event) -> io::Result<()> {
        match event.token() {
            SIGNALS => self.count_signals()?,
            LISTENER => self.is_listener_ready = true,
            Token(number) => {
                if let Some(client) = self.clients.get_mut(&number) {
                    client.notice(event);
                    self.due.insert(number);
                }
            }
        }
        Ok(())
    }

    /// Returns how long nothing has to be done unless the poller says so.
    fn timeout(&self) -> Option<Duration> {
        if !self.due.is_empty() || self.is_time_to_take_in() {
            return Some(Duration::ZERO);
        }
        let end = self.end.as_ref();
        let deadline = end.and_then(|end| end.deadline);
        let remaining = deadline.map(|moment| moment.saturating_duration_since(Instant::now()));
        match (self.server.next_timeout(), remaining) {
            (Some(pause), Some(remaining)) => Some(pause.min(remaining)),
            (pause, remaining) => pause.or(remaining),
        }
    }

    fn is_time_to_take_in(&self) -> bool {
        let is_worth_a_try = self.is_listener_ready && self.server.wants_readable();
        is_worth_a_try || self.server.next_timeout() == Some(Duration::ZERO)
    }

    /// Takes in as many clients as the server does in one turn.
    fn take_in(&mut self) {
        let progress = self.server.process_events();
        self.is_listener_ready = progress.more || progress.accepted > 0;
        while let Some(socket) = self.server.next_pending_connection() {
            self.admit(socket);
        }
        self.look_for_trouble();
    }

    fn admit(&mut self, socket: LocalSocket) {
        self.last_number += 1;
        let number = self.last_number;
        if !self.is_quiet {
            let text = introduction(number, &socket);
            self.reporter.line(text);
        }
        let socket = UnixStream::from(socket);
        match Client::new(socket, self.poll.registry(), Token(number)) {
            Ok(client) => {
                self.clients.insert(number, client);
            }
            Err(error) => self.report_end(number, 0, Some(&error.kind().to_string())),
        }
    }

    fn serve(&mut self, number: usize) {
        let Some(client) = self.clients.get_mut(&number) else {
            return;
        };
        match client.take_turn(&mut self.buffer) {
            Turn::Waiting => {}
            Turn::More => {
                self.due.insert(number);
            }
            Turn::Ended(error) => {
                let echoed = client.echoed();
                self.clients.remove(&number);
                self.report_end(
                    number,
                    echoed,
                    error.map(|kind| kind.to_string()).as_deref(),
                );
            }
        }
    }

    fn report_end(&mut self, number: usize, echoed: u64, why: Option<&str>) {
        if self.is_quiet {
            return;
        }
        self.reporter.line(match why {
            Some(why) => format!("ended {number} bytes={echoed} ({why})"),
            None => format!("ended {number} bytes={echoed}"),
        });
    }

    /// Tells once that clients have to wait for a lack of descriptors; ends if the listener is lost.
    fn look_for_trouble(&mut self) {
        if self.end.is_some() {
            return;
        }
        let Some(error) = self.server.server_error() else {
            return;
        };
        if !self.server.is_listening() {
            self.end(Some(error.into()));
        } else if !self.has_complained {
            self.has_complained = true;
            crate::complain(&error);
        }
    }

    fn count_signals(&mut self) -> io::Result<()> {
        for _ in 0..self.signals.count()? {
            if self.end.is_none() {
                self.end(None);
            } else {
                // Its name is free already.
                self.signals.obey()?;
            }
        }
        Ok(())
    }

    /// Frees the name, and lets those who are connected finish.
    fn end(&mut self, trouble: Option<Trouble>) {
        if self.server.max_pending_connections() == 0 {
            // None of those that wait would ever be taken in.
            self.server.close();
        } else {
            self.server.drain();
        }
        self.end = Some(End {
            deadline: Instant::now().checked_add(self.grace),
            trouble,
        });
    }

    fn is_over(&self) -> bool {
        let Some(end) = &self.end else { return false };
        let is_idle = self.clients.is_empty() && self.server.listener_fd().is_none();
        is_idle || end.deadline.is_some_and(|moment| moment <= Instant::now())
    }

    fn finish(mut self) -> TroubleResult<Code> {
        self.server.close();
        let mut left: Vec<_> = std::mem::take(&mut self.clients).into_iter().collect();
        left.sort_unstable_by_key(|(number, _)| *number);
        for (number, client) in left {
            self.report_end(number, client.echoed(), Some("cut off"));
        }
        self.reporter.finish(LAST_LINES);
        self.end
            .and_then(|end| end.trouble)
            .map_or(Ok(Code::Success), Err)
    }
}

fn introduction(number: usize, socket: &LocalSocket) -> String {
    let peer = socket.peer_identity().ok();
    let uid = shown(peer.map(|peer| peer.uid));
    let pid = shown(peer.and_then(|peer| peer.pid));
    format!("connected {number} pid={pid} uid={uid}")
}

fn shown<T: ToString>(number: Option<T>) -> String {
    number.map_or_else(|| "unknown".to_owned(), |number| number.to_string())
}
