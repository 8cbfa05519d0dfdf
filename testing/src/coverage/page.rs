//! The page: every clause with its cases, subjects and marks.

use std::fmt::{Result, Write as _};

use super::differences::{DIFFERENCES, Qt};
use super::exceptions::EXCEPTIONS;
use super::subjects::Subject;
use super::{Coverage, further_cases, minimal_cases};
use anteroom_conformance::{CASES, CLAUSES, Case, Clause};

const INTRODUCTION: &str = "\
# Conformance

<!-- Made by `cargo run -p anteroom-testing --bin coverage`; do not edit. -->

Every behaviour that a server promises is a clause with an id. This page shows for each one which cases expect it, on
which servers they run, and where it is realised. It is made from the table of clauses, the list of cases, the marks in
the sources (`//= LIS-2`) and the checked-in results of each server; a test compares it with them.
";

const LEGEND: &str = "
## Clauses

**P**: where the clause applies: **A** every platform, **U** Unix, **L** Linux, **W** Windows. `D:` in a clause introduces
a decision of ours. **cases**: the smallest cases that expect just this; `+ 2` says that two more touch it. Then one column
for each server on which the cases run: *yes*, *as root* where they need the right to act as other users, *no*, and *·*
where there is no case. **realised in**: the files, and their items, that hold a mark.
";

/// Writes the page.
pub(super) fn write(coverage: &Coverage) -> String {
    let mut page = String::new();
    write_to(&mut page, coverage).expect("writing to a string does not fail");
    page
}

fn write_to(page: &mut String, coverage: &Coverage) -> Result {
    page.push_str(INTRODUCTION);
    totals(page, coverage)?;
    page.push_str(LEGEND);
    for section in sections() {
        clauses_of(page, coverage, section)?;
    }
    exceptions(page)?;
    skipped(page, &coverage.subjects)?;
    super::comparison::write(page, coverage)?;
    differences(page)
}

fn totals(page: &mut String, coverage: &Coverage) -> Result {
    let with_case = CLAUSES
        .iter()
        .filter(|clause| minimal_cases(**clause).next().is_some())
        .count();
    let with_mark = CLAUSES
        .iter()
        .filter(|clause| !coverage.marks.files(**clause).is_empty())
        .count();
    writeln!(page, "\n## Totals\n")?;
    writeln!(page, "| | |\n|---|---|")?;
    writeln!(page, "| clauses | {} |", CLAUSES.len())?;
    writeln!(page, "| with a case | {with_case} |")?;
    writeln!(page, "| with an implementation mark | {with_mark} |")?;
    writeln!(
        page,
        "| with a [reason](#exceptions) to lack something | {} |",
        EXCEPTIONS.len()
    )?;
    writeln!(page, "| cases | {} |", CASES.len())?;
    writeln!(page)?;
    writeln!(
        page,
        "| server | cases run | [skipped](#skipped-cases) |\n|---|---|---|"
    )?;
    for subject in &coverage.subjects {
        for (variant, results) in &subject.variants {
            let (name, (run, _, skipped)) = (&subject.name, results.totals());
            writeln!(page, "| {name}, {} | {run} | {skipped} |", spoken(variant))?;
        }
    }
    Ok(())
}

fn clauses_of(page: &mut String, coverage: &Coverage, section: &str) -> Result {
    writeln!(page, "\n### {}\n", escaped(section))?;
    write!(page, "| clause | P | says | cases |")?;
    for subject in &coverage.subjects {
        write!(page, " {} |", subject.name)?;
    }
    writeln!(page, " realised in |")?;
    writeln!(
        page,
        "|---|---|---|---|{}---|",
        "---|".repeat(coverage.subjects.len())
    )?;
    for clause in CLAUSES.iter().filter(|clause| clause.section() == section) {
        let (letter, text) = (clause.scope().letter(), escaped(clause.text()));
        write!(
            page,
            "| {clause} | {letter} | {text} | {} |",
            cases(*clause)
        )?;
        for subject in &coverage.subjects {
            write!(page, " {} |", verdict(subject, *clause))?;
        }
        writeln!(page, " {} |", realised_in(&coverage.marks.files(*clause)))?;
    }
    Ok(())
}

fn exceptions(page: &mut String) -> Result {
    writeln!(page, "\n## Exceptions\n")?;
    writeln!(page, "| clause | lacks | why |\n|---|---|---|")?;
    for exception in EXCEPTIONS {
        let lacks: Vec<String> = exception.lacks.iter().map(ToString::to_string).collect();
        let (clause, reason) = (exception.clause, exception.reason);
        writeln!(page, "| {clause} | {} | {reason} |", lacks.join(", "))?;
    }
    Ok(())
}

/// Lists the skipped cases by reason, since most share one.
fn skipped(page: &mut String, subjects: &[Subject]) -> Result {
    writeln!(page, "\n## Skipped cases\n")?;
    writeln!(page, "| server | why | cases |\n|---|---|---|")?;
    for subject in subjects {
        for (variant, results) in &subject.variants {
            for (reason, cases) in Subject::skipped(results) {
                let cases: Vec<String> = cases.iter().map(|case| format!("`{case}`")).collect();
                let (name, variant) = (&subject.name, spoken(variant));
                writeln!(
                    page,
                    "| {name}, {variant} | {reason} | {} |",
                    cases.join(", ")
                )?;
            }
        }
    }
    Ok(())
}

fn differences(page: &mut String) -> Result {
    writeln!(page, "\n## Decisions, and real Qt\n")?;
    writeln!(
        page,
        "What `QLocalServer` of Qt 5.15, 6.4 and 6.12 was seen to do on Linux about each clause that holds a decision. \
         [Decisions](decisions.md) says why we decided as we did.\n"
    )?;
    writeln!(page, "| clause | Qt | what Qt does |\n|---|---|---|")?;
    for (clause, qt) in DIFFERENCES {
        match qt {
            Qt::Differs(text) => writeln!(page, "| {clause} | differs | {text} |")?,
            Qt::Agrees(text) => writeln!(page, "| {clause} | agrees | {text} |")?,
        }
    }
    Ok(())
}

fn cases(clause: Clause) -> String {
    let mut cases: Vec<String> = minimal_cases(clause).map(link).collect();
    let further = further_cases(clause).count();
    if further > 0 {
        cases.push(format!("+ {further}"));
    }
    cases.join(" ")
}

fn link(case: &Case) -> String {
    format!("[{case}](../conformance/src/cases/{}.rs)", case.group())
}

/// Says whether the cases of a clause run on a subject.
fn verdict(subject: &Subject, clause: Clause) -> String {
    let mut cases = minimal_cases(clause).peekable();
    if cases.peek().is_none() {
        return "·".to_owned();
    }
    // The clause is checked as far as its luckiest case is.
    let variants = cases
        .map(|case| subject.variants_of(case))
        .max_by_key(Vec::len)
        .unwrap_or_default();
    if variants.is_empty() {
        "no".to_owned()
    } else if variants.len() == subject.variants.len() {
        "yes".to_owned()
    } else {
        let variants: Vec<String> = variants.into_iter().map(spoken).collect();
        variants.join(", ")
    }
}

fn realised_in(files: &[(&str, Vec<&str>)]) -> String {
    let links: Vec<String> = files
        .iter()
        .map(|(file, items)| {
            let (package, inside) = file.split_once("/src/").unwrap_or(("", file));
            let items: Vec<String> = items.iter().map(|item| format!("`{item}`")).collect();
            format!("[{package}: {inside}](../{file}) {}", items.join(" "))
        })
        .collect();
    links.join(", ")
}

/// Describes the user that a subject runs as.
pub(super) fn spoken(variant: &str) -> String {
    match variant {
        "root" => "as root".to_owned(),
        "user" => "as a user".to_owned(),
        other => other.replace('_', " "),
    }
}

pub(super) fn sections() -> Vec<&'static str> {
    let mut sections: Vec<&str> = CLAUSES.iter().map(Clause::section).collect();
    sections.dedup();
    sections
}

/// Keeps a text from being taken for markup; what is code already is left alone.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut is_code = false;
    for character in text.chars() {
        is_code ^= character == '`';
        if character == '|' || (!is_code && matches!(character, '_' | '*' | '<' | '\\')) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_not_escaped() {
        assert_eq!(escaped(r"a_b `\\.\pipe\` c_d"), r"a\_b `\\.\pipe\` c\_d");
    }
}
