use std::ffi::OsString;
use std::time::Duration;

use anteroom::SocketOptions;
use clap::{Args, Parser, Subcommand, ValueEnum};

const EXIT_CODES: &str = "\
Exit codes:
   0  done; status: a live server is there
   1  nothing is at the name (status, connect)
   2  the socket of a crashed server is at the name (status, connect, serve)
   3  something that is no socket is at the name (status, connect, serve, remove)
   4  any other trouble
   5  a live server is at the name (serve; remove without --force)
   6  a socket is at the name, and it is not known whether a server has it
      (status, connect, serve; remove without --force)
   7  a socket is at the name that does not listen; its server may be starting
      (status, connect, serve; remove without --force)
  64  the command line was not understood

What goes wrong is told in one line on standard error. A closed standard output is no error.

Names: a word names a socket in the temporary directory ($TMPDIR, else /tmp); a path that begins
with a slash is used as it is. Relative paths, URLs and names that begin with @ are refused. With
--abstract the name is an address in Linux's abstract namespace, without @ in front.";

/// Serves, connects to, looks at and removes local sockets.
#[derive(Debug, Parser)]
#[command(name = "anteroom", version, after_help = EXIT_CODES, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = false)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(Serve),
    Connect(Connect),
    Status(Status),
    Remove(Remove),
    /// Shows what becomes of five clients of a server that takes in two at a time.
    ///
    /// A second process connects; every step tells what the documentation lets one expect and what
    /// was seen. Exits with 0 only if that was the same everywhere, else with 4.
    Demo(OnRuntime),
    #[command(hide = true)]
    DemoClients(DemoClients),
}

const SERVE_OUTPUT: &str = "\
Output: the first line is `listening NAME FULL-NAME` (an abstract name stands there twice). Blanks,
control characters, backslashes and what is not UTF-8 are written there as `\\xHH` for each of their
bytes, in hexadecimal. Then one line for each connection and one for its end, the number being that
of the connection:

    connected 3 pid=123 uid=1000
    ended 3 bytes=42
    ended 4 bytes=7 (connection reset)

bytes counts what was echoed. `pid=unknown` or `uid=unknown` stand where the system does not tell.
`lost 5 lines` stands for lines that nobody read in time; the server never waits for its reader, and
goes on quietly when standard output is closed.

Signals: at SIGINT, SIGTERM or SIGHUP the name is free at once and new clients are refused. Those
that had connected, also those which the system has queued, may finish within the grace; then it
exits with 0, or with 4 if the socket file could not be removed (standard error then names the
cause). A second signal ends it at once, by that signal. As process 1, for example in a container,
it then exits with 128 plus the number of the signal. A signal that is ignored when it starts, as
under `nohup`, stays ignored. Only Linux tells which are; elsewhere SIGINT and SIGTERM have this
effect in any case, and SIGHUP never has. A signal that is blocked when it starts is unblocked.

When descriptors run out it waits for clients to end, and then serves those that wait. A line on
standard error reports when accepting pauses and why, another one when that is over.

Exit codes: 0, 2, 3, 4, 5, 6, 7, 64, as `anteroom --help` explains.";

/// Serves clients at a name, and sends back what they send.
///
/// One thread serves them all. What a client sent before it closed its half of the connection comes
/// back completely. A client that does not read is not read from either.
#[derive(Args, Debug)]
#[command(after_long_help = SERVE_OUTPUT)]
pub(crate) struct Serve {
    /// The name to listen on.
    pub(crate) name: OsString,
    /// Who may connect: user, group and other, separated by commas, or world [default: as umask].
    #[arg(long, value_delimiter = ',', conflicts_with = "abstract_name")]
    pub(crate) access: Vec<Access>,
    /// The user who owns the socket file: a name or a number [default: the user who serves].
    #[cfg_attr(unix, arg(long, value_parser = crate::owner::user, conflicts_with = "abstract_name"))]
    #[cfg_attr(not(unix), arg(long))]
    pub(crate) owner: Option<u32>,
    /// The group that owns it: a name or a number. Combine it with --access, as `user,group`.
    #[cfg_attr(unix, arg(long, value_parser = crate::owner::group, conflicts_with = "abstract_name"))]
    #[cfg_attr(not(unix), arg(long))]
    pub(crate) group: Option<u32>,
    /// How many connections may be pending; with 0 nobody is taken in [default: 30].
    #[arg(long, value_name = "N")]
    pub(crate) max_pending: Option<usize>,
    /// How many clients the system may queue [default: as many as it allows].
    #[arg(long, value_name = "N")]
    pub(crate) backlog: Option<u32>,
    #[command(flatten)]
    pub(crate) namespace: Namespace,
    /// How long connected clients may go on after a signal.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) grace: Duration,
    /// Print the first line only, and do not look up who connects.
    #[arg(long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) on: OnRuntime,
}

/// Sends standard input to a server, and what the server sends to standard output.
///
/// At the end of the input it shuts down its sending side, unless --no-shutdown is given. It exits
/// when the server closes the connection.
///
/// Exit codes: 0, 1, 2, 3, 4, 6, 7, 64, as `anteroom --help` explains. If --timeout ends the wait after
/// the end of the input, the exit code is 0.
#[derive(Args, Debug)]
pub(crate) struct Connect {
    /// The name of the server.
    pub(crate) name: OsString,
    #[command(flatten)]
    pub(crate) namespace: Namespace,
    /// Keep the sending side open at the end of the input, and wait for the server to close the
    /// connection or for the end of --timeout.
    ///
    /// Use it if the server takes the end of the input for the end of the connection and drops what
    /// it has not sent yet, as servers made with Qt do. Without --timeout it waits until the server
    /// closes the connection, which a server that waits for more input never does.
    #[arg(long)]
    pub(crate) no_shutdown: bool,
    /// How long to wait while the server's queue is full; 0 tries once [default: as long as it takes].
    ///
    /// With --no-shutdown it is also how long to wait for the server after the end of the input. The
    /// two waits are measured separately.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) timeout: Option<Duration>,
}

const STATUS_OUTPUT: &str = "\
Output, one line, and exit code:

    live pid=123 uid=1000          0  a server has the name (pid and uid if that is certain)
    absent                         1  nothing is there
    stale                          2  the socket of a crashed server; `anteroom remove` removes it
    not-a-socket kind=directory    3  something else: file, directory, link or other
    unknown                        6  a socket, and it is not known whether a server has it
    not-listening                  7  a socket that a process has and that does not listen; its
                                      server may be starting (only Linux tells it from a live one)

A link is followed, as by those who connect: only one that leads nowhere is `kind=link`. (`anteroom
remove` refuses every link.)

It is unknown whether a server has a socket that may not be examined, that lies on a network or
shared file system or in a layer of an overlay mount, or on a system whose kernel refuses even the
probe of a live server. `--connect` connects then: a live server accepts; a refusal on a local file
system means that the server has crashed, or does not listen yet.

Who listens is told on Linux, if exactly one of the processes that we may examine has the socket. A
supervisor that keeps the socket it has handed on, or a child that has inherited it, makes two.

Any other trouble, such as a directory that may not be entered: exit code 4, and the line is on
standard error.
With --json a line of JSON takes that place on standard output, with `status`, `name`, `full_name`,
`pid`, `uid`, `kind` and `error`; what is not known is null, and the status of trouble is `trouble`.
Bytes of a name that are not UTF-8 are replaced in it.";

/// Looks what is at a name. A server that listens there does not notice.
///
/// Nothing is connected, so nothing is accepted, queued or counted, unless `--connect` is given.
#[derive(Args, Debug)]
#[command(after_long_help = STATUS_OUTPUT)]
pub(crate) struct Status {
    /// The name to look at.
    pub(crate) name: OsString,
    #[command(flatten)]
    pub(crate) namespace: Namespace,
    /// Connect if looking does not tell. The server accepts it, and is started if connecting does that.
    #[arg(long)]
    pub(crate) connect: bool,
    /// Answer in JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Removes the socket that a crashed server left behind.
///
/// Prints `removed` or `absent`: nothing to remove is a success. It refuses what is no socket, always,
/// even if it is a link to one. Unless it is forced, it also refuses the socket of a live server, one
/// that does not listen, and one of which it is not known whether a server has it. Abstract names need
/// no removal.
///
/// It looks, then removes: a server that starts in between can lose its socket file.
///
/// Exit codes: 0, 3, 4, 5, 6, 7, 64, as `anteroom --help` explains.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// The name of the socket.
    pub(crate) name: OsString,
    /// Remove the socket whether or not a server has it: nobody can connect to that server any more.
    #[arg(long)]
    pub(crate) force: bool,
}

/// The clients of the demo, told what to do by lines on standard input.
#[derive(Args, Debug)]
pub(crate) struct DemoClients {
    pub(crate) name: OsString,
    #[command(flatten)]
    pub(crate) on: OnRuntime,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct OnRuntime {
    /// What to run on; the output is the same everywhere, the cost is not.
    #[arg(long, default_value = "std")]
    pub(crate) runtime: Runtime,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Runtime {
    /// No runtime: the blocking server, which `serve` embeds in an event loop of mio.
    Std,
    /// The runtime of tokio for one thread.
    Tokio,
    /// The executor of smol for one thread, with async-io.
    Smol,
}

#[cfg(unix)]
impl Runtime {
    /// Returns the name as it is written on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Std => "std",
            Self::Tokio => "tokio",
            Self::Smol => "smol",
        }
    }
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Namespace {
    /// The name is an address in Linux's abstract namespace: no file, and no permissions.
    #[arg(id = "abstract_name", long = "abstract")]
    pub(crate) is_abstract: bool,
}

#[cfg(unix)]
impl Namespace {
    pub(crate) const fn options(self) -> SocketOptions {
        if self.is_abstract {
            SocketOptions::ABSTRACT
        } else {
            SocketOptions::empty()
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Access {
    /// The user who serves.
    User,
    /// The group.
    Group,
    /// Everybody else.
    Other,
    /// Everybody.
    World,
}

impl From<Access> for SocketOptions {
    fn from(access: Access) -> Self {
        match access {
            Access::User => Self::USER,
            Access::Group => Self::GROUP,
            Access::Other => Self::OTHER,
            Access::World => Self::WORLD,
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: Option<f64> = text.parse().ok();
    let duration = number.and_then(|number| Duration::try_from_secs_f64(number).ok());
    duration.ok_or_else(|| "that is not a number of seconds".to_owned())
}
