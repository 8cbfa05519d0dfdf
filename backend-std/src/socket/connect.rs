use std::ffi::OsStr;

use crate::names::server_name;
use crate::sys;
use crate::{Error, LocalSocket, Result, local_connect_options};

local_connect_options! {
    /// How to connect: to which kind of name, and how long to wait for a full queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_std::{ConnectOptions, ErrorKind};
    /// use std::time::Duration;
    ///
    /// let error = ConnectOptions::new()
    ///     .timeout(Duration::from_secs(1))
    ///     .connect("/nowhere/at/all")
    ///     .unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::NotFound);
    /// ```
    ConnectOptions
}

impl ConnectOptions {
    /// Connects to the server at `name`.
    ///
    /// # Errors
    ///
    /// As [`LocalSocket::connect`] and [`LocalSocket::connect_timeout`].
    pub fn connect(self, name: impl AsRef<OsStr>) -> Result<LocalSocket> {
        let name = server_name(name);
        match sys::connect(&name, self.options, self.timeout) {
            Ok(connected) => Ok(LocalSocket::from(connected.socket)),
            Err(error) => Err(Error::named(name, error)),
        }
    }
}
