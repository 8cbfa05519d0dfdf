//! The sections of the documentation are everywhere the same, and in one order.

#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;

use anteroom_testing::coverage::sources;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The crates that are documented for users.
const CRATES: [&str; 5] = ["", "core", "backend-std", "backend-tokio", "backend-smol"];

/// The sections of an item, in their order. `CONTRIBUTING.md` says the same.
const SECTIONS: [&str; 5] = [
    "Errors",
    "Panics",
    "Cancel safety",
    "Platform-specific behavior",
    "Examples",
];

/// A heading before the sections.
const CHAPTER: &str = "The loop";

#[test]
fn sections_come_in_the_same_order_everywhere() {
    let sources: Vec<_> = CRATES
        .iter()
        .flat_map(|directory| {
            sources(&Path::new(ROOT).join(directory).join("src")).expect("it can be read")
        })
        .collect();
    assert!(sources.len() > 70, "the sources are elsewhere: {sources:?}");
    let mut seen = 0;
    let mut problems = Vec::new();
    for path in sources {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        for item in items(&text) {
            seen += item.sections.len();
            problems.extend(problem(&item).map(|problem| format!("{}:{problem}", path.display())));
        }
    }
    assert!(seen > 150, "only {seen} sections were found");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_guide_for_contributors_names_the_same_order() {
    let guide = fs::read_to_string(Path::new(ROOT).join("CONTRIBUTING.md"))
        .expect("the guide can be read")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let order = SECTIONS.map(|section| format!("`# {section}`")).join(", ");
    assert!(guide.contains(&order), "it does not say: {order}");
}

#[test]
fn what_is_out_of_order_is_found() {
    let found = |text: &str| items(text).iter().filter_map(problem).count();
    assert_eq!(
        found("/// It does.\n///\n/// # Errors\n///\n/// # Panics\nfn"),
        0
    );
    assert_eq!(found("/// # Panics\n///\n/// # Errors\nfn"), 1);
    assert_eq!(found("/// # Errors\n/// # Errors\nfn"), 1);
    assert_eq!(found("/// # Panics\nfn\n/// # Errors\nfn"), 0);
    assert_eq!(found("/// # Example\nfn"), 1);
    assert_eq!(found("//! # Features\n//! # Examples\n"), 0);
    let code = "/// # Examples\n///\n/// ```\n/// # Errors\n/// ```\nfn";
    assert_eq!(found(code), 0, "a hidden line of an example is no section");
}

/// The documentation of an item.
struct Item<'a> {
    line: usize,
    sections: Vec<&'a str>,
}

fn problem(item: &Item<'_>) -> Option<String> {
    let Item { line, sections } = item;
    let places = sections.iter().map(|section| {
        let mut all = [CHAPTER].into_iter().chain(SECTIONS);
        let place = all.position(|known| known == *section);
        place.ok_or_else(|| format!("{line}: `# {section}` is no section of ours"))
    });
    match places.collect::<Result<Vec<_>, _>>() {
        Ok(places) => (!places.is_sorted_by(|one, next| one < next))
            .then(|| format!("{line}: out of order: {}", sections.join(", "))),
        Err(unknown) => Some(unknown),
    }
}

/// Returns the items documented by `///`: modules and crates have other headings.
fn items(text: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut last = None;
    let mut is_code = false;
    for (line, source) in (1..).zip(text.lines()) {
        let Some(text) = source.trim_start().strip_prefix("///") else {
            continue;
        };
        if last != Some(line - 1) {
            is_code = false;
            items.push(Item {
                line,
                sections: Vec::new(),
            });
        }
        last = Some(line);
        let text = text.strip_prefix(' ').unwrap_or(text);
        if text.starts_with("```") {
            is_code = !is_code;
        } else if let (false, Some(section), Some(item)) =
            (is_code, text.strip_prefix("# "), items.last_mut())
        {
            item.sections.push(section);
        }
    }
    items
}
