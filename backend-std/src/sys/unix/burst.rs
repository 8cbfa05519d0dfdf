/// How many clients come together, and so when an attempt to accept is likely to find nobody.
///
/// accept(2) makes a socket before it looks, so an attempt in vain costs as much as ten calls of
/// poll(2). Where nobody is expected any more, poll(2) is asked first.
#[derive(Debug, Default)]
pub(super) struct Burst {
    /// How many clients were accepted in a row.
    accepted: u32,
    /// How many are expected in a row: as many as the last time.
    expected: u32,
}

impl Burst {
    /// Returns whether another client is there without doubt, or with some likelihood.
    ///
    /// The first one of a burst has been announced.
    #[inline]
    pub(super) const fn expects_client(&self) -> bool {
        self.accepted == 0 || self.accepted < self.expected
    }

    /// Learns what an attempt came to.
    #[inline]
    pub(super) fn learn(&mut self, found: bool) {
        if !found {
            if self.accepted > 0 {
                self.expected = self.accepted;
            }
            self.accepted = 0;
            return;
        }
        let was_expected = self.expects_client();
        self.accepted = self.accepted.saturating_add(1);
        if !was_expected {
            // A long burst is not asked about client by client.
            self.expected = self.accepted.saturating_mul(2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Burst;

    /// Returns how many calls of poll(2) bursts of these sizes cost, and how many accepts in vain.
    fn cost(burst: &mut Burst, sizes: &[usize]) -> (usize, usize) {
        let (mut polls, mut vain) = (0, 0);
        for &size in sizes {
            for left in (0..=size).rev() {
                polls += usize::from(!burst.expects_client());
                vain += usize::from(burst.expects_client() && left == 0);
                burst.learn(left > 0);
            }
        }
        (polls, vain)
    }

    #[test]
    fn steady_bursts_cost_one_poll_each_and_no_accept_in_vain() {
        for size in [1, 2, 5, 100] {
            let mut burst = Burst::default();
            cost(&mut burst, &[size; 2]);
            assert_eq!(
                cost(&mut burst, &[size; 1000]),
                (1000, 0),
                "bursts of {size}"
            );
        }
    }

    #[test]
    fn a_burst_that_is_longer_than_expected_costs_few_polls() {
        let mut burst = Burst::default();
        cost(&mut burst, &[1; 10]);
        let (polls, vain) = cost(&mut burst, &[1000]);
        assert!(polls <= 10 && vain <= 1, "{polls} polls, {vain} in vain");
    }

    #[test]
    fn a_burst_that_is_shorter_than_expected_costs_one_accept_in_vain() {
        let mut burst = Burst::default();
        cost(&mut burst, &[100; 10]);
        assert_eq!(cost(&mut burst, &[3]), (0, 1));
        assert_eq!(cost(&mut burst, &[3; 10]), (10, 0));
    }
}
