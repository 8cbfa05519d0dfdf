//! Nothing but the seed decides what happens in a simulation: its sources are searched for more.

#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;

use anteroom_testing::coverage::sources;

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
    let sources =
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sim")).expect("it can be read");
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
