//! The clauses: every behaviour that a server promises, one constant each.
//!
//! A case, a document or a test cites a clause by its constant ([`LIS_2`]); citing one that does
//! not exist does not compile. Source files cite clauses by their id in a mark such as
//! `//= LIS-2`, which is checked by a test.

#[macro_use]
mod declare;
mod table;

use core::fmt;

pub use table::*;

/// One promise.
///
/// # Examples
///
/// ```
/// use anteroom_conformance::clauses::{self, Scope};
///
/// assert_eq!(clauses::LIS_2.id(), "LIS-2");
/// assert_eq!(clauses::LIS_2.section(), "listen(name)");
/// assert_eq!(clauses::LIS_2.scope(), Scope::Everywhere);
/// assert!(!clauses::LIS_2.is_decision());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clause {
    id: &'static str,
    section: &'static str,
    scope: Scope,
    is_decision: bool,
    text: &'static str,
}

impl Clause {
    /// Finds the clause with this id, such as `LIS-2`.
    pub fn find(id: &str) -> Option<Self> {
        CLAUSES.iter().find(|clause| clause.id == id).copied()
    }

    /// Returns the id.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the title of the section which the clause stands in.
    pub const fn section(&self) -> &'static str {
        self.section
    }

    /// Returns where the clause applies.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns whether the clause holds a decision of ours.
    ///
    /// A decision fills a gap of the documented behaviour, or departs from what real Qt does.
    pub const fn is_decision(&self) -> bool {
        self.is_decision
    }

    /// Returns what is promised; what follows `D:` in it is the decision.
    pub const fn text(&self) -> &'static str {
        self.text
    }
}

impl fmt::Debug for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// On which platforms a clause applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// On every platform.
    Everywhere,
    /// On every Unix.
    Unix,
    /// On Linux alone.
    Linux,
    /// On Windows alone.
    Windows,
}

impl Scope {
    /// Returns whether a clause of this scope applies on the platform.
    pub const fn includes(self, platform: Platform) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Unix => matches!(platform, Platform::Linux | Platform::OtherUnix),
            Self::Linux => matches!(platform, Platform::Linux),
            Self::Windows => matches!(platform, Platform::Windows),
        }
    }

    /// Returns the one letter that tables show.
    pub const fn letter(self) -> char {
        match self {
            Self::Everywhere => 'A',
            Self::Unix => 'U',
            Self::Linux => 'L',
            Self::Windows => 'W',
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Everywhere => "every platform",
            Self::Unix => "Unix",
            Self::Linux => "Linux",
            Self::Windows => "Windows",
        })
    }
}

/// The platform that a world belongs to, or that it simulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Linux.
    Linux,
    /// macOS or one of the BSDs.
    OtherUnix,
    /// Windows.
    Windows,
}

impl Platform {
    /// Returns the platform that this build is for.
    pub const fn current() -> Self {
        if cfg!(any(target_os = "linux", target_os = "android")) {
            Self::Linux
        } else if cfg!(windows) {
            Self::Windows
        } else {
            Self::OtherUnix
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linux => "Linux",
            Self::OtherUnix => "a Unix other than Linux",
            Self::Windows => "Windows",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_clause_once() {
        assert_eq!(CLAUSES.len(), 106);
        for (index, clause) in CLAUSES.iter().enumerate() {
            let first = CLAUSES.iter().position(|other| other.id == clause.id);
            assert_eq!(first, Some(index), "{clause} stands twice in the table");
        }
    }

    #[test]
    fn only_what_speaks_of_a_decision_is_one() {
        for clause in CLAUSES {
            let says_so = ["D: ", "(D,", ": D)"]
                .iter()
                .any(|mark| clause.text.contains(mark));
            assert_eq!(clause.is_decision, says_so, "{clause}: {}", clause.text);
        }
    }
}
