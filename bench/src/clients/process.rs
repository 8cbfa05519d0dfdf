use std::io::{self, BufRead, Write as _};
use std::path::PathBuf;

use clap::ValueEnum as _;

use super::work::Work;
use crate::plan::Workload;
use crate::sample::Trouble;

/// Carries out the orders that come in, until no more come: the process of the clients.
pub(crate) fn run() -> Result<(), Trouble> {
    let mut orders = io::stdin().lock();
    while let Some(order) = line(&mut orders)? {
        let (workload, units, held, path) = parse(&order).ok_or("an order is not understood")?;
        let failed = |error: io::Error| format!("a client at {}: {error}", path.display());
        let work = Work::prepare(workload, units, held, &path).map_err(failed)?;
        tell("ready")?;
        if line(&mut orders)?.as_deref() != Some(b"go") {
            return Err("the server has given up".into());
        }
        let (served, held) = work.carry_out().map_err(failed)?;
        tell(&format!("{} {} {held}", served.connections, served.bytes))?;
    }
    Ok(())
}

fn parse(order: &[u8]) -> Option<(Workload, u64, u64, PathBuf)> {
    use std::os::unix::ffi::OsStringExt as _;

    let mut words = order.splitn(4, |byte| *byte == b' ');
    let mut word = || std::str::from_utf8(words.next()?).ok();
    let workload = Workload::from_str(word()?, false).ok()?;
    let (units, held) = (word()?.parse().ok()?, word()?.parse().ok()?);
    let path = std::ffi::OsString::from_vec(words.next()?.to_vec());
    Some((workload, units, held, path.into()))
}

fn line(orders: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if orders.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    line.pop();
    Ok(Some(line))
}

fn tell(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{text}")?;
    output.flush()
}
