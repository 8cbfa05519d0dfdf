use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use anteroom_std::{Backlog, LocalServer, LocalSocket, Timeout, Wait};
use rustix::process::{Pid, Signal, kill_process};

use crate::place::{LONG, Place, Talk as _, client};

const PAUSE_BETWEEN_SIGNALS: Duration = Duration::from_micros(200);

/// Serves so many clients in each way of waiting while signals rain on the process.
///
/// The backlog has one place, so that clients have to wait, too. A handler is installed, since the
/// kernel restarts calls otherwise. Most signals interrupt the main thread, which runs the server
/// once and the clients once.
pub(crate) fn survive(rounds: usize) {
    let signals = Arc::new(AtomicUsize::new(0));
    signal_hook::flag::register_usize(signal_hook::consts::SIGUSR1, Arc::clone(&signals), 1)
        .expect("the signal can be handled");
    let rain = Rain::start();
    until_rained(&signals);
    let place = Place::new();
    let server = || {
        let builder = LocalServer::builder().listen_backlog(Backlog::Limited(0));
        builder.listen(place.name()).expect("the name is free")
    };
    let clients = || (0..3 * rounds).for_each(|round| talk(&place, round));
    for server_is_on_main_thread in [true, false] {
        let server = server();
        thread::scope(|scope| {
            if server_is_on_main_thread {
                scope.spawn(clients);
                serve(server, rounds);
            } else {
                scope.spawn(|| serve(server, rounds));
                clients();
            }
        });
    }
    drop(rain);
    println!("{} clients served in the rain", 6 * rounds);
}

/// Waits for a client that no call can find.
///
/// The tracer counts the calls: a server that goes on trying at once would make thousands.
pub(crate) fn starve() {
    let place = Place::new();
    let mut server = place.server();
    let _client = client(&place.name());
    let _handle = server.wake_handle().expect("a handle can be made");
    assert_waits_long_enough(&mut server, Duration::from_millis(300));
    assert!(server.is_listening(), "{}", server.error_string());
    println!("{}", server.error_string());
}

fn serve(mut server: LocalServer, rounds: usize) {
    for _ in 0..rounds {
        answer(server.accept().expect("somebody comes"));
    }
    for _ in 0..rounds {
        let wait = server.wait_for_new_connection(LONG);
        assert_eq!(wait, Wait::Ready, "somebody comes");
        answer(server.next_pending_connection().expect("it is ready"));
    }
    let _handle = server.wake_handle().expect("a handle can be made");
    for _ in 0..rounds {
        answer(server.accept().expect("somebody comes"));
    }
    assert_waits_long_enough(&mut server, Duration::from_millis(50));
    assert!(server.server_error().is_none(), "{}", server.error_string());
}

/// Without a client, signals neither end the wait nor extend it.
fn assert_waits_long_enough(server: &mut LocalServer, limit: Duration) {
    let start = Instant::now();
    assert_eq!(server.wait_for_new_connection(limit), Wait::TimedOut);
    let elapsed = start.elapsed();
    assert!(elapsed >= limit && elapsed < LONG, "it took {elapsed:?}");
}

fn answer(mut socket: LocalSocket) {
    let mut text = [0; 4];
    std::io::Read::read_exact(&mut socket, &mut text).expect("the client speaks");
    std::io::Write::write_all(&mut socket, &text).expect("the client listens");
}

fn talk(place: &Place, round: usize) {
    let limit = [Timeout::Never, Timeout::After(LONG)][round % 2];
    let mut socket = LocalSocket::connect_timeout(place.name(), limit).expect("the server listens");
    let mut echo = socket.try_clone().expect("a descriptor is left");
    assert!(socket.says(b"rain", &mut echo), "it is not echoed");
}

fn until_rained(signals: &AtomicUsize) {
    let start = Instant::now();
    while signals.load(Ordering::Relaxed) == 0 {
        assert!(start.elapsed() < LONG, "there is no signal");
        thread::sleep(PAUSE_BETWEEN_SIGNALS);
    }
}

/// A process that sends us signals until it is dropped.
struct Rain(Child);

impl Rain {
    fn start() -> Self {
        let program = env::current_exe().expect("the program is known");
        let child = Command::new(program)
            .args(["--rain-on", &process::id().to_string()])
            .spawn();
        Self(child.expect("a process can be started"))
    }
}

impl Drop for Rain {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sends signals to a process for as long as it is there.
pub(crate) fn rain_on(process: &str) {
    let process = process.parse().ok().and_then(Pid::from_raw);
    let process = process.expect("a process id");
    while kill_process(process, Signal::USR1).is_ok() {
        thread::sleep(PAUSE_BETWEEN_SIGNALS);
    }
}
