//! The clients, in a separate process, so that their CPU time does not count.

mod process;
mod work;

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub(crate) use process::run;

use crate::held::Held;
use crate::plan::Batch;
use crate::sample::{Served, Trouble, numbers};

/// How long the clients may take to answer. The watchdog is faster, if it can say more.
const PATIENCE: Duration = Duration::from_secs(90);

/// The process of the clients, and the line to it.
///
/// For each batch it receives a command and answers `ready`, then receives `go` and answers with
/// its counts. It ends when its input is closed, or at an error.
#[derive(Debug)]
pub(crate) struct Clients {
    process: Arc<Mutex<Child>>,
    line: Option<BufReader<UnixStream>>,
}

impl Clients {
    pub(crate) fn start() -> Result<Self, Trouble> {
        let (ours, theirs) = UnixStream::pair()?;
        ours.set_read_timeout(Some(PATIENCE))?;
        let theirs = OwnedFd::from(theirs);
        let process = Command::new(env::current_exe()?)
            .arg("--clients")
            .stdin(Stdio::from(theirs.try_clone()?))
            .stdout(Stdio::from(theirs))
            .spawn()?;
        Ok(Self {
            process: Arc::new(Mutex::new(process)),
            line: Some(BufReader::new(ours)),
        })
    }

    pub(crate) fn process(&self) -> Arc<Mutex<Child>> {
        Arc::clone(&self.process)
    }

    /// Has the clients of a batch get ready: in a burst they connect.
    pub(crate) fn prepare(&mut self, batch: &Batch) -> Result<(), Trouble> {
        let mut order = format!("{} {} {} ", batch.workload, batch.units, batch.held).into_bytes();
        order.extend_from_slice(batch.path.as_os_str().as_bytes());
        order.push(b'\n');
        self.send(&order)?;
        match self.answer()?.trim_end() {
            "ready" => Ok(()),
            other => Err(format!("the clients answer {other:?} to an order").into()),
        }
    }

    /// Lets them begin; in a burst, lets them look what they have received.
    pub(crate) fn go(&mut self) -> Result<(), Trouble> {
        self.send(b"go\n")
    }

    /// Waits until they are through, and returns what was served to them and what they found.
    pub(crate) fn report(&mut self) -> Result<(Served, Held), Trouble> {
        let answer = self.answer()?;
        let [connections, bytes, held @ ..] =
            numbers::<7>(&answer).ok_or_else(|| format!("the clients report {answer:?}"))?;
        Ok((Served { connections, bytes }, Held::from_numbers(held)))
    }

    /// Ends the process.
    pub(crate) fn finish(mut self) -> Result<(), Trouble> {
        self.line = None;
        let status = self
            .process
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the process of the clients: {status}").into())
        }
    }

    fn send(&mut self, text: &[u8]) -> Result<(), Trouble> {
        let line = self.line.as_mut().ok_or("the clients have ended")?;
        line.get_mut().write_all(text)?;
        Ok(())
    }

    fn answer(&mut self) -> Result<String, Trouble> {
        let line = self.line.as_mut().ok_or("the clients have ended")?;
        let mut answer = String::new();
        match line.read_line(&mut answer) {
            Ok(0) => Err("the process of the clients has ended".into()),
            Ok(_) => Ok(answer),
            Err(error) => Err(format!("no answer from the clients: {error}").into()),
        }
    }
}

impl Drop for Clients {
    /// After an error do not wait for the clients, which may wait for a server.
    fn drop(&mut self) {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(process.try_wait(), Ok(Some(_))) {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
