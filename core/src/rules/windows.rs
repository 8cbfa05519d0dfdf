//! Names on Windows.

use alloc::vec::Vec;

use super::unenforceable;
use crate::{Detail, ErrorKind, Failure, ListenOptions, Operation, ServerName, SocketOptions};

/// The directory of all named pipes.
pub const PIPE_PREFIX: &str = r"\\.\pipe\";

/// The maximal length of a pipe's full name, in UTF-16 code units.
pub const PIPE_NAME_LIMIT: usize = 256;

/// Resolves a name to the full name of a pipe, for servers, clients and `remove_server`.
///
/// A name that begins with `\\.\pipe\` (in any case) is the full name. To any other name, that
/// prefix is added.
///
/// # Errors
///
/// Returns a [name error](ErrorKind::Name) if the name is empty, contains a NUL byte, or is longer
/// than [`PIPE_NAME_LIMIT`].
///
/// Returns [`ErrorKind::Unsupported`] for an abstract name, and for options that cannot be
/// enforced: see [`SocketOptions`].
///
/// # Examples
///
/// ```
/// use anteroom_core::rules::windows::resolve;
/// use anteroom_core::{Operation, ServerName, SocketOptions};
///
/// let name = ServerName::from("editor");
/// let full = resolve(&name, SocketOptions::empty(), Operation::Listen)?;
/// assert_eq!(full.as_bytes(), br"\\.\pipe\editor");
/// # Ok::<(), anteroom_core::Failure>(())
/// ```
//= LIS-4
//= FULL-4, LIS-10
pub fn resolve(
    name: &ServerName,
    options: SocketOptions,
    operation: Operation,
) -> Result<ServerName, Failure> {
    let name_error = |detail| Failure::new(operation, ErrorKind::Name).with_detail(detail);
    if let Some(detail) = unenforceable(options, true, operation) {
        return Err(Failure::new(operation, ErrorKind::Unsupported).with_detail(detail));
    }
    if options.contains(SocketOptions::ABSTRACT) {
        return Err(Failure::new(operation, ErrorKind::Unsupported)
            .with_detail(Detail::NoAbstractNamespace));
    }
    if name.is_empty() || name.as_bytes().eq_ignore_ascii_case(PIPE_PREFIX.as_bytes()) {
        return Err(name_error(Detail::EmptyName));
    }
    if name.as_bytes().contains(&0) {
        return Err(name_error(Detail::NulInName));
    }
    let full = if has_prefix(name.as_bytes()) {
        name.clone()
    } else {
        let mut full = Vec::with_capacity(PIPE_PREFIX.len() + name.as_bytes().len());
        full.extend_from_slice(PIPE_PREFIX.as_bytes());
        full.extend_from_slice(name.as_bytes());
        ServerName::from(full)
    };
    let length = utf16_length(full.as_bytes());
    if length > PIPE_NAME_LIMIT {
        return Err(name_error(Detail::TooManyUnits {
            length,
            limit: PIPE_NAME_LIMIT,
        }));
    }
    Ok(full)
}

/// Resolves the name of a server, and checks that its options can be enforced.
///
/// # Errors
///
/// As [`resolve`]. Also returns [`ErrorKind::Unsupported`] for an owner.
pub fn resolve_to_listen(name: &ServerName, options: ListenOptions) -> Result<ServerName, Failure> {
    if !options.owner.is_default() {
        let failure = Failure::new(Operation::Listen, ErrorKind::Unsupported);
        return Err(failure.with_detail(Detail::NoOwner));
    }
    resolve(name, options.socket, Operation::Listen)
}

pub(super) fn has_prefix(name: &[u8]) -> bool {
    name.get(..PIPE_PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PIPE_PREFIX.as_bytes()))
}

/// Returns the length in UTF-16 code units: two for a sequence of four bytes, one for any other.
fn utf16_length(wtf8: &[u8]) -> usize {
    wtf8.iter()
        .map(|byte| match byte {
            0x80..=0xBF => 0,
            0xF0..=0xFF => 2,
            _ => 1,
        })
        .sum()
}
