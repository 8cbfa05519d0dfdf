use snapbox::{assert_data_eq, file};

use crate::support::{Runtime, Sandbox, on_every_runtime};

on_every_runtime![the_demo_sees_what_is_documented];

fn the_demo_sees_what_is_documented(runtime: Runtime) {
    let sandbox = Sandbox::new();
    let answer = sandbox.run(&["demo", "--runtime", runtime.0]);
    assert_eq!(answer.stderr, "");
    assert_data_eq!(answer.stdout, file!["demo.txt"]);
    assert_eq!(answer.code, Some(0));
    // Nothing is left behind.
    assert_eq!(sandbox.path("").read_dir().unwrap().count(), 0);
}
