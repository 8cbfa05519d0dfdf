/// Predicts whether an attempt to accept will find a client, from the size of the last burst.
///
/// accept(2) creates a socket before it checks the backlog, so an attempt that finds no client
/// costs as much as ten calls of poll(2). Where no client is expected, poll(2) is called first.
#[derive(Debug, Default)]
pub(super) struct Burst {
    /// The number of clients accepted in this burst.
    accepted: u32,
    /// The expected number: that of the last burst.
    expected: u32,
}

impl Burst {
    /// Returns whether another client is expected.
    ///
    /// The runtime has reported the first client of a burst.
    #[inline]
    pub(super) const fn expects_client(&self) -> bool {
        self.accepted == 0 || self.accepted < self.expected
    }

    /// Records whether an attempt found a client.
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
            // In a long burst poll(2) is not called for each client.
            self.expected = self.accepted.saturating_mul(2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Burst;

    /// Returns the calls of poll(2), and the attempts that find no client, for bursts of these
    /// sizes.
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
