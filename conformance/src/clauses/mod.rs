//! The clauses: the behaviour that a server promises, one constant each.
//!
//! Cases and tests cite a clause by its constant ([`LIS_2`]). Source files cite it by its id in a
//! mark such as `//= LIS-2`, which a test checks.

/// Declares the clauses: a constant for each, and `CLAUSES` with all of them in order.
macro_rules! declare_clauses {
    ($($section:literal {
        $($constant:ident = $id:literal ($scope:ident $(, $decision:ident)?) $text:literal;)+
    })+) => {
        $($(
            #[doc = concat!("`", $id, "`: ", $text)]
            pub const $constant: Clause = Clause {
                id: $id,
                section: $section,
                scope: Scope::$scope,
                is_decision: declare_clauses!(@is_decision $($decision)?),
                text: $text,
            };
        )+)+

        /// Every clause, in the order of the sections.
        pub const CLAUSES: &[Clause] = &[$($($constant),+),+];
    };
    (@is_decision) => { false };
    (@is_decision decision) => { true };
}

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

    /// Returns the title of the section.
    pub const fn section(&self) -> &'static str {
        self.section
    }

    /// Returns where the clause applies.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns whether the clause contains a decision of this project, which fills a gap of the
    /// documented behaviour or differs from Qt.
    pub const fn is_decision(&self) -> bool {
        self.is_decision
    }

    /// Returns the text. The decision follows `D:`.
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

/// The platforms to which a clause applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// Every platform.
    Everywhere,
    /// Every Unix.
    Unix,
    /// Linux only.
    Linux,
    /// Windows only.
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

    /// Returns the letter for tables.
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

/// The platform of an environment.
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
    /// Returns the platform of this build.
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
    fn every_clause_is_in_the_table_once() {
        assert_eq!(CLAUSES.len(), 106);
        for (index, clause) in CLAUSES.iter().enumerate() {
            let first = CLAUSES.iter().position(|other| other.id == clause.id);
            assert_eq!(first, Some(index), "{clause} is in the table twice");
        }
    }

    #[test]
    fn decisions_are_marked_in_the_text() {
        for clause in CLAUSES {
            let says_so = ["D: ", "(D,", ": D)"]
                .iter()
                .any(|mark| clause.text.contains(mark));
            assert_eq!(clause.is_decision, says_so, "{clause}: {}", clause.text);
        }
    }
}
