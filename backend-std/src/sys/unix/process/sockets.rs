//! The list of local sockets, by `sock_diag(7)`.
//!
//! One netlink message asks for all sockets in one state, and datagrams full of messages answer.
//! It takes no privileges. Unlike `/proc/net/unix` it tells the file that a socket was bound to,
//! whatever became of its path since, and names byte by byte.

use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::File;

const UNIX: u8 = 1;
const STREAM: u8 = 1;

const SOCKETS_BY_FAMILY: u16 = 20;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const REQUEST_DUMP: u16 = 0x301;

const SHOW_NAME_AND_FILE: u32 = 0b11;
const NAME: u16 = 0;
const FILE: u16 = 1;

const MESSAGE_HEADER: usize = 16;
const SOCKET_HEADER: usize = 16;
const ATTRIBUTE_HEADER: usize = 4;
const REQUEST: usize = MESSAGE_HEADER + 24;

/// The system sends no more than 32 KiB at once.
const DATAGRAM: usize = 64 * 1024;

/// In which state the sockets are that are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    /// Neither listening nor connected.
    Idle = 7,
    Listening = 10,
}

/// A stream socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Socket {
    /// The number by which the processes that hold it know it.
    pub(super) inode: u32,
    /// The address as it was bound: a path, or an abstract name behind a NUL.
    pub(super) name: Vec<u8>,
    /// The file that was created when it was bound.
    pub(super) file: Option<File>,
}

/// Lists the stream sockets of this network namespace in a state; none if the system does not.
pub(super) fn in_state(state: State) -> Option<Vec<Socket>> {
    let netlink = rustix::net::socket_with(
        AddressFamily::NETLINK,
        SocketType::DGRAM,
        // The answer is there as soon as the question was sent.
        SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
        Some(SOCK_DIAG),
    )
    .ok()?;
    // From then on only the kernel can send to it.
    rustix::net::connect(&netlink, &SocketAddrNetlink::new(0, 0)).ok()?;
    rustix::net::send(&netlink, &request(state), SendFlags::empty()).ok()?;
    let mut buffer = vec![0; DATAGRAM];
    let mut sockets = Vec::new();
    loop {
        let (_, length) = rustix::io::retry_on_intr(|| {
            rustix::net::recv(&netlink, &mut *buffer, RecvFlags::TRUNC)
        })
        .ok()?;
        // Nothing, if there was more than there is room for.
        if read(buffer.get(..length)?, &mut sockets)? {
            return Some(sockets);
        }
    }
}

/// Writes the question: `nlmsghdr`, and behind it `unix_diag_req`.
fn request(state: State) -> [u8; REQUEST] {
    let mut request = [0; REQUEST];
    request[0..4].copy_from_slice(&(REQUEST as u32).to_ne_bytes());
    request[4..6].copy_from_slice(&SOCKETS_BY_FAMILY.to_ne_bytes());
    request[6..8].copy_from_slice(&REQUEST_DUMP.to_ne_bytes());
    request[16] = UNIX;
    request[20..24].copy_from_slice(&(1_u32 << state as u32).to_ne_bytes());
    request[28..32].copy_from_slice(&SHOW_NAME_AND_FILE.to_ne_bytes());
    request
}

/// Reads a datagram, and tells whether it was the last; none if it cannot be understood.
fn read(mut datagram: &[u8], sockets: &mut Vec<Socket>) -> Option<bool> {
    // An empty one would be the end of a connection, which netlink does not have.
    number(datagram, 0)?;
    while !datagram.is_empty() {
        let length = number(datagram, 0)? as usize;
        let body = datagram.get(MESSAGE_HEADER..length)?;
        match half_number(datagram, 4)? {
            // Zero, or why the list is not complete.
            DONE => return (number(body, 0)? == 0).then_some(true),
            ERROR => return None,
            SOCKETS_BY_FAMILY => sockets.extend(socket(body)?),
            _ => {}
        }
        datagram = behind(datagram, length);
    }
    Some(false)
}

/// Reads `unix_diag_msg` and its attributes; within it nothing if it is no stream socket.
fn socket(body: &[u8]) -> Option<Option<Socket>> {
    if *body.get(1)? != STREAM {
        return Some(None);
    }
    let mut socket = Socket {
        inode: number(body, 4)?,
        name: Vec::new(),
        file: None,
    };
    let mut attributes = body.get(SOCKET_HEADER..)?;
    while !attributes.is_empty() {
        let length = usize::from(half_number(attributes, 0)?);
        let value = attributes.get(ATTRIBUTE_HEADER..length)?;
        match half_number(attributes, 2)? {
            NAME => socket.name = value.to_vec(),
            FILE => {
                socket.file = Some(File {
                    inode: number(value, 0)?,
                    device: number(value, 4)?,
                });
            }
            _ => {}
        }
        attributes = behind(attributes, length);
    }
    Some(Some(socket))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn half_number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Returns what is behind so many bytes; everything begins at multiples of four.
fn behind(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(length.next_multiple_of(4)..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = (MESSAGE_HEADER + body.len()) as u32;
        let mut message = length.to_ne_bytes().to_vec();
        message.extend(kind.to_ne_bytes());
        message.extend([0; 10]);
        message.extend(body);
        message.resize(message.len().next_multiple_of(4), 0);
        message
    }

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let length = (ATTRIBUTE_HEADER + value.len()) as u16;
        let mut attribute = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
        attribute.extend(value);
        attribute.resize(attribute.len().next_multiple_of(4), 0);
        attribute
    }

    fn shown(kind: u8, inode: u32, attributes: &[Vec<u8>]) -> Vec<u8> {
        let mut body = vec![UNIX, kind, 10, 0];
        body.extend(inode.to_ne_bytes());
        body.extend([0; 8]);
        body.extend(attributes.concat());
        message(SOCKETS_BY_FAMILY, &body)
    }

    fn file(inode: u32, device: u32) -> Vec<u8> {
        attribute(FILE, &[inode.to_ne_bytes(), device.to_ne_bytes()].concat())
    }

    #[test]
    fn an_answer_is_read_until_its_end() {
        let mut sockets = Vec::new();
        let first = [
            shown(
                1,
                17,
                &[attribute(NAME, b"/run/a"), file(5, 6), attribute(9, b"new")],
            ),
            shown(5, 18, &[attribute(NAME, b"/run/packets"), file(7, 6)]),
            message(99, b"what nobody asked for"),
            shown(1, 19, &[attribute(NAME, b"\0b\0c")]),
        ];
        assert_eq!(read(&first.concat(), &mut sockets), Some(false));
        let last = [shown(1, 20, &[]), message(DONE, &[0; 4])];
        assert_eq!(read(&last.concat(), &mut sockets), Some(true));

        let found = |inode, name: &[u8], file| Socket {
            inode,
            name: name.to_vec(),
            file,
        };
        let expected = File {
            inode: 5,
            device: 6,
        };
        assert_eq!(
            sockets,
            [
                found(17, b"/run/a", Some(expected)),
                found(19, b"\0b\0c", None),
                found(20, b"", None),
            ]
        );
    }

    #[test]
    fn what_is_not_understood_is_no_answer() {
        let whole = shown(1, 17, &[attribute(NAME, b"/run"), file(5, 6)]);
        assert_eq!(read(&whole, &mut Vec::new()), Some(false));
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length], &mut Vec::new()), None, "{length}");
        }
        let no_length = [&[0; 4][..], &whole[4..]].concat();
        assert_eq!(read(&no_length, &mut Vec::new()), None);
        let empty_attribute = shown(1, 17, &[vec![0; 4]]);
        assert_eq!(read(&empty_attribute, &mut Vec::new()), None);
        for failure in [message(ERROR, &[0; 20]), message(DONE, &[0xff; 4])] {
            assert_eq!(read(&failure, &mut Vec::new()), None);
        }
    }

    #[test]
    fn the_system_lists_all_sockets_even_if_they_are_many() {
        use std::os::linux::net::SocketAddrExt as _;
        use std::os::unix::net::{SocketAddr, UnixListener};

        let name = |number: usize| format!("anteroom\0list\0{}\0{number:080}", std::process::id());
        // Their names alone are more than one datagram holds.
        let listeners: Vec<_> = (0..500)
            .map(|number| SocketAddr::from_abstract_name(name(number)).unwrap())
            .map(|address| UnixListener::bind_addr(&address).unwrap())
            .collect();

        let Some(sockets) = in_state(State::Listening) else {
            println!("skipped: this system does not list sockets");
            return;
        };

        for number in 0..listeners.len() {
            let name = format!("\0{}", name(number)).into_bytes();
            assert!(sockets.iter().any(|socket| socket.name == name), "{number}");
        }
        let idle = in_state(State::Idle).unwrap();
        assert!(idle.iter().all(|socket| !sockets.contains(socket)));
    }
}
