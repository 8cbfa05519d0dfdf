use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::{Duration, Instant};

use crate::standard;

/// How many lines may wait for the reader of standard output: about a megabyte.
const WAITING_LINES: usize = 16 * 1024;

/// How many lines may wait for the reader of standard error.
const WAITING_ERRORS: usize = 64;

/// How many bytes are written at once.
const CHUNK: usize = 64 * 1024;

/// Writes lines to standard output and error, and never waits for their reader.
///
/// A reader who stops to read would stop the server with all its clients otherwise. When too much
/// waits for him, lines are lost, and a line tells how many.
#[derive(Debug)]
pub(super) struct Reporter {
    output: Stream,
    errors: Stream,
}

impl Reporter {
    /// Starts the threads that write, one for each stream.
    pub(super) fn start() -> io::Result<Self> {
        let output = |text: &str| standard::write(standard::output(), text);
        let errors = |text: &str| standard::write(standard::errors(), text);
        Ok(Self {
            output: Stream::start("output", WAITING_LINES, "", output)?,
            errors: Stream::start("errors", WAITING_ERRORS, "anteroom: ", errors)?,
        })
    }

    /// Has a line written to standard output.
    pub(super) fn line(&self, text: String) {
        self.output.line(text);
    }

    /// Has a line about something that went wrong written to standard error.
    pub(super) fn print_error(&self, text: String) {
        self.errors.line(text);
    }

    /// Waits until all lines are written, but not for long.
    pub(super) fn finish(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        self.output.finish(deadline);
        self.errors.finish(deadline);
    }
}

/// The lines for one stream, and the thread that writes them.
#[derive(Debug)]
struct Stream {
    /// Until all lines are told.
    lines: Option<SyncSender<String>>,
    /// Disconnected when the thread ends.
    finished: Receiver<()>,
    /// How many lines are lost of which no line tells yet.
    lost: Arc<AtomicU64>,
}

impl Stream {
    fn start(
        name: &str,
        capacity: usize,
        prefix: &'static str,
        write: impl Fn(&str) -> io::Result<()> + Send + 'static,
    ) -> io::Result<Self> {
        let (lines, received) = mpsc::sync_channel(capacity);
        let (finish, finished) = mpsc::channel::<()>();
        let lost = Arc::new(AtomicU64::new(0));
        let lost_at_last = Arc::clone(&lost);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // Nobody reads any more: the server goes on without reports.
                let _ = write_all(&received, prefix, write, &lost_at_last);
                drop(finish);
            })?;
        Ok(Self {
            lines: Some(lines),
            finished,
            lost,
        })
    }

    fn line(&self, text: String) {
        let mut lost = self.lost.load(Ordering::SeqCst);
        if lost > 0 && self.send(loss(lost)) {
            lost = 0;
        }
        if lost > 0 || !self.send(text) {
            lost += 1;
        }
        self.lost.store(lost, Ordering::SeqCst);
    }

    fn finish(&mut self, deadline: Instant) {
        self.lines = None;
        let patience = deadline.saturating_duration_since(Instant::now());
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

/// Writes lines until all are told, and at last how many were lost since.
fn write_all(
    lines: &Receiver<String>,
    prefix: &str,
    write: impl Fn(&str) -> io::Result<()>,
    lost: &AtomicU64,
) -> io::Result<()> {
    let mut chunk = String::new();
    let add = |chunk: &mut String, line: &str| {
        chunk.push_str(prefix);
        chunk.push_str(line);
        chunk.push('\n');
    };
    while let Ok(line) = lines.recv() {
        chunk.clear();
        add(&mut chunk, &line);
        while chunk.len() < CHUNK {
            let Ok(line) = lines.try_recv() else { break };
            add(&mut chunk, &line);
        }
        write(&chunk)?;
    }
    match lost.load(Ordering::SeqCst) {
        0 => Ok(()),
        lost => write(&format!("{prefix}{}\n", loss(lost))),
    }
}

fn loss(lost: u64) -> String {
    format!("lost {lost} lines")
}
