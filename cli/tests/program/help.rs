use snapbox::{assert_data_eq, file, str};

use crate::support::Sandbox;

#[track_caller]
fn help(command: &[&str]) -> String {
    let answer = Sandbox::new().run(&[command, &["--help"]].concat());
    assert_eq!(answer.code, Some(0));
    assert_eq!(answer.stderr, "");
    answer.stdout
}

#[test]
fn help_tells_the_commands_and_the_exit_codes() {
    assert_data_eq!(help(&[]), file!["help/anteroom.txt"]);
}

#[test]
fn help_of_serve_is_complete() {
    let text = help(&["serve"]);
    // In the comparison a backslash counts as a slash.
    assert!(text.contains(r"`\xHH`"));
    assert_data_eq!(text, file!["help/serve.txt"]);
}

#[test]
fn help_of_connect_is_complete() {
    assert_data_eq!(help(&["connect"]), file!["help/connect.txt"]);
}

#[test]
fn help_of_status_says_that_the_server_does_not_notice() {
    assert_data_eq!(help(&["status"]), file!["help/status.txt"]);
}

#[test]
fn help_of_remove_says_what_it_refuses() {
    assert_data_eq!(help(&["remove"]), file!["help/remove.txt"]);
}

#[test]
fn help_of_demo_is_complete() {
    assert_data_eq!(help(&["demo"]), file!["help/demo.txt"]);
}

#[test]
fn a_command_line_that_is_not_understood_exits_with_64() {
    let sandbox = Sandbox::new();
    for args in [
        &["frobnicate"][..],
        &[],
        &["frob\n\nUsage: nic\u{1b}ate"],
        &["status"],
        &["help", "frobnicate"],
        &["status", "x", "--jsn"],
        &["serve", "x", "--grace", "-1"],
        &["serve", "x", "--access", "nobody"],
        &["serve", "x", "--access", "user", "--abstract"],
    ] {
        let answer = sandbox.run(args);
        assert_eq!(answer.code, Some(64), "{args:?}");
        assert_eq!(answer.stdout, "");
        let line = answer.stderr.strip_suffix('\n').unwrap();
        assert!(!line.contains(char::is_control), "{line}");
        assert!(line.starts_with("anteroom: "), "{line}");
        assert!(line.ends_with("; try '--help'"), "{line}");
    }
}

#[test]
fn a_length_of_time_has_to_be_one() {
    assert_data_eq!(
        complaint(&["serve", "x", "--grace", "soon"]),
        str![[r#"
anteroom: invalid value 'soon' for '--grace <SECONDS>': not a number of seconds; try '--help'

"#]]
    );
}

#[test]
fn what_is_wrong_with_a_command_line_is_told_with_what_would_be_right() {
    assert_data_eq!(
        complaint(&["serve", "x", "--access", "nobody"]),
        str![[r#"
anteroom: invalid value 'nobody' for '--access <ACCESS>' [possible values: user, group, other, world]; try '--help'

"#]]
    );
    assert_data_eq!(
        complaint(&["status"]),
        str![[r#"
anteroom: the following required arguments were not provided: <NAME>; try '--help'

"#]]
    );
    assert_data_eq!(
        complaint(&[]),
        str![[r#"
anteroom: no command; try '--help'

"#]]
    );
    assert_data_eq!(
        complaint(&["stats"]),
        str![[r#"
anteroom: unrecognized subcommand 'stats'; tip: [..]'status'; try '--help'

"#]]
    );
}

fn complaint(args: &[&str]) -> String {
    Sandbox::new().run(args).stderr
}
