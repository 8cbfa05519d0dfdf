//! Sockets that do not listen, and those of which it is not known whether a server has them.

#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;

#[cfg(target_os = "linux")]
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, socket};
use snapbox::{assert_data_eq, str};

use crate::support::{Sandbox, run};

/// Makes a socket that is bound and does not listen.
#[cfg(target_os = "linux")]
fn bound(sandbox: &Sandbox, name: &str) -> OwnedFd {
    let bound = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    bind(&bound, &SocketAddrUnix::new(sandbox.path(name)).unwrap()).unwrap();
    bound
}

#[test]
#[cfg(target_os = "linux")]
fn status_and_connect_agree_on_a_socket_that_does_not_listen() {
    let sandbox = Sandbox::new();
    let _bound = bound(&sandbox, "editor");

    let status = sandbox.run(&["status", "editor"]);
    assert_eq!((status.code, &*status.stdout), (Some(7), "not-listening\n"));
    let json = sandbox.run(&["status", "editor", "--json"]);
    assert_eq!(json.code, Some(7));
    assert_data_eq!(
        json.stdout,
        str![[r#"
{"error":null,"full_name":"[..]/editor","kind":null,"name":"editor","pid":null,"status":"not-listening","uid":null}

"#]]
    );
    let connect = sandbox.run(&["connect", "editor"]);
    assert_eq!(connect.code, Some(7));
    assert_data_eq!(
        connect.stderr,
        str![[r#"
anteroom: cannot connect to "editor" ([..]/editor): the server there is starting or does not listen; try again later (os error [..])

"#]]
    );
    let serve = sandbox.run(&["serve", "editor"]);
    assert_eq!(serve.code, Some(7));
    assert_data_eq!(
        serve.stderr,
        str![[r#"
anteroom: cannot listen on "editor" ([..]/editor): the server there is starting or does not listen; stop that server or choose another name (os error [..])

"#]]
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_socket_that_does_not_listen_is_removed_only_if_forced() {
    let sandbox = Sandbox::new();
    let _bound = bound(&sandbox, "editor");

    let answer = sandbox.run(&["remove", "editor"]);
    assert_eq!(answer.code, Some(7));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot remove "editor" ([..]/editor): the server there is starting or does not listen; stop that server, or use --force

"#]]
    );
    assert!(sandbox.path("editor").exists());
    let answer = sandbox.run(&["remove", "--force", "editor"]);
    assert_eq!((answer.code, &*answer.stdout), (Some(0), "removed\n"));
}

#[test]
#[cfg(target_os = "linux")]
fn status_and_connect_agree_on_an_abstract_name_that_does_not_listen() {
    let sandbox = Sandbox::new();
    let name = &format!("anteroom-silent-{}", std::process::id());
    let bound = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    bind(
        &bound,
        &SocketAddrUnix::new_abstract_name(name.as_bytes()).unwrap(),
    )
    .unwrap();

    let status = sandbox.run(&["status", "--abstract", name]);
    assert_eq!((status.code, &*status.stdout), (Some(7), "not-listening\n"));
    assert_eq!(sandbox.run(&["connect", "--abstract", name]).code, Some(7));
    assert_eq!(sandbox.run(&["serve", "--abstract", name]).code, Some(7));
}

#[test]
fn a_live_server_is_unknown_where_the_kernel_refuses_the_probe_and_stays() {
    let sandbox = Sandbox::new();
    let _live = UnixListener::bind(sandbox.path("editor")).unwrap();
    let refused = |args: &[&str]| sandbox.command_refused("1+", args).map(run);

    let Some(status) = refused(&["status", "editor"]) else {
        return;
    };
    assert_eq!((status.code, &*status.stdout), (Some(6), "unknown\n"));
    let json = refused(&["status", "editor", "--json"]).unwrap();
    assert_eq!(json.code, Some(6));
    assert_data_eq!(
        json.stdout,
        str![[r#"
{"error":null,"full_name":"[..]/editor","kind":null,"name":"editor","pid":null,"status":"unknown","uid":null}

"#]]
    );
    let remove = refused(&["remove", "editor"]).unwrap();
    assert_eq!(remove.code, Some(6));
    assert_data_eq!(
        remove.stderr,
        str![[r#"
anteroom: cannot remove "editor" ([..]/editor): it is not known whether a server has it; find out with `anteroom status --connect`, or use --force

"#]]
    );
    assert!(sandbox.path("editor").exists());
    assert_eq!(refused(&["serve", "editor"]).unwrap().code, Some(6));
    assert_eq!(refused(&["connect", "editor"]).unwrap().code, Some(6));
    let forced = refused(&["remove", "--force", "editor"]).unwrap();
    assert_eq!((forced.code, &*forced.stdout), (Some(0), "removed\n"));
}

#[test]
fn status_finds_a_live_server_by_connecting_if_told_to() {
    let sandbox = Sandbox::new();
    let live = UnixListener::bind(sandbox.path("editor")).unwrap();
    live.set_nonblocking(true).unwrap();
    // The probe, and the self-test up to its live socket, which fails it.
    let args = ["status", "--connect", "editor"];
    let Some(command) = sandbox.command_refused("1..3", &args) else {
        return;
    };
    let status = run(command);
    assert_eq!(status.code, Some(0));
    assert!(status.stdout.starts_with("live"), "{}", status.stdout);
    assert!(live.accept().is_ok(), "it has connected");
}

#[test]
fn status_does_not_connect_if_looking_is_enough() {
    let sandbox = Sandbox::new();
    let live = UnixListener::bind(sandbox.path("editor")).unwrap();
    live.set_nonblocking(true).unwrap();
    assert_eq!(
        sandbox.run(&["status", "--connect", "editor"]).code,
        Some(0)
    );
    assert!(live.accept().is_err());
    sandbox.leave_stale("stale");
    assert_eq!(sandbox.run(&["status", "--connect", "stale"]).code, Some(2));
}
