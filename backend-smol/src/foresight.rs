/// Whether to look for the next client at once, or to have the reactor announce it.
///
/// Where several clients come at the same time, looking saves a turn of the reactor for each but the
/// first. A look that finds nobody costs about as much as a turn, since accept(2) makes a socket before
/// it looks. So as many clients are looked for as came together the last time, and only now and then
/// for one more.
#[derive(Debug, Default)]
pub(super) struct Foresight {
    /// How many clients of the current group were accepted; the reactor announced the first one.
    accepted: u32,
    /// How large the last group was.
    expected: u32,
    /// How many more groups are to come before there is another look beyond what is expected.
    pause: u8,
    /// How long the last pause was.
    last_pause: u8,
}

/// The longest pause: of steady groups only every eighth one costs a look in vain.
const LONGEST_PAUSE: u8 = 7;

impl Foresight {
    /// Returns whether to look now; otherwise wait for the reactor.
    #[inline]
    pub(super) fn shall_look(&mut self) -> bool {
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

    /// Learns what a look came to.
    #[inline]
    pub(super) fn has_looked(&mut self, found: bool) {
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

    /// Learns that a client was accepted which the reactor had announced.
    #[inline]
    pub(super) fn was_announced(&mut self) {
        self.accepted = 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what it takes to accept groups of this size: looks in vain, and turns of the reactor
    /// besides the one for the first client of a group.
    fn cost(foresight: &mut Foresight, groups: &[usize]) -> (usize, usize) {
        let (mut vain, mut turns) = (0, 0);
        for &group in groups {
            for number in 0..group {
                if foresight.shall_look() {
                    foresight.has_looked(true);
                } else {
                    foresight.was_announced();
                    turns += usize::from(number > 0);
                }
            }
            // Who awaits the next group finds nobody.
            if foresight.shall_look() {
                foresight.has_looked(false);
                vain += 1;
            }
        }
        (vain, turns)
    }

    #[test]
    fn of_steady_groups_an_eighth_costs_a_look_in_vain_and_none_a_turn() {
        for group in [1, 2, 5, 100] {
            let mut foresight = Foresight::default();
            let (vain, turns) = cost(&mut foresight, &[group; 1000]);
            assert_eq!((vain, turns), (3 + 993 / 8, 0), "groups of {group}");
        }
    }

    #[test]
    fn a_larger_group_costs_a_few_turns_once() {
        let mut foresight = Foresight::default();
        cost(&mut foresight, &[1; 1000]);
        let (_, turns) = cost(&mut foresight, &[100]);
        assert!((1..=usize::from(LONGEST_PAUSE)).contains(&turns), "{turns}");
        let (vain, turns) = cost(&mut foresight, &[100; 10]);
        assert!(vain <= 4 && turns <= 10, "{vain} in vain, {turns} turns");
    }

    #[test]
    fn a_smaller_group_costs_one_look_in_vain_and_teaches_it() {
        let mut foresight = Foresight::default();
        cost(&mut foresight, &[100; 10]);
        assert_eq!(cost(&mut foresight, &[1]).0, 1);
        let (vain, turns) = cost(&mut foresight, &[1; 800]);
        assert!((95..=105).contains(&vain), "{vain}");
        assert_eq!(turns, 0);
    }

    #[test]
    fn groups_of_changing_sizes_cost_no_more_than_one_look_or_turn_each() {
        let mut foresight = Foresight::default();
        let sizes: Vec<usize> = (0..1000).map(|number| 1 + number * 7 % 13).collect();
        let (vain, turns) = cost(&mut foresight, &sizes);
        assert!(
            vain + turns <= 2 * sizes.len(),
            "{vain} in vain, {turns} turns"
        );
    }
}
