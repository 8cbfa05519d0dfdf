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
fn help_of_serve_tells_its_lines_and_its_signals() {
    assert_data_eq!(help(&["serve"]), file!["help/serve.txt"]);
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
        &["status"],
        &["serve", "x", "--grace", "-1"],
        &["serve", "x", "--access", "nobody"],
        &["serve", "x", "--access", "user", "--abstract"],
    ] {
        let answer = sandbox.run(args);
        assert_eq!(answer.code, Some(64), "{args:?}");
        assert_eq!(answer.stdout, "");
    }
}

#[test]
fn a_length_of_time_has_to_be_one() {
    let answer = Sandbox::new().run(&["serve", "x", "--grace", "soon"]);
    assert_data_eq!(
        answer.stderr,
        str![[r#"
error: invalid value 'soon' for '--grace <SECONDS>': that is not a number of seconds

For more information, try '--help'.

"#]]
    );
}
