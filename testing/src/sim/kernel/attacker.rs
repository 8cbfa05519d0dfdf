//! An attacker: a client without permission, which tries to connect after every system call.

use anteroom_core::ServerName;

use super::Kernel;
use super::credentials::Credentials;
use super::listeners::{Refusal, Target};
use super::streams::Side;

/// An attacker, and its results so far.
#[derive(Clone, Debug)]
pub(super) struct Attacker {
    who: Credentials,
    path: ServerName,
    denials: u32,
    has_connected: bool,
}

impl Kernel {
    /// Starts an attacker, which tries to connect after every system call.
    pub(in crate::sim) fn start_attacker(&mut self, who: Credentials, path: &ServerName) {
        self.attacker = Some(Attacker {
            who,
            path: path.clone(),
            denials: 0,
            has_connected: false,
        });
    }

    /// Returns how often permission was denied, and whether the attacker has connected.
    pub(in crate::sim) fn attack_results(&self) -> (u32, bool) {
        self.attacker.as_ref().map_or((0, false), |attacker| {
            (attacker.denials, attacker.has_connected)
        })
    }

    /// Ends the attack.
    pub(in crate::sim) fn stop_attacker(&mut self) {
        self.attacker = None;
    }

    /// Lets the attacker try to connect, if there is one.
    pub(super) fn run_attacker(&mut self) {
        // Closing its connection calls this again; without an attacker that does nothing.
        let Some(mut attacker) = self.attacker.take() else {
            return;
        };
        match self.reach(attacker.who, &Target::Path(attacker.path.clone())) {
            Ok(connection) => {
                attacker.has_connected = true;
                self.close_end(connection, Side::Client, false);
            }
            Err(Refusal::Failed(code)) if code == self.codes.eacces => attacker.denials += 1,
            Err(_) => {}
        }
        self.attacker = Some(attacker);
    }
}
