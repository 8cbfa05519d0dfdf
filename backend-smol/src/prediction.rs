/// Predicts whether another client is in the backlog already.
///
/// Where several clients connect at the same time, trying to accept the next one at once saves a turn
/// of the reactor. If there is none, the attempt costs about as much as a turn, since accept(2)
/// creates a socket first. So as many clients are expected as the last group had, and only now
/// and then one more.
#[derive(Debug, Default)]
pub(super) struct Prediction {
    /// How many clients of the current group were accepted. The reactor reported the first one.
    accepted: u32,
    /// The size of the last group.
    expected: u32,
    /// How many groups are left before the next attempt beyond the expected size.
    pause: u8,
    /// The length of the last pause.
    last_pause: u8,
}

/// The longest pause. In steady groups, every eighth one costs an attempt that finds no client.
const LONGEST_PAUSE: u8 = 7;

impl Prediction {
    /// Returns whether to try to accept now, instead of waiting for the reactor.
    #[inline]
    pub(super) fn should_try(&mut self) -> bool {
        if self.accepted == 0 || self.accepted < self.expected {
            return self.accepted > 0;
        }
        if self.pause > 0 {
            self.pause -= 1;
            self.accepted = 0;
            return false;
        }
        true
    }

    /// Records whether an attempt found a client.
    #[inline]
    pub(super) fn tried(&mut self, found: bool) {
        if found {
            self.accepted = self.accepted.saturating_add(1);
            if self.accepted > self.expected {
                self.last_pause = 0;
            }
            return;
        }
        if self.accepted >= self.expected {
            self.last_pause = LONGEST_PAUSE.min(2 * self.last_pause + 1);
            self.pause = self.last_pause;
        }
        self.expected = self.accepted;
        self.accepted = 0;
    }

    /// Records a client that was accepted after the reactor reported readiness.
    #[inline]
    pub(super) fn readiness_found(&mut self) {
        self.accepted = 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the cost of accepting groups of these sizes: attempts that find no client, and turns of
    /// the reactor after the first client of a group.
    fn cost(prediction: &mut Prediction, groups: &[usize]) -> (usize, usize) {
        let (mut empty, mut turns) = (0, 0);
        for &group in groups {
            for number in 0..group {
                if prediction.should_try() {
                    prediction.tried(true);
                } else {
                    prediction.readiness_found();
                    turns += usize::from(number > 0);
                }
            }
            if prediction.should_try() {
                prediction.tried(false);
                empty += 1;
            }
        }
        (empty, turns)
    }

    #[test]
    fn one_in_eight_steady_groups_costs_an_empty_attempt() {
        for group in [1, 2, 5, 100] {
            let mut prediction = Prediction::default();
            let (empty, turns) = cost(&mut prediction, &[group; 1000]);
            assert_eq!((empty, turns), (3 + 993 / 8, 0), "groups of {group}");
        }
    }

    #[test]
    fn a_larger_group_costs_a_few_turns_once() {
        let mut prediction = Prediction::default();
        cost(&mut prediction, &[1; 1000]);
        let (_, turns) = cost(&mut prediction, &[100]);
        assert!((1..=usize::from(LONGEST_PAUSE)).contains(&turns), "{turns}");
        let (empty, turns) = cost(&mut prediction, &[100; 10]);
        assert!(empty <= 4 && turns <= 10, "{empty} empty, {turns} turns");
    }

    #[test]
    fn a_smaller_group_costs_one_empty_attempt() {
        let mut prediction = Prediction::default();
        cost(&mut prediction, &[100; 10]);
        assert_eq!(cost(&mut prediction, &[1]).0, 1);
        let (empty, turns) = cost(&mut prediction, &[1; 800]);
        assert!((95..=105).contains(&empty), "{empty}");
        assert_eq!(turns, 0);
    }

    #[test]
    fn groups_of_changing_sizes_cost_at_most_one_attempt_or_turn_each() {
        let mut prediction = Prediction::default();
        let sizes: Vec<usize> = (0..1000).map(|number| 1 + number * 7 % 13).collect();
        let (empty, turns) = cost(&mut prediction, &sizes);
        assert!(
            empty + turns <= 2 * sizes.len(),
            "{empty} empty, {turns} turns"
        );
    }
}
