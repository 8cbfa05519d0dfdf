//! Where this differs from real Qt on Linux, as it was measured.

use anteroom_conformance::clauses::{self, Clause};

/// What real Qt does about a clause that holds a decision.
#[derive(Clone, Copy, Debug)]
pub(super) enum Qt {
    /// Something else.
    Differs(&'static str),
    /// The same, or nothing that could be compared.
    Agrees(&'static str),
}

/// The decisions, with what Qt 5.15, 6.4 and 6.12 do on Linux unless a version is named.
pub(super) const DIFFERENCES: &[(Clause, Qt)] = &[
    (
        clauses::OPT_3,
        Qt::Differs(
            "Accepts access options that it cannot enforce: with an abstract name they are ignored, \
         and all users can connect.",
        ),
    ),
    (
        clauses::OPT_11,
        Qt::Agrees("Linux enforces the modes of socket files."),
    ),
    (
        clauses::OPT_16,
        Qt::Differs("Renames its socket over whatever is there, a live server or a regular file."),
    ),
    (
        clauses::DTOR_2,
        Qt::Differs(
            "Sockets that were taken are children of the server and die with it, unless they \
         were given another parent.",
        ),
    ),
    (
        clauses::DTOR_3,
        Qt::Differs("The forked child removes the parent's socket file."),
    ),
    (
        clauses::CLOSE_3,
        Qt::Differs("Cuts connections that are pending."),
    ),
    (
        clauses::CLOSE_7,
        Qt::Differs(
            "Removes whatever has the name, also another server's socket or a file; also that of an \
         adopted socket.",
        ),
    ),
    (
        clauses::CLOSE_8,
        Qt::Differs("Does not tell when the file could not be removed."),
    ),
    (
        clauses::ERR_4,
        Qt::Differs(
            "A successful listen leaves an earlier error in place; \"no error\" is \"unknown error\".",
        ),
    ),
    (
        clauses::ERR_6,
        Qt::Differs("Names the function and a cause of one or two words, often only a number."),
    ),
    (
        clauses::FULL_2,
        Qt::Differs(
            "Puts every name that does not begin with a slash below the temporary directory, so \
         that `../x` leaves it and `@x` is a file.",
        ),
    ),
    (
        clauses::FULL_3,
        Qt::Agrees("Fails likewise, with another kind."),
    ),
    (
        clauses::FULL_5,
        Qt::Differs(
            "Cuts a name at a NUL; deletes a file at an over-long path; a missing TMPDIR leads to the \
         root directory (5.15, 6.4), a relative one to the current directory.",
        ),
    ),
    (
        clauses::NEXT_3,
        Qt::Agrees("A taken socket may be deleted early."),
    ),
    (
        clauses::NEXT_4,
        Qt::Agrees("What was written stays readable."),
    ),
    (
        clauses::INC_4,
        Qt::Agrees("What the hook does not queue is not counted or announced."),
    ),
    (
        clauses::ISL_1,
        Qt::Differs("Any failure of accept ends the server, and 5.15 still says that it listens."),
    ),
    (
        clauses::LIS_9,
        Qt::Agrees("Fails likewise, unless options are set: see OPT-16."),
    ),
    (
        clauses::FD_3,
        Qt::Differs("Accepts any number, even of no descriptor at all."),
    ),
    (clauses::FD_4, Qt::Agrees("Sets both.")),
    (
        clauses::FD_5,
        Qt::Differs(
            "Says that it does not listen where the name is empty (6.x); cuts abstract names and \
         puts an @ in front (5.15).",
        ),
    ),
    (
        clauses::FD_6,
        Qt::Agrees("Fails likewise (read in the source)."),
    ),
    (
        clauses::SETMAX_4,
        Qt::Differs("Accepts N + 2; with 0 never starts again when the limit is raised."),
    ),
    (
        clauses::REM_6,
        Qt::Differs(
            "Deletes regular files; says that a dangling link was removed when it was not.",
        ),
    ),
    (
        clauses::WAIT_5,
        Qt::Differs(
            "Blocks although something is pending; can say both that there is a connection and that \
         the time was over.",
        ),
    ),
    (clauses::WAIT_6, Qt::Differs("Ignores the limit.")),
    (clauses::VIRT_1, Qt::Differs("They are virtual.")),
    (clauses::VIRT_2, Qt::Differs("Objects own their children.")),
    (
        clauses::CON_3,
        Qt::Differs(
            "Tries again without a pause, with a whole core, and after 30 seconds stays silently in \
         the state of connecting.",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use anteroom_conformance::CLAUSES;

    #[test]
    fn every_decision_is_compared_once() {
        let decisions: Vec<Clause> = CLAUSES
            .iter()
            .filter(|clause| clause.is_decision())
            .copied()
            .collect();
        let compared: Vec<Clause> = DIFFERENCES.iter().map(|(clause, _)| *clause).collect();
        assert_eq!(compared, decisions, "in the order of the clauses");
    }
}
