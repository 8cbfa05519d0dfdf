use std::io;

use anteroom_core::rules::codes::UnixCodes;
use anteroom_core::{ErrorKind, Failure, Operation};
use rustix::io::Errno;

/// The error numbers of this system.
pub const CODES: UnixCodes = UnixCodes {
    eacces: Errno::ACCESS.raw_os_error(),
    eaddrinuse: Errno::ADDRINUSE.raw_os_error(),
    ebadf: Errno::BADF.raw_os_error(),
    econnaborted: Errno::CONNABORTED.raw_os_error(),
    econnrefused: Errno::CONNREFUSED.raw_os_error(),
    einval: Errno::INVAL.raw_os_error(),
    eloop: Errno::LOOP.raw_os_error(),
    emfile: Errno::MFILE.raw_os_error(),
    enametoolong: Errno::NAMETOOLONG.raw_os_error(),
    enfile: Errno::NFILE.raw_os_error(),
    enobufs: Errno::NOBUFS.raw_os_error(),
    enoent: Errno::NOENT.raw_os_error(),
    enomem: Errno::NOMEM.raw_os_error(),
    enotdir: Errno::NOTDIR.raw_os_error(),
    enotsock: Errno::NOTSOCK.raw_os_error(),
    eopnotsupp: Errno::OPNOTSUPP.raw_os_error(),
    eperm: Errno::PERM.raw_os_error(),
    eproto: Errno::PROTO.raw_os_error(),
    eprototype: Errno::PROTOTYPE.raw_os_error(),
    erofs: Errno::ROFS.raw_os_error(),
    etimedout: Errno::TIMEDOUT.raw_os_error(),
};

/// Converts the error of a system call.
pub(super) const fn failure(operation: Operation, code: Errno) -> Failure {
    CODES.failure(operation, code.raw_os_error())
}

/// Converts an error of the standard library or of a runtime.
///
/// Without a code of the operating system it is [`Unknown`](ErrorKind::Unknown), and has none.
pub fn io_failure(operation: Operation, error: &io::Error) -> Failure {
    error.raw_os_error().map_or_else(
        || Failure::new(operation, ErrorKind::Unknown),
        |code| CODES.failure(operation, code),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_library_refuses_itself_has_no_code() {
        let error = std::fs::metadata("a name with a \0").unwrap_err();

        let failure = io_failure(Operation::Inspect, &error);

        let expected = Failure::new(Operation::Inspect, ErrorKind::Unknown);
        assert_eq!(failure, expected);
    }

    #[test]
    #[cfg(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))]
    fn the_table_of_the_core_is_that_of_this_system() {
        assert_eq!(CODES, UnixCodes::LINUX);
    }
}
