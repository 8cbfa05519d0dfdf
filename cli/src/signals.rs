use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::{fs, io, process};

use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{flag, low_level};

/// The signals that end a program on request of a user or a service manager.
const ENDING: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// Ensures that signals end the program.
///
/// Call it before threads start, which inherit the signal mask.
pub(crate) fn end_program() -> io::Result<()> {
    end_process_1(ENDING)?;
    unblock()
}

/// Handles these signals if this is process 1.
///
/// The kernel never runs a default action for process 1 of a PID namespace.
pub(crate) fn end_process_1(signals: impl IntoIterator<Item = i32>) -> io::Result<()> {
    if !is_process_1() {
        return Ok(());
    }
    let always = Arc::new(AtomicBool::new(true));
    for signal in without_ignored(signals) {
        flag::register_conditional_shutdown(signal, status(signal), Arc::clone(&always))?;
    }
    Ok(())
}

/// Unblocks the signals that end the program.
///
/// A program inherits the signal mask, and programs that use signalfd(2) or sigwait(3) block
/// signals. A signal that is ignored stays ignored.
pub(crate) fn unblock() -> io::Result<()> {
    let mut signals = SigSet::empty();
    for signal in ENDING {
        signals.add(Signal::try_from(signal)?);
    }
    Ok(signals.thread_unblock()?)
}

/// Ends the program as the default action of the signal does.
pub(crate) fn end_by(signal: i32) -> io::Result<()> {
    if is_process_1() {
        process::exit(status(signal));
    }
    low_level::emulate_default_handler(signal)
}

/// Returns the signals that are not ignored.
///
/// Where this is unknown, SIGHUP is left out, since the program may run under `nohup`.
pub(crate) fn without_ignored(signals: impl IntoIterator<Item = i32>) -> impl Iterator<Item = i32> {
    let ignored = ignored();
    signals.into_iter().filter(move |signal| match ignored {
        Some(mask) => mask & (1 << (signal - 1)) == 0,
        None => *signal != SIGHUP,
    })
}

fn is_process_1() -> bool {
    process::id() == 1
}

/// Returns the exit status that shells show for a signal.
const fn status(signal: i32) -> i32 {
    128 + signal
}

/// Returns the ignored signals as bits, if they are known.
///
/// The system call for other systems needs unsafe code.
fn ignored() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}
