//! Nothing but the seed decides what happens in a simulation: its sources are searched for more.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

/// What a simulation must not name, and why.
const BANNED: [(&str, &str); 12] = [
    ("HashMap", "its order is left to chance"),
    ("HashSet", "its order is left to chance"),
    ("RandomState", "it is chance"),
    ("Instant", "time is simulated"),
    ("SystemTime", "time is simulated"),
    ("thread::s", "there are no threads: spawn, scope, sleep"),
    ("thread::Builder", "there are no threads"),
    ("std::sync", "there are no threads"),
    ("std::env", "the environment is simulated"),
    ("std::fs", "files are simulated"),
    ("std::net", "sockets are simulated"),
    ("std::os", "the operating system is simulated"),
];

#[test]
fn a_simulation_names_nothing_that_is_left_to_chance() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sim"));
    assert!(sources.len() > 20, "the sources are elsewhere: {sources:?}");
    let mut found = Vec::new();
    for path in sources {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        for (number, line) in (1..).zip(text.lines()) {
            let banned = BANNED.iter().find(|(word, _)| line.contains(word));
            if let Some((word, reason)) = banned {
                found.push(format!("{}:{number}: {word}: {reason}", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory can be read");
    let mut sources = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    sources
}
