use std::fs;

use snapbox::{assert_data_eq, str};

use crate::support::{Sandbox, echo};

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
    for (name, code) in [("file", Some(3)), ("directory", Some(3))] {
        assert_eq!(sandbox.run(&["remove", name]).code, code);
        assert_eq!(sandbox.run(&["remove", "--force", name]).code, code);
    }
    assert_data_eq!(
        sandbox.run(&["remove", "file"]).stderr,
        str![[r#"
anteroom: cannot remove "file" ([..]/file): a file is there that is no socket; only sockets are removed

"#]]
    );
    assert_eq!(
        fs::read_to_string(sandbox.path("file")).unwrap(),
        "precious"
    );
    assert!(sandbox.path("directory").is_dir());
}
