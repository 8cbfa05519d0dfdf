//! The clauses that lack something, and why.

use core::fmt;

use crate::clauses::{self, Clause};

/// What a clause can lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lacks {
    /// A minimal case.
    Case,
    /// An implementation mark.
    Mark,
    /// Both.
    Both,
}

impl fmt::Display for Lacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Case => "minimal case",
            Self::Mark => "implementation mark",
            Self::Both => "minimal case, implementation mark",
        })
    }
}

/// Why a clause lacks something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exception {
    pub(super) clause: Clause,
    pub(super) lacks: Lacks,
    pub(super) reason: &'static str,
}

impl Exception {
    /// Returns whether it excuses the clause from this.
    pub(super) fn excuses(&self, clause: Clause, lack: Lacks) -> bool {
        self.clause == clause && (self.lacks == lack || self.lacks == Lacks::Both)
    }
}

const NO_WINDOWS: &str = "There is no backend for Windows yet.";
const NO_MEMBER: &str =
    "There is no such member, by decision; the documentation says what to do instead.";

const fn lacks(clause: Clause, lacks: Lacks, reason: &'static str) -> Exception {
    Exception {
        clause,
        lacks,
        reason,
    }
}

/// Every exception. One that is not needed any more is a problem, too.
pub(super) const EXCEPTIONS: &[Exception] = &[
    lacks(clauses::VIRT_1, Lacks::Both, NO_MEMBER),
    lacks(clauses::VIRT_2, Lacks::Both, NO_MEMBER),
    lacks(clauses::OPT_12, Lacks::Both, NO_WINDOWS),
    lacks(clauses::OPT_13, Lacks::Both, NO_WINDOWS),
    lacks(clauses::OPT_14, Lacks::Both, NO_WINDOWS),
    lacks(clauses::FULL_4, Lacks::Case, NO_WINDOWS),
    lacks(clauses::LIS_8, Lacks::Both, NO_WINDOWS),
    lacks(clauses::LIS_10, Lacks::Case, NO_WINDOWS),
    lacks(clauses::FD_6, Lacks::Both, NO_WINDOWS),
    lacks(clauses::REM_4, Lacks::Both, NO_WINDOWS),
];
