use std::collections::HashSet;
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt as _;
use std::thread;

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use crate::support::{Runtime, Sandbox, echo, on_every_runtime};

on_every_runtime![
    the_first_line_tells_the_name_and_the_full_name,
    the_first_line_is_three_words_whatever_the_name,
    every_connection_and_every_end_has_a_line,
    a_client_that_leaves_before_it_was_answered_ends_with_an_error,
    what_was_sent_before_a_half_close_comes_back_completely,
    hundreds_of_clients_are_served_at_the_same_time,
    clients_that_come_all_at_once_are_served,
    a_small_limit_and_a_small_backlog_serve_everybody_all_the_same,
    a_client_that_never_reads_is_not_read_from_and_stops_nobody,
    access_is_what_was_asked_for,
    a_name_in_use_is_told,
    a_name_that_cannot_be_listened_on_is_told,
];

fn the_first_line_tells_the_name_and_the_full_name(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor"]);
    let path = sandbox.path("editor");
    assert_eq!(
        server.greeting,
        format!("listening editor {}", path.display())
    );
    server.stop();
    let name = path.to_str().unwrap();
    let server = sandbox.serve(&[name]);
    assert_eq!(server.greeting, format!("listening {name} {name}"));
    server.stop();
}

fn the_first_line_is_three_words_whatever_the_name(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["my \\ editor\n"]);
    let name = r"my\x20\x5c\x20editor\x0a";
    let path = sandbox.path(name);
    assert_eq!(
        server.greeting,
        format!("listening {name} {}", path.display())
    );
    server.stop();
}

fn every_connection_and_every_end_has_a_line(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor"]);
    let client = sandbox.client("editor");
    let own_pid = std::process::id();
    assert_data_eq!(server.line(), format!("connected 1 pid={own_pid} uid=[..]"));
    echo(&client, "hello");
    drop(client);
    assert_eq!(server.line(), "ended 1 bytes=5");
    drop(sandbox.client("editor"));
    assert_data_eq!(server.line(), format!("connected 2 pid={own_pid} uid=[..]"));
    assert_eq!(server.line(), "ended 2 bytes=0");
    server.stop();
}

fn a_client_that_leaves_before_it_was_answered_ends_with_an_error(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor"]);
    let client = sandbox.client("editor");
    client.set_nonblocking(true).unwrap();
    // More than the system holds in both directions, so that some of it is unsent.
    while (&client).write(&[0; 4096]).is_ok() {}
    drop(client);
    assert_data_eq!(server.line(), "connected 1 pid=[..] uid=[..]".to_owned());
    assert_data_eq!(server.line(), "ended 1 bytes=[..] ([..])".to_owned());
    server.stop();
}

fn what_was_sent_before_a_half_close_comes_back_completely(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor", "--quiet"]);
    let bytes: Vec<u8> = (0..4_000_000_u32).map(|number| number as u8).collect();
    let mut client = sandbox.client("editor");
    let mut sending = client.try_clone().unwrap();
    let mut answer = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            sending.write_all(&bytes).unwrap();
            sending.shutdown(Shutdown::Write).unwrap();
        });
        client.read_to_end(&mut answer).unwrap();
    });
    assert!(answer == bytes);
    server.stop();
}

fn hundreds_of_clients_are_served_at_the_same_time(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor"]);
    let clients: Vec<_> = (0..300).map(|_| sandbox.client("editor")).collect();
    for round in 0..3 {
        for (number, mut client) in clients.iter().enumerate() {
            write!(client, "{round}-{number:05}").unwrap();
        }
        for (number, mut client) in clients.iter().enumerate().rev() {
            let mut answer = [0; 7];
            client.read_exact(&mut answer).unwrap();
            assert_eq!(answer, format!("{round}-{number:05}").as_bytes());
        }
    }
    drop(clients);
    let lines = server.stop();
    let ended: HashSet<_> = lines
        .lines()
        .filter(|line| line.ends_with(" bytes=21"))
        .collect();
    assert_eq!(ended.len(), 300);
}

/// These are more clients than a server accepts in one turn.
fn clients_that_come_all_at_once_are_served(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor"]);
    server.signal(Signal::STOP);
    let clients: Vec<_> = (0..100).map(|_| sandbox.client("editor")).collect();
    server.signal(Signal::CONT);
    for client in clients.iter().rev() {
        echo(client, "hello");
    }
    drop(clients);
    server.stop();
}

/// The server's own tests show the same for the tasks of the other runtimes.
#[test]
fn the_event_loop_serves_who_is_connected_while_many_wait_to_be_accepted() {
    /// So many are accepted in one turn of the loop.
    const PER_TURN: usize = 64;
    let sandbox = Sandbox::on(Runtime("std"));
    let mut server = sandbox.serve(&["editor"]);
    let client = sandbox.client("editor");
    echo(&client, "hello");
    // Another one is served: the turn of the first is over.
    let other = sandbox.client("editor");
    echo(&other, "hello");
    server.signal(Signal::STOP);
    for _ in 0..100 {
        drop(sandbox.client("editor"));
    }
    drop(client);
    server.signal(Signal::CONT);
    let mut accepted = 0;
    loop {
        let line = server.line();
        if line.starts_with("ended 1 ") {
            break;
        }
        accepted += usize::from(line.starts_with("connected "));
    }
    // Two of them were accepted before.
    assert!(accepted <= 2 + PER_TURN, "{accepted} were accepted first");
    drop(other);
    server.stop();
}

fn a_small_limit_and_a_small_backlog_serve_everybody_all_the_same(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor", "--max-pending", "1", "--backlog", "1"]);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| echo(&sandbox.client("editor"), "hello"));
        }
    });
    let lines = server.stop();
    assert_eq!(lines.matches(" bytes=5").count(), 20, "{lines}");
}

fn a_client_that_never_reads_is_not_read_from_and_stops_nobody(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor"]);
    let rude = sandbox.client("editor");
    let polite = sandbox.client("editor");
    rude.set_nonblocking(true).unwrap();
    let mut taken = 0;
    let mut blocked = 0;
    // Between two attempts the server answers the other one; in a hundred it had many turns.
    while blocked < 100 {
        match (&rude).write(&[0; 64 * 1024]) {
            Ok(length) => (taken, blocked) = (taken + length, 0),
            Err(error) if error.kind() == ErrorKind::WouldBlock => blocked += 1,
            Err(error) => panic!("{error}"),
        }
        echo(&polite, "hello");
        assert!(taken < 16_000_000, "it takes all that comes");
    }
    drop((rude, polite));
    server.stop();
}

fn access_is_what_was_asked_for(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    for (access, mode) in [("user", 0o700), ("user,group", 0o770), ("world", 0o777)] {
        let server = sandbox.serve(&["editor", "--access", access]);
        let metadata = fs::metadata(sandbox.path("editor")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, mode, "{access}");
        server.stop();
    }
}

fn a_name_in_use_is_told(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor"]);
    let answer = sandbox.run(&sandbox.serve_args(&["editor"]));
    assert_eq!(answer.code, Some(5));
    assert_eq!(answer.stdout, "");
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot listen on "editor" ([..]/editor): it is in use by a live server; stop that server or choose another name (os error [..])

"#]]
    );
    server.stop();
}

fn a_name_that_cannot_be_listened_on_is_told(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    fs::write(sandbox.path("file"), "").unwrap();
    let answer = sandbox.run(&sandbox.serve_args(&["file"]));
    assert_eq!(answer.code, Some(3));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot listen on "file" ([..]/file): it is a file, not a socket; choose another name (os error [..])

"#]]
    );
    let missing = sandbox.path("missing/editor");
    let answer = sandbox.run(&sandbox.serve_args(&[missing.to_str().unwrap()]));
    assert_eq!(answer.code, Some(4));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot listen on "[..]/missing/editor": its directory does not exist; create the directory first (os error [..])

"#]]
    );
    let answer = sandbox.run(&sandbox.serve_args(&[""]));
    assert_eq!(answer.code, Some(4));
    assert_data_eq!(
        answer.stderr,
        str![[r#"
anteroom: cannot listen on "": the name is empty; pass a name

"#]]
    );
}
