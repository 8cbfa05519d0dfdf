//! What a platform layer for Unix does, in the same steps.

use anteroom_core::{
    BoundFacts, Detail, ErrorKind, Failure, ListenOptions, Occupant, Operation, ServerName,
    SocketOptions, rules,
};

use crate::sim::kernel::{Address, Flags, Inode, Kernel, Kind, ProcessId, Target, Thing};

/// A socket file that a `bind` has created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SocketFile {
    path: ServerName,
    inode: Inode,
    pub(super) creator: ProcessId,
}

/// Starts to listen: binds, learns the file's identity, sets its mode, and only then lets in.
pub(super) fn listen(
    kernel: &mut Kernel,
    target: &Target,
    options: ListenOptions,
    capacity: usize,
) -> Result<(i64, Option<SocketFile>), Failure> {
    let number = kernel.socket(true);
    let number = number.map_err(|code| kernel.profile.failure(Operation::Listen, code))?;
    match bind(kernel, number, target, options, capacity) {
        Ok(file) => Ok((number, file)),
        Err(failure) => {
            let process = kernel.current();
            kernel.close(process, number);
            Err(failure)
        }
    }
}

fn bind(
    kernel: &mut Kernel,
    number: i64,
    target: &Target,
    options: ListenOptions,
    capacity: usize,
) -> Result<Option<SocketFile>, Failure> {
    let bound = match target {
        Target::Path(path) => kernel.bind_path(number, path),
        Target::Abstract(name) | Target::Pipe(name) => kernel.bind_abstract(number, name),
    };
    bound.map_err(|code| bind_failure(kernel, target, code))?;
    let file = match kernel.thing(number) {
        Some(Thing::Socket {
            address: Address::Path(path, inode),
            ..
        }) => Some(SocketFile {
            path: path.clone(),
            inode: *inode,
            creator: kernel.current(),
        }),
        _ => None,
    };
    let opened = match &file {
        Some(file) => set_access(kernel, file, options),
        None => Ok(()),
    };
    let listening = opened.and_then(|()| {
        let listening = kernel.listen(number, capacity);
        listening.map_err(|code| kernel.profile.failure(Operation::Listen, code))
    });
    if let (Err(_), Some(file)) = (&listening, &file) {
        // What made it fail is more telling than what this might say.
        let _ = unlink(kernel, file);
    }
    listening.map(|()| file)
}

/// Gives the new file its owner and its mode.
fn set_access(
    kernel: &mut Kernel,
    file: &SocketFile,
    options: ListenOptions,
) -> Result<(), Failure> {
    let who = kernel.credentials();
    let given = kernel.files.set_owner(who, file.inode, options.owner);
    given.map_err(|code| {
        let failure = kernel.profile.failure(Operation::Listen, code);
        failure.with_detail(Detail::OwnerRefused)
    })?;
    if let Some(mode) = rules::mode(options.socket) {
        kernel.files.set_mode(file.inode, mode);
    }
    Ok(())
}

fn bind_failure(kernel: &Kernel, target: &Target, code: i32) -> Failure {
    let failure = kernel.profile.failure(Operation::Listen, code);
    let who = kernel.credentials();
    match target {
        Target::Path(path) if code == kernel.codes.eaddrinuse => occupant(kernel, path)
            .map_or(failure, |occupant| {
                failure.with_detail(Detail::Occupied(occupant))
            }),
        Target::Path(path)
            if code == kernel.codes.enoent
                && kernel.files.is_directory_missing(who, path.as_bytes()) =>
        {
            failure.with_detail(Detail::MissingDirectory)
        }
        Target::Path(_) | Target::Pipe(_) => failure,
        Target::Abstract(_) => {
            let occupant = if kernel.listens(target) {
                Occupant::LiveServer
            } else {
                Occupant::NotListening
            };
            failure.with_detail(Detail::Occupied(occupant))
        }
    }
}

/// Returns the failure of a client with what is at the name, which the kernel does not report.
pub(in crate::sim) fn explained(kernel: &Kernel, failure: Failure, target: &Target) -> Failure {
    if failure.kind() != ErrorKind::Refused {
        return failure;
    }
    match target {
        Target::Path(path) => match reached(kernel, path) {
            None | Some(Occupant::LiveServer) => failure,
            Some(
                occupant @ (Occupant::StaleSocket | Occupant::NotListening | Occupant::Socket),
            ) => failure.with_detail(Detail::Occupied(occupant)),
            Some(occupant) => {
                let failure = Failure::new(Operation::Connect, ErrorKind::WrongObject)
                    .with_code(kernel.codes.econnrefused);
                failure.with_detail(Detail::Occupied(occupant))
            }
        },
        Target::Abstract(_) if kernel.has_abstract_name(target) => {
            failure.with_detail(Detail::Occupied(Occupant::NotListening))
        }
        Target::Abstract(_) => Failure::new(Operation::Connect, ErrorKind::NotFound)
            .with_code(kernel.codes.econnrefused)
            .with_detail(Detail::NoSuchAbstractName),
        Target::Pipe(_) => failure,
    }
}

/// Tells what a path leads to. A live server does not notice.
fn reached(kernel: &Kernel, path: &ServerName) -> Option<Occupant> {
    let node = kernel
        .files
        .find(kernel.credentials(), path.as_bytes())
        .ok()?;
    Some(occupant_of(kernel, path, &node.kind))
}

/// Tells what stands at a path. A live server does not notice.
fn occupant(kernel: &Kernel, path: &ServerName) -> Option<Occupant> {
    let who = kernel.credentials();
    let node = kernel.files.look(who, path.as_bytes()).ok()??;
    Some(occupant_of(kernel, path, &node.kind))
}

fn occupant_of(kernel: &Kernel, path: &ServerName, kind: &Kind) -> Occupant {
    match kind {
        Kind::Regular(_) => Occupant::File,
        Kind::Directory(_) => Occupant::Directory,
        Kind::Link(_) => Occupant::Link,
        Kind::Socket => match kernel.is_owned(path) {
            Ok(true) if kernel.seems_to_listen(path) => Occupant::LiveServer,
            Ok(true) => Occupant::NotListening,
            Ok(false) => Occupant::StaleSocket,
            Err(_) => Occupant::Socket,
        },
    }
}

/// Removes a file, if it is still the one that was created, and by this process.
pub(super) fn unlink(kernel: &mut Kernel, file: &SocketFile) -> Result<(), Failure> {
    if file.creator != kernel.current() {
        return Ok(());
    }
    let who = kernel.credentials();
    let path = file.path.as_bytes();
    let removed = match kernel.files.look(who, path) {
        Ok(Some(node)) if node.inode == file.inode => kernel.files.remove(who, path),
        Ok(_) => Ok(()),
        Err(code) if code == kernel.codes.enotdir => Ok(()),
        Err(code) => Err(code),
    };
    removed.map_err(|code| kernel.profile.failure(Operation::Close, code))
}

/// Removes the socket file at a name, and no other file.
pub(in crate::sim) fn remove(kernel: &mut Kernel, name: &ServerName) -> Result<(), Failure> {
    let target = super::resolve(kernel, name, SocketOptions::empty(), Operation::Remove)?;
    let Target::Path(path) = target else {
        // There is nothing that could be removed.
        return Ok(());
    };
    let failure = |code| kernel.profile.failure(Operation::Remove, code);
    let who = kernel.credentials();
    match kernel.files.look(who, path.as_bytes()) {
        Ok(None) => require_directory(kernel, name, &path),
        Err(code) if code == kernel.codes.enotdir => require_directory(kernel, name, &path),
        Err(code) => Err(failure(code)),
        Ok(Some(node)) if node.kind != Kind::Socket => {
            let failure = Failure::new(Operation::Remove, ErrorKind::WrongObject);
            Err(occupant(kernel, &path).map_or(failure, |occupant| {
                failure.with_detail(Detail::Occupied(occupant))
            }))
        }
        Ok(Some(_)) => {
            let removed = kernel.files.remove(who, path.as_bytes());
            removed.map_err(|code| kernel.profile.failure(Operation::Remove, code))
        }
    }
}

/// Checks that the temporary directory exists, if the name leads there.
fn require_directory(kernel: &Kernel, name: &ServerName, path: &ServerName) -> Result<(), Failure> {
    if name.as_bytes().starts_with(b"/") {
        return Ok(());
    }
    let directory = &path.as_bytes()[..path.as_bytes().len() - name.as_bytes().len()];
    match kernel.files.find(kernel.credentials(), directory) {
        Ok(node) if matches!(node.kind, Kind::Directory(_)) => Ok(()),
        _ => Err(Failure::new(Operation::Remove, ErrorKind::NotFound)
            .with_detail(Detail::MissingDirectory)),
    }
}

/// Examines a descriptor, and sets its flags if it is fit.
pub(super) fn adopt(kernel: &mut Kernel, number: i64) -> Result<BoundFacts, Failure> {
    let wrong = |detail| Failure::new(Operation::Adopt, ErrorKind::WrongObject).with_detail(detail);
    let facts = match kernel.thing(number) {
        Some(Thing::Listener(listener)) => facts_of(&listener.address),
        Some(Thing::Socket {
            is_stream: false, ..
        }) => return Err(wrong(Detail::NotAStream)),
        Some(Thing::Socket { .. }) => return Err(wrong(Detail::NotListening)),
        Some(Thing::Stream(..)) => return Err(wrong(Detail::Connected)),
        Some(Thing::ForeignSocket) => return Err(wrong(Detail::NotLocal)),
        Some(Thing::NoSocket) => {
            return Err(wrong(Detail::NotASocket).with_code(kernel.codes.enotsock));
        }
        None => return Err(wrong(Detail::NotASocket).with_code(kernel.codes.ebadf)),
    };
    kernel.set_flags(
        number,
        Flags {
            non_blocking: true,
            close_on_exec: true,
        },
    );
    Ok(facts)
}

/// Returns the names: a path and its last component, or an abstract name.
fn facts_of(address: &Address) -> BoundFacts {
    let facts = BoundFacts::unnamed();
    match address {
        Address::None => facts,
        Address::Path(path, _) => facts
            .with_name(path.last_component())
            .with_full_name(path.clone()),
        Address::Abstract(name) | Address::Pipe(name) => {
            facts.with_name(name.clone()).with_full_name(name.clone())
        }
    }
}
