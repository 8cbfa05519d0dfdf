use std::process::ExitCode;

/// How the program ends; the help has the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix is served yet"))]
pub(crate) enum Code {
    /// What was asked for is done; a live server is there.
    Success = 0,
    /// Nothing is at the name.
    Absent = 1,
    /// The socket of a crashed server is at the name.
    Stale = 2,
    /// Something that is no socket is at the name.
    NotASocket = 3,
    /// Something else went wrong.
    Other = 4,
    /// A live server is in the way.
    LiveServer = 5,
    /// It is not known whether a server has the socket at the name.
    Unknown = 6,
    /// The socket at the name does not listen.
    NotListening = 7,
    /// The command line was not understood.
    Usage = 64,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}
