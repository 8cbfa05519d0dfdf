//! The rules of the platforms, as pure functions that can be tested on any host.
//!
//! They resolve names to paths, options to file modes, and error codes to error kinds. System calls
//! do not belong here.

pub mod codes;
pub mod unix;
pub mod windows;

use crate::{Detail, Operation, SocketOptions};

/// Returns the mode of the socket file for the access options.
///
/// Returns `None` without access options. The platform's default applies then: `0777` less the umask
/// on Unix.
///
/// # Examples
///
/// ```
/// use anteroom_core::{rules, SocketOptions};
///
/// assert_eq!(rules::mode(SocketOptions::USER | SocketOptions::GROUP), Some(0o770));
/// assert_eq!(rules::mode(SocketOptions::empty()), None);
/// ```
//= OPT-2
//= OPT-3, OPT-4, OPT-5, OPT-6, OPT-7, OPT-8
pub const fn mode(options: SocketOptions) -> Option<u32> {
    let mut mode = 0;
    if options.contains(SocketOptions::USER) {
        mode |= 0o700;
    }
    if options.contains(SocketOptions::GROUP) {
        mode |= 0o070;
    }
    if options.contains(SocketOptions::OTHER) {
        mode |= 0o007;
    }
    if mode == 0 { None } else { Some(mode) }
}

/// Returns the reason why the options cannot be enforced, if there is one.
//= OPT-3, OPT-11
fn unenforceable(
    options: SocketOptions,
    enforces_access: bool,
    operation: Operation,
) -> Option<Detail> {
    let access = options.access();
    if !SocketOptions::all().contains(options) {
        return Some(Detail::UnknownOptions);
    }
    if operation != Operation::Listen {
        return (!access.is_empty()).then_some(Detail::AccessOfClient);
    }
    if access.is_empty() || access == SocketOptions::WORLD {
        None
    } else if options.contains(SocketOptions::ABSTRACT) {
        Some(Detail::AccessOfAbstractName)
    } else if enforces_access {
        None
    } else {
        Some(Detail::AccessNotEnforced)
    }
}
