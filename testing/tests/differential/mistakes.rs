//! Mistakes made on purpose are found, and shown by few steps.

use std::panic::catch_unwind;

use anteroom_conformance::{Hook, Occupant};
use anteroom_core::SocketOptions;
use anteroom_testing::differential::{
    FixturePlayer, Names, Operation, Outcome, Player, Search, View, run,
};
use anteroom_testing::sim::{Profile, fixture};

/// More steps than this are not read at a glance.
const FEW: usize = 10;

/// A player that runs another operation than requested.
struct Wrong<F> {
    player: FixturePlayer,
    instead: F,
}

impl<F: Fn(Operation) -> Operation> Player for Wrong<F> {
    fn names(&self) -> Names {
        self.player.names()
    }

    fn offers(&self, operation: Operation) -> bool {
        self.player.offers(operation)
    }

    fn perform(&mut self, operation: Operation) -> Outcome {
        self.player.perform((self.instead)(operation))
    }

    fn look(&mut self) -> View {
        self.player.look()
    }
}

/// Returns the steps that show the mistake.
fn shown(instead: fn(Operation) -> Operation) -> Vec<String> {
    let panic = catch_unwind(|| {
        Search::new("a wrong server", 1_000).run(|script| {
            let player = FixturePlayer::new(fixture(Profile::Linux));
            run(script, &mut Wrong { player, instead })
        });
    });
    let message = panic.expect_err("the mistake is found");
    let message = message.downcast::<String>().expect("the message is a text");
    let (_, steps) = message
        .split_once("steps:\n\n")
        .expect("it shows the steps");
    let steps = steps.lines().take_while(|line| !line.is_empty());
    steps.map(str::to_owned).collect()
}

#[test]
fn mistakes_are_shown_by_few_steps() {
    use Operation as Op;
    let mistakes: [fn(Operation) -> Operation; 8] = [
        |operation| match operation {
            Op::Limit(limit) => Op::Limit(limit + 1),
            other => other,
        },
        |operation| match operation {
            Op::Close => Op::Drain,
            other => other,
        },
        |operation| match operation {
            Op::Drain => Op::Close,
            other => other,
        },
        |operation| match operation {
            Op::Discard => Op::TakeNew,
            other => other,
        },
        |operation| match operation {
            Op::Options(options) => Op::Options(options - SocketOptions::GROUP),
            other => other,
        },
        |operation| match operation {
            Op::Backlog(Some(length)) => Op::Backlog(Some(length + 1)),
            other => other,
        },
        |operation| match operation {
            Op::Replace(Hook::AddOwn) => Op::Replace(Hook::None),
            other => other,
        },
        |operation| match operation {
            Op::Plant(name, Occupant::StaleSocket) => Op::Delete(name),
            other => other,
        },
    ];
    for (number, mistake) in mistakes.into_iter().enumerate() {
        let steps = shown(mistake);
        println!("mistake {number}: {}", steps.join("; "));
        assert!(
            !steps.is_empty() && steps.len() <= FEW,
            "mistake {number}: {steps:#?}"
        );
    }
}
