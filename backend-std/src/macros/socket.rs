/// Writes what the sockets of all backends have in common.
///
/// The socket is a newtype around the native one, and has private methods `local_addr` and
/// `peer_addr` that give the addresses of the standard library.
#[doc(hidden)]
#[macro_export]
macro_rules! local_socket_members {
    ($socket:ident, $native:ty) => {
        impl $socket {
            /// Returns who is at the other end.
            ///
            /// # Errors
            ///
            /// What the operating system reports.
            ///
            /// # Platform-specific behavior
            ///
            /// The process id is missing where the system does not tell it, and on Linux when the
            /// peer lives in another namespace. It is that of the process which connected or began
            /// to listen; the socket may have been handed on since.
            pub fn peer_identity(&self) -> std::io::Result<$crate::PeerIdentity> {
                $crate::sys::peer_identity(std::os::fd::AsFd::as_fd(self))
            }

            /// Returns the name of the server, without its directory; a pair has none.
            ///
            /// # Errors
            ///
            /// What the operating system reports.
            #[doc(alias = "QLocalSocket::serverName")]
            pub fn server_name(&self) -> std::io::Result<Option<std::ffi::OsString>> {
                $crate::server_name_between(self.local_addr()?, || self.peer_addr())
            }

            /// Returns the complete path, or abstract name, of the server; a pair has none.
            ///
            /// # Errors
            ///
            /// What the operating system reports.
            #[doc(alias = "QLocalSocket::fullServerName")]
            pub fn full_server_name(&self) -> std::io::Result<Option<std::ffi::OsString>> {
                $crate::full_server_name_between(self.local_addr()?, || self.peer_addr())
            }

            /// Returns the native socket.
            #[must_use]
            pub fn into_inner(self) -> $native {
                self.0
            }

            /// Returns the native socket, to be looked at.
            pub const fn get_ref(&self) -> &$native {
                &self.0
            }
        }

        impl From<$native> for $socket {
            fn from(native: $native) -> Self {
                Self(native)
            }
        }

        impl From<$socket> for $native {
            fn from(socket: $socket) -> Self {
                socket.0
            }
        }

        impl std::os::fd::AsFd for $socket {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                std::os::fd::AsFd::as_fd(&self.0)
            }
        }

        impl std::os::fd::AsRawFd for $socket {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                std::os::fd::AsRawFd::as_raw_fd(&self.0)
            }
        }
    };
}
