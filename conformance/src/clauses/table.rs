//! The table of clauses, section by section.
//!
//! After each constant: the id, the platforms, whether it contains a decision, and the text. `D:` in
//! the text introduces the decision.

use super::{Clause, Scope};

declare_clauses! {
    "Overview" {
        SRV_1 = "SRV-1" (Everywhere)
            "A server accepts incoming local connections.";
        SRV_2 = "SRV-2" (Everywhere)
            "listen starts accepting on a name.";
        SRV_3 = "SRV-3" (Everywhere)
            "Each client that connects is announced (new-connection notification).";
        SRV_4 = "SRV-4" (Everywhere)
            "next_pending_connection returns a socket that is connected to that client, in both \
             directions.";
        SRV_5 = "SRV-5" (Everywhere)
            "After an error, server_error returns its kind and error_string a readable text.";
        SRV_6 = "SRV-6" (Everywhere)
            "While listening, server_name returns the name.";
        SRV_7 = "SRV-7" (Everywhere)
            "close stops listening.";
        SRV_8 = "SRV-8" (Everywhere)
            "The server works in an event loop (notification) ...";
        SRV_9 = "SRV-9" (Everywhere)
            "... and without one: wait_for_new_connection blocks until a connection is pending \
             or the time is over.";
    }
    "Access options" {
        OPT_1 = "OPT-1" (Everywhere)
            "Options are a bit set: none 0x0, user 0x1, group 0x2, other 0x4, world 0x7 = \
             user+group+other; they combine with OR.";
        OPT_2 = "OPT-2" (Everywhere)
            "The default is none: the default access of the platform (Unix: 0777 without the \
             bits of the umask).";
        OPT_3 = "OPT-3" (Everywhere, decision)
            "Options decide who may connect. D: access that the name, the platform or an adopted \
             socket cannot enforce is refused, and so are access options of a client.";
        OPT_4 = "OPT-4" (Linux)
            "user: only the user of the server. File mode 0700 exactly, whatever the umask.";
        OPT_5 = "OPT-5" (Linux)
            "group: the group, but not the user. Mode 0070 exactly.";
        OPT_6 = "OPT-6" (Linux)
            "other: all users except the user and the group. Mode 0007 exactly.";
        OPT_7 = "OPT-7" (Everywhere)
            "world: no restriction. Linux mode 0777 exactly.";
        OPT_8 = "OPT-8" (Linux)
            "Options combine (all eight sets with umask 000, 022, 077). They override the umask \
             in both directions.";
        OPT_9 = "OPT-9" (Linux)
            "Checked by connecting with other user and group ids, not only by stat. The socket \
             is never reachable with another mode, or by an ACL inherited from its directory.";
        OPT_10 = "OPT-10" (Everywhere)
            "Options are set before listen; set while listening, they are stored for the next \
             listen and do not affect the current one.";
        OPT_11 = "OPT-11" (Unix, decision)
            "Some platforms ignore the modes of socket files. D: there, a set that restricts \
             access is refused (a compile-time property of the platform).";
        OPT_12 = "OPT-12" (Windows)
            "With user, a non-elevated process can connect to an elevated server of the same \
             user.";
        OPT_13 = "OPT-13" (Windows)
            "group is the primary group of the process token.";
        OPT_14 = "OPT-14" (Windows)
            "other is the well-known group Everyone.";
        OPT_15 = "OPT-15" (Everywhere)
            "socket_options returns what was set.";
        OPT_16 = "OPT-16" (Linux, decision)
            "D: with options set, an occupied name is still AddressInUse, and the occupant is \
             unchanged (Qt renames its socket over it).";
    }
    "Construction, destruction" {
        NEW_1 = "NEW-1" (Everywhere)
            "A new server does not listen and has no names, no pending connection, limit 30, no \
             options, no error and an empty error text.";
        DTOR_1 = "DTOR-1" (Everywhere)
            "Dropping a listening server closes it: the name is free, the file is removed.";
        DTOR_2 = "DTOR-2" (Everywhere, decision)
            "Pending connections end with the server. D: accepted ones belong to the application \
             and stay open (in the document they are children of the server unless re-parented).";
        DTOR_3 = "DTOR-3" (Unix, decision)
            "D: a forked child that drops its copy of the server does not remove the socket file \
             of its parent, even if it has the process id of its parent in a PID namespace \
             (`assume_ownership` is for daemons that fork after listen).";
    }
    "close" {
        CLOSE_1 = "CLOSE-1" (Everywhere)
            "After close the server does not listen and its names are empty.";
        CLOSE_2 = "CLOSE-2" (Everywhere)
            "Accepted connections keep working in both directions.";
        CLOSE_3 = "CLOSE-3" (Everywhere, decision)
            "D: pending connections can be taken after close, until the server is dropped (Qt \
             ends them).";
        CLOSE_4 = "CLOSE-4" (Everywhere)
            "New connection attempts are refused.";
        CLOSE_5 = "CLOSE-5" (Everywhere)
            "Closing a server that does not listen does nothing; the last error is kept.";
        CLOSE_6 = "CLOSE-6" (Everywhere)
            "After close, listen works again, on the same name or another one.";
        CLOSE_7 = "CLOSE-7" (Unix, decision)
            "D: the socket file is removed, but only if it is still the one of this server \
             (device and inode). The file of an adopted socket is never removed.";
        CLOSE_8 = "CLOSE-8" (Everywhere, decision)
            "D: closing a listening server clears the last error; a failure to remove the file \
             is recorded afterwards.";
    }
    "error_string, server_error" {
        ERR_1 = "ERR-1" (Everywhere)
            "error_string is a readable text that fits the kind of server_error.";
        ERR_2 = "ERR-2" (Everywhere)
            "Without an error the text is empty.";
        ERR_3 = "ERR-3" (Everywhere)
            "server_error is the kind of the last error, or none.";
        ERR_4 = "ERR-4" (Everywhere, decision)
            "D: only a successful listen and the close of a listening server clear it. Misuse \
             (listen while listening) is returned, not recorded.";
        ERR_5 = "ERR-5" (Unix)
            "Kinds: EACCES/EPERM access; EADDRINUSE address in use; ENOENT not found; ENOTDIR, \
             ENAMETOOLONG, ELOOP, EROFS, invalid name: name; EMFILE, ENFILE, ENOBUFS, ENOMEM: \
             resources; ECONNREFUSED (clients): refused, or not found for an abstract name; all \
             others unknown. The OS code is kept.";
        ERR_6 = "ERR-6" (Everywhere, decision)
            "D: the text contains the operation, the name or path, the cause and, if there is \
             one, a remedy.";
    }
    "Names" {
        NAME_1 = "NAME-1" (Everywhere)
            "While listening, server_name is the name that was passed to listen, verbatim.";
        NAME_2 = "NAME-2" (Everywhere)
            "Otherwise it is None.";
        FULL_1 = "FULL-1" (Everywhere)
            "full_server_name is the complete path on the platform while listening, otherwise \
             None.";
        FULL_2 = "FULL-2" (Unix, decision)
            "A plain name, a single word, resolves to the temporary directory (`$TMPDIR`, or \
             `/tmp`) + `/` + name. D: other syntax is a name error whose text says what to \
             write: a relative path (`./x`, `run/x`, `..`), shell syntax (`~/x`), a URL \
             (`unix:/x`), `@x`, `\\\\.\\pipe\\x`.";
        FULL_3 = "FULL-3" (Unix, decision)
            "A name that starts with `/` is the path, verbatim. D: one that ends in a slash is a \
             name error.";
        FULL_4 = "FULL-4" (Windows)
            "A plain name resolves to `\\\\.\\pipe\\` + name; a name that starts with \
             `\\\\.\\pipe\\` is used verbatim.";
        FULL_5 = "FULL-5" (Unix, decision)
            "D: an empty name, a NUL byte and a path that is too long (both lengths are in the \
             text) are name errors, before anything on disk changes. A missing directory is not \
             found. Server, client and remove_server resolve names alike. A relative `$TMPDIR` \
             (name error) or a missing one (not found) is an error; the root and current \
             directories are never used instead.";
    }
    "has_pending_connections, next_pending_connection" {
        HAS_1 = "HAS-1" (Everywhere)
            "True if and only if a connection is pending.";
        NEXT_1 = "NEXT-1" (Everywhere)
            "Returns the next pending connection as a connected socket, in the order of the \
             clients.";
        NEXT_2 = "NEXT-2" (Everywhere)
            "None if no connection is pending.";
        NEXT_3 = "NEXT-3" (Everywhere, decision)
            "The server owns pending connections; dropping the server drops them. An accepted \
             socket can be dropped at any time without effect on the server (D, see DTOR-2).";
        NEXT_4 = "NEXT-4" (Everywhere, decision)
            "D: data that a client wrote before its connection was taken is readable from it, \
             even if the client has closed it.";
    }
    "incoming_connection" {
        INC_1 = "INC-1" (Everywhere)
            "The hook is called once for each new connection, with the native socket.";
        INC_2 = "INC-2" (Everywhere)
            "The default hook wraps it, appends it to the pending queue and announces it.";
        INC_3 = "INC-3" (Everywhere)
            "A user can replace the hook, and so keep a connection, refuse it, or queue it after \
             a check.";
        INC_4 = "INC-4" (Everywhere, decision)
            "D: a connection that the hook does not queue does not count towards the limit and \
             is not announced; a refused client reads end of file.";
    }
    "is_listening" {
        ISL_1 = "ISL-1" (Everywhere, decision)
            "True while listening, otherwise false (also after a fatal accept error, which \
             closes the server: D).";
    }
    "listen(name)" {
        LIS_1 = "LIS-1" (Everywhere)
            "On success the server listens on the name.";
        LIS_2 = "LIS-2" (Everywhere)
            "Listening while listening fails and changes nothing, not even the last error.";
        LIS_3 = "LIS-3" (Everywhere)
            "A failure is reported; the server does not listen, has no names, and has left or \
             destroyed no file or descriptor.";
        LIS_10 = "LIS-10" (Windows)
            "A full pipe path is accepted.";
        LIS_4 = "LIS-4" (Everywhere)
            "A single word is sufficient and resolves to a path (FULL-2, FULL-4). On Unix only a \
             single word does.";
        LIS_5 = "LIS-5" (Unix)
            "A full path is accepted.";
        LIS_6 = "LIS-6" (Unix)
            "If the socket file of a crashed server exists, listen fails with address in use.";
        LIS_7 = "LIS-7" (Unix)
            "After that file is removed, listen succeeds.";
        LIS_8 = "LIS-8" (Windows)
            "Two servers may listen on one pipe name; each connection reaches one of them.";
        LIS_9 = "LIS-9" (Unix, decision)
            "D: with a live server, a regular file, a directory or a dangling link at the path, \
             listen fails with address in use and changes nothing.";
    }
    "listen(descriptor)" {
        FD_1 = "FD-1" (Unix)
            "A bound and listening descriptor is adopted; clients that connected earlier are \
             served.";
        FD_2 = "FD-2" (Unix)
            "Fails while already listening (and returns the descriptor).";
        FD_3 = "FD-3" (Unix, decision)
            "The descriptor has to be ready to accept; D: one that is not (pipe, datagram, \
             unbound, not listening, connected, not a socket) is refused with a clear error. \
             Every failure returns the descriptor with the same number and unchanged flags (the \
             process that passed it shares them).";
        FD_4 = "FD-4" (Unix, decision)
            "It becomes non-blocking (D: and close-on-exec).";
        FD_5 = "FD-5" (Unix, decision)
            "Names: for a path, the path and its last component; D: for an abstract name, the \
             name; unnamed sockets have none, and is_listening is true.";
        FD_6 = "FD-6" (Windows, decision)
            "D: not supported for sockets; a clear error.";
    }
    "Limit" {
        MAX_1 = "MAX-1" (Everywhere)
            "max_pending_connections is 30 by default and returns what was set.";
        SETMAX_1 = "SETMAX-1" (Everywhere)
            "At most N connections are pending: if N + k clients connect, exactly N are (N = 0, \
             1, 3, 30).";
        SETMAX_2 = "SETMAX-2" (Everywhere)
            "Taking one accepts exactly one more.";
        SETMAX_3 = "SETMAX-3" (Everywhere)
            "The backlog of the OS may hold further clients, which are connected for themselves; \
             they are served later.";
        SETMAX_4 = "SETMAX-4" (Everywhere, decision)
            "D: N = 0 accepts nothing until it is raised; raising takes effect at once; lowering \
             drops nothing.";
    }
    "new-connection notification" {
        SIG_1 = "SIG-1" (Everywhere)
            "Exactly one notification for each connection that becomes pending, from a wait or \
             the event loop, and the connection is pending when it arrives.";
    }
    "remove_server" {
        REM_1 = "REM-1" (Everywhere)
            "Removes the socket of a crashed server, so that listen succeeds; returns success.";
        REM_2 = "REM-2" (Unix)
            "Removes the socket file of the name (resolved as by listen).";
        REM_3 = "REM-3" (Everywhere)
            "If nothing exists there: success.";
        REM_4 = "REM-4" (Windows)
            "Does nothing and succeeds.";
        REM_5 = "REM-5" (Everywhere)
            "A failure to remove it is reported.";
        REM_6 = "REM-6" (Unix, decision)
            "The document warns: it also removes the socket of a running server. D: only sockets \
             are removed (stale or live); regular files, directories and links are refused and \
             unchanged. `reclaim` is the safe form: it removes only stale sockets.";
    }
    "wait_for_new_connection" {
        WAIT_1 = "WAIT-1" (Everywhere)
            "Blocks until a connection is pending, and reports it.";
        WAIT_2 = "WAIT-2" (Everywhere)
            "If none is after the given time: timed out.";
        WAIT_3 = "WAIT-3" (Everywhere)
            "The default is zero, which does not block.";
        WAIT_4 = "WAIT-4" (Everywhere)
            "Without a limit (-1 in the document) it never times out.";
        WAIT_5 = "WAIT-5" (Everywhere, decision)
            "D: if a connection is pending, it returns at once; without listening, it returns at \
             once, and not as timed out. The result is one enum (Ready, TimedOut, NotListening) \
             instead of two flags that can disagree.";
        WAIT_6 = "WAIT-6" (Everywhere, decision)
            "D: it obeys the limit.";
    }
    "Overriding, object tree" {
        VIRT_1 = "VIRT-1" (Everywhere, decision)
            "has_pending_connections and next_pending_connection can be overridden in the \
             document. D: not here; wrap the type, or keep a queue in the hook.";
        VIRT_2 = "VIRT-2" (Everywhere, decision)
            "The constructor takes a parent object. D: there is no object tree; values are \
             owned.";
    }
    "Later members of the same class" {
        Q6_1 = "Q6-1" (Linux)
            "Option abstract namespace 0x8: the name is the whole abstract address (NUL and the \
             bytes, no trailing NUL), there is no file, the name is free at once after close, \
             permissions do not apply (OPT-3).";
        Q6_2 = "Q6-2" (Unix)
            "The backlog can be set before listen (default: the maximum of the system; Qt: 50).";
        Q6_3 = "Q6-3" (Everywhere)
            "The listening descriptor or handle can be borrowed while listening.";
        Q6_4 = "Q6-4" (Everywhere)
            "A hook may queue a connection that it created (add pending connection): it counts \
             and is announced.";
    }
    "Connections and clients" {
        SOCK_1 = "SOCK-1" (Everywhere)
            "A connection transfers bytes in order and unchanged, in any chunks, in both \
             directions at once.";
        SOCK_2 = "SOCK-2" (Everywhere)
            "Half-close: the peer reads end of file, the other direction keeps working.";
        SOCK_3 = "SOCK-3" (Everywhere)
            "Peer close: buffered data first, then end of file.";
        CON_1 = "CON-1" (Everywhere)
            "A client connects by the same names (plain or full) and reaches the server.";
        CON_2 = "CON-2" (Unix)
            "No such server: not found (also for an abstract name). Invalid name: name error. \
             Stale socket, or a socket that does not listen: refused. Not a socket: wrong \
             object. No permission: access.";
        CON_3 = "CON-3" (Unix, decision)
            "D: if the backlog is full, the client waits, up to its timeout, without a busy \
             loop; it is never reported as connected too early.";
    }
}
