//! How far the screening is, and what came of it.

use std::time::{Duration, Instant};

use crate::host::clock;
use crate::host::ui::{Progress, Ui};
use crate::moduli::Screened;

/// Tells the user, on standard error.
pub(super) struct Report<'a> {
    ui: &'a mut dyn Ui,
    progress: Progress,
    first: u64,
    end: Option<u64>,
    started: Instant,
    last_shown: Instant,
    tested: u64,
    found: u64,
}

impl<'a> Report<'a> {
    /// The work starts behind the line `first`, and goes on up to `end` if that is known.
    pub(super) fn new(first: u64, end: Option<u64>, ui: &'a mut dyn Ui) -> Self {
        let progress = ui.progress("screening".to_owned());
        let started = Instant::now();
        Self { ui, progress, first, end, started, last_shown: started, tested: 0, found: 0 }
    }

    pub(super) fn ui(&mut self) -> &mut dyn Ui {
        self.ui
    }

    /// The work is done up to the line `done`.
    pub(super) fn add(&mut self, done: u64, screened: &Screened) {
        self.tested += u64::from(screened.tested);
        self.found += u64::try_from(screened.safe.len()).unwrap_or(0);
        let state = self.state(done);
        let shown = self.progress.show(format!("{state}, {} safe primes", self.found));
        if !shown && self.last_shown.elapsed() >= INTERVAL {
            self.last_shown = Instant::now();
            self.ui.warn(&format!("{} {state}", clock::read().to_ctime()));
        }
    }

    /// `processed 5 of 50 (10%) in 0:05, ETA 0:45`.
    fn state(&self, done: u64) -> String {
        let elapsed = self.started.elapsed();
        let processed = done.saturating_sub(self.first);
        let Some(end) = self.end.filter(|&end| end > self.first) else {
            return format!("processed {processed} in {}", hours(elapsed.as_secs()));
        };
        let total = end - self.first;
        let left = u128::from(end.saturating_sub(done)) * elapsed.as_millis() / u128::from(processed.max(1));
        format!(
            "processed {processed} of {total} ({}%) in {}, ETA {}",
            u128::from(processed) * 100 / u128::from(total),
            hours(elapsed.as_secs()),
            hours(u64::try_from(left / 1000).unwrap_or(u64::MAX)),
        )
    }

    /// The work is done: how many candidates were tested, and how many of them are safe primes.
    pub(super) fn conclude(self) -> (u64, u64) {
        let Self { ui, progress, started, tested, found, .. } = self;
        drop(progress);
        ui.warn(&format!(
            "{} Found {found} safe primes of {tested} candidates in {} seconds",
            clock::read().to_ctime(),
            started.elapsed().as_secs()
        ));
        (tested, found)
    }
}

/// Seconds as `H:MM`, with days in front if there are any.
fn hours(seconds: u64) -> String {
    let minutes = seconds / 60;
    let (days, hours, minutes) = (minutes / 60 / 24, minutes / 60 % 24, minutes % 60);
    match days {
        0 => format!("{hours}:{minutes:02}"),
        days => format!("{days}d {hours}:{minutes:02}"),
    }
}

/// How often progress is reported without a terminal.
const INTERVAL: Duration = Duration::from_secs(5 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_ssh_keygen() {
        assert_eq!(hours(59), "0:00");
        assert_eq!(hours(3 * 3600 + 5 * 60 + 7), "3:05");
        assert_eq!(hours(2 * 86400 + 60), "2d 0:01");
    }
}
