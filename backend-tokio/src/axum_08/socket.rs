use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;

use crate::LocalSocket;

/// How every connection of HTTP/2 begins.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection that axum serves.
///
/// It notes when the first request begins.
#[derive(Debug)]
pub struct Socket {
    socket: LocalSocket,
    silence: Option<Silence>,
}

/// There is one until the first request begins.
#[derive(Debug)]
struct Silence {
    /// How much of the preface has come.
    matched: usize,
    /// It is dropped at the end.
    _awaited: watch::Receiver<()>,
}

impl Socket {
    pub(super) const fn new(socket: LocalSocket, awaited: watch::Receiver<()>) -> Self {
        Self {
            socket,
            silence: Some(Silence {
                matched: 0,
                _awaited: awaited,
            }),
        }
    }

    /// Returns the socket of the server.
    pub const fn get_ref(&self) -> &LocalSocket {
        &self.socket
    }

    /// Takes note of what came.
    ///
    /// As long as it could be the beginning of the preface, a server that reads both versions of HTTP
    /// has not chosen one, and closes the connection when it is told to stop.
    fn note(&mut self, bytes: &[u8]) {
        if let Some(silence) = &mut self.silence {
            let left = &PREFACE[silence.matched..];
            if bytes.len() < left.len() && left.starts_with(bytes) {
                silence.matched += bytes.len();
            } else {
                self.silence = None;
            }
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(context, buffer))?;
        self.note(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{PREFACE, Socket, watch};
    use crate::LocalSocket;

    /// Returns whether the first request has begun when these have come one after the other.
    fn begins(parts: &[&[u8]]) -> bool {
        let (_client, socket) = LocalSocket::pair().expect("a pair can be made");
        let (awaited, receiver) = watch::channel(());
        let mut socket = Socket::new(socket, receiver);
        for part in parts {
            socket.note(part);
        }
        assert_eq!(socket.silence.is_none(), awaited.is_closed());
        awaited.is_closed()
    }

    #[tokio::test]
    async fn a_request_begins_when_the_version_of_http_is_certain() {
        let silences: [&[&[u8]]; 4] = [&[], &[b"P"], &[b"PR", b"", b"I"], &[&PREFACE[..23]]];
        for silence in silences {
            assert!(!begins(silence), "{silence:?}");
        }
        let begins_with: [&[&[u8]]; 6] = [
            &[b"G"],
            &[b"P", b"O"],
            &[b"PR", b"OPFIND"],
            &[PREFACE],
            &[&PREFACE[..9], &PREFACE[9..]],
            &[PREFACE, b"more"],
        ];
        for begin in begins_with {
            assert!(begins(begin), "{begin:?}");
        }
    }
}
