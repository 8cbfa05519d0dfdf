//! Where it was measured.

use std::fs;
use std::thread;

/// Returns the machine, the system, the compiler and the compared crates in a few words.
pub(crate) fn facts() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let build = if cfg!(debug_assertions) {
        "debug build, whose figures mean nothing"
    } else {
        "release build"
    };
    format!(
        "{}, {cores} CPUs, {} {}; {}, {build}; {}",
        processor(),
        std::env::consts::OS,
        kernel.trim(),
        env!("BENCH_COMPILER"),
        env!("BENCH_CRATES"),
    )
}

/// Returns how many tasks wanted a CPU in the last minute, where the system tells.
pub(crate) fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_ascii_whitespace().next()?.parse().ok()
}

/// Returns how many bytes of memory a process has, where the system tells.
pub(crate) fn memory(process: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == "model name").then(|| value.trim().to_owned())
    });
    model.unwrap_or_else(|| format!("unknown {} processor", std::env::consts::ARCH))
}
