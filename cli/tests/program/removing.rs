use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use snapbox::{assert_data_eq, str};

use crate::support::{Sandbox, echo, run};

#[test]
fn a_stale_socket_is_removed_and_its_name_can_be_served_again() {
    let sandbox = Sandbox::new();
    sandbox.leave_stale("editor");
    let answer = sandbox.run(&["serve", "editor"]);
    assert_eq!(answer.code, Some(2));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot listen on "editor" ([..]/editor): it is the socket of a server that has crashed; remove it, then listen again (os error [..])

"#]]
    );
    let answer = sandbox.run(&["remove", "editor"]);
    assert_eq!((answer.code, &*answer.stdout), (Some(0), "removed\n"));
    assert_eq!(answer.stderr, "");
    sandbox.serve(&["editor"]).stop();
}

#[test]
fn nothing_to_remove_is_a_success() {
    let answer = Sandbox::new().run(&["remove", "editor"]);
    assert_eq!((answer.code, &*answer.stdout), (Some(0), "absent\n"));
}

#[test]
fn a_live_server_keeps_its_name() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve(&["editor"]);
    let answer = sandbox.run(&["remove", "editor"]);
    assert_eq!(answer.code, Some(5));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot remove "editor" ([..]/editor): it is in use by a live server (pid=[..] uid=[..]); stop that server, or use --force, which cuts it off from its name

"#]]
    );
    echo(&sandbox.client("editor"), "still there");
    server.stop();
}

#[test]
fn a_full_name_is_told_once() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve(&["editor"]);
    let name = sandbox.path("editor");
    let answer = sandbox.run(&["remove", name.to_str().unwrap()]);
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot remove "/[..]/editor": it is in use by a live server[..]

"#]]
    );
    server.stop();
}

#[test]
fn force_takes_the_name_from_a_live_server_which_keeps_its_clients() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve(&["editor"]);
    let client = sandbox.client("editor");
    let answer = sandbox.run(&["remove", "--force", "editor"]);
    assert_eq!((answer.code, &*answer.stdout), (Some(0), "removed\n"));
    assert_eq!(sandbox.run(&["status", "editor"]).code, Some(1));
    let successor = sandbox.serve(&["editor"]);
    echo(&client, "still there");
    drop(client);
    // The first one ends without taking away what the second one has made.
    server.stop();
    echo(&sandbox.client("editor"), "successor");
    successor.stop();
}

#[test]
fn what_is_no_socket_stays_even_if_forced() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("file"), "precious").unwrap();
    fs::create_dir(sandbox.path("directory")).unwrap();
    symlink("file", sandbox.path("link")).unwrap();
    symlink("missing", sandbox.path("nowhere")).unwrap();
    for (name, code) in ["file", "directory", "link", "nowhere"].map(|name| (name, Some(3))) {
        assert_eq!(sandbox.run(&["remove", name]).code, code);
        assert_eq!(sandbox.run(&["remove", "--force", name]).code, code);
    }
    assert_data_eq!(
        sandbox.run(&["remove", "file"]).stderr,
        str![[r#"
anteroom: cannot remove "file" ([..]/file): it is a file, not a socket; only sockets are removed

"#]]
    );
    assert_eq!(
        fs::read_to_string(sandbox.path("file")).unwrap(),
        "precious"
    );
    assert!(sandbox.path("directory").is_dir());
    assert!(sandbox.path("link").is_symlink());
    assert!(sandbox.path("nowhere").is_symlink());
}

#[test]
fn a_link_stays_even_if_it_leads_to_a_server_dead_or_alive() {
    let sandbox = Sandbox::new();
    symlink("editor", sandbox.path("link")).unwrap();
    let stays = || {
        for force in [&[][..], &["--force"]] {
            let answer = sandbox.run(&[&["remove", "link"], force].concat());
            assert_eq!(answer.code, Some(3));
            assert_data_eq!(
                answer.stderr,
                str![[r#"
anteroom: cannot remove "link" ([..]/link): it is a symbolic link, not a socket; [..]

"#]]
            );
        }
        assert!(sandbox.path("link").is_symlink());
        assert!(sandbox.path("editor").exists());
    };
    let server = sandbox.serve(&["editor"]);
    stays();
    server.stop();
    sandbox.leave_stale("editor");
    stays();
}

#[test]
fn a_bad_name_cannot_be_removed() {
    let sandbox = Sandbox::new();
    let mut relative = sandbox.command(&["remove", "editor"]);
    relative.env("TMPDIR", "relative");
    for command in [
        sandbox.command(&["remove", ""]),
        sandbox.command(&["remove", &"x".repeat(200)]),
        relative,
    ] {
        let answer = run(command);
        assert_eq!(answer.code, Some(4));
        assert_eq!(answer.stdout, "");
        assert_data_eq!(
            answer.stderr,
            str![[r#"
anteroom: cannot remove "[..]": [..]

"#]]
        );
    }
}

#[test]
fn a_name_that_may_not_be_looked_at_cannot_be_removed() {
    let sandbox = Sandbox::new();
    let closed = sandbox.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        println!("skipped: root may look everywhere");
        return;
    }
    let answer = sandbox.run(&["remove".as_ref(), closed.join("editor").as_os_str()]);
    assert_eq!(answer.code, Some(4));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot remove "[..]/closed/editor": permission denied[..]

"#]]
    );
}
