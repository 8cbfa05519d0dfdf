use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TrySendError};
use std::thread;
use std::time::Duration;

use crate::standard;

/// How many lines may wait for the reader of standard output: about a megabyte.
const WAITING_LINES: usize = 16 * 1024;

/// How many bytes are written at once.
const CHUNK: usize = 64 * 1024;

/// Writes lines to standard output and error, and never waits for whoever reads them.
///
/// A reader who stops to read would stop the server with all its clients otherwise. When too much
/// waits for him, lines are lost, and a line tells how many.
#[derive(Debug)]
pub(super) struct Reporter {
    /// Until all lines are told.
    lines: Option<SyncSender<String>>,
    /// Dropped by each thread that has nothing more to write, and by `finish`.
    finish: Option<Sender<()>>,
    finished: Receiver<()>,
    /// How many lines are lost of which no line tells yet.
    lost: Arc<AtomicU64>,
}

impl Reporter {
    /// Starts the thread that writes.
    pub(super) fn start() -> io::Result<Self> {
        let (lines, received) = mpsc::sync_channel(WAITING_LINES);
        let (finish, finished) = mpsc::channel();
        let lost = Arc::new(AtomicU64::new(0));
        let lost_at_last = Arc::clone(&lost);
        let finish_lines = finish.clone();
        thread::Builder::new()
            .name("reporter".to_owned())
            .spawn(move || {
                // Nobody reads any more: the server goes on without reports.
                let _ = write_all(&received, &lost_at_last);
                drop(finish_lines);
            })?;
        Ok(Self {
            lines: Some(lines),
            finish: Some(finish),
            finished,
            lost,
        })
    }

    /// Has a line written.
    pub(super) fn line(&self, text: String) {
        let mut lost = self.lost.load(Ordering::SeqCst);
        if lost > 0 && self.send(loss(lost)) {
            lost = 0;
        }
        if lost > 0 || !self.send(text) {
            lost += 1;
        }
        self.lost.store(lost, Ordering::SeqCst);
    }

    /// Has a line written to standard error: by a thread of its own, since there are two at most.
    pub(super) fn complain(&self, text: &str) {
        let (line, finish) = (text.to_owned(), self.finish.clone());
        let started = thread::Builder::new().spawn(move || {
            crate::complain(&line);
            drop(finish);
        });
        if started.is_err() {
            crate::complain(&text);
        }
    }

    /// Waits until all lines are written, but not for long.
    pub(super) fn finish(&mut self, patience: Duration) {
        self.lines = None;
        self.finish = None;
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
fn write_all(lines: &Receiver<String>, lost: &AtomicU64) -> io::Result<()> {
    let mut chunk = String::new();
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
        lost => write(&format!("{}\n", loss(lost))),
    }
}

fn write(text: &str) -> io::Result<()> {
    standard::write(standard::output(), text)
}

fn loss(lost: u64) -> String {
    format!("lost {lost} lines")
}

fn add(chunk: &mut String, line: &str) {
    chunk.push_str(line);
    chunk.push('\n');
}
