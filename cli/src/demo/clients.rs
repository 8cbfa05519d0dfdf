use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::time::Duration;

use anteroom::blocking::LocalSocket;

/// How long anything may take: nothing should, but the demo must end.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Connects clients, and lets them talk, as lines from the first process demand.
///
/// * `connect`: one more client connects. Answer: `connected`, or `error` and its kind.
/// * `send N TEXT`: client N sends a line. Answer: `sent`, or why not.
/// * `receive N`: client N reads a line. Answer: the line, `end` or `cut off`.
pub(super) fn obey(name: &OsStr, orders: impl BufRead, mut answers: impl Write) -> io::Result<()> {
    let mut clients = Vec::new();
    for order in orders.lines() {
        let order = order?;
        let answer = match order.split(' ').collect::<Vec<_>>()[..] {
            ["connect"] => match connect(name) {
                Ok(client) => {
                    clients.push(client);
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

type Client = BufReader<LocalSocket>;

fn connect(name: &OsStr) -> Result<Client, anteroom::blocking::Error> {
    LocalSocket::connect_timeout(name, PATIENCE).map(BufReader::new)
}

fn client<'a>(clients: &'a mut [Client], number: &str) -> io::Result<&'a mut Client> {
    let number: usize = number.parse().map_err(|_| ErrorKind::InvalidInput)?;
    let client = number
        .checked_sub(1)
        .and_then(|index| clients.get_mut(index));
    client.ok_or_else(|| ErrorKind::InvalidInput.into())
}

/// Sends a line; tells how that went.
pub(super) fn send(socket: &mut LocalSocket, text: &str) -> String {
    match socket.write_all(format!("{text}\n").as_bytes()) {
        Ok(()) => "sent".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}

/// Receives a line; tells it, or what came instead.
pub(super) fn receive(socket: &mut Client) -> String {
    let mut line = String::new();
    let result = socket
        .get_ref()
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| socket.read_line(&mut line));
    match result {
        Ok(0) => "end".to_owned(),
        Ok(_) => line.trim_end().to_owned(),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => "cut off".to_owned(),
        Err(error) => error.kind().to_string(),
    }
}
