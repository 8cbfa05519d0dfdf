use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::os::unix::net::UnixListener;

use anteroom_core::{ErrorKind, Operation};
use anteroom_std::sys;

use crate::support::{
    NONE, child_of, directory, fingerprint, is_root, listen, name_of, program_for_everybody, run,
    task, unlink,
};

#[test]
fn the_own_file_is_removed() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    assert_eq!(listener.file.as_ref().unwrap().path(), path);

    assert_eq!(unlink(&listener), Ok(()));

    assert!(fs::symlink_metadata(&path).is_err());
}

#[test]
fn a_file_that_is_gone_is_no_failure() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);

    fs::remove_file(&path).unwrap();
    assert_eq!(unlink(&listener), Ok(()));

    // Not even its directory need be there.
    fs::remove_dir(directory.path()).unwrap();
    assert_eq!(unlink(&listener), Ok(()));
    fs::write(directory.path(), "").unwrap();
    assert_eq!(unlink(&listener), Ok(()));
    fs::remove_file(directory.path()).unwrap();
}

#[test]
fn what_has_taken_its_place_stays() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    fs::rename(&path, directory.path().join("moved")).unwrap();

    let successor = UnixListener::bind(&path).unwrap();
    let before = fingerprint(&path);
    assert_eq!(unlink(&listener), Ok(()));
    assert_eq!(fingerprint(&path), before);
    drop(successor);

    fs::remove_file(&path).unwrap();
    fs::write(&path, "precious").unwrap();
    assert_eq!(unlink(&listener), Ok(()));
    assert_eq!(fs::read(&path).unwrap(), b"precious");

    fs::remove_file(&path).unwrap();
    symlink(directory.path().join("moved"), &path).unwrap();
    assert_eq!(unlink(&listener), Ok(()));
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert!(directory.path().join("moved").exists());
}

/// File systems give the number of a removed file to the next new one, but not that of a file
/// whose socket is open: what makes the identity one.
#[test]
#[cfg(target_os = "linux")]
fn no_successor_has_the_number_while_the_socket_is_open() {
    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    let number = |path: &std::path::Path| fs::symlink_metadata(path).unwrap().ino();
    let own = number(&path);

    for _ in 0..100 {
        fs::remove_file(&path).unwrap();
        let _successor = UnixListener::bind(&path).unwrap();
        assert_ne!(number(&path), own);
        assert_eq!(unlink(&listener), Ok(()));
        assert!(path.exists());
    }
}

#[test]
fn a_changed_mode_or_time_does_not_make_it_another_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);

    fs::set_permissions(&path, fs::Permissions::from_mode(0o601)).unwrap();
    let times = rustix::fs::Timestamps {
        last_access: rustix::time::Timespec::default(),
        last_modification: rustix::time::Timespec::default(),
    };
    rustix::fs::utimensat(rustix::fs::CWD, &path, &times, rustix::fs::AtFlags::empty()).unwrap();

    assert_eq!(unlink(&listener), Ok(()));
    assert!(!path.exists());
}

#[test]
fn a_failure_to_remove_is_told() {
    const TEST: &str = "identity::a_failure_to_remove_is_told";
    if let Some(path) = task() {
        return fails_to_remove(path.as_ref());
    }
    let (directory, tools) = (directory(), directory());
    let path = directory.path().join("s");
    if !is_root() {
        return fails_to_remove(&path);
    }
    let program = program_for_everybody(tools.path());
    std::os::unix::fs::chown(directory.path(), Some(65534), None).unwrap();
    let mut command = child_of(&program, "", TEST, path.to_str().unwrap());
    std::os::unix::process::CommandExt::uid(&mut command, 65534);
    run(command);
}

fn fails_to_remove(path: &std::path::Path) {
    let listener = listen(&name_of(path), NONE);
    let directory = path.parent().unwrap();
    let set_mode = |mode| {
        let mode: fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(directory, mode).unwrap();
    };
    set_mode(0o555);

    let failure = unlink(&listener).unwrap_err();

    assert_eq!(failure.operation(), Operation::Close);
    assert_eq!(failure.kind(), ErrorKind::Access);
    assert_eq!(failure.code(), Some(sys::CODES.eacces));
    assert!(path.exists());
    set_mode(0o755);
}

/// Whether the file is ours is asked of the socket.
#[test]
#[cfg(target_os = "linux")]
fn an_owner_that_cannot_be_found_out_is_reported_and_the_file_stays() {
    use std::os::fd::AsFd as _;

    let directory = directory();
    let path = directory.path().join("s");
    let listener = listen(&name_of(&path), NONE);
    let no_socket = fs::File::open("/dev/null").unwrap();

    let file = listener.file.as_ref().unwrap();
    let failure = file
        .unlink(&listener.creator, no_socket.as_fd())
        .unwrap_err();

    assert_eq!(failure.operation(), Operation::Close);
    assert!(failure.code().is_some());
    assert!(path.exists());
}
