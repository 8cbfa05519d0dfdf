use std::path::{Path, PathBuf};
use std::{fs, io};

/// Returns the entries of a directory, sorted; none where there is no directory.
pub(super) fn entries(directory: &Path) -> io::Result<Vec<PathBuf>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut entries = fs::read_dir(directory)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

/// Returns the Rust files below a directory, sorted.
pub fn sources(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for entry in entries(directory)? {
        if entry.is_dir() {
            sources.extend(self::sources(&entry)?);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            sources.push(entry);
        }
    }
    Ok(sources)
}

/// Returns the last part of a path as text.
pub(super) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Returns a path below `root` as it is written in links.
pub(super) fn below(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}
