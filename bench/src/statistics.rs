/// Where the middle half of some values lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) first_quartile: f64,
    pub(crate) median: f64,
    pub(crate) third_quartile: f64,
}

impl Spread {
    /// Returns the spread of the values; without any it is no number.
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Self {
            first_quartile: quantile(&sorted, 0.25),
            median: quantile(&sorted, 0.5),
            third_quartile: quantile(&sorted, 0.75),
        }
    }
}

/// Returns how many times as much the one is, round by round.
pub(crate) fn paired_ratios(values: &[f64], references: &[f64]) -> Vec<f64> {
    assert_eq!(values.len(), references.len(), "a round has one of each");
    let pairs = values.iter().zip(references);
    pairs.map(|(value, reference)| value / reference).collect()
}

/// Returns the value below which this part of the values lies, between neighbours if need be.
pub(crate) fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let position = part * last as f64;
    let below = position.floor();
    let (low, high) = (sorted[below as usize], sorted[position.ceil() as usize]);
    low + (high - low) * (position - below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_odd_number_is_the_one_in_the_middle() {
        assert_eq!(Spread::of(&[9.0, 1.0, 4.0]).median, 4.0);
        assert_eq!(Spread::of(&[7.0]).median, 7.0);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(Spread::of(&[8.0, 1.0, 4.0, 2.0]).median, 3.0);
    }

    #[test]
    fn quartiles_enclose_the_middle_half() {
        let spread = Spread::of(&[5.0, 3.0, 1.0, 2.0, 4.0]);
        assert_eq!((spread.first_quartile, spread.third_quartile), (2.0, 4.0));
        let spread = Spread::of(&[10.0, 20.0, 30.0, 40.0]);
        assert_eq!((spread.first_quartile, spread.third_quartile), (17.5, 32.5));
    }

    #[test]
    fn one_wild_value_moves_no_median() {
        assert_eq!(Spread::of(&[1.0, 1.1, 0.9, 1.0, 900.0]).median, 1.0);
    }

    #[test]
    fn without_values_there_is_no_median() {
        assert!(Spread::of(&[]).median.is_nan());
    }

    #[test]
    fn ratios_are_taken_within_each_round() {
        // The machine was half as fast in the second round: that must not show.
        assert_eq!(paired_ratios(&[3.0, 6.0], &[2.0, 4.0]), [1.5, 1.5]);
    }

    #[test]
    #[should_panic(expected = "a round has one of each")]
    fn rounds_that_lack_something_are_not_compared() {
        paired_ratios(&[1.0], &[]);
    }
}
