//! Names on Unix.

use alloc::vec::Vec;

use super::{unenforceable, windows};
use crate::{Detail, ErrorKind, Failure, ListenOptions, Operation, ServerName, SocketOptions};

/// The size of a socket address on Linux, in bytes. It includes the terminating NUL of a path.
pub const LINUX_ADDRESS_SIZE: usize = 108;

/// The size of a socket address on macOS and the BSDs, in bytes, with the terminating NUL.
pub const BSD_ADDRESS_SIZE: usize = 104;

/// A socket address on Unix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a local socket has a path or an abstract name"
)]
pub enum Address {
    /// A path in the file system.
    Path(ServerName),
    /// A name in the abstract namespace of Linux, without its leading NUL.
    Abstract(ServerName),
}

impl Address {
    /// Returns the full server name.
    pub const fn full_name(&self) -> &ServerName {
        match self {
            Self::Path(name) | Self::Abstract(name) => name,
        }
    }
}

/// The platform and the environment, on which the resolution of names depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Environment<'a> {
    /// The value of `TMPDIR`, if it is set.
    pub temporary_directory: Option<&'a [u8]>,
    /// The size of a socket address in bytes, with the terminating NUL of a path.
    pub address_size: usize,
    /// Whether the platform has an abstract namespace.
    pub has_abstract_names: bool,
    /// Whether the kernel checks the mode of a socket file when a client connects.
    pub enforces_modes: bool,
}

impl<'a> Environment<'a> {
    /// Creates the environment of Linux with this value of `TMPDIR`.
    pub const fn linux(temporary_directory: Option<&'a [u8]>) -> Self {
        Self {
            temporary_directory,
            address_size: LINUX_ADDRESS_SIZE,
            has_abstract_names: true,
            enforces_modes: true,
        }
    }

    /// Creates the environment of macOS and the BSDs with this value of `TMPDIR`.
    pub const fn bsd(temporary_directory: Option<&'a [u8]>) -> Self {
        Self {
            temporary_directory,
            address_size: BSD_ADDRESS_SIZE,
            has_abstract_names: false,
            enforces_modes: true,
        }
    }

    /// Declares that the kernel ignores the modes of socket files.
    #[must_use]
    pub const fn ignoring_modes(self) -> Self {
        Self {
            enforces_modes: false,
            ..self
        }
    }
}

/// Resolves a name to a socket address, for servers, clients and `remove_server`.
///
/// A name that begins with a slash is a path. A plain name is a socket in the temporary directory:
/// `$TMPDIR` if it is set and not empty, else `/tmp`. An abstract name is the address.
///
/// # Errors
///
/// Returns a [name error](ErrorKind::Name) if the name is empty, contains a NUL byte or is longer
/// than an address, or if `$TMPDIR` is not an absolute path.
///
/// Returns [`ErrorKind::Unsupported`] for an abstract name on a platform without them, and for
/// options that cannot be enforced: see [`SocketOptions`].
///
/// Names in other notations are name errors, too. Each one has a [`Detail`], whose text says what
/// to write instead:
///
/// | name | detail |
/// |---|---|
/// | `./x`, `run/x`, `.`, `..` | [`RelativePath`](Detail::RelativePath) |
/// | `~/x`, `$TMPDIR/x` | [`ShellSyntax`](Detail::ShellSyntax) |
/// | `unix:x`, `unix:///x`, `unix:@x`, `file:///x` | [`Url`](Detail::Url) |
/// | `/x/`, `/` | [`TrailingSlash`](Detail::TrailingSlash) |
/// | `@x` | [`AtSign`](Detail::AtSign) |
/// | `\\.\pipe\x` | [`WindowsPipe`](Detail::WindowsPipe) |
///
/// All other names without a slash are plain names, such as `~`, `$x`, `vsock:1:2` and `C:\x`.
/// `//./pipe/x` is a path.
///
/// # Examples
///
/// ```
/// use anteroom_core::rules::unix::{resolve, Environment};
/// use anteroom_core::{Operation, ServerName, SocketOptions};
///
/// let environment = Environment::linux(Some(b"/run/user/1000"));
/// let address = resolve(
///     &ServerName::from("editor"),
///     SocketOptions::empty(),
///     environment,
///     Operation::Listen,
/// )?;
/// assert_eq!(address.full_name().as_bytes(), b"/run/user/1000/editor");
/// # Ok::<(), anteroom_core::Failure>(())
/// ```
//= CON-1
//= FULL-3, FULL-5, LIS-5, Q6-1
pub fn resolve(
    name: &ServerName,
    options: SocketOptions,
    environment: Environment<'_>,
    operation: Operation,
) -> Result<Address, Failure> {
    let name_error = |detail| Failure::new(operation, ErrorKind::Name).with_detail(detail);
    if let Some(detail) = unenforceable(options, environment.enforces_modes, operation) {
        return Err(Failure::new(operation, ErrorKind::Unsupported).with_detail(detail));
    }
    if name.is_empty() {
        return Err(name_error(Detail::EmptyName));
    }
    if options.contains(SocketOptions::ABSTRACT) {
        if !environment.has_abstract_names {
            return Err(Failure::new(operation, ErrorKind::Unsupported)
                .with_detail(Detail::NoAbstractNamespace));
        }
        // The leading NUL counts like the terminating NUL of a path.
        return fits(name.clone(), environment)
            .map(Address::Abstract)
            .map_err(name_error);
    }
    if name.as_bytes().contains(&0) {
        return Err(name_error(Detail::NulInName));
    }
    if let Some(detail) = other_notation(name.as_bytes()) {
        return Err(name_error(detail));
    }
    let path = if name.as_bytes().starts_with(b"/") {
        name.clone()
    } else {
        in_temporary_directory(name, environment).map_err(name_error)?
    };
    fits(path, environment)
        .map(Address::Path)
        .map_err(name_error)
}

/// Resolves the name of a server, and checks that its options can be enforced.
///
/// # Errors
///
/// As [`resolve`]. Also returns [`ErrorKind::Unsupported`] for an owner of an abstract name, which
/// has no file, and for the id [`u32::MAX`].
//= OPT-3, Q6-1
pub fn resolve_to_listen(
    name: &ServerName,
    options: ListenOptions,
    environment: Environment<'_>,
) -> Result<Address, Failure> {
    let address = resolve(name, options.socket, environment, Operation::Listen)?;
    // chown(2) keeps the owner for this id.
    if [options.owner.user, options.owner.group].contains(&Some(u32::MAX)) {
        return Err(Failure::new(Operation::Listen, ErrorKind::Unsupported)
            .with_detail(Detail::OwnerRefused));
    }
    match address {
        Address::Abstract(_) if !options.owner.is_default() => {
            Err(Failure::new(Operation::Listen, ErrorKind::Unsupported)
                .with_detail(Detail::AccessOfAbstractName))
        }
        address => Ok(address),
    }
}

/// Returns the detail of a name in another notation than a full path or a plain name.
//= FULL-2, LIS-4
fn other_notation(name: &[u8]) -> Option<Detail> {
    let slash = name.iter().position(|byte| *byte == b'/');
    match (name, slash) {
        ([.., b'/'], Some(0)) => Some(Detail::TrailingSlash),
        (_, Some(0)) => None,
        ([b'@', ..], _) => Some(Detail::AtSign),
        _ if windows::has_prefix(name) => Some(Detail::WindowsPipe),
        ([b'~' | b'$', ..], Some(_)) => Some(Detail::ShellSyntax),
        (_, Some(slash)) if has_scheme(&name[..slash]) => Some(Detail::Url),
        _ if name.starts_with(b"unix:") || name.starts_with(b"unix-abstract:") => Some(Detail::Url),
        (b"." | b"..", _) | (_, Some(_)) => Some(Detail::RelativePath),
        (_, None) => None,
    }
}

/// Returns whether the text begins with a URL scheme. A single letter is a drive of Windows.
fn has_scheme(text: &[u8]) -> bool {
    let end = text.iter().position(|byte| *byte == b':');
    end.is_some_and(|end| end > 1 && text[..end].iter().all(u8::is_ascii_alphanumeric))
}

//= FULL-2, LIS-4
fn in_temporary_directory(
    name: &ServerName,
    environment: Environment<'_>,
) -> Result<ServerName, Detail> {
    let directory = match environment.temporary_directory {
        None | Some([]) => b"/tmp",
        Some(directory) => directory,
    };
    if !directory.starts_with(b"/") || directory.contains(&0) {
        return Err(Detail::RelativeTemporaryDirectory);
    }
    let mut path = Vec::with_capacity(directory.len() + 1 + name.as_bytes().len());
    path.extend_from_slice(directory);
    if !path.ends_with(b"/") {
        path.push(b'/');
    }
    path.extend_from_slice(name.as_bytes());
    Ok(ServerName::from(path))
}

fn fits(full_name: ServerName, environment: Environment<'_>) -> Result<ServerName, Detail> {
    let limit = environment.address_size.saturating_sub(1);
    let length = full_name.as_bytes().len();
    if length > limit {
        Err(Detail::TooLong { length, limit })
    } else {
        Ok(full_name)
    }
}
