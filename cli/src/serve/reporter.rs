use std::io::{self, Write as _};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::Duration;

/// How many lines may wait for the reader of standard output: about a megabyte.
const WAITING_LINES: usize = 16 * 1024;

/// How many bytes are written at once.
const CHUNK: usize = 64 * 1024;

/// Writes lines to standard output, and never waits for whoever reads it.
///
/// A reader who stops to read would stop the server with all its clients otherwise. When too much
/// waits for him, lines are lost, and a line tells how many.
#[derive(Debug)]
pub(super) struct Reporter {
    /// Until all lines are told.
    lines: Option<SyncSender<String>>,
    finished: Receiver<()>,
    lost: u64,
}

impl Reporter {
    /// Starts the thread that writes.
    pub(super) fn start() -> io::Result<Self> {
        let (lines, received) = mpsc::sync_channel(WAITING_LINES);
        let (finish, finished) = mpsc::channel();
        thread::Builder::new()
            .name("reporter".to_owned())
            .spawn(move || {
                // Nobody reads any more: the server goes on without reports.
                let _ = write_all(&received);
                drop(finish);
            })?;
        Ok(Self {
            lines: Some(lines),
            finished,
            lost: 0,
        })
    }

    /// Has a line written.
    pub(super) fn line(&mut self, text: String) {
        if self.lost > 0 && self.send(format!("lost {} lines", self.lost)) {
            self.lost = 0;
        }
        if self.lost > 0 || !self.send(text) {
            self.lost += 1;
        }
    }

    /// Waits until all lines are written, but not for long.
    pub(super) fn finish(&mut self, patience: Duration) {
        self.lines = None;
        // It ends by the other side's being dropped, or because the time is over.
        let _ = self.finished.recv_timeout(patience);
    }

    /// Hands a line on; false if there is no room.
    fn send(&self, text: String) -> bool {
        let Some(lines) = &self.lines else {
            return true;
        };
        !matches!(lines.try_send(text), Err(TrySendError::Full(_)))
    }
}

fn write_all(lines: &Receiver<String>) -> io::Result<()> {
    let mut chunk = String::new();
    while let Ok(line) = lines.recv() {
        chunk.clear();
        add(&mut chunk, &line);
        while chunk.len() < CHUNK {
            let Ok(line) = lines.try_recv() else { break };
            add(&mut chunk, &line);
        }
        let mut output = io::stdout().lock();
        output.write_all(chunk.as_bytes())?;
        output.flush()?;
    }
    Ok(())
}

fn add(chunk: &mut String, line: &str) {
    chunk.push_str(line);
    chunk.push('\n');
}
