//! Ends the program when a batch can not end any more.

use std::path::PathBuf;
use std::process::{self, Child};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

/// How long a batch may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it looks. That costs CPU time, the same for every subject.
const INTERVAL: Duration = Duration::from_millis(250);

/// What is being waited for, and since when.
type Task = Arc<Mutex<Option<(Instant, String)>>>;

/// Watches the clients and the time from a thread of its own.
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
        let trouble = if let Ok(Some(status)) = lock(clients).try_wait() {
            format!("the process of the clients has ended: {status}")
        } else if since.elapsed() > PATIENCE {
            let _ = lock(clients).kill();
            format!("it takes more than {} s", PATIENCE.as_secs())
        } else {
            continue;
        };
        eprintln!("error: {what}: {trouble}");
        let _ = fs::remove_dir_all(directory);
        process::exit(1);
    }
}

/// Locks whatever became of the others: it is about to end the program at worst.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
