use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

use super::on_runtime::DemoRuntime;

/// Runs the commands of the first process, one a line:
///
/// * `connect`: one more client connects. Answer: `connected`, or `error` and its kind.
/// * `send N TEXT`: client N sends a line. Answer: `sent`, or why not.
/// * `receive N`: client N reads a line. Answer: the line, `end` or `cut off`.
pub(super) fn run_commands(
    runtime: &impl DemoRuntime,
    name: &OsStr,
    commands: impl BufRead,
    mut answers: impl Write,
) -> io::Result<()> {
    let mut clients = Vec::new();
    for command in commands.lines() {
        let command = command?;
        let answer = match command.split(' ').collect::<Vec<_>>()[..] {
            ["connect"] => match runtime.connect(name) {
                Ok(client) => {
                    clients.push(BufReader::new(client));
                    "connected".to_owned()
                }
                Err(error) => format!("error {:?}", error.kind()),
            },
            ["send", number, text] => send(client(&mut clients, number)?.get_mut(), text),
            ["receive", number] => receive(client(&mut clients, number)?),
            _ => return Err(ErrorKind::InvalidInput.into()),
        };
        writeln!(answers, "{answer}")?;
        answers.flush()?;
    }
    Ok(())
}

fn client<'a, C>(clients: &'a mut [C], number: &str) -> io::Result<&'a mut C> {
    let number: usize = number.parse().map_err(|_| ErrorKind::InvalidInput)?;
    let client = number
        .checked_sub(1)
        .and_then(|index| clients.get_mut(index));
    client.ok_or_else(|| ErrorKind::InvalidInput.into())
}

/// Sends a line, and returns the answer.
pub(super) fn send(socket: &mut impl Write, text: &str) -> String {
    match socket.write_all(format!("{text}\n").as_bytes()) {
        Ok(()) => "sent".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

/// Receives a line, and returns it or the error.
pub(super) fn receive(socket: &mut BufReader<impl Read>) -> String {
    let mut line = String::new();
    match socket.read_line(&mut line) {
        Ok(0) => "end".to_owned(),
        Ok(_) => line.trim_end().to_owned(),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => "cut off".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}
