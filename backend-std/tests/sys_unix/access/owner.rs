//! Socket files that are given to another user or group.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use anteroom_core::{Detail, ErrorKind, ListenOptions, Owner, SocketOptions, rules};
use anteroom_std::sys;

use super::{all_access_sets, mode_at};
use crate::support::{
    child_of, directory, is_root, listen_with, name_of, program_for_everybody, run, skip, task,
    unlink,
};

const USER: u32 = 65_532;
const GROUP: u32 = 65_531;

/// What a test does in its child.
fn given(user: Option<u32>, group: Option<u32>, access: SocketOptions) -> ListenOptions {
    ListenOptions::new()
        .with_socket(access)
        .with_owner(Owner::new(user, group))
}

/// Runs a test of this module again, after the shell has run `preparation`, in a sticky directory
/// that all users can write to, like `/tmp`.
fn in_sticky_directory(preparation: &str, test: &str) {
    if !is_root() {
        return skip("only root can drop privileges");
    }
    let (directory, tools) = (directory(), directory());
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o1777)).unwrap();
    let program = program_for_everybody(tools.path());
    let task = directory.path().display().to_string();
    run(child_of(&program, preparation, test, &task));
}

fn is_empty(directory: &Path) -> bool {
    fs::read_dir(directory).unwrap().next().is_none()
}

#[test]
fn root_gives_the_file_to_any_user_and_group_with_any_access() {
    if !is_root() {
        return skip("only root can give files away");
    }
    for access in all_access_sets() {
        let directory = directory();
        let path = directory.path().join("s");
        let listener = listen_with(&name_of(&path), given(Some(USER), Some(GROUP), access));
        let metadata = fs::metadata(&path).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (USER, GROUP));
        if let Some(mode) = rules::mode(access) {
            assert_eq!(mode_at(&path), mode, "{access:?}");
        }
        assert_eq!(unlink(&listener), Ok(()));
        assert!(is_empty(directory.path()));
    }
}

/// The one is in the group without any privilege, the other may change owners but not modes.
#[test]
fn a_group_of_ones_own_takes_no_privilege_and_any_other_cap_chown() {
    const TEST: &str =
        "access::owner::a_group_of_ones_own_takes_no_privilege_and_any_other_cap_chown";
    if let Some(task) = task() {
        let path = Path::new(&task).join("s");
        for access in all_access_sets().skip(1) {
            let listener = listen_with(&name_of(&path), given(None, Some(GROUP), access));
            assert_eq!(fs::metadata(&path).unwrap().gid(), GROUP);
            assert_eq!(Some(mode_at(&path)), rules::mode(access), "{access:?}");
            assert_eq!(unlink(&listener), Ok(()));
        }
        assert!(is_empty(Path::new(&task)));
        return;
    }
    let user = "exec setpriv --reuid 65534 --regid 65534";
    let member = format!("{user} --groups {GROUP} \"$0\" \"$@\";");
    in_sticky_directory(&member, TEST);
    let privileged = format!(
        "{user} --clear-groups --inh-caps=-all,+chown --ambient-caps=-all,+chown \"$0\" \"$@\";"
    );
    in_sticky_directory(&privileged, TEST);
}

/// CAP_CHOWN is enough if the options admit the user.
#[test]
fn with_cap_chown_alone_the_file_is_given_away_exactly_or_not_made() {
    const TEST: &str =
        "access::owner::with_cap_chown_alone_the_file_is_given_away_exactly_or_not_made";
    if let Some(task) = task() {
        let directory = Path::new(&task);
        for access in all_access_sets().skip(1) {
            let path = directory.join(format!("{}", access.bits()));
            match sys::bind(&name_of(&path), given(Some(USER), Some(GROUP), access)) {
                Ok(_) => {
                    let metadata = fs::metadata(&path).unwrap();
                    assert_eq!((metadata.uid(), metadata.gid()), (USER, GROUP));
                    assert_eq!(Some(mode_at(&path)), rules::mode(access), "{access:?}");
                    assert!(access.contains(SocketOptions::USER), "{access:?}");
                }
                Err(error) => {
                    assert!(
                        !access.contains(SocketOptions::USER),
                        "{access:?}: {error:?}"
                    );
                    assert_eq!(error.failure.kind(), ErrorKind::Access);
                    assert_eq!(error.failure.detail(), Detail::OwnerRefused);
                    assert!(!path.exists(), "{access:?}");
                }
            }
        }
        return;
    }
    in_sticky_directory(
        "exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all,+chown \
         --ambient-caps=-all,+chown \"$0\" \"$@\";",
        TEST,
    );
}

#[test]
fn an_owner_that_cannot_be_given_is_a_clear_error_and_leaves_nothing() {
    const TEST: &str =
        "access::owner::an_owner_that_cannot_be_given_is_a_clear_error_and_leaves_nothing";
    if let Some(task) = task() {
        let path = Path::new(&task).join("s");
        for owner in [(Some(USER), None), (None, Some(GROUP)), (Some(0), Some(0))] {
            for access in all_access_sets() {
                let options = given(owner.0, owner.1, access);
                let failure = sys::bind(&name_of(&path), options).unwrap_err().failure;
                assert_eq!(failure.detail(), Detail::OwnerRefused, "{owner:?}");
                assert_eq!(failure.kind(), ErrorKind::Access, "{owner:?}");
                assert!(is_empty(Path::new(&task)), "{owner:?}");
            }
        }
        return;
    }
    let user = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$0\" \"$@\";";
    in_sticky_directory(user, TEST);
}

/// In a new user namespace only the own ids are mapped.
#[test]
fn an_id_that_is_not_mapped_is_a_clear_error_and_leaves_nothing() {
    const TEST: &str =
        "access::owner::an_id_that_is_not_mapped_is_a_clear_error_and_leaves_nothing";
    if let Some(task) = task() {
        let path = Path::new(&task).join("s");
        let options = given(Some(USER), None, SocketOptions::USER);
        let failure = sys::bind(&name_of(&path), options).unwrap_err().failure;
        assert_eq!(failure.detail(), Detail::OwnerRefused);
        assert_eq!(failure.code(), Some(sys::CODES.einval));
        assert!(is_empty(Path::new(&task)));
        return;
    }
    let namespace = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "true"])
        .status();
    if !namespace.is_ok_and(|status| status.success()) {
        return skip("user namespaces cannot be made here");
    }
    in_sticky_directory("exec unshare --user --map-root-user \"$0\" \"$@\";", TEST);
}

/// The system takes this number for "unchanged".
#[test]
fn the_largest_id_is_refused() {
    let directory = directory();
    let name = name_of(&directory.path().join("s"));
    for owner in [(Some(u32::MAX), None), (None, Some(u32::MAX))] {
        let options = given(owner.0, owner.1, SocketOptions::USER);
        let failure = sys::bind(&name, options).unwrap_err().failure;
        assert_eq!(failure.detail(), Detail::OwnerRefused);
        assert!(is_empty(directory.path()));
    }
}
