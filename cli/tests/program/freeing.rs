//! A socket file that cannot be removed at the end.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use crate::support::{Runtime, Sandbox, Serving, on_every_runtime};

on_every_runtime![
    a_file_that_cannot_be_removed_is_reported_at_the_first_signal,
    a_file_that_cannot_be_removed_is_reported_by_a_server_that_takes_nobody_in,
    a_file_that_cannot_be_removed_is_reported_before_the_second_signal,
];

fn a_file_that_cannot_be_removed_is_reported_at_the_first_signal(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let (mut server, client) = serve_out_of_reach(&sandbox, &["--grace", "1000"]);
    server.signal(Signal::TERM);
    assert_complaint(&mut server);
    // It has not waited for the client.
    drop(client);
    assert_eq!(server.wait().code(), Some(4));
    assert_eq!(server.stderr(), "");
}

fn a_file_that_cannot_be_removed_is_reported_by_a_server_that_takes_nobody_in(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let (mut server, _client) = serve_out_of_reach(&sandbox, &["--max-pending", "0"]);
    server.signal(Signal::INT);
    assert_complaint(&mut server);
    assert_eq!(server.wait().code(), Some(4));
    assert_eq!(server.stderr(), "");
}

fn a_file_that_cannot_be_removed_is_reported_before_the_second_signal(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let (mut server, _client) = serve_out_of_reach(&sandbox, &["--grace", "1000"]);
    server.signal(Signal::TERM);
    assert_complaint(&mut server);
    server.signal(Signal::INT);
    assert_eq!(server.wait().signal(), Some(Signal::INT.as_raw()));
}

/// Starts a server whose file cannot be reached, not even by root, because of a loop of links.
fn serve_out_of_reach(sandbox: &Sandbox, options: &[&str]) -> (Serving, UnixStream) {
    fs::create_dir(sandbox.path("directory")).unwrap();
    let name = sandbox.path("directory/editor");
    let server = sandbox.serve(&[&[name.to_str().unwrap()], options].concat());
    let client = sandbox.client("directory/editor");
    fs::rename(sandbox.path("directory"), sandbox.path("other")).unwrap();
    symlink("directory", sandbox.path("directory")).unwrap();
    (server, client)
}

fn assert_complaint(server: &mut Serving) {
    assert_data_eq!(
        server.complaint(),
        str![[r#"
anteroom: cannot remove the socket file of "[..]/directory/editor": [..] (os error [..])

"#]]
    );
}
