use anteroom_std::{Detail, ErrorKind};
use rustix::io;

/// What strace makes a call fail with, and what the library has to report for it.
#[derive(Clone, Copy)]
pub(crate) struct Errno {
    pub(crate) name: &'static str,
    pub(crate) code: i32,
    pub(crate) kind: ErrorKind,
    /// What the code tells beyond the kind.
    pub(crate) detail: Detail,
}

impl Errno {
    /// Written by hand, so that the library's own table is compared with something.
    pub(crate) const ALL: [Self; 25] = [
        new("EACCES", io::Errno::ACCESS, ErrorKind::Access),
        new("EPERM", io::Errno::PERM, ErrorKind::Access),
        new("EADDRINUSE", io::Errno::ADDRINUSE, ErrorKind::AddressInUse),
        new("ENOENT", io::Errno::NOENT, ErrorKind::NotFound),
        new("ENOTDIR", io::Errno::NOTDIR, ErrorKind::Name).telling(Detail::NotADirectory),
        new("ENAMETOOLONG", io::Errno::NAMETOOLONG, ErrorKind::Name).telling(Detail::PartTooLong),
        new("ELOOP", io::Errno::LOOP, ErrorKind::Name).telling(Detail::LinkLoop),
        new("EROFS", io::Errno::ROFS, ErrorKind::Name).telling(Detail::ReadOnly),
        new("EMFILE", io::Errno::MFILE, ErrorKind::Resources),
        new("ENFILE", io::Errno::NFILE, ErrorKind::Resources),
        new("ENOBUFS", io::Errno::NOBUFS, ErrorKind::Resources),
        new("ENOMEM", io::Errno::NOMEM, ErrorKind::Resources),
        new("EINTR", io::Errno::INTR, ErrorKind::Unknown),
        new("EAGAIN", io::Errno::AGAIN, ErrorKind::Unknown),
        new("ECONNABORTED", io::Errno::CONNABORTED, ErrorKind::Unknown),
        new("ECONNREFUSED", io::Errno::CONNREFUSED, ErrorKind::Refused),
        new("EPROTO", io::Errno::PROTO, ErrorKind::Unknown),
        new("EINVAL", io::Errno::INVAL, ErrorKind::Unknown),
        new("EPROTOTYPE", io::Errno::PROTOTYPE, ErrorKind::Unknown)
            .telling(Detail::OtherSocketType),
        new("EBADF", io::Errno::BADF, ErrorKind::Unknown),
        new("ENOTSOCK", io::Errno::NOTSOCK, ErrorKind::Unknown),
        new("EOPNOTSUPP", io::Errno::OPNOTSUPP, ErrorKind::Unknown),
        new("EIO", io::Errno::IO, ErrorKind::Unknown),
        new("ENOSPC", io::Errno::NOSPC, ErrorKind::Unknown),
        new("ETIMEDOUT", io::Errno::TIMEDOUT, ErrorKind::TimedOut),
    ];

    /// Finds the one that is injected; `NONE` is that nothing is.
    pub(crate) fn injected(name: &str) -> Result<Option<Self>, ()> {
        if name == "NONE" {
            return Ok(None);
        }
        let found = Self::ALL.into_iter().find(|errno| errno.name == name);
        found.map(Some).ok_or(())
    }

    /// Returns the kind and the detail, as the page shows them.
    pub(crate) fn meaning(self) -> String {
        match self.detail {
            Detail::None => format!("`{:?}`", self.kind),
            detail => format!("`{:?}`, `{detail:?}`", self.kind),
        }
    }

    /// Returns whether this error means that a file does not exist.
    pub(crate) fn says_absent(self) -> bool {
        ["ENOENT", "ENOTDIR"].contains(&self.name)
    }
}

const fn new(name: &'static str, errno: io::Errno, kind: ErrorKind) -> Errno {
    Errno {
        name,
        code: errno.raw_os_error(),
        kind,
        detail: Detail::None,
    }
}

impl Errno {
    const fn telling(self, detail: Detail) -> Self {
        Self { detail, ..self }
    }
}
