//! What the pages of this repository link to is there, file and heading.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn every_relative_link_leads_somewhere() {
    let pages = pages(Path::new(ROOT));
    assert!(pages.len() > 10, "the pages are elsewhere: {pages:?}");
    let mut seen = 0;
    let mut dead = Vec::new();
    for page in &pages {
        let text = fs::read_to_string(page).expect("a page can be read");
        for link in links(&text).filter(|link| !link.contains("://")) {
            seen += 1;
            if !leads_somewhere(page, &text, link) {
                dead.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(seen > 100, "only {seen} links were found");
    assert!(dead.is_empty(), "dead links:\n{}", dead.join("\n"));
}

#[test]
fn links_and_headings_are_told_from_code() {
    let text = "# One `two`: three\n[a](b.md) `[c](d)`\n```sh\n# no heading\n[e](f)\n```\n[![g](h)](i#j)\n";
    assert_eq!(links(text).collect::<Vec<_>>(), ["b.md", "h", "i#j"]);
    assert_eq!(anchors(text).collect::<Vec<_>>(), ["one-two-three"]);
}

fn leads_somewhere(page: &Path, text: &str, link: &str) -> bool {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = page.parent().expect("a page is in a directory").join(path);
    if path.is_empty() {
        return anchors(text).any(|it| it == anchor);
    }
    if anchor.is_empty() || target.extension().is_none_or(|it| it != "md") {
        return target.exists();
    }
    fs::read_to_string(&target).is_ok_and(|text| anchors(&text).any(|it| it == anchor))
}

/// The Markdown files below a directory, but for what is built or hidden.
fn pages(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a directory can be listed") {
        let path = entry.expect("an entry can be read").path();
        let name = path.file_name().expect("an entry has a name");
        let is_ours =
            name != "target" && (name == ".ci" || !name.as_encoded_bytes().starts_with(b"."));
        if path.is_dir() && is_ours {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}

/// What the links of a page lead to.
fn links(text: &str) -> impl Iterator<Item = &str> {
    prose(text).flat_map(|line| {
        // Every second piece is code.
        let pieces = line.split('`').step_by(2);
        // The text of a link may be code: then its target begins the next piece.
        pieces.flat_map(|piece| {
            let targets = piece.split("](").skip(1);
            targets.filter_map(|rest| rest.split(')').next())
        })
    })
}

/// The names by which the headings of a page can be linked to.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let headings = prose(text).filter_map(|line| line.strip_prefix('#'));
    headings.map(|heading| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        words
            .chars()
            .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
            .map(|letter| if letter == ' ' { '-' } else { letter })
            .collect()
    })
}

/// The lines outside of fences.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}
