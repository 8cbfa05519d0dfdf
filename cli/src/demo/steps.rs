use std::io::{self, BufReader};
use std::path::Path;

use anteroom::generic::Server;
use anteroom::{NameState, SocketOptions};

use super::client_process::ClientProcess;
use super::clients::{receive, send};
use super::on_runtime::DemoRuntime;
use super::report::{Report, word};
use crate::error::{CommandError, Result};

const LIMIT: usize = 2;
const CLIENTS: usize = 5;

/// The server, the clients of the second process, and their states.
pub(super) struct Demo<'a, S: DemoRuntime> {
    runtime: &'a S,
    name: &'a Path,
    server: Server<S::Mode>,
    clients: ClientProcess,
    taken: Vec<BufReader<S::Socket>>,
    connected: usize,
    accepted: usize,
}

impl<'a, S: DemoRuntime> Demo<'a, S> {
    /// Listens, and starts the second process.
    pub(super) fn open(
        report: &mut Report,
        runtime: &'a S,
        name: &'a Path,
        clients: impl FnOnce() -> io::Result<ClientProcess>,
    ) -> Result<Self> {
        report.step("A server listens, with a limit of 2 pending connections.")?;
        let mut server = Server::new();
        server.set_max_pending_connections(LIMIT);
        runtime.inside(|| server.listen(name))?;
        report.check("listens", "yes", word(server.is_listening()))?;
        report.check("the limit", LIMIT, server.max_pending_connections())?;
        let clients = clients()
            .map_err(|error| CommandError::io("start the demo's second process", &error))?;
        Ok(Self {
            runtime,
            name,
            server,
            clients,
            taken: Vec::new(),
            connected: 0,
            accepted: 0,
        })
    }

    /// Runs the remaining steps.
    pub(super) fn run(&mut self, report: &mut Report) -> Result<()> {
        self.five_clients_connect(report)?;
        self.two_are_accepted(report)?;
        self.one_is_taken(report)?;
        self.another_is_taken(report)?;
        self.server_closes(report)?;
        self.taken_connections_stay_open(report)?;
        self.pending_connections_stay_open(report)
    }

    fn five_clients_connect(&mut self, report: &mut Report) -> Result<()> {
        report.step("Five clients of a second process connect.")?;
        for _ in 0..CLIENTS {
            let answer = self.ask("connect")?;
            self.connected += usize::from(answer == "connected");
        }
        report.check("see themselves as connected", CLIENTS, self.connected)?;
        self.check_counts(report, 0, 0, 5)
    }

    fn two_are_accepted(&mut self, report: &mut Report) -> Result<()> {
        report.step(
            "The server takes in as many as the limit allows; the others stay where they are.",
        )?;
        report.check("taken in", 2, self.accept())?;
        report.check("taken in by looking again", 0, self.accept())?;
        self.check_counts(report, 2, 0, 3)
    }

    fn one_is_taken(&mut self, report: &mut Report) -> Result<()> {
        report.step("The first is claimed, which makes room for one more.")?;
        report.check("claimed", "yes", word(self.take()?))?;
        self.check_counts(report, 1, 1, 3)?;
        report.check("taken in", 1, self.accept())?;
        self.check_counts(report, 2, 1, 2)
    }

    fn another_is_taken(&mut self, report: &mut Report) -> Result<()> {
        report.step(
            "The second is claimed, too. The fifth client writes, though nobody has taken it in.",
        )?;
        report.check("claimed", "yes", word(self.take()?))?;
        report.check("taken in", 1, self.accept())?;
        self.check_counts(report, 2, 2, 1)?;
        report.check("client 5 writes", "sent", self.ask("send 5 hello")?)
    }

    fn server_closes(&mut self, report: &mut Report) -> Result<()> {
        report.step(
            "The server closes: the name is free, and who waited in the system is cut off.",
        )?;
        self.server.close();
        report.check("listens", "no", word(self.server.is_listening()))?;
        let inspection = anteroom::inspect(self.name, SocketOptions::empty())?;
        report.check(
            "the name is free",
            "yes",
            word(inspection.state == NameState::Absent),
        )?;
        report.check(
            "a sixth client connects",
            "error NotFound",
            self.ask("connect")?,
        )?;
        report.check("client 5 reads", "cut off", self.ask("receive 5")?)
    }

    fn taken_connections_stay_open(&mut self, report: &mut Report) -> Result<()> {
        report.step("Claimed connections live on.")?;
        self.check_exchange(report, 1)?;
        self.check_exchange(report, 2)
    }

    fn pending_connections_stay_open(&mut self, report: &mut Report) -> Result<()> {
        report.step("Pending connections can still be claimed, and work.")?;
        for number in [3, 4] {
            report.check("claimed", "yes", word(self.take()?))?;
            self.check_exchange(report, number)?;
        }
        report.check("claimed", "no", word(self.take()?))?;
        let pending = self.server.has_pending_connections();
        report.check("more are pending", "no", word(pending))
    }

    /// Prints the states of the clients.
    fn check_counts(
        &self,
        report: &mut Report,
        pending: usize,
        claimed: usize,
        waiting: usize,
    ) -> Result<()> {
        let shown = |pending: usize, claimed: usize, waiting: usize| {
            format!("{pending} pending, {claimed} claimed, {waiting} waiting in the system")
        };
        let seen = shown(
            self.accepted.saturating_sub(self.taken.len()),
            self.taken.len(),
            self.connected.saturating_sub(self.accepted),
        );
        report.check("clients", shown(pending, claimed, waiting), seen)
    }

    /// Checks that a client and the server can exchange data in both directions.
    fn check_exchange(&mut self, report: &mut Report, number: usize) -> Result<()> {
        let sent = self.ask(&format!("send {number} ping-{number}"))?;
        let Some(socket) = self.taken.get_mut(number - 1) else {
            return report.check(&format!("client {number}"), "claimed", "missing");
        };
        let heard = match sent.as_str() {
            "sent" => receive(socket),
            _ => sent,
        };
        let answer = send(socket.get_mut(), &format!("pong-{number}"));
        let answer = match answer.as_str() {
            "sent" => self.ask(&format!("receive {number}"))?,
            _ => answer,
        };
        let expected = format!("ping-{number} and back pong-{number}");
        let seen = format!("{heard} and back {answer}");
        report.check(&format!("client {number} says"), expected, seen)
    }

    fn accept(&mut self) -> usize {
        self.server.process_events();
        let number = self.server.take_new_connections();
        self.accepted += number;
        number
    }

    fn take(&mut self) -> Result<bool> {
        let Some(socket) = self.server.next_pending_connection() else {
            return Ok(false);
        };
        let socket = self.runtime.waiting(socket);
        let socket = socket.map_err(|error| CommandError::io("use a connection", &error))?;
        self.taken.push(BufReader::new(socket));
        Ok(true)
    }

    fn ask(&mut self, command: &str) -> Result<String> {
        self.clients.ask(command).map_err(lost)
    }
}

fn lost(error: io::Error) -> CommandError {
    CommandError::io("talk to the demo's second process", &error)
}
