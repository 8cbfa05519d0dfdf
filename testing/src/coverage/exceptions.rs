//! The clauses that lack something, and why.

use core::fmt;

use anteroom_conformance::clauses::{self, Clause};

/// What a clause can lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lacks {
    /// A minimal case.
    Case,
    /// A server on which such a case runs.
    Run,
    /// An implementation mark.
    Mark,
}

impl fmt::Display for Lacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Case => "minimal case",
            Self::Run => "real server on which a case runs",
            Self::Mark => "implementation mark",
        })
    }
}

/// Why a clause lacks something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exception {
    pub(super) clause: Clause,
    pub(super) lacks: &'static [Lacks],
    pub(super) reason: &'static str,
}

impl Exception {
    /// Returns whether it excuses the clause from this.
    pub(super) fn excuses(&self, clause: Clause, lack: Lacks) -> bool {
        self.clause == clause && self.lacks.contains(&lack)
    }
}

const NO_WINDOWS: &str = "There is no backend for Windows yet.";
const NO_MEMBER: &str =
    "There is no such member, by decision; the documentation says what to do instead.";

const NOWHERE: &[Lacks] = &[Lacks::Case, Lacks::Run, Lacks::Mark];
const NOT_RUN: &[Lacks] = &[Lacks::Run];
const NOT_WRITTEN: &[Lacks] = &[Lacks::Run, Lacks::Mark];

const fn lacks(clause: Clause, lacks: &'static [Lacks], reason: &'static str) -> Exception {
    Exception {
        clause,
        lacks,
        reason,
    }
}

/// Every exception. One that is not needed any more is a problem, too.
pub(super) const EXCEPTIONS: &[Exception] = &[
    lacks(clauses::VIRT_1, NOWHERE, NO_MEMBER),
    lacks(clauses::VIRT_2, NOWHERE, NO_MEMBER),
    lacks(clauses::OPT_12, NOWHERE, NO_WINDOWS),
    lacks(clauses::OPT_13, NOWHERE, NO_WINDOWS),
    lacks(clauses::OPT_14, NOWHERE, NO_WINDOWS),
    lacks(clauses::FULL_4, NOT_RUN, NO_WINDOWS),
    lacks(clauses::LIS_8, NOT_WRITTEN, NO_WINDOWS),
    lacks(clauses::LIS_10, NOT_RUN, NO_WINDOWS),
    lacks(clauses::FD_6, NOWHERE, NO_WINDOWS),
    lacks(clauses::REM_4, NOT_WRITTEN, NO_WINDOWS),
];
