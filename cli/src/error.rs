use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::{fmt, io};

use anteroom::ServerName;
use anteroom::{Detail, Error, ErrorKind, ListenError, Occupant, Operation};

use crate::exit_code::Code;

/// A result whose error ends the program.
pub(crate) type Result<T> = std::result::Result<T, CommandError>;

/// An error of the program: one line and an exit code.
#[derive(Debug)]
pub(crate) struct CommandError {
    text: String,
    code: Code,
}

impl CommandError {
    pub(crate) const fn new(code: Code, text: String) -> Self {
        Self { text, code }
    }

    /// Creates an error from an I/O error.
    pub(crate) fn io(attempt: &str, error: &io::Error) -> Self {
        Self::new(Code::Other, format!("cannot {attempt}: {error:#}"))
    }

    /// Creates an error about a name, in the form of the library's errors.
    pub(crate) fn with_name(
        code: Code,
        attempt: impl fmt::Display,
        name: &OsStr,
        full_name: &ServerName,
        why: impl fmt::Display,
    ) -> Self {
        let name = server_name(name);
        let subject = if name == *full_name {
            format!("\"{name}\"")
        } else {
            format!("\"{name}\" ({full_name})")
        };
        Self::new(code, format!("cannot {attempt} {subject}: {why}"))
    }

    pub(crate) const fn code(&self) -> Code {
        self.code
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        let failure = error.failure();
        let code = match (failure.operation(), failure.kind(), failure.detail()) {
            (_, _, Detail::Occupied(occupant)) => code_for(occupant),
            (_, ErrorKind::WrongObject, _) => Code::NotASocket,
            (Operation::Connect, ErrorKind::NotFound, _)
            | (Operation::Connect, _, Detail::NotADirectory) => Code::Absent,
            _ => Code::Other,
        };
        Self::new(code, format!("{error:#}"))
    }
}

impl From<ListenError> for CommandError {
    fn from(error: ListenError) -> Self {
        match error {
            ListenError::Failed(error) => error.into(),
            other => Self::new(Code::Other, other.to_string()),
        }
    }
}

/// Converts a name for the library.
pub(crate) fn server_name(name: &OsStr) -> ServerName {
    ServerName::from(name.as_bytes())
}

const fn code_for(occupant: Occupant) -> Code {
    match occupant {
        Occupant::LiveServer => Code::LiveServer,
        Occupant::StaleSocket => Code::Stale,
        Occupant::File | Occupant::Directory | Occupant::Link | Occupant::Other => Code::NotASocket,
        Occupant::NotListening => Code::NotListening,
        // It is a socket of unknown state.
        _ => Code::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_name_is_printed_if_it_differs() {
        let text = |name: &str, full_name: &str| {
            let full_name = ServerName::from(full_name);
            CommandError::with_name(Code::Other, "inspect", name.as_ref(), &full_name, "no")
        };
        assert_eq!(
            text("x", "/tmp/x").to_string(),
            r#"cannot inspect "x" (/tmp/x): no"#
        );
        assert_eq!(
            text("/tmp/x", "/tmp/x").to_string(),
            r#"cannot inspect "/tmp/x": no"#
        );
    }
}
