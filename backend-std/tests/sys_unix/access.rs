use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use anteroom_core::{ServerName, SocketOptions, rules};

use crate::support::{
    NONE, child, child_of, directory, is_root, listen, name_of, path_of, program_for_everybody,
    run, skip, task, unlink,
};

#[cfg(target_os = "linux")]
mod acl;
#[cfg(target_os = "linux")]
mod owner;
#[cfg(target_os = "linux")]
mod proc;

fn mode_at(path: &std::path::Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

fn all_access_sets() -> impl Iterator<Item = SocketOptions> {
    (0..8).map(SocketOptions::from_bits_retain)
}

/// All eight sets, under every umask: the set is what counts, and the umask stays as it is.
#[test]
fn the_mode_is_exactly_what_was_asked_for_whatever_the_umask() {
    const TEST: &str = "access::the_mode_is_exactly_what_was_asked_for_whatever_the_umask";
    if let Some(task) = task() {
        let (umask, directory) = task.split_once(' ').unwrap();
        let umask = u32::from_str_radix(umask, 8).unwrap();
        let directory = std::path::Path::new(directory);
        for options in all_access_sets() {
            let path = directory.join(format!("{}", options.bits()));
            let _listener = listen(&name_of(&path), options);
            let expected = rules::mode(options).unwrap_or(0o777 & !umask);
            assert_eq!(mode_at(&path), expected, "{options:?} under {umask:o}");
        }
        let file = directory.join("file");
        fs::File::create(&file).unwrap();
        assert_eq!(mode_at(&file), 0o666 & !umask, "the umask was changed");
        return;
    }
    for umask in ["000", "022", "077", "777"] {
        let directory = directory();
        let task = format!("{umask} {}", directory.path().display());
        run(child(&format!("umask {umask};"), TEST, &task));
    }
}

/// The system itself admits or refuses another user, by the mode.
#[test]
#[cfg(target_os = "linux")]
fn the_system_enforces_the_mode_for_other_users() {
    use anteroom_core::{ErrorKind, Timeout};
    use anteroom_std::sys;

    const TEST: &str = "access::the_system_enforces_the_mode_for_other_users";
    if let Some(task) = task() {
        let (expected, path) = task.split_once(' ').unwrap();
        let outcome = sys::connect(&ServerName::from(path), NONE, Timeout::default());
        let admitted = match outcome {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.failure.kind(), ErrorKind::Access);
                assert_eq!(error.failure.code(), Some(sys::CODES.eacces));
                false
            }
        };
        assert_eq!(admitted.to_string(), expected);
        return;
    }
    if !is_root() {
        return skip("only root can become another user");
    }
    let (directory, tools) = (directory(), directory());
    let program = program_for_everybody(tools.path());
    for options in all_access_sets().skip(1) {
        let path = directory.path().join(format!("{}", options.bits()));
        let _listener = listen(&name_of(&path), options);
        for (gid, flag) in [(0, SocketOptions::GROUP), (65534, SocketOptions::OTHER)] {
            let task = format!("{} {}", options.contains(flag), path.display());
            let mut command = child_of(&program, "", TEST, &task);
            std::os::unix::process::CommandExt::uid(&mut command, 65534);
            std::os::unix::process::CommandExt::gid(&mut command, gid);
            run(command);
        }
    }
}

/// The name leads through a link to a directory, which is fine; the file itself is no link.
#[test]
fn a_directory_may_be_reached_by_a_link() {
    let directory = directory();
    fs::create_dir(directory.path().join("real")).unwrap();
    symlink("real", directory.path().join("link")).unwrap();
    let name = name_of(&directory.path().join("link/s"));

    let listener = listen(&name, SocketOptions::USER);

    assert_eq!(mode_at(&directory.path().join("real/s")), 0o700);
    unlink(&listener).unwrap();
    assert!(!path_of(&name).exists());
}
