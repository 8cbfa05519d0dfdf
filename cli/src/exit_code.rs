use std::process::ExitCode;

/// The exit code. The help lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix is served yet"))]
pub(crate) enum Code {
    /// Success. For `status`: the server is live.
    Success = 0,
    /// Nothing exists at the name.
    Absent = 1,
    /// The name has the socket file of a crashed server.
    Stale = 2,
    /// The name has a file that is not a socket.
    NotASocket = 3,
    /// Any other error.
    Other = 4,
    /// The name has a live server.
    LiveServer = 5,
    /// The name has a socket whose state is unknown.
    Unknown = 6,
    /// The name has a socket that does not listen.
    NotListening = 7,
    /// The command line is invalid.
    Usage = 64,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}
