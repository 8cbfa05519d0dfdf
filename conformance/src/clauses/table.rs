//! The table of clauses, section by section.
//!
//! Beside each constant stand the id, where the clause applies, whether it holds a decision of
//! ours, and what it says; `D:` in the text introduces the decision.

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
            "next_pending_connection hands out a connected socket with which one can talk to \
             that client, both ways.";
        SRV_5 = "SRV-5" (Everywhere)
            "After an error, server_error gives its kind and error_string a text for people.";
        SRV_6 = "SRV-6" (Everywhere)
            "While listening, server_name gives the name that is listened on.";
        SRV_7 = "SRV-7" (Everywhere)
            "close stops listening.";
        SRV_8 = "SRV-8" (Everywhere)
            "The server works inside an event loop (notification) ...";
        SRV_9 = "SRV-9" (Everywhere)
            "... and without one: wait_for_new_connection blocks until a connection is there \
             or the time is over.";
    }
    "Access options" {
        OPT_1 = "OPT-1" (Everywhere)
            "Options are a bit set: none 0x0, user 0x1, group 0x2, other 0x4, world 0x7 = \
             user+group+other; they combine with OR.";
        OPT_2 = "OPT-2" (Everywhere)
            "The default is none: the platform's own default access (Unix: 0777 less the \
             umask).";
        OPT_3 = "OPT-3" (Everywhere, decision)
            "Options decide who may connect to the socket. D: access that the name, the platform \
             or an adopted socket cannot enforce is refused, and so is access asked for by a client.";
        OPT_4 = "OPT-4" (Linux)
            "user: only the creating user. File mode 0700, exactly, whatever the umask.";
        OPT_5 = "OPT-5" (Linux)
            "group: the group but not the user. Mode 0070 exactly.";
        OPT_6 = "OPT-6" (Linux)
            "other: everybody except user and group. Mode 0007 exactly.";
        OPT_7 = "OPT-7" (Everywhere)
            "world: no restriction. Linux mode 0777 exactly.";
        OPT_8 = "OPT-8" (Linux)
            "Combinations add up (all eight sets x umask 000, 022, 077). Set flags override \
             the umask in both directions.";
        OPT_9 = "OPT-9" (Linux)
            "Proven by connecting as another uid/gid too, not only by stat; and there is no \
             moment at which the socket is reachable with another mode, or by an ACL that its \
             directory has given to it.";
        OPT_10 = "OPT-10" (Everywhere)
            "Options must be set before listen; set while listening they are stored and \
             serve the next listen, the running one is unchanged.";
        OPT_11 = "OPT-11" (Unix, decision)
            "Platforms that ignore socket file modes admit everybody. D: there a set that \
             restricts access is refused (compile-time fact of the platform table).";
        OPT_12 = "OPT-12" (Windows)
            "user suffices for a non-elevated process to connect to an elevated server of \
             the same user.";
        OPT_13 = "OPT-13" (Windows)
            "group means the process token's primary group.";
        OPT_14 = "OPT-14" (Windows)
            "other means the well-known group Everyone.";
        OPT_15 = "OPT-15" (Everywhere)
            "socket_options reads back what was set.";
        OPT_16 = "OPT-16" (Linux, decision)
            "D: with options set, an occupied name still gives AddressInUse and the occupant \
             is untouched (Qt renames over it).";
    }
    "Construction, destruction" {
        NEW_1 = "NEW-1" (Everywhere)
            "A fresh server: not listening, no names, nothing pending, limit 30, no options, \
             no error, empty error text.";
        DTOR_1 = "DTOR-1" (Everywhere)
            "Dropping a listening server closes it (name free again, file gone).";
        DTOR_2 = "DTOR-2" (Everywhere, decision)
            "Unclaimed connections end with the server. D: claimed ones belong to their \
             owner and live on (in the document they are children of the server unless \
             re-parented; ownership replaces that).";
        DTOR_3 = "DTOR-3" (Unix, decision)
            "D: a forked child that drops its copy of the server leaves the parent's socket \
             file alone, even with its parent's process id in a PID namespace \
             (`assume_ownership` for daemons that fork after listen).";
    }
    "close" {
        CLOSE_1 = "CLOSE-1" (Everywhere)
            "After close the server does not listen and its names are empty.";
        CLOSE_2 = "CLOSE-2" (Everywhere)
            "Claimed connections keep working in both directions.";
        CLOSE_3 = "CLOSE-3" (Everywhere, decision)
            "D: connections that were accepted but not yet claimed are existing connections \
             too: they stay claimable after close until the server is dropped (Qt cuts \
             them).";
        CLOSE_4 = "CLOSE-4" (Everywhere)
            "New connection attempts are refused.";
        CLOSE_5 = "CLOSE-5" (Everywhere)
            "Closing a server that does not listen does nothing (the last error stays).";
        CLOSE_6 = "CLOSE-6" (Everywhere)
            "After close, listen works again, on the same or another name.";
        CLOSE_7 = "CLOSE-7" (Unix, decision)
            "D: the socket file is removed, but only if it is still the one this server made \
             (device + inode); an adopted socket's file is never removed.";
        CLOSE_8 = "CLOSE-8" (Everywhere, decision)
            "D: closing a listening server clears the last error; a failure to remove the \
             file is recorded after that.";
    }
    "error_string, server_error" {
        ERR_1 = "ERR-1" (Everywhere)
            "error_string is a human-readable text that fits server_error's kind.";
        ERR_2 = "ERR-2" (Everywhere)
            "With no suitable text it is empty: no error, empty text.";
        ERR_3 = "ERR-3" (Everywhere)
            "server_error is the kind of the error that occurred last, or no error.";
        ERR_4 = "ERR-4" (Everywhere, decision)
            "D: it is cleared by a successful listen and by closing a listening server, and \
             by nothing else. Misuse (listen while listening) is returned, not recorded.";
        ERR_5 = "ERR-5" (Unix)
            "Kinds: EACCES/EPERM access; EADDRINUSE address in use; ENOENT not found; \
             ENOTDIR, ENAMETOOLONG, ELOOP, EROFS, bad name: name invalid; EMFILE, ENFILE, \
             ENOBUFS, ENOMEM: resources; ECONNREFUSED (clients): refused, or not found for \
             an abstract name; the rest unknown, always with the OS code kept.";
        ERR_6 = "ERR-6" (Everywhere, decision)
            "D: the text names the operation, the name or path, the cause and, where one \
             exists, what to do (\"… is in use by a live server\", \"… is 131 bytes, this \
             system allows 107\").";
    }
    "Names" {
        NAME_1 = "NAME-1" (Everywhere)
            "server_name is the name that was passed to listen, verbatim, while listening.";
        NAME_2 = "NAME-2" (Everywhere)
            "It is empty (None) when not listening.";
        FULL_1 = "FULL-1" (Everywhere)
            "full_server_name is the complete platform path while listening, else empty.";
        FULL_2 = "FULL-2" (Unix, decision)
            "A plain name, a single word, resolves to the temporary directory (`$TMPDIR`, \
             else `/tmp`) + `/` + name. D: a name that looks like something else is a name \
             error whose text says what to write: a relative path (`./x`, `run/x`, `..`), \
             what a shell expands (`~/x`), a URL (`unix:/x`), `@x`, `\\\\.\\pipe\\x`.";
        FULL_3 = "FULL-3" (Unix, decision)
            "A name that starts with `/` is used as the path verbatim. D: one that ends in a \
             slash is a name error.";
        FULL_4 = "FULL-4" (Windows)
            "A plain name resolves to `\\\\.\\pipe\\` + name; a name that starts with \
             `\\\\.\\pipe\\` is used verbatim.";
        FULL_5 = "FULL-5" (Unix, decision)
            "D: empty name, embedded NUL, over-long path (both numbers in the text): a name \
             error, before anything on disk is touched. Missing directory: not found. Same \
             resolution for server, client and remove_server; a relative `$TMPDIR` (name \
             error), or one naming a missing directory (not found), is an error, never the \
             root directory or the current one.";
    }
    "has_pending_connections, next_pending_connection" {
        HAS_1 = "HAS-1" (Everywhere)
            "True exactly when a pending connection exists.";
        NEXT_1 = "NEXT-1" (Everywhere)
            "Returns the next pending connection as a connected socket, first come first \
             served.";
        NEXT_2 = "NEXT-2" (Everywhere)
            "None when nothing is pending.";
        NEXT_3 = "NEXT-3" (Everywhere, decision)
            "The server owns what is unclaimed; dropping the server drops it. A claimed \
             socket can be dropped early without harm to the server (D, see DTOR-2).";
        NEXT_4 = "NEXT-4" (Everywhere, decision)
            "D: what a client wrote before it was claimed, even before it left, is readable \
             from the claimed socket.";
    }
    "incoming_connection" {
        INC_1 = "INC-1" (Everywhere)
            "The hook is called once for every new connection, with the native socket.";
        INC_2 = "INC-2" (Everywhere)
            "The default wraps it, appends it to the pending list and announces it.";
        INC_3 = "INC-3" (Everywhere)
            "A user can replace it and so change what the server does with a connection \
             (take it elsewhere, refuse it, queue it after a check).";
        INC_4 = "INC-4" (Everywhere, decision)
            "D: a hook that does not queue does not count against the limit and announces \
             nothing; a refused client sees its connection closed.";
    }
    "is_listening" {
        ISL_1 = "ISL-1" (Everywhere, decision)
            "True while listening for incoming connections, false otherwise (also after a \
             fatal accept error, which closes the server: D).";
    }
    "listen(name)" {
        LIS_1 = "LIS-1" (Everywhere)
            "Success makes the server listen on the name and returns success.";
        LIS_2 = "LIS-2" (Everywhere)
            "Listening while already listening fails and changes nothing at all, not even \
             the last error.";
        LIS_3 = "LIS-3" (Everywhere)
            "Any failure is reported, the server is not listening, the names are empty, and \
             no file or descriptor was left behind or destroyed.";
        LIS_10 = "LIS-10" (Windows)
            "A full pipe path is accepted.";
        LIS_4 = "LIS-4" (Everywhere)
            "A single word is enough; the platform path is worked out (FULL-2, FULL-4). On \
             Unix only a single word is looked up there.";
        LIS_5 = "LIS-5" (Unix)
            "A full path is accepted.";
        LIS_6 = "LIS-6" (Unix)
            "The file of a crashed server makes listen fail with address in use.";
        LIS_7 = "LIS-7" (Unix)
            "Once that file is removed, listen succeeds.";
        LIS_8 = "LIS-8" (Windows)
            "Two servers may listen on one pipe name; each connection reaches one of them.";
        LIS_9 = "LIS-9" (Unix, decision)
            "D: a live server, a regular file, a directory or a dangling link at the path: \
             address in use, target untouched.";
    }
    "listen(descriptor)" {
        FD_1 = "FD-1" (Unix)
            "An already bound and listening descriptor is adopted; clients that connected \
             before are served.";
        FD_2 = "FD-2" (Unix)
            "Fails when already listening (and gives the descriptor back).";
        FD_3 = "FD-3" (Unix, decision)
            "The descriptor must be ready to accept; D: one that is not (pipe, datagram, \
             unbound, not listening, connected, not a socket) is refused with a clear error. On \
             *every* failure the descriptor is given back with its number and its flags as \
             they were (the process that passed it shares them).";
        FD_4 = "FD-4" (Unix, decision)
            "It is set non-blocking (D: and close-on-exec).";
        FD_5 = "FD-5" (Unix, decision)
            "Names: path sockets give path and last component; D: abstract ones their name; \
             unnamed ones none, and is_listening is true all the same.";
        FD_6 = "FD-6" (Windows, decision)
            "D: not supported for sockets: a clear error.";
    }
    "Limit" {
        MAX_1 = "MAX-1" (Everywhere)
            "max_pending_connections is 30 by default and reads back what was set.";
        SETMAX_1 = "SETMAX-1" (Everywhere)
            "Never more than N connections are accepted and unclaimed: with N + k clients \
             trying, exactly N are pending (N = 0, 1, 3, 30).";
        SETMAX_2 = "SETMAX-2" (Everywhere)
            "Claiming one lets exactly one more in.";
        SETMAX_3 = "SETMAX-3" (Everywhere)
            "The OS may hold further clients, who see themselves as connected; they are \
             served once there is room.";
        SETMAX_4 = "SETMAX-4" (Everywhere, decision)
            "D: N = 0 accepts nothing until raised; raising at any time takes effect at \
             once; lowering drops nothing.";
    }
    "new-connection notification" {
        SIG_1 = "SIG-1" (Everywhere)
            "Exactly one notification for each connection that becomes available, whoever \
             pumped, and the connection is pending when it arrives.";
    }
    "remove_server" {
        REM_1 = "REM-1" (Everywhere)
            "Removes what a crashed server left, so that listen no longer fails; reports \
             success.";
        REM_2 = "REM-2" (Unix)
            "Removes the socket file named by the name (same resolution as listen).";
        REM_3 = "REM-3" (Everywhere)
            "Nothing there: success.";
        REM_4 = "REM-4" (Windows)
            "Does nothing and succeeds.";
        REM_5 = "REM-5" (Everywhere)
            "Cannot remove: failure is reported.";
        REM_6 = "REM-6" (Unix, decision)
            "The document warns: it also removes a running server's socket. D: only sockets \
             are removed (stale or live); regular files, directories and links are refused \
             and untouched. `reclaim` is the safe form: it removes only what is proven dead.";
    }
    "wait_for_new_connection" {
        WAIT_1 = "WAIT-1" (Everywhere)
            "Blocks until a connection is available, then reports that.";
        WAIT_2 = "WAIT-2" (Everywhere)
            "After the given time without one: not available, timed out.";
        WAIT_3 = "WAIT-3" (Everywhere)
            "Zero is the default and does not block.";
        WAIT_4 = "WAIT-4" (Everywhere)
            "No limit (the document's -1) never times out.";
        WAIT_5 = "WAIT-5" (Everywhere, decision)
            "D: with something already pending it returns at once; not listening: returns at \
             once, not timed out. The outcome is one enum (Ready, TimedOut, NotListening), \
             never two flags that can disagree.";
        WAIT_6 = "WAIT-6" (Everywhere, decision)
            "D: it obeys the limit.";
    }
    "Overriding, object tree" {
        VIRT_1 = "VIRT-1" (Everywhere, decision)
            "has_pending_connections and next_pending_connection can be overridden in the \
             document. D: not here; wrap the type, or keep an own queue through the hook.";
        VIRT_2 = "VIRT-2" (Everywhere, decision)
            "The constructor takes a parent object. D: no object tree; ownership is Rust's.";
    }
    "Later members of the same class" {
        Q6_1 = "Q6-1" (Linux)
            "Option abstract namespace 0x8: the name is the whole abstract address (NUL + \
             bytes, no trailing NUL), no file, free again at once, permissions do not apply (OPT-3).";
        Q6_2 = "Q6-2" (Unix)
            "Listen backlog size is settable before listen (default: the system's maximum; \
             Qt's is 50).";
        Q6_3 = "Q6-3" (Everywhere)
            "The listening descriptor/handle can be borrowed while listening.";
        Q6_4 = "Q6-4" (Everywhere)
            "A hook may queue a connection it made itself (add pending connection): it \
             counts and is announced.";
    }
    "The socket that is handed out, and the client" {
        SOCK_1 = "SOCK-1" (Everywhere)
            "A claimed socket reads and writes bytes in order and unchanged, any chunking, \
             both directions at once.";
        SOCK_2 = "SOCK-2" (Everywhere)
            "Half-close: the peer sees end of file, the other direction still works.";
        SOCK_3 = "SOCK-3" (Everywhere)
            "Peer close: buffered data first, then end of file.";
        CON_1 = "CON-1" (Everywhere)
            "A client connects by the same names (plain or full) and reaches the server.";
        CON_2 = "CON-2" (Unix)
            "No such server: not found (also an abstract name that no server has). Invalid \
             name: name error. Stale file, or a socket that does not listen: refused. No socket: \
             wrong object. No permission: access.";
        CON_3 = "CON-3" (Unix, decision)
            "D: a full queue makes the client wait (with its timeout), never spin, never \
             report connected when it is not.";
    }
}
