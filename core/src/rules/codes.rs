//! The error codes of the operating systems.

use crate::{AcceptFailure, Detail, ErrorKind, Failure, Operation};

/// The error numbers of a Unix.
///
/// They differ between systems, so the platform layer fills this table from the constants of its
/// target. [`LINUX`](Self::LINUX) is for simulations and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a platform layer sets every number"
)]
#[expect(missing_docs, reason = "each field is named after its POSIX constant")]
pub struct UnixCodes {
    pub eacces: i32,
    pub eaddrinuse: i32,
    pub ebadf: i32,
    pub econnaborted: i32,
    pub econnrefused: i32,
    pub einval: i32,
    pub eloop: i32,
    pub emfile: i32,
    pub enametoolong: i32,
    pub enfile: i32,
    pub enobufs: i32,
    pub enoent: i32,
    pub enomem: i32,
    pub enotdir: i32,
    pub enotsock: i32,
    pub eopnotsupp: i32,
    pub eperm: i32,
    pub eproto: i32,
    pub eprototype: i32,
    pub erofs: i32,
    pub etimedout: i32,
}

impl UnixCodes {
    /// The numbers of Linux on most architectures.
    pub const LINUX: Self = Self {
        eacces: 13,
        eaddrinuse: 98,
        ebadf: 9,
        econnaborted: 103,
        econnrefused: 111,
        einval: 22,
        eloop: 40,
        emfile: 24,
        enametoolong: 36,
        enfile: 23,
        enobufs: 105,
        enoent: 2,
        enomem: 12,
        enotdir: 20,
        enotsock: 88,
        eopnotsupp: 95,
        eperm: 1,
        eproto: 71,
        eprototype: 91,
        erofs: 30,
        etimedout: 110,
    };

    /// Returns the error kind of a code.
    ///
    /// # Examples
    ///
    /// ```
    /// use anteroom_core::rules::codes::UnixCodes;
    /// use anteroom_core::ErrorKind;
    ///
    /// assert_eq!(UnixCodes::LINUX.kind(13), ErrorKind::Access);
    /// assert_eq!(UnixCodes::LINUX.kind(5), ErrorKind::Unknown);
    /// ```
    //= ERR-5
    pub const fn kind(&self, code: i32) -> ErrorKind {
        if code == self.eacces || code == self.eperm {
            ErrorKind::Access
        } else if code == self.eaddrinuse {
            ErrorKind::AddressInUse
        } else if code == self.enoent {
            ErrorKind::NotFound
        } else if code == self.enotdir
            || code == self.enametoolong
            || code == self.eloop
            || code == self.erofs
        {
            ErrorKind::Name
        } else if self.is_exhaustion(code) {
            ErrorKind::Resources
        } else if code == self.econnrefused {
            ErrorKind::Refused
        } else if code == self.etimedout {
            ErrorKind::TimedOut
        } else {
            ErrorKind::Unknown
        }
    }

    /// Returns the failure of a code.
    pub const fn failure(&self, operation: Operation, code: i32) -> Failure {
        Failure::new(operation, self.kind(code))
            .with_code(code)
            .with_detail(self.detail(code))
    }

    /// Returns the detail of a code, where several codes have one kind.
    const fn detail(&self, code: i32) -> Detail {
        if code == self.enotdir {
            Detail::NotADirectory
        } else if code == self.eloop {
            Detail::LinkLoop
        } else if code == self.erofs {
            Detail::ReadOnly
        } else if code == self.enametoolong {
            Detail::PartTooLong
        } else if code == self.eprototype {
            Detail::OtherSocketType
        } else {
            Detail::None
        }
    }

    /// Returns the failure of `accept`, and how the server reacts to it.
    ///
    /// Unknown codes count as exhaustion, since a back-off neither closes the server nor spins.
    pub const fn accept_failure(&self, code: i32) -> AcceptFailure {
        let failure = self.failure(Operation::Accept, code);
        if code == self.econnaborted || code == self.eproto {
            AcceptFailure::Transient(failure)
        } else if code == self.ebadf
            || code == self.einval
            || code == self.enotsock
            || code == self.eopnotsupp
        {
            AcceptFailure::Fatal(failure)
        } else {
            AcceptFailure::Exhausted(failure)
        }
    }

    const fn is_exhaustion(&self, code: i32) -> bool {
        code == self.emfile || code == self.enfile || code == self.enobufs || code == self.enomem
    }
}

/// Returns the error kind of a Windows code.
///
/// # Examples
///
/// ```
/// use anteroom_core::rules::codes::windows_kind;
/// use anteroom_core::ErrorKind;
///
/// assert_eq!(windows_kind(5), ErrorKind::Access);
/// ```
//= ERR-3
pub const fn windows_kind(code: i32) -> ErrorKind {
    match code {
        // ACCESS_DENIED
        5 => ErrorKind::Access,
        // ALREADY_EXISTS
        183 => ErrorKind::AddressInUse,
        // FILE_NOT_FOUND, PATH_NOT_FOUND
        2 | 3 => ErrorKind::NotFound,
        // INVALID_NAME, BAD_PATHNAME, FILENAME_EXCED_RANGE
        123 | 161 | 206 => ErrorKind::Name,
        // TOO_MANY_OPEN_FILES, NOT_ENOUGH_MEMORY, OUTOFMEMORY, NO_SYSTEM_RESOURCES,
        // WORKING_SET_QUOTA, COMMITMENT_LIMIT, NOT_ENOUGH_QUOTA
        4 | 8 | 14 | 1450 | 1453 | 1455 | 1816 => ErrorKind::Resources,
        // SEM_TIMEOUT, WAIT_TIMEOUT
        121 | 258 => ErrorKind::TimedOut,
        // NOT_SUPPORTED, CALL_NOT_IMPLEMENTED
        50 | 120 => ErrorKind::Unsupported,
        _ => ErrorKind::Unknown,
    }
}

/// Returns the failure of a Windows code.
pub const fn windows_failure(operation: Operation, code: i32) -> Failure {
    Failure::new(operation, windows_kind(code)).with_code(code)
}

/// Returns the failure of an accept on Windows, and how the server reacts to it.
///
/// `INVALID_HANDLE` is fatal. All other codes cause a back-off.
pub const fn windows_accept_failure(code: i32) -> AcceptFailure {
    let failure = windows_failure(Operation::Accept, code);
    match code {
        6 => AcceptFailure::Fatal(failure),
        _ => AcceptFailure::Exhausted(failure),
    }
}
