//! Which process has a socket: what `/proc` tells.
//!
//! All of this is done as well as it can be. What cannot be read, or is not clear, is not known.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anteroom_core::ServerName;
use anteroom_core::rules::unix::Address;

use crate::sys::ServerProcess;

const SOCKETS: &str = "/proc/net/unix";
const STREAM: u64 = 1;
const LISTENING: u64 = 0x1_0000;

/// Finds a process that listens on an address, without connecting to it.
pub(super) fn listening_on(address: &Address) -> Option<ServerProcess> {
    let shown = shown_as(address)?;
    let table = fs::read(SOCKETS).ok()?;
    let mut listening = rows(&table).filter(|row| row.listens && row.name == shown);
    let inode = listening.next()?.inode;
    // A path whose file was removed can be bound once more while its old server is still there.
    if listening.next().is_some() {
        return None;
    }
    holder_of(inode)
}

/// Tells whether a stream socket has an abstract name, be it listening or not.
pub(super) fn has_abstract_name(name: &ServerName) -> bool {
    let Some(shown) = shown_as(&Address::Abstract(name.clone())) else {
        return false;
    };
    fs::read(SOCKETS).is_ok_and(|table| rows(&table).any(|row| row.name == shown))
}

/// Returns how the table shows an address; none if it cannot be told from others there.
fn shown_as(address: &Address) -> Option<Vec<u8>> {
    let (mark, name, ambiguous) = match address {
        // A newline is shown as it is, and tears the line.
        Address::Path(path) => (None, path, b"\n".as_slice()),
        // A NUL is shown as the same sign that stands for the one in front.
        Address::Abstract(name) => (Some(b'@'), name, b"\n\0@".as_slice()),
    };
    let name = name.as_bytes();
    let is_clear = !name.iter().any(|byte| ambiguous.contains(byte));
    is_clear.then(|| mark.iter().chain(name).copied().collect())
}

/// A stream socket that has a name.
struct Row<'a> {
    listens: bool,
    inode: u64,
    name: &'a [u8],
}

fn rows(table: &[u8]) -> impl Iterator<Item = Row<'_>> {
    table.split(|byte| *byte == b'\n').filter_map(row)
}

/// Reads a line: number, references, protocol, flags, type, state, inode, and then the name.
fn row(line: &[u8]) -> Option<Row<'_>> {
    let mut rest = line;
    let mut fields = [&line[..0]; 7];
    for field in &mut fields {
        let padding = rest.iter().take_while(|byte| **byte == b' ').count();
        let unpadded = &rest[padding..];
        let end = unpadded.iter().position(|byte| *byte == b' ')?;
        (*field, rest) = unpadded.split_at(end);
    }
    let [_, _, _, flags, kind, _, inode] = fields;
    (number(kind, 16)? == STREAM).then_some(Row {
        listens: number(flags, 16)? & LISTENING != 0,
        inode: number(inode, 10)?,
        // The name is behind one blank, and may have blanks of its own.
        name: &rest[1..],
    })
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

/// Finds a process that has a socket open; of several, that with the lowest number.
fn holder_of(inode: u64) -> Option<ServerProcess> {
    let target = format!("socket:[{inode}]");
    let mut pids: Vec<i32> = fs::read_dir("/proc")
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    pids.sort_unstable();
    pids.into_iter().find_map(|pid| {
        let process = Path::new("/proc").join(pid.to_string());
        let holds = fs::read_dir(process.join("fd"))
            .ok()?
            .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
            .any(|link| link == Path::new(&target));
        let uid = fs::metadata(&process).ok()?.uid();
        holds.then_some(ServerProcess::new(pid, uid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[u8] = b"\
Num       RefCount Protocol Flags    Type St Inode Path
00000000cbb8e17e: 00000002 00000000 00010000 0001 01 17069 /run/editor
00000000e8aeff95: 00000002 00000000 00000000 0001 01    22 /run/editor
0000000024892f5f: 00000002 00000000 00000000 0002 03 17069 /run/datagrams
0000000090cba3f6: 00000003 00000000 00000000 0001 03  1594
0000000000000000: 00000002 00000000 00010000 0001 01 31 @editor
0000000000000001: 00000002 00000000 00010000 0001 01 33 @with@nul
00000000d044ef23: 00000002 00000000 00010000 0001 01 32 /run/a b
torn line
";

    fn found(address: &Address) -> Vec<(u64, bool)> {
        let shown = shown_as(address).unwrap();
        rows(TABLE)
            .filter(|row| row.name == shown)
            .map(|row| (row.inode, row.listens))
            .collect()
    }

    #[test]
    fn sockets_are_found_by_their_whole_name() {
        let path = |path: &str| Address::Path(ServerName::from(path));
        assert_eq!(found(&path("/run/editor")), [(17069, true), (22, false)]);
        assert_eq!(found(&path("/run/a b")), [(32, true)]);
        assert_eq!(found(&path("/run/edit")), []);
        assert_eq!(found(&path("/run/datagrams")), []);
        let name = |name: &str| Address::Abstract(ServerName::from(name));
        assert_eq!(found(&name("editor")), [(31, true)]);
        assert_eq!(found(&path("@editor")), [(31, true)]);
        for unclear in [name("with\0nul"), name("with@nul"), path("/a\nb")] {
            assert_eq!(shown_as(&unclear), None);
        }
    }
}
