/// Writes the options of a client, for the backend of any runtime.
///
/// How it connects is for the backend to add.
#[doc(hidden)]
#[macro_export]
macro_rules! local_connect_options {
    ($(#[$attribute:meta])* $options:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug)]
        #[must_use = "it is `connect` that makes the connection"]
        pub struct $options {
            options: $crate::SocketOptions,
            timeout: $crate::Timeout,
        }

        impl $options {
            /// Waits for as long as it takes, for a server with a file.
            pub const fn new() -> Self {
                Self {
                    options: $crate::SocketOptions::empty(),
                    timeout: $crate::Timeout::Never,
                }
            }

            /// Sets the kind of the name: `SocketOptions::ABSTRACT`, or nothing.
            ///
            /// Access flags make `connect` fail with `ErrorKind::Unsupported`: only the server
            /// decides who may connect.
            pub const fn socket_options(mut self, options: $crate::SocketOptions) -> Self {
                self.options = options;
                self
            }

            /// Sets how long to wait while the server's queue is full; zero tries once.
            ///
            /// # Specification
            ///
            /// CON-3.
            pub fn timeout(mut self, timeout: impl Into<$crate::Timeout>) -> Self {
                self.timeout = timeout.into();
                self
            }
        }

        impl Default for $options {
            fn default() -> Self {
                Self::new()
            }
        }
    };
}
