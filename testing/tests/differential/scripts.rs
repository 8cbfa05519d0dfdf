//! Scripts, their bytes and their text.

use anteroom_testing::differential::{Difference, Operation, Run, Script, run_on_simulation};
use anteroom_testing::sim::Profile;
use proptest::prelude::*;

fn run_here(script: &Script) -> Result<Run, Box<Difference>> {
    run_on_simulation(script, Profile::Linux)
}

#[test]
fn every_operation_survives_its_bytes_and_its_text() {
    for operation in Operation::alphabet().iter().flatten() {
        assert_eq!(Operation::from_bytes(operation.to_bytes()), *operation);
        assert_eq!(Operation::parse(&operation.to_string()), Some(*operation));
    }
}

#[test]
fn no_two_operations_share_their_text() {
    let all = Operation::alphabet().iter().flatten();
    let mut texts: Vec<_> = all.map(ToString::to_string).collect();
    let count = texts.len();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), count);
}

#[test]
fn a_line_that_is_no_operation_is_named() {
    let error = Script::parse("listen first\nlisten frist\n").expect_err("a typing error");
    assert!(error.contains("listen frist"), "{error}");
}

#[test]
fn what_ran_is_a_script_that_runs_in_the_same_way() {
    let script = Script::parse("listen first\nconnect first\nsettle\nleave 13\ndrop 3\ntake\n");
    let first = run_here(&script.expect("a script")).expect("no difference");
    assert!(
        first.script.to_string().contains("leave 0\ntake\n"),
        "{:?}",
        first.script
    );
    let second = run_here(&first.script).expect("no difference");
    assert!(
        second
            .script
            .to_string()
            .starts_with(&first.script.to_string())
    );
}

proptest! {
    #[test]
    fn every_byte_string_is_a_script(bytes in any::<Vec<u8>>()) {
        let script = Script::from_bytes(&bytes);
        prop_assert_eq!(script.operations().len(), bytes.len().div_ceil(2));
        prop_assert_eq!(&Script::from_bytes(&script.to_bytes()), &script);
        prop_assert_eq!(Script::parse(&script.to_string()), Ok(script));
    }
}
