use crate::support::{Runtime, Sandbox, echo, on_every_runtime};

on_every_runtime![
    quiet_prints_the_first_line_only,
    the_server_does_not_wait_for_who_reads_its_lines,
    lines_that_nobody_reads_are_lost_and_counted,
    lines_that_were_lost_at_the_end_are_counted,
    a_closed_output_does_not_end_the_server,
];

/// Their lines are far more than may wait.
const CLIENTS: usize = 15_000;

fn quiet_prints_the_first_line_only(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor", "--quiet"]);
    echo(&sandbox.client("editor"), "hello");
    assert_eq!(server.stop(), "");
}

fn the_server_does_not_wait_for_who_reads_its_lines(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor"]);
    // Their lines are more than a pipe holds.
    for _ in 0..3000 {
        echo(&sandbox.client("editor"), "hello");
    }
    let lines = server.stop();
    assert_eq!(lines.matches("connected ").count(), 3000);
    assert_eq!(lines.matches(" bytes=5\n").count(), 3000);
}

fn lines_that_nobody_reads_are_lost_and_counted(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor"]);
    let mut lost = false;
    for _ in 0..CLIENTS {
        echo(&sandbox.client("editor"), "hello");
    }
    let mut lines = 0;
    // Now there is room again; the next line is behind one that tells how many were lost.
    while !lost {
        if lines % 1000 == 0 {
            echo(&sandbox.client("editor"), "hello");
        }
        let line = server.line();
        lines += 1;
        lost = line.starts_with("lost ") && line.ends_with(" lines");
        assert!(lines < 50_000);
    }
    server.stop();
}

fn lines_that_were_lost_at_the_end_are_counted(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let server = sandbox.serve(&["editor"]);
    for _ in 0..CLIENTS {
        echo(&sandbox.client("editor"), "hello");
    }
    // The end of the last client is to be lost, too: it has the time of a whole process for that.
    assert_eq!(sandbox.run(&["status", "editor"]).code, Some(0));
    let lines = server.stop();
    let number_lost = |line: &str| -> Option<usize> {
        let number = line.strip_prefix("lost ")?.strip_suffix(" lines")?;
        Some(number.parse().unwrap())
    };
    let lost: Vec<_> = lines.lines().filter_map(number_lost).collect();
    assert!(!lost.is_empty());
    let told = lines.lines().count() - lost.len();
    assert_eq!(told + lost.iter().sum::<usize>(), 2 * CLIENTS);
}

fn a_closed_output_does_not_end_the_server(runtime: Runtime) {
    let sandbox = Sandbox::on(runtime);
    let mut server = sandbox.serve(&["editor"]);
    server.stop_reading();
    for _ in 0..10 {
        echo(&sandbox.client("editor"), "hello");
    }
    assert_eq!(sandbox.run(&["status", "editor"]).code, Some(0));
    server.stop();
}
