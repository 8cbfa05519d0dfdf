use std::ffi::OsStr;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

use snapbox::{assert_data_eq, str};

use crate::support::{Sandbox, Serving};

#[track_caller]
fn assert_status(sandbox: &Sandbox, name: &str, code: i32, words: &str, json: &str) {
    let answer = sandbox.run(&["status", name]);
    assert_eq!(answer.code, Some(code), "{answer:?}");
    assert_data_eq!(answer.stdout, words.to_owned() + "\n");
    assert_eq!(answer.stderr, "");
    let answer = sandbox.run(&["status", name, "--json"]);
    assert_eq!(answer.code, Some(code), "{answer:?}");
    assert_data_eq!(answer.stdout, json.to_owned() + "\n");
    assert_eq!(answer.stderr, "");
}

#[test]
fn status_of_a_live_server() {
    let sandbox = Sandbox::new();
    let server = sandbox.serve(&["editor"]);
    let pid = server.process.id();
    assert_status(
        &sandbox,
        "editor",
        0,
        &format!("live pid={pid} uid=[..]"),
        &format!(
            r#"{{"error":null,"full_name":"[..]/editor","kind":null,"name":"editor","pid":{pid},"status":"live","uid":[..]}}"#
        ),
    );
    // It has not noticed: nobody has connected.
    assert_eq!(server.stop(), "");
}

#[test]
fn status_of_an_absent_name() {
    assert_status(
        &Sandbox::new(),
        "editor",
        1,
        "absent",
        r#"{"error":null,"full_name":"[..]/editor","kind":null,"name":"editor","pid":null,"status":"absent","uid":null}"#,
    );
}

#[test]
fn status_of_a_stale_socket() {
    let sandbox = Sandbox::new();
    sandbox.leave_stale("editor");
    assert_status(
        &sandbox,
        "editor",
        2,
        "stale",
        r#"{"error":null,"full_name":"[..]/editor","kind":null,"name":"editor","pid":null,"status":"stale","uid":null}"#,
    );
}

#[test]
fn status_of_a_directory() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("editor")).unwrap();
    assert_status(
        &sandbox,
        "editor",
        3,
        "not-a-socket kind=directory",
        r#"{"error":null,"full_name":"[..]/editor","kind":"directory","name":"editor","pid":null,"status":"not-a-socket","uid":null}"#,
    );
}

#[test]
fn status_of_a_file_and_of_links_to_it_and_to_nowhere() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("file"), "").unwrap();
    symlink("file", sandbox.path("link")).unwrap();
    symlink("missing", sandbox.path("nowhere")).unwrap();
    let words = |name| sandbox.run(&["status", name]).stdout;
    assert_eq!(words("file"), "not-a-socket kind=file\n");
    assert_eq!(words("link"), "not-a-socket kind=file\n");
    assert_eq!(words("nowhere"), "not-a-socket kind=link\n");
}

#[test]
fn status_follows_links_as_connect_does() {
    let sandbox = Sandbox::new();
    symlink("editor", sandbox.path("link")).unwrap();
    let server = sandbox.serve(&["editor"]);
    assert_eq!(
        sandbox
            .run_with_input(&["connect", "link"], b"hello")
            .stdout,
        "hello"
    );
    let words = sandbox.run(&["status", "link"]).stdout;
    assert_data_eq!(words, live(&server) + "\n");
    server.stop();
    sandbox.leave_stale("editor");
    assert_eq!(sandbox.run(&["status", "link"]).stdout, "stale\n");
    assert_eq!(sandbox.run(&["connect", "link"]).code, Some(2));
}

/// As Qt's servers do that have options.
#[test]
#[cfg(any(target_os = "linux", target_os = "android"))]
fn status_of_a_server_that_has_renamed_its_socket_over_another_one() {
    let sandbox = Sandbox::new();
    let replaced = sandbox.serve(&["editor"]);
    let server = sandbox.serve(&["editor.new"]);
    fs::rename(sandbox.path("editor.new"), sandbox.path("editor")).unwrap();
    let words = sandbox.run(&["status", "editor"]).stdout;
    assert_data_eq!(words, live(&server) + "\n");
    replaced.stop();
    server.stop();
}

#[test]
fn status_tells_no_process_if_several_have_the_socket() {
    let sandbox = Sandbox::new();
    let socket = UnixListener::bind(sandbox.path("editor")).unwrap();
    let inherited = OwnedFd::from(socket.try_clone().unwrap());
    // It ends when its input does.
    let mut heir = Command::new("cat")
        .stdin(Stdio::piped())
        .stderr(inherited)
        .spawn()
        .unwrap();
    assert_status(
        &sandbox,
        "editor",
        0,
        "live",
        r#"{"error":null,"full_name":"[..]/editor","kind":null,"name":"editor","pid":null,"status":"live","uid":null}"#,
    );
    drop(heir.stdin.take());
    heir.wait().unwrap();
}

fn live(server: &Serving) -> String {
    format!("live pid={} uid=[..]", server.process.id())
}

#[test]
fn status_of_a_name_that_is_too_long_is_trouble() {
    let sandbox = Sandbox::new();
    let name = "x".repeat(200);
    let answer = sandbox.run(&["status", &name, "--json"]);
    assert_eq!(answer.code, Some(4));
    assert_data_eq!(
        answer.stdout,
        str![[r#"
{"error":"cannot inspect [..]","full_name":null,"kind":null,"name":"xx[..]xx","pid":null,"status":"trouble","uid":null}

"#]]
    );
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot inspect "xx[..]xx": the full name is [..] bytes long, this system allows [..]; choose a shorter name or directory

"#]]
    );
}

#[test]
fn names_need_not_be_utf_8_nor_one_line() {
    let sandbox = Sandbox::new();
    let name = OsStr::from_bytes(b"line\nbreak\xff");
    assert_eq!(
        sandbox.run(&[OsStr::new("status"), name]).stdout,
        "absent\n"
    );
    let answer = sandbox.run(&[OsStr::new("connect"), name]);
    assert_eq!(answer.code, Some(1));
    assert_eq!(answer.stderr.lines().count(), 1, "{}", answer.stderr);
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android"))]
fn abstract_names_are_served_looked_at_and_connected_to() {
    let sandbox = Sandbox::new();
    let name = &format!("anteroom-test-{}", std::process::id());
    let absent = sandbox.run(&["status", "--abstract", name]);
    assert_eq!((absent.code, &*absent.stdout), (Some(1), "absent\n"));

    let server = sandbox.serve(&["--abstract", name]);
    assert_eq!(server.greeting, format!("listening {name} {name}"));
    let live = sandbox.run(&["status", "--abstract", name]);
    assert_eq!(live.code, Some(0));
    let words = format!("live pid={} uid=", server.process.id());
    assert!(live.stdout.starts_with(&words), "{}", live.stdout);
    let answer = sandbox.run_with_input(&["connect", "--abstract", name], b"hello");
    assert_eq!(answer.stdout, "hello");
    server.stop();
    assert_eq!(sandbox.run(&["connect", "--abstract", name]).code, Some(1));
}
