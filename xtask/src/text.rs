//! Checks of the text: the commands of README.md, and the words that our pages do not use.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use xshell::{Shell, cmd};

/// Runs every cargo command of README.md but one, which has to be there.
pub(crate) fn readme(sh: &Shell, words: &[String]) -> Result<()> {
    let (tested, page) = (words.join(" "), sh.read_file("README.md")?);
    let commands = commands(&page);
    ensure!(commands.contains(&&*tested), "README.md does not give the command {tested}");
    ensure!(commands.len() > 1, "README.md gives no other command");
    for command in commands.into_iter().filter(|command| *command != tested) {
        cmd!(sh, "timeout 600 sh -c {command}").run()?;
    }
    Ok(())
}

/// Returns the cargo commands in the `sh` fences of a page, without comments.
fn commands(page: &str) -> Vec<&str> {
    let mut fence = None;
    let mut commands = Vec::new();
    for line in page.lines().map(str::trim_end) {
        if let Some(language) = line.strip_prefix("```") {
            fence = fence.xor(Some(language));
        } else if fence == Some("sh") && line.starts_with("cargo ") {
            let command = line.split(" #").next().unwrap_or(line).trim_end();
            if !commands.contains(&command) {
                commands.push(command);
            }
        }
    }
    commands
}

/// Words that pages and documentation do not use; `docs/glossary.md` has the words that they do.
const REJECTED: &str = "after all, behind your back, beside the point, besides, besieger, by itself, \
    deed, deeds, door, errand, everybody, foresight, guest, guests, hand out, handed out, hands out, \
    how manieth, in vain, is told, it is so that, nobody, one who, people, save for, scene, scenes, siege, \
    somebody, take in, takes in, taking in, tells of, those who, what becomes of, what came of, \
    what comes of, whoever, whom, witness";

/// Counts the rejected words in pages and documentation comments, by folder.
pub(crate) fn words(sh: &Shell) -> Result<()> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for file in cmd!(sh, "git ls-files *.md *.rs").quiet().read()?.lines() {
        let text = sh.read_file(file)?;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            if file.ends_with(".rs") && !line.starts_with("///") && !line.starts_with("//!") {
                continue;
            }
            for word in rejected(line) {
                println!("{file}:{}: {word}", number + 1);
                let folder = file.split_once('/').map_or("the root", |(folder, _)| folder);
                *counts.entry(folder.to_owned()).or_default() += 1;
            }
        }
    }
    if !counts.is_empty() {
        bail!("{} rejected words: {counts:?}", counts.values().sum::<usize>());
    }
    Ok(())
}

fn rejected(line: &str) -> Vec<&'static str> {
    let words =
        line.to_lowercase().replace(|c: char| !c.is_alphanumeric() && !"_-".contains(c), " ");
    let words = format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "));
    REJECTED.split(", ").filter(|word| words.contains(&format!(" {word} "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_in_fences_of_sh() {
        let page = "```sh\ncargo run   # runs\ncargo test\nls\n```\ncargo doc\n```console\n$ x\ncargo clean\n```\n";
        assert_eq!(commands(page), ["cargo run", "cargo test"]);
    }

    #[test]
    fn rejected_finds_whole_words() {
        assert_eq!(rejected("//! Whoever waits in  vain, Whomever"), ["in vain", "whoever"]);
    }
}
