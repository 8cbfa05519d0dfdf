//! Ends the program when a batch cannot end any more.

use std::path::PathBuf;
use std::process::{self, Child};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

/// How long a batch may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it looks. That costs CPU time, the same for every subject.
const INTERVAL: Duration = Duration::from_millis(250);

/// What is being waited for, and since when.
type Task = Arc<Mutex<Option<(Instant, String)>>>;

/// Watches the clients and the time in another thread.
///
/// A server that waits for clients has no other way to learn that none will come: time limits on
/// its sockets would not be there in real life, and cost something.
#[derive(Debug)]
pub(crate) struct Watchdog {
    task: Task,
}

impl Watchdog {
    /// Begins to watch; `directory` is removed if it has to end the program.
    pub(crate) fn start(clients: Arc<Mutex<Child>>, directory: PathBuf) -> io::Result<Self> {
        let task = Task::default();
        let watched = Arc::clone(&task);
        thread::Builder::new()
            .name("watchdog".to_owned())
            .spawn(move || watch(&watched, &clients, &directory))?;
        Ok(Self { task })
    }

    /// Says what is being done from now on.
    pub(crate) fn expect(&self, what: String) {
        *lock(&self.task) = Some((Instant::now(), what));
    }

    /// Says that it was done.
    pub(crate) fn relax(&self) {
        *lock(&self.task) = None;
    }
}

fn watch(task: &Task, clients: &Mutex<Child>, directory: &PathBuf) {
    loop {
        thread::sleep(INTERVAL);
        let task = lock(task);
        let Some((since, what)) = &*task else {
            continue;
        };
        if let Some(trouble) = trouble(since.elapsed(), &mut lock(clients)) {
            eprintln!("error: {what}: {trouble}");
            let _ = fs::remove_dir_all(directory);
            process::exit(1);
        }
    }
}

/// Says why what takes so long cannot end any more, if so.
fn trouble(elapsed: Duration, clients: &mut Child) -> Option<String> {
    if let Ok(Some(status)) = clients.try_wait() {
        return Some(format!("the process of the clients has ended: {status}"));
    }
    (elapsed > PATIENCE).then(|| {
        let _ = clients.kill();
        format!("it takes more than {} s", PATIENCE.as_secs())
    })
}

/// Locks whatever became of the others: it is about to end the program at worst.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// A process that lives until its input is closed.
    fn clients() -> io::Result<Child> {
        Command::new("cat").stdin(Stdio::piped()).spawn()
    }

    #[test]
    fn clients_that_have_ended_are_noticed() -> io::Result<()> {
        let mut clients = clients()?;
        assert_eq!(trouble(Duration::ZERO, &mut clients), None);
        drop(clients.stdin.take());
        clients.wait()?;
        let text = trouble(Duration::ZERO, &mut clients).unwrap_or_default();
        assert!(text.contains("has ended"), "{text}");
        Ok(())
    }

    #[test]
    fn what_takes_too_long_is_given_up_and_the_clients_are_killed() -> io::Result<()> {
        let mut clients = clients()?;
        let input = clients.stdin.take();
        assert_eq!(trouble(PATIENCE, &mut clients), None);
        let text = trouble(PATIENCE + INTERVAL, &mut clients).unwrap_or_default();
        assert!(text.contains("more than 60 s"), "{text}");
        assert!(!clients.wait()?.success());
        drop(input);
        Ok(())
    }
}
