//! The test that a second process of the test program enters by.
//!
//! What only another process can do, since it gives up its rights for good, is done by the test
//! program again: told to run the test `child_entry`, it finds its errand in the environment.

use std::sync::OnceLock;

/// The name of the test that carries out errands.
static ENTRY: OnceLock<String> = OnceLock::new();

/// Tells by which name the test program knows `child_entry`.
pub(super) fn announce_entry(test: String) {
    // Any suite's entry will do, so the first one stays.
    let _ = ENTRY.set(test);
}

/// Returns the name by which the test program knows `child_entry`.
#[cfg(unix)]
pub(crate) fn entry() -> &'static str {
    ENTRY
        .get()
        .expect("a suite runs, and has announced its entry")
}

/// Carries out the errand that the environment names, and ends the process; else does nothing.
///
/// Called by the generated test `child_entry`.
pub fn enter() {
    #[cfg(unix)]
    crate::os_world::carry_out_errand();
}
