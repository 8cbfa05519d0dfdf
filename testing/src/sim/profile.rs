//! What tells one simulated operating system from another.

use anteroom_core::rules::codes::UnixCodes;
use anteroom_core::rules::unix::Environment;
use anteroom_core::{Backlog, Failure, Operation, rules::codes::windows_failure};

use anteroom_conformance::Capability;
use anteroom_conformance::clauses::Platform;

/// Which operating system is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever runs them all has to know")]
pub enum Profile {
    /// Linux: modes are obeyed, names may be abstract, a client facing a full queue waits.
    Linux,
    /// macOS and the BSDs: modes of socket files are ignored, a full queue refuses, and a
    /// listening socket cannot be shut down.
    OtherUnix,
    /// Windows: names are no files and may be shared, waiting instances are the queue, and an
    /// accepted connection keeps its name alive.
    Pipes,
}

/// The variant of the results of simulated environments.
pub(crate) const VARIANT: &str = "simulated";

/// The greatest backlog of Linux.
const LINUX_SOMAXCONN: usize = 4096;

/// How many clients the BSDs queue at most.
const BSD_SOMAXCONN: usize = 128;

/// How many instances of a pipe wait at most.
const MOST_INSTANCES: usize = 64;

/// What macOS and the BSDs call their errors.
const BSD: UnixCodes = UnixCodes {
    eacces: 13,
    eaddrinuse: 48,
    ebadf: 9,
    econnaborted: 53,
    econnrefused: 61,
    einval: 22,
    eloop: 62,
    emfile: 24,
    enametoolong: 63,
    enfile: 23,
    enobufs: 55,
    enoent: 2,
    enomem: 12,
    enotdir: 20,
    enotsock: 38,
    eopnotsupp: 45,
    eperm: 1,
    eproto: 100,
    eprototype: 41,
    erofs: 30,
    etimedout: 60,
};

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Linux, Self::OtherUnix, Self::Pipes];

    /// Returns what an environment of this profile supports.
    pub fn capabilities(self) -> Vec<Capability> {
        let mut capabilities = vec![Capability::OwnProcess];
        if self != Self::Pipes {
            capabilities.extend([
                Capability::Descriptors,
                Capability::Files,
                Capability::Users,
            ]);
        }
        if self == Self::Linux {
            capabilities.extend([
                Capability::AbstractNames,
                Capability::LongQueue,
                Capability::Modes,
            ]);
        }
        if self.full_queue_waits() {
            capabilities.push(Capability::QueueWaits);
        }
        capabilities
    }

    /// Returns the simulated platform.
    pub const fn platform(self) -> Platform {
        match self {
            Self::Linux => Platform::Linux,
            Self::OtherUnix => Platform::OtherUnix,
            Self::Pipes => Platform::Windows,
        }
    }

    /// Returns the numbers of the errors; pipes have their own.
    pub(crate) const fn codes(self) -> UnixCodes {
        match self {
            Self::Linux | Self::Pipes => UnixCodes::LINUX,
            Self::OtherUnix => BSD,
        }
    }

    /// Returns the failure that a code stands for.
    pub(crate) const fn failure(self, operation: Operation, code: i32) -> Failure {
        match self {
            Self::Pipes => windows_failure(operation, code),
            Self::Linux | Self::OtherUnix => self.codes().failure(operation, code),
        }
    }

    /// Returns the code for having run out of descriptors or handles.
    pub(crate) const fn exhausted(self) -> i32 {
        match self {
            // NO_SYSTEM_RESOURCES
            Self::Pipes => 1450,
            Self::Linux | Self::OtherUnix => self.codes().emfile,
        }
    }

    /// Returns the code for a listener that is good for nothing any more.
    pub(crate) const fn broken(self) -> i32 {
        match self {
            // INVALID_HANDLE
            Self::Pipes => 6,
            Self::Linux | Self::OtherUnix => self.codes().einval,
        }
    }

    /// Returns the code for what would block.
    pub(crate) const fn would_block(self) -> i32 {
        match self {
            Self::Linux => 11,
            Self::OtherUnix => 35,
            // SEM_TIMEOUT
            Self::Pipes => 121,
        }
    }

    /// Returns the code for a socket of another type than the one looked for.
    pub(crate) const fn wrong_type(self) -> i32 {
        match self {
            Self::Linux | Self::Pipes => 91,
            Self::OtherUnix => 41,
        }
    }

    /// Returns what names depend on.
    pub(crate) const fn environment(self, temporary_directory: Option<&[u8]>) -> Environment<'_> {
        match self {
            Self::Linux | Self::Pipes => Environment::linux(temporary_directory),
            Self::OtherUnix => Environment::bsd(temporary_directory).ignoring_modes(),
        }
    }

    /// Returns whether the modes of socket files decide who may connect.
    pub(crate) const fn obeys_modes(self) -> bool {
        matches!(self, Self::Linux)
    }

    /// Returns whether a client that meets a full queue waits, rather than being refused.
    pub(crate) const fn full_queue_waits(self) -> bool {
        !matches!(self, Self::OtherUnix)
    }

    /// Returns whether an end that closes with unread bytes resets the connection.
    pub(crate) const fn unread_bytes_reset(self) -> bool {
        matches!(self, Self::Linux)
    }

    /// Returns why a listening socket cannot be shut down, where it cannot.
    pub(crate) const fn shutdown_error(self) -> Option<i32> {
        match self {
            // ENOTCONN: a socket that listens is not connected.
            Self::OtherUnix => Some(57),
            Self::Linux | Self::Pipes => None,
        }
    }

    /// Returns how many clients a listener queues that was told this.
    pub(crate) fn queue_capacity(self, backlog: Backlog) -> usize {
        let asked = match backlog {
            Backlog::Limited(count) => usize::try_from(count).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        match self {
            // One more than it is told.
            Self::Linux => asked.min(LINUX_SOMAXCONN) + 1,
            // Half as many more.
            Self::OtherUnix => asked.min(BSD_SOMAXCONN) * 3 / 2 + 1,
            Self::Pipes => asked.clamp(1, MOST_INSTANCES),
        }
    }

    /// Returns how many bytes one direction of a connection buffers.
    pub(crate) const fn buffer_size(self) -> usize {
        match self {
            Self::Linux => 160 * 1024,
            Self::OtherUnix => 8 * 1024,
            Self::Pipes => 64 * 1024,
        }
    }
}
