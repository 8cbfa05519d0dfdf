use snapbox::{assert_data_eq, file};

use crate::support::Sandbox;

#[test]
fn the_demo_sees_what_is_documented() {
    let sandbox = Sandbox::new();
    let answer = sandbox.run(&["demo"]);
    assert_eq!(answer.stderr, "");
    assert_data_eq!(answer.stdout, file!["demo.txt"]);
    assert_eq!(answer.code, Some(0));
    // Nothing is left behind.
    assert_eq!(sandbox.path("").read_dir().unwrap().count(), 0);
}
