use std::io::{self, BufReader};
use std::path::Path;

use anteroom::generic::Server;
use anteroom::{NameState, SocketOptions};

use super::clients::{receive, send};
use super::partner::Partner;
use super::report::{Report, word};
use super::stage::Stage;
use crate::trouble::{Result, Trouble};

const LIMIT: usize = 2;
const CLIENTS: usize = 5;

/// The server, the clients of the second process, and where all of them are.
pub(super) struct Scene<'a, S: Stage> {
    stage: &'a S,
    name: &'a Path,
    server: Server<S::Mode>,
    partner: Partner,
    claimed: Vec<BufReader<S::Socket>>,
    connected: usize,
    taken_in: usize,
}

impl<'a, S: Stage> Scene<'a, S> {
    /// Listens, and starts the second process.
    pub(super) fn open(
        report: &mut Report,
        stage: &'a S,
        name: &'a Path,
        partner: impl FnOnce() -> io::Result<Partner>,
    ) -> Result<Self> {
        report.step("A server listens, with a limit of 2 pending connections.")?;
        let mut server = Server::new();
        server.set_max_pending_connections(LIMIT);
        stage.inside(|| server.listen(name))?;
        report.check("listens", "yes", word(server.is_listening()))?;
        report.check("the limit", LIMIT, server.max_pending_connections())?;
        let partner =
            partner().map_err(|error| Trouble::io("start the demo's second process", &error))?;
        Ok(Self {
            stage,
            name,
            server,
            partner,
            claimed: Vec::new(),
            connected: 0,
            taken_in: 0,
        })
    }

    /// Plays all that follows.
    pub(super) fn play(&mut self, report: &mut Report) -> Result<()> {
        self.five_connect(report)?;
        self.two_are_taken_in(report)?;
        self.one_is_claimed(report)?;
        self.another_is_claimed(report)?;
        self.server_closes(report)?;
        self.claimed_ones_live_on(report)?;
        self.pending_ones_stay(report)
    }

    fn five_connect(&mut self, report: &mut Report) -> Result<()> {
        report.step("Five clients of a second process connect.")?;
        for _ in 0..CLIENTS {
            let answer = self.ask("connect")?;
            self.connected += usize::from(answer == "connected");
        }
        report.check("see themselves as connected", CLIENTS, self.connected)?;
        self.check_places(report, 0, 0, 5)
    }

    fn two_are_taken_in(&mut self, report: &mut Report) -> Result<()> {
        report.step(
            "The server takes in as many as the limit allows; the others stay where they are.",
        )?;
        report.check("taken in", 2, self.take_in())?;
        report.check("taken in by looking again", 0, self.take_in())?;
        self.check_places(report, 2, 0, 3)
    }

    fn one_is_claimed(&mut self, report: &mut Report) -> Result<()> {
        report.step("The first is claimed, which makes room for one more.")?;
        report.check("claimed", "yes", word(self.claim()?))?;
        self.check_places(report, 1, 1, 3)?;
        report.check("taken in", 1, self.take_in())?;
        self.check_places(report, 2, 1, 2)
    }

    fn another_is_claimed(&mut self, report: &mut Report) -> Result<()> {
        report.step(
            "The second is claimed, too. The fifth client writes, though nobody has taken it in.",
        )?;
        report.check("claimed", "yes", word(self.claim()?))?;
        report.check("taken in", 1, self.take_in())?;
        self.check_places(report, 2, 2, 1)?;
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

    fn claimed_ones_live_on(&mut self, report: &mut Report) -> Result<()> {
        report.step("Claimed connections live on.")?;
        self.check_talk(report, 1)?;
        self.check_talk(report, 2)
    }

    fn pending_ones_stay(&mut self, report: &mut Report) -> Result<()> {
        report.step("Pending connections can still be claimed, and work.")?;
        for number in [3, 4] {
            report.check("claimed", "yes", word(self.claim()?))?;
            self.check_talk(report, number)?;
        }
        report.check("claimed", "no", word(self.claim()?))?;
        let pending = self.server.has_pending_connections();
        report.check("more are pending", "no", word(pending))
    }

    /// Shows where the clients are.
    fn check_places(
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
            self.taken_in.saturating_sub(self.claimed.len()),
            self.claimed.len(),
            self.connected.saturating_sub(self.taken_in),
        );
        report.check("clients", shown(pending, claimed, waiting), seen)
    }

    /// Shows that a client and the server can talk, in both directions.
    fn check_talk(&mut self, report: &mut Report, number: usize) -> Result<()> {
        let sent = self.ask(&format!("send {number} ping-{number}"))?;
        let Some(socket) = self.claimed.get_mut(number - 1) else {
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

    fn take_in(&mut self) -> usize {
        self.server.process_events();
        let number = self.server.take_new_connections();
        self.taken_in += number;
        number
    }

    fn claim(&mut self) -> Result<bool> {
        let Some(socket) = self.server.next_pending_connection() else {
            return Ok(false);
        };
        let socket = self.stage.waiting(socket);
        let socket = socket.map_err(|error| Trouble::io("use a connection", &error))?;
        self.claimed.push(BufReader::new(socket));
        Ok(true)
    }

    fn ask(&mut self, order: &str) -> Result<String> {
        self.partner.ask(order).map_err(lost)
    }
}

fn lost(error: io::Error) -> Trouble {
    Trouble::io("talk to the demo's second process", &error)
}
