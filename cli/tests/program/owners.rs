//! The owner of the socket file of `serve`.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use crate::support::{Runtime, Sandbox, on_every_runtime};

on_every_runtime! {
    the_socket_file_is_given_to_a_user_and_a_group_by_name_or_number,
    a_group_that_may_not_be_given_ends_it_and_leaves_no_file,
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn the_socket_file_is_given_to_a_user_and_a_group_by_name_or_number(runtime: Runtime) {
    if !is_root() {
        return println!("skipped: only root can give files away");
    }
    for (owner, group, expected) in [
        ("nobody", "65533", (65_534, 65_533)),
        ("65532", "root", (65_532, 0)),
    ] {
        let sandbox = Sandbox::on(runtime);
        let server = sandbox.serve(&[
            "editor",
            "--owner",
            owner,
            "--group",
            group,
            "--access",
            "user,group",
        ]);
        let metadata = fs::metadata(sandbox.path("editor")).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), expected);
        assert_eq!(metadata.permissions().mode() & 0o7777, 0o770);
        server.stop();
        assert!(!sandbox.path("editor").exists());
    }
}

/// The own group of the test is root's; in a user namespace no other is mapped.
fn a_group_that_may_not_be_given_ends_it_and_leaves_no_file(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let group = if is_root() { "4294967295" } else { "0" };
    let answer = sandbox.run(&sandbox.serve_args(&["editor", "--group", group]));
    assert_eq!(answer.code, Some(4));
    assert!(
        answer
            .stderr
            .contains("cannot be given to this owner or group"),
        "{}",
        answer.stderr
    );
    assert!(!sandbox.path("editor").exists());
}

#[test]
fn an_unknown_user_or_group_is_a_mistake_on_the_command_line() {
    let sandbox = Sandbox::new();
    for option in ["--owner", "--group"] {
        let answer = sandbox.run(&["serve", "editor", option, "no-such-name"]);
        assert_eq!(answer.code, Some(64));
        assert!(answer.stderr.contains("of that name"), "{}", answer.stderr);
        let answer = sandbox.run(&["serve", "editor", "--abstract", option, "0"]);
        assert_eq!(answer.code, Some(64));
    }
}
