/// Whether to look for the next client at once, or to have the reactor announce it.
///
/// Where clients crowd, looking saves a turn of the reactor. Where they come one by one it finds
/// nobody, and that costs as much: accept(2) makes a socket before it looks, and a turn is many
/// calls, but cheap ones. So what looks have found decides about the next ones.
#[derive(Debug, Default)]
pub(super) struct Foresight {
    last: Last,
    /// How many more announced clients are to come before there is another look after one.
    pause: u8,
    /// How long the last pause was.
    last_pause: u8,
}

/// How the last attempt ended.
#[derive(Clone, Copy, Debug, Default)]
enum Last {
    /// Nobody was there, or nobody was looked for.
    #[default]
    Nobody,
    /// With a client that the reactor had announced: the only one, or the first of many.
    Announced,
    /// With a client that was found by looking: one of many.
    Found,
}

/// The longest pause: where clients come one by one, only every eighth look is made in vain.
const LONGEST_PAUSE: u8 = 7;

impl Foresight {
    /// Says whether to look now; otherwise wait for the reactor.
    #[inline]
    pub(super) fn shall_look(&mut self) -> bool {
        match self.last {
            Last::Nobody => false,
            Last::Found => true,
            Last::Announced if self.pause == 0 => true,
            Last::Announced => {
                self.pause -= 1;
                self.last = Last::Nobody;
                false
            }
        }
    }

    /// Learns what a look came to.
    #[inline]
    pub(super) fn has_looked(&mut self, found: bool) {
        if matches!(self.last, Last::Announced) {
            self.last_pause = if found {
                0
            } else {
                LONGEST_PAUSE.min(2 * self.last_pause + 1)
            };
            self.pause = self.last_pause;
        }
        self.last = if found { Last::Found } else { Last::Nobody };
    }

    /// Learns that a client was accepted which the reactor had announced.
    #[inline]
    pub(super) fn was_announced(&mut self) {
        self.last = Last::Announced;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What it takes to accept clients that come in crowds of this size: vain looks, and turns of
    /// the reactor besides the one for the first client of a crowd.
    fn cost(foresight: &mut Foresight, crowds: &[usize]) -> (usize, usize) {
        let (mut vain, mut turns) = (0, 0);
        for &crowd in crowds {
            let mut left = crowd;
            while left > 0 {
                if foresight.shall_look() {
                    foresight.has_looked(true);
                } else {
                    foresight.was_announced();
                    turns += usize::from(left != crowd);
                }
                left -= 1;
            }
            // Whoever awaits the next crowd finds nobody.
            if foresight.shall_look() {
                foresight.has_looked(false);
                vain += 1;
            }
        }
        (vain, turns)
    }

    #[test]
    fn where_clients_come_one_by_one_an_eighth_of_the_looks_is_in_vain() {
        let mut foresight = Foresight::default();
        assert_eq!(cost(&mut foresight, &[1; 1000]), (3 + 993 / 8, 0));
    }

    #[test]
    fn where_clients_crowd_every_look_but_the_last_finds_one() {
        for crowd in [2, 5, 100] {
            let mut foresight = Foresight::default();
            assert_eq!(cost(&mut foresight, &[crowd; 1000]), (1000, 0));
        }
    }

    #[test]
    fn the_first_crowd_after_single_clients_costs_a_few_turns_and_the_next_none() {
        let mut foresight = Foresight::default();
        cost(&mut foresight, &[1; 1000]);
        let (_, turns) = cost(&mut foresight, &[100]);
        assert!((1..=usize::from(LONGEST_PAUSE)).contains(&turns), "{turns}");
        assert_eq!(cost(&mut foresight, &[100; 10]), (10, 0));
    }

    #[test]
    fn single_clients_after_crowds_teach_it_again() {
        let mut foresight = Foresight::default();
        cost(&mut foresight, &[100; 10]);
        let (vain, _) = cost(&mut foresight, &[1; 1000]);
        assert_eq!(vain, 3 + 993 / 8);
    }
}
