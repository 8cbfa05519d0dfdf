use std::ffi::OsString;
use std::time::Duration;

use anteroom::SocketOptions;
use clap::{Args, Parser, Subcommand, ValueEnum};

const EXIT_CODES: &str = "\
Exit codes:
   0  success; status: the server is live
   1  nothing exists at the name (status, connect)
   2  the name has the socket file of a crashed server (status, connect, serve)
   3  the name has a file that is not a socket (status, connect, serve, remove)
   4  any other error
   5  the name has a live server (serve; remove without --force)
   6  the name has a socket whose state is unknown
      (status, connect, serve; remove without --force)
   7  the name has a socket that does not listen; its server may be starting
      (status, connect, serve; remove without --force)
  64  invalid command line

Errors are one line on standard error. A closed standard output is not an error.

Names: a single word names a socket in the temporary directory ($TMPDIR, or /tmp); a path that begins
with a slash is used as it is. Relative paths, URLs and names that begin with @ are rejected. With
--abstract the name is an address in Linux's abstract namespace, without a leading @.";

/// Serves, connects to, inspects and removes local sockets.
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
    /// Runs a step-by-step demo: one server with a limit of two, and five clients.
    ///
    /// A second process runs the clients. Each step prints the documented result and the actual one.
    /// Exits with 0 if all of them agree, else with 4.
    Demo(OnRuntime),
    #[command(hide = true)]
    DemoClients(DemoClients),
}

const SERVE_OUTPUT: &str = "\
Output: the first line is `listening NAME FULL-NAME` (an abstract name appears twice). Blanks,
control characters, backslashes and bytes that are not UTF-8 are escaped as `\\xHH`, in hexadecimal.
Then one line for each connection and one for its end, with the number of the connection:

    connected 3 pid=123 uid=1000
    ended 3 bytes=42
    ended 4 bytes=7 (connection reset)

bytes is the number of bytes echoed. `pid=unknown` or `uid=unknown` appears where the system does not
report the credentials. `lost 5 lines` stands for lines that were not read in time: the server never
waits for its reader, and continues without output if standard output is closed.

Signals: at SIGINT, SIGTERM or SIGHUP the name is free at once and new clients are refused. Clients
that have connected, also those in the backlog, are served within the grace period. Then it exits
with 0, or with 4 if the socket file could not be removed (standard error reports the cause). A
second signal ends it at once, by that signal. As process 1, for example in a container, it then
exits with 128 plus the number of the signal. Signals that are ignored at the start, as under
`nohup`, stay ignored. Only Linux reports which are; on other systems SIGINT and SIGTERM always have
this effect, and SIGHUP never does. Signals that are blocked at the start are unblocked.

When descriptors run out, it pauses until clients disconnect, and then serves the waiting ones. A
line on standard error reports the start of each pause with its cause, and another one the end.

Exit codes: 0, 2, 3, 4, 5, 6, 7, 64; see `anteroom --help`.";

/// Listens on a name, and echoes what clients send.
///
/// One thread serves all clients. All data that a client sends before it closes its half of the
/// connection is echoed. The echo stops reading from a client whose output buffer is full.
#[derive(Args, Debug)]
#[command(after_long_help = SERVE_OUTPUT)]
pub(crate) struct Serve {
    /// The name to listen on.
    pub(crate) name: OsString,
    /// Who may connect: user, group and other, separated by commas, or world [default: by the umask].
    #[arg(long, value_delimiter = ',', conflicts_with = "abstract_name")]
    pub(crate) access: Vec<Access>,
    /// The owner of the socket file: a user name or id [default: this user].
    #[cfg_attr(unix, arg(long, value_parser = crate::owner::user, conflicts_with = "abstract_name"))]
    #[cfg_attr(not(unix), arg(long))]
    pub(crate) owner: Option<u32>,
    /// The group of the socket file: a name or an id. Combine it with --access, as `user,group`.
    #[cfg_attr(unix, arg(long, value_parser = crate::owner::group, conflicts_with = "abstract_name"))]
    #[cfg_attr(not(unix), arg(long))]
    pub(crate) group: Option<u32>,
    /// The limit of pending connections; 0 accepts no clients [default: 30].
    #[arg(long, value_name = "N")]
    pub(crate) max_pending: Option<usize>,
    /// The backlog of the operating system [default: its maximum].
    #[arg(long, value_name = "N")]
    pub(crate) backlog: Option<u32>,
    #[command(flatten)]
    pub(crate) namespace: Namespace,
    /// The grace period: how long clients are served after a signal.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) grace: Duration,
    /// Print only the first line, and do not read the credentials of clients.
    #[arg(long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) on: OnRuntime,
}

/// Connects standard input and output to a server.
///
/// At the end of the input it shuts down its sending direction, unless --no-shutdown is given. It exits
/// when the server closes the connection.
///
/// Exit codes: 0, 1, 2, 3, 4, 6, 7, 64; see `anteroom --help`. If --timeout ends the wait after the end
/// of the input, the exit code is 0.
#[derive(Args, Debug)]
pub(crate) struct Connect {
    /// The name of the server.
    pub(crate) name: OsString,
    #[command(flatten)]
    pub(crate) namespace: Namespace,
    /// Keep the sending direction open at the end of the input, and wait until the server closes the
    /// connection or until --timeout.
    ///
    /// Use it for servers that close the connection at the end of the input and drop unsent data, as
    /// Qt servers do. Without --timeout it waits forever for a server that waits for more input.
    #[arg(long)]
    pub(crate) no_shutdown: bool,
    /// The timeout for a full backlog of the server; 0 tries once [default: no timeout].
    ///
    /// With --no-shutdown it is also the timeout after the end of the input. The two waits are measured
    /// separately.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) timeout: Option<Duration>,
}

const STATUS_OUTPUT: &str = "\
Output, one line, and exit code:

    live pid=123 uid=1000          0  a server listens (pid and uid if they are certain)
    absent                         1  nothing exists
    stale                          2  the socket of a crashed server; `anteroom remove` removes it
    not-a-socket kind=directory    3  another kind: file, directory, link or other
    unknown                        6  a socket whose state cannot be determined
    not-listening                  7  a socket of a process that does not listen; its server may be
                                      starting (only Linux tells it from a live one)

Symbolic links are followed, as clients do: only a dangling link is `kind=link`. (`anteroom remove`
rejects every link.)

The state is unknown if the socket may not be examined, is on a network or shared file system or in a
layer of an overlay mount, or if the kernel refuses the probe of live servers. With `--connect` it
connects then: a live server accepts; a refusal on a local file system means that the server has
crashed, or does not listen yet.

The process is reported on Linux, if exactly one process that may be examined has the socket. It is
not if a supervisor keeps the socket, or if a child process has inherited it.

For any other error, such as a directory without permission, the exit code is 4, and the line is on
standard error.
With --json the output is a line of JSON on standard output, also for errors, with `status`, `name`,
`full_name`, `pid`, `uid`, `kind` and `error`. Unknown values are null, and the status of an error is
`trouble`. Bytes of a name that are not UTF-8 are replaced.";

/// Determines the state of a name.
///
/// It does not connect, so that a live server is not disturbed, unless `--connect` is given.
#[derive(Args, Debug)]
#[command(after_long_help = STATUS_OUTPUT)]
pub(crate) struct Status {
    /// The name to inspect.
    pub(crate) name: OsString,
    #[command(flatten)]
    pub(crate) namespace: Namespace,
    /// Connect if the state is unknown. The server accepts the connection; socket activation starts it.
    #[arg(long)]
    pub(crate) connect: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Removes the socket file of a crashed server.
///
/// Prints `removed` or `absent`; both are successes. It never removes other files, nor links to sockets.
/// Without --force it also keeps the socket of a live server, one that does not listen, and one whose
/// state is unknown. Abstract names need no removal.
///
/// A server that starts between the check and the removal can lose its socket file.
///
/// Exit codes: 0, 3, 4, 5, 6, 7, 64; see `anteroom --help`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// The name of the socket.
    pub(crate) name: OsString,
    /// Remove the socket file of a server in any state. No client can connect to a live server then.
    #[arg(long)]
    pub(crate) force: bool,
}

/// The clients of the demo, which run commands from standard input.
#[derive(Args, Debug)]
pub(crate) struct DemoClients {
    pub(crate) name: OsString,
    #[command(flatten)]
    pub(crate) on: OnRuntime,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct OnRuntime {
    /// The runtime. The output is the same on each.
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
    /// The owner of the socket file.
    User,
    /// The group.
    Group,
    /// All other users.
    Other,
    /// All users.
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
    duration.ok_or_else(|| "not a number of seconds".to_owned())
}
