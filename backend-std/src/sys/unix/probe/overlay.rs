//! The layers of overlay mounts, as `/proc/self/mountinfo` lists them.
//!
//! A container often has such a mount for its root. A socket that was bound there belongs to an
//! inode of the overlay: seen from outside, in the layer, it refuses every connect.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::super::identity::Identity;

/// Returns whether a path lies in a layer of an overlay mount; true if that cannot be found out.
pub(super) fn is_in_layer(path: &Path) -> bool {
    let (Ok(mounts), Ok(path)) = (fs::read("/proc/self/mountinfo"), fs::canonicalize(path)) else {
        return true;
    };
    let layers = layers(&mounts);
    !layers.is_empty() && layers.iter().any(|layer| lies_in(&path, layer))
}

/// Returns whether a path without links lies in a directory.
///
/// Directories are compared by identity, since a layer may have been mounted by another path. A
/// relative layer refers to the directory of the process that mounted it: its name has to do.
fn lies_in(path: &Path, layer: &Path) -> bool {
    if layer.is_relative() {
        return path.ancestors().any(|directory| directory.ends_with(layer));
    }
    let identity = |path: &Path| fs::metadata(path).map(|metadata| Identity::of(&metadata));
    path.starts_with(layer)
        || identity(layer).is_ok_and(|layer| {
            let mut directories = path.ancestors().filter_map(|path| identity(path).ok());
            directories.any(|directory| directory == layer)
        })
}

/// Lists the layers of all overlay mounts, from the text of `mountinfo`.
fn layers(mounts: &[u8]) -> Vec<PathBuf> {
    mounts
        .split(|byte| *byte == b'\n')
        .filter_map(overlay_options)
        .flat_map(|options| options.split(|byte| *byte == b','))
        .flat_map(layers_of_option)
        .filter(|layer| !layer.as_os_str().is_empty())
        .collect()
}

/// Returns the options of a mount, if it is an overlay: `… - overlay SOURCE OPTIONS`.
fn overlay_options(mount: &[u8]) -> Option<&[u8]> {
    let mut fields = mount.split(|byte| *byte == b' ');
    fields.by_ref().find(|field| *field == b"-")?;
    let is_overlay = fields.next()? == b"overlay";
    let options = fields.nth(1)?;
    is_overlay.then_some(options)
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
            "/l/1",
            "/l/2",
            "/data",
            "/u/a b",
            "/odd:name",
            "/l,3",
            "/new:style",
            "/d",
            "rel/diff",
        ];
        assert_eq!(layers(mounts), expected.map(PathBuf::from));
    }

    #[test]
    fn a_layer_is_recognised_by_identity_and_by_name() {
        let directory = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(directory.path()).unwrap();
        fs::create_dir_all(root.join("id/diff/run")).unwrap();
        symlink("id/diff", root.join("short")).unwrap();
        let socket = root.join("id/diff/run/s");
        let other = root.join("id/other/s");

        for layer in [root.join("id/diff"), root.join("short"), "id/diff".into()] {
            assert!(lies_in(&socket, &layer), "{layer:?}");
            assert!(!lies_in(&other, &layer), "{layer:?}");
        }
        assert!(lies_in(Path::new("/gone/s"), Path::new("/gone")));
        assert!(!lies_in(Path::new("/gone-not/s"), Path::new("/gone")));
    }

    #[test]
    fn what_cannot_be_found_is_taken_for_a_layer() {
        let directory = tempfile::tempdir().unwrap();
        assert!(is_in_layer(&directory.path().join("missing")));
    }
}
