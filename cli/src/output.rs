use std::fmt::Display;
use std::io::ErrorKind;

use crate::error::{CommandError, Result};
use crate::standard;

/// Writes a line to standard output. A closed output is not an error.
pub(crate) fn line(text: impl Display) -> Result<()> {
    match standard::write(standard::output(), &format!("{text}\n")) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CommandError::io("write to standard output", &error))
        }
        _ => Ok(()),
    }
}
