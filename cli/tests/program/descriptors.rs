use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

use rustix::process::{Pid, Signal, kill_process};
use snapbox::{assert_data_eq, str};

use crate::support::{Answer, Runtime, Sandbox, Serving, echo, finish, on_every_runtime};

on_every_runtime![
    everybody_is_served_after_descriptors_had_run_out,
    two_pauses_are_reported_twice,
    who_is_connected_is_served_while_descriptors_are_short,
    #[cfg(target_os = "linux")]
    the_server_idles_while_descriptors_are_short,
    a_signal_is_heard_while_descriptors_are_short_and_who_has_connected_is_served,
    #[cfg(target_os = "linux")]
    thousands_of_connections_leave_nothing_behind,
    too_few_descriptors_to_start_are_told,
];

const DESCRIPTORS: usize = 24;
const CLIENTS: usize = 60;

/// What tells that a pause is over.
const OVER: &str = "anteroom: accepting connections again\n";

/// Starts a server with few descriptors, and lets far more clients connect.
fn exhausted(sandbox: &Sandbox, args: &[&str]) -> (Serving, Vec<UnixStream>) {
    let args = sandbox.serve_args(args);
    let mut server = Serving::start(&mut sandbox.command_with_descriptors(DESCRIPTORS, &args));
    let clients = exhaust(sandbox, &mut server);
    (server, clients)
}

/// Lets more clients connect than there are descriptors for.
fn exhaust(sandbox: &Sandbox, server: &mut Serving) -> Vec<UnixStream> {
    let clients = (0..CLIENTS).map(|_| sandbox.client("editor")).collect();
    assert_data_eq!(
        server.complaint(),
        str![[r#"
anteroom: cannot accept a connection on "editor" ([..]/editor): descriptors or memory have run out; the server will retry (os error [..])

"#]]
    );
    clients
}

fn serve_to_the_end(mut client: UnixStream, number: usize) {
    let text = format!("client {number:05}");
    client.write_all(text.as_bytes()).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, text);
}

fn everybody_is_served_after_descriptors_had_run_out(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let (server, clients) = exhausted(&sandbox, &["editor"]);
    for (number, client) in clients.into_iter().enumerate() {
        serve_to_the_end(client, number);
    }
    let lines = server.stop();
    assert_eq!(lines.matches("connected ").count(), CLIENTS);
    assert_eq!(lines.matches(" bytes=12\n").count(), CLIENTS);
}

fn two_pauses_are_reported_twice(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let (mut server, clients) = exhausted(&sandbox, &["editor"]);
    drop(clients);
    assert_eq!(server.complaint(), OVER);
    drop(exhaust(&sandbox, &mut server));
    assert_eq!(server.complaint(), OVER);
    server.signal(Signal::TERM);
    assert_eq!(server.wait().code(), Some(0));
    assert_eq!(server.complaint(), "");
}

fn who_is_connected_is_served_while_descriptors_are_short(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let (server, clients) = exhausted(&sandbox, &["editor"]);
    for _ in 0..100 {
        echo(&clients[0], "hello");
    }
    drop(clients);
    server.stop();
}

#[cfg(target_os = "linux")]
fn the_server_idles_while_descriptors_are_short(runtime: Runtime) {
    use std::io::ErrorKind;
    use std::time::Duration;

    let sandbox = Sandbox::on(runtime);
    let (server, clients) = exhausted(&sandbox, &["editor"]);
    let used_before = processor_time(&server);
    // That nothing happens can be seen only for a while: nobody answers the last client.
    let mut last = clients.last().unwrap();
    last.set_read_timeout(Some(Duration::from_millis(700)))
        .unwrap();
    let error = loop {
        match last.read(&mut [0]).unwrap_err() {
            error if error.kind() == ErrorKind::Interrupted => {}
            error => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    let used = processor_time(&server) - used_before;
    assert!(used <= 5, "{used} hundredths of a second in 70");
    drop(clients);
    server.stop();
}

/// Returns the processor time that a server has used, in hundredths of a second.
#[cfg(target_os = "linux")]
fn processor_time(server: &Serving) -> u64 {
    let path = format!("/proc/{}/stat", server.process.id());
    let text = std::fs::read_to_string(path).unwrap();
    let fields: Vec<_> = text
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    fields[11..13]
        .iter()
        .map(|field| field.parse::<u64>().unwrap())
        .sum()
}

fn a_signal_is_heard_while_descriptors_are_short_and_who_has_connected_is_served(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let (mut server, clients) = exhausted(&sandbox, &["editor", "--grace", "1000"]);
    server.signal(Signal::TERM);
    sandbox.wait_until_absent("editor");
    for (number, client) in clients.into_iter().enumerate() {
        serve_to_the_end(client, number);
    }
    assert_eq!(server.wait().code(), Some(0));
    assert_eq!(server.rest().matches(" bytes=12\n").count(), CLIENTS);
}

#[cfg(target_os = "linux")]
fn thousands_of_connections_leave_nothing_behind(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor"]);
    let mut round = |connections: usize| {
        for number in 0..connections {
            let client = sandbox.client("editor");
            if number % 2 == 0 {
                echo(&client, "hello");
            }
            drop(client);
        }
        for _ in 0..2 * connections {
            assert!(!server.line().is_empty());
        }
        footprint(&server)
    };
    let (descriptors_before, memory_before) = round(1000);
    let (descriptors, memory) = round(5000);
    assert_eq!(descriptors, descriptors_before);
    assert!(
        memory < memory_before + 1024,
        "{memory_before} kB before, {memory} kB now"
    );
    server.stop();
}

/// Returns how many descriptors a server has, and how much memory in kilobytes.
#[cfg(target_os = "linux")]
fn footprint(server: &Serving) -> (usize, u64) {
    let process = std::path::Path::new("/proc").join(server.process.id().to_string());
    let descriptors = process.join("fd").read_dir().unwrap().count();
    let status = std::fs::read_to_string(process.join("status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let memory = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    (descriptors, memory)
}

/// Whatever cannot be made: the pipe for signals, the runtime, or the listener.
fn too_few_descriptors_to_start_are_told(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let complaints: HashSet<_> = (4..DESCRIPTORS)
        .map_while(|descriptors| complaint_at_start(&sandbox, descriptors))
        .collect();
    assert!(complaints.len() >= 2, "{complaints:?}");
}

/// Says what a server complains of if it cannot start with so many descriptors.
fn complaint_at_start(sandbox: &Sandbox, descriptors: usize) -> Option<String> {
    let args = sandbox.serve_args(&["editor"]);
    let mut command = sandbox.command_with_descriptors(descriptors, &args);
    let mut process = command.spawn().unwrap();
    let stdout = process.stdout.as_mut().unwrap();
    if stdout.read(&mut [0]).unwrap() == 1 {
        kill_process(Pid::from_child(&process), Signal::TERM).unwrap();
        assert_eq!(finish(process).code, Some(0));
        return None;
    }
    let Answer { code, stderr, .. } = finish(process);
    assert_eq!(code, Some(4), "{descriptors}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{descriptors}: {stderr}");
    assert!(stderr.starts_with("anteroom: cannot "), "{stderr}");
    assert!(!sandbox.path("editor").exists());
    Some(stderr)
}
