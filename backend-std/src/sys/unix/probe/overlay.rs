//! The layers of overlay mounts, as `/proc/self/mountinfo` lists them.
//!
//! A container often has such a mount for its root. A socket that was bound there belongs to an
//! inode of the overlay: seen from outside, in the layer, it refuses every connect.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Read as _;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::super::identity::Identity;

/// How many bytes of a list of mounts are read.
const LONGEST_LIST: u64 = 64 * 1024 * 1024;

/// Returns whether a path lies in a layer of an overlay mount; true if that cannot be found out.
///
/// Containers mount their root in another mount namespace, so the namespaces of all processes that
/// may be examined are searched.
pub(super) fn is_in_layer(path: &Path) -> bool {
    let (Ok(lists), Ok(path)) = (lists_of_mounts(), fs::canonicalize(path)) else {
        return true;
    };
    let Some(directory) = path.parent() else {
        return true;
    };
    let mut layers = lists.iter().flat_map(|mounts| layers(mounts));
    layers.any(|layer| layer.holds(directory))
}

/// Reads the list of mounts of each mount namespace that has a process, the own one first.
fn lists_of_mounts() -> io::Result<Vec<Vec<u8>>> {
    let own = Path::new("/proc/self");
    let mut lists = vec![read(&own.join("mountinfo"))?];
    let mut namespaces = BTreeSet::from([fs::read_link(own.join("ns/mnt"))?]);
    for entry in fs::read_dir("/proc")?.flatten() {
        let name = entry.file_name();
        if !name.as_encoded_bytes().iter().all(u8::is_ascii_digit) {
            continue;
        }
        let process = entry.path();
        // What has ended since, or may not be examined, tells nothing.
        let namespace = fs::read_link(process.join("ns/mnt"));
        if namespace.is_ok_and(|namespace| namespaces.insert(namespace)) {
            lists.extend(read(&process.join("mountinfo")));
        }
    }
    Ok(lists)
}

/// Reads a file whose size the system does not know, without asking for it.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(LONGEST_LIST)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A layer of an overlay mount.
#[derive(Debug, PartialEq, Eq)]
struct Layer {
    /// The device number of the overlay.
    overlay: u64,
    path: PathBuf,
}

impl Layer {
    /// Returns whether a directory, named without links, lies in this layer.
    ///
    /// Directories are compared by identity, since a layer may have been mounted by another path. A
    /// relative layer refers to the directory of the process that mounted it: its name has to do.
    fn holds(&self, directory: &Path) -> bool {
        let Ok(metadata) = fs::metadata(directory) else {
            return true;
        };
        // Seen from inside the overlay. There the paths of its layers lead elsewhere, if anywhere:
        // they are those of the process that mounted it.
        if metadata.dev() == self.overlay {
            return false;
        }
        if self.path.is_relative() {
            return directory
                .ancestors()
                .any(|directory| directory.ends_with(&self.path));
        }
        // A layer ends where another file system is mounted.
        let layer = fs::metadata(&self.path);
        let layer = layer.ok().filter(|layer| layer.dev() == metadata.dev());
        let ancestors = directory.ancestors().map(fs::metadata);
        layer.is_some_and(|layer| {
            let layer = Identity::of(&layer);
            ancestors
                .flatten()
                .any(|ancestor| Identity::of(&ancestor) == layer)
        })
    }
}

/// Lists the layers of all overlay mounts, from the text of `mountinfo`.
fn layers(mounts: &[u8]) -> Vec<Layer> {
    let overlays = mounts.split(|byte| *byte == b'\n').filter_map(overlay);
    overlays
        .flat_map(|(overlay, options)| {
            let options = options.split(|byte| *byte == b',');
            options
                .flat_map(layers_of_option)
                .filter(|path| !path.as_os_str().is_empty())
                .map(move |path| Layer { overlay, path })
        })
        .collect()
}

/// Returns device and options of a mount, if it is an overlay.
///
/// The line is `ID PARENT MAJOR:MINOR ROOT POINT OPTIONS … - overlay SOURCE OPTIONS`.
fn overlay(mount: &[u8]) -> Option<(u64, &[u8])> {
    let mut fields = mount.split(|byte| *byte == b' ');
    let device = std::str::from_utf8(fields.nth(2)?).ok()?;
    let (major, minor) = device.split_once(':')?;
    let device = rustix::fs::makedev(major.parse().ok()?, minor.parse().ok()?);
    fields.find(|field| *field == b"-")?;
    let is_overlay = fields.next()? == b"overlay";
    let options = fields.nth(1)?;
    is_overlay.then_some((device, options))
}

fn layers_of_option(option: &[u8]) -> Vec<PathBuf> {
    let mut parts = option.splitn(2, |byte| *byte == b'=');
    let (Some(key), Some(value)) = (parts.next(), parts.next()) else {
        return Vec::new();
    };
    match key {
        b"lowerdir" => split_at_colons(&without_octal(value)),
        b"upperdir" | b"lowerdir+" | b"datadir+" => {
            vec![PathBuf::from(OsString::from_vec(without_octal(value)))]
        }
        _ => Vec::new(),
    }
}

/// Resolves the escapes of `mountinfo`: a backslash and three octal digits.
fn without_octal(mut text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    while let Some((first, rest)) = text.split_first() {
        let digits = rest.get(..3).filter(|_| *first == b'\\');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        plain.push(byte.unwrap_or(*first));
        text = if byte.is_some() { &rest[3..] } else { rest };
    }
    plain
}

/// Splits the list of lower layers; a colon in a name has a backslash before it.
fn split_at_colons(list: &[u8]) -> Vec<PathBuf> {
    let mut layers = vec![Vec::new()];
    let mut bytes = list.iter();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b':' => {
                layers.push(Vec::new());
                continue;
            }
            b'\\' => bytes.next().unwrap_or(byte),
            _ => byte,
        };
        layers
            .last_mut()
            .expect("there is one from the start")
            .push(*byte);
    }
    let path = |layer| PathBuf::from(OsString::from_vec(layer));
    layers.into_iter().map(path).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_layers_of_overlay_mounts_are_listed() {
        let mounts = br"
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,upperdir=/not/this
90 22 0:45 / /a\040b rw - overlay overlay rw,lowerdir=/l/1:/l/2::/data,upperdir=/u/a\040b,workdir=/w
91 22 0:46 / /c rw - overlay none rw,lowerdir=/odd\134:name:/l\0543,xino=off
92 22 0:47 / /d rw shared:9 master:2 - overlay none rw,lowerdir+=/new:style,datadir+=/d,upperdir=rel/diff
93 22 0:48 / /e rw - overlay
";
        let expected = [
            (45, "/l/1"),
            (45, "/l/2"),
            (45, "/data"),
            (45, "/u/a b"),
            (46, "/odd:name"),
            (46, "/l,3"),
            (47, "/new:style"),
            (47, "/d"),
            (47, "rel/diff"),
        ];
        let expected = expected.map(|(minor, path)| Layer {
            overlay: rustix::fs::makedev(0, minor),
            path: path.into(),
        });
        assert_eq!(layers(mounts), expected);
    }

    #[test]
    fn a_layer_is_recognised_by_identity_and_by_name() {
        let directory = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(directory.path()).unwrap();
        let inside = root.join("id/diff/run");
        let other = root.join("id/other");
        fs::create_dir_all(&inside).unwrap();
        fs::create_dir_all(&other).unwrap();
        symlink("id/diff", root.join("short")).unwrap();
        let here = fs::metadata(&root).unwrap().dev();

        for path in [root.join("id/diff"), root.join("short"), "id/diff".into()] {
            let mut layer = Layer { overlay: 0, path };
            assert!(layer.holds(&inside), "{layer:?}");
            assert!(!layer.holds(&other), "{layer:?}");
            // So a container sees itself.
            layer.overlay = here;
            assert!(!layer.holds(&inside), "{layer:?}");
        }
        let missing = Layer {
            overlay: 0,
            path: root.join("missing"),
        };
        assert!(!missing.holds(&inside));
    }

    #[test]
    fn a_layer_ends_where_another_file_system_is_mounted() {
        let root = Layer {
            overlay: 0,
            path: "/".into(),
        };
        assert!(root.holds(Path::new("/")));
        assert!(!root.holds(Path::new("/proc")));
    }

    #[test]
    fn what_cannot_be_found_is_taken_for_a_layer() {
        let directory = tempfile::tempdir().unwrap();
        assert!(is_in_layer(&directory.path().join("missing")));
    }
}
