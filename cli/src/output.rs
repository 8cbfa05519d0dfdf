use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};

use crate::trouble::{Result, Trouble};

/// Writes a line to standard output. That nobody reads it any more is no trouble.
pub(crate) fn line(text: impl Display) -> Result<()> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Trouble::io("write to standard output", &error))
        }
        _ => Ok(()),
    }
}
