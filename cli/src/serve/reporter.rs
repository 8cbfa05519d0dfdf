use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::{Duration, Instant};

use crate::standard;

/// The length of the queue for standard output, about a megabyte.
const WAITING_LINES: usize = 16 * 1024;

/// The length of the queue for standard error.
const WAITING_ERRORS: usize = 64;

/// The size of a write.
const CHUNK: usize = 64 * 1024;

/// Writes lines to standard output and standard error, without waiting for their readers.
///
/// A reader that stops must not block the server. When a queue is full, lines are lost, and a later
/// line reports their number.
#[derive(Debug)]
pub(super) struct Reporter {
    output: Stream,
    errors: Stream,
}

impl Reporter {
    /// Starts a writing thread for each stream.
    pub(super) fn start() -> io::Result<Self> {
        let output = |text: &str| standard::write(standard::output(), text);
        let errors = |text: &str| standard::write(standard::errors(), text);
        Ok(Self {
            output: Stream::start("output", WAITING_LINES, "", output)?,
            errors: Stream::start("errors", WAITING_ERRORS, "anteroom: ", errors)?,
        })
    }

    /// Queues a line for standard output.
    pub(super) fn line(&self, text: String) {
        self.output.line(text);
    }

    /// Queues a line for standard error.
    pub(super) fn print_error(&self, text: String) {
        self.errors.line(text);
    }

    /// Waits until all lines are written, or until a timeout.
    pub(super) fn finish(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        self.output.finish(deadline);
        self.errors.finish(deadline);
    }
}

/// The queue and the writing thread of one stream.
#[derive(Debug)]
struct Stream {
    /// `None` after the last line.
    lines: Option<SyncSender<String>>,
    /// Disconnected when the thread ends.
    finished: Receiver<()>,
    /// The number of lost lines that are not reported yet.
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
                // The stream is closed: the server continues without reports.
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
        // Returns when the sender is dropped, or at the timeout.
        let _ = self.finished.recv_timeout(patience);
    }

    /// Queues a line. Returns false if the queue is full.
    fn send(&self, text: String) -> bool {
        let Some(lines) = &self.lines else {
            return true;
        };
        !matches!(lines.try_send(text), Err(TrySendError::Full(_)))
    }
}

/// Writes lines until the end, then the number of lost ones.
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
