//! Somebody who tries to get in at every moment there is.

use anteroom_core::ServerName;

use super::{Credentials, Kernel, Refusal, Side, Target};

/// A siege of a name.
#[derive(Clone, Debug)]
pub(super) struct Siege {
    who: Credentials,
    path: ServerName,
    denials: u32,
    is_breached: bool,
}

impl Kernel {
    /// Starts a siege: from now on somebody tries to connect after every single step.
    pub(in crate::sim) fn besiege(&mut self, who: Credentials, path: &ServerName) {
        self.siege = Some(Siege {
            who,
            path: path.clone(),
            denials: 0,
            is_breached: false,
        });
    }

    /// Returns how often access was denied, and whether somebody got in.
    pub(in crate::sim) fn siege(&self) -> (u32, bool) {
        self.siege
            .as_ref()
            .map_or((0, false), |siege| (siege.denials, siege.is_breached))
    }

    /// Ends the siege.
    pub(in crate::sim) fn end_siege(&mut self) {
        self.siege = None;
    }

    /// Lets the besieger try, if there is one.
    pub(super) fn watch_siege(&mut self) {
        let Some(mut siege) = self.siege.take() else {
            return;
        };
        match self.reach(siege.who, &Target::Path(siege.path.clone())) {
            Ok(connection) => {
                siege.is_breached = true;
                self.close_end(connection, Side::Client, false);
            }
            Err(Refusal::Failed(code)) if code == self.codes.eacces => siege.denials += 1,
            Err(_) => {}
        }
        self.siege = Some(siege);
    }
}
