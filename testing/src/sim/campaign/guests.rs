//! The clients of a campaign: who came, who was served, and who may have been cut off.

use std::collections::VecDeque;

use anteroom_core::ServerName;

use crate::sim::os::SimConnection;
use crate::sim::world::SimWorld;
use anteroom_conformance::{ClientState, ClientTag, Environment as _, Step};

/// Numbers from here on belong to connections of the application's own.
const OWN: u32 = 1 << 31;

/// A client that got in.
#[derive(Debug)]
struct Guest {
    number: u32,
    /// Its socket, unless it has left.
    client: Option<ClientTag>,
    is_served: bool,
    /// Whether there is a reason for not serving it.
    may_be_cut: bool,
}

/// All clients that ever came, in the order in which they got in.
#[derive(Debug, Default)]
pub(super) struct Guests {
    guests: Vec<Guest>,
    /// Clients that have met a full queue, and whether they are expected at all.
    waiting: Vec<(ClientTag, ServerName)>,
    /// The other ends of the application's own connections that are pending.
    own: VecDeque<(u32, SimConnection)>,
    own_made: u32,
    last_served: Option<u32>,
}

/// Who was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claimed {
    Guest { has_left: bool },
    Own,
}

impl Guests {
    /// Lets a client that got in say its number.
    pub(super) fn enter(&mut self, world: &mut SimWorld, client: ClientTag, may_be_cut: bool) {
        let number = u32::try_from(self.guests.len()).expect("few come in one life");
        let said = world.write(client, &number.to_be_bytes());
        debug_assert_eq!(said, Step::Wrote(4), "a fresh connection has room");
        self.guests.push(Guest {
            number,
            client: Some(client),
            is_served: false,
            may_be_cut,
        });
    }

    pub(super) fn wait(&mut self, client: ClientTag, name: ServerName) {
        self.waiting.push((client, name));
    }

    /// Lets those try again who wait; those who got in now have to be served if `is_served`.
    pub(super) fn retry(&mut self, world: &mut SimWorld, is_served: impl Fn(&ServerName) -> bool) {
        for (client, name) in std::mem::take(&mut self.waiting) {
            match world.client(client) {
                ClientState::Waiting => self.waiting.push((client, name)),
                ClientState::Connected => self.enter(world, client, !is_served(&name)),
                ClientState::Failed(_) => world.drop_client(client),
            }
        }
    }

    /// Lets a client leave: it has said its number.
    pub(super) fn leave(&mut self, world: &mut SimWorld, place: usize) {
        let mut present = self
            .guests
            .iter_mut()
            .filter(|guest| guest.client.is_some());
        if let Some(client) = present.nth(place).and_then(|guest| guest.client.take()) {
            world.drop_client(client);
        }
    }

    pub(super) fn leave_last(&mut self, world: &mut SimWorld) {
        let last = self.guests.last_mut().and_then(|guest| guest.client.take());
        if let Some(client) = last {
            world.drop_client(client);
        }
    }

    /// Notes a connection of the application's own.
    pub(super) fn add_own(&mut self, end: SimConnection) {
        let number = OWN + self.own_made;
        self.own_made += 1;
        end.write(&number.to_be_bytes());
        self.own.push_back((number, end));
    }

    pub(super) fn own_pending(&self) -> usize {
        self.own.len()
    }

    /// Notes that a connection was claimed, and says whose it is.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it: it was handed out before, or out of order.
    pub(super) fn claim(&mut self, connection: &SimConnection) -> Result<Claimed, String> {
        let number = number_of(connection)?;
        if number >= OWN {
            return match self.own.pop_front() {
                Some((first, _)) if first == number => Ok(Claimed::Own),
                _ => Err(String::from(
                    "an own connection was handed out out of order",
                )),
            };
        }
        if self.last_served.is_some_and(|last| last >= number) {
            return Err(format!(
                "client {number} was handed out after {:?}: twice, or out of order",
                self.last_served
            ));
        }
        self.last_served = Some(number);
        let guest = self.guest(number)?;
        guest.is_served = true;
        let has_left = guest.client.is_none();
        if connection.write(b"welcome") != Step::Wrote(7) && !has_left {
            return Err(format!("client {number} cannot be answered"));
        }
        Ok(Claimed::Guest { has_left })
    }

    /// Notes that the hook refused a connection.
    pub(super) fn refuse(&mut self, connection: &SimConnection) -> Result<(), String> {
        let number = number_of(connection)?;
        self.guest(number)?.may_be_cut = true;
        Ok(())
    }

    /// Notes that only so many of those who were not served yet will be; returns how many others
    /// there are.
    pub(super) fn cut_all_but(&mut self, pending: usize, world: &mut SimWorld) -> usize {
        let mut cut = 0;
        let mut left = pending;
        for guest in self.guests.iter_mut().filter(|guest| !guest.is_served) {
            let is_gone = guest.client.is_some_and(|client| is_over(world, client));
            if is_gone && guest.may_be_cut {
                continue;
            }
            if left > 0 {
                left -= 1;
            } else if !guest.may_be_cut {
                guest.may_be_cut = true;
                cut += 1;
            }
        }
        cut
    }

    /// Notes that everything pending was discarded.
    pub(super) fn discard(&mut self, pending: usize) {
        self.own.clear();
        let unserved = self.guests.iter_mut().filter(|guest| !guest.is_served);
        // Those who were cut before may be among the first; then more are excused than have to be.
        let candidates = unserved.filter(|guest| !guest.may_be_cut).take(pending);
        candidates.for_each(|guest| guest.may_be_cut = true);
    }

    /// Returns the first client that was not served though nothing excuses it.
    pub(super) fn first_forgotten(&self) -> Option<u32> {
        let mut guests = self.guests.iter();
        let forgotten = guests.find(|guest| !guest.is_served && !guest.may_be_cut);
        forgotten.map(|guest| guest.number)
    }

    /// Sends everybody home, after the server has gone.
    ///
    /// # Errors
    ///
    /// Says who does not know that the server has gone.
    pub(super) fn end(&mut self, world: &mut SimWorld) -> Result<(), String> {
        self.own.clear();
        for (client, _) in std::mem::take(&mut self.waiting) {
            world.drop_client(client);
        }
        for guest in &mut self.guests {
            if let Some(client) = guest.client.take() {
                if !guest.is_served && !is_over(world, client) {
                    return Err(format!("client {} hangs", guest.number));
                }
                world.drop_client(client);
            }
        }
        Ok(())
    }

    fn guest(&mut self, number: u32) -> Result<&mut Guest, String> {
        let guest = usize::try_from(number).ok();
        let guest = guest.and_then(|index| self.guests.get_mut(index));
        guest.ok_or_else(|| format!("there never was a client {number}"))
    }
}

fn number_of(connection: &SimConnection) -> Result<u32, String> {
    match connection.read(4) {
        Step::Read(bytes) => match bytes.try_into() {
            Ok(bytes) => Ok(u32::from_be_bytes(bytes)),
            Err(bytes) => Err(format!("{bytes:?} is no number of a client")),
        },
        other => Err(format!("a client said nothing: {other:?}")),
    }
}

/// Returns whether a client sees the end of its connection.
fn is_over(world: &mut SimWorld, client: ClientTag) -> bool {
    matches!(world.read(client, 0), Step::End | Step::Broken)
}
