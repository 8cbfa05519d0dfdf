use std::fmt::Display;
use std::io::ErrorKind;

use crate::standard;
use crate::error::{Result, CommandError};

/// Writes a line to standard output. That nobody reads it any more is no trouble.
pub(crate) fn line(text: impl Display) -> Result<()> {
    match standard::write(standard::output(), &format!("{text}\n")) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::io("write to standard output", &error))
        }
        _ => Ok(()),
    }
}
