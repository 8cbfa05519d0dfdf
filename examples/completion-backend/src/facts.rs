use std::io;
use std::task::Context;

use anteroom_core::{AcceptFailure, Admit, Intake, ListenerId, OsEvent};
use anteroom_std::sys;
use compio::net::UnixStream;
use compio::runtime::ErrorExt as _;

use crate::LocalServer;

impl<I: Intake<UnixStream>> LocalServer<I> {
    /// Prepares an accept if the machine wants one and none is under way.
    ///
    /// Returns `false` if that failed. Then the machine has the failure, and waiting is useless.
    pub(crate) fn start_accept(&mut self) -> bool {
        let wanted = self.machine.wants_accept();
        let Some(listener) = wanted.and_then(|id| self.listener_with(id)) else {
            return true;
        };
        let id = listener.id;
        if self.accepts.is_under_way(id) {
            return true;
        }
        match listener.accept() {
            Ok(operation) => {
                self.accepts.add(id, operation);
                true
            }
            Err(failure) => {
                self.handle_failure(id, failure);
                false
            }
        }
    }

    /// Hands completed accepts to the machine. Returns whether there may be another client.
    ///
    /// A connection that the machine does not want yet stays in its operation, as in a backlog of
    /// one. If its listener was closed, the machine gets it at once.
    pub(crate) fn poll_accepts(&mut self, context: &mut Context<'_>) -> bool {
        let mut may_be_more = false;
        loop {
            let (wanted, current) = (self.machine.wants_accept(), self.current());
            let is_due = |id| Some(id) == wanted || Some(id) != current;
            let Some((id, result)) = self.accepts.poll(context, is_due) else {
                return may_be_more;
            };
            may_be_more |= self.complete(id, result);
        }
    }

    /// Makes one attempt without the runtime. Returns whether there may be another client.
    pub(crate) fn ask_system(&mut self, id: ListenerId) -> bool {
        let Some(listener) = self.listener_with(id) else {
            return false;
        };
        match listener.try_accept() {
            Ok(Some(connection)) => self.handle_connection(id, connection),
            Ok(None) => {
                self.handle(OsEvent::Empty { listener: id });
                return false;
            }
            Err(failure) => self.handle_failure(id, failure),
        }
        true
    }

    /// Hands one completion to the machine. Returns whether there may be another client.
    fn complete(&mut self, id: ListenerId, result: io::Result<UnixStream>) -> bool {
        match result {
            Ok(connection) => self.handle_connection(id, connection),
            Err(error) if error.is_cancelled() => return false,
            // The server may have shut the socket down itself, in order to drain. The attempt that
            // follows, without the runtime, returns a failure that counts.
            Err(_) if self.asks_system() => {}
            Err(error) => {
                let listener = self.listener_with(id);
                if let Some(failure) = listener.and_then(|listener| listener.explain(&error)) {
                    self.handle_failure(id, failure);
                }
            }
        }
        true
    }

    fn handle_connection(&mut self, id: ListenerId, connection: UnixStream) {
        if self.listener_with(id).is_some() {
            self.intake
                .incoming(connection, &mut Admit::new(&mut self.machine, id));
            self.carry_out();
        } else {
            // The hook does not get it: the machine recognises the old listener, and discards it.
            self.late_connections += 1;
            self.handle(OsEvent::Accepted {
                listener: id,
                queued: Some(connection),
            });
        }
    }

    fn handle_failure(&mut self, id: ListenerId, failure: AcceptFailure) {
        self.handle(OsEvent::AcceptFailed {
            listener: id,
            failure,
            now: sys::now(),
        });
    }
}
