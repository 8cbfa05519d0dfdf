use std::ffi::OsStr;

use anteroom::blocking::{Backlog, Error, ListenError, Pause, Progress, SocketOptions};

/// What the servers of all runtimes have in common: they are different types with the same members.
pub(crate) trait Server: Default {
    type Socket;

    fn set_socket_options(&mut self, options: SocketOptions);
    fn set_owner(&mut self, user: Option<u32>, group: Option<u32>);
    fn set_max_pending_connections(&mut self, limit: usize);
    fn set_listen_backlog(&mut self, backlog: Backlog);
    fn listen(&mut self, name: &OsStr) -> Result<(), ListenError>;
    fn close(&mut self);
    fn drain(&mut self);
    fn process_events(&mut self) -> Progress;
    fn take_new_connections(&mut self) -> usize;
    fn next_pending_connection(&mut self) -> Option<Self::Socket>;
    fn has_pending_connections(&self) -> bool;
    fn max_pending_connections(&self) -> usize;
    fn is_listening(&self) -> bool;
    /// Says whether there is a listener: one that is drained is there until nobody waits any more.
    fn has_listener(&self) -> bool;
    fn full_server_name(&self) -> Option<&OsStr>;
    fn server_error(&self) -> Option<Error>;
    fn pause(&self) -> Option<Pause>;
}

macro_rules! server {
    ($($runtime:ident),*) => {$(
        impl Server for anteroom::$runtime::LocalServer {
            type Socket = anteroom::$runtime::LocalSocket;

            fn set_socket_options(&mut self, options: SocketOptions) {
                self.set_socket_options(options);
            }

            fn set_owner(&mut self, user: Option<u32>, group: Option<u32>) {
                self.set_owner(user, group);
            }

            fn set_max_pending_connections(&mut self, limit: usize) {
                self.set_max_pending_connections(limit);
            }

            fn set_listen_backlog(&mut self, backlog: Backlog) {
                self.set_listen_backlog(backlog);
            }

            fn listen(&mut self, name: &OsStr) -> Result<(), ListenError> {
                self.listen(name)
            }

            fn close(&mut self) {
                self.close();
            }

            fn drain(&mut self) {
                self.drain();
            }

            fn process_events(&mut self) -> Progress {
                self.process_events()
            }

            fn take_new_connections(&mut self) -> usize {
                self.take_new_connections()
            }

            fn next_pending_connection(&mut self) -> Option<Self::Socket> {
                self.next_pending_connection()
            }

            fn has_pending_connections(&self) -> bool {
                self.has_pending_connections()
            }

            fn max_pending_connections(&self) -> usize {
                self.max_pending_connections()
            }

            fn is_listening(&self) -> bool {
                self.is_listening()
            }

            fn has_listener(&self) -> bool {
                self.listener_fd().is_some()
            }

            fn full_server_name(&self) -> Option<&OsStr> {
                self.full_server_name()
            }

            fn server_error(&self) -> Option<Error> {
                self.server_error()
            }

            fn pause(&self) -> Option<Pause> {
                self.pause()
            }
        }
    )*};
}

server!(blocking, tokio, smol);
