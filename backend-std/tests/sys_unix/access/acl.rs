//! Directories whose default ACL grants new files more than their mode shows.

use std::path::Path;

use anteroom_core::{ErrorKind, SocketOptions, Timeout, rules};
use anteroom_std::sys;
use rustix::fs::XattrFlags;
use rustix::io::Errno;

use super::{all_access_sets, mode_at};
use crate::support::{
    NONE, child, child_of, directory, is_root, listen, name_of, program_for_everybody, run, skip,
    task,
};

const ACCESS: &str = "system.posix_acl_access";
const DEFAULT: &str = "system.posix_acl_default";

/// The user that the ACL names.
const NAMED: u32 = 65_534;
const NOBODY_ELSE: u32 = u32::MAX;

/// Gives a directory the default ACL `u::rwx,g::r-x,u:NAMED:rwx,m::rwx,o::---`.
///
/// Returns false where the file system has no ACLs.
fn set_default_acl(directory: &Path) -> bool {
    let entries: [(u16, u16, u32); 5] = [
        (0x01, 7, NOBODY_ELSE),
        (0x02, 7, NAMED),
        (0x04, 5, NOBODY_ELSE),
        (0x10, 7, NOBODY_ELSE),
        (0x20, 0, NOBODY_ELSE),
    ];
    let mut acl = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        acl.extend(tag.to_le_bytes());
        acl.extend(permissions.to_le_bytes());
        acl.extend(id.to_le_bytes());
    }
    match rustix::fs::setxattr(directory, DEFAULT, &acl, XattrFlags::empty()) {
        Ok(()) => true,
        Err(Errno::OPNOTSUPP) => {
            skip("the file system has no ACLs");
            false
        }
        Err(code) => panic!("setting a default ACL: {code}"),
    }
}

fn has_acl(path: &Path) -> bool {
    match rustix::fs::getxattr(path, ACCESS, &mut [0_u8; 0]) {
        Ok(_) => true,
        Err(Errno::NODATA | Errno::OPNOTSUPP) => false,
        Err(code) => panic!("reading an ACL: {code}"),
    }
}

#[test]
fn access_options_replace_the_inherited_acl_whatever_the_umask() {
    const TEST: &str = "access::acl::access_options_replace_the_inherited_acl_whatever_the_umask";
    if let Some(task) = task() {
        for options in all_access_sets().skip(1) {
            let path = Path::new(&task).join(format!("{}", options.bits()));
            let _listener = listen(&name_of(&path), options);
            assert_eq!(Some(mode_at(&path)), rules::mode(options), "{options:?}");
            assert!(!has_acl(&path), "{options:?}");
        }
        return;
    }
    for umask in ["000", "022", "077", "777"] {
        let directory = directory();
        if !set_default_acl(directory.path()) {
            return;
        }
        let task = directory.path().display().to_string();
        run(child(&format!("umask {umask};"), TEST, &task));
    }
}

#[test]
fn without_access_options_the_acl_stays_as_the_directory_says() {
    let directory = directory();
    if !set_default_acl(directory.path()) {
        return;
    }
    let path = directory.path().join("s");
    let _listener = listen(&name_of(&path), NONE);
    assert!(has_acl(&path));
}

/// Connects as the user that the ACL names, as a member of the group, and as neither.
#[test]
fn who_may_connect_is_decided_by_the_options_and_not_by_the_acl() {
    const TEST: &str = "access::acl::who_may_connect_is_decided_by_the_options_and_not_by_the_acl";
    if let Some(task) = task() {
        let (expected, path) = task.split_once(' ').unwrap();
        let outcome = sys::connect(&name_of(Path::new(path)), NONE, Timeout::default());
        let admitted = match &outcome {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.failure.kind(), ErrorKind::Access);
                false
            }
        };
        assert_eq!(admitted.to_string(), expected, "{task}");
        return;
    }
    if !is_root() {
        return skip("only root can become another user");
    }
    let (directory, tools) = (directory(), directory());
    let program = program_for_everybody(tools.path());
    if !set_default_acl(directory.path()) {
        return;
    }
    for options in all_access_sets().skip(1) {
        let path = directory.path().join(format!("{}", options.bits()));
        let _listener = listen(&name_of(&path), options);
        for (uid, gid, flag) in [
            (NAMED, 65_534, SocketOptions::OTHER),
            (65_533, 0, SocketOptions::GROUP),
            (65_533, 65_533, SocketOptions::OTHER),
        ] {
            let task = format!("{} {}", options.contains(flag), path.display());
            let mut command = child_of(&program, "", TEST, &task);
            std::os::unix::process::CommandExt::uid(&mut command, uid);
            std::os::unix::process::CommandExt::gid(&mut command, gid);
            run(command);
        }
    }
}
