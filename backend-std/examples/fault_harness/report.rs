use anteroom_std::{Detail, Error};

use crate::errno::Errno;

/// The outcome of a scenario.
pub(crate) struct Report {
    injected: Option<Errno>,
    outcome: Vec<String>,
    wrong: Vec<String>,
}

impl Report {
    pub(crate) const fn new(injected: Option<Errno>) -> Self {
        Self {
            injected,
            outcome: Vec::new(),
            wrong: Vec::new(),
        }
    }

    /// Adds to the outcome, which is the same for all faults that have the same consequences.
    pub(crate) fn note(&mut self, what: impl Into<String>) {
        self.outcome.push(what.into());
    }

    /// Says what is wrong unless the condition holds.
    pub(crate) fn expect(&mut self, condition: bool, wrong: impl FnOnce() -> String) {
        if !condition {
            self.wrong.push(wrong());
        }
    }

    /// Records an error, and checks its cause and its name.
    ///
    /// The text has to be in one line, and to tell what was tried, on what, and the code.
    pub(crate) fn note_error(&mut self, doing: &str, error: &Error) {
        let (kind, text) = (error.kind(), format!("{error:#}"));
        let code = error.raw_os_error();
        if let (Some(injected), Some(code)) = (self.injected, code) {
            let is_right = kind == injected.kind || error.failure().detail() == Detail::NotASocket;
            self.expect(code != injected.code || is_right, || {
                format!("{} is reported as {kind:?}", injected.name)
            });
            self.expect(text.contains(&format!("(os error {code})")), || {
                format!("the code is not in the text: {text}")
            });
        }
        let beginning = format!("cannot {doing}");
        self.expect(text.starts_with(&beginning) && !text.contains('\n'), || {
            format!("the text does not tell what was tried: {text}")
        });
        // A descriptor has no name yet while it is adopted.
        let is_named = doing.ends_with("descriptor") || text.contains("the-name");
        self.expect(is_named, || {
            format!("the text does not tell the name: {text}")
        });
        let detail = error.failure().detail();
        let is_plain = self.injected.is_some_and(|injected| {
            code == Some(injected.code) && kind == injected.kind && detail == injected.detail
        });
        match detail {
            _ if is_plain => self.note("its kind"),
            Detail::None => self.note(format!("`{kind:?}`")),
            Detail::Occupied(occupant) => self.note(format!("`{kind:?}`, by `{occupant:?}`")),
            detail => self.note(format!("`{kind:?}`, `{detail:?}`")),
        }
    }

    /// Returns whether the failed call reported that a file does not exist.
    pub(crate) fn was_told_absent(&self) -> bool {
        self.injected.is_some_and(Errno::says_absent)
    }

    pub(crate) fn injected_code(&self) -> Option<i32> {
        self.injected.map(|errno| errno.code)
    }

    /// Tells whether this errno is injected.
    pub(crate) fn is_injected(&self, name: &str) -> bool {
        self.injected.is_some_and(|errno| errno.name == name)
    }

    pub(crate) fn outcome(&self) -> String {
        self.outcome.join("; ")
    }

    pub(crate) fn wrong(&self) -> &[String] {
        &self.wrong
    }
}
