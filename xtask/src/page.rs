//! Pages that hold generated blocks, between `<!-- NAME:begin -->` and `<!-- NAME:end -->`.

use std::fs;

use anyhow::{Context as _, Result, ensure};

/// Replaces the block in the page, or with `write` unset compares it.
pub(crate) fn update(page: &str, name: &str, block: &str, write: bool) -> Result<()> {
    let old = fs::read_to_string(page).with_context(|| format!("cannot read {page}"))?;
    let new =
        with_block(&old, name, block).with_context(|| format!("{page} has no block {name}"))?;
    if write {
        return Ok(fs::write(page, new)?);
    }
    compare(page, &old, &new).with_context(|| format!("{page} is out of date"))
}

/// Returns the text of the block.
pub(crate) fn block<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("<!-- {name}:begin -->\n"))?;
    Some(rest.split_once(&format!("<!-- {name}:end -->"))?.0)
}

fn with_block(page: &str, name: &str, text: &str) -> Option<String> {
    let old = block(page, name)?;
    let begin = old.as_ptr().addr() - page.as_ptr().addr();
    Some([&page[..begin], text, &page[begin + old.len()..]].concat())
}

/// Prints the lines of which the texts have different numbers, and fails if the texts differ.
pub(crate) fn compare(label: &str, expected: &str, found: &str) -> Result<()> {
    for (sign, text, other) in [("-", expected, found), ("+", found, expected)] {
        let mut other: Vec<_> = other.lines().collect();
        for line in text.lines() {
            match other.iter().position(|candidate| *candidate == line) {
                Some(index) => drop(other.swap_remove(index)),
                None => println!("{sign} {line}"),
            }
        }
    }
    ensure!(expected == found, "{label} differs");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n<!-- one:begin -->\nold\n<!-- one:end -->\nend\n";

    #[test]
    fn with_block_replaces_only_the_block() {
        assert_eq!(block(PAGE, "one"), Some("old\n"));
        let new = with_block(PAGE, "one", "new\n").unwrap();
        assert_eq!(new, PAGE.replace("old", "new"));
        assert_eq!(with_block(PAGE, "two", ""), None);
    }
}
