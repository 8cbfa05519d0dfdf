//! The file system: directories, symbolic links, regular files and socket files.

use std::collections::{BTreeMap, VecDeque};

use anteroom_core::Owner;
use anteroom_core::rules::codes::UnixCodes;

use super::credentials::Credentials;

/// The most symbolic links in a path, as on Linux.
const MOST_LINKS: usize = 40;

/// The greatest length of a path component.
const LONGEST_COMPONENT: usize = 255;

const WRITE: u32 = 0o2;
const SEARCH: u32 = 0o1;
const STICKY: u32 = 0o1000;

/// The number of a file. It is never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sim) struct Inode(pub(in crate::sim) u64);

const ROOT: Inode = Inode(1);

/// The kinds of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Kind {
    Directory(BTreeMap<Vec<u8>, Inode>),
    Regular(Vec<u8>),
    Link(Vec<u8>),
    Socket,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Node {
    pub(in crate::sim) inode: Inode,
    pub(in crate::sim) kind: Kind,
    pub(in crate::sim) mode: u32,
    pub(in crate::sim) user: u32,
    pub(in crate::sim) group: u32,
}

/// The file system.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Files {
    nodes: BTreeMap<Inode, Node>,
    made: u64,
    codes: UnixCodes,
}

/// A resolved path.
struct Place {
    directory: Inode,
    name: Vec<u8>,
    found: Option<Inode>,
}

impl Files {
    pub(super) fn new(codes: UnixCodes) -> Self {
        let root = Node {
            inode: ROOT,
            kind: Kind::Directory(BTreeMap::new()),
            mode: 0o755,
            user: 0,
            group: 0,
        };
        Self {
            nodes: BTreeMap::from([(ROOT, root)]),
            made: ROOT.0,
            codes,
        }
    }

    /// Returns the file at a path, without following a final symbolic link, as `lstat` does.
    pub(in crate::sim) fn look(&self, who: Credentials, path: &[u8]) -> Result<Option<&Node>, i32> {
        match self.walk(who, path, false) {
            Ok(place) => Ok(place.found.map(|inode| self.node(inode))),
            Err(code) if code == self.codes.enoent => Ok(None),
            Err(code) => Err(code),
        }
    }

    /// Returns the file at a path, following symbolic links, as `stat` does.
    pub(in crate::sim) fn find(&self, who: Credentials, path: &[u8]) -> Result<&Node, i32> {
        let place = self.walk(who, path, true)?;
        let inode = place.found.ok_or(self.codes.enoent)?;
        Ok(self.node(inode))
    }

    /// Creates a file. Fails with `occupied` if the path exists.
    pub(in crate::sim) fn create(
        &mut self,
        who: Credentials,
        path: &[u8],
        (kind, mode): (Kind, u32),
        occupied: i32,
    ) -> Result<Inode, i32> {
        let place = self.walk(who, path, false)?;
        if place.found.is_some() {
            return Err(occupied);
        }
        if !self.node(place.directory).allows(who, WRITE) {
            return Err(self.codes.eacces);
        }
        self.made += 1;
        let inode = Inode(self.made);
        let node = Node {
            inode,
            kind,
            mode,
            user: who.user,
            group: who.group,
        };
        self.nodes.insert(inode, node);
        self.entries_mut(place.directory).insert(place.name, inode);
        Ok(inode)
    }

    /// Removes a file that is not a directory, as `unlink` does.
    pub(in crate::sim) fn remove(&mut self, who: Credentials, path: &[u8]) -> Result<(), i32> {
        let place = self.walk(who, path, false)?;
        let inode = place.found.ok_or(self.codes.enoent)?;
        let directory = self.node(place.directory);
        if !directory.allows(who, WRITE) {
            return Err(self.codes.eacces);
        }
        let node = self.node(inode);
        let is_owner = [0, node.user, directory.user].contains(&who.user);
        if directory.mode & STICKY != 0 && !is_owner {
            return Err(self.codes.eperm);
        }
        self.entries_mut(place.directory).remove(&place.name);
        self.forget(inode);
        Ok(())
    }

    /// Changes the owner of a file. Users other than root can only set their own group.
    pub(in crate::sim) fn set_owner(
        &mut self,
        who: Credentials,
        inode: Inode,
        owner: Owner,
    ) -> Result<(), i32> {
        let node = self.nodes.get_mut(&inode).expect("the file was just made");
        let user = owner.user.unwrap_or(node.user);
        let group = owner.group.unwrap_or(node.group);
        let is_allowed =
            who.user == 0 || (user == node.user && (group == node.group || group == who.group));
        if !is_allowed {
            return Err(self.codes.eperm);
        }
        (node.user, node.group) = (user, group);
        Ok(())
    }

    /// Changes the mode of a file.
    pub(in crate::sim) fn set_mode(&mut self, inode: Inode, mode: u32) {
        if let Some(node) = self.nodes.get_mut(&inode) {
            node.mode = mode;
        }
    }

    /// Returns the names in a directory, sorted.
    pub(in crate::sim) fn list(&self, path: &[u8]) -> Vec<Vec<u8>> {
        match self.find(Credentials::ROOT, path).map(|node| &node.kind) {
            Ok(Kind::Directory(entries)) => entries.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// Returns whether the parent directory of a path is missing.
    pub(in crate::sim) fn is_directory_missing(&self, who: Credentials, path: &[u8]) -> bool {
        let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        let directory = if end == 0 { b"/" } else { &path[..end] };
        self.find(who, directory).err() == Some(self.codes.enoent)
    }

    fn node(&self, inode: Inode) -> &Node {
        self.nodes
            .get(&inode)
            .expect("directories list only files that exist")
    }

    fn entries_mut(&mut self, directory: Inode) -> &mut BTreeMap<Vec<u8>, Inode> {
        match self.nodes.get_mut(&directory).map(|node| &mut node.kind) {
            Some(Kind::Directory(entries)) => entries,
            _ => unreachable!("a walk ends in a directory"),
        }
    }

    fn forget(&mut self, inode: Inode) {
        if let Some(Kind::Directory(entries)) = self.nodes.remove(&inode).map(|node| node.kind) {
            for inside in entries.into_values() {
                self.forget(inside);
            }
        }
    }

    /// Resolves a path component by component, as the kernel does.
    fn walk(&self, who: Credentials, path: &[u8], follow_last: bool) -> Result<Place, i32> {
        let mut rest = VecDeque::new();
        push_front(&mut rest, path);
        // All directories from the root, for `..`.
        let mut way = vec![ROOT];
        let mut links = 0;
        while let Some(name) = rest.pop_front() {
            let directory = *way.last().expect("the root is never left");
            let found = self.step(who, directory, &name)?;
            let is_last = rest.is_empty();
            if name == b".." {
                way.truncate(way.len().max(2) - 1);
                continue;
            }
            if let Some(Kind::Link(target)) = found.map(|inode| &self.node(inode).kind) {
                if !is_last || follow_last {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(self.codes.eloop);
                    }
                    if target.starts_with(b"/") {
                        way.truncate(1);
                    }
                    push_front(&mut rest, target);
                    continue;
                }
            }
            if is_last {
                return Ok(Place {
                    directory,
                    name,
                    found,
                });
            }
            way.push(found.ok_or(self.codes.enoent)?);
        }
        // The path leads to a directory by dots alone.
        let directory = *way.last().expect("the root is never left");
        Ok(Place {
            directory,
            name: Vec::new(),
            found: Some(directory),
        })
    }

    /// Looks up one component.
    fn step(&self, who: Credentials, directory: Inode, name: &[u8]) -> Result<Option<Inode>, i32> {
        let node = self.node(directory);
        let Kind::Directory(entries) = &node.kind else {
            return Err(self.codes.enotdir);
        };
        if !node.allows(who, SEARCH) {
            return Err(self.codes.eacces);
        }
        if name.len() > LONGEST_COMPONENT {
            return Err(self.codes.enametoolong);
        }
        Ok(entries.get(name).copied())
    }
}

impl Node {
    /// Returns whether `who` has write permission.
    pub(in crate::sim) const fn is_writable(&self, who: Credentials) -> bool {
        self.allows(who, WRITE)
    }

    /// Returns whether the mode grants these bits. Root has every permission.
    const fn allows(&self, who: Credentials, bits: u32) -> bool {
        let shift = if who.user == self.user {
            6
        } else if who.group == self.group {
            3
        } else {
            0
        };
        who.user == 0 || (self.mode >> shift) & bits == bits
    }
}

/// Prepends the components of a path to the remaining ones.
fn push_front(rest: &mut VecDeque<Vec<u8>>, path: &[u8]) {
    for component in path.rsplit(|byte| *byte == b'/') {
        if !component.is_empty() && component != b"." {
            rest.push_front(component.to_vec());
        }
    }
}
