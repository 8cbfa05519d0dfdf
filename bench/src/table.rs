//! A table for one workload, in Markdown that is readable as it stands.

use crate::plan::{Runtime, Subject, Workload};
use crate::sample::Sample;
use crate::statistics::{Spread, paired_ratios};

/// Returns the table of a workload: a row for each runtime and subject that was measured.
pub(crate) fn table(workload: Workload, runtimes: &[Runtime], samples: &[Sample]) -> String {
    let (unit, units) = workload.unit();
    let mut rows = vec![
        [
            "runtime",
            "subject",
            &format!("{units}/s"),
            &format!("CPU µs per {unit}"),
            "rate/bare",
            "CPU/bare",
            "middle half",
            "CPU",
        ]
        .map(str::to_owned),
    ];
    for runtime in runtimes
        .iter()
        .filter(|runtime| runtime.can_serve(workload))
    {
        rows.extend(rows_of(*runtime, workload, samples));
    }
    aligned(&rows, |column| matches!(column, 0 | 1 | 7))
}

/// What was measured of one subject, round by round.
struct Series {
    rates: Vec<f64>,
    cpu: Vec<f64>,
}

impl Series {
    fn of(runtime: Runtime, workload: Workload, subject: Subject, samples: &[Sample]) -> Self {
        let mine = samples.iter().filter(|sample| {
            (sample.runtime, sample.workload, sample.subject) == (runtime, workload, subject)
        });
        let (rates, cpu) = mine.map(|sample| (sample.rate(), sample.cpu())).unzip();
        Self { rates, cpu }
    }
}

fn rows_of(runtime: Runtime, workload: Workload, samples: &[Sample]) -> Vec<[String; 8]> {
    let series = |subject| Series::of(runtime, workload, subject, samples);
    let bare = series(Subject::Bare);
    let noise = Spread::of(&paired_ratios(&series(Subject::BareAgain).cpu, &bare.cpu));
    let row = |subject: &Subject| {
        let Series { rates, cpu } = series(*subject);
        let rate_ratio = Spread::of(&paired_ratios(&rates, &bare.rates));
        let cpu_ratio = Spread::of(&paired_ratios(&cpu, &bare.cpu));
        let mut row = [
            runtime.to_string(),
            subject.to_string(),
            format!("{:.0}", Spread::of(&rates).median),
            format!("{:.2}", Spread::of(&cpu).median),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ];
        if *subject != Subject::Bare {
            row[4] = format!("{:.2}", rate_ratio.median);
            row[5] = format!("{:.3}", cpu_ratio.median);
            row[6] = format!(
                "{:.3} – {:.3}",
                cpu_ratio.first_quartile, cpu_ratio.third_quartile
            );
            row[7] = judgement(*subject, cpu_ratio.median, noise).to_owned();
        }
        row
    };
    runtime.subjects().iter().map(row).collect()
}

/// Says whether a median differs from one by more than the bare listener differs from itself.
///
/// Which of two equal subjects is the first is chance, so that what is noise above one is noise
/// below it, too.
fn judgement(subject: Subject, median: f64, noise: Spread) -> &'static str {
    let width = noise
        .third_quartile
        .max(1.0 / noise.first_quartile)
        .max(1.0);
    if subject == Subject::BareAgain {
        "(noise)"
    } else if median < 1.0 / width {
        "less"
    } else if median > width {
        "more"
    } else {
        "the same"
    }
}

/// Returns a table whose columns have words in them, or numbers.
pub(crate) fn aligned<const N: usize>(
    rows: &[[String; N]],
    has_words: impl Fn(usize) -> bool,
) -> String {
    let words: [bool; N] = std::array::from_fn(has_words);
    let widths: [usize; N] = std::array::from_fn(|column| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or_default()
    });
    let mut lines: Vec<String> = rows.iter().map(|row| line(row, &widths, &words)).collect();
    let rule = |column: usize| {
        let dashes = "-".repeat(widths[column] + 1);
        if words[column] {
            format!("{dashes}-")
        } else {
            format!("{dashes}:")
        }
    };
    let rules: Vec<String> = (0..N).map(rule).collect();
    lines.insert(1, format!("|{}|", rules.join("|")));
    lines.join("\n") + "\n"
}

fn line(row: &[String], widths: &[usize], words: &[bool]) -> String {
    let mut line = "|".to_owned();
    for ((cell, width), is_word) in row.iter().zip(widths).zip(words) {
        let padding = " ".repeat(width - cell.chars().count());
        line += &if *is_word {
            format!(" {cell}{padding} |")
        } else {
            format!(" {padding}{cell} |")
        };
    }
    line
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::held::Held;
    use crate::meter::Cost;
    use crate::sample::Served;

    fn sample(round: u32, subject: Subject, cpu_ms: u64) -> Sample {
        Sample {
            round,
            runtime: Runtime::Smol,
            workload: Workload::Burst,
            subject,
            units: 1000,
            served: Served::default(),
            cost: Cost {
                wall: Duration::from_millis(500),
                cpu: Duration::from_millis(cpu_ms),
            },
            held: Held::default(),
        }
    }

    #[test]
    fn a_table_has_a_row_for_each_subject_with_its_ratio_to_bare() {
        let rounds = [(1, 10), (2, 20)];
        let samples: Vec<Sample> = rounds
            .into_iter()
            .flat_map(|(round, cpu)| {
                [
                    sample(round, Subject::Bare, cpu),
                    sample(round, Subject::Anteroom, cpu * 9 / 10),
                    sample(round, Subject::BareAgain, cpu),
                ]
            })
            .collect();
        let expected = "\
| runtime | subject    | connections/s | CPU µs per connection | rate/bare | CPU/bare |   middle half | CPU     |
|---------|------------|--------------:|----------------------:|----------:|---------:|--------------:|---------|
| smol    | bare       |          2000 |                 15.00 |           |          |               |         |
| smol    | anteroom   |          2000 |                 13.50 |      1.00 |    0.900 | 0.900 – 0.900 | less    |
| smol    | bare again |          2000 |                 15.00 |      1.00 |    1.000 | 1.000 – 1.000 | (noise) |
";
        assert_eq!(table(Workload::Burst, &[Runtime::Smol], &samples), expected);
    }

    #[test]
    fn only_what_differs_more_than_the_noise_is_more_or_less() {
        let judge = |noise: (f64, f64), median| {
            let noise = Spread {
                first_quartile: noise.0,
                median: 1.0,
                third_quartile: noise.1,
            };
            judgement(Subject::Anteroom, median, noise)
        };
        let wide_above = [0.79, 0.81, 1.24, 1.26].map(|median| judge((0.98, 1.25), median));
        assert_eq!(wide_above, ["less", "the same", "the same", "more"]);
        let wide_below = [0.79, 0.81, 1.24, 1.26].map(|median| judge((0.80, 1.01), median));
        assert_eq!(wide_below, ["less", "the same", "the same", "more"]);
        let one_sided = [0.94, 0.96, 1.04, 1.06].map(|median| judge((1.02, 1.05), median));
        assert_eq!(one_sided, ["less", "the same", "the same", "more"]);
    }

    #[test]
    fn the_control_row_judges_nobody() {
        let noise = Spread::of(&[1.0]);
        assert_eq!(judgement(Subject::BareAgain, 2.0, noise), "(noise)");
    }
}
